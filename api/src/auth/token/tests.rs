use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::membership::Role;
use jsonwebtoken::EncodingKey;
use serde_json::{Value, json};

use super::*;

const NOW: Instant = Instant(1_750_000_000_000_000);

fn pair() -> (SigningKey, DecodingKey) {
    let pair = Ed25519KeyPair::generate().unwrap();
    let private = EncodingKey::from_ed_der(pair.to_pkcs8().unwrap().as_ref());
    let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let key = SigningKey { id: "first".to_owned(), private };
    (key, DecodingKey::from_ed_components(&public).unwrap())
}

fn somebody() -> Viewer {
    Viewer {
        account: Some(Uuid::from_u128(1)),
        organisation: Uuid::from_u128(2),
        roles: vec![Role::Finance, Role::Viewer],
        session: Some(Uuid::from_u128(3)),
        team: None,
        today: NOW.to_utc().date_naive(),
        scopes: None,
        request: Uuid::nil(),
        preview: None,
    }
}

fn claims() -> Value {
    let now = NOW.to_utc().timestamp();
    json!({
        "iss": "tributary", "aud": "tributary", "sub": "operator", "org": Uuid::from_u128(2),
        "roles": ["VIEWER"], "jti": Uuid::from_u128(9), "iat": now, "exp": now + 60,
    })
}

/// A token with one claim changed, or left out when `value` is null.
fn with(key: &SigningKey, claim: &str, value: Value) -> String {
    let mut claims = claims();
    let fields = claims.as_object_mut().unwrap();
    fields.remove(claim);
    if !value.is_null() {
        fields.insert(claim.to_owned(), value);
    }
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, &claims, &key.private).unwrap()
}

fn later(seconds: u64) -> Instant {
    Instant(NOW.0 + i64::try_from(Duration::from_secs(seconds).as_micros()).unwrap())
}

#[test]
fn a_token_says_who_asks_until_it_ends() {
    let (key, public) = pair();
    for viewer in [somebody(), Viewer { account: None, session: None, ..somebody() }] {
        let token = sign(&key, &viewer, NOW, LIFETIME).unwrap();
        assert_eq!(key_id(&token.text), Ok("first".to_owned()));
        assert_eq!(token.expires_at, later(900));
        let said = read(&token.text, &public, later(900 + 29));
        assert_eq!(said.map(|said| said.viewer), Ok(viewer));
        assert_eq!(read(&token.text, &public, later(900 + 30)), Err(Refused::Expired));
    }
}

#[test]
fn no_token_lasts_longer_than_a_retired_key_is_trusted() {
    let (key, _) = pair();
    let token = sign(&key, &somebody(), NOW, LONGEST_LIFETIME * 2).unwrap();
    assert_eq!(token.expires_at, later(LONGEST_LIFETIME.as_secs()));
}

#[test]
fn another_key_or_a_changed_token_is_refused() {
    let (key, public) = pair();
    let token = sign(&key, &somebody(), NOW, LIFETIME).unwrap().text;
    assert_eq!(read(&token, &pair().1, NOW), Err(Refused::Invalid));
    let parts: Vec<&str> = token.split('.').collect();
    let changed = URL_SAFE_NO_PAD.encode(claims().to_string());
    let forged = format!("{}.{changed}.{}", parts[0], parts[2]);
    assert_eq!(read(&forged, &public, NOW), Err(Refused::Invalid));
    for unsigned in [format!("{}.{}.", parts[0], parts[1]), String::new(), "..".to_owned()] {
        assert_eq!(read(&unsigned, &public, NOW), Err(Refused::Invalid));
    }
}

#[test]
fn no_other_algorithm_is_accepted() {
    let (key, public) = pair();
    let body = URL_SAFE_NO_PAD.encode(claims().to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"first"}"#);
    let unsigned = format!("{none}.{body}.");
    assert_eq!(key_id(&unsigned), Err(Refused::Invalid));
    assert_eq!(read(&unsigned, &public, NOW), Err(Refused::Invalid));

    // The public key as the secret of a symmetric signature: the classic confusion.
    let secret = EncodingKey::from_secret(public.try_get_as_bytes().unwrap());
    let header = Header { kid: Some(key.id), ..Header::new(Algorithm::HS256) };
    let confused = jsonwebtoken::encode(&header, &claims(), &secret).unwrap();
    assert_eq!(key_id(&confused), Err(Refused::Invalid));
    assert_eq!(read(&confused, &public, NOW), Err(Refused::Invalid));
}

#[test]
fn a_token_without_a_key_id_is_refused() {
    let (key, _) = pair();
    let token =
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims(), &key.private).unwrap();
    assert_eq!(key_id(&token), Err(Refused::Invalid));
}

#[test]
fn each_claim_is_needed_and_meant_for_this_program() {
    let (key, public) = pair();
    assert!(read(&with(&key, "nothing", Value::Null), &public, NOW).is_ok());
    for claim in ["iss", "aud", "sub", "org", "roles", "jti", "iat", "exp"] {
        let without = with(&key, claim, Value::Null);
        assert_eq!(read(&without, &public, NOW), Err(Refused::Invalid), "without {claim}");
    }
    let future = NOW.to_utc().timestamp() + 31;
    for (claim, value) in [
        ("iss", json!("somebody")),
        ("aud", json!("another")),
        ("aud", json!(["tributary"])),
        ("sub", json!("root")),
        ("sub", json!(Uuid::from_u128(1))),
        ("roles", json!(["EMPEROR"])),
        ("iat", json!(future)),
        ("nbf", json!(future)),
        ("jti", json!("one")),
        ("sid", json!(Uuid::from_u128(3))),
        ("service_key", json!(Uuid::from_u128(3))),
        ("exp", json!("tomorrow")),
    ] {
        let changed = with(&key, claim, value.clone());
        assert_eq!(read(&changed, &public, NOW), Err(Refused::Invalid), "{claim}: {value}");
    }
}
