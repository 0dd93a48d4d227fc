//! What contracts were paid: which of it a viewer sees.

use std::collections::HashMap;

use domain::policy::matrix::{COMMISSIONERS, FieldGroup, PROVIDERS};
use entities::{
    payment_run::{self as run, Entity as Runs},
    payment_run_act as act,
    payment_run_decision::{self as decision, RunDecision},
    payment_run_line as line,
    relation::RelationKind,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    Select,
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

/// Fact reader: every run of a contract that the caller has found through its view, in their order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn whole_of(
    connection: &impl ConnectionTrait,
    contract: Uuid,
) -> Result<Vec<RunFacts>, DbErr> {
    let all = &whole(connection);
    let own = || run_of(contract);
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
    let rows = Runs::find()
        .filter(run::Column::ContractId.eq(contract))
        .order_by_asc(run::Column::Number)
        .all(all)
        .await?;
    let facts = rows.into_iter().map(|row| RunFacts {
        lines: lines.remove(&row.id).unwrap_or_default(),
        decision: decisions.remove(&row.id),
        row,
    });
    Ok(facts.collect())
}

/// The identities of the runs of a contract.
fn run_of(contract: Uuid) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(run::Column::Id)
        .from(Runs)
        .and_where(Expr::col(run::Column::ContractId).eq(contract))
        .take()
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

/// The runs of which the viewer reads everything, each a fact of the last day that it pays: by being a
/// party to the contract, or by what it is to the fund and, where it sees postings once they are
/// released, of released periods (rule V11).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_all(viewer: &Viewer) -> Select<Runs> {
    let pays_to = (Runs, run::Column::PaysTo);
    let is_party = |kind: &RelationKind| COMMISSIONERS.contains(kind) || PROVIDERS.contains(kind);
    let readers = readers(FieldGroup::PaymentsFromPool);
    // Who stands to the agreement waits for releases, also by what it is to the contract under it.
    let parties: Vec<RelationKind> = readers.iter().copied().filter(is_party).collect();
    let by_contract =
        Through::any_of(viewer, (Runs, run::Column::ContractId), &parties).on(pays_to).cuts();
    let period = (
        (Runs, run::Column::FundId),
        (Runs, run::Column::FinancialYear),
        (Runs, run::Column::Period),
    );
    let by_fund = Through::any_of(viewer, (Runs, run::Column::FundId), &readers)
        .on(pays_to)
        .live_or_released(period)
        .cuts();
    Runs::find().filter(by_contract.or(by_fund))
}

/// The approved runs that pay the viewer: its last months are run when it has left.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_paid(viewer: &Viewer) -> Select<Runs> {
    let own = owners(FieldGroup::PaymentsFromPool).into_iter();
    let kinds: Vec<RelationKind> = own.filter(|it| PROVIDERS.contains(it)).collect();
    let paid = Through::any_of(viewer, (Runs, run::Column::ContractId), &kinds)
        .in_place((Runs, run::Column::PayeePosition));
    Runs::find().filter(paid.cuts()).filter(is_approved())
}

/// The approved runs of which the viewer bears a share.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_share(viewer: &Viewer) -> Select<Runs> {
    let own = owners(FieldGroup::PaymentsFromPool).into_iter();
    let kinds: Vec<RelationKind> = own.filter(|it| COMMISSIONERS.contains(it)).collect();
    let shares = Through::any_of(viewer, (Runs, run::Column::ContractId), &kinds)
        .on((Runs, run::Column::PaysTo));
    Runs::find().filter(shares.cuts()).filter(is_approved())
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
