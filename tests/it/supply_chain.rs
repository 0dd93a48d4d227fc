//! Supply chains: recorded by who buys, answered by who sells, approved where they are material, and
//! always a tree within the dates and the value of what stands above (rules C2, C3 and C10).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, both_databases,
    chain::{Chain, LINK, id_of},
    posting::decision,
};
use tributary::service::verify;

async fn answer(who: &Actor, deed: &str, link: &str, version: i32) -> Answer {
    let mut input = json!({ "subcontract": link, "expectedVersion": version });
    if deed == "contestSubcontract" {
        input["reason"] = json!("The price is another");
    }
    who.run(deed, input, &format!("subcontract {{ {LINK} }}")).await
}

async fn approve(who: &Actor, link: &str, version: i32, is_approved: bool) -> Answer {
    let input = json!({
        "subcontract": link, "expectedVersion": version, "isApproved": is_approved,
        "reason": "Too far away", "decision": decision(),
    });
    who.run("approveSubcontract", input, &format!("subcontract {{ {LINK} decidedOn }}")).await
}

/// What the figures of the chain say to somebody.
async fn figures(who: &Actor, chain: &Chain) -> Value {
    let document = format!(
        r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{ figures {{
            organisationsByTier {{ tier organisations }} linksWithoutValue
            subcontracted {{ amount valueBand }} retained {{ amount valueBand }}
            shareSubcontracted concentration
            singlePointsOfFailure {{ service organisation {{ name }} }}
            breaches {{ kind subcontract financialYear }} }} }} }} }}"#,
        chain.id()
    );
    who.ask(&document).await.ok().at("/contract/supplyChain/figures").clone()
}

both_databases! {
    async fn c10_a_buyer_records_and_its_seller_confirms_or_contests(world: World) {
        let chain = Chain::on(&world).await;
        let seller = &chain.sellers[0];
        let mut input = chain.link(&chain.id(), seller);
        input["isOnBehalf"] = json!(true);
        let recorded = chain.record(&chain.lead, input).await.ok();
        let link = id_of(&recorded);
        let said = &recorded.payload()["subcontract"];
        assert_eq!((&said["tier"], &said["confirmation"]), (&json!(1), &json!("RECORDED")));
        assert_eq!((&said["isOnBehalf"], &said["path"]), (&json!(true), &json!([link])));

        let contested = answer(seller, "contestSubcontract", &link, 1).await.ok();
        assert_eq!(contested.payload()["subcontract"]["confirmation"], "CONTESTED");
        assert_eq!(contested.payload()["subcontract"]["isOnBehalf"], true);
        assert_eq!(answer(seller, "confirmSubcontract", &link, 1).await.problem(), "STALE_VERSION");
        let confirmed = answer(seller, "confirmSubcontract", &link, 2).await.ok();
        assert_eq!(confirmed.payload()["subcontract"]["confirmation"], "CONFIRMED");
        assert_eq!(confirmed.payload()["subcontract"]["isOnBehalf"], false);
        assert_eq!(answer(seller, "confirmSubcontract", &link, 3).await.problem(), "ALREADY_DONE");

        let by_buyer = answer(&chain.lead, "confirmSubcontract", &link, 3).await;
        assert_eq!(by_buyer.problem(), "NOT_ALLOWED");
        let by_reader = answer(&chain.commissioner, "contestSubcontract", &link, 3).await;
        assert_eq!(by_reader.problem(), "NOT_ALLOWED");
        for hidden in [&chain.sellers[4], &chain.stranger] {
            assert_eq!(answer(hidden, "confirmSubcontract", &link, 3).await.problem(), "NOT_FOUND");
        }
        let clerk = world.actor(seller.organisation, &[Role::Finance]).await;
        assert_eq!(answer(&clerk, "contestSubcontract", &link, 3).await.problem(), "NOT_ALLOWED");
        verify::verify(&world.database).await.expect("the views are what the links give");
    }

    async fn c2_a_subcontract_that_does_not_fit_is_refused_and_nothing_is_written(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let [trust, charity, practice, ..] = chain.sellers.as_slice() else { panic!("sellers") };
        let refused = async |buyer: &Actor, under: &str, seller: &Actor, change: Value| {
            let mut input = chain.link(under, seller);
            input["reference"] = json!("ANOTHER");
            for (field, value) in change.as_object().expect("fields") {
                input[field] = value.clone();
            }
            let answer = chain.record(buyer, input).await;
            let message = answer.payload()["errors"][0]["message"].as_str().expect("a sentence");
            assert!(!message.contains("000"), "V8: {message}");
            (answer.problem(), answer.problem_path())
        };
        let said = |code: &str, path: &str| (code.to_owned(), path.to_owned());
        let none = json!({});
        // A cycle: the trust stands two tiers above.
        let cycle = refused(practice, &links[2], trust, none.clone()).await;
        assert_eq!(cycle, said("INVALID_VALUE", "seller"));
        let itself = refused(charity, &links[1], charity, none.clone()).await;
        assert_eq!(itself, said("INVALID_VALUE", "seller"));
        let early = json!({ "startsOn": "2025-03-31" });
        let early = refused(&chain.lead, &chain.id(), practice, early).await;
        assert_eq!(early, said("INVALID_VALUE", "startsOn"));
        let late = json!({ "endsOn": "2027-04-01" });
        let late = refused(trust, &links[0], practice, late).await;
        assert_eq!(late, said("INVALID_VALUE", "endsOn"));
        let worth = |amount: &str| json!({ "values": [{
            "financialYear": "2025/26", "worth": { "amount": amount } }] });
        let beyond = refused(&chain.lead, &chain.id(), practice, worth("500000.01")).await;
        assert_eq!(beyond, said("INSUFFICIENT_AMOUNT", "values"));
        let beyond = refused(trust, &links[0], practice, worth("100000.01")).await;
        assert_eq!(beyond, said("INSUFFICIENT_AMOUNT", "values"));
        // Only who sells above subcontracts: the commissioner sees the contract, and holds it not.
        let bought = refused(&chain.commissioner, &chain.id(), practice, none.clone()).await;
        assert_eq!(bought, said("NOT_ALLOWED", "under"));
        let hidden = refused(&chain.sellers[4], &links[0], practice, none.clone()).await;
        assert_eq!(hidden, said("NOT_FOUND", "under"));
        let unknown = refused(&chain.stranger, &chain.id(), practice, none).await;
        assert_eq!(unknown, said("NOT_FOUND", "under"));
        let mut twice = chain.link(&chain.id(), practice);
        twice["reference"] = json!(format!("SUB {}", trust.id));
        twice["values"] = json!([]);
        assert_eq!(chain.record(&chain.lead, twice).await.problem(), "ALREADY_EXISTS");
        let seen = figures(&chain.commissioner, &chain).await;
        let tiers: Vec<_> = (0..5).map(|tier| json!({ "tier": tier,
            "organisations": if tier == 1 { 2 } else { 1 } })).collect();
        assert_eq!(seen["organisationsByTier"], json!(tiers));
        let fits = json!({ "reference": "FITS", "values": worth("500000.00")["values"] });
        let mut input = chain.link(&chain.id(), practice);
        input["reference"] = fits["reference"].clone();
        input["values"] = fits["values"].clone();
        input["dryRun"] = json!(true);
        let _ = chain.record(&chain.lead, input).await.ok();
    }

    async fn c2_two_buyers_who_race_do_not_pass_on_more_than_there_is(world: World) {
        let chain = Chain::on(&world).await;
        let member = &chain.sellers[3];
        chain.provided_by(&world, member).await;
        let input = |seller: &Actor| {
            let mut input = chain.link(&chain.id(), seller);
            input["values"][0]["worth"] = json!({ "amount": "600000.00" });
            input
        };
        let (one, two) = tokio::join!(
            chain.record(&chain.lead, input(&chain.sellers[0])),
            chain.record(member, input(&chain.sellers[1])),
        );
        let taken = |answer: &Answer| answer.payload()["subcontract"].is_object();
        assert!(taken(&one) != taken(&two), "one of the two fits: {one:?} {two:?}");
        let late = if taken(&one) { &two } else { &one };
        assert_eq!(late.problem(), "INSUFFICIENT_AMOUNT");
    }

    async fn c2_a_chain_is_looked_at_again_when_the_value_of_its_contract_falls(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        assert_eq!(figures(&chain.commissioner, &chain).await["breaches"], json!([]));
        chain.worth(&world, 2, 40_000_000).await;
        let breach = json!([
            { "kind": "BEYOND_VALUE", "subcontract": null, "financialYear": "2025/26" }
        ]);
        assert_eq!(figures(&chain.commissioner, &chain).await["breaches"], breach);
        assert_eq!(figures(&chain.sellers[0], &chain).await["breaches"], Value::Null);
        // What is there already stands in the way of nothing that adds nothing to it.
        let mut more = chain.link(&links[3], &chain.sellers[4]);
        more["reference"] = json!("MORE");
        more["values"] = json!([]);
        let _ = chain.record(&chain.sellers[3], more).await.ok();
    }

    async fn g5_who_follows_a_party_of_a_subcontract_acts_in_its_place(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let (closed, heir) = (&chain.sellers[0], &chain.stranger);
        assert_eq!(answer(heir, "confirmSubcontract", &links[0], 1).await.problem(), "NOT_FOUND");
        chain.succeed(&world, (closed, heir), "2025-09-01").await;
        let confirmed = answer(heir, "confirmSubcontract", &links[0], 1).await.ok();
        assert_eq!(confirmed.payload()["subcontract"]["confirmation"], "CONFIRMED");
        let bought = json!({ "subcontract": links[1], "clause": "GC12", "status": "FLOWED_DOWN" });
        let _ = heir.run("recordFlowDownClause", bought.clone(), "subcontract { id }").await.ok();
        let mut more = chain.link(&links[0], &chain.sellers[4]);
        more["values"] = json!([]);
        let _ = chain.record(heir, more.clone()).await.ok();
        assert_eq!(answer(closed, "contestSubcontract", &links[0], 2).await.problem(), "NOT_ALLOWED");
        let denied = closed.run("recordFlowDownClause", bought, "subcontract { id }").await;
        assert_eq!(denied.problem(), "NOT_ALLOWED");
        more["reference"] = json!("MORE");
        assert!(!chain.record(closed, more).await.problem().is_empty(), "it sells there no more");
    }

    async fn c3_a_material_subcontract_starts_only_after_it_was_approved(world: World) {
        let chain = Chain::on(&world).await;
        let mut input = chain.link(&chain.id(), &chain.sellers[0]);
        input["isMaterial"] = json!(true);
        let recorded = chain.record(&chain.lead, input).await.ok();
        let link = id_of(&recorded);
        assert_eq!(recorded.payload()["subcontract"]["stage"], "AWAITING_APPROVAL");
        for other in [&chain.lead, &chain.associate, &chain.sellers[0]] {
            assert_eq!(approve(other, &link, 1, true).await.problem(), "NOT_ALLOWED");
        }
        assert_eq!(approve(&chain.stranger, &link, 1, true).await.problem(), "NOT_FOUND");
        let approved = approve(&chain.commissioner, &link, 1, true).await.ok();
        assert_eq!(approved.payload()["subcontract"]["stage"], "RUNNING");
        assert_eq!(approve(&chain.commissioner, &link, 2, false).await.problem(), "ALREADY_DONE");
        let plain = id_of(&chain.record(&chain.lead, {
            let mut input = chain.link(&chain.id(), &chain.sellers[1]);
            input["startsOn"] = json!("2026-01-01");
            input
        }).await.ok());
        assert_eq!(approve(&chain.commissioner, &plain, 1, true).await.problem(), "INVALID_VALUE");
    }

    async fn c3_a_clause_is_flowed_down_tier_by_tier(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let record = async |who: &Actor, link: &str, status: &str, note: Option<&str>| {
            let input = json!({ "subcontract": link, "clause": "GC12", "status": status, "note": note });
            let fields = "subcontract { clauses { clause status note } }";
            who.run("recordFlowDownClause", input, fields).await
        };
        let _ = record(&chain.lead, &links[0], "REQUIRED", None).await.ok();
        let flowed = record(&chain.lead, &links[0], "FLOWED_DOWN", Some("Schedule 2")).await.ok();
        let clause = json!([{ "clause": "GC12", "status": "FLOWED_DOWN", "note": "Schedule 2" }]);
        assert_eq!(flowed.payload()["subcontract"]["clauses"], clause);
        let seller = &chain.sellers[0];
        assert_eq!(record(seller, &links[0], "REQUIRED", None).await.problem(), "NOT_ALLOWED");
        let unexplained = record(seller, &links[1], "NOT_APPLICABLE", None).await;
        assert_eq!(unexplained.problem(), "INVALID_VALUE");
        assert_eq!(record(seller, &links[4], "REQUIRED", None).await.problem(), "NOT_FOUND");
    }

    async fn c2_a_subcontract_ends_early_after_what_stands_under_it(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let end = async |who: &Actor, link: &str, version: i32, on: &str| {
            let input = json!({ "subcontract": link, "expectedVersion": version, "endsOn": on,
                "reason": "It failed", "documentReference": "Notice 1" });
            who.run("endSubcontract", input, &format!("subcontract {{ {LINK} }}")).await
        };
        let early = end(&chain.sellers[1], &links[2], 1, "2026-03-31").await;
        assert_eq!((early.problem(), early.problem_path()), ("INVALID_VALUE".into(), "endsOn".into()));
        let ended = end(&chain.sellers[2], &links[3], 1, "2025-09-30").await.ok();
        assert_eq!(ended.payload()["subcontract"]["stage"], "ENDED");
        let _ = end(&chain.sellers[1], &links[2], 1, "2026-03-31").await.ok();
        let longer = end(&chain.sellers[1], &links[2], 2, "2026-04-01").await;
        assert_eq!(longer.problem(), "INVALID_VALUE");
        assert_eq!(end(&chain.lead, &links[1], 1, "2026-06-30").await.problem(), "NOT_ALLOWED");
        verify::verify(&world.database).await.expect("the views are what the links give");
    }

    async fn a_chain_is_a_tree_and_a_list_and_costs_one_statement_whatever_its_depth(world: World) {
        let chain = Chain::on(&world).await;
        let list = r#"links(first: 50) { totalCount nodes { tier path value { amount } } }"#;
        let document = |depth: i32, fields: &str| format!(
            r#"{{ contract(id: "{}") {{ reference supplyChain(depth: {depth}, financialYear: "2025/26") {{
                {fields} }} }} }}"#, chain.id());
        let statements = async |document: &str| {
            let _ = chain.commissioner.ask(document).await.ok();
            let before = world.served.statements_run();
            let _ = chain.commissioner.ask(document).await.ok();
            world.served.statements_run() - before
        };
        let alone = format!(r#"{{ contract(id: "{}") {{ reference }} }}"#, chain.id());
        let links = chain.four_tiers().await;
        let contract = statements(&alone).await;
        for depth in 1..5 {
            assert_eq!(statements(&document(depth, list)).await, contract + 1, "to tier {depth}");
            let seen = chain.commissioner.ask(&document(depth, list)).await.ok();
            let nodes = seen.at("/contract/supplyChain/links/nodes").as_array().expect("links").len();
            assert_eq!(nodes, usize::try_from(depth).expect("small") + 1);
        }
        let deepest = chain.commissioner.ask(&document(9, list)).await.ok();
        assert_eq!(deepest.at("/contract/supplyChain/links/nodes/4/path"), &json!(links[..4]));
        let tree = "tree { subcontract { service } children { subcontract { tier } children {
            subcontract { tier } children { subcontract { tier } children { subcontract { tier } } } } } }";
        let seen = chain.commissioner.ask(&document(3, tree)).await.ok();
        let top = seen.at("/contract/supplyChain/tree").as_array().expect("branches");
        let of = |service: &str| {
            let branch = top.iter().find(|it| it["subcontract"]["service"] == service);
            branch.expect("a branch").clone()
        };
        let third = of("Nursing")["children"][0]["children"][0].clone();
        assert_eq!(third["subcontract"]["tier"], 3);
        assert_eq!(third["children"], json!([]), "cut at the depth");
        assert_eq!(of("Transport")["children"], json!([]));
        assert_eq!(statements(&document(4, tree)).await, contract + 1);
    }
}
