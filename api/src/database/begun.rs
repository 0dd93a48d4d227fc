use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, TransactionOptions, TransactionTrait,
};
use tracing::Instrument;

/// A transaction, begun to the end in a task of its own, whoever gives up waiting for it meanwhile. The
/// driver counts a transaction once BEGIN is answered: what was broken off before would stay begun on a
/// connection that somebody else is given, who reads and writes in it.
pub(super) async fn begun(
    connection: &DatabaseConnection,
    options: TransactionOptions,
) -> Result<DatabaseTransaction, DbErr> {
    let connection = connection.clone();
    let beginning = async move { connection.begin_with_options(options).await };
    let begun = tokio::spawn(beginning.in_current_span()).await;
    begun.unwrap_or_else(|why| Err(DbErr::Custom(why.to_string())))
}
