use std::collections::HashMap;

use entities::{organisation, refresh_token, session, value::Instant};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, RelationDef, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{REFRESH_LIFETIME, own_session};
use crate::service::audit::{self, Act, By};
use crate::{
    auth::Viewer,
    database::{Cut, Database, Keyset, PageRequest, Writing},
    service::{Refusal, Stopped},
};

/// A session of the viewer's own that has not ended.
#[derive(Clone, Debug)]
pub struct Own {
    /// The session.
    pub row: session::Model,
    /// The organisation acted as.
    pub acting_as: organisation::Model,
    /// When it was begun or last refreshed.
    pub last_used_at: Instant,
}

/// A page of the viewer's own sessions that have not ended, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    now: Instant,
    page: &PageRequest,
) -> Result<(Cut<Own>, u64), DbErr> {
    let total = live(viewer, now).count(connection).await?;
    let order = Keyset::new().descending((session::Entity, session::Column::Id));
    let to_organisation: RelationDef = session::Entity::belongs_to(organisation::Entity)
        .from(session::Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    let select = live(viewer, now)
        .join(JoinType::InnerJoin, to_organisation)
        .select_also(organisation::Entity);
    let rows = order.page(select, page).all(connection).await?;
    let ids: Vec<Uuid> = rows.iter().map(|(row, _)| row.id).collect();
    let given = latest_refresh(connection, &ids).await?;
    let own = |(row, at): (session::Model, Option<organisation::Model>)| {
        let ends = given.get(&row.id).map_or(row.started_at.0, |ends| ends.0);
        let lifetime = i64::try_from(REFRESH_LIFETIME.as_micros()).unwrap_or(i64::MAX);
        let last_used_at = Instant(ends.saturating_sub(lifetime).max(row.started_at.0));
        Some(Own { acting_as: at?, last_used_at, row })
    };
    Ok((page.cut(rows.into_iter().filter_map(own).collect()), total))
}

/// Those that go on: not ended, and with a refresh token that is still to be used.
#[expect(clippy::disallowed_methods, reason = "a person's own sessions")]
fn live(viewer: &Viewer, now: Instant) -> Select<session::Entity> {
    let refreshable = refresh_token::Entity::find()
        .select_only()
        .column(refresh_token::Column::SessionId)
        .filter(refresh_token::Column::UsedAt.is_null())
        .filter(refresh_token::Column::ExpiresAt.gt(now));
    session::Entity::find()
        .filter(session::Column::AccountId.eq(viewer.account))
        .filter(session::Column::EndedAt.is_null())
        .filter(session::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(refreshable)))
}

/// When the latest refresh token of each session ends.
#[expect(clippy::disallowed_methods, reason = "of a person's own sessions")]
async fn latest_refresh(
    connection: &impl ConnectionTrait,
    sessions: &[Uuid],
) -> Result<HashMap<Uuid, Instant>, DbErr> {
    let rows: Vec<(Uuid, Instant)> = refresh_token::Entity::find()
        .select_only()
        .column(refresh_token::Column::SessionId)
        .column_as(refresh_token::Column::ExpiresAt.max(), "latest")
        .filter(refresh_token::Column::SessionId.is_in(sessions.iter().copied()))
        .group_by(refresh_token::Column::SessionId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Ends one of the viewer's own sessions.
///
/// # Errors
/// `NOT_ALLOWED` for a token without a session; `NOT_FOUND` for the session, also when it has ended.
pub async fn end_own(database: &Database, viewer: &Viewer, id: Uuid) -> Result<(), Stopped> {
    let (account, _) = own_session(viewer)?;
    database.write(false, |tx| async move { end_own_in(&tx, (viewer, account), id).await }).await
}

async fn end_own_in(
    tx: &Writing,
    (viewer, account): (&Viewer, Uuid),
    id: Uuid,
) -> Result<(), Stopped> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(tx.now()))
        .filter(session::Column::Id.eq(id))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::EndedAt.is_null())
        .exec(&**tx)
        .await?;
    if ended.rows_affected == 0 {
        return Err(Refusal::not_found("session", "session").into());
    }
    Ok(audit::record(tx, By::oneself(viewer), Act::new("endSession", "Session", id)).await?)
}

/// Ends every session of the viewer, this one too.
///
/// # Errors
/// `NOT_ALLOWED` for a token without a session.
pub async fn end_all(database: &Database, viewer: &Viewer) -> Result<(), Stopped> {
    let (account, _) = own_session(viewer)?;
    database
        .write(false, |tx| async move {
            end_all_of(&tx, account).await?;
            let act = Act::new("endAllSessions", "Account", account);
            Ok(audit::record(&tx, By::oneself(viewer), act).await?)
        })
        .await
}

/// Ends every session of `account`.
///
/// # Errors
/// When the database fails.
pub async fn end_all_of(tx: &Writing, account: Uuid) -> Result<(), DbErr> {
    end_others(tx, account, Uuid::nil()).await
}

/// Ends every session of `account` but `this`.
///
/// # Errors
/// When the database fails.
pub async fn end_others(tx: &Writing, account: Uuid, this: Uuid) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(tx.now()))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::Id.ne(this))
        .filter(session::Column::EndedAt.is_null())
        .exec(&**tx)
        .await
        .map(drop)
}
