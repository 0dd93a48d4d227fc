//! What a risk share comes to: the funds' positions, put through the rule that is in force (rules
//! R5, R7, M15).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::rules::{
    explanation::Explanation,
    funding,
    risk_share::{
        self as rules, Agreed, Cause, Facts, OtherPart, Outcome, PartyAmount, Rule, SchemeOutturn,
        SharedFund,
    },
};
use entities::{
    pooled_fund::FundKind,
    risk_share, risk_share_version as version,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{load::Loaded, read, settle::StatedCause};
use crate::{
    access,
    auth::Viewer,
    service::{
        Stopped,
        position::{FundPosition, Terms},
    },
};

/// Which result is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The year.
    pub year: FinancialYear,
    /// The last day of effect that counts; today when none is given.
    pub as_of: Option<NaiveDate>,
    /// The last instant of recording that counts, of the rule and of the books.
    pub known_at: Option<Instant>,
    /// Another rule than the one in force: a what-if (rule R7).
    pub what_if: Option<Rule>,
    /// Why schemes were underspent.
    pub causes: Vec<StatedCause>,
    /// True when corrections count in the period that they correct (rule M9).
    pub is_restated: bool,
}

/// What a risk share comes to.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The rule's version; none of a what-if with another rule.
    pub version: Option<version::Model>,
    /// The last day of effect that counts.
    pub as_of: NaiveDate,
    /// The last instant of recording that it includes.
    pub known_at: Instant,
    /// The steps, and what comes out.
    pub outcome: Outcome,
    /// What each partner bears in the end (basis BORNE_BY).
    pub lines: Vec<BorneLine>,
    /// What is nobody's.
    pub others: Vec<OtherLine>,
    /// What was spent, or is expected to be: the sum of all lines.
    pub outturn: Pence,
    /// True when every partner has accepted its line of the year's last settlement.
    pub is_settled: bool,
}

/// A settlement computed again.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// True when it comes out the same to the penny.
    pub is_same: bool,
    /// What each partner's line comes to.
    pub lines: Vec<PartyAmount>,
}

/// What one partner bears: its part of the budget, changed by the risk share.
#[derive(Clone, Debug)]
pub struct BorneLine {
    /// The partner.
    pub partner: Uuid,
    /// The budget that it funds.
    pub funded_budget: Pence,
    /// What the risk share adds to it, or takes from it.
    pub result: Pence,
    /// Both together, in steps.
    pub explanation: Explanation,
}

/// A part of the outturn that no partner bears, or of the budget that none is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherLine {
    /// What it is.
    pub part: OtherPart,
    /// How much; below nothing where money stays.
    pub amount: Pence,
}

/// What a risk share comes to, and what it comes from.
#[derive(Clone, Debug)]
pub(super) struct Computed<'a> {
    /// The rule's version; none of a what-if with another rule.
    pub version: Option<version::Model>,
    /// What entered.
    pub facts: Facts,
    /// What came out.
    pub outcome: Outcome,
    /// The positions of its funds, by who funds them.
    pub positions: Vec<&'a FundPosition>,
    /// The agreement's partners in their order.
    pub listed: Vec<Uuid>,
    /// The instant at which it was settled; none while it is not.
    pub settled_at: Option<Instant>,
}

/// What a risk share that the viewer sees comes to, whatever was settled; none while no rule is in
/// force, no forecast was submitted, or the viewer does not read the position of each of its funds
/// by partner.
///
/// # Errors
/// A fault of the database.
pub async fn shared(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    share: &risk_share::Model,
    asked: &Asked,
) -> Result<Option<Shared>, Stopped> {
    let loaded = Loaded::of(connection, viewer, std::slice::from_ref(share), asked).await?;
    Ok(loaded.computed(share, asked).map(|found| told(&found, &loaded.terms)))
}

/// What the risk share with this identity comes to, if the viewer sees it: what was settled, once
/// every partner has accepted its line.
///
/// # Errors
/// A fault of the database.
pub async fn position(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
    asked: &Asked,
) -> Result<Option<Shared>, Stopped> {
    let Some(share) = access::risk_share::visible(connection, viewer, id).await? else {
        return Ok(None);
    };
    let share = share.row;
    let loaded = Loaded::of(connection, viewer, std::slice::from_ref(&share), asked).await?;
    let settled = read::settlements_of(connection, viewer, &[id]).await?;
    let found = loaded.settled(&share, asked, &settled);
    Ok(found.map(|found| told(&found, &loaded.terms)))
}

/// What a settlement comes to when it is computed again from what was known when it was claimed, by
/// the same version of the rule: the same to the penny, whatever was recorded since (rule R5).
///
/// # Errors
/// A fault of the database.
pub async fn replayed(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Replayed>, Stopped> {
    let Some(seen) = access::risk_share::visible_settlement(connection, viewer, id).await? else {
        return Ok(None);
    };
    // Of a year that lies partly outside its days it does not read what is computed.
    let settled = read::settled(connection, vec![seen]).await?;
    let Some(row) = settled.into_iter().find(|it| it.is_whole).map(|it| it.seen.row) else {
        return Ok(None);
    };
    let Some(share) = access::risk_share::visible(connection, viewer, row.risk_share_id).await?
    else {
        return Ok(None);
    };
    let versions = access::risk_share::versions_of(connection, row.risk_share_id).await?;
    let version = versions.iter().find(|version| version.id == row.version_id);
    let asked = Asked {
        year: row.financial_year,
        as_of: Some(row.as_of),
        known_at: Some(row.known_at),
        what_if: version.and_then(read::rule),
        causes: serde_json::from_str(&row.causes).unwrap_or_default(),
        is_restated: false,
    };
    let Some(again) = shared(connection, viewer, &share.row, &asked).await? else {
        return Ok(None);
    };
    let owed = again.lines.iter().filter(|line| line.result != Pence::ZERO);
    let lines = owed.map(|line| PartyAmount { party: line.partner, amount: line.result });
    Ok(Some(Replayed {
        is_same: serde_json::from_str(&row.content).ok() == Some(again.outcome.clone()),
        lines: lines.collect(),
    }))
}

/// The version in force on a day: the last to take effect by then of those that were known; of
/// several with the same effect the one that was recorded last.
pub(super) fn in_force(
    versions: Vec<version::Model>,
    on: NaiveDate,
    known_at: Option<Instant>,
) -> Option<version::Model> {
    let known = |row: &version::Model| known_at.is_none_or(|at| row.known_at <= at);
    let counts = versions.into_iter().filter(|row| known(row) && row.effective_on <= on);
    counts.max_by_key(|row| (row.effective_on, row.number))
}

/// What the schemes of a fund came to; none while their outturn is not forecast.
pub(super) fn outturns(
    position: &FundPosition,
    end: NaiveDate,
    causes: &[StatedCause],
) -> Option<Vec<SchemeOutturn>> {
    let mut schemes: Vec<(&str, SchemeOutturn)> = Vec::new();
    for line in &position.position.by_scheme {
        let row = position.schemes.get(&line.key)?;
        let facts = position.facts.iter().find(|facts| facts.id == line.key)?;
        let split = funding::in_force(&facts.splits, end);
        let cause: Option<Cause> = causes.iter().find(|it| it.scheme == row.id).map(|it| it.cause);
        let figures = &line.figures;
        let scheme = SchemeOutturn {
            id: row.id,
            commissioner: row.commissioner_id,
            is_pooled: position.kind() == FundKind::Pooled,
            budget: figures.budget,
            outturn: figures.forecast_outturn?,
            uncommitted: figures.budget - figures.actual - figures.committed,
            shares: split.map(|split| split.shares.clone()).unwrap_or_default(),
            cause,
        };
        schemes.push((&row.reference, scheme));
    }
    schemes.sort_by_key(|(reference, _)| *reference);
    Some(schemes.into_iter().map(|(_, scheme)| scheme).collect())
}

fn told(found: &Computed<'_>, terms: &Terms) -> Shared {
    let Computed { version, facts, outcome, positions, listed, settled_at } = found;
    let mut budgets: BTreeMap<Uuid, Pence> = BTreeMap::new();
    let mut partners: Vec<Uuid> = Vec::new();
    for line in positions.iter().flat_map(|it| &it.position.by_partner) {
        if !partners.contains(&line.key) {
            partners.push(line.key);
        }
        *budgets.entry(line.key).or_default() += line.figures.budget;
    }
    for party in outcome.parties() {
        if !partners.contains(&party) {
            partners.push(party);
        }
    }
    let place = |partner: &Uuid| listed.iter().position(|it| it == partner).unwrap_or(usize::MAX);
    partners.sort_by_key(place);
    let line = |partner: Uuid| {
        let funded_budget = budgets.get(&partner).copied().unwrap_or_default();
        BorneLine {
            partner,
            funded_budget,
            result: outcome.result_of(partner),
            explanation: rules::explain(outcome, partner, funded_budget),
        }
    };
    let others = outcome.others().into_iter();
    Shared {
        version: version.clone(),
        as_of: terms.cutoff.as_of,
        known_at: found.known_at(),
        lines: partners.into_iter().map(line).collect(),
        others: others.map(|(part, amount)| OtherLine { part, amount }).collect(),
        outturn: facts.schemes.iter().map(|scheme| scheme.outturn).sum(),
        is_settled: settled_at.is_some(),
        outcome: outcome.clone(),
    }
}

impl Computed<'_> {
    /// The instant of the last recording that it includes, in any of its funds, of the rule and of
    /// what partners said: asked again with it, it is the same for ever (rule M8).
    pub(super) fn known_at(&self) -> Instant {
        let recorded = self.positions.iter().map(|it| it.known_at);
        let recorded = recorded.chain(self.version.as_ref().map(|row| row.known_at));
        recorded.chain(self.settled_at).max().unwrap_or(Instant::EARLIEST)
    }

    /// The funds, each with its schemes.
    pub(super) fn funds(&self) -> Vec<SharedFund> {
        let fund = |it: &&FundPosition| SharedFund {
            fund: it.fund.id,
            schemes: it.schemes.keys().copied().collect(),
        };
        self.positions.iter().map(fund).collect()
    }
}

/// What partners agreed to put into a fund, planned and varied (rule R4).
pub(super) fn agreed(position: &FundPosition) -> impl Iterator<Item = Agreed> {
    position.contributions.iter().map(|line| Agreed {
        partner: line.partner,
        source: line.source.clone(),
        amount: line.planned + line.varied,
    })
}

/// What a fund holds as a risk reserve; nothing of another.
pub(super) fn reserve(position: &FundPosition) -> Pence {
    if position.kind() != FundKind::RiskReserve {
        return Pence::ZERO;
    }
    let put_in = position.contributed();
    put_in.planned + put_in.varied - position.position.total.actual
}
