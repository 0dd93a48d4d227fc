//! Random funds, for properties of positions and of what explains them.

use chrono::{Days, NaiveDate};
use entities::value::{FinancialYear, Pence, Period};
use proptest::prelude::*;
use uuid::Uuid;

use super::{ActualPart, Basis, Figures, Position, PositionLine, SchemeFacts, position};
use crate::rules::{
    explanation::Input,
    funding::{DatedSplit, Share},
};

pub(crate) fn year() -> FinancialYear {
    FinancialYear::starting(2025).expect("a year")
}

pub(crate) fn day(offset: i32) -> NaiveDate {
    let before = year().first_day() - Days::new(30);
    before + Days::new(u64::try_from(offset).expect("days are counted from 0"))
}

fn partner() -> impl Strategy<Value = Uuid> {
    (100..104_u128).prop_map(Uuid::from_u128)
}

fn source() -> impl Strategy<Value = String> {
    (0..3).prop_map(|number| format!("SOURCE_{number}"))
}

fn money() -> impl Strategy<Value = Pence> {
    prop_oneof![-1_000..1_000_i64, -1_000_000_000_000..1_000_000_000_000_i64].prop_map(Pence)
}

fn months() -> impl Strategy<Value = [Pence; 12]> {
    prop::array::uniform12(money())
}

fn split() -> impl Strategy<Value = DatedSplit> {
    let share = (partner(), source(), 0..20_i64).prop_map(|(partner, source, weight)| Share {
        partner,
        source,
        weight,
    });
    (0..430, prop::collection::vec(share, 0..4))
        .prop_map(|(offset, shares)| DatedSplit { effective_on: day(offset), shares })
}

fn actual() -> impl Strategy<Value = ActualPart> {
    (partner(), partner(), source(), 1..=14, money(), money(), money()).prop_map(
        |(incurred_by, funded_by, source, period, spent, refunded, prior_year)| ActualPart {
            incurred_by,
            funded_by,
            source,
            period: Period::new(period).expect("a period"),
            spent,
            refunded,
            prior_year,
        },
    )
}

fn scheme() -> impl Strategy<Value = SchemeFacts> {
    let splits = prop::collection::vec(split(), 0..4);
    let actuals = prop::collection::vec(actual(), 0..6);
    (any::<u128>(), partner(), months(), splits, money(), prop::option::of(months()), actuals)
        .prop_map(|(id, commissioner, budget, splits, committed, forecast, actuals)| SchemeFacts {
            id: Uuid::from_u128(id),
            commissioner,
            budget,
            splits,
            committed,
            forecast,
            actuals,
        })
}

/// The schemes of a fund, forecast all or none.
pub(crate) fn schemes() -> impl Strategy<Value = Vec<SchemeFacts>> {
    (prop::collection::vec(scheme(), 0..5), any::<bool>()).prop_map(|(mut schemes, is_forecast)| {
        for scheme in &mut schemes {
            scheme.forecast = is_forecast.then(|| scheme.forecast.unwrap_or_default());
        }
        schemes
    })
}

pub(crate) fn basis() -> impl Strategy<Value = Basis> {
    prop_oneof![Just(Basis::IncurredBy), Just(Basis::FundedBy), Just(Basis::BorneBy)]
}

/// Facts, a date from a month before the year to a month after it, a basis, and the position.
pub(crate) fn positions() -> impl Strategy<Value = (Vec<SchemeFacts>, NaiveDate, Basis, Position)> {
    (schemes(), 0..430, basis()).prop_map(|(schemes, offset, basis)| {
        let position = position(year(), day(offset), basis, &schemes);
        (schemes, day(offset), basis, position)
    })
}

pub(crate) fn input(line: &PositionLine<Uuid>, figure: fn(&Figures) -> Pence) -> Input {
    Input::new(line.key.to_string(), figure(&line.figures))
}
