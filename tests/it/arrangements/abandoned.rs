//! A procurement that is abandoned: cancer care drafted at £68.7 million a year, and given up after
//! a year without an award (rule C8).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{arrangement::Arrangement, both_databases, payment_run::RUN};

/// The draft is the commissioners' and their partners'. Whoever bids sees nothing of it.
async fn is_told(care: &Arrangement, status: &str) {
    for whole in [care.board(), care.council(), care.partner()] {
        let told = care.reads(whole, "2026/27").await;
        assert_eq!(told["status"], status);
        assert_eq!(told["wholeValue"], "137400000.00", "two years");
        assert_eq!(told["withheld"], json!([]));
    }
    let told = care.reads(&care.associate, "2026/27").await;
    assert_eq!((&told["status"], &told["wholeValue"]), (&json!(status), &Value::Null));
    let own = json!({ "financialYear": "2026/27", "amount": null, "ownShare": "22900000.00" });
    assert_eq!(told["values"][0], own, "a third of £68.7 million");
    assert_eq!(told["withheld"][0], json!({ "field": "wholeValue", "reason": "OWN_ONLY" }));
    for bidder in [&care.lead, &care.subcontractor, &care.sibling, &care.stranger] {
        assert_eq!(care.reads(bidder, "2026/27").await, Value::Null);
    }
}

both_databases! {
    async fn c8_a_procurement_is_abandoned_and_stays_on_record_with_its_reason(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::IndependentProvider).await;
        let draft = care.draft("Cancer care", "PRIME_PROVIDER", (2, 1));
        care.drafts(draft, &[("2026/27", "68700000.00"), ("2027/28", "68700000.00")]).await;
        care.pays("BLOCK", json!({ "block": { "amount": "68700000.00" } })).await;
        for year in ["2026/27", "2027/28"] {
            let schedule = care.schedule(care.board(), year, "").await;
            assert_eq!(schedule["total"], "68700000.00", "what it would pay");
        }

        is_told(&care, "DRAFT").await;

        // Nothing is bought under a draft, and nothing is paid.
        let link = json!({ "under": care.contract, "seller": care.subcontractor.id,
            "reference": "S",
            "service": "Hospice", "startsOn": "2026-04-01", "endsOn": "2028-03-31" });
        let bought = care.lead.run("recordSubcontract", link, "subcontract { id }").await;
        assert_eq!(bought.problem(), "NOT_FOUND");
        let month = |care: &Arrangement, key: &str| {
            care.input(json!({ "financialYear": "2026/27", "period": 1,
            "scheme": care.scheme, "idempotencyKey": key }))
        };
        let run = care.board().run("runPayment", month(&care, "1"), RUN).await;
        assert_eq!(run.refusal(), ("INVALID_VALUE".into(), "contract".into()));

        care.on((2028, 4, 10)).await;
        let why = json!({ "reasonCode": "FINANCE", "documentReference": "Board paper 12",
            "reason": "The bids cost more than they would save" });
        let undocumented = json!({ "reasonCode": "FINANCE", "documentReference": "" });
        let refused = care.step("abandonContract", "2027-03-02", undocumented).await;
        assert_eq!(refused.problem_path(), "documentReference");
        care.step("abandonContract", "2027-03-02", why).await.ok();
        let awarded = care.step("awardContract", "2027-03-02", json!({})).await;
        assert_eq!(awarded.problem(), "ALREADY_DONE", "nothing follows what was abandoned");
        let run = care.board().run("runPayment", month(&care, "2"), RUN).await;
        assert_eq!(run.refusal(), ("INVALID_VALUE".into(), "contract".into()));
        is_told(&care, "ABANDONED").await;
    }

    async fn c8_an_award_is_challenged_and_abandoned_and_who_had_won_reads_why(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::IndependentProvider).await;
        let draft = care.draft("Cancer care", "PRIME_PROVIDER", (2, 1));
        care.drafts(draft, &[("2026/27", "68700000.00"), ("2027/28", "68700000.00")]).await;
        let until = json!({ "standstillUntil": "2026-05-15" });
        care.step("awardContract", "2026-05-01", until).await.ok();
        let early = care.step("mobiliseContract", "2026-05-14", json!({})).await;
        assert_eq!(early.problem_path(), "effectiveOn", "others may still challenge it");
        care.on((2028, 4, 10)).await;
        let why = json!({ "reasonCode": "CHALLENGE", "documentReference": "Claim 7" });
        care.step("abandonContract", "2026-05-20", why).await.ok();
        let history = json!([
            { "status": "DRAFT", "reasonCode": null },
            { "status": "IN_STANDSTILL", "reasonCode": null },
            { "status": "ABANDONED", "reasonCode": "CHALLENGE" },
        ]);
        for reader in [care.board(), care.council(), care.partner(), &care.associate, &care.lead] {
            let told = care.reads(reader, "2027/28").await;
            assert_eq!((&told["status"], &told["statusHistory"]), (&json!("ABANDONED"), &history));
            assert_eq!(told["pay"]["paymentRuns"], json!([]), "it never paid anything");
        }
        for nobody in [&care.subcontractor, &care.sibling, &care.stranger] {
            assert_eq!(care.reads(nobody, "2027/28").await, Value::Null);
        }
    }
}
