//! How far the periods of a fund are closed and released, and releasing them (rule V11).

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, dataloader::Loader};
use domain::{policy::matrix::FieldGroup, rules::closing};
use entities::{pooled_fund, value};
use uuid::Uuid;

use super::{
    fund::PooledFund,
    loaders::{LoadFailed, Loading, Scoped},
    node::Kind,
    request::{Asked, fault, stopped},
    scalars::{DateTime, FinancialYear},
    transaction_input::period,
    withheld::Withheld,
};
use crate::{
    access::Seen,
    payload,
    service::{
        Refusal,
        release::{self, NewRelease, Standing},
    },
};

/// Whether a period of a fund takes postings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "closing::PeriodState")]
pub enum FundPeriodState {
    /// Whoever may post may post into it.
    Open,
    /// The host may post into it, with a reason.
    SoftClosed,
    /// Nothing can be posted into it.
    Closed,
}

/// A period of a fund, as far as it is closed and released. Whoever reads a summary of the fund's
/// closings is told how far, and not why and when.
#[derive(Clone, Debug)]
pub struct FundPeriod {
    standing: Standing,
    year: value::FinancialYear,
    reads_all: bool,
}

/// A period to be released.
#[derive(Clone, Debug, InputObject)]
pub struct ReleasePeriodInput {
    /// The fund.
    pub fund: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// 1 to 14. It is closed, softly at least, and the earlier periods of the year were released.
    pub period: i32,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of releasing a period.
    ReleasePeriodPayload {
        /// The fund; null when it was refused.
        fund: PooledFund
    }
}

/// The periods of a year of the fund with this identity, which was found through the viewer's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct PeriodsOf(Uuid, value::FinancialYear);

/// Releases.
#[derive(Default)]
pub struct ReleaseMutation;

/// A period of a fund, as far as it is closed and released. Whoever reads a summary of the fund's
/// closings is told how far, and not why and when.
#[Object]
impl FundPeriod {
    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.year.into()
    }

    /// 1 is April, 12 is March, 13 and 14 are the adjustment periods.
    async fn period(&self) -> i32 {
        self.standing.period.number()
    }

    /// Whether it takes postings.
    async fn state(&self) -> FundPeriodState {
        self.standing.state.into()
    }

    /// Why it was closed so far; null while it is open. Withheld from whoever reads a summary.
    async fn reason(&self) -> Option<&str> {
        self.standing.reason.as_deref().filter(|_| self.reads_all)
    }

    /// When it was closed so far; null while it is open. Withheld from whoever reads a summary.
    async fn closed_at(&self) -> Option<DateTime> {
        self.standing.closed_at.filter(|_| self.reads_all).map(DateTime::from)
    }

    /// True when its postings were released to the partners of an agreement that shows them once
    /// they are.
    async fn is_released(&self) -> bool {
        self.standing.released_at.is_some()
    }

    /// When its postings were released; null while they are not. Withheld from whoever reads a
    /// summary.
    async fn released_at(&self) -> Option<DateTime> {
        self.standing.released_at.filter(|_| self.reads_all).map(DateTime::from)
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        if self.reads_all {
            return Vec::new();
        }
        Withheld::but_for_a_summary(&["reason", "closedAt", "releasedAt"])
    }
}

#[Object]
impl ReleaseMutation {
    /// Releases the postings of a period to the partners of an agreement that shows them postings
    /// once they are released (rule V11). A release is never undone. The host's FINANCE.
    async fn release_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which period.")] input: ReleasePeriodInput,
    ) -> Result<ReleasePeriodPayload> {
        let done = match input.read() {
            Ok(new) => release::release(ctx.database()?, ctx.viewer()?, input.dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ReleasePeriodPayload::answer(done, PooledFund)
    }
}

impl ReleasePeriodInput {
    fn read(&self) -> std::result::Result<NewRelease, Refusal> {
        Ok(NewRelease {
            fund: Kind::Fund.read(&self.fund, "fund")?,
            year: self.financial_year.year("financialYear")?,
            period: period(self.period, "period")?,
        })
    }
}

/// The periods of a year of a fund of which the viewer reads; null for whoever reads none.
///
/// # Errors
/// `WRONG_YEAR`, or a fault.
pub async fn periods(
    ctx: &Context<'_>,
    fund: &Seen<pooled_fund::Model>,
    year: &FinancialYear,
) -> Result<Option<Vec<FundPeriod>>> {
    if !fund.reads_summary(FieldGroup::PeriodClosings) {
        return Ok(None);
    }
    let year = year.year("financialYear").map_err(|refusal| stopped(refusal.into()))?;
    let loaded = ctx.loaders()?.load_one(PeriodsOf(fund.row.id, year)).await?.unwrap_or_default();
    let opened = |standing: Standing| {
        let (first, last) = (standing.period.first_day(year), standing.period.last_day(year));
        let its_days = fund.standing.during(first, last);
        let reads_all = its_days.reads(FieldGroup::PeriodClosings);
        let reads = its_days.reads_summary(FieldGroup::PeriodClosings);
        reads.then_some(FundPeriod { standing, year, reads_all })
    };
    Ok(Some(loaded.into_iter().filter_map(opened).collect()))
}

impl Loader<PeriodsOf> for Scoped {
    type Value = Vec<Standing>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[PeriodsOf],
    ) -> std::result::Result<HashMap<PeriodsOf, Vec<Standing>>, LoadFailed> {
        let mut years: HashMap<value::FinancialYear, Vec<Uuid>> = HashMap::new();
        for PeriodsOf(fund, year) in keys {
            years.entry(*year).or_default().push(*fund);
        }
        let snapshot = self.0.snapshot().await?;
        let mut loaded = HashMap::new();
        for (year, funds) in years {
            let found = release::periods(snapshot.connection(), &funds, year).await;
            let found = found.map_err(fault)?.into_iter();
            loaded.extend(found.map(|(fund, periods)| (PeriodsOf(fund, year), periods)));
        }
        Ok(loaded)
    }
}
