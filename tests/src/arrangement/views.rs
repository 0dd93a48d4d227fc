//! What everybody around an arrangement reads of it: written once, after the matrix, so that each
//! story says only the figures.

mod links;
mod summaries;

use serde_json::{Value, json};

use self::links::{PARTIES, PUNCTUALITY, STRANGERS, Shown, Told};
use super::{Arrangement, Link, pay::pence};
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

fn withheld(of: &Value) -> Vec<String> {
    let fields = of["withheld"].as_array().unwrap_or_else(|| panic!("no list: {of}")).iter();
    fields.map(|it| format!("{} {}", it["field"], it["reason"]).replace('"', "")).collect()
}

fn because(reason: &str, fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| format!("{field} {reason}")).collect()
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
                pay {{ components {{ reference }} measurements {{ number measure {{ reference }}
                        financialYear reading state reason evidence }}
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
        self.reads_all((self.board(), true), known).await;
        for whole in [(self.council(), false), (self.partner(), false), (&self.watchers.team, true)]
        {
            self.reads_all(whole, known).await;
        }
        self.lead_reads(known).await;
        self.associate_reads(known).await;
        for seller in [&self.subcontractor, &self.sibling, &self.deeper, &self.deepest] {
            self.seller_reads(seller, known).await;
        }
        self.stranger_reads(known).await;
        for granted in &self.watchers.granted {
            self.granted_reads(granted, known).await;
        }
        self.summaries_are_read(known).await;
        self.public_reads(known).await;
    }

    /// The co-ordinating commissioner, the host, the partners and their team: everything but the
    /// value of a link that is neither open-book nor material, of which they read the band, and the
    /// measurements that do not count, which are for who decides on them.
    async fn reads_all(&self, (actor, decides): (&Actor, bool), known: &Known<'_>) {
        let told = self.reads(actor, known.year).await;
        Self::reads_value_and_pay(&told, known, &[]);
        self.reads_deeds(&told, decides);
        self.is_of_the_scheme(&told);
        self.reads_links(&told, known, |link| {
            Some(Shown::whole(Told::of_commissioners(link), PUNCTUALITY))
        });
    }

    /// A regulator or an auditor under a grant of all of it: everything, as those read it who do not
    /// decide, and no value of a link that is neither open-book nor material (rule V9).
    async fn granted_reads(&self, actor: &Actor, known: &Known<'_>) {
        let told = self.reads(actor, known.year).await;
        Self::reads_value_and_pay(&told, known, &[]);
        self.reads_deeds(&told, false);
        self.is_of_the_scheme(&told);
        self.reads_links(&told, known, |link| {
            Some(Shown::whole(Told::of_commissioners(link), PUNCTUALITY))
        });
    }

    /// The lead provider: its pay and the runs that pay it, not from which fund; the links that it
    /// buys exactly, and of what is deeper only that it is there, unless it is open all the way.
    async fn lead_reads(&self, known: &Known<'_>) {
        let told = self.reads(&self.lead, known.year).await;
        Self::reads_value_and_pay(&told, known, &["fund NOT_A_PARTY", "scheme NOT_A_PARTY"]);
        self.reads_deeds(&told, true);
        for run in told["pay"]["paymentRuns"].as_array().expect("runs") {
            assert!(run["fund"].is_null() && run["scheme"].is_null(), "{run:#}");
            assert_eq!(run["payee"]["id"], json!(self.lead.id));
        }
        self.reads_links(&told, known, |link| {
            let payments = if link.tier == 1 { PARTIES } else { STRANGERS };
            let is_shown = link.tier == 1 || link.is_open_all_the_way;
            let value = if is_shown { Told::Amount } else { Told::Nothing("OWN_ONLY") };
            Some(Shown::whole(value, payments))
        });
    }

    /// An associate commissioner: its own share of the value and of what is run, and not the whole.
    async fn associate_reads(&self, known: &Known<'_>) {
        let told = self.reads(&self.associate, known.year).await;
        assert_eq!(told["status"], known.status);
        let year = of_year(&told, known.year);
        assert_eq!((&year["amount"], &year["ownShare"]), (&Value::Null, &json!(known.value.1)));
        let hidden = ["wholeValue", "valueVersion", "valuePerHead", "wholeValueBand"];
        assert_eq!(withheld(&told), because("OWN_ONLY", &hidden));
        let pay = &told["pay"];
        assert_eq!(withheld(pay), ["components OWN_ONLY", "schedule OWN_ONLY"]);
        assert!(pay["schedule"].is_null() && pay["components"].is_null());
        assert_eq!(told["statusHistory"], self.deeds.history(self.today()));
        assert_eq!(pay["measurements"], self.deeds.validated());
        let runs = &pay["paymentRuns"];
        assert_eq!(sum(runs, "ownShare"), pence(&json!(known.paid.1)));
        for run in runs.as_array().expect("runs") {
            assert!(run["total"].is_null() && run["lines"].is_null());
            assert!(run["scheme"].is_null() && run["fund"].is_null());
            let whole = ["total OWN_ONLY", "lines OWN_ONLY"];
            assert_eq!(withheld(run), [whole, ["fund NOT_A_PARTY", "scheme NOT_A_PARTY"]].concat());
        }
        self.reads_links(&told, known, |_| Some(Shown::whole(Told::Band, STRANGERS)));
    }

    /// A seller of the chain: its own links with their value and how everything above them stands;
    /// at tier 1 the terms and status of the contract without its price; no sibling's link, no pay.
    async fn seller_reads(&self, seller: &Actor, known: &Known<'_>) {
        let is_own =
            |it: &&Link| [it.buyer, it.seller].map(|it| &self.who(it).id).contains(&&seller.id);
        for link in &self.links {
            let told = self.reads_link(seller, &link.id).await;
            assert_eq!(told.is_object(), is_own(&link), "{link:?}");
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
        if !self.links.iter().filter(is_own).any(|it| it.days.0 <= self.today()) {
            for to_come in ["status", "statusHistory", "values", "wholeValue", "wholeValueBand"] {
                assert_eq!(told[to_come], Value::Null, "its own days have not begun: {to_come}");
            }
            return;
        }
        assert_eq!(told["status"], known.to_sellers);
        let last = self.links.iter().filter(is_own).map(|it| it.days.1).max();
        let last = last.expect("a link of its own").min(self.today());
        assert_eq!(told["statusHistory"], self.deeds.history(last));
        let price = ["wholeValue", "valueVersion", "valuePerHead", "wholeValueBand", "values"];
        let mut hidden = because("NOT_A_PARTY", &["interests"]);
        hidden.extend(because("NOT_A_PARTY", &price));
        assert_eq!(withheld(&told), hidden);
        for price in ["values", "wholeValue", "wholeValueBand"] {
            assert_eq!(told[price], Value::Null, "{price}");
        }
        let pay = &told["pay"];
        for hidden in ["components", "schedule", "withholdings"] {
            assert_eq!(pay[hidden], Value::Null, "{hidden}");
            assert!(withheld(pay).contains(&format!("{hidden} NOT_A_PARTY")), "{pay:#}");
        }
        for none in ["paymentRuns", "measurements"] {
            let is_none = pay[none].as_array().is_none_or(Vec::is_empty);
            assert!(is_none, "its buyer pays it, and nothing that it feeds is measured: {pay:#}");
        }
        self.reads_links(&told, known, |link| {
            is_own(&link).then_some(Shown::whole(Told::Amount, PARTIES))
        });
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
    fn is_of_the_scheme(&self, told: &Value) {
        for run in told["pay"]["paymentRuns"].as_array().expect("runs") {
            assert_eq!(run["scheme"]["id"], json!(self.scheme));
        }
    }

    /// How it came to stand as it does, what it pays, and what was measured: all of it by those who
    /// submit or decide, and by others what counts.
    #[track_caller]
    fn reads_deeds(&self, told: &Value, decides: bool) {
        assert_eq!(told["statusHistory"], self.deeds.history(self.today()));
        assert_eq!(told["pay"]["components"], self.deeds.components());
        let measured = if decides { self.deeds.measurements() } else { self.deeds.validated() };
        assert_eq!(told["pay"]["measurements"], measured);
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
}

fn of_year(told: &Value, year: &str) -> Value {
    let years = told["values"].as_array().unwrap_or_else(|| panic!("no values: {told:#}"));
    years.iter().find(|it| it["financialYear"] == year).expect("the year").clone()
}
