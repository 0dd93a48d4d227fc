//! What is told, to whom, and in which order.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Books, both_databases};
use tributary::service::{audit::seal::seal_now, change::retain};

use super::{Post, Receiver, Reply, changed, fed, made, now, of};

both_databases! {
    async fn a_message_tells_what_the_feed_tells_and_is_signed(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (id, secret) = made(&admin, json!({ "url": receiver.url() })).await;
        let began = now(&admin).await;
        assert_eq!(of(&admin, &id).await["position"], json!(began), "it begins with now");
        assert_eq!(post.tell(&world).await, 0, "nothing changed in its view");

        books.contribution(1, "1234.56").await;
        books.scheme("Reablement", "10.00", &[1, 1]).await;
        assert_eq!(post.tell(&world).await, 1);
        let [message] = &receiver.received()[..] else { panic!("one message") };
        let (expected, cursor) = fed(&admin, &began).await;
        assert!(expected.len() > 1, "{expected:?}");
        assert_eq!(message.changes(), expected);
        assert_eq!(message.said()["data"]["cursor"], json!(cursor));
        assert_eq!(message.said()["type"], "changes");
        let at: i64 = message.timestamp.parse().expect("seconds");
        let clock = world.database.clock().now().to_utc().timestamp();
        assert!((clock - 1..=clock).contains(&at), "{at} is not about {clock}");
        assert!(message.is_signed_by(&secret), "{}", message.signatures);
        assert_eq!(message.signatures.split(' ').count(), 1);
        // What changed is to be asked for: neither money nor names are told.
        for hidden in ["1234.56", "10.00", "Reablement"] {
            assert!(!message.body.contains(hidden), "{hidden}: {}", message.body);
        }
        let told = of(&admin, &id).await;
        assert_eq!((&told["position"], &told["status"]), (&json!(cursor), &json!("ACTIVE")));
        assert_eq!(told["attempts"], json!([{
            "messageId": message.id, "isPing": false, "changes": expected.len(),
            "outcome": "DELIVERED", "httpStatus": 204,
        }]));
        assert_eq!(post.tell(&world).await, 0, "everything was told");
    }

    async fn everything_is_told_once_and_in_order_though_every_other_attempt_fails(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let _ = made(&admin, json!({ "url": receiver.url() })).await;
        let began = now(&admin).await;
        receiver.answers((0..40).map(|number| Reply::Status([500, 204][number % 2])));
        for _ in 1..=6 {
            changed(&books).await;
            assert_eq!(post.tell(&world).await, 1, "it fails");
            // What changes meanwhile waits for a message of its own.
            changed(&books).await;
            world.pass(6);
            assert_eq!(post.tell(&world).await, 1, "it is told again");
            while post.tell(&world).await > 0 || receiver.taken().len() < receiver.received().len() / 2 {
                world.pass(6);
            }
        }
        for _ in 0..3 {
            world.pass(6);
            post.tell(&world).await;
        }
        let (expected, _) = fed(&admin, &began).await;
        let taken: Vec<Value> = receiver.taken().iter().flat_map(|it| it.changes()).collect();
        assert_eq!(taken, expected);
        let received = receiver.received();
        for (failed, again) in received.iter().zip(&received[1..]) {
            let is_same = failed.id == again.id;
            assert_eq!(is_same, failed.status == 500, "{} then {}", failed.status, again.status);
            assert!(!is_same || failed.changes() == again.changes());
        }
    }

    async fn a_message_has_a_hundred_changes_at_most(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let _ = made(&admin, json!({ "url": receiver.url() })).await;
        for _ in 0..105 {
            changed(&books).await;
        }
        assert_eq!((post.tell(&world).await, post.tell(&world).await), (1, 1));
        let counts: Vec<usize> = receiver.taken().iter().map(|it| it.changes().len()).collect();
        assert_eq!(counts, [100, 5]);
        assert_eq!(post.tell(&world).await, 0);
    }

    async fn only_the_wanted_kinds_and_types_are_told(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let [schemes, left] = [Receiver::listening().await, Receiver::listening().await];
        let input = json!({ "url": schemes.url(), "kinds": ["CHANGED"], "objectTypes": ["Scheme"] });
        let (id, _) = made(&admin, input).await;
        let _ = made(&admin, json!({ "url": left.url(), "kinds": ["LEFT"] })).await;
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 0);
        let passed = of(&admin, &id).await;
        assert_eq!(passed["position"], json!(now(&admin).await), "it went past what it is not for");
        let scheme = books.scheme("A", "0.00", &[1, 1]).await;
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 1);
        let changes = schemes.taken()[0].changes();
        assert!(!changes.is_empty() && changes.iter().all(|it| it["objectType"] == "Scheme"));
        assert!(changes.iter().any(|it| it["objectId"] == json!(scheme)), "{changes:?}");
        assert_eq!(left.received().len(), 0);
    }

    async fn v1_what_a_view_shows_no_more_is_not_told_from_the_next_message_on(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let board = world.organisation("Board", OrganisationKind::Charity).await;
        let board = world.actor(board, &[Role::Finance]).await;
        let input = json!({
            "agreement": books.agreement, "organisation": board.id, "kind": "BOARD_MEMBER",
            "startsOn": "2025-10-01",
        });
        let made_relation = books.host().run("appointOrganisation", input, "relation { id }").await.ok();
        let relation = made_relation.text("/appointOrganisation/relation/id").to_owned();
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, &board).await;
        let receiver = Receiver::listening().await;
        let (id, _) = made(&admin, json!({ "url": receiver.url() })).await;
        let update = json!({ "id": books.agreement, "expectedVersion": 1, "title": "Another" });
        let _ = books.host().run("updatePartnershipAgreement", update.clone(), "agreement { id }")
            .await.ok();
        assert_eq!(post.tell(&world).await, 1);
        let began = now(&admin).await;

        // It changes once more, and the view ends before that is told.
        let update = json!({ "id": books.agreement, "expectedVersion": 2, "title": "A third" });
        let _ = books.host().run("updatePartnershipAgreement", update, "agreement { id }").await.ok();
        let mistake = json!({ "relation": relation, "reason": "Another was meant" });
        let _ = books.host().run("revokeAppointment", mistake, "agreement { id }").await.ok();
        post.tell(&world).await;
        let (expected, _) = fed(&admin, &began).await;
        let told: Vec<Value> = receiver.taken()[1..].iter().flat_map(|it| it.changes()).collect();
        assert_eq!(told, expected);
        assert!(told.iter().all(|change| change["kind"] == "LEFT"), "{told:?}");
        assert_eq!(of(&admin, &id).await["status"], "ACTIVE");
    }

    async fn a_message_that_fails_is_told_again_without_what_was_revoked_meanwhile(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let board = world.organisation("Board", OrganisationKind::Charity).await;
        let board = world.actor(board, &[Role::Finance]).await;
        let input = json!({
            "agreement": books.agreement, "organisation": board.id, "kind": "BOARD_MEMBER",
            "startsOn": "2025-10-01",
        });
        let relation = books.host().run("appointOrganisation", input, "relation { id }").await.ok();
        let relation = relation.text("/appointOrganisation/relation/id").to_owned();
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, &board).await;
        let receiver = Receiver::listening().await;
        let _ = made(&admin, json!({ "url": receiver.url() })).await;
        let update = json!({ "id": books.agreement, "expectedVersion": 1, "title": "Another" });
        let _ = books.host().run("updatePartnershipAgreement", update, "agreement { id }").await.ok();
        receiver.answers([Reply::Status(500)]);
        assert_eq!(post.tell(&world).await, 1);
        let mistake = json!({ "relation": relation, "reason": "Another was meant" });
        let _ = books.host().run("revokeAppointment", mistake, "agreement { id }").await.ok();
        world.pass(6);
        for _ in 0..3 {
            post.tell(&world).await;
        }
        let taken: Vec<Value> = receiver.taken().iter().flat_map(|it| it.changes()).collect();
        assert!(taken.iter().all(|change| change["kind"] == "LEFT"), "{taken:?}");
    }

    async fn a_webhook_to_which_nothing_happens_does_not_lose_its_place(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let stranger = world.actor(stranger, &[Role::Finance]).await;
        let admin = post.admin(&world, &stranger).await;
        let receiver = Receiver::listening().await;
        let (id, _) = made(&admin, json!({ "url": receiver.url() })).await;
        let position = of(&admin, &id).await["position"].clone();
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 0);
        assert_eq!(of(&admin, &id).await["position"], position, "it tells nothing of others");
        world.it_is(2026, 12, 1);
        assert!(retain(&world.database, 400).await.expect("deleted") > 0);
        let again = post.admin(&world, &stranger).await;
        assert_eq!(of(&again, &id).await["status"], "ACTIVE");
        let books = books.again(&world).await;
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 0);
        assert_eq!(of(&again, &id).await["status"], "ACTIVE");
    }

    async fn two_processes_send_one_message_once(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let (one, other) = (Post::of(&world).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = one.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let _ = made(&admin, json!({ "url": receiver.url() })).await;
        let began = now(&admin).await;
        for _ in 0..5 {
            changed(&books).await;
            let _ = seal_now(&world.database).await.expect("sealed");
            let (one, other) = tokio::join!(one.telling.tell_once(), other.telling.tell_once());
            assert_eq!(one.expect("told") + other.expect("told"), 1);
        }
        let taken: Vec<Value> = receiver.received().iter().flat_map(|it| it.changes()).collect();
        assert_eq!(taken, fed(&admin, &began).await.0);
    }
}
