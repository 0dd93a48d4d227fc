//! What the lines of the organisation files mean for the bodies that are known.

mod bodies;
mod coverage;
mod register;
mod successions;

pub use bodies::bodies;
pub use coverage::coverage;
pub use successions::successions;

use sea_orm::{ActiveModelTrait, ConnectionTrait, DatabaseBackend, EntityTrait};

use super::Stopped;
use crate::database::Writing;

/// How many rows go into one statement: the engines bound the number of its values.
const ROWS_A_STATEMENT: usize = 1_000;

/// Lets one importer of organisations in at a time: whether a code is known is looked at before it
/// is written. SQLite has one writer anyway.
async fn alone(tx: &Writing) -> Result<(), Stopped> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let sql = "lock table organisation_identifier in share row exclusive mode";
        tx.execute_unprepared(sql).await?;
    }
    Ok(())
}

pub(super) async fn insert_all<A>(tx: &Writing, rows: Vec<A>) -> Result<(), Stopped>
where
    A: ActiveModelTrait,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<A> = rows.by_ref().take(ROWS_A_STATEMENT).collect();
        A::Entity::insert_many(chunk).exec_without_returning(&**tx).await?;
    }
    Ok(())
}
