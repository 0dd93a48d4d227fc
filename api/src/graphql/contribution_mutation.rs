//! Planning contributions, and varying them.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    contribution::Contribution,
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::{
    payload,
    service::{
        Refusal,
        contribution::{self, NewContribution, NewInstalment, NewWithholding, Variation},
    },
};

/// Contributions, planned and varied.
#[derive(Default)]
pub struct ContributionMutation;

/// What a partner is to put into a fund, for one year, from one funding source.
#[derive(Clone, Debug, InputObject)]
pub struct PlanContributionInput {
    /// The fund.
    pub fund: ID,
    /// The partner that puts it in.
    pub partner: ID,
    /// The code of the funding source, from the year's code list.
    pub source_code: String,
    /// The year.
    pub financial_year: FinancialYear,
    /// How much, in pounds; never negative.
    pub amount: Money,
    /// How it is paid, at most 60, in the order of payment; left out when that is not agreed.
    pub instalments: Option<Vec<InstalmentInput>>,
    /// From when it counts; the year's first day when left out.
    pub effective_on: Option<Date>,
    /// By which decision the partner agreed to it; needed where another plans it on its behalf.
    pub decision: Option<DecisionInput>,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A part of a contribution.
#[derive(Clone, Debug, InputObject)]
pub struct InstalmentInput {
    /// The day on which it is due.
    pub due_on: Date,
    /// How much, in pounds. When no instalment says it, they are equal, the odd pennies first.
    pub amount: Option<Money>,
}

/// A variation of a contribution that a body has decided.
#[derive(Clone, Debug, InputObject)]
pub struct VaryContributionInput {
    /// The contribution.
    pub contribution: ID,
    /// Its version as you read it, when it must not have changed since.
    pub expected_version: Option<i32>,
    /// The amount added, in pounds; negative when the contribution is lowered.
    pub amount: Money,
    /// From when it counts, in the contribution's year.
    pub effective_on: Date,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// Who decided.
    pub decision: DecisionInput,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What a partner withholds of its contribution, instead of what it said before.
#[derive(Clone, Debug, InputObject)]
pub struct WithholdContributionInput {
    /// The contribution.
    pub contribution: ID,
    /// How much, in pounds; more than nothing.
    pub amount: Money,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// From when; today when left out, and not in the future.
    pub effective_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a partner no longer withholds any of its contribution.
#[derive(Clone, Debug, InputObject)]
pub struct ReleaseWithheldContributionInput {
    /// The contribution.
    pub contribution: ID,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// From when; today when left out, and not in the future.
    pub effective_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of withholding some of a contribution, or of releasing it.
    WithholdContributionPayload {
        /// The contribution; null when it was refused.
        contribution: Contribution
    }
);
payload!(
    /// What came of planning a contribution.
    PlanContributionPayload {
        /// The contribution; null when it was refused.
        contribution: Contribution
    }
);
payload!(
    /// What came of varying a contribution.
    VaryContributionPayload {
        /// The contribution; null when it was refused.
        contribution: Contribution
    }
);

#[Object]
impl ContributionMutation {
    /// Records what a partner has agreed to put in. Needs the role FINANCE of the partner, or of
    /// the host on its behalf, which names the decision by which the partner agreed.
    async fn plan_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contribution.")] input: PlanContributionInput,
    ) -> Result<PlanContributionPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => contribution::plan(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        PlanContributionPayload::answer(done, Contribution)
    }

    /// Records a variation that changes what comes in and no budget; where budgets follow, it is
    /// `moveBudget`. Needs the role FINANCE of the partner. The host varies its own, and another's
    /// where too little is known for an approval; else it proposes to.
    async fn vary_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The variation.")] input: VaryContributionInput,
    ) -> Result<VaryContributionPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => contribution::vary(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        VaryContributionPayload::answer(done, Contribution)
    }

    /// Says that some of a contribution is withheld: it is due and not paid, and for a reason. Needs
    /// the role FINANCE of the partner that puts it in.
    async fn withhold_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How much, and why.")] input: WithholdContributionInput,
    ) -> Result<WithholdContributionPayload> {
        let dry_run = input.dry_run;
        withheld(ctx, dry_run, input.read()).await
    }

    /// Says that nothing of a contribution is withheld any more. Needs the role FINANCE of the
    /// partner that puts it in.
    async fn release_withheld_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReleaseWithheldContributionInput,
    ) -> Result<WithholdContributionPayload> {
        let dry_run = input.dry_run;
        withheld(ctx, dry_run, input.read()).await
    }
}

async fn withheld(
    ctx: &Context<'_>,
    dry_run: bool,
    read: std::result::Result<NewWithholding, Refusal>,
) -> Result<WithholdContributionPayload> {
    let viewer = ctx.viewer()?;
    let done = match read {
        Ok(new) => contribution::withhold(ctx.database()?, viewer, dry_run, new).await,
        Err(refusal) => Err(refusal.into()),
    };
    ctx.request()?.after_write().await;
    WithholdContributionPayload::answer(done, Contribution)
}

impl WithholdContributionInput {
    fn read(self) -> std::result::Result<NewWithholding, Refusal> {
        Ok(NewWithholding {
            contribution: Kind::Contribution.read(&self.contribution, "contribution")?,
            amount: Some(self.amount.pence("amount")?),
            reason: self.reason,
            effective_on: self.effective_on.map(|day| day.day("effectiveOn")).transpose()?,
        })
    }
}

impl ReleaseWithheldContributionInput {
    fn read(self) -> std::result::Result<NewWithholding, Refusal> {
        Ok(NewWithholding {
            contribution: Kind::Contribution.read(&self.contribution, "contribution")?,
            amount: None,
            reason: self.reason,
            effective_on: self.effective_on.map(|day| day.day("effectiveOn")).transpose()?,
        })
    }
}

impl PlanContributionInput {
    fn read(self) -> std::result::Result<NewContribution, Refusal> {
        let instalments = self.instalments.unwrap_or_default().into_iter().enumerate();
        Ok(NewContribution {
            fund: Kind::Fund.read(&self.fund, "fund")?,
            partner: Kind::Organisation.read(&self.partner, "partner")?,
            source_code: self.source_code,
            year: self.financial_year.year("financialYear")?,
            amount: self.amount.pence("amount")?,
            instalments: instalments.map(InstalmentInput::read).collect::<Result<_, _>>()?,
            effective_on: self.effective_on.map(|day| day.day("effectiveOn")).transpose()?,
            decision: self.decision.map(|it| it.read("decision")).transpose()?,
            idempotency_key: self.idempotency_key,
        })
    }
}

impl InstalmentInput {
    fn read((place, part): (usize, Self)) -> std::result::Result<NewInstalment, Refusal> {
        let path = |field: &str| format!("instalments.{place}.{field}");
        let amount = part.amount.map(|amount| amount.pence(&path("amount")));
        Ok(NewInstalment { due_on: part.due_on.day(&path("dueOn"))?, amount: amount.transpose()? })
    }
}

impl VaryContributionInput {
    fn read(self) -> std::result::Result<Variation, Refusal> {
        Ok(Variation {
            contribution: Kind::Contribution.read(&self.contribution, "contribution")?,
            expected_version: self.expected_version,
            amount: self.amount.pence("amount")?,
            effective_on: self.effective_on.day("effectiveOn")?,
            reason: self.reason,
            decision: self.decision.read("decision")?,
            idempotency_key: self.idempotency_key,
        })
    }
}
