//! One query sees one instant of the database, and an answer for an instant never changes, however
//! many write meanwhile.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use serde_json::{Value, json};
use tests::{
    Actor, Books, both_databases,
    evidence::{Random, keep, seed, size},
};
use tokio::task::JoinSet;

/// Everything of a position that its readers look at.
const POSITION: &str = "asOf knownAt cash total { budget spent actual committed forecastOutturn }
    byScheme(first: 50) { nodes { schemeReference figures { budget spent committed } } }
    byPartner(first: 50) { nodes { partner { name } figures { budget actual } } }
    contributions(first: 50) { nodes { sourceCode agreed received } }";

/// Those who write until they are told to stop.
struct Writers {
    running: JoinSet<()>,
    stop: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
}

impl Writers {
    fn begin(host: &Actor, schemes: &[String], many: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let written = Arc::new(AtomicU64::new(0));
        let mut running = JoinSet::new();
        for number in 0..many {
            let (host, schemes) = (host.clone(), schemes.to_vec());
            let (stop, written) = (Arc::clone(&stop), Arc::clone(&written));
            running.spawn(async move {
                for posting in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    write(&host, &schemes, &format!("{number} {posting}"), posting).await;
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        Self { running, stop, written }
    }

    async fn end(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(writer) = self.running.join_next().await {
            writer.expect("nothing that is written is refused");
        }
        self.written.load(Ordering::Relaxed)
    }
}

/// Always 1.25 on the first scheme, and every third time budget moves or is committed too.
async fn write(host: &Actor, schemes: &[String], key: &str, posting: usize) {
    let spent = Books::expenditure(&schemes[0], "1.25", "2025-05-15", key);
    host.run("recordExpenditure", spent, "transaction { id }").await.ok();
    if schemes.len() > 1 && posting.is_multiple_of(3) {
        let commitment = json!({
            "scheme": schemes[1], "financialYear": "2025/26", "amount": "0.10",
            "description": "Promised", "effectiveOn": "2025-05-01", "idempotencyKey": key,
        });
        host.run("recordCommitment", commitment, "commitment { id }").await.ok();
    }
}

fn pence(figure: &Value) -> u64 {
    figure.as_str().expect("an amount").replace('.', "").parse().expect("an amount")
}

both_databases! {
    async fn one_query_is_answered_from_one_instant(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "100000.00").await;
        let schemes = vec![books.scheme("01", "100000.00", &[2, 1]).await];
        let writers = Writers::begin(books.host(), &schemes, 6);
        // Each alias asks in another way, so that none is answered from another's load.
        let position = |alias: &str, arguments: &str| format!(
            r#"{alias}: pooledFund(reference: "Host-Partner") {{
                position(financialYear: "2025/26" {arguments}) {{ knownAt cash total {{ spent }} }}
                transactions(last: 1) {{ totalCount nodes {{ sequence }} }} }}"#
        );
        let document = format!(
            r#"{{ {} {} positions(financialYear: "2025/26" first: 5) {{
                nodes {{ knownAt cash total {{ spent }} }} }} {} }}"#,
            position("first", "basis: FUNDED_BY"),
            position("second", "basis: INCURRED_BY"),
            position("third", r#"asOf: "2026-03-31""#),
        );
        let (mut seen, rounds) = (std::collections::BTreeSet::new(), size(30, 500));
        for _ in 0..rounds {
            let answer = books.host().ask(&document).await.ok();
            let first = &answer.at("/first/position");
            let count = answer.at("/first/transactions/totalCount").as_u64().expect("a count");
            assert_eq!(pence(&first["total"]["spent"]), count * 125, "{answer:#?}");
            for alias in ["second", "third"] {
                let other = answer.at(&format!("/{alias}/position"));
                assert_eq!(other["total"], first["total"], "{answer:#?}");
                assert_eq!(other["knownAt"], first["knownAt"], "{answer:#?}");
                let other = answer.at(&format!("/{alias}/transactions/totalCount"));
                assert_eq!(other.as_u64(), Some(count), "{answer:#?}");
            }
            let own = &answer.at("/positions/nodes/0");
            assert_eq!((&own["total"], &own["cash"]), (&first["total"], &first["cash"]));
            seen.insert(count);
        }
        let written = writers.end().await;
        assert!(seen.len() > 1, "nobody wrote meanwhile");
        keep(&format!("snapshot_{:?}", world.engine).to_lowercase(), json!({
            "queries": rounds, "instantsSeen": seen.len(), "postingsMeanwhile": written,
        }));
    }

    async fn what_was_answered_while_others_wrote_is_answered_again(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "100000.00").await;
        let schemes = vec![
            books.scheme("01", "1000.00", &[2, 1]).await,
            books.scheme("02", "90000.00", &[1]).await,
        ];
        let writers = Writers::begin(books.host(), &schemes, 6);
        let mut random = Random::new(seed());
        let mut asked = Vec::new();
        for _ in 0..size(20, 300) {
            // The clock jumps while they write, backwards as well as forwards; within the day that a
            // token lasts.
            let hour = u32::try_from(random.below(20)).expect("an hour");
            world.it_is_at(2025, 10, 1, hour);
            let basis = ["FUNDED_BY", "INCURRED_BY"][usize::from(random.below(2) == 0)];
            let as_of = ["2025-05-15", "2025-09-30", "2026-03-31"]
                [usize::try_from(random.below(3)).expect("few")];
            let arguments = format!(r#"asOf: "{as_of}" basis: {basis}"#);
            let answer = books.position(books.host(), &arguments, POSITION).await.ok();
            let known_at = answer.text("/pooledFund/position/knownAt");
            let arguments = format!(r#"{arguments} knownAt: "{known_at}""#);
            let again = books.position(books.host(), &arguments, POSITION).await.ok();
            assert_eq!(again.0, answer.0, "another answer already for {arguments}");
            asked.push((arguments, answer));
        }
        let written = writers.end().await;
        assert!(written > 0, "nobody wrote meanwhile");
        for (arguments, answer) in &asked {
            let again = books.position(books.host(), arguments, POSITION).await.ok();
            assert_eq!(again.0.to_string(), answer.0.to_string(), "later, for {arguments}");
        }
        keep(&format!("known_at_{:?}", world.engine).to_lowercase(), json!({
            "seed": seed(), "positions": asked.len(), "writesMeanwhile": written,
        }));
    }

    async fn a_payload_sees_its_own_write(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let plan = |partner: usize, amount: &str, key: &str| json!({
            "fund": books.fund, "partner": books.partner(partner).id, "sourceCode": "ADDITIONAL_LA",
            "financialYear": "2025/26", "amount": amount, "idempotencyKey": key,
            "decision": tests::posting::decision(),
        });
        let fields = r#"contribution { agreed fund { contributions(first: 5) { totalCount }
            position(financialYear: "2025/26") { contributions(first: 5) { nodes { agreed } } } } }"#;
        let document = format!(
            "mutation($one: PlanContributionInput!, $other: PlanContributionInput!) {{
                one: planContribution(input: $one) {{ {fields} errors {{ message }} }}
                other: planContribution(input: $other) {{ {fields} errors {{ message }} }} }}"
        );
        let variables = json!({ "one": plan(0, "10.00", "1"), "other": plan(1, "20.00", "2") });
        let answer = books.host().send(&document, variables).await.ok();
        for (alias, count) in [("one", 1), ("other", 2)] {
            let fund = answer.at(&format!("/{alias}/contribution/fund"));
            assert_eq!(fund["contributions"]["totalCount"], count, "{answer:#?}");
            let nodes = fund["position"]["contributions"]["nodes"].as_array().expect("nodes");
            assert_eq!(nodes.len(), count, "{answer:#?}");
        }
    }
}
