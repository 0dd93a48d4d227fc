//! Postings above the limit, variations for others, and changes of the agreement: what is done
//! directly no longer, and what is proposed instead (rules M13, G1).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases, posting::decision, proposal::PROPOSAL};
use tributary::service::verify::verify;

/// A fund of two partners with a scheme, whose postings above 100.00 need an approval.
async fn limited(world: &World) -> (Books, String) {
    let books = Books::open(world, &["Host", "Partner"]).await;
    books.contribution(0, "5000.00").await;
    let scheme = books.scheme("1", "1200.00", &[1, 0]).await;
    let limit = json!({
        "agreement": books.agreement, "amount": "100.00", "startsOn": "2025-10-01",
    });
    let set = books.host().run("setPostingLimit", limit, "agreement { postingLimit }").await.ok();
    assert_eq!(set.text("/setPostingLimit/agreement/postingLimit"), "100.00");
    (books, scheme)
}

fn posting(kind: &str, input: Value) -> Value {
    json!({ "posting": { kind: input }, "expiresOn": "2025-10-31", "idempotencyKey": "1" })
}

async fn colleague(world: &World, books: &Books, account: u128, role: Role) -> Actor {
    books.host().colleague(world, account, &[role]).await
}

both_databases! {
    async fn m13_what_is_above_the_limit_is_posted_once_a_higher_role_approved_it(world: World) {
        let (books, scheme) = limited(&world).await;
        let finance = colleague(&world, &books, 1, Role::Finance).await;
        let within = Books::expenditure(&scheme, "100.00", "2025-10-01", "within");
        let _ = finance.run("recordExpenditure", within.clone(), "").await.ok();
        let above = Books::expenditure(&scheme, "100.01", "2025-10-01", "above");
        let direct = finance.run("recordExpenditure", above.clone(), "").await;
        assert_eq!(direct.refusal(), ("APPROVAL_NEEDED".into(), "amount".into()));
        let message = direct.payload()["errors"][0]["message"].to_string();
        assert!(message.contains("proposePosting"), "{message}");
        assert_eq!(books.transactions(books.host()).await, 1);

        let proposal = finance.proposes("proposePosting", posting("expenditure", above)).await;
        assert_eq!(books.transactions(books.host()).await, 1, "posted before anybody approved it");
        let other = colleague(&world, &books, 2, Role::Finance).await;
        assert_eq!(other.approves(&proposal).await.refusal(), ("NOT_ALLOWED".into(), "proposal".into()));
        let approver = colleague(&world, &books, 3, Role::Approver).await;
        let done = approver.approves(&proposal).await.ok();
        let done = &done.payload()["proposal"];
        assert_eq!((&done["state"], &done["amount"]), (&json!("APPLIED"), &json!("100.01")));
        assert_eq!(done["needs"][0]["role"], "APPROVER");
        assert!(done["result"].as_str().expect("an identity").starts_with("txn_"));
        assert_eq!(books.transactions(books.host()).await, 2);

        // Rule M14: what was posted within the limit answers again, also under a lower one.
        let limit = json!({ "agreement": books.agreement, "amount": "1.00", "startsOn": "2025-10-01" });
        let _ = books.host().run("setPostingLimit", limit, "").await.ok();
        let _ = finance.run("recordExpenditure", within, "").await.ok();
        assert_eq!(books.transactions(books.host()).await, 2);
        let lifted = json!({ "agreement": books.agreement, "startsOn": "2025-10-01" });
        let _ = books.host().run("setPostingLimit", lifted, "").await.ok();
        let _ = books.spend(&scheme, "500.00", "2025-10-01", "after").await.ok();
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn m13_corrections_and_journals_are_held_to_the_limit_too(world: World) {
        let (books, scheme) = limited(&world).await;
        let finance = colleague(&world, &books, 1, Role::Finance).await;
        let approver = colleague(&world, &books, 3, Role::Approver).await;
        let spent = books.spend(&scheme, "10.00", "2025-10-01", "1").await.ok();
        let adjustment = json!({
            "adjusts": spent.text("/recordExpenditure/transaction/id"), "amount": "200.00",
            "effective": { "effectiveOn": "2025-10-01" }, "description": "More",
            "reason": "Late invoice", "idempotencyKey": "2",
        });
        let journal = json!({
            "fund": books.fund, "effective": { "effectiveOn": "2025-10-01" }, "description": "Reserve",
            "lines": [{ "account": "CASH", "amount": "-300.00" }, { "account": "RESERVE", "amount": "300.00" }],
            "idempotencyKey": "3",
        });
        for (place, (kind, mutation, path, input)) in [
            ("adjustment", "recordAdjustment", "amount", adjustment),
            ("journal", "postJournal", "lines", journal),
        ].into_iter().enumerate() {
            let direct = finance.run(mutation, input.clone(), "").await;
            assert_eq!(direct.refusal(), ("APPROVAL_NEEDED".into(), path.into()));
            let mut proposed = posting(kind, input);
            proposed["idempotencyKey"] = json!(kind);
            let proposal = finance.proposes("proposePosting", proposed).await;
            let _ = approver.approves(&proposal).await.ok();
            assert_eq!(books.transactions(books.host()).await, place + 2);
        }
        let _ = verify(&world.database).await.expect("the books are in order");
    }

    async fn what_can_no_longer_be_applied_is_refused_and_stays_open(world: World) {
        let (books, scheme) = limited(&world).await;
        let finance = colleague(&world, &books, 1, Role::Finance).await;
        let approver = colleague(&world, &books, 3, Role::Approver).await;
        let above = Books::expenditure(&scheme, "200.00", "2025-04-10", "above");
        let impossible = Books::expenditure(&scheme, "-200.00", "2025-04-10", "above");
        let at_once = finance.run("proposePosting", posting("expenditure", impossible), "").await;
        assert_eq!(at_once.refusal(), ("NOT_POSITIVE".into(), "posting.expenditure.amount".into()));
        let proposal = finance.proposes("proposePosting", posting("expenditure", above)).await;
        books.close(1, "CLOSED").await;
        let before = books.everything().await;
        let late = approver.approves(&proposal).await;
        assert_eq!(late.refusal(), ("PERIOD_CLOSED".into(), "content.effective.effectiveOn".into()));
        assert_eq!(books.everything().await, before);
        assert_eq!(finance.state_of(&proposal).await, "OPEN");
        let asked = "query($id: ID!) { node(id: $id) { ... on Proposal { decisions { verdict } } } }";
        let told = finance.send(asked, json!({ "id": proposal })).await.ok();
        assert_eq!(told.at("/node/decisions"), &json!([]), "the approval was not recorded either");
    }

    async fn g1_the_host_plans_anothers_contribution_by_the_decision_with_which_it_agreed(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let plan = |place: usize, key: &str| json!({
            "fund": books.fund, "partner": books.partner(place).id, "sourceCode": "ADDITIONAL_NHS",
            "financialYear": "2025/26", "amount": "100.00", "idempotencyKey": key,
        });
        let fields = "contribution { agreed }";
        let refused = books.host().run("planContribution", plan(1, "1"), fields).await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("APPROVAL_NEEDED", "decision"));
        let own = books.host().run("planContribution", plan(0, "2"), fields).await.ok();
        assert_eq!(own.text("/planContribution/contribution/agreed"), "100.00");
        let mut named = plan(1, "1");
        named["decision"] = decision();
        let planned = books.host().run("planContribution", named, fields).await.ok();
        assert_eq!(planned.text("/planContribution/contribution/agreed"), "100.00");
        let auditor = world.actor(books.partner(1).organisation, &[Role::Auditor]).await;
        let acts = auditor.ask("{ auditTrail(first: 1, where: { action: { eq: \"planContribution\" } }) { nodes { after } } }").await.ok();
        assert!(acts.text("/auditTrail/nodes/0/after").contains("minute_reference"), "{acts:?}");
    }

    async fn g1_the_hosts_variation_for_a_partner_is_in_force_after_the_partners_approval(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let contribution = books.contribution(1, "1000.00").await;
        let mut variation = json!({
            "contribution": contribution, "amount": "250.00", "effectiveOn": "2025-10-01",
            "reason": "Winter", "decision": decision(), "idempotencyKey": "1",
        });
        let agreed = "contribution { agreed }";
        let direct = books.host().run("varyContribution", variation.clone(), agreed).await;
        assert_eq!(direct.refusal(), ("APPROVAL_NEEDED".into(), "contribution".into()));
        // Its own a partner varies as before.
        let own = books.partner(1).run("varyContribution", variation.clone(), agreed).await.ok();
        assert_eq!(own.text("/varyContribution/contribution/agreed"), "1250.00");

        variation.as_object_mut().expect("an input").remove("decision");
        variation["expiresOn"] = json!("2025-10-31");
        let mut dry = variation.clone();
        dry["dryRun"] = json!(true);
        let dry = books.host().run("proposeContributionVariation", dry, PROPOSAL).await.ok();
        assert_eq!(dry.text("/proposeContributionVariation/proposal/state"), "OPEN");
        let listed = "{ proposals(first: 1) { totalCount } }";
        assert_eq!(books.host().ask(listed).await.ok().at("/proposals/totalCount"), 0);

        let host = colleague(&world, &books, 1, Role::Finance).await;
        let proposal = host.proposes("proposeContributionVariation", variation.clone()).await;
        let again = host.proposes("proposeContributionVariation", variation).await;
        assert_eq!(again, proposal, "the same key and content are one proposal (rule M14)");
        let partner = books.partner(1).colleague(&world, 2, &[Role::Finance]).await;
        let asked = "query($id: ID!) { node(id: $id) { ... on Contribution { agreed } } }";
        let stands = async || {
            let told = partner.send(asked, json!({ "id": contribution })).await.ok();
            told.text("/node/agreed").to_owned()
        };
        assert_eq!(stands().await, "1250.00");
        let done = partner.approves(&proposal).await.ok();
        assert_eq!(done.text("/approveProposal/proposal/state"), "APPLIED");
        assert_eq!(done.text("/approveProposal/proposal/result"), contribution);
        assert_eq!(stands().await, "1500.00");
    }

    async fn g1_a_change_of_the_agreement_affects_all_partners(world: World) {
        let books = Books::open(&world, &["Host", "Council", "Board"]).await;
        let staff = async |place: usize, account| {
            books.partner(place).colleague(&world, account, &[Role::Commissioner]).await
        };
        let proposer = staff(1, 1).await;
        let change = json!({
            "change": { "id": books.agreement, "expectedVersion": 1, "aims": "Wider", "endsOn": null,
                "noticeMonths": 6 },
            "expiresOn": "2025-12-31", "idempotencyKey": "1",
        });
        let proposal = proposer.proposes("proposeAgreementChange", change).await;
        let asked = "query($id: ID!) { node(id: $id) { ... on PartnershipAgreement {
            aims noticeMonths version proposals(first: 9) { totalCount nodes { kind state } } } } }";
        for (place, account) in [(0, 2), (1, 3), (2, 4)] {
            let told = proposer.send(asked, json!({ "id": books.agreement })).await.ok();
            assert_eq!(told.text("/node/aims"), "To share");
            let _ = staff(place, account).await.approves(&proposal).await.ok();
        }
        let told = proposer.send(asked, json!({ "id": books.agreement })).await.ok();
        assert_eq!(told.at("/node"), &json!({ "aims": "Wider", "noticeMonths": 6, "version": 2,
            "proposals": { "totalCount": 1, "nodes": [{ "kind": "AGREEMENT_CHANGE", "state": "APPLIED" }] } }));
    }

    async fn only_the_hosts_commissioner_sets_the_limit_and_not_for_the_past(world: World) {
        let (books, _) = limited(&world).await;
        let limit = |amount: &str, on: &str| json!({
            "agreement": books.agreement, "amount": amount, "startsOn": on,
        });
        let set = async |actor: &Actor, input| actor.run("setPostingLimit", input, "").await;
        assert_eq!(set(books.partner(1), limit("1.00", "2025-10-01")).await.problem(), "NOT_ALLOWED");
        let past = set(books.host(), limit("1.00", "2025-09-30")).await;
        assert_eq!(past.refusal(), ("INVALID_VALUE".into(), "startsOn".into()));
        let negative = set(books.host(), limit("-1.00", "2025-10-01")).await;
        assert_eq!(negative.refusal(), ("INVALID_VALUE".into(), "amount".into()));
        let _ = set(books.host(), limit("7.00", "2025-10-02")).await.ok();
        let asked = "query($id: ID!) { node(id: $id) { ... on PartnershipAgreement { postingLimit } } }";
        for (day, told) in [(1, "100.00"), (2, "7.00")] {
            if day == 2 {
                world.it_is_at(2025, 10, day, 0);
            }
            let answer = books.partner(1).send(asked, json!({ "id": books.agreement })).await.ok();
            assert_eq!(answer.text("/node/postingLimit"), told);
        }
    }
}
