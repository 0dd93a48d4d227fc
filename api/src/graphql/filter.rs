//! What lists are narrowed by: one input for each type of value. All operators that are given must
//! hold. A value that is not set fails every operator but `isSet`.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use entities::value::{self, Instant, Pence};
use uuid::Uuid;

use super::{
    node::Kind,
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::service::{
    Code, Refusal,
    criteria::{Test, Where},
};

/// The most values that `in` may name.
const MOST_VALUES: usize = 100;
/// The most criteria that one `and` or `or` may join.
const MOST_CRITERIA: usize = 20;
/// How many orders a list may have one after the other.
const MOST_ORDERS: usize = 4;

/// Narrows a list by a text.
#[derive(Clone, Debug, Default, InputObject)]
pub struct StringFilter {
    /// It is exactly this.
    pub eq: Option<String>,
    /// It is exactly one of these, at most 100.
    pub r#in: Option<Vec<String>>,
    /// It begins so, whatever the case of letters.
    pub starts_with: Option<String>,
}

/// Narrows a list by a day.
#[derive(Clone, Debug, Default, InputObject)]
pub struct DateFilter {
    /// It is this day.
    pub eq: Option<Date>,
    /// It is one of these days, at most 100.
    pub r#in: Option<Vec<Date>>,
    /// It is this day or later.
    pub gte: Option<Date>,
    /// It is this day or earlier.
    pub lte: Option<Date>,
    /// True: it is known; false: it is not.
    pub is_set: Option<bool>,
}

/// Narrows a list by an instant.
#[derive(Clone, Debug, Default, InputObject)]
pub struct DateTimeFilter {
    /// It is this instant or later.
    pub gte: Option<DateTime>,
    /// It is this instant or earlier.
    pub lte: Option<DateTime>,
}

/// Narrows a list by an amount of pounds.
#[derive(Clone, Debug, Default, InputObject)]
pub struct MoneyFilter {
    /// It is this amount.
    pub eq: Option<Money>,
    /// It is this amount or more.
    pub gte: Option<Money>,
    /// It is this amount or less.
    pub lte: Option<Money>,
}

/// Narrows a list by a financial year.
#[derive(Clone, Debug, Default, InputObject)]
pub struct FinancialYearFilter {
    /// It is this year.
    pub eq: Option<FinancialYear>,
    /// It is one of these years, at most 100.
    pub r#in: Option<Vec<FinancialYear>>,
    /// It is this year or later.
    pub gte: Option<FinancialYear>,
    /// It is this year or earlier.
    pub lte: Option<FinancialYear>,
}

/// Narrows a list by what an object is.
#[derive(Clone, Debug, Default, InputObject)]
pub struct IdFilter {
    /// It is this object.
    pub eq: Option<ID>,
    /// It is one of these objects, at most 100.
    pub r#in: Option<Vec<ID>>,
}

impl StringFilter {
    /// What must hold of the text.
    ///
    /// # Errors
    /// `INVALID_VALUE` when there are too many values.
    pub fn tests(&self, path: &str) -> Result<Vec<Test<String>>, Refusal> {
        let mut tests: Vec<_> = self.eq.iter().cloned().map(Test::Equals).collect();
        if let Some(values) = &self.r#in {
            tests.push(Test::In(few(values, path)?.to_vec()));
        }
        tests.extend(self.starts_with.iter().cloned().map(Test::StartsWith));
        Ok(tests)
    }
}

impl DateFilter {
    /// What must hold of the day.
    ///
    /// # Errors
    /// `INVALID_DATE` when one of the days is none.
    pub fn tests(&self, path: &str) -> Result<Vec<Test<NaiveDate>>, Refusal> {
        let read = |date: &Date| date.day(path);
        let mut tests = bounds(&self.eq, &self.gte, &self.lte, read)?;
        tests.extend(within(self.r#in.as_deref(), path, read)?);
        tests.extend(self.is_set.map(Test::IsSet));
        Ok(tests)
    }
}

impl DateTimeFilter {
    /// What must hold of the instant.
    #[must_use]
    pub fn tests(&self) -> Vec<Test<Instant>> {
        let from = self.gte.map(|at| Test::AtLeast(at.0));
        let to = self.lte.map(|at| Test::AtMost(at.0));
        from.into_iter().chain(to).collect()
    }
}

impl MoneyFilter {
    /// What must hold of the amount.
    ///
    /// # Errors
    /// `INVALID_MONEY` when one of the amounts is none.
    pub fn tests(&self, path: &str) -> Result<Vec<Test<Pence>>, Refusal> {
        bounds(&self.eq, &self.gte, &self.lte, |money| money.pence(path))
    }
}

impl FinancialYearFilter {
    /// What must hold of the year.
    ///
    /// # Errors
    /// `WRONG_YEAR` when one of the years is none.
    pub fn tests(&self, path: &str) -> Result<Vec<Test<value::FinancialYear>>, Refusal> {
        let read = |year: &FinancialYear| year.year(path);
        let mut tests = bounds(&self.eq, &self.gte, &self.lte, read)?;
        tests.extend(within(self.r#in.as_deref(), path, read)?);
        Ok(tests)
    }
}

impl IdFilter {
    /// What must hold of the object, which is of this kind. An id that cannot be matches nothing.
    ///
    /// # Errors
    /// `INVALID_VALUE` when there are too many ids.
    pub fn tests(&self, kind: Kind, path: &str) -> Result<Vec<Test<Uuid>>, Refusal> {
        let read = |id: &ID| kind.read(id, path).ok();
        let mut tests = Vec::new();
        if let Some(id) = &self.eq {
            tests.push(Test::In(read(id).into_iter().collect()));
        }
        if let Some(ids) = &self.r#in {
            tests.push(Test::In(few(ids, path)?.iter().filter_map(read).collect()));
        }
        Ok(tests)
    }
}

/// Criteria of one field, all of which must hold.
#[must_use]
pub fn all<V, C>(tests: Vec<Test<V>>, criterion: impl Fn(Test<V>) -> C) -> Vec<Where<C>> {
    tests.into_iter().map(|test| Where::Is(criterion(test))).collect()
}

/// The criteria joined by `and`, `or` and `not`; `read` tells what one of them means.
///
/// # Errors
/// `INVALID_VALUE` when there are too many, or what `read` refuses.
pub fn joined<W, C>(
    (and, or, not): (Option<&[W]>, Option<&[W]>, Option<&W>),
    read: &impl Fn(&W) -> Result<Where<C>, Refusal>,
) -> Result<Vec<Where<C>>, Refusal> {
    let each = |parts: &[W]| {
        if parts.len() > MOST_CRITERIA {
            let sentence = format_args!("at most {MOST_CRITERIA} criteria may be joined");
            return Err(Refusal::new(Code::InvalidValue, sentence).at("where"));
        }
        parts.iter().map(read).collect::<Result<Vec<_>, _>>()
    };
    let mut all = and.map(each).transpose()?.unwrap_or_default();
    if let Some(any) = or {
        all.push(Where::Any(each(any)?));
    }
    if let Some(not) = not {
        all.push(Where::Not(Box::new(read(not)?)));
    }
    Ok(all)
}

/// What a list is ordered by: as said, or else as `usual`.
///
/// # Errors
/// `INVALID_VALUE` when too many are said.
pub fn orders<O>(said: Option<Vec<O>>, usual: O) -> Result<Vec<O>, Refusal> {
    let orders = said.unwrap_or_default();
    if orders.len() > MOST_ORDERS {
        let sentence = format_args!("at most {MOST_ORDERS} orders may be named");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("orderBy"));
    }
    Ok(if orders.is_empty() { vec![usual] } else { orders })
}

/// The values of an `in`, when there are not too many.
///
/// # Errors
/// `INVALID_VALUE` at `path`.
pub fn few<'a, V>(values: &'a [V], path: &str) -> Result<&'a [V], Refusal> {
    if values.len() <= MOST_VALUES {
        return Ok(values);
    }
    let sentence = format_args!("at most {MOST_VALUES} values may be named");
    Err(Refusal::new(Code::InvalidValue, sentence).at(path))
}

fn bounds<W, V>(
    eq: &Option<W>,
    gte: &Option<W>,
    lte: &Option<W>,
    read: impl Fn(&W) -> Result<V, Refusal>,
) -> Result<Vec<Test<V>>, Refusal> {
    let mut tests = Vec::new();
    if let Some(value) = eq {
        tests.push(Test::Equals(read(value)?));
    }
    if let Some(value) = gte {
        tests.push(Test::AtLeast(read(value)?));
    }
    if let Some(value) = lte {
        tests.push(Test::AtMost(read(value)?));
    }
    Ok(tests)
}

fn within<W, V>(
    values: Option<&[W]>,
    path: &str,
    read: impl Fn(&W) -> Result<V, Refusal>,
) -> Result<Option<Test<V>>, Refusal> {
    let Some(values) = values else { return Ok(None) };
    few(values, path)?.iter().map(read).collect::<Result<_, _>>().map(|all| Some(Test::In(all)))
}

/// Defines the filter of an enum: `eq` and `in`.
#[macro_export]
macro_rules! enum_filter {
    ($filter:ident, $mirror:ty, $value:ty, $what:literal) => {
        #[doc = concat!("Narrows a list by ", $what, ".")]
        #[derive(Clone, Debug, Default, async_graphql::InputObject)]
        pub struct $filter {
            /// It is this.
            pub eq: Option<$mirror>,
            /// It is one of these, at most 100.
            pub r#in: Option<Vec<$mirror>>,
        }

        impl $filter {
            /// What must hold of the value.
            ///
            /// # Errors
            /// `INVALID_VALUE` when there are too many values.
            pub fn tests(
                &self,
                path: &str,
            ) -> Result<Vec<$crate::service::criteria::Test<$value>>, $crate::service::Refusal>
            {
                use $crate::service::criteria::Test;
                let mut tests: Vec<_> =
                    self.eq.map(|value| Test::Equals(value.into())).into_iter().collect();
                if let Some(values) = &self.r#in {
                    let values = $crate::graphql::filter::few(values, path)?;
                    tests.push(Test::In(values.iter().map(|value| (*value).into()).collect()));
                }
                Ok(tests)
            }
        }
    };
}
