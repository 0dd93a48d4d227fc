use domain::rules::pay::{LineState, line_state};
use entities::{
    payment_run as row,
    payment_run_act::{self as act, LineActKind},
    payment_run_decision as decision, payment_run_line as line,
    value::{FinancialYear, Pence, Period},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait,
    sea_query::{ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::{Around, Explained, LinePermissions, acts, around, nature, permission};
use crate::{
    access::payment_run::{self as access, RunFacts, Sees, Shows, whole_of},
    auth::Viewer,
    database::Writing,
    service::{
        Refusal, Stopped,
        frozen::thaw,
        pay::{self, Ground, share_of},
    },
};

/// A run, as far as the viewer reads it.
#[derive(Clone, Debug)]
pub struct PaymentRun {
    /// The run.
    pub row: row::Model,
    /// How much of it is shown.
    pub shows: Shows,
    /// The decision; none while it waits for one.
    pub decision: Option<decision::Model>,
    /// What it comes to; none where the lines are not read.
    pub total: Option<Pence>,
    /// What the viewer bears of it as a commissioner; none of anybody else, and where shares are not
    /// agreed.
    pub own_share: Option<Pence>,
    /// Its lines; none where they are not read.
    pub lines: Option<Vec<PaidLine>>,
    /// Whether the viewer may approve or refuse it, and why not.
    pub may_decide: Result<(), String>,
}

/// A line of a run.
#[derive(Clone, Debug)]
pub struct PaidLine {
    /// The line.
    pub row: line::Model,
    /// What its component is called by its parties.
    pub component: String,
    /// Where it stands.
    pub state: LineState,
    /// What was done about it, the first first, as far as the viewer is told.
    pub acts: Vec<act::Model>,
    /// All that was done about it.
    pub(super) done: Vec<act::Model>,
    /// What the viewer may do about it.
    pub may: LinePermissions,
}

impl PaidLine {
    /// How it came about.
    ///
    /// # Errors
    /// A fault, when what is kept is no explanation.
    pub fn explained(&self) -> Result<Explained, Stopped> {
        Ok(thaw(&self.row.explanation, "line of a payment run")?)
    }
}

/// The runs of a contract in a year that the viewer sees, the first first.
///
/// # Errors
/// A fault of the database.
pub async fn runs_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (contract, year): (Uuid, FinancialYear),
) -> Result<Vec<PaymentRun>, Stopped> {
    let ground = pay::ground(connection, viewer, contract).await?;
    let around = around(connection, viewer, &ground).await?;
    seen(connection, viewer, (&ground, &around), row::Column::FinancialYear.eq(year)).await
}

/// The one run that is meant, as the viewer sees it.
pub(super) async fn one(
    tx: &Writing,
    viewer: &Viewer,
    of: (&Ground, &Around),
    meant: SimpleExpr,
) -> Result<PaymentRun, Stopped> {
    let found = seen(&**tx, viewer, of, meant).await?.into_iter().next();
    found.ok_or_else(|| Refusal::not_found("payment run", "run").into())
}

async fn seen(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (ground, around): (&Ground, &Around),
    meant: SimpleExpr,
) -> Result<Vec<PaymentRun>, Stopped> {
    let meant = row::Column::ContractId.eq(ground.contract.row.id).and(meant);
    let shows = access::seen(connection, viewer, meant.clone()).await?;
    let known = whole_of(connection, meant).await?.into_iter();
    let seen = known.filter_map(|it| {
        let sees = shows.get(&it.row.id)?;
        Some(told(viewer, around, (it, sees)))
    });
    Ok(seen.collect())
}

/// A run as the viewer sees it, with everything that was decided and done about it.
pub(super) fn told(
    viewer: &Viewer,
    around: &Around,
    (facts, sees): (RunFacts, &Sees),
) -> PaymentRun {
    let decision = facts.decision;
    let parties = around.paying(facts.row.payee_id, viewer);
    let total: Pence = facts.lines.iter().map(|(line, _)| line.amount_pence).sum();
    let may_decide = permission::may_decide(viewer, &parties, (&facts.row, decision.as_ref()));
    let own_share = own_share(viewer, around, (&facts.row, &facts.lines));
    let fund = facts.row.fund_id;
    let of_line = |(line, all): (line::Model, Vec<act::Model>)| {
        let known: Vec<act::Model> =
            all.iter().take_while(|it| is_told(it, (sees, fund))).cloned().collect();
        let done = acts(&known);
        PaidLine {
            component: around.components.get(&line.component_id).cloned().unwrap_or_default(),
            state: line_state(nature(&line), &done),
            may: permission::of_line(viewer, &parties, (decision.as_ref(), &line, &done)),
            acts: known,
            done: all,
            row: line,
        }
    };
    let reads_lines = sees.shows != Shows::Share;
    PaymentRun {
        shows: sees.shows,
        total: reads_lines.then_some(total),
        own_share,
        lines: reads_lines.then(|| facts.lines.into_iter().map(of_line).collect()),
        decision,
        may_decide,
        row: facts.row,
    }
}

/// True when the viewer is told of what was done about a line: of a payment once its own period is
/// released, where it waits for that; and of what followed it no sooner (rule V11).
fn is_told(act: &act::Model, (sees, fund): (&Sees, Uuid)) -> bool {
    let paid_on = act.happened_on.filter(|_| act.kind == LineActKind::Paid);
    paid_on.is_none_or(|on| sees.is_told(&(fund, FinancialYear::of(on), Period::of(on))))
}

/// What the viewer bears of the lines: each is of the last day of its month.
fn own_share(
    viewer: &Viewer,
    around: &Around,
    (run, lines): (&row::Model, &[(line::Model, Vec<act::Model>)]),
) -> Option<Pence> {
    let year = run.financial_year;
    let lines = lines.iter().map(|(line, _)| (line.period.last_day(year), line.amount_pence));
    share_of(viewer, (&around.facts, &around.heirs), lines)
}
