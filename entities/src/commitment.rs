use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence};

/// A part of a scheme's budget promised to somebody, or the release of such a promise.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commitment")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The scheme.
    pub scheme_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// To whom, where it has a record here.
    pub payee_id: Option<Uuid>,
    /// For what.
    pub description: String,
    /// Positive of a promise, negative of a release.
    pub amount_pence: Pence,
    /// The promise that this releases.
    pub releases_id: Option<Uuid>,
    /// From when it counts.
    pub effective_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
