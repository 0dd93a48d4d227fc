//! What is said about a return, and who still owes what to it.

use async_graphql::{Context, Enum, Object, Result};
use chrono::NaiveDate;
use domain::rules::fund_return as rule;
use entities::{fund_return_narrative, return_answer};
use uuid::Uuid;

use super::{
    decision::Decision,
    organisation::Organisation,
    scalars::{Date, DateTime},
    scheme::Scheme,
};
use crate::connection;

/// What somebody still owes to a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::Duty")]
pub enum ReturnDuty {
    /// The host is to submit it.
    Submit,
    /// The host is to answer a partner's query.
    AnswerQuery,
    /// The partner is to agree it, or to query it.
    Agree,
    /// The host's approver is to approve it.
    Approve,
}

/// What is said about a submitted return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "return_answer::AnswerKind")]
pub enum ReturnAnswerKind {
    /// The partner asks.
    Queried,
    /// The host answers the partner's query.
    Answered,
    /// The partner agrees.
    Agreed,
}

/// Why a scheme varies from its budget, as the host says it.
#[derive(Clone, Debug)]
pub struct ReturnNarrative(pub(super) fund_return_narrative::Model);

/// What a partner said about a return, or the host about its query.
#[derive(Clone, Debug)]
pub struct ReturnAnswer(pub(super) return_answer::Model);

/// What somebody still owes to a return.
#[derive(Clone, Debug)]
pub struct ReturnOutstanding {
    pub(super) organisation: Option<Uuid>,
    pub(super) duty: rule::Duty,
    pub(super) due_on: NaiveDate,
    pub(super) is_overdue: bool,
}

connection!(
    ReturnNarrativeConnection,
    ReturnNarrativeEdge,
    ReturnNarrative,
    "narratives of a return"
);
connection!(ReturnAnswerConnection, ReturnAnswerEdge, ReturnAnswer, "what was said about a return");

/// Why a scheme varies from its budget, as the host says it. Seen like its return.
#[Object]
impl ReturnNarrative {
    /// The scheme; null where you do not see it.
    async fn scheme(&self, ctx: &Context<'_>) -> Result<Option<Scheme>> {
        Scheme::load(ctx, self.0.scheme_id).await
    }

    /// What the host says.
    async fn narrative(&self) -> &str {
        &self.0.narrative
    }
}

/// What a partner said about a return, or the host about its query. The host and the partners
/// read it.
#[Object]
impl ReturnAnswer {
    /// What was said.
    async fn kind(&self) -> ReturnAnswerKind {
        self.0.kind.into()
    }

    /// The partner that said it, or whose query is answered.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner_id).await
    }

    /// The query or its answer, in words; what was said beside an agreement, if anything.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who decided to agree; null of a query and its answer.
    async fn decision(&self) -> Option<Decision> {
        let row = self.0.clone();
        Some(Decision {
            deciding_body: row.deciding_body?,
            decided_on: row.decided_on?.into(),
            minute_reference: row.minute_reference?,
        })
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.recorded_at.into()
    }
}

/// What somebody still owes to a return. The host and the partners read it.
#[Object]
impl ReturnOutstanding {
    /// Who owes it; null where the host is not known.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.organisation {
            Some(id) => Organisation::load(ctx, id).await,
            None => Ok(None),
        }
    }

    /// What is owed.
    async fn duty(&self) -> ReturnDuty {
        self.duty.into()
    }

    /// By when.
    async fn due_on(&self) -> Date {
        self.due_on.into()
    }

    /// True once that day has passed.
    async fn is_overdue(&self) -> bool {
        self.is_overdue
    }
}
