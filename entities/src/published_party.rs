use sea_orm::entity::prelude::*;

/// Which placeholder stands for a party of published notices whose codes nobody here has. It stands
/// for that party alone: what it is merged into is somebody's word, and gives nobody a view. Written
/// once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_party")]
pub struct Model {
    /// Who imported it: the organisation's identity, or `operator`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub importer: String,
    /// The scheme of its code; the process's identity of a party that is known by its name there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: String,
    /// Its code, or its name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// The placeholder.
    pub organisation_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
