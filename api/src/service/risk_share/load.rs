//! Everything that some risk shares of one year are computed from, in a fixed number of statements.

use std::collections::{BTreeSet, HashMap};

use domain::{
    policy::matrix::FieldGroup,
    rules::{
        position::Basis,
        risk_share::{self as rules, Agreed, Facts, Outcome, Rule},
    },
};
use entities::{
    pooled_fund::FundKind, risk_share, risk_share_fund, risk_share_version as version,
    value::Instant,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    compute::{Asked, Computed, agreed, in_force, outturns, reserve},
    read::{self, Settled},
};
use crate::{
    access::{
        self,
        facts::partners::{self, Partnership},
    },
    auth::Viewer,
    service::{
        Stopped,
        code_list::{self, List},
        position::{self, FundPosition, Terms},
    },
};

/// What some risk shares are computed from, as the viewer reads it.
pub(super) struct Loaded {
    /// What the positions were asked for.
    pub terms: Terms,
    /// The sources that are ring-fenced in the year.
    pub ring_fenced: BTreeSet<String>,
    funds: Vec<risk_share_fund::Model>,
    positions: HashMap<Uuid, FundPosition>,
    versions: Vec<version::Model>,
    partnerships: HashMap<Uuid, Partnership>,
}

impl Loaded {
    /// What risk shares that the viewer sees are computed from.
    ///
    /// # Errors
    /// A fault of the database.
    pub(super) async fn of(
        connection: &impl ConnectionTrait,
        viewer: &Viewer,
        shares: &[risk_share::Model],
        asked: &Asked,
    ) -> Result<Self, Stopped> {
        let terms =
            Terms::new(asked.year, asked.as_of, asked.known_at, Basis::FundedBy, viewer.today)
                .restated(asked.is_restated);
        let ids: Vec<Uuid> = shares.iter().map(|share| share.id).collect();
        let agreements: Vec<Uuid> = shares.iter().map(|share| share.agreement_id).collect();
        let funds = access::risk_share::funds_of(connection, &ids).await?;
        let fund_ids: Vec<Uuid> = funds.iter().map(|row| row.fund_id).collect();
        let positions = position::of_funds(connection, viewer, &fund_ids, terms).await?;
        let sources = code_list::entries(connection, List::FundingSource, asked.year).await?;
        let fenced = sources.into_iter().filter(|entry| entry.is_ring_fenced);
        Ok(Self {
            terms,
            ring_fenced: fenced.map(|entry| entry.code).collect(),
            funds,
            positions: positions.into_iter().map(|it| (it.fund.id, it)).collect(),
            // What was agreed after the viewer's days changes nothing that it is told.
            versions: read::versions_of(connection, viewer, &ids).await?,
            partnerships: partners::of_agreements(connection, &agreements).await?,
        })
    }

    /// What a risk share comes to by the rule in force, or by another; none while there is none, or
    /// the viewer does not read all that enters.
    pub(super) fn computed(
        &self,
        share: &risk_share::Model,
        asked: &Asked,
    ) -> Option<Computed<'_>> {
        let (version, rule) = self.rule(share, asked)?;
        let (facts, positions) = self.facts(share, asked)?;
        let outcome = rules::outcome(&rule, &facts);
        let listed = self.listed(share);
        Some(Computed { version, facts, outcome, positions, listed, settled_at: None })
    }

    /// The same, but for what was settled: once every partner has accepted its line of the last
    /// settlement, that is what the year came to, asked for as of its end.
    pub(super) fn settled(
        &self,
        share: &risk_share::Model,
        asked: &Asked,
        settlements: &[Settled],
    ) -> Option<Computed<'_>> {
        let provisional = self.computed(share, asked);
        let is_final = asked.what_if.is_none()
            && asked.causes.is_empty()
            && !asked.is_restated
            && self.terms.cutoff.as_of == asked.year.last_day();
        // The last comes first.
        let last = settlements.iter().find(|it| {
            let row = &it.seen.row;
            it.is_whole && row.risk_share_id == share.id && row.financial_year == asked.year
        });
        let Some((settled, at, outcome)) = last.filter(|_| is_final).and_then(agreed_of) else {
            return provisional;
        };
        if asked.known_at.is_some_and(|known_at| known_at < at) {
            return provisional;
        }
        let (facts, positions) = self.facts(share, asked)?;
        let version = self.versions.iter().find(|row| row.id == settled.seen.row.version_id);
        let version = version.cloned();
        let listed = self.listed(share);
        Some(Computed { version, facts, outcome, positions, listed, settled_at: Some(at) })
    }

    /// What a settlement came to, with what entered it.
    pub(super) fn stored(
        &self,
        share: &risk_share::Model,
        asked: &Asked,
        outcome: Outcome,
    ) -> Option<Computed<'_>> {
        let (facts, positions) = self.facts(share, asked)?;
        let listed = self.listed(share);
        Some(Computed { version: None, facts, outcome, positions, listed, settled_at: None })
    }

    /// Whether a rule is in force.
    pub(super) fn is_ruled(&self, share: &risk_share::Model, asked: &Asked) -> bool {
        self.rule(share, asked).is_some()
    }

    /// True when the viewer reads the position of each fund of a risk share by partner.
    pub(super) fn is_read(&self, share: &risk_share::Model) -> bool {
        self.positions(share).is_some()
    }

    /// The partners in the agreement's order.
    fn listed(&self, share: &risk_share::Model) -> Vec<Uuid> {
        self.partnerships.get(&share.agreement_id).map(Partnership::listed).unwrap_or_default()
    }

    fn positions(&self, share: &risk_share::Model) -> Option<Vec<&FundPosition>> {
        let own = self.funds.iter().filter(|row| row.risk_share_id == share.id);
        let positions: Option<Vec<&FundPosition>> =
            own.map(|row| self.positions.get(&row.fund_id)).collect();
        positions.filter(|all| all.iter().all(|it| reads(it)))
    }

    fn rule(
        &self,
        share: &risk_share::Model,
        asked: &Asked,
    ) -> Option<(Option<version::Model>, Rule)> {
        if let Some(rule) = &asked.what_if {
            return Some((None, rule.clone()));
        }
        let own = self.versions.iter().filter(|row| row.risk_share_id == share.id);
        let version = in_force(own.cloned().collect(), asked.year.last_day(), asked.known_at)?;
        let rule = read::rule(&version)?;
        Some((Some(version), rule))
    }

    fn facts(
        &self,
        share: &risk_share::Model,
        asked: &Asked,
    ) -> Option<(Facts, Vec<&FundPosition>)> {
        let positions = self.positions(share)?;
        let end = asked.year.last_day();
        let partnership = self.partnerships.get(&share.agreement_id)?;
        let host = partnership.host_on(end)?;
        let mut schemes = Vec::new();
        for position in &positions {
            schemes.append(&mut outturns(position, end, &asked.causes)?);
        }
        let listed = partnership.listed();
        let place =
            |partner: Uuid| listed.iter().position(|it| *it == partner).unwrap_or(usize::MAX);
        let shared = positions.iter().filter(|it| it.kind() != FundKind::RiskReserve);
        let mut contributions: Vec<Agreed> = shared.flat_map(|it| agreed(it)).collect();
        contributions.sort_by_key(|agreed| place(agreed.partner));
        let facts = Facts {
            budget: positions.iter().map(|it| it.position.total.budget).sum(),
            schemes,
            contributions,
            ring_fenced: self.ring_fenced.clone(),
            reserve: positions.iter().map(|it| reserve(it)).sum(),
            host,
        };
        Some((facts, positions))
    }
}

fn reads(position: &FundPosition) -> bool {
    position.is_whole() && position.standing.reads(FieldGroup::PositionByPartner)
}

/// A settlement that every partner has accepted, when the last did, and what it came to.
fn agreed_of(settled: &Settled) -> Option<(&Settled, Instant, Outcome)> {
    if !settled.is_agreed() {
        return None;
    }
    let answers = settled.lines.iter().filter_map(|line| line.last());
    let last = answers.map(|answer| answer.known_at).max();
    Some((settled, last.unwrap_or(settled.seen.row.claimed_at), settled.outcome()?))
}
