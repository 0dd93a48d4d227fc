use chrono::NaiveDate;
use entities::{access::Window, relation::RelationKind, value::FinancialYear};
use uuid::Uuid;

use super::{
    Relation, Rights,
    matrix::{self, FieldGroup, PROVIDERS},
};

/// How a viewer stands to a root today: every relation that it can use, with the days whose facts
/// each opens. Relations add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    windows: Vec<Window>,
    /// In a preview how whoever previews stands to the same things: nothing is read that it does not
    /// read itself (rule V7).
    previewed_as: Option<RelationKind>,
}

impl Standing {
    /// Those of `windows` that can be used on the day `today`.
    #[must_use]
    pub fn on(today: NaiveDate, windows: &[Window]) -> Self {
        let usable = |it: &&Window| it.usable_from <= today && today <= it.usable_to;
        Self::of_windows(windows.iter().filter(usable).copied().collect())
    }

    /// All of `windows`, whether or not they can be used on a day.
    #[must_use]
    pub fn of(windows: &[Window]) -> Self {
        Self::of_windows(windows.to_vec())
    }

    /// What a relation that covers everything would see: of what its holder has just written.
    #[must_use]
    pub fn whole(relation: RelationKind) -> Self {
        Self::of_windows(vec![Window {
            relation,
            scheme: None,
            position: None,
            acts: true,
            is_live: true,
            covers_from: NaiveDate::MIN,
            covers_to: NaiveDate::MAX,
            usable_from: NaiveDate::MIN,
            usable_to: NaiveDate::MAX,
        }])
    }

    const fn of_windows(windows: Vec<Window>) -> Self {
        Self { windows, previewed_as: None }
    }

    /// The part of it that these of its windows are.
    #[must_use]
    pub(super) fn part(&self, windows: Vec<Window>) -> Self {
        Self { windows, ..*self }
    }

    /// The relations and their days.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// The part of it that opens facts of some of these days.
    #[must_use]
    pub fn during(&self, first: NaiveDate, last: NaiveDate) -> Self {
        let overlaps = |it: &&Window| it.covers_from <= last && first <= it.covers_to;
        self.part(self.windows.iter().filter(overlaps).copied().collect())
    }

    /// The part of it whose days have begun by `day`.
    #[must_use]
    pub fn begun(&self, day: NaiveDate) -> Self {
        self.during(NaiveDate::MIN, day)
    }

    /// The part of it that opens facts of a financial year: they are cumulative, so that it has to
    /// open the year's first day.
    #[must_use]
    pub fn in_year(&self, year: FinancialYear) -> Self {
        self.during(year.first_day(), year.first_day())
    }

    /// It as whoever stands as `by` to the same things previews it: the part of it that opens facts of
    /// some of these spells of days, which it sees itself, and nothing that it does not read itself
    /// (rule V7).
    #[must_use]
    pub fn previewed(&self, by: RelationKind, spells: &[(NaiveDate, NaiveDate)]) -> Self {
        let of_spell = |window: &Window, (first, last): (NaiveDate, NaiveDate)| {
            let (from, to) = (window.covers_from.max(first), window.covers_to.min(last));
            (from <= to).then_some(Window { covers_from: from, covers_to: to, ..*window })
        };
        let of_window = |window| spells.iter().filter_map(move |spell| of_spell(window, *spell));
        let windows = self.windows.iter().flat_map(of_window).collect();
        Self { windows, previewed_as: Some(by) }
    }

    /// True of a preview.
    pub(super) const fn is_preview(&self) -> bool {
        self.previewed_as.is_some()
    }

    /// The part of it that sees postings as they are made (rule V11).
    #[must_use]
    pub fn live(&self) -> Self {
        self.part(self.windows.iter().filter(|it| it.is_live).copied().collect())
    }

    /// The part of it that is about a scheme: of a funded provider, its own only.
    #[must_use]
    pub fn of_scheme(&self, scheme: Uuid) -> Self {
        let about = |it: &&Window| it.scheme.is_none_or(|own| own == scheme);
        self.part(self.windows.iter().filter(about).copied().collect())
    }

    /// What all its relations together allow with a group of fields, in a preview as far as whoever
    /// previews reads it too.
    #[must_use]
    pub fn rights(&self, group: FieldGroup) -> Rights {
        let own = self.own_rights(group);
        self.previewers_rights(group).map_or(own, |by| own.read_by_both(by))
    }

    /// What all its relations together allow with a group of fields, whoever previews it. Of what is the
    /// commissioners' own a provider reads nothing, whatever else it is to the contract, but what it
    /// writes itself.
    #[must_use]
    pub fn own_rights(&self, group: FieldGroup) -> Rights {
        let outside = matrix::cell(Relation::Unrelated, group);
        let is_shut_out = group.is_commissioners_own() && self.provides();
        let cell = |it: &Window| matrix::cell(Relation::Stands(it.relation), group);
        let cells = self.windows.iter().map(cell).filter(|cell| !is_shut_out || cell.writes_all());
        cells.fold(outside, Rights::and)
    }

    /// In a preview what whoever previews may do with a group of fields itself.
    pub(super) fn previewers_rights(&self, group: FieldGroup) -> Option<Rights> {
        let outside = matrix::cell(Relation::Unrelated, group);
        let by = self.previewed_as.map(|by| matrix::cell(Relation::Stands(by), group));
        by.map(|rights| rights.and(outside))
    }

    /// True when one of its relations is that of a provider under a contract.
    #[must_use]
    pub fn provides(&self) -> bool {
        self.windows.iter().any(|it| PROVIDERS.contains(&it.relation))
    }

    /// True when all of a group of fields is read.
    #[must_use]
    pub fn reads(&self, group: FieldGroup) -> bool {
        self.rights(group).reads_all()
    }

    /// True when the summary of a group of fields is read, or all of it.
    #[must_use]
    pub fn reads_summary(&self, group: FieldGroup) -> bool {
        self.rights(group).reads_summary()
    }

    /// True when the viewer's own part of a group of fields is read, or all of it.
    #[must_use]
    pub fn reads_own(&self, group: FieldGroup) -> bool {
        self.rights(group).reads_own()
    }

    /// The last day up to `today` on which all of each of these groups is read: today itself, of whoever
    /// has not left; none when no day is.
    #[must_use]
    pub fn last_day_read(&self, groups: &[FieldGroup], today: NaiveDate) -> Option<NaiveDate> {
        let reads_on = |day: &NaiveDate| {
            let on_the_day = self.during(*day, *day);
            groups.iter().all(|group| on_the_day.reads(*group))
        };
        self.windows.iter().map(|it| it.covers_to.min(today)).filter(reads_on).max()
    }

    /// The last day of `year` whose facts of a group are opened, at least as a summary; none when
    /// no day is.
    #[must_use]
    pub fn last_day(&self, group: FieldGroup, year: FinancialYear) -> Option<NaiveDate> {
        let reads =
            |it: &&Window| matrix::cell(Relation::Stands(it.relation), group).reads_summary();
        let of_year = self.in_year(year);
        let last = of_year.windows.iter().filter(reads).map(|it| it.covers_to).max()?;
        Some(last.min(year.last_day()))
    }

    /// True when postings are seen as they are made, and not when their period is released (rule
    /// V11).
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.windows.iter().any(|it| it.is_live)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    fn window(relation: RelationKind, from: NaiveDate, to: NaiveDate) -> Window {
        Window {
            covers_from: from,
            covers_to: to,
            usable_from: from,
            ..Standing::whole(relation).windows[0]
        }
    }

    fn left() -> Standing {
        let partner = window(RelationKind::Partner, day(2024, 4, 1), day(2025, 9, 30));
        Standing::on(day(2026, 1, 1), &[partner])
    }

    #[test]
    fn the_last_day_that_is_read_is_today_or_that_on_which_whoever_left_read_all_of_it() {
        let (first, left, today) = (day(2025, 4, 1), day(2025, 9, 30), day(2025, 12, 1));
        let groups = [FieldGroup::ContractValue, FieldGroup::OutcomePay];
        let last = |windows: &[Window], on| Standing::of(windows).last_day_read(&groups, on);
        let lead = window(RelationKind::LeadProvider, first, left);
        assert_eq!(last(&[lead], day(2025, 6, 1)), Some(day(2025, 6, 1)));
        assert_eq!(last(&[lead], today), Some(left));
        assert_eq!(last(&[lead], day(2025, 3, 31)), None, "its days have not begun");
        let associate = window(RelationKind::AssociateCommissioner, first, day(2026, 3, 31));
        assert_eq!(last(&[associate], today), None, "of its own part only");
        assert_eq!(last(&[associate, lead], today), Some(left));
    }

    #[test]
    fn v7_a_preview_is_known_as_one() {
        let own = Standing::whole(RelationKind::Partner);
        assert!(!own.is_preview());
        let days = [(day(2025, 4, 1), day(2025, 4, 30))];
        assert!(own.previewed(RelationKind::Host, &days).is_preview());
    }

    #[test]
    fn days_that_begin_later_have_not_begun() {
        let later = window(RelationKind::LeadProvider, day(2026, 4, 1), NaiveDate::MAX);
        let standing = Standing::of_windows([left().windows, vec![later]].concat());
        let begun = |day| standing.begun(day).windows().len();
        let days = [day(2024, 3, 31), day(2024, 4, 1), day(2026, 3, 31), day(2026, 4, 1)];
        assert_eq!(days.map(begun), [0, 1, 1, 2]);
    }

    #[test]
    fn a_relation_that_has_ended_opens_its_own_days_and_none_later() {
        assert!(left().during(day(2025, 9, 30), day(2025, 9, 30)).reads(FieldGroup::Ledger));
        assert!(!left().during(day(2025, 10, 1), day(2025, 10, 1)).reads(FieldGroup::Ledger));
        assert!(!left().during(day(2024, 3, 31), day(2024, 3, 31)).reads(FieldGroup::Ledger));
        let year = |start| FinancialYear::starting(start).expect("a year");
        let last = |start| left().last_day(FieldGroup::Position, year(start));
        assert_eq!(last(2023), None);
        assert_eq!(last(2024), Some(day(2025, 3, 31)));
        assert_eq!(last(2025), Some(day(2025, 9, 30)));
        assert_eq!(last(2026), None);
        assert_eq!(left().last_day(FieldGroup::ForecastDraft, year(2025)), None);
    }

    #[test]
    fn a_relation_opens_nothing_before_it_can_be_used_and_nothing_after() {
        let granted = Window {
            usable_to: day(2026, 3, 31),
            ..window(RelationKind::Grantee, day(2025, 4, 1), NaiveDate::MAX)
        };
        let reads = |today| Standing::on(today, &[granted]).reads(FieldGroup::Ledger);
        assert!(!reads(day(2025, 3, 31)));
        assert!(reads(day(2025, 4, 1)) && reads(day(2026, 3, 31)));
        assert!(!reads(day(2026, 4, 1)));
    }

    #[test]
    fn what_begins_within_a_year_opens_its_days_and_no_figure_of_the_year() {
        let granted = window(RelationKind::Grantee, day(2024, 10, 1), day(2026, 3, 31));
        let standing = Standing::on(day(2026, 1, 1), &[granted]);
        let year = |start| FinancialYear::starting(start).expect("a year");
        assert!(standing.during(day(2024, 10, 1), day(2024, 10, 1)).reads(FieldGroup::Ledger));
        assert!(!standing.in_year(year(2024)).reads(FieldGroup::Position));
        assert!(standing.in_year(year(2025)).reads(FieldGroup::Position));
    }

    #[test]
    fn a_funded_provider_stands_to_its_own_scheme_only() {
        let [own, other] = [1, 2].map(Uuid::from_u128);
        let provider = Window {
            scheme: Some(own),
            ..window(RelationKind::FundedProvider, day(2025, 4, 1), NaiveDate::MAX)
        };
        let standing = Standing::on(day(2025, 4, 1), &[provider]);
        assert!(standing.of_scheme(own).reads_own(FieldGroup::SchemeName));
        assert!(!standing.of_scheme(other).reads_own(FieldGroup::SchemeName));
    }

    #[test]
    fn relations_add_up_and_everybody_signed_in_reads_what_is_open() {
        let observer = window(RelationKind::Observer, day(2025, 4, 1), NaiveDate::MAX);
        let party = window(RelationKind::Party, day(2025, 4, 1), NaiveDate::MAX);
        let standing = Standing::on(day(2025, 4, 1), &[observer, party]);
        assert!(standing.reads(FieldGroup::AgreementTerms));
        assert!(standing.reads_summary(FieldGroup::Position));
        assert!(!standing.reads(FieldGroup::Position));
        assert!(Standing::default().reads(FieldGroup::Organisations));
        assert!(!Standing::default().reads_summary(FieldGroup::AgreementTerms));
    }

    #[test]
    fn a_provider_reads_no_position_of_the_commissioners_whatever_else_it_is() {
        let standing = |kinds: &[RelationKind]| {
            let windows: Vec<_> =
                kinds.iter().map(|kind| window(*kind, day(2025, 4, 1), NaiveDate::MAX)).collect();
            Standing::on(day(2025, 4, 1), &windows)
        };
        let drafts = |kinds: &[_]| standing(kinds).reads(FieldGroup::ContractDraft);
        assert!(drafts(&[RelationKind::Partner]));
        for provider in PROVIDERS {
            assert!(!drafts(&[RelationKind::Partner, provider]), "{provider:?}");
            assert!(!drafts(&[RelationKind::AssociateCommissioner, provider]), "{provider:?}");
            let both = [RelationKind::CoordinatingCommissioner, provider];
            assert!(drafts(&both), "what it records itself it knows: {provider:?}");
            let shared = standing(&[RelationKind::Partner, provider]);
            assert!(shared.reads(FieldGroup::ContractValue), "relations add up: {provider:?}");
        }
    }

    #[test]
    fn v7_within_the_days_of_another_only_the_days_of_both_are_open() {
        let spells = [
            (day(2025, 1, 1), day(2025, 3, 31)),
            (day(2025, 9, 30), day(2026, 3, 31)),
            (day(2025, 10, 1), day(2026, 3, 31)),
        ];
        let both = left().previewed(RelationKind::Host, &spells);
        let days: Vec<_> = both.windows().iter().map(|it| (it.covers_from, it.covers_to)).collect();
        let on_one_day = (day(2025, 9, 30), day(2025, 9, 30));
        assert_eq!(days, [spells[0], on_one_day]);
        assert!(left().previewed(RelationKind::Host, &[]).windows().is_empty());
    }

    #[test]
    fn v7_in_a_preview_nothing_is_read_that_whoever_previews_does_not_read() {
        let days = [(NaiveDate::MIN, NaiveDate::MAX)];
        for by in [RelationKind::Host, RelationKind::CoordinatingCommissioner] {
            let previewed = |kind| Standing::whole(kind).previewed(by, &days);
            let buyer = previewed(RelationKind::Buyer).during(day(2025, 4, 1), day(2025, 4, 1));
            let payments = FieldGroup::ChainPayments;
            assert!(!buyer.reads(payments) && buyer.reads_summary(payments), "{by:?}");
            assert!(buyer.reads(FieldGroup::LinkTerms), "{by:?}");
            assert!(Standing::whole(RelationKind::Buyer).reads(payments), "{by:?}");
            assert!(
                previewed(RelationKind::AssociateCommissioner).reads(FieldGroup::ContractTerms)
            );
            assert!(!previewed(RelationKind::Observer).reads(FieldGroup::ContractTerms));
        }
    }

    #[test]
    fn v11_one_relation_that_sees_postings_live_is_enough() {
        let released = Window {
            is_live: false,
            ..window(RelationKind::Partner, day(2025, 4, 1), NaiveDate::MAX)
        };
        let host = window(RelationKind::Host, day(2025, 4, 1), NaiveDate::MAX);
        assert!(!Standing::on(day(2025, 4, 1), &[released]).is_live());
        let both = Standing::on(day(2025, 4, 1), &[released, host]);
        assert!(both.is_live());
        assert_eq!(both.live().windows(), [host]);
    }
}
