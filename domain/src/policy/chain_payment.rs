//! Which days a payment under a link of a supply chain is open for.

use chrono::NaiveDate;
use entities::access::Window;

use super::{Standing, matrix::CHAIN};

impl Standing {
    /// The part of it that opens something of some of these days under a link with this last day.
    /// What is paid after that day its parties read who were so to the end.
    #[must_use]
    pub fn of_link_during(&self, link_ends: NaiveDate, first: NaiveDate, last: NaiveDate) -> Self {
        self.under_link(link_ends, |it, until| {
            it.covers_from <= last && first.min(until) <= it.covers_to
        })
    }

    /// The part of it that opens what was paid on a day under a link with this last day, and was
    /// recorded or said of it on another.
    #[must_use]
    pub fn of_link_payment(
        &self,
        link_ends: NaiveDate,
        paid_on: NaiveDate,
        known_on: NaiveDate,
    ) -> Self {
        self.under_link(link_ends, |it, until| {
            it.covers_from <= paid_on && paid_on.max(known_on).min(until) <= it.covers_to
        })
    }

    fn under_link(&self, link_ends: NaiveDate, opens: impl Fn(&Window, NaiveDate) -> bool) -> Self {
        let until = |it: &Window| {
            if CHAIN.contains(&it.relation) { link_ends } else { NaiveDate::MAX }
        };
        let opening = self.windows().iter().filter(|it| opens(it, until(it)));
        self.part(opening.copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use entities::relation::RelationKind;

    use super::*;
    use crate::policy::matrix::FieldGroup::ChainPayments;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    fn until(relation: RelationKind, last: NaiveDate) -> Standing {
        Standing::of(&[Window {
            covers_from: day(2025, 4, 1),
            covers_to: last,
            ..Standing::whole(relation).windows()[0]
        }])
    }

    #[test]
    fn c11_a_party_to_the_end_reads_what_is_paid_after_it() {
        let (ends, later) = (day(2025, 9, 30), day(2025, 12, 1));
        for kind in [RelationKind::Buyer, RelationKind::Seller] {
            let opens = |to, paid, known| {
                until(kind, to).of_link_payment(ends, paid, known).reads(ChainPayments)
            };
            assert!(opens(ends, later, later), "{kind:?} to the end");
            let left = day(2025, 9, 29);
            assert!(!opens(left, later, later), "{kind:?} that left before");
            assert!(opens(left, left, left));
            assert!(!opens(left, left, ends), "what was recorded later");
            assert!(!opens(ends, day(2025, 3, 31), later), "before its days");
            assert!(opens(ends, day(2025, 4, 1), later));
        }
    }

    #[test]
    fn c11_others_read_what_was_paid_and_recorded_in_their_days_whenever_the_link_ends() {
        let to = day(2025, 9, 30);
        let host = until(RelationKind::Host, to);
        let opens = |paid, known| {
            let open = host.of_link_payment(day(2025, 6, 1), paid, known);
            open.reads_summary(ChainPayments)
        };
        assert!(opens(to, to));
        assert!(!opens(to, day(2025, 10, 1)));
        assert!(!opens(day(2025, 10, 1), to));
        assert!(!opens(day(2025, 3, 31), to));
        assert!(opens(day(2025, 4, 1), to));
    }

    #[test]
    fn c11_a_year_is_open_to_whoever_was_a_party_on_one_of_its_days_or_to_the_end() {
        let ends = day(2025, 9, 30);
        let year = |kind, to, start| {
            let (first, last) = (day(start, 4, 1), day(start + 1, 3, 31));
            !until(kind, to).of_link_during(ends, first, last).windows().is_empty()
        };
        assert!(year(RelationKind::Buyer, ends, 2026), "to the end");
        assert!(!year(RelationKind::Buyer, day(2025, 9, 29), 2026));
        assert!(year(RelationKind::Buyer, day(2025, 9, 29), 2025));
        assert!(!year(RelationKind::Buyer, ends, 2024));
        assert!(!year(RelationKind::Host, ends, 2026));
        assert!(year(RelationKind::Host, ends, 2025));
        assert!(year(RelationKind::Host, day(2026, 4, 1), 2026), "its first day");
        let joined = until(RelationKind::Host, FAR).of_link_during(ends, BEFORE, day(2025, 4, 1));
        assert!(!joined.windows().is_empty(), "its last day");
    }

    const FAR: NaiveDate = NaiveDate::MAX;
    const BEFORE: NaiveDate = NaiveDate::MIN;
}
