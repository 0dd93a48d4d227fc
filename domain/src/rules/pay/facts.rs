use chrono::NaiveDate;
use entities::value::{FinancialYear, Instant, Pence, Period};
use uuid::Uuid;

use super::{Delivery, Reading, Withholding};

/// What is known of the contract's years. Of facts about the same thing the later known counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The day whose view is asked for.
    pub as_of: NaiveDate,
    /// The moment whose knowledge is asked for.
    pub known_at: Instant,
    /// How many people were on a list.
    pub list_sizes: Vec<ListSize>,
    /// What was done.
    pub activity: Vec<Activity>,
    /// What it cost.
    pub costs: Vec<Cost>,
    /// What was measured and validated.
    pub measurements: Vec<Measurement>,
    /// How the contract came to stand as it does: care is paid for while it is delivered.
    pub delivery: Delivery,
    /// What is withheld.
    pub withholdings: Vec<Withholding>,
}

/// How many people of a group were on a list on a day (rule C7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListSize {
    /// The group.
    pub code: String,
    /// The day of the count.
    pub counted_on: NaiveDate,
    /// How many.
    pub people: i64,
    /// When the count became known.
    pub known_at: Instant,
}

/// What was done in a month: units, episodes, or people under care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Of what.
    pub code: String,
    /// The year.
    pub year: FinancialYear,
    /// The month.
    pub month: Period,
    /// How many.
    pub units: i64,
    /// When it became known.
    pub known_at: Instant,
}

/// What something cost in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// What.
    pub code: String,
    /// The year.
    pub year: FinancialYear,
    /// The month.
    pub month: Period,
    /// How much.
    pub amount: Pence,
    /// When it became known.
    pub known_at: Instant,
}

/// A measurement that somebody else than its submitter validated (rule C5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// What was measured.
    pub measure: Uuid,
    /// Of which year.
    pub year: FinancialYear,
    /// What came out.
    pub reading: Reading,
    /// The day on which it was validated.
    pub validated_on: NaiveDate,
    /// When the validation became known.
    pub known_at: Instant,
}

impl Facts {
    /// What was known by [`Facts::known_at`] and had happened by [`Facts::as_of`].
    #[must_use]
    pub fn as_known(&self) -> Self {
        let (as_of, known_at) = (self.as_of, self.known_at);
        let mut known = self.clone();
        known.list_sizes.retain(|it| it.known_at <= known_at && it.counted_on <= as_of);
        known.activity.retain(|it| it.known_at <= known_at && it.month.first_day(it.year) <= as_of);
        known.costs.retain(|it| it.known_at <= known_at && it.month.first_day(it.year) <= as_of);
        known.measurements.retain(|it| it.known_at <= known_at && it.validated_on <= as_of);
        known.delivery.known(self);
        known
            .withholdings
            .retain(|it| it.known_at <= known_at && it.from.first_day(it.year) <= as_of);
        for withholding in &mut known.withholdings {
            let settlements = &mut withholding.settlements;
            settlements.retain(|it| it.known_at <= known_at && it.effective_on <= as_of);
        }
        known
    }

    /// The newest count of a group on a day; of counts of the same date the later known.
    pub(super) fn list_size(&self, code: &str, on: NaiveDate) -> Option<&ListSize> {
        let counted = self.list_sizes.iter().filter(|it| it.code == code && it.counted_on <= on);
        counted.max_by_key(|it| (it.counted_on, it.known_at))
    }

    /// What was recorded before a month of its year, and in it.
    pub(super) fn units(&self, code: &str, year: FinancialYear, month: Period) -> (i64, i64) {
        let of = |month: Period| self.recorded(code, year, month).map_or(0, |it| it.units);
        (Period::months().filter(|it| *it < month).map(of).sum(), of(month))
    }

    /// True when anything was recorded for a month, and be it that nothing was done.
    pub(super) fn is_recorded(&self, code: &str, year: FinancialYear, month: Period) -> bool {
        self.recorded(code, year, month).is_some()
    }

    fn recorded(&self, code: &str, year: FinancialYear, month: Period) -> Option<&Activity> {
        let of_month = self.activity.iter();
        let of_month =
            of_month.filter(|it| it.code == code && (it.year, it.month) == (year, month));
        of_month.max_by_key(|it| it.known_at)
    }

    /// What something cost in a month, when that was recorded.
    pub(super) fn cost(&self, code: &str, year: FinancialYear, month: Period) -> Option<Pence> {
        let of_month = self.costs.iter();
        let of_month =
            of_month.filter(|it| it.code == code && (it.year, it.month) == (year, month));
        of_month.max_by_key(|it| it.known_at).map(|it| it.amount)
    }
}
