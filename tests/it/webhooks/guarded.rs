//! Where messages are never sent to, and what nobody is told.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tests::{Books, both_databases};
use tributary::{
    http::Webhooks,
    service::{audit::seal::seal_now, webhook::Names},
};

use super::{Post, Receiver, WEBHOOK, changed, made, of};

/// Names of which one is public until it is moved.
fn names(is_moved: &Arc<AtomicBool>) -> Names {
    let is_moved = Arc::clone(is_moved);
    Names::by(move |name| {
        let addresses: &[&str] = match (name.as_str(), is_moved.load(Ordering::SeqCst)) {
            ("public.example", false) => &["93.184.215.14"],
            ("public.example", true) => &["127.0.0.1"],
            ("mixed.example", _) => &["93.184.215.14", "10.0.0.1"],
            ("private.example", _) => &["192.168.0.1"],
            ("metadata.example", _) => &["169.254.169.254"],
            _ => &[],
        };
        let found: Vec<IpAddr> =
            addresses.iter().map(|address| address.parse().expect("an address")).collect();
        Box::pin(async move { Ok(found) })
    })
}

both_databases! {
    async fn a_webhook_leads_to_the_public_internet_or_is_not_made(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let webhooks = Webhooks { names: names(&Arc::default()), ..Webhooks::default() };
        let post = Post::in_manner(&world, webhooks).await;
        let admin = post.admin(&world, books.host()).await;
        for url in [
            "http://public.example/hook",
            "https://user:word@public.example/hook",
            "https://public.example:22/hook",
            "https://public.example/#part",
            "ftp://public.example/",
            "public.example",
            "https://127.0.0.1:8443/hook",
            "https://2130706433/hook",
            "https://[::1]/hook",
            "https://[::ffff:10.0.0.1]/hook",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/hook",
            "https://private.example/hook",
            "https://metadata.example/hook",
            "https://mixed.example/hook",
            "https://nowhere.example/hook",
            &format!("https://public.example/{}", "a".repeat(2_000)),
        ] {
            let refused = admin.run("createWebhook", json!({ "url": url }), WEBHOOK).await;
            assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), "url".into()), "{url}");
        }
        let (id, _) = made(&admin, json!({ "url": "https://public.example:8443/hook" })).await;
        let input = json!({
            "webhook": id, "url": "https://private.example/hook", "expectedVersion": 1,
        });
        let refused = admin.run("updateWebhook", input, WEBHOOK).await;
        assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), "url".into()));
    }

    async fn a_name_that_leads_to_a_private_address_later_is_not_sent_to(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let is_moved = Arc::new(AtomicBool::new(false));
        let webhooks = Webhooks { names: names(&is_moved), ..Webhooks::default() };
        let post = Post::in_manner(&world, webhooks).await;
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let knocks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&knocks);
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        let url = format!("https://public.example:{port}/hook");
        let (id, _) = made(&admin, json!({ "url": url })).await;
        is_moved.store(true, Ordering::SeqCst);
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 1);
        let told = of(&admin, &id).await;
        assert_eq!(told["attempts"][0]["outcome"], "PRIVATE_ADDRESS", "{told}");
        assert_eq!(told["status"], "FAILING");
        assert_eq!(knocks.load(Ordering::SeqCst), 0, "nobody knocked");
    }

    async fn a_secret_is_told_once_and_is_nowhere_else(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let input = json!({ "url": receiver.url(), "dryRun": true });
        let tried = admin.run("createWebhook", input, "webhook { id } secret").await.ok();
        assert_eq!(tried.at("/createWebhook/secret"), &Value::Null, "a dry run makes none");
        let (id, first) = made(&admin, json!({ "url": receiver.url() })).await;
        let rotated = admin.run("rotateWebhookSecret", json!({ "webhook": id }), "secret").await.ok();
        let second = rotated.text("/rotateWebhookSecret/secret").to_owned();
        assert_ne!(first, second);
        let _ = admin.run("testWebhook", json!({ "webhook": id }), WEBHOOK).await.ok();
        assert_eq!(post.tell(&world).await, 1);
        let rows = world.rows().await;
        let rows = rows.values().flatten();
        let text: String = rows.map(|row| row.to_lowercase()).collect::<Vec<_>>().join("\n");
        for secret in [&first, &second] {
            use base64::{Engine as _, engine::general_purpose::STANDARD};
            let encoded = secret.strip_prefix("whsec_").expect("a secret");
            let bytes = STANDARD.decode(encoded).expect("base64");
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(!text.contains(&encoded.to_lowercase()), "a secret is stored");
            assert!(!text.contains(&hex), "the bytes of a secret are stored");
        }
        // Nor does the trail of audit have what the URL asks for.
        let acts: Vec<&str> = text.lines().filter(|row| row.contains("createwebhook")).collect();
        assert!(!acts.is_empty() && acts.iter().all(|act| !act.contains("hidden")), "{acts:?}");
    }

    async fn both_secrets_sign_for_a_day_after_a_rotation(world: World) {
        let (books, post) = (Books::open(&world, &["Host", "Partner"]).await, Post::of(&world).await);
        let _ = seal_now(&world.database).await.expect("sealed");
        let admin = post.admin(&world, books.host()).await;
        let receiver = Receiver::listening().await;
        let (id, first) = made(&admin, json!({ "url": receiver.url() })).await;
        let rotated = admin.run("rotateWebhookSecret", json!({ "webhook": id }), "secret").await.ok();
        let second = rotated.text("/rotateWebhookSecret/secret").to_owned();
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 1);
        let message = &receiver.taken()[0];
        assert_eq!(message.signatures.split(' ').count(), 2);
        assert!(message.is_signed_by(&first) && message.is_signed_by(&second));
        world.pass(24 * 3_600);
        let books = books.again(&world).await;
        changed(&books).await;
        assert_eq!(post.tell(&world).await, 1);
        let message = &receiver.taken()[1];
        assert!(!message.is_signed_by(&first) && message.is_signed_by(&second));
    }
}
