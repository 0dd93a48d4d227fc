//! What a request costs (docs/api.md, "What requests cost"): charged to the organisation and the
//! account before anything is executed, given back as far as it was not used, refused when the
//! budget is spent, and restored by time.

use entities::{membership::Role, organisation::OrganisationKind};
use gate::{Mode, Terms};
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Value, json};
use tests::{Actor, Answer, World, both_databases, program::Folder};
use tributary::{
    http::{BudgetTerms, Manner},
    service::{
        account::{NewAccount, create},
        acting_as::Named,
    },
};

/// One connection with a page of ten: 1, and 10 for each of two fields, and 1.
const LIST: &str = "{ organisations(first: 10) { nodes { id name } } }";
const LIST_COSTS: u64 = 22;
const SMALL: &str = "{ viewer { roles } }";

const JSON: &str = "application/json";
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

const TERMS: Terms = Terms { capacity: 100, restored_per_second: 2 };

fn manner(terms: Terms) -> Manner {
    let budgets = BudgetTerms { clients: terms, anonymous: terms, ..BudgetTerms::default() };
    Manner { budgets, ..Manner::default() }
}

/// A server of a world whose budgets are small, and somebody there.
async fn small(world: &World) -> (String, Actor) {
    let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
    let actor = world.actor(board, &[Role::Admin, Role::Commissioner]).await;
    let address = world.serve_in(manner(TERMS)).await.1;
    let actor = actor.elsewhere(&address);
    (address, actor)
}

async fn ask(actor: &Actor, document: &str) -> Answer {
    actor.send_for_cost(document, json!({})).await
}

fn cost(answer: &Answer, field: &str) -> u64 {
    let cost = &answer.0["extensions"]["cost"][field];
    cost.as_u64().unwrap_or_else(|| panic!("no {field} in {answer:#?}"))
}

fn told(answer: &Answer) -> [u64; 4] {
    ["requested", "actual", "available", "restoreRate"].map(|field| cost(answer, field))
}

fn placeholder(name: &str) -> String {
    format!(
        "mutation {{ registerPlaceholder(input: {{name: \"{name}\", kind: CHARITY}}) {{ \
         organisation {{ name }} errors {{ code }} }} }}"
    )
}

/// The status, the header `Retry-After` and the body of what is answered in this form.
async fn posted(
    actor: &Actor,
    address: &str,
    form: &str,
    document: &str,
) -> (u16, Option<u64>, Value) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(format!("{address}/graphql"))
        .bearer_auth(actor.token())
        .header(ACCEPT, form)
        .json(&json!({ "query": document }));
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let form_said = answer.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    assert!(form_said.is_some_and(|said| said.starts_with(form)), "{form_said:?}");
    let retry_after = answer.headers().get(RETRY_AFTER);
    let retry_after = retry_after.map(|it| it.to_str().expect("a text").parse().expect("seconds"));
    (status, retry_after, answer.json().await.expect("JSON"))
}

both_databases! {
    async fn every_answer_tells_what_it_cost_and_what_was_not_used_is_given_back(world: World) {
        let (_, actor) = small(&world).await;
        // One organisation is there: its fields, the list's two and nothing of the other nine.
        assert_eq!(told(&ask(&actor, LIST).await.ok()), [LIST_COSTS, 4, 96, 2]);
        assert_eq!(told(&ask(&actor, SMALL).await.ok()), [2, 2, 94, 2]);
        assert_eq!(
            told(&ask(&actor, "{ viewer @skip(if: true) { roles } }").await.ok()),
            [1, 1, 93, 2]
        );
        // A field of a mutation is a transaction: 20, and what is selected of its payload.
        let made = ask(&actor, &placeholder("A body")).await.ok();
        assert_eq!(told(&made), [20 + 3 + 10, 20 + 3, 70, 2]);
    }

    async fn what_failed_is_charged_as_it_was_asked_for(world: World) {
        let (address, _) = small(&world).await;
        let nobody = world.nobody().elsewhere(&address);
        let refused = ask(&nobody, LIST).await;
        assert_eq!(refused.problem(), "UNAUTHENTICATED");
        assert_eq!(told(&refused), [LIST_COSTS, LIST_COSTS, 100 - LIST_COSTS, 2]);
    }

    async fn what_the_gate_refuses_costs_nothing(world: World) {
        let (_, actor) = small(&world).await;
        for document in ["{", "{ nothing }", "mutation { a: signOut }"] {
            let refused = ask(&actor, document).await;
            assert!(refused.0.get("extensions").is_none(), "{refused:#?}");
        }
        assert_eq!(cost(&ask(&actor, SMALL).await.ok(), "available"), 98);
    }

    async fn who_has_spent_a_budget_is_told_when_to_come_again_and_time_restores_it(world: World) {
        let (address, actor) = small(&world).await;
        let mut available = 100;
        while available >= 33 {
            available = cost(&ask(&actor, &placeholder("Paid")).await.ok(), "available");
        }
        assert_eq!(available, 31);
        let refused = ask(&actor, &placeholder("Unpaid")).await;
        assert_eq!(refused.problem(), "RATE_LIMITED");
        assert!(refused.0.get("data").is_none(), "{refused:#?}");
        assert_eq!(told(&refused), [33, 0, 31, 2], "nothing is charged for it");
        let error = &refused.0["errors"][0];
        assert_eq!(error["extensions"]["retryAfterSeconds"], json!(1));
        let message = error["message"].as_str().expect("a sentence");
        assert!(
            message.contains("33") && message.contains("31") && message.contains("1 second"),
            "{message}"
        );

        for _ in 0..2 {
            let _ = ask(&actor, SMALL).await.ok();
        }
        let paid = placeholder("Paid later");
        // 27 are left and 33 are wanted: three seconds.
        for (form, status) in [(JSON, 200), (GRAPHQL_RESPONSE, 429)] {
            let (said, retry_after, body) = posted(&actor, &address, form, &paid).await;
            assert_eq!((said, retry_after), (status, Some(3)), "{body}");
            assert_eq!(body["errors"][0]["extensions"]["code"], json!("RATE_LIMITED"));
        }
        world.pass(2);
        assert_eq!(ask(&actor, &paid).await.problem(), "RATE_LIMITED");
        world.pass(1);
        let _ = ask(&actor, &paid).await.ok();

        // What was refused was not executed.
        world.pass(3600);
        let count_of = |name: &str| {
            format!("{{ organisations(first: 1, search: \"{name}\") {{ totalCount }} }}")
        };
        let count = ask(&actor, &count_of("Unpaid")).await.ok();
        assert_eq!(count.at("/organisations/totalCount"), &json!(0));
        assert_eq!(told(&count)[2], 98, "a budget holds no more than its capacity");
        let count = ask(&actor, &count_of("Paid later")).await.ok();
        assert_eq!(count.at("/organisations/totalCount"), &json!(1));
    }

    async fn what_no_budget_pays_for_is_not_worth_waiting_for(world: World) {
        let (address, actor) = small(&world).await;
        let dear = LIST.replace("10", "50");
        for (form, status) in [(JSON, 200), (GRAPHQL_RESPONSE, 400)] {
            let (said, retry_after, body) = posted(&actor, &address, form, &dear).await;
            assert_eq!((said, retry_after), (status, None), "{body}");
            let error = &body["errors"][0];
            assert_eq!(error["extensions"], json!({ "code": "COST_TOO_HIGH" }));
            let message = error["message"].as_str().expect("a sentence");
            assert!(message.contains("102") && message.contains("100"), "{message}");
        }
    }

    async fn a_nightly_pull_does_not_starve_the_portal_of_its_organisation(world: World) {
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let (email, password) = ("finance@council.example", "correct horse battery");
        let new = NewAccount {
            email: email.to_owned(),
            password: password.to_owned(),
            organisation: Named::Id(council),
            role: Role::Finance,
        };
        create(&world.database, new).await.expect("an account");
        let signed_in = json!({ "email": email, "password": password });
        let nobody = world.nobody();
        let signed_in = nobody.run("signIn", signed_in, "session { accessToken }").await.ok();
        let admin = world.actor(council, &[Role::Admin]).await;
        let new = json!({ "name": "Nightly pull", "scopes": ["READ"] });
        let made = admin.run("createServiceAccount", new, "serviceAccount { id }").await.ok();
        let id = made.text("/createServiceAccount/serviceAccount/id");
        let issue = json!({ "serviceAccount": id, "validForDays": 30 });
        let issued = admin.run("issueServiceAccountKey", issue, "secret").await.ok();
        let key = json!({ "key": issued.text("/issueServiceAccountKey/secret") });
        let given =
            world.nobody().run("exchangeServiceAccountKey", key, "access { accessToken }").await;
        let given = given.ok();

        let address = world.serve_in(manner(TERMS)).await.1;
        let served = |token: &str| world.nobody().bearing(token).elsewhere(&address);
        let portal = served(signed_in.text("/signIn/session/accessToken"));
        let pull = served(given.text("/exchangeServiceAccountKey/access/accessToken"));
        let dear = LIST.replace("10", "40");
        let mut pulled = 0;
        while ask(&pull, &dear).await.0.get("errors").is_none() {
            pulled += 1;
        }
        assert!(pulled > 0);
        assert_eq!(ask(&pull, &dear).await.problem(), "RATE_LIMITED");
        assert_eq!(told(&ask(&portal, &dear).await.ok())[2], 96, "it has a budget of its own");
        assert_eq!(ask(&pull, &dear).await.problem(), "RATE_LIMITED");
        // And so has who acts for the organisation without an account, and every other one.
        let operator = admin.elsewhere(&address);
        assert_eq!(told(&ask(&operator, &dear).await.ok())[2], 96);
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let other = world.actor(board, &[Role::Finance]).await.elsewhere(&address);
        assert_eq!(told(&ask(&other, SMALL).await.ok())[2], 98);
    }

    async fn who_did_not_sign_in_is_charged_by_network(world: World) {
        let served = Manner { trusted_proxies: 1, ..manner(TERMS) };
        let address = world.serve_in(served).await.1;
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let published = "{ publications(first: 20) { nodes { id } totalCount } }";
        let from = async |network: &str| {
            let request = client
                .post(format!("{address}/graphql"))
                .header("X-Forwarded-For", network)
                .json(&json!({ "query": published }));
            let answer = request.send().await.expect("an answer");
            Answer(answer.json().await.expect("JSON"))
        };
        let first = from("192.0.2.1").await.ok();
        assert_eq!(told(&first), [23, 3, 97, 2]);
        while from("192.0.2.1").await.0.get("errors").is_none() {}
        assert_eq!(from("192.0.2.1").await.problem(), "RATE_LIMITED");
        assert_eq!(told(&from("192.0.2.2").await.ok())[2], 97);
        assert_eq!(told(&from("2001:db8::1").await.ok())[2], 97);
        assert_eq!(told(&from("2001:db8::2").await.ok())[2], 94, "a subscriber is one");
        world.pass(10);
        let _ = from("192.0.2.1").await.ok();
    }

    async fn a_query_is_tried_without_being_executed_or_charged(world: World) {
        let (_, actor) = small(&world).await;
        let limit = "rateLimit(dryRun: $dryRun) { requested available capacity restoreRate }";
        let ask = format!(
            "query($dryRun: Boolean!) {{ organisations(first: 10) {{ nodes {{ id name }} }} \
             {limit} }}"
        );
        let tried = actor.send_for_cost(&ask, json!({ "dryRun": true })).await.ok();
        let said = json!({ "rateLimit": {
            "requested": LIST_COSTS + 5, "available": 95, "capacity": 100, "restoreRate": 2,
        } });
        assert_eq!(tried.0["data"], said, "nothing else is answered");
        assert_eq!(told(&tried), [LIST_COSTS + 5, 5, 95, 2]);

        let asked = actor.send_for_cost(&ask, json!({ "dryRun": false })).await.ok();
        assert_eq!(asked.at("/organisations/nodes/0/name"), &json!("Board"));
        assert_eq!(asked.at("/rateLimit/requested"), &json!(LIST_COSTS + 5));
        // What is given back is given back after the field was answered.
        assert_eq!(asked.at("/rateLimit/available"), &json!(95 - LIST_COSTS - 5));
        assert_eq!(told(&asked), [LIST_COSTS + 5, 4 + 5, 86, 2]);

        let dear = ask.replace("first: 10", "first: 100");
        let tried = actor.send_for_cost(&dear, json!({ "dryRun": true })).await.ok();
        assert_eq!(tried.at("/rateLimit/requested"), &json!(207), "also what no budget pays for");
        assert_eq!(
            actor.send_for_cost(&dear, json!({ "dryRun": false })).await.problem(),
            "COST_TOO_HIGH"
        );
    }

    async fn each_process_restores_its_part(world: World) {
        let budgets = BudgetTerms {
            processes: 4.try_into().expect("a number of processes"),
            anonymous: Terms { capacity: 100, restored_per_second: 3 },
            clients: Terms { capacity: 100, restored_per_second: 10 },
        };
        let address = world.serve_in(Manner { budgets, ..Manner::default() }).await.1;
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let actor = world.actor(board, &[Role::Finance]).await.elsewhere(&address);
        assert_eq!(told(&ask(&actor, SMALL).await.ok()), [2, 2, 98, 2]);
        let nobody = world.nobody().elsewhere(&address);
        assert_eq!(told(&ask(&nobody, "{ __typename }").await.ok()), [1, 1, 99, 1], "at least 1");
    }

    async fn where_limits_only_warn_a_spent_budget_warns(world: World) {
        let mut warns = manner(Terms { capacity: 20, restored_per_second: 1 });
        warns.gate.mode = Mode::Warn;
        let address = world.serve_in(warns).await.1;
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let actor = world.actor(board, &[Role::Finance]).await.elsewhere(&address);
        let warned = |answer: &Answer| answer.0["extensions"]["warnings"][0]["code"].clone();
        assert_eq!(warned(&ask(&actor, SMALL).await.ok()), Value::Null);
        let beyond = ask(&actor, LIST).await.ok();
        assert_eq!(beyond.at("/organisations/nodes/0/name"), &json!("Board"));
        assert_eq!(warned(&beyond), json!("COST_TOO_HIGH"));
        assert_eq!(told(&beyond), [LIST_COSTS, 4, 14, 1]);
        while warned(&ask(&actor, SMALL).await.ok()).is_null() {}
        assert_eq!(warned(&ask(&actor, SMALL).await.ok()), json!("RATE_LIMITED"));
    }
}

#[tokio::test]
async fn the_operator_sets_the_budgets_and_the_number_of_processes() {
    let folder = Folder::new();
    let serving = folder.serve(&[
        "--cost-capacity=40",
        "--cost-restore-rate=9",
        "--anonymous-cost-capacity=30",
        "--anonymous-cost-restore-rate=5",
        "--processes=2",
    ]);
    let token = folder.run(&["token", "--as", "E09000023", "--role", "FINANCE"]).done();
    let nobody = Actor::nobody_at(&serving.address);
    let limit = "{ rateLimit { capacity restoreRate } }";
    for (actor, capacity, restore_rate) in [(nobody.bearing(token.trim()), 40, 4), (nobody, 30, 2)]
    {
        let said = actor.ask(limit).await.ok();
        let expected = json!({ "capacity": capacity, "restoreRate": restore_rate });
        assert_eq!(said.at("/rateLimit"), &expected);
        let dear = "{ publications(first: 40) { nodes { id } } }";
        assert_eq!(actor.ask(dear).await.problem(), "COST_TOO_HIGH");
    }

    for (argument, variable, beyond) in [
        ("--cost-capacity", "TRIBUTARY_COST_CAPACITY", "0"),
        ("--cost-restore-rate", "TRIBUTARY_COST_RESTORE_RATE", "0"),
        ("--anonymous-cost-capacity", "TRIBUTARY_ANONYMOUS_COST_CAPACITY", "2147483648"),
        ("--anonymous-cost-restore-rate", "TRIBUTARY_ANONYMOUS_COST_RESTORE_RATE", "much"),
        ("--processes", "TRIBUTARY_PROCESSES", "0"),
    ] {
        let line = folder.run(&["serve", argument, beyond]).failure();
        assert!(line.contains(argument) && line.contains(beyond), "{line}");
        let line = folder.run_with(&["serve"], &[(variable, beyond)], "").failure();
        assert!(line.contains(argument) && line.contains(beyond), "{line}");
    }
}
