//! What risk shares came to for closed years, and what partners say about it.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::{policy::dated::Hidden, rules::risk_share::Outcome};
use entities::{settlement_answer as answer, value::Pence};
use uuid::Uuid;

use super::{
    decision::Decision,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    request::Asked,
    risk_share::RiskShare,
    risk_share_loaders::{SettlementById, SettlementPermissionsOf},
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::{Permission, Withheld},
};
use crate::{
    connection,
    service::risk_share::{Line, Settled},
};

/// What a risk share came to for a closed year, as its host claims it. It goes into the books when
/// every partner has accepted its line. Whoever reads the position by partner of the year sees it;
/// a partner that left before the year was over sees its own lines.
#[derive(Clone, Debug)]
pub struct Settlement(pub Settled);

/// What is told of a settlement to who reads all of its year.
const WHOLE: &[&str] =
    &["knownAt", "overspend", "underspend", "unallocated", "isAgreed", "totals", "lines"];

/// What one partner owes of a settlement, or is owed. Whoever sees the settlement sees it.
#[derive(Clone, Debug)]
pub struct SettlementLine {
    settlement: Uuid,
    line: Line,
}

/// Where a line of a settlement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SettlementLineState {
    /// The host claims it, and the partner has not answered.
    Claimed,
    /// The partner accepts all of it.
    Accepted,
    /// The partner disputes a part of it, or all.
    Disputed,
}

/// What a partner said about its line. Whoever sees the settlement sees it.
#[derive(Clone, Debug)]
pub struct SettlementAnswer(answer::Model);

/// What all lines of a settlement come to, in pounds. What is disputed is shown apart, and is never
/// inside what is agreed. Whoever sees the settlement sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct SettlementTotals {
    /// What the host claims of partners, less what is due to them.
    pub claimed: Money,
    /// What is agreed of it.
    pub agreed: Money,
    /// What is disputed of it.
    pub disputed: Money,
}

/// What the viewer may do to a line of a settlement.
#[derive(Clone, Debug, SimpleObject)]
pub struct SettlementLinePermissions {
    /// Accept it, or dispute it.
    pub answer: Permission,
}

connection!(
    SettlementConnection,
    SettlementEdge,
    Settlement,
    "settlements, which whoever reads the position by partner sees"
);

impl Settlement {
    /// The settlement with this identity, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(SettlementById(id)).await?.map(Self))
    }

    fn sum(&self, of: impl Fn(&Line) -> Pence) -> Money {
        self.0.lines.iter().map(of).sum::<Pence>().into()
    }

    /// What it came to; none for who is told of its own lines only.
    fn outcome(&self) -> Option<Outcome> {
        if self.0.is_whole { self.0.outcome() } else { None }
    }
}

/// What a risk share came to for a closed year, as its host claims it. It goes into the books when
/// every partner has accepted its line. Whoever reads the position by partner of the year sees it;
/// a partner that left before the year was over sees its own lines.
#[Object]
impl Settlement {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Settlement.id(self.0.seen.row.id)
    }

    /// The risk share.
    async fn risk_share(&self, ctx: &Context<'_>) -> Result<Option<RiskShare>> {
        RiskShare::load(ctx, self.0.seen.row.risk_share_id).await
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.seen.row.financial_year.into()
    }

    /// Its number in the risk share and year, from 1: a later one takes the place of the earlier.
    async fn number(&self) -> i32 {
        self.0.seen.row.number
    }

    /// The identity of the version of the rule that it applies.
    async fn version(&self) -> ID {
        Kind::RiskShareVersion.id(self.0.seen.row.version_id)
    }

    /// The last day of effect that counts: the year's last.
    async fn as_of(&self) -> Date {
        self.0.seen.row.as_of.into()
    }

    /// The last instant of recording that counts, of the rule and of the books. Withheld from who is
    /// told of its own lines only.
    async fn known_at(&self) -> Option<DateTime> {
        self.0.is_whole.then(|| self.0.seen.row.known_at.into())
    }

    /// When it was claimed.
    async fn claimed_at(&self) -> DateTime {
        self.0.seen.row.claimed_at.into()
    }

    /// The organisation that claimed it.
    async fn claimed_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.seen.row.claimed_as_id).await
    }

    /// What overspent schemes overspent, added up, in pounds. Withheld from who is told of its own
    /// lines only.
    async fn overspend(&self) -> Option<Money> {
        self.outcome().map(|outcome| outcome.over.into())
    }

    /// What underspent schemes underspent, added up, in pounds. Withheld from who is told of its own
    /// lines only.
    async fn underspend(&self) -> Option<Money> {
        self.outcome().map(|outcome| outcome.under.into())
    }

    /// The overspend that nothing met, in pounds. Withheld from who is told of its own
    /// lines only.
    async fn unallocated(&self) -> Option<Money> {
        self.outcome().map(|outcome| outcome.unallocated_over.into())
    }

    /// True when every partner has accepted its line: then it is in the books. Withheld from who is
    /// told of its own lines only.
    async fn is_agreed(&self) -> Option<bool> {
        self.0.is_whole.then(|| self.0.is_agreed())
    }

    /// What all lines come to. Withheld from who is told of its own lines only.
    async fn totals(&self) -> Option<SettlementTotals> {
        self.0.is_whole.then(|| SettlementTotals {
            claimed: self.sum(|line| line.row.amount_pence),
            agreed: self.sum(Line::agreed),
            disputed: self.sum(Line::disputed),
        })
    }

    /// What each partner owes, or is owed; partners for whom it comes to nothing have no line. Your
    /// own alone where you left before the year was over or claimed.
    async fn lines(&self) -> Vec<SettlementLine> {
        let settlement = self.0.seen.row.id;
        let lines = self.0.told().cloned();
        lines.map(|line| SettlementLine { settlement, line }).collect()
    }

    /// The fields that are null because they are hidden from you: `lines` where others' are left out.
    async fn withheld(&self) -> Vec<Withheld> {
        let hidden = (!self.0.is_whole).then_some(Hidden::OutsideItsDays);
        Withheld::because(hidden, WHOLE)
    }
}

/// What one partner owes of a settlement, or is owed. Whoever sees the settlement sees it.
#[Object]
impl SettlementLine {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::SettlementLine.id(self.line.row.id)
    }

    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.line.row.party_id).await
    }

    /// What it owes, in pounds; below nothing when it is owed.
    async fn amount(&self) -> Money {
        self.line.row.amount_pence.into()
    }

    /// Where it stands.
    async fn state(&self) -> SettlementLineState {
        match self.line.last().map(|last| last.answer) {
            None => SettlementLineState::Claimed,
            Some(answer::Answer::Accepted) => SettlementLineState::Accepted,
            Some(answer::Answer::Disputed) => SettlementLineState::Disputed,
        }
    }

    /// What is agreed of it, in pounds: nothing until the partner has answered.
    async fn agreed(&self) -> Money {
        self.line.agreed().into()
    }

    /// What is disputed of it, in pounds.
    async fn disputed(&self) -> Money {
        self.line.disputed().into()
    }

    /// What the partner said, the first first.
    async fn answers(&self) -> Vec<SettlementAnswer> {
        self.line.answers.iter().cloned().map(SettlementAnswer).collect()
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<SettlementLinePermissions> {
        ctx.viewer()?;
        let may = ctx.loaders()?.load_one(SettlementPermissionsOf(self.settlement)).await?;
        let may = may.and_then(|lines| lines.get(&self.line.row.id).cloned());
        let denied = domain::policy::Denied::NotWithinMatrix;
        Ok(SettlementLinePermissions { answer: may.unwrap_or(Err(denied)).into() })
    }
}

/// What a partner said about its line. Whoever sees the settlement sees it.
#[Object]
impl SettlementAnswer {
    /// The organisation that answered: the partner, or its successor.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.answered_as_id).await
    }

    /// How much of the line is disputed, in pounds; nothing when it is accepted.
    async fn disputed(&self) -> Money {
        self.0.disputed_pence.into()
    }

    /// Why it is disputed; null when it is accepted.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Who decided to accept it; null when it is disputed.
    async fn decision(&self) -> Option<Decision> {
        Some(Decision {
            deciding_body: self.0.deciding_body.clone()?,
            decided_on: self.0.decided_on?.into(),
            minute_reference: self.0.minute_reference.clone()?,
        })
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }
}
