//! How long a contract of a notice lasts, and how its value is spread over that time.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::rules::split;
use entities::{
    contract_terms::{self as terms, Extensions},
    value::{FinancialYear, Pence},
};

use crate::import::ocds::Period;

/// The last day: what the release states, else what is on record, where it is not before the start.
pub(super) fn lasting_to(period: Period, last: Option<&terms::Model>) -> Option<NaiveDate> {
    let recorded = last.and_then(|it| it.ends_on);
    let recorded = recorded.filter(|end| period.starts_on.is_none_or(|start| start <= *end));
    period.ends_on.or(recorded)
}

/// By how many months the contract may be extended, as the last day with every extension says.
pub(super) fn extensions(period: Period, last: Option<&terms::Model>) -> Extensions {
    let months = period.ends_on.zip(period.extends_to).map(|(end, latest)| {
        let month = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
        month(latest) - month(end)
    });
    match months.filter(|months| *months > 0) {
        Some(months) => Extensions(vec![months]),
        None => last.map_or_else(|| Extensions(Vec::new()), |it| it.extension_months.clone()),
    }
}

/// An amount for a whole life by financial years, by their days in it (rule M2); in one year where
/// its days are not known.
pub(super) fn by_year(
    amount: Pence,
    period: Option<Period>,
    released_on: NaiveDate,
) -> BTreeMap<FinancialYear, Pence> {
    let period = period.unwrap_or_default();
    let (Some(start), Some(end)) = (period.starts_on, period.ends_on) else {
        let day = period.starts_on.unwrap_or(released_on);
        return BTreeMap::from([(FinancialYear::of(day), amount)]);
    };
    let mut years = vec![FinancialYear::of(start)];
    while let Some(last) = years.last().copied().filter(|last| last.last_day() < end) {
        years.push(last.next());
    }
    let days: Vec<i64> = years
        .iter()
        .map(|year| (year.last_day().min(end) - year.first_day().max(start)).num_days() + 1)
        .collect();
    let parts = split::split(amount, &days).unwrap_or_default();
    years.into_iter().zip(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    #[test]
    fn m2_a_whole_life_value_is_spread_over_its_years_by_days_and_adds_up() {
        let period = |starts_on, ends_on| Some(Period { starts_on, ends_on, ..Period::default() });
        let spread = |period| -> Vec<i64> {
            let day = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
            by_year(Pence(10_000_001), period, day).into_values().map(|it| it.0).collect()
        };
        let three = spread(period(on(2025, 4, 1), on(2028, 3, 31)));
        assert_eq!(three, [3_330_292, 3_330_292, 3_339_417]);
        assert_eq!(three.iter().sum::<i64>(), 10_000_001);
        assert_eq!(spread(period(on(2025, 3, 31), on(2025, 4, 1))), [5_000_001, 5_000_000]);
        assert_eq!(spread(period(on(2025, 3, 31), None)), [10_000_001]);
        assert_eq!(spread(None), [10_000_001]);
    }
}
