use domain::{
    policy::{Denied, approval::Person, decisions::PaymentParties},
    rules::pay::{LineAct, may_follow},
};
use entities::{
    payment_run as row,
    payment_run_act::{LineActKind, LineSide},
    payment_run_decision::{self as decision, RunDecision},
    payment_run_line as line,
    value::Pence,
};

use crate::auth::Viewer;

/// What the viewer may do about a line, and why not: the decisions and the rules that guard it.
#[derive(Clone, Debug)]
pub struct LinePermissions {
    /// Claiming it.
    pub claim: Result<(), String>,
    /// Asking the other side about it.
    pub query: Result<(), String>,
    /// Answering what the other side asked.
    pub answer: Result<(), String>,
    /// Accepting it.
    pub accept: Result<(), String>,
    /// Recording that it was paid.
    pub record_paid: Result<(), String>,
    /// Confirming that it arrived.
    pub reconcile: Result<(), String>,
}

/// Whether the viewer may approve or refuse a run.
///
/// # Errors
/// Why not.
pub fn may_decide(
    viewer: &Viewer,
    parties: &PaymentParties,
    (run, decision): (&row::Model, Option<&decision::Model>),
) -> Result<(), String> {
    let ran_by = Person { account: run.recorded_by_id, organisation: run.recorded_as_id };
    let may = viewer.actor().may_decide_payment_run(parties, (viewer.account, ran_by));
    may.map_err(|why| why.to_string())?;
    if decision.is_some() { Err(DECIDED.to_owned()) } else { Ok(()) }
}

/// Why a run that was decided is not decided again.
pub(super) const DECIDED: &str = "this run was approved or refused already";
/// Why nothing is done about the lines of a run that was not approved.
pub(super) const NOT_APPROVED: &str = "the host has not approved this run";

/// By which side the viewer may do this about a line.
///
/// # Errors
/// Why not.
pub(super) fn side(
    viewer: &Viewer,
    parties: &PaymentParties,
    kind: LineActKind,
) -> Result<LineSide, Denied> {
    use LineActKind as Kind;
    let actor = viewer.actor();
    match kind {
        Kind::Claimed | Kind::Reconciled => {
            actor.may_claim_payment(parties).map(|()| LineSide::Payee)
        }
        Kind::Queried | Kind::Answered => actor.may_ask_about_payment(parties),
        Kind::Accepted => actor.may_accept_payment(parties).map(|()| LineSide::Payer),
        Kind::Paid => actor.may_record_payment_made(parties).map(|()| LineSide::Payer),
    }
}

/// What the viewer may do about a line of a run that was decided so, after these acts.
#[must_use]
pub fn of_line(
    viewer: &Viewer,
    parties: &PaymentParties,
    (decision, line, done): (Option<&decision::Model>, &line::Model, &[LineAct]),
) -> LinePermissions {
    let is_approved = decision.is_some_and(|it| it.decision == RunDecision::Approved);
    let may = |kind: LineActKind| -> Result<(), String> {
        let side = side(viewer, parties, kind).map_err(|why| why.to_string())?;
        if !is_approved {
            return Err(NOT_APPROVED.to_owned());
        }
        let queried = (kind == LineActKind::Queried).then_some(Pence(1));
        let next = LineAct { kind, side, queried, has_reason: true };
        may_follow(line.amount_pence, done, next).map_err(|why| why.to_string())
    };
    LinePermissions {
        claim: may(LineActKind::Claimed),
        query: may(LineActKind::Queried),
        answer: may(LineActKind::Answered),
        accept: may(LineActKind::Accepted),
        record_paid: may(LineActKind::Paid),
        reconcile: may(LineActKind::Reconciled),
    }
}
