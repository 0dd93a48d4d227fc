//! Returns: drafted and submitted by the host, queried and agreed by each partner on its own,
//! approved, and never changed again (rules M8, M13, G4, V11).

use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{
    Actor, Books, World, both_databases, fund_return::RETURN as FIELDS, posting::decision,
};

const AMOUNTS: &str = "budget budgetToDate spent refunded actual committed remainingForecast
    forecastOutturn variance varianceToDate";

struct Scene {
    books: Books,
    schemes: Vec<String>,
}

impl Scene {
    /// Three partners, two schemes, money spent in April and in August.
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Council", "Trust"]).await;
        books.host().records_threshold(&books.agreement, json!({ "amount": "50.00" })).await.ok();
        books.contribution(0, "3000.00").await;
        let schemes = vec![
            books.scheme("1", "1200.00", &[1, 1, 1]).await,
            books.scheme("2", "600.00", &[0, 1, 1]).await,
        ];
        for (scheme, amount, on) in
            [(0, "700.00", "2025-04-10"), (1, "300.00", "2025-08-10"), (0, "0.01", "2025-09-30")]
        {
            let _ = books.spend(&schemes[scheme], amount, on, on).await.ok();
        }
        Self { books, schemes }
    }

    fn input(&self, narratives: &[usize]) -> Value {
        let narrative = |place: &usize| json!({ "scheme": self.schemes[*place], "narrative": "Winter came early" });
        json!({
            "fund": self.books.fund, "financialYear": "2025/26", "span": "SECOND_QUARTER",
            "dueOn": "2025-10-31", "commentary": "As expected",
            "narratives": narratives.iter().map(narrative).collect::<Vec<_>>(),
        })
    }

    async fn draft(&self, narratives: &[usize]) -> String {
        let made = self.books.host().run("saveReturn", self.input(narratives), FIELDS).await.ok();
        made.text("/saveReturn/fundReturn/id").to_owned()
    }

    async fn submitted(&self) -> String {
        let id = self.draft(&[0]).await;
        let _ = self.books.host().submits_return(&id).await.ok();
        id
    }

    /// Agreed by both partners that are not the host.
    async fn agreed(&self) -> String {
        let id = self.submitted().await;
        for partner in [1, 2] {
            let _ = self.books.partner(partner).agrees_return(&id).await.ok();
        }
        id
    }

    async fn approver(&self, world: &World) -> Actor {
        self.books.host().colleague(world, 77, &[Role::Approver]).await
    }
}

async fn state(by: &Actor, id: &str) -> Value {
    by.reads_return(id, "state").await["state"].clone()
}

async fn figures(by: &Actor, id: &str) -> Value {
    let fields = format!(
        "contentHash figures {{ asOf knownAt ruleVersion forecastVersion warnings cash
            total {{ {AMOUNTS} explanation(of: ACTUAL) {{ rule steps {{ label result }} }} }}
            lines(by: SCHEME, first: 9) {{ nodes {{ reference name narrative
                amounts {{ {AMOUNTS} }} }} }}
            sources: lines(by: SOURCE, first: 9) {{ nodes {{ reference amounts {{ {AMOUNTS} }} }} }}
            spent: byPartner(basis: INCURRED_BY, first: 9) {{ nodes {{ name
                amounts {{ actual }} }} }}
            funded: byPartner(basis: FUNDED_BY, first: 9) {{ nodes {{ partner {{ id }} name
                amounts {{ {AMOUNTS} }} }} }} }}"
    );
    by.reads_return(id, &fields).await
}

fn pence(amount: &Value) -> i64 {
    amount.as_str().expect("an amount").replace('.', "").parse().expect("a number")
}

/// How many returns of the fund `reader` is told of.
async fn told(books: &Books, reader: &Actor) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ returns(first: 9) {{ totalCount
            nodes {{ asOf version state withheld {{ field }} }} }} }} }}"#,
        books.reference
    );
    reader.ask(&document).await.ok().at("/pooledFund/returns").clone()
}

both_databases! {
    async fn a_return_is_drafted_submitted_agreed_by_each_partner_and_approved(world: World) {
        let scene = Scene::set(&world).await;
        let (host, council, trust) =
            (scene.books.host(), scene.books.partner(1), scene.books.partner(2));
        let id = scene.draft(&[0]).await;
        assert_eq!(state(host, &id).await, "DRAFT");
        assert_eq!(council.reads_return(&id, "id").await, Value::Null, "a draft is the host's");
        let submitted = host.submits_return(&id).await.ok();
        let owed = submitted.at("/submitReturn/fundReturn/outstanding");
        let duty = |who: &Actor, duty| json!({ "organisation": { "id": who.id }, "duty": duty,
            "dueOn": "2025-10-31", "isOverdue": false });
        assert_eq!(*owed, json!([duty(council, "AGREE"), duty(trust, "AGREE")]));
        let first = council.agrees_return(&id).await.ok();
        assert_eq!(first.at("/agreeReturn/fundReturn/state"), "SUBMITTED");
        assert_eq!(council.agrees_return(&id).await.problem(), "ALREADY_DONE");
        let approver = scene.approver(&world).await;
        assert_eq!(approver.approves_return(&id).await.problem(), "INVALID_VALUE", "the trust has not");
        let second = trust.agrees_return(&id).await.ok();
        assert_eq!(second.at("/agreeReturn/fundReturn/state"), "AGREED");
        let approved = approver.approves_return(&id).await.ok();
        let approved = approved.at("/approveReturn/fundReturn");
        assert_eq!(approved["state"], "APPROVED");
        assert_eq!(approved["approval"]["decidingBody"], "Board");
        assert_eq!(approved["outstanding"], json!([]));
        assert_eq!(approver.approves_return(&id).await.problem(), "ALREADY_DONE");
        assert_eq!(council.queries_return(&id).await.problem(), "ALREADY_DONE");
        let again = host.run("saveReturn", scene.input(&[0]), FIELDS).await;
        assert_eq!((again.problem().as_str(), again.problem_path().as_str()), ("ALREADY_DONE", "span"));
    }

    async fn m8_the_figures_of_a_submitted_return_stay_whatever_is_posted_later(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.submitted().await;
        let (host, council) = (scene.books.host(), scene.books.partner(1));
        let before = figures(host, &id).await;
        assert_eq!(before["figures"]["total"]["actual"], "1000.01");
        let _ = scene.books.spend(&scene.schemes[1], "55.00", "2025-07-10", "later").await.ok();
        let renamed = json!({ "scheme": scene.schemes[0], "expectedVersion": 1, "name": "Another" });
        let _ = host.run("updateScheme", renamed, "scheme { id }").await.ok();
        assert_eq!(figures(host, &id).await, before);
        assert_eq!(figures(council, &id).await, before, "the partners read the same");
        let known_at = before["figures"]["knownAt"].as_str().expect("an instant");
        let arguments = format!(r#"asOf: "2025-09-30" knownAt: "{known_at}""#);
        let selection = format!("total {{ {AMOUNTS} }}");
        let position = scene.books.position(host, &arguments, &selection).await.ok();
        let total = position.at("/pooledFund/position/total").as_object().expect("figures").clone();
        for (name, amount) in total {
            assert_eq!(before["figures"]["total"][&name], amount, "{name}");
        }
    }

    async fn m15_the_lines_of_a_return_add_up_to_its_total_on_every_basis(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.submitted().await;
        let read = figures(scene.books.partner(2), &id).await;
        let read = &read["figures"];
        for lines in ["lines", "sources", "spent", "funded"] {
            let nodes = read[lines]["nodes"].as_array().expect("lines");
            let sum: i64 = nodes.iter().map(|line| pence(&line["amounts"]["actual"])).sum();
            assert_eq!(sum, pence(&read["total"]["actual"]), "{lines}");
        }
        assert_eq!(read["lines"]["nodes"][0]["narrative"], "Winter came early");
        assert_eq!(read["lines"]["nodes"][1]["narrative"], Value::Null);
        assert_eq!(read["total"]["explanation"]["steps"][0]["result"], "1000.01");
        assert_eq!(read["funded"]["nodes"].as_array().map(Vec::len), Some(3));
    }

    async fn a_variance_above_the_threshold_of_the_agreement_needs_a_narrative(world: World) {
        let scene = Scene::set(&world).await;
        let (host, agreement) = (scene.books.host(), &scene.books.agreement);
        let id = scene.draft(&[]).await;
        let refused = host.submits_return(&id).await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("INVALID_VALUE", "fundReturn"));
        let message = refused.payload()["errors"][0]["message"].as_str().expect("a sentence");
        assert!(message.ends_with("no narrative: 1"), "{message}");
        host.records_threshold(agreement, json!({ "amount": "100.01" })).await.ok();
        let stale = host.submits_return(&id).await;
        assert_eq!(stale.refusal(), ("INVALID_VALUE".into(), "fundReturn".into()));
        let message = stale.payload()["errors"][0]["message"].as_str().expect("a sentence");
        assert!(message.contains("save it again"), "{message}");
        let lax = scene.draft(&[]).await;
        assert_eq!(host.reads_return(&lax, "narrativeAboveAmount").await["narrativeAboveAmount"], "100.01");
        assert_eq!(host.submits_return(&lax).await.ok().at("/submitReturn/fundReturn/version"), &json!(2));
        host.records_threshold(agreement, json!({ "basisPoints": 0 })).await.ok();
        let strict = scene.draft(&[]).await;
        assert_eq!(host.submits_return(&strict).await.problem(), "INVALID_VALUE");
        host.records_threshold(agreement, json!({})).await.ok();
        let silent = scene.draft(&[]).await;
        host.submits_return(&silent).await.ok();
    }

    async fn a_query_is_answered_and_then_agreed_or_a_new_version_is_submitted(world: World) {
        let scene = Scene::set(&world).await;
        let (host, council, trust) =
            (scene.books.host(), scene.books.partner(1), scene.books.partner(2));
        let id = scene.submitted().await;
        let asked = council.queries_return(&id).await.ok();
        let asked = asked.at("/queryReturn/fundReturn");
        assert_eq!(asked["state"], "QUERIED");
        assert_eq!(asked["outstanding"][0], json!({ "organisation": { "id": host.id },
            "duty": "ANSWER_QUERY", "dueOn": "2025-10-31", "isOverdue": false }));
        assert_eq!(council.queries_return(&id).await.problem(), "ALREADY_DONE");
        let answer = |partner: &Actor| {
            json!({ "fundReturn": id, "partner": partner.id, "answer": "A ward was opened" })
        };
        let other = host.run("answerReturnQuery", answer(trust), FIELDS).await;
        assert_eq!(other.problem_path(), "partner");
        assert_eq!(council.run("answerReturnQuery", answer(council), FIELDS).await.problem(), "NOT_ALLOWED");
        let answered = host.run("answerReturnQuery", answer(council), FIELDS).await.ok();
        assert_eq!(answered.at("/answerReturnQuery/fundReturn/state"), "SUBMITTED");
        let said = council.agrees_return(&id).await.ok();
        let said = said.at("/agreeReturn/fundReturn/answers/nodes").as_array().expect("a list").clone();
        let kinds: Vec<&Value> = said.iter().map(|it| &it["kind"]).collect();
        assert_eq!(kinds, ["QUERIED", "ANSWERED", "AGREED"]);
        assert_eq!(said[2]["decision"]["minuteReference"], "7");

        let second = scene.submitted().await;
        assert_eq!(state(trust, &id).await, "SUPERSEDED", "the former version stays");
        assert_eq!(trust.agrees_return(&id).await.problem(), "ALREADY_DONE");
        assert_eq!(state(trust, &second).await, "SUBMITTED", "everybody is asked again");
        assert_eq!(told(&scene.books, council).await["totalCount"], json!(2));
    }

    async fn m13_whoever_submitted_a_return_does_not_approve_it(world: World) {
        let scene = Scene::set(&world).await;
        let both = [Role::Finance, Role::Approver];
        let submitter = scene.books.host().colleague(&world, 5, &both).await;
        let id = scene.draft(&[0]).await;
        let _ = submitter.submits_return(&id).await.ok();
        for partner in [1, 2] {
            let _ = scene.books.partner(partner).agrees_return(&id).await.ok();
        }
        assert_eq!(submitter.approves_return(&id).await.problem(), "NOT_ALLOWED");
        let program = world.actor(scene.books.host().organisation, &[Role::Approver]).await;
        assert_eq!(program.approves_return(&id).await.problem(), "NOT_ALLOWED", "no account decides");
        let partner = scene.books.partner(1).colleague(&world, 6, &[Role::Approver]).await;
        assert_eq!(partner.approves_return(&id).await.problem(), "NOT_ALLOWED");
        let _ = scene.approver(&world).await.approves_return(&id).await.ok();
    }

    async fn the_same_draft_submitted_twice_at_once_is_submitted_once(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.draft(&[0]).await;
        let host = scene.books.host();
        let both = [host.submits_return(&id), host.submits_return(&id)];
        let [one, other] = both;
        let answers = tokio::join!(one, other);
        let refused: Vec<bool> = [&answers.0, &answers.1]
            .into_iter()
            .map(|it| !it.payload()["errors"].as_array().expect("errors").is_empty())
            .collect();
        assert!(refused.contains(&true) && refused.contains(&false), "{answers:?}");
        let second = if refused[0] { answers.0 } else { answers.1 };
        assert_eq!(second.problem(), "ALREADY_DONE");
        assert_eq!(host.submits_return(&id).await.problem(), "ALREADY_DONE");
    }

    async fn a_return_is_refused_where_it_cannot_be(world: World) {
        let scene = Scene::set(&world).await;
        let (host, council) = (scene.books.host(), scene.books.partner(1));
        let save = async |by: &Actor, change: Value| {
            let mut input = scene.input(&[0]);
            for (name, value) in change.as_object().expect("changes") {
                input[name] = value.clone();
            }
            by.run("saveReturn", input, FIELDS).await
        };
        assert_eq!(save(council, json!({})).await.problem(), "NOT_ALLOWED");
        assert_eq!(save(host, json!({ "dueOn": "2025-09-29" })).await.problem_path(), "dueOn");
        assert_eq!(save(host, json!({ "financialYear": "2023/24" })).await.problem(), "WRONG_YEAR");
        let twice = json!([{ "scheme": scene.schemes[0], "narrative": "A" },
            { "scheme": scene.schemes[0], "narrative": "B" }]);
        let twice = save(host, json!({ "narratives": twice })).await;
        assert_eq!(twice.problem_path(), "narratives.1.scheme");
        let early = save(host, json!({ "span": "THIRD_QUARTER", "dueOn": "2026-01-31" })).await.ok();
        let early = early.text("/saveReturn/fundReturn/id").to_owned();
        assert_eq!(host.submits_return(&early).await.problem(), "INVALID_VALUE", "it has not passed");
        let id = scene.draft(&[0]).await;
        assert_eq!(council.agrees_return(&id).await.problem(), "NOT_FOUND", "a draft is not there");
        assert_eq!(council.submits_return(&id).await.problem(), "NOT_FOUND");
        let later = scene.draft(&[0]).await;
        let _ = host.submits_return(&later).await.ok();
        assert_eq!(host.submits_return(&id).await.problem(), "ALREADY_DONE", "a later one was submitted");
        assert_eq!(host.agrees_return(&later).await.problem(), "NOT_ALLOWED", "the host has submitted it");
        let mut dry = scene.input(&[0]);
        dry["dryRun"] = json!(true);
        let _ = host.run("saveReturn", dry, FIELDS).await.ok();
        assert_eq!(told(&scene.books, host).await["totalCount"], json!(3));
    }

    async fn everybody_reads_of_a_return_what_the_matrix_says(world: World) {
        let scene = Scene::set(&world).await;
        let mut readers = Vec::new();
        for kind in [RelationKind::BoardMember, RelationKind::Observer, RelationKind::Party] {
            let id = world.organisation("Reader", OrganisationKind::Other).await;
            scene.books.relate(&world, (kind, id), ("2025-04-01", None)).await;
            readers.push(world.actor(id, &[Role::Viewer]).await);
        }
        let [board, observer, party] = &readers[..] else { panic!("three readers") };
        let id = scene.agreed().await;
        assert_eq!(told(&scene.books, board).await["totalCount"], json!(0));
        let seen = told(&scene.books, observer).await;
        assert_eq!(seen["totalCount"], json!(1), "an observer reads that there is one");
        assert_eq!(seen["nodes"][0]["state"], Value::Null);
        assert_eq!(seen["nodes"][0]["withheld"].as_array().map(Vec::len), Some(13));
        assert_eq!(observer.reads_return(&id, "figures { asOf } commentary").await,
            json!({ "figures": null, "commentary": null }));
        assert_eq!(party.reads_return(&id, "id").await, Value::Null);
        assert_eq!(told(&scene.books, party).await, Value::Null);
        let _ = scene.approver(&world).await.approves_return(&id).await.ok();
        let fields = "state answers(first: 1) { totalCount } outstanding { duty }
            withheld { field reason }
            figures { cash total { actual } byPartner(basis: FUNDED_BY, first: 1) { totalCount }
                withheld { field } }";
        let seen = board.reads_return(&id, fields).await;
        assert_eq!(seen["state"], "APPROVED");
        assert_eq!((&seen["answers"], &seen["outstanding"]), (&Value::Null, &Value::Null));
        assert_eq!(seen["figures"]["total"]["actual"], "1000.01");
        assert_eq!(seen["figures"]["byPartner"]["totalCount"], json!(3));
        assert_eq!(seen["figures"]["withheld"], json!([{ "field": "cash" }]));
    }

    async fn whoever_left_reads_the_returns_of_its_days_only(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.books.host();
        let mut input = scene.input(&[0, 1]);
        input["span"] = json!("FIRST_QUARTER");
        input["dueOn"] = json!("2025-07-31");
        let first = host.run("saveReturn", input, FIELDS).await.ok();
        let first = first.text("/saveReturn/fundReturn/id").to_owned();
        let submitted = host.submits_return(&first).await.ok();
        assert_eq!(submitted.at("/submitReturn/fundReturn/outstanding/0/isOverdue"), &json!(true));
        let second = scene.submitted().await;
        let trust = scene.books.partner(2);
        scene.books.leave(&world, trust.organisation, "2025-06-30").await;
        assert_eq!(state(trust, &first).await, "SUBMITTED");
        assert_eq!(trust.reads_return(&second, "id").await, Value::Null);
        assert_eq!(told(&scene.books, trust).await["totalCount"], json!(1));
        let council = scene.books.partner(1);
        let agreed = council.agrees_return(&second).await.ok();
        assert_eq!(agreed.at("/agreeReturn/fundReturn/state"), "AGREED", "nobody else is left");
        assert_eq!(trust.agrees_return(&first).await.problem(), "NOT_ALLOWED");
    }

    async fn v9_a_grant_opens_the_returns_of_which_it_opens_every_day(world: World) {
        let scene = Scene::set(&world).await;
        let auditor = world.organisation("Auditor", OrganisationKind::Auditor).await;
        let kind = RelationKind::Auditor;
        scene.books.relate(&world, (kind, auditor), ("2025-04-01", None)).await;
        let auditor = world.actor(auditor, &[Role::Auditor]).await;
        let id = scene.agreed().await;
        let _ = scene.approver(&world).await.approves_return(&id).await.ok();
        let whole = async || auditor.reads_return(&id, "id commentary figures { asOf }").await;
        let summary = json!({ "id": id, "commentary": null, "figures": null });
        assert_eq!(whole().await, summary);
        let granted = async |from: &str, to: &str| {
            let input = json!({
                "agreement": scene.books.agreement, "organisation": auditor.id,
                "purpose": "Of one year", "coversFrom": from, "coversTo": to,
                "startsOn": "2025-10-01", "endsOn": "2025-12-31",
            });
            let _ = scene.books.host().run("grantAccess", input, "grant { id }").await.ok();
        };
        // From August on: the return also counts what was spent in April.
        granted("2025-08-01", "2025-12-31").await;
        assert_eq!(whole().await, summary);
        granted("2025-04-01", "2025-09-29").await;
        assert_eq!(whole().await, summary, "and what was spent on its last day");
        granted("2025-04-01", "2025-09-30").await;
        assert_eq!(whole().await["figures"]["asOf"], "2025-09-30");
    }

    async fn g5_a_successor_answers_in_the_place_of_whom_it_succeeded(world: World) {
        let scene = Scene::set(&world).await;
        let (council, trust) = (scene.books.partner(1), scene.books.partner(2));
        let id = scene.submitted().await;
        let _ = council.agrees_return(&id).await.ok();
        let heir = world.organisation("Heir", OrganisationKind::IntegratedCareBoard).await;
        scene.books.succeed(&world, trust.organisation, heir, "2025-10-01").await;
        let heir = world.actor(heir, &[Role::Finance]).await;
        let owed = heir.reads_return(&id, "outstanding { organisation { id } duty }").await;
        assert_eq!(owed["outstanding"], json!([{ "organisation": { "id": heir.id }, "duty": "AGREE" }]));
        let agreed = heir.agrees_return(&id).await.ok();
        assert_eq!(agreed.at("/agreeReturn/fundReturn/state"), "AGREED");
    }

    async fn v11_a_return_is_submitted_once_its_periods_are_released(world: World) {
        let scene = Scene::set(&world).await;
        scene.books.show_when_released(&world).await;
        let id = scene.draft(&[0]).await;
        let host = scene.books.host();
        for period in 1..=5 {
            scene.books.release(&world, period).await;
        }
        assert_eq!(host.submits_return(&id).await.problem(), "INVALID_VALUE");
        scene.books.release(&world, 6).await;
        let _ = host.submits_return(&id).await.ok();
    }

    async fn v5_an_approved_return_is_published_as_it_was_submitted(world: World) {
        let scene = Scene::set(&world).await;
        let id = scene.agreed().await;
        let approver = scene.approver(&world).await;
        let input = json!({
            "agreement": scene.books.agreement, "financialYear": "2025/26", "approvedReturn": id,
            "decision": decision(),
        });
        let fields = "publication { agreement { asOf approvedReturn { fundReference span }
            funds { actual budget payments { period amount } } } }";
        let early = approver.run("publish", input.clone(), fields).await;
        assert_eq!(early.problem_path(), "approvedReturn");
        let _ = approver.approves_return(&id).await.ok();
        let _ = scene.books.spend(&scene.schemes[1], "55.00", "2025-07-10", "later").await.ok();
        let mut other = input.clone();
        other["asOf"] = json!("2025-06-30");
        assert_eq!(approver.run("publish", other, fields).await.problem_path(), "asOf");
        let published = approver.run("publish", input, fields).await.ok();
        let agreement = published.at("/publish/publication/agreement");
        assert_eq!(agreement["asOf"], "2025-09-30");
        let of = json!({ "fundReference": scene.books.reference, "span": "Q2" });
        assert_eq!(agreement["approvedReturn"], of);
        assert_eq!(agreement["funds"][0]["actual"], "1000.01");
        assert_eq!(agreement["funds"][0]["payments"], json!([{ "period": 1, "amount": "700.00" },
            { "period": 5, "amount": "300.00" }, { "period": 6, "amount": "0.01" }]));
    }

    async fn every_step_of_a_return_leaves_its_act_and_partners_read_those_since_the_draft(world: World) {
        let scene = Scene::set(&world).await;
        let (host, council) = (scene.books.host(), scene.books.partner(1));
        let id = scene.submitted().await;
        let _ = council.queries_return(&id).await.ok();
        let input = json!({ "fundReturn": id, "partner": council.id, "answer": "A ward" });
        let _ = host.run("answerReturnQuery", input, FIELDS).await.ok();
        for partner in [1, 2] {
            let _ = scene.books.partner(partner).agrees_return(&id).await.ok();
        }
        let _ = scene.approver(&world).await.approves_return(&id).await.ok();
        let acts = async |reader: &Actor| {
            let answer = reader.ask("{ auditTrail(first: 99) { nodes { action after } } }").await.ok();
            let nodes = answer.at("/auditTrail/nodes").as_array().expect("a trail").clone();
            let of_return = |it: &&Value| it["action"].as_str().is_some_and(|it| it.contains("Return"));
            let names = nodes.iter().filter(of_return).map(|it| it["action"].as_str().expect("a name").to_owned());
            let mut names: Vec<String> = names.collect();
            names.reverse();
            names
        };
        let all = ["saveReturn", "submitReturn", "queryReturn", "answerReturnQuery", "agreeReturn",
            "agreeReturn", "approveReturn"];
        assert_eq!(acts(&world.again(host).await).await, all);
        assert_eq!(acts(&world.again(council).await).await, all[1..], "a draft is the host's");
    }

    async fn the_database_itself_keeps_what_was_submitted_and_said(world: World) {
        let scene = Scene::set(&world).await;
        let _ = scene.agreed().await;
        let connection = world.database.for_migration();
        for table in ["fund_return", "fund_return_narrative", "return_submission", "return_answer"] {
            let deleted = connection.execute_unprepared(&format!("delete from {table}")).await;
            assert!(deleted.is_err(), "{table}");
        }
        for change in ["return_submission set content = '{}'", "fund_return set version = 9"] {
            let changed = connection.execute_unprepared(&format!("update {change}")).await;
            assert!(changed.is_err(), "{change}");
        }
    }
}
