use std::collections::BTreeMap;

use entities::value::FinancialYear;

use super::YearlyValue;

/// True when a subcontract is worth more after a change than before it, in some year (rule C3). A range
/// counts with its upper end. A year of which nothing was recorded, and an amount in the place of a range
/// or the other way round, count as more: which of the two is the greater may change with the value above.
#[must_use]
pub fn is_raised(
    before: &BTreeMap<FinancialYear, YearlyValue>,
    after: &BTreeMap<FinancialYear, YearlyValue>,
) -> bool {
    let is_more = |(year, worth): (&FinancialYear, &YearlyValue)| match (before.get(year), worth) {
        (Some(YearlyValue::Exact(before)), YearlyValue::Exact(after)) => before < after,
        (Some(YearlyValue::Share { to: before, .. }), YearlyValue::Share { to: after, .. }) => {
            before < after
        }
        _ => true,
    };
    after.iter().any(is_more)
}

#[cfg(test)]
mod tests {
    use entities::value::Pence;

    use super::*;

    fn values(worth: &[(i32, YearlyValue)]) -> BTreeMap<FinancialYear, YearlyValue> {
        let year = |start| FinancialYear::starting(start).expect("a year");
        worth.iter().map(|(start, it)| (year(*start), *it)).collect()
    }

    #[test]
    fn c3_a_value_is_raised_when_any_year_is_worth_more() {
        let exact = |pence| YearlyValue::Exact(Pence(pence));
        let range = |from, to| YearlyValue::Share { from, to };
        let before = values(&[(2025, exact(100)), (2026, range(1_000, 2_000))]);
        let raised = |after: &[(i32, YearlyValue)]| {
            let mut all = before.clone();
            all.extend(values(after));
            is_raised(&before, &all)
        };
        assert!(!raised(&[]) && !raised(&[(2025, exact(99))]) && raised(&[(2025, exact(101))]));
        assert!(
            raised(&[(2025, exact(1)), (2026, range(1, 2_001))]),
            "less in one year and more in another"
        );
        assert!(!raised(&[(2026, range(1_500, 2_000))]), "it counts with its upper end");
        assert!(raised(&[(2026, exact(1))]) && raised(&[(2025, range(0, 1))]));
        assert!(raised(&[(2027, exact(0))]), "nothing was approved of that year");
    }
}
