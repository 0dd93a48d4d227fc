use sea_orm::{
    ColumnTrait,
    sea_query::{Alias, Expr, ExprTrait, SimpleExpr},
};

/// A sum as a 64-bit integer: PostgreSQL makes it a numeric otherwise.
pub fn total(column: impl ColumnTrait) -> SimpleExpr {
    Expr::expr(column.sum()).cast_as(Alias::new("bigint"))
}
