//! The contract with every client: described, named in words, checked in.

use std::{fs, path::Path};

use serde_json::Value;
use tests::{Engine, World};

const INTROSPECTION: &str = "{
  __schema { types {
    name kind description
    fields(includeDeprecated: true) {
      name description type { ...Type } args { name description type { ...Type } }
    }
    inputFields { name description type { ...Type } }
    enumValues(includeDeprecated: true) { name description }
  } }
}
fragment Type on __Type { name ofType { name ofType { name ofType { name ofType { name } } } } }";

/// The scalars that GraphQL itself brings.
const BUILT_IN: &[&str] = &["Boolean", "Float", "ID", "Int", "String"];

/// Words that are cut short. `id` is a word of its own by now.
const CUT_SHORT: &[&str] = &[
    "abbr", "acc", "acct", "addr", "agr", "amt", "approx", "auth", "avg", "bal", "calc", "cfg",
    "comm", "config", "contrib", "ctx", "curr", "desc", "doc", "dt", "exp", "fin", "fy", "gov",
    "idx", "info", "init", "la", "max", "min", "msg", "num", "nr", "ods", "org", "orgs", "param",
    "params", "pct", "perm", "pos", "prev", "qty", "ref", "refs", "req", "res", "seq", "spec",
    "src", "stat", "temp", "tmp", "tx", "txn", "val", "var", "yr", "ytd",
];

/// What Relay's specification calls so.
const GIVEN: &[&str] = &["pageInfo", "PageInfo"];

/// What can pass what a 32-bit number holds: money, and what is counted for ever.
const LONG: &[&str] = &["amount", "pence", "sequence", "bytes"];

/// An element of the schema, as its name and its JSON.
type Element = (String, Value);

async fn elements() -> Vec<Element> {
    let world = World::on(Engine::Sqlite).await;
    let answer = world.nobody().ask(INTROSPECTION).await.ok();
    let types = answer.at("/__schema/types").as_array().expect("types").clone();
    let mut elements = Vec::new();
    for one in types {
        let name = one["name"].as_str().expect("a name").to_owned();
        if name.starts_with("__") || BUILT_IN.contains(&name.as_str()) {
            continue;
        }
        for members in ["fields", "inputFields", "enumValues"] {
            for member in one[members].as_array().into_iter().flatten() {
                let path = format!("{name}.{}", member["name"].as_str().expect("a name"));
                for argument in member["args"].as_array().into_iter().flatten() {
                    let argument_name = argument["name"].as_str().expect("a name");
                    elements.push((format!("{path}({argument_name})"), argument.clone()));
                }
                elements.push((path, member.clone()));
            }
        }
        elements.push((name, one));
    }
    assert!(elements.len() > 500, "the schema has only {} elements", elements.len());
    elements
}

/// The elements for which `is_wrong` holds, one a line.
fn those(elements: &[Element], is_wrong: impl Fn(&Element) -> bool) -> String {
    let wrong = elements.iter().filter(|element| is_wrong(element));
    wrong.map(|(path, _)| path.as_str()).collect::<Vec<_>>().join("\n")
}

fn own_name((_, element): &Element) -> &str {
    element["name"].as_str().expect("a name")
}

/// The type's name, without its lists and "never null".
fn type_name(element: &Value) -> Option<&str> {
    let mut inner = &element["type"];
    while inner["name"].is_null() && !inner["ofType"].is_null() {
        inner = &inner["ofType"];
    }
    inner["name"].as_str()
}

/// `knownAt`, `KNOWN_AT` and `KnownAt` as words in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let is_constant = !name.chars().any(char::is_lowercase);
    for letter in name.chars() {
        if letter == '_' || (letter.is_uppercase() && !is_constant) {
            words.push(String::new());
        }
        if letter != '_' {
            words.last_mut().expect("a word").extend(letter.to_lowercase());
        }
    }
    words
}

#[tokio::test]
async fn everything_is_described() {
    let elements = elements().await;
    let undescribed =
        those(&elements, |(_, one)| one["description"].as_str().is_none_or(|text| text.len() < 4));
    assert!(undescribed.is_empty(), "without a description:\n{undescribed}");
}

#[tokio::test]
async fn no_long_number_goes_out_as_an_int() {
    let elements = elements().await;
    let leaks = those(&elements, |element| {
        let name = own_name(element).to_lowercase();
        let is_number = matches!(type_name(&element.1), Some("Int" | "Float"));
        is_number && LONG.iter().any(|long| name.contains(long))
    });
    assert!(leaks.is_empty(), "a number that may not fit:\n{leaks}");
    let floats = those(&elements, |(_, one)| type_name(one) == Some("Float"));
    assert!(floats.is_empty(), "floating point:\n{floats}");
}

#[tokio::test]
async fn names_are_whole_words() {
    let elements = elements().await;
    let cut = those(&elements, |element| {
        let name = own_name(element);
        let is_value = element.1["type"].is_null() && element.1["kind"].is_null();
        !is_value
            && !GIVEN.contains(&name)
            && words(name).iter().any(|word| CUT_SHORT.contains(&word.as_str()))
    });
    assert!(cut.is_empty(), "cut short:\n{cut}");
}

#[test]
fn what_is_checked_in_is_what_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let checked_in = fs::read_to_string(file).expect("schema.graphql");
    let served = tributary::graphql::schema().sdl();
    assert!(
        checked_in.trim_end() == served.trim_end(),
        "schema.graphql is stale: cargo run -- schema > schema.graphql"
    );
}

/// The gate fills defaults in, as the specification has it: with one of null, what was left out of
/// an update would be taken away.
#[test]
fn what_may_be_left_out_has_no_default_of_null() {
    let served = tributary::graphql::schema().sdl();
    let nulls: Vec<&str> = served.lines().filter(|line| line.contains("= null")).collect();
    assert!(nulls.is_empty(), "take the default away from\n{}", nulls.join("\n"));
}
