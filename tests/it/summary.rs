//! Who reads a summary is told what there is, and no more: what a summary is, group by group
//! (rules V2 and V8, and the matrix).

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases};

/// A fund with something of everything in it.
struct Scene {
    books: Books,
}

const FUND: &str = r#"reference name kind startsOn overProgrammingApproval version
    contributions(first: 9) { totalCount }
    budgetMovements(first: 9) { totalCount nodes { kind financialYear effectiveOn reason
        decision { decidingBody } knownAt schemes { amount } contributions { amount }
        withheld { field reason } } }
    forecasts(first: 9) { totalCount nodes { version submittedAt commentary recordedAt
        lines(first: 9) { totalCount } withheld { field reason } } }
    transactions(first: 9) { totalCount }
    schemes(first: 9) { totalCount nodes { reference name schemeType { code } isRecurrent isCapital
        startsOn commissioner { name } provider { name } budget(financialYear: "2025/26")
        monthlyBudget(financialYear: "2025/26") receivedByYou(financialYear: "2025/26")
        fundingSplit(financialYear: "2025/26") { effectiveOn } commitments(first: 9) { totalCount }
        version viewerCan { update { allowed } } withheld { field reason } } }
    position(financialYear: "2025/26") { asOf postingsTo knownAt forecastVersion warnings cash
        total { budget budgetToDate spent refunded actual committed remainingForecast
            forecastOutturn variance varianceToDate explanation(of: VARIANCE) { rule }
            withheld { field reason } }
        budgetByOrigin { original } byScheme(first: 9) { totalCount }
        byPartner(first: 9) { totalCount } bySource(first: 9) { totalCount }
        byPeriod { period } contributions(first: 9) { totalCount }
        contributionTotals { planned varied agreed invoiced received refunded
            withheld { field reason } }
        withheld { field reason } }
    withheld { field reason }"#;

impl Scene {
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Partner"]).await;
        let own = books.contribution(0, "300.00").await;
        books.contribution(1, "700.00").await;
        let mut scheme = books.scheme_input(&books.fund, "1", "600.00", &[1, 1]);
        let provider = world.organisation("Provider", OrganisationKind::Charity).await;
        scheme["provider"] = json!(tests::world::global(provider));
        let made = books.host().run("createScheme", scheme, "scheme { id }").await.ok();
        let scheme = made.text("/createScheme/scheme/id").to_owned();
        let other = books.scheme("2", "400.00", &[1, 1]).await;
        let _ = books.spend(&scheme, "10.00", "2025-05-10", "1").await.ok();
        for mutation in ["invoiceContribution", "receiveContribution"] {
            let _ = books.pay(mutation, &own, ("120.00", "2025-05-11", mutation)).await.ok();
        }
        let commitment = json!({
            "scheme": other, "financialYear": "2025/26", "amount": "5.00", "description": "Beds",
            "effectiveOn": "2025-05-01", "idempotencyKey": "1",
        });
        let _ = books.host().run("recordCommitment", commitment, "commitment { id }").await.ok();
        let lines = [(other.as_str(), "-1.00"), (scheme.as_str(), "1.00")];
        let movement = books.movement("VIREMENT", "2025-06-01", &lines, &[]);
        let _ = books.host().run("moveBudget", movement, "movement { id }").await.ok();
        for submit in [true, false] {
            let forecast = json!({
                "fund": books.fund, "financialYear": "2025/26", "commentary": "Steady",
                "lines": [{ "scheme": other, "month": 12, "amount": "7.00" }],
            });
            let saved = books.host().run("saveForecast", forecast, "forecast { id }").await.ok();
            if submit {
                let wanted = json!({ "forecast": saved.text("/saveForecast/forecast/id") });
                let _ = books.host().run("submitForecast", wanted, "forecast { id }").await.ok();
            }
        }
        Self { books }
    }

    /// Somebody who stands in this relation to the agreement from its first day on.
    async fn stands(&self, world: &World, kind: RelationKind) -> Actor {
        let id = world.organisation(&format!("{kind:?}"), OrganisationKind::LocalAuthority).await;
        self.books.relate(world, (kind, id), ("2025-04-01", None)).await;
        world.actor(id, &[Role::Admin, Role::Commissioner, Role::Finance]).await
    }

    async fn fund(&self, actor: &Actor) -> Value {
        let reference = &self.books.reference;
        let document = format!(r#"{{ pooledFund(reference: "{reference}") {{ {FUND} }} }}"#);
        actor.ask(&document).await.ok().at("/pooledFund").clone()
    }
}

/// The reason for which an object withholds a field.
fn reason<'a>(object: &'a Value, field: &str) -> &'a Value {
    let withheld = object["withheld"].as_array().expect("a list");
    let named = withheld.iter().find(|it| it["field"] == field);
    named.map_or(&Value::Null, |it| &it["reason"])
}

/// Every field that the host is told and the other is not is named as withheld, and none that it is
/// told.
fn names_what_is_null(host: &Value, seen: &Value, at: &str) {
    match (host, seen) {
        (Value::Object(host), Value::Object(fields)) => {
            for (name, field) in fields.iter().filter(|(name, _)| *name != "withheld") {
                let is_hidden = field.is_null() && !host[name].is_null();
                let is_named = fields.contains_key("withheld") && !reason(seen, name).is_null();
                assert!(is_named || !is_hidden, "{at}.{name} is hidden and not named");
                assert!(field.is_null() || !is_named, "{at}.{name} is named and not hidden");
                names_what_is_null(&host[name], field, &format!("{at}.{name}"));
            }
        }
        (Value::Array(host), Value::Array(rows)) => {
            for (host, row) in host.iter().zip(rows) {
                names_what_is_null(host, row, at);
            }
        }
        _ => {}
    }
}

#[test]
fn the_documents_table_of_summaries_is_the_programs_own() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/summaries.md");
    let page = std::fs::read_to_string(page).expect("the page");
    assert!(page.ends_with(&domain::policy::summary::markdown()), "print the table anew");
}

const WATCHERS: [RelationKind; 4] = [
    RelationKind::Observer,
    RelationKind::BoardMember,
    RelationKind::Regulator,
    RelationKind::Auditor,
];

both_databases! {
    async fn v2_whoever_reads_a_summary_reads_the_positions_totals_and_no_line(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.fund(scene.books.host()).await["position"].clone();
        for kind in WATCHERS {
            let actor = scene.stands(&world, kind).await;
            let seen = scene.fund(&actor).await["position"].clone();
            for figure in ["budget", "actual", "committed", "forecastOutturn", "variance"] {
                assert!(host["total"][figure].is_string(), "{figure}");
                assert_eq!(seen["total"][figure], host["total"][figure], "{kind:?} {figure}");
            }
            for hidden in ["budgetToDate", "spent", "refunded", "remainingForecast",
                "varianceToDate", "explanation"] {
                assert_eq!(seen["total"][hidden], Value::Null, "{kind:?} {hidden}");
                assert_eq!(reason(&seen["total"], hidden), "SUMMARY_ONLY", "{kind:?} {hidden}");
            }
            for list in ["byScheme", "byPartner", "bySource", "byPeriod", "contributions",
                "budgetByOrigin"] {
                assert_eq!(seen[list], Value::Null, "{kind:?} {list}");
                assert_eq!(reason(&seen, list), "SUMMARY_ONLY", "{kind:?} {list}");
            }
            let expected = json!({ "planned": "1000.00", "varied": "0.00", "agreed": "1000.00",
                "invoiced": "120.00", "received": "120.00", "refunded": "0.00", "withheld": [] });
            assert_eq!(seen["contributionTotals"], expected, "{kind:?}");
            assert_eq!(seen["forecastVersion"], 1);
        }
    }

    async fn the_hosts_cash_is_one_figure_for_who_watches_and_none_for_the_board(world: World) {
        let scene = Scene::set(&world).await;
        let observer = scene.stands(&world, RelationKind::Observer).await;
        let seen = scene.fund(&observer).await["position"].clone();
        assert_eq!(seen["cash"], "110.00");
        let board = scene.stands(&world, RelationKind::BoardMember).await;
        let seen = scene.fund(&board).await["position"].clone();
        assert_eq!(seen["cash"], Value::Null);
        assert_eq!(reason(&seen, "cash"), "NOT_A_PARTY");
    }

    async fn v2_what_is_null_because_it_is_hidden_is_named_and_nothing_else(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.fund(scene.books.host()).await;
        assert_eq!(host["withheld"], json!([]));
        assert_eq!(host["position"]["withheld"], json!([]));
        assert_eq!(host["schemes"]["nodes"][0]["withheld"], json!([]));
        let others = [RelationKind::Party, RelationKind::Partner];
        for kind in WATCHERS.into_iter().chain(others) {
            let actor = scene.stands(&world, kind).await;
            let seen = scene.fund(&actor).await;
            // Whoever does not see the draft is shown the submitted version only.
            let mut host = host.clone();
            if seen["forecasts"]["totalCount"] == 1 {
                host["forecasts"]["nodes"].as_array_mut().expect("nodes").remove(0);
            }
            names_what_is_null(&host, &seen, &format!("{kind:?}"));
        }
    }

    async fn a_party_without_money_in_it_reads_terms_and_no_money(world: World) {
        let scene = Scene::set(&world).await;
        let party = scene.stands(&world, RelationKind::Party).await;
        let seen = scene.fund(&party).await;
        assert_eq!(seen["name"], scene.books.reference.as_str());
        for field in ["contributions", "budgetMovements", "forecasts", "transactions", "schemes",
            "position"] {
            assert_eq!(seen[field], Value::Null, "{field}");
            assert_eq!(reason(&seen, field), "NOT_A_PARTY", "{field}");
        }
        let document = format!(r#"{{ partnershipAgreement(reference: "{}") {{ aims
            position(financialYear: "2025/26") {{ cash }} withheld {{ field reason }} }}
            positions(financialYear: "2025/26", first: 9) {{ totalCount nodes {{ cash }} }} }}"#,
            scene.books.reference);
        let answer = party.ask(&document).await.ok();
        let agreement = answer.at("/partnershipAgreement");
        assert_eq!((&agreement["aims"], &agreement["position"]), (&json!("To share"), &Value::Null));
        assert_eq!(reason(agreement, "position"), "NOT_A_PARTY");
        assert_eq!(answer.at("/positions"), &json!({ "totalCount": 0, "nodes": [] }));
    }

    async fn a_summary_of_a_scheme_is_what_it_is_and_not_who_or_how_much(world: World) {
        let scene = Scene::set(&world).await;
        let observer = scene.stands(&world, RelationKind::Observer).await;
        let seen = scene.fund(&observer).await;
        assert_eq!(seen["schemes"]["totalCount"], 2);
        let scheme = &seen["schemes"]["nodes"][0];
        let told = json!(["1", "Scheme 1", { "code": "OTHER" }, true, false, "2025-04-01"]);
        let fields = ["reference", "name", "schemeType", "isRecurrent", "isCapital", "startsOn"];
        assert_eq!(Value::from_iter(fields.map(|field| scheme[field].clone())), told);
        for field in ["commissioner", "provider", "budget", "monthlyBudget", "fundingSplit",
            "commitments", "receivedByYou", "version", "viewerCan"] {
            assert_eq!(scheme[field], Value::Null, "{field}");
            assert_eq!(reason(scheme, field), "SUMMARY_ONLY", "{field}");
        }
    }

    async fn a_summary_of_movements_and_forecasts_is_that_there_was_one(world: World) {
        let scene = Scene::set(&world).await;
        let observer = scene.stands(&world, RelationKind::Observer).await;
        let seen = scene.fund(&observer).await;
        let movement = &seen["budgetMovements"]["nodes"][0];
        assert_eq!((&movement["kind"], &movement["effectiveOn"]), (&json!("VIREMENT"), &json!("2025-06-01")));
        assert_eq!(movement["financialYear"], "2025/26");
        for field in ["reason", "decision", "knownAt", "schemes", "contributions"] {
            assert_eq!(movement[field], Value::Null, "{field}");
            assert_eq!(reason(movement, field), "SUMMARY_ONLY", "{field}");
        }
        assert_eq!(seen["forecasts"]["totalCount"], 1, "drafts are read whole or not at all");
        let forecast = &seen["forecasts"]["nodes"][0];
        assert!(forecast["submittedAt"].is_string() && forecast["version"] == 1);
        for field in ["commentary", "lines", "recordedAt"] {
            assert_eq!(forecast[field], Value::Null, "{field}");
            assert_eq!(reason(forecast, field), "SUMMARY_ONLY", "{field}");
        }
        // Neither does another way to the same object tell more.
        let document = format!(r#"{{ pooledFund(reference: "{}") {{ budgetMovements(first: 1) {{
            nodes {{ id }} }} }} }}"#, scene.books.reference);
        let id = observer.ask(&document).await.ok();
        let id = id.text("/pooledFund/budgetMovements/nodes/0/id");
        let node = format!(r#"{{ node(id: "{id}") {{ ... on BudgetMovement {{ reason }} }} }}"#);
        assert_eq!(observer.ask(&node).await.ok().at("/node/reason"), &Value::Null);
    }

    async fn v8_an_agreements_position_is_a_summary_where_that_of_a_fund_is(world: World) {
        let scene = Scene::set(&world).await;
        let regulator = scene.stands(&world, RelationKind::Regulator).await;
        let document = format!(r#"{{ partnershipAgreement(reference: "{}") {{
            position(financialYear: "2025/26") {{ cash budgetByOrigin {{ original }}
                total {{ budget spent explanation(of: BUDGET) {{ steps {{ inputs {{ name amount }} }} }}
                    withheld {{ field reason }} }}
                byKind {{ kind figures {{ budget spent }} }} withheld {{ field reason }} }} }} }}"#,
            scene.books.reference);
        let answer = regulator.ask(&document).await.ok();
        let seen = answer.at("/partnershipAgreement/position");
        assert_eq!((&seen["cash"], &seen["total"]["budget"]), (&json!("110.00"), &json!("1000.00")));
        assert_eq!(seen["byKind"][0]["figures"], json!({ "budget": "1000.00", "spent": null }));
        assert_eq!(seen["total"]["spent"], Value::Null);
        assert_eq!(reason(&seen["total"], "spent"), "SUMMARY_ONLY");
        assert_eq!(reason(seen, "budgetByOrigin"), "SUMMARY_ONLY");
        let inputs = &seen["total"]["explanation"]["steps"][0]["inputs"];
        let own = json!([{ "name": scene.books.reference, "amount": "1000.00" }]);
        assert_eq!(inputs, &own, "the inputs are funds' totals, which are read");
    }
}
