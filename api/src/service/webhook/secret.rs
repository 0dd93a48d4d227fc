//! What signs messages, by the scheme of Standard Webhooks. No secret is stored: each is made from the
//! installation's own and a salt that is drawn for it.

use std::fmt;

use aws_lc_rs::{hmac, rand};
use base64::{Engine, engine::general_purpose::STANDARD};
use entities::{value::Instant, webhook};
use sea_orm::DbErr;
use uuid::Uuid;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// What is signed here, apart from whatever else the installation's secret signs.
const PURPOSE: &[u8] = b"secret of a webhook\0";
const SALT_BYTES: usize = 32;

/// From what the secrets of webhooks are made.
#[derive(Clone)]
pub struct Secrets(hmac::Key);

/// A secret that signs.
pub struct Secret([u8; 32]);

impl Secrets {
    /// Made from the installation's own secret.
    #[must_use]
    pub fn new(installation: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, installation))
    }

    /// The secret of a webhook that has this salt.
    #[must_use]
    pub fn of(&self, webhook: Uuid, salt: &[u8]) -> Secret {
        let mut made = hmac::Context::with_key(&self.0);
        made.update(PURPOSE);
        made.update(webhook.as_bytes());
        made.update(salt);
        let mut secret = [0; 32];
        secret.copy_from_slice(made.sign().as_ref());
        Secret(secret)
    }

    /// The header that proves a message to be from here: by its secret, and by the one before for as
    /// long as that signs too.
    #[must_use]
    pub fn signatures(
        &self,
        webhook: &webhook::Model,
        signed: &Signed<'_>,
        now: Instant,
    ) -> String {
        let is_good = webhook.previous_signs_until_at.is_some_and(|until| now < until);
        let previous = webhook.previous_salt.as_ref().filter(|_| is_good);
        let salts = [Some(&webhook.secret_salt), previous];
        let each = salts.into_iter().flatten().map(|salt| self.of(webhook.id, salt).sign(signed));
        each.collect::<Vec<_>>().join(" ")
    }
}

/// What is signed of a message.
pub struct Signed<'a> {
    /// Its identity.
    pub id: &'a str,
    /// When it is sent, in seconds since 1970 UTC.
    pub timestamp: i64,
    /// Its body.
    pub body: &'a str,
}

impl Secret {
    /// As it is told to whoever verifies.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }

    fn sign(&self, signed: &Signed<'_>) -> String {
        signature(&self.0, signed)
    }
}

fn signature(secret: &[u8], Signed { id, timestamp, body }: &Signed<'_>) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// Draws a salt.
pub(super) fn new_salt() -> Result<Vec<u8>, DbErr> {
    let mut salt = vec![0; SALT_BYTES];
    rand::fill(&mut salt)
        .map_err(|_| DbErr::Custom("the machine has no randomness for a secret".to_owned()))?;
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_standard_webhooks_writes_it() {
        // The example of the specification's libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = Signed { id, timestamp: 1_614_265_330, body: r#"{"test": 2432232314}"# };
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature(&secret, &signed), expected);
    }

    #[test]
    fn secrets_differ_by_installation_webhook_and_salt_and_are_never_printed() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let secrets = Secrets::new(&[7; 32]);
        let first = secrets.of(one, b"a").text();
        assert_eq!(first, secrets.of(one, b"a").text());
        let differing =
            [secrets.of(other, b"a"), secrets.of(one, b"b"), Secrets::new(&[8; 32]).of(one, b"a")];
        assert!(differing.iter().all(|secret| secret.text() != first));
        let bytes = STANDARD.decode(first.strip_prefix(PREFIX).unwrap()).unwrap();
        assert!((24..=64).contains(&bytes.len()));
        assert_eq!(format!("{:?} {secrets:?}", secrets.of(one, b"a")), "Secret Secrets");
    }
}
