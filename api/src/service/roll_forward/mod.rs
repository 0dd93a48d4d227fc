//! What a year becomes in the next: a draft, computed from the year's recurrent schemes and its
//! contributions, that is proposed and applied as it was approved (rules G1, M3).

mod apply;
mod draft;
mod year;

use chrono::NaiveDate;
use domain::rules::profile;
use entities::value::{FinancialYear, Pence};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(super) use apply::apply_in;

use super::{
    Stopped,
    proposal::{self, Content, NewProposal, Told},
};
use crate::{auth::Viewer, database::Database};

/// By what a year is rolled forward.
#[derive(Clone, Debug)]
pub struct NewRollForward {
    /// The fund.
    pub fund: Uuid,
    /// The year that is rolled forward.
    pub from: FinancialYear,
    /// The agreed inflation, in basis points, where nothing else is said of a line.
    pub uplift_basis_points: i32,
    /// The agreed efficiency, in basis points, where nothing else is said of a line.
    pub efficiency_basis_points: i32,
    /// What is said of single schemes.
    pub schemes: Vec<(Uuid, Adjusted)>,
    /// What is said of single contributions, by partner and source.
    pub contributions: Vec<((Uuid, String), Adjusted)>,
    /// True when budgets are spread equally over the months and contributions have no instalments;
    /// else both are as in the year that is rolled forward.
    pub spread_equally: bool,
}

/// What is said of one line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Adjusted {
    /// Its own inflation, in basis points.
    pub uplift_basis_points: Option<i32>,
    /// Its own efficiency, in basis points.
    pub efficiency_basis_points: Option<i32>,
    /// How much of the year's changes goes on; all of them when nothing is said.
    pub in_year: Option<Pence>,
    /// What is planned to change.
    pub planned: Option<Pence>,
}

/// A year, rolled forward: schemes with their funding, and contributions. It is frozen when it is
/// proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollForward {
    /// The fund.
    pub fund: Uuid,
    /// The year that is rolled forward.
    pub from: FinancialYear,
    /// The year that it becomes.
    pub into: FinancialYear,
    /// The schemes.
    pub schemes: Vec<RolledScheme>,
    /// The contributions.
    pub contributions: Vec<RolledContribution>,
}

/// How an amount comes about: recurrent + in-year changes + uplift + planned changes − efficiency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps {
    /// What goes on from year to year.
    pub recurrent: Pence,
    /// What changed in the year and goes on too.
    pub in_year: Pence,
    /// The agreed inflation, in basis points of these two together.
    pub uplift_basis_points: i32,
    /// What it comes to.
    pub uplift: Pence,
    /// What is planned to change.
    pub planned: Pence,
    /// The agreed efficiency, in basis points of recurrent and in-year together.
    pub efficiency_basis_points: i32,
    /// What it comes to, and is taken off.
    pub efficiency: Pence,
    /// Next year's amount.
    pub amount: Pence,
}

/// A scheme's budget of the next year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolledScheme {
    /// The scheme.
    pub scheme: Uuid,
    /// What the partners call it.
    pub reference: String,
    /// How its budget comes about.
    pub steps: Steps,
    /// Who funds it: as at the end of the year that is rolled forward.
    pub funding: Vec<RolledShare>,
    /// Its twelve months, April first; none where they are equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<Vec<Pence>>,
}

/// A part of a scheme's funding in the next year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolledShare {
    /// The partner that funds.
    pub partner: Uuid,
    /// From which source.
    pub source_code: String,
    /// Its weight.
    pub weight: i64,
    /// What it comes to (rule M2).
    pub amount: Pence,
}

/// A contribution of the next year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolledContribution {
    /// The partner.
    pub partner: Uuid,
    /// The funding source, which the next year's list has too.
    pub source_code: String,
    /// What of this year's contribution funds schemes that do not go on: no part of what is
    /// recurrent.
    pub not_recurrent: Pence,
    /// How it comes about.
    pub steps: Steps,
    /// How it is paid, in the order of payment; empty when that is not agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instalments: Vec<RolledInstalment>,
}

/// A part in which a contribution of the next year is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolledInstalment {
    /// When it is due: a year after this year's.
    pub due_on: NaiveDate,
    /// How much; the parts add up to the contribution (rule M2).
    pub amount: Pence,
}

impl RolledScheme {
    /// Its twelve months, April first.
    #[must_use]
    pub fn by_month(&self) -> Vec<Pence> {
        let equal = || profile::monthly(self.steps.amount, None).map(Vec::from).unwrap_or_default();
        self.months.clone().unwrap_or_else(equal)
    }
}

impl RollForward {
    /// What all contributions come to.
    #[must_use]
    pub fn income(&self) -> Pence {
        self.contributions.iter().map(|line| line.steps.amount).sum()
    }

    /// What all budgets come to.
    #[must_use]
    pub fn budgets(&self) -> Pence {
        self.schemes.iter().map(|line| line.steps.amount).sum()
    }
}

/// Computes the draft of the next year and proposes it; with `dry_run` it is computed, checked and
/// shown, and nothing is written.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`; `UNKNOWN_CODE` of a source or type that the next year's
/// lists do not have; `INVALID_VALUE`; and what proposing and applying refuse.
pub async fn propose(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    (new, expires_on, idempotency_key): (NewRollForward, NaiveDate, String),
) -> Result<Told, Stopped> {
    let (new, key) = (&new, &idempotency_key);
    database
        .write(dry_run, |tx| async move {
            let draft = draft::of(&tx, viewer, new).await?;
            let content = Content::YearRollForward(draft);
            let idempotency_key = key.clone();
            let proposed = NewProposal { content, expires_on, idempotency_key };
            let id = proposal::propose_in(&tx, viewer, &proposed).await?;
            proposal::told(&tx, viewer, id).await
        })
        .await
}
