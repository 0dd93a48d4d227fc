//! Pages of the lists of several parents, in one statement whatever their number.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, DbErr, QueryResult, QuerySelect, QueryTrait,
    sea_query::{
        Alias, ColumnRef, Expr, ExprTrait, Func, IntoColumnRef, OverStatement, Query,
        SelectStatement, WindowStatement,
    },
};

use uuid::Uuid;

use super::{Cut, Keyset, PageRequest};

const PLACED: &str = "placed";
const ROW: &str = "row_id";
const PLACE: &str = "place";

/// Of the rows of `select`, those on the page that `page` asks for of each `parent`'s list, each
/// list with one row more than its page has. `id` is unique among the rows; the rows come in the
/// order in which the page is read, the parents mixed: give each its own, and cut them.
pub fn nested<S>(
    select: S,
    (id, parent): (impl IntoColumnRef, impl IntoColumnRef),
    order: &Keyset,
    page: &PageRequest,
) -> S
where
    S: QuerySelect<QueryStatement = SelectStatement>
        + QueryTrait<QueryStatement = SelectStatement>
        + Clone,
{
    let (id, parent) = (id.into_column_ref(), parent.into_column_ref());
    let numbered = numbered(select.clone(), (&id, parent), order, page);
    let kept = Query::select()
        .column((Alias::new(PLACED), Alias::new(ROW)))
        .from_subquery(numbered, Alias::new(PLACED))
        .and_where(Expr::col((Alias::new(PLACED), Alias::new(PLACE))).lte(page.size + 1))
        .to_owned();
    let mut select = select;
    let query = QueryTrait::query(&mut select);
    for (column, order) in order.orders(page) {
        query.order_by_expr(column, order);
    }
    query.and_where(Expr::col(id).in_subquery(kept));
    select
}

/// Gives the rows that were read for several parents each to its own, and cuts them to pages.
pub fn cut_by_parent<T>(
    page: &PageRequest,
    rows: Vec<T>,
    parent: impl Fn(&T) -> Uuid,
) -> HashMap<Uuid, Cut<T>> {
    let mut lists: HashMap<Uuid, Vec<T>> = HashMap::new();
    for row in rows {
        lists.entry(parent(&row)).or_default().push(row);
    }
    lists.into_iter().map(|(parent, rows)| (parent, page.cut(rows))).collect()
}

/// How many of the rows of `select` each parent has.
///
/// # Errors
/// A fault of the database.
pub async fn count_by_parent(
    connection: &impl ConnectionTrait,
    select: impl QueryTrait<QueryStatement = SelectStatement>,
    (id, parent): (impl IntoColumnRef, impl IntoColumnRef),
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let parent = parent.into_column_ref();
    let mut query = select.into_query();
    query
        .clear_selects()
        .expr(Expr::col(parent.clone()))
        .expr(Expr::col(id).count())
        .group_by_columns([parent]);
    let rows = connection.query_all(&query).await?;
    let count = |row: &QueryResult| {
        let rows: i64 = row.try_get_by_index(1)?;
        Ok((row.try_get_by_index(0)?, rows.unsigned_abs()))
    };
    rows.iter().map(count).collect()
}

/// The identities of the rows, each with its place in its parent's list.
fn numbered(
    select: impl QueryTrait<QueryStatement = SelectStatement>,
    (id, parent): (&ColumnRef, ColumnRef),
    order: &Keyset,
    page: &PageRequest,
) -> SelectStatement {
    let mut window = WindowStatement::new();
    window.partition_by(parent);
    for (column, order) in order.orders(page) {
        sea_orm::sea_query::OrderedStatement::order_by_expr(&mut window, column, order);
    }
    let mut query = select.into_query();
    query
        .clear_selects()
        .expr_as(Expr::col(id.clone()), Alias::new(ROW))
        .expr_window_as(Func::cust(Alias::new("row_number")), window, Alias::new(PLACE))
        .cond_where(order.within(page));
    query
}

#[cfg(test)]
mod tests {
    use entities::pooled_fund::{Column, Entity};
    use sea_orm::DatabaseBackend;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "only the text of the statement is looked at")]
    fn the_rows_of_every_parent_are_numbered_in_one_statement() {
        let order = Keyset::new().ascending((Entity, Column::Id));
        let page = PageRequest { size: 2, ..PageRequest::default() };
        let select = <Entity as sea_orm::EntityTrait>::find();
        let ids = ((Entity, Column::Id), (Entity, Column::AgreementId));
        let sql = nested(select, ids, &order, &page).build(DatabaseBackend::Postgres).to_string();
        let window = r#"row_number() OVER ( PARTITION BY "pooled_fund"."agreement_id" ORDER BY "pooled_fund"."id" ASC )"#;
        assert!(sql.contains(window), "{sql}");
        assert!(sql.contains(r#""placed"."place" <= 3"#), "{sql}");
    }
}
