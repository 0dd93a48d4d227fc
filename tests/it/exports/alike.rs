//! What is exported is what the API answers to the same viewer: every row, every field.

use std::collections::BTreeMap;

use entities::membership::Role;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::{
    Actor, Engine, World,
    evidence::{seed, size},
    oracle::{Generated, Holder, ROLES},
    raw::day,
};
use tributary::{export::bulk::List, graphql::node::Kind};
use uuid::Uuid;

use super::rows;

/// The lists whose rows have identities of their own, each with its type, its identities and the table
/// that holds them.
const NODES: [(&str, &str, Kind, &str, List); 6] = [
    ("ORGANISATIONS", "Organisation", Kind::Organisation, "organisation", List::Organisations),
    ("POOLED_FUNDS", "PooledFund", Kind::Fund, "pooled_fund", List::PooledFunds),
    ("CONTRIBUTIONS", "Contribution", Kind::Contribution, "contribution", List::Contributions),
    ("SCHEMES", "Scheme", Kind::Scheme, "scheme", List::Schemes),
    ("CONTRACTS", "Contract", Kind::Contract, "contract", List::Contracts),
    ("SUBCONTRACTS", "Subcontract", Kind::Subcontract, "subcontract", List::Subcontracts),
];

/// The fields of a path in the schema, as a selection.
fn selection(fields: &[&str]) -> String {
    let select = |path: &&str| match path.split_once('.') {
        Some((object, field)) => format!("{object} {{ {field} }}"),
        None => (*path).to_owned(),
    };
    fields.iter().map(select).collect::<Vec<_>>().join(" ")
}

/// An answer as the row of an export: its fields by their paths.
fn flat(answer: &Value, fields: &[&str]) -> Value {
    let at = |path: &&str| {
        let value = answer.pointer(&format!("/{}", path.replace('.', "/")));
        ((*path).to_owned(), value.cloned().unwrap_or_default())
    };
    Value::Object(fields.iter().map(at).collect())
}

async fn ids(world: &World, table: &str, kind: Kind) -> Vec<String> {
    let connection = world.database.for_migration();
    let all = format!("select id from {table} order by id");
    let all = Statement::from_string(connection.get_database_backend(), all);
    let rows = connection.query_all_raw(all).await.expect("identities");
    let id = |row: &sea_orm::QueryResult| row.try_get::<Uuid>("", "id").expect("an identity");
    rows.iter().map(|row| kind.id(id(row)).to_string()).collect()
}

/// What the API answers of these objects, by identity.
async fn answered(actor: &Actor, ids: &[String], what: (&str, &[&str])) -> Vec<Value> {
    let (name, fields) = what;
    let mut seen = Vec::new();
    for some in ids.chunks(100) {
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {{ {} }} }} }}",
            selection(fields)
        );
        let answer = actor.send(&document, json!({ "ids": some })).await.ok();
        let nodes = answer.at("/nodes").as_array().expect("nodes").clone();
        seen.extend(nodes.iter().filter(|node| !node.is_null()).map(|node| flat(node, fields)));
    }
    seen
}

/// The transactions of a fund as the API lists them, and their entries, each as rows of exports.
async fn books(actor: &Actor, fund: &str) -> (Vec<Value>, Vec<Value>) {
    let fields = List::LedgerTransactions.fields();
    let own: Vec<&str> = fields.iter().copied().filter(|field| *field != "fund.id").collect();
    let entry = ["account", "partner.id", "funder.id", "sourceCode", "amount"];
    let (mut transactions, mut entries, mut after) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let document = format!(
            "query($id: ID!, $after: String) {{ node(id: $id) {{ ... on PooledFund {{
               transactions(first: 50, after: $after) {{
                 nodes {{ {} entries {{ {} }} }} pageInfo {{ hasNextPage endCursor }} }} }} }} }}",
            selection(&own),
            selection(&entry)
        );
        let answer = actor.send(&document, json!({ "id": fund, "after": after })).await.ok();
        let Some(list) = answer.at("/node").get("transactions").filter(|it| !it.is_null()) else {
            return (transactions, entries);
        };
        for node in list["nodes"].as_array().expect("nodes") {
            let mut row = flat(node, &own);
            row["fund.id"] = fund.into();
            for of in node["entries"].as_array().expect("entries") {
                let mut of = flat(of, &entry);
                for (field, own) in [
                    ("transaction.id", "id"),
                    ("fund.id", "fund.id"),
                    ("financialYear", "financialYear"),
                    ("period", "period"),
                    ("effectiveOn", "effectiveOn"),
                ] {
                    of[field] = row[own].clone();
                }
                entries.push(of);
            }
            transactions.push(row);
        }
        if list["pageInfo"]["hasNextPage"] != true {
            return (transactions, entries);
        }
        after = list["pageInfo"]["endCursor"].clone();
    }
}

/// Rows in an order that does not depend on who read them.
fn sorted(mut rows: Vec<Value>) -> Vec<String> {
    let mut texts: Vec<String> = rows
        .iter_mut()
        .map(|row| {
            // The place of an entry in its transaction has no field in the schema.
            row.as_object_mut().expect("an object").remove("line");
            row.to_string()
        })
        .collect();
    texts.sort();
    texts
}

fn compare(whose: &str, of: &str, (exported, answered): (Vec<Value>, Vec<Value>)) -> usize {
    let (exported, answered) = (sorted(exported), sorted(answered));
    let only = |some: &[String], others: &[String]| {
        some.iter().find(|row| !others.contains(row)).cloned().unwrap_or_default()
    };
    assert!(
        exported == answered,
        "{whose}: {of}: {} exported, {} answered\nonly exported: {}\nonly answered: {}",
        exported.len(),
        answered.len(),
        only(&exported, &answered),
        only(&answered, &exported)
    );
    exported.len()
}

async fn compared(engine: Engine, own: u64) {
    let world = World::on(engine).await;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for number in 0..size(1, 6) {
        let generated = Generated::of(seed().wrapping_add(own).wrapping_add(number));
        generated.store(&world).await;
        for holder in holders(&generated) {
            let actor = actor(&world, holder).await;
            let whose = format!("seed {} {holder:?}", generated.seed);
            for (of, name, kind, table, list) in NODES {
                let exported = rows(&actor, of).await;
                let all = ids(&world, table, kind).await;
                let answered = answered(&actor, &all, (name, &list.fields())).await;
                *counts.entry(of).or_default() += compare(&whose, of, (exported, answered));
            }
            let (mut transactions, mut entries) = (Vec::new(), Vec::new());
            for fund in ids(&world, "pooled_fund", Kind::Fund).await {
                let of_fund = books(&actor, &fund).await;
                transactions.extend(of_fund.0);
                entries.extend(of_fund.1);
            }
            for (of, answered) in
                [("LEDGER_TRANSACTIONS", transactions), ("LEDGER_ENTRIES", entries)]
            {
                let exported = rows(&actor, of).await;
                *counts.entry(of).or_default() += compare(&whose, of, (exported, answered));
            }
        }
    }
    println!("rows compared: {counts:?}");
    assert_eq!(counts.len(), List::ALL.len(), "every list is compared");
    let empty: Vec<_> = counts.iter().filter(|(_, rows)| **rows == 0).collect();
    assert!(empty.is_empty(), "no row was compared of {empty:?}");
}

/// Everybody who may look: organisations, the teams that there are, and whom an interest shuts out.
fn holders(generated: &Generated) -> Vec<Holder> {
    let organisations = generated.organisations.iter().map(|row| row.id);
    let alone =
        organisations.map(|organisation| Holder { organisation, team: None, account: None });
    let (employer, today) = (generated.organisations[0].id, day(2025, 10, 1));
    let is_there = |row: &&entities::team::Model| {
        row.starts_on <= today && row.ends_on.is_none_or(|day| today <= day)
    };
    let teams = generated.teams.iter().filter(is_there).map(|row| row.id);
    let teams =
        teams.map(|team| Holder { organisation: employer, team: Some(team), account: None });
    alone.chain(teams).chain(generated.interested()).collect()
}

async fn actor(world: &World, holder: Holder) -> Actor {
    let roles: Vec<Role> = ROLES.to_vec();
    match (holder.team, holder.account) {
        (Some(team), _) => world.team_actor(team, holder.organisation, &roles).await,
        (None, None) => world.actor(holder.organisation, &roles).await,
        (None, Some(account)) => {
            let anybody = world.actor(holder.organisation, &roles).await;
            anybody.colleague(world, account.as_u128(), &roles).await
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v1_every_row_and_field_of_an_export_is_what_the_api_answers_to_its_viewer_on_sqlite() {
    compared(Engine::Sqlite, 20_000_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v1_every_row_and_field_of_an_export_is_what_the_api_answers_to_its_viewer_on_postgres() {
    compared(Engine::Postgres, 22_000_000).await;
}
