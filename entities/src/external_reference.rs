use sea_orm::entity::prelude::*;

/// What an organisation calls one of our objects in a system of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "external_reference")]
pub struct Model {
    /// The organisation whose reference it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_id: Uuid,
    /// The system, as its owner names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub system: String,
    /// The reference, unique within owner and system.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// What kind of thing it refers to.
    pub object_kind: ObjectKind,
    /// What it refers to.
    pub object_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}

/// The kinds of things that an organisation may have a reference of its own for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ObjectKind {
    /// An organisation.
    #[sea_orm(string_value = "ORGANISATION")]
    Organisation,
    /// A partnership agreement.
    #[sea_orm(string_value = "PARTNERSHIP_AGREEMENT")]
    Agreement,
    /// A pooled fund.
    #[sea_orm(string_value = "POOLED_FUND")]
    Fund,
    /// A contribution.
    #[sea_orm(string_value = "CONTRIBUTION")]
    Contribution,
    /// A scheme.
    #[sea_orm(string_value = "SCHEME")]
    Scheme,
    /// A commitment.
    #[sea_orm(string_value = "COMMITMENT")]
    Commitment,
    /// A forecast.
    #[sea_orm(string_value = "FORECAST")]
    Forecast,
    /// A movement of budget.
    #[sea_orm(string_value = "BUDGET_MOVEMENT")]
    Movement,
    /// A ledger transaction.
    #[sea_orm(string_value = "LEDGER_TRANSACTION")]
    Transaction,
}
