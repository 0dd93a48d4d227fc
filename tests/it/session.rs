//! Who is asking: signing in, staying signed in, acting as another, and tokens that are no good.

use std::time::Duration;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::{account, membership::Role, organisation::OrganisationKind};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tests::{Actor, Answer, World, both_databases, world::global};
use tributary::{
    auth::{Viewer, keys, token},
    graphql::node::Kind,
    service::{
        account::{NewAccount, create},
        acting_as::Named,
    },
};
use uuid::Uuid;

const EMAIL: &str = "finance@council.example";
const PASSWORD: &str = "correct horse battery";
const SESSION: &str = "session { accessToken refreshToken refreshExpiresAt actingAs { id } }";
const WHO: &str = "{ viewer { user { email } actingAs { id } roles memberships { id } } }";

/// A council with an account, which holds FINANCE there.
async fn council(world: &World) -> (Uuid, account::Model) {
    let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
    let new = NewAccount {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        organisation: Named::Id(council),
        role: Role::Finance,
    };
    (council, create(&world.database, new).await.expect("an account"))
}

async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    let input = json!({ "email": email, "password": password });
    world.nobody().run("signIn", input, SESSION).await
}

async fn refresh(world: &World, token: &str) -> Answer {
    world.nobody().run("refreshSession", json!({ "refreshToken": token }), SESSION).await
}

async fn switch(actor: &Actor, organisation: Uuid) -> Answer {
    let input = json!({ "organisation": global(organisation) });
    actor.run("switchActingAs", input, SESSION).await
}

/// A field of the session that an answer gives.
fn held(answer: &Answer, field: &str) -> String {
    answer.payload()["session"][field].as_str().expect("a session").to_owned()
}

fn bearer(world: &World, answer: &Answer) -> Actor {
    world.nobody().bearing(&held(answer, "accessToken"))
}

/// The claims of a token that acts for `organisation`, which is good as it is.
fn claims(world: &World, organisation: Uuid) -> Value {
    let now = world.database.clock().now().to_utc().timestamp();
    json!({
        "iss": "tributary", "aud": "tributary", "sub": "operator", "org": organisation,
        "roles": ["VIEWER"], "iat": now, "exp": now + 600,
    })
}

fn with(claims: &Value, claim: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[claim] = value;
    claims
}

fn signed(algorithm: Algorithm, key_id: &str, key: &EncodingKey, claims: &Value) -> String {
    let header = Header { kid: Some(key_id.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, key).expect("a token")
}

async fn published(world: &World) -> Vec<Value> {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = format!("{}/.well-known/jwks.json", world.address);
    let answer = client.get(address).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let document: Value = answer.json().await.expect("a document");
    document["keys"].as_array().expect("keys").clone()
}

both_databases! {
    async fn somebody_signs_in_and_is_known(world: World) {
        let (council, _) = council(&world).await;
        let signed_in = sign_in(&world, "Finance@Council.Example", PASSWORD).await.ok();
        let who = bearer(&world, &signed_in).ask(WHO).await.ok();
        assert_eq!(who.text("/viewer/user/email"), EMAIL);
        assert_eq!(who.text("/viewer/actingAs/id"), global(council));
        assert_eq!(who.at("/viewer/roles"), &json!(["FINANCE"]));
    }

    async fn whatever_is_wrong_with_an_address_or_a_password_is_told_alike(world: World) {
        let (_, account) = council(&world).await;
        let unknown = sign_in(&world, "nobody@council.example", PASSWORD).await;
        assert_eq!(unknown.problem(), "SIGN_IN_FAILED");
        let long = "x".repeat(1_000);
        for (email, password) in
            [(EMAIL, "correct horse batterz"), (EMAIL, ""), (EMAIL, &long), ("no address", PASSWORD)]
        {
            assert_eq!(sign_in(&world, email, password).await.0, unknown.0, "{email} {password}");
        }
        account::Entity::update_many()
            .col_expr(account::Column::DisabledAt, Expr::value(world.database.clock().now()))
            .filter(account::Column::Id.eq(account.id))
            .exec(world.database.for_migration())
            .await
            .expect("the account is shut out");
        assert_eq!(sign_in(&world, EMAIL, PASSWORD).await.0, unknown.0, "shut out");
    }

    async fn an_account_that_is_shut_out_is_out_at_once(world: World) {
        let (_, account) = council(&world).await;
        let signed_in = sign_in(&world, EMAIL, PASSWORD).await.ok();
        account::Entity::update_many()
            .col_expr(account::Column::DisabledAt, Expr::value(world.database.clock().now()))
            .filter(account::Column::Id.eq(account.id))
            .exec(world.database.for_migration())
            .await
            .expect("the account is shut out");
        assert_eq!(bearer(&world, &signed_in).ask(WHO).await.problem(), "UNAUTHENTICATED");
        let refreshed = refresh(&world, &held(&signed_in, "refreshToken")).await;
        assert_eq!(refreshed.problem(), "SIGN_IN_FAILED");
    }

    async fn a_refresh_token_is_good_once_and_a_second_use_ends_its_session(world: World) {
        let (_, _) = council(&world).await;
        let elsewhere = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let first = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let second = refresh(&world, &held(&first, "refreshToken")).await.ok();
        let third = refresh(&world, &held(&second, "refreshToken")).await.ok();
        for given in [&first, &second, &third] {
            let _ = bearer(&world, given).ask(WHO).await.ok();
        }

        let stolen = refresh(&world, &held(&first, "refreshToken")).await;
        assert_eq!(stolen.problem(), "SIGN_IN_FAILED");
        assert!(stolen.payload()["session"].is_null());
        let latest = refresh(&world, &held(&third, "refreshToken")).await;
        assert_eq!(latest.problem(), "SIGN_IN_FAILED", "the whole family has ended");
        for given in [&first, &second, &third] {
            assert_eq!(bearer(&world, given).ask(WHO).await.problem(), "UNAUTHENTICATED");
        }
        let _ = bearer(&world, &elsewhere).ask(WHO).await.ok();
        let _ = refresh(&world, &held(&elsewhere, "refreshToken")).await.ok();
        assert_eq!(refresh(&world, "no token").await.problem(), "SIGN_IN_FAILED");
    }

    async fn two_who_use_a_refresh_token_at_once_do_not_both_go_on(world: World) {
        let (_, _) = council(&world).await;
        let first = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let text = held(&first, "refreshToken");
        let (one, other) = tokio::join!(refresh(&world, &text), refresh(&world, &text));
        let given: Vec<Answer> =
            [one, other].into_iter().filter(|one| !one.payload()["session"].is_null()).collect();
        assert_eq!(given.len(), 1, "one is given the next pair");
        let next = refresh(&world, &held(&given[0], "refreshToken")).await;
        assert_eq!(next.problem(), "SIGN_IN_FAILED", "and the session has ended for both");
    }

    async fn signing_out_ends_every_token_of_the_session(world: World) {
        let (_, _) = council(&world).await;
        let signed_in = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let actor = bearer(&world, &signed_in);
        let ended = actor.ask("mutation { signOut { signedOut errors { code } } }").await.ok();
        assert_eq!(ended.at("/signOut/signedOut"), &json!(true));
        assert_eq!(actor.ask(WHO).await.problem(), "UNAUTHENTICATED");
        let refreshed = refresh(&world, &held(&signed_in, "refreshToken")).await;
        assert_eq!(refreshed.problem(), "SIGN_IN_FAILED");
        let again = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let _ = bearer(&world, &again).ask(WHO).await.ok();
    }

    async fn a_member_of_two_organisations_acts_as_either(world: World) {
        let (council, account) = council(&world).await;
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let actor = bearer(&world, &sign_in(&world, EMAIL, PASSWORD).await.ok());
        assert_eq!(switch(&actor, board).await.problem(), "NOT_FOUND");

        // Whoever names no organisation acts as that of the oldest membership.
        world.it_is(2025, 10, 2);
        let admin = world.actor(board, &[Role::Admin]).await;
        let grant = json!({ "account": Kind::Account.id(account.id), "role": "VIEWER" });
        let _ = admin.run("grantMembership", grant, "membership { id }").await.ok();
        let signed_in = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let actor = bearer(&world, &signed_in);
        let switched = switch(&actor, board).await.ok();
        assert!(switched.payload()["session"]["refreshToken"].is_null());
        let other = bearer(&world, &switched).ask(WHO).await.ok();
        assert_eq!(other.text("/viewer/actingAs/id"), global(board));
        assert_eq!(other.at("/viewer/roles"), &json!(["VIEWER"]));
        let before = actor.ask(WHO).await.ok();
        assert_eq!(before.text("/viewer/actingAs/id"), global(council));
        let next = refresh(&world, &held(&signed_in, "refreshToken")).await.ok();
        let next = bearer(&world, &next).ask(WHO).await.ok();
        assert_eq!(next.text("/viewer/actingAs/id"), global(board));

        assert_eq!(switch(&actor, stranger).await.problem(), "NOT_FOUND");
        let unknown = actor.run("switchActingAs", json!({ "organisation": "ZZZ" }), SESSION).await;
        assert_eq!(unknown.payload()["errors"], switch(&actor, stranger).await.payload()["errors"]);
        assert_eq!(switch(&admin, board).await.problem(), "NOT_ALLOWED", "of no session");
    }

    async fn a_membership_that_ends_is_gone_at_once(world: World) {
        let (council, _) = council(&world).await;
        let signed_in = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let actor = bearer(&world, &signed_in);
        let who = actor.ask(WHO).await.ok();
        let membership = who.text("/viewer/memberships/0/id");
        let admin = world.actor(council, &[Role::Admin]).await;
        let mut end = json!({ "membership": membership, "dryRun": true });
        let _ = admin.run("endMembership", end.clone(), "membership { id }").await.ok();
        let _ = actor.ask(WHO).await.ok();
        end["dryRun"] = json!(false);
        let _ = admin.run("endMembership", end, "membership { id }").await.ok();
        assert_eq!(actor.ask(WHO).await.problem(), "UNAUTHENTICATED");
        let refreshed = refresh(&world, &held(&signed_in, "refreshToken")).await;
        assert_eq!(refreshed.problem(), "SIGN_IN_FAILED");
    }

    async fn a_token_ends(world: World) {
        let (council, _) = council(&world).await;
        let signed_in = sign_in(&world, EMAIL, PASSWORD).await.ok();
        let operators = world.actor(council, &[Role::Viewer]).await;
        world.it_is(2025, 10, 3);
        for actor in [bearer(&world, &signed_in), operators] {
            let refused = actor.ask(WHO).await;
            assert_eq!(refused.problem(), "UNAUTHENTICATED");
            assert!(refused.0["errors"][0]["message"].to_string().contains("expired"));
        }
        let refreshed = refresh(&world, &held(&signed_in, "refreshToken")).await.ok();
        let _ = bearer(&world, &refreshed).ask(WHO).await.ok();
        world.it_is(2025, 11, 3);
        let too_late = refresh(&world, &held(&refreshed, "refreshToken")).await;
        assert_eq!(too_late.problem(), "SIGN_IN_FAILED");
    }

    async fn a_token_that_this_program_did_not_sign_is_refused(world: World) {
        let (council, account) = council(&world).await;
        let key = keys::signing(&world.database).await.expect("a key");
        let good = claims(&world, council);
        let ask = async |token: &str| world.nobody().bearing(token).ask(WHO).await;
        let real = |claims: &Value| signed(Algorithm::EdDSA, &key.id, &key.private, claims);
        let _ = ask(&real(&good)).await.ok();

        let another = Ed25519KeyPair::generate().expect("a key").to_pkcs8().expect("its bytes");
        let another = EncodingKey::from_ed_der(another.as_ref());
        let public = published(&world).await[0]["x"].as_str().expect("a key").to_owned();
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let none = json!({ "alg": "none", "typ": "JWT", "kid": key.id });
        let real_token = real(&good);
        let (_, signature) = real_token.rsplit_once('.').expect("a signature");
        let header = real_token.split('.').next().expect("a header");
        let raised = part(with(&good, "roles", json!(["ADMIN"])));
        let bad = [
            ("of another key", signed(Algorithm::EdDSA, &key.id, &another, &good)),
            ("of a key that nobody knows", signed(Algorithm::EdDSA, "nobody", &another, &good)),
            ("without a signature", format!("{}.{}.", part(none), part(good.clone()))),
            (
                "signed with the public key",
                signed(Algorithm::HS256, &key.id, &EncodingKey::from_secret(public.as_bytes()), &good),
            ),
            ("changed", format!("{header}.{raised}.{signature}")),
            ("for another audience", real(&with(&good, "aud", json!("another")))),
            ("of another issuer", real(&with(&good, "iss", json!("another")))),
            ("of an account without a session", real(&with(&good, "sub", json!(account.id)))),
            ("with a role that is none", real(&with(&good, "roles", json!(["KING"])))),
            ("of tomorrow", real(&with(&good, "iat", json!(good["exp"].as_i64().unwrap_or(0))))),
            ("that is none", "nonsense".to_owned()),
            ("that is empty", String::new()),
        ];
        for (which, token) in bad {
            let answer = ask(&token).await;
            assert_eq!(answer.problem(), "UNAUTHENTICATED", "a token {which}");
            assert!(answer.0.get("data").is_none(), "a token {which}");
        }
    }

    async fn a_new_key_signs_and_the_one_before_is_trusted_until_its_tokens_end(world: World) {
        let (council, _) = council(&world).await;
        let before = world.actor(council, &[Role::Viewer]).await;
        let old = published(&world).await;
        assert_eq!(old.len(), 1);
        let new = keys::rotate(&world.database).await.expect("a new key");
        // Keys are read again at most once a second, because anybody may ask for them.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let after = world.actor(council, &[Role::Viewer]).await;
        let _ = before.ask(WHO).await.ok();
        let _ = after.ask(WHO).await.ok();

        let both = published(&world).await;
        let ids: Vec<&Value> = both.iter().map(|key| &key["kid"]).collect();
        assert_eq!(both.len(), 2);
        assert!(ids.contains(&&old[0]["kid"]) && ids.contains(&&json!(new.id)));
        for key in &both {
            assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
            assert!(key.get("d").is_none(), "the private half stays here");
        }

        world.it_is(2025, 10, 3);
        let left = published(&world).await;
        assert_eq!(left.len(), 1);
        assert_eq!(left[0]["kid"], json!(new.id));
        let _ = world.actor(council, &[Role::Viewer]).await.ask(WHO).await.ok();
    }

    async fn an_operators_token_lasts_a_day_at_most(world: World) {
        let (council, _) = council(&world).await;
        let viewer = Viewer {
            account: None,
            organisation: council,
            roles: vec![Role::Viewer],
            session: None,
            request: Uuid::nil(),
        };
        let key = keys::signing(&world.database).await.expect("a key");
        let now = world.database.clock().now();
        let week = Duration::from_secs(7 * 24 * 3600);
        let given = token::sign(&key, &viewer, now, week).expect("a token");
        let day = given.expires_at.0 - now.0;
        assert!(day <= 24 * 3600 * 1_000_000, "{day}");
    }
}
