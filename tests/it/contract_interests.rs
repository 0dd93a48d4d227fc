//! Interests in contracts: declared before what is decided, whom they shut out, who reads them, and
//! how they are withdrawn (rule G3).

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, World, both_databases,
    chain::{Chain, LINK, id_of},
    contracts::{WHOLE, drafted},
    interest::interest,
    payment_run::{Paid, RUN},
    posting::decision,
};

const BUYS: [Role; 2] = [Role::Commissioner, Role::Finance];

/// A draft of a board's and a council's with a trust, and two people of the board.
struct Scene {
    board: Actor,
    officer: Actor,
    colleague: Actor,
    council: Actor,
    trust: Actor,
    contract: String,
}

async fn scene(world: &World) -> Scene {
    let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
    let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    let trust = world.organisation("Trust", OrganisationKind::NhsTrust).await;
    let board = world.actor(board, &BUYS).await;
    let council = world.actor(council, &BUYS).await;
    let trust = world.actor(trust, &[Role::ContractManager, Role::Finance]).await;
    let roles = [Role::Commissioner, Role::Finance, Role::Auditor];
    Scene {
        officer: board.colleague(world, 31, &roles).await,
        colleague: board.colleague(world, 32, &roles).await,
        contract: board.draft(drafted("C/1", &[(&board, 2), (&council, 1)], &[&trust])).await,
        board,
        council,
        trust,
    }
}

#[track_caller]
fn is_shut_out(answer: &Answer) {
    let error = &answer.payload()["errors"][0];
    assert_eq!(error["code"], "NOT_ALLOWED", "{error}");
    let sentence = error["message"].as_str().expect("a sentence");
    assert!(sentence.contains("rule G3") && sentence.contains("ask a colleague"), "{sentence}");
}

#[track_caller]
fn is_refused(answer: &Answer, code: &str, path: &str) {
    assert_eq!((answer.problem().as_str(), answer.problem_path().as_str()), (code, path));
}

async fn actions(who: &Actor) -> Vec<String> {
    let told = who.ask("{ auditTrail(first: 100) { nodes { action } } }").await.ok();
    let acts = told.at("/auditTrail/nodes").as_array().expect("a trail").clone();
    acts.iter().filter_map(|act| act["action"].as_str().map(str::to_owned)).collect()
}

/// What the changes of where a contract stands say of the interests that stood then.
async fn stood(who: &Actor, contract: &str) -> Vec<(String, usize)> {
    let document = "query($id: ID!) { contract(id: $id) { statusHistory { status interests {
        management } } } }";
    let told = who.send(document, json!({ "id": contract })).await.ok();
    let rows = told.at("/contract/statusHistory").as_array().expect("a history").clone();
    let row = |it: &Value| {
        let status = it["status"].as_str().expect("a status").to_owned();
        (status, it["interests"].as_array().expect("interests").len())
    };
    rows.iter().map(row).collect()
}

both_databases! {
    async fn g3_whoever_declared_an_interest_sees_no_draft_and_decides_nothing(world: World) {
        let scene = scene(&world).await;
        let id = &scene.contract;
        scene.officer.is_excluded(id, &scene.trust).await;
        assert!(scene.officer.contract(id).await.is_null(), "the draft is the commissioners' own");
        let listed = scene.officer.ask("{ contracts(first: 5) { totalCount } }").await.ok();
        assert_eq!(listed.at("/contracts/totalCount"), &json!(0));
        let award = json!({ "contract": id, "expectedVersion": 1, "effectiveOn": "2025-10-01",
            "decision": decision() });
        let refused = scene.officer.run("awardContract", award, WHOLE).await;
        is_refused(&refused, "NOT_FOUND", "contract");
        let plan = json!({ "contract": id, "expectedValueVersion": 0,
            "years": [{ "financialYear": "2026/27", "amount": "1.00" }] });
        let refused = scene.officer.run("planContractValue", plan, WHOLE).await;
        is_refused(&refused, "NOT_FOUND", "contract");
        assert_eq!(scene.colleague.contract(id).await["status"], "DRAFT", "one user is shut out");

        scene.colleague.step("awardContract", id, "2025-10-01", json!({})).await.ok();
        let told = scene.officer.contract(id).await;
        assert_eq!(told["status"], "IN_STANDSTILL", "what is awarded is everybody's");
        let drafts = "query($id: ID!) { contract(id: $id) { terms { title }
            viewerCan { changeStatus { allowed reason } vary { allowed } recordPay { allowed }
            validateMeasurement { allowed } keep { allowed } } } }";
        let of = |who: Actor| async move {
            who.send(drafts, json!({ "id": id })).await.ok().at("/contract").clone()
        };
        let (officer, colleague) = (of(scene.officer.clone()).await, of(scene.colleague).await);
        assert_eq!(officer["terms"].as_array().map(Vec::len), Some(1), "no draft of it either");
        assert_eq!(colleague["terms"].as_array().map(Vec::len), Some(2));
        for action in ["changeStatus", "vary", "recordPay", "validateMeasurement"] {
            let both = [&officer, &colleague].map(|it| it["viewerCan"][action]["allowed"].clone());
            assert_eq!(both, [json!(false), json!(true)], "{action}");
        }
        let why = officer["viewerCan"]["changeStatus"]["reason"].as_str().expect("a reason");
        assert!(why.contains("rule G3"), "{why}");
        is_shut_out(&scene.officer.step("mobiliseContract", id, "2025-10-01", json!({})).await);
        let varied = json!({ "contract": id, "expectedVersion": told["version"],
            "effectiveOn": "2026-05-01", "summary": "Another title",
            "title": "Another title", "approvals": [] });
        is_shut_out(&scene.officer.run("recordContractVariation", varied, WHOLE).await);
        let extension = json!({ "contract": id, "expectedVersion": told["version"],
            "endsOn": "2029-03-31", "decision": decision() });
        is_shut_out(&scene.officer.run("extendContract", extension, WHOLE).await);
    }

    async fn g3_a_decision_says_which_interests_stood_when_it_was_taken(world: World) {
        let scene = scene(&world).await;
        let (id, board) = (&scene.contract, &scene.board);
        let first = scene.officer.is_excluded(id, &scene.trust).await;
        world.pass(1);
        board.step("awardContract", id, "2025-10-01", json!({})).await.ok();
        world.pass(1);
        scene.colleague.lets_go(&first).await.ok();
        world.pass(1);
        board.step("mobiliseContract", id, "2025-10-01", json!({})).await.ok();
        world.pass(1);
        scene.colleague.is_excluded(id, &scene.council).await;
        world.pass(1);
        board.step("cancelContract", id, "2025-10-01", json!({ "reason": "No money",
            "reasonCode": "FINANCE", "documentReference": "Letter 1" })).await.ok();
        let expected = [("DRAFT", 0), ("IN_STANDSTILL", 1), ("MOBILISING", 0), ("CANCELLED", 1)];
        let expected = expected.map(|(status, count)| (status.to_owned(), count));
        assert_eq!(stood(board, id).await, expected);
        // What was declared while it was drafted names whom the commissioners thought of.
        let read = expected.map(|(status, count)| {
            (status.clone(), if status == "IN_STANDSTILL" { 0 } else { count })
        });
        assert_eq!(stood(&scene.trust, id).await, read);
    }

    async fn g3_what_is_noted_or_lies_ahead_shuts_nobody_out(world: World) {
        let scene = scene(&world).await;
        let id = &scene.contract;
        let mut noted = interest(id, &scene.trust);
        noted["management"] = json!("NOTED");
        scene.officer.has_interest(noted).await.ok();
        let mut later = interest(id, &scene.trust);
        later["startsOn"] = json!("2025-10-02");
        scene.officer.has_interest(later).await.ok();
        assert_eq!(scene.officer.contract(id).await["status"], "DRAFT");
        scene.officer.step("awardContract", id, "2025-10-01", json!({})).await.ok();
        world.it_is(2025, 10, 2);
        let officer = scene.board.colleague(&world, 31, &BUYS).await;
        is_shut_out(&officer.step("mobiliseContract", id, "2025-10-02", json!({})).await);
    }

    async fn g3_an_interest_of_a_whole_organisation_shuts_out_everybody_of_it(world: World) {
        let scene = scene(&world).await;
        let id = &scene.contract;
        let speaker = scene.council.colleague(&world, 41, &BUYS).await;
        let mut whole = interest(id, &scene.trust);
        whole["isOrganisations"] = json!(true);
        let manager = scene.council.colleague(&world, 42, &[Role::Finance]).await;
        let refused = manager.has_interest(whole.clone()).await;
        is_refused(&refused, "NOT_ALLOWED", "");
        let told = speaker.has_interest(whole).await.ok();
        let declared = &told.payload()["interest"];
        assert_eq!((&declared["isOrganisations"], &declared["account"]), (&json!(true), &json!(null)));
        for of_it in [&scene.council, &speaker, &manager] {
            assert!(of_it.contract(id).await.is_null());
        }
        assert_eq!(scene.board.contract(id).await["status"], "DRAFT");

        // Of what is varied it decides nothing: the board decides alone (rule G1).
        scene.board.step("awardContract", id, "2025-10-01", json!({})).await.ok();
        let approval = |who: &Actor| json!({ "commissioner": who.id, "decision": decision() });
        let vary = |approvals: Value| json!({ "contract": id, "expectedVersion": 2,
            "effectiveOn": "2026-05-01", "summary": "Another title",
            "title": "Another title", "approvals": approvals });
        let alone = vary(json!([approval(&scene.board)]));
        scene.board.run("recordContractVariation", alone, WHOLE).await.ok();

        // A colleague who sees the draft no more withdraws it all the same.
        let interest = declared["id"].as_str().expect("an id");
        is_refused(&speaker.lets_go(interest).await, "NOT_ALLOWED", "");
        let other = scene.council.colleague(&world, 43, &BUYS).await;
        let told = other.lets_go(interest).await.ok();
        assert_eq!(told.payload()["interest"]["withdrawalReason"], "The relative has left");
        assert_eq!(scene.council.contract(id).await["status"], "IN_STANDSTILL");
    }

    async fn g3_an_interest_is_withdrawn_by_a_colleague_with_a_reason_and_stays_on_record(
        world: World
    ) {
        let scene = scene(&world).await;
        let id = &scene.contract;
        let declared = scene.officer.is_excluded(id, &scene.trust).await;
        let own = scene.officer.lets_go(&declared).await;
        let sentence = own.payload()["errors"][0]["message"].to_string();
        assert!(sentence.contains("rule G3") && sentence.contains("ask a colleague"), "{sentence}");
        is_refused(&scene.board.lets_go(&declared).await, "NOT_ALLOWED", "");
        let council = scene.council.colleague(&world, 41, &BUYS).await;
        is_refused(&council.lets_go(&declared).await, "NOT_ALLOWED", "");
        is_refused(&scene.trust.lets_go(&declared).await, "NOT_FOUND", "interest");
        let mut silent = json!({ "interest": declared, "reason": " " });
        let refused = scene.colleague.run("withdrawContractInterest", silent.clone(), "errors { code }");
        is_refused(&refused.await, "INVALID_VALUE", "reason");
        silent["reason"] = json!("The relative has left");
        silent["dryRun"] = json!(true);
        scene.colleague.run("withdrawContractInterest", silent, "interest { id }").await.ok();
        assert!(scene.officer.contract(id).await.is_null(), "a dry run withdraws nothing");
        scene.colleague.lets_go(&declared).await.ok();
        is_refused(&scene.colleague.lets_go(&declared).await, "ALREADY_DONE", "interest");
        assert_eq!(scene.officer.contract(id).await["status"], "DRAFT");
        let told = scene.officer.interests(id).await;
        assert_eq!(told[0]["withdrawalReason"], "The relative has left");
        assert!(told[0]["withdrawnAt"].is_string() && told[1].is_null());
        for table in ["contract_interest", "contract_interest_withdrawal"] {
            for change in [format!("delete from {table}"), format!("update {table} set recorded_on = recorded_on")] {
                let connection = world.database.for_migration();
                assert!(connection.execute_unprepared(&change).await.is_err(), "{change}");
            }
        }
    }

    async fn g3_what_cannot_be_declared_is_refused_with_what_to_do(world: World) {
        let scene = scene(&world).await;
        let id = &scene.contract;
        let of = |field: &str, value: Value| {
            let mut input = interest(id, &scene.trust);
            input[field] = value;
            input
        };
        let officer = &scene.officer;
        let refused = officer.has_interest(of("concerns", json!(scene.board.id))).await;
        is_refused(&refused, "INVALID_VALUE", "concerns");
        is_refused(&officer.has_interest(of("description", json!(" "))).await, "INVALID_VALUE",
            "description");
        is_refused(&officer.has_interest(of("arrangement", json!(""))).await, "INVALID_VALUE",
            "arrangement");
        let nowhere = json!("org_00000000000000000000000000000007");
        let unknown = officer.has_interest(of("concerns", nowhere)).await;
        assert_eq!(unknown.problem_path(), "concerns");
        let nobody = scene.board.has_interest(interest(id, &scene.trust)).await;
        is_refused(&nobody, "NOT_ALLOWED", "");
        let viewer = scene.board.colleague(&world, 33, &[Role::Viewer]).await;
        is_refused(&viewer.has_interest(interest(id, &scene.trust)).await, "NOT_ALLOWED", "");
        let trust = scene.trust.colleague(&world, 34, &[Role::ContractManager]).await;
        let hidden = trust.has_interest(interest(id, &scene.board)).await;
        is_refused(&hidden, "NOT_FOUND", "contract");
        officer.has_interest(of("dryRun", json!(true))).await.ok();
        assert_eq!(officer.interests(id).await, json!([]), "a dry run declares nothing");
        let mut noted = of("management", json!("NOTED"));
        officer.has_interest(noted.clone()).await.ok();
        noted["description"] = json!("The same in other words");
        is_refused(&officer.has_interest(noted).await, "ALREADY_DONE", "contract");
    }

    async fn whoever_decides_and_whom_it_affects_reads_interests_and_others_do_not(world: World) {
        let paid = Paid::awarded(&world).await;
        let id = &paid.contract;
        let officer = paid.board.colleague(&world, 31, &BUYS).await;
        officer.is_excluded(id, &paid.trust).await;
        let regulator = world.organisation("Regulator", OrganisationKind::Regulator).await;
        let member = world.organisation("Member", OrganisationKind::Charity).await;
        let days = ("2025-04-01", None);
        paid.books.relate(&world, (RelationKind::Regulator, regulator), days).await;
        paid.books.relate(&world, (RelationKind::BoardMember, member), days).await;
        let regulator = world.actor(regulator, &[Role::Viewer]).await;
        let member = world.actor(member, &[Role::Viewer]).await;
        for reader in [&paid.board, &paid.borough, paid.books.host(), &paid.trust, &officer] {
            let told = reader.interests(id).await;
            assert_eq!(told[0]["description"], "A relative works there");
            assert_eq!((&told[0]["concerns"]["id"], &told[0]["withheld"]),
                (&json!(paid.trust.id), &json!([])));
            assert!(told[0]["account"].is_string());
        }
        let summary = regulator.interests(id).await;
        assert_eq!((&summary[0]["kind"], &summary[0]["management"]),
            (&json!("INDIRECT"), &json!("EXCLUDED")));
        for field in ["account", "description", "concerns", "arrangement", "viewerCan"] {
            assert!(summary[0][field].is_null(), "{field}");
        }
        assert_eq!(summary[0]["withheld"].as_array().map(Vec::len), Some(6));
        let document = "query($id: ID!) { contract(id: $id) { interests { id }
            withheld { field reason } } }";
        let told = member.send(document, json!({ "id": id })).await.ok();
        assert!(told.at("/contract/interests").is_null());
        let rows = told.at("/contract/withheld").as_array().expect("a list");
        assert!(rows.contains(&json!({ "field": "interests", "reason": "NOT_A_PARTY" })), "{rows:?}");
        assert!(paid.subcontractor.interests(id).await.is_null());
    }

    async fn g3_a_run_is_approved_by_a_colleague_of_whoever_declared_an_interest(world: World) {
        let paid = Paid::block(&world).await;
        let id = &paid.contract;
        paid.approver.is_excluded(id, &paid.trust).await;
        let board = paid.board.colleague(&world, 31, &BUYS).await;
        board.is_excluded(id, &paid.trust).await;
        is_shut_out(&board.run("runPayment", paid.month(1, "one"), RUN).await);
        let run = paid.run(1, "two").await.ok();
        assert_eq!(run.payload()["run"]["number"], 1);
        is_shut_out(&paid.approve(1).await);
        let colleague = paid.books.host().colleague(&world, 44, &[Role::Approver]).await;
        let approved = paid.input(json!({ "run": 1 }));
        world.pass(1);
        colleague.run("approvePaymentRun", approved, RUN).await.ok();
        is_shut_out(&paid.line(&board, "acceptPaymentLine", json!({})).await);
        let document = "query($id: ID!) { contract(id: $id) { pay {
            paymentRuns(financialYear: \"2025/26\") { interests { organisation { id } } } } } }";
        let told = paid.board.send(document, json!({ "id": id })).await.ok();
        let interests = told.at("/contract/pay/paymentRuns/0/interests").clone();
        let by = [paid.books.host(), &paid.board].map(|it| json!({ "organisation": { "id": it.id } }));
        assert_eq!(interests, json!(by));
    }

    async fn g3_a_measurement_is_validated_by_a_colleague_of_whoever_declared_an_interest(
        world: World
    ) {
        let paid = Paid::awarded(&world).await;
        let id = &paid.contract;
        let officer = paid.board.colleague(&world, 31, &[Role::Approver]).await;
        let colleague = paid.board.colleague(&world, 32, &[Role::Approver]).await;
        let measure = json!({
            "reference": "FLOW", "name": "Flow", "kind": "OUTCOME", "unit": "per cent",
            "weight": 0, "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
            "scoring": "LINEAR",
        });
        let framework = paid.input(json!({ "effectiveOn": "2025-04-01", "domains": [],
            "further": [measure], "cutOffDays": 90, "decision": decision() }));
        paid.board.run("defineOutcomeFramework", framework, "framework { number }").await.ok();
        let reading = paid.input(json!({ "measure": "FLOW", "financialYear": "2025/26",
            "reading": "60", "evidence": "Dashboard" }));
        paid.trust.run("submitMeasurement", reading, "measurement { number }").await.ok();
        officer.is_excluded(id, &paid.trust).await;
        world.pass(1);
        let first = || paid.input(json!({ "number": 1 }));
        let fields = "measurement { state interests { kind } }";
        is_shut_out(&officer.run("validateMeasurement", first(), fields).await);
        let told = colleague.run("validateMeasurement", first(), fields).await.ok();
        let interests = told.payload()["measurement"]["interests"].clone();
        assert_eq!(interests, json!([{ "kind": "INDIRECT" }]));
    }

    async fn g3_a_material_link_is_approved_by_a_colleague_of_whoever_declared_an_interest(
        world: World
    ) {
        let chain = Chain::on(&world).await;
        let mut input = chain.link(&chain.id(), &chain.sellers[0]);
        input["isMaterial"] = json!(true);
        let link = id_of(&chain.record(&chain.lead, input).await.ok());
        let officer = chain.commissioner.colleague(&world, 31, &BUYS).await;
        officer.is_excluded(&chain.id(), &chain.sellers[0]).await;
        world.pass(1);
        let verdict = json!({ "subcontract": link, "expectedVersion": 1, "isApproved": true,
            "decision": decision() });
        let fields = format!("subcontract {{ {LINK} }}");
        is_shut_out(&officer.run("approveSubcontract", verdict.clone(), &fields).await);
        chain.commissioner.run("approveSubcontract", verdict, &fields).await.ok();
        let document = "query($id: ID!) { node(id: $id) { ... on Subcontract {
            interests { kind } viewerCan { approve { allowed } } } } }";
        let read = |who: Actor, link: String| async move {
            who.send(document, json!({ "id": link })).await.ok().at("/node").clone()
        };
        let told = read(chain.commissioner.clone(), link.clone()).await;
        assert_eq!(told["interests"], json!([{ "kind": "INDIRECT" }]));
        assert_eq!(told["viewerCan"]["approve"]["allowed"], true);
        let told = read(officer, link.clone()).await;
        assert_eq!(told["viewerCan"]["approve"]["allowed"], false);
        let told = read(chain.sellers[0].clone(), link).await;
        assert!(told["interests"].is_null(), "a seller reads none");
    }

    async fn v1_the_trail_tells_whoever_an_interest_shuts_out_of_no_draft(world: World) {
        let scene = scene(&world).await;
        let id = &scene.contract;
        scene.board.plan(id, ["1000.00", "1000.00"]).await.ok();
        scene.officer.is_excluded(id, &scene.trust).await;
        let told = actions(&scene.colleague).await;
        for act in ["draftContract", "planContractValue", "declareContractInterest"] {
            assert!(told.iter().any(|it| it == act), "{told:?}");
        }
        assert_eq!(actions(&scene.officer).await, Vec::<String>::new());
        scene.board.step("awardContract", id, "2025-10-01", json!({})).await.ok();
        let told = actions(&scene.officer).await;
        assert!(told.iter().any(|it| it == "awardContract"), "{told:?}");
        assert!(!told.iter().any(|it| it == "draftContract"), "{told:?}");
        let declared = scene.colleague.is_excluded(id, &scene.council).await;
        scene.officer.lets_go(&declared).await.ok();
        let told = actions(&scene.officer).await;
        for act in ["declareContractInterest", "withdrawContractInterest"] {
            assert_eq!(told.iter().filter(|it| *it == act).count(), 1, "{told:?}");
        }
    }
}
