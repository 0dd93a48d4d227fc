//! Whose webhooks are, and what its ADMIN does with one.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Books, both_databases};
use tributary::{graphql::node::Kind, service::audit::seal::seal_now};
use uuid::Uuid;

use super::{Post, Receiver, Reply, WEBHOOK, changed, fed, made, now, of};

/// What is done to a webhook, by mutation.
fn deeds(id: &str) -> [(&'static str, Value); 5] {
    [
        ("updateWebhook", json!({ "webhook": id, "isEnabled": false, "expectedVersion": 1 })),
        ("rotateWebhookSecret", json!({ "webhook": id })),
        ("testWebhook", json!({ "webhook": id })),
        ("replayWebhook", json!({ "webhook": id, "since": "2025-01-01T00:00:00Z" })),
        ("deleteWebhook", json!({ "webhook": id })),
    ]
}

both_databases! {
    async fn v1_to_everybody_but_its_admins_a_webhook_does_not_exist(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (id, _) = made(&admin, json!({ "url": receiver.url() })).await;
        let list = "{ webhooks(first: 5) { nodes { id } totalCount } }";
        let foreign = post.admin(&world, books.partner(1)).await;
        let finance = world.actor(admin.organisation, &[Role::Finance, Role::Auditor]).await;
        let finance = finance.elsewhere(&post.address);
        for stranger in [&foreign, &finance] {
            assert_eq!(of(stranger, &id).await, Value::Null);
            let seen = stranger.ask(list).await.ok();
            assert_eq!(seen.at("/webhooks"), &json!({ "nodes": [], "totalCount": 0 }));
        }
        for (name, input) in deeds(&id) {
            let refused = foreign.run(name, input.clone(), "webhook { id }").await;
            assert_eq!(refused.refusal(), ("NOT_FOUND".into(), "webhook".into()), "{name}");
            let mut of_none = input.clone();
            of_none["webhook"] = json!(Kind::Webhook.id(Uuid::nil()));
            let nothing = foreign.run(name, of_none, "webhook { id }").await;
            assert_eq!(nothing.sentence(), refused.sentence(), "{name}");
            assert_eq!(finance.run(name, input, "webhook { id }").await.problem(), "NOT_ALLOWED");
        }
        let make = finance.run("createWebhook", json!({ "url": receiver.url() }), WEBHOOK).await;
        assert_eq!(make.problem(), "NOT_ALLOWED");
        let nobody = world.nobody().ask(list).await;
        assert_eq!(nobody.problem(), "UNAUTHENTICATED");
        let seen = admin.ask(list).await.ok();
        assert_eq!(seen.at("/webhooks"), &json!({ "nodes": [{ "id": id }], "totalCount": 1 }));
    }

    async fn a_dry_run_writes_nothing_and_a_stale_version_is_refused(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (id, _) = made(&admin, json!({ "url": receiver.url() })).await;
        let before = of(&admin, &id).await;
        for (name, mut input) in deeds(&id) {
            input["dryRun"] = json!(true);
            let _ = admin.run(name, input, "webhook { id }").await.ok();
            assert_eq!(of(&admin, &id).await, before, "{name}");
        }
        let stale = json!({ "webhook": id, "isEnabled": false, "expectedVersion": 7 });
        assert_eq!(admin.run("updateWebhook", stale, WEBHOOK).await.problem(), "STALE_VERSION");
        let unknown = json!({ "url": receiver.url(), "objectTypes": ["Scheme", "Webhook"] });
        let refused = admin.run("createWebhook", unknown, WEBHOOK).await;
        assert_eq!(refused.problem(), "INVALID_VALUE");
    }

    async fn a_disabled_webhook_is_told_nothing_and_goes_on_where_it_was(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (id, _) = made(&admin, json!({ "url": receiver.url() })).await;
        let began = now(&admin).await;
        let set = async |is_enabled: bool, version: i32| {
            let input = json!({
                "webhook": id, "isEnabled": is_enabled, "expectedVersion": version,
            });
            admin.run("updateWebhook", input, WEBHOOK).await.ok()
        };
        let disabled = set(false, 1).await;
        assert_eq!(disabled.text("/updateWebhook/webhook/disabledBecause"), "ADMIN");
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 0);
        let _ = set(true, 2).await;
        assert_eq!(post.tell(&world).await, 1);
        assert_eq!(receiver.taken()[0].changes(), fed(&admin, &began).await.0);
    }

    async fn a_ping_is_sent_once_and_counts_for_nothing_else(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (id, secret) = made(&admin, json!({ "url": receiver.url() })).await;
        receiver.answers([Reply::Status(500)]);
        let _ = admin.run("testWebhook", json!({ "webhook": id }), WEBHOOK).await.ok();
        let again = admin.run("testWebhook", json!({ "webhook": id }), WEBHOOK).await;
        assert_eq!(again.problem(), "ALREADY_DONE");
        let _ = post.tell(&world).await;
        let ping = receiver.received().remove(0);
        assert_eq!((&ping.said()["type"], &ping.said()["data"]), (&json!("ping"), &json!({})));
        assert!(ping.is_signed_by(&secret));
        let tried = of(&admin, &id).await;
        assert_eq!((&tried["status"], &tried["lastError"]), (&json!("ACTIVE"), &Value::Null));
        assert_eq!(tried["attempts"][0], json!({
            "messageId": ping.id, "isPing": true, "changes": 0, "outcome": "REFUSED",
            "httpStatus": 500,
        }));
        let count = receiver.received().len();
        world.pass(3_600);
        while post.tell(&world).await > 0 {}
        assert!(receiver.received()[count..].iter().all(|it| it.said()["type"] != "ping"));
    }

    async fn what_was_told_is_told_again_under_another_identity(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (id, _) = made(&admin, json!({ "url": receiver.url() })).await;
        let began = now(&admin).await;
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 1);
        let middle = now(&admin).await;
        world.pass(60);
        let noon = world.database.clock().now().to_utc().to_rfc3339();
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 1);
        let replays = [
            (json!({ "webhook": id, "after": began }), &began),
            (json!({ "webhook": id, "after": middle }), &middle),
            (json!({ "webhook": id, "since": noon }), &middle),
        ];
        for (input, after) in replays {
            let replayed = admin.run("replayWebhook", input, WEBHOOK).await.ok();
            assert_eq!(replayed.text("/replayWebhook/webhook/position"), after);
            let before = receiver.taken();
            assert_eq!(post.tell(&world).await, 1);
            let again = receiver.taken().pop().expect("a message");
            assert_eq!(again.changes(), fed(&admin, after).await.0);
            assert!(before.iter().all(|message| message.id != again.id), "it is another message");
        }
        let everything = json!({ "webhook": id, "since": "2000-01-01T00:00:00Z" });
        let _ = admin.run("replayWebhook", everything, WEBHOOK).await.ok();
        assert_eq!(post.tell(&world).await, 1);
        let document = "{ changes(first: 100) { nodes { objectId } } }";
        let all = admin.ask(document).await.ok();
        let all = all.at("/changes/nodes").as_array().expect("changes").len();
        assert_eq!(receiver.taken().pop().expect("a message").changes().len(), all);
        // A cursor of somebody else's feed is none, and one of both has to be said.
        let other = now(&post.admin(&world, books.partner(1)).await).await;
        for input in [
            json!({ "webhook": id, "after": other }),
            json!({ "webhook": id, "after": "x" }),
            json!({ "webhook": id }),
            json!({ "webhook": id, "after": began, "since": noon }),
        ] {
            let refused = admin.run("replayWebhook", input.clone(), WEBHOOK).await;
            assert_eq!(refused.problem(), "INVALID_VALUE", "{input}");
        }
    }

    async fn an_organisation_has_ten_webhooks_at_most_and_deletes_one(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (first, _) = made(&admin, json!({ "url": receiver.url() })).await;
        for _ in 1..10 {
            let _ = made(&admin, json!({ "url": receiver.url() })).await;
        }
        let refused = admin.run("createWebhook", json!({ "url": receiver.url() }), WEBHOOK).await;
        assert_eq!(refused.problem(), "INVALID_VALUE");
        let _ = admin.run("testWebhook", json!({ "webhook": first }), WEBHOOK).await.ok();
        let _ = post.tell(&world).await;
        let _ = admin.run("deleteWebhook", json!({ "webhook": first }), WEBHOOK).await.ok();
        assert_eq!(of(&admin, &first).await, Value::Null);
        let _ = made(&admin, json!({ "url": receiver.url() })).await;
    }
}
