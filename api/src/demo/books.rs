//! Short forms of the use cases that the demonstration is made with.

use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence, Period};
use uuid::Uuid;

use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Stopped,
        contribution::{self, NewContribution},
        funding_split::NewShare,
        ledger::{
            ContributionEvent, ContributionPosting, NewExpenditure, SpendingEvent, When,
            post_contribution_in, post_spending_in,
        },
        scheme::{self, NewBudget, NewScheme},
    },
};

/// The year of the demonstration.
pub(super) const YEAR: i32 = 2025;

/// A scheme of the demonstration.
pub(super) struct Line {
    pub reference: &'static str,
    pub name: &'static str,
    pub scheme_type: &'static str,
    pub area: &'static str,
    pub commissioner: Uuid,
    pub provider: Option<Uuid>,
    pub is_capital: bool,
    /// Who funds it from which source, in pounds; the budget is their sum.
    pub funding: Vec<(Uuid, &'static str, i64)>,
}

pub(super) fn year() -> FinancialYear {
    FinancialYear::of(day(5, 1))
}

/// A day of the demonstration's year: months from April belong to its first calendar year.
pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    let year = if month >= 4 { YEAR } else { YEAR + 1 };
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MAX)
}

pub(super) fn pounds(pounds: i64) -> Pence {
    Pence(pounds * 100)
}

/// A partner's contribution from one source, invoiced and paid in the first week of the year.
pub(super) async fn contribute(
    tx: &Writing,
    host: &Viewer,
    fund: Uuid,
    (partner, source, amount): (Uuid, &str, i64),
) -> Result<(), Stopped> {
    let key = format!("{fund} {partner} {source}");
    let planned = contribution::plan_in(
        tx,
        host,
        &NewContribution {
            fund,
            partner,
            source_code: source.to_owned(),
            year: year(),
            amount: pounds(amount),
            instalments: Vec::new(),
            effective_on: None,
            decision: None,
            idempotency_key: format!("{key} planned"),
        },
    )
    .await?;
    for (event, on) in
        [(ContributionEvent::Invoiced, day(4, 1)), (ContributionEvent::Received, day(4, 7))]
    {
        let posting = ContributionPosting {
            contribution: planned.id,
            event,
            amount: pounds(amount),
            when: When { effective_on: on, adjustment_period: None },
            description: "Contribution for the year".to_owned(),
            reason: None,
            idempotency_key: format!("{key} {event:?}"),
        };
        post_contribution_in(tx, host, &posting).await?;
    }
    Ok(())
}

/// A scheme with its budget and who funds it.
pub(super) async fn buy(
    tx: &Writing,
    host: &Viewer,
    fund: Uuid,
    line: &Line,
) -> Result<Uuid, Stopped> {
    let amount = line.funding.iter().map(|(_, _, amount)| pounds(*amount)).sum();
    let share = |(partner, source, amount): &(Uuid, &str, i64)| NewShare {
        partner: *partner,
        source: (*source).to_owned(),
        weight: *amount,
    };
    let funding = line.funding.iter().map(share).collect();
    let new = NewScheme {
        fund,
        reference: line.reference.to_owned(),
        name: line.name.to_owned(),
        scheme_type_code: line.scheme_type.to_owned(),
        area_of_spend_code: Some(line.area.to_owned()),
        commissioner: line.commissioner,
        provider: line.provider,
        is_recurrent: true,
        is_capital: line.is_capital,
        starts_on: None,
        budget: Some(NewBudget { year: year(), amount, months: None, funding }),
    };
    Ok(scheme::create_in(tx, host, new).await?.row.id)
}

/// What the host spent on a scheme on the 28th of each month, April first, in pounds.
pub(super) async fn spend(
    tx: &Writing,
    host: &Viewer,
    scheme: Uuid,
    months: [i64; 12],
) -> Result<(), Stopped> {
    for (period, amount) in Period::months().zip(months) {
        let effective_on = period.first_day(year()) + chrono::Days::new(27);
        let new = NewExpenditure {
            scheme,
            event: SpendingEvent::Spent,
            amount: pounds(amount),
            when: When { effective_on, adjustment_period: None },
            spent_by: None,
            payee: None,
            description: format!("Period {period}"),
            reason: None,
            corrects: None,
            reverses_itself: None,
            settles: None,
            idempotency_key: format!("{scheme} {period}"),
        };
        post_spending_in(tx, host, &new).await?;
    }
    Ok(())
}
