//! What risk shares come to in each of their funds (basis BORNE_BY of rule M15).

use std::collections::HashMap;

use domain::rules::{
    position::unshared,
    risk_share::{BornePart, Outcome, by_fund},
};
use entities::{
    risk_share,
    value::{Instant, Pence},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{compute::Asked, load::Loaded, read};
use crate::{
    access,
    auth::Viewer,
    service::{Stopped, position::Terms},
};

/// What the risk share of a fund comes to in it.
#[derive(Clone, Debug)]
pub struct BorneFund {
    /// Its parts; none while the risk share comes to nothing yet, because another of its funds is
    /// not forecast or no host is known.
    pub parts: Option<Vec<BornePart>>,
    /// The number of the rule's version, with what it comes to over all funds; none while no rule is
    /// in force.
    pub rule: Option<(i32, Outcome)>,
    /// True when the viewer reads the position of each fund of the risk share by partner.
    pub is_read: bool,
    /// True when every partner has accepted its line of the year's last settlement.
    pub is_settled: bool,
    /// The instant of the last recording that it includes.
    pub known_at: Instant,
}

/// What risk shares come to in these funds, each with its variance, in a fixed number of statements.
/// A fund that is in no risk share that the viewer sees, or for which no rule is in force, is shared
/// by nobody.
///
/// # Errors
/// A fault of the database.
pub async fn of_funds(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[(Uuid, Option<Pence>)],
    terms: Terms,
) -> Result<HashMap<Uuid, BorneFund>, Stopped> {
    let ids: Vec<Uuid> = funds.iter().map(|it| it.0).collect();
    let of = access::risk_share::shares_of(connection, &ids).await?;
    let shares: Vec<Uuid> = of.iter().map(|row| row.risk_share_id).collect();
    let seen = read::by_ids(connection, viewer, &shares).await?;
    let seen: Vec<risk_share::Model> = seen.into_iter().map(|seen| seen.row).collect();
    let asked = Asked {
        year: terms.cutoff.year,
        as_of: Some(terms.cutoff.as_of),
        known_at: terms.cutoff.known_at,
        what_if: None,
        causes: Vec::new(),
        is_restated: terms.is_restated,
    };
    let mut borne: HashMap<Uuid, BorneFund> = funds
        .iter()
        .map(|(fund, variance)| (*fund, BorneFund::of(variance.map(unshared))))
        .collect();
    if seen.is_empty() {
        return Ok(borne);
    }
    let loaded = Loaded::of(connection, viewer, &seen, &asked).await?;
    let settled = read::settlements_of(connection, viewer, &shares).await?;
    for share in &seen {
        if !loaded.is_ruled(share, &asked) {
            continue;
        }
        let own = of.iter().filter(|row| row.risk_share_id == share.id).map(|row| row.fund_id);
        let Some(found) = loaded.settled(share, &asked, &settled) else {
            let is_read = loaded.is_read(share);
            borne.extend(own.map(|fund| (fund, BorneFund { is_read, ..BorneFund::of(None) })));
            continue;
        };
        let number = found.version.as_ref().map_or(0, |row| row.number);
        let results = by_fund(&found.outcome, &found.facts, &found.funds());
        for fund in own {
            let result = results.iter().find(|it| it.fund == fund);
            let parts = result.map(|it| it.parts.clone()).unwrap_or_default();
            let of_fund = BorneFund {
                parts: Some(parts),
                rule: Some((number, found.outcome.clone())),
                is_read: true,
                is_settled: found.settled_at.is_some(),
                known_at: found.known_at(),
            };
            borne.insert(fund, of_fund);
        }
    }
    Ok(borne)
}

impl BorneFund {
    /// Of a fund that is shared by nobody.
    fn of(parts: Option<Vec<BornePart>>) -> Self {
        let known_at = Instant::EARLIEST;
        Self { parts, rule: None, is_read: true, is_settled: false, known_at }
    }
}
