//! Closing the periods of a fund.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entities::period_closing;

use super::{
    node::Kind,
    request::Asked,
    scalars::{DateTime, FinancialYear},
    transaction_input::period,
};
use crate::{
    payload,
    service::{
        Refusal,
        period::{NewClosing, close},
    },
};

/// How far a period is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::period_closing::PeriodStatus")]
pub enum PeriodStatus {
    /// The host may still post, with a reason.
    SoftClosed,
    /// Nothing can be posted: corrections go into an open period and name this one.
    Closed,
}

/// That a period of a fund was closed. A closing is never undone.
#[derive(Clone, Debug, SimpleObject)]
pub struct PeriodClosing {
    /// The year.
    pub financial_year: FinancialYear,
    /// 1 is April, 12 is March, 13 and 14 are the adjustment periods.
    pub period: i32,
    /// How far.
    pub status: PeriodStatus,
    /// Why.
    pub reason: String,
    /// When it was recorded.
    pub known_at: DateTime,
}

impl From<period_closing::Model> for PeriodClosing {
    fn from(row: period_closing::Model) -> Self {
        Self {
            financial_year: row.financial_year.into(),
            period: row.period.number(),
            status: row.status.into(),
            reason: row.reason,
            known_at: row.known_at.into(),
        }
    }
}

/// A period to be closed.
#[derive(Clone, Debug, InputObject)]
pub struct ClosePeriodInput {
    /// The fund.
    pub fund: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// 1 to 14. The earlier periods of the year have to be as far closed.
    pub period: i32,
    /// How far.
    pub status: PeriodStatus,
    /// Why.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of closing a period.
    ClosePeriodPayload {
        /// The closing.
        closing: PeriodClosing
    }
}

/// Closings.
#[derive(Default)]
pub struct PeriodMutation;

#[Object]
impl PeriodMutation {
    /// Closes a period of a fund, softly or for good. The host's FINANCE.
    async fn close_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period, and how far.")] input: ClosePeriodInput,
    ) -> async_graphql::Result<ClosePeriodPayload> {
        let dry_run = input.dry_run;
        let done = match closing(input) {
            Ok(new) => close(ctx.database()?, ctx.viewer()?, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ClosePeriodPayload::answer(done, Into::into)
    }
}

fn closing(input: ClosePeriodInput) -> Result<NewClosing, Refusal> {
    Ok(NewClosing {
        fund: Kind::Fund.read(&input.fund, "fund")?,
        year: input.financial_year.year("financialYear")?,
        period: period(input.period, "period")?,
        status: input.status.into(),
        reason: input.reason,
    })
}
