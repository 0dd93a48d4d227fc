//! What a risk share comes to: the funds' positions, put through the rule that is in force (rules
//! R5, R7, M15).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::{
        explanation::Explanation,
        funding,
        position::Basis,
        risk_share::{
            self as rules, Agreed, Cause, Facts, MechanismKind, Outcome, PartyAmount, Rule,
            SchemeOutturn,
        },
    },
};
use entities::{
    pooled_fund::FundKind,
    risk_share, risk_share_version as version,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{read, settle::StatedCause};
use crate::{
    access::{self, facts::partners},
    auth::Viewer,
    service::{
        Stopped,
        code_list::{self, List},
        position::{self, FundPosition, Terms},
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

/// What a part that is nobody's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherPart {
    /// Met by the risk reserve.
    RiskReserve,
    /// To be met out of uncommitted budget, which is not saved yet.
    ToBeSaved,
    /// Met by nothing.
    Unallocated,
    /// Stays in the fund for the next year.
    CarryForward,
    /// Spent on further schemes.
    Reinvest,
    /// Kept against what may come.
    Contingency,
    /// Underspent, and nothing disposes of it.
    UnallocatedUnderspend,
}

/// What a risk share that the viewer sees comes to; none while no rule is in force, no forecast was
/// submitted, or the viewer does not read the position of each of its funds by partner.
///
/// # Errors
/// A fault of the database.
pub async fn shared(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    share: &risk_share::Model,
    asked: &Asked,
) -> Result<Option<Shared>, Stopped> {
    let terms = Terms::new(asked.year, asked.as_of, asked.known_at, Basis::FundedBy, viewer.today);
    let (version, rule) = match &asked.what_if {
        Some(rule) => (None, rule.clone()),
        None => {
            // What was agreed after the viewer's days changes nothing that it is told.
            let versions = read::versions_of(connection, viewer, &[share.id]).await?;
            let end = asked.year.last_day();
            let Some(version) = in_force(versions, end, asked.known_at) else { return Ok(None) };
            let Some(rule) = read::rule(&version) else { return Ok(None) };
            (Some(version), rule)
        }
    };
    let funds = access::risk_share::funds_of(connection, &[share.id]).await?;
    let funds: Vec<Uuid> = funds.into_iter().map(|row| row.fund_id).collect();
    let positions = position::of_funds(connection, viewer, &funds, terms).await?;
    let reads =
        |it: &FundPosition| it.is_whole() && it.standing.reads(FieldGroup::PositionByPartner);
    if positions.len() != funds.len() || !positions.iter().all(reads) {
        return Ok(None);
    }
    let Some(facts) = facts(connection, share, asked, &positions).await? else { return Ok(None) };
    let outcome = rules::outcome(&rule, &facts);
    Ok(Some(told((version, outcome), &facts, &positions, terms)))
}

/// What the risk share with this identity comes to, if the viewer sees it.
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
    let Some(mut found) = shared(connection, viewer, &share.row, asked).await? else {
        return Ok(None);
    };
    if asked.what_if.is_none() {
        let settled = read::settlements_of(connection, viewer, &[id]).await?;
        let mut of_year = settled.iter().filter(|it| it.seen.row.financial_year == asked.year);
        found.is_settled = of_year.next().is_some_and(read::Settled::is_agreed);
    }
    Ok(Some(found))
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
    let row = seen.row;
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
fn in_force(
    versions: Vec<version::Model>,
    on: NaiveDate,
    known_at: Option<Instant>,
) -> Option<version::Model> {
    let known = |row: &version::Model| known_at.is_none_or(|at| row.known_at <= at);
    let counts = versions.into_iter().filter(|row| known(row) && row.effective_on <= on);
    counts.max_by_key(|row| (row.effective_on, row.number))
}

async fn facts(
    connection: &impl ConnectionTrait,
    share: &risk_share::Model,
    asked: &Asked,
    positions: &[FundPosition],
) -> Result<Option<Facts>, Stopped> {
    let end = asked.year.last_day();
    let partnership = partners::of_agreement(connection, share.agreement_id).await?;
    let Some(host) = partnership.host_on(end) else { return Ok(None) };
    let sources = code_list::entries(connection, List::FundingSource, asked.year).await?;
    let fenced = sources.into_iter().filter(|entry| entry.is_ring_fenced);
    let mut schemes = Vec::new();
    for position in positions {
        let Some(mut of_fund) = outturns(position, end, &asked.causes) else { return Ok(None) };
        schemes.append(&mut of_fund);
    }
    let listed = partnership.listed();
    let place = |partner: Uuid| listed.iter().position(|it| *it == partner).unwrap_or(usize::MAX);
    let lines = positions.iter().filter(|it| it.kind() != FundKind::RiskReserve);
    let mut contributions: Vec<Agreed> = lines
        .flat_map(|it| &it.contributions)
        .map(|line| Agreed {
            partner: line.partner,
            source: line.source.clone(),
            amount: line.planned + line.varied,
        })
        .collect();
    contributions.sort_by_key(|agreed| place(agreed.partner));
    let reserves = positions.iter().filter(|it| it.kind() == FundKind::RiskReserve);
    let held = |it: &FundPosition| {
        let put_in = it.contributed();
        put_in.planned + put_in.varied - it.position.total.actual
    };
    Ok(Some(Facts {
        budget: positions.iter().map(|it| it.position.total.budget).sum(),
        schemes,
        contributions,
        ring_fenced: fenced.map(|entry| entry.code).collect::<BTreeSet<_>>(),
        reserve: reserves.map(held).sum(),
        host,
    }))
}

/// What the schemes of a fund came to; none while their outturn is not forecast.
fn outturns(
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

fn told(
    (version, outcome): (Option<version::Model>, Outcome),
    facts: &Facts,
    positions: &[FundPosition],
    terms: Terms,
) -> Shared {
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
    let line = |partner: Uuid| {
        let funded_budget = budgets.get(&partner).copied().unwrap_or_default();
        BorneLine {
            partner,
            funded_budget,
            result: outcome.result_of(partner),
            explanation: rules::explain(&outcome, partner, funded_budget),
        }
    };
    Shared {
        version,
        as_of: terms.cutoff.as_of,
        known_at: positions.iter().map(|it| it.known_at).max().unwrap_or(Instant::EARLIEST),
        lines: partners.into_iter().map(line).collect(),
        others: others(&outcome),
        outturn: facts.schemes.iter().map(|scheme| scheme.outturn).sum(),
        is_settled: false,
        outcome,
    }
}

fn others(outcome: &Outcome) -> Vec<OtherLine> {
    let parts = [
        (OtherPart::RiskReserve, outcome.absorbed_by(MechanismKind::DrawRiskReserve)),
        (OtherPart::ToBeSaved, outcome.to_be_saved),
        (OtherPart::Unallocated, outcome.unallocated_over),
        (OtherPart::CarryForward, -outcome.absorbed_by(MechanismKind::CarryForward)),
        (OtherPart::Reinvest, -outcome.absorbed_by(MechanismKind::Reinvest)),
        (OtherPart::Contingency, -outcome.absorbed_by(MechanismKind::RetainAsContingency)),
        (OtherPart::UnallocatedUnderspend, -outcome.unallocated_under),
    ];
    let told = parts.into_iter().filter(|(_, amount)| *amount != Pence::ZERO);
    told.map(|(part, amount)| OtherLine { part, amount }).collect()
}
