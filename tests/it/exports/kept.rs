//! Whose an export is, for how long its file is kept, and when it is given out no more.

use entities::{
    export_job::{self, ExportStatus},
    export_piece,
    membership::Role,
    organisation::OrganisationKind,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};
use tests::{Actor, Books, Engine, World, both_databases, postgres};
use tributary::{
    database,
    graphql::node::{self, Kind},
    service::{audit::seal::seal_now, export_job::tidy},
};

use super::{begun, ended, path, refusal, told};

fn of(list: &str) -> Value {
    json!({ "of": list, "format": "JSON_LINES" })
}

async fn ready(actor: &Actor, list: &str) -> String {
    let id = begun(actor, of(list)).await;
    assert_eq!(ended(actor, &id).await["status"], "READY");
    id
}

#[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
async fn pieces(world: &World) -> u64 {
    export_piece::Entity::find().count(world.database.for_migration()).await.expect("a count")
}

/// Clears away as the server does, as the role that it does it in.
async fn tidied(world: &World) {
    if world.engine == Engine::Sqlite {
        return tidy(&world.database).await.expect("cleared away");
    }
    let clock = world.database.clock().clone();
    let jobs = database::open(&postgres::as_jobs(&world.url), false, clock).await;
    tidy(&jobs.expect("the jobs' role")).await.expect("cleared away");
}

async fn observed(world: &World) -> (Books, Actor, String) {
    let books = Books::open(world, &["Host", "Partner"]).await;
    let id = world.organisation("Observer", OrganisationKind::Other).await;
    let observer = world.actor(id, &[Role::Viewer]).await;
    let input = json!({
        "agreement": books.agreement, "organisation": observer.id, "kind": "BOARD_MEMBER",
        "startsOn": "2025-10-01",
    });
    let made = books.host().run("appointOrganisation", input, "relation { id }").await.ok();
    let relation = made.text("/appointOrganisation/relation/id").to_owned();
    (books, observer, relation)
}

both_databases! {
    async fn an_export_states_from_where_its_copy_is_kept_up_to_date(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let _ = seal_now(&world.database).await.expect("sealed");
        let id = begun(books.host(), of("POOLED_FUNDS")).await;
        let cursor = ended(books.host(), &id).await["changesCursor"].clone();
        let later = books.another_fund("Later", "POOLED").await;
        let _ = seal_now(&world.database).await.expect("sealed");
        let document = "query($after: String) { changes(first: 9, after: $after) { nodes { kind objectId } } }";
        let told = books.host().send(document, json!({ "after": cursor })).await.ok();
        let told = told.at("/changes/nodes").as_array().expect("changes").clone();
        let changed: Vec<_> = told.iter().filter(|row| row["kind"] == "CHANGED").collect();
        assert_eq!(changed, [&json!({ "kind": "CHANGED", "objectId": later })], "{told:?}");
    }

    async fn an_export_is_its_makers_and_to_everybody_else_it_does_not_exist(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let council = books.host().organisation;
        let anybody = world.actor(council, &[Role::Finance]).await;
        let maker = anybody.colleague(&world, 11, &[Role::Finance]).await;
        let colleague = anybody.colleague(&world, 12, &[Role::Finance]).await;
        let admin = anybody.colleague(&world, 13, &[Role::Admin]).await;
        let id = ready(&maker, "POOLED_FUNDS").await;
        assert_eq!(maker.download(&path(&id)).await.0, 200);
        for stranger in [&colleague, books.partner(1), &anybody] {
            assert_eq!(told(stranger, &id).await, Value::Null);
            assert_eq!(refusal(stranger, &path(&id)).await, (404, "NOT_FOUND".into()));
            let gone = stranger.run("cancelExport", json!({ "export": id }), "export { id }").await;
            assert_eq!(gone.refusal(), ("NOT_FOUND".into(), "export".into()));
            let list = stranger.ask("{ exports(first: 5) { nodes { id } totalCount } }").await.ok();
            assert_eq!(list.at("/exports"), &json!({ "nodes": [], "totalCount": 0 }));
        }
        assert_eq!(refusal(&maker, "/exports/bulk/exp_x").await, (404, "NOT_FOUND".into()));
        assert_eq!(refusal(&world.nobody(), &path(&id)).await, (401, "UNAUTHENTICATED".into()));
        // The ADMIN sees that it is there and may delete it; the view in the file is not the ADMIN's.
        assert_eq!(told(&admin, &id).await["status"], "READY");
        assert_eq!(refusal(&admin, &path(&id)).await, (404, "NOT_FOUND".into()));
        let given_up = admin.run("cancelExport", json!({ "export": id }), "export { status }").await;
        assert_eq!(given_up.ok().text("/cancelExport/export/status"), "CANCELLED");
        assert_eq!(refusal(&maker, &path(&id)).await, (410, "EXPORT_GONE".into()));
        assert_eq!(pieces(&world).await, 0);
        let again = maker.run("cancelExport", json!({ "export": id }), "export { id }").await;
        assert_eq!(again.problem(), "ALREADY_DONE");
    }

    async fn revoking_a_relation_makes_the_export_stale_and_deletes_its_file(world: World) {
        let (books, observer, relation) = observed(&world).await;
        let id = ready(&observer, "POOLED_FUNDS").await;
        assert_eq!(told(&observer, &id).await["rows"], 1);
        assert_eq!(observer.download(&path(&id)).await.0, 200);
        let unchanged = ready(books.partner(1), "POOLED_FUNDS").await;
        let mistake = json!({ "relation": relation, "reason": "Another was meant" });
        let _ = books.host().run("revokeAppointment", mistake, "agreement { id }").await.ok();
        assert_eq!(refusal(&observer, &path(&id)).await, (410, "EXPORT_STALE".into()));
        assert_eq!(told(&observer, &id).await["status"], "STALE");
        assert_eq!(refusal(&observer, &path(&id)).await, (410, "EXPORT_STALE".into()), "for good");
        assert_eq!(pieces(&world).await, 1, "only the other file is left");
        assert_eq!(books.partner(1).download(&path(&unchanged)).await.0, 200);
    }

    async fn ending_the_session_refuses_the_file(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let maker = books.host().colleague(&world, 21, &[Role::Finance]).await;
        let id = ready(&maker, "SCHEMES").await;
        assert_eq!(maker.download(&path(&id)).await.0, 200);
        let ended = maker.ask("mutation { endAllSessions { ended errors { code } } }").await;
        let _ = ended.ok();
        assert_eq!(refusal(&maker, &path(&id)).await, (401, "UNAUTHENTICATED".into()));
    }

    async fn a_file_expires_after_a_day_and_says_so(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let id = ready(books.host(), "ORGANISATIONS").await;
        tidied(&world).await;
        assert_eq!((pieces(&world).await, books.host().download(&path(&id)).await.0), (1, 200));
        world.pass(24 * 3_600 + 1);
        assert_eq!(refusal(books.host(), &path(&id)).await, (410, "EXPORT_GONE".into()));
        tidied(&world).await;
        assert_eq!(pieces(&world).await, 0);
        assert_eq!(told(books.host(), &id).await["status"], "EXPIRED");
        assert_eq!(refusal(books.host(), &path(&id)).await, (410, "EXPORT_GONE".into()));
    }

    async fn an_export_whose_server_was_killed_fails_and_says_so(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let id = ready(books.host(), "ORGANISATIONS").await;
        let (_, row) = node::of(&id.clone().into()).expect("an identity");
        let running = export_job::ActiveModel {
            id: Set(row),
            status: Set(ExportStatus::Running),
            finished_at: Set(None),
            ..Default::default()
        };
        running.into_active_model().update(world.database.for_migration()).await.expect("a row");
        assert_eq!(refusal(books.host(), &path(&id)).await, (409, "EXPORT_NOT_READY".into()));
        tidied(&world).await;
        assert_eq!(told(books.host(), &id).await["status"], "RUNNING", "it may still be at it");
        world.pass(61);
        tidied(&world).await;
        let job = told(books.host(), &id).await;
        assert_eq!(job["status"], "FAILED");
        let failure = job["failure"].as_str().expect("a sentence");
        assert!(failure.starts_with("the server ended before"), "{failure}");
        assert_eq!(refusal(books.host(), &path(&id)).await, (410, "EXPORT_GONE".into()));
        assert_eq!(pieces(&world).await, 0);
    }

    async fn an_organisation_has_so_many_files_at_most(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        for _ in 0..20 {
            let _ = ready(books.host(), "SCHEMES").await;
        }
        let refused = books.host().run("startExport", of("SCHEMES"), "export { id }").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let _ = ready(books.partner(1), "SCHEMES").await;
        let list = "{ exports(first: 2) { nodes { id of } totalCount } }";
        let list = books.host().ask(list).await.ok();
        assert_eq!(list.at("/exports/totalCount"), &json!(20));
        let first = list.at("/exports/nodes/0/id").clone();
        let given_up = books.host().run("cancelExport", json!({ "export": first }), "export { id }");
        let _ = given_up.await.ok();
        let _ = ready(books.host(), "SCHEMES").await;
        assert!(first.as_str().is_some_and(|id| Kind::Export.read(&id.into(), "id").is_ok()));
    }
}
