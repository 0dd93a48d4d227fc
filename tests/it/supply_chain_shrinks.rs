//! What is above a link shrinks: its chain is looked at again, and told where it does not fit any more
//! (rule C2); and what links are worth as ranges, and on whom services depend.

use serde_json::{Value, json};
use tests::{
    Actor, Answer, both_databases,
    chain::{Chain, LINK, id_of},
    posting::decision,
    world::global,
};

/// Varies the head contract, as both commissioners decided.
async fn varied(chain: &Chain, version: i32, more: Value) -> Answer {
    let approval = |who: &Actor| {
        json!({
            "commissioner": global(who.organisation), "decision": decision(),
        })
    };
    let mut input = json!({
        "contract": chain.id(), "expectedVersion": version, "summary": "Less care",
        "effectiveOn": "2025-10-01", "approvals": [approval(&chain.commissioner), approval(&chain.associate)],
    });
    for (field, value) in more.as_object().expect("fields") {
        input[field] = value.clone();
    }
    chain
        .commissioner
        .run("recordContractVariation", input, "contract { version endsOn wholeValue }")
        .await
}

/// What the figures of the chain say to somebody.
async fn figures(who: &Actor, chain: &Chain, fields: &str) -> Value {
    let document = format!(
        r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{ figures {{ {fields} }} }} }} }}"#,
        chain.id()
    );
    who.ask(&document).await.ok().at("/contract/supplyChain/figures").clone()
}

async fn breaches(who: &Actor, chain: &Chain) -> Value {
    figures(who, chain, "breaches { kind subcontract financialYear }").await["breaches"].clone()
}

fn beyond(subcontract: Option<&str>) -> Value {
    json!({ "kind": "BEYOND_VALUE", "subcontract": subcontract, "financialYear": "2025/26" })
}

fn outside(subcontract: &str) -> Value {
    json!({ "kind": "OUTSIDE_DATES", "subcontract": subcontract, "financialYear": null })
}

fn worth(worth: &Value) -> Value {
    json!([{ "financialYear": "2025/26", "worth": worth }])
}

async fn change(who: &Actor, link: &str, version: i32, amount: &str) -> Answer {
    let input = json!({ "subcontract": link, "expectedVersion": version, "reason": "Less care",
        "values": worth(&json!({ "amount": amount })) });
    who.run("changeSubcontractValue", input, &format!("subcontract {{ {LINK} }}")).await
}

async fn end(who: &Actor, link: &str, version: i32, on: &str) -> Answer {
    let input = json!({ "subcontract": link, "expectedVersion": version, "endsOn": on,
        "reason": "The contract ends earlier" });
    who.run("endSubcontract", input, &format!("subcontract {{ {LINK} }}")).await
}

both_databases! {
    async fn c2_a_value_that_is_varied_down_is_told_as_a_breach_until_the_chain_fits_again(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([]));
        let years = json!({ "years": [{ "financialYear": "2025/26", "amount": "450000.00" }] });
        let _ = varied(&chain, 1, years).await.ok();
        for who in [&chain.commissioner, &chain.associate, &chain.lead] {
            assert_eq!(breaches(who, &chain).await, json!([beyond(None)]), "{}", who.id);
        }
        assert_eq!(breaches(&chain.sellers[0], &chain).await, Value::Null, "V8");

        // Nothing is added to what is too much already, and what lessens it is let in.
        let mut more = chain.link(&chain.id(), &chain.sellers[2]);
        more["values"] = worth(&json!({ "amount": "0.01" }));
        assert_eq!(chain.record(&chain.lead, more).await.refusal(), ("INSUFFICIENT_AMOUNT".into(), "values".into()));
        let _ = change(&chain.lead, &links[4], 1, "90000.00").await.ok();
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([beyond(None)]));
        let back = change(&chain.lead, &links[4], 2, "90000.01").await;
        assert_eq!(back.problem(), "INSUFFICIENT_AMOUNT");
        let _ = change(&chain.lead, &links[4], 2, "50000.00").await.ok();
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([]));
    }

    async fn c2_a_range_of_a_value_that_falls_no_longer_covers_what_stands_under_it(world: World) {
        let chain = Chain::on(&world).await;
        let mut range = chain.link(&chain.id(), &chain.sellers[0]);
        range["values"] = worth(&json!({ "range": { "from": 1_000, "to": 5_000 } }));
        let range = id_of(&chain.record(&chain.lead, range).await.ok());
        let mut under = chain.link(&range, &chain.sellers[1]);
        under["values"] = worth(&json!({ "amount": "500000.01" }));
        let refused = chain.record(&chain.sellers[0], under.clone()).await;
        assert_eq!(refused.refusal(), ("INSUFFICIENT_AMOUNT".into(), "values".into()));
        under["values"] = worth(&json!({ "amount": "500000.00" }));
        let _ = chain.record(&chain.sellers[0], under).await.ok();
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([]));
        let years = json!({ "years": [{ "financialYear": "2025/26", "amount": "999999.98" }] });
        let _ = varied(&chain, 1, years).await.ok();
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([beyond(Some(&range))]));
    }

    async fn c2_a_contract_that_ends_earlier_leaves_links_outside_its_dates_until_they_end(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let _ = varied(&chain, 1, json!({ "endsOn": "2027-03-31" })).await.ok();
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([]), "they end on that day");
        let _ = varied(&chain, 2, json!({ "endsOn": "2026-12-31" })).await.ok();
        for who in [&chain.commissioner, &chain.lead] {
            let mut told = breaches(who, &chain).await;
            told.as_array_mut().expect("breaches").sort_by_key(Value::to_string);
            let mut expected = [outside(&links[0]), outside(&links[4])];
            expected.sort_by_key(Value::to_string);
            assert_eq!(told, json!(expected), "each inside its parent, but for those of tier 1");
        }
        assert_eq!(breaches(&chain.sellers[0], &chain).await, Value::Null, "V8");
        let mut late = chain.link(&chain.id(), &chain.sellers[2]);
        late["values"] = json!([]);
        assert_eq!(chain.record(&chain.lead, late.clone()).await.refusal(), ("INVALID_VALUE".into(), "endsOn".into()));
        late["endsOn"] = json!("2026-12-31");
        let _ = chain.record(&chain.lead, late).await.ok();

        let day = "2026-12-31";
        let early = end(&chain.lead, &links[0], 1, day).await;
        assert_eq!(early.refusal(), ("INVALID_VALUE".into(), "endsOn".into()), "from below");
        let halfway = end(&chain.lead, &links[4], 1, "2027-01-31").await.ok();
        assert_eq!(halfway.payload()["subcontract"]["endsOn"], "2027-01-31", "it lessens the breach");
        let _ = end(&chain.lead, &links[4], 2, day).await.ok();
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([outside(&links[0])]));
        for (buyer, link) in [(&chain.sellers[2], 3), (&chain.sellers[1], 2), (&chain.sellers[0], 1), (&chain.lead, 0)] {
            let _ = end(buyer, &links[link], 1, day).await.ok();
        }
        assert_eq!(breaches(&chain.commissioner, &chain).await, json!([]));
    }

    async fn a_range_is_read_whole_or_withheld_and_counts_with_its_upper_end(world: World) {
        let chain = Chain::on(&world).await;
        let recorded = async |range: Value| {
            let mut input = chain.link(&chain.id(), &chain.sellers[0]);
            input["values"] = worth(&json!({ "range": range }));
            chain.record(&chain.lead, input).await
        };
        for bad in [json!({ "from": 2_000, "to": 1_999 }), json!({ "from": -1, "to": 5 }), json!({ "from": 0, "to": 10_001 })] {
            assert_eq!(recorded(bad).await.refusal(), ("INVALID_VALUE".into(), "values".into()));
        }
        let link = id_of(&recorded(json!({ "from": 1_000, "to": 2_500 })).await.ok());
        let read = async |who: &Actor| {
            let document = format!(r#"{{ node(id: "{link}") {{ ... on Subcontract {{ value {{ amount valueBand
                fromBasisPoints toBasisPoints }} withheld {{ field reason }} }} }} }}"#);
            who.ask(&document).await.ok().at("/node").clone()
        };
        let whole = json!({ "amount": null, "valueBand": null, "fromBasisPoints": 1_000, "toBasisPoints": 2_500 });
        for party in [&chain.lead, &chain.sellers[0]] {
            assert_eq!(read(party).await["value"], whole);
        }
        for other in [&chain.commissioner, &chain.associate] {
            let seen = read(other).await;
            assert_eq!(seen["value"], Value::Null, "it has no band");
            assert!(seen["withheld"].to_string().contains(r#""field":"value""#), "{seen}");
        }
        let sums = "subcontracted { amount valueBand } retained { amount valueBand } shareSubcontracted";
        let upper = json!({ "subcontracted": { "amount": "250000.00", "valueBand": null },
            "retained": { "amount": "750000.00", "valueBand": null }, "shareSubcontracted": 2_500 });
        assert_eq!(figures(&chain.lead, &chain, sums).await, upper);
        let hidden = json!({ "amount": null, "valueBand": null });
        let masked = json!({ "subcontracted": hidden, "retained": hidden, "shareSubcontracted": null });
        assert_eq!(figures(&chain.commissioner, &chain, sums).await, masked, "V8");
        let mut beside = chain.link(&chain.id(), &chain.sellers[1]);
        beside["values"] = worth(&json!({ "amount": "750000.01" }));
        assert_eq!(chain.record(&chain.lead, beside.clone()).await.problem(), "INSUFFICIENT_AMOUNT");
        beside["values"] = worth(&json!({ "amount": "750000.00" }));
        let _ = chain.record(&chain.lead, beside).await.ok();
    }

    async fn a_single_point_of_failure_stands_on_every_way_to_those_who_deliver_a_service(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let points = async |who: &Actor| {
            let fields = "singlePointsOfFailure { service organisation { name } }";
            let seen = figures(who, &chain, fields).await["singlePointsOfFailure"].clone();
            let points = seen.as_array().expect("points").iter();
            let point = |it: &Value| format!("{} {}", it["service"], it["organisation"]["name"]).replace('"', "");
            let mut points: Vec<String> = points.map(point).collect();
            points.sort();
            points
        };
        let line = ["Nursing Charity", "Nursing Clinic", "Nursing Practice", "Nursing Trust", "Transport Sibling"];
        assert_eq!(points(&chain.commissioner).await, line);
        // The trust sees what it sells and what it buys, and that depends on itself and the charity.
        assert_eq!(points(&chain.sellers[0]).await, ["Nursing Charity", "Nursing Trust"]);
        let mut second = chain.link(&links[0], &chain.sellers[4]);
        second["values"] = json!([]);
        second["reference"] = json!("SECOND");
        let second = id_of(&chain.record(&chain.sellers[0], second).await.ok());
        assert_eq!(points(&chain.commissioner).await, ["Nursing Trust", "Transport Sibling"]);
        let mut third = chain.link(&chain.id(), &chain.stranger);
        third["values"] = json!([]);
        let _ = chain.record(&chain.lead, third).await.ok();
        assert_eq!(points(&chain.commissioner).await, ["Transport Sibling"], "two ways that share nobody");
        let _ = end(&chain.sellers[0], &second, 1, "2025-09-30").await.ok();
        assert_eq!(points(&chain.commissioner).await, ["Transport Sibling"]);
    }
}
