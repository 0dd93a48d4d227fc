//! The demonstration set, and those as whom anybody may look at it.

use entities::membership::Role;

use crate::{database::Database, service::Stopped};

/// Somebody as whom a demonstration may be viewed.
pub struct Identity {
    /// A code of the organisation.
    pub code: &'static str,
    /// The role held in it.
    pub role: Role,
    /// What makes its view different.
    pub description: &'static str,
}

/// As whom a demonstration may be viewed.
pub const IDENTITIES: &[Identity] =
    &[Identity { code: "QHM", role: Role::Finance, description: "An integrated care board" }];

/// Loads the demonstration set into a database that has none. Called once, before serving.
///
/// # Errors
/// When the database fails.
pub async fn load(_: &Database) -> Result<(), Stopped> {
    Ok(())
}
