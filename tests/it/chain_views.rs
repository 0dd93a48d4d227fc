//! Who sees what of a supply chain four tiers deep: its own link, and how what is above stands.

use serde_json::{Value, json};
use tests::{
    Actor, both_databases,
    chain::{Chain, LINK},
};

/// The links of a chain as somebody sees them.
async fn links(who: &Actor, chain: &Chain) -> Value {
    let document = format!(
        r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{
            links(first: 50) {{ totalCount nodes {{ {LINK} }} }} }} }} }}"#,
        chain.id()
    );
    who.ask(&document).await.ok().at("/contract/supplyChain/links").clone()
}

/// The link with an identity as somebody sees it; null when it does not.
async fn link(who: &Actor, id: &str) -> Value {
    let document = format!(
        r#"{{ node(id: "{id}") {{ ... on Subcontract {{ {LINK} contract {{ reference }}
            above {{ tier stage endsOn status since documentReference }} }} }} }}"#
    );
    who.ask(&document).await.ok().at("/node").clone()
}

fn values(seen: &Value) -> Vec<Value> {
    let nodes = seen["nodes"].as_array().expect("links");
    nodes.iter().map(|it| it["value"]["amount"].clone()).collect()
}

fn bands(seen: &Value) -> Vec<Value> {
    let nodes = seen["nodes"].as_array().expect("links");
    nodes.iter().map(|it| it["value"]["valueBand"].clone()).collect()
}

both_databases! {
    async fn a_commissioner_sees_every_link_and_the_band_of_what_is_not_open(world: World) {
        let chain = Chain::on(&world).await;
        let _ = chain.four_tiers().await;
        for who in [&chain.commissioner, &chain.associate] {
            let seen = links(who, &chain).await;
            assert_eq!(seen["totalCount"], 5);
            assert_eq!(values(&seen), vec![Value::Null; 5]);
            let of = bands(&seen);
            let middle = json!(seen["nodes"][0]["value"]["valueBand"]);
            assert!(of.iter().take(4).all(|it| *it == middle), "{of:?}");
            assert_ne!(of[4], middle, "£50,000 is in the band below");
            let payments = if who.id == chain.commissioner.id { "SUMMARY_ONLY" } else { "NOT_A_PARTY" };
            let mut withheld = vec![
                json!({ "field": "value", "reason": "SUMMARY_ONLY" }),
                json!({ "field": "valueVersion", "reason": "SUMMARY_ONLY" }),
                json!({ "field": "valueVersions", "reason": "SUMMARY_ONLY" }),
                json!({ "field": "payments", "reason": payments }),
            ];
            if who.id == chain.associate.id {
                withheld.push(json!({ "field": "punctuality", "reason": "NOT_A_PARTY" }));
            }
            assert_eq!(seen["nodes"][0]["withheld"], json!(withheld));
        }
        let mut open = chain.link(&chain.id(), &chain.sellers[2]);
        open["isOpenBook"] = json!(true);
        let _ = chain.record(&chain.lead, open).await.ok();
        let amount = json!("100000.00");
        assert!(values(&links(&chain.commissioner, &chain).await).contains(&amount));
        assert!(!values(&links(&chain.associate, &chain).await).contains(&amount));
    }

    async fn a_lead_provider_sees_values_at_tier_1_and_deeper_what_is_open_all_the_way(world: World) {
        let chain = Chain::on(&world).await;
        let _ = chain.four_tiers().await;
        let seen = links(&chain.lead, &chain).await;
        assert_eq!(seen["totalCount"], 5);
        let mut first = values(&seen)[..2].to_vec();
        first.sort_by_key(Value::to_string);
        assert_eq!(first, [json!("100000.00"), json!("400000.00")]);
        assert_eq!(values(&seen)[2..], [Value::Null, Value::Null, Value::Null]);
        assert_eq!(bands(&seen)[2..], [Value::Null, Value::Null, Value::Null]);
        let withheld = json!([
            { "field": "value", "reason": "OWN_ONLY" },
            { "field": "valueVersion", "reason": "OWN_ONLY" },
            { "field": "valueVersions", "reason": "OWN_ONLY" },
            { "field": "payments", "reason": "NOT_A_PARTY" },
            { "field": "punctuality", "reason": "NOT_A_PARTY" },
        ]);
        assert_eq!(seen["nodes"][2]["withheld"], withheld);
    }

    async fn a_subcontractor_sees_its_own_links_and_neither_siblings_nor_the_price(world: World) {
        let chain = Chain::on(&world).await;
        let ids = chain.four_tiers().await;
        // Who sells at each tier sees the link above it and the one below, and nothing else.
        for (place, who) in chain.sellers.iter().enumerate() {
            for (other, id) in ids.iter().enumerate() {
                let own = other == place || (place < 3 && other == place + 1);
                let seen = link(who, id).await;
                assert_eq!(seen.is_object(), own, "seller {place} and link {other}");
                if own {
                    assert!(seen["value"]["amount"].is_string(), "{seen:#}");
                    assert_eq!(seen["withheld"], json!([]));
                }
            }
        }
        let trust = links(&chain.sellers[0], &chain).await;
        assert_eq!(trust["totalCount"], 2);
        let price = format!(r#"{{ contract(id: "{}") {{ reference wholeValueBand }} }}"#, chain.id());
        let seen = chain.sellers[0].ask(&price).await.ok();
        assert_eq!(seen.at("/contract"), &json!({ "reference": "URGENT CARE", "wholeValueBand": null }));
        for deeper in &chain.sellers[1..4] {
            assert_eq!(deeper.ask(&price).await.ok().at("/contract"), &Value::Null);
        }
        for id in &ids {
            assert_eq!(link(&chain.stranger, id).await, Value::Null);
        }
    }

    async fn a_subcontractor_sees_how_everything_above_it_stands_and_no_more(world: World) {
        let chain = Chain::on(&world).await;
        let ids = chain.four_tiers().await;
        let seen = link(&chain.sellers[3], &ids[3]).await;
        let tier = |tier: i32| json!({ "tier": tier, "stage": "RUNNING", "endsOn": "2027-03-31",
            "status": null, "since": null, "documentReference": null });
        let head = json!({ "tier": 0, "stage": null, "endsOn": null, "status": "ACTIVE",
            "since": "2025-04-01", "documentReference": null });
        assert_eq!(seen["above"], json!([head, tier(1), tier(2), tier(3)]));
        assert_eq!(seen["path"], json!([ids[3]]), "what it does not see is not in its path");
        assert_eq!((&seen["contract"], &seen["buyer"]["name"]), (&Value::Null, &json!("Practice")));
    }

    async fn v8_whoever_has_left_reads_the_figures_of_its_last_day(world: World) {
        let chain = Chain::on(&world).await;
        let left = &chain.sellers[4];
        chain.provided_until(&world, left, Some("2025-08-31")).await;
        // Afterwards £100,000 are bought, and the value falls below that.
        let _ = chain.record(&chain.lead, chain.link(&chain.id(), &chain.sellers[0])).await.ok();
        chain.worth_from(&world, (2, "2025-09-10"), 5_000_000).await;
        let document = format!(
            r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{ figures {{
                organisationsByTier {{ tier organisations }} subcontracted {{ amount }}
                retained {{ amount }} breaches {{ kind subcontract financialYear }} }} }} }} }}"#,
            chain.id()
        );
        let figures = async |who: &Actor| {
            who.ask(&document).await.ok().at("/contract/supplyChain/figures").clone()
        };
        let tier = |tier: i32, organisations: i32| json!({ "tier": tier, "organisations": organisations });
        let broken = json!([{ "kind": "BEYOND_VALUE", "subcontract": null, "financialYear": "2025/26" }]);
        assert_eq!(figures(&chain.lead).await, json!({
            "organisationsByTier": [tier(0, 1), tier(1, 1)], "subcontracted": { "amount": "100000.00" },
            "retained": { "amount": "-50000.00" }, "breaches": broken,
        }));
        assert_eq!(figures(left).await, json!({
            "organisationsByTier": [tier(0, 2)], "subcontracted": { "amount": "0.00" },
            "retained": { "amount": "1000000.00" }, "breaches": null,
        }));
    }

    async fn an_organisations_exposure_is_its_own(world: World) {
        let chain = Chain::on(&world).await;
        let _ = chain.four_tiers().await;
        let document = |of: &Actor| format!(
            r#"{{ node(id: "{}") {{ ... on Organisation {{ exposure(financialYear: "2025/26") {{ contracts buyers
                sellers sold {{ amount }} bought {{ amount }} kept {{ amount }}
                greatestBuyer }} }} }} }}"#, of.id);
        let trust = &chain.sellers[0];
        let own = trust.ask(&document(trust)).await.ok();
        let expected = json!({ "contracts": 1, "buyers": 1, "sellers": 1,
            "sold": { "amount": "400000.00" }, "bought": { "amount": "300000.00" },
            "kept": { "amount": "100000.00" }, "greatestBuyer": 10_000 });
        assert_eq!(own.at("/node/exposure"), &expected);
        let others = chain.lead.ask(&document(trust)).await.ok();
        assert_eq!(others.at("/node/exposure"), &Value::Null);
    }
}
