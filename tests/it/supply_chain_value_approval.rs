//! What a material subcontract is raised to counts once the commissioner approved it, and not at all when
//! it refused (rule C3).

use serde_json::{Value, json};
use tests::{
    Actor, Answer, both_databases,
    chain::{Chain, id_of},
    posting::decision,
};

const VALUED: &str =
    "value { amount valueBand } valueVersion valueVersions { version approval decidedOn
    refusedBecause confirmation interests { id } values { financialYear amount } }
    withheld { field reason }";

async fn read(who: &Actor, link: &str) -> Value {
    let document = format!(r#"{{ node(id: "{link}") {{ ... on Subcontract {{ {VALUED} }} }} }}"#);
    who.ask(&document).await.ok().at("/node").clone()
}

async fn change(who: &Actor, link: &str, version: i32, amount: &str) -> Answer {
    let values = json!([{ "financialYear": "2025/26", "worth": { "amount": amount } }]);
    let input = json!({ "subcontract": link, "expectedVersion": version, "values": values,
        "reason": "More people are cared for" });
    who.run("changeSubcontractValue", input, &format!("subcontract {{ {VALUED} }}")).await
}

async fn decide(who: &Actor, link: &str, version: i32, why_not: Option<&str>) -> Answer {
    let input = json!({ "subcontract": link, "expectedVersion": version,
        "isApproved": why_not.is_none(), "reason": why_not, "decision": decision() });
    who.run("approveSubcontractValue", input, &format!("subcontract {{ {VALUED} }}")).await
}

/// A material link of £100,000.00 that the commissioner approved.
async fn approved(chain: &Chain) -> String {
    let mut input = chain.link(&chain.id(), &chain.sellers[0]);
    input["isMaterial"] = json!(true);
    let link = id_of(&chain.record(&chain.lead, input).await.ok());
    let verdict = json!({ "subcontract": link, "expectedVersion": 1, "isApproved": true,
        "decision": decision() });
    let _ = chain.commissioner.run("approveSubcontract", verdict, "subcontract { id }").await.ok();
    link
}

fn amount(seen: &Value) -> &str {
    seen["value"]["amount"].as_str().expect("an amount")
}

fn problem(answer: &Answer) -> (String, String) {
    (answer.problem(), answer.problem_path())
}

both_databases! {
    async fn c3_what_a_material_subcontract_is_raised_to_counts_once_it_was_approved(world: World) {
        let chain = Chain::on(&world).await;
        let link = approved(&chain).await;
        let banded = read(&chain.associate, &link).await;
        let raised = change(&chain.lead, &link, 1, "600000.00").await.ok();
        let raised = &raised.payload()["subcontract"];
        assert_eq!((amount(raised), &raised["valueVersion"]), ("100000.00", &json!(1)));
        for who in [&chain.lead, &chain.sellers[0], &chain.commissioner] {
            let waits = read(who, &link).await["valueVersions"].clone();
            assert_eq!((&waits[0]["version"], &waits[0]["approval"]), (&json!(2), &json!("AWAITED")));
            assert_eq!(waits[0]["values"][0]["amount"], "600000.00");
        }
        let told = read(&chain.associate, &link).await;
        assert_eq!(told, banded, "V8: whoever does not read the value is not told that one waits");
        assert_eq!(problem(&change(&chain.lead, &link, 1, "1.00").await),
            ("INVALID_VALUE".into(), "subcontract".into()), "one at a time");
        let confirm = json!({ "subcontract": link, "expectedVersion": 2 });
        let answered = chain.sellers[0].run("confirmSubcontractValue", confirm, "subcontract { id }").await;
        let _ = answered.ok();

        for who in [&chain.lead, &chain.sellers[0], &chain.associate] {
            assert_eq!(decide(who, &link, 2, None).await.problem(), "NOT_ALLOWED", "{}", who.id);
        }
        assert_eq!(decide(&chain.stranger, &link, 2, None).await.problem(), "NOT_FOUND");
        assert_eq!(decide(&chain.commissioner, &link, 1, None).await.problem(), "STALE_VERSION");
        let decided = decide(&chain.commissioner, &link, 2, None).await.ok();
        let decided = &decided.payload()["subcontract"];
        assert_eq!((amount(decided), &decided["valueVersion"]), ("600000.00", &json!(2)));
        let version = &decided["valueVersions"][0];
        assert_eq!((&version["approval"], &version["decidedOn"]), (&json!("APPROVED"), &json!("2025-04-01")));
        assert_eq!((&version["confirmation"], &version["interests"]), (&json!("CONFIRMED"), &json!([])));
        assert_eq!(amount(&read(&chain.sellers[0], &link).await), "600000.00");
        assert_eq!(decide(&chain.commissioner, &link, 2, None).await.problem(), "ALREADY_DONE");
        assert_eq!(decide(&chain.commissioner, &link, 3, None).await.problem(), "INVALID_VALUE");
        let trail = r#"{ auditTrail(first: 10, where: { action: { eq: "approveSubcontractValue" } }) {
            totalCount } }"#;
        assert_eq!(chain.commissioner.ask(trail).await.ok().at("/auditTrail/totalCount"), 1);
    }

    async fn c3_a_raise_that_was_refused_is_nothing_and_less_needs_no_approval(world: World) {
        let chain = Chain::on(&world).await;
        let link = approved(&chain).await;
        let _ = change(&chain.lead, &link, 1, "150000.00").await.ok();
        let without = decide(&chain.commissioner, &link, 2, Some("")).await;
        assert_eq!(problem(&without), ("INVALID_VALUE".into(), "reason".into()));
        let refused = decide(&chain.commissioner, &link, 2, Some("Too dear")).await.ok();
        let refused = &refused.payload()["subcontract"];
        assert_eq!((amount(refused), &refused["valueVersion"]), ("100000.00", &json!(1)));
        let version = &refused["valueVersions"][0];
        assert_eq!((&version["approval"], &version["refusedBecause"]), (&json!("REFUSED"), &json!("Too dear")));
        let less = change(&chain.lead, &link, 1, "90000.00").await.ok();
        let less = &less.payload()["subcontract"];
        assert_eq!((amount(less), &less["valueVersion"]), ("90000.00", &json!(3)));
        assert_eq!(less["valueVersions"][1]["approval"], "NOT_NEEDED");
        let _ = change(&chain.lead, &link, 3, "95000.00").await.ok();
        let again = read(&chain.lead, &link).await;
        assert_eq!((amount(&again), &again["valueVersions"][2]["approval"]), ("90000.00", &json!("AWAITED")));
    }

    async fn c2_what_waits_uses_up_nothing_and_has_to_fit_when_it_is_approved(world: World) {
        let chain = Chain::on(&world).await;
        let link = approved(&chain).await;
        let beyond = change(&chain.lead, &link, 1, "1000000.01").await;
        assert_eq!(beyond.problem(), "INSUFFICIENT_AMOUNT");
        let _ = change(&chain.lead, &link, 1, "900000.00").await.ok();
        let mut beside = chain.link(&chain.id(), &chain.sellers[1]);
        beside["values"] = json!([{ "financialYear": "2025/26", "worth": { "amount": "500000.00" } }]);
        let _ = chain.record(&chain.lead, beside).await.ok();
        let late = decide(&chain.commissioner, &link, 2, None).await;
        assert_eq!(problem(&late), ("INSUFFICIENT_AMOUNT".into(), "subcontract".into()));
        let message = late.payload()["errors"][0]["message"].as_str().expect("a sentence").to_owned();
        assert!(!message.contains("000"), "V8: {message}");
        assert_eq!(amount(&read(&chain.lead, &link).await), "100000.00");
        let _ = decide(&chain.commissioner, &link, 2, Some("It fits no more")).await.ok();
    }

    async fn c3_what_is_not_material_or_not_decided_yet_waits_for_nothing(world: World) {
        let chain = Chain::on(&world).await;
        let plain = id_of(&chain.record(&chain.lead, chain.link(&chain.id(), &chain.sellers[0])).await.ok());
        let _ = change(&chain.lead, &plain, 1, "200000.00").await.ok();
        assert_eq!(amount(&read(&chain.lead, &plain).await), "200000.00");
        let mut input = chain.link(&chain.id(), &chain.sellers[1]);
        input["isMaterial"] = json!(true);
        let awaited = id_of(&chain.record(&chain.lead, input).await.ok());
        let _ = change(&chain.lead, &awaited, 1, "200000.00").await.ok();
        let seen = read(&chain.commissioner, &awaited).await;
        assert_eq!(amount(&seen), "200000.00", "it is approved, or not, with the subcontract");
        assert_eq!(decide(&chain.commissioner, &awaited, 2, None).await.problem(), "INVALID_VALUE");
    }
}
