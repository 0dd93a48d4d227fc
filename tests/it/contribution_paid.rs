//! What was invoiced, received and refunded of contributions, whenever it takes effect.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Books, both_databases, posting::decision};

async fn plan(books: &Books, year: &str, amount: &str) -> String {
    let input = json!({
        "fund": books.fund, "partner": books.partner(1).id, "sourceCode": tests::books::SOURCE,
        "financialYear": year, "amount": amount, "idempotencyKey": year,
        "decision": decision(),
    });
    let made = books.host().run("planContribution", input, "contribution { id }").await.ok();
    made.text("/planContribution/contribution/id").to_owned()
}

/// Posts something about a contribution, and answers its identity.
async fn post(books: &Books, mutation: &str, contribution: &str, amount: &str, on: &str) -> String {
    let input = json!({
        "contribution": contribution, "amount": amount, "effective": { "effectiveOn": on },
        "description": mutation, "idempotencyKey": format!("{contribution} {on}"),
    });
    let posted = "transaction { id }";
    let host = books.host();
    let made = host.run_typed(mutation, "ContributionPostingInput", input, posted).await.ok();
    made.text(&format!("/{mutation}/transaction/id")).to_owned()
}

/// Invoiced, received and refunded, as the position of the year at a day has them.
async fn in_position(books: &Books, year: &str, as_of: &str) -> Value {
    let reference = &books.reference;
    let answer = books
        .partner(1)
        .ask(&format!(
            r#"{{ pooledFund(reference: "{reference}") {{
                position(financialYear: "{year}", asOf: "{as_of}") {{
                    contributions(first: 10) {{ nodes {{ invoiced received refunded }} }} }} }} }}"#
        ))
        .await
        .ok();
    let nodes = answer.at("/pooledFund/position/contributions/nodes").clone();
    json!([nodes[0]["invoiced"], nodes[0]["received"], nodes[0]["refunded"]])
}

both_databases! {
    async fn a_contribution_says_what_was_invoiced_received_and_refunded(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let paid = plan(&books, "2025/26", "1000.00").await;
        plan(&books, "2026/27", "500.00").await;
        post(&books, "invoiceContribution", &paid, "600.00", "2025-05-01").await;
        let twice = post(&books, "invoiceContribution", &paid, "600.00", "2025-05-02").await;
        post(&books, "receiveContribution", &paid, "550.00", "2025-05-20").await;
        post(&books, "refundContribution", &paid, "25.50", "2025-06-01").await;
        let reversal = json!({
            "transaction": twice, "effective": { "effectiveOn": "2025-05-03" },
            "reason": "Posted twice", "idempotencyKey": "reversal",
        });
        books.host().run("reverseTransaction", reversal, "transaction { id }").await.ok();

        let document = format!(
            r#"{{ pooledFund(reference: "{}") {{ contributions(first: 10) {{
                nodes {{ financialYear planned invoiced received refunded }} }} }} }}"#,
            books.reference
        );
        for reader in [books.host(), books.partner(1)] {
            let answer = reader.ask(&document).await.ok();
            let expected = json!([
                { "financialYear": "2025/26", "planned": "1000.00", "invoiced": "600.00",
                  "received": "550.00", "refunded": "25.50" },
                { "financialYear": "2026/27", "planned": "500.00", "invoiced": "0.00",
                  "received": "0.00", "refunded": "0.00" },
            ]);
            assert_eq!(answer.at("/pooledFund/contributions/nodes"), &expected);
        }
        let outsider = world.organisation("Outsider", OrganisationKind::LocalAuthority).await;
        let outsider = world.actor(outsider, &[Role::Finance]).await;
        assert_eq!(outsider.ask(&document).await.ok().at("/pooledFund"), &Value::Null);
    }

    async fn an_invoice_before_the_year_or_after_it_counts_with_the_contributions_year(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let now = plan(&books, "2025/26", "1000.00").await;
        let next = plan(&books, "2026/27", "500.00").await;
        // The next year's is invoiced in March, and this year's only in May.
        post(&books, "invoiceContribution", &next, "500.00", "2026-03-20").await;
        post(&books, "receiveContribution", &next, "400.00", "2026-04-20").await;
        post(&books, "invoiceContribution", &now, "1000.00", "2026-05-10").await;

        let nothing = json!(["0.00", "0.00", "0.00"]);
        assert_eq!(in_position(&books, "2025/26", "2026-03-31").await, nothing);
        let owed = json!(["500.00", "0.00", "0.00"]);
        assert_eq!(in_position(&books, "2026/27", "2026-04-01").await, owed);
        let paid = json!(["500.00", "400.00", "0.00"]);
        assert_eq!(in_position(&books, "2026/27", "2026-04-30").await, paid);
        assert_eq!(in_position(&books, "2026/27", "2026-06-30").await, paid);
    }
}
