//! Budgets that the co-ordinating commissioner of a contract delegates to others: by whose decision,
//! within what it costs, and what their holders spent of them.

use entities::membership::Role;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, both_databases,
    delegated_budget::{
        Practices, acts, change, delegate, figures, id_of, position, reverse, spend, withdraw,
        within, years,
    },
    posting::decision,
};
use tributary::service::verify;

both_databases! {
    async fn g4_a_budget_is_delegated_changed_and_withdrawn_by_decisions_and_stays_on_record(world: World) {
        let it = Practices::on(&world).await;
        let amounts = [("2025/26", "60000.00"), ("2026/27", "70000.00")];
        let made = it.delegates(it.budget(&it.first, &amounts)).await.ok();
        let (said, id) = (made.payload()["budget"].clone(), id_of(&made, "budget"));
        assert_eq!((&said["purpose"], &said["version"]), (&json!("Diabetes care"), &json!(1)));
        assert_eq!(said["versions"][0]["amounts"], years(&amounts));
        let decided = &said["versions"][0]["decision"];
        assert_eq!(decided["decidingBody"], decision()["decidingBody"]);
        assert_eq!(said["viewerCan"], json!({
            "change": { "allowed": true }, "recordSpending": { "allowed": false },
        }));
        let commissioner = &it.chain.commissioner;
        let more = ("2025-07-01", years(&[("2025/26", "80000.00")]));
        let changed = change(commissioner, &id, 1, more.clone()).await.ok();
        assert_eq!(changed.payload()["budget"]["version"], 2);
        assert_eq!(change(commissioner, &id, 1, more.clone()).await.problem(), "STALE_VERSION");
        let early = change(commissioner, &id, 2, ("2025-06-30", more.1.clone())).await;
        assert_eq!(early.refusal(), ("INVALID_DATE".into(), "effectiveOn".into()));
        // M8: as at a day, and by what was known.
        let first = &it.first;
        assert_eq!(position(first, &id, r#", asOf: "2025-06-30""#).await["budget"], "60000.00");
        assert_eq!(position(first, &id, r#", asOf: "2025-07-01""#).await["budget"], "80000.00");
        let before = r#", knownAt: "2025-01-01T00:00:00Z""#;
        assert_eq!(position(first, &id, before).await["budget"], "0.00");

        let beyond = withdraw(commissioner, &id, 2, ("2025-09-01", "80000.01")).await;
        assert_eq!(beyond.refusal(), ("INSUFFICIENT_AMOUNT".into(), "kept".into()));
        let withdrawn = withdraw(commissioner, &id, 2, ("2025-09-01", "25000.00")).await.ok();
        let withdrawn = &withdrawn.payload()["budget"];
        assert_eq!((&withdrawn["isWithdrawn"], &withdrawn["version"]), (&json!(true), &json!(3)));
        assert_eq!(withdrawn["versions"][2]["reason"], "The network does it");
        assert_eq!(position(first, &id, "").await["budget"], "25000.00");
        assert_eq!(position(first, &id, r#", asOf: "2025-08-31""#).await["budget"], "80000.00");
        let document = format!(r#"{{ node(id: "{id}") {{ ... on DelegatedBudget {{
            position(financialYear: "2026/27") {{ budget }} }} }} }}"#);
        assert_eq!(first.ask(&document).await.ok().at("/node/position/budget"), "0.00");
        for done in [
            change(commissioner, &id, 3, ("2025-10-01", more.1)).await,
            withdraw(commissioner, &id, 3, ("2025-10-01", "0.00")).await,
        ] {
            assert_eq!(done.problem(), "ALREADY_DONE");
        }
        for act in ["delegateBudget", "changeDelegatedBudget", "withdrawDelegatedBudget"] {
            assert_eq!(acts(commissioner, act).await, 1, "{act}");
            assert_eq!(acts(&it.second, act).await, 0, "{act}");
        }
        verify::verify(&world.database).await.expect("the views are what is on record");
    }

    async fn m4_budgets_within_a_contract_come_to_no_more_than_it_costs(world: World) {
        let it = Practices::on(&world).await;
        let first = it.first_has("600000.00").await;
        let too_much = |amount: &str| it.budget(&it.second, &[("2025/26", amount)]);
        let refused = it.delegates(too_much("400000.01")).await;
        assert_eq!(refused.refusal(), ("INSUFFICIENT_AMOUNT".into(), "amounts".into()));
        let sentence = refused.payload()["errors"][0]["message"].as_str().expect("a sentence");
        assert!(!sentence.contains("0000"), "it names no amount: {sentence}");
        let second = id_of(&it.delegates(too_much("400000.00")).await.ok(), "budget");
        let commissioner = &it.chain.commissioner;
        let more = years(&[("2025/26", "600000.01")]);
        let refused = change(commissioner, &first, 1, ("2025-10-01", more.clone())).await;
        assert_eq!(refused.problem(), "INSUFFICIENT_AMOUNT");
        // Less of the one from a day on leaves more for the other from that day on.
        let less = years(&[("2025/26", "399999.99")]);
        let _ = change(commissioner, &second, 1, ("2025-11-01", less)).await.ok();
        let refused = change(commissioner, &first, 1, ("2025-10-31", more.clone())).await;
        assert_eq!(refused.problem(), "INSUFFICIENT_AMOUNT");
        let _ = change(commissioner, &first, 1, ("2025-11-01", more)).await.ok();
        // A year whose value is not recorded is compared with nothing.
        let far = json!([{ "financialYear": "2031/32", "amount": "9000000.00" }]);
        let _ = change(commissioner, &first, 2, ("2025-11-01", far)).await.ok();
        // What adds nothing to an excess is not refused for it.
        it.chain.worth(&world, 2, 10_000_000).await;
        let less = years(&[("2025/26", "500000.00")]);
        let _ = change(commissioner, &first, 3, ("2025-11-01", less)).await.ok();
        let more = years(&[("2025/26", "500000.01")]);
        let refused = change(commissioner, &first, 4, ("2025-11-01", more)).await;
        assert_eq!(refused.problem(), "INSUFFICIENT_AMOUNT");
    }

    async fn m4_of_two_who_delegate_at_once_both_together_stay_within_the_contract(world: World) {
        let it = Practices::on(&world).await;
        let (one, two) = tokio::join!(
            it.delegates(it.budget(&it.first, &[("2025/26", "600000.00")])),
            it.delegates(it.budget(&it.second, &[("2025/26", "600000.00")])),
        );
        let taken = |answer: &Answer| answer.payload()["budget"].is_object();
        assert!(taken(&one) != taken(&two), "one of the two is delegated: {one:?} {two:?}");
        let late = if taken(&one) { &two } else { &one };
        assert_eq!(late.problem(), "INSUFFICIENT_AMOUNT");
    }

    async fn m8_a_holder_says_what_it_spent_and_takes_back_what_was_wrong(world: World) {
        let it = Practices::on(&world).await;
        let budget = it.first_has("1000.00").await;
        let made = spend(&it.first, it.spent(&budget, "2025-05-01", "600.00")).await.ok();
        let said = made.payload()["spending"].clone();
        assert_eq!((&said["amount"], &said["purpose"]), (&json!("600.00"), &json!("Foot checks")));
        assert_eq!(made.payload()["warnings"], json!([]));
        assert_eq!((&said["payer"]["id"], &said["payee"]["id"]), (&json!(it.first.id), &json!(it.clinic.id)));
        let wrong = spend(&it.first, it.spent(&budget, "2025-05-02", "300.00")).await.ok();
        let wrong = id_of(&wrong, "spending");
        world.pass(60);
        let taken_back = reverse(&it.first, &wrong, "1").await.ok();
        let taken_back = &taken_back.payload()["spending"];
        assert_eq!((&taken_back["amount"], &taken_back["spentOn"]), (&json!("-300.00"), &json!("2025-05-02")));
        assert_eq!((&taken_back["reverses"]["id"], &taken_back["reason"]), (&json!(wrong), &json!("Paid twice")));
        assert_eq!(reverse(&it.first, &wrong, "2").await.problem(), "ALREADY_DONE");
        let id = taken_back["id"].as_str().expect("an id");
        assert_eq!(reverse(&it.first, id, "3").await.problem(), "INVALID_VALUE");
        let seen = position(&it.first, &budget, "").await;
        assert_eq!(figures(&seen), ["1000.00", "600.00", "400.00"]);
        assert_eq!(seen["explanation"]["steps"], json!([
            { "label": "Budget", "result": "1000.00",
              "inputs": [{ "name": "version 1 from 2025-04-01", "amount": "1000.00" }] },
            { "label": "Spent", "result": "600.00", "inputs": [{ "name": "2025-05", "amount": "600.00" }] },
            { "label": "Left", "result": "400.00",
              "inputs": [{ "name": "budget", "amount": "1000.00" }, { "name": "spent", "amount": "600.00" }] },
        ]));
        let early = position(&it.first, &budget, r#", asOf: "2025-04-30""#).await;
        assert_eq!(figures(&early), ["1000.00", "0.00", "1000.00"]);
        for act in ["recordDelegatedSpending", "reverseDelegatedSpending"] {
            assert!(acts(&it.first, act).await.as_i64() > Some(0), "{act}");
            assert!(acts(&it.chain.commissioner, act).await.as_i64() > Some(0), "{act}");
        }
    }

    async fn what_is_overspent_is_recorded_and_told(world: World) {
        let it = Practices::on(&world).await;
        let budget = it.first_has("1000.00").await;
        let spent = spend(&it.first, it.spent(&budget, "2025-05-01", "1000.00")).await.ok();
        assert_eq!(spent.payload()["warnings"], json!([]));
        let mut more = it.spent(&budget, "2025-06-01", "0.01");
        more["payee"] = json!(it.first.id);
        let spent = spend(&it.first, more).await.ok();
        assert_eq!(spent.payload()["warnings"], json!(["OVERSPENT", "PAID_TO_ITSELF"]));
        let seen = within(&it.chain.commissioner, &it.chain).await;
        let whole = &seen["year"]["whole"];
        assert_eq!(figures(whole), ["1000.00", "1000.01", "-0.01"]);
        assert_eq!(whole["isOverspent"], true, "the commissioner sees it");
        let _ = withdraw(&it.chain.commissioner, &budget, 1, ("2025-09-01", "1000.00")).await.ok();
        let late = spend(&it.first, it.spent(&budget, "2025-09-01", "5.00")).await.ok();
        assert_eq!(late.payload()["warnings"], json!(["OVERSPENT", "AFTER_WITHDRAWAL"]));
    }

    async fn what_is_no_delegation_is_refused_and_nothing_is_written(world: World) {
        let it = Practices::on(&world).await;
        let refused = async |who: &Actor, change: Value| {
            let mut input = it.budget(&it.first, &[("2025/26", "1000.00")]);
            for (field, value) in change.as_object().expect("fields") {
                input[field] = value.clone();
            }
            input["idempotencyKey"] = json!(change.to_string());
            delegate(who, input).await.refusal()
        };
        let said = |code: &str, path: &str| (code.to_owned(), path.to_owned());
        let commissioner = &it.chain.commissioner;
        let unnamed = refused(commissioner, json!({ "purpose": " " })).await;
        assert_eq!(unnamed, said("INVALID_VALUE", "purpose"));
        let to_itself = refused(commissioner, json!({ "holder": commissioner.id })).await;
        assert_eq!(to_itself, said("INVALID_VALUE", "holder"));
        let before = refused(commissioner, json!({ "startsOn": "2025-03-31" })).await;
        assert_eq!(before, said("INVALID_DATE", "startsOn"));
        let after = refused(commissioner, json!({ "startsOn": "2030-04-01" })).await;
        assert_eq!(after, said("INVALID_DATE", "startsOn"));
        for (amounts, expected) in [
            (json!([]), said("INVALID_VALUE", "amounts")),
            (years(&[("2024/25", "1.00")]), said("WRONG_YEAR", "amounts.0.financialYear")),
            (years(&[("2025/26", "-1.00")]), said("INVALID_VALUE", "amounts.0.amount")),
            (years(&[("2025/26", "1.00"), ("2025/26", "1.00")]), said("INVALID_VALUE", "amounts.1.financialYear")),
        ] {
            assert_eq!(refused(commissioner, json!({ "amounts": amounts })).await, expected);
        }
        let undecided = json!({ "decision": { "decidingBody": "Cabinet", "decidedOn": "2025-10-02", "minuteReference": "1" } });
        assert_eq!(refused(commissioner, undecided).await.0, "INVALID_VALUE");
        for who in [&it.chain.associate, &it.chain.lead] {
            assert_eq!(refused(who, json!({})).await.0, "NOT_ALLOWED");
        }
        for who in [&it.first, &it.chain.stranger] {
            assert_eq!(refused(who, json!({})).await, said("NOT_FOUND", "contract"));
        }
        let manager = world.actor(commissioner.organisation, &[Role::ContractManager]).await;
        assert_eq!(refused(&manager, json!({})).await.0, "NOT_ALLOWED");
        let mut dry = it.budget(&it.first, &[("2025/26", "1000.00")]);
        dry["dryRun"] = json!(true);
        let _ = it.delegates(dry.clone()).await.ok();
        assert_eq!(within(commissioner, &it.chain).await["budgets"]["totalCount"], 0);

        dry["dryRun"] = json!(false);
        let first = it.delegates(dry.clone()).await.ok();
        let again = it.delegates(dry.clone()).await.ok();
        assert_eq!(first.payload()["budget"], again.payload()["budget"], "M14");
        dry["purpose"] = json!("Something else");
        assert_eq!(it.delegates(dry).await.problem(), "IDEMPOTENCY_KEY_REUSED");
        // Whoever provides under the contract decides nothing of it.
        it.chain.provided_by(&world, commissioner).await;
        let shut_out = refused(commissioner, json!({})).await;
        assert_eq!(shut_out.0, "NOT_ALLOWED");
        assert_eq!(within(commissioner, &it.chain).await["viewerCan"]["delegate"]["allowed"], false);
    }

    async fn what_is_no_spending_is_refused_and_nothing_is_written(world: World) {
        let it = Practices::on(&world).await;
        let budget = it.first_has("1000.00").await;
        let refused = async |who: &Actor, change: Value| {
            let mut input = it.spent(&budget, "2025-05-01", "10.00");
            for (field, value) in change.as_object().expect("fields") {
                input[field] = value.clone();
            }
            input["idempotencyKey"] = json!(change.to_string());
            spend(who, input).await.refusal()
        };
        let said = |code: &str, path: &str| (code.to_owned(), path.to_owned());
        for (change, expected) in [
            (json!({ "amount": "0.00" }), said("NOT_POSITIVE", "amount")),
            (json!({ "amount": "-1.00" }), said("NOT_POSITIVE", "amount")),
            (json!({ "spentOn": "2025-03-31" }), said("INVALID_DATE", "spentOn")),
            (json!({ "spentOn": "2025-10-02" }), said("INVALID_DATE", "spentOn")),
            (json!({ "purpose": " " }), said("INVALID_VALUE", "purpose")),
            (json!({ "documentReference": "" }), said("INVALID_VALUE", "documentReference")),
        ] {
            assert_eq!(refused(&it.first, change).await, expected);
        }
        assert_eq!(refused(&it.chain.commissioner, json!({})).await.0, "NOT_ALLOWED", "it is not its statement");
        for who in [&it.second, &it.clinic, &it.chain.lead, &it.chain.associate, &it.chain.stranger] {
            assert_eq!(refused(who, json!({})).await, said("NOT_FOUND", "budget"));
        }
        let manager = world.actor(it.first.organisation, &[Role::ContractManager]).await;
        assert_eq!(refused(&manager, json!({})).await.0, "NOT_ALLOWED");
        let commissioning = world.actor(it.first.organisation, &[Role::Commissioner]).await;
        let spent = spend(&commissioning, it.spent(&budget, "2025-05-01", "10.00")).await.ok();
        let again = spend(&it.first, it.spent(&budget, "2025-05-01", "10.00")).await.ok();
        assert_eq!(id_of(&spent, "spending"), id_of(&again, "spending"), "M14");
        assert_eq!(figures(&position(&it.first, &budget, "").await)[1], "10.00");
        let of = id_of(&spent, "spending");
        assert_eq!(reverse(&it.chain.commissioner, &of, "1").await.problem(), "NOT_ALLOWED");
        assert_eq!(reverse(&it.clinic, &of, "2").await.problem(), "NOT_ALLOWED", "it was paid, and sees that");
        assert_eq!(reverse(&it.second, &of, "3").await.refusal(), said("NOT_FOUND", "spending"));
    }

    async fn what_was_delegated_and_spent_is_never_changed_or_deleted(world: World) {
        let it = Practices::on(&world).await;
        let budget = it.first_has("1000.00").await;
        let _ = spend(&it.first, it.spent(&budget, "2025-05-01", "100.00")).await.ok();
        for sql in [
            "update delegated_budget set purpose = 'x'",
            "delete from delegated_budget",
            "update delegated_budget_version set number = 2",
            "delete from delegated_budget_version",
            "update delegated_budget_amount set amount_pence = 1",
            "delete from delegated_budget_amount",
            "update delegated_spending set amount_pence = 1",
            "delete from delegated_spending",
        ] {
            let outcome = world.database.for_migration().execute_unprepared(sql).await;
            let why = outcome.expect_err("the database refuses").to_string();
            assert!(why.contains("append-only"), "{sql}: {why}");
        }
    }
}
