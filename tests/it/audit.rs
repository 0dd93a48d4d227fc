//! The trail of audit: who did what, in a chain that nobody changes unseen.

use std::time::Duration;

use domain::policy::matrix::FieldGroup;
use entities::{membership::Role, organisation::OrganisationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{Actor, Books, Engine, World, both_databases, world::global};
use tributary::service::{
    Stopped,
    account::{self, NewAccount},
    acting_as::Named,
    audit::{
        self, Act,
        seal::{EVERY, keep_sealing, seal_now},
    },
    verify::verify,
};
use uuid::Uuid;

const FIELDS: &str = "totalCount nodes { id recordedAt action objectKind object effectiveOn
    organisation { id } accountId requestId before after sequence hash withheld { field reason } }";

/// The trail as `actor` reads it, with these criteria.
async fn trail(actor: &Actor, criteria: &str) -> Vec<Value> {
    let document = format!("{{ auditTrail(first: 100, where: {{ {criteria} }}) {{ {FIELDS} }} }}");
    let answer = actor.ask(&document).await.ok();
    let acts = answer.at("/auditTrail/nodes").as_array().expect("a trail").clone();
    assert_eq!(answer.at("/auditTrail/totalCount"), &json!(acts.len()));
    acts
}

async fn auditor(world: &World, of: &Actor) -> Actor {
    world.actor(of.organisation, &[Role::Auditor]).await
}

fn actions(acts: &[Value]) -> Vec<&str> {
    acts.iter().filter_map(|act| act["action"].as_str()).collect()
}

/// What an act says of its thing, before or after.
fn said(act: &Value, when: &str) -> Value {
    serde_json::from_str(act[when].as_str().expect("what it says")).expect("JSON")
}

async fn run(world: &World, sql: &str) -> Result<(), String> {
    let ran = world.database.for_migration().execute_unprepared(sql).await;
    ran.map(drop).map_err(|why| why.to_string())
}

/// An act that changes nothing, in a transaction of its own: a preview.
async fn preview(world: &World, by: &Actor, root: &str, group: FieldGroup) {
    let viewer = world.viewer(by.organisation, &[Role::Finance]);
    let (_, root) = tributary::graphql::node::of(&root.into()).expect("an id");
    let viewer = &viewer;
    let written: Result<(), Stopped> = world
        .database
        .write(false, |tx| async move {
            let act = Act::new("preview", "PooledFund", root).under(root, group);
            Ok(audit::record(&tx, viewer, act.after(audit::Said::default().and("seen", "x")))
                .await?)
        })
        .await;
    written.expect("the preview is recorded");
}

both_databases! {
    async fn a_transaction_without_an_act_is_not_committed(world: World) {
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let sql = "update organisation set name = 'Other'";
        let write = async |reason: Option<&'static str>| -> Result<(), Stopped> {
            world.database.write(false, |tx| async move {
                if let Some(reason) = reason {
                    tx.goes_unaudited(reason);
                }
                tx.execute_unprepared(sql).await?;
                Ok(())
            }).await
        };
        let why = write(None).await.expect_err("refused").to_string();
        assert!(why.contains("left no act"), "{why}");
        let reader = world.actor(council, &[Role::Viewer]).await;
        let name = "{ viewer { actingAs { name } } }";
        assert_eq!(reader.ask(name).await.ok().text("/viewer/actingAs/name"), "Council");
        write(Some("it is only a test")).await.expect("committed");
        assert_eq!(reader.ask(name).await.ok().text("/viewer/actingAs/name"), "Other");
    }

    async fn an_act_says_who_did_what_to_what_and_how_it_was_before_and_after(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let input = json!({ "id": books.fund, "expectedVersion": 1, "name": "Renamed" });
        let _ = books.host().run("updatePooledFund", input, "fund { id }").await.ok();
        let host = auditor(&world, books.host()).await;
        let acts = trail(&host, r#"action: { eq: "updatePooledFund" }"#).await;
        let [act] = acts.as_slice() else { panic!("one act: {acts:#?}") };
        assert_eq!(act["objectKind"], "PooledFund");
        assert_eq!(act["object"], json!(books.fund));
        assert_eq!(act["organisation"]["id"], json!(books.host().id));
        assert!(act["requestId"].as_str().is_some_and(|id| Uuid::parse_str(id).is_ok()));
        let (before, after) = (said(act, "before"), said(act, "after"));
        assert_eq!((&before["name"], &before["version"]), (&json!("Host-Partner"), &json!(1)));
        assert_eq!((&after["name"], &after["version"]), (&json!("Renamed"), &json!(2)));

        books.contribution(0, "1200.50").await;
        let acts = trail(&host, r#"objectKind: { eq: "Contribution" }"#).await;
        assert_eq!(said(&acts[0], "after")["changes"][0]["amount_pence"], "1200.50");
        assert_eq!(acts[0]["before"], Value::Null);
        let about_the_fund = format!(r#"object: "{}""#, books.fund);
        let acts = trail(&host, &about_the_fund).await;
        assert_eq!(actions(&acts), ["updatePooledFund", "createPooledFund"]);
        let since = format!("recordedAt: {{ gte: {} }}", acts[0]["recordedAt"]);
        let acts = trail(&host, &since).await;
        assert_eq!(actions(&acts), ["planContribution", "updatePooledFund"]);
    }

    async fn a_dry_run_a_refusal_and_a_replay_leave_no_act(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "100.00").await;
        let host = auditor(&world, books.host()).await;
        let before = trail(&host, "").await;
        let dry = json!({ "id": books.fund, "expectedVersion": 1, "name": "Dry", "dryRun": true });
        let _ = books.host().run("updatePooledFund", dry, "fund { id }").await.ok();
        let stale = json!({ "id": books.fund, "expectedVersion": 9, "name": "Stale" });
        let refused = books.host().run("updatePooledFund", stale, "fund { id }").await;
        assert_eq!(refused.problem(), "STALE_VERSION");
        books.contribution(0, "100.00").await;
        assert_eq!(trail(&host, "").await, before);
    }

    async fn each_reads_its_own_acts_and_those_on_what_it_shares(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let foreign = Books::open(&world, &["Elsewhere", "Other"]).await;
        let partner = auditor(&world, books.partner(1)).await;
        let acts = trail(&partner, "").await;
        assert_eq!(actions(&acts), ["createPooledFund", "createPartnershipAgreement"]);
        for act in &acts {
            assert!(act["before"].is_null() && act["after"].is_string(), "{act:#}");
            assert!(act["withheld"].as_array().is_some_and(Vec::is_empty), "{act:#}");
        }
        let stranger = world.organisation("Stranger", OrganisationKind::LocalAuthority).await;
        let stranger = world.actor(stranger, &[Role::Auditor, Role::Admin]).await;
        assert_eq!(trail(&stranger, "").await, Vec::<Value>::new());

        // What cannot be seen and what is not there answer alike.
        let nothing = "fnd_AAAAAAAAAAAAAAAAAAAAAA";
        let ask = async |fund: &str| trail(&partner, &format!(r#"object: "{fund}""#)).await;
        assert_eq!(ask(&foreign.fund).await, ask(nothing).await);
        let of = format!(r#"organisation: {{ eq: "{}" }}"#, foreign.host().id);
        assert_eq!(trail(&partner, &of).await, Vec::<Value>::new());
    }

    async fn what_is_read_in_part_only_is_withheld_and_a_draft_leaves_no_trace(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let partner = auditor(&world, books.partner(1)).await;
        let host = auditor(&world, books.host()).await;
        let before = trail(&partner, "").await;
        let draft = json!({ "fund": books.fund, "financialYear": "2025/26", "lines": [] });
        let _ = books.host().run("saveForecast", draft, "forecast { id }").await.ok();
        assert_eq!(trail(&partner, "").await, before);
        assert_eq!(actions(&trail(&host, "").await)[0], "saveForecast");

        preview(&world, books.host(), &books.fund, FieldGroup::ContributionsOwn).await;
        let acts = trail(&partner, r#"action: { eq: "preview" }"#).await;
        assert_eq!((&acts[0]["before"], &acts[0]["after"]), (&Value::Null, &Value::Null));
        assert_eq!(acts[0]["withheld"], json!([
            { "field": "before", "reason": "OWN_ONLY" }, { "field": "after", "reason": "OWN_ONLY" },
        ]));
        let acts = trail(&host, r#"action: { eq: "preview" }"#).await;
        assert_eq!(said(&acts[0], "after"), json!({ "seen": "x" }));
    }

    async fn only_auditors_and_administrators_read_the_trail(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let ask = "{ auditTrail(first: 1) { totalCount } }";
        for role in [Role::Finance, Role::Commissioner, Role::Viewer, Role::Approver] {
            let actor = world.actor(books.host().organisation, &[role]).await;
            assert_eq!(actor.ask(ask).await.ok().at("/auditTrail"), &Value::Null, "{role:?}");
        }
        for role in [Role::Auditor, Role::Admin] {
            let actor = world.actor(books.host().organisation, &[role]).await;
            assert_eq!(actor.ask(ask).await.ok().at("/auditTrail/totalCount"), &json!(2));
        }
        assert_eq!(world.nobody().ask(ask).await.problem(), "UNAUTHENTICATED");
    }

    async fn people_appear_by_account_id_only(world: World) {
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let (email, password) = ("anna@council.example", "correct horse battery");
        let new = NewAccount {
            email: email.to_owned(),
            password: password.to_owned(),
            organisation: Named::Id(council),
            role: Role::Admin,
        };
        let account = account::create(&world.database, new).await.expect("an account");
        let input = json!({ "email": email, "password": password });
        let fields = "session { accessToken }";
        let signed_in = world.nobody().run("signIn", input, fields).await.ok();
        let anna = world.nobody().bearing(signed_in.text("/signIn/session/accessToken"));
        let acts = trail(&anna, "").await;
        assert_eq!(actions(&acts), ["signIn"]);
        let id = tributary::graphql::node::Kind::Account.id(account.id);
        assert_eq!(acts[0]["accountId"], json!(id));
        assert_eq!(acts[0]["organisation"]["id"], json!(global(council)));

        use entities::audit_act::Entity;
        #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
        let every = <Entity as sea_orm::EntityTrait>::find();
        let every = every.all(world.database.for_migration()).await.expect("the acts");
        assert_eq!(every.len(), 3, "an account, its membership and its session");
        let text = format!("{every:?}");
        for secret in [email, "argon2", "password", signed_in.text("/signIn/session/accessToken")] {
            assert!(!text.contains(secret), "{secret}");
        }
    }

    async fn the_database_itself_keeps_acts_and_seals_as_they_are(world: World) {
        let _ = Books::open(&world, &["Host", "Partner"]).await;
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 2);
        for table in ["audit_act", "audit_seal"] {
            let column = if table == "audit_act" { "action" } else { "sequence" };
            for sql in [
                format!("update {table} set {column} = {column}"),
                format!("delete from {table}"),
            ] {
                let why = run(&world, &sql).await.expect_err("refused");
                assert!(why.contains("append-only"), "{sql}: {why}");
            }
            let sql = match world.engine {
                Engine::Sqlite => format!("insert or replace into {table} select * from {table}"),
                Engine::Postgres => format!("truncate {table} cascade"),
            };
            let why = run(&world, &sql).await.expect_err("refused");
            assert!(why.contains("append-only"), "{sql}: {why}");
        }
    }

    async fn verify_walks_every_chain_and_names_the_first_act_that_was_tampered_with(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let tail = verify(&world.database).await.expect("in order").trail;
        assert_eq!((tail.sealed, tail.unsealed), (0, 2));
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 2);
        books.contribution(0, "1.00").await;
        let tail = verify(&world.database).await.expect("in order").trail;
        assert_eq!((tail.sealed, tail.unsealed), (2, 1));
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 1);

        let change = "update audit_act set after = '{}' where action = 'createPooledFund'";
        let tamper = match world.engine {
            Engine::Sqlite => format!("drop trigger audit_act_no_update; {change}"),
            Engine::Postgres => format!("alter table audit_act disable trigger user; {change}"),
        };
        run(&world, &tamper).await.expect("tampered");
        let why = verify(&world.database).await.expect_err("found").to_string();
        assert!(why.contains("act 2 does not say what it said when it was sealed"), "{why}");
        assert!(why.contains(&books.host().organisation.to_string()), "{why}");
    }

    async fn verify_names_an_act_that_lost_its_seal(world: World) {
        let _ = Books::open(&world, &["Host", "Partner"]).await;
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 2);
        let change = "delete from audit_seal where sequence = 2";
        let tamper = match world.engine {
            Engine::Sqlite => format!("drop trigger audit_seal_no_delete; {change}"),
            Engine::Postgres => format!("alter table audit_seal disable trigger user; {change}"),
        };
        run(&world, &tamper).await.expect("tampered");
        let why = verify(&world.database).await.expect_err("found").to_string();
        assert!(why.contains("has lost its seal"), "{why}");
    }

    async fn two_sealers_at_once_leave_one_unbroken_chain(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let host = world.viewer(books.host().organisation, &[Role::Finance]);
        let mut sealed = 0;
        for _ in 0..10 {
            let viewer = &host;
            let written: Result<(), Stopped> = world.database.write(false, |tx| async move {
                for _ in 0..20 {
                    audit::record(&tx, viewer, Act::new("read", "PooledFund", Uuid::nil())).await?;
                }
                Ok(())
            }).await;
            written.expect("recorded");
            let both = tokio::join!(seal_now(&world.database), seal_now(&world.database));
            sealed += both.0.expect("sealed") + both.1.expect("sealed");
        }
        assert_eq!(sealed, 202);
        let trail = verify(&world.database).await.expect("in order").trail;
        assert_eq!((trail.sealed, trail.unsealed), (202, 0));
    }

    async fn one_pass_of_the_sealer_seals_everything_that_waits_however_much(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let host = &world.viewer(books.host().organisation, &[Role::Finance]);
        let written: Result<(), Stopped> = world.database.write(false, |tx| async move {
            for _ in 0..1_100 {
                audit::record(&tx, host, Act::new("read", "PooledFund", Uuid::nil())).await?;
            }
            Ok(())
        }).await;
        written.expect("recorded");
        assert_eq!(seal_now(&world.database).await.expect("sealed"), 1_102);
        let trail = verify(&world.database).await.expect("in order").trail;
        assert_eq!((trail.sealed, trail.unsealed), (1_102, 0));
    }

    async fn an_act_is_sealed_within_a_second_by_the_task_beside_the_server(world: World) {
        // How long a pass takes is the machine's affair; that one begins in time is the program's.
        assert!(EVERY <= Duration::from_secs(1), "the sealer looks every {EVERY:?}");
        let sealing = tokio::spawn(keep_sealing(world.database.clone()));
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let host = auditor(&world, books.host()).await;
        let began = std::time::Instant::now();
        let act = loop {
            let acts = trail(&host, r#"action: { eq: "createPooledFund" }"#).await;
            if !acts[0]["sequence"].is_null() {
                break acts[0].clone();
            }
            assert!(began.elapsed().as_secs() < 20, "the sealer does not run");
        };
        sealing.abort();
        assert_eq!(act["sequence"], "2");
        assert_eq!(act["hash"].as_str().map(str::len), Some(64));
        let partner = auditor(&world, books.partner(1)).await;
        let acts = trail(&partner, r#"action: { eq: "createPooledFund" }"#).await;
        assert_eq!((&acts[0]["sequence"], &acts[0]["hash"]), (&Value::Null, &Value::Null));
    }

    async fn the_answer_names_the_request_that_the_act_names(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let input = json!({ "id": books.fund, "expectedVersion": 1, "name": "Renamed" });
        let document = "mutation($input: UpdatePooledFundInput!) {
            updatePooledFund(input: $input) { fund { id } } }";
        let named = books.host().request_id(document, json!({ "input": input })).await;
        let host = auditor(&world, books.host()).await;
        let acts = trail(&host, r#"action: { eq: "updatePooledFund" }"#).await;
        assert_eq!(acts[0]["requestId"], json!(named));
    }

    async fn the_trail_takes_as_many_statements_for_many_acts_as_for_one(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let host = auditor(&world, books.host()).await;
        let mut counts = Vec::new();
        for first in [1, 2, 30] {
            if first == 30 {
                books.contribution(0, "1000.00").await;
                for number in 0..10 {
                    books.scheme(&number.to_string(), "1.00", &[1]).await;
                }
            }
            let document = format!("{{ auditTrail(first: {first}) {{ {FIELDS} }} }}");
            let before = world.served.statements_run();
            let _ = host.ask(&document).await.ok();
            counts.push(world.served.statements_run() - before);
        }
        assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    }
}
