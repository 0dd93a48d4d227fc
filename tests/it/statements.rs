//! The number of SQL statements of a query does not depend on the number of rows that it answers.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::json;
use tests::{Books, both_databases, evidence::keep};

/// How many rows are there when the statements are counted.
const SIZES: [usize; 3] = [1, 5, 20];

const FUNDS: &str = r#"{ pooledFunds(first: 50) { totalCount nodes {
    reference agreement { reference title partners { organisation { name identifiers { value } } } }
    contributions(first: 20) { totalCount nodes { sourceCode partner { name } agreed } }
    schemes(first: 20) { totalCount nodes { reference commissioner { name } provider { name }
        budget(financialYear: "2025/26") fundingSplit(financialYear: "2025/26") { shares { weight partner { name } } } } }
    viewerCan { post { allowed } } } } }"#;
const POSITIONS: &str = r#"{ positions(financialYear: "2025/26", first: 50) { totalCount nodes {
    fundReference knownAt cash total { budget spent variance }
    byScheme(first: 20) { nodes { schemeReference figures { spent } } }
    byPartner(first: 20) { nodes { partner { name } figures { spent } } }
    contributions(first: 20) { nodes { partner { name } agreed } } } } }"#;
const TRANSACTIONS: &str = r#"{ pooledFund(reference: "Fund 0") { transactions(first: 50) { totalCount
    nodes { sequence payee { name } postedAs { name } entries { amount partner { name } funder { name } } } } } }"#;
const ORGANISATIONS: &str = r#"{ organisations(search: "Care", first: 50) { totalCount nodes { name
    identifiers { value } roles { code } successors { organisation { name } } externalReferences { value } } } }"#;

/// A query, where its rows are, and how many statements it took at each size.
struct Counted {
    name: &'static str,
    document: &'static str,
    rows: &'static str,
    statements: Vec<u64>,
}

impl Counted {
    fn new(name: &'static str, document: &'static str, rows: &'static str) -> Self {
        Self { name, document, rows, statements: Vec::new() }
    }
}

both_databases! {
    async fn statements_do_not_grow_with_the_rows(world: World) {
        let roles = [Role::Commissioner, Role::Finance];
        let mut partners = Vec::new();
        for name in ["Host", "Partner"] {
            let id = world.organisation(name, OrganisationKind::LocalAuthority).await;
            partners.push(world.actor(id, &roles).await);
        }
        let mut queries = [
            Counted::new("pooledFunds", FUNDS, "/pooledFunds/nodes"),
            Counted::new("positions", POSITIONS, "/positions/nodes"),
            Counted::new("transactions", TRANSACTIONS, "/pooledFund/transactions/nodes"),
            Counted::new("organisations", ORGANISATIONS, "/organisations/nodes"),
        ];
        let mut first_scheme = String::new();
        let mut made = 0;
        for size in SIZES {
            while made < size {
                let payee = world
                    .organisation(&format!("Care {made}"), OrganisationKind::IndependentProvider)
                    .await;
                let books = Books::between(partners.clone(), &format!("Fund {made}")).await;
                books.contribution(0, "100.00").await;
                books.contribution(1, "200.00").await;
                let scheme = books.scheme("01", "50.00", &[1, 1]).await;
                books.scheme("02", "50.00", &[1]).await;
                if made == 0 {
                    first_scheme.clone_from(&scheme);
                }
                let key = format!("{made}");
                let mut input = Books::expenditure(&first_scheme, "2.00", "2025-05-15", &key);
                input["payee"] = json!(tests::world::global(payee));
                partners[0].run("recordExpenditure", input, "transaction { id }").await.ok();
                made += 1;
            }
            for query in &mut queries {
                // Once before, because keys are read once and kept.
                partners[0].ask(query.document).await.ok();
                let before = world.served.statements_run();
                let answer = partners[0].ask(query.document).await.ok();
                query.statements.push(world.served.statements_run() - before);
                let rows = answer.at(query.rows).as_array().map(Vec::len);
                assert_eq!(rows, Some(size), "{}: {answer:#?}", query.name);
            }
        }
        let mut evidence = json!({ "rows": SIZES });
        for query in &queries {
            println!("{:?} {}: {:?} statements", world.engine, query.name, query.statements);
            evidence[query.name] = json!(query.statements);
            assert!(query.statements[0] > 0, "nothing was counted");
            let all_the_same = query.statements.iter().all(|count| *count == query.statements[0]);
            assert!(all_the_same, "{} took {:?} statements", query.name, query.statements);
        }
        keep(&format!("statements_{:?}", world.engine).to_lowercase(), evidence);
    }
}
