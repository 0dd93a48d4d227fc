//! How far a viewer sees: up to which day, and why something is hidden. What a relation opened
//! stays open after it has ended, and what came later does not appear.

use chrono::NaiveDate;
use entities::{
    access::Window,
    value::{FinancialYear, Period},
};

use super::{Rights, Standing, derive::FOREVER, matrix::FieldGroup};

/// How a viewer sees the figures of one year as of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The last day of effect that counts: the day asked for, or the last that is open.
    pub as_of: NaiveDate,
    /// The last day that is open in any year, [`FOREVER`] of a relation that goes on: what has no
    /// day of effect counts when it was recorded by then.
    pub open_to: NaiveDate,
    /// What opens that day.
    pub standing: Standing,
}

/// Why a viewer does not read something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// It stands in no relation that reads any of it.
    NotAParty,
    /// It reads a summary, and this is no part of it.
    SummaryOnly,
    /// It reads its own part only.
    OwnOnly,
    /// It stands in a relation that reads it, and not of these days.
    OutsideItsDays,
}

impl Standing {
    /// The last day that relations with certain rights to a group open; none when none has them.
    #[must_use]
    pub fn open_to(&self, group: FieldGroup, has: impl Fn(Rights) -> bool) -> Option<NaiveDate> {
        self.spells(group, has).into_iter().map(|(_, to)| to).max()
    }

    /// The part of it that reads drafts of contracts: of a provider, what it writes itself.
    #[must_use]
    pub fn drafting(&self) -> Self {
        let provides = self.provides();
        let reads = |window: &&Window| {
            let alone = Self::of(std::slice::from_ref(*window)).rights(FieldGroup::ContractDraft);
            alone.writes_all() || (alone.reads_all() && !provides)
        };
        self.part(self.windows().iter().filter(reads).copied().collect())
    }

    /// The days that each relation with certain rights to a group opens, the earliest first.
    fn spells(
        &self,
        group: FieldGroup,
        has: impl Fn(Rights) -> bool,
    ) -> Vec<(NaiveDate, NaiveDate)> {
        let alone = |window: &Window| self.part(vec![*window]).rights(group);
        let opening = self.windows().iter().filter(|window| has(alone(window)));
        let mut spells: Vec<_> = opening.map(|it| (it.covers_from, it.covers_to)).collect();
        spells.sort_unstable();
        spells
    }

    /// How figures of a group are seen in `year` as of the day `asked`; none when no day of the
    /// year is open. Before the year begins, whoever sees the year sees what was done for it.
    #[must_use]
    pub fn as_of(
        &self,
        group: FieldGroup,
        year: FinancialYear,
        asked: NaiveDate,
        has: impl Fn(Rights) -> bool + Copy,
    ) -> Option<Dated> {
        let last = self.in_year(year).open_to(group, has)?.min(year.last_day());
        let as_of = asked.min(last);
        let day = as_of.max(year.first_day());
        let standing = self.during(day, day);
        let open_to = standing.open_to(group, Rights::reads_all);
        let open_to = open_to.or_else(|| standing.open_to(group, has)).unwrap_or(last);
        Some(Dated { as_of, open_to, standing })
    }

    /// Why the whole of a group is not read here, by somebody who stands as `everywhere` to the
    /// same root on some day or other; none when it is read.
    #[must_use]
    pub fn hidden(&self, everywhere: &Self, group: FieldGroup) -> Option<Hidden> {
        if self.reads(group) {
            return None;
        }
        Some(if everywhere.reads(group) {
            Hidden::OutsideItsDays
        } else {
            self.hidden_part(everywhere, group)
        })
    }

    /// Why even the summary of a group is not read here; none when it is.
    #[must_use]
    pub fn hidden_summary(&self, everywhere: &Self, group: FieldGroup) -> Option<Hidden> {
        (!self.reads_summary(group)).then(|| self.hidden_part(everywhere, group))
    }

    fn hidden_part(&self, everywhere: &Self, group: FieldGroup) -> Hidden {
        if self.reads_summary(group) {
            Hidden::SummaryOnly
        } else if self.reads_own(group) {
            Hidden::OwnOnly
        } else if everywhere.reads_summary(group) || everywhere.reads_own(group) {
            Hidden::OutsideItsDays
        } else {
            Hidden::NotAParty
        }
    }

    /// True when relations with certain rights to a group open every day of a term.
    #[must_use]
    pub fn opens_throughout(
        &self,
        group: FieldGroup,
        (first, last): (NaiveDate, NaiveDate),
        has: impl Fn(Rights) -> bool,
    ) -> bool {
        let last = last.min(FOREVER);
        let mut open_before = first;
        for (from, to) in self.spells(group, has) {
            if from > open_before {
                return false;
            }
            if to >= last {
                return true;
            }
            open_before = open_before.max(to.succ_opt().unwrap_or(to));
        }
        false
    }
}

/// The last day of the last period of `year` that was released together with all before it; the
/// day before the year when the first was not (rule V11).
#[must_use]
pub fn released_to(year: FinancialYear, released: &[Period]) -> NaiveDate {
    let together = Period::all().take_while(|period| released.contains(period));
    let day_before = || year.first_day().pred_opt().unwrap_or(NaiveDate::MIN);
    together.last().map_or_else(day_before, |period| period.last_day(year))
}

#[cfg(test)]
mod tests {
    use entities::{access::Window, relation::RelationKind};

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    fn year(start: i32) -> FinancialYear {
        FinancialYear::starting(start).expect("a year")
    }

    fn window(relation: RelationKind, to: NaiveDate) -> Window {
        Window {
            covers_from: day(2024, 4, 1),
            covers_to: to,
            usable_from: day(2024, 4, 1),
            ..Standing::whole(relation).windows()[0]
        }
    }

    #[test]
    fn whoever_left_is_answered_as_of_its_last_day() {
        let left = Standing::of(&[window(RelationKind::Partner, day(2025, 9, 30))]);
        let seen = |start, asked| {
            let seen = left.as_of(FieldGroup::Position, year(start), asked, Rights::reads_summary);
            seen.map(|seen| seen.as_of)
        };
        assert_eq!(seen(2025, day(2025, 12, 31)), Some(day(2025, 9, 30)));
        assert_eq!(seen(2025, day(2025, 6, 30)), Some(day(2025, 6, 30)));
        assert_eq!(seen(2025, day(2025, 3, 1)), Some(day(2025, 3, 1)));
        assert_eq!(seen(2024, day(2025, 12, 31)), Some(day(2025, 3, 31)));
        assert_eq!(seen(2026, day(2026, 5, 1)), None);
        assert_eq!(seen(2023, day(2026, 5, 1)), None);
    }

    #[test]
    fn whoever_stays_to_watch_reads_details_of_the_days_before_only() {
        let both = Standing::of(&[
            window(RelationKind::Partner, day(2025, 9, 30)),
            window(RelationKind::Observer, FOREVER),
        ]);
        let asked = |asked| {
            both.as_of(FieldGroup::Position, year(2025), asked, Rights::reads_summary)
                .expect("open")
        };
        let before = asked(day(2025, 9, 30));
        assert!(before.standing.reads(FieldGroup::Position));
        assert_eq!(before.open_to, day(2025, 9, 30), "details are of the days of the partner");
        let after = asked(day(2025, 10, 1));
        assert_eq!((after.as_of, after.open_to), (day(2025, 10, 1), FOREVER));
        let hidden = after.standing.hidden(&both, FieldGroup::Position);
        assert_eq!(hidden, Some(Hidden::OutsideItsDays));
    }

    #[test]
    fn v2_what_is_hidden_has_its_reason() {
        let standing = |kind| Standing::of(&[window(kind, FOREVER)]);
        let why = |kind, group| standing(kind).hidden(&standing(kind), group);
        assert_eq!(why(RelationKind::Partner, FieldGroup::Position), None);
        assert_eq!(why(RelationKind::Observer, FieldGroup::Position), Some(Hidden::SummaryOnly));
        assert_eq!(why(RelationKind::Party, FieldGroup::Position), Some(Hidden::NotAParty));
        let provider = why(RelationKind::FundedProvider, FieldGroup::SchemeBudget);
        assert_eq!(provider, Some(Hidden::OwnOnly));
        let left = Standing::of(&[window(RelationKind::Observer, day(2025, 9, 30))]);
        let later = left.during(day(2026, 1, 1), day(2026, 1, 1));
        let hidden = later.hidden_summary(&left, FieldGroup::Position);
        assert_eq!(hidden, Some(Hidden::OutsideItsDays));
        let provider = Standing::of(&[window(RelationKind::FundedProvider, day(2025, 9, 30))]);
        let hidden = Standing::default().hidden_summary(&provider, FieldGroup::SchemeBudget);
        assert_eq!(hidden, Some(Hidden::OutsideItsDays));
    }

    #[test]
    fn a_provider_reads_of_drafts_what_it_writes_itself() {
        use RelationKind::{
            AssociateCommissioner, CoordinatingCommissioner, LeadProvider, Observer, Partner,
        };
        let drafting = |kinds: &[RelationKind]| {
            let windows: Vec<Window> = kinds.iter().map(|kind| window(*kind, FOREVER)).collect();
            let part = Standing::of(&windows).drafting();
            part.windows().iter().map(|it| it.relation).collect::<Vec<_>>()
        };
        let all = [CoordinatingCommissioner, AssociateCommissioner, Partner];
        assert_eq!(drafting(&all), all);
        assert_eq!(drafting(&[AssociateCommissioner, LeadProvider]), []);
        assert_eq!(
            drafting(&[CoordinatingCommissioner, Partner, LeadProvider]),
            [CoordinatingCommissioner]
        );
        assert_eq!(drafting(&[Observer, LeadProvider]), []);
    }

    #[test]
    fn windows_that_follow_each_other_open_a_term_and_a_gap_does_not() {
        let later = Window { covers_from: day(2025, 10, 1), ..window(RelationKind::Host, FOREVER) };
        let term = (day(2024, 4, 1), day(2026, 4, 1));
        let first = window(RelationKind::Partner, day(2025, 9, 30));
        let whole = Standing::of(&[first, later]);
        assert!(whole.opens_throughout(FieldGroup::Position, term, Rights::reads_all));
        let to = |last| {
            let term = (day(2024, 4, 1), last);
            Standing::of(&[first]).opens_throughout(FieldGroup::Position, term, Rights::reads_all)
        };
        assert!(to(day(2025, 9, 29)) && to(day(2025, 9, 30)), "a window opens its last day");
        assert!(!to(day(2025, 10, 1)));
        let always = (day(2025, 10, 1), NaiveDate::MAX);
        assert!(whole.opens_throughout(FieldGroup::Position, always, Rights::reads_all));
        let gap = Window { covers_to: day(2025, 9, 29), ..first };
        let gap = Standing::of(&[gap, later]);
        assert!(!gap.opens_throughout(FieldGroup::Position, term, Rights::reads_all));
    }

    #[test]
    fn v11_postings_count_to_the_last_period_that_was_released_with_all_before() {
        let of = |numbers: &[i32]| {
            let periods = numbers.iter().map(|number| Period::new(*number).expect("a period"));
            released_to(year(2025), &periods.collect::<Vec<_>>())
        };
        assert_eq!(of(&[]), day(2025, 3, 31));
        assert_eq!(of(&[2, 3]), day(2025, 3, 31));
        assert_eq!(of(&[1, 2, 4]), day(2025, 5, 31));
        assert_eq!(of(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), day(2026, 3, 31));
    }
}
