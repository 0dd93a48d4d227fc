//! What a joint commissioning team decides of measurements (rules C5 and M13).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    Actor, Answer, World,
    arrangement::pay::{measure, share},
    both_databases,
    bought::Bought,
    contracts::drafted,
};
use tributary::graphql::node::Kind;

use crate::team::{Scene, account, bearer, sign_in, team};

/// A contract of £1,000,000 under the agreement of the team; two measures share £300,000 of it.
async fn bought(world: &World, scene: &Scene) -> Bought {
    let trust = world.organisation("Trust", OrganisationKind::NhsTrust).await;
    let trust = world.actor(trust, &[Role::ContractManager]).await;
    let (board, council) = (scene.host().clone(), scene.books.partner(1).clone());
    let validator = board.colleague(world, 20, &[Role::Approver, Role::Commissioner]).await;
    let mut draft = drafted("UC-1", &[(&board, 9), (&council, 1)], &[&trust]);
    draft["startsOn"] = json!("2025-04-01");
    draft["agreement"] = json!(scene.books.agreement);
    let contract = board.draft(draft).await;
    let years = json!([{ "financialYear": "2025/26", "amount": "1000000.00" }]);
    let input = json!({ "contract": contract, "expectedValueVersion": 0, "years": years });
    board.run("planContractValue", input, "contract { id }").await.ok();
    board.step("awardContract", &contract, "2025-06-30", json!({})).await.ok();
    let bought = Bought { board, validator, council, trust, contract };
    let measures = ["LARGE", "SMALL"];
    let measures =
        measures.map(|it| measure(it, if it == "LARGE" { 8_000 } else { 2_000 }, "LINEAR"));
    let domains = json!([{ "name": "Living well", "weight": 10_000, "measures": measures }]);
    bought.framework(domains, json!([])).await.ok();
    let most = json!([share("CONTRACT_VALUE", 3_000)]);
    bought.component("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await.ok();
    for measure in ["LARGE", "SMALL"] {
        let reading = bought.reading(measure, "60");
        bought.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
    }
    bought
}

/// Somebody of an organisation who sits on a team of the agreement and acts as it.
async fn seated(world: &World, scene: &Scene, (by, name): (&Actor, &str)) -> Actor {
    let somebody = account(world, by.organisation, name, Role::Viewer).await;
    scene.seat(by, somebody, "COMMISSIONER").await.ok();
    bearer(world, &sign_in(world, name, Some(&scene.team)).await.ok())
}

async fn decides(who: &Actor, bought: &Bought, number: i32, reason: Option<&str>) -> Answer {
    let mut input = bought.input(json!({ "number": number }));
    let Some(reason) = reason else {
        return who.run("validateMeasurement", input, "measurement { state }").await;
    };
    input["reason"] = json!(reason);
    who.run("rejectMeasurement", input, "measurement { state }").await
}

async fn states(who: &Actor, bought: &Bought) -> Value {
    let asked =
        "query($id: ID!) { contract(id: $id) { viewerCan { validateMeasurement { allowed reason } }
        pay { measurements { number state } } } }";
    who.send(asked, json!({ "id": bought.contract })).await.ok().at("/contract").clone()
}

both_databases! {
    async fn m13_a_team_validates_what_pays_no_more_than_was_delegated_to_it(world: World) {
        let scene = Scene::set(&world).await;
        let bought = bought(&world, &scene).await;
        let anna = seated(&world, &scene, (scene.host(), "anna@host.example")).await;
        let undelegated = "the team was given no limit for outcome pay: the co-ordinating commissioner decides";
        let told = states(&anna, &bought).await;
        let waiting = |number: i32| json!({ "number": number, "state": "SUBMITTED" });
        assert_eq!(told["pay"]["measurements"], json!([waiting(1), waiting(2)]));
        let may = json!({ "allowed": false, "reason": undelegated });
        assert_eq!(told["viewerCan"]["validateMeasurement"], may, "V3");
        let before = world.rows().await;
        let refused = decides(&anna, &bought, 2, None).await;
        assert_eq!((refused.problem(), refused.sentence()), ("NOT_ALLOWED".into(), undelegated.into()));
        assert_eq!(world.rows().await, before, "nothing is written");

        scene.delegate("OUTCOME_PAY", "60000.00").await;
        let told = states(&anna, &bought).await;
        assert_eq!(told["viewerCan"]["validateMeasurement"]["allowed"], json!(true), "V3");
        let before = world.rows().await;
        for reason in [None, Some("Counted twice")] {
            let refused = decides(&anna, &bought, 1, reason).await;
            let above = "the team decides on at most 60000.00 at once: above it the co-ordinating \
                         commissioner decides";
            assert_eq!(refused.refusal(), ("NOT_ALLOWED".into(), "number".into()));
            assert_eq!(refused.sentence(), above, "£240,000 hang on the first, whatever came out");
        }
        assert_eq!(world.rows().await, before, "nothing is written");
        let decided = decides(&anna, &bought, 2, None).await.ok();
        assert_eq!(decided.at("/validateMeasurement/measurement/state"), &json!("VALIDATED"));
        assert_eq!(decides(&bought.validator, &bought, 2, None).await.problem(), "ALREADY_DONE");
        let decided = decides(&bought.validator, &bought, 1, None).await.ok();
        assert_eq!(decided.at("/validateMeasurement/measurement/state"), &json!("VALIDATED"));
        let paid = bought.schedule(&bought.board, "asOf: \"2026-03-31\"").await;
        assert_eq!(tests::bought::total(&paid), "180000.00", "60 of 100 of both");
        let acts = "{ auditTrail(first: 9, where: { action: { eq: \"validateMeasurement\" } }) {
            nodes { teamId } } }";
        let auditor = world.actor(scene.host().organisation, &[Role::Auditor]).await;
        let acts = auditor.ask(acts).await.ok().at("/auditTrail/nodes").clone();
        assert_eq!(acts, json!([{ "teamId": null }, { "teamId": scene.team }]));
    }

    async fn c5_a_team_submits_nothing_and_decides_in_its_own_agreement_and_roles_only(world: World) {
        let scene = Scene::set(&world).await;
        let bought = bought(&world, &scene).await;
        scene.delegate("OUTCOME_PAY", "1000000.00").await;
        let partner = world.actor(scene.books.partner(1).organisation, &[Role::Admin]).await;
        let bert = seated(&world, &scene, (&partner, "bert@partner.example")).await;
        let reading = bought.reading("SMALL", "70");
        let refused = bert.run("submitMeasurement", reading, "measurement { number }").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let decided = decides(&bert, &bought, 2, Some("Counted twice")).await.ok();
        assert_eq!(decided.at("/rejectMeasurement/measurement/state"), &json!("REJECTED"));

        let elsewhere = team(&scene.elsewhere, "Elsewhere").await;
        let carl = account(&world, scene.host().organisation, "carl@host.example", Role::Viewer).await;
        let input = json!({ "team": elsewhere, "account": Kind::Account.id(carl), "role": "COMMISSIONER" });
        scene.host().run("addTeamMember", input, "member { id }").await.ok();
        let input = json!({ "team": elsewhere, "kind": "OUTCOME_PAY", "amount": "1000000.00" });
        scene.host().run("delegateLimit", input, "limit { id }").await.ok();
        let carl = bearer(&world, &sign_in(&world, "carl@host.example", Some(&elsewhere)).await.ok());
        assert_eq!(decides(&carl, &bought, 1, None).await.problem(), "NOT_FOUND", "V1");

        let other = team(&scene.books, "Adults").await;
        let anna = account(&world, scene.host().organisation, "anna@host.example", Role::Viewer).await;
        let input = json!({ "team": other, "account": Kind::Account.id(anna), "role": "VIEWER" });
        scene.host().run("addTeamMember", input, "member { id }").await.ok();
        let anna = bearer(&world, &sign_in(&world, "anna@host.example", Some(&other)).await.ok());
        let refused = decides(&anna, &bought, 1, None).await;
        assert!(refused.sentence().contains("APPROVER"), "{refused:?}");
    }
}
