//! The books of a fund as its people keep them: rules M7 to M15 at work.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};
use tributary::service::verify::verify;

const ALL: &str = "transaction { id sequence kind financialYear period effectiveOn knownAt
    description reason reverses corrects { financialYear period } entries { account amount } }";

async fn post(actor: &Actor, input: Value) -> Answer {
    actor.run("recordExpenditure", input, ALL).await
}

/// The figures of the total, and the cash, at the year's end.
async fn stands(books: &Books) -> (String, String, String) {
    let selection = "cash total { actual forecastOutturn }";
    let answer = books.position(books.host(), r#", asOf: "2026-03-31""#, selection).await.ok();
    let text = |path: &str| answer.at(&format!("/pooledFund/position/{path}")).to_string();
    (text("total/actual"), text("cash"), text("total/forecastOutturn"))
}

/// A fund of two partners with one scheme that both fund equally.
async fn fund(world: &World) -> (Books, String, String) {
    let books = Books::open(world, &["Council", "ICB"]).await;
    let contribution = books.contribution(1, "1200.00").await;
    let scheme = books.scheme("1", "1200.00", &[1, 1]).await;
    (books, contribution, scheme)
}

fn with(mut input: Value, field: &str, value: Value) -> Value {
    input[field] = value;
    input
}

both_databases! {
    async fn m14_the_same_key_and_content_answer_with_the_first_result(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let input = Books::expenditure(&scheme, "10.00", "2025-05-10", "key");
        let first = post(books.host(), input.clone()).await.ok();
        let again = post(books.host(), input.clone()).await.ok();
        assert_eq!(again.0, first.0);
        assert_eq!(books.transactions(books.host()).await, 1);

        // Another organisation's key of the same name is its own (rule M14).
        let own = with(input, "spentBy", json!(books.partner(1).id));
        let _ = post(books.partner(1), own).await.ok();
        assert_eq!(books.transactions(books.host()).await, 2);
    }

    async fn m14_each_mutation_has_keys_of_its_own(world: World) {
        let (books, contribution, scheme) = fund(&world).await;
        let what = ("100.00", "2025-05-10", "May");
        for mutation in ["invoiceContribution", "receiveContribution", "refundContribution"] {
            let _ = books.pay(mutation, &contribution, what).await.ok();
        }
        let _ = books.spend(&scheme, "100.00", "2025-05-10", "May").await.ok();
        assert_eq!(books.transactions(books.host()).await, 4);
    }

    async fn m14_eight_attempts_at_once_are_one_posting(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let input = Books::expenditure(&scheme, "10.00", "2025-05-10", "key");
        let attempts: Vec<_> = (0..8)
            .map(|_| {
                let (actor, input) = (books.host().clone(), input.clone());
                tokio::spawn(async move { post(&actor, input).await.ok().0 })
            })
            .collect();
        let mut answers = Vec::new();
        for attempt in attempts {
            answers.push(attempt.await.expect("an answer"));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
        assert_eq!(books.transactions(books.host()).await, 1);
        assert_eq!(stands(&books).await.0, "\"10.00\"");
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn a_dry_run_says_what_would_happen_and_writes_nothing(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let before = books.everything().await;
        let input = Books::expenditure(&scheme, "10.00", "2025-05-10", "key");
        let dry = post(books.host(), with(input.clone(), "dryRun", json!(true))).await.ok();
        assert_eq!(dry.text("/recordExpenditure/transaction/kind"), "EXPENDITURE");
        assert_eq!(dry.text("/recordExpenditure/transaction/sequence"), "1");
        assert_eq!(books.everything().await, before);
        let refused = with(input.clone(), "amount", json!("0.00"));
        let refused = post(books.host(), with(refused, "dryRun", json!(true))).await;
        assert_eq!(refused.problem(), "NOT_POSITIVE");

        let refused = with(input.clone(), "amount", json!("0.00"));
        assert_eq!(post(books.host(), refused).await.problem(), "NOT_POSITIVE");

        // None of them used up the key: what is refused has written nothing.
        let done = post(books.host(), with(input, "amount", json!("20.00"))).await.ok();
        assert_eq!(done.text("/recordExpenditure/transaction/sequence"), "1");
        assert_eq!(books.transactions(books.host()).await, 1);
    }

    async fn m7_a_reversal_restores_every_figure_and_is_done_once(world: World) {
        let (books, contribution, scheme) = fund(&world).await;
        let _ = books.pay("invoiceContribution", &contribution, ("500.00", "2025-04-20", "1")).await.ok();
        let figures = async || {
            let selection = "cash total { spent refunded actual varianceToDate forecastOutturn }
                byPartner(first: 9) { nodes { partner { name } figures { actual } } }
                byScheme(first: 9) { nodes { figures { actual } } }
                bySource(first: 9) { nodes { sourceCode figures { actual } } }
                byPeriod { period figures { actual } }
                contributions(first: 9) { nodes { invoiced received refunded } }";
            books.position(books.host(), r#", asOf: "2025-09-30""#, selection).await.ok().0
        };
        let before = figures().await;
        let mut posted = Vec::new();
        for kind in ["SPENT", "ACCRUED", "REFUNDED"] {
            let input = Books::expenditure(&scheme, "33.33", "2025-05-10", kind);
            let mut input = with(input, "kind", json!(kind));
            if kind == "ACCRUED" {
                // One that reverses itself is not taken back a second time.
                input["reversesItself"] = json!(false);
            }
            let done = post(books.host(), input).await.ok();
            posted.push(done.text("/recordExpenditure/transaction/id").to_owned());
        }
        for mutation in ["receiveContribution", "refundContribution", "invoiceContribution"] {
            let done = books.pay(mutation, &contribution, ("100.00", "2025-05-10", "2")).await.ok();
            posted.push(done.payload()["transaction"]["id"].as_str().expect("an id").to_owned());
        }
        assert_ne!(figures().await, before);
        for transaction in &posted {
            let input = Books::reversal(transaction, "2025-05-11", transaction);
            let done = books.host().run("reverseTransaction", input, ALL).await.ok();
            assert_eq!(done.text("/reverseTransaction/transaction/kind"), "REVERSAL");
            assert_eq!(done.text("/reverseTransaction/transaction/reverses"), transaction);
        }
        assert_eq!(figures().await, before);

        let twice = Books::reversal(&posted[0], "2025-05-12", "twice");
        let twice = books.host().run("reverseTransaction", twice, ALL).await;
        assert_eq!((twice.problem(), twice.problem_path()), ("ALREADY_DONE".into(), "transaction".into()));
        let same = Books::reversal(&posted[0], "2025-05-11", &posted[0]);
        let same = books.host().run("reverseTransaction", same, ALL).await.ok();
        let reversal = same.text("/reverseTransaction/transaction/id");
        let of_reversal = Books::reversal(reversal, "2025-05-12", "back");
        let of_reversal = books.host().run("reverseTransaction", of_reversal, ALL).await;
        assert_eq!(of_reversal.problem(), "ALREADY_DONE");
        assert_eq!(figures().await, before);
    }

    async fn m7_of_reversals_at_once_one_is_done(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let spent = books.spend(&scheme, "10.00", "2025-05-10", "1").await.ok();
        let spent = spent.text("/recordExpenditure/transaction/id").to_owned();
        let attempts: Vec<_> = (0..8)
            .map(|number| {
                let input = Books::reversal(&spent, "2025-05-11", &format!("reversal {number}"));
                let actor = books.host().clone();
                tokio::spawn(async move { actor.run("reverseTransaction", input, ALL).await })
            })
            .collect();
        let mut done = 0;
        for attempt in attempts {
            let answer = attempt.await.expect("an answer");
            if answer.payload()["transaction"].is_null() {
                assert_eq!(answer.problem(), "ALREADY_DONE");
            } else {
                done += 1;
            }
        }
        assert_eq!(done, 1);
        assert_eq!(stands(&books).await.0, "\"0.00\"");
    }

    async fn m9_a_soft_closed_period_takes_what_the_host_gives_a_reason_for(world: World) {
        let (books, _, scheme) = fund(&world).await;
        books.close(1, "SOFT_CLOSED").await;
        let input = Books::expenditure(&scheme, "10.00", "2025-04-10", "1");
        for reason in [json!(null), json!(" ")] {
            let refused = post(books.host(), with(input.clone(), "reason", reason)).await;
            assert_eq!(refused.problem(), "REASON_REQUIRED");
            assert_eq!(refused.problem_path(), "reason");
        }
        let late = with(input, "reason", json!("A late invoice"));
        let own = with(late.clone(), "spentBy", json!(books.partner(1).id));
        let refused = post(books.partner(1), own).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let done = post(books.host(), late).await.ok();
        assert_eq!(done.text("/recordExpenditure/transaction/reason"), "A late invoice");
        assert_eq!(books.transactions(books.host()).await, 1);
    }

    async fn m9_periods_are_closed_by_the_hosts_finance_in_their_order(world: World) {
        let (books, ..) = fund(&world).await;
        let close = |period: i32, status: &str, reason: &str| json!({
            "fund": books.fund, "financialYear": "2025/26", "period": period, "status": status,
            "reason": reason,
        });
        let attempt = async |actor: &Actor, input: Value| {
            actor.run("closePeriod", input, "closing { period }").await.problem()
        };
        let commissioner = world.actor(books.host().organisation, &[Role::Commissioner]).await;
        assert_eq!(attempt(books.partner(1), close(1, "CLOSED", "Done")).await, "NOT_ALLOWED");
        assert_eq!(attempt(&commissioner, close(1, "CLOSED", "Done")).await, "NOT_ALLOWED");
        assert_eq!(attempt(books.host(), close(1, "CLOSED", " ")).await, "REASON_REQUIRED");
        assert_eq!(attempt(books.host(), close(2, "CLOSED", "Done")).await, "INVALID_VALUE");
        assert_eq!(attempt(books.host(), close(15, "CLOSED", "Done")).await, "INVALID_VALUE");
        books.close(14, "CLOSED").await;
        assert_eq!(attempt(books.host(), close(14, "CLOSED", "Done")).await, "ALREADY_DONE");
    }

    async fn m9_the_adjustment_periods_take_effect_on_31_march_only(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let adjusting = |on: &str, period: i32, key: &str| {
            let input = Books::expenditure(&scheme, "10.00", on, key);
            with(input, "effective", json!({ "effectiveOn": on, "adjustmentPeriod": period }))
        };
        for (on, period) in [("2025-05-10", 13), ("2026-03-30", 14)] {
            let refused = post(books.host(), adjusting(on, period, "refused")).await;
            assert_eq!(refused.problem(), "WRONG_YEAR", "{on} {period}");
            assert_eq!(refused.problem_path(), "effective.adjustmentPeriod");
        }
        assert_eq!(post(books.host(), adjusting("2026-03-31", 12, "refused")).await.problem(), "WRONG_YEAR");
        assert_eq!(post(books.host(), adjusting("2026-03-31", 15, "refused")).await.problem(), "INVALID_VALUE");
        for period in [13, 14] {
            let input = adjusting("2026-03-31", period, &format!("{period}"));
            let done = post(books.host(), input).await.ok();
            assert_eq!(done.at("/recordExpenditure/transaction/period"), &json!(period));
            assert_eq!(done.text("/recordExpenditure/transaction/financialYear"), "2025/26");
        }
        // They stay open when March is closed, and close after it.
        books.close(12, "CLOSED").await;
        let march = Books::expenditure(&scheme, "10.00", "2026-03-31", "march");
        assert_eq!(post(books.host(), march).await.problem(), "PERIOD_CLOSED");
        let _ = post(books.host(), adjusting("2026-03-31", 13, "later")).await.ok();
        let selection = "total { actual } byPeriod { period figures { actual } }";
        let answer = books.position(books.host(), r#", asOf: "2026-03-31""#, selection).await.ok();
        assert_eq!(answer.text("/pooledFund/position/total/actual"), "30.00");
        let periods = answer.at("/pooledFund/position/byPeriod").as_array().expect("periods");
        let of = |period: i32| {
            let found = periods.iter().find(|it| it["period"] == json!(period)).expect("a period");
            found["figures"]["actual"].clone()
        };
        assert_eq!((of(12), of(13), of(14)), (json!("0.00"), json!("20.00"), json!("10.00")));
    }

    async fn m9_a_correction_names_the_closed_period_and_leaves_it_as_it_was_closed(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let spent = books.spend(&scheme, "100.00", "2025-04-10", "1").await.ok();
        books.close(1, "CLOSED").await;
        let april = json!({ "financialYear": "2025/26", "period": 1 });
        let adjustment = json!({
            "adjusts": spent.text("/recordExpenditure/transaction/id"), "amount": "-30.00",
            "effective": { "effectiveOn": "2025-05-10" }, "description": "Counted twice",
            "reason": "Counted twice", "corrects": april, "idempotencyKey": "2",
        });
        let without = with(adjustment.clone(), "reason", json!(""));
        let without = books.host().run("recordAdjustment", without, ALL).await;
        assert_eq!((without.problem(), without.problem_path()), ("REASON_REQUIRED".into(), "reason".into()));
        let done = books.host().run("recordAdjustment", adjustment, ALL).await.ok();
        assert_eq!(done.at("/recordAdjustment/transaction/corrects"), &april);
        assert_eq!(done.at("/recordAdjustment/transaction/period"), &json!(2));
        let position = async |on: &str| {
            let answer = books.position(books.host(), &format!(", asOf: \"{on}\""), "total { actual }").await;
            answer.ok().text("/pooledFund/position/total/actual").to_owned()
        };
        assert_eq!(position("2025-04-30").await, "100.00");
        assert_eq!(position("2025-05-31").await, "70.00");

        // Spending that corrects a period says why, too.
        let late = with(Books::expenditure(&scheme, "5.00", "2025-05-11", "3"), "corrects", april);
        assert_eq!(post(books.host(), late.clone()).await.problem(), "REASON_REQUIRED");
        let _ = post(books.host(), with(late, "reason", json!("A late invoice"))).await.ok();
    }

    async fn m15_what_a_partner_spends_itself_moves_no_cash_of_the_host(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let _ = books.spend(&scheme, "100.00", "2025-05-10", "1").await.ok();
        let own = Books::expenditure(&scheme, "50.00", "2025-05-11", "2");
        let own = with(own, "spentBy", json!(books.partner(1).id));
        let _ = post(books.partner(1), own.clone()).await.ok();
        // The host may enter it for the partner, the partner nothing for the host.
        let entered = with(own.clone(), "idempotencyKey", json!("3"));
        let _ = post(books.host(), entered).await.ok();
        let hosts = with(own, "spentBy", json!(books.host().id));
        let hosts = with(hosts, "idempotencyKey", json!("4"));
        assert_eq!(post(books.partner(1), hosts).await.problem(), "NOT_ALLOWED");

        let by = async |basis: &str| {
            let selection = "cash byPartner(first: 9) { nodes { partner { name } figures { actual } } }";
            let arguments = format!(r#", asOf: "2025-09-30", basis: {basis}"#);
            let answer = books.position(books.host(), &arguments, selection).await.ok();
            let position = answer.at("/pooledFund/position").clone();
            let nodes = position["byPartner"]["nodes"].as_array().expect("partners").clone();
            let of = |name: &str| {
                let found = nodes.iter().find(|it| it["partner"]["name"] == name).expect("a partner");
                found["figures"]["actual"].as_str().expect("money").to_owned()
            };
            assert_eq!(position["cash"], "-100.00");
            (of("Council"), of("ICB"))
        };
        assert_eq!(by("INCURRED_BY").await, ("100.00".into(), "100.00".into()));
        assert_eq!(by("FUNDED_BY").await, ("100.00".into(), "100.00".into()));
    }

    async fn m11_an_accrual_counts_as_spent_and_moves_no_cash(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let accrued = Books::expenditure(&scheme, "80.00", "2025-05-31", "1");
        let done = post(books.host(), with(accrued, "kind", json!("ACCRUED"))).await.ok();
        assert_eq!(done.text("/recordExpenditure/transaction/kind"), "ACCRUAL");
        let selection = "cash total { actual }";
        let answer = books.position(books.host(), r#", asOf: "2025-05-31""#, selection).await.ok();
        let expected = json!({ "cash": "0.00", "total": { "actual": "80.00" } });
        assert_eq!(answer.at("/pooledFund/position"), &expected);
    }

    async fn m11_contributions_invoiced_received_and_refunded_are_different_figures(world: World) {
        let (books, contribution, scheme) = fund(&world).await;
        for (mutation, amount, on) in [
            ("invoiceContribution", "600.00", "2025-04-10"),
            ("receiveContribution", "500.00", "2025-05-10"),
            ("refundContribution", "50.00", "2025-06-10"),
        ] {
            let _ = books.pay(mutation, &contribution, (amount, on, "1")).await.ok();
        }
        let _ = books.spend(&scheme, "30.00", "2025-06-11", "1").await.ok();
        let at = async |on: &str| {
            let selection = "cash total { actual } contributions(first: 9) { nodes {
                partner { name } sourceCode planned varied agreed invoiced received refunded } }";
            let answer = books.position(books.partner(1), &format!(", asOf: \"{on}\""), selection).await;
            answer.ok().at("/pooledFund/position").clone()
        };
        let figures = |invoiced: &str, received: &str, refunded: &str| json!({ "nodes": [{
            "partner": { "name": "ICB" }, "sourceCode": "ADDITIONAL_NHS", "planned": "1200.00",
            "varied": "0.00", "agreed": "1200.00", "invoiced": invoiced, "received": received,
            "refunded": refunded,
        }] });
        let end = at("2025-06-30").await;
        assert_eq!(end["contributions"], figures("600.00", "500.00", "50.00"));
        assert_eq!(end["cash"], "420.00");
        assert_eq!(end["total"]["actual"], "30.00");
        let april = at("2025-04-30").await;
        assert_eq!(april["contributions"], figures("600.00", "0.00", "0.00"));
        assert_eq!(april["cash"], "0.00");
    }

    async fn a_contribution_counts_in_its_own_year_whenever_it_is_invoiced(world: World) {
        let (books, this_year, _) = fund(&world).await;
        let next_year = json!({
            "fund": books.fund, "partner": books.partner(1).id, "sourceCode": "ADDITIONAL_NHS",
            "financialYear": "2026/27", "amount": "900.00", "idempotencyKey": "next year",
            "decision": tests::posting::decision(),
        });
        let next_year = books.host().run("planContribution", next_year, "contribution { id }").await.ok();
        let next_year = next_year.text("/planContribution/contribution/id");
        // One is invoiced in advance, the other paid late.
        let _ = books.pay("invoiceContribution", next_year, ("900.00", "2026-03-20", "1")).await.ok();
        let _ = books.pay("invoiceContribution", &this_year, ("100.00", "2026-03-21", "2")).await.ok();
        let _ = books.pay("receiveContribution", &this_year, ("100.00", "2026-04-10", "3")).await.ok();
        let at = async |year: &str, on: &str| {
            let document = format!(
                r#"{{ pooledFund(reference: "{}") {{ position(financialYear: "{year}", asOf: "{on}") {{
                    cash contributions(first: 9) {{ nodes {{ invoiced received }} }} }} }} }}"#,
                books.reference
            );
            let answer = books.host().ask(&document).await.ok();
            let position = answer.at("/pooledFund/position");
            let line = &position["contributions"]["nodes"][0];
            json!([line["invoiced"], line["received"], position["cash"]])
        };
        assert_eq!(at("2025/26", "2026-03-31").await, json!(["100.00", "0.00", "0.00"]));
        assert_eq!(at("2026/27", "2026-04-30").await, json!(["900.00", "0.00", "100.00"]));
    }

    async fn m8_an_answer_for_a_past_instant_stays_whatever_comes_later(world: World) {
        let (books, _, scheme) = fund(&world).await;
        let _ = books.spend(&scheme, "10.00", "2025-05-10", "1").await.ok();
        let second = books.spend(&scheme, "20.00", "2025-06-10", "2").await.ok();
        let known_at = second.text("/recordExpenditure/transaction/knownAt").to_owned();
        let then = async || {
            let arguments = format!(r#", asOf: "2025-09-30", knownAt: "{known_at}""#);
            books.position(books.host(), &arguments, "knownAt cash total { actual }").await.ok().0
        };
        let before = then().await;
        assert_eq!(before["data"]["pooledFund"]["position"]["total"]["actual"], "30.00");
        // The clock jumps back, and what is recorded takes effect earlier still.
        world.it_is(2025, 7, 1);
        let _ = books.spend(&scheme, "40.00", "2025-04-10", "3").await.ok();
        let reversal = Books::reversal(second.text("/recordExpenditure/transaction/id"), "2025-06-11", "4");
        let _ = books.host().run("reverseTransaction", reversal, ALL).await.ok();
        assert_eq!(then().await, before);
        world.it_is(2025, 10, 1);
        assert_eq!(stands(&books).await.0, "\"50.00\"");
    }
}
