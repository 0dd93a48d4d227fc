//! Pages of a list, cut by the values of its order and never by a count of rows.

use sea_orm::{
    Condition, QuerySelect, Value,
    sea_query::{Expr, ExprTrait, IntoColumnRef, Order, SimpleExpr},
};

/// How a list is ordered: its columns, the last of which makes every row's place unique.
#[derive(Clone, Debug)]
pub struct Keyset {
    columns: Vec<(SimpleExpr, Direction)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default)]
pub struct PageRequest {
    /// How many rows.
    pub size: u64,
    /// True when they are counted from the end.
    pub from_end: bool,
    /// The row after which to begin, by the values of its order.
    pub after: Option<Vec<Value>>,
    /// The row before which to end.
    pub before: Option<Vec<Value>>,
}

/// A page, and whether the list goes on at either side.
#[derive(Clone, Debug)]
pub struct Cut<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// True when rows precede the page.
    pub has_previous: bool,
    /// True when rows follow the page.
    pub has_next: bool,
}

impl<T> Cut<T> {
    /// A page of a list without rows.
    #[must_use]
    pub fn empty() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false }
    }
}

impl Keyset {
    /// An order by nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { columns: Vec::new() }
    }

    /// Then by `column`, the smallest first.
    #[must_use]
    pub fn ascending(mut self, column: impl IntoColumnRef) -> Self {
        self.columns.push((Expr::col(column), Direction::Ascending));
        self
    }

    /// Then by `column`, the largest first.
    #[must_use]
    pub fn descending(mut self, column: impl IntoColumnRef) -> Self {
        self.columns.push((Expr::col(column), Direction::Descending));
        self
    }

    /// Then by what `expression` computes, the smallest first. It is never null.
    #[must_use]
    pub fn ascending_by(mut self, expression: SimpleExpr) -> Self {
        self.columns.push((expression, Direction::Ascending));
        self
    }

    /// Then by what `expression` computes, the largest first. It is never null.
    #[must_use]
    pub fn descending_by(mut self, expression: SimpleExpr) -> Self {
        self.columns.push((expression, Direction::Descending));
        self
    }

    /// Asks for one row more than the page has, so that the page knows whether the list goes on.
    pub fn page<S: QuerySelect>(&self, mut select: S, page: &PageRequest) -> S {
        for (column, order) in self.orders(page) {
            QuerySelect::query(&mut select).order_by_expr(column, order);
        }
        QuerySelect::query(&mut select).cond_where(self.within(page));
        select.limit(page.size + 1)
    }

    /// The order in which a page is read: from the end, the other way round.
    pub(super) fn orders(&self, page: &PageRequest) -> impl Iterator<Item = (SimpleExpr, Order)> {
        self.columns.iter().map(|(column, direction)| {
            let forwards = (*direction == Direction::Ascending) != page.from_end;
            (column.clone(), if forwards { Order::Asc } else { Order::Desc })
        })
    }

    /// The rows between the places that a page names.
    pub(super) fn within(&self, page: &PageRequest) -> Condition {
        let mut within = Condition::all();
        if let Some(after) = &page.after {
            within = within.add(self.beyond(after, false));
        }
        if let Some(before) = &page.before {
            within = within.add(self.beyond(before, true));
        }
        within
    }

    /// The rows after `values` (before them when `backwards`).
    fn beyond(&self, values: &[Value], backwards: bool) -> Condition {
        let mut any = Condition::any();
        for (place, (column, direction)) in self.columns.iter().enumerate() {
            let mut all = Condition::all();
            for (earlier, value) in self.columns.iter().zip(values).take(place) {
                all = all.add(earlier.0.clone().eq(value.clone()));
            }
            let Some(value) = values.get(place) else { continue };
            let larger = (*direction == Direction::Ascending) != backwards;
            all = all.add(if larger {
                column.clone().gt(value.clone())
            } else {
                column.clone().lt(value.clone())
            });
            any = any.add(all);
        }
        any
    }
}

impl Default for Keyset {
    fn default() -> Self {
        Self::new()
    }
}

impl PageRequest {
    /// Brings the rows that were read into the list's order, without the one too many.
    #[must_use]
    pub fn cut<T>(&self, mut rows: Vec<T>) -> Cut<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let goes_on = rows.len() > size;
        rows.truncate(size);
        if self.from_end {
            rows.reverse();
            Cut { rows, has_previous: goes_on, has_next: self.before.is_some() }
        } else {
            Cut { rows, has_previous: self.after.is_some(), has_next: goes_on }
        }
    }
}
