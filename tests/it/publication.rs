//! What everybody may read: snapshots that a body decided to publish, and nothing else (rule V5).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};

const CONTENT: &str = "id financialYear itemsHeldBack withdrawnAt withdrawalReason
    decision { decidingBody decidedOn minuteReference }
    agreement { reference title host partners asOf funds { reference name contributions budget
        actual variance schemes { reference name budget fundedBy { partner weight } }
        payments { period amount } } }";

struct Scene {
    books: Books,
    approver: Actor,
    refuge: String,
}

impl Scene {
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Partner"]).await;
        books.contribution(0, "600.00").await;
        books.contribution(1, "400.00").await;
        let open = books.scheme("1", "700.00", &[51, 49]).await;
        let refuge = books.scheme("2", "300.00", &[1]).await;
        for (scheme, amount, day) in
            [(&open, "100.00", "2025-04-10"), (&refuge, "20.00", "2025-06-10")]
        {
            let spent = Books::expenditure(scheme, amount, day, &format!("{amount} {day}"));
            let _ = books.host().run("recordExpenditure", spent, "transaction { id }").await.ok();
        }
        let approver = world.actor(books.host().organisation, &[Role::Approver]).await;
        Self { books, approver, refuge }
    }

    fn input(&self) -> Value {
        json!({
            "agreement": self.books.agreement, "financialYear": "2025/26", "asOf": "2025-09-30",
            "decision": { "decidingBody": "Health and wellbeing board", "decidedOn": "2025-09-20",
                "minuteReference": "HWB/7" },
            "heldBack": [{ "scheme": self.refuge, "reason": "the address of a refuge" }],
        })
    }

    async fn publish(&self) -> Answer {
        let fields = format!("publication {{ {CONTENT} }}");
        self.approver.run("publish", self.input(), &fields).await
    }
}

async fn read(actor: &Actor) -> Value {
    let document = format!("{{ publications(first: 9) {{ totalCount nodes {{ {CONTENT} }} }} }}");
    actor.ask(&document).await.ok().at("/publications").clone()
}

both_databases! {
    async fn v5_everybody_reads_what_was_published_without_signing_in(world: World) {
        let scene = Scene::set(&world).await;
        assert_eq!(read(&world.nobody()).await["totalCount"], json!(0));
        let published = scene.publish().await.ok();
        let listed = read(&world.nobody()).await;
        let one = &listed["nodes"][0];
        assert_eq!(listed["totalCount"], json!(1));
        assert_eq!(one, published.at("/publish/publication"));
        let fund = &one["agreement"]["funds"][0];
        assert_eq!(fund["contributions"], json!("1000.00"));
        assert_eq!(fund["budget"], json!("1000.00"));
        assert_eq!(fund["actual"], json!("120.00"));
        assert_eq!(fund["payments"], json!([{ "period": 1, "amount": "100.00" },
            { "period": 3, "amount": "20.00" }]));
        assert_eq!(one["agreement"]["partners"], json!(["Host", "Partner"]));
        let node = format!("{{ publication(id: {}) {{ {CONTENT} }} }}", one["id"]);
        assert_eq!(world.nobody().ask(&node).await.ok().at("/publication"), one);
    }

    async fn v5_a_snapshot_stays_as_it_was_whatever_happens_since(world: World) {
        let scene = Scene::set(&world).await;
        let _ = scene.publish().await.ok();
        let before = read(&world.nobody()).await;
        let later = Books::expenditure(&scene.refuge, "55.00", "2025-07-10", "later");
        let _ = scene.books.host().run("recordExpenditure", later, "transaction { id }").await.ok();
        let renamed = json!({ "id": scene.books.fund, "expectedVersion": 1, "name": "Another" });
        let _ = scene.books.host().run("updatePooledFund", renamed, "fund { id }").await.ok();
        assert_eq!(read(&world.nobody()).await, before);
    }

    async fn v10_an_item_that_is_held_back_is_named_nowhere(world: World) {
        let scene = Scene::set(&world).await;
        let _ = scene.publish().await.ok();
        let listed = read(&world.nobody()).await;
        assert_eq!(listed["nodes"][0]["itemsHeldBack"], json!(1));
        let schemes = &listed["nodes"][0]["agreement"]["funds"][0]["schemes"];
        assert_eq!(schemes.as_array().expect("schemes").len(), 1);
        assert_eq!(schemes[0]["reference"], json!("1"));
        assert!(!listed.to_string().contains("refuge"), "{listed}");
    }

    async fn v5_what_is_withdrawn_says_so_and_shows_no_more(world: World) {
        let scene = Scene::set(&world).await;
        let published = scene.publish().await.ok();
        let id = published.text("/publish/publication/id").to_owned();
        let withdraw = async |actor: &Actor, id: &str| {
            let input = json!({ "publication": id, "reason": "A figure was wrong" });
            actor.run("withdrawPublication", input, "publication { id }").await
        };
        assert_eq!(withdraw(scene.books.host(), &id).await.problem(), "NOT_ALLOWED");
        let _ = withdraw(&scene.approver, &id).await.ok();
        let listed = read(&world.nobody()).await;
        let one = &listed["nodes"][0];
        assert_eq!(one["agreement"], Value::Null);
        assert_eq!(one["withdrawalReason"], json!("A figure was wrong"));
        assert_ne!(one["withdrawnAt"], Value::Null);
        assert_eq!(withdraw(&scene.approver, &id).await.problem(), "ALREADY_DONE");
        assert_eq!(withdraw(&scene.approver, "pub_none").await.problem(), "NOT_FOUND");
    }

    async fn g4_only_the_hosts_approver_publishes_and_names_the_decision(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.books.host().run("publish", scene.input(), "").await;
        assert_eq!(host.problem(), "NOT_ALLOWED");
        let partner = world.actor(scene.books.partner(1).organisation, &[Role::Approver]).await;
        assert_eq!(partner.run("publish", scene.input(), "").await.problem(), "NOT_ALLOWED");
        let other = Books::open(&world, &["Elsewhere", "Beyond"]).await;
        let outsider = world.actor(other.host().organisation, &[Role::Approver]).await;
        assert_eq!(outsider.run("publish", scene.input(), "").await.problem(), "NOT_FOUND");
        let mut input = scene.input();
        input["decision"]["decidedOn"] = json!("2025-10-02");
        let early = scene.approver.run("publish", input, "").await;
        assert_eq!(early.problem_path(), "decision.decidedOn");
        let mut input = scene.input();
        input["asOf"] = json!("2025-10-02");
        assert_eq!(scene.approver.run("publish", input, "").await.problem_path(), "asOf");
        let mut input = scene.input();
        input["dryRun"] = json!(true);
        let _ = scene.approver.run("publish", input, "publication { id }").await.ok();
        assert_eq!(read(&world.nobody()).await["totalCount"], json!(0));
        assert_eq!(world.nobody().run("publish", scene.input(), "").await.problem(), "UNAUTHENTICATED");
    }

    async fn v5_the_public_reads_snapshots_and_nothing_else(world: World) {
        let scene = Scene::set(&world).await;
        let _ = scene.publish().await.ok();
        for document in [
            "{ organisations(first: 1) { totalCount } }".to_owned(),
            "{ pooledFunds(first: 1) { totalCount } }".to_owned(),
            "{ positions(first: 1, financialYear: \"2025/26\") { totalCount } }".to_owned(),
            format!("{{ node(id: \"{}\") {{ id }} }}", scene.books.fund),
            "{ codeList(list: FUNDING_SOURCE, financialYear: \"2025/26\") { code } }".to_owned(),
        ] {
            let answer = world.nobody().ask(&document).await;
            assert_eq!(answer.problem(), "UNAUTHENTICATED", "{document}");
        }
    }

    async fn v5_the_database_itself_keeps_what_was_published(world: World) {
        use sea_orm::ConnectionTrait;
        let scene = Scene::set(&world).await;
        let _ = scene.publish().await.ok();
        let connection = world.database.for_migration();
        for statement in ["update publication set content = '{}'", "delete from publication"] {
            let refused = connection.execute_unprepared(statement).await;
            assert!(refused.is_err(), "{statement}");
        }
    }
}
