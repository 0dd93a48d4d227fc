//! What care would cost if nothing was done, and what a proposal would save against that.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, World, arrangement::pay::share, both_databases, bought::Bought};

async fn somebody(world: &World) -> Actor {
    let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    world.actor(council, &[Role::Viewer]).await
}

async fn project(actor: &Actor, input: Value) -> Answer {
    let document = "query($input: ProjectInput!) { project(input: $input) { saving
        rise { opening now yearlyGrowthBasisPoints }
        years { financialYear people costOfOne allowances cost
            explanation { steps { inputs { name amount } result } } }
        compared { financialYear doNothing proposed saving } } }";
    actor.send(document, json!({ "input": input })).await
}

both_databases! {
    async fn a4_a_learning_disability_pool_and_what_doing_nothing_would_cost(world: World) {
        let held = |start: i32| json!({ "financialYear": format!("{start}/{}", start - 1999), "cost": "84333333.33" });
        let input = json!({
            "fromYear": "2015/16", "years": 5,
            "risen": { "by": "11000000.00", "basisPoints": 1_500, "years": 2 },
            "allowances": [{ "name": "Growth", "whole": "14000000.00", "years": 5 }],
            "proposed": (2016..2021).map(held).collect::<Vec<_>>(),
        });
        let told = project(&somebody(&world).await, input).await.ok();
        let rise = told.at("/project/rise");
        assert_eq!(rise["opening"], "73333333.33");
        assert_eq!(rise["now"], "84333333.33");
        assert_eq!(rise["yearlyGrowthBasisPoints"], 724);
        assert_eq!(told.at("/project/years/5/cost"), "98333333.33");
        let years = told.at("/project/years").as_array().expect("years");
        let allowances: Vec<&Value> = years[1..].iter().map(|year| &year["allowances"]).collect();
        let expected =
            ["2800000.00", "5600000.00", "8400000.00", "11200000.00", "14000000.00"].map(Value::from);
        assert_eq!(allowances, expected.iter().collect::<Vec<_>>());
        assert_eq!(told.at("/project/saving"), "42000000.00");
        let step = &years[1]["explanation"]["steps"][0];
        assert_eq!(step["inputs"][3]["amount"], "2800000.00");
        assert_eq!(step["result"], "87133333.33");
    }

    async fn a_projection_asks_for_one_cost_and_bounded_years(world: World) {
        let somebody = somebody(&world).await;
        let asked = |more: Value| {
            let mut input = json!({ "fromYear": "2025/26", "years": 1, "people": 10 });
            input.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
            input
        };
        let fits = project(&somebody, asked(json!({ "costOfOne": "10.00", "growthOfPeople": [1000] })));
        let fits = fits.await.ok();
        assert_eq!(fits.at("/project/years/1/cost"), "110.00");
        for wrong in [
            json!({}),
            json!({ "costOfOne": "10.00", "years": 31 }),
            json!({ "costOfOne": "-10.00" }),
            json!({ "costOfOne": "10.00", "people": -1 }),
            json!({ "costOfOne": "10.00", "growthOfCost": [10_001] }),
            json!({ "costOfOne": "9999999999999.00", "people": 100_000_000 }),
            json!({ "costOfOne": "9000.00", "people": 100_000_000, "years": 30,
                "growthOfCost": [10_000], "growthOfPeople": [10_000] }),
        ] {
            assert_eq!(project(&somebody, asked(wrong)).await.problem(), "INVALID_VALUE");
        }
        assert_eq!(project(&world.nobody(), asked(json!({}))).await.problem(), "UNAUTHENTICATED");
    }

    async fn e02_people_and_costs_grow_year_by_year_and_each_driver_is_seen(world: World) {
        let input = json!({
            "fromYear": "2025/26", "years": 3, "people": 1_000, "costOfOne": "1000.00",
            "growthOfPeople": [500, 200], "growthOfCost": [300],
            "allowances": [{ "name": "Winter", "whole": "-30000.00", "years": 3 }],
        });
        let told = project(&somebody(&world).await, input).await.ok();
        let years = told.at("/project/years").as_array().expect("years").clone();
        let of = |field: &str| years.iter().map(|it| it[field].clone()).collect::<Vec<Value>>();
        assert_eq!(of("people"), [1_000, 1_050, 1_071, 1_092].map(Value::from), "5%, 2%, 2%");
        let each = ["1000.00", "1030.00", "1060.90", "1092.73"].map(Value::from);
        assert_eq!(of("costOfOne"), each, "3% each year, to the penny");
        let whole = ["1000000.00", "1071500.00", "1116223.90", "1163261.16"].map(Value::from);
        assert_eq!(of("cost"), whole);
        let input = |name: &str, amount: &str| json!({ "name": name, "amount": amount });
        assert_eq!(years[1]["explanation"]["steps"][0]["inputs"], json!([
            input("cost of 2025/26", "1000000.00"),
            input("people: 1050 after 1000", "50000.00"),
            input("cost of one: 1030.00 after 1000.00", "31500.00"),
            input("allowances", "-10000.00"),
        ]));
        assert_eq!(years[0]["explanation"], Value::Null);
    }

    async fn a_contract_on_record_is_the_proposal_by_its_value_or_its_schedules(world: World) {
        let bought = Bought::draft(&world, 1_000_000).await;
        let version = bought.board.contract(&bought.contract).await["valueVersion"].clone();
        let years = json!([{ "financialYear": "2025/26", "amount": "1000000.00" },
            { "financialYear": "2026/27", "amount": "1100000.00" }]);
        let values = bought.input(json!({ "expectedValueVersion": version, "years": years }));
        bought.board.run("planContractValue", values, "contract { id }").await.ok();
        bought.component("BLOCK", json!({ "block": share("CONTRACT_VALUE", 9_000) })).await.ok();
        bought.board.step("awardContract", &bought.contract, "2025-06-30", json!({})).await.ok();
        let stranger = somebody(&world).await;
        let before = world.rows().await;
        let asked = |proposal: Value| {
            let mut input = json!({ "fromYear": "2024/25", "years": 3, "costOfOne": "1000000.00",
                "growthOfCost": [1_000] });
            input["proposedContract"] = proposal;
            input["proposedContract"]["contract"] = json!(bought.contract);
            input
        };
        let year = |year: &str, do_nothing: &str, proposed: &str, saving: &str| json!({
            "financialYear": year, "doNothing": do_nothing, "proposed": proposed, "saving": saving,
        });
        for reader in [&bought.board, &bought.trust] {
            // 1,000,000 grows by a tenth a year; 2027/28 has neither a value nor anything to pay.
            let told = project(reader, asked(json!({}))).await.ok();
            assert_eq!(told.at("/project/compared"), &json!([
                year("2025/26", "1100000.00", "1000000.00", "100000.00"),
                year("2026/27", "1210000.00", "1100000.00", "110000.00"),
            ]));
            assert_eq!(told.at("/project/saving"), "210000.00");
            let told = project(reader, asked(json!({ "by": "SCHEDULE" }))).await.ok();
            assert_eq!(told.at("/project/compared"), &json!([
                year("2025/26", "1100000.00", "900000.00", "200000.00"),
                year("2026/27", "1210000.00", "990000.00", "220000.00"),
            ]));
            let supposed = json!({ "by": "SCHEDULE", "whatIf": { "components": [
                { "reference": "BLOCK", "pay": { "block": share("CONTRACT_VALUE", 8_000) } }] } });
            let told = project(reader, asked(supposed)).await.ok();
            assert_eq!(told.at("/project/saving"), "630000.00", "300,000 and 330,000");
        }

        let contract = "input.proposedContract.contract";
        for by in ["EXPECTED_VALUE", "SCHEDULE"] {
            // An associate that reads its own share would be told the whole by what is saved.
            let hidden = project(&bought.council, asked(json!({ "by": by }))).await;
            assert_eq!(hidden.refusal(), ("NOT_ALLOWED".into(), contract.into()));
            assert!(hidden.sentence().starts_with("rule V8: "), "{hidden:?}");
            let unseen = project(&stranger, asked(json!({ "by": by }))).await;
            assert_eq!(unseen.refusal(), ("NOT_FOUND".into(), contract.into()));
        }
        let wrong = json!({ "by": "SCHEDULE", "whatIf": { "contractValue": "-1.00" } });
        let early = json!({ "whatIf": { "contractValue": "1.00" } });
        let mut both = asked(json!({}));
        both["proposed"] = json!([{ "financialYear": "2025/26", "cost": "1.00" }]);
        for (input, path) in [
            (asked(wrong), ".whatIf.contractValue"), (asked(early), ".whatIf"), (both, ""),
        ] {
            let refused = project(&bought.board, input).await;
            let path = format!("input.proposedContract{path}");
            assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), path));
        }
        assert_eq!(world.rows().await, before, "nothing is written");
    }
}
