//! As which role of PostgreSQL requests are answered: one that row-level security binds.

use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::database::Database;

/// Why requests are not answered as this role, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Row-level security does not bind it.
    #[error(
        "the server must not run as {0:?}, which {1}: row-level security would not bind it: \
         name the role tributary_server in TRIBUTARY_DATABASE_URL, and keep {0:?} for `migrate`"
    )]
    Unbound(String, &'static str),
    /// Row-level security binds it, where every row is to be looked at.
    #[error(
        "row-level security hides rows from this role, and `verify` looks at every row: \
         run it as the owner of the tables, with whose address `migrate` was run"
    )]
    Bound,
    /// The database failed.
    #[error("the database cannot be used: {0}")]
    Fault(#[from] DbErr),
}

/// Whether the role that opened a PostgreSQL database sees every row: the owner does.
///
/// # Errors
/// When row-level security binds it; a fault of the database.
pub async fn sees_every_row(database: &Database) -> Result<(), Unfit> {
    match check(database).await {
        Ok(()) => Err(Unfit::Bound),
        Err(Unfit::Unbound(..)) => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// Whether the role that opened a PostgreSQL database is bound by row-level security.
///
/// # Errors
/// When it is a superuser, may bypass row-level security or owns a table; a fault of the database.
pub async fn check(database: &Database) -> Result<(), Unfit> {
    let asked = "select current_user::text as name, r.rolsuper, r.rolbypassrls, exists (
                    select from pg_class c where c.relnamespace = current_schema()::regnamespace
                       and c.relkind in ('r', 'p')
                       and pg_has_role(current_user, c.relowner, 'member')
                 ) as owns,
                 pg_has_role(current_user, 'tributary_facts', 'member') as is_facts
                 from pg_roles r where r.rolname = current_user";
    let statement = Statement::from_string(database.engine(), asked);
    let row = database.statement().query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the current role".to_owned()))?;
    let name: String = row.try_get("", "name")?;
    let reasons = [
        ("rolsuper", "is a superuser"),
        ("rolbypassrls", "has BYPASSRLS"),
        ("owns", "owns the tables"),
        ("is_facts", "is a member of tributary_facts"),
    ];
    for (column, reason) in reasons {
        if row.try_get("", column)? {
            return Err(Unfit::Unbound(name, reason));
        }
    }
    Ok(())
}
