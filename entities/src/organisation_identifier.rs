use sea_orm::entity::prelude::*;

/// A code by which the world knows an organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_identifier")]
pub struct Model {
    /// Who gives the code: `GB-NHS`, `GB-LAE`, `GB-COH`, `GB-CHC`, `GSS`, `CASSR`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: String,
    /// The code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// Whose code it is. A council's code may pass to its successor, so that two bodies have it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
