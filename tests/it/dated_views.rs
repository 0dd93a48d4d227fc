//! What was visible in a period stays visible for it, and what came later does not appear; where
//! an agreement says so, postings are seen once their period is released (rules G5, M8 and V11).

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases, posting::FIGURES};

/// A fund with two partners, in which something happens in every month from May to December.
struct Scene {
    books: Books,
    scheme: String,
    contribution: String,
}

impl Scene {
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Partner"]).await;
        let contribution = books.contribution(1, "1000.00").await;
        let _ = books.contribution_to(&books.fund, 0, ("CORE_BUDGET", "5000.00")).await;
        let scheme = books.scheme("1", "1200.00", &[1, 1]).await;
        let scene = Self { books, scheme, contribution };
        for month in 5..=9 {
            scene.happens(month).await;
        }
        // Decided early, it takes effect when the partner has left.
        let variation = json!({
            "contribution": scene.contribution, "amount": "100.00", "effectiveOn": "2025-11-15",
            "reason": "Demand", "decision": tests::posting::decision(), "idempotencyKey": "vary",
        });
        let partner = scene.books.partner(1);
        let _ = partner.run("varyContribution", variation, "contribution { id }").await.ok();
        scene.forecasts("50.00").await;
        scene
    }

    /// Something is spent, invoiced and received in a month of 2025.
    async fn happens(&self, month: u32) {
        let on = format!("2025-{month:02}-10");
        let _ = self.books.spend(&self.scheme, "10.00", &on, &on).await.ok();
        for mutation in ["invoiceContribution", "receiveContribution"] {
            let key = format!("{mutation} {on}");
            let _ = self.books.pay(mutation, &self.contribution, ("7.00", &on, &key)).await.ok();
        }
    }

    /// The host expects this to be spent in March.
    async fn forecasts(&self, amount: &str) {
        let forecast = json!({
            "fund": self.books.fund, "financialYear": "2025/26",
            "lines": [{ "scheme": self.scheme, "month": 12, "amount": amount }],
        });
        let host = self.books.host();
        let saved = host.run("saveForecast", forecast, "forecast { id }").await.ok();
        let wanted = json!({ "forecast": saved.text("/saveForecast/forecast/id") });
        let _ = host.run("submitForecast", wanted, "forecast { id }").await.ok();
    }

    /// Much happens after October, and the forecast is changed.
    async fn goes_on(&mut self, world: &World) {
        self.it_is(world, (2025, 12, 20)).await;
        for month in 11..=12 {
            self.happens(month).await;
        }
        self.forecasts("90.00").await;
    }

    /// Another day, on which everybody signs in again.
    async fn it_is(&mut self, world: &World, (year, month, day): (i32, u32, u32)) {
        world.it_is(year, month, day);
        for partner in &mut self.books.partners {
            let roles = [Role::Commissioner, Role::Finance];
            partner.staff = world.actor(partner.staff.organisation, &roles).await;
        }
    }

    /// All of the position, with the day of its answer and the instant of what it knows.
    async fn position(&self, actor: &Actor, arguments: &str) -> Value {
        let lines = format!("figures {{ {FIGURES} }}");
        let selection = format!(
            "asOf postingsTo knownAt forecastVersion cash total {{ {FIGURES} }}
            byScheme(first: 9) {{ nodes {{ schemeReference {lines} }} }}
            byPartner(first: 9) {{ nodes {{ partner {{ name }} {lines} }} }}
            byPeriod {{ period {lines} }}
            contributions(first: 9) {{ nodes {{ planned varied invoiced received refunded }} }}
            contributionTotals {{ agreed invoiced received }} withheld {{ field reason }}"
        );
        let answer = self.books.position(actor, arguments, &selection).await.ok();
        answer.at("/pooledFund/position").clone()
    }

    async fn ask(&self, actor: &Actor, fields: &str) -> Value {
        let reference = &self.books.reference;
        let document = format!(r#"{{ pooledFund(reference: "{reference}") {{ {fields} }} }}"#);
        actor.ask(&document).await.ok().at("/pooledFund").clone()
    }

    /// The partner leaves at the end of October.
    async fn partner_leaves(&mut self, world: &World) {
        self.books.leave(world, self.books.partner(1).organisation, "2025-10-31").await;
        self.it_is(world, (2025, 11, 2)).await;
    }
}

/// A position but for the instant of the last recording.
fn figures(position: &Value) -> Value {
    let mut figures = position.clone();
    figures["knownAt"] = Value::Null;
    figures
}

const OCTOBER: &str = r#"asOf: "2025-10-31""#;

both_databases! {
    async fn whoever_left_is_answered_as_of_its_last_day_with_the_hosts_own_figures(world: World) {
        let mut scene = Scene::set(&world).await;
        let host = scene.position(scene.books.host(), OCTOBER).await;
        scene.partner_leaves(&world).await;
        scene.goes_on(&world).await;
        let left = scene.books.partner(1);
        for asked in ["", r#"asOf: "2026-03-31""#, OCTOBER] {
            let seen = scene.position(left, asked).await;
            assert_eq!(seen["asOf"], "2025-10-31", "{asked}");
            assert_eq!(figures(&seen), figures(&host), "{asked}");
        }
        let july = r#"asOf: "2025-07-20""#;
        let (seen, host) = (scene.position(left, july).await, scene.position(scene.books.host(), july).await);
        assert_eq!(seen["asOf"], "2025-07-20");
        assert_eq!(seen["total"]["actual"], host["total"]["actual"]);
        assert_eq!(seen["cash"], host["cash"]);
        // The host goes on to see all of it.
        assert_eq!(scene.position(scene.books.host(), "").await["total"]["actual"], "70.00");
    }

    async fn v1_m8_what_is_recorded_later_moves_nothing_that_somebody_who_left_is_told(world: World) {
        let mut scene = Scene::set(&world).await;
        scene.partner_leaves(&world).await;
        let before = scene.position(scene.books.partner(1), "").await;
        assert_eq!(before["total"]["actual"], "50.00");
        scene.goes_on(&world).await;
        let left = scene.books.partner(1);
        let after = scene.position(left, "").await;
        assert_eq!(after, before, "not even the instant of the last recording");
        let known_at = before["knownAt"].as_str().expect("an instant");
        // What is entered late for a day that was its own counts, and not as it was known before.
        let _ = scene.books.spend(&scene.scheme, "3.00", "2025-09-29", "late").await.ok();
        assert_eq!(scene.position(left, "").await["total"]["actual"], "53.00");
        let again = scene.position(left, &format!(r#"knownAt: "{known_at}""#)).await;
        assert_eq!(again, before);
    }

    async fn v2_whoever_left_is_told_of_forecasts_submitted_by_its_last_day_and_of_none_later(world: World) {
        let mut scene = Scene::set(&world).await;
        let versions = "forecasts(first: 9) { totalCount nodes { id version } }";
        scene.partner_leaves(&world).await;
        let before = scene.ask(scene.books.partner(1), versions).await;
        assert_eq!(before["forecasts"]["totalCount"], 1);
        scene.goes_on(&world).await;
        assert_eq!(scene.ask(scene.books.partner(1), versions).await, before);
        let all = scene.ask(scene.books.host(), versions).await;
        assert_eq!(all["forecasts"]["totalCount"], 2);
        let later = all["forecasts"]["nodes"][0]["id"].as_str().expect("an identity");
        let node = format!(r#"{{ node(id: "{later}") {{ id }} }}"#);
        assert_eq!(scene.books.partner(1).ask(&node).await.ok().at("/node"), &Value::Null);
        // A host that has left is not told of its successor's drafts either.
        let merged = world.organisation("Merged", OrganisationKind::IntegratedCareBoard).await;
        let host = scene.books.host().organisation;
        scene.books.succeed(&world, host, merged, "2025-11-15").await;
        let left = scene.ask(scene.books.host(), versions).await;
        assert_eq!(left, before);
        let merged = world.actor(merged, &[Role::Finance]).await;
        assert_eq!(scene.ask(&merged, versions).await, all);
    }

    async fn v2_a_year_of_which_no_day_is_open_is_null_and_named_and_left_out_of_lists(world: World) {
        let mut scene = Scene::set(&world).await;
        scene.partner_leaves(&world).await;
        scene.it_is(&world, (2026, 5, 1)).await;
        let left = scene.books.partner(1);
        let document = format!(r#"{{ pooledFund(reference: "{}") {{
            position(financialYear: "2026/27") {{ cash }} withheld {{ field reason }}
            memorandumAccount(financialYear: "2026/27") {{ asOf }}
            schemes(first: 1) {{ nodes {{ budget(financialYear: "2026/27")
                monthlyBudget(financialYear: "2026/27") withheld {{ field reason }} }} }} }}
            this: positions(financialYear: "2025/26", first: 9) {{ totalCount nodes {{ asOf }} }}
            next: positions(financialYear: "2026/27", first: 9) {{ totalCount nodes {{ asOf }} }} }}"#,
            scene.books.reference);
        let answer = left.ask(&document).await.ok();
        assert_eq!(answer.at("/pooledFund/position"), &Value::Null);
        assert_eq!(answer.at("/pooledFund/memorandumAccount"), &Value::Null);
        let outside = |field| json!({ "field": field, "reason": "OUTSIDE_YOUR_DAYS" });
        let outside = json!([outside("memorandumAccount"), outside("position")]);
        assert_eq!(answer.at("/pooledFund/withheld"), &outside);
        let scheme = answer.at("/pooledFund/schemes/nodes/0");
        assert_eq!((&scheme["budget"], &scheme["monthlyBudget"]), (&Value::Null, &Value::Null));
        let named = scheme["withheld"].as_array().expect("a list");
        assert!(named.contains(&json!({ "field": "budget", "reason": "OUTSIDE_YOUR_DAYS" })));
        assert_eq!(answer.at("/this"), &json!({ "totalCount": 1, "nodes": [{ "asOf": "2025-10-31" }] }));
        assert_eq!(answer.at("/next"), &json!({ "totalCount": 0, "nodes": [] }));
        let host = scene.books.host().ask(&document).await.ok();
        assert_eq!(host.at("/next/totalCount"), 1);
        assert_eq!(host.at("/pooledFund/withheld"), &json!([]));
    }

    async fn contributions_and_budgets_are_told_as_of_the_last_day_that_is_open(world: World) {
        let mut scene = Scene::set(&world).await;
        let moved = scene.books.scheme("2", "100.00", &[1, 1]).await;
        scene.partner_leaves(&world).await;
        scene.goes_on(&world).await;
        let lines = [(moved.as_str(), "-40.00"), (scene.scheme.as_str(), "40.00")];
        let movement = scene.books.movement("VIREMENT", "2025-11-15", &lines, &[]);
        let _ = scene.books.host().run("moveBudget", movement, "movement { id }").await.ok();
        let fields = r#"contributions(first: 9) { nodes { planned varied agreed invoiced received } }
            budgetMovements(first: 9) { totalCount }
            schemes(first: 9) { nodes { budget(financialYear: "2025/26", asOf: "2026-03-31") } }"#;
        let seen = scene.ask(scene.books.partner(1), fields).await;
        assert_eq!(seen["contributions"]["nodes"][0], json!({ "planned": "1000.00",
            "varied": "0.00", "agreed": "1000.00", "invoiced": "35.00", "received": "35.00" }));
        assert_eq!(seen["schemes"]["nodes"], json!([{ "budget": "1200.00" }, { "budget": "100.00" }]));
        assert_eq!(seen["budgetMovements"]["totalCount"], 0);
        let host = scene.ask(scene.books.host(), fields).await;
        assert_eq!(host["contributions"]["nodes"][0], json!({ "planned": "1000.00",
            "varied": "100.00", "agreed": "1100.00", "invoiced": "49.00", "received": "49.00" }));
        assert_eq!(host["schemes"]["nodes"], json!([{ "budget": "1240.00" }, { "budget": "60.00" }]));
    }

    async fn whoever_left_and_stays_to_watch_reads_lines_of_its_own_days_only(world: World) {
        let mut scene = Scene::set(&world).await;
        scene.partner_leaves(&world).await;
        let observer = (RelationKind::Observer, scene.books.partner(1).organisation);
        scene.books.relate(&world, observer, ("2025-11-01", None)).await;
        scene.goes_on(&world).await;
        let left = scene.books.partner(1);
        let now = scene.position(left, "").await;
        let host = scene.position(scene.books.host(), "").await;
        assert_eq!(now["total"]["actual"], host["total"]["actual"]);
        assert_eq!((&now["asOf"], &now["byScheme"]), (&json!("2025-12-20"), &Value::Null));
        let outside = json!({ "field": "byScheme", "reason": "OUTSIDE_YOUR_DAYS" });
        assert!(now["withheld"].as_array().expect("a list").contains(&outside));
        let then = scene.position(left, OCTOBER).await;
        assert_eq!(then["byScheme"]["nodes"][0]["figures"]["actual"], "50.00");
        assert_eq!(then["withheld"], json!([]));
    }

    async fn v11_postings_count_once_their_period_and_all_before_it_are_released(world: World) {
        let scene = Scene::set(&world).await;
        let (host, partner) = (scene.books.host(), scene.books.partner(1));
        scene.books.show_when_released(&world).await;
        let none = scene.position(partner, "").await;
        assert_eq!((&none["total"]["actual"], &none["cash"]), (&json!("0.00"), &json!("0.00")));
        assert_eq!(none["total"]["budget"], "1200.00", "a budget is no posting");
        assert_eq!((&none["total"]["forecastOutturn"], &none["postingsTo"]), (&json!("50.00"), &Value::Null));
        assert_eq!(none["withheld"], json!([{ "field": "postingsTo", "reason": "NOT_RELEASED" }]));
        assert_eq!(none["contributionTotals"], json!({ "agreed": "6000.00", "invoiced": "0.00",
            "received": "0.00" }));
        for (period, last) in [(1, "2025-04-30"), (2, "2025-05-31"), (4, "2025-05-31"), (3, "2025-07-31")] {
            scene.books.release(&world, period).await;
            let seen = scene.position(partner, "").await;
            let own = scene.position(host, &format!(r#"asOf: "{last}""#)).await;
            assert_eq!(seen["postingsTo"], last, "{period}");
            assert_eq!(seen["asOf"], "2025-10-01");
            for part in ["total", "cash", "byScheme", "byPartner", "byPeriod", "contributions"] {
                assert_eq!(seen[part], own[part], "{period} {part}");
            }
        }
        assert_eq!(scene.position(partner, "").await["total"]["actual"], "30.00");
        assert_eq!(scene.position(host, "").await["total"]["actual"], "50.00");
        let early = scene.position(partner, r#"asOf: "2025-05-09""#).await;
        assert_eq!((&early["total"]["actual"], &early["postingsTo"]), (&json!("0.00"), &json!("2025-05-09")));
        // Neither rows nor contributions tell more than the position.
        let fields = "transactions(first: 50) { totalCount } contributions(first: 9) { nodes { invoiced received } }";
        let seen = scene.ask(partner, fields).await;
        assert_eq!(seen["transactions"]["totalCount"], 9);
        assert_eq!(seen["contributions"]["nodes"][0], json!({ "invoiced": "21.00", "received": "21.00" }));
    }

    async fn v11_m8_what_was_answered_before_a_release_is_answered_again(world: World) {
        let scene = Scene::set(&world).await;
        scene.books.show_when_released(&world).await;
        let partner = scene.books.partner(1);
        let mut answers = vec![scene.position(partner, "").await];
        for period in 1..=3 {
            scene.books.release(&world, period).await;
            answers.push(scene.position(partner, "").await);
            // What is not released does not show, not even by when it was recorded.
            let key = format!("hidden {period}");
            let _ = scene.books.spend(&scene.scheme, "1.00", "2025-09-20", &key).await.ok();
            assert_eq!(scene.position(partner, "").await, answers[answers.len() - 1]);
        }
        for answer in answers {
            let known_at = answer["knownAt"].as_str().expect("an instant");
            let again = scene.position(partner, &format!(r#"knownAt: "{known_at}""#)).await;
            assert_eq!(again, answer);
        }
    }

    async fn g5_a_provider_is_told_what_it_was_paid_in_its_days_and_its_successor_that_too(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let _ = books.contribution(0, "5000.00").await;
        let mut providers = Vec::new();
        for name in ["Provider", "Successor"] {
            let id = world.organisation(name, OrganisationKind::IndependentProvider).await;
            providers.push(world.actor(id, &[Role::Viewer]).await);
        }
        let [provider, successor] = &providers[..] else { panic!("two providers") };
        let mut input = books.scheme_input(&books.fund, "1", "1000.00", &[1, 1]);
        input["provider"] = json!(provider.id);
        let made = books.host().run("createScheme", input, "scheme { id }").await.ok();
        let scheme = made.text("/createScheme/scheme/id").to_owned();
        let own = provider.organisation;
        for (on, payee) in [("2025-05-10", provider), ("2025-08-10", provider), ("2025-08-11", successor)] {
            let mut input = Books::expenditure(&scheme, "10.00", on, on);
            input["payee"] = json!(payee.id);
            books.host().run("recordExpenditure", input, "transaction { id }").await.ok();
        }
        let received = async |actor: &Actor| {
            let document = format!(r#"{{ pooledFund(reference: "{}") {{ schemes(first: 1) {{ nodes {{
                receivedByYou(financialYear: "2025/26") }} }} }} }}"#, books.reference);
            actor.ask(&document).await.ok().at("/pooledFund/schemes/nodes/0/receivedByYou").clone()
        };
        assert_eq!(received(provider).await, "20.00");
        assert_eq!(received(successor).await, Value::Null);
        books.leave(&world, own, "2025-06-30").await;
        assert_eq!(received(provider).await, "10.00");
        books.succeed(&world, own, successor.organisation, "2025-07-01").await;
        assert_eq!(received(successor).await, "10.00", "what its predecessor was paid in its days");
    }

    async fn statements_do_not_grow_with_funds_that_are_seen_to_different_days(world: World) {
        let roles = [Role::Commissioner, Role::Finance];
        let mut partners = Vec::new();
        for name in ["Host", "Partner"] {
            let id = world.organisation(name, OrganisationKind::LocalAuthority).await;
            partners.push(world.actor(id, &roles).await);
        }
        let document = r#"{ positions(financialYear: "2025/26", first: 50) { totalCount nodes { asOf
            knownAt cash total { budget spent } byScheme(first: 9) { nodes { figures { spent } } }
            contributions(first: 9) { nodes { invoiced } } } }
            pooledFunds(first: 50) { nodes { contributions(first: 9) { nodes { agreed invoiced } }
                schemes(first: 9) { nodes { budget(financialYear: "2025/26")
                    monthlyBudget(financialYear: "2025/26") receivedByYou(financialYear: "2025/26")
                    fundingSplit(financialYear: "2025/26") { effectiveOn } withheld { field } } }
                withheld { field } } } }"#;
        let mut counted = Vec::new();
        let mut made = 0;
        for size in [1, 5, 20] {
            while made < size {
                let books = Books::between(partners.clone(), &format!("Fund {made:02}")).await;
                let _ = books.contribution(1, "100.00").await;
                let scheme = books.scheme("01", "50.00", &[1, 1]).await;
                let _ = books.spend(&scheme, "2.00", "2025-05-15", &format!("{made}")).await.ok();
                match made % 3 {
                    0 => {}
                    1 => {
                        let last = format!("2025-{:02}-15", 5 + made % 4);
                        books.leave(&world, partners[1].organisation, &last).await;
                    }
                    _ => {
                        books.show_when_released(&world).await;
                        for period in 1..=made % 4 {
                            books.release(&world, period).await;
                        }
                    }
                }
                made += 1;
            }
            partners[1].ask(document).await.ok();
            let before = world.served.statements_run();
            let answer = partners[1].ask(document).await.ok();
            counted.push(world.served.statements_run() - before);
            assert_eq!(answer.at("/positions/totalCount"), size);
            let nodes = answer.at("/positions/nodes").as_array().expect("nodes").clone();
            let mut days: Vec<String> = nodes.iter().map(|node| node["asOf"].to_string()).collect();
            days.sort();
            days.dedup();
            assert!(size < 5 || days.len() > 1, "funds are seen to different days: {days:?}");
        }
        assert!(counted.iter().all(|count| *count == counted[0]), "{:?} took {counted:?}", world.engine);
        assert!(counted[0] > 0, "nothing was counted");
    }
}
