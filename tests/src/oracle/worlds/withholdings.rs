//! What is withheld of what contracts pay, by chance: by share and by amount, released and retained in
//! part and as a whole.

use chrono::{Days, NaiveDate, NaiveTime};
use domain::rules::pay::{Kind, Pay, Payment};
use entities::{
    pay_component as component, pay_component_version as version,
    pay_withholding::{self as withholding, WithholdingReason},
    pay_withholding_settlement::{self as settlement, SettlementOutcome},
    value::{FinancialYear, Instant, Pence, Period},
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

/// What every component pays in every month of 2025/26.
pub const MONTHLY: Pence = Pence(100_000);

/// The first months of the year in which something is withheld.
fn year() -> FinancialYear {
    FinancialYear::starting(2025).expect("a year")
}

impl Maker {
    /// What every component pays, and up to two withholdings of each contract that has one, at least
    /// so many of them; of those that there have to be the first has begun.
    pub(super) fn withholdings(&mut self, least: usize) {
        for component in self.it.contracting.paying.components.clone() {
            self.pays(&component);
            for number in 1..=self.between(least, 2) {
                let has_begun = number <= least;
                self.withheld(&component, (i32::try_from(number).expect("few"), has_begun));
            }
        }
    }

    /// An instant of a day, later than those of other things of that day that were known before.
    fn known_on(&mut self, day: NaiveDate) -> Instant {
        // Less than an hour, in microseconds: no two are alike.
        let count = self.known_at().to_microseconds() / 1_000_000;
        let Instant(midnight) = day.and_time(NaiveTime::MIN).and_utc().into();
        Instant(midnight + count)
    }

    /// A stated sum on the fifteenth of each month, whether or not care is delivered.
    fn pays(&mut self, component: &component::Model) {
        let payment = |month: Period| Payment {
            due_on: month.first_day(year()) + Days::new(14),
            amount: MONTHLY,
        };
        let kind = Kind::Transition { payments: Period::months().map(payment).collect() };
        let pay = Pay { kind, floor: None, cap: None, uplifts: Vec::new() };
        let (id, known_at) = (self.id(), self.known_on(component.recorded_on));
        let recorded_as_id = self.organisation();
        self.it.contracting.paying.versions.push(version::Model {
            id,
            component_id: component.id,
            number: 1,
            effective_on: day(2025, 4, 1),
            ends_on: None,
            content: serde_json::to_string(&pay).expect("terms of pay"),
            deciding_body: None,
            decided_on: None,
            minute_reference: None,
            recorded_by_id: None,
            recorded_as_id,
            recorded_on: component.recorded_on,
            known_at,
        });
    }

    fn withheld(&mut self, component: &component::Model, (number, has_begun): (i32, bool)) {
        let (id, recorded_as_id) = (self.id(), self.organisation());
        let from = if has_begun { 1 } else { self.pick(&[1, 2, 5, 7, 9]) };
        let to = self.pick(&[from, 10, 12]);
        let points = self.pick(&[None, Some(500), Some(3_333), Some(10_000)]);
        let amount = self.pick(&[12_345, 99_999]);
        let of_component = self.one_in(2);
        let reason_code =
            self.pick(&[WithholdingReason::ActionPlanBreached, WithholdingReason::Quality]);
        let recorded_on = self.pick(&[day(2024, 5, 1), day(2025, 5, 1), day(2025, 7, 31)]);
        let known_at = self.known_on(recorded_on);
        self.it.contracting.paying.withholdings.push(withholding::Model {
            id,
            contract_id: component.contract_id,
            number,
            component_id: of_component.then_some(component.id),
            financial_year: year(),
            from_period: Period::new(from).expect("a month"),
            to_period: Period::new(to.max(from)).expect("a month"),
            basis_points: points,
            monthly_pence: points.is_none().then_some(Pence(amount)),
            reason_code,
            reason: None,
            document_reference: "Notice 7".to_owned(),
            deciding_body: "Board".to_owned(),
            decided_on: day(2024, 4, 2),
            minute_reference: "B 7".to_owned(),
            recorded_by_id: None,
            recorded_as_id,
            recorded_on,
            known_at,
        });
        let mut on = self.pick(&[day(2025, 8, 1), day(2025, 8, 20)]);
        for number in 1..=self.between(0, 2) {
            let everything = self.one_in(3);
            self.settled((id, i32::try_from(number).expect("few")), on, everything);
            if everything {
                break;
            }
            on = on + Days::new(self.random.below(20));
        }
    }

    fn settled(
        &mut self,
        (withholding_id, number): (Uuid, i32),
        effective_on: NaiveDate,
        everything: bool,
    ) {
        let recorded_as_id = self.organisation();
        let amount = i64::try_from(self.between(1, 60_000)).unwrap_or(1);
        let outcome = self.pick(&[SettlementOutcome::Released, SettlementOutcome::Retained]);
        let recorded_on = self.pick(&[day(2025, 9, 10), day(2025, 9, 30)]);
        let known_at = self.known_on(recorded_on);
        self.it.contracting.paying.settlements.push(settlement::Model {
            withholding_id,
            number,
            outcome,
            effective_on,
            amount_pence: (!everything).then_some(Pence(amount)),
            reason: "The plan is kept again".to_owned(),
            document_reference: "Letter 8".to_owned(),
            deciding_body: "Board".to_owned(),
            decided_on: day(2025, 8, 1),
            minute_reference: "B 8".to_owned(),
            recorded_by_id: None,
            recorded_as_id,
            recorded_on,
            known_at,
        });
    }
}
