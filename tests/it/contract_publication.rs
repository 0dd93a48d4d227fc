//! What everybody may read of contracts: snapshots that the co-ordinating commissioner decided to
//! publish, and nothing else (rule V5).

use entities::{membership::Role, organisation::OrganisationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, World, both_databases, chain::id_of, contracts::drafted, payment_run::Paid,
    posting::decision,
};

const CONTENT: &str = "id financialYear itemsHeldBack withdrawnAt withdrawalReason
    decision { decidingBody decidedOn minuteReference }
    contract { reference title model services startsOn endsOn status statusSince
        statusHistory { status effectiveOn suspendedPart reasonCode takesEffectOn } commissioners
        providers asOf yearlyValue outcomeMeasures { reference name unit threshold target }
        outcomePayEarned materialSubcontracts { tier service buyer seller }
        payments { period amount } }";

/// A contract with a month paid, an outcome and a material subcontract, and who publishes it.
struct Scene {
    paid: Paid,
    approver: Actor,
    link: String,
}

impl Scene {
    async fn set(world: &World) -> Self {
        let paid = Paid::block(world).await;
        paid.run(1, "one").await.ok();
        paid.approve(1).await.ok();
        let measure = json!({
            "reference": "FLOW", "name": "Flow", "kind": "OUTCOME", "unit": "per cent",
            "weight": 0, "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "97.5",
            "scoring": "LINEAR",
        });
        let framework = paid.input(json!({ "effectiveOn": "2025-04-01", "domains": [],
            "further": [measure], "cutOffDays": 90, "decision": decision() }));
        paid.board.run("defineOutcomeFramework", framework, "framework { number }").await.ok();
        let link = json!({ "under": paid.contract,
            "seller": paid.subcontractor.id, "reference": "REFUGE", "service": "Refuge",
            "startsOn": "2026-04-01", "endsOn": "2027-03-31", "isMaterial": true, "values": [] });
        let made = paid.trust.run("recordSubcontract", link, "subcontract { id }").await.ok();
        let link = id_of(&made);
        let verdict = json!({ "subcontract": link, "expectedVersion": 1, "isApproved": true,
            "decision": decision() });
        paid.board.run("approveSubcontract", verdict, "subcontract { id }").await.ok();
        let approver = world.actor(paid.board.organisation, &[Role::Approver]).await;
        Self { paid, approver, link }
    }

    fn input(&self, held_back: Value) -> Value {
        json!({
            "contract": self.paid.contract, "financialYear": "2025/26", "asOf": "2026-03-31",
            "decision": decision(), "heldBack": held_back,
        })
    }

    async fn publish(&self, input: Value) -> Answer {
        let fields = format!("publication {{ {CONTENT} }}");
        self.approver.run("publishContract", input, &fields).await
    }
}

async fn read(actor: &Actor) -> Value {
    let document =
        format!("{{ contractPublications(first: 9) {{ totalCount nodes {{ {CONTENT} }} }} }}");
    actor.ask(&document).await.ok().at("/contractPublications").clone()
}

fn held(item: Value) -> Value {
    json!({ "item": item, "reason": "the address of a refuge" })
}

both_databases! {
    async fn v5_everybody_reads_what_was_published_of_a_contract_without_signing_in(world: World) {
        let scene = Scene::set(&world).await;
        assert_eq!(read(&world.nobody()).await["totalCount"], json!(0));
        let published = scene.publish(scene.input(json!([]))).await.ok();
        let listed = read(&world.nobody()).await;
        let one = &listed["nodes"][0];
        assert_eq!(listed["totalCount"], json!(1));
        assert_eq!(one, published.at("/publishContract/publication"));
        let contract = &one["contract"];
        let expected = [
            ("reference", json!("UC-1")),
            ("services", json!(["Frailty"])),
            ("startsOn", json!("2025-04-01")),
            ("status", json!("IN_STANDSTILL")),
            ("statusHistory", json!([{ "status": "IN_STANDSTILL", "effectiveOn": "2025-06-30",
                "suspendedPart": null, "reasonCode": null, "takesEffectOn": null }])),
            ("commissioners", json!(["Board", "Borough"])),
            ("providers", json!(["Trust"])),
            ("yearlyValue", json!("1000000.00")),
            ("payments", json!([{ "period": 1, "amount": "8333.34" }])),
            ("outcomeMeasures", json!([{ "reference": "FLOW", "name": "Flow",
                "unit": "per cent", "threshold": "0.000", "target": "97.500" }])),
            ("materialSubcontracts", json!([])),
        ];
        for (field, expected) in expected {
            assert_eq!(contract[field], expected, "{field}");
        }
        let node = format!("{{ contractPublication(id: {}) {{ {CONTENT} }} }}", one["id"]);
        assert_eq!(world.nobody().ask(&node).await.ok().at("/contractPublication"), one);
        let found = format!("{{ node(id: {}) {{ ... on ContractPublication {{ {CONTENT} }} }} }}", one["id"]);
        assert_eq!(scene.approver.ask(&found).await.ok().at("/node"), one);
        let own = "query($id: ID!) { contract(id: $id) { publications(first: 9) { totalCount nodes { id } } } }";
        for who in [&scene.paid.borough, &scene.paid.trust] {
            let told = who.send(own, json!({ "id": scene.paid.contract })).await.ok();
            let expected = json!({ "totalCount": 1, "nodes": [{ "id": one["id"] }] });
            assert_eq!(told.at("/contract/publications"), &expected);
        }
        // Whoever is signed in and has nothing to do with it sees what the public sees.
        let elsewhere = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(elsewhere, &[Role::Commissioner, Role::Finance]).await;
        assert_eq!(read(&stranger).await, listed);
        assert!(stranger.contract(&scene.paid.contract).await.is_null());
        // The subcontract started on 1 April: it is published with what counts then.
        let mut later = scene.input(json!([]));
        later["financialYear"] = json!("2026/27");
        later.as_object_mut().expect("an input").remove("asOf");
        let told = scene.publish(later).await.ok();
        let links = told.at("/publishContract/publication/contract/materialSubcontracts").clone();
        assert_eq!(links, json!([{ "tier": 1, "service": "Refuge", "buyer": "Trust",
            "seller": "Charity" }]));
    }

    async fn v5_a_snapshot_of_a_contract_stays_as_it_was_whatever_happens_since(world: World) {
        let scene = Scene::set(&world).await;
        scene.publish(scene.input(json!([]))).await.ok();
        let before = read(&world.nobody()).await;
        scene.paid.run(2, "two").await.ok();
        scene.paid.approve(2).await.ok();
        let board = &scene.paid.board;
        let approvals: Vec<Value> = [board, &scene.paid.borough]
            .map(|by| json!({ "commissioner": by.id, "decision": decision() }))
            .into();
        let version = board.contract(&scene.paid.contract).await["version"].clone();
        let varied = scene.paid.input(json!({ "expectedVersion": version,
            "effectiveOn": "2026-03-01", "summary": "More", "title": "Another",
            "years": [{ "financialYear": "2025/26", "amount": "2.00" }], "approvals": approvals }));
        board.run("recordContractVariation", varied, "contract { id }").await.ok();
        assert_eq!(read(&world.nobody()).await, before);
        let told = scene.publish(scene.input(json!([]))).await.ok();
        let again = told.at("/publishContract/publication/contract").clone();
        assert_eq!((&again["title"], &again["yearlyValue"]), (&json!("Another"), &json!("2.00")));
        assert_eq!(read(&world.nobody()).await["nodes"][1], before["nodes"][0]);
        for table in ["contract_publication", "contract_publication_withdrawal"] {
            let connection = world.database.for_migration();
            let delete = format!("delete from {table}");
            let insert = "insert into contract_publication_withdrawal (publication_id, reason, \
                          withdrawn_at) select id, 'Wrong', 1 from contract_publication";
            let _ = connection.execute_unprepared(insert).await;
            assert!(connection.execute_unprepared(&delete).await.is_err(), "{table}");
        }
    }

    async fn v10_what_is_held_back_of_a_contract_is_absent(world: World) {
        let scene = Scene::set(&world).await;
        let mut input = scene.input(json!([
            held(json!({ "organisation": scene.paid.subcontractor.id })),
            held(json!({ "service": "Frailty" })),
            held(json!({ "measure": "FLOW" })),
            held(json!({ "part": "REFERENCE" })),
            held(json!({ "part": "VALUE" })),
            held(json!({ "part": "PAYMENTS" })),
        ]));
        input["financialYear"] = json!("2026/27");
        input["asOf"] = json!("2026-04-10");
        scene.publish(input.clone()).await.ok();
        let listed = read(&world.nobody()).await;
        let contract = &listed["nodes"][0]["contract"];
        assert_eq!(listed["nodes"][0]["itemsHeldBack"], json!(6));
        for (field, expected) in [
            ("materialSubcontracts", json!([])),
            ("services", json!([])),
            ("outcomeMeasures", json!([])),
            ("reference", Value::Null),
            ("yearlyValue", Value::Null),
            ("payments", Value::Null),
        ] {
            assert_eq!(contract[field], expected, "{field}");
        }
        for name in ["Charity", "Refuge", "refuge", "Frailty", "FLOW"] {
            assert!(!listed.to_string().contains(name), "{name}: {listed}");
        }
        input["heldBack"] = json!([held(json!({ "subcontract": scene.link }))]);
        let told = scene.publish(input.clone()).await.ok();
        let links = told.at("/publishContract/publication/contract/materialSubcontracts");
        assert_eq!(links, &json!([]));
        for (item, path) in [
            (json!({ "organisation": scene.paid.books.partner(2).id }), "organisation"),
            (json!({ "service": "Another" }), "service"),
            (json!({ "measure": "ANOTHER" }), "measure"),
        ] {
            input["heldBack"] = json!([held(item)]);
            let refused = scene.publish(input.clone()).await;
            let (problem, at) = (refused.problem(), refused.problem_path());
            assert_eq!((problem.as_str(), at), ("NOT_FOUND", format!("heldBack.0.item.{path}")));
        }
        input["heldBack"] = json!([{ "item": { "part": "TITLE" }, "reason": " " }]);
        assert_eq!(scene.publish(input).await.problem_path(), "heldBack.0.reason");
    }

    async fn v5_what_is_withdrawn_of_a_contract_says_so_and_shows_no_more(world: World) {
        let scene = Scene::set(&world).await;
        let published = scene.publish(scene.input(json!([]))).await.ok();
        let id = published.text("/publishContract/publication/id").to_owned();
        let withdraw = async |actor: &Actor, id: &str| {
            let input = json!({ "publication": id, "reason": "A figure was wrong" });
            actor.run("withdrawContractPublication", input, "publication { id }").await
        };
        assert_eq!(withdraw(&scene.paid.board, &id).await.problem(), "NOT_ALLOWED");
        let elsewhere = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(elsewhere, &[Role::Approver]).await;
        assert_eq!(withdraw(&stranger, &id).await.problem(), "NOT_ALLOWED");
        withdraw(&scene.approver, &id).await.ok();
        let one = read(&world.nobody()).await["nodes"][0].clone();
        assert_eq!(one["contract"], Value::Null);
        assert_eq!(one["withdrawalReason"], json!("A figure was wrong"));
        assert_eq!(withdraw(&scene.approver, &id).await.problem(), "ALREADY_DONE");
        let trail = r#"{ auditTrail(first: 10, where: { objectKind: { eq: "ContractPublication" } }) {
            nodes { action } } }"#;
        let acts = json!([{ "action": "withdrawContractPublication" }, { "action": "publishContract" }]);
        for (who, expected) in [(&scene.paid.board, &acts), (&stranger, &json!([]))] {
            let auditor = world.actor(who.organisation, &[Role::Auditor]).await;
            assert_eq!(auditor.ask(trail).await.ok().at("/auditTrail/nodes"), expected);
        }
        assert_eq!(withdraw(&scene.approver, "ctp_none").await.problem(), "NOT_FOUND");
    }

    async fn g4_only_the_co_ordinating_commissioners_approver_publishes_an_awarded_contract(
        world: World
    ) {
        let scene = Scene::set(&world).await;
        let input = || scene.input(json!([]));
        for who in [&scene.paid.board, &scene.paid.trust] {
            assert_eq!(who.run("publishContract", input(), "").await.problem(), "NOT_ALLOWED");
        }
        let borough = world.actor(scene.paid.borough.organisation, &[Role::Approver]).await;
        assert_eq!(borough.run("publishContract", input(), "").await.problem(), "NOT_ALLOWED");
        let elsewhere = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(elsewhere, &[Role::Approver]).await;
        assert_eq!(stranger.run("publishContract", input(), "").await.problem(), "NOT_FOUND");
        let nobody = world.nobody().run("publishContract", input(), "").await;
        assert_eq!(nobody.problem(), "UNAUTHENTICATED");
        let mut early = input();
        early["asOf"] = json!("2026-05-01");
        early["financialYear"] = json!("2026/27");
        assert_eq!(scene.publish(early).await.problem_path(), "asOf");
        let mut drafted_then = input();
        drafted_then["asOf"] = json!("2025-06-29");
        let refused = scene.publish(drafted_then).await;
        assert_eq!(refused.problem_path(), "asOf", "it was a draft on that day");
        let mut undecided = input();
        undecided["decision"]["minuteReference"] = json!(" ");
        assert_eq!(scene.publish(undecided).await.problem(), "NOT_ALLOWED");
        let mut dry = input();
        dry["dryRun"] = json!(true);
        scene.publish(dry).await.ok();
        assert_eq!(read(&world.nobody()).await["totalCount"], json!(0));
        let board = &scene.paid.board;
        let draft = board.draft(drafted("C/2", &[(board, 1)], &[&scene.paid.trust])).await;
        let mut unawarded = input();
        unawarded["contract"] = json!(draft);
        unawarded["financialYear"] = json!("2026/27");
        unawarded["asOf"] = json!("2026-04-10");
        assert_eq!(scene.publish(unawarded).await.problem(), "NOT_ALLOWED");
        let approver = board.colleague(&world, 71, &[Role::Approver]).await;
        approver.is_excluded(&scene.paid.contract, &scene.paid.trust).await;
        let refused = approver.run("publishContract", input(), "").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED", "rule G3");
        for document in [
            "{ contracts(first: 1) { totalCount } }".to_owned(),
            format!("{{ contract(id: \"{}\") {{ id }} }}", scene.paid.contract),
        ] {
            assert_eq!(world.nobody().ask(&document).await.problem(), "UNAUTHENTICATED");
        }
    }

    async fn the_statements_by_which_publications_are_read_do_not_grow_with_them(world: World) {
        let scene = Scene::set(&world).await;
        let board = &scene.paid.board;
        let own = "{ contracts(first: 9) { nodes { publications(first: 9) { totalCount
            nodes { id contract { title } } } } } }";
        let all = format!("{{ contractPublications(first: 9) {{ totalCount nodes {{ {CONTENT} }} }} }}");
        let nobody = world.nobody();
        let read = async || {
            let mut counts = Vec::new();
            for (who, document) in [(board, own), (&nobody, all.as_str())] {
                let _ = who.ask(document).await.ok();
                let before = world.served.statements_run();
                let _ = who.ask(document).await.ok();
                counts.push(world.served.statements_run() - before);
            }
            counts
        };
        scene.publish(scene.input(json!([]))).await.ok();
        let before = read().await;
        let mut other = drafted("C/2", &[(board, 1)], &[&scene.paid.trust]);
        other["startsOn"] = json!("2025-04-01");
        let other = board.draft(other).await;
        board.step("awardContract", &other, "2025-06-30", json!({})).await.ok();
        for contract in [&other, &scene.paid.contract] {
            let mut input = scene.input(json!([]));
            input["contract"] = json!(contract);
            scene.publish(input).await.ok();
        }
        assert_eq!(read().await, before);
        let told = board.ask(own).await.ok();
        let counts = told.at("/contracts/nodes").as_array().expect("contracts");
        let mut counts: Vec<_> = counts.iter().map(|it| it["publications"]["totalCount"].clone()).collect();
        counts.sort_by_key(Value::to_string);
        assert_eq!(counts, [json!(1), json!(2)]);
    }
}
