//! For how many days of a month care is paid.

use entities::contract_status_change::ContractStatus as Status;

use super::{
    super::{Kind, Pay},
    Plainly,
    sums::{part_of, share},
};

impl Plainly<'_> {
    /// The days of a month on which care is paid for, and all of its days.
    pub(super) fn days_paid(&self, month: usize) -> (i128, i128) {
        let delivery = &self.facts.delivery;
        let first = self.first_day(month);
        let after =
            if month == 11 { first + chrono::Days::new(31) } else { self.first_day(month + 1) };
        let mut last_day = None;
        for it in &delivery.last_days {
            let at = (it.effective_on, it.known_at);
            if it.effective_on <= first && last_day.is_none_or(|(best, _)| at >= best) {
                last_day = Some((at, it.ends_on));
            }
        }
        let has_passed = last_day.and_then(|it| it.1).is_some_and(|day| day < first);
        let given_up = delivery
            .changes
            .last()
            .is_some_and(|it| [Status::Cancelled, Status::Abandoned].contains(&it.status));
        let (mut paid, mut days) = (0, 0);
        let mut terminated = false;
        let mut day = first;
        while day < after {
            let mut suspended = false;
            let mut status = None;
            for it in &delivery.changes {
                if it.effective_on <= day {
                    status = Some(it.status);
                    if it.status == Status::Active {
                        suspended = false;
                    } else if it.status == Status::Suspended {
                        suspended = it.is_whole;
                    }
                }
            }
            if day == first {
                terminated = status == Some(Status::Terminated);
            }
            days += 1;
            if !suspended {
                paid += 1;
            }
            day = day.succ_opt().expect("a day");
        }
        if has_passed || given_up || terminated { (0, days) } else { (paid, days) }
    }

    /// What is paid of a month's amount when care is paid for on so many of its days.
    pub(super) fn of_days(
        &self,
        pay: &Pay,
        month: usize,
        (amount, on, of): (i128, i128, i128),
    ) -> i128 {
        if on == 0 {
            return 0;
        }
        let by_time = match &pay.kind {
            Kind::Block { .. } | Kind::Capitation(_) | Kind::YearOfCare { .. } => amount,
            Kind::CostAndVolume(it) => part_of(self.amount(pay, it.yearly), month),
            _ => 0,
        };
        amount - share(by_time, of - on, of)
    }
}
