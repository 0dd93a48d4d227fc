//! What was known at a moment of what had happened by a day.

use chrono::NaiveDate;
use entities::contract_status_change::ContractStatus as Status;

use super::super::{Facts, Terms};

/// The terms and the facts as they were known then, with nothing else in them.
pub(in super::super) fn known_then(terms: &Terms, facts: &Facts) -> (Terms, Facts) {
    let (day, moment) = (facts.as_of, facts.known_at);
    let mut then = terms.clone();
    then.components.clear();
    for component in &terms.components {
        let mut component = component.clone();
        component.versions.clear();
        for it in terms.components.iter().filter(|it| it.id == component.id) {
            for version in &it.versions {
                if version.known_at <= moment && version.effective_on <= day {
                    component.versions.push(version.clone());
                }
            }
        }
        if !component.versions.is_empty() {
            then.components.push(component);
        }
    }
    let mut known = facts.clone();
    known.list_sizes.retain(|it| it.known_at <= moment && it.counted_on <= day);
    known.measurements.retain(|it| it.known_at <= moment && it.validated_on <= day);
    known.activity.retain(|it| {
        it.known_at <= moment && first_day(it.year.start_year(), it.month.number()) <= day
    });
    known.costs.retain(|it| {
        it.known_at <= moment && first_day(it.year.start_year(), it.month.number()) <= day
    });
    known.delivery.changes.clear();
    for it in &facts.delivery.changes {
        // What was given up was given up for all of its days.
        let given_up = it.status == Status::Cancelled || it.status == Status::Abandoned;
        if it.known_at <= moment && (given_up || it.effective_on <= day) {
            known.delivery.changes.push(*it);
        }
    }
    known.delivery.last_days.retain(|it| it.known_at <= moment && it.effective_on <= day);
    known.withholdings.clear();
    for it in &facts.withholdings {
        if it.known_at <= moment && first_day(it.year.start_year(), it.from.number()) <= day {
            let mut it = it.clone();
            it.settlements.retain(|it| it.known_at <= moment && it.effective_on <= day);
            known.withholdings.push(it);
        }
    }
    (then, known)
}

/// The first day of a month of the year that starts in April of `start`.
fn first_day(start: i32, number: i32) -> NaiveDate {
    let (year, month) = if number <= 9 { (start, number + 3) } else { (start + 1, number - 9) };
    NaiveDate::from_ymd_opt(year, u32::try_from(month).expect("small"), 1).expect("a day")
}
