use chrono::NaiveDate;

use super::Ratio;

/// One payment of a buyer to its seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The last day on which it is in time.
    pub due_on: NaiveDate,
    /// When it was paid.
    pub paid_on: Option<NaiveDate>,
}

/// How punctually sellers are paid: no amounts (rule C11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Punctuality {
    /// Paid by the day on which it was due.
    pub on_time: usize,
    /// Paid after it.
    pub late: usize,
    /// Due before today, and not paid.
    pub overdue: usize,
    /// Not paid, and not due before today.
    pub to_come: usize,
    /// Those paid on time of all whose day has come or that are paid.
    pub share_on_time: Ratio,
    /// The most days that one was, or is, late.
    pub most_days_late: i64,
}

/// How punctual payments are, as things stand on a day.
#[must_use]
pub fn punctuality(payments: &[Payment], today: NaiveDate) -> Punctuality {
    let days_late = |it: &Payment| (it.paid_on.unwrap_or(today) - it.due_on).num_days();
    let count = |is: &dyn Fn(&Payment) -> bool| payments.iter().filter(|it| is(it)).count();
    let on_time = count(&|it| it.paid_on.is_some() && days_late(it) <= 0);
    let late = count(&|it| it.paid_on.is_some() && days_late(it) > 0);
    let overdue = count(&|it| it.paid_on.is_none() && days_late(it) > 0);
    let judged = on_time + late + overdue;
    let wide = |count: usize| i128::try_from(count).expect("a count of rows in memory");
    Punctuality {
        on_time,
        late,
        overdue,
        to_come: payments.len() - judged,
        share_on_time: match judged {
            0 => Ratio::NothingToDivide,
            _ => Ratio::divided(wide(on_time), wide(judged)),
        },
        most_days_late: payments.iter().map(days_late).fold(0, i64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::day;
    use super::*;

    fn payment(due: u32, paid: Option<u32>) -> Payment {
        let june = |of| day(2025, 6, of);
        Payment { due_on: june(due), paid_on: paid.map(june) }
    }

    #[test]
    fn c11_a_payment_is_in_time_on_the_day_it_is_due_and_late_after_it() {
        let payments = [
            payment(10, Some(9)),
            payment(10, Some(10)),
            payment(10, Some(11)),
            payment(10, Some(12)),
            payment(10, Some(13)),
            payment(19, None),
            payment(20, None),
        ];
        let found = punctuality(&payments, day(2025, 6, 20));
        assert_eq!((found.on_time, found.late, found.overdue, found.to_come), (2, 3, 1, 1));
        assert_eq!(found.share_on_time, Ratio::BasisPoints(3_333));
        assert_eq!(found.most_days_late, 3);
        let later = punctuality(&payments, day(2025, 6, 25));
        assert_eq!((later.late, later.overdue, later.to_come), (3, 2, 0));
        assert_eq!(later.most_days_late, 6);
        assert_eq!(later.share_on_time, Ratio::BasisPoints(2_857));
    }

    #[test]
    fn c11_nothing_due_is_neither_punctual_nor_late() {
        let found = punctuality(&[payment(20, None)], day(2025, 6, 1));
        assert_eq!((found.to_come, found.most_days_late), (1, 0));
        assert_eq!(found.share_on_time, Ratio::NothingToDivide);
    }
}
