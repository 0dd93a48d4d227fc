//! Which years of a delegated budget are open, and who holds it.

use chrono::NaiveDate;
use entities::{access::Window, relation::RelationKind, value::FinancialYear};

use super::Standing;

impl Standing {
    /// The part of it that opens a year of a delegated budget: whoever holds it reads all of its
    /// years, and others those that their relation to the contract opens.
    #[must_use]
    pub fn of_delegated_year(&self, year: FinancialYear) -> Self {
        let first = year.first_day();
        // Whoever previews sees no year that it does not see itself (rule V7).
        let all_years = |it: &Window| holds(it) && !self.is_preview();
        let opens =
            |it: &&Window| all_years(it) || (it.covers_from <= first && first <= it.covers_to);
        self.part(self.windows().iter().filter(opens).copied().collect())
    }

    /// True when a delegated budget is held on a day, and not only read for having been a
    /// predecessor's.
    #[must_use]
    pub fn holds_budget(&self, day: NaiveDate) -> bool {
        self.windows().iter().any(|it| holds(it) && it.acts && day <= it.covers_to)
    }
}

fn holds(window: &Window) -> bool {
    window.relation == RelationKind::FundedProvider
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::matrix::FieldGroup::DelegatedBudgets;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    fn until(relation: RelationKind, last: NaiveDate) -> Window {
        let whole = Standing::whole(relation).windows()[0];
        Window { covers_from: day(2025, 4, 1), covers_to: last, ..whole }
    }

    #[test]
    fn v1_a_holder_reads_every_year_of_its_budget_and_others_those_of_their_days() {
        let reads = |kind, start| {
            let standing = Standing::of(&[until(kind, day(2026, 4, 1))]);
            let year = FinancialYear::starting(start).expect("a year");
            standing.of_delegated_year(year).reads_own(DelegatedBudgets)
        };
        let years = [2024, 2025, 2026, 2027];
        assert_eq!(years.map(|it| reads(RelationKind::FundedProvider, it)), [true; 4]);
        let others = [false, true, true, false];
        assert_eq!(years.map(|it| reads(RelationKind::Host, it)), others);
        assert_eq!(years.map(|it| reads(RelationKind::LeadProvider, it)), [false; 4]);
    }

    #[test]
    fn g5_a_budget_is_held_until_its_holder_has_closed_and_by_who_acts_in_its_place() {
        let last = day(2025, 9, 30);
        let held = until(RelationKind::FundedProvider, last);
        let holds = |window: Window, on| Standing::of(&[window]).holds_budget(on);
        assert!(holds(held, last));
        assert!(!holds(held, day(2025, 10, 1)));
        assert!(!holds(Window { acts: false, ..held }, last));
        assert!(!holds(until(RelationKind::Host, last), last));
    }
}
