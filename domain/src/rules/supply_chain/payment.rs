use chrono::{Days, NaiveDate};
use entities::value::Pence;

/// How a payment stands between the buyer that recorded it and its seller (rule C11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// The buyer recorded it, and the seller has said nothing.
    Recorded,
    /// The seller confirmed it.
    Confirmed,
    /// The seller contested it.
    Contested,
    /// The buyer withdrew it.
    Withdrawn,
}

/// What is said of a payment after it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidOfPayment {
    /// Its seller received it.
    Confirmed,
    /// It is not so, says its seller.
    Contested,
    /// Its buyer recorded it wrongly.
    Withdrawn,
}

/// Why something cannot be said of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSaid {
    /// It was confirmed before.
    #[error("the seller has confirmed this already")]
    ConfirmedAlready,
    /// It was contested before.
    #[error("the seller has contested this already")]
    ContestedAlready,
    /// It was withdrawn.
    #[error("the buyer has withdrawn this: it is to be recorded again as it is")]
    WithdrawnAlready,
    /// The seller confirmed what is to be withdrawn.
    #[error("the seller has confirmed this: it contests it before you withdraw it")]
    ConfirmedBySeller,
}

/// Why something is no payment that can be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPayment {
    /// It is not more than nothing.
    #[error("write an amount above zero")]
    NotPositive,
    /// The invoice came before the subcontract started.
    #[error("the subcontract had not started on this day")]
    BeforeLink,
    /// It was paid before its invoice was received.
    #[error("it was paid before its invoice was received: give the day on which it was paid")]
    BeforeInvoice,
    /// The day is to come.
    #[error("this day is to come: what is paid is recorded on the day or later")]
    InFuture,
}

/// How a payment stands after something was said of it. What was confirmed can still be contested,
/// and what was contested be confirmed; what was withdrawn stays so.
///
/// # Errors
/// When the same was said before, or it was withdrawn, or its seller has confirmed what is to be
/// withdrawn.
pub fn after_saying(stands: PaymentState, said: SaidOfPayment) -> Result<PaymentState, NotSaid> {
    use PaymentState::{Confirmed, Contested, Withdrawn};
    match (stands, said) {
        (Withdrawn, _) => Err(NotSaid::WithdrawnAlready),
        (Confirmed, SaidOfPayment::Confirmed) => Err(NotSaid::ConfirmedAlready),
        (Contested, SaidOfPayment::Contested) => Err(NotSaid::ContestedAlready),
        (Confirmed, SaidOfPayment::Withdrawn) => Err(NotSaid::ConfirmedBySeller),
        (_, SaidOfPayment::Confirmed) => Ok(Confirmed),
        (_, SaidOfPayment::Contested) => Ok(Contested),
        (_, SaidOfPayment::Withdrawn) => Ok(Withdrawn),
    }
}

/// True when an amount was paid on a day for an invoice that was received on a day, under a
/// subcontract that started on its first; today at the latest.
///
/// # Errors
/// Why it is none.
pub fn is_payment(
    amount: Pence,
    (starts_on, received_on, paid_on): (NaiveDate, NaiveDate, NaiveDate),
    today: NaiveDate,
) -> Result<(), NotAPayment> {
    if amount <= Pence::ZERO {
        return Err(NotAPayment::NotPositive);
    }
    if received_on < starts_on {
        return Err(NotAPayment::BeforeLink);
    }
    if paid_on < received_on {
        return Err(NotAPayment::BeforeInvoice);
    }
    if today < paid_on { Err(NotAPayment::InFuture) } else { Ok(()) }
}

/// True when a seller can have received on a day what was paid on another; today at the latest.
#[must_use]
pub fn is_received(received_on: NaiveDate, paid_on: NaiveDate, today: NaiveDate) -> bool {
    paid_on <= received_on && received_on <= today
}

/// The last day on which an invoice is paid in time, by the payment terms that it is held against;
/// none where there are none.
#[must_use]
pub fn due_on(received_on: NaiveDate, payment_days: Option<i32>) -> Option<NaiveDate> {
    let days = u64::try_from(payment_days?).ok()?;
    received_on.checked_add_days(Days::new(days))
}

/// How many days after the last that was in time it was paid; 0 when it was in time.
#[must_use]
pub fn days_late(due_on: NaiveDate, paid_on: NaiveDate) -> i64 {
    (paid_on - due_on).num_days().max(0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::day;
    use super::*;

    #[test]
    fn c11_a_seller_confirms_or_contests_and_may_change_its_mind() {
        use PaymentState::{Confirmed, Contested, Recorded, Withdrawn};
        let (yes, no) = (SaidOfPayment::Confirmed, SaidOfPayment::Contested);
        assert_eq!(after_saying(Recorded, yes), Ok(Confirmed));
        assert_eq!(after_saying(Recorded, no), Ok(Contested));
        assert_eq!(after_saying(Contested, yes), Ok(Confirmed));
        assert_eq!(after_saying(Confirmed, no), Ok(Contested));
        assert_eq!(after_saying(Confirmed, yes), Err(NotSaid::ConfirmedAlready));
        assert_eq!(after_saying(Contested, no), Err(NotSaid::ContestedAlready));
        for said in [yes, no, SaidOfPayment::Withdrawn] {
            assert_eq!(after_saying(Withdrawn, said), Err(NotSaid::WithdrawnAlready));
        }
    }

    #[test]
    fn c11_a_buyer_withdraws_what_its_seller_has_not_confirmed() {
        use PaymentState::{Confirmed, Contested, Recorded, Withdrawn};
        let withdraws = |stands| after_saying(stands, SaidOfPayment::Withdrawn);
        assert_eq!(withdraws(Recorded), Ok(Withdrawn));
        assert_eq!(withdraws(Contested), Ok(Withdrawn));
        assert_eq!(withdraws(Confirmed), Err(NotSaid::ConfirmedBySeller));
    }

    #[test]
    fn c11_a_payment_is_something_paid_for_an_invoice_of_the_link_by_today() {
        let (starts, today) = (day(2025, 4, 1), day(2025, 6, 30));
        let paid = |pence, received, on| is_payment(Pence(pence), (starts, received, on), today);
        let received = day(2025, 6, 1);
        assert_eq!(paid(1, received, today), Ok(()));
        assert_eq!(paid(1, starts, starts), Ok(()));
        assert_eq!(paid(0, received, today), Err(NotAPayment::NotPositive));
        assert_eq!(paid(-1, received, today), Err(NotAPayment::NotPositive));
        let before = day(2025, 3, 31);
        assert_eq!(paid(1, before, today), Err(NotAPayment::BeforeLink));
        assert_eq!(paid(1, received, day(2025, 5, 31)), Err(NotAPayment::BeforeInvoice));
        assert_eq!(paid(1, received, day(2025, 7, 1)), Err(NotAPayment::InFuture));
    }

    #[test]
    fn c11_money_is_received_when_it_was_paid_or_later_and_by_today() {
        let (paid, today) = (day(2025, 6, 10), day(2025, 6, 20));
        let received = |of| is_received(day(2025, 6, of), paid, today);
        assert_eq!([9, 10, 20, 21].map(received), [false, true, true, false]);
    }

    #[test]
    fn c11_an_invoice_is_due_so_many_days_after_it_was_received_and_late_after_that_day() {
        let received = day(2025, 6, 1);
        assert_eq!(due_on(received, None), None);
        assert_eq!(due_on(received, Some(0)), Some(received));
        assert_eq!(due_on(received, Some(30)), Some(day(2025, 7, 1)));
        assert_eq!(due_on(received, Some(-1)), None);
        let late = |of| days_late(day(2025, 7, 1), day(2025, 7, of));
        assert_eq!([1, 2, 31].map(late), [0, 1, 30]);
        assert_eq!(days_late(day(2025, 7, 1), received), 0);
    }
}
