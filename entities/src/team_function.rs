use sea_orm::entity::prelude::*;

/// Something that a joint commissioning team does, until it moves to a provider.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_function")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// What it is called.
    pub name: String,
    /// First day on which the team does it.
    pub starts_on: Date,
    /// The provider that does it since it moved.
    pub moved_to_provider_id: Option<Uuid>,
    /// The first day on which the provider does it.
    pub moved_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
