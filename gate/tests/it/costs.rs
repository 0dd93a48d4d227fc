//! What requests would cost: one table of golden prices, and the rules behind it.

use gate::{CostTable, FieldCost, Gate, ListSize, Price, Schema, Settings, Weighed};
use serde_json::{Map, Value, json};

use crate::gates::{CORPUS, DEFAULT};

fn priced(gate: &Gate, text: &str, variables: Value) -> Result<Price, &'static str> {
    let variables: Map<String, Value> = serde_json::from_value(variables).expect("an object");
    let prepared = gate.read(text, None).0.unwrap_or_else(|no| panic!("{text}: {no}"));
    gate.admit(&prepared, &variables).map(|own| own.price).map_err(|no| no.code.as_str())
}

/// Text, variables, cost, nodes.
const GOLDEN: &[(&str, &str, u64, u64)] = &[
    ("{ place { __typename } }", "{}", 2, 0),
    ("{ __typename }", "{}", 1, 0),
    ("{ fund(id: 1) { id name id } }", "{}", 3, 0),
    ("{ fund(id: 1) { id @skip(if: true) name } }", "{}", 2, 0),
    // A connection is as long as its page; a `nodes` of ten costs itself and ten of each field.
    ("{ fund(id: 1) { contracts(first: 10) { nodes { id } } } }", "{}", 13, 10),
    ("{ fund(id: 1) { contracts(last: 10) { edges { node { id } } } } }", "{}", 23, 10),
    ("{ fund(id: 1) { contracts(first: 10) { totalCount } } }", "{}", 3, 0),
    // Both are fetched once, but each is answered.
    ("{ fund(id: 1) { contracts(first: 10) { nodes { id } edges { cursor } } } }", "{}", 24, 20),
    // Without a length, and with one that is refused later, a whole page.
    ("{ fund(id: 1) { contracts { nodes { id } } } }", "{}", 103, 100),
    ("{ fund(id: 1) { contracts(first: -5) { nodes { id } } } }", "{}", 103, 100),
    ("{ fund(id: 1) { contracts(first: null, last: 3) { nodes { id } } } }", "{}", 6, 3),
    ("{ fund(id: 1) { contracts(first: 2, last: 7) { nodes { id } } } }", "{}", 10, 7),
    ("{ fund(id: 1) { contracts(first: 0) { nodes { id } } } }", "{}", 3, 0),
    // By variables: given, null, left out, by default.
    (
        "query ($n: Int) { fund(id: 1) { contracts(first: $n) { nodes { id } } } }",
        r#"{"n": 5}"#,
        8,
        5,
    ),
    (
        "query ($n: Int) { fund(id: 1) { contracts(first: $n) { nodes { id } } } }",
        r#"{"n": null}"#,
        103,
        100,
    ),
    ("query ($n: Int) { fund(id: 1) { contracts(first: $n) { nodes { id } } } }", "{}", 103, 100),
    ("query ($n: Int = 6) { fund(id: 1) { contracts(first: $n) { nodes { id } } } }", "{}", 9, 6),
    // A list that is sliced itself, by its argument's own default.
    ("{ funds { id } }", "{}", 11, 10),
    ("{ funds(first: 3) { id } }", "{}", 4, 3),
    ("query ($n: Int) { funds(first: $n) { id } }", "{}", 11, 10),
    // A list of which nothing is known holds ten.
    ("{ things { __typename } }", "{}", 11, 10),
    ("{ things { ... on Fund { colours } ... on Contract { title } } }", "{}", 21, 110),
    // Lists within lists.
    ("{ council { funds(first: 10) { contracts(first: 10) { nodes { id } } } } }", "{}", 122, 110),
];

#[test]
fn the_golden_prices_hold() {
    for (text, variables, cost, nodes) in GOLDEN {
        let variables = serde_json::from_str(variables).expect("JSON");
        let expected = Price { cost: *cost, nodes: *nodes };
        assert_eq!(priced(&DEFAULT, text, variables), Ok(expected), "{text}");
    }
}

#[test]
fn lists_within_lists_are_capped_at_fifty_thousand_nodes() {
    let text = "query ($n: Int!) { council { funds(first: $n) { contracts(first: $n) { nodes { id } } } } }";
    assert_eq!(priced(&DEFAULT, text, json!({ "n": 223 })).map(|own| own.nodes), Ok(49_952));
    assert_eq!(priced(&DEFAULT, text, json!({ "n": 224 })), Err("TOO_MANY_NODES"));
    assert_eq!(priced(&DEFAULT, text, json!({ "n": 2_147_483_647 })), Err("TOO_MANY_NODES"));
}

#[test]
fn a_price_past_any_counter_stays_the_largest() {
    let deep = "{ council { funds(first: 2147483647) { owner { funds(first: 2147483647) { owner {
        funds(first: 2147483647) { id } } } } } } }";
    assert_eq!(priced(&DEFAULT, deep, json!({})), Err("TOO_MANY_NODES"));
}

#[test]
fn a_table_says_what_fields_weigh_and_which_arguments_tell_a_length() {
    let schema = Schema::parse(&CORPUS).expect("a schema");
    let mut costs = CostTable::of_schema(&schema);
    costs.set("Fund", "total", FieldCost { weight: 20, list: None });
    costs.set(
        "Query",
        "nodes",
        FieldCost {
            weight: 1,
            list: Some(ListSize {
                assumed: 100,
                slicing_arguments: vec!["ids".to_owned()],
                sized_fields: Vec::new(),
            }),
        },
    );
    let gate = Gate::new(schema, Settings { costs: Some(costs), ..Settings::default() });
    assert_eq!(
        priced(&gate, "{ fund(id: 1) { total } }", json!({})),
        Ok(Price { cost: 21, nodes: 0 })
    );
    let by_ids = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(
        priced(&gate, by_ids, json!({ "ids": ["a", "b", "c"] })),
        Ok(Price { cost: 4, nodes: 3 })
    );
    assert_eq!(priced(&gate, by_ids, json!({ "ids": "a" })), Ok(Price { cost: 2, nodes: 1 }));
    let literal = "{ nodes(ids: [1, 2]) { id } }";
    assert_eq!(priced(&gate, literal, json!({})), Ok(Price { cost: 3, nodes: 2 }));
}

/// A schema that says of some fields what they cost.
const SAID: &str = "directive @cost(weight: Int!) on FIELD_DEFINITION
    directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
    type Query {
        pet: Pet
        pets(ids: [ID!]): [Pet!]! @listSize(assumedSize: 100, slicingArguments: [\"ids\"])
        herd(size: Int!): Herd @listSize(slicingArguments: [\"size\"], sizedFields: [\"members\"])
        position: Int @cost(weight: 20)
        page(first: Int): [Pet!]! @cost(weight: 5)
    }
    type Mutation { feed: Pet, count: Int @cost(weight: 3) }
    type Pet { name: String, parents: [Pet!]! @listSize(assumedSize: 2) }
    type Herd { members: [Pet!]!, names: [String!]! }";

#[test]
fn the_schema_says_what_its_fields_cost() {
    let schema = Schema::parse(SAID).expect("a schema");
    let gate = Gate::new(schema, Settings::default());
    for (text, cost, nodes) in [
        ("{ position }", 20, 0),
        ("{ page(first: 3) { name } }", 8, 3),
        ("{ pets { name } }", 101, 100),
        ("{ pets(ids: [1, 2]) { name } }", 3, 2),
        ("{ herd(size: 4) { members { name } names } }", 7, 14),
        ("{ pet { parents { parents { name } } } }", 8, 6),
        // A field of a mutation is a transaction.
        ("mutation { feed { name } }", 21, 0),
        ("mutation { count }", 3, 0),
    ] {
        assert_eq!(priced(&gate, text, json!({})), Ok(Price { cost, nodes }), "{text}");
    }
}

#[test]
fn each_key_of_an_answer_has_its_weight_and_the_heaviest_where_types_differ() {
    let schema = "directive @cost(weight: Int!) on FIELD_DEFINITION
        type Query { one: One }
        interface One { name: String }
        type A implements One { name: String @cost(weight: 2) next: A }
        type B implements One { name: String @cost(weight: 7) next: B }";
    let gate = Gate::new(Schema::parse(schema).expect("a schema"), Settings::default());
    let text =
        "{ mine: one { ... on A { name next { name } } ... on B { name next { __typename } } } }";
    let prepared = gate.read(text, None).0.expect("a valid document");
    let admitted = gate.admit(&prepared, &Map::new()).expect("a request");
    assert_eq!(admitted.price.cost, 1 + 2 + 1 + 2 + 7 + 1 + 1);
    let leaf = |key: &str, weight| Weighed { key: key.to_owned(), weight, within: Vec::new() };
    let next = Weighed {
        key: "next".to_owned(),
        weight: 1,
        within: vec![leaf("name", 2), leaf("__typename", 1)],
    };
    let mine = Weighed { key: "mine".to_owned(), weight: 1, within: vec![leaf("name", 7), next] };
    assert_eq!(*admitted.weights, [mine]);
}
