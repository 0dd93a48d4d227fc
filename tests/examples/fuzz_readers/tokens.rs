//! Tokens: only what was signed is believed, as it was signed and until it ends.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::{membership::Role, value::Instant};
use jsonwebtoken::{DecodingKey, EncodingKey};
use tributary::auth::{Viewer, keys::SigningKey, token};
use uuid::Uuid;

use crate::{draw::Draw, spoil::spoil};

/// 1 October 2025, noon.
const NOW: Instant = Instant(1_759_320_000_000_000);

pub fn target() -> impl Fn(&mut Draw) -> bool {
    let pair = Ed25519KeyPair::generate().expect("a pair of keys");
    let private = pair.to_pkcs8v1().expect("its private half");
    let public = URL_SAFE_NO_PAD.encode(pair.public_key());
    let public = DecodingKey::from_ed_components(&public).expect("its public half");
    let key =
        SigningKey { id: "k".to_owned(), private: EncodingKey::from_ed_der(private.as_ref()) };
    let today = NOW.to_utc().date_naive();
    let viewer = Viewer::without_account(Uuid::from_u128(1), vec![Role::Finance], today);
    let lifetime = Duration::from_secs(600);
    let sound = token::sign(&key, &viewer, NOW, lifetime).expect("a token").text;
    move |draw| {
        let asked = changed(&sound, draw);
        // Whatever it is, these answer.
        let named = token::key_id(&asked);
        let _ = token::id_of(&asked);
        let late = Instant(NOW.0 + 3_600_000_000);
        assert!(token::read(&asked, &public, late).is_err(), "it has ended: {asked}");
        let read = token::read(&asked, &public, NOW);
        if let Ok(said) = &read {
            assert_eq!(asked, sound, "only what was signed is believed");
            assert_eq!(said.viewer.organisation, viewer.organisation);
            assert_eq!(named.as_deref(), Ok("k"));
        }
        read.is_ok()
    }
}

/// The token with another text, or with other claims or another header under the same signature.
fn changed(sound: &str, draw: &mut Draw) -> String {
    let part = draw.below(4);
    let mut parts: Vec<Vec<u8>> = sound.split('.').map(|part| part.as_bytes().to_vec()).collect();
    if part < 2 {
        let mut bytes = URL_SAFE_NO_PAD.decode(&parts[part]).expect("it was signed");
        spoil(&mut bytes, 2, draw);
        parts[part] = URL_SAFE_NO_PAD.encode(bytes).into_bytes();
        return String::from_utf8_lossy(&parts.join(&b'.')).into_owned();
    }
    let mut whole = parts.join(&b'.');
    spoil(&mut whole, 2, draw);
    String::from_utf8_lossy(&whole).into_owned()
}
