use std::collections::BTreeMap;

use entities::value::FinancialYear;
use uuid::Uuid;

use super::{Breach, Head, Link, NotAValue, breaches, is_value, value::WHOLE, worsened};

/// The most tiers of a chain.
pub const MOST_TIERS: i32 = 50;

/// Why a subcontract does not fit into its chain (rule C2). No sentence names an amount, a day or
/// an organisation above: the caller may not read them (rule V8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoesNotFit {
    /// The contract that it is to stand under is not in the chain.
    #[error("the contract above is not part of this chain")]
    NoParent,
    /// Its buyer sells nothing under the contract above.
    #[error("only the seller of the contract above can subcontract a part of it")]
    BuyerDoesNotSellAbove,
    /// Its buyer is its seller.
    #[error("rule C2: an organisation does not subcontract to itself")]
    ToItself,
    /// Its seller buys further up.
    #[error("rule C2: this would put an organisation above itself in the chain")]
    AboveItself,
    /// The chain is as deep as a chain can be.
    #[error("rule C2: a chain has at most {MOST_TIERS} tiers")]
    TooDeep,
    /// The commissioner refused the contract that it is to stand under, or one above that.
    #[error("rule C3: the commissioner refused the contract above, under which nothing is bought")]
    Refused,
    /// Its last day comes before its first.
    #[error("the last day comes before the first")]
    EndsBeforeItBegins,
    /// It begins before the contract above.
    #[error("rule C2: a subcontract begins no earlier than the contract above it")]
    BeginsBeforeParent,
    /// It ends after the contract above.
    #[error("rule C2: a subcontract ends no later than the contract above it")]
    EndsAfterParent,
    /// What stands under it would have days that it has not.
    #[error("rule C2: what stands under a subcontract lies inside its dates, and is ended first")]
    OutlivedFromBelow,
    /// What its seller is to keep is no part of the whole.
    #[error("give 0 to 10,000 basis points that the seller has to keep itself")]
    NotAFloor,
    /// A year's value is none.
    #[error("{year}: {why}")]
    NotAValue {
        /// The financial year.
        year: FinancialYear,
        /// Why.
        why: NotAValue,
    },
    /// The subcontracts under one contract come to more than it may pass on.
    #[error(
        "rule C2: the subcontracts under one contract stay within its value, less what its seller \
         has to keep, and in {year} they would not"
    )]
    BeyondParent {
        /// The financial year.
        year: FinancialYear,
    },
}

/// The tier at which `new` stands in its chain, or, under the id of one that is in it, still
/// stands after it was changed. Parents come before what stands under them.
///
/// # Errors
/// The first rule that it breaks.
pub fn fits(head: &Head, chain: &[Link], new: &Link) -> Result<i32, DoesNotFit> {
    let above = above(chain, new)?;
    let sells_above = match above.first() {
        Some(parent) => parent.seller == new.buyer,
        None => head.contractors.contains(&new.buyer),
    };
    if !sells_above {
        return Err(DoesNotFit::BuyerDoesNotSellAbove);
    }
    if above.iter().any(|link| link.is_refused) && !chain.iter().any(|link| link.id == new.id) {
        return Err(DoesNotFit::Refused);
    }
    if new.buyer == new.seller {
        return Err(DoesNotFit::ToItself);
    }
    if above.iter().any(|link| link.buyer == new.seller) {
        return Err(DoesNotFit::AboveItself);
    }
    let tier = i32::try_from(above.len() + 1).map_err(|_| DoesNotFit::TooDeep)?;
    if tier > MOST_TIERS {
        return Err(DoesNotFit::TooDeep);
    }
    if new.term.last < new.term.first {
        return Err(DoesNotFit::EndsBeforeItBegins);
    }
    if !is_floor(new.floor) {
        return Err(DoesNotFit::NotAFloor);
    }
    for (year, value) in &new.values {
        is_value(*value).map_err(|why| DoesNotFit::NotAValue { year: *year, why })?;
    }
    let mut after: Vec<Link> = chain.to_vec();
    match after.iter_mut().find(|link| link.id == new.id) {
        Some(link) => *link = new.clone(),
        None => after.push(new.clone()),
    }
    match worsened(&breaches(head, chain), &breaches(head, &after)).first() {
        None => Ok(tier),
        Some(Breach::Outside { link, .. }) if *link != new.id => Err(DoesNotFit::OutlivedFromBelow),
        Some(Breach::Outside { .. }) => {
            let parent = above.first().map_or(head.term, |parent| parent.term);
            let begins_before = new.term.first < parent.first;
            Err(if begins_before {
                DoesNotFit::BeginsBeforeParent
            } else {
                DoesNotFit::EndsAfterParent
            })
        }
        Some(Breach::Beyond { year, .. }) => Err(DoesNotFit::BeyondParent { year: *year }),
    }
}

/// True of what somebody may be bound to keep, in basis points of the whole.
#[must_use]
pub fn is_floor(basis_points: i64) -> bool {
    (0..=WHOLE).contains(&basis_points)
}

/// The links above one, its parent first.
fn above<'a>(chain: &'a [Link], link: &Link) -> Result<Vec<&'a Link>, DoesNotFit> {
    let mut links: BTreeMap<Uuid, &Link> = chain.iter().map(|link| (link.id, link)).collect();
    let mut above: Vec<&Link> = Vec::new();
    let mut next = link.parent;
    while let Some(id) = next {
        // Taken out, so that a link that were its own ancestor ends the way up too.
        let parent = links.remove(&id).ok_or(DoesNotFit::NoParent)?;
        above.push(parent);
        next = parent.parent;
    }
    Ok(above)
}

#[cfg(test)]
mod tests;
