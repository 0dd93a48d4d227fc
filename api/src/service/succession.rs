//! Who takes over from a body that closed, and which of several may be named to do so (rule G5).

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{Code, Refusal, organisation};

/// Who took over from an organisation itself, the earliest first.
///
/// # Errors
/// A fault of the database.
pub async fn successors(
    connection: &impl ConnectionTrait,
    predecessor: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    let rows = organisation::successions(connection, &[predecessor]).await?;
    let of = rows.into_iter().filter(|row| row.predecessor_id == predecessor);
    Ok(of.map(|row| row.successor_id).collect())
}

/// Whether one of these successors may be named: only where there are several is there anything to
/// name.
///
/// # Errors
/// `INVALID_VALUE` when it is no successor, `ALREADY_DONE` when it is the only one.
pub fn is_nameable(successors: &[Uuid], successor: Uuid) -> Result<(), Refusal> {
    if !successors.contains(&successor) {
        let sentence = "this organisation is no successor of the one that closed";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("successor"));
    }
    if successors.len() == 1 {
        let sentence = "it is the only successor, and has taken over without being named";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("successor"));
    }
    Ok(())
}

/// That this successor was named before.
#[must_use]
pub fn named_before() -> Refusal {
    Refusal::new(Code::AlreadyDone, "this successor was named before").at("successor")
}
