//! Access tokens that are no good: each is refused before anything is executed, with 401.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::{membership::Role, organisation::OrganisationKind};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tests::{World, both_databases};
use tributary::auth::keys;
use uuid::Uuid;

const WHO: &str = "{ viewer { roles } }";
const SOMEBODY: Uuid = Uuid::from_u128(7);
/// What every token is told that is not of this program, or not as this program gave it.
const NOT_VALID: &[&str] = &[
    "the access token is not valid: sign in again",
    "what this access token was given for has ended or was revoked: sign in again",
    "send the access token as `Authorization: Bearer …`",
];
const EXPIRED: &[&str] = &["the access token has expired: refresh the session, or sign in again"];

async fn council(world: &World) -> Uuid {
    world.organisation("Council", OrganisationKind::LocalAuthority).await
}

/// The claims of a token that acts for `organisation`, which is good as it is.
fn claims(world: &World, organisation: Uuid) -> Value {
    let now = world.database.clock().now().to_utc().timestamp();
    json!({
        "iss": "tributary", "aud": "tributary", "sub": "operator", "org": organisation,
        "roles": ["VIEWER"], "jti": Uuid::from_u128(9), "iat": now, "exp": now + 600,
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

async fn public_key(world: &World) -> String {
    let address = format!("{}/.well-known/jwks.json", world.address);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let document: Value =
        client.get(address).send().await.expect("an answer").json().await.expect("a document");
    document["keys"][0]["x"].as_str().expect("a key").to_owned()
}

/// The status and the body that these Authorization headers are answered with.
async fn asked(world: &World, credentials: &[&[u8]]) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut request =
        client.post(format!("{}/graphql", world.address)).json(&json!({ "query": WHO }));
    for one in credentials {
        let value = reqwest::header::HeaderValue::from_bytes(one).expect("a header");
        request = request.header("Authorization", value);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn is_refused(world: &World, token: &str, which: &str, with: &[&str]) {
    refuses(world, &[format!("Bearer {token}").as_bytes()], which, with).await;
}

async fn refuses(world: &World, credentials: &[&[u8]], which: &str, with: &[&str]) {
    let (status, body) = asked(world, credentials).await;
    assert_eq!(status, 401, "a token {which}: {body}");
    assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "a token {which}");
    assert!(body.get("data").is_none(), "a token {which}");
    let message = body["errors"][0]["message"].as_str().expect("a sentence");
    assert!(with.contains(&message), "a token {which}: {message}");
}

both_databases! {
    async fn a_token_that_this_program_did_not_sign_is_refused(world: World) {
        let council = council(&world).await;
        let key = keys::signing(&world.database).await.expect("a key");
        let good = claims(&world, council);
        let ask = async |token: &str| world.nobody().bearing(token).ask(WHO).await;
        let real = |claims: &Value| signed(Algorithm::EdDSA, &key.id, &key.private, claims);
        let _ = ask(&real(&good)).await.ok();

        let another = Ed25519KeyPair::generate().expect("a key").to_pkcs8().expect("its bytes");
        let another = EncodingKey::from_ed_der(another.as_ref());
        let public = public_key(&world).await;
        let bytes = URL_SAFE_NO_PAD.decode(&public).expect("the bytes of the key");
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
            (
                "signed with the public key's bytes",
                signed(Algorithm::HS256, &key.id, &EncodingKey::from_secret(&bytes), &good),
            ),
            ("that names another key than signed it", {
                let other = keys::rotate(&world.database).await.expect("another key");
                signed(Algorithm::EdDSA, &other.id, &key.private, &good)
            }),
            ("changed", format!("{header}.{raised}.{signature}")),
            ("for another audience", real(&with(&good, "aud", json!("another")))),
            ("of another issuer", real(&with(&good, "iss", json!("another")))),
            ("of an account without a session", real(&with(&good, "sub", json!(SOMEBODY)))),
            ("of an account that a session of nobody stands behind", {
                let of_session = with(&good, "sid", json!(SOMEBODY));
                real(&with(&of_session, "sub", json!(SOMEBODY)))
            }),
            ("of a service account whose key nobody issued", {
                let of_key = with(&good, "service_key", json!(SOMEBODY));
                real(&with(&of_key, "sub", json!(SOMEBODY)))
            }),
            ("of the operator within a session", real(&with(&good, "sid", json!(SOMEBODY)))),
            ("without an identity", real(&with(&good, "jti", Value::Null))),
            ("with a role that is none", real(&with(&good, "roles", json!(["KING"])))),
            ("of tomorrow", real(&with(&good, "iat", json!(good["exp"].as_i64().unwrap_or(0))))),
            ("that is not good before tomorrow", real(&with(&good, "nbf", good["exp"].clone()))),
            ("that is none", "nonsense".to_owned()),
            ("that is empty", String::new()),
        ];
        for (which, token) in bad {
            is_refused(&world, &token, which, NOT_VALID).await;
        }
    }

    async fn clocks_may_differ_by_half_a_minute_and_no_more(world: World) {
        let council = council(&world).await;
        let key = keys::signing(&world.database).await.expect("a key");
        let real = |claims: &Value| signed(Algorithm::EdDSA, &key.id, &key.private, claims);
        let good = claims(&world, council);
        let now = good["iat"].as_i64().expect("an instant");
        let bearer = |token: String| world.nobody().bearing(&token);
        for (claim, within) in [("exp", now - 29), ("iat", now + 29), ("nbf", now + 29)] {
            let _ = bearer(real(&with(&good, claim, json!(within)))).ask(WHO).await.ok();
        }
        let late = real(&with(&good, "exp", json!(now - 31)));
        is_refused(&world, &late, "that ended 31 seconds ago", EXPIRED).await;
        for claim in ["iat", "nbf"] {
            let early = real(&with(&good, claim, json!(now + 35)));
            is_refused(&world, &early, "that begins in 35 seconds", &NOT_VALID[..1]).await;
        }
    }

    async fn a_token_of_a_key_retired_long_ago_is_refused_however_long_it_says_it_lasts(world: World) {
        let council = council(&world).await;
        let key = keys::signing(&world.database).await.expect("a key");
        let year = claims(&world, council)["iat"].as_i64().expect("an instant") + 365 * 86_400;
        let lasting = with(&claims(&world, council), "exp", json!(year));
        let lasting = signed(Algorithm::EdDSA, &key.id, &key.private, &lasting);
        keys::rotate(&world.database).await.expect("another key");
        // Keys are read again at most once a second.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let _ = world.actor(council, &[Role::Viewer]).await.ask(WHO).await.ok();
        let _ = world.nobody().bearing(&lasting).ask(WHO).await.ok();
        world.it_is(2025, 10, 3);
        is_refused(&world, &lasting, "of a retired key", &NOT_VALID[..1]).await;
    }

    async fn credentials_that_are_doubled_or_malformed_are_refused(world: World) {
        let council = council(&world).await;
        let actor = world.actor(council, &[Role::Viewer]).await;
        let _ = actor.ask(WHO).await.ok();
        let key = keys::signing(&world.database).await.expect("a key");
        let token = signed(Algorithm::EdDSA, &key.id, &key.private, &claims(&world, council));
        let good = format!("Bearer {token}");
        assert_eq!(asked(&world, &[good.as_bytes()]).await.0, 200);
        let (bare, basic) = (token.clone(), format!("Basic {token}"));
        let (pair, listed) = (format!("{good} {token}"), format!("{good}, {good}"));
        let malformed: [&[&[u8]]; 8] = [
            &[good.as_bytes(), good.as_bytes()],
            &[b"", good.as_bytes()],
            &[bare.as_bytes()],
            &[basic.as_bytes()],
            &[pair.as_bytes()],
            &[listed.as_bytes()],
            &[b"Bearer"],
            &[b"Bearer \xff"],
        ];
        for credentials in malformed {
            let shown: Vec<_> = credentials.iter().map(|one| String::from_utf8_lossy(one)).collect();
            refuses(&world, credentials, &format!("sent as {shown:?}"), NOT_VALID).await;
        }
    }
}
