//! Flow-down clauses: at every tier on record, and told by tier as far as each viewer sees (rules C3
//! and V8).

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use serde_json::{Value, json};
use tests::{
    Actor, Answer, both_databases,
    chain::{Chain, id_of},
    payment_run::Paid,
    posting::decision,
};

async fn record(who: &Actor, link: &str, (clause, status): (&str, &str)) -> Answer {
    let note = (status == "NOT_APPLICABLE").then_some("Nothing of the kind is done here");
    let input = json!({ "subcontract": link, "clause": clause, "status": status, "note": note });
    who.run("recordFlowDownClause", input, "subcontract { clauses { clause status note } }").await
}

/// How far clauses have come, as somebody is told.
async fn told(who: &Actor, contract: &str) -> Value {
    let document = format!(
        r#"{{ contract(id: "{contract}") {{ supplyChain(financialYear: "2025/26") {{ flowDown {{
            clause tiers {{ tier required carried broken missing notApplicable }}
            gaps {{ subcontract tier kind }} }} }} }} }}"#
    );
    who.ask(&document).await.ok().at("/contract").clone()
}

fn tiers(of: &Value) -> Vec<Vec<i64>> {
    let fields = ["tier", "required", "carried", "broken", "missing", "notApplicable"];
    let tiers = of["tiers"].as_array().expect("tiers").iter();
    tiers
        .map(|it| fields.iter().map(|field| it[*field].as_i64().expect("a number")).collect())
        .collect()
}

/// The clauses of a link, as somebody reads them.
async fn clauses(who: &Actor, link: &str) -> Value {
    let document = format!(
        r#"{{ node(id: "{link}") {{ ... on Subcontract {{ clauses {{ clause status note }} }} }} }}"#
    );
    who.ask(&document).await.ok().at("/node/clauses").clone()
}

both_databases! {
    async fn c3_how_far_a_clause_has_come_is_told_tier_by_tier(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let [trust, charity, practice, clinic, sibling] = chain.sellers.as_slice() else {
            panic!("sellers")
        };
        assert_eq!(told(&chain.lead, &chain.id()).await["supplyChain"]["flowDown"], json!([]));
        let _ = record(&chain.lead, &links[0], ("GC12", "FLOWED_DOWN")).await.ok();
        let _ = record(trust, &links[1], ("GC12", "REQUIRED")).await.ok();
        let _ = record(charity, &links[2], ("GC12", "FLOWED_DOWN")).await.ok();
        let _ = record(practice, &links[3], ("GC12", "NOT_APPLICABLE")).await.ok();
        for who in [&chain.commissioner, &chain.associate, &chain.lead] {
            let seen = told(who, &chain.id()).await["supplyChain"]["flowDown"].clone();
            assert_eq!((seen.as_array().map(Vec::len), &seen[0]["clause"]), (Some(1), &json!("GC12")));
            let expected = [[1, 2, 1, 0, 1, 0], [2, 1, 0, 0, 1, 0], [3, 1, 0, 1, 0, 0], [4, 0, 0, 0, 0, 1]];
            assert_eq!(tiers(&seen[0]), expected, "{}", who.id);
            let gap = |link: &str, tier: i32, kind: &str| {
                json!({ "subcontract": link, "tier": tier, "kind": kind })
            };
            assert_eq!(seen[0]["gaps"], json!([gap(&links[4], 1, "MISSING"),
                gap(&links[1], 2, "MISSING"), gap(&links[2], 3, "BROKEN")]));
        }

        // Each seller reads its duties of its own link, and of no other.
        let duty = |status: &str, note: Value| json!([{ "clause": "GC12", "status": status, "note": note }]);
        assert_eq!(clauses(trust, &links[0]).await, duty("FLOWED_DOWN", Value::Null));
        assert_eq!(clauses(charity, &links[1]).await, duty("REQUIRED", Value::Null));
        assert_eq!(clauses(practice, &links[2]).await, duty("FLOWED_DOWN", Value::Null));
        let note = json!("Nothing of the kind is done here");
        assert_eq!(clauses(clinic, &links[3]).await, duty("NOT_APPLICABLE", note));
        assert_eq!(clauses(sibling, &links[4]).await, json!([]));
        for hidden in [&links[0], &links[2], &links[4]] {
            assert_eq!(clauses(clinic, hidden).await, Value::Null);
        }

        let _ = record(trust, &links[1], ("GC12", "FLOWED_DOWN")).await.ok();
        let _ = record(&chain.lead, &links[4], ("GC12", "NOT_APPLICABLE")).await.ok();
        let seen = told(&chain.commissioner, &chain.id()).await["supplyChain"]["flowDown"].clone();
        let expected = [[1, 1, 1, 0, 0, 1], [2, 1, 1, 0, 0, 0], [3, 1, 1, 0, 0, 0], [4, 0, 0, 0, 0, 1]];
        assert_eq!(tiers(&seen[0]), expected);
        assert_eq!(seen[0]["gaps"], json!([]));
    }

    async fn v8_of_clauses_somebody_in_the_chain_is_told_what_its_own_links_say(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let _ = record(&chain.lead, &links[0], ("GC12", "REQUIRED")).await.ok();
        let _ = record(&chain.sellers[0], &links[1], ("AUDIT", "FLOWED_DOWN")).await.ok();
        let _ = record(&chain.sellers[1], &links[2], ("SECRET", "REQUIRED")).await.ok();
        let trust = told(&chain.sellers[0], &chain.id()).await["supplyChain"]["flowDown"].clone();
        let named: Vec<&Value> = trust.as_array().expect("clauses").iter().map(|it| &it["clause"]).collect();
        assert_eq!(named, ["AUDIT", "GC12"], "no clause of a link that it does not see");
        assert_eq!(tiers(&trust[0]), [[1, 1, 0, 0, 1, 0], [2, 1, 0, 1, 0, 0]]);
        assert_eq!(tiers(&trust[1]), [[1, 1, 0, 0, 1, 0], [2, 1, 0, 0, 1, 0]]);
        let sibling = told(&chain.sellers[4], &chain.id()).await;
        assert_eq!(sibling["supplyChain"]["flowDown"], json!([]));
        for hidden in [&chain.sellers[1], &chain.sellers[3], &chain.stranger] {
            assert_eq!(told(hidden, &chain.id()).await, Value::Null);
        }
    }

    async fn c3_what_has_ended_or_was_refused_needs_no_clause(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        for (who, link) in [&chain.lead, &chain.sellers[0], &chain.sellers[1]].into_iter().zip(&links) {
            let _ = record(who, link, ("GC12", "FLOWED_DOWN")).await.ok();
        }
        let end = json!({ "subcontract": links[3], "expectedVersion": 1, "endsOn": "2025-09-30",
            "reason": "It failed" });
        let _ = chain.sellers[2].run("endSubcontract", end, "subcontract { id }").await.ok();
        let mut material = chain.link(&chain.id(), &chain.stranger);
        material["isMaterial"] = json!(true);
        let material = id_of(&chain.record(&chain.lead, material).await.ok());
        let seen = || async { told(&chain.lead, &chain.id()).await["supplyChain"]["flowDown"][0].clone() };
        assert_eq!(tiers(&seen().await), [[1, 3, 1, 0, 2, 0], [2, 1, 1, 0, 0, 0], [3, 1, 1, 0, 0, 0]]);
        let refusal = json!({ "subcontract": material, "expectedVersion": 1, "isApproved": false,
            "reason": "Too far away", "decision": decision() });
        let _ = chain.commissioner.run("approveSubcontract", refusal, "subcontract { id }").await.ok();
        assert_eq!(tiers(&seen().await)[0], [1, 2, 1, 0, 1, 0]);
    }

    async fn v2_whoever_reads_a_summary_of_links_is_told_of_no_clause(world: World) {
        let paid = Paid::awarded(&world).await;
        let member = world.organisation("Member", OrganisationKind::Charity).await;
        let days = ("2025-04-01", None);
        paid.books.relate(&world, (RelationKind::BoardMember, member), days).await;
        let member = world.actor(member, &[Role::Viewer]).await;
        assert_eq!(told(&member, &paid.contract).await["supplyChain"]["flowDown"], json!([]));
        let link = json!({ "under": paid.contract, "seller": paid.subcontractor.id, "reference": "S",
            "service": "Nursing", "startsOn": "2025-04-01", "endsOn": "2027-03-31", "values": [] });
        let link = id_of(&paid.trust.run("recordSubcontract", link, "subcontract { id }").await.ok());
        let _ = record(&paid.trust, &link, ("GC12", "REQUIRED")).await.ok();
        assert_eq!(told(&member, &paid.contract).await["supplyChain"]["flowDown"], Value::Null);
        let partner = told(&paid.board, &paid.contract).await;
        assert_eq!(tiers(&partner["supplyChain"]["flowDown"][0]), [[1, 1, 0, 0, 1, 0]]);
    }

    async fn the_clauses_of_a_chain_cost_one_statement_whatever_its_depth(world: World) {
        let chain = Chain::on(&world).await;
        let document = |fields: &str| format!(
            r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{ {fields} }} }} }}"#,
            chain.id());
        let statements = async |document: &str| {
            let _ = chain.commissioner.ask(document).await.ok();
            let before = world.served.statements_run();
            let _ = chain.commissioner.ask(document).await.ok();
            world.served.statements_run() - before
        };
        let links = chain.four_tiers().await;
        let alone = statements(&document("financialYear")).await;
        for (who, link) in [&chain.lead, &chain.sellers[0], &chain.sellers[1]].into_iter().zip(&links) {
            let _ = record(who, link, ("GC12", "FLOWED_DOWN")).await.ok();
            let with = statements(&document("flowDown { clause gaps { tier } }")).await;
            assert_eq!(with, alone + 1);
        }
    }
}
