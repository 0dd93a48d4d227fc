//! What is read of an arrangement by those who watch it, and what everybody reads of it.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    Known, because,
    links::{PUNCTUALITY, STRANGERS, Shown, Told, band},
    sum, withheld,
};
use crate::{Actor, arrangement::Arrangement, arrangement::pay::pence, posting::decision};

/// What a summary of a contract leaves out of its terms, and of how it came to stand so.
const TERMS: [&str; 14] = [
    "form",
    "services",
    "extensionMonths",
    "extensionsUsed",
    "vatRegime",
    "floorBasisPoints",
    "terms",
    "conditions",
    "guarantees",
    "variations",
    "version",
    "statusHistory",
    "novatedTo",
    "novatedFrom",
];
/// And of its value, of which it leaves the band.
const VALUE: [&str; 4] = ["wholeValue", "valueVersion", "valuePerHead", "values"];
/// And of its pay: all.
const PAY: [&str; 6] =
    ["outcomeFramework", "components", "measurements", "withholdings", "paymentRuns", "schedule"];

impl Arrangement {
    /// The board and whoever is let in to watch: where it stands, what band all of it is worth, and
    /// who sells what at which tier. Regulators and auditors that were granted nothing: the same, the
    /// band of each link, and how punctually it is paid.
    pub(super) async fn summaries_are_read(&self, known: &Known<'_>) {
        let whole = self.reads(self.board(), known.year).await["wholeValue"].clone();
        let overseers = self.watchers.overseers.each_ref().map(|it| it.id.as_str());
        for actor in self.watchers.of_summaries() {
            let told = self.reads(actor, known.year).await;
            assert_eq!(told["status"], known.status);
            let band = json!(band(whole.as_str().expect("money")));
            assert_eq!(told["wholeValueBand"], band);
            for hidden in ["wholeValue", "values", "statusHistory"] {
                assert_eq!(told[hidden], Value::Null, "{hidden}");
            }
            let is_the_boards = actor.id == self.watchers.board_member.id;
            let mut hidden = because("SUMMARY_ONLY", &TERMS);
            if is_the_boards {
                hidden.extend(because("NOT_A_PARTY", &["interests"]));
            }
            hidden.extend(because("SUMMARY_ONLY", &VALUE));
            assert_eq!(withheld(&told), hidden);
            let pay = &told["pay"];
            assert_eq!(withheld(pay), because("SUMMARY_ONLY", &PAY));
            for hidden in &PAY[1..] {
                assert_eq!(pay[*hidden], Value::Null, "{hidden}");
            }
            let shown = match overseers.contains(&actor.id.as_str()) {
                true => Shown::summary(Told::Band, PUNCTUALITY),
                false => Shown::summary(Told::Nothing("NOT_A_PARTY"), STRANGERS),
            };
            self.reads_links(&told, known, |_| Some(shown));
        }
    }

    /// Everybody, signed in or not: nothing of the contract itself, and the snapshot of the year that
    /// the board publishes, once the year has begun (rule V5).
    pub(super) async fn public_reads(&self, known: &Known<'_>) {
        let nobody = self.world.nobody();
        let live = "query($id: ID!) { contract(id: $id) { id } }";
        let refused = nobody.send(live, json!({ "id": self.contract })).await;
        assert_eq!(refused.problem(), "UNAUTHENTICATED");
        let start: i32 = known.year[..4].parse().expect("a year");
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        if self.today() < day(start, 4, 1) {
            return;
        }
        let as_of = self.today().min(day(start + 1, 3, 31));
        let input = self.input(json!({ "financialYear": known.year, "decision": decision() }));
        let made = self.validator.run("publishContract", input, "publication { id }").await.ok();
        let id = made.at("/publishContract/publication/id");
        for reader in [&nobody, &self.stranger, &self.sibling] {
            self.reads_snapshot(reader, id, (known, as_of)).await;
        }
    }

    /// A snapshot as at a day: the value of the year, what was paid and earned in it, how it came to
    /// stand so since it was awarded, and who sells what is material.
    async fn reads_snapshot(&self, reader: &Actor, id: &Value, of: (&Known<'_>, NaiveDate)) {
        let (known, as_of) = of;
        let document = "query($id: ID!) { contractPublication(id: $id) { financialYear contract {
            reference yearlyValue outcomePayEarned payments { amount }
            statusHistory { status reasonCode } materialSubcontracts { tier buyer seller } } } }";
        let told = reader.send(document, json!({ "id": id })).await.ok();
        assert_eq!(told.at("/contractPublication/financialYear"), known.year);
        let told = told.at("/contractPublication/contract");
        assert_eq!(told["yearlyValue"], known.value.0);
        assert_eq!(sum(&told["payments"], "amount"), pence(&json!(known.paid.0)));
        assert_eq!(told["statusHistory"], self.deeds.shared_by(as_of));
        let then = format!(r#"asOf: "{as_of}""#);
        let schedule = self.schedule(self.board(), known.year, &then).await;
        let earned = match schedule["results"].as_array().expect("results") {
            none if none.is_empty() => Value::Null,
            _ => json!(sum(&schedule["results"], "earned")),
        };
        let published = &told["outcomePayEarned"];
        let published = if published.is_null() { Value::Null } else { json!(pence(published)) };
        assert_eq!(published, earned);
        let material = self.links.iter().filter(|it| it.is_material && it.days.0 <= as_of);
        let tiers: Vec<Value> = material.map(|it| json!(it.tier)).collect();
        let links = told["materialSubcontracts"].as_array().expect("links").iter();
        assert_eq!(links.map(|it| it["tier"].clone()).collect::<Vec<_>>(), tiers);
    }
}
