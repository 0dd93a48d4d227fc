//! In worlds by chance nothing is in a preview that whoever previews does not read itself, or that is
//! not in the view that it previews (rule V7).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::{
    Actor, both_databases,
    evidence::seed,
    oracle::{Generated, ROLES},
    world::global,
};
use tributary::graphql::node::Kind;
use uuid::Uuid;

/// What is there, and every amount and reading of it that is shown exactly.
const ASKED: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on Contract { values { financialYear amount }
        pay { measurements { number reading } paymentRuns(financialYear: \"2025/26\") { number total } } }
    ... on Subcontract { value { amount } payments(first: 50) { nodes { id amount } } } } }";

/// What somebody reads, by what it is of.
type Facts = BTreeMap<String, Value>;

async fn read(who: &Actor, ids: &[String]) -> Facts {
    let mut facts = Facts::new();
    for some in ids.chunks(50) {
        let told = who.send(ASKED, json!({ "ids": some })).await.ok();
        for node in told.at("/nodes").as_array().expect("nodes") {
            of_node(&mut facts, node);
        }
    }
    facts
}

fn of_node(facts: &mut Facts, node: &Value) {
    if node.is_null() {
        return;
    }
    let id = node["id"].as_str().expect("an identity").to_owned();
    let mut keep = |what: &str, key: &Value, value: &Value| {
        if !value.is_null() {
            facts.insert(format!("{id} {what} {key}"), value.clone());
        }
    };
    keep("is", &json!("there"), &node["__typename"]);
    keep("is", &json!("worth"), &node["value"]["amount"]);
    let lists = [
        ("values", &node["values"], "financialYear", "amount"),
        ("measurements", &node["pay"]["measurements"], "number", "reading"),
        ("runs", &node["pay"]["paymentRuns"], "number", "total"),
        ("payments", &node["payments"]["nodes"], "id", "amount"),
    ];
    for (what, rows, key, value) in lists {
        for row in rows.as_array().into_iter().flatten() {
            keep(what, &row[key], &row[value]);
        }
    }
}

/// The fact that something is there.
fn there(id: &str) -> String {
    format!("{id} is \"there\"")
}

/// True of what is read of something that is there in a preview, and not read in it.
fn is_masked(told: &Facts, fact: &str) -> bool {
    let (id, what) = fact.split_once(' ').expect("what is read of it");
    what != "is \"there\"" && told.contains_key(&there(id)) && !told.contains_key(fact)
}

/// The actor in the preview of another's view of this; none when it may not, or there is none.
async fn previewing(by: &Actor, (name, root): (&str, &str), of: Uuid) -> Option<Actor> {
    let input = json!({ name: root, "organisation": global(of) });
    let begun = by.run("beginPreview", input, "preview { accessToken }").await;
    let token = begun.0["data"]["beginPreview"]["preview"]["accessToken"].as_str();
    token.map(|token| by.bearing(token))
}

both_databases! {
    async fn v7_by_chance_a_preview_shows_what_both_read_and_nothing_else(world: World) {
        let (mut previews, mut masked) = (0_usize, 0_usize);
        let mut shown = BTreeMap::<&str, usize>::new();
        for number in 0..2 {
            let generated = Generated::of(seed().wrapping_add(11_000_000 + number));
            generated.store(&world).await;
            let contracting = &generated.contracting;
            let ids = |kind: Kind, ids: Vec<Uuid>| ids.into_iter().map(move |id| kind.id(id).to_string());
            let contracts = ids(Kind::Contract, contracting.contracts.iter().map(|it| it.id).collect());
            let links = ids(Kind::Subcontract, contracting.links.iter().map(|it| it.id).collect());
            let agreements = ids(Kind::Agreement, generated.agreements.iter().map(|it| it.id).collect());
            let funds = ids(Kind::Fund, generated.funds.iter().map(|it| it.id).collect());
            let (contracts, agreements): (Vec<_>, Vec<_>) = (contracts.collect(), agreements.collect());
            let all: Vec<String> =
                contracts.iter().chain(&agreements).cloned().chain(links).chain(funds).collect();
            let roots = agreements.iter().map(|it| ("agreement", it.as_str()));
            let roots: Vec<_> = roots.chain(contracts.iter().map(|it| ("contract", it.as_str()))).collect();
            let mut readers: Vec<(Uuid, Actor, Facts)> = Vec::new();
            for organisation in generated.organisations.iter().map(|it| it.id) {
                let actor = world.actor(organisation, &ROLES).await;
                let facts = read(&actor, &all).await;
                readers.push((organisation, actor, facts));
            }
            for (_, by, own) in &readers {
                for root in roots.iter().filter(|root| own.contains_key(&there(root.1))) {
                    for (of, _, theirs) in &readers {
                        let Some(preview) = previewing(by, *root, *of).await else { continue };
                        previews += 1;
                        let told = read(&preview, &all).await;
                        let is_there = |facts: &Facts| facts.contains_key(&there(root.1));
                        assert_eq!(is_there(&told), is_there(theirs), "{root:?} of {of}");
                        masked += theirs.keys().filter(|fact| is_masked(&told, fact)).count();
                        for (fact, value) in told {
                            assert_eq!(theirs.get(&fact), Some(&value), "{root:?} of {of}: {fact}");
                            assert!(own.contains_key(&fact), "{root:?} of {of}: {fact} {value}");
                            let what = ["values", "measurements", "runs", "worth", "there"];
                            let what = what.into_iter().find(|it| fact.contains(it));
                            *shown.entry(what.unwrap_or("payments")).or_default() += 1;
                        }
                    }
                }
            }
        }
        assert!(previews > 20, "{previews} previews show nothing");
        assert!(masked > 0, "the rest is present, and masked");
        for what in ["values", "measurements", "worth", "there"] {
            assert!(shown.contains_key(what), "nothing was shown of {what}: {shown:?}");
        }
        assert!(!shown.contains_key("payments"), "who previews reads no payment of a link");
    }
}
