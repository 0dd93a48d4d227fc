//! What a risk share comes to at a date: provisional until it is settled, and as a what-if.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::rules::risk_share::{Direction, Moved, PartyAmount, TierStep};

use super::{
    costs::{COMPUTED, cost},
    node::Kind,
    organisation::Organisation,
    position_figures::Explanation,
    request::{Asked as _, stopped},
    risk_share::{RiskShareMechanism, RiskShareVersion},
    risk_share_input::{RiskShareRuleInput, StatedCauseInput, causes},
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::service::{
    Refusal, Stopped,
    risk_share::{self as service, Asked, BorneLine, OtherPart, Shared},
};

/// What risk shares come to.
#[derive(Default)]
pub struct RiskSharePositionQuery;

/// What a risk share comes to at a date: who bears what in the end (basis BORNE_BY of rule M15). It
/// is provisional until the year is settled. Whoever reads the position by partner sees it.
#[derive(Clone, Debug)]
pub struct RiskSharePosition(Shared);

/// Which list a tier stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Direction")]
pub enum RiskShareDirection {
    /// What meets an overspend.
    Over,
    /// What becomes of an underspend.
    Under,
}

/// What one tier did. Whoever reads the position by partner sees it.
#[derive(Clone, Debug)]
pub struct RiskShareStep(TierStep);

/// A party and an amount. Whoever reads the position by partner sees it.
#[derive(Clone, Debug)]
pub struct RiskShareAmount(PartyAmount);

/// What moved from a party whose cap was reached to another. Whoever reads the position by partner
/// sees it.
#[derive(Clone, Debug)]
pub struct RiskShareMove(Moved);

/// A scheme and an amount. Whoever reads the position by partner sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct RiskShareSchemeAmount {
    /// The scheme's identity.
    pub scheme: ID,
    /// How much, in pounds.
    pub amount: Money,
}

/// What one partner bears in the end. Whoever reads the position by partner sees it.
#[derive(Clone, Debug)]
pub struct BorneByLine(BorneLine);

/// What a part that is no partner's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OtherPart")]
pub enum BorneByOther {
    /// Met by the risk reserve.
    RiskReserve,
    /// To be met out of uncommitted budget, which is not saved yet.
    ToBeSaved,
    /// Met by nothing: UNALLOCATED, and never silently spread.
    Unallocated,
    /// Stays in the fund for the next year.
    CarryForward,
    /// Spent on further schemes.
    Reinvest,
    /// Kept against what may come.
    Contingency,
    /// Underspent, and nothing disposes of it.
    UnallocatedUnderspend,
    /// Of one fund of several: met by an underspend in another fund of the risk share, or below
    /// nothing, given up for one.
    OtherFunds,
}

/// A part of the outturn that no partner bears, below nothing where money stays. Whoever reads the
/// position by partner sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct BorneByOtherLine {
    /// What it is.
    pub part: BorneByOther,
    /// How much, in pounds.
    pub amount: Money,
}

/// What goes back to a ring-fenced source. Whoever reads the position by partner sees it.
#[derive(Clone, Debug)]
pub struct ReturnedToSource(domain::rules::risk_share::Returned);

/// A settlement computed again from what was known when it was claimed (rule R5). Whoever sees the
/// settlement sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ReplayedSettlement {
    /// True when it comes out the same to the penny.
    pub is_same: bool,
    /// What each partner's line comes to, computed again.
    pub lines: Vec<RiskShareAmount>,
}

#[Object]
impl RiskSharePositionQuery {
    /// What a risk share comes to in a year: by the rule in force at the year's end, or by another
    /// one as a what-if, which runs the same code and writes nothing. Null where you do not see the
    /// risk share or do not read the position of each of its funds by partner, while no rule is in
    /// force, and before a forecast is submitted.
    #[expect(clippy::too_many_arguments, reason = "the terms of a position, and two of a what-if")]
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn risk_share_position(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The risk share.")] risk_share: ID,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today when left out.")] as_of: Option<
            Date,
        >,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
        #[graphql(desc = "Another rule than the one in force: a what-if.")] rule: Option<
            RiskShareRuleInput,
        >,
        #[graphql(desc = "Why schemes were underspent, at most 100.")] causes: Option<
            Vec<StatedCauseInput>,
        >,
    ) -> Result<Option<RiskSharePosition>> {
        let viewer = ctx.viewer()?;
        let Ok(id) = Kind::RiskShare.read(&risk_share, "riskShare") else { return Ok(None) };
        let rule = rule.map(|rule| rule.read("rule")).transpose().map_err(refused)?;
        let asked = Asked {
            year: financial_year.year("financialYear").map_err(refused)?,
            as_of: as_of.map(|day| day.day("asOf")).transpose().map_err(refused)?,
            known_at: known_at.map(|at| at.0),
            what_if: rule,
            causes: self::causes(causes.unwrap_or_default()).map_err(refused)?,
            is_restated: false,
        };
        let snapshot = ctx.request()?.snapshot().await?;
        let found = service::position(snapshot.connection(), viewer, id, &asked).await;
        Ok(found.map_err(stopped)?.map(RiskSharePosition))
    }

    /// A settlement computed again from what was known when it was claimed, by the same version of
    /// the rule. Null where you do not see the settlement, or not every posting of its year.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn replay_settlement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The settlement.")] settlement: ID,
    ) -> Result<Option<ReplayedSettlement>> {
        let viewer = ctx.viewer()?;
        let Ok(id) = Kind::Settlement.read(&settlement, "settlement") else { return Ok(None) };
        let snapshot = ctx.request()?.snapshot().await?;
        let found = service::replayed(snapshot.connection(), viewer, id).await.map_err(stopped)?;
        Ok(found.map(|again| ReplayedSettlement {
            is_same: again.is_same,
            lines: again.lines.into_iter().map(RiskShareAmount).collect(),
        }))
    }
}

/// What a risk share comes to at a date: who bears what in the end (basis BORNE_BY of rule M15). It
/// is provisional until the year is settled. Whoever reads the position by partner sees it.
#[Object]
impl RiskSharePosition {
    /// The version of the rule; null of a what-if with another rule.
    async fn version(&self) -> Option<RiskShareVersion> {
        self.0.version.clone().map(RiskShareVersion)
    }

    /// The last day of effect that counts.
    async fn as_of(&self) -> Date {
        self.0.as_of.into()
    }

    /// The last instant of recording that it includes: asked again with it, it is the same for ever.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }

    /// True until every partner has accepted its line of a settlement of the year.
    async fn is_provisional(&self) -> bool {
        !self.0.is_settled
    }

    /// What overspent schemes overspent, added up, in pounds.
    async fn overspend(&self) -> Money {
        self.0.outcome.over.into()
    }

    /// What underspent schemes underspent, added up, in pounds.
    async fn underspend(&self) -> Money {
        self.0.outcome.under.into()
    }

    /// What was spent, or is expected to be, in pounds: the sum of all lines and others.
    async fn outturn(&self) -> Money {
        self.0.outturn.into()
    }

    /// What each tier did, those of an overspend first.
    async fn steps(&self) -> Vec<RiskShareStep> {
        self.0.outcome.steps.iter().cloned().map(RiskShareStep).collect()
    }

    /// What each partner bears in the end.
    async fn lines(&self) -> Vec<BorneByLine> {
        self.0.lines.iter().cloned().map(BorneByLine).collect()
    }

    /// What is no partner's.
    async fn others(&self) -> Vec<BorneByOtherLine> {
        let line = |line: &service::OtherLine| BorneByOtherLine {
            part: line.part.into(),
            amount: line.amount.into(),
        };
        self.0.others.iter().map(line).collect()
    }

    /// What goes back to ring-fenced sources (rule R6).
    async fn returned_to_source(&self) -> Vec<ReturnedToSource> {
        self.0.outcome.returned_to_source.iter().cloned().map(ReturnedToSource).collect()
    }
}

/// What one tier did. Whoever reads the position by partner sees it.
#[Object]
impl RiskShareStep {
    /// The list it stands in.
    async fn direction(&self) -> RiskShareDirection {
        self.0.direction.into()
    }

    /// Its place in the list, from 1.
    async fn number(&self) -> i32 {
        i32::try_from(self.0.number).unwrap_or(i32::MAX)
    }

    /// What it does.
    async fn mechanism(&self) -> RiskShareMechanism {
        self.0.mechanism.into()
    }

    /// What the tiers before it left, in pounds.
    async fn reached(&self) -> Money {
        self.0.reached.into()
    }

    /// How much of the whole variance lies within its layer, in pounds.
    async fn layer(&self) -> Money {
        self.0.layer.into()
    }

    /// What it sees: the smaller of the two, in pounds.
    async fn seen(&self) -> Money {
        self.0.seen.into()
    }

    /// What it could use of offsets, of the reserve or of uncommitted budget, in pounds; null of
    /// every other mechanism.
    async fn available(&self) -> Option<Money> {
        self.0.available.map(Money::from)
    }

    /// What it absorbs, in pounds.
    async fn absorbed(&self) -> Money {
        self.0.absorbed.into()
    }

    /// What passes to the next tier, in pounds.
    async fn passed(&self) -> Money {
        self.0.passed.into()
    }

    /// Who bears it or is given it, caps considered.
    async fn parties(&self) -> Vec<RiskShareAmount> {
        self.0.parties.iter().copied().map(RiskShareAmount).collect()
    }

    /// What moved from one party to another by a cap.
    async fn moved(&self) -> Vec<RiskShareMove> {
        self.0.moved.iter().copied().map(RiskShareMove).collect()
    }

    /// The schemes out of whose budget it is met, or whose underspend it disposes of.
    async fn schemes(&self) -> Vec<RiskShareSchemeAmount> {
        let schemes = self.0.schemes.iter();
        schemes
            .map(|it| RiskShareSchemeAmount {
                scheme: Kind::Scheme.id(it.scheme),
                amount: it.amount.into(),
            })
            .collect()
    }
}

/// A party and an amount. Whoever reads the position by partner sees it.
#[Object]
impl RiskShareAmount {
    /// The party.
    async fn party(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.party).await
    }

    /// How much, in pounds.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }
}

/// What moved from a party whose cap was reached to another. Whoever reads the position by partner
/// sees it.
#[Object]
impl RiskShareMove {
    /// Whose cap was reached.
    async fn from(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.from).await
    }

    /// Who bears it.
    async fn to(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.to).await
    }

    /// How much, in pounds.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }
}

/// What one partner bears in the end. Whoever reads the position by partner sees it.
#[Object]
impl BorneByLine {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner).await
    }

    /// The budget that it funds, in pounds.
    async fn funded_budget(&self) -> Money {
        self.0.funded_budget.into()
    }

    /// What the risk share adds to it, below nothing where it takes from it, in pounds.
    async fn result(&self) -> Money {
        self.0.result.into()
    }

    /// Both together, in pounds.
    async fn borne(&self) -> Money {
        (self.0.funded_budget + self.0.result).into()
    }

    /// How it came about.
    async fn explanation(&self) -> Explanation {
        self.0.explanation.clone().into()
    }
}

/// What goes back to a ring-fenced source. Whoever reads the position by partner sees it.
#[Object]
impl ReturnedToSource {
    /// The scheme's identity.
    async fn scheme(&self) -> ID {
        Kind::Scheme.id(self.0.scheme)
    }

    /// The partner that funds it.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner).await
    }

    /// The code of the source.
    async fn source_code(&self) -> &str {
        &self.0.source
    }

    /// How much, in pounds.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }
}

fn refused(refusal: Refusal) -> async_graphql::Error {
    stopped(Stopped::Refused(refusal))
}
