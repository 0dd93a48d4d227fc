use entities::{
    payment_run_act::{LineActKind, LineSide},
    value::Pence,
};

use super::Nature;

/// Where a line of pay stands (rule C11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineState {
    /// It is paid before it is known what is earned.
    OnAccount,
    /// It is due.
    Due,
    /// Its payee asked for it.
    Claimed,
    /// One side asked about it, and the other has not answered.
    Queried,
    /// The commissioner accepted it.
    Accepted,
    /// It was paid.
    Paid,
    /// Its payee confirmed that it arrived.
    Reconciled,
}

/// What is done about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineAct {
    /// What.
    pub kind: LineActKind,
    /// By which side.
    pub side: LineSide,
    /// How much is queried.
    pub queried: Option<Pence>,
    /// True when it says why.
    pub has_reason: bool,
}

/// Why something cannot be done about a line as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineRefusal {
    /// A line that takes back is nobody's claim.
    #[error("rule C11: this line takes back what was paid: there is nothing to claim")]
    NothingToClaim,
    /// It was done.
    #[error("rule C11: this was done before, or the line is paid already")]
    AlreadyDone,
    /// Somebody asked about it.
    #[error("rule C11: this line is queried: answer the query first")]
    Queried,
    /// A query without an amount, or of more than the line.
    #[error("rule C11: a query names an amount above nothing and no greater than the line's")]
    NotOfTheLine,
    /// A query or an answer without words.
    #[error("rule C11: a query says why, and an answer what")]
    NoReason,
    /// Nobody asked.
    #[error("rule C11: nothing is queried on this line")]
    NotQueried,
    /// Whoever asks does not answer.
    #[error("rule C11: nobody answers its own query: the other side does")]
    OwnQuery,
    /// It was not paid.
    #[error("rule C11: this line was not paid yet")]
    NotPaid,
}

/// Where a line of this nature stands after these acts.
#[must_use]
pub fn line_state(nature: Nature, acts: &[LineAct]) -> LineState {
    if open_query(acts).is_some() {
        return LineState::Queried;
    }
    let stands = |act: &LineAct| match act.kind {
        LineActKind::Queried | LineActKind::Answered => None,
        LineActKind::Claimed => Some(LineState::Claimed),
        LineActKind::Accepted => Some(LineState::Accepted),
        LineActKind::Paid => Some(LineState::Paid),
        LineActKind::Reconciled => Some(LineState::Reconciled),
    };
    let begins = if nature == Nature::OnAccount { LineState::OnAccount } else { LineState::Due };
    acts.iter().rev().find_map(stands).unwrap_or(begins)
}

/// Whether `next` may follow `before` on a line of this amount: what is queried waits for its answer
/// by the other side, and a line is claimed, accepted, paid and confirmed once.
///
/// # Errors
/// Why not.
pub fn may_follow(amount: Pence, before: &[LineAct], next: LineAct) -> Result<(), LineRefusal> {
    use LineActKind as Kind;
    let was = |kind: Kind| before.iter().any(|act| act.kind == kind);
    let query = open_query(before);
    if next.kind == Kind::Answered {
        let query = query.ok_or(LineRefusal::NotQueried)?;
        if query.side == next.side {
            return Err(LineRefusal::OwnQuery);
        }
        return if next.has_reason { Ok(()) } else { Err(LineRefusal::NoReason) };
    }
    if query.is_some() {
        return Err(LineRefusal::Queried);
    }
    match next.kind {
        Kind::Claimed if amount <= Pence::ZERO => Err(LineRefusal::NothingToClaim),
        Kind::Claimed if was(Kind::Accepted) => Err(LineRefusal::AlreadyDone),
        Kind::Claimed | Kind::Accepted | Kind::Queried if was(Kind::Paid) => {
            Err(LineRefusal::AlreadyDone)
        }
        Kind::Reconciled if !was(Kind::Paid) => Err(LineRefusal::NotPaid),
        Kind::Queried => {
            let queried = next.queried.unwrap_or_default();
            let is_of_line =
                queried > Pence::ZERO && queried.0.unsigned_abs() <= amount.0.unsigned_abs();
            match (is_of_line, next.has_reason) {
                (false, _) => Err(LineRefusal::NotOfTheLine),
                (true, false) => Err(LineRefusal::NoReason),
                (true, true) => Ok(()),
            }
        }
        kind if was(kind) => Err(LineRefusal::AlreadyDone),
        _ => Ok(()),
    }
}

/// The query that nobody has answered yet.
fn open_query(acts: &[LineAct]) -> Option<&LineAct> {
    let last = |act: &&LineAct| matches!(act.kind, LineActKind::Queried | LineActKind::Answered);
    acts.iter().rev().find(last).filter(|act| act.kind == LineActKind::Queried)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [LineActKind; 6] = [
        LineActKind::Claimed,
        LineActKind::Queried,
        LineActKind::Answered,
        LineActKind::Accepted,
        LineActKind::Paid,
        LineActKind::Reconciled,
    ];

    fn act(kind: LineActKind, side: LineSide, queried: Option<i64>) -> LineAct {
        LineAct { kind, side, queried: queried.map(Pence), has_reason: true }
    }

    fn acts() -> impl Strategy<Value = Vec<LineAct>> {
        let one = (0..KINDS.len(), any::<bool>(), -5_i64..15, any::<bool>());
        let one = one.prop_map(|(kind, is_payer, queried, has_reason)| LineAct {
            kind: KINDS[kind],
            side: if is_payer { LineSide::Payer } else { LineSide::Payee },
            queried: (KINDS[kind] == LineActKind::Queried).then_some(Pence(queried)),
            has_reason,
        });
        prop::collection::vec(one, 0..40)
    }

    /// Those of the acts that may follow the ones before them.
    fn done(amount: Pence, acts: Vec<LineAct>) -> Vec<LineAct> {
        let mut done: Vec<LineAct> = Vec::new();
        for act in acts {
            if may_follow(amount, &done, act).is_ok() {
                done.push(act);
            }
        }
        done
    }

    proptest! {
        #[test]
        fn c11_a_line_is_claimed_accepted_paid_and_confirmed_at_most_once(
            acts in acts(), amount in -10_i64..=10,
        ) {
            let done = done(Pence(amount), acts);
            for kind in KINDS {
                let times = done.iter().filter(|act| act.kind == kind).count();
                let often = matches!(kind, LineActKind::Queried | LineActKind::Answered);
                prop_assert!(often || times <= 1, "{kind:?} {times} times");
            }
            let place = |kind| done.iter().position(|act| act.kind == kind);
            let confirmed = place(LineActKind::Reconciled);
            prop_assert!(confirmed.is_none() || place(LineActKind::Paid) < confirmed);
        }

        #[test]
        fn c11_a_query_is_of_the_line_has_a_reason_and_is_answered_by_the_other_side_before_anything_else(
            acts in acts(), amount in -10_i64..=10,
        ) {
            let done = done(Pence(amount), acts);
            let mut asked: Option<LineAct> = None;
            for act in &done {
                match (asked, act.kind) {
                    (Some(query), kind) => {
                        prop_assert_eq!(kind, LineActKind::Answered);
                        prop_assert!(act.side != query.side && act.has_reason);
                        asked = None;
                    }
                    (None, LineActKind::Queried) => {
                        let queried = act.queried.map_or(0, |it| it.0);
                        prop_assert!(queried > 0 && queried <= amount.abs() && act.has_reason);
                        asked = Some(*act);
                    }
                    (None, kind) => prop_assert!(kind != LineActKind::Answered),
                }
            }
            let stands = line_state(Nature::Due, &done);
            prop_assert_eq!(stands == LineState::Queried, asked.is_some());
        }
    }

    #[test]
    fn c11_a_line_stands_as_it_was_last_dealt_with_and_an_answer_leaves_it_where_it_was() {
        let mut acts = Vec::new();
        assert_eq!(line_state(Nature::OnAccount, &acts), LineState::OnAccount);
        assert_eq!(line_state(Nature::Withheld, &acts), LineState::Due);
        let steps = [
            (LineActKind::Claimed, LineSide::Payee, None, LineState::Claimed),
            (LineActKind::Queried, LineSide::Payer, Some(10), LineState::Queried),
            (LineActKind::Answered, LineSide::Payee, None, LineState::Claimed),
            (LineActKind::Accepted, LineSide::Payer, None, LineState::Accepted),
            (LineActKind::Paid, LineSide::Payer, None, LineState::Paid),
            (LineActKind::Reconciled, LineSide::Payee, None, LineState::Reconciled),
        ];
        for (kind, side, queried, then) in steps {
            let next = act(kind, side, queried);
            assert_eq!(may_follow(Pence(10), &acts, next), Ok(()), "{kind:?}");
            acts.push(next);
            assert_eq!(line_state(Nature::Due, &acts), then);
        }
    }

    #[test]
    fn c11_each_refusal_says_what_is_in_the_way() {
        let follows = |before: &[LineAct], next| may_follow(Pence(10), before, next);
        let (payer, payee) = (LineSide::Payer, LineSide::Payee);
        let query = act(LineActKind::Queried, payer, Some(10));
        let paid = act(LineActKind::Paid, payer, None);
        let own = act(LineActKind::Answered, payer, None);
        assert_eq!(follows(&[query], own), Err(LineRefusal::OwnQuery));
        assert_eq!(follows(&[query], paid), Err(LineRefusal::Queried));
        assert_eq!(follows(&[], own), Err(LineRefusal::NotQueried));
        let more = act(LineActKind::Queried, payer, Some(11));
        assert_eq!(follows(&[], more), Err(LineRefusal::NotOfTheLine));
        let silent = LineAct { has_reason: false, ..query };
        assert_eq!(follows(&[], silent), Err(LineRefusal::NoReason));
        assert_eq!(follows(&[paid], paid), Err(LineRefusal::AlreadyDone));
        assert_eq!(follows(&[paid], query), Err(LineRefusal::AlreadyDone));
        let confirmed = act(LineActKind::Reconciled, payee, None);
        assert_eq!(follows(&[], confirmed), Err(LineRefusal::NotPaid));
        let claim = act(LineActKind::Claimed, payee, None);
        assert_eq!(may_follow(Pence(-10), &[], claim), Err(LineRefusal::NothingToClaim));
        let accepted = act(LineActKind::Accepted, payer, None);
        assert_eq!(follows(&[accepted], claim), Err(LineRefusal::AlreadyDone));
    }
}
