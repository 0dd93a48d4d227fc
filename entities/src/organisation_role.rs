use sea_orm::entity::prelude::*;

/// A role that the Organisation Data Service gives a body, such as RO261.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_role")]
pub struct Model {
    /// The body.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The role's code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// True of the role that says what the body is.
    pub is_primary: bool,
}

impl ActiveModelBehavior for ActiveModel {}
