use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use entities::value::Instant;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use reqwest::{Client, StatusCode, Url, header::ACCEPT, redirect::Policy};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::NotIssuers;

/// How long what was read is believed without asking again.
const BELIEVED_FOR: Duration = Duration::from_secs(10 * 60);
/// How often the issuer is asked at most, whatever tokens name and whether it answers: anybody may
/// name a key.
const ASKED_EVERY: Duration = Duration::from_secs(30);
/// How long keys go on while the issuer does not answer.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// How long the issuer may take to answer in all.
const PATIENCE: Duration = Duration::from_secs(4);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 256 * 1024;
/// The most keys of one issuer.
const MOST_KEYS: usize = 64;

/// The keys that an issuer publishes, as they were lately.
#[derive(Debug)]
pub(super) struct PublishedKeys {
    url: Url,
    client: Client,
    held: RwLock<Arc<Held>>,
    /// When the issuer was asked last; held while it is asked.
    asked_at: Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Held {
    read_at: Option<Instant>,
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Key {
    id: String,
    jwk: Jwk,
    key: DecodingKey,
}

/// The issuer's keys are not known, and it does not answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Silent;

/// Why keys could not be read.
#[derive(Debug, thiserror::Error)]
enum CannotRead {
    #[error("no answer: {0}")]
    NoAnswer(#[from] reqwest::Error),
    #[error("the answer is {0}")]
    Status(StatusCode),
    #[error("the answer is larger than {LARGEST} bytes")]
    TooLarge,
    #[error("the answer is no set of keys")]
    NoKeys(#[from] serde_json::Error),
}

impl PublishedKeys {
    /// None are known yet. Redirections are not followed, and what is on this machine is not asked
    /// for through a proxy.
    pub fn new(url: Url) -> Result<Self, NotIssuers> {
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE);
        let client = if url.scheme() == "http" { client.no_proxy() } else { client };
        let client = client.build()?;
        Ok(Self { url, client, held: RwLock::default(), asked_at: Mutex::default() })
    }

    /// The key that `id` names and that signs with `algorithm`; none when the issuer publishes no
    /// such key, as far as it could be asked.
    pub async fn verifying(
        &self,
        id: &str,
        algorithm: Algorithm,
        now: Instant,
    ) -> Result<Option<DecodingKey>, Silent> {
        let mut held = self.held();
        let is_known = held.key(id).is_some();
        if !is_known || !held.was_read_within(BELIEVED_FOR, now) {
            held = self.ask(is_known, now).await;
        }
        if !held.was_read_within(KEPT_FOR, now) {
            return Err(Silent);
        }
        let key = held.key(id).filter(|key| signs_with(&key.jwk, algorithm));
        Ok(key.map(|key| key.key.clone()))
    }

    /// Asks the issuer, unless it was asked lately. Whoever has a key already does not wait for
    /// somebody else's asking.
    async fn ask(&self, is_known: bool, now: Instant) -> Arc<Held> {
        let turn = if is_known { self.asked_at.try_lock().ok() } else { None };
        let mut asked_at = match turn {
            Some(turn) => turn,
            None if is_known => return self.held(),
            None => self.asked_at.lock().await,
        };
        if asked_at.is_some_and(|at| is_within(at, ASKED_EVERY, now)) {
            return self.held();
        }
        *asked_at = Some(now);
        match self.fetch().await {
            Ok(keys) => {
                let fresh = Arc::new(Held { read_at: Some(now), keys });
                *self.held.write().unwrap_or_else(PoisonError::into_inner) = fresh;
            }
            Err(why) => {
                tracing::warn!(url = %self.url, %why, "an issuer's keys could not be read");
            }
        }
        self.held()
    }

    async fn fetch(&self) -> Result<Vec<Key>, CannotRead> {
        let asked = self.client.get(self.url.clone());
        let asked = asked.header(ACCEPT, "application/jwk-set+json, application/json");
        let mut answer = asked.send().await?;
        if answer.status() != StatusCode::OK {
            return Err(CannotRead::Status(answer.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > LARGEST {
                return Err(CannotRead::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(read(&body)?)
    }

    fn held(&self) -> Arc<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Held {
    fn key(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    fn was_read_within(&self, time: Duration, now: Instant) -> bool {
        self.read_at.is_some_and(|at| is_within(at, time, now))
    }
}

fn is_within(at: Instant, time: Duration, now: Instant) -> bool {
    u128::from(now.0.abs_diff(at.0)) < time.as_micros()
}

/// The keys of a set that verify signatures. One that this program does not know, or that is for
/// something else, is no reason to do without the others.
fn read(body: &[u8]) -> Result<Vec<Key>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }
    let set: Set = serde_json::from_slice(body)?;
    let mut keys: Vec<Key> = Vec::new();
    for key in set.keys.into_iter().filter_map(verifying) {
        if keys.len() < MOST_KEYS && keys.iter().all(|other| other.id != key.id) {
            keys.push(key);
        }
    }
    Ok(keys)
}

fn verifying(written: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(written).ok()?;
    let common = &jwk.common;
    let is_for_signatures = common
        .public_key_use
        .as_ref()
        .is_none_or(|it| *it == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|they| they.contains(&KeyOperations::Verify));
    // A secret that is published is no secret.
    let is_public =
        !matches!(jwk.algorithm, AlgorithmParameters::OctetKey(_) | AlgorithmParameters::Other(_));
    let id = common.key_id.clone().filter(|_| is_for_signatures && is_public)?;
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key { id, jwk, key })
}

/// Whether a key is of the kind that an algorithm needs, and for no other where it says so.
fn signs_with(jwk: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let is_of_its_kind = match (&jwk.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), RS256 | RS384 | RS512 | PS256 | PS384 | PS512) => true,
        (AlgorithmParameters::EllipticCurve(key), ES256) => key.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(key), ES384) => key.curve == EllipticCurve::P384,
        (AlgorithmParameters::OctetKeyPair(key), EdDSA) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    let said = jwk.common.key_algorithm;
    is_of_its_kind && said.is_none_or(|said| said == KeyAlgorithm::from(algorithm))
}
