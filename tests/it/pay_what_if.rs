//! What a contract would pay if something else were agreed, or other things happened: by the same
//! checks and the same rules, and nothing is written (rule R7).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    Answer, World,
    arrangement::pay::{measure, share},
    both_databases,
    bought::{Bought, of, total},
};

/// A contract of £1,000,000 of which a block is 70%, with 1,000 people at £120, 100 visits in April at
/// £50, and 10% that one measure earns, which came to 60.
async fn negotiated(world: &World) -> Bought {
    let bought = Bought::awarded(world, 1_000_000).await;
    bought.baseline("2000000.00").await;
    let domains = json!([{ "name": "Flow", "weight": 10_000,
        "measures": [measure("FLOW", 10_000, "LINEAR")] }]);
    bought.framework(domains, json!([])).await.ok();
    bought.component("BLOCK", json!({ "block": share("CONTRACT_VALUE", 7_000) })).await.ok();
    bought.component("LIST", capitation("120.00")).await.ok();
    let visits = json!({ "activity": [{ "code": "VISIT", "price": "50.00" }] });
    bought.component("VISITS", visits).await.ok();
    bought.component("OUTCOMES", earning(&[1_000])).await.ok();
    let list = json!({ "code": "ALL", "countedOn": "2025-04-01", "people": 1_000,
        "source": "NHS England" });
    bought.board.run("recordListSize", bought.input(list), "countedOn").await.ok();
    bought.activity("VISIT", 1, json!({ "units": 100 })).await;
    bought.measured("FLOW", "60").await;
    bought
}

fn capitation(price: &str) -> Value {
    json!({ "capitation": { "yearlyPrice": price, "groups": [{ "code": "ALL" }],
        "refreshed": "MONTHLY" } })
}

fn earning(points: &[i32]) -> Value {
    let most: Vec<Value> = points.iter().map(|it| share("CONTRACT_VALUE", *it)).collect();
    json!({ "outcomeContingent": { "most": most } })
}

/// That a component would pay so.
fn pays(reference: &str, pay: Value) -> Value {
    json!({ "components": [{ "reference": reference, "pay": pay }] })
}

fn framework(domains: Value) -> Value {
    json!({ "framework": { "domains": domains, "cutOffDays": 90 } })
}

fn refused(answer: &Answer) -> (String, String) {
    assert!(answer.at("/contract/pay/schedule").is_null(), "{answer:#?}");
    answer.refusal()
}

both_databases! {
    async fn r7_a_contract_manager_varies_what_is_agreed_and_nothing_is_written(world: World) {
        let bought = negotiated(&world).await;
        // 700,000 + 120,000 + 100 × 50 + 60% of 100,000.
        assert_eq!(total(&bought.schedule(&bought.trust, "").await), "885000.00");
        let before = world.rows().await;

        let mut strict = measure("FLOW", 10_000, "LINEAR");
        strict["threshold"] = json!("50");
        strict["target"] = json!("70");
        let domains = |measures: Value| json!([{ "name": "Flow", "weight": 10_000, "measures": measures }]);
        let halves = json!([measure("FLOW", 5_000, "LINEAR"), measure("HOME", 5_000, "LINEAR")]);
        let setup = json!({ "transition": [{ "dueOn": "2025-07-01", "amount": "30000.00" }] });
        let capped = json!({ "block": share("CONTRACT_VALUE", 7_000), "cap": { "amount": "600000.00" } });
        let least = json!({ "activity": [{ "code": "VISIT", "price": "50.00" }],
            "floor": { "amount": "10000.00" } });
        let marginal = json!({ "activity": [
            { "code": "VISIT", "price": "50.00", "plan": 60, "beyondBasisPoints": 5_000 }] });
        let later = json!({ "components": [{ "reference": "BLOCK", "effectiveOn": "2025-10-01",
            "pay": { "block": share("CONTRACT_VALUE", 8_000) } }] });
        let ending = json!({ "components": [{ "reference": "LIST", "effectiveOn": "2025-10-01" }] });
        for (what, supposed, comes_to) in [
            ("basis points", pays("BLOCK", json!({ "block": share("CONTRACT_VALUE", 8_000) })), "985000.00"),
            ("from October on, half of it", later, "935000.00"),
            ("an amount", pays("BLOCK", json!({ "block": { "amount": "500000.00" } })), "685000.00"),
            ("a price", pays("LIST", capitation("150.00")), "915000.00"),
            ("60 at £50 and 40 at £25", pays("VISITS", marginal), "884000.00"),
            ("a cap", pays("BLOCK", capped), "785000.00"),
            ("a floor", pays("VISITS", least), "890000.00"),
            ("60% of 200,000 in the first year", pays("OUTCOMES", earning(&[2_000, 3_000])), "945000.00"),
            ("another component", pays("SETUP", setup), "915000.00"),
            ("one fewer", json!({ "components": [{ "reference": "LIST" }] }), "765000.00"),
            ("half a year of it", ending, "825000.00"),
            ("the value", json!({ "contractValue": "2000000.00" }), "1645000.00"),
            ("50% of the way", framework(domains(json!([strict]))), "875000.00"),
            ("half of the weight on what nobody measured", framework(domains(halves)), "855000.00"),
            ("10 visits in every month", json!({ "activity": [{ "code": "VISIT", "units": 10 }] }), "886000.00"),
            ("40 more in August", json!({ "activity": [
                { "code": "VISIT", "period": 5, "units": 40 }] }), "887000.00"),
            ("1,500 people", json!({ "people": [{ "code": "ALL", "people": 1_500 }] }), "945000.00"),
            ("all of the measure", json!({ "readings": [{ "measure": "FLOW", "reading": "100" }] }), "925000.00"),
            ("nothing", json!({}), "885000.00"),
        ] {
            let told = bought.what_if(&bought.trust, supposed.clone()).await.ok();
            assert_eq!(total(&told), comes_to, "{what}: {supposed}");
        }
        let mut both = pays("BLOCK", json!({ "block": share("CONTRACT_VALUE", 8_000) }));
        both["contractValue"] = json!("2000000.00");
        let told = bought.what_if(&bought.trust, both).await.ok();
        assert_eq!(of(&told, "BLOCK")["amount"], "1600000.00");
        assert_eq!(total(&told), "1845000.00");
        assert_eq!(told.at("/contract/pay/schedule/asOf"), "2026-06-29", "when all is measured");
        let mut spent = pays("BLOCK", json!({ "block": share("BASELINE_SPEND", 5_000) }));
        assert_eq!(total(&bought.what_if(&bought.trust, spent.clone()).await.ok()), "1185000.00");
        spent["baselineSpend"] = json!("3000000.00");
        assert_eq!(total(&bought.what_if(&bought.trust, spent).await.ok()), "1685000.00");

        assert_eq!(world.rows().await, before, "nothing is written");
        assert_eq!(total(&bought.schedule(&bought.trust, "").await), "885000.00");
    }

    async fn r7_what_could_not_be_agreed_is_refused_where_it_stands_in_the_what_if(world: World) {
        let bought = negotiated(&world).await;
        let before = world.rows().await;
        let goal = |measure: &str, points: i32| {
            json!({ "name": measure, "basisPoints": points, "measure": measure })
        };
        let mut scheme = pays("CQUIN", json!({ "incentive": { "basis": "CONTRACT_VALUE",
            "ceilingBasisPoints": 250, "goals": [goal("G1", 100), goal("G2", 151)] } }));
        scheme["framework"] = json!({ "cutOffDays": 90,
            "further": [measure("G1", 0, "LINEAR"), measure("G2", 0, "LINEAR")] });
        let over = bought.what_if(&bought.trust, scheme).await;
        let place = "whatIf.components.0.pay.incentive.goals.1.basisPoints";
        assert_eq!(refused(&over), ("INVALID_VALUE".into(), place.into()));
        assert!(over.sentence().starts_with("rule C6: "), "{over:?}");
        let short = json!([{ "name": "Flow", "weight": 9_999,
            "measures": [measure("FLOW", 10_000, "LINEAR")] }]);
        let short = bought.what_if(&bought.trust, framework(short)).await;
        assert_eq!(refused(&short), ("DOES_NOT_ADD_UP".into(), "whatIf.framework.domains".into()));
        assert!(short.sentence().starts_with("rule C5: "), "{short:?}");

        let later = json!({ "components": [{ "reference": "LIST", "effectiveOn": "2025-10-01",
            "endsOn": "2025-09-30", "pay": capitation("1.00") }] });
        let both = json!({ "block": { "amount": "1.00" }, "passThrough": "DRUGS" });
        let circular = json!({ "block": share("FIXED_ELEMENT", 1) });
        for (supposed, code, path) in [
            (pays("BLOCK", json!({ "passThrough": "DRUGS" })), "INVALID_VALUE", "components.0.pay"),
            (pays("BLOCK", both), "INVALID_VALUE", "components.0.pay"),
            (pays("BLOCK", circular), "INVALID_VALUE", "components.0.pay.block"),
            (pays("OUTCOMES", earning(&[100_001])), "INVALID_VALUE", "components.0.pay.outcomeContingent.most.0"),
            (json!({ "components": [{ "reference": "NONE" }] }), "NOT_FOUND", "components.0.reference"),
            (pays(" ", capitation("1.00")), "INVALID_VALUE", "components.0.reference"),
            (later, "INVALID_DATE", "components.0.endsOn"),
            (json!({ "contractValue": "-1.00" }), "INVALID_VALUE", "contractValue"),
            (json!({ "baselineSpend": "-1.00" }), "INVALID_VALUE", "baselineSpend"),
            (json!({ "readings": [{ "measure": "NONE", "reading": "1" }] }), "NOT_FOUND", "readings.0.measure"),
            (json!({ "readings": [{ "measure": "FLOW", "reading": "1.2345" }] }), "INVALID_VALUE", "readings.0.reading"),
            (json!({ "people": [{ "code": "ALL", "people": -1 }] }), "INVALID_VALUE", "people.0.people"),
            (json!({ "activity": [{ "code": "VISIT", "period": 13, "units": 1 }] }), "INVALID_VALUE", "activity.0.period"),
            (json!({ "activity": [{ "code": "VISIT", "units": -1 }] }), "INVALID_VALUE", "activity.0.units"),
            (json!({ "costs": [{ "code": "", "amount": "1.00" }] }), "INVALID_VALUE", "costs.0.code"),
        ] {
            let told = bought.what_if(&bought.trust, supposed.clone()).await;
            assert_eq!(refused(&told), (code.into(), format!("whatIf.{path}")), "{supposed}");
        }
        assert_eq!(world.rows().await, before, "nothing is written");
    }

    async fn v8_who_is_not_told_the_schedule_is_told_no_other(world: World) {
        let bought = negotiated(&world).await;
        let manager = bought.board.colleague(&world, 31, &[Role::ContractManager]).await;
        let supposed = || json!({ "contractValue": "2000000.00" });
        let told = bought.what_if(&manager, supposed()).await.ok();
        assert_eq!(total(&told), "1645000.00", "the commissioner's contract manager is told");
        // What is wrong with it is not said to whoever would not be told the answer.
        for wrong in [supposed(), json!({ "components": [{ "reference": "NONE" }] })] {
            let own = bought.what_if(&bought.council, wrong.clone()).await.ok();
            assert!(own.at("/contract/pay/schedule").is_null(), "an own share is not the whole");
            let withheld = own.at("/contract/pay/withheld").as_array().expect("what is withheld");
            assert!(withheld.contains(&json!({ "field": "schedule", "reason": "OWN_ONLY" })));
            let id = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
            let stranger = world.actor(id, &[Role::ContractManager, Role::Commissioner]).await;
            assert!(bought.what_if(&stranger, wrong).await.ok().at("/contract").is_null());
        }
    }
}
