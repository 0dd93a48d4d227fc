//! A funded provider sees what it was itself paid for a scheme, and nothing of what others were.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, both_databases};

async fn provided_scheme(books: &Books, reference: &str, provider: &Actor) -> String {
    let mut input = books.scheme_input(&books.fund, reference, "1000.00", &[1, 1]);
    input["provider"] = json!(provider.id);
    let made = books.host().run("createScheme", input, "scheme { id }").await.ok();
    made.text("/createScheme/scheme/id").to_owned()
}

/// Records spending on a scheme with these further fields, and answers its identity.
async fn record(books: &Books, scheme: &str, amount: &str, further: Value) -> String {
    let key = format!("{scheme} {amount} {further}");
    let mut input = Books::expenditure(scheme, amount, "2025-05-10", &key);
    for (name, value) in further.as_object().expect("fields") {
        input[name] = value.clone();
    }
    let made = books.host().run("recordExpenditure", input, "transaction { id }").await.ok();
    made.text("/recordExpenditure/transaction/id").to_owned()
}

/// What `reader` sees of the fund's schemes: reference and what it received in a year.
async fn received(books: &Books, reader: &Actor, year: &str) -> Value {
    let reference = &books.reference;
    let answer = reader
        .ask(&format!(
            r#"{{ pooledFund(reference: "{reference}") {{ schemes(first: 10) {{
                nodes {{ reference receivedByYou(financialYear: "{year}") }} }} }} }}"#
        ))
        .await
        .ok();
    answer.at("/pooledFund/schemes/nodes").clone()
}

both_databases! {
    async fn a_funded_provider_sees_what_it_was_itself_paid(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "5000.00").await;
        let mut providers = Vec::new();
        for name in ["Provider", "Another provider"] {
            let id = world.organisation(name, OrganisationKind::IndependentProvider).await;
            providers.push(world.actor(id, &[Role::Viewer]).await);
        }
        let [provider, another] = &providers[..] else { panic!("two providers") };
        let first = provided_scheme(&books, "S1", provider).await;
        let second = provided_scheme(&books, "S2", provider).await;
        provided_scheme(&books, "S3", another).await;

        record(&books, &first, "100.00", json!({})).await;
        record(&books, &first, "30.25", json!({ "kind": "REFUNDED" })).await;
        // None of these is paid to it from the pool.
        record(&books, &first, "7.00", json!({ "payee": another.id })).await;
        record(&books, &first, "8.00", json!({ "kind": "ACCRUED" })).await;
        record(&books, &first, "9.00", json!({ "spentBy": books.partner(1).id })).await;
        let mistaken = record(&books, &second, "50.00", json!({})).await;
        let adjustment = json!({
            "adjusts": mistaken, "amount": "-5.00", "effective": { "effectiveOn": "2025-06-01" },
            "description": "Discount", "reason": "Discount", "idempotencyKey": "adjustment",
        });
        books.host().run("recordAdjustment", adjustment, "transaction { id }").await.ok();

        let expected = json!([
            { "reference": "S1", "receivedByYou": "69.75" },
            { "reference": "S2", "receivedByYou": "45.00" },
        ]);
        assert_eq!(received(&books, provider, "2025/26").await, expected);
        let nothing = json!([
            { "reference": "S1", "receivedByYou": "0.00" },
            { "reference": "S2", "receivedByYou": "0.00" },
        ]);
        assert_eq!(received(&books, provider, "2024/25").await, nothing);
        let others = json!([{ "reference": "S3", "receivedByYou": "0.00" }]);
        assert_eq!(received(&books, another, "2025/26").await, others);

        let reversal = json!({
            "transaction": mistaken, "effective": { "effectiveOn": "2025-06-02" },
            "reason": "Never paid", "idempotencyKey": "reversal",
        });
        books.host().run("reverseTransaction", reversal, "transaction { id }").await.ok();
        let after = received(&books, provider, "2025/26").await;
        assert_eq!(after[1]["receivedByYou"], "-5.00", "the adjustment stands by itself");
    }
}
