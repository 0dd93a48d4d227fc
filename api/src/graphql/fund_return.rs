//! Returns: what a fund's host reports of a quarter or a year.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::{
    policy::{dated::Hidden, matrix::FieldGroup},
    rules::fund_return as rule,
};
use entities::{fund_return, pooled_fund};

use super::{
    decision::Decision,
    fund::PooledFund,
    fund_return_answer::{
        ReturnAnswer, ReturnAnswerConnection, ReturnNarrative, ReturnNarrativeConnection,
        ReturnOutstanding,
    },
    fund_return_figures::ReturnFigures,
    fund_return_loaders::{HistoryOf, NarrativesOf, ReturnsOfFund},
    loaders::Loading,
    nested::NestedPage,
    node::Kind,
    paging::{Page, PageArguments},
    position_breakdown::page,
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::{Permission, Withheld},
};
use crate::{
    access::Seen,
    connection,
    database::Cut,
    service::fund_return::{self as service, History},
};

/// Which part of a financial year a return is about. Its figures are of the year to its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "fund_return::ReturnSpan")]
pub enum ReturnSpan {
    /// April to June.
    FirstQuarter,
    /// July to September.
    SecondQuarter,
    /// October to December.
    ThirdQuarter,
    /// January to March.
    FourthQuarter,
    /// The whole year.
    Year,
}

/// How a version of a return stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::State")]
pub enum ReturnState {
    /// The host writes it: only the host and its teams see it.
    Draft,
    /// Its figures are frozen, and some partner has not answered.
    Submitted,
    /// A partner has asked something that is not answered.
    Queried,
    /// Every partner has agreed it.
    Agreed,
    /// It was approved: it never changes again.
    Approved,
    /// A later version was submitted in its place.
    Superseded,
}

/// One version of the report of a fund's host on a quarter or a year; never overwritten. The host
/// and its teams see all versions, the partners those that were submitted, board members those
/// that were approved.
#[derive(Clone, Debug)]
pub struct FundReturn(pub Seen<fund_return::Model>);

/// What you may do to a return; whether its state allows it, the state says.
#[derive(Clone, Debug, SimpleObject)]
pub struct FundReturnActions {
    /// Submit it, as long as neither it nor a later version was.
    pub submit: Permission,
    /// Ask about it, or agree it, as a partner.
    pub answer: Permission,
    /// Answer what a partner asks about it.
    pub answer_query: Permission,
    /// Approve it, once every partner has agreed it.
    pub approve: Permission,
}

connection!(FundReturnConnection, FundReturnEdge, FundReturn, "returns, as far as you see them");
/// The fields that a summary leaves out.
const DETAILS: &[&str] = &[
    "state",
    "dueOn",
    "commentary",
    "narrativeAboveAmount",
    "narrativeAboveBasisPoints",
    "narratives",
    "recordedAt",
    "submittedAt",
    "contentHash",
    "figures",
    "approval",
];
/// The fields that only those read to whom it was submitted.
const ANSWERS: &[&str] = &["answers", "outstanding"];

impl FundReturn {
    async fn history(&self, ctx: &Context<'_>) -> Result<Arc<History>> {
        let history = ctx.loaders()?.load_one(HistoryOf(self.0.row.clone())).await?;
        history.ok_or_else(|| fault("a return has no history"))
    }

    async fn whole(&self, ctx: &Context<'_>) -> Result<Option<Arc<History>>> {
        let history = self.history(ctx).await?;
        Ok(Some(history).filter(|history| history.is_read_whole(&self.0)))
    }
}

/// One version of the report of a fund's host on a quarter or a year; never overwritten. The host
/// and its teams see all versions, the partners those that were submitted, board members those
/// that were approved; observers and others like them that there is one.
#[Object]
impl FundReturn {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Return.id(self.0.row.id)
    }

    /// The fund.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        PooledFund::load(ctx, self.0.row.fund_id).await
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// The quarter, or the whole year.
    async fn span(&self) -> ReturnSpan {
        self.0.row.span.into()
    }

    /// Counts the versions of the fund's return on this span, drafts too.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// The last day of effect that it speaks of.
    async fn as_of(&self) -> Date {
        self.0.row.as_of.into()
    }

    /// How it stands. Withheld from whoever reads a summary.
    async fn state(&self, ctx: &Context<'_>) -> Result<Option<ReturnState>> {
        Ok(self.whole(ctx).await?.map(|history| history.state().into()))
    }

    /// The day by which it is to be answered. Withheld from whoever reads a summary.
    async fn due_on(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        Ok(self.whole(ctx).await?.map(|_| self.0.row.due_on.into()))
    }

    /// What the host says about the whole of it. Withheld from whoever reads a summary.
    async fn commentary(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(self.whole(ctx).await?.map(|_| self.0.row.commentary.as_str()))
    }

    /// Above which amount, in pounds, a scheme's variance needs a narrative; null where no amount
    /// counts. Withheld from whoever reads a summary.
    async fn narrative_above_amount(&self, ctx: &Context<'_>) -> Result<Option<Money>> {
        let bound = self.0.row.narrative_above_pence.map(Into::into);
        Ok(self.whole(ctx).await?.and(bound))
    }

    /// Above how many basis points of its budget a scheme's variance needs a narrative; null where
    /// none count. Withheld from whoever reads a summary.
    async fn narrative_above_basis_points(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        Ok(self.whole(ctx).await?.and(self.0.row.narrative_above_points))
    }

    /// Why schemes vary, as the host says it. Withheld from whoever reads a summary.
    async fn narratives(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ReturnNarrativeConnection>> {
        if self.whole(ctx).await?.is_none() {
            return Ok(None);
        }
        let rows = ctx.loaders()?.load_one(NarrativesOf(self.0.row.id)).await?.unwrap_or_default();
        let rows: Vec<_> = rows.iter().cloned().map(ReturnNarrative).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |it: &ReturnNarrative| it.0.scheme_id.to_string();
        let page = page(ctx, self.0.row.id, "narratives", &arguments, &rows, key)?;
        Ok(Some(ReturnNarrativeConnection(page)))
    }

    /// When it was recorded. Withheld from whoever reads a summary.
    async fn recorded_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.whole(ctx).await?.map(|_| self.0.row.recorded_at.into()))
    }

    /// When it was submitted; null of a draft. Withheld from whoever reads a summary.
    async fn submitted_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let history = self.whole(ctx).await?;
        Ok(history.and_then(|it| Some(it.submission.as_ref()?.known_at.into())))
    }

    /// The SHA-256 of the frozen figures, in hexadecimal digits; null of a draft. Withheld from
    /// whoever reads a summary.
    async fn content_hash(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let history = self.whole(ctx).await?;
        let hash = history.and_then(|it| Some(it.submission.as_ref()?.content_hash.clone()));
        Ok(hash.map(|hash| hash.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Its figures, as they were when it was submitted; null of a draft. Withheld from whoever
    /// reads a summary.
    async fn figures(&self, ctx: &Context<'_>) -> Result<Option<ReturnFigures>> {
        let Some(history) = self.whole(ctx).await? else { return Ok(None) };
        let content = history.content().map_err(fault)?;
        Ok(content.map(|content| ReturnFigures {
            id: self.0.row.id,
            content,
            seen: self.0.clone(),
        }))
    }

    /// Who approved it, and when; null while it is not approved. Withheld from whoever reads a
    /// summary.
    async fn approval(&self, ctx: &Context<'_>) -> Result<Option<Decision>> {
        let history = self.whole(ctx).await?;
        let approval = history.and_then(|it| it.approval.clone());
        Ok(approval.map(|row| Decision {
            deciding_body: row.deciding_body,
            decided_on: row.decided_on.into(),
            minute_reference: row.minute_reference,
        }))
    }

    /// What partners said about it and what the host answered, in its order. Withheld from
    /// whoever reads a summary, or approved returns only.
    async fn answers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ReturnAnswerConnection>> {
        if !service::reads_answers(&self.0) {
            return Ok(None);
        }
        let history = self.history(ctx).await?;
        let rows: Vec<_> = history.answers.iter().cloned().map(ReturnAnswer).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |it: &ReturnAnswer| it.0.number.to_string();
        let page = page(ctx, self.0.row.id, "answers", &arguments, &rows, key)?;
        Ok(Some(ReturnAnswerConnection(page)))
    }

    /// Who still owes what, by when. Withheld from whoever reads a summary, or approved returns
    /// only.
    async fn outstanding(&self, ctx: &Context<'_>) -> Result<Option<Vec<ReturnOutstanding>>> {
        if !service::reads_answers(&self.0) {
            return Ok(None);
        }
        let due_on = self.0.row.due_on;
        let is_overdue = ctx.viewer()?.today > due_on;
        let owed = self.history(ctx).await?.outstanding().into_iter();
        let owed = owed.map(|(organisation, duty)| ReturnOutstanding {
            organisation,
            duty,
            due_on,
            is_overdue,
        });
        Ok(Some(owed.collect()))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let standing = &self.0.standing;
        let hidden = standing.hidden(standing, FieldGroup::ReturnSubmitted);
        let details = if self.whole(ctx).await?.is_some() { &[][..] } else { DETAILS };
        let answers = if service::reads_answers(&self.0) { &[][..] } else { ANSWERS };
        let fields: Vec<&'static str> = details.iter().chain(answers).copied().collect();
        Ok(Withheld::because(hidden, &fields))
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<FundReturnActions> {
        let history = self.history(ctx).await?;
        let may = service::permissions(ctx.viewer()?, &history);
        Ok(FundReturnActions {
            submit: may.submit.into(),
            answer: may.answer.into(),
            answer_query: may.answer_query.into(),
            approve: may.approve.into(),
        })
    }
}

/// The returns of a fund that the viewer sees, the latest first. Null for who reads none.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn of_fund(
    ctx: &Context<'_>,
    fund: &Seen<pooled_fund::Model>,
    financial_year: Option<FinancialYear>,
    arguments: &PageArguments,
) -> Result<Option<FundReturnConnection>> {
    if hidden(fund).is_some() {
        return Ok(None);
    }
    let year = financial_year.map(|year| year.year("financialYear")).transpose();
    let year = year.map_err(|refusal| stopped(refusal.into()))?;
    let bound = format!("{} {year:?}", fund.row.id);
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "returns", "", &bound);
    let page = arguments.request(&list)?;
    let key = ReturnsOfFund(NestedPage::new(ctx, fund.row.id, page, year));
    let (cut, total) = ctx.loaders()?.load_one(key).await?.unwrap_or_else(|| (Cut::empty(), None));
    let place = |seen: &Seen<fund_return::Model>| service::place(&seen.row);
    let page = Page::new(cut, &list, place).of_total(total);
    Ok(Some(FundReturnConnection(page.map(FundReturn))))
}

/// Why the list of returns is not read at all; none when some of it may be. Whoever reads that there
/// are submitted ones reads that there are approved ones.
pub fn hidden(fund: &Seen<pooled_fund::Model>) -> Option<Hidden> {
    fund.standing.hidden_summary(&fund.standing, FieldGroup::ReturnApproved)
}
