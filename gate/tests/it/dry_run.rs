//! Trying what a query would cost: nothing of it is executed but the field that tells.

use std::sync::LazyLock;

use gate::{Admitted, DryRun, Gate, Refusal, Schema, Settings};
use serde_json::{Map, Value, json};

const SCHEMA: &str =
    "type Query { rateLimit(dryRun: Boolean! = false): Rate, pets(first: Int): [Pet!]! }
    type Mutation { rateLimit(dryRun: Boolean! = false): Rate, feed: Pet }
    type Rate { requested: Int }
    type Pet { name: String, rateLimit(dryRun: Boolean! = false): Rate }";

static TRIES: LazyLock<Gate> = LazyLock::new(|| {
    let dry_run = DryRun { field: "rateLimit".to_owned(), argument: "dryRun".to_owned() };
    let settings = Settings { dry_run: Some(dry_run), ..Settings::default() };
    Gate::new(Schema::parse(SCHEMA).expect("a schema"), settings)
});

fn admitted(text: &str, variables: Value) -> Result<Admitted, Refusal> {
    let variables: Map<String, Value> = serde_json::from_value(variables).expect("an object");
    let prepared = TRIES.prepare(text, None).unwrap_or_else(|no| panic!("{text}: {no}"));
    TRIES.admit(&prepared, &variables)
}

#[test]
fn what_is_only_tried_is_not_executed_and_not_charged() {
    let whole = "query ($try: Boolean!, $first: Int) { pets(first: $first) { name } \
                 rateLimit(dryRun: $try) { requested } }";
    for (is_tried, text, cost) in [
        (true, "query($try: Boolean!) { rateLimit(dryRun: $try) { requested } }", 2),
        (
            false,
            "query($try: Boolean!, $first: Int) { pets(first: $first) { name } \
             rateLimit(dryRun: $try) { requested } }",
            53,
        ),
        (true, "query($try: Boolean!) { rateLimit(dryRun: $try) { requested } }", 2),
    ] {
        let own = admitted(whole, json!({ "try": is_tried, "first": 50 })).expect("a request");
        assert_eq!(own.execution.text(), text);
        assert_eq!((own.price.cost, own.requested.cost), (cost, 53));
        assert_eq!(own.requested.nodes, 50);
    }
}

#[test]
fn one_that_asks_for_it_is_enough() {
    let text =
        "{ a: rateLimit { requested } b: rateLimit(dryRun: true) { requested } pets { name } }";
    let own = admitted(text, json!({})).expect("a request");
    let kept = "query { a: rateLimit { requested } b: rateLimit(dryRun: true) { requested } }";
    assert_eq!(own.execution.text(), kept);
    assert_eq!((own.price.cost, own.requested.cost), (4, 105));
    let keys: Vec<&str> = own.weights.iter().map(|field| field.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
}

#[test]
fn what_does_not_ask_for_it_is_executed_whole() {
    for text in [
        "query { rateLimit { requested } pets(first: 1) { name } }",
        "query { rateLimit(dryRun: false) { requested } pets(first: 1) { name } }",
        "query { pets(first: 1) { rateLimit(dryRun: true) { requested } } }",
        "mutation { rateLimit(dryRun: true) { requested } feed { name } }",
    ] {
        let own = admitted(text, json!({})).expect("a request");
        assert_eq!(own.execution.text(), text);
        assert_eq!(own.price, own.requested, "{text}");
    }
}

#[test]
fn what_is_beyond_the_limits_is_not_even_tried() {
    let text = "{ pets(first: 50001) { name } rateLimit(dryRun: true) { requested } }";
    assert_eq!(
        admitted(text, json!({})).map_err(|no| no.code.as_str()).err(),
        Some("TOO_MANY_NODES")
    );
}
