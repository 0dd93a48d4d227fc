//! Two who decide the same thing at once: one decision is taken, the other is told, and every fact is
//! there once (rules C2, C3, C5 and M13).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, World, both_databases,
    chain::{Chain, id_of},
    payment_run::{Paid, RUN},
    posting::decision,
    rows::Rows,
};

/// The one of two answers that refuses; the other must have been taken.
#[track_caller]
fn late<'a>(one: &'a Answer, two: &'a Answer) -> &'a Answer {
    let is_taken = |answer: &Answer| {
        let errors = answer.payload()["errors"].as_array().expect("errors");
        answer.0.get("errors").is_none() && errors.is_empty()
    };
    assert!(is_taken(one) != is_taken(two), "one of the two is taken: {one:#?} {two:#?}");
    if is_taken(one) { two } else { one }
}

/// How many more rows each of these tables has.
fn more(before: &Rows, after: &Rows, tables: &[&str]) -> Vec<usize> {
    tables.iter().map(|table| after[*table].len() - before[*table].len()).collect()
}

/// How many acts of this name the trail of audit has.
fn acts(rows: &Rows, action: &str) -> usize {
    rows["audit_act"].iter().filter(|row| row.contains(action)).count()
}

fn verdict(link: &str, version: i32, is_approved: bool) -> Value {
    json!({ "subcontract": link, "expectedVersion": version, "isApproved": is_approved,
        "reason": "Too far away", "decision": decision() })
}

/// A material link of £100,000.00.
async fn material(chain: &Chain) -> String {
    let mut input = chain.link(&chain.id(), &chain.sellers[0]);
    input["isMaterial"] = json!(true);
    id_of(&chain.record(&chain.lead, input).await.ok())
}

async fn stage(who: &Actor, link: &str) -> Value {
    let document = format!(
        r#"{{ node(id: "{link}") {{ ... on Subcontract {{ stage endsOn version decidedOn
            value {{ amount }} valueVersions {{ version approval }} }} }} }}"#
    );
    who.ask(&document).await.ok().at("/node").clone()
}

async fn colleague(world: &World, of: &Actor, account: u128) -> Actor {
    of.colleague(world, account, &[Role::Commissioner, Role::Approver]).await
}

both_databases! {
    async fn c3_of_two_approvals_of_a_subcontract_one_is_taken(world: World) {
        let chain = Chain::on(&world).await;
        let other = colleague(&world, &chain.commissioner, 50).await;
        let link = material(&chain).await;
        let before = world.rows().await;
        let (one, two) = tokio::join!(
            chain.commissioner.run("approveSubcontract", verdict(&link, 1, true), "subcontract { stage }"),
            other.run("approveSubcontract", verdict(&link, 1, true), "subcontract { stage }"),
        );
        let told = late(&one, &two).problem();
        assert!(["STALE_VERSION", "ALREADY_DONE"].contains(&told.as_str()), "{told}");
        let after = world.rows().await;
        assert_eq!(more(&before, &after, &["subcontract_act", "subcontract"]), [1, 0]);
        assert_eq!(acts(&after, "approveSubcontract"), 1);
        let seen = stage(&chain.commissioner, &link).await;
        assert_eq!((&seen["stage"], &seen["version"]), (&json!("RUNNING"), &json!(2)));
    }

    async fn c3_of_an_approval_and_a_refusal_one_is_taken(world: World) {
        let chain = Chain::on(&world).await;
        let other = colleague(&world, &chain.commissioner, 50).await;
        let link = material(&chain).await;
        let (approved, refused) = tokio::join!(
            chain.commissioner.run("approveSubcontract", verdict(&link, 1, true), "subcontract { stage }"),
            other.run("approveSubcontract", verdict(&link, 1, false), "subcontract { stage }"),
        );
        let _ = late(&approved, &refused);
        let is_approved = approved.payload()["subcontract"].is_object();
        let seen = stage(&chain.commissioner, &link).await;
        assert_eq!(seen["stage"], if is_approved { "RUNNING" } else { "REFUSED" });
        assert_eq!(acts(&world.rows().await, "approveSubcontract"), 1);
    }

    async fn c3_of_an_approval_and_an_end_at_once_neither_overwrites_the_other(world: World) {
        let chain = Chain::on(&world).await;
        let link = material(&chain).await;
        let before = world.rows().await;
        let end = json!({ "subcontract": link, "expectedVersion": 1, "endsOn": "2025-12-31",
            "reason": "It failed" });
        let (approved, ended) = tokio::join!(
            chain.commissioner.run("approveSubcontract", verdict(&link, 1, true), "subcontract { stage }"),
            chain.lead.run("endSubcontract", end, "subcontract { stage }"),
        );
        assert_eq!(late(&approved, &ended).problem(), "STALE_VERSION");
        let is_approved = approved.payload()["subcontract"].is_object();
        let after = world.rows().await;
        assert_eq!(more(&before, &after, &["subcontract_act"]), [1]);
        let seen = stage(&chain.lead, &link).await;
        let expected = if is_approved { ("RUNNING", "2027-03-31") } else { ("AWAITING_APPROVAL", "2025-12-31") };
        assert_eq!((&seen["stage"], &seen["endsOn"]), (&json!(expected.0), &json!(expected.1)));
        assert_eq!(seen["version"], 2);
    }

    async fn c3_of_two_approvals_of_a_raised_value_one_is_taken(world: World) {
        let chain = Chain::on(&world).await;
        let other = colleague(&world, &chain.commissioner, 50).await;
        let link = material(&chain).await;
        let _ = chain.commissioner.run("approveSubcontract", verdict(&link, 1, true), "subcontract { id }")
            .await.ok();
        let raise = json!({ "subcontract": link, "expectedVersion": 1, "reason": "More",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "150000.00" } }] });
        let _ = chain.lead.run("changeSubcontractValue", raise, "subcontract { id }").await.ok();
        let before = world.rows().await;
        let (one, two) = tokio::join!(
            chain.commissioner.run("approveSubcontractValue", verdict(&link, 2, true), "subcontract { id }"),
            other.run("approveSubcontractValue", verdict(&link, 2, false), "subcontract { id }"),
        );
        let told = late(&one, &two).problem();
        assert!(["ALREADY_DONE", "STALE_VERSION"].contains(&told.as_str()), "{told}");
        let after = world.rows().await;
        assert_eq!(acts(&after, "approveSubcontractValue"), 1);
        assert_eq!(more(&before, &after, &["subcontract_value_decision", "subcontract_value"]), [1, 0]);
        let is_approved = one.payload()["subcontract"].is_object();
        let seen = stage(&chain.lead, &link).await;
        let expected = if is_approved { ("150000.00", "APPROVED") } else { ("100000.00", "REFUSED") };
        assert_eq!(seen["value"]["amount"], expected.0);
        assert_eq!(seen["valueVersions"][0]["approval"], expected.1);
    }

    async fn m13_of_two_approvals_of_a_payment_run_one_is_posted(world: World) {
        let paid = Paid::block(&world).await;
        let other = paid.books.host().colleague(&world, 51, &[Role::Approver]).await;
        paid.run(1, "1").await.ok();
        let before = world.rows().await;
        let input = || paid.input(json!({ "run": 1 }));
        let (one, two) = tokio::join!(
            paid.approver.run("approvePaymentRun", input(), RUN),
            other.run("approvePaymentRun", input(), RUN),
        );
        assert_eq!(late(&one, &two).problem(), "ALREADY_DONE");
        let after = world.rows().await;
        assert_eq!(more(&before, &after, &["ledger_transaction", "payment_run_decision"]), [1, 1]);
        assert_eq!(acts(&after, "approvePaymentRun"), 1);
        assert_eq!(paid.stands().await.0, "8333.34", "posted once");
    }

    async fn m13_of_an_approval_and_a_refusal_of_a_payment_run_one_is_taken(world: World) {
        let paid = Paid::block(&world).await;
        let other = paid.books.host().colleague(&world, 51, &[Role::Approver]).await;
        paid.run(1, "1").await.ok();
        let refusal = paid.input(json!({ "run": 1, "reason": "The wrong scheme" }));
        let (approved, refused) = tokio::join!(
            paid.approver.run("approvePaymentRun", paid.input(json!({ "run": 1 })), RUN),
            other.run("refusePaymentRun", refusal, RUN),
        );
        assert_eq!(late(&approved, &refused).problem(), "ALREADY_DONE");
        let is_approved = approved.payload()["run"].is_object();
        assert_eq!(paid.stands().await.0, if is_approved { "8333.34" } else { "0.00" });
    }

    async fn c5_of_two_who_validate_a_measurement_one_is_taken(world: World) {
        let paid = Paid::awarded(&world).await;
        let measure = json!({ "reference": "FLOW", "name": "Flow", "kind": "OUTCOME", "unit": "per cent",
            "weight": 0, "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
            "scoring": "LINEAR" });
        let framework = paid.input(json!({ "effectiveOn": "2025-04-01", "domains": [],
            "further": [measure], "cutOffDays": 90, "decision": decision() }));
        paid.board.run("defineOutcomeFramework", framework, "framework { number }").await.ok();
        let reading = paid.input(json!({ "measure": "FLOW", "financialYear": "2025/26",
            "reading": "61.25", "evidence": "Dashboard of March" }));
        paid.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
        let first = colleague(&world, &paid.board, 52).await;
        let second = colleague(&world, &paid.board, 53).await;
        let before = world.rows().await;
        let rejection = paid.input(json!({ "number": 1, "reason": "Wrong" }));
        let (validated, rejected) = tokio::join!(
            first.run("validateMeasurement", paid.input(json!({ "number": 1 })), "measurement { state }"),
            second.run("rejectMeasurement", rejection, "measurement { state }"),
        );
        assert_eq!(late(&validated, &rejected).problem(), "ALREADY_DONE");
        let after = world.rows().await;
        let decided = acts(&after, "validateMeasurement") + acts(&after, "rejectMeasurement");
        assert_eq!(decided, 1);
        assert_eq!(more(&before, &after, &["measurement", "measurement_decision"]), [0, 1]);
        let reading = paid.input(json!({ "measure": "FLOW", "financialYear": "2025/26",
            "reading": "70", "evidence": "Dashboard of April" }));
        paid.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
        let (one, two) = tokio::join!(
            first.run("validateMeasurement", paid.input(json!({ "number": 2 })), "measurement { state }"),
            second.run("validateMeasurement", paid.input(json!({ "number": 2 })), "measurement { state }"),
        );
        assert_eq!(late(&one, &two).problem(), "ALREADY_DONE");
    }
}
