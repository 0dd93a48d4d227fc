use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What somebody has at stake in a contract, declared before what is decided on it (rule G3). Never
/// changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_interest")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// True of one that was declared before the contract was awarded.
    pub is_draft: bool,
    /// The account whose interest it is; none of one that an organisation has as a whole.
    pub account_id: Option<Uuid>,
    /// The organisation that declared it, or for which the account did.
    pub organisation_id: Uuid,
    /// The account that declared it.
    pub declared_by_id: Uuid,
    /// What kind of interest.
    pub kind: InterestKind,
    /// What is at stake.
    pub description: String,
    /// The other organisation that it concerns.
    pub concerns_id: Uuid,
    /// The first day of the interest.
    pub starts_on: Date,
    /// Whether it shuts out.
    pub management: InterestManagement,
    /// How it is managed, in words.
    pub arrangement: String,
    /// The day on which it was declared.
    pub recorded_on: Date,
    /// When it was declared.
    pub declared_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What kind of interest: the four kinds of NHS England's guidance on conflicts of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum InterestKind {
    /// Money may be gained or lost.
    #[sea_orm(string_value = "FINANCIAL")]
    Financial,
    /// A profession, a status or a career may be furthered.
    #[sea_orm(string_value = "NON_FINANCIAL_PROFESSIONAL")]
    NonFinancialProfessional,
    /// Something personal may be gained, and no money.
    #[sea_orm(string_value = "NON_FINANCIAL_PERSONAL")]
    NonFinancialPersonal,
    /// Somebody close to whoever declares it has it.
    #[sea_orm(string_value = "INDIRECT")]
    Indirect,
}

/// Whether an interest shuts out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum InterestManagement {
    /// It is on record, and whoever has it takes part.
    #[sea_orm(string_value = "NOTED")]
    Noted,
    /// Whoever has it decides nothing, and reads nothing that the commissioners keep to themselves.
    #[sea_orm(string_value = "EXCLUDED")]
    Excluded,
}
