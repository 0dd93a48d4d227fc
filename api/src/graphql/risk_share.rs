//! How over- and underspend is shared.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::{
    policy::matrix::FieldGroup,
    rules::risk_share::{self as rules, Bound, Mechanism, Tier},
};
use entities::{partnership_agreement, risk_share, risk_share_version as version};
use uuid::Uuid;

use super::{
    agreement::PartnershipAgreement,
    agreement_loaders::PartnersOf,
    decision::Decision,
    fund::PooledFund,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::Asked,
    risk_share_loaders::{
        RiskShareById, RiskShareVersionsOf, RiskSharesOf, SettlementsOf, SharedFundsOf,
    },
    scalars::{Date, DateTime, Money},
    settlement::{Settlement, SettlementConnection},
    withheld::{Permission, Withheld},
};
use crate::{access::Seen, connection, service};

/// What a tier does with the part of a variance that it sees (rule R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::MechanismKind")]
pub enum RiskShareMechanism {
    /// Underspent schemes of pooled funds meet it; never ring-fenced or aligned money. Overspend
    /// only.
    OffsetWithinPool,
    /// The risk reserve meets it. Overspend only.
    DrawRiskReserve,
    /// Budget that is promised to nobody is given up for it. Overspend only.
    ReduceUncommitted,
    /// Parties bear it, or are given it, by whole weights over a stated total.
    FixedShare,
    /// Partners bear it, or are given it, in proportion to what they agreed to put in.
    ProRataContribution,
    /// Whoever commissions the scheme bears it, or keeps it.
    LeadCommissionerBears,
    /// The host bears it, or keeps it.
    HostBears,
    /// It stays in the fund for the next year. Underspend only.
    CarryForward,
    /// It is returned in proportion to what partners agreed to put in. Underspend only.
    ReturnProRata,
    /// It is spent on further schemes. Underspend only.
    Reinvest,
    /// It is kept against what may come. Underspend only.
    RetainAsContingency,
}

/// Why a scheme was underspent (rule R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Cause")]
pub enum UnderspendCause {
    /// Somebody worked for it.
    ManagementAction,
    /// It happened.
    Windfall,
}

/// That the partners of an agreement share what some of its funds over- or underspend. Whoever reads
/// the terms of exit sees it.
#[derive(Clone, Debug)]
pub struct RiskShare(pub Seen<risk_share::Model>);

/// The rule of a risk share as agreed, from a day on. Whoever sees the risk share sees it.
#[derive(Clone, Debug)]
pub struct RiskShareVersion(pub version::Model);

/// One layer of a list. It sees what of the variance lies between its threshold and its cap, as far
/// as the tiers before it left something.
#[derive(Clone, Debug)]
pub struct RiskShareTier(Tier);

/// A party and its weight.
#[derive(Clone, Debug)]
pub struct RiskShareWeight(rules::WeightedParty);

/// The most that a party bears of an overspend.
#[derive(Clone, Debug)]
pub struct RiskShareCap(rules::Cap);

/// Where a layer or a cap lies: one of the two.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskShareBound {
    /// At an amount, in pounds.
    pub amount: Option<Money>,
    /// At hundredths of a per cent of the year's budget, rounded down to the penny.
    pub basis_points: Option<i32>,
}

/// What the viewer may do to a risk share.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskSharePermissions {
    /// Propose another version of it.
    pub propose: Permission,
    /// Claim what it comes to for a closed year.
    pub claim_settlement: Permission,
}

connection!(
    RiskShareConnection,
    RiskShareEdge,
    RiskShare,
    "risk shares, which whoever reads the terms of exit sees"
);

/// The risk shares of an agreement, for whoever reads the terms of exit.
///
/// # Errors
/// A fault, or what is wrong with the page.
pub async fn of_agreement(
    ctx: &Context<'_>,
    agreement: &Seen<partnership_agreement::Model>,
    arguments: &PageArguments,
) -> Result<Option<RiskShareConnection>> {
    if !agreement.reads(FieldGroup::AgreementExit) {
        return Ok(None);
    }
    let id = agreement.row.id;
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "riskShares", "", &id.to_string());
    let shares = ctx.loaders()?.load_one(RiskSharesOf(id)).await?.unwrap_or_default();
    let page = page_of(&shares, arguments, &list, |share| share.row.id.to_string())?;
    Ok(Some(RiskShareConnection(page.map(RiskShare))))
}

impl RiskShare {
    /// The risk share with this identity, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(RiskShareById(id)).await?.map(Self))
    }
}

/// That the partners of an agreement share what some of its funds over- or underspend. Whoever reads
/// the terms of exit sees it.
#[Object]
impl RiskShare {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::RiskShare.id(self.0.row.id)
    }

    /// What the partners call it; unique in the agreement.
    async fn reference(&self) -> &str {
        &self.0.row.reference
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// The agreement.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<PartnershipAgreement>> {
        PartnershipAgreement::load(ctx, self.0.row.agreement_id).await
    }

    /// The funds that are shared, at most 50, as far as you see them.
    async fn funds(&self, ctx: &Context<'_>) -> Result<Vec<PooledFund>> {
        let rows = ctx.loaders()?.load_one(SharedFundsOf(self.0.row.id)).await?;
        let mut funds = Vec::new();
        for row in rows.unwrap_or_default() {
            funds.extend(PooledFund::load(ctx, row.fund_id).await?);
        }
        Ok(funds)
    }

    /// The versions of its rule, the first first, as far as they were recorded in your days.
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<RiskShareVersion>> {
        let rows = ctx.loaders()?.load_one(RiskShareVersionsOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(RiskShareVersion).collect())
    }

    /// What was claimed of closed years, the last year's last claim first. Withheld from whoever
    /// does not read the position by partner.
    async fn settlements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<SettlementConnection>> {
        if !self.0.reads(FieldGroup::PositionByPartner) {
            return Ok(None);
        }
        let id = self.0.row.id;
        let viewer = ctx.viewer()?.holder();
        let list = ctx.request()?.cursors.list(viewer, "settlements", "", &id.to_string());
        let all = ctx.loaders()?.load_one(SettlementsOf(id)).await?.unwrap_or_default();
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&all, &arguments, &list, |it| it.seen.row.id.to_string())?;
        Ok(Some(SettlementConnection(page.map(Settlement))))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let standing = &self.0.standing;
        let hidden = standing.hidden(standing, FieldGroup::PositionByPartner);
        Withheld::because(hidden, &["settlements"])
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<RiskSharePermissions> {
        let viewer = ctx.viewer()?;
        let partnership = ctx.loaders()?.load_one(PartnersOf(self.0.row.agreement_id)).await?;
        let parties = partnership.unwrap_or_default().parties_on(viewer.today);
        Ok(RiskSharePermissions {
            propose: viewer.actor().may_propose_risk_share(&parties).into(),
            claim_settlement: viewer.actor().may_claim_settlement(&parties).into(),
        })
    }
}

/// The rule of a risk share as agreed, from a day on. Whoever sees the risk share sees it.
#[Object]
impl RiskShareVersion {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::RiskShareVersion.id(self.0.id)
    }

    /// Its number in the risk share, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// The first day on which it is in force. The version in force at a year's end applies to all of
    /// the year.
    async fn effective_on(&self) -> Date {
        self.0.effective_on.into()
    }

    /// Who decided, when, and where it is minuted.
    async fn decision(&self) -> Decision {
        Decision {
            deciding_body: self.0.deciding_body.clone(),
            decided_on: self.0.decided_on.into(),
            minute_reference: self.0.minute_reference.clone(),
        }
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }

    /// What meets an overspend, in this order.
    async fn over(&self) -> Vec<RiskShareTier> {
        let rule = service::risk_share::rule(&self.0);
        rule.map(|rule| rule.over.into_iter().map(RiskShareTier).collect()).unwrap_or_default()
    }

    /// What becomes of an underspend, in this order.
    async fn under(&self) -> Vec<RiskShareTier> {
        let rule = service::risk_share::rule(&self.0);
        rule.map(|rule| rule.under.into_iter().map(RiskShareTier).collect()).unwrap_or_default()
    }

    /// The most that parties bear of an overspend.
    async fn caps(&self) -> Vec<RiskShareCap> {
        let rule = service::risk_share::rule(&self.0);
        rule.map(|rule| rule.caps.into_iter().map(RiskShareCap).collect()).unwrap_or_default()
    }

    /// The cause of an underspend for which none is stated.
    async fn unstated_cause(&self) -> Option<UnderspendCause> {
        service::risk_share::rule(&self.0).map(|rule| rule.unstated_cause.into())
    }
}

/// One layer of a list. It sees what of the variance lies between its threshold and its cap, as far
/// as the tiers before it left something.
#[Object]
impl RiskShareTier {
    /// What it does.
    async fn mechanism(&self) -> RiskShareMechanism {
        self.0.mechanism.kind().into()
    }

    /// Where its layer begins.
    async fn from(&self) -> RiskShareBound {
        self.0.from.into()
    }

    /// Where its layer ends; null when it goes on without end.
    async fn to(&self) -> Option<RiskShareBound> {
        self.0.to.map(RiskShareBound::from)
    }

    /// Of fixed shares: who, in the order that decides who gets odd pennies.
    async fn shares(&self) -> Vec<RiskShareWeight> {
        match &self.0.mechanism {
            Mechanism::FixedShare { shares, .. } => {
                shares.iter().copied().map(RiskShareWeight).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Of fixed shares: what the weights add up to; null of every other mechanism.
    async fn share_total(&self) -> Option<i32> {
        match &self.0.mechanism {
            Mechanism::FixedShare { of, .. } => i32::try_from(*of).ok(),
            _ => None,
        }
    }

    /// Of pro rata: the codes of the funding sources in scope; empty when all of them are.
    async fn sources(&self) -> Vec<String> {
        match &self.0.mechanism {
            Mechanism::ProRataContribution { sources } | Mechanism::ReturnProRata { sources } => {
                sources.clone()
            }
            _ => Vec::new(),
        }
    }

    /// Of an underspend: the only cause that it is about; null when it is about every cause.
    async fn cause(&self) -> Option<UnderspendCause> {
        self.0.cause.map(UnderspendCause::from)
    }
}

/// A party and its weight.
#[Object]
impl RiskShareWeight {
    /// The party.
    async fn party(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.party).await
    }

    /// Its weight.
    async fn weight(&self) -> i32 {
        i32::try_from(self.0.weight).unwrap_or(i32::MAX)
    }
}

/// The most that a party bears of an overspend.
#[Object]
impl RiskShareCap {
    /// The party.
    async fn party(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.party).await
    }

    /// The most that it bears, over all tiers together.
    async fn most(&self) -> RiskShareBound {
        self.0.most.into()
    }

    /// Who bears the rest, up to its own cap.
    async fn excess_to(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.excess_to).await
    }
}

impl From<Bound> for RiskShareBound {
    fn from(bound: Bound) -> Self {
        match bound {
            Bound::Amount(amount) => Self { amount: Some(amount.into()), basis_points: None },
            Bound::BasisPoints(points) => {
                Self { amount: None, basis_points: i32::try_from(points).ok() }
            }
        }
    }
}
