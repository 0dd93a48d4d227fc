use entities::value::Pence;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{MechanismKind, Returned};

/// Which list a tier stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// What meets an overspend.
    Over,
    /// What becomes of an underspend.
    Under,
}

/// What a risk share comes to. Amounts are never below nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What overspent schemes overspent, added up.
    pub over: Pence,
    /// What underspent schemes underspent, added up.
    pub under: Pence,
    /// What goes back to ring-fenced sources (rule R6).
    pub returned_to_source: Vec<Returned>,
    /// What each tier did, those of an overspend first.
    pub steps: Vec<TierStep>,
    /// What each party bears of an overspend, in the order in which they first bear something.
    pub borne: Vec<PartyAmount>,
    /// What each party is given of an underspend, in the same order of appearance.
    pub given: Vec<PartyAmount>,
    /// The overspend that nothing met.
    pub unallocated_over: Pence,
    /// The underspend of which nothing disposed.
    pub unallocated_under: Pence,
    /// What was met out of budget that is promised to nobody and not saved yet.
    pub to_be_saved: Pence,
}

/// A party and an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyAmount {
    /// The party.
    pub party: Uuid,
    /// How much.
    pub amount: Pence,
}

/// A scheme and an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemeAmount {
    /// The scheme.
    pub scheme: Uuid,
    /// How much.
    pub amount: Pence,
}

/// What a party bears for another whose cap was reached (rule R3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Whose cap was reached.
    pub from: Uuid,
    /// Who bears it.
    pub to: Uuid,
    /// How much.
    pub amount: Pence,
}

/// What a part of a variance that is no party's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Of one fund of several: met by an underspend in another fund of the risk share, or below
    /// nothing, given up for one.
    OtherFunds,
}

/// What one tier did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierStep {
    /// The list it stands in.
    pub direction: Direction,
    /// Its place in the list, from 1.
    pub number: usize,
    /// Its mechanism.
    pub mechanism: MechanismKind,
    /// What the tiers before it left.
    pub reached: Pence,
    /// How much of the whole variance lies within its layer.
    pub layer: Pence,
    /// What it sees: the smaller of the two, of its cause.
    pub seen: Pence,
    /// What it could use of a reserve, of offsets or of uncommitted budget; none of the others.
    pub available: Option<Pence>,
    /// What it absorbs.
    pub absorbed: Pence,
    /// What passes to the next tier.
    pub passed: Pence,
    /// Who bears it or is given it.
    pub parties: Vec<PartyAmount>,
    /// What moved from one party to another by a cap.
    pub moved: Vec<Moved>,
    /// The schemes out of whose budget it is met, or whose underspend it disposes of.
    pub schemes: Vec<SchemeAmount>,
}

impl Outcome {
    /// What a party's part of the cost is changed by: borne less given, and less what goes back to
    /// its ring-fenced sources (basis BORNE_BY of rule M15).
    #[must_use]
    pub fn result_of(&self, party: Uuid) -> Pence {
        let sum = |amounts: &[PartyAmount]| -> Pence {
            amounts.iter().filter(|it| it.party == party).map(|it| it.amount).sum()
        };
        let fenced = self.returned_to_source.iter().filter(|it| it.partner == party);
        sum(&self.borne) - sum(&self.given) - fenced.map(|it| it.amount).sum()
    }

    /// What tiers with this mechanism absorbed.
    #[must_use]
    pub fn absorbed_by(&self, mechanism: MechanismKind) -> Pence {
        let steps = self.steps.iter().filter(|step| step.mechanism == mechanism);
        steps.map(|step| step.absorbed).sum()
    }

    /// What is no party's, as far as there is any; below nothing where money stays.
    #[must_use]
    pub fn others(&self) -> Vec<(OtherPart, Pence)> {
        let kept = |kind| -self.absorbed_by(kind);
        let parts = [
            (OtherPart::RiskReserve, self.absorbed_by(MechanismKind::DrawRiskReserve)),
            (OtherPart::ToBeSaved, self.to_be_saved),
            (OtherPart::Unallocated, self.unallocated_over),
            (OtherPart::CarryForward, kept(MechanismKind::CarryForward)),
            (OtherPart::Reinvest, kept(MechanismKind::Reinvest)),
            (OtherPart::Contingency, kept(MechanismKind::RetainAsContingency)),
            (OtherPart::UnallocatedUnderspend, -self.unallocated_under),
        ];
        parts.into_iter().filter(|(_, amount)| *amount != Pence::ZERO).collect()
    }

    /// Everybody who bears or is given something, once each.
    #[must_use]
    pub fn parties(&self) -> Vec<Uuid> {
        let amounts = self.borne.iter().chain(&self.given).map(|it| it.party);
        let mut parties = Vec::new();
        for party in amounts.chain(self.returned_to_source.iter().map(|it| it.partner)) {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        parties
    }
}

/// Adds an amount to a party's.
pub(super) fn add(amounts: &mut Vec<PartyAmount>, party: Uuid, amount: Pence) {
    if amount == Pence::ZERO {
        return;
    }
    match amounts.iter_mut().find(|it| it.party == party) {
        Some(found) => found.amount += amount,
        None => amounts.push(PartyAmount { party, amount }),
    }
}
