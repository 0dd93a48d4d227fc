//! What subcontracts are worth: changed by who buys, answered by who sells, always within what stands
//! above, and told to nobody who does not read it (rules C2, C3, C10 and V8).

use serde_json::{Value, json};
use tests::{
    Actor, Answer, both_databases,
    chain::{Chain, id_of},
    posting::decision,
};

const VALUED: &str = "subcontract { id version confirmation valueVersion value { amount valueBand }
    valueVersions { version recordedOn reason documentReference confirmation contestedBecause
        values { financialYear amount fromBasisPoints toBasisPoints } } withheld { field reason } }";

/// What a year comes to.
fn worth(year: &str, amount: &str) -> Value {
    json!([{ "financialYear": year, "worth": { "amount": amount } }])
}

async fn change(who: &Actor, link: &str, version: i32, values: Value) -> Answer {
    let input = json!({
        "subcontract": link, "expectedVersion": version, "values": values,
        "reason": "More people are cared for", "documentReference": "Deed 2",
    });
    who.run("changeSubcontractValue", input, VALUED).await
}

async fn answer(who: &Actor, deed: &str, link: &str, version: i32) -> Answer {
    let mut input = json!({ "subcontract": link, "expectedVersion": version });
    if deed == "contestSubcontractValue" {
        input["reason"] = json!("Half of that was agreed");
    }
    who.run(deed, input, VALUED).await
}

/// A link as somebody reads it.
async fn read(who: &Actor, link: &str) -> Value {
    let document = format!(
        r#"{{ node(id: "{link}") {{ ... on Subcontract {{ {} }} }} }}"#,
        VALUED.trim_start_matches("subcontract {").trim_end_matches('}')
    );
    who.ask(&document).await.ok().at("/node").clone()
}

both_databases! {
    async fn c10_a_buyer_changes_what_a_subcontract_is_worth_and_its_seller_answers(world: World) {
        let chain = Chain::on(&world).await;
        let (lead, seller) = (&chain.lead, &chain.sellers[0]);
        let link = id_of(&chain.record(lead, chain.link(&chain.id(), seller)).await.ok());
        let recorded = read(lead, &link).await;
        assert_eq!((&recorded["valueVersion"], &recorded["valueVersions"]), (&json!(1), &json!([])));
        let first = answer(seller, "confirmSubcontractValue", &link, 1).await;
        assert_eq!(first.problem(), "INVALID_VALUE", "it is confirmed with the subcontract");

        let changed = change(lead, &link, 1, worth("2026/27", "80000.00")).await.ok();
        let said = &changed.payload()["subcontract"];
        assert_eq!((&said["valueVersion"], &said["version"]), (&json!(2), &json!(1)));
        let [version] = said["valueVersions"].as_array().expect("versions").as_slice() else {
            panic!("one version: {said}")
        };
        assert_eq!(version["confirmation"], "RECORDED");
        assert_eq!(version["documentReference"], "Deed 2");
        let years: Vec<&Value> = version["values"].as_array().expect("years").iter()
            .map(|it| &it["financialYear"]).collect();
        assert_eq!(years, ["2025/26", "2026/27"], "a year that was left out stays");
        assert_eq!(change(lead, &link, 1, worth("2026/27", "1.00")).await.problem(), "STALE_VERSION");
        let same = change(lead, &link, 2, worth("2026/27", "80000.00")).await;
        assert_eq!((same.problem(), same.problem_path()), ("INVALID_VALUE".into(), "values".into()));

        let contested = answer(seller, "contestSubcontractValue", &link, 2).await.ok();
        let of = |answer: &Answer| answer.payload()["subcontract"]["valueVersions"][0].clone();
        assert_eq!(of(&contested)["contestedBecause"], "Half of that was agreed");
        let confirmed = answer(seller, "confirmSubcontractValue", &link, 2).await.ok();
        assert_eq!(of(&confirmed)["confirmation"], "CONFIRMED");
        assert_eq!(of(&confirmed)["contestedBecause"], Value::Null);
        assert_eq!(answer(seller, "confirmSubcontractValue", &link, 2).await.problem(), "ALREADY_DONE");
        assert_eq!(answer(seller, "confirmSubcontractValue", &link, 1).await.problem(), "STALE_VERSION");
        assert_eq!(answer(lead, "confirmSubcontractValue", &link, 2).await.problem(), "NOT_ALLOWED");
        assert_eq!(change(seller, &link, 2, worth("2026/27", "1.00")).await.problem(), "NOT_ALLOWED");
        let hidden = change(&chain.stranger, &link, 2, worth("2026/27", "1.00")).await;
        assert_eq!((hidden.problem(), hidden.problem_path()), ("NOT_FOUND".into(), "subcontract".into()));
    }

    async fn c2_a_changed_value_stays_within_what_is_above_and_holds_what_is_below(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let above = read(&chain.lead, &links[0]).await;
        let amount = above["value"]["amount"].as_str().expect("an amount").to_owned();
        let beyond = change(&chain.lead, &links[0], 1, worth("2025/26", "1000000.01")).await;
        assert_eq!((beyond.problem(), beyond.problem_path()),
            ("INSUFFICIENT_AMOUNT".into(), "values".into()));
        let message = beyond.payload()["errors"][0]["message"].as_str().expect("a sentence").to_owned();
        assert!(!message.contains("000"), "V8: {message}");
        let too_little = change(&chain.lead, &links[0], 1, worth("2025/26", "1.00")).await;
        assert_eq!(too_little.problem(), "INSUFFICIENT_AMOUNT", "what stands under it is worth more");
        assert_eq!(read(&chain.lead, &links[0]).await["value"]["amount"], json!(amount));
        let negative = change(&chain.lead, &links[0], 1, worth("2025/26", "-1.00")).await;
        assert_eq!(negative.problem(), "INVALID_VALUE");
    }

    async fn c2_providers_keep_what_the_head_contract_says_that_they_keep_themselves(world: World) {
        let chain = Chain::on(&world).await;
        let approval = |who: &Actor| json!({
            "commissioner": tests::world::global(who.organisation), "decision": decision(),
        });
        let approvals = [approval(&chain.commissioner), approval(&chain.associate)];
        let vary = |floor: i32, version: i32| json!({
            "contract": chain.id(), "expectedVersion": version, "summary": "The lead keeps a fifth",
            "effectiveOn": "2025-10-01", "floorBasisPoints": floor, "approvals": approvals,
        });
        let varied = async |input: Value| {
            let fields = "contract { version floorBasisPoints }";
            chain.commissioner.run("recordContractVariation", input, fields).await
        };
        let none = varied(vary(10_001, 1)).await;
        assert_eq!((none.problem(), none.problem_path()), ("INVALID_VALUE".into(), "floorBasisPoints".into()));
        let kept = varied(vary(2_000, 1)).await.ok();
        assert_eq!(kept.payload()["contract"]["floorBasisPoints"], 2_000);
        let record = async |amount: &str| {
            let mut input = chain.link(&chain.id(), &chain.sellers[0]);
            input["values"] = worth("2026/27", amount);
            chain.record(&chain.lead, input).await
        };
        assert_eq!(record("800000.01").await.problem(), "INSUFFICIENT_AMOUNT");
        let _ = record("800000.00").await.ok();
    }

    async fn c2_two_changes_that_race_do_not_pass_on_more_than_there_is(world: World) {
        let chain = Chain::on(&world).await;
        let link = async |seller: &Actor| {
            let input = chain.link(&chain.id(), seller);
            id_of(&chain.record(&chain.lead, input).await.ok())
        };
        let (one, two) = (link(&chain.sellers[0]).await, link(&chain.sellers[1]).await);
        let (first, second) = tokio::join!(
            change(&chain.lead, &one, 1, worth("2027/28", "600000.00")),
            change(&chain.lead, &two, 1, worth("2027/28", "600000.00")),
        );
        let taken = |answer: &Answer| answer.payload()["subcontract"].is_object();
        assert!(taken(&first) != taken(&second), "one of the two fits: {first:?} {second:?}");
        let late = if taken(&first) { &second } else { &first };
        assert_eq!(late.problem(), "INSUFFICIENT_AMOUNT");
    }

    async fn v8_that_a_value_changed_is_told_to_nobody_who_does_not_read_it(world: World) {
        let chain = Chain::on(&world).await;
        let link = id_of(&chain.record(&chain.lead, chain.link(&chain.id(), &chain.sellers[0])).await.ok());
        let readers = [&chain.commissioner, &chain.associate];
        let mut before = Vec::new();
        for who in readers {
            before.push(read(who, &link).await);
        }
        let banded = before[0]["value"].clone();
        assert!(banded["amount"].is_null() && banded["valueBand"].is_string(), "{banded}");
        let _ = change(&chain.lead, &link, 1, worth("2028/29", "3.00")).await.ok();
        let _ = answer(&chain.sellers[0], "contestSubcontractValue", &link, 2).await.ok();
        for (who, before) in readers.into_iter().zip(before) {
            assert_eq!(read(who, &link).await, before);
            assert!(before["valueVersion"].is_null() && before["valueVersions"].is_null());
            let named = before["withheld"].as_array().expect("a list").iter();
            let named: Vec<&str> = named.filter_map(|it| it["field"].as_str()).collect();
            assert!(named.contains(&"valueVersion") && named.contains(&"valueVersions"));
        }
    }

    async fn c3_what_the_commissioner_refused_uses_up_nothing_and_counts_nowhere(world: World) {
        let chain = Chain::on(&world).await;
        let mut input = chain.link(&chain.id(), &chain.sellers[0]);
        input["isMaterial"] = json!(true);
        input["values"] = worth("2025/26", "900000.00");
        let refused = id_of(&chain.record(&chain.lead, input).await.ok());
        let mut other = chain.link(&chain.id(), &chain.sellers[1]);
        other["values"] = worth("2025/26", "900000.00");
        let beyond = chain.record(&chain.lead, other.clone()).await;
        assert_eq!(beyond.problem(), "INSUFFICIENT_AMOUNT", "the commissioner may yet approve it");
        let verdict = json!({ "subcontract": refused, "expectedVersion": 1, "isApproved": false,
            "reason": "Too far away", "decision": decision() });
        let _ = chain.commissioner.run("approveSubcontract", verdict, "subcontract { id }").await.ok();
        let _ = chain.record(&chain.lead, other).await.ok();
        let mut under = chain.link(&refused, &chain.sellers[2]);
        under["values"] = json!([]);
        let below = chain.record(&chain.sellers[0], under).await;
        assert_eq!((below.problem(), below.problem_path()), ("INVALID_VALUE".into(), "under".into()));
        assert_eq!(change(&chain.lead, &refused, 1, worth("2025/26", "1.00")).await.problem(),
            "INVALID_VALUE", "what was refused stays as it is");
        let figures = format!(r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{
            figures {{ organisationsByTier {{ tier organisations }} subcontracted {{ amount }}
            breaches {{ kind }} }} }} }} }}"#, chain.id());
        let seen = chain.lead.ask(&figures).await.ok();
        let seen = seen.at("/contract/supplyChain/figures");
        assert_eq!(seen["organisationsByTier"][1], json!({ "tier": 1, "organisations": 1 }));
        assert_eq!(seen["subcontracted"]["amount"], "900000.00");
        assert_eq!(seen["breaches"], json!([]));
    }

    async fn organisations_by_tier_are_those_that_deliver_and_sums_those_of_the_year(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let figures = async || {
            let document = format!(r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{
                figures {{ organisationsByTier {{ organisations }} subcontracted {{ amount }} }} }} }} }}"#,
                chain.id());
            chain.lead.ask(&document).await.ok().at("/contract/supplyChain/figures").clone()
        };
        let before = figures().await;
        let end = json!({ "subcontract": links[3], "expectedVersion": 1, "endsOn": "2025-09-30",
            "reason": "It failed" });
        let _ = chain.sellers[2].run("endSubcontract", end, "subcontract { id }").await.ok();
        let after = figures().await;
        let tiers = |it: &Value| it["organisationsByTier"].as_array().expect("tiers").len();
        assert_eq!((tiers(&before), tiers(&after)), (5, 4), "nobody delivers at tier 4 any more");
        assert_eq!(before["subcontracted"], after["subcontracted"]);
    }
}
