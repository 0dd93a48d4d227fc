//! Who bears each of some funds in the end: their positions by who funds them, with the result of
//! their risk shares (basis BORNE_BY of rule M15).

use std::{collections::BTreeMap, pin::Pin};

use domain::rules::{
    explanation::Explanation,
    position::{PositionLine, borne_by},
    risk_share::{Bearer, InFund, OtherPart, explain_in_fund, explain_variance_in_fund},
};
use entities::value::Pence;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{FundPosition, Terms};
use crate::{
    auth::Viewer,
    service::{
        Stopped,
        risk_share::{BorneFund, borne},
    },
};

/// What a position on the basis BORNE_BY says beyond the figures.
#[derive(Clone, Debug)]
pub struct Borne {
    /// True when the viewer reads all that enters.
    pub is_read: bool,
    /// True when the year is settled, and nothing of it provisional.
    pub is_settled: bool,
    /// What no partner bears, each a line of its own.
    pub others: Vec<PositionLine<OtherPart>>,
    /// How each outturn came about, and how each variance.
    explanations: BTreeMap<Key, (Explanation, Explanation)>,
}

/// A partner, or what is no partner's.
type Key = (Option<Uuid>, Option<OtherPart>);

impl Borne {
    /// How the outturn of a bearer came about, and how its variance did.
    #[must_use]
    pub fn explanation(&self, bearer: Bearer) -> Option<&(Explanation, Explanation)> {
        self.explanations.get(&key(bearer))
    }
}

/// Puts the results of their risk shares into positions by who funds them. Those come from positions
/// again, so that the future is on the heap.
///
/// # Errors
/// A fault of the database.
pub(super) fn put_in<'a>(
    connection: &'a impl ConnectionTrait,
    viewer: &'a Viewer,
    positions: &'a mut [FundPosition],
    terms: Terms,
) -> Pin<Box<dyn Future<Output = Result<(), Stopped>> + Send + 'a>> {
    Box::pin(put_into_all(connection, viewer, positions, terms))
}

async fn put_into_all(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    positions: &mut [FundPosition],
    terms: Terms,
) -> Result<(), Stopped> {
    let funds: Vec<(Uuid, Option<Pence>)> =
        positions.iter().map(|it| (it.fund.id, it.position.total.variance)).collect();
    let mut found = borne::of_funds(connection, viewer, &funds, terms).await?;
    for position in positions {
        if let Some(of_fund) = found.remove(&position.fund.id) {
            put_into(position, &of_fund);
        }
    }
    Ok(())
}

fn put_into(position: &mut FundPosition, found: &BorneFund) {
    let funded = std::mem::take(&mut position.position.by_partner);
    let borne = borne_by(&funded, found.parts.as_deref());
    let rule = found.rule.as_ref().map(|(version, outcome)| (*version, outcome));
    let result = |bearer| -> Pence {
        let own = found.parts.iter().flatten().filter(|part| part.bearer == bearer);
        own.map(|part| part.amount).sum()
    };
    let explained = |bearer, funded_budget| {
        let of = InFund { bearer, funded_budget, result: result(bearer) };
        (key(bearer), (explain_in_fund(rule, of), explain_variance_in_fund(rule, of)))
    };
    let partners = borne.by_partner.iter();
    let partners = partners.map(|it| explained(Bearer::Party(it.key), it.figures.budget));
    let others = borne.others.iter().map(|it| explained(Bearer::Nobody(it.key), Pence::ZERO));
    let explanations = match found.parts {
        Some(_) => partners.chain(others).collect(),
        None => BTreeMap::new(),
    };
    position.known_at = position.known_at.max(found.known_at);
    position.position.by_partner = borne.by_partner;
    position.borne = Some(Borne {
        is_read: found.is_read,
        is_settled: found.is_settled,
        others: borne.others,
        explanations,
    });
}

fn key(bearer: Bearer) -> Key {
    match bearer {
        Bearer::Party(party) => (Some(party), None),
        Bearer::Nobody(part) => (None, Some(part)),
    }
}
