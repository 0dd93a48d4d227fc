//! Many write at once: nothing is lost, nothing is doubled, and of two that cannot both be, one is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};
use tests::{
    Actor, Answer, Books,
    books::SOURCE,
    both_databases,
    evidence::{keep, size},
};
use tokio::task::JoinSet;
use tributary::service::verify::verify;

/// How many write at once.
const WRITERS: u64 = 64;

const POSTED: &str = "transaction { id sequence knownAt }";

/// A transaction as its caller was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    id: String,
    sequence: u64,
    known_at: DateTime<FixedOffset>,
}

impl Told {
    fn of(answer: &Answer) -> Self {
        let transaction = &answer.payload()["transaction"];
        let text = |field: &str| transaction[field].as_str().expect("a text of the transaction");
        Self {
            id: text("id").to_owned(),
            sequence: text("sequence").parse().expect("a sequence is a number"),
            known_at: DateTime::parse_from_rfc3339(text("knownAt")).expect("an instant"),
        }
    }
}

/// Posts so many times, every third time twice at once under one key, and answers what it was told.
async fn writer(host: Actor, scheme: String, number: u64, postings: u64) -> Vec<Told> {
    let mut told = Vec::new();
    for posting in 0..postings {
        let key = format!("writer {number} posting {posting}");
        let input = Books::expenditure(&scheme, "1.25", "2025-05-15", &key);
        let first = host.run("recordExpenditure", input.clone(), POSTED);
        if posting % 3 == 0 {
            let (one, other) = tokio::join!(first, host.run("recordExpenditure", input, POSTED));
            let (one, other) = (Told::of(&one.ok()), Told::of(&other.ok()));
            assert_eq!(one, other, "the same key was answered with two transactions");
            told.push(one);
        } else {
            told.push(Told::of(&first.await.ok()));
        }
    }
    told
}

async fn all<T: Send + 'static>(mut running: JoinSet<T>) -> Vec<T> {
    let mut results = Vec::new();
    while let Some(result) = running.join_next().await {
        results.push(result.expect("no task of the test fails"));
    }
    results
}

/// The codes of two answers: what was refused, of each.
fn refusals(answers: &[Answer]) -> Vec<String> {
    let refused = |answer: &Answer| {
        assert!(answer.0.get("errors").is_none(), "a fault surfaced: {answer:#?}");
        let errors = answer.payload()["errors"].as_array().cloned().unwrap_or_default();
        errors.first().map(|error| error["code"].as_str().expect("a code").to_owned())
    };
    answers.iter().filter_map(refused).collect()
}

/// Sends both at once, by the same person.
async fn at_once(actor: &Actor, name: &str, inputs: [Value; 2], fields: &str) -> Vec<Answer> {
    let [one, other] = inputs;
    let (one, other) = tokio::join!(actor.run(name, one, fields), actor.run(name, other, fields));
    vec![one, other]
}

fn moved(fund: &str, schemes: [(&str, &str); 2], key: &str) -> Value {
    let lines = schemes.map(|(scheme, amount)| json!({ "scheme": scheme, "amount": amount }));
    json!({
        "fund": fund, "financialYear": "2025/26", "kind": "VIREMENT", "reason": "Demand",
        "decision": decision(), "effectiveOn": "2025-06-01", "schemes": lines,
        "idempotencyKey": key,
    })
}

fn decision() -> Value {
    json!({ "decidingBody": "Board", "decidedOn": "2025-09-01", "minuteReference": "7" })
}

both_databases! {
    async fn sixty_four_writers_to_one_fund_lose_nothing_and_double_nothing(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "1000000.00").await;
        let scheme = books.scheme("01", "1000000.00", &[2, 1]).await;
        let postings = size(4, 40);

        let started = std::time::Instant::now();
        let mut running = JoinSet::new();
        for number in 0..WRITERS {
            running.spawn(writer(books.host().clone(), scheme.clone(), number, postings));
        }
        let mut told: Vec<Told> = all(running).await.into_iter().flatten().collect();
        let elapsed = started.elapsed();

        let expected = WRITERS * postings;
        told.sort_by_key(|told| told.sequence);
        let sequences: Vec<u64> = told.iter().map(|told| told.sequence).collect();
        assert_eq!(sequences, (1..=expected).collect::<Vec<_>>(), "the sequence has gaps");
        let ids: BTreeSet<&str> = told.iter().map(|told| told.id.as_str()).collect();
        assert_eq!(ids.len() as u64, expected);
        for pair in told.windows(2) {
            assert!(pair[0].known_at < pair[1].known_at, "not strictly later: {pair:?}");
        }
        let verified = verify(&world.database).await.expect("the books are in order");
        assert_eq!(verified.transactions, expected);
        let pence = expected * 125;
        let answer = books.position(books.host(), "", "total { spent } cash").await.ok();
        let spent = format!("{}.{:02}", pence / 100, pence % 100);
        assert_eq!(answer.text("/pooledFund/position/total/spent"), spent);
        assert_eq!(answer.text("/pooledFund/position/cash"), format!("-{spent}"));

        keep(&format!("concurrency_{:?}", world.engine).to_lowercase(), json!({
            "writers": WRITERS, "postings": expected, "requests": WRITERS * (postings + postings.div_ceil(3)),
            "spent": spent, "milliseconds": elapsed.as_millis(), "entries": verified.entries,
        }));
    }

    async fn writers_over_several_funds_post_and_move_budget_at_once(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let mut funds = Vec::new();
        for number in 0..3 {
            let reference = format!("Fund {number}");
            let fund = books.another_fund(&reference, "POOLED").await;
            books.contribution_to(&fund, 0, (SOURCE, "2000.00")).await;
            let one = books.scheme_in(&fund, "01", "1000.00", &[1, 1]).await;
            let other = books.scheme_in(&fund, "02", "1000.00", &[1]).await;
            funds.push((reference, fund, one, other));
        }
        let (writers, steps) = (size(6, 16), size(3, 20));
        let mut running = JoinSet::new();
        for number in 0..writers {
            // Every writer goes through the funds in an order of its own.
            for place in 0..funds.len() {
                let (_, fund, one, other) = funds[(number + place) % funds.len()].clone();
                let host = books.host().clone();
                running.spawn(async move {
                    for step in 0..steps {
                        let key = format!("{number} {step} {fund}");
                        let lines = [(one.as_str(), "-1.00"), (other.as_str(), "1.00")];
                        let movement = moved(&fund, lines, &key);
                        host.run("moveBudget", movement, "movement { id }").await.ok();
                        let spent = Books::expenditure(&one, "2.00", "2025-05-15", &key);
                        host.run("recordExpenditure", spent, POSTED).await.ok();
                    }
                });
            }
        }
        all(running).await;

        let verified = verify(&world.database).await.expect("the books are in order");
        assert_eq!(verified.transactions, (writers * steps * funds.len()) as u64);
        let change = writers * steps;
        let answer = books.host().ask(r#"{ positions(financialYear: "2025/26", first: 10) { nodes {
            fundReference total { spent budget }
            byScheme(first: 10) { nodes { schemeReference figures { budget } } } } } }"#).await.ok();
        let nodes = answer.at("/positions/nodes").as_array().expect("positions").clone();
        let by_fund: BTreeMap<&str, &Value> =
            nodes.iter().map(|node| (node["fundReference"].as_str().unwrap_or_default(), node)).collect();
        for (reference, ..) in &funds {
            let position = by_fund[reference.as_str()];
            assert_eq!(position["total"]["spent"], format!("{}.00", 2 * change));
            assert_eq!(position["total"]["budget"], "2000.00");
            let budget = |place: usize| &position["byScheme"]["nodes"][place]["figures"]["budget"];
            assert_eq!(*budget(0), format!("{}.00", 1000 - change));
            assert_eq!(*budget(1), format!("{}.00", 1000 + change));
        }
    }

    async fn budgets_set_at_once_stay_within_the_income(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "100.00").await;
        for round in 0..size(3, 20) {
            let fund = books.another_fund(&format!("Fund {round}"), "POOLED").await;
            let contribution = books.contribution_to(&fund, 0, (SOURCE, "100.00")).await;
            // Each fits beside nothing; both do not.
            let inputs = ["01", "02"].map(|name| books.scheme_input(&fund, name, "60.00", &[1]));
            let answers = at_once(books.host(), "createScheme", inputs, "scheme { id }").await;
            assert_eq!(refusals(&answers), ["OVER_PROGRAMMED"]);

            // The 40.00 that are left can be given up once, not twice.
            let inputs = ["1", "2"].map(|key| json!({
                "contribution": contribution, "amount": "-30.00", "effectiveOn": "2025-04-01",
                "reason": "Less", "decision": decision(), "idempotencyKey": format!("{fund} {key}"),
            }));
            let answers =
                at_once(books.host(), "varyContribution", inputs, "contribution { agreed }").await;
            assert_eq!(refusals(&answers).len(), 1, "{answers:#?}");
        }
    }

    async fn one_contribution_planned_twice_at_once_is_planned_once(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        for round in 0..size(3, 20) {
            let fund = books.another_fund(&format!("Fund {round}"), "POOLED").await;
            let inputs = ["one", "other"].map(|key| json!({
                "fund": fund, "partner": books.partner(1).id, "sourceCode": SOURCE,
                "financialYear": "2025/26", "amount": "100.00", "decision": decision(),
                "idempotencyKey": format!("{fund} {key}"),
            }));
            let answers =
                at_once(books.host(), "planContribution", inputs, "contribution { id }").await;
            assert_eq!(refusals(&answers), ["ALREADY_EXISTS"]);
        }
    }

    async fn of_two_closings_at_once_one_wins(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        for period in 1..=size(4, 12) {
            let inputs = ["one", "other"].map(|reason| json!({
                "fund": books.fund, "financialYear": "2025/26", "period": period,
                "status": "CLOSED", "reason": reason,
            }));
            let answers = at_once(books.host(), "closePeriod", inputs, "closing { reason }").await;
            assert_eq!(refusals(&answers), ["ALREADY_DONE"]);
        }
    }

    async fn a_posting_that_races_with_the_closing_of_its_period_is_before_it_or_refused(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "100.00").await;
        let scheme = books.scheme("01", "100.00", &[1]).await;
        for period in 1..=size(4, 9) {
            let mut running = JoinSet::new();
            for number in 0..4 {
                let day = format!("2025-{:02}-10", period + 3);
                let key = format!("{period} {number}");
                let input = Books::expenditure(&scheme, "0.01", &day, &key);
                let host = books.host().clone();
                running.spawn(async move { host.run("recordExpenditure", input, POSTED).await });
            }
            let closing = json!({
                "fund": books.fund, "financialYear": "2025/26", "period": period,
                "status": "CLOSED", "reason": "Month end",
            });
            let closed = books.host().run("closePeriod", closing, "closing { knownAt }").await.ok();
            let closed = DateTime::parse_from_rfc3339(closed.text("/closePeriod/closing/knownAt"))
                .expect("an instant");
            for answer in all(running).await {
                if refusals(std::slice::from_ref(&answer)).is_empty() {
                    assert!(Told::of(&answer).known_at < closed, "posted into a closed period");
                } else {
                    assert_eq!(answer.problem(), "PERIOD_CLOSED");
                }
            }
        }
        verify(&world.database).await.expect("the books are in order");
    }

    async fn of_two_reversals_at_once_one_wins(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "100.00").await;
        let scheme = books.scheme("01", "100.00", &[1]).await;
        for round in 0..size(3, 20) {
            let spent = books.spend(&scheme, "5.00", "2025-05-15", &format!("{round}")).await.ok();
            let inputs = ["one", "other"].map(|key| json!({
                "transaction": spent.text("/recordExpenditure/transaction/id"),
                "effective": { "effectiveOn": "2025-05-15" }, "reason": "Mistaken",
                "idempotencyKey": format!("{round} {key}"),
            }));
            let answers = at_once(books.host(), "reverseTransaction", inputs, POSTED).await;
            assert_eq!(refusals(&answers), ["ALREADY_DONE"]);
        }
        let answer = books.position(books.host(), "", "total { spent }").await.ok();
        assert_eq!(answer.text("/pooledFund/position/total/spent"), "0.00");
        verify(&world.database).await.expect("the books are in order");
    }
}
