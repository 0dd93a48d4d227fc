//! Everything that a database has, to be compared with what it has later.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};

use crate::{Answer, Engine, World};

/// All rows of all tables, as text, by table.
pub type Rows = BTreeMap<String, Vec<String>>;

impl World {
    /// All rows of all tables.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn rows(&self) -> Rows {
        let tables = match self.engine {
            Engine::Sqlite => "select name from sqlite_master where type = 'table'",
            Engine::Postgres => {
                "select tablename::text as name from pg_tables where schemaname = current_schema()"
            }
        };
        let mut rows = Rows::new();
        for table in self.texts(tables, "name").await {
            let sql = self.rows_of(&table).await;
            let mut of_table = self.texts(&sql, "said").await;
            of_table.sort();
            rows.insert(table, of_table);
        }
        assert!(rows.len() > 50, "the tables of the whole program: {:?}", rows.keys());
        rows
    }

    /// Waits for an answer that refuses, and expects that no row of any table was written, changed or
    /// deleted meanwhile.
    ///
    /// # Panics
    /// When one was, or nothing was refused.
    pub async fn writes_nothing(&self, told: &str, asking: impl Future<Output = Answer>) -> Answer {
        let before = self.rows().await;
        let answer = asking.await;
        assert!(!answer.problem().is_empty(), "{told}: {answer:#?}");
        let after = self.rows().await;
        for (table, rows) in &after {
            assert_eq!(Some(rows), before.get(table), "{told} wrote into {table}");
        }
        answer
    }

    /// What reads every row of a table as one text.
    async fn rows_of(&self, table: &str) -> String {
        match self.engine {
            Engine::Postgres => {
                format!(r#"select row_to_json(it)::text as said from "{table}" it"#)
            }
            Engine::Sqlite => {
                let columns = format!("select name from pragma_table_info('{table}')");
                let columns = self.texts(&columns, "name").await.into_iter();
                let columns: Vec<String> = columns.map(|it| format!(r#"quote("{it}")"#)).collect();
                format!(r#"select {} as said from "{table}""#, columns.join(" || ',' || "))
            }
        }
    }

    async fn texts(&self, sql: &str, column: &str) -> Vec<String> {
        let connection = self.database.for_migration();
        let statement = Statement::from_string(connection.get_database_backend(), sql.to_owned());
        let rows = connection.query_all_raw(statement).await.expect("rows").into_iter();
        rows.map(|row| row.try_get("", column).expect("a text")).collect()
    }
}
