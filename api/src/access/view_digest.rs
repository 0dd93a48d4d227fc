//! What a view is made of, as one short text: two that are the same see the same rows and fields.

use aws_lc_rs::digest::{SHA256, digest};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};

use super::contract_interest::shutting_out;
use crate::auth::Viewer;

/// What a window opens, as one text, in which identities are written by `id`.
fn window(id: impl Fn(&str) -> String) -> String {
    let (root, scheme) = (id("root_id"), id("scheme_id"));
    format!(
        "{root} || ' ' || relation || ' ' || coalesce({scheme}, '-') || ' ' || \
         coalesce(cast(position as text), '-') || ' ' || cast(acts as text) || \
         cast(is_live as text) || ' ' || cast(covers_from as text) || ' ' || \
         cast(covers_to as text)"
    )
}

/// The digest of what the viewer sees by today: its windows that can be used, the interests that shut
/// it out, its roles and scopes, and the team that it acts as with its limits.
///
/// # Errors
/// A fault of the database.
pub async fn of(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<String, DbErr> {
    let mut roles = viewer.roles.clone();
    roles.sort_unstable();
    let windows = match connection.get_database_backend() {
        DatabaseBackend::Postgres => summed(connection, viewer).await?,
        _ => listed(connection, viewer).await?,
    };
    let interests = shutting_out(connection, viewer).await?;
    let Viewer { account, organisation, scopes, team, .. } = viewer;
    let view =
        format!("{organisation} {account:?} {roles:?} {scopes:?} {team:?} {interests:?} {windows}");
    Ok(hex(&view))
}

/// The windows of a holder may be many: PostgreSQL adds up what they hash to, whatever their order.
async fn summed(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<String, DbErr> {
    let window = window(|column| format!("{column}::text"));
    let sum = format!(
        "select count(*)::text || ' ' || coalesce(sum(hashtextextended({window}, 0)), 0)::text \
         as windows from access_window \
         where holder_id = $1 and usable_from <= $2 and usable_to >= $2"
    );
    let sum = Statement::from_sql_and_values(
        DatabaseBackend::Postgres,
        sum,
        [viewer.holder().into(), viewer.today.into()],
    );
    let row = connection.query_one_raw(sum).await?;
    row.map_or_else(|| Ok(String::new()), |row| row.try_get("", "windows"))
}

async fn listed(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<String, DbErr> {
    let window = window(|column| format!("hex({column})"));
    let list = format!(
        "select {window} as opened from access_window \
         where holder_id = $1 and usable_from <= $2 and usable_to >= $2 order by 1"
    );
    let values = [viewer.holder().into(), viewer.today.into()];
    let list = Statement::from_sql_and_values(DatabaseBackend::Sqlite, list, values);
    let mut all = String::new();
    for row in connection.query_all_raw(list).await? {
        all.push_str(&row.try_get::<String>("", "opened")?);
        all.push('\n');
    }
    Ok(hex(&all))
}

fn hex(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
