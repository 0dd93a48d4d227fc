//! What actors say to bring payments files into a fund.

use std::{
    fs,
    time::{Duration, Instant},
};

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use crate::{Actor, Answer, World, shared};

/// How long an import may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is asked of a report of payments.
pub const REPORT: &str = "read { lines amount } unreadable earlierYears { lines amount } zero
    rules { place lines amount } otherwise { lines amount } unmatched { lines amount }
    unmatchedLines leftOut { lines amount } credits { lines amount } rounded
    posted { lines amount } unchanged { lines amount } refused { lines amount }";

/// A fund of many years, whose host publishes what it pays.
pub struct PayingFund {
    /// The host's people: commissioning and finance.
    pub host: Actor,
    /// The other partner's.
    pub partner: Actor,
    /// The agreement.
    pub agreement: String,
    /// The fund's identity.
    pub fund: String,
    /// Its reference.
    pub reference: String,
}

impl PayingFund {
    /// A fund of an agreement since 2011 between a council, its host, and a board.
    pub async fn in_world(world: &World, reference: &str) -> Self {
        let roles = [Role::Commissioner, Role::Finance];
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let (host, partner) =
            (world.actor(council, &roles).await, world.actor(board, &roles).await);
        let agreement = json!({
            "reference": reference, "title": reference, "aims": "To share",
            "statutoryBasis": "SECTION75", "status": "IN_FORCE", "evidence": "SIGNED",
            "partners": [host.id, partner.id], "host": host.id, "poolManager": "Pool manager",
            "startsOn": "2011-04-01",
        });
        let made = host.run("createPartnershipAgreement", agreement, "agreement { id }").await.ok();
        let agreement = made.text("/createPartnershipAgreement/agreement/id").to_owned();
        let fund = json!({
            "agreement": agreement, "reference": reference, "name": reference, "kind": "POOLED",
        });
        let made = host.run("createPooledFund", fund, "fund { id }").await.ok();
        let fund = made.text("/createPooledFund/fund/id").to_owned();
        Self { host, partner, agreement, fund, reference: reference.to_owned() }
    }

    /// A scheme that both partners fund, 2 to 1, in each of these years.
    pub async fn scheme(&self, reference: &str, years: &[&str]) -> String {
        let funding = json!([
            { "partner": self.host.id, "source": "CORE_BUDGET", "weight": 2 },
            { "partner": self.partner.id, "source": "ADDITIONAL_NHS", "weight": 1 },
        ]);
        let budget =
            |year: &str| json!({ "financialYear": year, "amount": "0.00", "funding": funding });
        let input = json!({
            "fund": self.fund, "reference": reference, "name": reference, "schemeType": "OTHER",
            "commissioner": self.host.id, "isRecurrent": true, "budget": budget(years[0]),
        });
        let made = self.host.run("createScheme", input, "scheme { id }").await.ok();
        let scheme = made.text("/createScheme/scheme/id").to_owned();
        for year in &years[1..] {
            let mut input = budget(year);
            input["scheme"] = json!(scheme);
            let _ = self.host.run("setSchemeBudget", input, "scheme { id }").await.ok();
        }
        scheme
    }

    /// Sends a file, and answers its identity.
    ///
    /// # Panics
    /// When it is not taken.
    pub async fn upload(&self, content: impl Into<Vec<u8>>) -> String {
        let (status, said) = self.host.upload(content.into(), "text/csv").await;
        assert_eq!(status, 201, "{said}");
        said["id"].as_str().expect("an identity").to_owned()
    }

    /// What is sent to import a file that was sent before, all of it for one scheme.
    #[must_use]
    pub fn input(&self, upload: &str, layout: &str, scheme: &str) -> Value {
        json!({
            "fund": self.fund, "upload": upload, "layout": { "known": layout }, "rules": [],
            "otherwise": { "scheme": scheme },
        })
    }

    /// Imports, and answers with the job when it has ended.
    pub async fn import(&self, input: Value) -> Value {
        let begun = self.host.run("importPayments", input, "job { id }").await.ok();
        ended(&self.host, begun.text("/importPayments/job/id")).await
    }

    /// Tries rules.
    pub async fn attempt(&self, input: Value) -> Answer {
        let fields = format!("report {{ {REPORT} }}");
        self.host.run("tryPaymentRules", input, &fields).await
    }

    /// What was spent less what was refunded in a year, by the fund's position, in pence.
    ///
    /// # Panics
    /// When the host is not told.
    pub async fn actual(&self, year: &str) -> i64 {
        let reference = &self.reference;
        let document = format!(
            r#"{{ pooledFund(reference: "{reference}") {{
                position(financialYear: "{year}") {{ total {{ actual }} }} }} }}"#
        );
        let answer = self.host.ask(&document).await.ok();
        pence(answer.at("/pooledFund/position/total/actual"))
    }

    /// How many transactions the fund has.
    ///
    /// # Panics
    /// When the host is not told.
    pub async fn transactions(&self) -> u64 {
        let reference = &self.reference;
        let document = format!(
            r#"{{ pooledFund(reference: "{reference}") {{ transactions(first: 0) {{ totalCount }} }} }}"#
        );
        let answer = self.host.ask(&document).await.ok();
        answer.at("/pooledFund/transactions/totalCount").as_u64().expect("a count")
    }
}

/// The job when it has ended.
///
/// # Panics
/// When it does not end.
pub async fn ended(actor: &Actor, id: &str) -> Value {
    let document = format!(
        r#"{{ importJob(id: "{id}") {{ kind status isDryRun rowsTotal report {{
            created changed unchanged failure notes(first: 100) {{ totalCount }}
            rejected(first: 100) {{ totalCount nodes {{ line reason }} }}
            payments {{ {REPORT} }} }} }} }}"#
    );
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let answer = actor.ask(&document).await.ok();
        if answer.at("/importJob/status") != "RUNNING" {
            return answer.at("/importJob").clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the import does not end")
}

/// A file of the real payments; none when nobody says where they are.
///
/// # Panics
/// When it is not where they are.
#[must_use]
pub fn real(name: &str) -> Option<Vec<u8>> {
    let file = shared::folder("spend")?.join(name);
    Some(fs::read(file).expect("a real file"))
}

/// An amount as pence.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn pence(amount: &Value) -> i64 {
    let text = amount.as_str().expect("an amount");
    text.replace('.', "").parse().expect("an amount with two decimals")
}

/// How many lines, and how many pence.
///
/// # Panics
/// When it is no tally.
#[must_use]
pub fn told(tally: &Value) -> (u64, i64) {
    (tally["lines"].as_u64().expect("a count"), pence(&tally["amount"]))
}

/// A condition of a rule.
#[must_use]
pub fn when(column: &str, test: &str, text: &str) -> Value {
    json!({ "column": column, "test": test, "text": text })
}

/// What is told of lines that were rejected.
#[must_use]
pub fn reasons(job: &Value) -> String {
    job["report"]["rejected"]["nodes"].to_string()
}

/// A job that posted everything: how many lines were created, unchanged and rejected.
///
/// # Panics
/// When it did not.
#[must_use]
#[track_caller]
pub fn counts(job: &Value) -> [u64; 3] {
    assert_eq!(job["status"], "SUCCEEDED", "{job:#}");
    let report = &job["report"];
    let count = |value: &Value| value.as_u64().expect("a count");
    [
        count(&report["created"]),
        count(&report["unchanged"]),
        count(&report["rejected"]["totalCount"]),
    ]
}
