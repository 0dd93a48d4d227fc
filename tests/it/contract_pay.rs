//! What contracts pay, and for what (rules C4 to C9): the worked examples, as they come out of the
//! API.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    Answer,
    arrangement::pay::{measure, share},
    both_databases,
    bought::{Bought, line, of, total},
    posting::decision,
};

both_databases! {
    async fn a1_an_urgent_care_block_with_an_incentive_of_baseline_or_of_contract_value(world: World) {
        let bought = Bought::awarded(&world, 90_000_000).await;
        bought.baseline("100000000.00").await;
        bought.framework(json!([]), json!([measure("FLOW", 0, "LINEAR")])).await.ok();
        let block = json!({ "block": share("BASELINE_SPEND", 9_000) });
        bought.component("BLOCK", block).await.ok();
        let incentive = |basis| {
            json!({ "incentive": { "basis": basis, "ceilingBasisPoints": 500,
                "goals": [{ "name": "Flow", "basisPoints": 500, "measure": "FLOW" }] } })
        };
        bought.component("INCENTIVE", incentive("BASELINE_SPEND")).await.ok();
        bought.measured("FLOW", "60").await;
        let year = "asOf: \"2026-03-31\"";
        let told = bought.schedule(&bought.board, year).await;
        assert_eq!(of(&told, "BLOCK")["amount"], "90000000.00");
        assert_eq!(of(&told, "INCENTIVE")["most"], "5000000.00");
        assert_eq!(of(&told, "INCENTIVE")["amount"], "3000000.00");
        assert_eq!(total(&told), "93000000.00");
        let line = told.at("/contract/pay/schedule/lines/0");
        assert_eq!(line["amount"], "7500000.00");
        let name = "a twelfth of 9000 basis points of baseline spend 100000000.00";
        assert_eq!(line["explanation"]["steps"][0]["inputs"][0]["name"], name);

        bought.component("INCENTIVE", incentive("CONTRACT_VALUE")).await.ok();
        let told = bought.schedule(&bought.board, year).await;
        assert_eq!(of(&told, "INCENTIVE")["most"], "4500000.00");
        assert_eq!(of(&told, "INCENTIVE")["amount"], "2700000.00");
        assert_eq!(total(&told), "92700000.00");
        let supposed = "whatIf: { readings: [{ measure: \"FLOW\", reading: \"100\" }] }";
        assert_eq!(total(&bought.schedule(&bought.board, supposed).await), "94500000.00");
        assert_eq!(total(&bought.schedule(&bought.board, year).await), "92700000.00");
    }

    async fn a2_three_of_four_measures_are_met_and_the_fourth_is_not_evidenced(world: World) {
        let bought = Bought::awarded(&world, 1_000_000).await;
        let measures: Vec<Value> =
            ["M1", "M2", "M3", "M4"].map(|it| measure(it, 2_500, "ALL_OR_NOTHING")).into();
        let domain = json!([{ "name": "Living well", "weight": 10_000, "measures": measures }]);
        bought.framework(domain, json!([])).await.ok();
        let block = json!({ "block": share("CONTRACT_VALUE", 7_000) });
        bought.component("CORE", block).await.ok();
        let most = json!([share("CONTRACT_VALUE", 3_000)]);
        bought.component("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await.ok();
        for met in ["M1", "M2", "M3"] {
            bought.measured(met, "100").await;
        }
        let told = bought.schedule(&bought.trust, "asOf: \"2026-06-29\"").await;
        assert_eq!(of(&told, "CORE")["amount"], "700000.00");
        assert_eq!(of(&told, "OUTCOMES")["amount"], "225000.00");
        let explained = &line(&told, ("OUTCOMES", 12))["explanation"];
        assert_eq!((&explained["rule"], &explained["steps"][0]["result"]), (&json!("C5"), &json!("225000.00")));
        let met = |it: &str| json!({ "name": format!("{it}: met, of 75000.00"), "amount": "75000.00" });
        let open = json!({ "name": "M4: not evidenced, of 75000.00", "amount": "0.00" });
        assert_eq!(explained["steps"][0]["inputs"], json!([met("M1"), met("M2"), met("M3"), open]));
        assert_eq!(total(&told), "925000.00");
        let fourth = told.at("/contract/pay/schedule/results/3");
        assert_eq!((&fourth["measure"], &fourth["state"]), (&json!("M4"), &json!("NOT_EVIDENCED")));
        assert_eq!((&fourth["payableYet"], &fourth["forfeited"]), (&json!("75000.00"), &json!("0.00")));
        let later = bought.schedule(&bought.trust, "asOf: \"2026-06-30\"").await;
        let fourth = later.at("/contract/pay/schedule/results/3");
        assert_eq!((&fourth["payableYet"], &fourth["forfeited"]), (&json!("0.00"), &json!("75000.00")));
        let explained = &line(&later, ("OUTCOMES", 12))["explanation"]["steps"][0];
        assert_eq!(explained["inputs"][3]["name"], "M4: not evidenced, forfeited, of 75000.00");
        bought.measured("M4", "100").await;
        let told = bought.schedule(&bought.board, "asOf: \"2026-06-30\"").await;
        assert_eq!(total(&told), "1000000.00");
    }

    async fn a3_the_goal_that_takes_a_scheme_over_its_ceiling_is_refused(world: World) {
        let bought = Bought::draft(&world, 200_000_000).await;
        let further = ["G1", "G2"].map(|it| measure(it, 0, "ALL_OR_NOTHING"));
        bought.framework(json!([]), json!(further)).await.ok();
        let before = world.rows().await;
        let scheme = |second| {
            let goal = |measure: &str, points: i32| {
                json!({ "name": measure, "basisPoints": points, "measure": measure })
            };
            json!({ "incentive": { "basis": "CONTRACT_VALUE", "ceilingBasisPoints": 250,
                "goals": [goal("G1", 100), goal("G2", second)] } })
        };
        let refused = bought.component("CQUIN", scheme(151)).await;
        assert_eq!(refused.problem(), "INVALID_VALUE");
        assert_eq!(refused.problem_path(), "pay.incentive.goals.1.basisPoints");
        assert!(refused.sentence().starts_with("rule C6: G2 takes the goals to 251"), "{refused:?}");
        assert_eq!(world.rows().await, before, "nothing is written");
        bought.component("CQUIN", scheme(150)).await.ok();
        let told = bought.schedule(&bought.board, "asOf: \"2026-03-31\"").await;
        assert_eq!(of(&told, "CQUIN")["most"], "5000000.00");
        let explained = &line(&told, ("CQUIN", 12))["explanation"];
        assert_eq!((&explained["rule"], &explained["steps"][0]["result"]), (&json!("C6"), &json!("0.00")));
        let goal = |name: &str| json!({ "name": name, "amount": "0.00" });
        let goals = json!([goal("G1: not evidenced, of 2000000.00"), goal("G2: not evidenced, of 3000000.00")]);
        assert_eq!(explained["steps"][0]["inputs"], goals);
    }

    async fn a5_a_prime_provider_bears_the_overspend_and_keeps_half_of_a_saving(world: World) {
        let bought = Bought::draft(&world, 1).await;
        let list = json!({ "code": "ALL", "countedOn": "2025-04-01", "people": 100_000,
            "source": "NHS England" });
        bought.board.run("recordListSize", bought.input(list), "countedOn").await.ok();
        let groups = json!([{ "code": "ALL" }]);
        let capitation = json!({ "capitation": { "yearlyPrice": "840.00", "groups": groups,
            "refreshed": "YEARLY" } });
        bought.component("CAPITATION", capitation).await.ok();
        let sharing = |points: i32| {
            json!({ "target": share("FIXED_ELEMENT", 10_000), "costCode": "COST",
                "bands": [{ "providerBasisPoints": points }], "firstBorneBy": "PROVIDER" })
        };
        bought.component("LOSS", json!({ "lossShare": sharing(10_000) })).await.ok();
        bought.component("GAIN", json!({ "gainShare": sharing(5_000) })).await.ok();
        let at_cost = |amount: &str| {
            format!("whatIf: {{ costs: [{{ code: \"COST\", amount: \"{amount}\" }}] }}")
        };
        let over = bought.schedule(&bought.board, &at_cost("86000000.00")).await;
        let loss = over.at("/contract/pay/schedule/shared/0");
        assert_eq!((&loss["provider"], &loss["pool"]), (&json!("2000000.00"), &json!("0.00")));
        assert_eq!(total(&over), "84000000.00");
        let explained = |answer: &Answer, component: &str| {
            let explained = &line(answer, (component, 12))["explanation"];
            let step = &explained["steps"][0];
            (explained["rule"].clone(), step["inputs"][0]["name"].clone(), step["result"].clone())
        };
        let bears = json!("2000000.00 overspent against 84000000.00: what the pool bears");
        assert_eq!(explained(&over, "LOSS"), (json!("C4"), bears, json!("0.00")));
        let rule = line(&over, ("CAPITATION", 1))["explanation"]["rule"].clone();
        assert_eq!(rule, "C7");
        let under = bought.schedule(&bought.board, &at_cost("82000000.00")).await;
        let gain = under.at("/contract/pay/schedule/shared/1");
        assert_eq!((&gain["provider"], &gain["pool"]), (&json!("1000000.00"), &json!("1000000.00")));
        assert_eq!(of(&under, "GAIN")["amount"], "-1000000.00");
        let keeps = json!("2000000.00 saved against 84000000.00: what the pool keeps");
        assert_eq!(explained(&under, "GAIN"), (json!("C4"), keeps, json!("-1000000.00")));
    }

    async fn c5_a_measurement_counts_once_somebody_else_has_validated_it(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        bought.framework(json!([]), json!([measure("FLOW", 0, "LINEAR")])).await.ok();
        let fields = "measurement { number state }";
        let reading = || bought.reading("FLOW", "61.25");
        let refused = bought.board.run("submitMeasurement", reading(), fields).await;
        assert_eq!(refused.refusal(), ("NOT_ALLOWED".into(), "contract".into()));
        assert!(refused.sentence().ends_with("the provider that has no users"), "{refused:?}");
        let mut on_behalf = reading();
        on_behalf["onBehalfOf"] = json!(bought.trust.id);
        let made = bought.validator.run("submitMeasurement", on_behalf, fields).await.ok();
        assert_eq!(made.at("/submitMeasurement/measurement/state"), "SUBMITTED");
        let number = |number: i32| bought.input(json!({ "number": number }));
        for mutation in ["validateMeasurement", "rejectMeasurement"] {
            let mut input = number(1);
            if mutation == "rejectMeasurement" {
                input["reason"] = json!("Mine");
            }
            let own = bought.validator.run(mutation, input, fields).await;
            assert_eq!(own.refusal(), ("NOT_ALLOWED".into(), "number".into()), "{mutation}");
            assert!(own.sentence().starts_with("rule C5: whoever submitted"), "{own:?}");
        }
        let other = bought.board.colleague(&world, 21, &[Role::Approver]).await;
        other.run("validateMeasurement", number(1), fields).await.ok();
        let third = bought.board.colleague(&world, 22, &[Role::Approver]).await;
        let again = third.run("validateMeasurement", number(1), fields).await;
        assert_eq!(again.problem(), "ALREADY_DONE");

        bought.trust.run("submitMeasurement", reading(), fields).await.ok();
        let mut input = number(2);
        input["reason"] = json!("The denominator is wrong");
        let rejected =
            bought.validator.run("rejectMeasurement", input, "measurement { state reason }").await.ok();
        assert_eq!(rejected.at("/rejectMeasurement/measurement/state"), "REJECTED");
        let document = "query($id: ID!) { contract(id: $id) { pay { measurements { number reading
            state reason } } } }";
        let told = bought.trust.send(document, json!({ "id": bought.contract })).await.ok();
        let told = told.at("/contract/pay/measurements").clone();
        assert_eq!(told[0]["reading"], "61.25");
        assert_eq!(told[1]["reason"], "The denominator is wrong");
    }

    async fn c7_a_wrong_count_is_corrected_and_the_past_comes_out_as_it_was_known(world: World) {
        world.it_is_at(2025, 10, 1, 13);
        let bought = Bought::draft(&world, 1).await;
        let count = |people: i32| {
            bought.input(json!({ "code": "ALL", "countedOn": "2025-04-01", "people": people,
                "source": "Practice" }))
        };
        bought.board.run("recordListSize", count(1_000), "countedOn").await.ok();
        let groups = json!([{ "code": "ALL" }]);
        let capitation = json!({ "capitation": { "yearlyPrice": "120.00", "groups": groups,
            "refreshed": "MONTHLY" } });
        bought.component("LIST", capitation).await.ok();
        let before = bought.schedule(&bought.board, "").await;
        assert_eq!(total(&before), "120000.00");
        world.it_is_at(2025, 10, 1, 15);
        bought.board.run("recordListSize", count(1_100), "countedOn").await.ok();
        assert_eq!(total(&bought.schedule(&bought.board, "").await), "132000.00");
        let then = "knownAt: \"2025-10-01T14:00:00.000000Z\"";
        assert_eq!(total(&bought.schedule(&bought.board, then).await), "120000.00");
        let before = world.rows().await;
        for (wrong, code, path) in [
            (json!({ "countedOn": "2025-11-01", "source": "-" }), "INVALID_DATE", "countedOn"),
            (json!({ "source": "Practice" }), "INVALID_DATE", "countedOn"),
            (json!({ "countedOn": null, "source": "Practice" }), "INVALID_DATE", "countedOn"),
            (json!({ "countedOn": "2025-09-01" }), "INVALID_VALUE", "source"),
            (json!({ "countedOn": "2025-09-01", "source": " " }), "INVALID_VALUE", "source"),
        ] {
            let mut input = bought.input(json!({ "code": "ALL", "people": 1 }));
            for (name, value) in wrong.as_object().into_iter().flatten() {
                input[name] = value.clone();
            }
            let refused = bought.board.run("recordListSize", input, "countedOn").await;
            assert_eq!(refused.refusal(), (code.into(), path.into()), "{wrong}");
            assert!(refused.sentence().starts_with("rule C7: "), "{refused:?}");
        }
        assert_eq!(world.rows().await, before, "nothing is written");
    }

    async fn v1_a_stranger_sees_neither_the_contract_nor_that_it_pays(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        bought.component("BLOCK", json!({ "block": { "amount": "120.00" } })).await.ok();
        let id = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(id, &[Role::Commissioner, Role::Finance]).await;
        let told = bought.schedule(&stranger, "").await;
        assert!(told.at("/contract").is_null());
        let input = bought.input(json!({ "reference": "BLOCK", "effectiveOn": "2025-04-01",
            "pay": { "block": { "amount": "1.00" } }, "decision": decision() }));
        let refused = stranger.run("recordPayComponent", input, "component { reference }").await;
        assert_eq!(refused.problem(), "NOT_FOUND");
        let own = bought.schedule(&bought.trust, "").await;
        assert_eq!(total(&own), "120.00");
        let associate = bought.schedule(&bought.council, "").await;
        assert!(associate.at("/contract/pay/schedule").is_null(), "an own share is not the whole");
        let withheld = json!([{ "field": "components", "reason": "OWN_ONLY" },
            { "field": "schedule", "reason": "OWN_ONLY" }]);
        assert_eq!(associate.at("/contract/pay/withheld"), &withheld);
        let input = bought.input(json!({ "reference": "BLOCK", "effectiveOn": "2025-04-01",
            "pay": { "block": { "amount": "1.00" } }, "decision": decision() }));
        let refused = bought.trust.run("recordPayComponent", input, "component { reference }").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
    }

    async fn a_provider_is_not_told_what_a_draft_would_pay(world: World) {
        let bought = Bought::draft(&world, 1).await;
        bought.component("BLOCK", json!({ "block": { "amount": "120.00" } })).await.ok();
        assert!(bought.schedule(&bought.trust, "").await.at("/contract").is_null());
        assert_eq!(total(&bought.schedule(&bought.board, "").await), "120.00");
    }

    async fn weights_that_are_not_the_whole_and_unnamed_decisions_are_refused(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        let domains = |weight: i32, measures: [i32; 2]| {
            let [first, second] = measures;
            json!([{ "name": "One", "weight": weight, "measures": [
                measure("M1", first, "LINEAR"), measure("M2", second, "LINEAR")] }])
        };
        let before = world.rows().await;
        for (domains, path) in [
            (domains(9_999, [5_000, 5_000]), "domains"),
            (domains(10_000, [5_000, 4_999]), "domains.0.measures"),
            (domains(10_000, [5_000, 5_001]), "domains.0.measures"),
        ] {
            let refused = bought.framework(domains, json!([])).await;
            assert_eq!(refused.refusal(), ("DOES_NOT_ADD_UP".into(), path.into()));
            assert!(refused.sentence().starts_with("rule C5: the weights"), "{refused:?}");
        }
        assert_eq!(world.rows().await, before, "nothing is written");
        let undecided = bought.input(json!({ "reference": "BLOCK", "effectiveOn": "2025-04-01",
            "pay": { "block": { "amount": "1.00" } } }));
        let refused = bought.board.run("recordPayComponent", undecided, "component { kind }").await;
        assert_eq!(refused.problem_path(), "decision");
        let both = json!({ "block": { "amount": "1.00" }, "passThrough": "DRUGS" });
        assert_eq!(bought.component("BOTH", both).await.problem_path(), "pay");
    }
}
