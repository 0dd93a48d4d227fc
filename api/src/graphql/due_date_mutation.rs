//! Setting what is due, and saying what became of it.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    due_date::{DueDate, DueDateKind, DueDateOutcome},
    node::Kind,
    request::Asked,
    scalars::Date,
};
use crate::{
    payload,
    service::{
        Refusal,
        due_date::{self as service, NewDueDates, NewOutcome},
    },
};

/// Due dates, set and settled.
#[derive(Default)]
pub struct DueDateMutation;

/// Something that is to be done on one day, or on each of several.
#[derive(Clone, Debug, InputObject)]
pub struct SetDueDatesInput {
    /// The agreement.
    pub agreement: ID,
    /// What sort of thing it is.
    pub kind: DueDateKind,
    /// What it is, 1 to 300 characters.
    pub title: String,
    /// The days, 1 to 60 in the agreement's term, the earliest first: of something that recurs,
    /// each.
    pub due_on: Vec<Date>,
    /// The partner that sees to it; left out when all do.
    pub owner: Option<ID>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What became of something due.
#[derive(Clone, Debug, InputObject)]
pub struct SettleDueDateInput {
    /// What was due.
    pub due_date: ID,
    /// Done, or not to be done.
    pub outcome: DueDateOutcome,
    /// On which day, no later than today.
    pub happened_on: Date,
    /// What shows it, or why it need not be done, 1 to 1,000 characters.
    pub evidence: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of setting due dates.
    SetDueDatesPayload {
        /// What is due, in the order of the days; null when it was refused.
        due_dates: Vec<DueDate>
    }
);
payload!(
    /// What came of settling something due.
    SettleDueDatePayload {
        /// What was due; null when it was refused.
        due_date: DueDate
    }
);

#[Object]
impl DueDateMutation {
    /// Sets what is due under an agreement. Needs the role COMMISSIONER of the host; while no host
    /// is named, of any partner.
    async fn set_due_dates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is due, and when.")] input: SetDueDatesInput,
    ) -> Result<SetDueDatesPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::set(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SetDueDatesPayload::answer(done, |set| set.into_iter().map(DueDate).collect())
    }

    /// Records that something due was done, which needs the role COMMISSIONER of the host or of the
    /// partner that sees to it; or that it need not be, which needs that of the host.
    async fn settle_due_date(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What became of what.")] input: SettleDueDateInput,
    ) -> Result<SettleDueDatePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::settle(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SettleDueDatePayload::answer(done, DueDate)
    }
}

impl SetDueDatesInput {
    fn read(self) -> std::result::Result<NewDueDates, Refusal> {
        let days = self.due_on.iter().enumerate();
        let days = days.map(|(place, day)| day.day(&format!("dueOn.{place}")));
        let owner = self.owner.map(|id| Kind::Organisation.read(&id, "owner"));
        Ok(NewDueDates {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            kind: self.kind.into(),
            title: self.title,
            due_on: days.collect::<Result<_, _>>()?,
            owner: owner.transpose()?,
        })
    }
}

impl SettleDueDateInput {
    fn read(self) -> std::result::Result<NewOutcome, Refusal> {
        Ok(NewOutcome {
            due_date: Kind::DueDate.read(&self.due_date, "dueDate")?,
            outcome: self.outcome.into(),
            happened_on: self.happened_on.day("happenedOn")?,
            evidence: self.evidence,
        })
    }
}
