//! What a list is narrowed by: tests of single values, joined by and, or and not.

use sea_orm::{
    Condition, Value,
    sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr},
};

/// Criteria joined by and, or and not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where<C> {
    /// All of them hold; true of none at all.
    All(Vec<Self>),
    /// At least one of them holds.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// This one holds.
    Is(C),
}

/// A test of one value. A value that is not set fails every test but [`Test::IsSet`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test<V> {
    /// It is this.
    Equals(V),
    /// It is one of these.
    In(Vec<V>),
    /// It is this, or comes after.
    AtLeast(V),
    /// It is this, or comes before.
    AtMost(V),
    /// It begins so, whatever the case of letters.
    StartsWith(String),
    /// It is set, or is not.
    IsSet(bool),
}

impl<C> Where<C> {
    /// As the condition of a query; `is` tells what a criterion means there.
    pub fn condition(&self, is: &impl Fn(&C) -> Condition) -> Condition {
        match self {
            Self::All(parts) => {
                parts.iter().fold(Condition::all(), |all, part| all.add(part.condition(is)))
            }
            // A condition of no alternatives would be left out, and so hold.
            Self::Any(parts) if parts.is_empty() => Condition::all().add(Expr::val(1).eq(0)),
            Self::Any(parts) => {
                parts.iter().fold(Condition::any(), |any, part| any.add(part.condition(is)))
            }
            Self::Not(part) => part.condition(is).not(),
            Self::Is(criterion) => is(criterion),
        }
    }
}

impl<V: Into<Value> + Clone> Test<V> {
    /// As the condition of a query over `column`. It is never unknown, so that its opposite holds
    /// of everything else.
    #[must_use]
    pub fn of(&self, column: &SimpleExpr) -> Condition {
        let column = column.clone();
        let test = match self {
            Self::IsSet(true) => return Condition::all().add(column.is_not_null()),
            Self::IsSet(false) => return Condition::all().add(column.is_null()),
            Self::Equals(value) => column.clone().eq(value.clone()),
            Self::In(values) => column.clone().is_in(values.iter().cloned()),
            Self::AtLeast(value) => column.clone().gte(value.clone()),
            Self::AtMost(value) => column.clone().lte(value.clone()),
            Self::StartsWith(text) => begins(column.clone(), text, ""),
        };
        Condition::all().add(column.is_not_null()).add(test)
    }
}

/// True of texts in which every word of `search` begins a word.
#[must_use]
pub fn has_words(column: &SimpleExpr, search: &str) -> Condition {
    search.split_whitespace().fold(Condition::all(), |all, word| {
        let first = begins(column.clone(), word, "");
        let later = begins(column.clone(), word, "% ");
        all.add(Condition::any().add(first).add(later))
    })
}

fn begins(column: SimpleExpr, text: &str, before: &str) -> SimpleExpr {
    let mut pattern = before.to_owned();
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Expr::expr(Func::lower(column)).like(LikeExpr::new(pattern).escape('\\'))
}
