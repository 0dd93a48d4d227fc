//! Global identities: opaque to clients, and different for different kinds of things.

use async_graphql::ID;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::service::Refusal;

/// The kinds of things that have an identity of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An organisation.
    Organisation,
    /// A partnership agreement.
    Agreement,
    /// A pooled fund.
    Fund,
    /// A contribution.
    Contribution,
    /// A scheme.
    Scheme,
    /// A commitment.
    Commitment,
    /// A forecast.
    Forecast,
    /// A movement of budget.
    Movement,
    /// A ledger transaction.
    Transaction,
    /// A job.
    Job,
    /// An export.
    Export,
    /// An account.
    Account,
    /// A membership.
    Membership,
    /// A session.
    Session,
    /// A service account.
    ServiceAccount,
    /// A key of a service account.
    ServiceAccountKey,
    /// An outside identity.
    OutsideIdentity,
    /// An act in the trail of audit.
    Act,
    /// What was published.
    Publication,
    /// What a publisher printed.
    PublishedStatement,
    /// A joint commissioning team.
    Team,
    /// A post of a team.
    TeamPost,
    /// A seat on a team.
    TeamMember,
    /// A limit delegated to a team.
    TeamLimit,
    /// A function of a team.
    TeamFunction,
    /// A relation to an agreement.
    Relation,
    /// A grant.
    Grant,
    /// A proposal.
    Proposal,
    /// A risk share.
    RiskShare,
    /// A version of a risk share's rule.
    RiskShareVersion,
    /// A settlement.
    Settlement,
    /// A line of a settlement.
    SettlementLine,
    /// A file on its way to an import.
    Upload,
    /// A return on a fund.
    Return,
    /// Something due.
    DueDate,
    /// A notice.
    Notice,
    /// A dispute.
    Dispute,
    /// A link of a supply chain.
    Subcontract,
    /// A payment under a link of a supply chain.
    ChainPayment,
    /// A delegated budget.
    DelegatedBudget,
    /// A statement of what was spent of one.
    DelegatedSpending,
    /// A contract.
    Contract,
    /// A condition of a contract.
    ContractCondition,
    /// An interest that was declared in a contract.
    ContractInterest,
    /// What was published of a contract.
    ContractPublication,
    /// A guarantee that a contract asks for.
    ContractGuarantee,
}

impl Kind {
    const ALL: &[Self] = &[
        Self::Organisation,
        Self::Agreement,
        Self::Fund,
        Self::Contribution,
        Self::Scheme,
        Self::Commitment,
        Self::Forecast,
        Self::Movement,
        Self::Transaction,
        Self::Job,
        Self::Export,
        Self::Account,
        Self::Membership,
        Self::Session,
        Self::ServiceAccount,
        Self::ServiceAccountKey,
        Self::OutsideIdentity,
        Self::Act,
        Self::Publication,
        Self::PublishedStatement,
        Self::Team,
        Self::TeamPost,
        Self::TeamMember,
        Self::TeamLimit,
        Self::TeamFunction,
        Self::Relation,
        Self::Grant,
        Self::Proposal,
        Self::RiskShare,
        Self::RiskShareVersion,
        Self::Settlement,
        Self::SettlementLine,
        Self::Upload,
        Self::Return,
        Self::DueDate,
        Self::Notice,
        Self::Dispute,
        Self::Subcontract,
        Self::ChainPayment,
        Self::DelegatedBudget,
        Self::DelegatedSpending,
        Self::Contract,
        Self::ContractCondition,
        Self::ContractInterest,
        Self::ContractPublication,
        Self::ContractGuarantee,
    ];

    fn prefix(self) -> &'static str {
        match self {
            Self::Organisation => "org_",
            Self::Agreement => "agr_",
            Self::Fund => "fnd_",
            Self::Contribution => "con_",
            Self::Scheme => "sch_",
            Self::Commitment => "com_",
            Self::Forecast => "for_",
            Self::Movement => "mov_",
            Self::Transaction => "txn_",
            Self::Job => "job_",
            Self::Export => "exp_",
            Self::Account => "acc_",
            Self::Membership => "mem_",
            Self::Session => "ses_",
            Self::ServiceAccount => "sva_",
            Self::ServiceAccountKey => "svk_",
            Self::OutsideIdentity => "oid_",
            Self::Act => "act_",
            Self::Publication => "pub_",
            Self::PublishedStatement => "pst_",
            Self::Team => "tea_",
            Self::TeamPost => "tep_",
            Self::TeamMember => "tem_",
            Self::TeamLimit => "tel_",
            Self::TeamFunction => "tef_",
            Self::Relation => "rel_",
            Self::Grant => "gra_",
            Self::Proposal => "pro_",
            Self::RiskShare => "ris_",
            Self::RiskShareVersion => "riv_",
            Self::Settlement => "set_",
            Self::SettlementLine => "sel_",
            Self::Upload => "upl_",
            Self::Return => "ret_",
            Self::DueDate => "due_",
            Self::Notice => "not_",
            Self::Dispute => "dis_",
            Self::Subcontract => "sub_",
            Self::ChainPayment => "chp_",
            Self::DelegatedBudget => "deb_",
            Self::DelegatedSpending => "des_",
            Self::Contract => "ctr_",
            Self::ContractCondition => "ctc_",
            Self::ContractInterest => "cti_",
            Self::ContractPublication => "ctp_",
            Self::ContractGuarantee => "ctg_",
        }
    }

    /// The kind of those things of a type of the schema that `node(id:)` finds.
    #[must_use]
    pub fn of_node(name: &str) -> Option<Self> {
        Some(match name {
            "Organisation" => Self::Organisation,
            "PartnershipAgreement" => Self::Agreement,
            "PooledFund" => Self::Fund,
            "Contribution" => Self::Contribution,
            "BudgetMovement" => Self::Movement,
            "Scheme" => Self::Scheme,
            "Commitment" => Self::Commitment,
            "Forecast" => Self::Forecast,
            "Publication" => Self::Publication,
            "ContractPublication" => Self::ContractPublication,
            "RiskShare" => Self::RiskShare,
            "Settlement" => Self::Settlement,
            "PublishedStatement" => Self::PublishedStatement,
            "Team" => Self::Team,
            "Proposal" => Self::Proposal,
            "FundReturn" => Self::Return,
            "Contract" => Self::Contract,
            "Subcontract" => Self::Subcontract,
            "ChainPayment" => Self::ChainPayment,
            "DelegatedBudget" => Self::DelegatedBudget,
            "DelegatedSpending" => Self::DelegatedSpending,
            _ => return None,
        })
    }

    /// The identity as clients know it.
    #[must_use]
    pub fn id(self, id: Uuid) -> ID {
        ID(format!("{}{}", self.prefix(), URL_SAFE_NO_PAD.encode(id.as_bytes())))
    }

    /// The identity that a client sent for a thing of this kind.
    ///
    /// # Errors
    /// `NOT_FOUND` at `path`, whatever is wrong with it: an id that cannot be is one that is not.
    pub fn read(self, id: &ID, path: &str) -> Result<Uuid, Refusal> {
        match of(id) {
            Some((kind, id)) if kind == self => Ok(id),
            _ => Err(Refusal::not_found("id", path)),
        }
    }
}

/// What kind of thing an identity is of, and which.
#[must_use]
pub fn of(id: &ID) -> Option<(Kind, Uuid)> {
    let kind = Kind::ALL.iter().copied().find(|kind| id.starts_with(kind.prefix()))?;
    let bytes = URL_SAFE_NO_PAD.decode(&id[kind.prefix().len()..]).ok()?;
    Uuid::from_slice(&bytes).ok().map(|id| (kind, id))
}
