//! One text for both engines: the words that differ are written `{like_this}`.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

/// Runs `sql`, with the engine's own words for identifiers, bytes and long integers.
pub async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let words: [(&str, &str); 4] = match manager.get_database_backend() {
        DatabaseBackend::Postgres => {
            [("{uuid}", "uuid"), ("{bytes}", "bytea"), ("{bigint}", "bigint"), ("{json}", "jsonb")]
        }
        _ => [("{uuid}", "blob"), ("{bytes}", "blob"), ("{bigint}", "bigint"), ("{json}", "text")],
    };
    let sql = words.iter().fold(sql.to_owned(), |sql, (word, own)| sql.replace(word, own));
    manager.get_connection().execute_unprepared(&sql).await.map(drop)
}

/// Makes the database refuse every update and delete of `tables`.
pub async fn append_only(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        let sql = match manager.get_database_backend() {
            DatabaseBackend::Postgres => format!(
                "create trigger {table}_append_only before update or delete or truncate on {table}
                   for each statement execute function refuse_change();"
            ),
            _ => format!(
                "create trigger {table}_no_update before update on {table}
                   begin select raise(abort, '{table} is append-only'); end;
                 create trigger {table}_no_delete before delete on {table}
                   begin select raise(abort, '{table} is append-only'); end;"
            ),
        };
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Has PostgreSQL keep a column of bytes as it is written: to compress it would cost more than it
/// saves where rows live for a day.
pub async fn stored_plain(
    manager: &SchemaManager<'_>,
    table: &str,
    column: &str,
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    run(manager, &format!("alter table {table} alter column {column} set storage external;")).await
}

/// The sentence with which PostgreSQL refuses to change what is append-only.
pub async fn refuse_change(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    run(
        manager,
        "create function refuse_change() returns trigger language plpgsql as
         $$ begin raise exception '% is append-only', tg_table_name; end $$;",
    )
    .await
}
