//! Agreeing how over- and underspend is shared.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    decision::DecisionInput, node::Kind, proposal::Proposal, request::Asked, risk_share::RiskShare,
    risk_share_input::RiskShareRuleInput, scalars::Date,
};
use crate::{
    access::Seen,
    payload,
    service::{
        Refusal,
        decision::Decision,
        proposal::{self, Content, NewProposal},
        risk_share::{self, NewRiskShare},
    },
};

/// Risk shares, agreed.
#[derive(Default)]
pub struct RiskShareMutation;

/// How some funds are shared from a day on, which every partner has to approve.
#[derive(Clone, Debug, InputObject)]
pub struct ProposeRiskShareInput {
    /// The agreement.
    pub agreement: ID,
    /// What the partners call it, 1 to 100 characters. One that goes by it already is given another
    /// version.
    pub reference: String,
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// The funds of the agreement that are shared, 1 to 50; of another version left out. A fund is
    /// in one risk share at most.
    #[graphql(default)]
    pub funds: Vec<ID>,
    /// The first day on which it is in force, in the agreement's term.
    pub effective_on: Date,
    /// The rule.
    pub rule: RiskShareRuleInput,
    /// The last day on which it can be decided, at most 366 days from today.
    pub expires_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// How some funds are shared from a day on, as partners have decided elsewhere.
#[derive(Clone, Debug, InputObject)]
pub struct RecordRiskShareInput {
    /// The agreement.
    pub agreement: ID,
    /// What the partners call it, 1 to 100 characters. One that goes by it already is given another
    /// version.
    pub reference: String,
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// The funds of the agreement that are shared, 1 to 50; of another version left out. A fund is
    /// in one risk share at most.
    #[graphql(default)]
    pub funds: Vec<ID>,
    /// The first day on which it is in force, in the agreement's term.
    pub effective_on: Date,
    /// The rule.
    pub rule: RiskShareRuleInput,
    /// Who decided.
    pub decision: DecisionInput,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of proposing how over- and underspend is shared.
    ProposeRiskSharePayload {
        /// The proposal; null when it was refused.
        proposal: Proposal
    }
);
payload!(
    /// What came of recording how over- and underspend is shared.
    RecordRiskSharePayload {
        /// The risk share; null when it was refused.
        risk_share: RiskShare
    }
);

#[Object]
impl RiskShareMutation {
    /// Proposes how over- and underspend of some funds is shared: a new risk share, or another
    /// version of one. Every partner approves it (rule G1). Needs the role COMMISSIONER of a
    /// partner.
    async fn propose_risk_share(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The risk share.")] input: ProposeRiskShareInput,
    ) -> Result<ProposeRiskSharePayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => proposal::propose(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ProposeRiskSharePayload::answer(done, Proposal::from)
    }

    /// Records how over- and underspend of some funds is shared, as partners have decided elsewhere
    /// (rule G4). Needs the role COMMISSIONER of the host.
    async fn record_risk_share(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The risk share.")] input: RecordRiskShareInput,
    ) -> Result<RecordRiskSharePayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => risk_share::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        let whole = |done: risk_share::Version| RiskShare(Seen::by_its_writer(done.share));
        RecordRiskSharePayload::answer(done, whole)
    }
}

type Read<T> = std::result::Result<T, Refusal>;

fn funds(ids: &[ID]) -> Read<Vec<uuid::Uuid>> {
    let ids = ids.iter().enumerate();
    ids.map(|(place, id)| Kind::Fund.read(id, &format!("funds.{place}"))).collect()
}

impl ProposeRiskShareInput {
    fn read(self) -> Read<NewProposal> {
        let content = Content::RiskShare(NewRiskShare {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            reference: self.reference,
            name: self.name,
            funds: funds(&self.funds)?,
            effective_on: self.effective_on.day("effectiveOn")?,
            rule: self.rule.read("rule")?,
            decision: Decision::default(),
            idempotency_key: String::new(),
        });
        let expires_on = self.expires_on.day("expiresOn")?;
        Ok(NewProposal { content, expires_on, idempotency_key: self.idempotency_key })
    }
}

impl RecordRiskShareInput {
    fn read(self) -> Read<NewRiskShare> {
        Ok(NewRiskShare {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            reference: self.reference,
            name: self.name,
            funds: funds(&self.funds)?,
            effective_on: self.effective_on.day("effectiveOn")?,
            rule: self.rule.read("rule")?,
            decision: self.decision.read("decision")?,
            idempotency_key: self.idempotency_key,
        })
    }
}
