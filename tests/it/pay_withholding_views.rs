//! Who sees what of what is withheld of a contract's pay, and may do what about it (rules V1, V2, V3,
//! M13).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    Actor, both_databases,
    pay_withholding::{WITHHOLDING, a_tenth, settling},
    payment_run::Paid,
};

async fn read(paid: &Paid, actor: &Actor) -> Value {
    actor.withholdings(&paid.contract, "2025/26", "").await
}

both_databases! {
    async fn v2_each_sees_of_a_withholding_what_it_sees_of_the_contracts_value(world: World) {
        let paid = Paid::block(&world).await;
        let link = json!({
            "under": paid.contract, "seller": paid.subcontractor.id, "reference": "SUB",
            "service": "Nursing", "startsOn": "2025-04-01", "endsOn": "2027-03-31",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "1000.00" } }],
        });
        paid.trust.run("recordSubcontract", link, "subcontract { id }").await.ok();
        paid.withholds((3, 6), "A").await.ok();
        paid.settles("releaseWithheldPay", (1, "2025-12-01"), Some("1000.00"), "B").await.ok();
        let whole = json!({ "withheld": "3333.32", "released": "1000.00", "retained": "0.00",
            "outstanding": "2333.32" });
        for reader in [&paid.board, paid.books.host(), paid.books.partner(2), &paid.trust] {
            let told = read(&paid, reader).await["pay"]["withholdings"][0].clone();
            assert_eq!(told["amounts"], whole);
            assert_eq!((&told["component"], &told["basisPoints"]), (&json!("BLOCK"), &json!(1_000)));
            assert_eq!(told["settlements"][0]["amount"], "1000.00");
            assert_eq!(told["withheld"], json!([]));
        }
        let board = read(&paid, &paid.board).await["pay"]["withholdings"][0]["ownShare"].clone();
        assert_eq!(board["withheld"], "2999.99", "nine tenths, with the odd penny");
        let share = read(&paid, &paid.borough).await["pay"]["withholdings"][0].clone();
        let own = json!({ "withheld": "333.33", "released": "100.00", "retained": "0.00",
            "outstanding": "233.33" });
        assert_eq!(share["ownShare"], own, "a tenth of what is withheld, and of what is released");
        assert_eq!((&share["reasonCode"], &share["documentReference"]),
            (&json!("ACTION_PLAN_BREACHED"), &json!("Notice 7")));
        let hidden = |field: &str| json!({ "field": field, "reason": "OWN_ONLY" });
        assert_eq!(share["withheld"], json!(["component", "monthlyAmount", "amounts"].map(hidden)));
        assert!(share["component"].is_null() && share["amounts"].is_null());
        assert_eq!(share["settlements"][0]["withheld"], json!([hidden("amount")]));
        assert!(share["settlements"][0]["amount"].is_null());

        let below = read(&paid, &paid.subcontractor).await;
        assert!(below["pay"]["withholdings"].is_null(), "it reads no value of the contract above it");
        let hidden = below["pay"]["withheld"].as_array().expect("withheld").iter();
        assert!(hidden.clone().any(|it| it["field"] == "withholdings"));
        let stranger = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(stranger, &[Role::Commissioner, Role::Finance]).await;
        assert!(read(&paid, &stranger).await.is_null());
    }

    async fn m13_the_co_ordinating_commissioner_withholds_and_nobody_else_does(world: World) {
        let paid = Paid::block(&world).await;
        let viewer = paid.board.colleague(&world, 30, &[Role::Viewer]).await;
        let can = "query($id: ID!) { contract(id: $id) { viewerCan { withholdPay { allowed reason } } } }";
        for (actor, may) in [
            (&paid.board, true), (&viewer, false), (&paid.borough, false), (&paid.trust, false),
            (paid.books.host(), false), (paid.books.partner(2), false),
        ] {
            let answered = actor.send(can, json!({ "id": paid.contract })).await.ok();
            assert_eq!(answered.at("/contract/viewerCan/withholdPay/allowed"), may);
            let mut input = a_tenth(&paid.contract, "BLOCK", (3, 6), "A");
            input["dryRun"] = json!(true);
            let tried = actor.run("withholdPay", input, WITHHOLDING).await;
            let problem = if may { None } else { Some("NOT_ALLOWED".to_owned()) };
            assert_eq!((!may).then(|| tried.problem()), problem);
        }
        paid.withholds((3, 6), "A").await.ok();
        for (actor, may) in [(&paid.board, true), (&paid.borough, false), (&paid.trust, false), (&viewer, false)] {
            let told = read(&paid, actor).await["pay"]["withholdings"][0].clone();
            assert_eq!(told["viewerCan"]["settle"]["allowed"], may);
            for mutation in ["releaseWithheldPay", "retainWithheldPay"] {
                let mut input = settling(&paid.contract, (1, "2025-12-01"), None, "B");
                input["dryRun"] = json!(true);
                let tried = actor.run(mutation, input, WITHHOLDING).await;
                let errors = tried.payload()["errors"].as_array().expect("errors").clone();
                assert_eq!(errors.is_empty(), may, "{mutation}: {errors:?}");
                assert!(errors.iter().all(|it| it["code"] == "NOT_ALLOWED"));
            }
        }
        paid.settles("releaseWithheldPay", (1, "2025-12-01"), None, "B").await.ok();
        let over = read(&paid, &paid.board).await["pay"]["withholdings"][0].clone();
        assert_eq!(over["viewerCan"]["settle"]["allowed"], false, "nothing is left");
    }

    async fn v1_a_stranger_is_told_that_there_is_no_such_contract(world: World) {
        let paid = Paid::block(&world).await;
        paid.withholds((3, 6), "A").await.ok();
        let stranger = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(stranger, &[Role::Commissioner, Role::Finance]).await;
        let input = a_tenth(&paid.contract, "BLOCK", (3, 6), "A");
        let refused = stranger.run("withholdPay", input, WITHHOLDING).await;
        assert_eq!(refused.refusal(), ("NOT_FOUND".into(), "contract".into()));
        let input = settling(&paid.contract, (1, "2025-12-01"), None, "B");
        let refused = stranger.run("releaseWithheldPay", input, WITHHOLDING).await;
        assert_eq!(refused.refusal(), ("NOT_FOUND".into(), "contract".into()));
    }
}
