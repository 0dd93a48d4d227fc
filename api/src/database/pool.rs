use sea_orm::{DatabaseBackend, DatabaseConnection};

use super::Database;

/// How busy a pool of connections is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What its connections do: `read`, `write`, or both where the engine does not tell.
    pub name: &'static str,
    /// Connections that somebody holds.
    pub in_use: u32,
    /// Connections that are open and wait for somebody.
    pub idle: u32,
}

impl Database {
    /// How busy its connections are.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        match self.engine() {
            DatabaseBackend::Sqlite => {
                vec![busy("read", &self.reader), busy("write", &self.writer)]
            }
            _ => vec![busy("read-write", &self.writer)],
        }
    }
}

fn busy(name: &'static str, connection: &DatabaseConnection) -> Pool {
    let (open, idle) = match connection.get_database_backend() {
        DatabaseBackend::Sqlite => {
            let pool = connection.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
        _ => {
            let pool = connection.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        }
    };
    let idle = u32::try_from(idle).unwrap_or(u32::MAX);
    Pool { name, in_use: open.saturating_sub(idle), idle }
}
