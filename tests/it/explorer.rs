//! The explorer's ready-made queries, as each of the demonstration's identities.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tests::{Actor, program::Folder};
use tributary::{auth::role_name, demo::IDENTITIES};

const QUERIES: &str = include_str!("../../api/assets/explorer/queries.json");

const HOST: &str = "E09000023";
const BOARD: &str = "QKK";
const SECOND_BOARD: &str = "QMM";
const PROVIDER: &str = "RJ2";
const SUBCONTRACTOR: &str = "RV5";
const OUTSIDER: &str = "QT6";

/// The data of every answer, by title and by the identity's code.
type Answers = BTreeMap<String, BTreeMap<&'static str, Value>>;

async fn answers() -> Answers {
    let folder = Folder::new();
    let serving = folder.serve(&[]);
    let queries: Vec<Value> = serde_json::from_str(QUERIES).expect("queries");
    let mut answers = Answers::new();
    for identity in IDENTITIES {
        let role = role_name(identity.role);
        let token = folder.run(&["token", "--as", identity.code, "--role", &role]).done();
        let actor = Actor::nobody_at(&serving.address).bearing(token.trim());
        for query in &queries {
            let title = query["title"].as_str().expect("a title").to_owned();
            let document = query["query"].as_str().expect("a document");
            let variables = query.get("variables").cloned().unwrap_or(json!({}));
            let answer = actor.send(document, variables).await.ok();
            answers.entry(title).or_default().insert(identity.code, answer.0["data"].clone());
        }
    }
    assert_eq!(answers.len(), queries.len(), "two queries have one title");
    answers
}

#[tokio::test]
async fn every_ready_made_query_answers_everybody_as_it_should() {
    let answers = answers().await;
    assert!((8..=12).contains(&answers.len()), "{} queries", answers.len());
    let of = |title: &str, code: &str, path: &str| {
        answers[title][code].pointer(path).cloned().unwrap_or(Value::Null)
    };

    let stand = "Who am I, and where does the pool stand?";
    let budget = "/pooledFund/position/total/budget";
    assert_eq!(of(stand, HOST, budget), json!("53440286.00"));
    assert_eq!(
        answers[stand][HOST]["pooledFund"], answers[stand][BOARD]["pooledFund"],
        "host and partner read the same books"
    );
    assert_eq!(of(stand, PROVIDER, "/pooledFund/position"), Value::Null);
    let withheld = of(stand, PROVIDER, "/pooledFund/withheld");
    let position = json!({ "field": "position", "reason": "NOT_A_PARTY" });
    assert!(withheld.as_array().expect("a list").contains(&position));
    for stranger in [SECOND_BOARD, OUTSIDER] {
        for (title, by_code) in &answers {
            let fund = by_code[stranger].get("pooledFund");
            assert!(fund.is_none_or(Value::is_null), "{title}: {stranger} sees Lewisham's fund");
        }
    }

    let schemes = "What does the pool buy?";
    assert_eq!(of(schemes, HOST, "/pooledFund/schemes/totalCount"), json!(5));
    assert_eq!(of(schemes, PROVIDER, "/pooledFund/schemes/totalCount"), json!(1));

    let delivers = "Who delivers a contract, and what is it paid?";
    for reader in [HOST, BOARD, PROVIDER] {
        let total = of(delivers, reader, "/contract/pay/schedule/total");
        assert_eq!(total, json!("2388000.00"), "{reader}: a fiftieth of a quarter is withheld");
    }
    assert_eq!(of(delivers, HOST, "/contract/delegation/year/whole/left"), json!("47600.00"));
    assert_eq!(of(delivers, SUBCONTRACTOR, "/contract/wholeValue"), Value::Null);
    assert_eq!(of(delivers, SUBCONTRACTOR, "/contract/pay/schedule"), Value::Null);
    let held = of(delivers, SUBCONTRACTOR, "/delegatedBudgets/nodes/0/position/left");
    assert_eq!(held, json!("47600.00"), "what it holds itself");
    assert_eq!(of(delivers, OUTSIDER, "/contract"), Value::Null);

    let partners = "By partner: who funds it, and who spent it?";
    for basis in ["funded", "incurred"] {
        let nodes = of(partners, BOARD, &format!("/pooledFund/{basis}/byPartner/nodes"));
        assert!(!nodes.as_array().expect("partners").is_empty());
    }
    assert_ne!(
        of(partners, BOARD, "/pooledFund/funded/byPartner"),
        of(partners, BOARD, "/pooledFund/incurred/byPartner")
    );

    let funds = "How do all my funds stand?";
    let fund = "/positions/nodes/0/fundReference";
    assert_eq!(of(funds, HOST, fund), json!("LEWISHAM-BCF-POOL"));
    assert_eq!(of(funds, SECOND_BOARD, fund), json!("SUFFOLK-EQUIPMENT-POOL"));
    for (code, count) in [(HOST, 1), (BOARD, 1), (SECOND_BOARD, 1), (PROVIDER, 0), (OUTSIDER, 0)] {
        assert_eq!(of(funds, code, "/positions/totalCount"), json!(count), "{code}");
    }

    let agreed = "What have the partners agreed?";
    let agreement = "/partnershipAgreements/nodes/0/reference";
    assert_eq!(of(agreed, BOARD, agreement), json!("LEWISHAM-BCF"));
    assert_eq!(of(agreed, SECOND_BOARD, agreement), json!("SUFFOLK-EQUIPMENT"));
    assert_eq!(of(agreed, PROVIDER, agreement), Value::Null);

    let reported = "What is reported, printed and shared?";
    for code in [HOST, BOARD] {
        let state = of(reported, code, "/pooledFund/returns/nodes/0/state");
        assert_eq!(state, json!("SUBMITTED"), "{code}");
        let statement = "/partnershipAgreement/publishedStatements/nodes/0/reconciliation";
        let figure = of(reported, code, &format!("{statement}/figures/0"));
        assert_eq!(figure["computed"], figure["printed"], "{code}");
        let share = of(reported, code, "/partnershipAgreement/riskShares/nodes/0/name");
        assert_eq!(share, json!("Better Care Fund pool"), "{code}");
    }
    assert_eq!(of(reported, PROVIDER, "/partnershipAgreement"), Value::Null);

    let lists = "Which organisations and codes are there?";
    for identity in IDENTITIES {
        assert_eq!(answers[lists][identity.code], answers[lists][HOST], "everybody reads these");
    }
    assert_eq!(of("What is in the books?", PROVIDER, "/pooledFund/transactions"), Value::Null);
}
