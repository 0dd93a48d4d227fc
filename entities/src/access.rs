use chrono::NaiveDate;
use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::relation::RelationKind;

/// That an organisation or a team sees an agreement, a fund or a contract, with the keys by which
/// lists are ordered, as the holder sees them: derived, and never a source of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access")]
pub struct Model {
    /// The organisation or team that sees.
    #[sea_orm(primary_key, auto_increment = false)]
    pub holder_id: Uuid,
    /// The agreement, the fund, the contract, the link or the delegated budget that is seen.
    #[sea_orm(primary_key, auto_increment = false)]
    pub root_id: Uuid,
    /// Which of them it is.
    pub root_kind: RootKind,
    /// The title or name; empty where it is withheld.
    pub name: String,
    /// What the partners call it.
    pub reference: String,
    /// First day.
    pub starts_on: Date,
    /// Every relation of the holder to the root, with the time that it opens.
    pub windows: Windows,
}

impl ActiveModelBehavior for ActiveModel {}

/// What access rows exist for: everything else inherits its root's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum RootKind {
    /// A partnership agreement.
    #[sea_orm(string_value = "AGREEMENT")]
    Agreement,
    /// A pooled fund.
    #[sea_orm(string_value = "FUND")]
    Fund,
    /// A contract.
    #[sea_orm(string_value = "CONTRACT")]
    Contract,
    /// A link of a supply chain.
    #[sea_orm(string_value = "LINK")]
    Link,
    /// A delegated budget.
    #[sea_orm(string_value = "BUDGET")]
    Budget,
}

/// Every relation of a holder to a root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Windows(pub Vec<Window>);

/// One relation of a holder to a root, and the time that it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    /// How the holder stands to the root.
    pub relation: RelationKind,
    /// The scheme, of a funded provider.
    pub scheme: Option<Uuid>,
    /// A partner's place in the agreement's list.
    pub position: Option<i32>,
    /// True when the holder itself stood so, and did not only inherit what a predecessor read.
    pub acts: bool,
    /// True when postings are seen as they are made, and not when their period is released.
    pub is_live: bool,
    /// The first day whose facts it opens.
    pub covers_from: NaiveDate,
    /// The last day whose facts it opens.
    pub covers_to: NaiveDate,
    /// The day from which it can be used.
    pub usable_from: NaiveDate,
    /// The last day on which it can be used.
    pub usable_to: NaiveDate,
}
