use sea_orm::{ActiveEnum, entity::prelude::*};

use crate::value::Instant;

/// A program that acts for an organisation, within scopes.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_account")]
pub struct Model {
    /// Identity; the only name under which it appears in the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// For whom it acts.
    pub organisation_id: Uuid,
    /// What its administrators call it.
    pub name: String,
    /// The names of its scopes, with a space between them.
    pub scopes: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was shut out, for good.
    pub disabled_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a service account may do. A scope narrows the organisation's view and never widens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ServiceScope {
    /// Reads what the organisation may see.
    #[sea_orm(string_value = "READ")]
    Read,
    /// Plans and receives contributions, posts to the ledger, closes periods.
    #[sea_orm(string_value = "RECORD_MONEY")]
    RecordMoney,
    /// Sets up funds and schemes, commits budgets and drafts forecasts.
    #[sea_orm(string_value = "PLAN")]
    Plan,
    /// Records agreements and their parties.
    #[sea_orm(string_value = "AGREE_TERMS")]
    AgreeTerms,
}

impl ServiceScope {
    /// The scopes as they are stored: each once, in the order of their declaration.
    #[must_use]
    pub fn written(scopes: &[Self]) -> String {
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        scopes.iter().map(ActiveEnum::to_value).collect::<Vec<_>>().join(" ")
    }

    /// The scopes that were stored; a name that nobody knows allows nothing.
    #[must_use]
    pub fn read(written: &str) -> Vec<Self> {
        let names = written.split(' ');
        names.filter_map(|name| Self::try_from_value(&name.to_owned()).ok()).collect()
    }
}
