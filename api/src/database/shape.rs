//! Who changes the shape of a PostgreSQL database waits until nobody acts in it, and whoever begins to
//! act waits meanwhile. Otherwise each could hold a table that the other waits for, and PostgreSQL
//! would break off the one or the other.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};

use super::Writing;

/// Taken by every transaction in which somebody acts, together with others; an arbitrary number.
pub(super) const TOGETHER: &str = "pg_advisory_xact_lock_shared(7482190366)";
/// Taken by whoever changes the shape, alone, or not at all when others act for too long: they would
/// all wait. Shorter than the second after which PostgreSQL looks for those who wait in a circle.
const ALONE: &str = "set local lock_timeout = '700ms'; select pg_advisory_xact_lock(7482190366)";

impl Writing {
    /// Waits until nobody acts in the database, and keeps others waiting until the transaction ends.
    /// Whoever acts for longer makes this, and every lock that is waited for later, a fault
    /// ([`gave_way`]). SQLite lets one write at a time anyway.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn alone(&self) -> Result<(), DbErr> {
        if self.get_database_backend() == DatabaseBackend::Postgres {
            self.execute_unprepared(ALONE).await?;
        }
        Ok(())
    }
}

/// True when `fault` says that a lock was not to be had in time: what was done is taken back, and
/// may be tried again.
#[must_use]
pub fn gave_way(fault: &DbErr) -> bool {
    fault.to_string().contains("canceling statement due to lock timeout")
}
