//! What a database is: whether it has the shape that this program knows, and what it was made for.

use std::time::Duration;

use aws_lc_rs::rand;
use entities::{installation, organisation, signing_key};
use migration::{History, Migrator, MigratorTrait, rls};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter,
};
use tokio::time;

use crate::{
    auth::keys::{self, CannotSign},
    database::{Database, Failure, Writing, gave_way},
};

/// How often the shape of a database is tried to be changed while others act in it, and how long is
/// waited in between, in which they do.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(300);

/// Why a database cannot be served, in one line.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// It is not set up.
    #[error("the database is not set up: run `tributary migrate`")]
    NotSetUp,
    /// An older program set it up.
    #[error("the database lacks {0} change(s) that this program needs: run `tributary migrate`")]
    Behind(usize),
    /// A newer program set it up.
    #[error(
        "the database is newer than this program, which does not know its change {0:?}: start a newer version of tributary"
    )]
    Newer(String),
    /// Another program set it up.
    #[error("the database holds the tables of another program: name another file")]
    Foreign,
    /// Nothing can be signed.
    #[error(transparent)]
    CannotSign(#[from] CannotSign),
    /// The database failed.
    #[error("the database cannot be used: {0}")]
    Fault(#[from] DbErr),
}

impl Failure for NotReady {
    fn fault(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) | Self::CannotSign(CannotSign::Unreadable(fault)) => Some(fault),
            _ => None,
        }
    }
}

/// What is to be done when something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// A database that is not set up yet becomes a demonstration.
    pub becomes_demonstration: bool,
    /// A database that was set up and lost its signing key gets a new one.
    pub signing_key_is_made: bool,
}

/// Brings the database to this program's shape, and sets it up when it is new: all of it or
/// nothing, and by one process at a time.
///
/// # Errors
/// When the database is newer, another program's, or fails.
pub async fn install(database: &Database, missing: Missing) -> Result<(), NotReady> {
    for _ in 1..TRIES {
        match install_once(database, missing).await {
            Err(NotReady::Fault(fault)) if gave_way(&fault) => time::sleep(PAUSE).await,
            ended => return ended,
        }
    }
    install_once(database, missing).await
}

async fn install_once(database: &Database, missing: Missing) -> Result<(), NotReady> {
    database.write(false, |tx| async move { install_in(&tx, missing).await }).await
}

async fn install_in(tx: &Writing, missing: Missing) -> Result<(), NotReady> {
    tx.alone().await?;
    tx.goes_unaudited("the installation comes before anybody acts, and before the trail");
    match migration::history(&**tx).await? {
        History::Newer(change) => return Err(NotReady::Newer(change)),
        History::Foreign => return Err(NotReady::Foreign),
        History::Empty | History::Behind(_) => Migrator::up(&**tx, None).await?,
        History::Current => {}
    }
    rls::apply(&**tx).await?;
    Ok(set_up(tx, missing).await?)
}

/// What the database was made for.
///
/// # Errors
/// When it does not have the shape that this program knows, or is not set up.
pub async fn read(database: &Database) -> Result<installation::Model, NotReady> {
    match migration::history(database.for_migration()).await? {
        History::Empty => Err(NotReady::NotSetUp),
        History::Behind(missing) => Err(NotReady::Behind(missing)),
        History::Newer(change) => Err(NotReady::Newer(change)),
        History::Foreign => Err(NotReady::Foreign),
        History::Current => row(database.statement()).await?.ok_or(NotReady::NotSetUp),
    }
}

/// Whether a database that is served can go on being served: it answers, and has everything that
/// this program knows. A newer version may have migrated it meanwhile.
///
/// # Errors
/// When it does not answer, was not set up, or lacks a change.
pub async fn can_be_served(database: &Database) -> Result<(), NotReady> {
    let connection = database.statement();
    match migration::history(connection).await? {
        History::Empty => Err(NotReady::NotSetUp),
        History::Behind(missing) => Err(NotReady::Behind(missing)),
        History::Foreign => Err(NotReady::Foreign),
        History::Current | History::Newer(_) => {
            row(connection).await?.map(drop).ok_or(NotReady::NotSetUp)
        }
    }
}

/// True when it holds an organisation.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "whether there is any, before anybody asks")]
pub async fn has_organisations(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(organisation::Entity::find().one(connection).await?.is_some())
}

#[expect(clippy::disallowed_methods, reason = "the installation belongs to no organisation")]
async fn row(connection: &impl ConnectionTrait) -> Result<Option<installation::Model>, DbErr> {
    installation::Entity::find_by_id(1).one(connection).await
}

async fn set_up(tx: &Writing, missing: Missing) -> Result<(), DbErr> {
    let is_new = row(&**tx).await?.is_none();
    if is_new {
        let mut cursor_secret = vec![0; 32];
        rand::fill(&mut cursor_secret)
            .map_err(|_| DbErr::Custom("the machine has no randomness".to_owned()))?;
        let row = installation::ActiveModel {
            id: Set(1),
            is_demonstration: Set(missing.becomes_demonstration),
            cursor_secret: Set(cursor_secret),
        };
        row.insert(&**tx).await?;
    }
    if (is_new || missing.signing_key_is_made) && !has_key(tx).await? {
        keys::create(tx).await?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "keys belong to no organisation")]
async fn has_key(tx: &Writing) -> Result<bool, DbErr> {
    let signing = signing_key::Entity::find().filter(signing_key::Column::RetiredAt.is_null());
    Ok(signing.one(&**tx).await?.is_some())
}
