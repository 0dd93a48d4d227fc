//! Which measures somebody reads by the links that feed them, and as at which day.

use chrono::NaiveDate;
use entities::access::Window;

use super::{
    Standing,
    matrix::{CHAIN, FieldGroup},
};
use crate::rules::supply_chain::FedDays;

const GROUP: FieldGroup = FieldGroup::OutcomeMeasures;

impl Standing {
    /// True when it reads which measures a link feeds: whoever reads outcome measures, and the parties
    /// of the link.
    #[must_use]
    pub fn reads_feeds(&self) -> bool {
        self.windows().iter().any(|it| self.feeding(it).is_some())
    }

    /// True when what was recorded on a day of what a link feeds is open: to its parties for ever, and
    /// to others as long as they read outcome measures.
    #[must_use]
    pub fn opens_feed(&self, recorded_on: NaiveDate) -> bool {
        let opens = |it: &Window| match self.feeding(it) {
            Some(Feeding::Own) if it.acts => true,
            Some(_) => recorded_on <= it.covers_to,
            None => false,
        };
        self.windows().iter().any(opens)
    }

    /// The last day up to `today` as at which a measure is told that a link feeds on some days: its
    /// parties of those days, of theirs, and others of their own; none when there is no such day.
    #[must_use]
    pub fn measure_told_on(&self, fed: FedDays, today: NaiveDate) -> Option<NaiveDate> {
        let told = |it: &Window| {
            let (first, last) = match self.feeding(it)? {
                Feeding::Own => {
                    let last = fed.last.unwrap_or(NaiveDate::MAX).min(it.covers_to);
                    (fed.first.max(it.covers_from), last.min(today))
                }
                Feeding::All => (it.covers_from, it.covers_to.min(today)),
            };
            (first <= last).then_some(last)
        };
        self.windows().iter().filter_map(told).max()
    }

    fn feeding(&self, window: &Window) -> Option<Feeding> {
        let alone = self.part(vec![*window]);
        if CHAIN.contains(&window.relation) {
            return alone.reads_own(GROUP).then_some(Feeding::Own);
        }
        alone.reads(GROUP).then_some(Feeding::All)
    }
}

/// How outcome measures are read.
#[derive(Clone, Copy)]
enum Feeding {
    /// Those that one's link feeds.
    Own,
    /// All.
    All,
}

#[cfg(test)]
mod tests {
    use entities::relation::RelationKind;

    use super::*;
    use crate::policy::Relation;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, month, day).expect("a day")
    }

    fn window(relation: RelationKind) -> Window {
        Window {
            covers_from: day(4, 1),
            covers_to: day(9, 30),
            ..Standing::whole(relation).windows()[0]
        }
    }

    fn of(relation: RelationKind) -> Standing {
        Standing::of(&[window(relation)])
    }

    fn fed(first: NaiveDate, last: Option<NaiveDate>) -> FedDays {
        FedDays { first, last }
    }

    #[test]
    fn the_parties_of_a_link_and_whoever_reads_outcome_measures_read_what_it_feeds() {
        use RelationKind::{
            AssociateCommissioner, Buyer, ConsortiumMember, CoordinatingCommissioner, Grantee,
            Host, LeadProvider, Partner, Seller, TeamMember,
        };
        let readers = [
            Host,
            Partner,
            TeamMember,
            CoordinatingCommissioner,
            AssociateCommissioner,
            LeadProvider,
            ConsortiumMember,
            Buyer,
            Seller,
            Grantee,
        ];
        let always = fed(day(4, 1), None);
        for relation in Relation::ALL {
            let Relation::Stands(kind) = relation else { continue };
            let reads = readers.contains(&kind);
            assert_eq!(of(kind).reads_feeds(), reads, "{kind:?}");
            assert_eq!(of(kind).opens_feed(day(9, 30)), reads, "{kind:?}");
            let told = of(kind).measure_told_on(always, day(5, 1));
            assert_eq!(told, reads.then_some(day(5, 1)), "{kind:?}");
        }
        assert!(!Standing::default().reads_feeds());
    }

    #[test]
    fn a_party_of_the_link_is_told_the_measure_as_on_the_last_day_that_is_fed_and_its_own() {
        for kind in [RelationKind::Buyer, RelationKind::Seller] {
            let told = |first, last, today| of(kind).measure_told_on(fed(first, last), today);
            assert_eq!(told(day(5, 1), None, day(4, 30)), None, "it is to come");
            assert_eq!(told(day(5, 1), None, day(5, 1)), Some(day(5, 1)));
            assert_eq!(told(day(5, 1), Some(day(5, 31)), day(7, 1)), Some(day(5, 31)));
            assert_eq!(told(day(5, 1), None, day(12, 1)), Some(day(9, 30)), "it left");
            assert_eq!(told(day(5, 2), Some(day(5, 1)), day(7, 1)), None, "it never began");
            assert_eq!(told(day(9, 30), None, day(12, 1)), Some(day(9, 30)));
            assert_eq!(told(day(10, 1), None, day(12, 1)), None, "it was another's by then");
            let before = fed(day(1, 1), Some(day(3, 31)));
            assert_eq!(of(kind).measure_told_on(before, day(12, 1)), None, "it came later");
            let on_the_first = fed(day(1, 1), Some(day(4, 1)));
            assert_eq!(of(kind).measure_told_on(on_the_first, day(12, 1)), Some(day(4, 1)));
        }
    }

    #[test]
    fn whoever_reads_outcome_measures_is_told_on_its_own_days_whatever_is_fed() {
        let told = |first, today| of(RelationKind::Host).measure_told_on(fed(first, None), today);
        assert_eq!(told(day(12, 1), day(5, 1)), Some(day(5, 1)));
        assert_eq!(told(day(5, 1), day(12, 1)), Some(day(9, 30)));
        assert_eq!(told(day(5, 1), day(3, 31)), None, "its days have not begun");
        assert_eq!(told(day(5, 1), day(4, 1)), Some(day(4, 1)));
        let both = [window(RelationKind::Host), {
            let seller = window(RelationKind::Seller);
            Window { covers_to: day(12, 31), ..seller }
        }];
        let both = Standing::of(&both).measure_told_on(fed(day(5, 1), None), day(12, 1));
        assert_eq!(both, Some(day(12, 1)), "the later of both");
    }

    #[test]
    fn what_was_said_later_is_told_to_the_parties_and_not_to_whoever_left() {
        let later = day(10, 1);
        assert!(of(RelationKind::Seller).opens_feed(later));
        assert!(!of(RelationKind::Host).opens_feed(later));
        assert!(of(RelationKind::Host).opens_feed(day(9, 30)));
        let read_on = Window { acts: false, ..window(RelationKind::Seller) };
        let read_on = Standing::of(&[read_on]);
        assert!(!read_on.opens_feed(later) && read_on.opens_feed(day(9, 30)));
    }

    #[test]
    fn v7_a_preview_tells_of_no_measure_that_whoever_previews_does_not_read() {
        let days = [(day(4, 1), day(12, 31))];
        let by = |by| of(RelationKind::Seller).previewed(by, &days).reads_feeds();
        assert!(by(RelationKind::Host) && !by(RelationKind::Observer));
    }
}
