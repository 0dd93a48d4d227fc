//! Statements over every row, whatever the acting organisation may see.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement};

/// A connection whose statements read every row, and write what is derived: on PostgreSQL each
/// table that they name is replaced by the view of the schema `facts` over it, which belongs to a
/// role that nobody logs in as. On SQLite, which has no second line, it changes nothing.
pub struct Whole<'c, C>(&'c C);

/// The same connection, for a reviewed reader of facts or a derived write.
pub fn whole<C: ConnectionTrait>(connection: &C) -> Whole<'_, C> {
    Whole(connection)
}

impl<C: ConnectionTrait> Whole<'_, C> {
    fn whole(&self, mut statement: Statement) -> Statement {
        if self.get_database_backend() == DatabaseBackend::Postgres {
            statement.sql = from_facts(&statement.sql);
        }
        statement
    }
}

#[async_trait::async_trait]
impl<C: ConnectionTrait> ConnectionTrait for Whole<'_, C> {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(self.whole(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(self.whole(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(self.whole(statement)).await
    }
}

/// The statement with its tables replaced. Only the mapper's own texts come here, in which values
/// are parameters. A table that is not recognised stays under its row rule, which gives less.
fn from_facts(sql: &str) -> String {
    let mut whole = String::with_capacity(sql.len() + 64);
    let mut rest = sql;
    while let Some((before, keyword)) = next_table(rest) {
        let (said, from) = rest.split_at(before);
        whole.push_str(said);
        let end = from.find('"').map_or(from.len(), |end| end + 1);
        let (table, after) = from.split_at(end);
        whole.push_str("facts\".\"");
        whole.push_str(table);
        if keyword != INTO && !after.starts_with(" AS ") {
            whole.push_str(" AS \"");
            whole.push_str(table);
        }
        rest = after;
    }
    whole.push_str(rest);
    whole
}

const INTO: &str = "INTO \"";

/// Where the name of the next table begins, and the keyword before it.
fn next_table(sql: &str) -> Option<(usize, &'static str)> {
    let place = |keyword: &'static str| sql.find(keyword).map(|at| (at + keyword.len(), keyword));
    ["FROM \"", "JOIN \"", INTO].into_iter().filter_map(place).min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::from_facts;

    #[test]
    fn every_table_that_is_read_is_replaced_and_keeps_its_name() {
        assert_eq!(
            from_facts(
                r#"SELECT "a"."x" FROM "a" INNER JOIN "b" ON "a"."id" = "b"."id" WHERE "a"."id" IN (SELECT "id" FROM "c")"#
            ),
            r#"SELECT "a"."x" FROM "facts"."a" AS "a" INNER JOIN "facts"."b" AS "b" ON "a"."id" = "b"."id" WHERE "a"."id" IN (SELECT "id" FROM "facts"."c" AS "c")"#
        );
        assert_eq!(
            from_facts(r#"SELECT 1 FROM "a" AS "b""#),
            r#"SELECT 1 FROM "facts"."a" AS "b""#
        );
    }

    #[test]
    fn what_is_derived_is_written_and_deleted_through_the_views() {
        assert_eq!(
            from_facts(r#"INSERT INTO "access" ("x") VALUES ($1)"#),
            r#"INSERT INTO "facts"."access" ("x") VALUES ($1)"#
        );
        assert_eq!(
            from_facts(r#"DELETE FROM "access" WHERE "access"."x" = $1"#),
            r#"DELETE FROM "facts"."access" AS "access" WHERE "access"."x" = $1"#
        );
    }

    #[test]
    fn what_is_no_table_stays() {
        let same = r#"UPDATE "a" SET "x" = $1 FROM (SELECT 1) AS "b""#;
        assert_eq!(from_facts(same), same);
    }
}
