//! The lengths of the lists of several parents, in one statement whatever their number.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, DbErr, QueryTrait,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Func, IntoColumnRef, SelectStatement},
};
use uuid::Uuid;

const PARENT: &str = "parent_id";
const LENGTH: &str = "length";

/// How many of the rows of `select` each `parent` has; one without any is left out.
///
/// # Errors
/// A fault of the database.
pub async fn nested_counts(
    connection: &impl ConnectionTrait,
    select: impl QueryTrait<QueryStatement = SelectStatement>,
    parent: impl IntoColumnRef,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let parent = Expr::col(parent.into_column_ref());
    let mut query = select.into_query();
    query
        .clear_selects()
        .expr_as(parent.clone(), Alias::new(PARENT))
        .expr_as(
            Expr::expr(Func::count(Expr::col(Asterisk))).cast_as(Alias::new("bigint")),
            Alias::new(LENGTH),
        )
        .add_group_by([parent]);
    let rows = connection.query_all(&query).await?;
    let length = |row: &sea_orm::QueryResult| {
        let rows: i64 = row.try_get("", LENGTH)?;
        Ok((row.try_get("", PARENT)?, rows.unsigned_abs()))
    };
    rows.iter().map(length).collect()
}
