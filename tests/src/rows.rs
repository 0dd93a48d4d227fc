//! Everything that is in a database, whatever the program knows of it.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::World;

/// The rows of every table, as one text each: equal when nothing was written in between.
///
/// # Panics
/// When the database does not answer.
pub async fn all_rows(world: &World) -> BTreeMap<String, String> {
    let tables = match world.database.for_migration().get_database_backend() {
        DatabaseBackend::Postgres => {
            "select tablename::text as it from pg_tables where schemaname = current_schema()"
        }
        _ => "select name as it from sqlite_master where type = 'table'",
    };
    let mut found = BTreeMap::new();
    for table in texts(world, tables).await {
        let rows = texts(world, &rows_of(world, &table).await).await.join("\n");
        found.insert(table, rows);
    }
    assert!(found.len() > 50, "these are not all tables: {:?}", found.keys());
    found
}

/// A statement that answers each row of a table as a text, in an order of its own.
async fn rows_of(world: &World, table: &str) -> String {
    if world.database.for_migration().get_database_backend() == DatabaseBackend::Postgres {
        return format!("select it::text as it from \"{table}\" as it order by 1");
    }
    let columns =
        format!("select 'quote(\"' || name || '\")' as it from pragma_table_info('{table}')");
    let columns = texts(world, &columns).await.join(" || ',' || ");
    format!("select {columns} as it from \"{table}\" order by 1")
}

async fn texts(world: &World, sql: &str) -> Vec<String> {
    let connection = world.database.for_migration();
    let statement = Statement::from_string(connection.get_database_backend(), sql.to_owned());
    let rows = connection.query_all_raw(statement).await.expect(sql);
    rows.iter().map(|row| row.try_get("", "it").expect("a text")).collect()
}
