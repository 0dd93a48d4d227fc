//! What everybody around an arrangement reads of it: written once, after the matrix, so that each
//! story says only the figures.

use serde_json::{Value, json};

use super::{Arrangement, Link, YEARS, pay::pence};
use crate::{Actor, payment_run::RUN};

/// What is known of an arrangement in a year by whoever knows all of it.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The year.
    pub year: &'a str,
    /// Where the contract stands.
    pub status: &'a str,
    /// Where it stands as those who sell in its chain are told: as on the last of their own days.
    pub to_sellers: &'a str,
    /// Its value in the year: all of it, and the borough's share.
    pub value: (&'a str, &'a str),
    /// What the schedule of the year comes to.
    pub pay: &'a str,
    /// What was run and approved in the year: all of it, and the borough's share.
    pub paid: (&'a str, &'a str),
}

/// What somebody is told of the value of a link: the amount, the band, or that it is withheld and
/// why.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Amount,
    Band,
    Nothing,
}

impl Told {
    /// Whoever pays the pool, or leads those who buy, reads the band of what is neither open-book nor
    /// material.
    const fn of_commissioners(link: &Link) -> Self {
        if link.is_open { Self::Amount } else { Self::Band }
    }
}

fn withheld(of: &Value) -> Vec<String> {
    let fields = of["withheld"].as_array().unwrap_or_else(|| panic!("no list: {of}")).iter();
    fields.map(|it| format!("{} {}", it["field"], it["reason"]).replace('"', "")).collect()
}

fn sum(runs: &Value, field: &str) -> i64 {
    let runs = runs.as_array().unwrap_or_else(|| panic!("no runs: {runs}"));
    runs.iter().map(|run| pence(&run[field])).sum()
}

impl Arrangement {
    /// All that somebody reads of the contract in a year; null for whoever does not see it.
    pub async fn reads(&self, actor: &Actor, year: &str) -> Value {
        let run = RUN.split_once(' ').expect("a run").1;
        let document = format!(
            r#"query($id: ID!) {{ contract(id: $id) {{
                reference title status wholeValue wholeValueBand
                values {{ financialYear amount ownShare }} statusHistory {{ status reasonCode }}
                pay {{ components {{ reference }} measurements {{ number }}
                    withholdings(financialYear: "{year}") {{ number }}
                    schedule(financialYear: "{year}") {{ total }}
                    paymentRuns(financialYear: "{year}") {run} withheld {{ field reason }} }}
                supplyChain(financialYear: "{year}") {{ links(first: 50) {{ totalCount nodes {{
                    id tier stage buyer {{ id }} seller {{ id }} value {{ amount valueBand }}
                    withheld {{ field reason }} }} }} }}
                withheld {{ field reason }} }} }}"#
        );
        let told = actor.send(&document, json!({ "id": self.contract })).await.ok();
        told.at("/contract").clone()
    }

    /// A link as somebody reads it, with how what is above it stands; null for whoever does not.
    pub async fn reads_link(&self, actor: &Actor, link: &str) -> Value {
        let document = "query($id: ID!) { node(id: $id) { ... on Subcontract {
            id service stage confirmation buyer { id } seller { id } withheld { field reason }
            contract { reference }
            above { tier stage endsOn status reasonCode documentReference takesEffectOn } } } }";
        let told = actor.send(document, json!({ "id": link })).await.ok();
        told.at("/node").clone()
    }

    /// Everybody reads what the matrix says, and nothing else.
    pub async fn everybody_reads(&self, known: &Known<'_>) {
        for whole in [self.board(), self.council(), self.partner()] {
            self.reads_all(whole, known).await;
        }
        self.lead_reads(known).await;
        self.associate_reads(known).await;
        for seller in [&self.subcontractor, &self.sibling, &self.deeper] {
            self.seller_reads(seller, known).await;
        }
        self.stranger_reads(known).await;
    }

    /// The co-ordinating commissioner, the host and the partners: everything but the value of a
    /// link that is neither open-book nor material, of which they read the band.
    async fn reads_all(&self, actor: &Actor, known: &Known<'_>) {
        let told = self.reads(actor, known.year).await;
        reads_value_and_pay(&told, known, &[]);
        let runs = &told["pay"]["paymentRuns"];
        for run in runs.as_array().expect("runs") {
            assert_eq!(run["scheme"]["id"], json!(self.scheme));
        }
        self.reads_links((actor, &told), known, |link| Some(Told::of_commissioners(link)));
    }

    /// The lead provider: its pay and the runs that pay it, not from which fund; the links that it
    /// buys exactly, and of what is deeper only that it is there, unless it is open all the way.
    async fn lead_reads(&self, known: &Known<'_>) {
        let told = self.reads(&self.lead, known.year).await;
        reads_value_and_pay(&told, known, &["fund NOT_A_PARTY", "scheme NOT_A_PARTY"]);
        for run in told["pay"]["paymentRuns"].as_array().expect("runs") {
            assert!(run["fund"].is_null() && run["scheme"].is_null(), "{run:#}");
            assert_eq!(run["payee"]["id"], json!(self.lead.id));
        }
        self.reads_links((&self.lead, &told), known, |link| {
            Some(if link.tier == 1 { Told::Amount } else { Told::Nothing })
        });
    }

    /// An associate commissioner: its own share of the value and of what is run, and not the whole.
    async fn associate_reads(&self, known: &Known<'_>) {
        let told = self.reads(&self.associate, known.year).await;
        assert_eq!(told["status"], known.status);
        let year = of_year(&told, known.year);
        assert_eq!((&year["amount"], &year["ownShare"]), (&Value::Null, &json!(known.value.1)));
        let hidden = ["wholeValue", "valueVersion", "valuePerHead", "wholeValueBand"];
        assert_eq!(withheld(&told), hidden.map(|field| format!("{field} OWN_ONLY")));
        let pay = &told["pay"];
        assert_eq!(withheld(pay), ["components OWN_ONLY", "schedule OWN_ONLY"]);
        assert!(pay["schedule"].is_null() && pay["components"].is_null());
        let runs = &pay["paymentRuns"];
        assert_eq!(sum(runs, "ownShare"), pence(&json!(known.paid.1)));
        for run in runs.as_array().expect("runs") {
            assert!(run["total"].is_null() && run["lines"].is_null());
            assert!(run["scheme"].is_null() && run["fund"].is_null());
            let whole = ["total OWN_ONLY", "lines OWN_ONLY"];
            assert_eq!(withheld(run), [whole, ["fund NOT_A_PARTY", "scheme NOT_A_PARTY"]].concat());
        }
        self.reads_links((&self.associate, &told), known, |_| Some(Told::Band));
    }

    /// A seller of the chain: its own links with their value and how everything above them stands;
    /// at tier 1 the terms and status of the contract without its price; no sibling's link, no pay.
    async fn seller_reads(&self, seller: &Actor, known: &Known<'_>) {
        let is_own =
            |it: &Link| [it.buyer, it.seller].map(|it| &self.who(it).id).contains(&&seller.id);
        for link in &self.links {
            let told = self.reads_link(seller, &link.id).await;
            assert_eq!(told.is_object(), is_own(link), "{link:?}");
            if !told.is_object() {
                continue;
            }
            assert_eq!(withheld(&told), Vec::<String>::new());
            let above = told["above"].as_array().expect("what is above");
            assert_eq!(above.len(), usize::try_from(link.tier).expect("a tier"));
            assert_eq!(above[0]["status"], known.to_sellers);
        }
        let told = self.reads(seller, known.year).await;
        if !self.links.iter().any(|it| it.tier == 1 && self.who(it.seller).id == seller.id) {
            assert_eq!(told, Value::Null, "who sells deeper does not see the head contract");
            return;
        }
        assert_eq!(told["status"], known.to_sellers);
        for price in ["values", "wholeValue", "wholeValueBand"] {
            assert_eq!(told[price], Value::Null, "{price}");
        }
        let pay = &told["pay"];
        for hidden in ["components", "schedule", "withholdings"] {
            assert_eq!(pay[hidden], Value::Null, "{hidden}");
        }
        let none = pay["paymentRuns"].as_array().is_none_or(Vec::is_empty);
        assert!(none, "it is paid by its buyer, and not from the pool: {pay:#}");
        self.reads_links((seller, &told), known, |link| is_own(link).then_some(Told::Amount));
    }

    /// Somebody who stands nowhere: nothing, and the same as of what does not exist.
    async fn stranger_reads(&self, known: &Known<'_>) {
        assert_eq!(self.reads(&self.stranger, known.year).await, Value::Null);
        for link in &self.links {
            assert_eq!(self.reads_link(&self.stranger, &link.id).await, Value::Null);
        }
        let claim = self.input(json!({ "run": 1, "line": 1 }));
        let refused = self.stranger.run("claimPaymentLine", claim, "line { number }").await;
        assert_eq!(refused.problem(), "NOT_FOUND");
        let count = "{ contracts(first: 9) { totalCount } }";
        assert_eq!(self.stranger.ask(count).await.ok().at("/contracts/totalCount"), 0);
    }

    #[track_caller]
    fn reads_links(
        &self,
        (actor, told): (&Actor, &Value),
        known: &Known<'_>,
        as_told: impl Fn(&Link) -> Option<Told>,
    ) {
        let links = &told["supplyChain"]["links"];
        let nodes = links["nodes"].as_array().expect("links");
        let year = YEARS.iter().position(|it| *it == known.year).expect("a year that is told");
        let mut seen = 0;
        for link in &self.links {
            let node = nodes.iter().find(|it| it["id"] == link.id);
            let Some(expected) = as_told(link) else {
                assert_eq!(node, None, "{link:?}");
                continue;
            };
            seen += 1;
            let node = node.unwrap_or_else(|| panic!("{link:?} is not seen"));
            assert_eq!(node["tier"], link.tier);
            assert_eq!(node["seller"]["id"], json!(self.who(link.seller).id));
            let amount = link.amounts[year];
            let (amount, band, hidden) = match expected {
                Told::Amount => (json!(amount), Value::Null, None),
                Told::Band => (Value::Null, json!(band(amount)), Some("SUMMARY_ONLY")),
                Told::Nothing => (Value::Null, Value::Null, Some("OWN_ONLY")),
            };
            let of_value =
                |why| ["value", "valueVersion", "valueVersions"].map(|it| format!("{it} {why}"));
            assert_eq!(node["value"]["amount"], amount, "{node:#}");
            assert_eq!(node["value"]["valueBand"], band, "{node:#}");
            let parties = [link.buyer, link.seller].map(|it| &self.who(it).id);
            // Payments are its parties' own; who leads and pays the pool reads how punctual they are.
            let payments: &[&str] = match [&self.lead.id, &self.associate.id].contains(&&actor.id) {
                _ if parties.contains(&&actor.id) => &[],
                true => &["payments NOT_A_PARTY", "punctuality NOT_A_PARTY"],
                false => &["payments SUMMARY_ONLY"],
            };
            let payments = payments.iter().map(|it| (*it).to_owned());
            let hidden: Vec<String> =
                hidden.into_iter().flat_map(of_value).chain(payments).collect();
            assert_eq!(withheld(node), hidden);
        }
        assert_eq!(links["totalCount"], seen);
    }
}

/// Rule V2: under £100k, £100k to £500k, £500k to £1m, over £1m, each with its lower bound.
fn band(amount: &str) -> &'static str {
    match pence(&json!(amount)) {
        ..10_000_000 => "UNDER100_THOUSAND",
        10_000_000..50_000_000 => "FROM100_THOUSAND",
        50_000_000..100_000_000 => "FROM500_THOUSAND",
        100_000_000.. => "FROM1_MILLION",
    }
}

fn of_year(told: &Value, year: &str) -> Value {
    let years = told["values"].as_array().unwrap_or_else(|| panic!("no values: {told:#}"));
    years.iter().find(|it| it["financialYear"] == year).expect("the year").clone()
}

#[track_caller]
fn reads_value_and_pay(told: &Value, known: &Known<'_>, hidden_of_runs: &[&str]) {
    assert_eq!(told["status"], known.status);
    assert_eq!(of_year(told, known.year)["amount"], known.value.0);
    assert_eq!(withheld(told), Vec::<String>::new());
    let pay = &told["pay"];
    assert_eq!(withheld(pay), Vec::<String>::new());
    assert_eq!(pay["schedule"]["total"], known.pay);
    assert_eq!(sum(&pay["paymentRuns"], "total"), pence(&json!(known.paid.0)));
    for run in pay["paymentRuns"].as_array().expect("runs") {
        let lines: i64 = sum(&run["lines"], "amount");
        assert_eq!(lines, pence(&run["total"]), "a run is the sum of its lines");
        assert_eq!(withheld(run), hidden_of_runs);
    }
}
