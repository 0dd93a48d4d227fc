use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Something that is applied once everybody whose approval it needs has approved it (rules M13,
/// G1). Where it stands follows from its decisions, its application and the day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement whose partners it is about.
    pub agreement_id: Uuid,
    /// The fund; none when it is about the agreement.
    pub fund_id: Option<Uuid>,
    /// What it proposes.
    pub kind: ProposalKind,
    /// The account that proposed it; none of a token made by the operator.
    pub proposed_by_id: Option<Uuid>,
    /// The organisation that proposed it.
    pub proposed_as_id: Uuid,
    /// The day on which it was proposed.
    pub proposed_on: Date,
    /// The instant at which it was proposed.
    pub proposed_at: Instant,
    /// What is applied, byte for byte: the input of a use case as canonical JSON.
    pub content: String,
    /// SHA-256 of the content.
    pub content_hash: Vec<u8>,
    /// The last day on which it can be decided.
    pub expires_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a proposal proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ProposalKind {
    /// A movement of budget between schemes, or in or out of the pool.
    #[sea_orm(string_value = "VIREMENT")]
    Virement,
    /// A variation of a contribution.
    #[sea_orm(string_value = "CONTRIBUTION_VARIATION")]
    ContributionVariation,
    /// A posting into the books.
    #[sea_orm(string_value = "POSTING")]
    Posting,
    /// A change of the agreement.
    #[sea_orm(string_value = "AGREEMENT_CHANGE")]
    AgreementChange,
    /// A seat on a joint commissioning team for the staff of another than the proposer.
    #[sea_orm(string_value = "TEAM_MEMBERSHIP")]
    TeamMembership,
    /// How partners share what is over- or underspent.
    #[sea_orm(string_value = "RISK_SHARE")]
    RiskShare,
    /// The schemes and contributions of the next year.
    #[sea_orm(string_value = "YEAR_ROLL_FORWARD")]
    YearRollForward,
}
