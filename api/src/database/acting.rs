//! Who acts in a transaction, told to PostgreSQL's row-level security.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement};
use uuid::Uuid;

use super::{Database, Writing, shape::TOGETHER};
use crate::auth::Viewer;

/// Who acts, as the policies of the tables know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    holder: Uuid,
    organisation: Uuid,
    account: Option<Uuid>,
    today: NaiveDate,
}

impl Database {
    /// The same database, in whose transactions `viewer` acts. On PostgreSQL a transaction of
    /// nobody sees no row of any organisation.
    #[must_use]
    pub fn acting_for(&self, viewer: &Viewer) -> Self {
        Self { acting: Some(Acting::of(viewer)), ..self.clone() }
    }
}

impl Writing {
    /// Says that `viewer` acts in the statements that follow: what is done with the authority of
    /// another than the caller is done in its rows. Whoever takes a part of the transaction back
    /// ([`Writing::attempt`]) takes this back with it.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn act_for(&self, viewer: &Viewer) -> Result<(), DbErr> {
        begin(&**self, Some(Acting::of(viewer))).await
    }
}

impl Acting {
    fn of(viewer: &Viewer) -> Self {
        Self {
            holder: viewer.holder(),
            // Nothing that is an organisation's own is in the preview of its view.
            organisation: viewer.preview.as_ref().map_or(viewer.organisation, |_| Uuid::nil()),
            account: viewer.account,
            today: viewer.today,
        }
    }
}

/// Says who acts until the transaction ends, in one statement; a session never remembers it.
pub(super) async fn begin(
    transaction: &impl ConnectionTrait,
    acting: Option<Acting>,
) -> Result<(), DbErr> {
    let engine = transaction.get_database_backend();
    let Some(acting) = acting.filter(|_| engine == DatabaseBackend::Postgres) else {
        return Ok(());
    };
    let settings = format!(
        "select set_config('tributary.holder', $1, true), \
         set_config('tributary.organisation', $2, true), \
         set_config('tributary.account', $3, true), \
         set_config('tributary.today', $4, true), {TOGETHER}"
    );
    let account = acting.account.map(|account| account.to_string()).unwrap_or_default();
    let values = [
        acting.holder.to_string().into(),
        acting.organisation.to_string().into(),
        account.into(),
        acting.today.to_string().into(),
    ];
    transaction.query_one_raw(Statement::from_sql_and_values(engine, settings, values)).await?;
    Ok(())
}
