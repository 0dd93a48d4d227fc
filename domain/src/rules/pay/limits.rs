use entities::value::{FinancialYear, Pence};

use super::{Bases, Line, Pay, round::portion};
use crate::rules::explanation::Input;

/// The part of a year's amount for so many months in force.
pub(super) fn part_of_year(amount: Pence, months: usize) -> Pence {
    let months = i64::try_from(months).expect("a year has twelve months");
    portion(amount, months, 12)
}

/// Keeps a component's months, in their order, between its floor and its cap: what is beyond the
/// cap is not paid from the month on that reaches it, and what is short of the floor is made up in
/// the last month.
pub(super) fn limit(
    lines: &mut [Line],
    pay: &Pay,
    (bases, year): (&Bases, FinancialYear),
    months: usize,
) {
    let yearly = |it| part_of_year(pay.amount(it, year).of(bases), months);
    let mut paid = Pence::ZERO;
    if let Some(cap) = pay.cap.map(yearly) {
        let mut reached = Pence::ZERO;
        for line in lines.iter_mut() {
            reached += line.amount;
            let beyond = paid + line.amount - reached.min(cap);
            if beyond != Pence::ZERO {
                line.add(Input::new(format!("beyond the cap of {cap}"), -beyond));
            }
            paid += line.amount;
        }
    } else {
        paid = lines.iter().map(|line| line.amount).sum();
    }
    let Some(floor) = pay.floor.map(yearly) else { return };
    if let (Some(last), true) = (lines.last_mut(), paid < floor) {
        last.add(Input::new(format!("up to the floor of {floor}"), floor - paid));
    }
}
