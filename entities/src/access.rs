use sea_orm::entity::prelude::*;

/// How an organisation stands to an agreement or a fund: derived, and never a source of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access")]
pub struct Model {
    /// The organisation that sees.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The agreement or the fund that is seen.
    #[sea_orm(primary_key, auto_increment = false)]
    pub root_id: Uuid,
    /// It keeps the books.
    pub is_host: bool,
    /// It is a partner of the agreement.
    pub is_partner: bool,
    /// It is paid to provide a scheme.
    pub is_funded_provider: bool,
}

impl ActiveModelBehavior for ActiveModel {}
