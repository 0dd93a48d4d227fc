//! What has to be done under an agreement, and by when.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use entities::{due_date as due, due_date_outcome as outcome};
use uuid::Uuid;

use super::{
    agreement_loaders::PartnersOf,
    governance_loaders::DueDatesOf,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::Asked,
    scalars::Date,
    withheld::Permission,
};
use crate::{
    connection,
    service::due_date::{self as service, Due},
};

/// What sort of thing is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "due::DueDateKind")]
pub enum DueDateKind {
    /// A meeting of the partners.
    Meeting,
    /// A report to the partners.
    Report,
    /// The setting of a budget.
    BudgetSetting,
    /// A review of the agreement.
    Review,
}

/// What became of something due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "outcome::DueDateOutcome")]
pub enum DueDateOutcome {
    /// It was done.
    Met,
    /// It need not be done.
    Cancelled,
}

/// Something that has to be done under an agreement by a day. Whoever reads the agreement's terms on
/// that day sees it.
#[derive(Clone, Debug)]
pub struct DueDate(pub Due);

/// That something due was done, or that it need not be.
#[derive(Clone, Debug, SimpleObject)]
pub struct DueDateSettlement {
    /// Done, or not to be done.
    pub outcome: DueDateOutcome,
    /// On which day.
    pub happened_on: Date,
    /// What shows it: a minute, a document, or why it need not be done.
    pub evidence: String,
}

/// What you may do to something due.
#[derive(Clone, Debug, SimpleObject)]
pub struct DueDatePermissions {
    /// Record that it was done.
    pub meet: Permission,
    /// Record that it need not be done.
    pub cancel: Permission,
}

connection!(DueDateConnection, DueDateEdge, DueDate, "what is due, of what you see");

/// Something that has to be done under an agreement by a day. Whoever reads the agreement's terms on
/// that day sees it.
#[Object]
impl DueDate {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::DueDate.id(self.0.seen.row.id)
    }

    /// What sort of thing it is.
    async fn kind(&self) -> DueDateKind {
        self.0.seen.row.kind.into()
    }

    /// What it is.
    async fn title(&self) -> &str {
        &self.0.seen.row.title
    }

    /// The day by which it has to be done.
    async fn due_on(&self) -> Date {
        self.0.seen.row.due_on.into()
    }

    /// The partner that sees to it; null when all do.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.seen.row.owner_id {
            Some(owner) => Organisation::referred(ctx, owner).await.map(Some),
            None => Ok(None),
        }
    }

    /// What became of it; null while nothing has within your own days.
    async fn settlement(&self) -> Option<DueDateSettlement> {
        self.0.outcome.as_ref().map(|row| DueDateSettlement {
            outcome: row.outcome.into(),
            happened_on: row.happened_on.into(),
            evidence: row.evidence.clone(),
        })
    }

    /// True when its day has passed and nothing has become of it; to whoever left, as on its last
    /// day.
    async fn is_overdue(&self) -> bool {
        self.0.is_overdue
    }

    /// What you may do to it; whether it can still be done, it says itself.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<DueDatePermissions> {
        let partnership = ctx.loaders()?.load_one(PartnersOf(self.0.seen.row.agreement_id)).await?;
        let parties = partnership.unwrap_or_default().parties_on(ctx.viewer()?.today);
        let may = service::permissions(ctx.viewer()?, &parties, &self.0);
        Ok(DueDatePermissions { meet: may.meet.into(), cancel: may.cancel.into() })
    }
}

/// What is due under an agreement, by day.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn of_agreement(
    ctx: &Context<'_>,
    agreement: Uuid,
    arguments: &PageArguments,
) -> Result<DueDateConnection> {
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "due_dates", "", &agreement.to_string());
    let due = ctx.loaders()?.load_one(DueDatesOf(agreement)).await?.unwrap_or_default();
    let page = page_of(&due, arguments, &list, |it| it.seen.row.id.to_string())?;
    Ok(DueDateConnection(page.map(DueDate)))
}
