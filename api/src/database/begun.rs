use sea_orm::{
    DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, TransactionOptions,
    TransactionTrait,
};
use tracing::Instrument;

/// A transaction; on PostgreSQL begun to the end in a task of its own, whoever gives up waiting for it
/// meanwhile. Its driver counts a transaction once BEGIN is answered: what was broken off before would
/// stay begun on a connection that somebody else is given, who reads and writes in it. SQLite's driver
/// takes back what nobody waits for.
pub(super) async fn begun(
    connection: &DatabaseConnection,
    options: TransactionOptions,
) -> Result<DatabaseTransaction, DbErr> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return connection.begin_with_options(options).await;
    }
    let connection = connection.clone();
    let beginning = async move { connection.begin_with_options(options).await };
    let begun = tokio::spawn(beginning.in_current_span()).await;
    begun.unwrap_or_else(|why| Err(DbErr::Custom(why.to_string())))
}
