//! Where a contract stands: one step after the other, none taken back.

use chrono::NaiveDate;
use entities::contract_status_change::ContractStatus as Status;

/// What is done to a contract, so that it comes to stand otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// It is awarded, and others may challenge that for a time.
    Award,
    /// It is signed, and the services are made ready.
    Mobilise,
    /// The services begin.
    Activate,
    /// It is suspended, in part or as a whole.
    Suspend,
    /// It goes on after a suspension, or because notice was taken back.
    Resume,
    /// Somebody gives notice.
    GiveNotice,
    /// It ends before its last day.
    Terminate,
    /// It ends before its services began.
    Cancel,
    /// It is given up before it was signed.
    Abandon,
    /// It comes back, because the novation by which it ended is unfolded.
    Unfold,
}

/// A change that was recorded, in the order of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it stands from then on.
    pub status: Status,
    /// The first day on which it does.
    pub effective_on: NaiveDate,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 10] = [
        Self::Award,
        Self::Mobilise,
        Self::Activate,
        Self::Suspend,
        Self::Resume,
        Self::GiveNotice,
        Self::Terminate,
        Self::Cancel,
        Self::Abandon,
        Self::Unfold,
    ];

    /// Where it leads.
    #[must_use]
    pub const fn to(self) -> Status {
        match self {
            Self::Award => Status::InStandstill,
            Self::Mobilise => Status::Mobilising,
            Self::Activate | Self::Resume | Self::Unfold => Status::Active,
            Self::Suspend => Status::Suspended,
            Self::GiveNotice => Status::NoticeGiven,
            Self::Terminate => Status::Terminated,
            Self::Cancel => Status::Cancelled,
            Self::Abandon => Status::Abandoned,
        }
    }

    /// From where it can be taken.
    #[must_use]
    pub const fn from(self) -> &'static [Status] {
        match self {
            Self::Award => &[Status::Draft],
            Self::Mobilise => &[Status::InStandstill],
            Self::Activate => &[Status::Mobilising],
            Self::Suspend => &[Status::Active, Status::Suspended, Status::NoticeGiven],
            Self::Resume => &[Status::Suspended, Status::NoticeGiven],
            Self::GiveNotice => &[Status::Active, Status::Suspended],
            Self::Terminate => &[Status::Active, Status::Suspended, Status::NoticeGiven],
            Self::Cancel => &[Status::InStandstill, Status::Mobilising],
            Self::Abandon => &[Status::Draft, Status::InStandstill],
            Self::Unfold => &[Status::Terminated],
        }
    }

    /// True when it can be taken from there.
    #[must_use]
    pub fn leads_on_from(self, status: Status) -> bool {
        self.from().contains(&status)
    }

    /// True when it asks for the kind of reason and the document (rule C8).
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::Suspend | Self::GiveNotice | Self::Terminate | Self::Cancel | Self::Abandon
        )
    }
}

/// True when nothing follows it but the unfolding of a novation: what ended stays visible with its
/// reasons (rule C8).
#[must_use]
pub const fn is_end(status: Status) -> bool {
    matches!(status, Status::Terminated | Status::Expired | Status::Cancelled | Status::Abandoned)
}

/// True while services are delivered under a contract that stands so.
#[must_use]
pub const fn is_running(status: Status) -> bool {
    matches!(status, Status::Active | Status::Suspended | Status::NoticeGiven)
}

/// True of a contract that stands so when it was awarded and has not ended.
#[must_use]
pub const fn is_held(status: Status) -> bool {
    is_running(status) || matches!(status, Status::InStandstill | Status::Mobilising)
}

/// Where a contract stands on a day, by the last change that counts by then, and since when; a
/// running one expires after its last day. None before the first change.
#[must_use]
pub fn stands(changes: &[Change], ends_on: Option<NaiveDate>, day: NaiveDate) -> Option<Change> {
    let last = *changes.iter().rfind(|it| it.effective_on <= day)?;
    match ends_on.and_then(|end| end.succ_opt()) {
        Some(after) if is_running(last.status) && after <= day => {
            Some(Change { status: Status::Expired, effective_on: after.max(last.effective_on) })
        }
        _ => Some(last),
    }
}

/// True when services may be delivered under a contract on a day, by everything recorded: it has not
/// been terminated by then, its last day has not passed, and it was not given up before they began.
#[must_use]
pub fn delivers_on(changes: &[Change], ends_on: Option<NaiveDate>, day: NaiveDate) -> bool {
    let is_given_up = |it: &Change| matches!(it.status, Status::Cancelled | Status::Abandoned);
    let is_terminated = |it: Change| it.status == Status::Terminated;
    let has_passed = ends_on.is_some_and(|last| last < day);
    !has_passed
        && !changes.last().is_some_and(is_given_up)
        && !stands(changes, None, day).is_some_and(is_terminated)
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoStep {
    /// Nothing leads there from where the contract stands.
    #[error("rule C8: from where this contract stands, this step cannot be taken")]
    NotFromHere,
    /// It would count before an earlier one.
    #[error("rule C8: the last change counts from {0}, and this one from no earlier day")]
    BeforeTheLast(NaiveDate),
}

/// Whether a step can be taken after these changes, so that it counts from a day.
///
/// # Errors
/// Why not.
pub fn can_take(
    step: Step,
    changes: &[Change],
    ends_on: Option<NaiveDate>,
    effective_on: NaiveDate,
) -> Result<(), NoStep> {
    let Some(last) = changes.last() else { return Err(NoStep::NotFromHere) };
    if effective_on < last.effective_on {
        return Err(NoStep::BeforeTheLast(last.effective_on));
    }
    let status = stands(changes, ends_on, effective_on).map_or(last.status, |it| it.status);
    if step.leads_on_from(status) { Ok(()) } else { Err(NoStep::NotFromHere) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, day).expect("a day")
    }

    fn change(status: Status, on: u32) -> Change {
        Change { status, effective_on: day(on) }
    }

    #[test]
    fn c8_services_are_delivered_until_a_contract_ends_and_never_under_one_that_was_given_up() {
        let runs = [change(Status::Draft, 1), change(Status::Active, 2)];
        let on = |changes: &[Change], ends_on: Option<u32>, on: u32| {
            delivers_on(changes, ends_on.map(day), day(on))
        };
        assert!(on(&runs, None, 31) && on(&runs, Some(9), 9));
        assert!(!on(&runs, Some(9), 10), "its last day has passed");
        assert!(on(&[], None, 1), "nothing is known of it");
        let ended = [runs[0], runs[1], change(Status::Terminated, 12)];
        assert!(on(&ended, None, 11) && !on(&ended, None, 12));
        let back = [ended[0], ended[1], ended[2], change(Status::Active, 20)];
        assert!(!on(&back, None, 19) && on(&back, None, 20), "it came back");
        for given_up in [Status::Cancelled, Status::Abandoned] {
            assert!(!on(&[runs[0], change(given_up, 20)], None, 2), "before that as well");
        }
    }

    #[test]
    fn c8_the_steps_are_these_and_no_others() {
        let names: String = Step::ALL
            .map(|step| format!("{step:?}: {:?} to {:?}\n", step.from(), step.to()))
            .concat();
        let expected = "\
Award: [Draft] to InStandstill
Mobilise: [InStandstill] to Mobilising
Activate: [Mobilising] to Active
Suspend: [Active, Suspended, NoticeGiven] to Suspended
Resume: [Suspended, NoticeGiven] to Active
GiveNotice: [Active, Suspended] to NoticeGiven
Terminate: [Active, Suspended, NoticeGiven] to Terminated
Cancel: [InStandstill, Mobilising] to Cancelled
Abandon: [Draft, InStandstill] to Abandoned
Unfold: [Terminated] to Active
";
        assert_eq!(names, expected);
        let reasoned: Vec<_> = Step::ALL.into_iter().filter(|step| step.needs_reason()).collect();
        let expected =
            [Step::Suspend, Step::GiveNotice, Step::Terminate, Step::Cancel, Step::Abandon];
        assert_eq!(reasoned, expected);
    }

    #[test]
    fn a_running_contract_expires_after_its_last_day_and_what_ended_does_not() {
        let active = [change(Status::Draft, 1), change(Status::Active, 5)];
        let on = |it| stands(&active, Some(day(20)), day(it));
        assert_eq!(on(4), Some(change(Status::Draft, 1)));
        assert_eq!(on(5), Some(change(Status::Active, 5)));
        assert_eq!(on(20), Some(change(Status::Active, 5)));
        assert_eq!(on(21), Some(change(Status::Expired, 21)));
        assert_eq!(stands(&active, None, day(31)), Some(change(Status::Active, 5)));
        assert_eq!(stands(&active[1..], None, day(4)), None);
        let late = [change(Status::Active, 25)];
        assert_eq!(stands(&late, Some(day(20)), day(26)), Some(change(Status::Expired, 25)));
        let ended = [change(Status::Cancelled, 5)];
        assert_eq!(stands(&ended, Some(day(20)), day(21)), Some(change(Status::Cancelled, 5)));
        let in_standstill = [change(Status::InStandstill, 5)];
        let stays = stands(&in_standstill, Some(day(20)), day(21));
        assert_eq!(stays, Some(change(Status::InStandstill, 5)));
    }

    #[test]
    fn c8_a_step_counts_from_no_earlier_day_than_the_last_one() {
        let active = [change(Status::Active, 5)];
        let take = |step, on| can_take(step, &active, Some(day(20)), day(on));
        assert_eq!(take(Step::Suspend, 5), Ok(()));
        assert_eq!(take(Step::Suspend, 4), Err(NoStep::BeforeTheLast(day(5))));
        assert_eq!(take(Step::Award, 6), Err(NoStep::NotFromHere));
        assert_eq!(take(Step::Terminate, 21), Err(NoStep::NotFromHere), "it has expired");
        assert_eq!(can_take(Step::Award, &[], None, day(1)), Err(NoStep::NotFromHere));
    }

    #[test]
    fn what_runs_and_what_ended_are_told_apart() {
        let all = [
            Status::Draft,
            Status::InStandstill,
            Status::Mobilising,
            Status::Active,
            Status::Suspended,
            Status::NoticeGiven,
            Status::Terminated,
            Status::Expired,
            Status::Cancelled,
            Status::Abandoned,
        ];
        let running: Vec<_> = all.into_iter().filter(|it| is_running(*it)).collect();
        assert_eq!(running, [Status::Active, Status::Suspended, Status::NoticeGiven]);
        let ended: Vec<_> = all.into_iter().filter(|it| is_end(*it)).collect();
        let ends = [Status::Terminated, Status::Expired, Status::Cancelled, Status::Abandoned];
        assert_eq!(ended, ends);
    }

    proptest! {
        /// Whatever steps are tried in whatever order: nothing follows an end but the unfolding of one
        /// that had run, and a contract that runs was awarded and mobilised.
        #[test]
        fn c8_no_way_leads_out_of_an_end_or_round_the_award(
            tried in proptest::collection::vec(0_usize..10, 0..30),
        ) {
            let mut changes = vec![change(Status::Draft, 1)];
            for step in tried.into_iter().map(|place| Step::ALL[place]) {
                let before = changes.last().expect("one").status;
                if can_take(step, &changes, None, day(1)).is_ok() {
                    let comes_back = before == Status::Terminated && step == Step::Unfold;
                    prop_assert!(!is_end(before) || comes_back);
                    changes.push(change(step.to(), 1));
                }
            }
            let said: Vec<Status> = changes.iter().map(|it| it.status).collect();
            let first_running = said.iter().position(|it| is_running(*it));
            if let Some(first) = first_running {
                prop_assert_eq!(&said[..first], &[
                    Status::Draft, Status::InStandstill, Status::Mobilising,
                ]);
            }
        }
    }
}
