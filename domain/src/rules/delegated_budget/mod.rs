//! Budgets that a commissioner delegates within a contract: how much one comes to in a year, what its
//! holder spent of it, and whether all of them together stay within the contract (rules M1, M4 and M8).
//!
//! A version says how much from a day on, year by year; a year that it does not name stays as it was.
//! A withdrawal says what stays of the year in which it falls, and leaves nothing of later ones.

mod fits;
mod warning;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use entities::value::{FinancialYear, Instant, Pence};

pub use fits::fits;
pub use warning::{Warning, warnings};

use super::explanation::{self, Explanation, Input};

/// What was decided about a budget, in force from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Counts its versions, from 1. A later one takes effect no earlier.
    pub number: i32,
    /// The first day on which it is so.
    pub effective_on: NaiveDate,
    /// When it was recorded.
    pub known_at: Instant,
    /// True when nothing is left of later years.
    pub is_withdrawal: bool,
    /// How much, in the years that it names.
    pub amounts: BTreeMap<FinancialYear, Pence>,
}

/// What was spent, and below nothing what was recorded wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// The day on which it was spent.
    pub spent_on: NaiveDate,
    /// When it was recorded.
    pub known_at: Instant,
    /// How much.
    pub amount: Pence,
}

/// As at which day, and by what was known when (rule M8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At {
    /// The last day of effect that counts.
    pub as_of: NaiveDate,
    /// The last instant of recording that counts.
    pub known_at: Instant,
}

/// What a budget comes to in a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// What was delegated.
    pub budget: Pence,
    /// What its holder spent of it.
    pub spent: Pence,
    /// What is left; below nothing of one that was overspent.
    pub left: Pence,
}

impl Figures {
    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            budget: self.budget + other.budget,
            spent: self.spent + other.spent,
            left: self.left + other.left,
        }
    }
}

/// How much was delegated for a year, as at a day of it: before the year begins as at its first.
#[must_use]
pub fn amount(versions: &[Version], year: FinancialYear, at: At) -> Pence {
    steps(versions, year, at).last().map_or(Pence::ZERO, |(_, amount)| amount)
}

/// What a budget comes to in a year.
#[must_use]
pub fn figures(versions: &[Version], spent: &[Spent], year: FinancialYear, at: At) -> Figures {
    let budget = amount(versions, year, at);
    let spent = counted(spent, year, at).map(|it| it.amount).sum();
    Figures { budget, spent, left: budget - spent }
}

/// How what is left came about: what was delegated and each change of it, and what was spent by month.
#[must_use]
pub fn explain(versions: &[Version], spent: &[Spent], year: FinancialYear, at: At) -> Explanation {
    let mut before = Pence::ZERO;
    let changes = steps(versions, year, at).map(|(version, amount)| {
        let change = amount - before;
        before = amount;
        Input::new(format!("version {} from {}", version.number, version.effective_on), change)
    });
    let changes = changes.collect();
    let mut months: BTreeMap<(i32, u32), Pence> = BTreeMap::new();
    for it in counted(spent, year, at) {
        *months.entry((it.spent_on.year(), it.spent_on.month())).or_default() += it.amount;
    }
    let month = |((year, month), amount)| Input::new(format!("{year}-{month:02}"), amount);
    explanation::left_of_budget(changes, months.into_iter().map(month).collect())
}

/// How what is left of several budgets came about, each by its name.
#[must_use]
pub fn explain_together(budgets: &[(String, Figures)]) -> Explanation {
    let part = |of: fn(&Figures) -> Pence| {
        budgets.iter().map(|(name, it)| Input::new(name.clone(), of(it))).collect()
    };
    explanation::left_of_budget(part(|it| it.budget), part(|it| it.spent))
}

/// Each version that says how much there is in a year, the first first, and how much.
fn steps(
    versions: &[Version],
    year: FinancialYear,
    at: At,
) -> impl Iterator<Item = (&Version, Pence)> {
    let day = at.as_of.max(year.first_day());
    let counts = move |it: &&Version| it.effective_on <= day && it.known_at <= at.known_at;
    let mut counted: Vec<&Version> = versions.iter().filter(counts).collect();
    counted.sort_by_key(|it| (it.effective_on, it.number));
    counted.into_iter().filter_map(move |it| {
        let ends = it.is_withdrawal && FinancialYear::of(it.effective_on) <= year;
        let said = it.amounts.get(&year).copied();
        Some((it, said.or(ends.then_some(Pence::ZERO))?))
    })
}

fn counted(spent: &[Spent], year: FinancialYear, at: At) -> impl Iterator<Item = &Spent> {
    let last = year.last_day().min(at.as_of);
    let counts = move |it: &&Spent| {
        (year.first_day()..=last).contains(&it.spent_on) && it.known_at <= at.known_at
    };
    spent.iter().filter(counts)
}

#[cfg(test)]
mod tests;
