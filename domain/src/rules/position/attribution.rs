//! Which partner, source and period each amount of a scheme belongs to (rule M15).
//!
//! Actuals are in parts already: they were divided when they were posted. A month's budget and what
//! is still forecast for it follow the split in force on the month's last day, because that is the
//! split by which the month's spending will have been divided when it is over. Commitments belong
//! to no month and follow the split in force at the date of the position.

use std::ops::AddAssign;

use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence, Period};
use uuid::Uuid;

use super::{Basis, SchemeFacts, UNATTRIBUTED};
use crate::rules::{
    forecast,
    funding::{FundedPart, funded, in_force},
    profile::{self, Months},
};

/// The amounts that are added up; every other figure follows from them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Amounts {
    pub(super) budget: Pence,
    pub(super) budget_to_date: Pence,
    pub(super) spent: Pence,
    pub(super) refunded: Pence,
    pub(super) prior_year: Pence,
    pub(super) committed: Pence,
    pub(super) remaining: Pence,
}

impl AddAssign for Amounts {
    fn add_assign(&mut self, other: Self) {
        self.budget += other.budget;
        self.budget_to_date += other.budget_to_date;
        self.spent += other.spent;
        self.refunded += other.refunded;
        self.prior_year += other.prior_year;
        self.committed += other.committed;
        self.remaining += other.remaining;
    }
}

/// Amounts that belong to one scheme, partner, source and, but for commitments, one period.
pub(super) struct Part<'a> {
    pub(super) scheme: Uuid,
    pub(super) partner: Uuid,
    pub(super) source: &'a str,
    pub(super) period: Option<Period>,
    pub(super) amounts: Amounts,
}

/// Everything that is known about a scheme, in parts.
pub(super) fn parts(
    year: FinancialYear,
    as_of: NaiveDate,
    basis: Basis,
    scheme: &SchemeFacts,
) -> Vec<Part<'_>> {
    let mut parts = actuals(basis, scheme);
    let expected = scheme.forecast.unwrap_or_default();
    let remaining = forecast::remaining(&expected, &posted(scheme), year, as_of);
    for month in Period::months() {
        let budget = profile::in_period(&scheme.budget, month);
        let to_date = profile::to_date(budget, month, year, as_of);
        let rest = profile::in_period(&remaining, month);
        let mut divide = |amount, place: fn(Pence) -> Amounts| {
            for part in divided(amount, scheme, month.last_day(year)) {
                let part = planned(basis, scheme, part, place);
                parts.push(Part { period: Some(month), ..part });
            }
        };
        divide(budget, |budget| Amounts { budget, ..Amounts::default() });
        divide(to_date, |budget_to_date| Amounts { budget_to_date, ..Amounts::default() });
        divide(rest, |remaining| Amounts { remaining, ..Amounts::default() });
    }
    let promised = divided(scheme.committed, scheme, as_of);
    let place = |committed| Amounts { committed, ..Amounts::default() };
    parts.extend(promised.into_iter().map(|part| planned(basis, scheme, part, place)));
    parts
}

fn actuals(basis: Basis, scheme: &SchemeFacts) -> Vec<Part<'_>> {
    let stored = scheme.actuals.iter().map(|actual| Part {
        scheme: scheme.id,
        partner: match basis {
            Basis::IncurredBy => actual.incurred_by,
            Basis::FundedBy | Basis::BorneBy => actual.funded_by,
        },
        source: &actual.source,
        period: Some(actual.period),
        amounts: Amounts {
            spent: actual.spent,
            refunded: actual.refunded,
            prior_year: actual.prior_year,
            ..Amounts::default()
        },
    });
    stored.collect()
}

/// What was posted in each month, net.
fn posted(scheme: &SchemeFacts) -> Months {
    let mut months = Months::default();
    for (month, period) in months.iter_mut().zip(Period::months()) {
        let in_month = scheme.actuals.iter().filter(|actual| actual.period == period);
        *month = in_month.map(super::ActualPart::net).sum();
    }
    months
}

/// A planned amount by who funds it on a day; with the commissioner when nobody is said to.
fn divided(amount: Pence, scheme: &SchemeFacts, on: NaiveDate) -> Vec<FundedPart<'_>> {
    in_force(&scheme.splits, on)
        .and_then(|split| funded(amount, &split.shares).ok())
        .unwrap_or_else(|| {
            vec![FundedPart { partner: scheme.commissioner, source: UNATTRIBUTED, amount }]
        })
}

fn planned<'a>(
    basis: Basis,
    scheme: &SchemeFacts,
    part: FundedPart<'a>,
    place: fn(Pence) -> Amounts,
) -> Part<'a> {
    Part {
        scheme: scheme.id,
        partner: match basis {
            Basis::IncurredBy => scheme.commissioner,
            Basis::FundedBy | Basis::BorneBy => part.partner,
        },
        source: part.source,
        period: None,
        amounts: place(part.amount),
    }
}
