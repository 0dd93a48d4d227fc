use std::collections::BTreeSet;

use entities::value::Pence;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Cause;
use crate::rules::funding::{Share, funded};

/// What a year came to, as far as a risk share asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The budget of the funds that are shared, of which basis points are taken.
    pub budget: Pence,
    /// Their schemes, in the order that decides about odd pennies.
    pub schemes: Vec<SchemeOutturn>,
    /// What partners agreed to put in by the end of the period, in the agreement's order.
    pub contributions: Vec<Agreed>,
    /// The codes of the sources that are ring-fenced.
    pub ring_fenced: BTreeSet<String>,
    /// What the risk reserve holds.
    pub reserve: Pence,
    /// Who keeps the books.
    pub host: Uuid,
}

/// What one partner agreed to put in from one source: planned and varied (rule R4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The partner.
    pub partner: Uuid,
    /// The source.
    pub source: String,
    /// How much.
    pub amount: Pence,
}

/// What one scheme came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeOutturn {
    /// The scheme.
    pub id: Uuid,
    /// Who commissions it.
    pub commissioner: Uuid,
    /// True when its fund is a pooled one: from other money nothing is offset (rule R1).
    pub is_pooled: bool,
    /// Its budget.
    pub budget: Pence,
    /// What was spent, or is expected to be.
    pub outturn: Pence,
    /// What of its budget is neither spent nor promised.
    pub uncommitted: Pence,
    /// Who funds it at the end of the period.
    pub shares: Vec<Share>,
    /// Why it was underspent, where the host says so.
    pub cause: Option<Cause>,
}

/// A part of an underspend that goes back to the ring-fenced source that it came from (rule R6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The scheme.
    pub scheme: Uuid,
    /// The partner that funds it.
    pub partner: Uuid,
    /// The source.
    pub source: String,
    /// How much.
    pub amount: Pence,
}

impl SchemeOutturn {
    /// What was spent beyond the budget.
    #[must_use]
    pub fn over(&self) -> Pence {
        (self.outturn - self.budget).max(Pence::ZERO)
    }

    /// What was left of the budget.
    #[must_use]
    pub fn under(&self) -> Pence {
        (self.budget - self.outturn).max(Pence::ZERO)
    }

    /// The parts of an amount of it that are ring-fenced, by who funds them.
    pub(super) fn fenced(&self, amount: Pence, fenced: &BTreeSet<String>) -> Vec<Returned> {
        let parts = funded(amount, &self.shares).unwrap_or_default().into_iter();
        parts
            .filter(|part| fenced.contains(part.source) && part.amount != Pence::ZERO)
            .map(|part| Returned {
                scheme: self.id,
                partner: part.partner,
                source: part.source.to_owned(),
                amount: part.amount,
            })
            .collect()
    }

    /// The rest of an amount of it, which is not ring-fenced.
    pub(super) fn free(&self, amount: Pence, fenced: &BTreeSet<String>) -> Pence {
        let amount = amount.max(Pence::ZERO);
        amount - self.fenced(amount, fenced).iter().map(|part| part.amount).sum()
    }
}
