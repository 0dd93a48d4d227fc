//! What contracts were paid: which of it a viewer sees.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::policy::matrix::{COMMISSIONERS, FieldGroup, PROVIDERS};
use entities::{
    payment_run::{self as run, Entity as Runs},
    payment_run_act as act,
    payment_run_decision::{self as decision, RunDecision},
    payment_run_line as line, period_release,
    relation::RelationKind,
    value::{FinancialYear, Period},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};
use uuid::Uuid;

use super::{Through, facts::whole, readers, window::owners};
use crate::auth::Viewer;

/// A run with its lines, what was done about each, and what was decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFacts {
    /// The run.
    pub row: run::Model,
    /// Its lines, in their order, each with what was done about it.
    pub lines: Vec<(line::Model, Vec<act::Model>)>,
    /// The decision; none while it waits for one.
    pub decision: Option<decision::Model>,
}

/// How much of a run a viewer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// What it bears of it.
    Share,
    /// The lines, which pay the viewer.
    Paid,
    /// All of it.
    All,
}

/// Fact reader: the runs that are meant, of a contract that the caller has found through its view, in
/// their order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn whole_of(
    connection: &impl ConnectionTrait,
    meant: SimpleExpr,
) -> Result<Vec<RunFacts>, DbErr> {
    let all = &whole(connection);
    let own = || run_of(meant.clone());
    let mut acts: HashMap<Uuid, Vec<act::Model>> = HashMap::new();
    let of_line = Expr::col((act::Entity, act::Column::LineId));
    let known = act::Entity::find()
        .filter(
            of_line.in_subquery(
                Query::select()
                    .column(line::Column::Id)
                    .from(line::Entity)
                    .and_where(Expr::col(line::Column::RunId).in_subquery(own()))
                    .take(),
            ),
        )
        .order_by_asc(act::Column::Number);
    for row in known.all(all).await? {
        acts.entry(row.line_id).or_default().push(row);
    }
    let mut lines: HashMap<Uuid, Vec<(line::Model, Vec<act::Model>)>> = HashMap::new();
    let known = line::Entity::find()
        .filter(Expr::col((line::Entity, line::Column::RunId)).in_subquery(own()))
        .order_by_asc(line::Column::Number);
    for row in known.all(all).await? {
        let acts = acts.remove(&row.id).unwrap_or_default();
        lines.entry(row.run_id).or_default().push((row, acts));
    }
    let mut decisions: HashMap<Uuid, decision::Model> = decision::Entity::find()
        .filter(Expr::col((decision::Entity, decision::Column::RunId)).in_subquery(own()))
        .all(all)
        .await?
        .into_iter()
        .map(|row| (row.run_id, row))
        .collect();
    let rows =
        Runs::find().filter(meant.clone()).order_by_asc(run::Column::Number).all(all).await?;
    let facts = rows.into_iter().map(|row| RunFacts {
        lines: lines.remove(&row.id).unwrap_or_default(),
        decision: decisions.remove(&row.id),
        row,
    });
    Ok(facts.collect())
}

/// The identities of the runs that are meant.
fn run_of(meant: SimpleExpr) -> sea_orm::sea_query::SelectStatement {
    Query::select().column(run::Column::Id).from(Runs).and_where(meant).take()
}

/// Fact reader: true of a transaction by which a run, or the payment of a line, was posted.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn has_posted(
    connection: &impl ConnectionTrait,
    transaction: Uuid,
) -> Result<bool, DbErr> {
    let all = &whole(connection);
    let run = decision::Entity::find().filter(decision::Column::TransactionId.eq(transaction));
    let paid = act::Entity::find().filter(act::Column::TransactionId.eq(transaction));
    Ok(run.count(all).await? > 0 || paid.count(all).await? > 0)
}

/// How a viewer sees a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sees {
    /// How much of it is read.
    pub shows: Shows,
    /// The periods by which payments of its lines are told, when the viewer sees postings once they are
    /// released (rule V11); none when it sees them as they are made.
    pub released: Option<Arc<HashSet<PeriodOfFund>>>,
}

/// A fund, and a period of one of its years.
pub type PeriodOfFund = (Uuid, FinancialYear, Period);

impl Sees {
    /// All of it, as it happens.
    pub const EVERYTHING: Self = Self { shows: Shows::All, released: None };

    /// True when a payment from this fund in this period is told.
    #[must_use]
    pub fn is_told(&self, paid: &PeriodOfFund) -> bool {
        self.released.as_ref().is_none_or(|released| released.contains(paid))
    }
}

/// Which of the runs that are meant the viewer sees, and how.
///
/// # Errors
/// A fault of the database.
pub async fn seen(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    meant: SimpleExpr,
) -> Result<HashMap<Uuid, Sees>, DbErr> {
    let shows = |row: &Row| match (row.reads_all, row.is_paid) {
        (true, _) => Shows::All,
        (false, true) => Shows::Paid,
        (false, false) => Shows::Share,
    };
    let rows = runs(viewer).filter(meant).into_model::<Row>().all(connection).await?;
    let waits = rows.iter().filter(|row| !row.is_live).map(|row| row.fund_id).collect();
    let released = Arc::new(released_of(connection, waits).await?);
    let sees =
        |row: &Row| Sees { shows: shows(row), released: (!row.is_live).then(|| released.clone()) };
    Ok(rows.iter().map(|row| (row.id, sees(row))).collect())
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    fund_id: Uuid,
    reads_all: bool,
    is_paid: bool,
    is_live: bool,
}

/// Which periods of these funds were released.
#[expect(clippy::disallowed_methods, reason = "of funds whose runs the viewer sees")]
async fn released_of(
    connection: &impl ConnectionTrait,
    funds: HashSet<Uuid>,
) -> Result<HashSet<PeriodOfFund>, DbErr> {
    if funds.is_empty() {
        return Ok(HashSet::new());
    }
    let of_them = period_release::Column::FundId.is_in(funds);
    let rows = period_release::Entity::find().filter(of_them).all(&whole(connection)).await?;
    Ok(rows.iter().map(|row| (row.fund_id, row.financial_year, row.period)).collect())
}

/// Who is paid, and who bears a share, is told of a run once it is approved.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
fn runs(viewer: &Viewer) -> Select<Runs> {
    let either = |[one, other]: [SimpleExpr; 2]| one.or(other);
    let sees_all = either(by_everything(viewer).map(Through::cuts));
    let sees_own = either([by_being_paid(viewer), by_share(viewer)].map(Through::cuts));
    let reads_all = either(by_everything(viewer).map(Through::holds));
    let [by_contract, _] = by_everything(viewer);
    let live = by_fund(viewer).live_or(Expr::val(1).eq(0));
    let is_live = by_contract.holds().or(live.holds()).or(by_being_paid(viewer).holds());
    Runs::find()
        .filter(sees_all.or(sees_own.and(is_approved())))
        .select_only()
        .column(run::Column::Id)
        .column(run::Column::FundId)
        .expr_as(reads_all, "reads_all")
        .expr_as(is_live, "is_live")
        .expr_as(by_being_paid(viewer).holds().and(is_approved()), "is_paid")
}

/// By what the viewer reads everything of a run, which is a fact of the last day that it pays: by being
/// a party to the contract, or by what it is to the fund and, where it sees postings once they are
/// released, of released periods (rule V11).
fn by_everything(viewer: &Viewer) -> [Through; 2] {
    let pays_to = (Runs, run::Column::PaysTo);
    let is_party = |kind: &RelationKind| COMMISSIONERS.contains(kind) || PROVIDERS.contains(kind);
    let readers = readers(FieldGroup::PaymentsFromPool);
    // Who stands to the agreement waits for releases, also by what it is to the contract under it.
    let parties: Vec<RelationKind> = readers.iter().copied().filter(is_party).collect();
    let by_contract =
        Through::any_of(viewer, (Runs, run::Column::ContractId), &parties).on(pays_to);
    let period = (
        (Runs, run::Column::FundId),
        (Runs, run::Column::FinancialYear),
        (Runs, run::Column::Period),
    );
    [by_contract, by_fund(viewer).live_or_released(period)]
}

fn by_fund(viewer: &Viewer) -> Through {
    let readers = readers(FieldGroup::PaymentsFromPool);
    Through::any_of(viewer, (Runs, run::Column::FundId), &readers).on((Runs, run::Column::PaysTo))
}

/// By being paid: its last months are run when it has left.
fn by_being_paid(viewer: &Viewer) -> Through {
    let own = owners(FieldGroup::PaymentsFromPool).into_iter();
    let kinds: Vec<RelationKind> = own.filter(|it| PROVIDERS.contains(it)).collect();
    Through::any_of(viewer, (Runs, run::Column::ContractId), &kinds)
        .in_place((Runs, run::Column::PayeePosition))
        .previewed_on((Runs, run::Column::PaysTo))
}

/// By bearing a share of it.
fn by_share(viewer: &Viewer) -> Through {
    let own = owners(FieldGroup::PaymentsFromPool).into_iter();
    let kinds: Vec<RelationKind> = own.filter(|it| COMMISSIONERS.contains(it)).collect();
    Through::any_of(viewer, (Runs, run::Column::ContractId), &kinds).on((Runs, run::Column::PaysTo))
}

fn is_approved() -> SimpleExpr {
    let approved = Query::select()
        .expr(Expr::val(1))
        .from(decision::Entity)
        .and_where(
            Expr::col((decision::Entity, decision::Column::RunId))
                .eq(Expr::col((Runs, run::Column::Id))),
        )
        .and_where(decision::Column::Decision.eq(RunDecision::Approved))
        .take();
    Expr::exists(approved)
}
