use std::ops::Add;

use entities::value::Pence;

use super::attribution::Amounts;

/// The figures of a position, or of one line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The budget of the year.
    pub budget: Pence,
    /// The part of it that falls on the time up to the date, by the profile.
    pub budget_to_date: Pence,
    /// What was spent.
    pub spent: Pence,
    /// What was given back of it: below nothing, as a rule.
    pub refunded: Pence,
    /// What was spent less what was given back.
    pub actual: Pence,
    /// Corrections of years that are closed, recorded in this one: in none of the other figures.
    pub prior_year: Pence,
    /// What is promised and not released.
    pub committed: Pence,
    /// What the forecast still expects; none without a submitted forecast.
    pub remaining_forecast: Option<Pence>,
    /// Actual and remaining forecast (rule M10).
    pub forecast_outturn: Option<Pence>,
    /// Outturn less budget: positive is adverse (rule M4).
    pub variance: Option<Pence>,
    /// Actual less the budget to date.
    pub variance_to_date: Pence,
}

impl Figures {
    /// Nothing at all, with nothing more to come.
    pub const ZERO: Self = Self {
        budget: Pence::ZERO,
        budget_to_date: Pence::ZERO,
        spent: Pence::ZERO,
        refunded: Pence::ZERO,
        actual: Pence::ZERO,
        prior_year: Pence::ZERO,
        committed: Pence::ZERO,
        remaining_forecast: Some(Pence::ZERO),
        forecast_outturn: Some(Pence::ZERO),
        variance: Some(Pence::ZERO),
        variance_to_date: Pence::ZERO,
    };

    /// The figures that follow from summed amounts.
    pub(super) fn of(amounts: &Amounts, is_forecast: bool) -> Self {
        let actual = amounts.spent + amounts.refunded;
        let remaining_forecast = is_forecast.then_some(amounts.remaining);
        let forecast_outturn = remaining_forecast.map(|remaining| actual + remaining);
        Self {
            budget: amounts.budget,
            budget_to_date: amounts.budget_to_date,
            spent: amounts.spent,
            refunded: amounts.refunded,
            actual,
            prior_year: amounts.prior_year,
            committed: amounts.committed,
            remaining_forecast,
            forecast_outturn,
            variance: forecast_outturn.map(|outturn| outturn - amounts.budget),
            variance_to_date: actual - amounts.budget_to_date,
        }
    }
}

/// A sum in which one part is not forecast is not forecast either: half an outturn would look like
/// an underspend.
impl Add for Figures {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let both = |one: Option<Pence>, two: Option<Pence>| Some(one? + two?);
        Self {
            budget: self.budget + other.budget,
            budget_to_date: self.budget_to_date + other.budget_to_date,
            spent: self.spent + other.spent,
            refunded: self.refunded + other.refunded,
            actual: self.actual + other.actual,
            prior_year: self.prior_year + other.prior_year,
            committed: self.committed + other.committed,
            remaining_forecast: both(self.remaining_forecast, other.remaining_forecast),
            forecast_outturn: both(self.forecast_outturn, other.forecast_outturn),
            variance: both(self.variance, other.variance),
            variance_to_date: self.variance_to_date + other.variance_to_date,
        }
    }
}
