//! Who stands in the place of an organisation that has closed (rule G5).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::derive::Succession;

/// Who took over from whom, and who of several is named for one agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heirs {
    /// Who took over from whom.
    pub successions: Vec<Succession>,
    /// Which of several successors takes over here, by predecessor.
    pub takeovers: BTreeMap<Uuid, Uuid>,
}

impl Heirs {
    /// Who stands in an organisation's place on a day: itself until it closes, then its only
    /// successor or the one that is named, and so on; none while nobody of several is named.
    #[must_use]
    pub fn stands_for(&self, organisation: Uuid, day: NaiveDate) -> Option<Uuid> {
        Some(self.line(organisation, day)?.last()?.0)
    }

    /// Everybody who stood in an organisation's place up to a day, each with its first day, and
    /// itself first; none while nobody of several is named.
    #[must_use]
    pub fn line(&self, organisation: Uuid, day: NaiveDate) -> Option<Vec<(Uuid, NaiveDate)>> {
        let mut line = vec![(organisation, NaiveDate::MIN)];
        while let Some(closed) = line.last().map(|it| it.0) {
            // Nobody succeeds itself, whatever is on record.
            let is_new = |it: &&Succession| line.iter().all(|(known, _)| *known != it.successor);
            let of = self.successions.iter().filter(|it| it.predecessor == closed);
            let successors: Vec<&Succession> = of.filter(is_new).collect();
            if successors.iter().all(|it| day < it.effective_on) {
                break;
            }
            let next = match (self.takeovers.get(&closed), successors.as_slice()) {
                (Some(named), all) => all.iter().find(|it| it.successor == *named)?,
                (None, [only]) => only,
                (None, _) => return None,
            };
            if day < next.effective_on {
                return None;
            }
            line.push((next.successor, next.effective_on));
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Uuid = Uuid::from_u128(1);
    const NEXT: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);
    const LAST: Uuid = Uuid::from_u128(4);

    fn day(month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, month, 1).expect("a day")
    }

    fn heirs(successions: &[(Uuid, Uuid, u32)], named: &[(Uuid, Uuid)]) -> Heirs {
        let succession = |&(predecessor, successor, month): &(Uuid, Uuid, u32)| Succession {
            predecessor,
            successor,
            effective_on: day(month),
        };
        Heirs {
            successions: successions.iter().map(succession).collect(),
            takeovers: named.iter().copied().collect(),
        }
    }

    #[test]
    fn g5_the_only_successor_stands_in_its_place_from_the_effective_date_and_so_on() {
        let heirs = heirs(&[(OLD, NEXT, 4), (NEXT, LAST, 6)], &[]);
        let on = |month| heirs.stands_for(OLD, day(month));
        assert_eq!([3, 4, 5, 6].map(on), [OLD, NEXT, NEXT, LAST].map(Some));
        let line = vec![(OLD, NaiveDate::MIN), (NEXT, day(4)), (LAST, day(6))];
        assert_eq!(heirs.line(OLD, day(7)), Some(line));
        assert_eq!(heirs.stands_for(OTHER, day(7)), Some(OTHER));
    }

    #[test]
    fn g5_of_several_the_named_one_does_and_nobody_until_one_is_named() {
        let split = [(OLD, NEXT, 4), (OLD, OTHER, 5)];
        let unnamed = heirs(&split, &[]);
        assert_eq!([3, 4].map(|it| unnamed.stands_for(OLD, day(it))), [Some(OLD), None]);
        let named = heirs(&split, &[(OLD, OTHER)]);
        let on = |month| named.stands_for(OLD, day(month));
        assert_eq!([3, 4, 5].map(on), [Some(OLD), None, Some(OTHER)]);
    }

    #[test]
    fn a_circle_of_successions_ends() {
        let circle = heirs(&[(OLD, NEXT, 4), (NEXT, OLD, 5), (LAST, LAST, 4)], &[]);
        assert_eq!(circle.stands_for(OLD, day(6)), Some(NEXT));
        assert_eq!(circle.stands_for(LAST, day(6)), Some(LAST));
    }
}
