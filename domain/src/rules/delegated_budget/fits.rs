use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::value::{FinancialYear, Instant, Pence};

use super::{At, Version, amount};

/// Whether the budgets delegated within a contract come to no more than it costs, in every year whose
/// value is recorded and on every day. What adds nothing to an excess that there is already is not
/// refused for it.
///
/// # Errors
/// The first year in which they come to more.
pub fn fits(
    values: &BTreeMap<FinancialYear, Pence>,
    others: &[Vec<Version>],
    (before, after): (&[Version], &[Version]),
) -> Result<(), FinancialYear> {
    let all = others.iter().map(Vec::as_slice).chain([before, after]);
    let days: BTreeSet<NaiveDate> = all.flatten().map(|it| it.effective_on).collect();
    for (year, value) in values {
        for day in days.iter().filter(|day| **day <= year.last_day()) {
            let at = At { as_of: *day, known_at: EVER };
            let of_others: Pence = others.iter().map(|it| amount(it, *year, at)).sum();
            let [before, after] = [before, after].map(|it| of_others + amount(it, *year, at));
            if *value < after && before < after {
                return Err(*year);
            }
        }
    }
    Ok(())
}

/// Everything that is on record.
const EVER: Instant = Instant(i64::MAX);
