//! One's own sessions: seen, ended, and ended by a changed password.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, World, both_databases, world::global};
use tributary::service::{
    account::{NewAccount, create, disable, enable},
    acting_as::Named,
};
use uuid::Uuid;

const EMAIL: &str = "finance@council.example";
const PASSWORD: &str = "correct horse battery";
const WHO: &str = "{ viewer { user { email } } }";
const SESSIONS: &str = "{ sessions(first: 10) { totalCount
    nodes { id startedAt lastUsedAt isCurrent actingAs { id } } } }";

async fn account(world: &World, email: &str) -> Uuid {
    let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    let new = NewAccount {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        organisation: Named::Id(council),
        role: Role::Finance,
    };
    create(&world.database, new).await.expect("an account");
    council
}

async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let input = json!({ "email": email, "password": password });
    world.nobody().run("signIn", input, "session { accessToken refreshToken }").await
}

async fn signed_in(world: &World, email: &str) -> Actor {
    let answer = sign_in(world, email, PASSWORD).await.ok();
    world.nobody().bearing(answer.text("/signIn/session/accessToken"))
}

async fn end(actor: &Actor, session: &Value) -> Answer {
    actor.run("endSession", json!({ "session": session }), "ended").await
}

async fn end_all(actor: &Actor) -> Answer {
    actor.ask("mutation { endAllSessions { ended errors { code } } }").await
}

both_databases! {
    async fn somebody_sees_their_own_sessions_and_ends_one(world: World) {
        let council = account(&world, EMAIL).await;
        account(&world, "other@council.example").await;
        let first = signed_in(&world, EMAIL).await;
        // Identities of one millisecond have no order.
        world.pass(1);
        let second = signed_in(&world, EMAIL).await;
        let other = signed_in(&world, "other@council.example").await;

        let sessions = second.ask(SESSIONS).await.ok();
        assert_eq!(sessions.at("/sessions/totalCount"), &json!(2));
        let nodes = sessions.at("/sessions/nodes").clone();
        assert_eq!(nodes[0]["isCurrent"], json!(true), "the latest is first");
        assert_eq!(nodes[1]["isCurrent"], json!(false));
        assert_eq!(nodes[1]["actingAs"]["id"], json!(global(council)));

        assert_eq!(end(&other, &nodes[1]["id"]).await.problem(), "NOT_FOUND");
        let _ = first.ask(WHO).await.ok();
        let _ = end(&second, &nodes[1]["id"]).await.ok();
        assert_eq!(first.ask(WHO).await.problem(), "UNAUTHENTICATED");
        assert_eq!(end(&second, &nodes[1]["id"]).await.problem(), "NOT_FOUND", "twice");
        let left = second.ask(SESSIONS).await.ok();
        assert_eq!(left.at("/sessions/totalCount"), &json!(1));
        let _ = other.ask(WHO).await.ok();
    }

    async fn a_refreshed_session_says_when_it_was_last_used(world: World) {
        account(&world, EMAIL).await;
        let given = sign_in(&world, EMAIL, PASSWORD).await.ok();
        world.it_is_at(2025, 10, 1, 20);
        let refresh = json!({ "refreshToken": given.text("/signIn/session/refreshToken") });
        let next = world.nobody().run("refreshSession", refresh, "session { accessToken }").await;
        let next = next.ok();
        let actor = world.nobody().bearing(next.text("/refreshSession/session/accessToken"));
        let sessions = actor.ask(SESSIONS).await.ok();
        assert!(sessions.text("/sessions/nodes/0/startedAt").starts_with("2025-10-01T12:"));
        assert!(sessions.text("/sessions/nodes/0/lastUsedAt").starts_with("2025-10-01T20:"));
    }

    async fn ending_all_sessions_ends_every_one_of_the_callers_and_nobody_elses(world: World) {
        let council = account(&world, EMAIL).await;
        account(&world, "other@council.example").await;
        let own = [signed_in(&world, EMAIL).await, signed_in(&world, EMAIL).await];
        let other = signed_in(&world, "other@council.example").await;
        let _ = end_all(&own[0]).await.ok();
        for actor in &own {
            assert_eq!(actor.ask(WHO).await.problem(), "UNAUTHENTICATED");
        }
        let _ = other.ask(WHO).await.ok();
        let operators = world.actor(council, &[Role::Admin]).await;
        assert_eq!(end_all(&operators).await.problem(), "NOT_ALLOWED", "of no session");
        let none = operators.ask(SESSIONS).await.ok();
        assert_eq!(none.at("/sessions/totalCount"), &json!(0));
    }

    async fn a_changed_password_ends_the_other_sessions(world: World) {
        account(&world, EMAIL).await;
        let elsewhere = signed_in(&world, EMAIL).await;
        let here = signed_in(&world, EMAIL).await;
        let change = async |current: &str, new: &str| {
            let input = json!({ "currentPassword": current, "newPassword": new });
            here.run("changePassword", input, "changed").await
        };
        let wrong = change("correct horse batterz", "another long password").await;
        assert_eq!((wrong.problem(), wrong.problem_path()), ("SIGN_IN_FAILED".to_owned(), "currentPassword".to_owned()));
        assert_eq!(change(PASSWORD, "short").await.problem(), "INVALID_VALUE");
        let _ = elsewhere.ask(WHO).await.ok();

        let _ = change(PASSWORD, "another long password").await.ok();
        assert_eq!(elsewhere.ask(WHO).await.problem(), "UNAUTHENTICATED");
        let _ = here.ask(WHO).await.ok();
        assert_eq!(sign_in(&world, EMAIL, PASSWORD).await.problem(), "SIGN_IN_FAILED");
        let _ = sign_in(&world, EMAIL, "another long password").await.ok();
    }

    async fn a_stolen_token_does_not_guess_the_password_past_the_limit(world: World) {
        account(&world, EMAIL).await;
        let thief = signed_in(&world, EMAIL).await;
        let input = json!({ "currentPassword": "a guess", "newPassword": "another long password" });
        for _ in 0..10 {
            let guess = thief.run("changePassword", input.clone(), "changed").await;
            assert_eq!(guess.problem(), "SIGN_IN_FAILED");
        }
        let guess = thief.run("changePassword", input, "changed").await;
        assert_eq!(guess.problem(), "TOO_MANY_ATTEMPTS");
    }

    async fn an_account_let_in_again_has_none_of_its_sessions_back(world: World) {
        account(&world, EMAIL).await;
        let before = signed_in(&world, EMAIL).await;
        disable(&world.database, "Finance@Council.example").await.expect("it is shut out");
        assert!(disable(&world.database, EMAIL).await.is_err(), "twice");
        assert_eq!(before.ask(WHO).await.problem(), "UNAUTHENTICATED");
        assert_eq!(sign_in(&world, EMAIL, PASSWORD).await.problem(), "SIGN_IN_FAILED");
        enable(&world.database, EMAIL).await.expect("it is let in");
        assert!(enable(&world.database, EMAIL).await.is_err(), "twice");
        assert_eq!(before.ask(WHO).await.problem(), "UNAUTHENTICATED");
        let _ = signed_in(&world, EMAIL).await.ask(WHO).await.ok();
    }
}
