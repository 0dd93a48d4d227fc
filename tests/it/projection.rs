//! What care would cost if nothing was done, and what a proposal would save against that.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, World, both_databases};

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
}
