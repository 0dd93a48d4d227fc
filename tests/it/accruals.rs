//! Accruals reverse themselves in the next period, or stay until they are paid (rules M9, M12).

use serde_json::{Value, json};
use tests::{Answer, Books, World, both_databases};
use tributary::service::verify::verify;

const ALL: &str =
    "transaction { id kind financialYear period effectiveOn reverses reversedBy settles
    entries { account amount } }";

/// A fund of two partners with one scheme that both fund.
async fn fund(world: &World) -> (Books, String) {
    let books = Books::open(world, &["Council", "ICB"]).await;
    books.contribution(1, "1200.00").await;
    let scheme = books.scheme("1", "1200.00", &[1, 2]).await;
    (books, scheme)
}

fn accrual(scheme: &str, amount: &str, effective: &Value, key: &str) -> Value {
    json!({
        "scheme": scheme, "kind": "ACCRUED", "amount": amount, "effective": effective,
        "description": "Care not invoiced yet", "idempotencyKey": key,
    })
}

async fn accrue(books: &Books, input: Value) -> Answer {
    books.host().run("recordExpenditure", input, ALL).await
}

fn id(posted: &Answer) -> String {
    posted.text("/recordExpenditure/transaction/id").to_owned()
}

/// What was spent and the cash, as of a day of a year.
async fn stands(books: &Books, year: &str, on: &str) -> (String, String) {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ position(financialYear: "{year}", asOf: "{on}") {{
            cash total {{ actual priorYear }} }} }} }}"#,
        books.reference
    );
    let answer = books.host().ask(&document).await.ok();
    let position = answer.at("/pooledFund/position");
    assert_eq!(position["total"]["priorYear"], "0.00");
    let text = |value: &Value| value.as_str().expect("money").to_owned();
    (text(&position["total"]["actual"]), text(&position["cash"]))
}

fn money(actual: &str, cash: &str) -> (String, String) {
    (actual.to_owned(), cash.to_owned())
}

/// The transaction with this identity, as the host reads it.
async fn read(books: &Books, id: &Value) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ transactions(first: 100) {{ nodes {{ id kind
            financialYear period effectiveOn reverses reason corrects {{ period }}
            entries {{ account amount }} }} }} }} }}"#,
        books.reference
    );
    let answer = books.host().ask(&document).await.ok();
    let nodes = answer.at("/pooledFund/transactions/nodes").as_array().expect("transactions");
    nodes.iter().find(|node| node["id"] == *id).expect("the transaction").clone()
}

fn on(day: &str) -> Value {
    json!({ "effectiveOn": day })
}

fn adjusting(period: i32) -> Value {
    json!({ "effectiveOn": "2026-03-31", "adjustmentPeriod": period })
}

both_databases! {
    async fn m9_an_accrual_reverses_itself_on_the_first_day_of_the_next_period(world: World) {
        let (books, scheme) = fund(&world).await;
        let input = accrual(&scheme, "80.00", &on("2025-05-20"), "1");
        let mut dry = input.clone();
        dry["dryRun"] = json!(true);
        let _ = accrue(&books, dry).await.ok();
        assert_eq!(books.transactions(books.host()).await, 0);

        let posted = accrue(&books, input.clone()).await.ok();
        assert_eq!(books.transactions(books.host()).await, 2, "both in the write of the accrual");
        assert_eq!(stands(&books, "2025/26", "2025-05-31").await, money("80.00", "0.00"));
        assert_eq!(stands(&books, "2025/26", "2025-06-01").await, money("0.00", "0.00"));
        let reversal = read(&books, posted.at("/recordExpenditure/transaction/reversedBy")).await;
        let expected = json!({
            "id": reversal["id"], "kind": "REVERSAL", "financialYear": "2025/26", "period": 3,
            "effectiveOn": "2025-06-01", "reverses": id(&posted),
            "reason": "An accrual reverses itself", "corrects": null,
            "entries": [
                { "account": "EXPENDITURE", "amount": "-26.67" },
                { "account": "EXPENDITURE", "amount": "-53.33" },
                { "account": "ACCRUAL", "amount": "80.00" },
            ],
        });
        assert_eq!(reversal, expected);

        // The same key answers with the accrual again, and nothing more is posted.
        let again = accrue(&books, input).await.ok();
        assert_eq!(id(&again), id(&posted));
        let by_hand = Books::reversal(&id(&posted), "2025-06-02", "by hand");
        let by_hand = books.host().run("reverseTransaction", by_hand, ALL).await;
        assert_eq!(by_hand.problem(), "ALREADY_DONE");
        assert_eq!(books.transactions(books.host()).await, 2);
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn m9_accruals_of_march_and_of_the_adjustment_periods_reverse_in_the_next_april(world: World) {
        let (books, scheme) = fund(&world).await;
        // Nobody funds the scheme in 2026/27: what is reversed are the accrual's own parts.
        for (place, effective) in [on("2026-03-10"), adjusting(13), adjusting(14)].iter().enumerate() {
            let input = accrual(&scheme, "30.00", effective, &place.to_string());
            let posted = accrue(&books, input).await.ok();
            let reversal = read(&books, posted.at("/recordExpenditure/transaction/reversedBy")).await;
            let place = json!([reversal["financialYear"], reversal["period"], reversal["effectiveOn"]]);
            assert_eq!(place, json!(["2026/27", 1, "2026-04-01"]));
        }
        assert_eq!(stands(&books, "2025/26", "2026-03-31").await, money("90.00", "0.00"));
        assert_eq!(stands(&books, "2026/27", "2026-04-30").await, money("-90.00", "0.00"));
    }

    async fn m9_an_adjustment_of_an_accrual_that_reverses_itself_does_so_too(world: World) {
        let (books, scheme) = fund(&world).await;
        let posted = accrue(&books, accrual(&scheme, "80.00", &on("2025-05-20"), "1")).await.ok();
        let adjustment = json!({
            "adjusts": id(&posted), "amount": "-20.00", "effective": on("2025-05-31"),
            "description": "Less was used", "reason": "Counted again", "idempotencyKey": "1",
        });
        let _ = books.host().run("recordAdjustment", adjustment, ALL).await.ok();
        assert_eq!(stands(&books, "2025/26", "2025-05-31").await, money("60.00", "0.00"));
        assert_eq!(stands(&books, "2025/26", "2025-06-01").await, money("0.00", "0.00"));
    }

    async fn m9_an_accrual_that_cannot_reverse_itself_is_refused_and_nothing_is_posted(world: World) {
        let (books, scheme) = fund(&world).await;
        let ends = json!({ "id": books.agreement, "expectedVersion": 1, "endsOn": "2026-03-31" });
        let _ = books.host().run("updatePartnershipAgreement", ends, "agreement { id }").await.ok();
        let mut input = accrual(&scheme, "80.00", &on("2026-03-20"), "1");
        let refused = accrue(&books, input.clone()).await;
        assert_eq!(refused.problem(), "WRONG_YEAR");
        assert_eq!(refused.problem_path(), "reversesItself");
        assert_eq!(books.transactions(books.host()).await, 0);
        input["reversesItself"] = json!(false);
        let _ = accrue(&books, input).await.ok();
        assert_eq!(books.transactions(books.host()).await, 1);

        let mut spent = Books::expenditure(&scheme, "1.00", "2025-05-20", "2");
        spent["reversesItself"] = json!(true);
        let refused = accrue(&books, spent).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("INVALID_VALUE".into(), "reversesItself".into()));
    }

    async fn m12_what_was_accrued_and_stays_is_paid_without_being_spent_again(world: World) {
        let (books, scheme) = fund(&world).await;
        let mut input = accrual(&scheme, "80.00", &on("2025-05-31"), "1");
        input["reversesItself"] = json!(false);
        let kept = id(&accrue(&books, input).await.ok());
        assert_eq!(stands(&books, "2025/26", "2025-07-31").await, money("80.00", "0.00"));
        let pay = async |amount: &str, key: &str, settles: &str| {
            let mut input = Books::expenditure(&scheme, amount, "2025-07-10", key);
            input["settles"] = json!(settles);
            accrue(&books, input).await
        };
        let paid = pay("50.00", "2", &kept).await.ok();
        let paid = paid.at("/recordExpenditure/transaction");
        assert_eq!((&paid["kind"], &paid["settles"]), (&json!("ACCRUAL_PAID"), &json!(kept)));
        let entries = json!([
            { "account": "ACCRUAL", "amount": "50.00" }, { "account": "CASH", "amount": "-50.00" },
        ]);
        assert_eq!(paid["entries"], entries);
        assert_eq!(stands(&books, "2025/26", "2025-07-31").await, money("80.00", "-50.00"));
        let refused = pay("30.01", "3", &kept).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("INSUFFICIENT_AMOUNT".into(), "amount".into()));
        let rest = id(&pay("30.00", "4", &kept).await.ok());
        assert_eq!(pay("0.01", "5", &kept).await.problem(), "INSUFFICIENT_AMOUNT");
        assert_eq!(stands(&books, "2025/26", "2025-07-31").await, money("80.00", "-80.00"));
        // A payment that is taken back is owed again.
        let mistaken = Books::reversal(&rest, "2025-07-11", "6");
        let _ = books.host().run("reverseTransaction", mistaken, ALL).await.ok();
        let _ = pay("30.00", "7", &kept).await.ok();

        let reversing = accrue(&books, accrual(&scheme, "9.00", &on("2025-05-31"), "8")).await.ok();
        let refused = pay("9.00", "9", &id(&reversing)).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("ALREADY_DONE".into(), "settles".into()));
        for other in [&rest, &books.fund] {
            assert_ne!(pay("1.00", "10", other).await.payload()["errors"], json!([]));
        }
        assert_eq!(stands(&books, "2025/26", "2025-07-31").await, money("80.00", "-80.00"));
    }
}
