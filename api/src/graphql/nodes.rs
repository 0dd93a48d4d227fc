//! Everything that has an identity of its own, found by it. To add a noun: its variant in
//! [`Node`], its arm in [`find`].

use async_graphql::{Context, ErrorExtensions, ID, Interface, Object, Result};
use entities::external_reference::ObjectKind;
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::{
    agreement::PartnershipAgreement,
    chain_payment::ChainPayment,
    commitment::Commitment,
    commitment_loaders::CommitmentById,
    contract::Contract,
    contract_publication::{self, ContractPublication},
    contribution::Contribution,
    costs::list_size,
    delegated_budget::DelegatedBudget,
    delegated_spending::DelegatedSpending,
    export_job::{Export, ExportById},
    forecast::Forecast,
    forecast_loaders::ForecastById,
    fund::PooledFund,
    fund_return::FundReturn,
    fund_return_loaders::ReturnById,
    import_job::{ImportJob, ImportJobById},
    loaders::Loading,
    movement::{BudgetMovement, MovementById},
    node::{self, Kind},
    organisation::Organisation,
    organisation_loaders::OrganisationById,
    proposal::Proposal,
    proposal_loaders::ProposalById,
    publication::{self, Publication},
    published_statement::PublishedStatement,
    published_statement_loaders::PublishedStatementById,
    request::{Asked, fault},
    risk_share::RiskShare,
    scheme::Scheme,
    scheme_loaders::SchemeById,
    settlement::Settlement,
    subcontract::Subcontract,
    team::Team,
};
use crate::service::{self, Refusal, external_reference::Object};

/// The most identities that may be asked for at once.
const MOST_IDS: u32 = 100;

/// Something with an identity of its own. What you may not see is null, as if it did not exist.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The identity, opaque and lasting."))]
pub enum Node {
    /// An organisation.
    Organisation(Organisation),
    /// A run of an importer.
    ImportJob(ImportJob),
    /// An export of a list.
    Export(Export),
    /// A partnership agreement.
    PartnershipAgreement(PartnershipAgreement),
    /// A pooled fund.
    PooledFund(PooledFund),
    /// A contribution.
    Contribution(Contribution),
    /// A movement of budget.
    BudgetMovement(BudgetMovement),
    /// A budget line of a fund.
    Scheme(Scheme),
    /// A promise of a part of a scheme's budget.
    Commitment(Commitment),
    /// A version of a fund's forecast.
    Forecast(Forecast),
    /// What was published.
    Publication(Publication),
    /// What was published of a contract.
    ContractPublication(ContractPublication),
    /// How over- and underspend is shared.
    RiskShare(RiskShare),
    /// What a risk share came to for a closed year.
    Settlement(Settlement),
    /// What a publisher printed.
    PublishedStatement(PublishedStatement),
    /// A joint commissioning team.
    Team(Team),
    /// Something that needs approvals.
    Proposal(Proposal),
    /// A version of a return on a fund.
    FundReturn(FundReturn),
    /// A contract.
    Contract(Contract),
    /// A link of a supply chain.
    Subcontract(Subcontract),
    /// A payment under a link of a supply chain.
    ChainPayment(ChainPayment),
    /// A budget that was delegated within a contract.
    DelegatedBudget(DelegatedBudget),
    /// What was spent of a delegated budget.
    DelegatedSpending(DelegatedSpending),
}

/// Things found by their identities.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this identity; null when there is none, or not for you.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identity.")] id: ID,
    ) -> Result<Option<Node>> {
        find(ctx, &id).await
    }

    /// The objects with these identities, in their order; null for each that does not exist, or
    /// not for you.
    #[graphql(directive = list_size::apply(MOST_IDS, Some(vec!["ids".to_owned()])))]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identities, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_IDS as usize {
            return Err(async_graphql::Error::new("at most 100 identities may be named")
                .extend_with(|_, extensions| extensions.set("code", "BAD_PAGE")));
        }
        try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }

    /// The object for which your own organisation set this reference; null when it set none, or
    /// may no longer see the object.
    async fn by_external_reference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The system, as your organisation names it.")] system: String,
        #[graphql(desc = "The reference in that system.")] value: String,
    ) -> Result<Option<Node>> {
        let viewer = ctx.viewer()?;
        let snapshot = ctx.request()?.snapshot().await?;
        let connection = snapshot.connection();
        let found = service::external_reference::find(connection, viewer, &system, &value).await;
        match found.map_err(fault)? {
            Some(object) => of_kind(ctx, kind_of(object.kind), object.id).await,
            None => Ok(None),
        }
    }
}

/// The object with this identity, if the viewer sees it. Those of one kind are read together.
///
/// # Errors
/// `UNAUTHENTICATED`, or a fault.
pub async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    ctx.viewer()?;
    match node::of(id) {
        Some((kind, id)) => of_kind(ctx, kind, id).await,
        None => Ok(None),
    }
}

async fn of_kind(ctx: &Context<'_>, kind: Kind, id: Uuid) -> Result<Option<Node>> {
    let loaders = ctx.loaders()?;
    Ok(match kind {
        Kind::Organisation => {
            loaders.load_one(OrganisationById(id)).await?.map(|row| Organisation(row).into())
        }
        Kind::Job => loaders.load_one(ImportJobById(id)).await?.map(|row| ImportJob(row).into()),
        Kind::Export => loaders.load_one(ExportById(id)).await?.map(|row| Export(row).into()),
        Kind::Agreement => PartnershipAgreement::load(ctx, id).await?.map(Into::into),
        Kind::Fund => PooledFund::load(ctx, id).await?.map(Into::into),
        Kind::Contribution => Contribution::load(ctx, id).await?.map(Into::into),
        Kind::Movement => {
            loaders.load_one(MovementById(id)).await?.map(|row| BudgetMovement(row).into())
        }
        Kind::Scheme => loaders.load_one(SchemeById(id)).await?.map(|row| Scheme(row).into()),
        Kind::Commitment => {
            loaders.load_one(CommitmentById(id)).await?.map(|row| Commitment(row).into())
        }
        Kind::Forecast => loaders.load_one(ForecastById(id)).await?.map(|row| Forecast(row).into()),
        Kind::Subcontract => Subcontract::load(ctx, id).await?.map(Into::into),
        Kind::ChainPayment => ChainPayment::load(ctx, id).await?.map(Into::into),
        Kind::DelegatedBudget => DelegatedBudget::load(ctx, id).await?.map(Into::into),
        Kind::DelegatedSpending => DelegatedSpending::load(ctx, id).await?.map(Into::into),
        Kind::Return => loaders.load_one(ReturnById(id)).await?.map(|row| FundReturn(row).into()),
        Kind::Publication => publication::find(ctx, id).await?.map(Into::into),
        Kind::ContractPublication => contract_publication::find(ctx, id).await?.map(Into::into),
        Kind::PublishedStatement => {
            let found = loaders.load_one(PublishedStatementById(id)).await?;
            found.map(|row| PublishedStatement(row).into())
        }
        Kind::Contract => Contract::load(ctx, id).await?.map(Into::into),
        Kind::Team => Team::load(ctx, id).await?.map(Into::into),
        Kind::RiskShare => RiskShare::load(ctx, id).await?.map(Into::into),
        Kind::Settlement => Settlement::load(ctx, id).await?.map(Into::into),
        Kind::Proposal => {
            loaders.load_one(ProposalById(id)).await?.map(|row| Proposal::from(row).into())
        }
        _ => None,
    })
}

/// The object that a client means, which the viewer sees and may keep a reference for.
///
/// # Errors
/// A fault; inside, `NOT_FOUND` at `path`.
pub async fn visible(
    ctx: &Context<'_>,
    id: &ID,
    path: &str,
) -> Result<std::result::Result<Object, Refusal>> {
    let seen = find(ctx, id).await?.is_some();
    let object = node::of(id).and_then(|(kind, id)| Some(Object { kind: reference(kind)?, id }));
    Ok(object.filter(|_| seen).ok_or_else(|| Refusal::not_found("object", path)))
}

fn reference(kind: Kind) -> Option<ObjectKind> {
    Some(match kind {
        Kind::Organisation => ObjectKind::Organisation,
        Kind::Agreement => ObjectKind::Agreement,
        Kind::Fund => ObjectKind::Fund,
        Kind::Contribution => ObjectKind::Contribution,
        Kind::Scheme => ObjectKind::Scheme,
        Kind::Commitment => ObjectKind::Commitment,
        Kind::Forecast => ObjectKind::Forecast,
        Kind::Movement => ObjectKind::Movement,
        Kind::Transaction => ObjectKind::Transaction,
        Kind::Job
        | Kind::Export
        | Kind::Account
        | Kind::Membership
        | Kind::Session
        | Kind::ServiceAccount
        | Kind::ServiceAccountKey
        | Kind::OutsideIdentity
        | Kind::Act
        | Kind::Publication
        | Kind::PublishedStatement
        | Kind::Team
        | Kind::TeamPost
        | Kind::TeamMember
        | Kind::TeamLimit
        | Kind::TeamFunction
        | Kind::Relation
        | Kind::Grant
        | Kind::Proposal
        | Kind::RiskShare
        | Kind::RiskShareVersion
        | Kind::Settlement
        | Kind::SettlementLine
        | Kind::Upload
        | Kind::Return
        | Kind::DueDate
        | Kind::Notice
        | Kind::Dispute
        | Kind::Contract
        | Kind::Subcontract
        | Kind::ChainPayment
        | Kind::DelegatedBudget
        | Kind::DelegatedSpending
        | Kind::ContractCondition
        | Kind::ContractInterest
        | Kind::ContractPublication
        | Kind::ContractGuarantee => return None,
    })
}

fn kind_of(kind: ObjectKind) -> Kind {
    match kind {
        ObjectKind::Organisation => Kind::Organisation,
        ObjectKind::Agreement => Kind::Agreement,
        ObjectKind::Fund => Kind::Fund,
        ObjectKind::Contribution => Kind::Contribution,
        ObjectKind::Scheme => Kind::Scheme,
        ObjectKind::Commitment => Kind::Commitment,
        ObjectKind::Forecast => Kind::Forecast,
        ObjectKind::Movement => Kind::Movement,
        ObjectKind::Transaction => Kind::Transaction,
    }
}
