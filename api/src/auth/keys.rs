//! The key pairs that sign access tokens (Ed25519). The newest that is not retired signs; a
//! retired one is published and trusted until the last token that it signed has ended.

use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::{signing_key, value::Instant};
use jsonwebtoken::{DecodingKey, EncodingKey};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde::Serialize;
use tokio::time;
use uuid::Uuid;

use super::token::{LEEWAY, LONGEST_LIFETIME};
use crate::{
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act, By},
    },
};

/// How long what was read is believed: another process may retire a key meanwhile.
const BELIEVED_FOR: Duration = Duration::from_secs(60);
/// How often an unknown key id, or somebody who asks for the published keys, makes them be read
/// again: anybody may.
const SEARCHED_EVERY: Duration = Duration::from_secs(1);

/// The keys of this database, as they were lately.
pub struct Keys {
    database: Database,
    held: RwLock<Arc<Held>>,
}

struct Held {
    read_at: time::Instant,
    keys: Vec<signing_key::Model>,
}

/// The key that signs.
pub struct SigningKey {
    /// Its id, as tokens name it.
    pub id: String,
    /// Its private half.
    pub private: EncodingKey,
}

/// Why nothing can be signed.
#[derive(Debug, thiserror::Error)]
pub enum CannotSign {
    /// There is no key.
    #[error("the database has no signing key: run `tributary key rotate`")]
    NoKey,
    /// The key is damaged.
    #[error("the signing key cannot be used: {0}")]
    Damaged(#[from] jsonwebtoken::errors::Error),
    /// The machine has no randomness.
    #[error("the machine has no randomness for a token")]
    NoRandomness,
    /// The database failed.
    #[error("the signing key cannot be read: {0}")]
    Unreadable(#[from] DbErr),
}

impl From<CannotSign> for Stopped {
    fn from(why: CannotSign) -> Self {
        match why {
            CannotSign::Unreadable(fault) => Self::Fault(fault),
            other => Self::Fault(DbErr::Custom(other.to_string())),
        }
    }
}

/// A public key, as RFC 8037 writes it.
#[derive(Clone, Debug, Serialize)]
pub struct PublicKey {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    kid: String,
    x: String,
}

/// The published document of public keys (RFC 7517).
#[derive(Clone, Debug, Serialize)]
pub struct PublicKeys {
    keys: Vec<PublicKey>,
}

impl Keys {
    /// The keys of `database`.
    ///
    /// # Errors
    /// When they cannot be read, or none of them signs.
    pub async fn open(database: Database) -> Result<Self, CannotSign> {
        let held = RwLock::new(Arc::new(read(&database).await?));
        let keys = Self { database, held };
        keys.signing().await?;
        Ok(keys)
    }

    /// The key that signs now, whichever process made it.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub async fn signing(&self) -> Result<SigningKey, CannotSign> {
        signing(&self.database).await
    }

    /// The key that `id` names, as long as it is trusted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verifying(&self, id: &str) -> Result<Option<DecodingKey>, DbErr> {
        let mut held = self.held(BELIEVED_FOR).await?;
        if !held.keys.iter().any(|key| key.id == id) {
            held = self.held(SEARCHED_EVERY).await?;
        }
        let now = self.database.clock().now();
        let key = held.keys.iter().find(|key| key.id == id && is_trusted(key, now));
        Ok(key.and_then(|key| DecodingKey::from_ed_components(&x(key)).ok()))
    }

    /// The document for those who verify tokens themselves.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn published(&self) -> Result<PublicKeys, DbErr> {
        // A new key signs at once, so that it has to be found here at once.
        let held = self.held(SEARCHED_EVERY).await?;
        let now = self.database.clock().now();
        let trusted = held.keys.iter().filter(|key| is_trusted(key, now));
        let public = |key: &signing_key::Model| PublicKey {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            purpose: "sig",
            kid: key.id.clone(),
            x: x(key),
        };
        Ok(PublicKeys { keys: trusted.map(public).collect() })
    }

    async fn held(&self, at_most: Duration) -> Result<Arc<Held>, DbErr> {
        let held = self.held.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        if held.read_at.elapsed() < at_most {
            return Ok(held);
        }
        let fresh = Arc::new(read(&self.database).await?);
        *self.held.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = fresh.clone();
        Ok(fresh)
    }
}

/// The key that signs in `database`.
///
/// # Errors
/// When there is none, or it cannot be read.
#[expect(clippy::disallowed_methods, reason = "keys belong to the installation, not to a viewer")]
pub async fn signing(database: &Database) -> Result<SigningKey, CannotSign> {
    let key = signing_key::Entity::find()
        .filter(signing_key::Column::RetiredAt.is_null())
        .order_by_desc(signing_key::Column::CreatedAt)
        .order_by_desc(signing_key::Column::Id)
        .one(database.statement())
        .await?
        .ok_or(CannotSign::NoKey)?;
    Ok(SigningKey { id: key.id, private: EncodingKey::from_ed_der(&key.private_key) })
}

/// Makes a key pair, which signs from now on.
///
/// # Errors
/// When the database fails.
pub async fn create(writing: &Writing) -> Result<signing_key::Model, DbErr> {
    let pair = Ed25519KeyPair::generate().map_err(|_| no_key())?;
    let private = pair.to_pkcs8().map_err(|_| no_key())?;
    signing_key::ActiveModel {
        id: Set(writing.new_id().simple().to_string()),
        private_key: Set(private.as_ref().to_vec()),
        public_key: Set(pair.public_key().as_ref().to_vec()),
        created_at: Set(writing.now()),
        retired_at: Set(None),
    }
    .insert(&**writing)
    .await
}

/// Makes a key pair and retires all others: they sign no more, and are trusted until what they
/// signed has ended.
///
/// # Errors
/// When the database fails.
pub async fn rotate(database: &Database) -> Result<signing_key::Model, Stopped> {
    database
        .write(false, |tx| async move {
            signing_key::Entity::update_many()
                .col_expr(signing_key::Column::RetiredAt, Expr::value(tx.now()))
                .filter(signing_key::Column::RetiredAt.is_null())
                .exec(&*tx)
                .await?;
            let key = create(&tx).await?;
            let id = Uuid::parse_str(&key.id).unwrap_or_default();
            audit::record(&tx, By::OPERATOR, Act::new("rotateSigningKey", "SigningKey", id))
                .await?;
            Ok(key)
        })
        .await
}

#[expect(clippy::disallowed_methods, reason = "keys belong to the installation, not to a viewer")]
async fn read(database: &Database) -> Result<Held, DbErr> {
    let read_at = time::Instant::now();
    let keys = signing_key::Entity::find()
        .order_by_desc(signing_key::Column::CreatedAt)
        .all(database.statement())
        .await?;
    Ok(Held { read_at, keys })
}

fn is_trusted(key: &signing_key::Model, now: Instant) -> bool {
    let last_token = i64::try_from((LONGEST_LIFETIME + LEEWAY).as_micros()).unwrap_or(i64::MAX);
    key.retired_at.is_none_or(|retired_at| now.0 <= retired_at.0.saturating_add(last_token))
}

fn x(key: &signing_key::Model) -> String {
    URL_SAFE_NO_PAD.encode(&key.public_key)
}

fn no_key() -> DbErr {
    DbErr::Custom("the machine has no randomness for a key".to_owned())
}
