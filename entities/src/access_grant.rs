use sea_orm::entity::prelude::*;

/// What lifts a regulator's or an auditor's view of an agreement, or of one of its funds, for a
/// time and a purpose (rule V9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_grant")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// To whom.
    pub organisation_id: Uuid,
    /// The agreement, or the fund's.
    pub agreement_id: Uuid,
    /// The fund, when it is about one only.
    pub fund_id: Option<Uuid>,
    /// What for.
    pub purpose: String,
    /// Who granted it.
    pub granted_by_id: Uuid,
    /// The first day whose facts it opens; none when it opens all.
    pub covers_from: Option<Date>,
    /// The last day whose facts it opens.
    pub covers_to: Option<Date>,
    /// The first day on which it can be used.
    pub starts_on: Date,
    /// The last day on which it can be used.
    pub ends_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
