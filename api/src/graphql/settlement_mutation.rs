//! Claiming what a year comes to, and answering.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    decision::DecisionInput,
    node::Kind,
    request::Asked,
    risk_share_input::{StatedCauseInput, causes},
    scalars::{FinancialYear, Money},
    settlement::Settlement,
};
use crate::{
    payload,
    service::{
        Refusal,
        risk_share::{self, Acceptance, Dispute, NewSettlement},
    },
};

/// Settlements, claimed and answered.
#[derive(Default)]
pub struct SettlementMutation;

/// What is claimed of a closed year.
#[derive(Clone, Debug, InputObject)]
pub struct ClaimSettlementInput {
    /// The risk share.
    pub risk_share: ID,
    /// The year: all of its periods are closed, in every fund of the risk share.
    pub financial_year: FinancialYear,
    /// Why schemes were underspent, at most 100; of the others the rule says it.
    #[graphql(default)]
    pub causes: Vec<StatedCauseInput>,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a partner accepts its line.
#[derive(Clone, Debug, InputObject)]
pub struct AcceptSettlementLineInput {
    /// The line.
    pub line: ID,
    /// Who decided.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a partner disputes its line, or a part of it.
#[derive(Clone, Debug, InputObject)]
pub struct DisputeSettlementLineInput {
    /// The line.
    pub line: ID,
    /// How much of it, in pounds and of the line's own sign; all of it when left out.
    pub amount: Option<Money>,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of claiming a settlement.
    ClaimSettlementPayload {
        /// The settlement; null when it was refused.
        settlement: Settlement
    }
);
payload!(
    /// What came of accepting a line of a settlement.
    AcceptSettlementLinePayload {
        /// The settlement; null when it was refused.
        settlement: Settlement
    }
);
payload!(
    /// What came of disputing a line of a settlement.
    DisputeSettlementLinePayload {
        /// The settlement; null when it was refused.
        settlement: Settlement
    }
);

#[Object]
impl SettlementMutation {
    /// Claims what a risk share comes to for a closed year (rule R5): a line for each partner that
    /// owes or is owed something. It moves no money, and a further claim takes its place until every
    /// partner has accepted. Needs the role FINANCE of the host.
    async fn claim_settlement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The claim.")] input: ClaimSettlementInput,
    ) -> Result<ClaimSettlementPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => risk_share::claim(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ClaimSettlementPayload::answer(done, Settlement)
    }

    /// Accepts your own line of a settlement, whether or not you disputed it before. Needs the role
    /// FINANCE or APPROVER of the partner, by somebody else than who claimed it (rule M13).
    async fn accept_settlement_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: AcceptSettlementLineInput,
    ) -> Result<AcceptSettlementLinePayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => risk_share::accept(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        AcceptSettlementLinePayload::answer(done, Settlement)
    }

    /// Disputes your own line of a settlement, or a part of it. Needs the role FINANCE or APPROVER
    /// of the partner.
    async fn dispute_settlement_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: DisputeSettlementLineInput,
    ) -> Result<DisputeSettlementLinePayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => risk_share::dispute(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        DisputeSettlementLinePayload::answer(done, Settlement)
    }
}

type Read<T> = std::result::Result<T, Refusal>;

impl ClaimSettlementInput {
    fn read(self) -> Read<NewSettlement> {
        Ok(NewSettlement {
            risk_share: Kind::RiskShare.read(&self.risk_share, "riskShare")?,
            year: self.financial_year.year("financialYear")?,
            causes: causes(self.causes)?,
            idempotency_key: self.idempotency_key,
        })
    }
}

impl AcceptSettlementLineInput {
    fn read(self) -> Read<Acceptance> {
        Ok(Acceptance {
            line: Kind::SettlementLine.read(&self.line, "line")?,
            decision: self.decision.read("decision")?,
        })
    }
}

impl DisputeSettlementLineInput {
    fn read(self) -> Read<Dispute> {
        Ok(Dispute {
            line: Kind::SettlementLine.read(&self.line, "line")?,
            amount: self.amount.map(|amount| amount.pence("amount")).transpose()?,
            reason: self.reason,
        })
    }
}
