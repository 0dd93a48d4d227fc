//! Proposals between partners: who approves, who does not, and what is applied (rules M13, G1, G3,
//! G4).

use entities::{membership::Role, organisation::OrganisationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{Actor, Books, Engine, World, both_databases, posting::decision, proposal::PROPOSAL};
use tributary::graphql::node::Kind;
use uuid::Uuid;

/// Three partners with a scheme of the second's money and one of the third's.
struct Scene {
    books: Books,
    schemes: [String; 2],
    /// Who proposes, of the host.
    proposer: Actor,
    /// Who approves, of each partner.
    approvers: [Actor; 3],
}

impl Scene {
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Council", "Board"]).await;
        for partner in 0..3 {
            books.contribution(partner, "1000.00").await;
        }
        let schemes = [
            books.scheme("1", "600.00", &[0, 1, 0]).await,
            books.scheme("2", "600.00", &[0, 0, 1]).await,
        ];
        let both = [Role::Finance, Role::Commissioner];
        let proposer = books.host().colleague(world, 1, &both).await;
        let approvers = [
            books.partner(0).colleague(world, 2, &both).await,
            books.partner(1).colleague(world, 3, &[Role::Approver]).await,
            books.partner(2).colleague(world, 4, &both).await,
        ];
        Self { books, schemes, proposer, approvers }
    }

    fn virement(&self, key: &str) -> Value {
        let lines = [(&*self.schemes[0], "-100.00"), (&*self.schemes[1], "100.00")];
        self.books.virement(key, &lines)
    }

    /// A virement that the host has proposed.
    async fn proposed(&self, key: &str) -> String {
        self.proposer.proposes("proposeVirement", self.virement(key)).await
    }

    /// The budgets of the two schemes at the year's end.
    async fn budgets(&self, arguments: &str) -> Value {
        let arguments = format!(r#", asOf: "2026-03-31" {arguments}"#);
        let selection = "byScheme(first: 9) { nodes { figures { budget } } }";
        let answer = self.books.position(self.books.host(), &arguments, selection).await.ok();
        let rows = answer.at("/pooledFund/position/byScheme/nodes").as_array().cloned();
        rows.unwrap_or_default().iter().map(|row| row["figures"]["budget"].clone()).collect()
    }
}

/// How many acts of this name the trail of audit has.
pub async fn acts(world: &World, action: &str) -> u64 {
    use entities::audit_act::{Column, Entity};
    use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let acts = <Entity as sea_orm::EntityTrait>::find().filter(Column::Action.eq(action));
    acts.count(world.database.for_migration()).await.expect("a count")
}

both_databases! {
    async fn g1_nothing_is_applied_before_every_affected_partner_approved_it_on_its_own(world: World) {
        let scene = Scene::set(&world).await;
        let before = scene.budgets("").await;
        assert_eq!(before, json!(["600.00", "600.00"]));
        let proposal = scene.proposed("1").await;
        let asked = r#"query($id: ID!) { node(id: $id) { ... on Proposal {
            needs { organisation { id } role } schemes { scheme amount } content } } }"#;
        let told = scene.approvers[2].send(asked, json!({ "id": proposal })).await.ok();
        let needs = told.at("/node/needs").as_array().expect("needs").clone();
        let needed: Vec<_> = needs.iter().filter_map(|it| it["organisation"]["id"].as_str()).collect();
        assert_eq!(needed, [0, 1, 2].map(|place| &*scene.books.partner(place).id));
        assert_eq!(told.at("/node/schemes/0"), &json!({ "scheme": scene.schemes[0], "amount": "-100.00" }));

        for approver in &scene.approvers[1..] {
            let done = approver.approves(&proposal).await.ok();
            assert_eq!(done.text("/approveProposal/proposal/state"), "OPEN");
            assert_eq!(scene.budgets("").await, before, "applied before everybody approved it");
        }
        let known_at = world.database.clock().now().to_utc().to_rfc3339();
        world.pass(1);
        let input = json!({ "proposal": proposal, "decision": {
            "decidingBody": "Cabinet", "decidedOn": "2025-09-15", "minuteReference": "CAB/9" } });
        let done = scene.approvers[0].run("approveProposal", input, PROPOSAL).await.ok();
        assert_eq!(done.text("/approveProposal/proposal/state"), "APPLIED");
        let result = done.text("/approveProposal/proposal/result");
        assert_eq!(scene.budgets("").await, json!(["500.00", "700.00"]));
        // Rule M4: what was known before the last approval was recorded knows nothing of it.
        let then = scene.budgets(&format!(r#", knownAt: "{known_at}""#)).await;
        assert_eq!(then, before);

        // Rule G4: the movement rests on the last decision, taken before it was recorded.
        let asked = "query($id: ID!) { node(id: $id) { ... on BudgetMovement {
            decision { decidingBody decidedOn minuteReference } effectiveOn } } }";
        let movement = scene.books.partner(2).send(asked, json!({ "id": result })).await.ok();
        assert_eq!(movement.at("/node"), &json!({ "effectiveOn": "2025-11-01", "decision": {
            "decidingBody": "Cabinet", "decidedOn": "2025-09-15", "minuteReference": "CAB/9" } }));

        assert_eq!(scene.approvers[0].approves(&proposal).await.problem(), "ALREADY_DONE");
        assert_eq!(scene.proposer.withdraws(&proposal).await.problem(), "ALREADY_DONE");
        for (action, times) in [("proposeVirement", 1), ("approveProposal", 3), ("moveBudget", 1)] {
            assert_eq!(acts(&world, action).await, times, "{action}");
        }
    }

    async fn m13_whoever_proposed_it_does_not_approve_it_for_anybody(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed("1").await;
        let refused = scene.proposer.approves(&proposal).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("NOT_ALLOWED".into(), "proposal".into()));
        // The same account, acting for another partner.
        let elsewhere = scene.books.partner(1).colleague(&world, 1, &[Role::Finance]).await;
        assert_eq!(elsewhere.approves(&proposal).await.problem(), "NOT_ALLOWED");
        assert_eq!(elsewhere.refuses(&proposal, "No").await.problem(), "NOT_ALLOWED");
        // Nobody knows who holds a token without an account.
        assert_eq!(scene.books.host().approves(&proposal).await.problem(), "NOT_ALLOWED");
        let reader = scene.books.partner(1).colleague(&world, 9, &[Role::Viewer]).await;
        assert_eq!(reader.approves(&proposal).await.problem(), "NOT_ALLOWED");
        let can = "query($id: ID!) { node(id: $id) { ... on Proposal { decisions { verdict }
            viewerCan { approve { allowed } withdraw { allowed } } } } }";
        for (actor, approves, withdraws) in [
            (&scene.proposer, false, true),
            (&scene.approvers[0], true, true),
            (&scene.approvers[1], true, false),
            (&reader, false, false),
        ] {
            let told = actor.send(can, json!({ "id": proposal })).await.ok();
            let allowed = |what: &str| told.at(&format!("/node/viewerCan/{what}/allowed")).clone();
            assert_eq!((allowed("approve"), allowed("withdraw")), (json!(approves), json!(withdraws)));
            assert_eq!(told.at("/node/decisions"), &json!([]));
        }
    }

    async fn a_refusal_with_its_reason_ends_a_proposal(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed("1").await;
        let _ = scene.approvers[0].approves(&proposal).await.ok();
        assert_eq!(scene.approvers[1].refuses(&proposal, " ").await.problem(), "REASON_REQUIRED");
        let refused = scene.approvers[1].refuses(&proposal, "We need it ourselves").await.ok();
        let refused = &refused.payload()["proposal"];
        assert_eq!(refused["state"], "REFUSED");
        assert_eq!(refused["decisions"][1]["reason"], "We need it ourselves");
        assert_eq!(scene.approvers[2].approves(&proposal).await.problem(), "ALREADY_DONE");
        assert_eq!(scene.approvers[1].approves(&proposal).await.problem(), "ALREADY_DONE");
        assert_eq!(scene.budgets("").await, json!(["600.00", "600.00"]));
        assert_eq!(acts(&world, "refuseProposal").await, 1);
    }

    async fn only_the_proposers_organisation_withdraws_what_it_proposed(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed("1").await;
        assert_eq!(scene.approvers[2].withdraws(&proposal).await.problem(), "NOT_ALLOWED");
        let done = scene.approvers[0].withdraws(&proposal).await.ok();
        assert_eq!(done.text("/withdrawProposal/proposal/state"), "WITHDRAWN");
        assert_eq!(scene.approvers[1].approves(&proposal).await.problem(), "ALREADY_DONE");
        assert_eq!(acts(&world, "withdrawProposal").await, 1);
    }

    async fn a_proposal_expires_by_the_clock(world: World) {
        let scene = Scene::set(&world).await;
        let mut past = scene.virement("0");
        past["expiresOn"] = json!("2025-09-30");
        let refused = scene.proposer.run("proposeVirement", past, PROPOSAL).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("INVALID_VALUE".into(), "expiresOn".into()));
        let mut short = scene.virement("1");
        short["expiresOn"] = json!("2025-10-01");
        let proposal = scene.proposer.proposes("proposeVirement", short).await;
        let _ = scene.approvers[0].approves(&proposal).await.ok();
        world.it_is_at(2025, 10, 2, 0);
        assert_eq!(scene.proposer.state_of(&proposal).await, "EXPIRED");
        let _ = scene.proposer.ask(r"{ proposals(first: 9, where: { state: [EXPIRED] }) { totalCount } }")
            .await.ok().at("/proposals/totalCount").as_u64().filter(|one| *one == 1).expect("one");
        for approver in &scene.approvers[1..] {
            assert_eq!(approver.approves(&proposal).await.problem(), "ALREADY_DONE");
        }
        assert_eq!(scene.budgets("").await, json!(["600.00", "600.00"]));
    }

    async fn what_was_approved_is_what_is_applied_byte_for_byte(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed("1").await;
        for approver in &scene.approvers[..2] {
            let _ = approver.approves(&proposal).await.ok();
        }
        let connection = world.database.for_migration();
        let change = "update proposal set content = replace(content, '100.00', '900.00')";
        assert!(connection.execute_unprepared(change).await.is_err(), "the database keeps it");
        let tampered = match world.engine {
            Engine::Sqlite => format!("drop trigger proposal_no_update; {change}"),
            Engine::Postgres => format!("alter table proposal disable trigger user; {change}"),
        };
        connection.execute_unprepared(&tampered).await.expect("it is tampered with");
        let refused = scene.approvers[2].approves(&proposal).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        // Nor when the hash fits, as another proposal's does: nobody approved that here.
        let lines = [(&*scene.schemes[0], "-300.00"), (&*scene.schemes[1], "300.00")];
        let other = scene.books.virement("2", &lines);
        let _ = scene.proposer.proposes("proposeVirement", other).await;
        let latest = "from proposal other order by other.proposed_at desc limit 1";
        let fitting = format!(
            "update proposal set content = (select other.content {latest}),
                content_hash = (select other.content_hash {latest})"
        );
        connection.execute_unprepared(&fitting).await.expect("it is tampered with");
        assert_eq!(scene.approvers[2].approves(&proposal).await.problem(), "NOT_ALLOWED");
        assert_eq!(scene.budgets("").await, json!(["600.00", "600.00"]));
        assert_eq!(scene.proposer.state_of(&proposal).await, "OPEN");
    }

    async fn g3_an_interest_is_declared_before_the_decision_and_shuts_out_from_it(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed("1").await;
        let [host, council, board] = &scene.approvers;
        let _ = council.declares(&proposal).await.ok();
        assert_eq!(council.approves(&proposal).await.problem(), "NOT_ALLOWED");
        assert_eq!(council.refuses(&proposal, "No").await.problem(), "NOT_ALLOWED");
        let _ = host.approves(&proposal).await.ok();
        let late = host.declares(&proposal).await;
        assert_eq!(late.problem(), "NOT_ALLOWED");
        // An interest is a person's.
        assert_eq!(scene.books.partner(2).declares(&proposal).await.problem(), "NOT_ALLOWED");
        let _ = board.approves(&proposal).await.ok();
        let colleague = scene.books.partner(1).colleague(&world, 33, &[Role::Finance]).await;
        let done = colleague.approves(&proposal).await.ok();
        let told = &done.payload()["proposal"];
        assert_eq!(told["state"], "APPLIED");
        assert_eq!(told["interests"], json!([{ "description": "A relative works there" }]));
        assert_eq!(told["decisions"][0]["interests"], told["interests"]);
        assert_eq!(acts(&world, "declareInterest").await, 1);
    }

    async fn g4_a_decision_is_recorded_once_it_was_taken_with_its_minute(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed("1").await;
        for (field, value, code) in [
            ("decidedOn", "2025-10-02", "INVALID_VALUE"),
            ("decidingBody", " ", "INVALID_VALUE"),
            ("minuteReference", "", "INVALID_VALUE"),
        ] {
            let mut input = json!({ "proposal": proposal, "decision": decision() });
            input["decision"][field] = json!(value);
            let refused = scene.approvers[0].run("approveProposal", input, PROPOSAL).await;
            assert_eq!((refused.problem(), refused.problem_path()), (code.into(), format!("decision.{field}")));
        }
        let done = scene.approvers[1].approves(&proposal).await.ok();
        let decided = &done.payload()["proposal"]["decisions"][0];
        assert_eq!(decided["decision"], decision());
        assert_eq!(decided["account"], json!(Kind::Account.id(Uuid::from_u128(3))));
        assert!(decided["knownAt"].as_str().expect("an instant").starts_with("2025-10-01"));
    }

    async fn two_last_approvals_at_once_apply_it_once(world: World) {
        let scene = Scene::set(&world).await;
        for round in 0..3 {
            let proposal = scene.proposed(&format!("{round}")).await;
            let _ = scene.approvers[0].approves(&proposal).await.ok();
            let _ = scene.approvers[1].approves(&proposal).await.ok();
            let other = scene.books.partner(2).colleague(&world, 44, &[Role::Approver]).await;
            let last = [&scene.approvers[2], &other].map(|actor| {
                let (actor, proposal) = (actor.clone(), proposal.clone());
                tokio::spawn(async move { actor.approves(&proposal).await })
            });
            let mut applied = 0;
            for answer in last {
                let answer = answer.await.expect("an answer");
                let errors = answer.payload()["errors"].as_array().expect("errors").len();
                if errors == 0 { applied += 1 } else { assert_eq!(answer.problem(), "ALREADY_DONE") }
            }
            assert_eq!(applied, 1);
        }
        assert_eq!(scene.budgets("").await, json!(["300.00", "900.00"]));
    }

    async fn v1_for_outsiders_a_proposal_does_not_exist(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed("1").await;
        let nothing = Kind::Proposal.id(Uuid::from_u128(7)).to_string();
        let outsider = world.organisation("Outsider", OrganisationKind::LocalAuthority).await;
        let outsider = world.actor(outsider, &[Role::Finance, Role::Approver]).await;
        let outsider = outsider.colleague(&world, 5, &[Role::Finance, Role::Commissioner]).await;
        let _ = Books::between(vec![outsider.clone(), world.actor(
            world.organisation("Other", OrganisationKind::LocalAuthority).await, &[Role::Finance]).await],
            "Elsewhere").await;
        assert_eq!(outsider.state_of(&proposal).await, Value::Null);
        let all = "{ proposals(first: 9) { totalCount nodes { id } } }";
        let told = outsider.ask(all).await.ok();
        assert_eq!(told.at("/proposals/totalCount"), 0);
        let hidden = [
            outsider.approves(&proposal).await, outsider.refuses(&proposal, "No").await,
            outsider.withdraws(&proposal).await, outsider.declares(&proposal).await,
        ];
        let none = [
            outsider.approves(&nothing).await, outsider.refuses(&nothing, "No").await,
            outsider.withdraws(&nothing).await, outsider.declares(&nothing).await,
        ];
        for (hidden, none) in hidden.iter().zip(&none) {
            assert_eq!(hidden.0.to_string(), none.0.to_string());
            assert_eq!(hidden.problem(), "NOT_FOUND");
        }
        let refused = outsider.run("proposeVirement", scene.virement("1"), PROPOSAL).await;
        assert_eq!(refused.problem(), "NOT_FOUND");
        let mine = "{ proposals(first: 9, where: { awaitingMe: true }) { totalCount } }";
        for (actor, waits) in [(&scene.approvers[1], 1), (&outsider, 0)] {
            assert_eq!(actor.ask(mine).await.ok().at("/proposals/totalCount"), waits);
        }
        let _ = scene.approvers[1].approves(&proposal).await.ok();
        assert_eq!(scene.approvers[1].ask(mine).await.ok().at("/proposals/totalCount"), 0);
    }
}
