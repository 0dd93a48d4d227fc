//! Which measures links feed, by chance: on days that are over, that go on and that are to come; and what
//! was measured under them, by their sellers or by their buyers for them.

use chrono::NaiveDate;
use entities::{
    measure_feed as feed, measure_feed_end as end, measurement,
    measurement_answer::{self as answer, MeasurementAnswer},
    measurement_decision::{self as decision, Decision},
    subcontract as link,
    value::FinancialYear,
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

impl Maker {
    /// Every link feeds the one measure of its contract, and was measured.
    pub(super) fn measure_feeds(&mut self) {
        let links = self.it.contracting.links.clone();
        for link in &links {
            let frameworks = self.it.contracting.achieving.frameworks.iter();
            let mut of = frameworks.filter(|row| row.contract_id == link.contract_id);
            let Some(framework) = of.next() else { continue };
            let content: domain::rules::pay::Framework =
                serde_json::from_str(&framework.content).expect("an outcome framework");
            let measure = content.further[0].id;
            self.feeds(link, measure);
            for number in 1..=self.between(1, 3) {
                let number = i32::try_from(number).expect("few");
                self.measured_under(link, (measure, number));
            }
        }
    }

    fn feeds(&mut self, link: &link::Model, measure_id: Uuid) {
        let firsts = [link.starts_on, link.starts_on, day(2025, 9, 10), day(2025, 12, 1)];
        let starts_on = self.pick(&firsts).max(link.starts_on);
        let later = day(2025, 9, 12).max(link.recorded_on);
        let recorded_on = self.pick(&[link.recorded_on, later]);
        let ends_on = self.pick(&[None, None, Some(day(2025, 9, 22)), Some(day(2026, 3, 31))]);
        let ends_on = ends_on.filter(|last| starts_on <= *last);
        self.feed(link, (1, measure_id, recorded_on), (starts_on, ends_on));
        if ends_on.is_some_and(|last| last < day(2025, 9, 23)) {
            if self.one_in(2) {
                let starts_on = self.pick(&[day(2025, 9, 24), day(2025, 9, 27)]);
                self.feed(link, (2, measure_id, later), (starts_on.max(link.starts_on), None));
            }
            return;
        }
        if self.one_in(2) {
            return;
        }
        let ended_on = self.pick(&[day(2025, 9, 20), day(2025, 9, 26), day(2025, 10, 31)]);
        let recorded_at = self.known_at();
        self.it.contracting.measure_feed_ends.push(end::Model {
            subcontract_id: link.id,
            number: 1,
            ends_on: ended_on,
            reason: "Another link took it over".to_owned(),
            document_reference: None,
            recorded_as_id: link.buyer_id,
            recorded_on: recorded_on.max(day(2025, 9, 15)).min(ended_on),
            recorded_at,
        });
    }

    fn feed(
        &mut self,
        link: &link::Model,
        (number, measure_id, recorded_on): (i32, Uuid, NaiveDate),
        (starts_on, ends_on): (NaiveDate, Option<NaiveDate>),
    ) {
        let recorded_at = self.known_at();
        self.it.contracting.measure_feeds.push(feed::Model {
            subcontract_id: link.id,
            number,
            measure_id,
            starts_on,
            ends_on,
            document_reference: Some(format!("Minute {number}")),
            recorded_as_id: link.buyer_id,
            recorded_on,
            recorded_at,
        });
    }

    fn measured_under(&mut self, link: &link::Model, (measure_id, number): (Uuid, i32)) {
        let (id, known_at) = (self.id(), self.known_at());
        let achieving = &self.it.contracting.achieving;
        let of = achieving.measurements.iter().filter(|row| row.contract_id == link.contract_id);
        let last = of.map(|row| row.number).max().unwrap_or(0);
        let on_behalf = self.one_in(2);
        let recorded_on = self.pick(&[link.recorded_on, day(2025, 8, 1), day(2025, 9, 25)]);
        let recorded_on = recorded_on.max(link.recorded_on).max(day(2023, 4, 1));
        self.it.contracting.achieving.measurements.push(measurement::Model {
            id,
            contract_id: link.contract_id,
            measure_id,
            financial_year: FinancialYear::starting(2024).expect("a year"),
            number: last + 1,
            subcontract_id: Some(link.id),
            subcontract_number: Some(number),
            reading: 50_000,
            evidence: "Returns of the seller".to_owned(),
            data_quality: None,
            on_behalf_of_id: on_behalf.then_some(link.seller_id),
            recorded_by_id: None,
            recorded_as_id: if on_behalf { link.buyer_id } else { link.seller_id },
            recorded_on,
            known_at,
        });
        let later = [recorded_on, day(2025, 9, 26)];
        let answers =
            [None, Some(MeasurementAnswer::Confirmed), Some(MeasurementAnswer::Contested)];
        let said = self.pick(&answers).filter(|_| on_behalf);
        if let Some(said) = said {
            let (known_at, recorded_on) = (self.known_at(), self.pick(&later).max(recorded_on));
            self.it.contracting.achieving.answers.push(answer::Model {
                measurement_id: id,
                contract_id: link.contract_id,
                answer: said,
                reason: (said == MeasurementAnswer::Contested)
                    .then(|| "Two are missing".to_owned()),
                recorded_by_id: None,
                recorded_as_id: link.seller_id,
                recorded_on,
                known_at,
            });
        }
        let decided = self.pick(&[None, Some(Decision::Validated), Some(Decision::Rejected)]);
        if let Some(decided) = decided {
            let (known_at, recorded_on) = (self.known_at(), self.pick(&later).max(recorded_on));
            self.it.contracting.achieving.decisions.push(decision::Model {
                measurement_id: id,
                contract_id: link.contract_id,
                decision: decided,
                reason: (decided == Decision::Rejected).then(|| "Wrong denominator".to_owned()),
                recorded_by_id: None,
                recorded_as_id: link.buyer_id,
                recorded_on,
                known_at,
            });
        }
    }
}
