//! Switches for proofs, compiled out unless the feature `proofs` is on: the program's own scoping
//! taken away from one viewer, and leaks put in on purpose, to show that they are noticed.

use entities::partnership_agreement as agreement;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, PaginatorTrait};
use uuid::Uuid;

/// What can be switched on, for a viewer's holder or organisation or for a fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The program cuts no rows; masks stay as they are.
    ScopingOff,
    /// A leak: transactions of periods that were not released.
    Row,
    /// A leak: every column of what is seen.
    Column,
    /// A leak: the count of all agreements.
    Count,
    /// A leak: lists of funds in the order of names that are hidden.
    Order,
    /// A leak: the hidden name in a cursor.
    Cursor,
    /// A leak: an error that is another when what was named exists.
    ErrorText,
}

#[cfg(feature = "proofs")]
static ON: std::sync::RwLock<Vec<(Uuid, Switch)>> = std::sync::RwLock::new(Vec::new());

/// Switches something on for whoever or whatever goes by this identity.
#[cfg(feature = "proofs")]
pub fn on(whose: Uuid, switch: Switch) {
    ON.write().unwrap_or_else(std::sync::PoisonError::into_inner).push((whose, switch));
}

/// Switches it off again.
#[cfg(feature = "proofs")]
pub fn off(whose: Uuid, switch: Switch) {
    let mut on = ON.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    on.retain(|it| *it != (whose, switch));
}

#[cfg(feature = "proofs")]
pub(crate) fn is_on(whose: Uuid, switch: Switch) -> bool {
    let on = ON.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    on.contains(&(whose, switch))
}

#[cfg(not(feature = "proofs"))]
pub(crate) const fn is_on(_: Uuid, _: Switch) -> bool {
    false
}

/// How many agreements there are, whoever sees them.
#[expect(clippy::disallowed_methods, reason = "a leak on purpose")]
pub(crate) async fn every_agreement(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    agreement::Entity::find().count(connection).await
}

/// True when there is such a row, whoever sees it.
#[expect(clippy::disallowed_methods, reason = "a leak on purpose")]
pub(crate) async fn is_there(
    connection: &impl ConnectionTrait,
    scheme: Uuid,
) -> Result<bool, DbErr> {
    Ok(entities::scheme::Entity::find_by_id(scheme).one(connection).await?.is_some())
}
