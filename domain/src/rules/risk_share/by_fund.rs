//! What a risk share comes to in each of its funds.
//!
//! What underspent schemes give up or give back lies in their own funds. Everything else is divided
//! one after the other: what meets an overspend in proportion to what is left of each fund's
//! overspend, what becomes of an underspend in proportion to what is left of each fund's underspend
//! (rule M2). So each fund's parts add up to its variance, and the funds together to the share.

use entities::value::Pence;
use uuid::Uuid;

use super::{Direction, Facts, MechanismKind, OtherPart, Outcome, SchemeOutturn};
use crate::rules::split::split;

/// A fund of a risk share, with its schemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedFund {
    /// The fund.
    pub fund: Uuid,
    /// Its schemes.
    pub schemes: Vec<Uuid>,
}

/// Whose a part of a variance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A party's.
    Party(Uuid),
    /// Nobody's.
    Nobody(OtherPart),
}

/// What one bearer bears of a variance; below nothing where it is given something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BornePart {
    /// Whose.
    pub bearer: Bearer,
    /// How much.
    pub amount: Pence,
}

/// What a risk share comes to in one fund: its parts add up to the fund's variance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundResult {
    /// The fund.
    pub fund: Uuid,
    /// Its parts, each bearer once, in the order in which they first appear.
    pub parts: Vec<BornePart>,
}

/// The result of a risk share in each of its funds, in their order.
#[must_use]
pub fn by_fund(outcome: &Outcome, facts: &Facts, funds: &[SharedFund]) -> Vec<FundResult> {
    let mut results: Vec<FundResult> =
        funds.iter().map(|it| FundResult { fund: it.fund, parts: Vec::new() }).collect();
    if results.is_empty() {
        return results;
    }
    let mut over = summed(facts, funds, SchemeOutturn::over);
    let mut under = summed(facts, funds, SchemeOutturn::under);
    for back in &outcome.returned_to_source {
        let place = place_of(funds, back.scheme);
        under[place] = under[place] - back.amount;
        results[place].add(Bearer::Party(back.partner), -back.amount);
    }
    let mut offset = Pence::ZERO;
    for scheme in &facts.schemes {
        let (given_up, place) = (offset_of(outcome, facts, scheme), place_of(funds, scheme.id));
        offset += given_up;
        under[place] = under[place] - given_up;
        results[place].add(Bearer::Nobody(OtherPart::OtherFunds), -given_up);
    }
    for (bearer, amount) in met(outcome, offset) {
        for (result, part) in results.iter_mut().zip(taken(&mut over, amount)) {
            result.add(bearer, part);
        }
    }
    for (bearer, amount) in disposed(outcome) {
        for (result, part) in results.iter_mut().zip(taken(&mut under, amount)) {
            result.add(bearer, -part);
        }
    }
    // Of a year that is settled nothing is left: what was recorded since is nobody's.
    for (result, (over, under)) in results.iter_mut().zip(over.into_iter().zip(under)) {
        result.add(Bearer::Nobody(OtherPart::Unallocated), over);
        result.add(Bearer::Nobody(OtherPart::UnallocatedUnderspend), -under);
        result.parts.retain(|part| part.amount != Pence::ZERO);
    }
    results
}

/// What meets the overspend, in the order in which it is divided.
fn met(outcome: &Outcome, offset: Pence) -> Vec<(Bearer, Pence)> {
    let nobody = |part, amount| (Bearer::Nobody(part), amount);
    let mut met = vec![
        nobody(OtherPart::OtherFunds, offset),
        nobody(OtherPart::RiskReserve, outcome.absorbed_by(MechanismKind::DrawRiskReserve)),
        nobody(OtherPart::ToBeSaved, outcome.to_be_saved),
    ];
    met.extend(outcome.borne.iter().map(|it| (Bearer::Party(it.party), it.amount)));
    met.push(nobody(OtherPart::Unallocated, outcome.unallocated_over));
    met
}

/// What becomes of the underspend that is neither an offset nor ring-fenced.
fn disposed(outcome: &Outcome) -> Vec<(Bearer, Pence)> {
    let kept = |part, kind| (Bearer::Nobody(part), outcome.absorbed_by(kind));
    let mut disposed: Vec<(Bearer, Pence)> =
        outcome.given.iter().map(|it| (Bearer::Party(it.party), it.amount)).collect();
    disposed.extend([
        kept(OtherPart::CarryForward, MechanismKind::CarryForward),
        kept(OtherPart::Reinvest, MechanismKind::Reinvest),
        kept(OtherPart::Contingency, MechanismKind::RetainAsContingency),
        (Bearer::Nobody(OtherPart::UnallocatedUnderspend), outcome.unallocated_under),
    ]);
    disposed
}

/// What of a scheme's underspend met the overspend of others. What it gave up beyond its underspend
/// is still to be saved, and is none of it.
fn offset_of(outcome: &Outcome, facts: &Facts, scheme: &SchemeOutturn) -> Pence {
    let over = outcome.steps.iter().filter(|step| step.direction == Direction::Over);
    let used = over.flat_map(|step| &step.schemes).filter(|it| it.scheme == scheme.id);
    let used: Pence = used.map(|it| it.amount).sum();
    used.min(scheme.free(scheme.under(), &facts.ring_fenced))
}

fn summed(facts: &Facts, funds: &[SharedFund], of: impl Fn(&SchemeOutturn) -> Pence) -> Vec<Pence> {
    let mut sums = vec![Pence::ZERO; funds.len()];
    for scheme in &facts.schemes {
        sums[place_of(funds, scheme.id)] += of(scheme);
    }
    sums
}

fn place_of(funds: &[SharedFund], scheme: Uuid) -> usize {
    funds.iter().position(|it| it.schemes.contains(&scheme)).unwrap_or(0)
}

/// Takes an amount out of what is left of each fund, in proportion to it; out of the first where
/// nothing is left.
fn taken(left: &mut [Pence], amount: Pence) -> Vec<Pence> {
    let weights: Vec<i64> = left.iter().map(|it| it.0.max(0)).collect();
    let parts = split(amount, &weights).unwrap_or_else(|_| {
        let mut parts = vec![Pence::ZERO; weights.len()];
        parts[0] = amount;
        parts
    });
    for (it, part) in left.iter_mut().zip(&parts) {
        *it = *it - *part;
    }
    parts
}

impl FundResult {
    fn add(&mut self, bearer: Bearer, amount: Pence) {
        match self.parts.iter_mut().find(|part| part.bearer == bearer) {
            Some(part) => part.amount += amount,
            None => self.parts.push(BornePart { bearer, amount }),
        }
    }

    /// What a party bears of this fund's variance.
    #[must_use]
    pub fn of_party(&self, party: Uuid) -> Pence {
        self.of(Bearer::Party(party))
    }

    /// What one bearer bears of this fund's variance.
    #[must_use]
    pub fn of(&self, bearer: Bearer) -> Pence {
        let own = self.parts.iter().filter(|part| part.bearer == bearer);
        own.map(|part| part.amount).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{Rule, outcome, testing as cases},
        *,
    };

    const FUNDS: [Uuid; 3] = [Uuid::from_u128(901), Uuid::from_u128(902), Uuid::from_u128(903)];

    /// Each scheme in the fund that its number says.
    fn funds(facts: &Facts, of: &[usize]) -> Vec<SharedFund> {
        let schemes = |place| {
            let own = facts.schemes.iter().zip(of).filter(move |(_, own)| **own == place);
            own.map(|(scheme, _)| scheme.id).collect()
        };
        let fund = |(place, fund)| SharedFund { fund, schemes: schemes(place) };
        FUNDS.into_iter().enumerate().map(fund).collect()
    }

    fn amounts(result: &FundResult) -> Vec<(Bearer, i64)> {
        result.parts.iter().map(|part| (part.bearer, part.amount.0)).collect()
    }

    /// £90 and £30 over in two funds; £40 under in the first, £10 of it ring-fenced.
    fn two_funds() -> (Facts, Vec<SharedFund>) {
        let schemes = vec![
            cases::scheme(1, cases::BOARD, (100, 190)),
            cases::scheme(2, cases::COUNCIL, (100, 130)),
            cases::scheme(3, cases::COUNCIL, (100, 70)),
            cases::fenced(cases::scheme(4, cases::BOARD, (100, 90))),
        ];
        let facts = cases::facts(schemes, &[(cases::COUNCIL, 1), (cases::BOARD, 1)]);
        let shared = funds(&facts, &[0, 1, 0, 0]);
        (facts, shared)
    }

    fn shared(tiers: Vec<super::super::Tier>) -> Vec<FundResult> {
        let (facts, funds) = two_funds();
        let rule: Rule = cases::over(tiers);
        by_fund(&outcome(&rule, &facts), &facts, &funds)
    }

    #[test]
    fn m15_what_one_fund_gives_up_for_another_is_shown_in_both() {
        let tiers = vec![cases::tier(super::super::Mechanism::OffsetWithinPool)];
        let results = shared(tiers);
        let unallocated = Bearer::Nobody(OtherPart::Unallocated);
        // £30.00 meets £120.00: £22.50 of the first fund's £90.00, £7.50 of the second's £30.00.
        assert_eq!(
            amounts(&results[0]),
            [
                (Bearer::Party(cases::BOARD), -1_000),
                (Bearer::Nobody(OtherPart::OtherFunds), -750),
                (unallocated, 6_750),
            ]
        );
        assert_eq!(
            amounts(&results[1]),
            [(Bearer::Nobody(OtherPart::OtherFunds), 750), (unallocated, 2_250)]
        );
        assert_eq!(amounts(&results[2]), [], "a fund without a variance has no parts");
        assert_eq!(results[0].of_party(cases::BOARD), Pence(-1_000));
        assert_eq!(results[0].of(unallocated), Pence(6_750));
    }

    #[test]
    fn m15_what_parties_bear_is_divided_by_what_each_fund_overspent() {
        let tiers = vec![cases::tier(cases::fixed(&[(cases::COUNCIL, 1), (cases::BOARD, 3)]))];
        let results = shared(tiers);
        assert_eq!(
            amounts(&results[0]),
            [
                // What goes back to its ring-fenced source is taken off what it bears.
                (Bearer::Party(cases::BOARD), 6_750 - 1_000),
                (Bearer::Party(cases::COUNCIL), 2_250),
                (Bearer::Nobody(OtherPart::CarryForward), -3_000),
            ]
        );
        assert_eq!(
            amounts(&results[1]),
            [(Bearer::Party(cases::COUNCIL), 750), (Bearer::Party(cases::BOARD), 2_250)]
        );
    }

    #[test]
    fn m15_what_is_recorded_after_a_settlement_is_nobodys_and_each_fund_still_adds_up() {
        let (facts, funds) = two_funds();
        let tiers = vec![cases::tier(cases::fixed(&[(cases::COUNCIL, 1), (cases::BOARD, 3)]))];
        let settled = outcome(&cases::over(tiers), &facts);
        let mut later = facts;
        for scheme in &mut later.schemes {
            scheme.outturn = scheme.budget;
        }
        let results = by_fund(&settled, &later, &funds);
        assert_eq!(
            amounts(&results[0]),
            [
                (Bearer::Party(cases::BOARD), 9_000 - 1_000),
                (Bearer::Party(cases::COUNCIL), 3_000),
                (Bearer::Nobody(OtherPart::Unallocated), -12_000),
                (Bearer::Nobody(OtherPart::CarryForward), -3_000),
                (Bearer::Nobody(OtherPart::UnallocatedUnderspend), 4_000),
            ]
        );
        assert_eq!(amounts(&results[1]), []);
    }

    #[test]
    fn m15_a_share_of_no_fund_comes_to_nothing() {
        let (facts, _) = two_funds();
        let outcome = outcome(&cases::over(vec![]), &facts);
        assert_eq!(by_fund(&outcome, &facts, &[]), []);
    }

    proptest! {
        #[test]
        fn m15_each_fund_adds_up_to_its_variance_and_the_funds_to_the_share(
            (rule, facts) in cases::cases(),
            of in prop::collection::vec(0..3_usize, 6),
        ) {
            let outcome = outcome(&rule, &facts);
            let funds = funds(&facts, &of);
            let results = by_fund(&outcome, &facts, &funds);
            for (result, fund) in results.iter().zip(&funds) {
                let own = facts.schemes.iter().filter(|it| fund.schemes.contains(&it.id));
                let variance: i64 = own.map(|it| it.outturn.0 - it.budget.0).sum();
                let parts: i64 = result.parts.iter().map(|part| part.amount.0).sum();
                prop_assert_eq!(parts, variance);
                prop_assert!(result.parts.iter().all(|part| part.amount != Pence::ZERO));
            }
            let together = |bearer| results.iter().map(|it| it.of(bearer)).sum::<Pence>();
            for party in cases::PARTIES {
                prop_assert_eq!(together(Bearer::Party(party)), outcome.result_of(party));
            }
            for (part, amount) in outcome.others() {
                prop_assert_eq!(together(Bearer::Nobody(part)), amount);
            }
            let between = Bearer::Nobody(OtherPart::OtherFunds);
            prop_assert_eq!(together(between), Pence::ZERO, "funds give each other nothing new");
        }

        #[test]
        fn m15_the_only_fund_of_a_share_has_all_of_it((rule, facts) in cases::cases()) {
            let outcome = outcome(&rule, &facts);
            let funds = funds(&facts, &[0; 6]);
            let results = by_fund(&outcome, &facts, &funds);
            for party in cases::PARTIES {
                prop_assert_eq!(results[0].of_party(party), outcome.result_of(party));
            }
            prop_assert_eq!(results[0].of(Bearer::Nobody(OtherPart::OtherFunds)), Pence::ZERO);
        }
    }
}
