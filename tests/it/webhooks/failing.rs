//! What happens where messages do not arrive.

use std::{sync::Arc, time::Duration};

use entities::membership::{self, Role};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases};
use tributary::{
    http::Webhooks,
    service::{audit::seal::seal_now, change::retain, webhook::keep_telling},
};
use uuid::Uuid;

use super::{Post, Receiver, Reply, WEBHOOK, changed, fed, made, now, of};

/// A partner's webhook, its receiver, and its ADMIN.
async fn one(world: &World) -> (Books, Post, Receiver, Actor, String) {
    let (books, post) = (Books::open(world, &["Host", "Partner"]).await, Post::of(world).await);
    let _ = seal_now(&world.database).await.expect("sealed");
    let admin = post.admin(world, books.host()).await;
    let receiver = Receiver::listening().await;
    let (id, _) = made(&admin, json!({ "url": receiver.url() })).await;
    (books, post, receiver, admin, id)
}

/// Lets so many seconds pass and one more, and answers how many messages are sent then.
async fn after(world: &World, post: &Post, seconds: i64) -> usize {
    world.pass(seconds);
    post.tell(world).await
}

both_databases! {
    async fn a_receiver_that_fails_is_tried_again_later_and_later(world: World) {
        let (books, post, receiver, admin, id) = one(&world).await;
        changed(&books).await;
        receiver.answers((0..4).map(|_| Reply::Status(500)));
        assert_eq!(post.tell(&world).await, 1);
        let failing = of(&admin, &id).await;
        assert_eq!(failing["status"], "FAILING");
        let error = "the receiver answered with a status that is not 200 to 299";
        assert_eq!(failing["lastError"], error, "and nothing of what the receiver wrote");
        assert!(failing["nextTryAt"].is_string() && failing["failingSince"].is_string());
        assert_eq!(failing["attempts"][0]["httpStatus"], 500);
        for (too_soon, then) in [(3, 2), (25, 8), (106, 26), (538, 122)] {
            assert_eq!(after(&world, &post, too_soon).await, 0, "{too_soon} seconds are too few");
            assert_eq!(after(&world, &post, then).await, 1, "{too_soon} and {then}");
        }
        let told = of(&admin, &id).await;
        assert_eq!((&told["status"], &told["nextTryAt"]), (&json!("ACTIVE"), &Value::Null));
        assert_eq!(told["attempts"].as_array().map(Vec::len), Some(5));
        assert_eq!((receiver.received().len(), receiver.taken().len()), (5, 1));
        // The next failure is a first one again.
        changed(&books).await;
        receiver.answers([Reply::Status(500)]);
        assert_eq!(post.tell(&world).await, 1);
        assert_eq!(after(&world, &post, 6).await, 1);
    }

    async fn a_receiver_may_wish_to_be_asked_later(world: World) {
        let (books, post, receiver, ..) = one(&world).await;
        changed(&books).await;
        receiver.answers([Reply::ComeAgainIn(600), Reply::ComeAgainIn(1_000_000)]);
        assert_eq!(post.tell(&world).await, 1);
        assert_eq!(after(&world, &post, 598).await, 0);
        assert_eq!(after(&world, &post, 1).await, 1);
        assert_eq!(after(&world, &post, 12 * 3_600 - 60).await, 0);
        assert_eq!(after(&world, &post, 61).await, 1, "half a day is the longest");
    }

    async fn a_receiver_that_is_gone_is_told_no_more_until_it_is_enabled(world: World) {
        let (books, post, receiver, admin, id) = one(&world).await;
        let began = now(&admin).await;
        changed(&books).await;
        receiver.answers([Reply::Status(410)]);
        assert_eq!(post.tell(&world).await, 1);
        let gone = of(&admin, &id).await;
        assert_eq!((&gone["status"], &gone["disabledBecause"]),
            (&json!("DISABLED"), &json!("RECEIVER_IS_GONE")));
        assert_eq!(gone["nextTryAt"], Value::Null);
        assert_eq!(after(&world, &post, 7 * 24 * 3_600).await, 0);
        let admin = post.admin(&world, &admin).await;
        let input = json!({ "webhook": id, "isEnabled": true, "expectedVersion": 1 });
        let enabled = admin.run("updateWebhook", input, WEBHOOK).await.ok();
        assert_eq!(enabled.text("/updateWebhook/webhook/status"), "ACTIVE");
        assert_eq!(post.tell(&world).await, 1);
        assert_eq!(receiver.taken()[0].changes(), fed(&admin, &began).await.0, "nothing is lost");
    }

    async fn after_five_days_of_failing_it_is_given_up(world: World) {
        let (books, post, receiver, admin, id) = one(&world).await;
        changed(&books).await;
        receiver.answers((0..40).map(|_| Reply::Status(500)));
        assert_eq!(post.tell(&world).await, 1);
        let mut attempts = 1;
        for _ in 0..9 {
            attempts += after(&world, &post, 48_000).await;
            let still = post.admin(&world, &admin).await;
            if attempts < 10 {
                assert_eq!(of(&still, &id).await["status"], "FAILING");
            }
        }
        let admin = post.admin(&world, &admin).await;
        let given_up = of(&admin, &id).await;
        assert_eq!(given_up["disabledBecause"], "FAILED_TOO_LONG", "{given_up}");
        assert_eq!(after(&world, &post, 48_000).await, 0);
    }

    async fn a_redirection_is_not_followed(world: World) {
        let (books, post, receiver, admin, id) = one(&world).await;
        let elsewhere = Receiver::listening().await;
        changed(&books).await;
        receiver.answers([Reply::MovedTo(elsewhere.url())]);
        assert_eq!(post.tell(&world).await, 1);
        assert_eq!(elsewhere.received().len(), 0);
        let attempt = &of(&admin, &id).await["attempts"][0];
        assert_eq!((&attempt["outcome"], &attempt["httpStatus"]), (&json!("REDIRECTED"), &json!(302)));
    }

    async fn a_receiver_that_hangs_holds_up_nobody_else(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let webhooks = Webhooks { is_private_allowed: true, at_once: 2, ..Webhooks::default() };
        let post = Post::in_manner(&world, webhooks).await;
        let _ = seal_now(&world.database).await.expect("sealed");
        let (host, partner) =
            (post.admin(&world, books.host()).await, post.admin(&world, books.partner(1)).await);
        let [silent, other] = [Receiver::listening().await, Receiver::listening().await];
        silent.answers([Reply::Silence]);
        let (hanging, _) = made(&host, json!({ "url": silent.url() })).await;
        let _ = made(&partner, json!({ "url": other.url() })).await;
        let worker = tokio::spawn(keep_telling(Arc::clone(&post.telling), world.database.told_head()));
        let waited = async |count: usize| {
            while silent.received().is_empty() || other.taken().len() < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        for count in 1..=3 {
            changed(&books).await;
            let _ = seal_now(&world.database).await.expect("sealed");
            let in_time = tokio::time::timeout(Duration::from_secs(8), waited(count)).await;
            assert!(in_time.is_ok(), "message {count} waits for a receiver that is silent");
        }
        assert_eq!(of(&host, &hanging).await["attempts"], json!([]), "it is still waited for");
        let ended = tokio::time::timeout(Duration::from_secs(20), async {
            while of(&host, &hanging).await["attempts"] == json!([]) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        ended.await.expect("an attempt has an end");
        worker.abort();
        assert_eq!(of(&host, &hanging).await["attempts"][0]["outcome"], "TIMED_OUT");
    }

    async fn the_webhook_of_a_maker_who_is_no_admin_any_more_is_disabled(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let maker = admin.colleague(&world, 31, &[Role::Admin]).await;
        let receiver = Receiver::listening().await;
        let (id, _) = made(&maker, json!({ "url": receiver.url() })).await;
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 1);
        let ended = membership::Entity::update_many()
            .col_expr(membership::Column::EndsOn, Expr::value("2025-09-30".parse::<chrono::NaiveDate>()
                .expect("a day")))
            .filter(membership::Column::AccountId.eq(Uuid::from_u128(31)));
        ended.exec(world.database.for_migration()).await.expect("ended");
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 0);
        assert_eq!(of(&admin, &id).await["disabledBecause"], "MAKER_IS_NO_ADMIN");
        assert_eq!(receiver.received().len(), 1);
        // Another ADMIN takes it over.
        let input = json!({ "webhook": id, "isEnabled": true, "expectedVersion": 1 });
        let _ = admin.run("updateWebhook", input, WEBHOOK).await.ok();
        assert_eq!(post.tell(&world).await, 1);
    }

    async fn a_place_that_is_not_kept_any_more_disables_with_resync(world: World) {
        let (books, post, receiver, admin, id) = one(&world).await;
        changed(&books).await;
        let _ = seal_now(&world.database).await.expect("sealed");
        world.it_is(2026, 3, 1);
        let books = books.again(&world).await;
        changed(&books).await;
        let _ = seal_now(&world.database).await.expect("sealed");
        world.it_is(2026, 12, 1);
        assert!(retain(&world.database, 400).await.expect("deleted") > 0);
        assert_eq!(post.tell(&world).await, 0);
        let admin = post.admin(&world, &admin).await;
        assert_eq!(of(&admin, &id).await["disabledBecause"], "RESYNC");
        assert_eq!(receiver.received().len(), 0, "a gap is never told");
        let enable = json!({ "webhook": id, "isEnabled": true, "expectedVersion": 1 });
        let refused = admin.run("updateWebhook", enable, WEBHOOK).await;
        assert_eq!(refused.refusal(), ("NOT_ALLOWED".into(), "isEnabled".into()));
        let since = json!({ "webhook": id, "since": "2025-01-01T00:00:00Z" });
        let _ = admin.run("replayWebhook", since, WEBHOOK).await.ok();
        let enable = json!({ "webhook": id, "isEnabled": true, "expectedVersion": 2 });
        let _ = admin.run("updateWebhook", enable, WEBHOOK).await.ok();
        assert_eq!(post.tell(&world).await, 1);
        assert_eq!(receiver.taken()[0].changes().len(), 1, "as far as changes are kept");
    }
}
