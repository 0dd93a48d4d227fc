//! Forecasts: the expected spend of a fund's schemes by month, in versions.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use domain::policy::matrix::FieldGroup;
use entities::{forecast, forecast_line};

use super::{
    forecast_loaders::{LinesOf, SubmissionOf},
    fund::PooledFund,
    loaders::Loading,
    node::Kind,
    paging::{PageArguments, page_of},
    request::Asked,
    scalars::{DateTime, FinancialYear, Money},
    scheme::Scheme,
    scheme_loaders::PartiesOfFund,
    withheld::{Permission, Withheld},
};
use crate::{
    access::Seen,
    connection, payload,
    service::{
        Refusal,
        forecast::{self as service, NewForecast, NewLine},
    },
};

/// Whether a forecast counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ForecastStatus {
    /// Not submitted: only the host sees it, and it counts nowhere.
    Draft,
    /// Submitted by the host: partners see it, and the latest submitted version counts in
    /// positions.
    Submitted,
}

/// One version of the expected spend of a fund's schemes in a year; never overwritten. The host
/// sees all versions, the partners those that were submitted.
#[derive(Clone, Debug)]
pub struct Forecast(pub Seen<forecast::Model>);

/// The expected spend of a scheme in a month. Seen like its forecast.
#[derive(Clone, Debug)]
pub struct ForecastLine {
    reference: String,
    row: forecast_line::Model,
}

/// What the viewer may do to a forecast.
#[derive(Clone, Debug, SimpleObject)]
pub struct ForecastActions {
    /// Submit it, as long as neither it nor a later version was.
    pub submit: Permission,
}

connection!(
    ForecastConnection,
    ForecastEdge,
    Forecast,
    "forecasts, as far as the viewer sees them"
);
connection!(ForecastLineConnection, ForecastLineEdge, ForecastLine, "lines of a forecast");

impl Forecast {
    /// Whoever reads drafts reads all of them and of what was submitted.
    fn is_whole(&self) -> bool {
        self.0.reads(FieldGroup::ForecastSubmitted) || self.0.reads(FieldGroup::ForecastDraft)
    }
}

/// One version of the expected spend of a fund's schemes in a year; never overwritten. The host
/// sees all versions, the partners those that were submitted, and observers and others like them
/// that these were.
#[Object]
impl Forecast {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Forecast.id(self.0.row.id)
    }

    /// The fund.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        PooledFund::load(ctx, self.0.row.fund_id).await
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// Counts the forecasts of the fund and year, drafts too.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// Whether it counts.
    async fn status(&self, ctx: &Context<'_>) -> Result<ForecastStatus> {
        let submitted = ctx.loaders()?.load_one(SubmissionOf(self.0.row.id)).await?;
        Ok(submitted.map_or(ForecastStatus::Draft, |_| ForecastStatus::Submitted))
    }

    /// What the pool manager says about it. Withheld from whoever reads a summary.
    async fn commentary(&self) -> Option<&str> {
        self.is_whole().then_some(self.0.row.commentary.as_str())
    }

    /// The expected spend by scheme and month, by the schemes' references. Withheld from whoever
    /// reads a summary.
    async fn lines(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ForecastLineConnection>> {
        if !self.is_whole() {
            return Ok(None);
        }
        let name = format!("lines of {}", self.0.row.id);
        let list = ctx.request()?.cursors.list(ctx.viewer()?.holder(), &name, "", "");
        let lines = ctx.loaders()?.load_one(LinesOf(self.0.row.id)).await?.unwrap_or_default();
        let line = |(reference, row): &(String, forecast_line::Model)| ForecastLine {
            reference: reference.clone(),
            row: row.clone(),
        };
        let lines: Vec<ForecastLine> = lines.iter().map(line).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |line: &ForecastLine| format!("{}|{}", line.reference, line.row.period);
        page_of(&lines, &arguments, &list, key).map(|page| Some(ForecastLineConnection(page)))
    }

    /// When it was recorded. Withheld from whoever reads a summary.
    async fn recorded_at(&self) -> Option<DateTime> {
        self.is_whole().then(|| self.0.row.recorded_at.into())
    }

    /// When it was submitted; null of a draft.
    async fn submitted_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let submitted = ctx.loaders()?.load_one(SubmissionOf(self.0.row.id)).await?;
        Ok(submitted.map(DateTime::from))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        if self.is_whole() {
            return Vec::new();
        }
        let standing = &self.0.standing;
        let hidden = standing.hidden(standing, FieldGroup::ForecastSubmitted);
        Withheld::because(hidden, &["commentary", "lines", "recordedAt"])
    }

    /// What the viewer may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<ForecastActions> {
        let parties = ctx.loaders()?.load_one(PartiesOfFund(self.0.row.fund_id)).await?;
        let decision = ctx.viewer()?.actor().may_submit_forecast(&parties.unwrap_or_default());
        Ok(ForecastActions { submit: decision.into() })
    }
}

/// The expected spend of a scheme in a month. Seen like its forecast.
#[Object]
impl ForecastLine {
    /// The scheme; null where you do not see it, because it begins after your last day.
    async fn scheme(&self, ctx: &Context<'_>) -> Result<Option<Scheme>> {
        Scheme::load(ctx, self.row.scheme_id).await
    }

    /// The month: 1 is April, 12 is March.
    async fn month(&self) -> i32 {
        self.row.period.number()
    }

    /// The expected spend, in pounds; negative of money expected back.
    async fn amount(&self) -> Money {
        self.row.amount_pence.into()
    }
}

/// The expected spend of a scheme in a month.
#[derive(Clone, Debug, InputObject)]
pub struct ForecastLineInput {
    /// The scheme, of the forecast's fund.
    pub scheme: ID,
    /// The month: 1 is April, 12 is March.
    pub month: i32,
    /// The expected spend, in pounds; negative of money expected back.
    pub amount: Money,
}

/// A new version of a forecast.
#[derive(Clone, Debug, InputObject)]
pub struct SaveForecastInput {
    /// The fund.
    pub fund: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// What the pool manager says about it, at most 10000 characters.
    #[graphql(default)]
    pub commentary: String,
    /// The whole forecast: a line for each scheme and month. What is left out is nothing.
    pub lines: Vec<ForecastLineInput>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a forecast is to count.
#[derive(Clone, Debug, InputObject)]
pub struct SubmitForecastInput {
    /// The forecast.
    pub forecast: ID,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of saving a forecast.
    SaveForecastPayload {
        /// The new version, a draft; null when it was refused.
        forecast: Forecast
    }
}

payload! {
    /// What came of submitting a forecast.
    SubmitForecastPayload {
        /// The forecast; null when it was refused.
        forecast: Forecast
    }
}

/// Forecasts, saved and submitted.
#[derive(Default)]
pub struct ForecastMutation;

#[Object]
impl ForecastMutation {
    /// Saves a new version of a fund's forecast for a year, as a draft that only the host sees. The
    /// host's COMMISSIONER or FINANCE.
    async fn save_forecast(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The forecast.")] input: SaveForecastInput,
    ) -> Result<SaveForecastPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_forecast(input) {
            Ok(new) => service::save(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SaveForecastPayload::answer(done, Forecast)
    }

    /// Submits a forecast: from now on it counts in positions, and the partners see it. The host's
    /// FINANCE.
    async fn submit_forecast(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: SubmitForecastInput,
    ) -> Result<SubmitForecastPayload> {
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match Kind::Forecast.read(&input.forecast, "forecast") {
            Ok(forecast) => service::submit(database, viewer, input.dry_run, forecast).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SubmitForecastPayload::answer(done, Forecast)
    }
}

fn new_forecast(input: SaveForecastInput) -> Result<NewForecast, Refusal> {
    let line = |(place, line): (usize, ForecastLineInput)| {
        Ok(NewLine {
            scheme: Kind::Scheme.read(&line.scheme, &format!("lines.{place}.scheme"))?,
            period: line.month,
            amount: line.amount.pence(&format!("lines.{place}.amount"))?,
        })
    };
    Ok(NewForecast {
        fund: Kind::Fund.read(&input.fund, "fund")?,
        year: input.financial_year.year("financialYear")?,
        commentary: input.commentary,
        lines: input.lines.into_iter().enumerate().map(line).collect::<Result<_, Refusal>>()?,
    })
}
