//! Where funds stand: facts at a cutoff, put through the rules. A fixed number of statements,
//! however many funds (rules M4, M8, M10, M11, M15).

mod assemble;
mod borne;
mod explain;
mod report;
mod view;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    policy::{Standing, matrix::FieldGroup},
    rules::position::{Basis, Position, SchemeFacts},
};
use entities::{
    pooled_fund::{self, FundKind},
    scheme,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::Stopped;
use crate::{
    access::{
        Found,
        facts::{
            Cutoff, balances, budgets, contributions, parties, partners,
            reach::{self, Part, Reach},
            recordings, restated,
        },
        fund,
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest},
};

pub use borne::Borne;
pub use explain::{Figure, Line, explain};
pub use report::Line as ReportLine;
pub use report::{Explained, Figures, Input, Report, Reported, Step, report};

/// Which position is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms {
    /// What counts.
    pub cutoff: Cutoff,
    /// What "by partner" means.
    pub basis: Basis,
    /// True when corrections count in the period that they correct (rule M9), false when every
    /// period is shown as it was closed.
    pub is_restated: bool,
}

impl Terms {
    /// The terms for `year`: as of today where nothing is said, and never outside the year.
    #[must_use]
    pub fn new(
        year: FinancialYear,
        as_of: Option<NaiveDate>,
        known_at: Option<Instant>,
        basis: Basis,
        today: NaiveDate,
    ) -> Self {
        let as_of = as_of.unwrap_or_else(|| today.max(year.first_day()));
        Self { cutoff: Cutoff::new(year, as_of, known_at), basis, is_restated: false }
    }

    /// The same terms, with corrections in the periods that they correct when `is_restated`.
    #[must_use]
    pub fn restated(self, is_restated: bool) -> Self {
        Self { is_restated, ..self }
    }
}

/// A budget by how it came about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BudgetChanges {
    /// As set originally.
    pub original: Pence,
    /// Moved between schemes.
    pub virements: Pence,
    /// Moved in or out of the pool.
    pub variations: Pence,
}

/// What one partner contributes from one source: four different figures (agreed is their plan with
/// its variations).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionFigures {
    /// The partner.
    pub partner: Uuid,
    /// The funding source.
    pub source: String,
    /// False where nothing was agreed, and something brought forward alone.
    pub is_agreed: bool,
    /// As planned.
    pub planned: Pence,
    /// What variations added.
    pub varied: Pence,
    /// What the year before left, and was brought forward; below nothing of an overspend.
    pub brought_forward: Pence,
    /// What was invoiced.
    pub invoiced: Pence,
    /// What was received.
    pub received: Pence,
    /// What was given back.
    pub refunded: Pence,
}

/// What all partners contribute together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contributed {
    /// As planned.
    pub planned: Pence,
    /// What variations added.
    pub varied: Pence,
    /// What the year before left, and was brought forward.
    pub brought_forward: Pence,
    /// What was invoiced.
    pub invoiced: Pence,
    /// What was received.
    pub received: Pence,
    /// What was given back.
    pub refunded: Pence,
}

/// Where one fund stands.
#[derive(Clone, Debug)]
pub struct FundPosition {
    /// The fund.
    pub fund: pooled_fund::Model,
    /// What was asked for, as of the day that the viewer is answered.
    pub terms: Terms,
    /// What counts.
    pub reach: Reach,
    /// How the viewer stands to the fund on that day: what it reads of the position.
    pub standing: Standing,
    /// How the viewer stands to the fund on any day.
    pub everywhere: Standing,
    /// The instant of the last recording that the position includes. Asked again with it, the
    /// position is the same for ever (rule M8).
    pub known_at: Instant,
    /// The version of the forecast that was used.
    pub forecast_version: Option<i32>,
    /// The figures.
    pub position: Position,
    /// The facts about schemes that the figures come from.
    pub facts: Vec<SchemeFacts>,
    /// The schemes.
    pub schemes: BTreeMap<Uuid, scheme::Model>,
    /// Each scheme's budget by how it came about.
    pub budgets: BTreeMap<Uuid, BudgetChanges>,
    /// The contributions.
    pub contributions: Vec<ContributionFigures>,
    /// What the host holds in cash: received less paid. Never part of the other figures (M11).
    pub cash: Pence,
    /// What a reader has to know.
    pub warnings: Vec<&'static str>,
    /// What is borne in the end, on the basis BORNE_BY; none on the others.
    pub borne: Option<Borne>,
}

impl FundPosition {
    /// How the fund's money is bound.
    #[must_use]
    pub fn kind(&self) -> FundKind {
        self.fund.kind
    }

    /// True when the viewer reads more of the position than its totals.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.standing.reads(FieldGroup::Position)
    }

    /// What the partners contribute together.
    #[must_use]
    pub fn contributed(&self) -> Contributed {
        self.contributions.iter().fold(Contributed::default(), |sum, line| Contributed {
            planned: sum.planned + line.planned,
            varied: sum.varied + line.varied,
            brought_forward: sum.brought_forward + line.brought_forward,
            invoiced: sum.invoiced + line.invoiced,
            received: sum.received + line.received,
            refunded: sum.refunded + line.refunded,
        })
    }

    /// The fund's budget by how it came about.
    #[must_use]
    pub fn budget_changes(&self) -> BudgetChanges {
        let mut sum = BudgetChanges::default();
        for changes in self.budgets.values() {
            sum.original += changes.original;
            sum.virements += changes.virements;
            sum.variations += changes.variations;
        }
        sum
    }
}

/// The positions of those of `funds` whose books the viewer may read.
///
/// # Errors
/// A fault of the database.
pub async fn of_funds(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    terms: Terms,
) -> Result<Vec<FundPosition>, Stopped> {
    let of_these = pooled_fund::Column::Id.is_in(funds.iter().copied());
    let seen = fund::sees_positions(viewer, terms.cutoff.year).filter(of_these);
    of_rows(connection, viewer, seen.all(connection).await?, terms).await
}

/// The positions of the funds of `agreements` whose books the viewer may read, by name.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    terms: Terms,
) -> Result<Vec<FundPosition>, Stopped> {
    let of_these = pooled_fund::Column::AgreementId.is_in(agreements.iter().copied());
    let seen = fund::sees_positions(viewer, terms.cutoff.year)
        .filter(of_these)
        .order_by_asc(pooled_fund::Column::Name)
        .order_by_asc(pooled_fund::Column::Id)
        .all(connection)
        .await?;
    of_rows(connection, viewer, seen, terms).await
}

/// A page of the positions of all funds whose books the viewer may read, by reference.
///
/// # Errors
/// A fault of the database.
pub async fn page(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    page: &PageRequest,
    terms: Terms,
) -> Result<Cut<FundPosition>, Stopped> {
    let order = Keyset::new()
        .ascending((pooled_fund::Entity, pooled_fund::Column::Reference))
        .ascending((pooled_fund::Entity, pooled_fund::Column::Id));
    let positions = fund::sees_positions(viewer, terms.cutoff.year);
    let seen = order.page(positions, page).all(connection).await?;
    let Cut { rows, has_previous, has_next } = page.cut(seen);
    let rows = of_rows(connection, viewer, rows, terms).await?;
    Ok(Cut { rows, has_previous, has_next })
}

/// How many funds there are whose position in a year the viewer reads.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    year: FinancialYear,
) -> Result<u64, DbErr> {
    fund::sees_positions(viewer, year).count(connection).await
}

/// The positions of funds that the viewer was found to read, in their order: each as of its own
/// day, and all by the same statements.
async fn of_rows(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    found: Vec<Found<pooled_fund::Model>>,
    terms: Terms,
) -> Result<Vec<FundPosition>, Stopped> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let seen = view::seen(connection, viewer, found, terms).await?;
    let ids: Vec<Uuid> = seen.iter().map(|seen| seen.fund.id).collect();
    let groups = reach::alike(seen.iter().map(|seen| (seen.fund.id, seen.reach)));
    let parts: Vec<_> = groups.iter().map(|it| (Part::Funds(it.funds.clone()), it.reach)).collect();
    let dated: Vec<_> = parts.iter().map(|(part, it)| (part.clone(), it.cutoff)).collect();
    let splits: Vec<_> =
        parts.into_iter().map(|(part, it)| (part, it.cutoff, it.closed_at)).collect();
    let mut facts = assemble::Facts {
        schemes: budgets::schemes(connection, &ids).await?,
        budgets: budgets::monthly(connection, &dated).await?,
        splits: budgets::splits(connection, &splits).await?,
        committed: budgets::committed(connection, &groups).await?,
        forecasts: budgets::forecasts(connection, &groups).await?,
        balances: balances::sums(connection, &groups).await?,
        agreed: contributions::agreed(connection, &groups).await?,
        recordings: recordings::last(connection, &groups).await?,
        agreements: partners::agreements_of(connection, &ids).await?,
        parties: parties::of_funds(connection, &ids).await?,
    };
    if terms.is_restated {
        facts.balances.extend(restated::moves(connection, &groups).await?);
        for (fund, at) in restated::last(connection, &groups).await? {
            let last = facts.recordings.entry(fund).or_insert(at);
            *last = at.max(*last);
        }
    }
    let mut positions: Vec<FundPosition> =
        seen.into_iter().map(|seen| facts.position(seen, terms)).collect();
    if terms.basis == Basis::BorneBy {
        borne::put_in(connection, viewer, &mut positions, terms).await?;
    }
    Ok(positions)
}
