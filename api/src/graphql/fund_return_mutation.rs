//! Returns, drafted, submitted, answered and approved.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    decision::DecisionInput,
    fund_return::{FundReturn, ReturnSpan},
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear},
};
use crate::{
    payload,
    service::{
        Refusal,
        fund_return::{
            self as service, NewAgreement, NewAnswer, NewApproval, NewNarrative, NewQuery,
            NewReturn,
        },
    },
};

/// Why a scheme varies from its budget.
#[derive(Clone, Debug, InputObject)]
pub struct ReturnNarrativeInput {
    /// The scheme, of the return's fund.
    pub scheme: ID,
    /// What the host says, 1 to 4,000 characters.
    pub narrative: String,
}

/// A new version of a return.
#[derive(Clone, Debug, InputObject)]
pub struct SaveReturnInput {
    /// The fund.
    pub fund: ID,
    /// The year.
    pub financial_year: FinancialYear,
    /// The quarter, or the whole year.
    pub span: ReturnSpan,
    /// The day by which the partners are to answer: the last of the span, or later.
    pub due_on: Date,
    /// What the host says about the whole of it, at most 10,000 characters.
    #[graphql(default)]
    pub commentary: String,
    /// Why schemes vary, at most 500, one a scheme. Submitting asks for one of each whose variance is
    /// above the agreement's threshold that holds on the return's last day.
    #[graphql(default)]
    pub narratives: Vec<ReturnNarrativeInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Which return is to be submitted.
#[derive(Clone, Debug, InputObject)]
pub struct SubmitReturnInput {
    /// The return.
    pub fund_return: ID,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What a partner asks about a return.
#[derive(Clone, Debug, InputObject)]
pub struct QueryReturnInput {
    /// The return.
    pub fund_return: ID,
    /// What your organisation asks, 1 to 4,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What the host answers to a partner's query.
#[derive(Clone, Debug, InputObject)]
pub struct AnswerReturnQueryInput {
    /// The return.
    pub fund_return: ID,
    /// The partner that asked.
    pub partner: ID,
    /// The answer, 1 to 4,000 characters.
    pub answer: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a partner agrees a return.
#[derive(Clone, Debug, InputObject)]
pub struct AgreeReturnInput {
    /// The return.
    pub fund_return: ID,
    /// Who decided to agree it.
    pub decision: DecisionInput,
    /// What is to be said beside it, at most 4,000 characters.
    pub comment: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That the host approves a return.
#[derive(Clone, Debug, InputObject)]
pub struct ApproveReturnInput {
    /// The return.
    pub fund_return: ID,
    /// Who decided to approve it.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of saving a return.
    SaveReturnPayload {
        /// The new version, a draft; null when it was refused.
        fund_return: FundReturn
    }
}

payload! {
    /// What came of submitting a return.
    SubmitReturnPayload {
        /// The return; null when it was refused.
        fund_return: FundReturn
    }
}

payload! {
    /// What came of asking about a return.
    QueryReturnPayload {
        /// The return; null when it was refused.
        fund_return: FundReturn
    }
}

payload! {
    /// What came of answering a query.
    AnswerReturnQueryPayload {
        /// The return; null when it was refused.
        fund_return: FundReturn
    }
}

payload! {
    /// What came of agreeing a return.
    AgreeReturnPayload {
        /// The return; null when it was refused.
        fund_return: FundReturn
    }
}

payload! {
    /// What came of approving a return.
    ApproveReturnPayload {
        /// The return; null when it was refused.
        fund_return: FundReturn
    }
}

/// Returns.
#[derive(Default)]
pub struct FundReturnMutation;

#[Object]
impl FundReturnMutation {
    /// Saves a new version of a fund's return on a quarter or a year, as a draft. The host's
    /// FINANCE, or a team's.
    async fn save_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The return.")] input: SaveReturnInput,
    ) -> Result<SaveReturnPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_return(input) {
            Ok(new) => service::save(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SaveReturnPayload::answer(done, FundReturn)
    }

    /// Submits a return: its figures are frozen as they are known now, and the partners are asked.
    /// Each scheme whose variance is above the bounds of the return needs a narrative. The host's
    /// FINANCE.
    async fn submit_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: SubmitReturnInput,
    ) -> Result<SubmitReturnPayload> {
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match Kind::Return.read(&input.fund_return, "fundReturn") {
            Ok(id) => service::submit(database, viewer, input.dry_run, id).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SubmitReturnPayload::answer(done, FundReturn)
    }

    /// Asks about a submitted return, for your organisation. A partner's FINANCE or APPROVER.
    async fn query_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is asked.")] input: QueryReturnInput,
    ) -> Result<QueryReturnPayload> {
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match Kind::Return.read(&input.fund_return, "fundReturn") {
            Ok(fund_return) => {
                let new = NewQuery { fund_return, reason: input.reason };
                service::query(database, viewer, input.dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        QueryReturnPayload::answer(done, FundReturn)
    }

    /// Answers what a partner asks about a return. The host's FINANCE.
    async fn answer_return_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answer.")] input: AnswerReturnQueryInput,
    ) -> Result<AnswerReturnQueryPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_answer(input) {
            Ok(new) => service::answer(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        AnswerReturnQueryPayload::answer(done, FundReturn)
    }

    /// Agrees a submitted return, for your organisation, as a body of it has decided. A partner's
    /// FINANCE or APPROVER.
    async fn agree_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and who decided.")] input: AgreeReturnInput,
    ) -> Result<AgreeReturnPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_agreement(input) {
            Ok(new) => service::agree(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        AgreeReturnPayload::answer(done, FundReturn)
    }

    /// Approves a return that every partner has agreed: it never changes again. The host's
    /// APPROVER, and not who submitted it.
    async fn approve_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and who decided.")] input: ApproveReturnInput,
    ) -> Result<ApproveReturnPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match new_approval(input) {
            Ok(new) => service::approve(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ApproveReturnPayload::answer(done, FundReturn)
    }
}

fn new_return(input: SaveReturnInput) -> Result<NewReturn, Refusal> {
    let narrative = |(place, one): (usize, ReturnNarrativeInput)| {
        Ok(NewNarrative {
            scheme: Kind::Scheme.read(&one.scheme, &format!("narratives.{place}.scheme"))?,
            narrative: one.narrative,
        })
    };
    let narratives = input.narratives.into_iter().enumerate().map(narrative);
    Ok(NewReturn {
        fund: Kind::Fund.read(&input.fund, "fund")?,
        year: input.financial_year.year("financialYear")?,
        span: input.span.into(),
        due_on: input.due_on.day("dueOn")?,
        commentary: input.commentary,
        narratives: narratives.collect::<Result<_, Refusal>>()?,
    })
}

fn new_answer(input: AnswerReturnQueryInput) -> Result<NewAnswer, Refusal> {
    Ok(NewAnswer {
        fund_return: Kind::Return.read(&input.fund_return, "fundReturn")?,
        partner: Kind::Organisation.read(&input.partner, "partner")?,
        answer: input.answer,
    })
}

fn new_agreement(input: AgreeReturnInput) -> Result<NewAgreement, Refusal> {
    Ok(NewAgreement {
        fund_return: Kind::Return.read(&input.fund_return, "fundReturn")?,
        decision: input.decision.read("decision")?,
        comment: input.comment,
    })
}

fn new_approval(input: ApproveReturnInput) -> Result<NewApproval, Refusal> {
    Ok(NewApproval {
        fund_return: Kind::Return.read(&input.fund_return, "fundReturn")?,
        decision: input.decision.read("decision")?,
    })
}
