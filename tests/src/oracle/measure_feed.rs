//! Which measures links feed, and what was measured under them: who reads it, and the measure as at which
//! day.

use chrono::NaiveDate;
use domain::rules::pay::Framework;
use entities::{
    measure_feed as feed, measurement, measurement_answer::MeasurementAnswer,
    measurement_decision::Decision, relation::RelationKind, subcontract as link,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{View, masks::Tier, standings::Standing};
use crate::raw::day;

/// How what a link feeds and what was measured under it is selected.
pub(super) const FED: &str = "feeds { number startsOn endsOn documentReference recordedOn endedOn \
     endReason measure { reference threshold weight withheld { field } } withheld { field } } \
     measurements { number subcontractNumber state reason isOnBehalf answer contestedBecause \
     measure { reference threshold weight } }";

fn is_party(it: &Standing) -> bool {
    matches!(it.kind, RelationKind::Buyer | RelationKind::Seller)
}

fn feeding(it: &Standing) -> bool {
    it.opens("OutcomeMeasures", if is_party(it) { Tier::Own } else { Tier::Full })
}

impl View<'_> {
    /// True when it is read which measures a link feeds.
    #[must_use]
    pub fn reads_feeds(&self, row: &link::Model) -> bool {
        let to = self.standing_to_link(row);
        self.reads_terms_of_link(row) && to.iter().any(|it| feeding(it))
    }

    /// True when what was recorded on a day of what a link feeds is told.
    #[must_use]
    pub fn opens_feed(&self, row: &link::Model, on: NaiveDate) -> bool {
        let to = self.standing_to_link(row);
        let mut to = to.iter().filter(|it| feeding(it));
        self.reads_feeds(row) && to.any(|it| (is_party(it) && it.acts) || on <= it.to)
    }

    /// The last day that a feed has on record.
    fn fed_until(&self, row: &feed::Model) -> Option<NaiveDate> {
        let mut ends = self.world.contracting.measure_feed_ends.iter();
        let end =
            ends.find(|it| (it.subcontract_id, it.number) == (row.subcontract_id, row.number));
        end.map(|it| it.ends_on).or(row.ends_on)
    }

    /// The day as at which the measure is told that a link feeds.
    #[must_use]
    pub fn told_of_measure_on(&self, row: &feed::Model) -> Option<NaiveDate> {
        let link = self.world.contracting.link(row.subcontract_id);
        let last = self.fed_until(row).unwrap_or(day(9999, 12, 31));
        let mut days = Vec::new();
        for it in self.standing_to_link(link).into_iter().filter(|it| feeding(it)) {
            let (first, last) = match is_party(it) {
                true => (it.from.max(row.starts_on), it.to.min(last).min(self.today)),
                false => (it.from, it.to.min(self.today)),
            };
            if first <= last {
                days.push(last);
            }
        }
        days.into_iter().max()
    }

    fn whole_of_link(&self, row: &link::Model, group: &str) -> bool {
        self.standing_to_link(row).iter().any(|it| it.opens(group, Tier::Full))
    }

    /// The threshold of the one measure, as some framework has it.
    fn threshold(content: &str) -> String {
        let framework: Framework = serde_json::from_str(content).expect("an outcome framework");
        (framework.further[0].threshold.0 / 1_000).to_string()
    }

    fn measure_of(&self, row: &feed::Model) -> Value {
        let Some(on) = self.told_of_measure_on(row) else { return Value::Null };
        let link = self.world.contracting.link(row.subcontract_id);
        let frameworks = self.world.contracting.achieving.frameworks.iter();
        let known = frameworks.filter(|it| {
            it.contract_id == link.contract_id && it.recorded_on <= on && it.effective_on <= on
        });
        let last = known.max_by_key(|it| (it.effective_on, it.number));
        let is_whole = self.whole_of_link(link, "OutcomeMeasures");
        let hidden: Vec<Value> =
            if is_whole { Vec::new() } else { vec![json!({ "field": "weight" })] };
        last.map_or(Value::Null, |it| {
            json!({
                "reference": "FLOW", "threshold": Self::threshold(&it.content),
                "weight": is_whole.then_some(0), "withheld": hidden,
            })
        })
    }

    fn expected_feeds(&self, row: &link::Model) -> Value {
        if !self.reads_feeds(row) {
            return Value::Null;
        }
        let contracting = &self.world.contracting;
        let feeds = contracting.measure_feeds.iter();
        let feeds = feeds.filter(|it| it.subcontract_id == row.id);
        let told = feeds.filter(|it| self.opens_feed(row, it.recorded_on)).map(|it| {
            let mut ends = contracting.measure_feed_ends.iter().filter(|end| {
                (end.subcontract_id, end.number) == (row.id, it.number)
                    && self.opens_feed(row, end.recorded_on)
            });
            let end = ends.next();
            let is_told = self.told_of_measure_on(it).is_some();
            let hidden: Vec<Value> =
                if is_told { Vec::new() } else { vec![json!({ "field": "measure" })] };
            json!({
                "number": it.number, "startsOn": it.starts_on,
                "endsOn": end.map(|end| end.ends_on).or(it.ends_on),
                "documentReference": it.document_reference, "recordedOn": it.recorded_on,
                "endedOn": end.map(|end| end.recorded_on), "endReason": end.map(|end| &end.reason),
                "measure": self.measure_of(it), "withheld": hidden,
            })
        });
        json!(told.collect::<Vec<Value>>())
    }

    /// True when a measurement is of a link in which the viewer buys or sells, and what was recorded on a
    /// day is open to it: of a party to the end whatever came after.
    pub(super) fn owns_measurement(&self, row: &measurement::Model, on: NaiveDate) -> bool {
        let Some(of) = row.subcontract_id else { return false };
        let ends_on = self.world.contracting.link(of).ends_on;
        let mut own = self.to_links.get(&of).into_iter().flatten();
        own.any(|it| it.opens("Measurements", Tier::Own) && (on <= it.to || ends_on <= it.to))
    }

    /// What whoever a measurement is about says of it, as far as that is told.
    #[must_use]
    pub fn answer_of(&self, row: &measurement::Model) -> Option<(MeasurementAnswer, Option<&str>)> {
        let mut answers = self.world.contracting.achieving.answers.iter();
        let it = answers.find(|it| it.measurement_id == row.id)?;
        let mut reading = self.reading(row.contract_id, "Measurements", Tier::Full).into_iter();
        let is_open = self.owns_measurement(row, it.recorded_on)
            || reading.any(|standing| it.recorded_on <= standing.to);
        is_open.then_some((it.answer, it.reason.as_deref()))
    }

    /// True when the viewer buys or sells under a contract: then measures are told that its links feed.
    #[must_use]
    pub fn is_told_of_measures(&self, contract: Uuid) -> bool {
        let mut links = self.world.contracting.links.iter();
        links.any(|row| {
            let to = self.to_links.get(&row.id);
            row.contract_id == contract && to.is_some_and(|it| !it.is_empty())
        })
    }

    fn expected_measured(&self, row: &link::Model) -> Value {
        let to = self.standing_to_link(row);
        if !to.iter().any(|it| it.opens("Measurements", Tier::Own)) {
            return Value::Null;
        }
        let is_whole = self.whole_of_link(row, "Measurements");
        let achieving = &self.world.contracting.achieving;
        let rows = achieving.measurements.iter().filter(|it| it.subcontract_id == Some(row.id));
        let told = rows.filter(|it| self.sees_measurement(it)).map(|it| {
            let (state, reason) = match self.decided_of(it) {
                None => ("SUBMITTED", None),
                Some((Decision::Validated, reason)) => ("VALIDATED", reason),
                Some((Decision::Rejected, reason)) => ("REJECTED", reason),
            };
            let answer = self.answer_of(it);
            let is_confirmed = answer.is_some_and(|it| it.0 == MeasurementAnswer::Confirmed);
            let frameworks = achieving.frameworks.iter();
            let known = frameworks.filter(|framework| {
                framework.contract_id == it.contract_id && framework.recorded_on <= it.recorded_on
            });
            let last = known.max_by_key(|framework| framework.number).expect("what is measured");
            json!({
                "number": is_whole.then_some(it.number),
                "subcontractNumber": it.subcontract_number,
                "state": state, "reason": reason,
                "isOnBehalf": it.on_behalf_of_id.is_some() && !is_confirmed,
                "answer": answer.map(|it| it.0), "contestedBecause": answer.and_then(|it| it.1),
                "measure": { "reference": "FLOW", "threshold": Self::threshold(&last.content),
                    "weight": is_whole.then_some(0) },
            })
        });
        json!(told.collect::<Vec<Value>>())
    }

    /// What is told of a link of what it feeds, and was measured under it.
    pub(super) fn expected_of_feeds(&self, row: &link::Model) -> [(&'static str, Value); 2] {
        [("feeds", self.expected_feeds(row)), ("measurements", self.expected_measured(row))]
    }

    /// Which of that is named as withheld.
    pub(super) fn withheld_of_feeds(&self, row: &link::Model) -> Vec<&'static str> {
        let to = self.standing_to_link(row);
        let measured = to.iter().any(|it| it.opens("Measurements", Tier::Own));
        let named = [("feeds", self.reads_feeds(row)), ("measurements", measured)];
        named.into_iter().filter(|it| !it.1).map(|it| it.0).collect()
    }
}
