//! What publishers print is kept as printed, held against what the reader's own position says, and
//! seen by whoever stands to it on the day as at which it speaks.

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases, relations::local};
use tributary::graphql::node::Kind;

const LINES: &str = "figures { name printed computed difference rounding withinRounding
    withheld { field reason } }";

struct Scene {
    books: Books,
}

impl Scene {
    /// Two partners put in £1.5m, and £0.9m of it was spent in April and May.
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Partner"]).await;
        books.contribution(0, "900000.00").await;
        books.contribution(1, "600000.00").await;
        let scheme = books.scheme("1", "1400000.00", &[3, 2]).await;
        for (amount, on) in [("400000.00", "2025-04-10"), ("500000.00", "2025-05-10")] {
            let _ = books.spend(&scheme, amount, on, on).await.ok();
        }
        Self { books }
    }

    fn input(&self) -> Value {
        json!({
            "agreement": self.books.agreement, "publisher": "Joint board",
            "sourceTitle": "Finance report", "financialYear": "2025/26", "period": 3,
            "unit": "MILLIONS", "decimals": 1, "status": "FORECAST",
            "figures": [
                { "name": "pool", "printed": "1.5", "measures": "CONTRIBUTIONS_AGREED" },
                { "name": "partner", "printed": "0.6", "measures": "CONTRIBUTIONS_AGREED",
                    "partner": self.books.partner(1).id },
                { "name": "budget", "printed": "1.3", "measures": "BUDGET" },
                { "name": "original", "printed": "1.4", "measures": "ORIGINAL_BUDGET" },
                { "name": "spent", "printed": "0.9", "measures": "ACTUAL" },
                { "name": "variance", "printed": "0.1", "measures": "VARIANCE" },
                { "name": "staff", "printed": "12" },
            ],
        })
    }

    async fn record(&self, actor: &Actor, input: Value) -> Answer {
        actor.run("recordPublishedStatement", input, "statement { id asAt }").await
    }

    async fn recorded(&self) -> String {
        let made = self.record(self.books.host(), self.input()).await.ok();
        made.text("/recordPublishedStatement/statement/id").to_owned()
    }
}

async fn node(actor: &Actor, id: &str, fields: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on PublishedStatement {{ {fields} }} }} }}"
    );
    actor.send(&document, json!({ "id": id })).await.ok().at("/node").clone()
}

/// The reader's reconciled figures: name, computed, and why it is withheld.
async fn read(actor: &Actor, id: &str) -> Vec<(String, Value, Value)> {
    let found = node(actor, id, &format!("reconciliation {{ {LINES} }}")).await;
    let lines = found["reconciliation"]["figures"].as_array().expect("figures").clone();
    let line = |it: Value| {
        let name = it["name"].as_str().expect("a name").to_owned();
        for field in ["difference", "rounding", "withinRounding"] {
            assert_eq!(it[field].is_null(), it["computed"].is_null(), "{name}: {field}");
        }
        (name, it["computed"].clone(), it["withheld"][0]["reason"].clone())
    };
    lines.into_iter().map(line).collect()
}

/// What everybody reads who reads all of the position.
fn all() -> Vec<(String, Value, Value)> {
    [
        ("pool", json!("1500000.00")),
        ("partner", json!("600000.00")),
        ("budget", json!("1400000.00")),
        ("original", json!("1400000.00")),
        ("spent", json!("900000.00")),
        // Without a submitted forecast there is none.
        ("variance", Value::Null),
        ("staff", Value::Null),
    ]
    .into_iter()
    .map(|(name, computed)| (name.to_owned(), computed, Value::Null))
    .collect()
}

/// The same, where these are withheld for a reason.
fn without(names: &[&str], reason: &str) -> Vec<(String, Value, Value)> {
    let line = |(name, computed, _): (String, Value, Value)| {
        let is_hidden = names.contains(&name.as_str());
        if is_hidden { (name, Value::Null, json!(reason)) } else { (name, computed, Value::Null) }
    };
    all().into_iter().map(line).collect()
}

async fn listed(actor: &Actor, reference: &str) -> Value {
    let document = format!(
        r#"{{ partnershipAgreement(reference: "{reference}") {{
            publishedStatements(financialYear: "2025/26", first: 9) {{ totalCount nodes {{
                publisher supersedes {{ publisher }} supersededBy {{ publisher }} }} }} }} }}"#
    );
    actor.ask(&document).await.ok().at("/partnershipAgreement/publishedStatements").clone()
}

both_databases! {
    async fn printed_figures_are_held_against_the_position_as_at_their_day(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.recorded().await;
        for partner in [scene.books.host(), scene.books.partner(1)] {
            assert_eq!(read(partner, &id).await, all());
        }
        let found = node(scene.books.host(), &id, &format!(
            "asAt period unit decimals recordedAs {{ name }} fund {{ reference }}
            agreement {{ reference }} figures {{ printed amount }} reconciliation {{ {LINES} }}"
        )).await;
        assert_eq!(found["asAt"], json!("2025-06-30"));
        assert_eq!(found["recordedAs"]["name"], json!("Host"));
        assert_eq!(found["agreement"]["reference"], json!("Host-Partner"));
        assert_eq!(found["figures"][0], json!({ "printed": "1.5", "amount": "1500000.00" }));
        let budget = &found["reconciliation"]["figures"][2];
        assert_eq!(budget["difference"], json!("100000.00"), "computed less printed");
        assert_eq!(budget["rounding"], json!("50000.00"), "half a unit in the last place");
        assert_eq!(budget["withinRounding"], json!(false));
        assert_eq!(found["reconciliation"]["figures"][0]["withinRounding"], json!(true));

        // As at the end of April a smaller part was spent; of one fund alone it is that fund's.
        let mut of_april = scene.input();
        of_april["period"] = json!(1);
        of_april["fund"] = json!(scene.books.fund);
        let made = scene.record(scene.books.partner(1), of_april).await.ok();
        let april = made.text("/recordPublishedStatement/statement/id");
        assert_eq!(read(scene.books.host(), april).await[4].1, json!("400000.00"));
    }

    async fn v8_what_a_reader_does_not_read_in_the_position_it_does_not_learn_here(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.recorded().await;
        let everything = ["pool", "partner", "budget", "original", "spent", "variance"];
        for (kind, hidden, reason) in [
            (RelationKind::Party, &everything[..], "NOT_A_PARTY"),
            (RelationKind::Observer, &["partner", "original"][..], "SUMMARY_ONLY"),
            (RelationKind::BoardMember, &["partner", "original"][..], "SUMMARY_ONLY"),
        ] {
            let other = world.organisation(&format!("{kind:?}"), OrganisationKind::Other).await;
            scene.books.relate(&world, (kind, other), ("2025-04-01", None)).await;
            let other = world.actor(other, &[Role::Viewer]).await;
            assert_eq!(read(&other, &id).await, without(hidden, reason), "{kind:?}");
        }
        let stranger = world.organisation("Stranger", OrganisationKind::Other).await;
        let stranger = world.actor(stranger, &[Role::Commissioner]).await;
        assert!(node(&stranger, &id, "id").await.is_null());
        assert_eq!(scene.record(&stranger, scene.input()).await.problem(), "NOT_FOUND");
    }

    async fn v11_what_was_not_released_is_not_told_by_a_difference(world: World) {
        let scene = Scene::set(&world).await;
        scene.books.show_when_released(&world).await;
        let id = scene.recorded().await;
        assert_eq!(read(scene.books.host(), &id).await, all());
        let unreleased = without(&["spent", "variance"], "NOT_RELEASED");
        assert_eq!(read(scene.books.partner(1), &id).await, unreleased);
        for period in 1..=3 {
            scene.books.release(&world, period).await;
        }
        assert_eq!(read(scene.books.partner(1), &id).await, all());
    }

    async fn whoever_left_keeps_the_statements_of_its_days_and_sees_none_of_later_ones(world: World) {
        let scene = Scene::set(&world).await;
        let left = world.organisation("Left", OrganisationKind::LocalAuthority).await;
        let days = ("2025-04-01", Some("2025-07-31"));
        scene.books.relate(&world, (RelationKind::Partner, left), days).await;
        let left = world.actor(left, &[Role::Commissioner]).await;
        let june = scene.recorded().await;
        let mut later = scene.input();
        later["period"] = json!(5);
        let made = scene.record(scene.books.host(), later).await.ok();
        let august = made.text("/recordPublishedStatement/statement/id");
        assert_eq!(read(&left, &june).await, all());
        assert!(node(&left, august, "id").await.is_null());
        assert_eq!(listed(&left, &scene.books.reference).await["totalCount"], json!(1));
        assert_eq!(listed(scene.books.host(), &scene.books.reference).await["totalCount"], json!(2));
        assert_eq!(scene.record(&left, scene.input()).await.problem(), "NOT_ALLOWED");
    }

    async fn a_statement_is_corrected_once_by_another_and_never_changed(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.recorded().await;
        let mut correction = scene.input();
        correction["publisher"] = json!("Joint board, corrected");
        correction["supersedes"] = json!(id);
        let partner = scene.books.partner(1);
        let mut dry = correction.clone();
        dry["dryRun"] = json!(true);
        let _ = scene.record(partner, dry).await.ok();
        let made = scene.record(partner, correction.clone()).await.ok();
        let by = made.text("/recordPublishedStatement/statement/id").to_owned();
        let again = scene.record(scene.books.host(), correction).await;
        assert_eq!((again.problem(), again.problem_path()), ("ALREADY_DONE".into(), "supersedes".into()));
        let found = listed(scene.books.host(), &scene.books.reference).await;
        assert_eq!(found, json!({ "totalCount": 2, "nodes": [
            { "publisher": "Joint board, corrected", "supersedes": { "publisher": "Joint board" },
                "supersededBy": null },
            { "publisher": "Joint board", "supersedes": null,
                "supersededBy": { "publisher": "Joint board, corrected" } },
        ] }));
        // What was corrected is compared with nothing any more.
        let compared = "reconciliation { comparisons { difference } }";
        assert_eq!(node(partner, &by, compared).await["reconciliation"]["comparisons"], json!([]));
        for sql in ["update published_statement set note = 'x'", "delete from published_statement"] {
            let outcome = world.database.for_migration().execute_unprepared(sql).await;
            let why = outcome.expect_err("the database refuses").to_string();
            assert!(why.contains("append-only"), "{why}");
        }
    }

    async fn two_publishers_of_one_thing_are_compared_within_fund_year_and_period(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.recorded().await;
        let figure = |name: &str, printed: &str| json!({ "name": name, "printed": printed });
        for (publisher, period, fund, printed) in [
            ("Newspaper", 3, None, "1.7"),
            ("Of another month", 4, None, "1.8"),
            ("Of one fund", 3, Some(&scene.books.fund), "1.9"),
        ] {
            let mut other = scene.input();
            other["publisher"] = json!(publisher);
            other["period"] = json!(period);
            other["fund"] = json!(fund);
            other["figures"] = json!([figure("the pool", printed), figure("staff", "13")]);
            other["figures"][0]["measures"] = json!("CONTRIBUTIONS_AGREED");
            let _ = scene.record(scene.books.partner(1), other).await.ok();
        }
        let compared = "reconciliation { comparisons { name nameThere printed printedThere difference
            rounding withinRounding statement { publisher } } }";
        let found = node(scene.books.host(), &id, compared).await;
        assert_eq!(found["reconciliation"]["comparisons"], json!([{
            "name": "pool", "nameThere": "the pool", "printed": "1500000.00",
            "printedThere": "1700000.00", "difference": "200000.00", "rounding": "100000.00",
            "withinRounding": false, "statement": { "publisher": "Newspaper" },
        }]));
    }

    async fn who_records_what_was_published_and_what_is_refused(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.books.host();
        let approver = world.actor(host.organisation, &[Role::Approver]).await;
        assert_eq!(scene.record(&approver, scene.input()).await.problem(), "NOT_ALLOWED");
        let watching = world.organisation("Observer", OrganisationKind::Other).await;
        scene.books.relate(&world, (RelationKind::Observer, watching), ("2025-04-01", None)).await;
        let watching = world.actor(watching, &[Role::Commissioner]).await;
        assert_eq!(scene.record(&watching, scene.input()).await.problem(), "NOT_ALLOWED");
        let may = format!(
            r#"{{ partnershipAgreement(reference: "{}") {{
                viewerCan {{ recordPublishedStatement {{ allowed }} }} }} }}"#,
            scene.books.reference
        );
        for (who, allowed) in [(host, true), (&approver, false), (&watching, false)] {
            let answer = who.ask(&may).await.ok();
            let found = answer.at("/partnershipAgreement/viewerCan/recordPublishedStatement/allowed");
            assert_eq!(found, &json!(allowed));
        }
        let stranger = world.organisation("Stranger", OrganisationKind::Other).await;
        let stranger = Kind::Organisation.id(stranger).to_string();
        let other = Books::open(&world, &["Another", "Pair"]).await;
        for (at, value, code, path) in [
            ("/financialYear", json!("2019/20"), "WRONG_YEAR", "financialYear"),
            ("/period", json!(15), "INVALID_VALUE", "period"),
            ("/decimals", json!(12), "INVALID_VALUE", "decimals"),
            ("/publisher", json!(" "), "INVALID_VALUE", "publisher"),
            ("/fund", json!(other.fund), "NOT_FOUND", "fund"),
            ("/agreement", json!(other.agreement), "NOT_FOUND", "agreement"),
            ("/figures", json!([]), "INVALID_VALUE", "figures"),
            ("/figures/0/printed", json!("1,500"), "INVALID_VALUE", "figures.0.printed"),
            ("/figures/0/printed", json!("1.55"), "INVALID_VALUE", "figures.0.printed"),
            ("/figures/0/decimals", json!(9), "INVALID_VALUE", "figures.0.printed"),
            ("/figures/1/name", json!("pool"), "INVALID_VALUE", "figures.1.name"),
            ("/figures/1/partner", json!(stranger), "NOT_FOUND", "figures.1.partner"),
            ("/figures/1/measures", json!("ACTUAL"), "INVALID_VALUE", "figures.1.measures"),
            ("/checks", check("none", &["pool"]), "INVALID_VALUE", "checks.0.total"),
            ("/checks", check("pool", &["none"]), "INVALID_VALUE", "checks.0.plus.0"),
            ("/checks", check("pool", &[]), "INVALID_VALUE", "checks.0"),
            ("/checks", check("pool", &["pool"]), "INVALID_VALUE", "checks.0"),
            ("/supersedes", json!(host.id), "NOT_FOUND", "supersedes"),
        ] {
            let mut input = scene.input();
            input["checks"] = json!([]);
            input["fund"] = Value::Null;
            input["supersedes"] = Value::Null;
            if at == "/figures/0/decimals" {
                input["figures"][0]["decimals"] = Value::Null;
            }
            *input.pointer_mut(at).expect("a place") = value;
            let answer = scene.record(host, input).await;
            assert_eq!((answer.problem().as_str(), answer.problem_path().as_str()), (code, path), "{at}");
        }
        assert_eq!(listed(host, &scene.books.reference).await["totalCount"], json!(0));
    }

    async fn recording_leaves_its_act_with_what_was_printed(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.recorded().await;
        let auditor = world.actor(scene.books.partner(1).organisation, &[Role::Auditor]).await;
        let trail = "{ auditTrail(first: 1) { nodes { action object after } } }";
        let answer = auditor.ask(trail).await.ok();
        let act = answer.at("/auditTrail/nodes/0");
        assert_eq!(act["action"], json!("recordPublishedStatement"));
        let after: Value = serde_json::from_str(act["after"].as_str().expect("a text")).expect("JSON");
        assert_eq!(after["publisher"], json!("Joint board"));
        assert_eq!(after["content"]["figures"][0]["printed"], json!("1.5"));
        assert_eq!(after["id"], json!(local(Kind::PublishedStatement, &id)));
    }
}

fn check(total: &str, plus: &[&str]) -> Value {
    json!([{ "name": "a check", "total": total, "plus": plus }])
}
