//! Who sees what of the runs of a contract's pay, and may do what about them (rules V1, V3, V11).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    both_databases,
    payment_run::{Paid, RUN},
};

both_databases! {
    async fn v1_each_sees_of_a_run_what_the_matrix_says_and_a_subcontractor_nothing(world: World) {
        let paid = Paid::block(&world).await;
        let link = json!({
            "under": paid.contract, "seller": paid.subcontractor.id, "reference": "SUB",
            "service": "Nursing", "startsOn": "2025-04-01", "endsOn": "2027-03-31",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "1000.00" } }],
        });
        paid.trust.run("recordSubcontract", link, "subcontract { id }").await.ok();
        paid.run(1, "1").await.ok();
        let runs = |contract: &Value| contract["pay"]["paymentRuns"].clone();
        for waits in [&paid.trust, &paid.borough] {
            assert_eq!(runs(&paid.runs(waits).await), json!([]), "the host has not approved it");
        }
        paid.approve(1).await.ok();
        for whole in [&paid.board, paid.books.host(), paid.books.partner(2)] {
            let told = runs(&paid.runs(whole).await);
            assert_eq!(told[0]["total"], "8333.34");
            assert_eq!(told[0]["lines"][0]["amount"], "8333.34");
            assert_eq!(told[0]["scheme"]["id"], json!(paid.scheme));
            assert_eq!(told[0]["withheld"], json!([]));
        }
        let trust = runs(&paid.runs(&paid.trust).await);
        assert_eq!(trust[0]["lines"][0]["amount"], "8333.34");
        assert_eq!(trust[0]["lines"][0]["viewerCan"]["claim"]["allowed"], true);
        assert!(trust[0]["scheme"].is_null() && trust[0]["fund"].is_null());
        let share = runs(&paid.runs(&paid.borough).await);
        assert_eq!(share[0]["ownShare"], "833.33");
        assert!(share[0]["total"].is_null() && share[0]["lines"].is_null());
        let withheld = share[0]["withheld"].as_array().expect("withheld");
        assert_eq!(withheld[0], json!({ "field": "total", "reason": "OWN_ONLY" }));
        let stranger = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(stranger, &[Role::Commissioner, Role::Finance]).await;
        for (nobody, runs) in [(&paid.subcontractor, "NOT_ALLOWED"), (&stranger, "NOT_FOUND")] {
            let seen = paid.runs(nobody).await;
            let told = seen["pay"]["paymentRuns"].as_array().is_some_and(|runs| !runs.is_empty());
            assert!(!told, "{seen}");
            let claim = paid.line(nobody, "claimPaymentLine", json!({})).await;
            assert_eq!(claim.problem(), "NOT_FOUND");
            let none = nobody.run("runPayment", paid.month(2, "X"), RUN).await;
            assert_eq!(none.problem(), runs, "the subcontractor sees the contract above its link");
        }
    }

    async fn v11_a_partner_that_waits_for_releases_sees_a_run_once_its_period_is_released(world: World) {
        let paid = Paid::block(&world).await;
        let agreement = &paid.books.agreement;
        let input = json!({
            "id": agreement, "expectedVersion": 1, "postings": "RELEASED",
        });
        paid.books.host().run("updatePartnershipAgreement", input, "").await.ok();
        paid.run(1, "1").await.ok();
        paid.approve(1).await.ok();
        let auditor = world.actor(paid.books.partner(2).organisation, &[Role::Auditor]).await;
        let partner = &auditor;
        let trail = "{ auditTrail(first: 50, where: { action: { eq: \"runPayment\" } }) { totalCount } }";
        assert_eq!(paid.runs(partner).await["pay"]["paymentRuns"], json!([]));
        assert_eq!(partner.ask(trail).await.ok().at("/auditTrail/totalCount"), 0);
        let board = paid.runs(&paid.board).await;
        assert_eq!(board["pay"]["paymentRuns"][0]["total"], "8333.34", "it ran it");
        paid.books.release(&world, 1).await;
        let told = paid.runs(partner).await;
        assert_eq!(told["pay"]["paymentRuns"][0]["total"], "8333.34");
        assert_eq!(partner.ask(trail).await.ok().at("/auditTrail/totalCount"), 1);
    }

    async fn v3_what_is_answered_of_runs_and_lines_is_what_is_decided(world: World) {
        let paid = Paid::block(&world).await;
        paid.run(1, "1").await.ok();
        let decide = paid.input(json!({ "run": 1, "dryRun": true }));
        for actor in [&paid.board, &paid.approver, paid.books.host()] {
            let run = paid.runs(actor).await["pay"]["paymentRuns"][0].clone();
            let answer = actor.run("approvePaymentRun", decide.clone(), "").await;
            let is_done = answer.payload()["errors"] == json!([]);
            assert_eq!(run["viewerCan"]["decide"]["allowed"], json!(is_done), "{}", actor.id);
        }
        paid.approve(1).await.ok();
        let deeds = [
            ("claim", "claimPaymentLine", json!({})),
            ("query", "queryPaymentLine", json!({ "amount": "1.00", "reason": "Why" })),
            ("answer", "answerPaymentQuery", json!({ "answer": "So" })),
            ("accept", "acceptPaymentLine", json!({})),
            ("recordPaid", "recordPaymentMade", json!({ "paidOn": "2026-04-10", "idempotencyKey": "V" })),
            ("reconcile", "reconcilePaymentLine", json!({ "receivedOn": "2026-04-10" })),
        ];
        let mut allowed = 0;
        for actor in [&paid.board, &paid.trust, paid.books.host(), paid.books.partner(2)] {
            let run = paid.runs(actor).await["pay"]["paymentRuns"][0].clone();
            for (action, mutation, fields) in &deeds {
                let mut fields = fields.clone();
                fields["dryRun"] = json!(true);
                let answer = paid.line(actor, mutation, fields).await;
                let is_done = answer.payload()["errors"] == json!([]);
                let may = &run["lines"][0]["viewerCan"][*action]["allowed"];
                assert_eq!(may, &json!(is_done), "{mutation} by {}", actor.id);
                allowed += u32::from(is_done);
            }
        }
        assert_eq!(allowed, 6, "claim and query; query and accept; query and pay");
    }
}
