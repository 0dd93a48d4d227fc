use std::collections::BTreeSet;

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DatabaseBackend, Statement},
};

use crate::Migrator;

/// How the stored shape stands to the one that this program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum History {
    /// There is nothing yet.
    Empty,
    /// So many changes are still to be made.
    Behind(usize),
    /// They are the same.
    Current,
    /// A newer program has made this change.
    Newer(String),
    /// It holds the tables of another program.
    Foreign,
}

/// How the shape of a database stands to this program's. Writes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn history<'c>(
    connection: impl IntoSchemaManagerConnection<'c>,
) -> Result<History, DbErr> {
    let manager = SchemaManager::new(connection);
    let own = Migrator::migration_table_name();
    if !manager.has_table(own.to_string()).await? {
        let foreign = has_tables(&manager).await?;
        return Ok(if foreign { History::Foreign } else { History::Empty });
    }
    let select = Query::select().column(Alias::new("version")).from(own).take();
    let rows = manager.get_connection().query_all(&select).await?;
    let made: BTreeSet<String> =
        rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?;
    let known: BTreeSet<String> =
        Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    if let Some(newer) = made.difference(&known).next() {
        return Ok(History::Newer(newer.clone()));
    }
    Ok(match known.difference(&made).count() {
        0 => History::Current,
        _ if made.is_empty() => History::Empty,
        missing => History::Behind(missing),
    })
}

/// A file belongs to one program. A PostgreSQL schema may be shared, and its owner decides.
async fn has_tables(manager: &SchemaManager<'_>) -> Result<bool, DbErr> {
    if manager.get_database_backend() != DatabaseBackend::Sqlite {
        return Ok(false);
    }
    let any = "select 1 as found from sqlite_master where type = 'table' limit 1";
    let statement = Statement::from_string(DatabaseBackend::Sqlite, any);
    Ok(manager.get_connection().query_one_raw(statement).await?.is_some())
}
