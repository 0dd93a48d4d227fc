use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::subcontract::Approval;
use uuid::Uuid;

use super::Term;

/// Where a subcontract stands on a day (rule C3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is material, and the commissioner has not decided: it has not started, whatever its
    /// first day.
    AwaitingApproval,
    /// It is material, and the commissioner refused it: it does not start.
    Refused,
    /// Its first day is to come.
    ToStart,
    /// It runs.
    Running,
    /// Its last day is over.
    Ended,
}

/// The stage of a subcontract on a day. A material one starts on its first day or on the day of
/// its approval, whichever is later (rule C3).
#[must_use]
pub fn stage(
    term: Term,
    (approval, decided_on): (Approval, Option<NaiveDate>),
    today: NaiveDate,
) -> Stage {
    let first = match approval {
        Approval::Awaited => return Stage::AwaitingApproval,
        Approval::Refused => return Stage::Refused,
        Approval::NotNeeded => term.first,
        Approval::Approved => decided_on.map_or(term.first, |day| day.max(term.first)),
    };
    if today > term.last {
        Stage::Ended
    } else if today < first {
        Stage::ToStart
    } else {
        Stage::Running
    }
}

/// The links of a chain that can come about, parents before what stands under them: without those
/// that the commissioner refused, and without what stands under one of those (rule C3). `of` tells the
/// identity of a link, that of the link above it, and whether it was refused.
#[must_use]
pub fn not_refused<T>(chain: &[T], of: impl Fn(&T) -> (Uuid, Option<Uuid>, bool)) -> Vec<&T> {
    let mut refused: BTreeSet<Uuid> = BTreeSet::new();
    let can_come_about = |link: &&T| {
        let (id, parent, is_refused) = of(link);
        let is_out = is_refused || parent.is_some_and(|parent| refused.contains(&parent));
        if is_out {
            refused.insert(id);
        }
        !is_out
    };
    chain.iter().filter(can_come_about).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{day, id};
    use super::*;

    fn on(approval: Approval, decided_on: Option<NaiveDate>, today: NaiveDate) -> Stage {
        let term = Term { first: day(2025, 4, 1), last: day(2026, 3, 31) };
        stage(term, (approval, decided_on), today)
    }

    #[test]
    fn c3_a_material_subcontract_starts_only_after_it_was_approved() {
        let [before, within, after] = [day(2025, 3, 31), day(2025, 10, 1), day(2026, 4, 1)];
        for today in [before, within, after] {
            assert_eq!(on(Approval::Awaited, None, today), Stage::AwaitingApproval);
            assert_eq!(on(Approval::Refused, Some(before), today), Stage::Refused);
        }
        assert_eq!(on(Approval::Approved, Some(within), day(2025, 9, 30)), Stage::ToStart);
        assert_eq!(on(Approval::Approved, Some(within), within), Stage::Running);
        assert_eq!(on(Approval::Approved, Some(within), after), Stage::Ended);
        assert_eq!(on(Approval::Approved, Some(day(2025, 3, 1)), before), Stage::ToStart);
        assert_eq!(on(Approval::Approved, Some(after), after), Stage::Ended);
    }

    #[test]
    fn c3_what_was_refused_counts_for_nothing_nor_does_what_stands_under_it() {
        let chain = [(1, None, false), (2, None, true), (3, Some(2), false), (4, Some(3), false)];
        let of = |it: &(u128, Option<u128>, bool)| (id(it.0), it.1.map(id), it.2);
        assert_eq!(not_refused(&chain, of), [&chain[0]]);
    }

    #[test]
    fn c3_one_that_is_not_material_runs_from_its_first_day_to_its_last() {
        let on = |today| on(Approval::NotNeeded, None, today);
        assert_eq!(on(day(2025, 3, 31)), Stage::ToStart);
        assert_eq!(on(day(2025, 4, 1)), Stage::Running);
        assert_eq!(on(day(2026, 3, 31)), Stage::Running);
        assert_eq!(on(day(2026, 4, 1)), Stage::Ended);
    }
}
