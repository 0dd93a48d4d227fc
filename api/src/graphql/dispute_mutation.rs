//! Disputes: the ladder set, raised, taken up it, and ended.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use entities::dispute_end as row_of_end;

use super::{
    agreement::PartnershipAgreement,
    dispute::Dispute,
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::{
    payload,
    service::{
        Refusal,
        dispute::{self as service, NewDispute, NewEnd, NewLadder, NewRung, NewStep},
    },
};

/// Disputes.
#[derive(Default)]
pub struct DisputeMutation;

/// How a dispute ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "row_of_end::DisputeEnd")]
pub enum DisputeEnding {
    /// The partners agreed, or somebody decided for them.
    Resolved,
    /// Whoever raised it withdraws it.
    Withdrawn,
}

/// The ladder by which disputes are to go.
#[derive(Clone, Debug, InputObject)]
pub struct SetDisputeLadderInput {
    /// The agreement.
    pub agreement: ID,
    /// The steps, 1 to 20, in their order.
    pub steps: Vec<DisputeLadderStepInput>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A step of a ladder.
#[derive(Clone, Debug, InputObject)]
pub struct DisputeLadderStepInput {
    /// Who deals with the dispute there, 1 to 200 characters.
    pub name: String,
    /// Within how many days after the step before it, or after the dispute was raised, 1 to 3,650;
    /// left out where that is not agreed.
    pub within_days: Option<i32>,
}

/// A dispute that your own organisation raises.
#[derive(Clone, Debug, InputObject)]
pub struct RaiseDisputeInput {
    /// The agreement.
    pub agreement: ID,
    /// The partners against which it is raised.
    pub against: Vec<ID>,
    /// The fund, when it is about one.
    pub fund: Option<ID>,
    /// The year, when it is about one.
    pub financial_year: Option<FinancialYear>,
    /// The amount, in pounds, when it is about one.
    pub amount: Option<Money>,
    /// When it was raised, no later than today.
    pub raised_on: Date,
    /// What it is about, 1 to 2,000 characters.
    pub matter: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A step of the ladder that was taken.
#[derive(Clone, Debug, InputObject)]
pub struct TakeDisputeStepInput {
    /// The dispute.
    pub dispute: ID,
    /// Its place in the ladder: that of the next one.
    pub number: i32,
    /// When it was taken, no later than today.
    pub taken_on: Date,
    /// What came of it, 1 to 2,000 characters.
    pub outcome: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// The end of a dispute.
#[derive(Clone, Debug, InputObject)]
pub struct EndDisputeInput {
    /// The dispute.
    pub dispute: ID,
    /// How it ends.
    pub ending: DisputeEnding,
    /// When, no later than today.
    pub ended_on: Date,
    /// What was agreed, or why it is withdrawn, 1 to 2,000 characters.
    pub outcome: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of setting a ladder.
    SetDisputeLadderPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);
payload!(
    /// What came of raising a dispute.
    RaiseDisputePayload {
        /// The dispute; null when it was refused.
        dispute: Dispute
    }
);
payload!(
    /// What came of taking a step.
    TakeDisputeStepPayload {
        /// The dispute; null when it was refused.
        dispute: Dispute
    }
);
payload!(
    /// What came of ending a dispute.
    EndDisputePayload {
        /// The dispute; null when it was refused.
        dispute: Dispute
    }
);

#[Object]
impl DisputeMutation {
    /// Sets the ladder by which disputes raised from now on go. Needs the role COMMISSIONER of the
    /// host; while no host is named, of any partner.
    async fn set_dispute_ladder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ladder.")] input: SetDisputeLadderInput,
    ) -> Result<SetDisputeLadderPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::Agreement.read(&input.agreement, "agreement") {
            Ok(agreement) => {
                let step = |it: DisputeLadderStepInput| NewRung {
                    name: it.name,
                    within_days: it.within_days,
                };
                let steps = input.steps.into_iter().map(step).collect();
                let new = NewLadder { agreement, steps };
                service::set_ladder(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SetDisputeLadderPayload::answer(done, PartnershipAgreement)
    }

    /// Raises a dispute for your own organisation. Needs the role COMMISSIONER or FINANCE of a
    /// partner.
    async fn raise_dispute(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dispute.")] input: RaiseDisputeInput,
    ) -> Result<RaiseDisputePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::raise(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RaiseDisputePayload::answer(done, Dispute)
    }

    /// Records that the next step of the ladder was taken. Needs the role COMMISSIONER or FINANCE of
    /// the host or of a partner between which the dispute is.
    async fn take_dispute_step(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The step.")] input: TakeDisputeStepInput,
    ) -> Result<TakeDisputeStepPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::take_step(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        TakeDisputeStepPayload::answer(done, Dispute)
    }

    /// Records that a dispute is over: resolved, by the host or a partner between which it is; or
    /// withdrawn, by whoever raised it. Needs the role COMMISSIONER or FINANCE.
    async fn end_dispute(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The end.")] input: EndDisputeInput,
    ) -> Result<EndDisputePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::end(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        EndDisputePayload::answer(done, Dispute)
    }
}

impl RaiseDisputeInput {
    fn read(self) -> std::result::Result<NewDispute, Refusal> {
        let against = self.against.iter().enumerate();
        let against =
            against.map(|(place, id)| Kind::Organisation.read(id, &format!("against.{place}")));
        let year = self.financial_year.as_ref().map(|year| year.year("financialYear"));
        Ok(NewDispute {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            against: against.collect::<Result<_, _>>()?,
            fund: self.fund.map(|id| Kind::Fund.read(&id, "fund")).transpose()?,
            year: year.transpose()?,
            amount: self.amount.map(|amount| amount.pence("amount")).transpose()?,
            raised_on: self.raised_on.day("raisedOn")?,
            matter: self.matter,
        })
    }
}

impl TakeDisputeStepInput {
    fn read(self) -> std::result::Result<NewStep, Refusal> {
        Ok(NewStep {
            dispute: Kind::Dispute.read(&self.dispute, "dispute")?,
            number: self.number,
            taken_on: self.taken_on.day("takenOn")?,
            outcome: self.outcome,
        })
    }
}

impl EndDisputeInput {
    fn read(self) -> std::result::Result<NewEnd, Refusal> {
        Ok(NewEnd {
            dispute: Kind::Dispute.read(&self.dispute, "dispute")?,
            kind: self.ending.into(),
            ended_on: self.ended_on.day("endedOn")?,
            outcome: self.outcome,
        })
    }
}
