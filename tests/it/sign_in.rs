//! Attempts to be let in are limited, and nobody learns whether an account exists.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Answer, World, both_databases};
use tributary::{
    http::Manner,
    service::{
        account::{NewAccount, create},
        acting_as::Named,
    },
};

const EMAIL: &str = "finance@council.example";
const NOBODYS: &str = "nobody@council.example";
const PASSWORD: &str = "correct horse battery";
const WRONG: &str = "correct horse batterz";
const SESSION: &str = "session { accessToken }";

async fn account(world: &World) {
    let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    let new = NewAccount {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        organisation: Named::Id(council),
        role: Role::Finance,
    };
    create(&world.database, new).await.expect("an account");
}

async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let input = json!({ "email": email, "password": password });
    world.nobody().run("signIn", input, SESSION).await
}

/// The code that an attempt is answered with, sent to `address` as if forwarded for somebody.
async fn forwarded(address: &str, forwarded_for: &str) -> String {
    let input = json!({ "email": EMAIL, "password": WRONG });
    let document = "mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }";
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client
        .post(format!("{address}/graphql"))
        .header("X-Forwarded-For", forwarded_for)
        .json(&json!({ "query": document, "variables": { "input": input } }));
    let answer: Value =
        request.send().await.expect("an answer").json().await.expect("an answer in JSON");
    Answer(answer).problem()
}

both_databases! {
    async fn the_eleventh_failure_on_an_account_waits_whether_the_account_exists_or_not(world: World) {
        account(&world).await;
        let mut told: Vec<Vec<Value>> = Vec::new();
        for email in [EMAIL, NOBODYS] {
            let mut answers = Vec::new();
            for _ in 0..12 {
                answers.push(sign_in(&world, email, WRONG).await.0);
            }
            told.push(answers);
        }
        assert_eq!(told[0], told[1], "nothing tells an account from none");
        assert_eq!(Answer(told[0][9].clone()).problem(), "SIGN_IN_FAILED");
        let refused = Answer(told[0][10].clone());
        assert_eq!(refused.problem(), "TOO_MANY_ATTEMPTS");
        let message = refused.payload()["errors"][0]["message"].to_string();
        assert!(message.contains("try again in 90 seconds"), "{message}");

        // Not even the right password is looked at, and waiting is enough.
        let right = sign_in(&world, &EMAIL.to_uppercase(), PASSWORD).await;
        assert_eq!(right.problem(), "TOO_MANY_ATTEMPTS");
        world.pass(91);
        let _ = sign_in(&world, EMAIL, PASSWORD).await.ok();
    }

    async fn an_address_that_nobody_has_costs_the_same_statements(world: World) {
        account(&world).await;
        let mut cost = Vec::new();
        for email in [EMAIL, NOBODYS] {
            let before = world.served.statements_run();
            assert_eq!(sign_in(&world, email, WRONG).await.problem(), "SIGN_IN_FAILED");
            cost.push(world.served.statements_run() - before);
        }
        assert_eq!(cost[0], cost[1]);
    }

    async fn nobody_is_shut_out_by_success(world: World) {
        account(&world).await;
        for _ in 0..15 {
            let _ = sign_in(&world, EMAIL, PASSWORD).await.ok();
        }
    }

    async fn sixty_failures_from_a_network_shut_every_door_for_a_while(world: World) {
        account(&world).await;
        let nobody = world.nobody();
        let refresh = json!({ "refreshToken": "none" });
        let exchange = json!({ "key": "tributary_sk_none" });
        let exchanged = "access { accessToken }";
        for _ in 0..30 {
            let refused = nobody.run("refreshSession", refresh.clone(), SESSION).await;
            assert_eq!(refused.problem(), "SIGN_IN_FAILED");
            let refused = nobody.run("exchangeServiceAccountKey", exchange.clone(), exchanged).await;
            assert_eq!(refused.problem(), "SIGN_IN_FAILED");
        }
        let refused = [
            nobody.run("refreshSession", refresh, SESSION).await,
            nobody.run("exchangeServiceAccountKey", exchange, exchanged).await,
            sign_in(&world, EMAIL, PASSWORD).await,
        ];
        for answer in refused {
            assert_eq!(answer.problem(), "TOO_MANY_ATTEMPTS");
        }
        world.pass(16);
        let _ = sign_in(&world, EMAIL, PASSWORD).await.ok();
    }

    async fn a_forwarded_address_counts_only_behind_a_trusted_proxy(world: World) {
        account(&world).await;
        for last in 1..=10 {
            let answered = forwarded(&world.address, &format!("192.0.2.{last}")).await;
            assert_eq!(answered, "SIGN_IN_FAILED");
        }
        assert_eq!(forwarded(&world.address, "192.0.2.99").await, "TOO_MANY_ATTEMPTS");

        let manner = Manner { trusted_proxies: 1, ..Manner::default() };
        let address = world.serve_in(manner).await.1;
        for _ in 0..10 {
            assert_eq!(forwarded(&address, "203.0.113.1, 192.0.2.1").await, "SIGN_IN_FAILED");
        }
        let written = forwarded(&address, "203.0.113.77, 192.0.2.1").await;
        assert_eq!(written, "TOO_MANY_ATTEMPTS", "what is further left may be anybody's invention");
        assert_eq!(forwarded(&address, "192.0.2.2").await, "SIGN_IN_FAILED");
    }
}
