//! What contracts pay, run, approved, posted and dealt with line by line (rules C7, C11, M13, M14).

use entities::membership::Role;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, Books, World, both_databases,
    payment_run::{Paid, RUN},
    posting::decision,
};
use tributary::service::verify::verify;

fn money(actual: &str, cash: &str) -> (String, String) {
    (actual.to_owned(), cash.to_owned())
}

fn pence(value: &Value) -> i64 {
    value.as_str().expect("money").replace('.', "").parse().expect("pence")
}

async fn acts(world: &World, action: &str) -> u64 {
    use entities::audit_act::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let acts = Entity::find().filter(Column::Action.eq(action));
    acts.count(world.database.for_migration()).await.expect("a count")
}

both_databases! {
    async fn c4_twelve_runs_of_a_year_add_up_to_its_schedule_and_enter_the_books(world: World) {
        let paid = Paid::block(&world).await;
        let mut sum = 0;
        for period in 1..=12 {
            let run = paid.run(period, &format!("{period}")).await.ok();
            assert_eq!(run.at("/runPayment/run/number"), period);
            assert_eq!(run.at("/runPayment/run/state"), "AWAITING_APPROVAL");
            let lines = run.at("/runPayment/run/lines").as_array().expect("lines").clone();
            assert_eq!(lines.len(), 1, "a month has one line");
            assert_eq!((&lines[0]["period"], &lines[0]["isAdjustment"]), (&json!(period), &json!(false)));
            sum += pence(run.at("/runPayment/run/total"));
            paid.approve(period).await.ok();
        }
        assert_eq!(sum, 10_000_000, "£100,000.00 to the penny");
        assert_eq!(paid.stands().await, money("100000.00", "0.00"));
        assert_eq!(paid.books.transactions(paid.books.host()).await, 12, "one for each run");
        assert_eq!(acts(&world, "runPayment").await, 12);
        assert_eq!(acts(&world, "approvePaymentRun").await, 12);
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn m14_what_was_run_is_not_run_again_and_a_dry_run_writes_nothing(world: World) {
        let paid = Paid::block(&world).await;
        let mut tried = paid.month(3, "dry");
        tried["dryRun"] = json!(true);
        let tried = paid.board.run("runPayment", tried, RUN).await.ok();
        assert_eq!(tried.at("/runPayment/run/total"), "25000.02");
        let document = "query($id: ID!) { contract(id: $id) { pay {
            paymentRuns(financialYear: \"2025/26\") { number } } } }";
        let none = paid.board.send(document, json!({ "id": paid.contract })).await.ok();
        assert_eq!(none.at("/contract/pay/paymentRuns"), &json!([]));

        paid.run(3, "A").await.ok();
        let replayed = paid.run(3, "A").await.ok();
        assert_eq!(replayed.at("/runPayment/run/number"), 1);
        assert_eq!(paid.run(4, "A").await.problem(), "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(paid.run(3, "B").await.refusal(), ("ALREADY_DONE".into(), "period".into()));
        paid.approve(1).await.ok();
        assert_eq!(paid.approve(1).await.problem(), "ALREADY_DONE");
        assert_eq!(paid.run(3, "C").await.problem(), "ALREADY_DONE");
        assert_eq!(paid.stands().await, money("25000.02", "0.00"));
        assert_eq!(acts(&world, "runPayment").await, 1);
        assert_eq!(paid.run(13, "D").await.problem_path(), "period");
        let mut next = paid.month(2, "E");
        next["financialYear"] = json!("2026/27");
        let early = paid.board.run("runPayment", next, RUN).await;
        assert_eq!(early.problem(), "INVALID_DATE");
    }

    async fn c8_months_after_a_contract_has_ended_pay_nothing_and_what_was_run_is_taken_back(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(8, "1").await.ok();
        paid.approve(1).await.ok();
        for step in ["mobiliseContract", "activateContract"] {
            paid.board.step(step, &paid.contract, "2025-06-30", json!({})).await.ok();
        }
        let why = json!({ "reasonCode": "SAFETY", "reason": "Unsafe",
            "documentReference": "Deed of termination" });
        paid.board.step("terminateContract", &paid.contract, "2025-09-20", why).await.ok();
        assert_eq!(paid.run(12, "2").await.ok().at("/runPayment/run/total"), "-16666.66");
        paid.approve(2).await.ok();
        assert_eq!(paid.stands().await, money("50000.02", "0.00"), "April to September");
        assert_eq!(paid.run(12, "3").await.refusal(), ("INVALID_DATE".into(), "period".into()));
        assert_eq!(paid.run(6, "4").await.refusal(), ("ALREADY_DONE".into(), "period".into()));
        let link = json!({
            "under": paid.contract, "seller": paid.subcontractor.id, "reference": "LATE",
            "service": "Nursing", "startsOn": "2025-09-20", "endsOn": "2026-03-31",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "1000.00" } }],
        });
        let late = paid.trust.run("recordSubcontract", link, "subcontract { id }").await;
        assert_eq!(late.refusal(), ("INVALID_DATE".into(), "startsOn".into()));
    }

    async fn c7_a_corrected_list_size_comes_as_adjustments_of_the_months_before(world: World) {
        let paid = Paid::awarded(&world).await;
        let count = |people: i32| {
            paid.input(json!({ "code": "ALL", "countedOn": "2025-04-01", "people": people,
                "source": "Practice" }))
        };
        paid.board.run("recordListSize", count(1_000), "countedOn").await.ok();
        let capitation = json!({ "capitation": { "yearlyPrice": "120.00",
            "groups": [{ "code": "ALL" }], "refreshed": "MONTHLY" } });
        paid.component("LIST", capitation).await;
        let first = paid.run(2, "1").await.ok();
        assert_eq!(first.at("/runPayment/run/total"), "20000.00");
        paid.approve(1).await.ok();
        world.pass(1);
        paid.board.run("recordListSize", count(1_100), "countedOn").await.ok();
        let second = paid.run(3, "2").await.ok();
        assert_eq!(second.at("/runPayment/run/total"), "13000.00");
        let lines = second.at("/runPayment/run/lines").clone();
        let told = |place: usize| {
            let line = &lines[place];
            (line["period"].clone(), line["amount"].clone(), line["isAdjustment"].clone())
        };
        assert_eq!(told(0), (json!(1), json!("1000.00"), json!(true)));
        assert_eq!(told(1), (json!(2), json!("1000.00"), json!(true)));
        assert_eq!(told(2), (json!(3), json!("11000.00"), json!(false)));
        let steps = lines[0]["explanation"]["steps"].as_array().expect("steps");
        let last = steps.last().expect("a step");
        let inputs = json!([{ "name": "what it comes to now", "amount": "11000.00" },
            { "name": "run 1", "amount": "-10000.00" }]);
        assert_eq!((&last["inputs"], &last["result"]), (&inputs, &json!("1000.00")));
        world.pass(1);
        paid.board.run("recordListSize", count(900), "countedOn").await.ok();
        let third = paid.run(3, "3").await.ok();
        assert_eq!(third.at("/runPayment/run/total"), "-6000.00");
        paid.approve(2).await.ok();
        paid.approve(3).await.ok();
        assert_eq!(paid.stands().await, money("27000.00", "0.00"));
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn a2_what_three_of_four_measures_earn_is_paid_and_the_fourth_once_it_is_validated(world: World) {
        let paid = Paid::awarded(&world).await;
        let measures: Vec<Value> = ["M1", "M2", "M3", "M4"].map(|it| json!({
            "reference": it, "name": it, "kind": "OUTCOME", "unit": "per cent", "weight": 2_500,
            "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
            "scoring": "ALL_OR_NOTHING",
        })).into();
        let framework = paid.input(json!({
            "effectiveOn": "2025-04-01", "cutOffDays": 90, "decision": decision(),
            "domains": [{ "name": "Living well", "weight": 10_000, "measures": measures }],
        }));
        paid.board.run("defineOutcomeFramework", framework, "framework { number }").await.ok();
        let share = |points: i32| json!({ "basis": "CONTRACT_VALUE", "basisPoints": points });
        paid.component("CORE", json!({ "block": share(7_000) })).await;
        let contingent = json!({ "outcomeContingent": { "most": [share(3_000)] } });
        paid.component("OUTCOMES", contingent).await;
        let validator = paid.board.colleague(&world, 21, &[Role::Approver]).await;
        for (measure, number) in ["M1", "M2", "M3"].into_iter().zip(1..) {
            measured(&paid, &validator, (measure, number)).await;
        }
        let run = paid.run(12, "1").await.ok();
        assert_eq!(run.at("/runPayment/run/total"), "925000.00");
        measured(&paid, &validator, ("M4", 4)).await;
        let rest = paid.run(12, "2").await.ok();
        assert_eq!(rest.at("/runPayment/run/total"), "75000.00");
        paid.approve(1).await.ok();
        paid.approve(2).await.ok();
        assert_eq!(paid.stands().await, money("1000000.00", "0.00"));
    }

    async fn c11_a_line_is_due_or_on_account_until_it_is_dealt_with_and_again_after_an_answer(world: World) {
        let paid = Paid::awarded(&world).await;
        let measure = json!({
            "reference": "M1", "name": "M1", "kind": "OUTCOME", "unit": "per cent", "weight": 10_000,
            "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100", "scoring": "LINEAR",
        });
        let framework = paid.input(json!({
            "effectiveOn": "2025-04-01", "cutOffDays": 90, "decision": decision(),
            "domains": [{ "name": "Living well", "weight": 10_000, "measures": [measure] }],
        }));
        paid.board.run("defineOutcomeFramework", framework, "framework { number }").await.ok();
        let share = |points: i32| json!({ "basis": "CONTRACT_VALUE", "basisPoints": points });
        paid.component("CORE", json!({ "block": share(7_000) })).await;
        let contingent = json!({ "most": [share(3_000)], "onAccountBasisPoints": 5_000 });
        paid.component("OUTCOMES", json!({ "outcomeContingent": contingent })).await;
        paid.run(1, "1").await.ok();
        paid.approve(1).await.ok();
        let told = |runs: &Value| {
            let lines = runs["pay"]["paymentRuns"][0]["lines"].as_array().expect("lines").clone();
            lines.iter().map(|it| (
                it["component"].clone(), it["nature"].clone(), it["state"].clone(), it["amount"].clone(),
            )).collect::<Vec<_>>()
        };
        let core = (json!("CORE"), json!("DUE"), json!("DUE"), json!("58333.34"));
        let on_account = |state: &str| {
            (json!("OUTCOMES"), json!("ON_ACCOUNT"), json!(state), json!("12500.00"))
        };
        for reader in [&paid.board, &paid.trust, paid.books.host()] {
            assert_eq!(told(&paid.runs(reader).await), [core.clone(), on_account("ON_ACCOUNT")]);
        }
        let line = |fields: Value| {
            let mut input = paid.input(json!({ "run": 1, "line": 2 }));
            for (name, value) in fields.as_object().into_iter().flatten() {
                input[name] = value.clone();
            }
            input
        };
        let query = line(json!({ "amount": "500.00", "reason": "Too early" }));
        paid.trust.run("queryPaymentLine", query, "line { state }").await.ok();
        assert_eq!(told(&paid.runs(&paid.trust).await)[1], on_account("QUERIED"));
        let answer = line(json!({ "answer": "It is on account" }));
        paid.board.run("answerPaymentQuery", answer, "line { state }").await.ok();
        assert_eq!(told(&paid.runs(&paid.trust).await), [core, on_account("ON_ACCOUNT")]);
        paid.trust.run("claimPaymentLine", line(json!({})), "line { state }").await.ok();
        assert_eq!(told(&paid.runs(&paid.trust).await)[1], on_account("CLAIMED"));
    }

    async fn c11_a_line_is_claimed_queried_answered_accepted_paid_once_and_confirmed(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        let unapproved = paid.line(&paid.board, "acceptPaymentLine", json!({})).await;
        assert_eq!(unapproved.problem(), "NOT_ALLOWED");
        let unseen = paid.line(&paid.trust, "claimPaymentLine", json!({})).await;
        assert_eq!(unseen.problem(), "NOT_FOUND", "what waits for the host is not shown to the payee");
        paid.approve(1).await.ok();
        let host = paid.books.host();
        let state = |answer: &Answer| answer.payload()["line"]["state"].clone();

        let claim = paid.line(&paid.trust, "claimPaymentLine", json!({ "reference": "INV 7" })).await;
        assert_eq!(state(&claim.ok()), "CLAIMED");
        let query = |amount: &str| json!({ "amount": amount, "reason": "Two wards were shut" });
        let much = paid.line(&paid.board, "queryPaymentLine", query("8333.35")).await;
        assert_eq!(much.refusal(), ("INVALID_VALUE".into(), "amount".into()));
        let asked = paid.line(&paid.board, "queryPaymentLine", query("500.00")).await.ok();
        assert_eq!(state(&asked), "QUERIED");
        let payment = || json!({ "paidOn": "2026-04-10", "idempotencyKey": "P1" });
        let held = paid.line(host, "recordPaymentMade", payment()).await;
        assert_eq!(held.problem(), "NOT_ALLOWED", "what is queried is not paid");
        let answer = json!({ "answer": "One ward, for a day" });
        for own in [&paid.board, host] {
            let own = paid.line(own, "answerPaymentQuery", answer.clone()).await;
            assert_eq!(own.problem(), "NOT_ALLOWED", "nobody answers its own query");
        }
        let answered = paid.line(&paid.trust, "answerPaymentQuery", answer.clone()).await.ok();
        assert_eq!(state(&answered), "CLAIMED");
        let accepted = paid.line(&paid.board, "acceptPaymentLine", json!({})).await.ok();
        assert_eq!(state(&accepted), "ACCEPTED");
        assert_eq!(paid.stands().await, money("8333.34", "0.00"));

        let made = paid.line(host, "recordPaymentMade", payment()).await.ok();
        assert_eq!(state(&made), "PAID");
        assert_eq!(paid.books.transactions(host).await, 2);
        assert_eq!(state(&paid.line(host, "recordPaymentMade", payment()).await.ok()), "PAID");
        let mut twice = payment();
        twice["idempotencyKey"] = json!("P2");
        let twice = paid.line(host, "recordPaymentMade", twice).await;
        assert_eq!(twice.problem(), "ALREADY_DONE");
        assert_eq!(paid.books.transactions(host).await, 2, "it was paid once");
        let arrived = json!({ "receivedOn": "2026-04-10" });
        let foreign = paid.line(&paid.board, "reconcilePaymentLine", arrived.clone()).await;
        assert_eq!(foreign.problem(), "NOT_ALLOWED");
        let confirmed = paid.line(&paid.trust, "reconcilePaymentLine", arrived).await.ok();
        assert_eq!(state(&confirmed), "RECONCILED");
        let kinds: Vec<&Value> = confirmed.payload()["line"]["acts"].as_array().expect("acts")
            .iter().map(|act| &act["kind"]).collect();
        assert_eq!(kinds, ["CLAIMED", "QUERIED", "ANSWERED", "ACCEPTED", "PAID", "RECONCILED"]);
        for act in ["claimPaymentLine", "queryPaymentLine", "answerPaymentQuery",
            "acceptPaymentLine", "recordPaymentMade", "reconcilePaymentLine"] {
            assert_eq!(acts(&world, act).await, 1, "{act}");
        }
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn c8_the_database_lets_nobody_change_or_delete_what_was_run_and_done(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        paid.approve(1).await.ok();
        paid.line(&paid.trust, "claimPaymentLine", json!({})).await.ok();
        let tables = [("payment_run", "number"), ("payment_run_line", "number"),
            ("payment_run_decision", "reason"), ("payment_run_act", "number")];
        for (table, column) in tables {
            let delete = format!("delete from {table}");
            for change in [delete, format!("update {table} set {column} = {column}")] {
                let outcome = world.database.for_migration().execute_unprepared(&change).await;
                let why = outcome.expect_err("the database refuses").to_string();
                assert!(why.contains("append-only"), "{change}: {why}");
            }
        }
    }

    async fn m13_the_host_approves_and_not_the_commissioner_and_what_it_refuses_is_run_again(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        let input = || paid.input(json!({ "run": 1 }));
        let own = paid.board.colleague(&world, 22, &[Role::Approver]).await;
        for other in [&own, paid.books.host(), &paid.trust] {
            let refused = other.run("approvePaymentRun", input(), RUN).await.problem();
            assert!(["NOT_ALLOWED", "NOT_FOUND"].contains(&refused.as_str()), "{refused}");
        }
        let provider = paid.trust.run("runPayment", paid.month(1, "2"), RUN).await;
        assert_eq!(provider.problem(), "NOT_ALLOWED");
        let mut refusal = input();
        refusal["reason"] = json!("The wrong scheme");
        let refused = paid.approver.run("refusePaymentRun", refusal, RUN).await.ok();
        assert_eq!(refused.at("/refusePaymentRun/run/state"), "REFUSED");
        assert_eq!(acts(&world, "refusePaymentRun").await, 1);
        let again = paid.run(1, "3").await.ok();
        assert_eq!(again.at("/runPayment/run/total"), "8333.34");
        assert_eq!(again.at("/runPayment/run/lines/0/isAdjustment"), false);
        assert_eq!(paid.stands().await, money("0.00", "0.00"));
    }

    async fn m9_a_run_is_posted_into_an_open_period_and_put_right_by_the_next_run_alone(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        paid.books.close(1, "CLOSED").await;
        assert_eq!(paid.approve(1).await.problem(), "PERIOD_CLOSED");
        let input = paid.input(json!({ "run": 1, "effectiveOn": "2025-05-01" }));
        let posted = paid.approver.run("approvePaymentRun", input, RUN).await.ok();
        assert_eq!(posted.at("/approvePaymentRun/run/state"), "APPROVED");
        let document = format!(
            r#"{{ pooledFund(reference: "{}") {{ transactions(first: 9) {{ nodes {{ id kind }} }} }} }}"#,
            paid.books.reference
        );
        let told = paid.books.host().ask(&document).await.ok();
        let run = told.at("/pooledFund/transactions/nodes/0").clone();
        assert_eq!(run["kind"], "ACCRUAL");
        let id = run["id"].as_str().expect("an identity");
        let reversal = Books::reversal(id, "2025-05-02", "R");
        let reversed = paid.books.host().run("reverseTransaction", reversal, "").await;
        assert_eq!(reversed.problem(), "NOT_ALLOWED");
        let mut settles = Books::expenditure(&paid.scheme, "1.00", "2025-05-02", "S");
        settles["settles"] = json!(id);
        let settled = paid.books.host().run("recordExpenditure", settles, "").await;
        assert_eq!(settled.refusal(), ("NOT_ALLOWED".into(), "settles".into()));
        let adjusts = json!({ "adjusts": id, "amount": "1.00", "reason": "Wrong",
            "effective": { "effectiveOn": "2025-05-02" }, "description": "More",
            "idempotencyKey": "J" });
        let adjusted = paid.books.host().run("recordAdjustment", adjusts, "").await;
        assert_eq!(adjusted.refusal(), ("NOT_ALLOWED".into(), "adjusts".into()));
    }
}

/// Submitted by the trust and validated.
async fn measured(paid: &Paid, validator: &Actor, (measure, number): (&str, i32)) {
    let reading = paid.input(json!({
        "measure": measure, "financialYear": "2025/26", "reading": "100", "evidence": "Dashboard",
    }));
    paid.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
    let input = paid.input(json!({ "number": number }));
    validator.run("validateMeasurement", input, "measurement { state }").await.ok();
}
