//! Whatever is done to a fund, in whatever order, the invariants of the domain hold, and what was
//! once answered is answered again.

use std::cell::RefCell;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tests::{
    Answer, Engine,
    evidence::{keep, seed, size},
    story::{Story, day, steps},
};
use tributary::service::verify::verify;

const FIGURES: &str =
    "budget budgetToDate spent refunded actual priorYear committed remainingForecast
    forecastOutturn variance varianceToDate";
/// The figures of which every breakdown has to add up to the total.
const ADDING_UP: &[&str] = &[
    "budget",
    "budgetToDate",
    "spent",
    "refunded",
    "actual",
    "priorYear",
    "committed",
    "remainingForecast",
    "forecastOutturn",
    "variance",
    "varianceToDate",
];

/// What was answered, with the question that has to be answered alike for ever.
struct Asked {
    arguments: String,
    answer: String,
}

fn pence(figure: &Value) -> i64 {
    figure.as_str().map_or(0, |text| text.replace('.', "").parse().expect("an amount"))
}

/// A story, and the questions that were asked of it.
struct Questioned {
    story: Story,
    asked: Vec<Asked>,
}

impl Questioned {
    async fn position(&self, arguments: &str) -> Answer {
        let adding = format!("figures {{ {FIGURES} }}");
        let selection = format!(
            "asOf knownAt basis forecastVersion warnings cash
             total {{ {FIGURES} explanation(of: ACTUAL) {{ rule steps {{ label formula result }} }} }}
             budgetByOrigin {{ original virements variations }}
             byScheme(first: 100) {{ totalCount nodes {{ schemeReference schemeName {adding} }} }}
             byPartner(first: 100) {{ totalCount nodes {{ partner {{ name }} {adding} }} }}
             bySource(first: 100) {{ totalCount nodes {{ sourceCode {adding} }} }}
             byPeriod {{ period {adding} }}
             contributions(first: 100) {{ nodes {{ partner {{ name }} sourceCode planned varied
                agreed invoiced received refunded }} }}"
        );
        self.story.books.position(self.story.books.host(), arguments, &selection).await.ok()
    }

    /// Asks for a position, and keeps the answer with the question that names its instant.
    async fn ask(&mut self, arguments: String) {
        let answer = self.position(&arguments).await;
        let known_at = answer.text("/pooledFund/position/knownAt");
        let arguments = format!(r#"{arguments} knownAt: "{known_at}""#);
        self.asked.push(Asked { arguments, answer: answer.0.to_string() });
    }

    async fn check(&self) {
        verify(&self.story.world.database).await.expect("the books are in order");
        for basis in ["FUNDED_BY", "INCURRED_BY"] {
            for as_of in ["2025-04-01", "2025-06-30", "2025-10-15", "2025-12-31", "2026-03-31"] {
                let answer = self.position(&format!(r#"asOf: "{as_of}" basis: {basis}"#)).await;
                adds_up(answer.at("/pooledFund/position"), &format!("{basis} at {as_of}"));
                let restated = format!(r#"asOf: "{as_of}" basis: {basis} restated: true"#);
                let answer = self.position(&restated).await;
                adds_up(answer.at("/pooledFund/position"), &format!("{basis} restated at {as_of}"));
            }
        }
        let answer = self.position(r#"asOf: "2026-03-31""#).await;
        let position = answer.at("/pooledFund/position");
        let spent: i64 = self.story.posted.iter().map(|posted| posted.actual).sum();
        assert_eq!(pence(&position["total"]["actual"]), spent, "actual is not what was posted");
        let restated = self.position(r#"asOf: "2026-03-31" restated: true"#).await;
        let restated = restated.at("/pooledFund/position");
        for figure in ["spent", "refunded", "actual", "priorYear"] {
            let moved = &restated["total"][figure];
            assert_eq!(moved, &position["total"][figure], "M9: {figure} of the year, restated");
        }
        let cash: i64 = self.story.posted.iter().map(|posted| posted.cash).sum();
        assert_eq!(pence(&position["cash"]), cash, "M11: cash is not received less paid");
        let income: i64 = list(&position["contributions"]["nodes"])
            .iter()
            .map(|contribution| pence(&contribution["agreed"]))
            .sum();
        assert!(income >= pence(&position["total"]["budget"]), "M3: {position:#}");
        for asked in &self.asked {
            let again = self.position(&asked.arguments).await.0.to_string();
            assert_eq!(again, asked.answer, "M8: another answer to {}", asked.arguments);
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Rule M10, and that outturn and variance are what they say, of the total and of every line.
fn adds_up(position: &Value, when: &str) {
    let total = &position["total"];
    let breakdowns = ["byScheme", "byPartner", "bySource"];
    for breakdown in breakdowns {
        let lines = list(&position[breakdown]["nodes"]);
        for figure in ADDING_UP {
            let sum: i64 = lines.iter().map(|line| pence(&line["figures"][figure])).sum();
            assert_eq!(sum, pence(&total[figure]), "{figure} {breakdown}, {when}: {position:#}");
        }
        lines.iter().for_each(|line| follows(&line["figures"], when));
    }
    for figure in ADDING_UP.iter().filter(|figure| **figure != "committed") {
        let periods = list(&position["byPeriod"]);
        let sum: i64 = periods.iter().map(|period| pence(&period["figures"][figure])).sum();
        assert_eq!(sum, pence(&total[figure]), "{figure} by period, {when}: {position:#}");
    }
    follows(total, when);
}

fn follows(figures: &Value, when: &str) {
    let of = |figure: &str| pence(&figures[figure]);
    assert_eq!(of("actual"), of("spent") + of("refunded"), "{when}: {figures:#}");
    if figures["forecastOutturn"].is_null() {
        return;
    }
    assert_eq!(
        of("forecastOutturn"),
        of("actual") + of("remainingForecast"),
        "{when}: {figures:#}"
    );
    assert_eq!(of("variance"), of("forecastOutturn") - of("budget"), "{when}: {figures:#}");
}

fn sequences_keep_the_invariants(engine: Engine) {
    let seed = seed();
    println!("seed {seed}: TRIBUTARY_TEST_SEED={seed} chooses the same sequences");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        cases: size(4, 100),
        // Every step of shrinking runs a whole sequence on a database of its own.
        max_shrink_iters: 30,
        failure_persistence: None,
        ..Config::default()
    };
    let cases = config.cases;
    let counts = RefCell::new((0, 0, 0, 0));
    let run = TestRunner::new_with_rng(config, rng).run(&steps(size(40, 120)), |steps| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let story = Story::begin(engine).await;
            let mut told = Questioned { story, asked: Vec::new() };
            for (place, step) in steps.iter().enumerate() {
                told.story.take(step).await;
                if place % 4 == 0 {
                    let as_of = day(step.month, 15);
                    told.ask(format!(r#"asOf: "{as_of}" basis: FUNDED_BY"#)).await;
                    let restated = format!(r#"asOf: "{as_of}" basis: FUNDED_BY restated: true"#);
                    told.ask(restated).await;
                }
            }
            told.check().await;
            let mut counts = counts.borrow_mut();
            counts.0 += steps.len();
            counts.1 += told.story.accepted;
            counts.2 += told.story.posted.len();
            counts.3 += told.asked.len();
        });
        Ok(())
    });
    let (steps, accepted, posted, asked) = *counts.borrow();
    let told = format!("{steps} steps, {accepted} accepted, {posted} posted, {asked} asked again");
    println!("{cases} sequences on {engine:?}: {told}");
    run.unwrap_or_else(|failed| panic!("seed {seed}: {failed}"));
    assert!(accepted * 3 > steps, "hardly anything was done: {told}");
    keep(
        &format!("properties_{engine:?}").to_lowercase(),
        json!({
            "seed": seed, "sequences": cases, "steps": steps, "accepted": accepted,
            "postings": posted, "positionsAskedAgain": asked,
        }),
    );
}

#[test]
fn any_sequence_keeps_the_invariants_on_sqlite() {
    sequences_keep_the_invariants(Engine::Sqlite);
}

#[test]
fn any_sequence_keeps_the_invariants_on_postgres() {
    sequences_keep_the_invariants(Engine::Postgres);
}
