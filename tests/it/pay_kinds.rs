//! What each kind of pay comes to, and what outcomes are, as they come out of the API (rules C4 to C6,
//! C9).

use serde_json::{Value, json};
use tests::{
    Actor,
    arrangement::pay::{measure, share},
    both_databases,
    bought::{Bought, line, of, total},
};

fn visits(more: Value) -> Value {
    let mut pay = json!({ "activity": [
        { "code": "VISIT", "price": "50.00", "plan": 100, "beyondBasisPoints": 3_000 }] });
    for (name, value) in more.as_object().into_iter().flatten() {
        pay[name] = value.clone();
    }
    pay
}

async fn paid_for(bought: &Bought, reader: &Actor, fields: &str) -> Value {
    let document = format!("query($id: ID!) {{ contract(id: $id) {{ pay {{ {fields} }} }} }}");
    let told = reader.send(&document, json!({ "id": bought.contract })).await.ok();
    told.at("/contract/pay").clone()
}

both_databases! {
    async fn c4_costs_are_passed_through_as_they_were_recorded_last(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        bought.component("DRUGS", json!({ "passThrough": "DRUG" })).await.ok();
        bought.activity("DRUG", 1, json!({ "cost": "1234.56" })).await;
        bought.activity("DRUG", 2, json!({ "cost": "100.00" })).await;
        let told = bought.schedule(&bought.trust, "").await;
        assert_eq!(of(&told, "DRUGS"), &json!({ "reference": "DRUGS", "kind": "PASS_THROUGH",
            "amount": "1334.56", "most": "0.00" }));
        bought.activity("DRUG", 2, json!({ "cost": "90.00" })).await;
        let told = bought.schedule(&bought.trust, "").await;
        assert_eq!(total(&told), "1324.56");
        assert_eq!(told.at("/contract/pay/schedule/lines").as_array().map(Vec::len), Some(2));
        let explained = &line(&told, ("DRUGS", 2))["explanation"];
        assert_eq!(explained["rule"], "C4");
        let cost = json!([{ "name": "DRUG: cost", "amount": "90.00" }]);
        assert_eq!(explained["steps"][0]["inputs"], cost);
        assert_eq!(told.at("/contract/pay/schedule/actualAnnualValue"), "0.00", "no pay for care");
    }

    async fn c4_activity_beyond_its_plan_is_paid_at_the_marginal_rate(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        bought.component("VISITS", visits(json!({}))).await.ok();
        bought.activity("VISIT", 1, json!({ "units": 80 })).await;
        bought.activity("VISIT", 2, json!({ "units": 40 })).await;
        let told = bought.schedule(&bought.trust, "").await;
        assert_eq!(line(&told, ("VISITS", 1))["amount"], "4000.00");
        let beyond = line(&told, ("VISITS", 2));
        assert_eq!(beyond["amount"], "1300.00", "20 at £50 and 20 at £15");
        let inputs = json!([{ "name": "VISIT: 20 at 50.00", "amount": "1000.00" },
            { "name": "VISIT: 20 beyond the plan at 3000 basis points of 50.00", "amount": "300.00" }]);
        assert_eq!(beyond["explanation"]["steps"][0]["inputs"], inputs);
        assert_eq!(total(&told), "5300.00");
    }

    async fn c4_a_share_of_the_actual_annual_value_is_of_what_care_came_to(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        let domains = json!([{ "name": "Flow", "weight": 10_000,
            "measures": [measure("FLOW", 10_000, "LINEAR")] }]);
        bought.framework(domains, json!([])).await.ok();
        bought.component("BLOCK", json!({ "block": { "amount": "120000.00" } })).await.ok();
        bought.component("VISITS", visits(json!({}))).await.ok();
        let most = json!([share("ACTUAL_ANNUAL_VALUE", 1_000)]);
        bought.component("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await.ok();
        bought.activity("VISIT", 1, json!({ "units": 80 })).await;
        bought.activity("VISIT", 2, json!({ "units": 40 })).await;
        bought.measured("FLOW", "100").await;
        let told = bought.schedule(&bought.trust, "").await;
        let schedule = told.at("/contract/pay/schedule");
        let bases = (&schedule["actualAnnualValue"], &schedule["fixedElement"]);
        assert_eq!(bases, (&json!("125300.00"), &json!("120000.00")));
        assert_eq!(of(&told, "OUTCOMES")["most"], "12530.00");
        assert_eq!(total(&told), "137830.00");
        let circular = json!({ "block": share("ACTUAL_ANNUAL_VALUE", 1_000) });
        let refused = bought.component("MORE", circular).await;
        assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), "pay.block".into()));
    }

    async fn c4_a_floor_is_made_up_in_the_last_month(world: World) {
        let bought = Bought::awarded(&world, 100_000).await;
        let least = json!({ "floor": share("CONTRACT_VALUE", 1_000) });
        bought.component("VISITS", visits(least)).await.ok();
        bought.activity("VISIT", 1, json!({ "units": 80 })).await;
        let told = bought.schedule(&bought.trust, "").await;
        assert_eq!(line(&told, ("VISITS", 1))["amount"], "4000.00");
        let last = line(&told, ("VISITS", 12));
        assert_eq!(last["amount"], "6000.00");
        let floor = json!({ "name": "up to the floor of 10000.00", "amount": "6000.00" });
        assert_eq!(last["explanation"]["steps"][0]["inputs"][1], floor);
        assert_eq!(total(&told), "10000.00");
        let narrow = visits(json!({ "floor": { "amount": "2.00" }, "cap": { "amount": "1.00" } }));
        let refused = bought.component("NARROW", narrow).await;
        assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), "pay.cap".into()));
    }

    async fn c9_what_outcomes_can_earn_grows_by_plan_from_year_to_year(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        let domains = json!([{ "name": "Flow", "weight": 10_000,
            "measures": [measure("FLOW", 10_000, "LINEAR")] }]);
        bought.framework(domains, json!([])).await.ok();
        let most = ["10000.00", "20000.00", "30000.00"].map(|it| json!({ "amount": it }));
        bought.component("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await.ok();
        for (year, most) in [
            ("2025/26", "10000.00"),
            ("2026/27", "20000.00"),
            ("2027/28", "30000.00"),
            ("2028/29", "30000.00"),
        ] {
            let told = bought.schedule_of(&bought.trust, year, "").await;
            assert_eq!(of(&told, "OUTCOMES")["most"], most, "{year}");
            assert_eq!(total(&told), "0.00", "nothing is measured");
        }
    }

    async fn c6_which_goals_of_a_scheme_are_national_is_read_with_it(world: World) {
        let bought = Bought::awarded(&world, 1_000_000).await;
        let further = ["FLU", "HOME"].map(|it| measure(it, 0, "ALL_OR_NOTHING"));
        bought.framework(json!([]), json!(further)).await.ok();
        bought.component("BLOCK", json!({ "block": { "amount": "1.00" } })).await.ok();
        let scheme = json!({ "incentive": { "basis": "CONTRACT_VALUE", "ceilingBasisPoints": 250,
            "goals": [
                { "name": "Flu", "basisPoints": 50, "measure": "FLU", "isNational": true, "period": 9 },
                { "name": "Home", "basisPoints": 200, "measure": "HOME" },
            ] } });
        bought.component("CQUIN", scheme).await.ok();
        let fields = "components { reference versions { number kind
            goals { name isNational basisPoints period } } }";
        for reader in [&bought.board, &bought.trust] {
            let told = paid_for(&bought, reader, fields).await;
            assert_eq!(told["components"][0]["versions"][0]["goals"], json!([]));
            assert_eq!(told["components"][1]["versions"][0], json!({
                "number": 1, "kind": "INCENTIVE", "goals": [
                    { "name": "Flu", "isNational": true, "basisPoints": 50, "period": 9 },
                    { "name": "Home", "isNational": false, "basisPoints": 200, "period": 12 },
                ],
            }));
        }
        let told = paid_for(&bought, &bought.council, fields).await;
        assert!(told["components"].is_null(), "who reads its own share reads no terms");
    }

    async fn c5_measures_of_every_kind_are_read_as_they_were_agreed_and_scored_in_steps(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        let kinds = ["OUTCOME", "PATIENT_REPORTED", "EXPERIENCE", "PROCESS", "STRUCTURE"];
        let measures: Vec<Value> = kinds.into_iter().map(|kind| {
            let mut it = measure(kind, 2_000, "LINEAR");
            it["kind"] = json!(kind);
            it
        }).collect();
        let mut measures = json!(measures);
        measures[0]["baseline"] = json!("-41.5");
        measures[1]["unit"] = json!("points of EQ-5D");
        measures[2]["scoring"] = json!("STEPPED");
        measures[2]["steps"] = json!([{ "at": "50", "basisPoints": 2_500 },
            { "at": "80.125", "basisPoints": 10_000 }]);
        measures[3]["direction"] = json!("LOWER_IS_BETTER");
        measures[3]["threshold"] = json!("30");
        measures[3]["target"] = json!("10");
        let domains = json!([{ "name": "Living well", "weight": 10_000, "measures": measures }]);
        bought.framework(domains, json!([])).await.ok();
        let fields = "outcomeFramework { number effectiveOn cutOffDays decision { minuteReference }
            further { reference } domains { name weight measures { reference name kind unit weight
            direction baseline threshold target scoring steps { at basisPoints }
            isRequiredAnyway } } }";
        let mut expected = measures.clone();
        for it in expected.as_array_mut().expect("measures") {
            it["isRequiredAnyway"] = json!(false);
            for (field, nothing) in [("baseline", Value::Null), ("steps", json!([]))] {
                if it[field].is_null() {
                    it[field] = nothing;
                }
            }
        }
        for reader in [&bought.board, &bought.trust, &bought.council] {
            let told = paid_for(&bought, reader, fields).await["outcomeFramework"].clone();
            assert_eq!((&told["number"], &told["effectiveOn"]), (&json!(1), &json!("2025-04-01")));
            assert_eq!((&told["cutOffDays"], &told["further"]), (&json!(90), &json!([])));
            assert_eq!((&told["domains"][0]["name"], &told["domains"][0]["weight"]),
                (&json!("Living well"), &json!(10_000)));
            assert_eq!(told["domains"][0]["measures"], expected);
        }

        let most = json!([{ "amount": "100000.00" }]);
        bought.component("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await.ok();
        for (reading, earned, state) in [
            ("49.999", "0.00", "FAILED"),
            ("50", "5000.00", "PARTLY_MET"),
            ("80.124", "5000.00", "PARTLY_MET"),
            ("80.125", "20000.00", "MET"),
        ] {
            bought.measured("EXPERIENCE", reading).await;
            let told = bought.schedule(&bought.trust, "").await;
            let result = told.at("/contract/pay/schedule/results/2");
            assert_eq!((&result["earned"], &result["state"]), (&json!(earned), &json!(state)));
        }
        let rising = json!([{ "name": "Steps", "weight": 10_000, "measures": [measure("A", 10_000, "STEPPED")] }]);
        let refused = bought.framework(rising, json!([])).await;
        let path = "domains.0.measures.0.steps";
        assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), path.into()), "no step");
    }

    async fn c5_a_measurement_is_read_with_its_evidence_and_what_its_data_are_worth(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        bought.framework(json!([]), json!([measure("FLOW", 0, "LINEAR")])).await.ok();
        let mut reading = bought.reading("FLOW", "61.25");
        reading["evidence"] = json!(" Dashboard of March, page 4 ");
        reading["dataQuality"] = json!("Two practices did not report");
        bought.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
        let mut silent = bought.reading("FLOW", "62");
        silent["dataQuality"] = json!("  ");
        bought.trust.run("submitMeasurement", silent, "measurement { number }").await.ok();
        let fields = "measurements { number reading evidence dataQuality state financialYear
            measure { reference } }";
        let first = |state: &str| json!({ "number": 1, "reading": "61.25", "state": state,
            "evidence": "Dashboard of March, page 4", "financialYear": "2025/26",
            "dataQuality": "Two practices did not report", "measure": { "reference": "FLOW" } });
        for reader in [&bought.trust, &bought.board] {
            let told = paid_for(&bought, reader, fields).await["measurements"].clone();
            assert_eq!(told[0], first("SUBMITTED"));
            assert_eq!((&told[1]["number"], &told[1]["dataQuality"]), (&json!(2), &Value::Null));
        }
        let unseen = paid_for(&bought, &bought.council, fields).await;
        assert_eq!(unseen["measurements"], json!([]), "nobody has validated it");
        let input = bought.input(json!({ "number": 1 }));
        bought.validator.run("validateMeasurement", input, "measurement { state }").await.ok();
        let told = paid_for(&bought, &bought.council, fields).await;
        assert_eq!(told["measurements"], json!([first("VALIDATED")]));
        for (field, value) in [("evidence", " ".to_owned()), ("dataQuality", "x".repeat(1_001))] {
            let mut wrong = bought.reading("FLOW", "1");
            wrong[field] = json!(value);
            let refused = bought.trust.run("submitMeasurement", wrong, "measurement { number }").await;
            assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), field.into()));
        }
    }
}
