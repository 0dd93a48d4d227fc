//! Who sees what: each asks the same and is given its own view (rules V1 to V3, and the matrix).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases, posting::decision, world::global};
use tributary::graphql::node::Kind;
use uuid::Uuid;

/// A fund with something of everything in it, and everybody who may look at it.
struct Scene {
    books: Books,
    provider: Actor,
    outsider: Actor,
    nobody: Actor,
    /// The provider's scheme.
    provided: String,
    /// An identity of everything that is hidden from an outsider, with one of the same kind that
    /// nothing has.
    hidden: Vec<(String, String)>,
    draft: String,
}

impl Scene {
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Partner"]).await;
        let all = [Role::Admin, Role::Commissioner, Role::Finance];
        let provider = world.organisation("Provider", OrganisationKind::Charity).await;
        let provider = world.actor(provider, &all).await;
        let outsider = world.organisation("Outsider", OrganisationKind::LocalAuthority).await;
        let outsider = world.actor(outsider, &all).await;
        let elsewhere = Books::open(world, &["Elsewhere", "Other"]).await;
        let contribution = books.contribution(1, "1000.00").await;
        elsewhere.contribution(0, "500.00").await;

        let mut scheme = books.scheme_input(&books.fund, "1", "600.00", &[1, 1]);
        scheme["provider"] = json!(provider.id);
        let made = books.host().run("createScheme", scheme, "scheme { id }").await.ok();
        let provided = made.text("/createScheme/scheme/id").to_owned();
        let other = books.scheme("2", "400.00", &[1, 1]).await;
        let spent = books.spend(&other, "10.00", "2025-05-10", "1").await.ok();
        let commitment = json!({
            "scheme": other, "financialYear": "2025/26", "amount": "5.00", "description": "Beds",
            "effectiveOn": "2025-05-01", "idempotencyKey": "1",
        });
        let commitment =
            books.host().run("recordCommitment", commitment, "commitment { id }").await.ok();
        let movement = books.movement(
            "VIREMENT",
            "2025-06-01",
            &[(&other, "-1.00"), (&provided, "1.00")],
            &[],
        );
        let movement = books.host().run("moveBudget", movement, "movement { id }").await.ok();
        let mut forecasts = Vec::new();
        for amount in ["7.00", "8.00"] {
            let forecast = json!({
                "fund": books.fund, "financialYear": "2025/26",
                "lines": [{ "scheme": other, "month": 12, "amount": amount }],
            });
            let saved = books.host().run("saveForecast", forecast, "forecast { id }").await.ok();
            forecasts.push(saved.text("/saveForecast/forecast/id").to_owned());
        }
        let submitted = json!({ "forecast": forecasts[0] });
        let _ = books.host().run("submitForecast", submitted, "forecast { id }").await.ok();

        let no = Uuid::from_u128(7);
        let hidden = [
            (books.agreement.as_str(), Kind::Agreement),
            (&books.fund, Kind::Fund),
            (&contribution, Kind::Contribution),
            (&other, Kind::Scheme),
            (commitment.text("/recordCommitment/commitment/id"), Kind::Commitment),
            (movement.text("/moveBudget/movement/id"), Kind::Movement),
            (&forecasts[0], Kind::Forecast),
            (spent.text("/recordExpenditure/transaction/id"), Kind::Transaction),
        ];
        let hidden = hidden.map(|(id, kind)| (id.to_owned(), kind.id(no).to_string())).to_vec();
        let draft = forecasts[1].clone();
        Self { nobody: world.nobody(), books, provider, outsider, provided, hidden, draft }
    }

    /// What an actor is told of the fund; null when it is told of none.
    async fn fund(&self, actor: &Actor) -> Value {
        let document = format!(
            r#"{{ pooledFund(reference: "{}") {{ reference name kind version
                agreement {{ title aims partners {{ organisation {{ name }} }} }}
                contributions(first: 9) {{ totalCount nodes {{ agreed }} }}
                budgetMovements(first: 9) {{ totalCount }}
                transactions(first: 9) {{ totalCount nodes {{ description }} }}
                forecasts(first: 9) {{ totalCount nodes {{ version status }} }}
                schemes(first: 9) {{ totalCount nodes {{ reference provider {{ name }}
                    budget(financialYear: "2025/26") monthlyBudget(financialYear: "2025/26")
                    commissioner {{ name }} schemeType {{ code }}
                    fundingSplit(financialYear: "2025/26") {{ effectiveOn }}
                    commitments(first: 9) {{ totalCount }} withheld {{ field }} }} }}
                position(financialYear: "2025/26", asOf: "2025-09-30") {{ cash
                    total {{ budget actual forecastOutturn }} }}
                withheld {{ field reason }} }} }}"#,
            self.books.reference
        );
        actor.ask(&document).await.ok().at("/pooledFund").clone()
    }

    /// How many agreements, funds and positions an actor is told of.
    async fn counts(&self, actor: &Actor) -> [Value; 3] {
        let answer = actor.ask(
            r#"{ partnershipAgreements(first: 9) { totalCount nodes { reference } }
                pooledFunds(first: 9) { totalCount nodes { reference } }
                positions(financialYear: "2025/26", first: 9) { totalCount nodes { fundReference } } }"#,
        ).await.ok();
        ["partnershipAgreements", "pooledFunds", "positions"].map(|list| {
            let count = answer.at(&format!("/{list}/totalCount")).clone();
            let nodes = answer.at(&format!("/{list}/nodes")).as_array().expect("nodes").len();
            assert_eq!(count, json!(nodes), "{list}: the count is that of what is shown");
            count
        })
    }
}

fn fields(withheld: &Value) -> Vec<&str> {
    let withheld = withheld.as_array().expect("a list");
    withheld.iter().map(|it| it["field"].as_str().expect("a field")).collect()
}

both_databases! {
    async fn the_host_and_the_partners_read_everything_but_the_hosts_draft(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.fund(scene.books.host()).await;
        let mut partner = scene.fund(scene.books.partner(1)).await;
        let versions = |seen: &Value| seen["forecasts"].clone();
        assert_eq!(versions(&host), json!({ "totalCount": 2, "nodes": [
            { "version": 2, "status": "DRAFT" }, { "version": 1, "status": "SUBMITTED" }] }));
        assert_eq!(versions(&partner), json!({ "totalCount": 1, "nodes": [
            { "version": 1, "status": "SUBMITTED" }] }));
        partner["forecasts"] = host["forecasts"].clone();
        assert_eq!(partner, host);
        assert_eq!(host["withheld"], json!([]));
        assert_eq!(host["contributions"]["nodes"][0]["agreed"], "1000.00");
        // The draft counts in nobody's position.
        assert_eq!(host["position"]["total"]["forecastOutturn"], "17.00");
        let node = format!(r#"{{ node(id: "{}") {{ id }} }}"#, scene.draft);
        assert_eq!(scene.books.host().ask(&node).await.ok().text("/node/id"), scene.draft);
        assert_eq!(scene.books.partner(1).ask(&node).await.ok().at("/node"), &Value::Null);
    }

    async fn a_funded_provider_reads_its_own_scheme_and_is_told_what_is_withheld(world: World) {
        let scene = Scene::set(&world).await;
        let seen = scene.fund(&scene.provider).await;
        assert_eq!(seen["reference"], scene.books.reference.as_str());
        let withheld = fields(&seen["withheld"]);
        for field in ["name", "kind", "agreement", "contributions", "budgetMovements", "forecasts",
            "transactions", "position"] {
            assert_eq!(seen[field], Value::Null, "{field}");
            assert!(withheld.contains(&field), "{field} is not named as withheld");
        }
        assert_eq!(seen["version"], Value::Null);
        assert_eq!(seen["withheld"][0]["reason"], "NOT_A_PARTY");
        assert_eq!(seen["schemes"]["totalCount"], 1);
        let scheme = &seen["schemes"]["nodes"][0];
        assert_eq!((&scheme["reference"], &scheme["budget"]), (&json!("1"), &json!("601.00")));
        let withheld = fields(&scheme["withheld"]);
        for field in ["monthlyBudget", "commissioner", "schemeType", "fundingSplit", "commitments"] {
            assert_eq!(scheme[field], Value::Null, "{field}");
            assert!(withheld.contains(&field), "{field} is not named as withheld");
        }
        assert_eq!(scene.counts(&scene.provider).await, [json!(0), json!(1), json!(0)]);
        let agreement = format!(r#"{{ partnershipAgreement(reference: "{}") {{ id }} }}"#, scene.books.reference);
        assert_eq!(scene.provider.ask(&agreement).await.ok().at("/partnershipAgreement"), &Value::Null);
    }

    async fn v1_a_filter_by_what_is_withheld_finds_nothing_to_infer(world: World) {
        let scene = Scene::set(&world).await;
        let found = async |actor: &Actor, wanted: &str| {
            let document = format!(
                r#"{{ pooledFund(reference: "{}") {{ schemes(first: 9, where: {wanted}) {{ totalCount }} }} }}"#,
                scene.books.reference
            );
            actor.ask(&document).await.ok().at("/pooledFund/schemes/totalCount").clone()
        };
        let commissioned = format!(r#"{{ commissioner: {{ eq: "{}" }} }}"#, scene.books.host().id);
        for (wanted, host) in [
            (r#"{ schemeType: { eq: "OTHER" } }"#, 2),
            ("{ isRecurrent: true }", 2),
            ("{ isCapital: false }", 2),
            (&commissioned, 2),
        ] {
            assert_eq!(found(scene.books.host(), wanted).await, host, "{wanted}");
            assert_eq!(found(&scene.provider, wanted).await, 0, "{wanted}");
            // Neither may the opposite be told apart from it, beyond that nothing is known.
            let not = format!("{{ not: {wanted} }}");
            assert_eq!(found(scene.books.host(), &not).await, 0, "{not}");
        }
        assert_eq!(found(&scene.provider, r#"{ reference: { eq: "1" } }"#).await, 1);
        assert_eq!(found(&scene.provider, r#"{ reference: { eq: "2" } }"#).await, 0);
    }

    async fn v1_an_outsider_finds_nothing_by_reference_list_or_count(world: World) {
        let scene = Scene::set(&world).await;
        assert_eq!(scene.fund(&scene.outsider).await, Value::Null);
        assert_eq!(scene.counts(&scene.outsider).await, [json!(0), json!(0), json!(0)]);
        assert_eq!(scene.counts(scene.books.partner(1)).await, [json!(1), json!(1), json!(1)]);
        for document in [
            "{ viewer { actingAs { id } } }".to_owned(),
            "{ pooledFunds(first: 1) { totalCount } }".to_owned(),
            r#"{ pooledFund(reference: "Host-Partner") { id } }"#.to_owned(),
            format!(r#"{{ node(id: "{}") {{ id }} }}"#, scene.books.fund),
        ] {
            let answer = scene.nobody.ask(&document).await;
            if document.contains("viewer") {
                assert_eq!(answer.at("/viewer"), &Value::Null, "{answer:#?}");
            } else {
                assert_eq!(answer.problem(), "UNAUTHENTICATED", "{document}");
            }
        }
    }

    async fn v1_what_is_hidden_and_what_does_not_exist_answer_the_same(world: World) {
        let scene = Scene::set(&world).await;
        for (hidden, none) in &scene.hidden {
            let node = |id: &str| format!(r#"{{ node(id: "{id}") {{ id __typename }} nodes(ids: ["{id}"]) {{ id }} }}"#);
            let asked = (scene.outsider.ask(&node(hidden)).await, scene.outsider.ask(&node(none)).await);
            assert_eq!(asked.0.0.to_string(), asked.1.0.to_string());
            assert_eq!(asked.0.ok().0["data"], json!({ "node": null, "nodes": [null] }));
        }
        let by = |prefix: &str| {
            let found = scene.hidden.iter().find(|(id, _)| id.starts_with(prefix));
            let (hidden, none) = found.expect("an identity");
            [hidden.clone(), none.clone()]
        };
        let own = scene.outsider.id.clone();
        let effective = json!({ "effectiveOn": "2025-05-10" });
        let attempts: Vec<(&str, &str, [Value; 2])> = vec![
            ("planContribution", "PlanContributionInput", by("fnd_").map(|fund| json!({ "fund": fund,
                "partner": own, "sourceCode": "CORE_BUDGET", "financialYear": "2025/26",
                "amount": "1.00", "idempotencyKey": "1" }))),
            ("createScheme", "CreateSchemeInput", by("fnd_").map(|fund| json!({ "fund": fund,
                "reference": "1", "name": "1", "schemeType": "OTHER", "commissioner": own,
                "isRecurrent": true }))),
            ("updatePooledFund", "UpdatePooledFundInput", by("fnd_").map(|id| json!({ "id": id,
                "expectedVersion": 9, "name": "Mine" }))),
            ("closePeriod", "ClosePeriodInput", by("fnd_").map(|fund| json!({ "fund": fund,
                "financialYear": "2025/26", "period": 1, "status": "CLOSED", "reason": "Mine" }))),
            ("postJournal", "PostJournalInput", by("fnd_").map(|fund| json!({ "fund": fund, "lines": [],
                "effective": effective, "description": "x", "idempotencyKey": "1" }))),
            ("saveForecast", "SaveForecastInput", by("fnd_").map(|fund| json!({ "fund": fund,
                "financialYear": "2025/26", "lines": [] }))),
            ("createPooledFund", "CreatePooledFundInput", by("agr_").map(|agreement| json!({
                "agreement": agreement, "reference": "x", "name": "x", "kind": "POOLED" }))),
            ("updatePartnershipAgreement", "UpdatePartnershipAgreementInput", by("agr_").map(|id| json!({
                "id": id, "expectedVersion": 1, "title": "Mine" }))),
            ("addAgreementPartner", "AddAgreementPartnerInput", by("agr_").map(|agreement| json!({
                "agreement": agreement, "expectedVersion": 1, "organisation": own, "joinedOn": "2025-05-01" }))),
            ("recordExpenditure", "RecordExpenditureInput", by("sch_").map(|scheme| {
                Books::expenditure(&scheme, "1.00", "2025-05-10", "1") })),
            ("updateScheme", "UpdateSchemeInput", by("sch_").map(|scheme| json!({ "scheme": scheme,
                "expectedVersion": 9 }))),
            ("recordCommitment", "RecordCommitmentInput", by("sch_").map(|scheme| json!({ "scheme": scheme,
                "financialYear": "2025/26", "amount": "1.00", "description": "x",
                "effectiveOn": "2025-05-01", "idempotencyKey": "1" }))),
            ("varyContribution", "VaryContributionInput", by("con_").map(|contribution| json!({
                "contribution": contribution, "amount": "1.00", "effectiveOn": "2025-05-01",
                "reason": "x", "decision": decision(), "idempotencyKey": "1" }))),
            ("invoiceContribution", "ContributionPostingInput", by("con_").map(|contribution| json!({
                "contribution": contribution, "amount": "1.00", "effective": effective,
                "description": "x", "idempotencyKey": "1" }))),
            ("releaseCommitment", "ReleaseCommitmentInput", by("com_").map(|commitment| json!({
                "commitment": commitment, "amount": "1.00", "effectiveOn": "2025-05-01",
                "idempotencyKey": "1" }))),
            ("submitForecast", "SubmitForecastInput", by("for_").map(|forecast| json!({ "forecast": forecast }))),
            ("reverseTransaction", "ReverseTransactionInput", by("txn_").map(|transaction| {
                Books::reversal(&transaction, "2025-05-10", "1") })),
            ("setExternalReference", "SetExternalReferenceInput", by("fnd_").map(|object| json!({
                "object": object, "system": "mine", "value": "1" }))),
        ];
        for actor in [&scene.outsider, &scene.provider] {
            for (name, input_type, [hidden, none]) in &attempts {
                // A funded provider knows that the fund exists.
                if actor.id == scene.provider.id && hidden.to_string().contains("fnd_") {
                    continue;
                }
                let of_hidden = actor.run_typed(name, input_type, hidden.clone(), "").await;
                let of_none = actor.run_typed(name, input_type, none.clone(), "").await;
                assert_eq!(of_hidden.0.to_string(), of_none.0.to_string(), "{name}");
                assert_eq!(of_hidden.problem(), "NOT_FOUND", "{name}");
            }
        }
    }

    async fn v1_a_cursor_is_good_for_its_viewer_and_its_list_only(world: World) {
        let scene = Scene::set(&world).await;
        let list = |arguments: &str| format!(
            r#"{{ pooledFund(reference: "{}") {{ schemes(first: 1{arguments}) {{ edges {{ cursor }} }} }} }}"#,
            scene.books.reference
        );
        let first = scene.books.host().ask(&list("")).await.ok();
        let cursor = first.text("/pooledFund/schemes/edges/0/cursor").to_owned();
        let after = format!(r#", after: "{cursor}""#);
        let _ = scene.books.host().ask(&list(&after)).await.ok();
        for actor in [scene.books.partner(1), &scene.provider] {
            assert_eq!(actor.ask(&list(&after)).await.problem(), "BAD_CURSOR");
        }
        for other in [", orderBy: [REFERENCE_DESC]", r#", where: { reference: { eq: "1" } }"#] {
            let answer = scene.books.host().ask(&list(&format!("{after}{other}"))).await;
            assert_eq!(answer.problem(), "BAD_CURSOR", "{other}");
        }
        let mut changed = cursor.clone().into_bytes();
        let place = changed.len() / 2;
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("a text");
        for bad in [changed.as_str(), "", "null", "MTIz"] {
            let answer = scene.books.host().ask(&list(&format!(r#", after: "{bad}""#))).await;
            assert_eq!(answer.problem(), "BAD_CURSOR", "{bad:?}");
        }
    }
}

/// What `viewerCan` says of an actor, by action.
async fn says(actor: &Actor, scene: &Scene) -> Vec<(String, bool)> {
    let permission = "{ allowed reason }";
    let document = format!(
        r#"{{ node(id: "{}") {{ ... on PooledFund {{ viewerCan {{ update {permission}
            planContribution {permission} createScheme {permission} moveBudget {permission}
            post {permission} closePeriod {permission} }} }} }} }}"#,
        scene.books.fund
    );
    let answer = actor.ask(&document).await.ok();
    let said = answer.at("/node/viewerCan").as_object().expect("permissions").clone();
    let one = |(action, permission): (String, Value)| {
        let allowed = permission["allowed"].as_bool().expect("yes or no");
        assert_eq!(allowed, permission["reason"].is_null(), "{action}: {permission}");
        (action, allowed)
    };
    said.into_iter().map(one).collect()
}

both_databases! {
    async fn v3_what_the_viewer_is_told_it_can_do_is_what_it_can_do(world: World) {
        let scene = Scene::set(&world).await;
        let books = &scene.books;
        let mut actors = vec![scene.provider.clone()];
        for partner in [books.host(), books.partner(1)] {
            for role in [Role::Finance, Role::Commissioner, Role::Viewer, Role::Auditor, Role::Admin] {
                actors.push(world.actor(partner.organisation, &[role]).await);
            }
        }
        for actor in &actors {
            for (action, allowed) in says(actor, &scene).await {
                let (name, input) = match action.as_str() {
                    "update" => ("updatePooledFund", json!({ "id": books.fund, "expectedVersion": 1,
                        "name": "Fund" })),
                    "planContribution" => ("planContribution", json!({ "fund": books.fund,
                        "partner": global(actor.organisation), "sourceCode": "CORE_BUDGET",
                        "financialYear": "2025/26", "amount": "1.00", "idempotencyKey": "dry" })),
                    "createScheme" => ("createScheme", books.scheme_input(&books.fund, "9", "0.00", &[1])),
                    "moveBudget" => ("moveBudget", books.movement("VIREMENT", "2025-07-01",
                        &[(&scene.provided, "-1.00"), (&scene.hidden[3].0, "1.00")], &[])),
                    "post" => ("recordExpenditure",
                        Books::expenditure(&scene.provided, "1.00", "2025-05-10", "dry")),
                    "closePeriod" => ("closePeriod", json!({ "fund": books.fund, "period": 1,
                        "financialYear": "2025/26", "status": "CLOSED", "reason": "Done" })),
                    other => panic!("{other} is not tried: try it here"),
                };
                let mut input = input;
                input["dryRun"] = json!(true);
                let answer = actor.run(name, input, "").await;
                let done = answer.payload()["errors"] == json!([]);
                assert_eq!(done, allowed, "{action}: {answer:#?}");
            }
        }
    }

    async fn roles_narrow_what_an_organisation_may_do_and_never_widen_it(world: World) {
        let scene = Scene::set(&world).await;
        let books = &scene.books;
        let spent = Books::expenditure(&scene.provided, "1.00", "2025-05-10", "role");
        for role in [Role::Viewer, Role::Auditor, Role::Approver, Role::ContractManager, Role::Admin, Role::Commissioner] {
            let actor = world.actor(books.host().organisation, &[role]).await;
            let refused = actor.run("recordExpenditure", spent.clone(), "transaction { id }").await;
            assert_eq!(refused.problem(), "NOT_ALLOWED", "{role:?}");
            // What the organisation sees its people see, whatever their role.
            assert_eq!(scene.fund(&actor).await, scene.fund(books.host()).await, "{role:?}");
        }
        for role in [Role::Admin, Role::Finance, Role::Auditor] {
            let actor = world.actor(scene.outsider.organisation, &[role]).await;
            assert_eq!(scene.fund(&actor).await, Value::Null, "{role:?}");
        }
        let finance = world.actor(books.host().organisation, &[Role::Viewer, Role::Finance]).await;
        let _ = finance.run("recordExpenditure", spent, "transaction { id }").await.ok();
    }
}
