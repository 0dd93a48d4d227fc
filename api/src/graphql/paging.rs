//! Relay connections.

use async_graphql::{ErrorExtensions, InputObject, SimpleObject};
use sea_orm::Value;

use super::cursor::List;
use crate::database::{Cut, PageRequest};

/// The most rows that a page may have.
const LARGEST_PAGE: i32 = 100;

/// Which part of a list is wanted, as a client says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, InputObject)]
pub struct PageArguments {
    /// How many rows from the start.
    pub first: Option<i32>,
    /// The cursor after which to begin.
    pub after: Option<String>,
    /// How many rows from the end.
    pub last: Option<i32>,
    /// The cursor before which to end.
    pub before: Option<String>,
}

/// Where a page lies in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// True when rows follow this page.
    pub has_next_page: bool,
    /// True when rows precede this page.
    pub has_previous_page: bool,
    /// The cursor of the first row.
    pub start_cursor: Option<String>,
    /// The cursor of the last row.
    pub end_cursor: Option<String>,
}

/// A page of a list, and the cursor of every row.
#[derive(Clone, Debug)]
pub struct Page<N> {
    /// The rows with their cursors.
    pub rows: Vec<(String, N)>,
    /// True when rows precede the page.
    pub has_previous: bool,
    /// True when rows follow the page.
    pub has_next: bool,
    /// The length of the whole list, when it was asked for.
    pub total: Option<i32>,
}

impl PageArguments {
    /// The arguments of a field.
    #[must_use]
    pub fn of(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Self {
        Self { first, after, last, before }
    }

    /// The page that is asked for in `list`.
    ///
    /// # Errors
    /// `BAD_PAGE` unless exactly one of `first` and `last` is given, between 0 and 100;
    /// `BAD_CURSOR` when a cursor is not of this list.
    pub fn request(&self, list: &List<'_>) -> async_graphql::Result<PageRequest> {
        let (size, from_end) = match (self.first, self.last) {
            (Some(size), None) => (size, false),
            (None, Some(size)) => (size, true),
            _ => return Err(bad_page("say either `first` or `last`")),
        };
        if !(0..=LARGEST_PAGE).contains(&size) {
            return Err(bad_page("a page has at most 100 rows"));
        }
        let place = |cursor: &Option<String>| cursor.as_ref().map(|c| list.values(c)).transpose();
        Ok(PageRequest {
            size: size.unsigned_abs().into(),
            from_end,
            after: place(&self.after)?,
            before: place(&self.before)?,
        })
    }
}

fn bad_page(sentence: &str) -> async_graphql::Error {
    async_graphql::Error::new(sentence)
        .extend_with(|_, extensions| extensions.set("code", "BAD_PAGE"))
}

impl<N> Page<N> {
    /// The page of `cut`, whose rows have these values in the list's order.
    #[must_use]
    pub fn new(cut: Cut<N>, list: &List<'_>, values: impl Fn(&N) -> Vec<Value>) -> Self {
        let Cut { rows, has_previous, has_next } = cut;
        let rows = rows.into_iter().map(|row| (list.cursor(&values(&row)), row)).collect();
        Self { rows, has_previous, has_next, total: None }
    }

    /// The same page of other nodes.
    #[must_use]
    pub fn map<M>(self, node: impl Fn(N) -> M) -> Page<M> {
        let rows = self.rows.into_iter().map(|(cursor, row)| (cursor, node(row))).collect();
        let Self { has_previous, has_next, total, .. } = self;
        Page { rows, has_previous, has_next, total }
    }

    /// The same page, told how long the list is.
    #[must_use]
    pub fn of_total(mut self, total: Option<u64>) -> Self {
        self.total = total.map(|rows| i32::try_from(rows).unwrap_or(i32::MAX));
        self
    }

    /// Where the page lies.
    #[must_use]
    pub fn info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.rows.first().map(|(cursor, _)| cursor.clone()),
            end_cursor: self.rows.last().map(|(cursor, _)| cursor.clone()),
        }
    }
}

/// A page of rows that are all at hand, keyed by `key`, which is unique.
///
/// # Errors
/// As [`PageArguments::request`].
pub fn page_of<N: Clone>(
    all: &[N],
    arguments: &PageArguments,
    list: &List<'_>,
    key: impl Fn(&N) -> String,
) -> async_graphql::Result<Page<N>> {
    let request = arguments.request(list)?;
    let place = |values: &Option<Vec<Value>>| {
        let Some(Value::String(Some(wanted))) = values.as_ref()?.first() else { return None };
        all.iter().position(|row| key(row) == **wanted)
    };
    let from = place(&request.after).map_or(0, |place| place + 1);
    let to = place(&request.before).unwrap_or(all.len()).max(from);
    let within = &all[from..to];
    let size = usize::try_from(request.size).unwrap_or(usize::MAX).min(within.len());
    let kept = if request.from_end { &within[within.len() - size..] } else { &within[..size] };
    let cut_before = from > 0 || (request.from_end && size < within.len());
    let cut_after = to < all.len() || (!request.from_end && size < within.len());
    let cut = Cut { rows: kept.to_vec(), has_previous: cut_before, has_next: cut_after };
    Ok(Page::new(cut, list, |row| vec![key(row).into()]).of_total(Some(all.len() as u64)))
}

/// Defines the connection and the edge of a type of node.
#[macro_export]
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $what:literal) => {
        #[doc = concat!("A page of ", $what, ".")]
        pub struct $connection(pub $crate::graphql::paging::Page<$node>);

        #[doc = concat!("One of ", $what, ", and its place in the list.")]
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// The place in the list, for `after` and `before`.
            pub cursor: String,
            /// The row.
            pub node: $node,
        }

        #[doc = concat!("A page of ", $what, ".")]
        #[async_graphql::Object]
        impl $connection {
            /// The rows with their places in the list.
            async fn edges(&self) -> Vec<$edge> {
                let edge = |(cursor, node): &(String, $node)| $edge {
                    cursor: cursor.clone(),
                    node: node.clone(),
                };
                self.0.rows.iter().map(edge).collect()
            }

            /// The rows.
            async fn nodes(&self) -> Vec<$node> {
                self.0.rows.iter().map(|(_, node)| node.clone()).collect()
            }

            /// Where the page lies in the list.
            async fn page_info(&self) -> $crate::graphql::paging::PageInfo {
                self.0.info()
            }

            /// How many rows the list has, as the viewer sees it. Computed only when asked for.
            async fn total_count(&self) -> i32 {
                self.0.total.unwrap_or_default()
            }
        }
    };
}
