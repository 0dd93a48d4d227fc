//! Delegated budgets, seen by who holds one, by who was paid, and by everybody around the contract.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{
    Actor, both_databases,
    delegated_budget::{Practices, figures, id_of, own, position, spend, within},
};
use tributary::service::verify;

both_databases! {
    async fn v1_a_holder_reads_its_own_and_nothing_of_another_who_was_paid_what_it_was_paid(world: World) {
        let it = Practices::on(&world).await;
        let first = it.first_has("1000.00").await;
        let amounts = [("2025/26", "2000.00")];
        let second = id_of(&it.delegates(it.budget(&it.second, &amounts)).await.ok(), "budget");
        let _ = spend(&it.first, it.spent(&first, "2025-05-01", "100.00")).await.ok();
        let mut elsewhere = it.spent(&first, "2025-05-03", "50.00");
        elsewhere["payee"] = json!(it.chain.stranger.id);
        let hidden = id_of(&spend(&it.first, elsewhere).await.ok(), "spending");
        let _ = spend(&it.second, it.spent(&second, "2025-05-02", "250.00")).await.ok();

        let (held, paid) = own(&it.first).await;
        assert_eq!((&held["totalCount"], &held["nodes"][0]["id"]), (&json!(1), &json!(first)));
        assert_eq!(held["nodes"][0]["withheld"], json!([]));
        assert_eq!(held["nodes"][0]["contract"], Value::Null, "it does not see the contract");
        assert_eq!(held["nodes"][0]["viewerCan"]["recordSpending"]["allowed"], true);
        assert_eq!(paid["totalCount"], 0);
        assert_eq!(position(&it.first, &second, "").await, Value::Null);

        let (held, paid) = own(&it.clinic).await;
        let amounts: Vec<&Value> = paid["nodes"].as_array().expect("a list").iter().map(|it| &it["amount"]).collect();
        assert_eq!((&held["totalCount"], amounts), (&json!(0), vec![&json!("100.00"), &json!("250.00")]));
        assert_eq!(paid["nodes"][0]["budget"], Value::Null, "and not of how much");
        for gone in [&first, &second, &hidden] {
            let document = format!(r#"{{ node(id: "{gone}") {{ id }} }}"#);
            assert_eq!(it.clinic.ask(&document).await.ok().at("/node"), &Value::Null);
        }

        // Whoever leads the commissioners reads all of it, together and by holder.
        let seen = within(&it.chain.commissioner, &it.chain).await;
        assert_eq!((&seen["budgets"]["totalCount"], &seen["viewerCan"]["delegate"]["allowed"]), (&json!(2), &json!(true)));
        let whole = &seen["year"]["whole"];
        assert_eq!(figures(whole), ["3000.00", "400.00", "2600.00"]);
        assert_eq!(whole["explanation"]["steps"][1]["result"], "400.00");
        let holders = seen["year"]["holders"]["nodes"].as_array().expect("holders");
        let of = |who: &Actor| {
            let mut own = holders.iter().filter(|it| it["holder"]["id"] == json!(who.id));
            figures(&own.next().expect("it holds one")["position"])
        };
        assert_eq!(of(&it.first), ["1000.00", "150.00", "850.00"]);
        assert_eq!(of(&it.second), ["2000.00", "250.00", "1750.00"]);

        // The other commissioner and who provides are no part of it, whoever was paid instead of them.
        for who in [&it.chain.associate, &it.chain.lead] {
            let seen = within(who, &it.chain).await;
            assert_eq!((&seen["budgets"]["totalCount"], &seen["year"]["holders"]["nodes"]), (&json!(0), &json!([])));
            assert_eq!(seen["year"]["whole"]["withheld"][0], json!({ "field": "budget", "reason": "NOT_A_PARTY" }));
            assert_eq!(position(who, &first, "").await, Value::Null);
        }
        // An associate that holds one reads its own, and of the year no more than that.
        let mut for_associate = it.budget(&it.chain.associate, &[("2025/26", "7.00")]);
        for_associate["purpose"] = json!("Interpreters");
        let _ = it.delegates(for_associate).await.ok();
        let seen = within(&it.chain.associate, &it.chain).await;
        assert_eq!(seen["budgets"]["totalCount"], 1);
        assert_eq!(figures(&seen["year"]["whole"]), ["7.00", "0.00", "7.00"]);
    }

    async fn g5_who_follows_a_holder_reads_and_goes_on_in_its_place(world: World) {
        let it = Practices::on(&world).await;
        let budget = it.first_has("1000.00").await;
        let _ = spend(&it.first, it.spent(&budget, "2025-05-01", "100.00")).await.ok();
        assert_eq!(own(&it.chain.stranger).await.0["totalCount"], 0);
        it.chain.succeed(&world, (&it.first, &it.chain.stranger), "2025-11-01").await;
        world.it_is(2025, 11, 2);
        let closed = world.again(&it.first).await;
        let heir = world.actor(it.chain.stranger.organisation, &[Role::Finance]).await;
        let after = spend(&heir, it.spent(&budget, "2025-11-02", "50.00")).await.ok();
        assert_eq!(after.payload()["spending"]["payer"]["id"], json!(heir.id));
        assert_eq!(figures(&position(&heir, &budget, "").await), ["1000.00", "150.00", "850.00"]);
        let denied = spend(&closed, it.spent(&budget, "2025-11-01", "1.00")).await;
        assert_eq!(denied.problem(), "NOT_ALLOWED");
        let before = position(&closed, &budget, "").await;
        assert_eq!(figures(&before)[1], "100.00", "what came later is its successor's");
        verify::verify(&world.database).await.expect("the views are what is on record");
    }

    async fn statements_are_bounded_by_the_query_and_not_by_the_budgets(world: World) {
        let it = Practices::on(&world).await;
        let asked = async || {
            let _ = within(&it.chain.commissioner, &it.chain).await;
            let before = world.served.statements_run();
            let _ = within(&it.chain.commissioner, &it.chain).await;
            world.served.statements_run() - before
        };
        let _ = it.first_has("1000.00").await;
        let one = asked().await;
        for holder in [&it.second, &it.clinic] {
            let made = it.delegates(it.budget(holder, &[("2025/26", "10.00")])).await.ok();
            let id = id_of(&made, "budget");
            let _ = spend(holder, it.spent(&id, "2025-05-01", "1.00")).await.ok();
        }
        assert_eq!(asked().await, one);
    }
}
