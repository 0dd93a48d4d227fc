//! What somebody may do who acts as a joint commissioning team, and until when.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, both_databases, posting::decision, world::global};
use tributary::graphql::node::Kind;

use crate::team::{
    SEEN, SESSION, Scene, WHO, account, bearer, post, problem, seen, sign_in, team, uuid,
};

both_databases! {
    async fn m13_a_team_decides_up_to_its_limit_and_posts_as_the_host(world: World) {
        let scene = Scene::set(&world).await;
        let books = &scene.books;
        let contribution = books.contribution(0, "10000.00").await;
        let first = books.scheme("01", "1000.00", &[1, 1]).await;
        let second = books.scheme("02", "1000.00", &[1, 1]).await;
        let team = scene.as_team(&world, &[Role::Finance]).await;
        let spend = async |actor: &Actor, amount: &str, key: &str| {
            let input = Books::expenditure(&first, amount, "2025-06-10", key);
            actor.run("recordExpenditure", input, "transaction { id postedAs { id } }").await
        };
        let commit = async |amount: &str, key: &str| {
            let input = json!({
                "scheme": first, "financialYear": "2025/26", "amount": amount, "description": "Beds",
                "effectiveOn": "2025-06-01", "idempotencyKey": key,
            });
            team.run("recordCommitment", input, "commitment { id }").await
        };
        let moved = async |kind: &str, amount: &str, key: &str| {
            let mut input = books.movement(
                kind, "2025-07-01", &[(&first, &format!("-{amount}")), (&second, amount)], &[],
            );
            input["idempotencyKey"] = json!(key);
            team.run("moveBudget", input, "movement { id }").await
        };
        let ask = format!(
            r#"{{ pooledFund(reference: "{}") {{ viewerCan {{ post {{ allowed reason }} closePeriod {{ allowed }} }} }} }}"#,
            books.reference
        );
        let may = team.ask(&ask).await.ok();
        assert_eq!(may.at("/pooledFund/viewerCan/post/allowed"), &json!(false));
        assert_eq!(problem(&spend(&team, "1.00", "1").await).1, may.text("/pooledFund/viewerCan/post/reason"));
        assert_eq!(commit("1.00", "1").await.problem(), "NOT_ALLOWED");
        assert_eq!(moved("VIREMENT", "1.00", "1").await.problem(), "NOT_ALLOWED");
        for (kind, amount) in [("POSTING", "100.00"), ("COMMITMENT", "50.00"), ("VIREMENT", "25.00")] {
            scene.delegate(kind, amount).await;
        }
        let may = team.ask(&ask).await.ok();
        assert_eq!(may.at("/pooledFund/viewerCan/post/allowed"), &json!(true), "V3");
        assert_eq!(may.at("/pooledFund/viewerCan/closePeriod/allowed"), &json!(false));

        let above = spend(&team, "100.01", "2").await;
        let sentence = "the team posts at most 100.00 at once: above it the host decides";
        assert_eq!(problem(&above), ("NOT_ALLOWED".to_owned(), sentence.to_owned()));
        assert_eq!(above.problem_path(), "amount");
        let posted = spend(&team, "100.00", "3").await.ok();
        assert_eq!(posted.payload()["transaction"]["postedAs"]["id"], json!(books.host().id));
        assert_eq!(commit("50.01", "2").await.problem(), "NOT_ALLOWED");
        let _ = commit("50.00", "3").await.ok();
        assert_eq!(moved("VIREMENT", "25.01", "2").await.problem(), "NOT_ALLOWED");
        let _ = moved("VIREMENT", "25.00", "3").await.ok();

        // The same key means something else to the host itself (rule M14).
        let own = spend(books.host(), "100.00", "3").await.ok();
        assert_ne!(own.payload()["transaction"]["id"], posted.payload()["transaction"]["id"]);
        let again = spend(&team, "100.00", "3").await.ok();
        assert_eq!(again.payload()["transaction"]["id"], posted.payload()["transaction"]["id"]);

        scene.delegate("POSTING", "0.00").await;
        assert_eq!(spend(&team, "0.01", "4").await.problem(), "NOT_ALLOWED", "taken away");
        let ask = format!(r#"{{ node(id: "{}") {{ ... on Team {{ limits {{ kind amount }} }} }} }}"#, scene.team);
        let limits = team.ask(&ask).await.ok().at("/node/limits").clone();
        assert_eq!(limits.as_array().map(Vec::len), Some(4), "never overwritten");

        let _ = contribution;
        let acts = "{ auditTrail(first: 100, where: { action: { eq: \"recordExpenditure\" } }) {
            nodes { teamId sequence organisation { id } } } }";
        let auditor = world.actor(books.host().organisation, &[Role::Auditor]).await;
        let acts = auditor.ask(acts).await.ok().at("/auditTrail/nodes").clone();
        let teams: Vec<&Value> = acts.as_array().expect("acts").iter().map(|act| &act["teamId"]).collect();
        assert_eq!(teams, [&Value::Null, &json!(scene.team)], "the latest first");
        let own = team.ask("{ auditTrail(first: 100) { nodes { action teamId } } }").await.ok();
        let own = own.at("/auditTrail/nodes").as_array().expect("acts").clone();
        let actions: Vec<&str> = own.iter().filter_map(|act| act["action"].as_str()).collect();
        assert_eq!(actions, ["moveBudget", "recordCommitment", "recordExpenditure"]);
    }

    async fn a_team_writes_schemes_and_drafts_and_leaves_the_rest_to_the_partners(world: World) {
        let scene = Scene::set(&world).await;
        let books = &scene.books;
        let contribution = books.contribution(0, "10000.00").await;
        let roles = [Role::Finance, Role::Commissioner];
        let team = scene.as_team(&world, &roles).await;
        for kind in ["POSTING", "COMMITMENT", "VIREMENT"] {
            scene.delegate(kind, "1000.00").await;
        }
        let input = books.scheme_input(&books.fund, "01", "100.00", &[1]);
        let made = team.run("createScheme", input, "scheme { id viewerCan { commit { allowed } } }").await.ok();
        assert_eq!(made.at("/createScheme/scheme/viewerCan/commit/allowed"), &json!(true));
        let scheme = made.text("/createScheme/scheme/id");
        let input = json!({ "scheme": scheme, "expectedVersion": 1, "name": "Renamed" });
        let _ = team.run("updateScheme", input, "scheme { id }").await.ok();
        let input = json!({
            "fund": books.fund, "financialYear": "2025/26",
            "lines": [{ "scheme": scheme, "month": 12, "amount": "7.00" }],
        });
        let saved = team.run("saveForecast", input, "forecast { id }").await.ok();
        let forecast = saved.text("/saveForecast/forecast/id").to_owned();
        let input = json!({ "team": scene.team, "name": "Brokerage", "startsOn": "2025-04-01" });
        let _ = team.run("addTeamFunction", input, "function { id }").await.ok();
        let other = self::team(books, "Adults").await;
        let input = json!({ "team": other, "name": "Brokerage", "startsOn": "2025-04-01" });
        assert_eq!(team.run("addTeamFunction", input, "function { id }").await.problem(), "NOT_ALLOWED");

        // A draft of the team leaves no trace with a partner that employs one of its members (V1).
        let partner = books.partner(1).organisation;
        let through_partner = world.team_actor(uuid(&scene.team), partner, &roles).await;
        let input = json!({
            "fund": books.fund, "financialYear": "2025/26",
            "lines": [{ "scheme": scheme, "month": 12, "amount": "8.00" }],
        });
        let _ = through_partner.run("saveForecast", input, "forecast { id }").await.ok();
        let auditor = world.actor(partner, &[Role::Auditor]).await;
        let trail = "{ auditTrail(first: 9, where: { action: { eq: \"saveForecast\" } }) { totalCount } }";
        assert_eq!(auditor.ask(trail).await.ok().at("/auditTrail/totalCount"), &json!(0));

        let spent = books.spend(scheme, "5.00", "2025-06-10", "1").await.ok();
        let transaction = spent.text("/recordExpenditure/transaction/id");
        let close = json!({
            "fund": books.fund, "financialYear": "2025/26", "period": 1, "status": "SOFT_CLOSED", "reason": "End",
        });
        let vary = json!({
            "contribution": contribution, "amount": "1.00", "effectiveOn": "2025-06-01", "reason": "More",
            "decision": decision(), "idempotencyKey": "1",
        });
        let agreement = json!({ "id": books.agreement, "expectedVersion": 1, "title": "Ours" });
        let limit = json!({ "team": scene.team, "kind": "POSTING", "amount": "1000000.00" });
        let own_team = json!({ "team": scene.team, "expectedVersion": 1, "name": "Ours" });
        for (name, input, fields) in [
            ("closePeriod", close, "closing { period }"),
            ("varyContribution", vary, "contribution { id }"),
            ("updatePartnershipAgreement", agreement, "agreement { id }"),
            ("submitForecast", json!({ "forecast": forecast }), "forecast { id }"),
            ("reverseTransaction", Books::reversal(transaction, "2025-06-11", "1"), "transaction { id }"),
            ("delegateLimit", limit, "limit { id }"),
            ("updateTeam", own_team, "team { id }"),
        ] {
            assert_eq!(team.run(name, input, fields).await.problem(), "NOT_ALLOWED", "{name}");
        }
        let paid = json!({
            "contribution": contribution, "amount": "9.00", "effective": { "effectiveOn": "2025-06-10" },
            "description": "Paid", "idempotencyKey": "1",
        });
        let paid = team.run_typed("invoiceContribution", "ContributionPostingInput", paid, "transaction { id }").await;
        assert_eq!(paid.problem(), "NOT_ALLOWED");
    }

    async fn a_team_that_has_ended_is_nobodys_to_act_as(world: World) {
        let scene = Scene::set(&world).await;
        let organisation = scene.host().organisation;
        let anna = account(&world, organisation, "anna@host.example", Role::Viewer).await;
        let _ = scene.seat(scene.host(), anna, "FINANCE").await.ok();
        let anna = bearer(&world, &sign_in(&world, "anna@host.example", Some(&scene.team)).await.ok());
        let _ = anna.ask(SEEN).await.ok();
        let input = json!({ "team": scene.team, "expectedVersion": 1, "endsOn": "2025-09-30" });
        let ended = scene.host().run("updateTeam", input, "team { endsOn version }").await.ok();
        assert_eq!(ended.payload()["team"], json!({ "endsOn": "2025-09-30", "version": 2 }));
        assert_eq!(anna.ask(SEEN).await.problem(), "UNAUTHENTICATED");
        let operators = scene.as_team(&world, &[Role::Finance]).await;
        assert_eq!(operators.ask(SEEN).await.problem(), "UNAUTHENTICATED");
        assert_eq!(sign_in(&world, "anna@host.example", Some(&scene.team)).await.problem(), "NOT_FOUND");
        let teams = format!(
            r#"{{ partnershipAgreement(reference: "{}") {{ teams(first: 9) {{ totalCount nodes {{ name endsOn }} }} }} }}"#,
            scene.books.reference
        );
        let kept = scene.host().ask(&teams).await.ok();
        assert_eq!(kept.at("/partnershipAgreement/teams/nodes"), &json!([{ "name": "Children", "endsOn": "2025-09-30" }]));
    }

    async fn whoever_sits_on_two_teams_acts_as_either_and_never_as_both(world: World) {
        let scene = Scene::set(&world).await;
        let second = team(&scene.elsewhere, "Elsewhere").await;
        let anna = account(&world, scene.host().organisation, "anna@host.example", Role::Viewer).await;
        let _ = scene.seat(scene.host(), anna, "FINANCE").await.ok();
        let input = json!({ "team": second, "account": Kind::Account.id(anna), "role": "COMMISSIONER" });
        let _ = scene.host().run("addTeamMember", input, "member { id }").await.ok();
        let first = bearer(&world, &sign_in(&world, "anna@host.example", Some(&scene.team)).await.ok());
        let input = json!({ "organisation": scene.host().id, "team": second });
        let other = bearer(&world, &first.run("switchActingAs", input, SESSION).await.ok());
        for (actor, agreement, role) in [
            (&first, &scene.books.agreement, "FINANCE"),
            (&other, &scene.elsewhere.agreement, "COMMISSIONER"),
        ] {
            assert_eq!(seen(actor).await["partnershipAgreements"]["nodes"], json!([{ "id": agreement }]));
            assert_eq!(actor.ask(WHO).await.ok().at("/viewer/roles"), &json!([role]));
        }
        let through_partner = json!({ "organisation": scene.books.partner(1).id, "team": second });
        assert_eq!(other.run("switchActingAs", through_partner, SESSION).await.problem(), "NOT_FOUND");
        let back = json!({ "organisation": scene.host().id });
        let own = bearer(&world, &other.run("switchActingAs", back, SESSION).await.ok());
        assert_eq!(own.ask(WHO).await.ok().at("/viewer/team"), &Value::Null);
        assert_eq!(seen(&own).await["partnershipAgreements"]["nodes"].as_array().map(Vec::len), Some(2));
    }

    async fn a_function_moves_to_a_provider_once_and_every_change_is_in_the_trail(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.host();
        let provider = world.organisation("Provider", OrganisationKind::NhsTrust).await;
        let input = json!({ "team": scene.team, "name": "Brokerage", "startsOn": "2025-04-01" });
        let made = host.run("addTeamFunction", input, "function { id }").await.ok();
        let function = made.text("/addTeamFunction/function/id");
        let moved = |day: &str| json!({ "function": function, "provider": global(provider), "movedOn": day });
        let early = host.run("moveTeamFunction", moved("2025-03-31"), "function { id }").await;
        assert_eq!(early.problem(), "INVALID_DATE");
        let done = host.run("moveTeamFunction", moved("2026-04-01"), "function { movedOn movedTo { name } }").await.ok();
        let expected = json!({ "movedOn": "2026-04-01", "movedTo": { "name": "Provider" } });
        assert_eq!(done.payload()["function"], expected);
        assert_eq!(host.run("moveTeamFunction", moved("2026-05-01"), "function { id }").await.problem(), "ALREADY_DONE");

        let anna = account(&world, host.organisation, "anna@host.example", Role::Viewer).await;
        let seat = scene.seat(host, anna, "VIEWER").await.ok();
        let seat = json!({ "member": seat.payload()["member"]["id"] });
        let _ = host.run("endTeamMember", seat, "member { id }").await.ok();
        let lead = post(&scene, "Lead", "1.00", ("2025-04-01", Value::Null), &[1]);
        let lead = host.run("addTeamPost", lead, "post { id }").await.ok();
        let end = json!({ "post": lead.payload()["post"]["id"], "expectedVersion": 1, "endsOn": "2025-10-01" });
        let _ = host.run("endTeamPost", end, "post { id }").await.ok();
        scene.delegate("POSTING", "5.00").await;
        let input = json!({ "team": scene.team, "expectedVersion": 1, "serviceArea": "Families" });
        let _ = host.run("updateTeam", input, "team { id }").await.ok();
        let auditor = world.actor(scene.books.partner(1).organisation, &[Role::Auditor]).await;
        for action in [
            "createTeam", "updateTeam", "addTeamPost", "endTeamPost", "addTeamMember", "endTeamMember",
            "delegateLimit", "addTeamFunction", "moveTeamFunction",
        ] {
            let ask = format!(
                r#"{{ auditTrail(first: 9, where: {{ action: {{ eq: "{action}" }} }}) {{ nodes {{ after }} }} }}"#
            );
            let acts = auditor.ask(&ask).await.ok();
            assert!(acts.at("/auditTrail/nodes/0/after").is_string(), "{action}: {acts:#?}");
            assert_eq!(acts.at("/auditTrail/nodes").as_array().map(Vec::len), Some(1), "{action}");
        }
    }

    async fn what_a_team_costs_is_hidden_from_whoever_does_not_pay(world: World) {
        use sea_orm::{EntityTrait, IntoActiveModel};
        use tributary::access::derive;
        let scene = Scene::set(&world).await;
        let lead = post(&scene, "Lead", "1.00", ("2025-04-01", Value::Null), &[1]);
        let _ = scene.host().run("addTeamPost", lead, "post { id }").await.ok();
        let party = world.organisation("Party", OrganisationKind::Charity).await;
        let row = entities::relation::Model {
            id: world.database.clock().new_id(),
            kind: entities::relation::RelationKind::Party,
            organisation_id: party,
            agreement_id: uuid(&scene.books.agreement),
            fund_id: None,
            scheme_id: None,
            position: None,
            starts_on: chrono::NaiveDate::from_ymd_opt(2025, 4, 1).expect("a day"),
            ends_on: None,
        };
        let connection = world.database.for_migration();
        let insert = entities::relation::Entity::insert(row.into_active_model());
        let _ = insert.exec_without_returning(connection).await.expect("a relation");
        derive::agreement(connection, uuid(&scene.books.agreement)).await.expect("its access");
        let party = world.actor(party, &[Role::Viewer]).await;
        let ask = format!(
            r#"{{ node(id: "{}") {{ ... on Team {{ name posts(first: 9) {{ totalCount }}
                costs(financialYear: "2025/26") {{ total }} withheld {{ field }} }} }} }}"#,
            scene.team
        );
        let seen = party.ask(&ask).await.ok();
        let expected = json!({
            "name": "Children", "posts": null, "costs": null,
            "withheld": [{ "field": "posts" }, { "field": "costs" }],
        });
        assert_eq!(seen.at("/node"), &expected);
        let payer = scene.books.partner(1).ask(&ask).await.ok();
        assert_eq!(payer.at("/node/costs/total"), &json!("1.00"));
        assert_eq!(payer.at("/node/withheld"), &json!([]));
    }
}
