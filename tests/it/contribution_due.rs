//! What is due of a contribution, what is overdue, and what its partner withholds.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases, posting::decision};

const PAYMENT: &str = "asOf due received overdue withheldByPartner reason
    instalments { dueOn amount received overdue withheldByPartner }";

/// A contribution of £1,200.00 in four quarters, of which £400.00 was paid in April.
async fn scene(world: &World) -> (Books, String) {
    let books = Books::open(world, &["Host", "Partner"]).await;
    let due = |on: &str| json!({ "dueOn": on });
    let input = json!({
        "fund": books.fund, "partner": books.partner(1).id, "sourceCode": tests::books::SOURCE,
        "financialYear": "2025/26", "amount": "1200.00", "decision": decision(), "idempotencyKey": "1",
        "instalments": [due("2025-04-10"), due("2025-07-01"), due("2025-10-01"), due("2026-01-02")],
    });
    let planned = books.host().run("planContribution", input, "contribution { id }").await.ok();
    let contribution = planned.text("/planContribution/contribution/id").to_owned();
    let _ =
        books.pay("invoiceContribution", &contribution, ("1200.00", "2025-04-05", "1")).await.ok();
    let _ =
        books.pay("receiveContribution", &contribution, ("400.00", "2025-04-20", "2")).await.ok();
    (books, contribution)
}

async fn payment(actor: &Actor, contribution: &str, arguments: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on Contribution {{ payment{arguments} {{ {PAYMENT} }}
            withheld {{ field }} }} }} }}"
    );
    actor.send(&document, json!({ "id": contribution })).await.ok().at("/node").clone()
}

/// What is due, received, overdue and withheld on a day.
async fn on(actor: &Actor, contribution: &str, day: &str) -> String {
    let told = payment(actor, contribution, &format!("(asOf: \"{day}\")")).await["payment"].clone();
    let parts = ["due", "received", "overdue", "withheldByPartner"];
    parts.map(|part| told[part].as_str().unwrap_or("null").to_owned()).join(" ")
}

fn withholding(contribution: &str, amount: &str, day: &str) -> Value {
    json!({
        "contribution": contribution, "amount": amount, "effectiveOn": day,
        "reason": "The invoice is in dispute",
    })
}

both_databases! {
    async fn a_contribution_says_by_instalment_what_is_due_received_and_overdue(world: World) {
        let (books, contribution) = scene(&world).await;
        let host = books.host();
        assert_eq!(on(host, &contribution, "2025-04-09").await, "0.00 0.00 0.00 0.00");
        // Due today is not overdue today.
        assert_eq!(on(host, &contribution, "2025-04-10").await, "300.00 0.00 0.00 0.00");
        assert_eq!(on(host, &contribution, "2025-04-11").await, "300.00 0.00 300.00 0.00");
        assert_eq!(on(host, &contribution, "2025-04-20").await, "300.00 400.00 0.00 0.00");
        assert_eq!(on(host, &contribution, "2025-07-02").await, "600.00 400.00 200.00 0.00");
        assert_eq!(on(host, &contribution, "2026-03-31").await, "1200.00 400.00 800.00 0.00");
        let told = payment(books.partner(1), &contribution, "(asOf: \"2025-07-02\")").await;
        assert_eq!(told["payment"]["instalments"][1], json!({
            "dueOn": "2025-07-01", "amount": "300.00", "received": "100.00", "overdue": "200.00",
            "withheldByPartner": "0.00",
        }));
        let _ = books.pay("refundContribution", &contribution, ("50.00", "2025-07-10", "3")).await.ok();
        assert_eq!(on(host, &contribution, "2025-07-10").await, "600.00 350.00 250.00 0.00");
    }

    async fn without_instalments_nothing_is_due_on_a_day(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let contribution = books.contribution(1, "100.00").await;
        assert_eq!(on(books.host(), &contribution, "2026-03-31").await, "null 0.00 null 0.00");
    }

    async fn what_a_partner_withholds_is_shown_apart_from_what_is_overdue(world: World) {
        let (books, contribution) = scene(&world).await;
        let partner = books.partner(1);
        let fields = "contribution { id }";
        let hosts = books.host().run("withholdContribution", withholding(&contribution, "150.00", "2025-07-15"), fields).await;
        assert_eq!(hosts.problem(), "NOT_ALLOWED", "nobody withholds for another");
        let commissioner = world.actor(partner.organisation, &[Role::Commissioner]).await;
        let roles = commissioner.run("withholdContribution", withholding(&contribution, "150.00", "2025-07-15"), fields).await;
        assert_eq!(roles.problem(), "NOT_ALLOWED");
        for (amount, day, problem) in [("0.00", "2025-07-15", "NOT_POSITIVE"), ("1.00", "2025-12-01", "INVALID_VALUE")] {
            let refused = partner.run("withholdContribution", withholding(&contribution, amount, day), fields).await;
            assert_eq!(refused.problem(), problem);
        }
        let release = |day: &str| json!({
            "contribution": contribution, "reason": "The invoice was corrected", "effectiveOn": day,
        });
        let early = partner.run("releaseWithheldContribution", release("2025-07-20"), fields).await;
        assert_eq!(early.problem(), "ALREADY_DONE");

        let _ = partner.run("withholdContribution", withholding(&contribution, "150.00", "2025-07-15"), fields).await.ok();
        assert_eq!(on(books.host(), &contribution, "2025-07-14").await, "600.00 400.00 200.00 0.00");
        assert_eq!(on(books.host(), &contribution, "2025-07-15").await, "600.00 400.00 50.00 150.00");
        let told = payment(books.host(), &contribution, "(asOf: \"2025-07-15\")").await;
        assert_eq!(told["payment"]["reason"], "The invoice is in dispute");
        // Said again, it is said instead.
        let _ = partner.run("withholdContribution", withholding(&contribution, "20.00", "2025-08-01"), fields).await.ok();
        assert_eq!(on(books.host(), &contribution, "2025-08-01").await, "600.00 400.00 180.00 20.00");
        let _ = partner.run("releaseWithheldContribution", release("2025-09-01"), fields).await.ok();
        assert_eq!(on(books.host(), &contribution, "2025-09-01").await, "600.00 400.00 200.00 0.00");
        assert_eq!(on(books.host(), &contribution, "2025-07-15").await, "600.00 400.00 50.00 150.00");
    }
}
