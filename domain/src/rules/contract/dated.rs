//! A contract as it reads on a day, by what was known by then.

use chrono::NaiveDate;
use entities::value::Instant;

/// When a fact counts; a later one takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The first day on which it counts.
    pub effective_on: NaiveDate,
    /// When it was recorded.
    pub known_at: Instant,
    /// Its number: of two that count from one day the later.
    pub number: i32,
}

/// What counts on a day of what was known by an instant: the last to take effect, and of several of
/// one day the last that was recorded.
#[must_use]
pub fn in_force<T>(
    facts: &[T],
    dated: impl Fn(&T) -> Dated,
    (day, known_at): (NaiveDate, Instant),
) -> Option<&T> {
    let counts = |it: &&T| {
        let it = dated(it);
        it.effective_on <= day && it.known_at <= known_at
    };
    let order = |it: &&T| {
        let it = dated(it);
        (it.effective_on, it.number)
    };
    facts.iter().filter(counts).max_by_key(order)
}

/// A party, for a time; its end may be known later than its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day, and when that was recorded.
    pub ends: Option<(NaiveDate, Instant)>,
    /// When it was recorded.
    pub known_at: Instant,
}

/// True when a party is one on a day, by what was known by an instant.
#[must_use]
pub fn lasts(party: Lasting, day: NaiveDate, known_at: Instant) -> bool {
    let has_ended = |(last, told): (NaiveDate, Instant)| told <= known_at && last < day;
    party.known_at <= known_at && party.starts_on <= day && !party.ends.is_some_and(has_ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, day).expect("a day")
    }

    fn at(micros: i64) -> Instant {
        Instant(micros)
    }

    #[test]
    fn m4_the_last_to_take_effect_counts_of_what_was_known() {
        let said = [(1, 10, 1), (9, 20, 2), (5, 30, 3), (9, 40, 4)];
        let dated = |(on, known, number): &(u32, i64, i32)| Dated {
            effective_on: day(*on),
            known_at: at(*known),
            number: *number,
        };
        let number = |on, known| in_force(&said, dated, (day(on), at(known))).map(|it| it.2);
        assert_eq!(number(1, 9), None);
        assert_eq!(number(4, 99), Some(1));
        assert_eq!(number(5, 29), Some(1), "what was not known yet does not count");
        assert_eq!(number(5, 30), Some(3));
        assert_eq!(number(9, 39), Some(2), "a later recording of an earlier day comes before it");
        assert_eq!(number(9, 40), Some(4));
    }

    #[test]
    fn a_partys_end_counts_from_when_it_was_known() {
        let party = Lasting { starts_on: day(3), ends: Some((day(6), at(50))), known_at: at(10) };
        assert!(!lasts(party, day(2), at(99)) && !lasts(party, day(3), at(9)));
        assert!(lasts(party, day(3), at(10)) && lasts(party, day(6), at(99)));
        assert!(!lasts(party, day(7), at(50)) && lasts(party, day(7), at(49)));
        assert!(lasts(Lasting { ends: None, ..party }, day(31), at(99)));
    }
}
