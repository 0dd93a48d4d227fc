//! Another organisation's staff sits on a team once its employer approved it; of those that close
//! the successors decide (rules M13, G1, G5, V1).

use entities::{membership::Role, organisation::OrganisationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, Books, Engine, World, both_databases, proposal::PROPOSAL, world::global,
};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use crate::team::{Scene as Team, account, problem};

const MEMBERS: &str = "query($id: ID!) { node(id: $id) { ... on Team { members {
    accountId role employer { id } startsOn } } } }";
const SEAT: &str = "query($id: ID!) { node(id: $id) { ... on Proposal { kind result amount content
    teamSeat { team account employer role startsOn endsOn } fund { id }
    needs { organisation { id } successor { id } role decision { verdict } } } } }";

/// A team of a partnership whose host wants somebody of the second partner on it.
struct Scene {
    team: Team,
    /// Who proposes, of the host.
    proposer: Actor,
    /// Who decides, of the employer.
    admin: Actor,
    /// Who works for the employer.
    bert: Uuid,
}

impl Scene {
    async fn set(world: &World) -> Self {
        let team = Team::set(world).await;
        let employer = team.books.partner(1);
        let bert =
            account(world, employer.organisation, "bert@partner.example", Role::Viewer).await;
        let proposer = team.host().colleague(world, 1, &[Role::Commissioner]).await;
        let admin = employer.colleague(world, 2, &[Role::Admin]).await;
        Self { team, proposer, admin, bert }
    }

    fn employer(&self) -> &Actor {
        self.team.books.partner(1)
    }

    fn seat(&self, account: Uuid, key: &str) -> Value {
        json!({
            "team": self.team.team, "account": Kind::Account.id(account),
            "employer": self.employer().id, "role": "FINANCE",
            "expiresOn": "2025-10-31", "idempotencyKey": key,
        })
    }

    async fn proposed(&self) -> String {
        self.proposer.proposes("proposeTeamMembership", self.seat(self.bert, "1")).await
    }

    async fn propose(&self, by: &Actor, input: Value) -> Answer {
        by.run("proposeTeamMembership", input, PROPOSAL).await
    }

    async fn members(&self) -> Value {
        let told = self.team.host().send(MEMBERS, json!({ "id": self.team.team })).await.ok();
        told.at("/node/members").clone()
    }
}

both_databases! {
    async fn anothers_staff_is_not_seated_directly_and_sits_once_its_employers_admin_approved_it(world: World) {
        let scene = Scene::set(&world).await;
        let direct = scene.team.seat(&scene.proposer, scene.bert, "FINANCE").await;
        let unknown = scene.team.seat(&scene.proposer, Uuid::from_u128(7), "FINANCE").await;
        assert_eq!((direct.problem(), direct.problem_path()), ("APPROVAL_NEEDED".into(), "account".into()));
        assert!(problem(&direct).1.contains("proposeTeamMembership"), "{direct:#?}");
        assert_eq!(problem(&direct), problem(&unknown), "V1: whether there is such an account");

        let proposal = scene.proposed().await;
        assert_eq!(scene.members().await, json!([]), "seated before anybody approved it");
        for role in [Role::Commissioner, Role::Finance, Role::Approver] {
            let colleague = scene.employer().colleague(&world, 5, &[role]).await;
            assert_eq!(colleague.approves(&proposal).await.problem(), "NOT_ALLOWED", "{role:?}");
        }
        let host = scene.team.host().colleague(&world, 6, &[Role::Admin, Role::Approver]).await;
        assert_eq!(host.approves(&proposal).await.problem(), "NOT_ALLOWED");
        let third = scene.team.books.partner(2).colleague(&world, 7, &[Role::Admin]).await;
        assert_eq!(third.approves(&proposal).await.problem(), "NOT_ALLOWED");
        let mine = "{ proposals(first: 9, where: { awaitingMe: true }) { totalCount } }";
        for (actor, waits) in [(&scene.admin, 1), (&host, 0)] {
            assert_eq!(actor.ask(mine).await.ok().at("/proposals/totalCount"), waits);
        }

        let done = scene.admin.approves(&proposal).await.ok();
        assert_eq!(done.text("/approveProposal/proposal/state"), "APPLIED");
        assert!(done.text("/approveProposal/proposal/result").starts_with("tem_"));
        assert_eq!(scene.members().await, json!([{ "accountId": Kind::Account.id(scene.bert),
            "role": "FINANCE", "employer": { "id": scene.employer().id }, "startsOn": "2025-10-01" }]));
        let told = scene.admin.send(SEAT, json!({ "id": proposal })).await.ok();
        let told = &told.0["data"]["node"];
        assert_eq!((&told["kind"], &told["amount"], &told["fund"]), (&json!("TEAM_MEMBERSHIP"), &Value::Null, &Value::Null));
        assert_eq!(told["needs"], json!([{ "organisation": { "id": scene.employer().id },
            "successor": null, "role": null, "decision": { "verdict": "APPROVED" } }]));
        assert_eq!(told["teamSeat"], json!({ "team": scene.team.team, "role": "FINANCE",
            "account": Kind::Account.id(scene.bert), "employer": scene.employer().id,
            "startsOn": "2025-10-01", "endsOn": null }));
        for (action, times) in [("proposeTeamMembership", 1), ("approveProposal", 1), ("addTeamMember", 1)] {
            assert_eq!(crate::proposal::acts(&world, action).await, times, "{action}");
        }
    }

    async fn m13_whoever_proposes_a_seat_does_not_approve_it_whatever_it_acts_as(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed().await;
        let same = scene.employer().colleague(&world, 1, &[Role::Admin]).await;
        let refused = same.approves(&proposal).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        assert!(problem(&refused).1.contains("whoever proposed this"), "{refused:#?}");
        assert_eq!(same.refuses(&proposal, "No").await.problem(), "NOT_ALLOWED");
        let refused = scene.admin.refuses(&proposal, "He is needed here").await.ok();
        assert_eq!(refused.text("/refuseProposal/proposal/state"), "REFUSED");
        assert_eq!(scene.members().await, json!([]));
    }

    async fn v1_whether_somebody_works_for_another_is_told_to_its_admin_alone(world: World) {
        let scene = Scene::set(&world).await;
        let carl = account(&world, scene.team.books.partner(2).organisation, "carl@third.example", Role::Viewer).await;
        let mut answers = Vec::new();
        for (key, account) in [("1", scene.bert), ("2", carl), ("3", Uuid::from_u128(77))] {
            let mut input = scene.seat(account, key);
            input["dryRun"] = json!(true);
            let tried = scene.propose(&scene.proposer, input).await.ok();
            answers.push(tried.at("/proposeTeamMembership/proposal/needs").clone());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        let proposal = scene.proposer.proposes("proposeTeamMembership", scene.seat(carl, "4")).await;
        let refused = scene.admin.approves(&proposal).await;
        assert_eq!((refused.problem(), refused.problem_path()), ("NOT_ALLOWED".into(), "content.account".into()));
        assert_eq!(scene.admin.state_of(&proposal).await, "OPEN");
        assert_eq!(scene.members().await, json!([]));
    }

    async fn v1_for_outsiders_a_team_and_a_proposed_seat_do_not_exist(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed().await;
        let outsider = scene.team.elsewhere.partner(1);
        let outsider = outsider.colleague(&world, 9, &[Role::Commissioner, Role::Admin]).await;
        let hidden = scene.propose(&outsider, scene.seat(scene.bert, "1")).await;
        let mut input = scene.seat(scene.bert, "1");
        input["team"] = json!(Kind::Team.id(Uuid::from_u128(7)));
        let absent = scene.propose(&outsider, input).await;
        assert_eq!(hidden.problem(), "NOT_FOUND");
        assert_eq!(hidden.0.to_string(), absent.0.to_string());
        assert_eq!(outsider.state_of(&proposal).await, Value::Null);
        assert_eq!(outsider.approves(&proposal).await.problem(), "NOT_FOUND");
    }

    async fn a_seat_is_proposed_by_a_partners_commissioner_for_another_partners_staff(world: World) {
        let scene = Scene::set(&world).await;
        let refused = async |by: &Actor, field: &str, value: Value| {
            let mut input = scene.seat(scene.bert, "1");
            input[field] = value;
            let answer = scene.propose(by, input).await;
            (answer.problem(), answer.problem_path())
        };
        let by = &scene.proposer;
        let own = refused(by, "employer", json!(scene.team.host().id)).await;
        assert_eq!(own, ("INVALID_VALUE".into(), "employer".into()));
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let stranger = refused(by, "employer", json!(global(stranger))).await;
        assert_eq!(stranger, ("NOT_ALLOWED".into(), "employer".into()));
        let admin = refused(by, "role", json!("ADMIN")).await;
        assert_eq!(admin, ("INVALID_VALUE".into(), "role".into()));
        let early = refused(by, "startsOn", json!("2020-01-01")).await;
        assert_eq!(early, ("INVALID_DATE".into(), "startsOn".into()));
        let finance = scene.team.host().colleague(&world, 11, &[Role::Finance]).await;
        assert_eq!(refused(&finance, "role", json!("VIEWER")).await.0, "NOT_ALLOWED");
        let team = scene.team.as_team(&world, &[Role::Commissioner]).await;
        assert_eq!(refused(&team, "role", json!("VIEWER")).await.0, "NOT_ALLOWED");
    }

    async fn what_the_employer_approved_is_what_is_applied_byte_for_byte(world: World) {
        let scene = Scene::set(&world).await;
        let proposal = scene.proposed().await;
        let connection = world.database.for_migration();
        let change = "update proposal set content = replace(content, 'FINANCE', 'APPROVER')";
        assert!(connection.execute_unprepared(change).await.is_err(), "the database keeps it");
        let tampered = match world.engine {
            Engine::Sqlite => format!("drop trigger proposal_no_update; {change}"),
            Engine::Postgres => format!("alter table proposal disable trigger user; {change}"),
        };
        connection.execute_unprepared(&tampered).await.expect("it is tampered with");
        assert_eq!(scene.admin.approves(&proposal).await.problem(), "NOT_ALLOWED");
        assert_eq!(scene.members().await, json!([]));
    }

    async fn g5_a_successor_decides_on_what_was_open_when_its_predecessor_closed(world: World) {
        let books = Books::open(&world, &["Host", "Old", "Third"]).await;
        let both = [Role::Finance, Role::Commissioner];
        let proposer = books.host().colleague(&world, 1, &both).await;
        let host = books.host().colleague(&world, 4, &both).await;
        let old = books.partner(1).colleague(&world, 2, &both).await;
        let third = books.partner(2).colleague(&world, 5, &both).await;
        let new = world.organisation("New", OrganisationKind::IntegratedCareBoard).await;
        let new = world.actor(new, &both).await.colleague(&world, 3, &both).await;
        let change = |title: &str| json!({
            "change": { "id": books.agreement, "expectedVersion": 1, "title": title },
            "expiresOn": "2026-01-31", "idempotencyKey": title,
        });
        let open = proposer.proposes("proposeAgreementChange", change("Open")).await;
        let own = old.proposes("proposeAgreementChange", change("Own")).await;
        let decided = proposer.proposes("proposeAgreementChange", change("Decided")).await;
        // What the old one approved in its time stays approved.
        let _ = old.approves(&decided).await.ok();
        for approver in [&host, &third] {
            let _ = approver.approves(&open).await.ok();
        }
        assert_eq!(new.state_of(&open).await, Value::Null, "V1: not yet a partner");

        books.succeed(&world, books.partner(1).organisation, new.organisation, "2025-12-01").await;
        world.it_is(2025, 12, 2);
        let old = old.colleague(&world, 2, &both).await;
        let new = new.colleague(&world, 3, &both).await;
        let mine = "{ proposals(first: 9, where: { awaitingMe: true }) { nodes { id } } }";
        let waiting = new.ask(mine).await.ok().0["data"]["proposals"]["nodes"].to_string();
        assert!(waiting.contains(&open) && waiting.contains(&own), "{waiting}");
        assert!(!waiting.contains(&decided), "{waiting}");
        assert_eq!(old.ask(mine).await.ok().at("/proposals/nodes"), &json!([]));
        assert_eq!(old.approves(&open).await.problem(), "NOT_ALLOWED", "it has closed");
        assert_eq!(old.withdraws(&own).await.problem(), "NOT_ALLOWED");

        let told = new.send(SEAT, json!({ "id": open })).await.ok();
        assert_eq!(told.at("/node/needs/1/organisation/id"), &json!(books.partner(1).id));
        assert_eq!(told.at("/node/needs/1/successor/id"), &json!(new.id));
        assert_eq!(told.at("/node/needs/1/decision"), &Value::Null);
        assert_eq!(new.approves(&decided).await.problem(), "ALREADY_DONE");
        let withdrawn = new.withdraws(&own).await.ok();
        assert_eq!(withdrawn.text("/withdrawProposal/proposal/state"), "WITHDRAWN");
        let done = new.approves(&open).await.ok();
        assert_eq!(done.text("/approveProposal/proposal/state"), "APPLIED");
        let need = &done.payload()["proposal"]["needs"][1];
        assert_eq!(need["decision"]["verdict"], "APPROVED");
        let title = format!(r#"{{ partnershipAgreement(reference: "{}") {{ title }} }}"#, books.reference);
        assert_eq!(new.ask(&title).await.ok().text("/partnershipAgreement/title"), "Open");
    }
}
