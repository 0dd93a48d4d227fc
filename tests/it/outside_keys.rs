//! The tokens and keys of outside issuers: only what the issuer signed, for this server, in its time;
//! its keys are asked for within bounds, and go on while it does not answer.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use tests::{
    Actor, Engine, World,
    outside_issuer::{Answers, OutsideIssuer, SigningKey},
};

use crate::outside_identity::Scene;

const WHO: &str = "{ viewer { roles } }";
const NOT_VALID: &str = "the access token is not valid: sign in again";

async fn scene() -> (World, Scene) {
    let world = World::on(Engine::Sqlite).await;
    let scene = Scene::linked(&world).await;
    (world, scene)
}

async fn is_good(actor: &Actor) {
    let _ = actor.ask(WHO).await.ok();
}

/// That it is refused before anything is executed; answers with what is said.
async fn refused(actor: &Actor) -> String {
    let (status, said) = actor.raw(WHO, json!({})).await;
    assert_eq!(status, 401, "{said}");
    let said: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(said["errors"][0]["extensions"]["code"], json!("UNAUTHENTICATED"));
    said["errors"][0]["message"].as_str().expect("a sentence").to_owned()
}

async fn is_unavailable(actor: &Actor) {
    let (status, said) = actor.raw(WHO, json!({})).await;
    assert!(status == 503 && said.contains("ISSUER_UNAVAILABLE"), "{status}: {said}");
}

#[tokio::test]
async fn every_asymmetric_algorithm_is_good() {
    let (world, scene) = scene().await;
    let keys = [SigningKey::rs256("rsa"), SigningKey::es256("curve"), SigningKey::eddsa("edwards")];
    scene.issuer.publishes(&keys.each_ref());
    for key in &keys {
        is_good(&scene.sending(&world, &key.sign(&scene.claims(&world)))).await;
    }
}

#[tokio::test]
async fn a_token_for_somebody_else_or_another_time_is_refused() {
    let (world, scene) = scene().await;
    is_good(&scene.bearing(&world, &json!({ "aud": ["other", "tributary"] }))).await;
    let now = world.database.clock().now().to_utc().timestamp();
    for wrong in [
        json!({ "aud": "other" }),
        json!({ "aud": ["other"] }),
        json!({ "aud": null }),
        json!({ "aud": "" }),
        json!({ "iss": "https://login.example" }),
        json!({ "iss": "tributary" }),
        json!({ "iss": null }),
        json!({ "exp": null }),
        json!({ "exp": "never" }),
        json!({ "exp": i64::MAX }),
        json!({ "exp": -1 }),
        json!({ "exp": now + 25 * 3600 }),
        json!({ "nbf": now + 60 }),
        json!({ "iat": now + 60 }),
        json!({ "nbf": "soon" }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
    ] {
        assert_eq!(refused(&scene.bearing(&world, &wrong)).await, NOT_VALID, "{wrong}");
    }
    for gone in [json!({ "exp": now - 31 }), json!({ "exp": 0 })] {
        assert!(refused(&scene.bearing(&world, &gone)).await.contains("expired"), "{gone}");
    }
    // Clocks may differ by half a minute.
    is_good(&scene.bearing(&world, &json!({ "exp": now - 20 }))).await;
    is_good(&scene.bearing(&world, &json!({ "nbf": now + 20, "iat": now + 20 }))).await;
    let actor = scene.bearing(&world, &json!({}));
    world.pass(640);
    assert!(refused(&actor).await.contains("expired"));
}

#[tokio::test]
async fn what_the_issuer_did_not_sign_is_refused() {
    let (world, scene) = scene().await;
    let claims = scene.claims(&world);
    let good = scene.key.sign(&claims);
    is_good(&scene.sending(&world, &good)).await;
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = |header: &Header, key: &EncodingKey| {
        jsonwebtoken::encode(header, &claims, key).expect("a token")
    };
    let named = |algorithm| Header { kid: Some("one".to_owned()), ..Header::new(algorithm) };
    let mut forged = Vec::new();
    // The public key for a secret, in every form in which somebody might have it.
    let x = scene.key.public["x"].as_str().expect("a coordinate");
    let raw = URL_SAFE_NO_PAD.decode(x).expect("bytes");
    for secret in [scene.key.public.to_string().as_bytes(), x.as_bytes(), &raw, b""] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            forged.push(signed(&named(algorithm), &EncodingKey::from_secret(secret)));
        }
    }
    // No signature at all.
    for none in ["none", "None", "NONE", ""] {
        let header = encoded(&json!({ "alg": none, "kid": "one", "typ": "JWT" }));
        forged.push(format!("{header}.{}.", encoded(&claims)));
    }
    // Another key by the same name, and one that the token brings with it.
    let mine = SigningKey::es256("one");
    forged.push(mine.sign(&claims));
    let brought: Jwk = serde_json::from_value(mine.public.clone()).expect("a key");
    let header = Header {
        jwk: Some(brought),
        jku: Some("https://login.example/keys".to_owned()),
        ..named(Algorithm::ES256)
    };
    forged.push(signed(&header, &mine.private));
    let rsa = SigningKey::rs256("one");
    forged.push(rsa.sign(&claims));
    // The right key, by no name or by another.
    forged.push(signed(&Header::new(Algorithm::ES256), &scene.key.private));
    let other = Header { kid: Some("other".to_owned()), ..Header::new(Algorithm::ES256) };
    forged.push(signed(&other, &scene.key.private));
    let critical = Header { crit: Some(vec!["b64".to_owned()]), ..named(Algorithm::ES256) };
    forged.push(signed(&critical, &scene.key.private));
    // Claims that were changed after the signature.
    let (head, tail) = (good.split('.').next().expect("a head"), good.rsplit('.').next());
    let changed = encoded(&scene.claiming(&world, &json!({ "sub": "u2" })));
    forged.push(format!("{head}.{changed}.{}", tail.expect("a signature")));
    forged.push(format!("{head}.{}.", encoded(&claims)));
    for token in forged {
        assert_eq!(refused(&scene.sending(&world, &token)).await, NOT_VALID, "{token}");
    }
}

#[tokio::test]
async fn keys_that_are_for_something_else_verify_nothing() {
    let (world, scene) = scene().await;
    let secret = b"a secret that somebody published";
    let oct = SigningKey {
        id: "oct".to_owned(),
        algorithm: Algorithm::HS256,
        private: EncodingKey::from_secret(secret),
        public: json!({ "kty": "oct", "kid": "oct", "k": URL_SAFE_NO_PAD.encode(secret) }),
    };
    let mut encrypts = SigningKey::es256("encrypts");
    encrypts.public["use"] = json!("enc");
    let mut wraps = SigningKey::rs256("wraps");
    wraps.public["key_ops"] = json!(["encrypt"]);
    let mut otherwise = SigningKey::rs256("otherwise");
    otherwise.public["alg"] = json!("PS256");
    let wrong = [oct, encrypts, wraps, otherwise];
    let good = SigningKey::es256("good");
    let mut published: Vec<&SigningKey> = wrong.iter().collect();
    published.push(&good);
    scene.issuer.publishes(&published);
    // Keys of a kind that is not known are no reason to do without the others.
    let strange = json!({ "keys": [{ "kty": "PQ", "kid": "strange" }, 7, good.public] });
    is_good(&scene.sending(&world, &good.sign(&scene.claims(&world)))).await;
    for key in &wrong {
        let token = key.sign(&scene.claims(&world));
        assert_eq!(refused(&scene.sending(&world, &token)).await, NOT_VALID, "{}", key.id);
    }
    scene.issuer.answers(Answers::With(strange.to_string()));
    world.pass(11 * 60);
    is_good(&scene.sending(&world, &good.sign(&scene.claims(&world)))).await;
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_and_not_again_within_half_a_minute() {
    let (world, scene) = scene().await;
    is_good(&scene.bearing(&world, &json!({}))).await;
    is_good(&scene.bearing(&world, &json!({}))).await;
    assert_eq!(scene.issuer.was_asked(), 1, "what is known is not asked for");
    world.pass(31);
    let new = SigningKey::es256("two");
    scene.issuer.publishes(&[&scene.key, &new]);
    is_good(&scene.sending(&world, &new.sign(&scene.claims(&world)))).await;
    assert_eq!(scene.issuer.was_asked(), 2);
    for number in 0..20 {
        let stranger = SigningKey::es256(&format!("stranger {number}"));
        let token = stranger.sign(&scene.claims(&world));
        assert_eq!(refused(&scene.sending(&world, &token)).await, NOT_VALID);
    }
    assert_eq!(scene.issuer.was_asked(), 2, "strangers cannot make the server ask");
    world.pass(31);
    let stranger = SigningKey::es256("stranger");
    refused(&scene.sending(&world, &stranger.sign(&scene.claims(&world)))).await;
    refused(&scene.sending(&world, &stranger.sign(&scene.claims(&world)))).await;
    assert_eq!(scene.issuer.was_asked(), 3, "but once in half a minute");
}

#[tokio::test]
async fn many_at_once_ask_once() {
    let (world, scene) = scene().await;
    let actors: Vec<Actor> = (0..16).map(|_| scene.bearing(&world, &json!({}))).collect();
    let asking = actors.into_iter().map(|actor| tokio::spawn(async move { is_good(&actor).await }));
    for one in asking.collect::<Vec<_>>() {
        one.await.expect("it is good");
    }
    assert_eq!(scene.issuer.was_asked(), 1);
}

#[tokio::test]
async fn a_key_that_is_published_no_more_is_trusted_ten_minutes_at_most() {
    let (world, scene) = scene().await;
    is_good(&scene.bearing(&world, &json!({}))).await;
    let new = SigningKey::es256("two");
    scene.issuer.publishes(&[&new]);
    world.pass(60);
    is_good(&scene.bearing(&world, &json!({}))).await;
    world.pass(9 * 60 + 1);
    assert_eq!(refused(&scene.bearing(&world, &json!({}))).await, NOT_VALID);
    is_good(&scene.sending(&world, &new.sign(&scene.claims(&world)))).await;
    // The same name for another key is another key.
    let instead = SigningKey::es256("two");
    scene.issuer.publishes(&[&instead]);
    world.pass(11 * 60);
    is_good(&scene.sending(&world, &instead.sign(&scene.claims(&world)))).await;
    let token = new.sign(&scene.claims(&world));
    assert_eq!(refused(&scene.sending(&world, &token)).await, NOT_VALID);
}

#[tokio::test]
async fn while_the_issuer_is_down_its_keys_go_on_for_a_day() {
    let (world, scene) = scene().await;
    is_good(&scene.bearing(&world, &json!({}))).await;
    for down in [
        Answers::Nothing,
        Answers::Status(500),
        Answers::Status(404),
        Answers::With("<html>".to_owned()),
        Answers::With("{}".to_owned()),
    ] {
        scene.issuer.answers(down);
        world.pass(3600);
        let before = scene.issuer.was_asked();
        is_good(&scene.bearing(&world, &json!({}))).await;
        is_good(&scene.bearing(&world, &json!({}))).await;
        assert_eq!(scene.issuer.was_asked(), before + 1, "it is not asked over and over");
        let stranger = SigningKey::es256("stranger").sign(&scene.claims(&world));
        assert_eq!(refused(&scene.sending(&world, &stranger)).await, NOT_VALID);
    }
    world.pass(20 * 3600);
    is_unavailable(&scene.bearing(&world, &json!({}))).await;
    scene.issuer.publishes(&[&scene.key]);
    is_unavailable(&scene.bearing(&world, &json!({}))).await;
    world.pass(31);
    is_good(&scene.bearing(&world, &json!({}))).await;
}

#[tokio::test]
async fn an_answer_that_leads_elsewhere_or_has_no_end_is_not_taken() {
    let (world, scene) = scene().await;
    let elsewhere = OutsideIssuer::publishing(&[&scene.key]);
    let padded = json!({ "keys": [scene.key.public], "padding": " ".repeat(300 * 1024) });
    for wrong in [
        Answers::MovedTo(elsewhere.keys()),
        Answers::With(padded.to_string()),
        Answers::Nothing,
        Answers::With(json!({ "keys": { "one": scene.key.public } }).to_string()),
    ] {
        scene.issuer.answers(wrong);
        is_unavailable(&scene.bearing(&world, &json!({}))).await;
        world.pass(31);
    }
    assert_eq!(elsewhere.was_asked(), 0, "a redirection is not followed");
    scene.issuer.publishes(&[&scene.key]);
    is_good(&scene.bearing(&world, &json!({}))).await;
    // Who has a token of this program's own is not concerned.
    is_good(&scene.admin).await;
}

#[tokio::test]
async fn of_a_flood_of_keys_the_first_sixty_four_count() {
    let (world, scene) = scene().await;
    let mut many: Vec<Value> = (0..64)
        .map(|number| {
            let mut key = scene.key.public.clone();
            key["kid"] = json!(format!("k{number}"));
            key
        })
        .collect();
    many.push(scene.key.public.clone());
    scene.issuer.answers(Answers::With(json!({ "keys": many }).to_string()));
    assert_eq!(refused(&scene.bearing(&world, &json!({}))).await, NOT_VALID);
    let header = Header { kid: Some("k0".to_owned()), ..Header::new(Algorithm::ES256) };
    let token = jsonwebtoken::encode(&header, &scene.claims(&world), &scene.key.private);
    is_good(&scene.sending(&world, &token.expect("a token"))).await;
}
