//! Soft-closed periods are the host's, corrections have reasons, and keys belong to one mutation.

use serde_json::{Value, json};
use tests::{Actor, Answer, Books, both_databases};

const POSTED: &str = "transaction { id sequence }";

async fn soft_close_april(books: &Books) {
    let input = json!({
        "fund": books.fund, "financialYear": "2025/26", "period": 1, "status": "SOFT_CLOSED",
        "reason": "Month end",
    });
    books.host().run("closePeriod", input, "__typename").await.ok();
}

/// Records what `by` spent itself.
async fn spend_itself(by: &Actor, scheme: &str, on: &str, reason: Option<&str>) -> Answer {
    let mut input = Books::expenditure(scheme, "10.00", on, &format!("{on} {reason:?}"));
    input["spentBy"] = json!(by.id);
    input["reason"] = json!(reason);
    by.run("recordExpenditure", input, POSTED).await
}

fn reversal(transaction: &str, on: &str) -> Value {
    json!({
        "transaction": transaction, "effective": { "effectiveOn": on }, "reason": "Posted twice",
        "idempotencyKey": format!("reversal {transaction} {on}"),
    })
}

async fn sequences(books: &Books) -> usize {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ transactions(first: 100) {{ nodes {{ id }} }} }} }}"#,
        books.reference
    );
    let answer = books.host().ask(&document).await.ok();
    answer.at("/pooledFund/transactions/nodes").as_array().expect("transactions").len()
}

both_databases! {
    async fn m9_a_soft_closed_period_is_the_hosts(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "1000.00").await;
        let scheme = books.scheme("S1", "1000.00", &[1, 1]).await;
        soft_close_april(&books).await;
        let (host, partner) = (books.host(), books.partner(1));

        let refused = spend_itself(partner, &scheme, "2025-04-10", Some("late")).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        assert_eq!(refused.problem_path(), "effective.effectiveOn");
        let refused = spend_itself(host, &scheme, "2025-04-10", None).await;
        assert_eq!(refused.problem(), "REASON_REQUIRED");
        assert_eq!(sequences(&books).await, 0, "what is refused is not written");

        spend_itself(host, &scheme, "2025-04-10", Some("late invoice")).await.ok();
        let may = spend_itself(partner, &scheme, "2025-05-10", None).await.ok();
        let may = may.text("/recordExpenditure/transaction/id");
        let refused = partner.run("reverseTransaction", reversal(may, "2025-04-30"), POSTED).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        partner.run("reverseTransaction", reversal(may, "2025-05-31"), POSTED).await.ok();
    }

    async fn m9_a_correction_of_a_period_says_why(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "1000.00").await;
        let scheme = books.scheme("S1", "1000.00", &[1]).await;
        let mut input = Books::expenditure(&scheme, "10.00", "2025-05-10", "key");
        input["corrects"] = json!({ "financialYear": "2025/26", "period": 1 });
        for blank in [Value::Null, json!("  ")] {
            input["reason"] = blank;
            let refused = books.host().run("recordExpenditure", input.clone(), POSTED).await;
            assert_eq!(refused.problem(), "REASON_REQUIRED");
            assert_eq!(refused.problem_path(), "reason");
        }
        input["reason"] = json!("It was missed");
        books.host().run("recordExpenditure", input, POSTED).await.ok();
    }

    async fn what_is_posted_names_who_was_paid_and_says_what_it_is_about(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "1000.00").await;
        let scheme = books.scheme("S1", "1000.00", &[1]).await;
        let nobody = tests::world::global(world.database.clock().new_id());
        let mut input = Books::expenditure(&scheme, "10.00", "2025-05-10", "key");
        input["payee"] = json!(nobody);
        let refused = books.host().run("recordExpenditure", input.clone(), POSTED).await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("NOT_FOUND", "payee"));

        input["payee"] = json!(books.host().id);
        for text in ["  ".to_owned(), "x".repeat(2_001)] {
            input["description"] = json!(text);
            let refused = books.host().run("recordExpenditure", input.clone(), POSTED).await;
            assert_eq!(refused.problem_path(), "description");
        }
        // A refused attempt does not use up its key, and neither does a dry run.
        input["description"] = json!("Care");
        input["dryRun"] = json!(true);
        books.host().run("recordExpenditure", input.clone(), POSTED).await.ok();
        assert_eq!(sequences(&books).await, 0);
        input["dryRun"] = json!(false);
        let first = books.host().run("recordExpenditure", input.clone(), POSTED).await.ok();
        let again = books.host().run("recordExpenditure", input.clone(), POSTED).await.ok();
        assert_eq!(first.payload(), again.payload(), "the same content answers with the first");
        input["amount"] = json!("10.01");
        let refused = books.host().run("recordExpenditure", input, POSTED).await;
        assert_eq!(refused.problem(), "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(sequences(&books).await, 1);
    }

    async fn m14_a_key_belongs_to_one_mutation(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let contribution = books.contribution(1, "1000.00").await;
        let input = json!({
            "contribution": contribution, "amount": "100.00",
            "effective": { "effectiveOn": "2025-05-10" }, "description": "May",
            "idempotencyKey": "May",
        });
        let mutations = ["invoiceContribution", "receiveContribution", "refundContribution"];
        for mutation in mutations {
            let host = books.host();
            host.run_typed(mutation, "ContributionPostingInput", input.clone(), POSTED).await.ok();
        }
        assert_eq!(sequences(&books).await, mutations.len());
    }
}
