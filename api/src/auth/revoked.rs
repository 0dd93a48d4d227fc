//! Access tokens of no session that the operator took back.

use entities::{revoked_token, value::Instant};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::token::{LEEWAY, LONGEST_LIFETIME};
use crate::service::audit::{self, Act, By};
use crate::{
    database::{Database, Writing},
    service::Stopped,
};

/// True when the token with this identity is not accepted any more.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "asked before there is a viewer")]
pub async fn is_revoked(connection: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    Ok(revoked_token::Entity::find_by_id(id).one(connection).await?.is_some())
}

/// Takes back the token with this identity; twice is once.
///
/// # Errors
/// When the database fails.
pub async fn revoke(database: &Database, id: Uuid) -> Result<(), Stopped> {
    database.write(false, |tx| async move { Ok(revoke_in(&tx, id).await?) }).await
}

/// Only the identity is known, and no token lasts longer than the longest: until then it is kept.
async fn revoke_in(tx: &Writing, id: Uuid) -> Result<(), DbErr> {
    revoked_token::Entity::delete_many()
        .filter(revoked_token::Column::ExpiresAt.lt(tx.now()))
        .exec(&**tx)
        .await?;
    let longest = i64::try_from((LONGEST_LIFETIME + LEEWAY).as_micros()).unwrap_or(i64::MAX);
    let row = revoked_token::ActiveModel {
        jti: Set(id),
        expires_at: Set(Instant(tx.now().0.saturating_add(longest))),
    };
    let once = OnConflict::column(revoked_token::Column::Jti).do_nothing().to_owned();
    let inserted =
        revoked_token::Entity::insert(row).on_conflict(once).exec_without_returning(&**tx).await;
    match inserted {
        Err(DbErr::RecordNotInserted) | Ok(_) => {}
        Err(fault) => return Err(fault),
    }
    audit::record(tx, By::OPERATOR, Act::new("revokeToken", "Token", id)).await
}
