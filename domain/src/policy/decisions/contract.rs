//! Who records, changes and approves contracts.

use entities::{relation::RelationKind, team_limit::LimitKind};
use uuid::Uuid;

use super::{Actor, Closed, PLANS, TERMS};
use crate::policy::{
    Denied, Relation, Rights,
    matrix::{self, FieldGroup},
};

/// The organisations around a contract, as they stand on the day of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContractParties {
    /// The commissioner that leads the others (rule C1).
    pub co_ordinating: Option<Uuid>,
    /// The other commissioners.
    pub associates: Vec<Uuid>,
    /// The providers.
    pub providers: Vec<Uuid>,
    /// Those that declared an interest as a whole by which they decide nothing (rule G3).
    pub interested: Vec<Uuid>,
    /// True when whoever asks has such an interest.
    pub asker_is_interested: bool,
}

/// What is written when a contract is recorded.
const RECORDED: &[FieldGroup] = &[FieldGroup::ContractDraft, FieldGroup::ContractTerms];

/// What a variation changes.
const VARIED: &[FieldGroup] = &[FieldGroup::ContractTerms, FieldGroup::ContractValue];

impl ContractParties {
    /// The commissioners, the one that leads first.
    #[must_use]
    pub fn commissioners(&self) -> Vec<Uuid> {
        self.co_ordinating.into_iter().chain(self.associates.iter().copied()).collect()
    }

    /// Those who decide on a variation, each on its own (rule G1): the commissioners, but not one
    /// that provides under the contract itself, or declared an interest (rule G3).
    #[must_use]
    pub fn deciding(&self) -> Vec<Uuid> {
        let is_out = |it: &Uuid| self.providers.contains(it) || self.interested.contains(it);
        self.commissioners().into_iter().filter(|it| !is_out(it)).collect()
    }
}

impl Actor {
    /// The co-ordinating commissioner's COMMISSIONER records a contract, and changes its draft.
    ///
    /// # Errors
    /// Why not.
    pub fn may_draft_contract(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.co_ordinates(parties)?;
        self.within_contract(parties, Rights::WRITE, RECORDED)
    }

    /// The co-ordinating commissioner's COMMISSIONER or FINANCE says what it is expected to cost.
    ///
    /// # Errors
    /// Why not.
    pub fn may_plan_contract_value(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.co_ordinates(parties)?;
        self.within_contract(parties, Rights::WRITE, &[FieldGroup::ContractValue])
    }

    /// The co-ordinating commissioner's COMMISSIONER records conditions and guarantees, and that they
    /// are met and given.
    ///
    /// # Errors
    /// Why not.
    pub fn may_keep_contract(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.co_ordinates(parties)?;
        self.within_contract(parties, Rights::WRITE, &[FieldGroup::ContractTerms])
    }

    /// The co-ordinating commissioner's COMMISSIONER records that the contract comes to stand
    /// otherwise; not one that provides under it: it would approve its own award.
    ///
    /// # Errors
    /// Why not.
    pub fn may_change_contract_status(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::WRITE, &[FieldGroup::ContractStatus])
    }

    /// The co-ordinating commissioner's COMMISSIONER records a variation that every commissioner has
    /// decided on its own (rule G1).
    ///
    /// # Errors
    /// Why not.
    pub fn may_vary_contract(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::WRITE, VARIED)
    }

    /// The co-ordinating commissioner's COMMISSIONER names which of several successors takes a closed
    /// body's place under the contract; where the body that closed was that commissioner itself, one of
    /// any of its successors' (rule G5).
    ///
    /// # Errors
    /// Why not.
    pub fn may_name_contract_successor(
        &self,
        parties: &ContractParties,
        closed: Closed<'_>,
    ) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.acts_itself()?;
        if parties.co_ordinating.is_none() && closed.led {
            let follows = closed.successors.contains(&self.organisation);
            return if follows { Ok(()) } else { Err(Denied::NotSuccessor) };
        }
        self.co_ordinates(parties)?;
        self.has_no_conflict(parties)?;
        self.within_contract(parties, Rights::WRITE, &[FieldGroup::ContractTerms])
    }

    pub(super) fn co_ordinates(&self, parties: &ContractParties) -> Result<(), Denied> {
        self.acts_itself()?;
        if parties.co_ordinating == Some(self.organisation) {
            Ok(())
        } else {
            Err(Denied::NotCoordinating)
        }
    }

    /// The co-ordinating commissioner, or a team that decides for it what was delegated to it. The team
    /// was found to be of the contract's agreement when the contract was found through its view.
    pub(super) fn co_ordinates_or_team(
        &self,
        parties: &ContractParties,
        kind: LimitKind,
    ) -> Result<(), Denied> {
        self.is_delegated(kind).unwrap_or_else(|| self.co_ordinates(parties))
    }

    pub(super) fn within_contract(
        &self,
        parties: &ContractParties,
        right: Rights,
        groups: &[FieldGroup],
    ) -> Result<(), Denied> {
        let kind = if self.team.is_some() {
            RelationKind::TeamMember
        } else if parties.co_ordinating == Some(self.organisation) {
            RelationKind::CoordinatingCommissioner
        } else {
            RelationKind::AssociateCommissioner
        };
        let granted =
            |group: &FieldGroup| matrix::cell(Relation::Stands(kind), *group).grants(right);
        if groups.iter().all(granted) { Ok(()) } else { Err(Denied::NotWithinMatrix) }
    }
}

#[cfg(test)]
mod tests {
    use entities::membership::Role;

    use super::*;

    const LEAD: Uuid = Uuid::from_u128(1);
    const ASSOCIATE: Uuid = Uuid::from_u128(2);
    const PROVIDER: Uuid = Uuid::from_u128(3);

    type May = fn(&Actor, &ContractParties) -> Result<(), Denied>;

    const VERBS: [May; 5] = [
        Actor::may_draft_contract,
        Actor::may_plan_contract_value,
        Actor::may_keep_contract,
        Actor::may_change_contract_status,
        Actor::may_vary_contract,
    ];

    fn actor(organisation: Uuid, role: Role) -> Actor {
        Actor { organisation, roles: vec![role], scopes: None, team: None }
    }

    fn parties() -> ContractParties {
        ContractParties {
            co_ordinating: Some(LEAD),
            associates: vec![ASSOCIATE],
            providers: vec![PROVIDER],
            ..ContractParties::default()
        }
    }

    fn may(organisation: Uuid, role: Role, parties: &ContractParties) -> [bool; 5] {
        VERBS.map(|verb| verb(&actor(organisation, role), parties).is_ok())
    }

    #[test]
    fn what_is_done_to_a_contract_is_within_the_matrix() {
        let within = |organisation, right| {
            let actor = actor(organisation, Role::Commissioner);
            actor.within_contract(&parties(), right, &[FieldGroup::ContractTerms])
        };
        assert_eq!(within(LEAD, Rights::WRITE), Ok(()));
        assert_eq!(within(LEAD, Rights::WRITE_OWN), Err(Denied::NotWithinMatrix));
        assert_eq!(within(ASSOCIATE, Rights::WRITE), Err(Denied::NotWithinMatrix));
    }

    #[test]
    fn c1_the_co_ordinating_commissioner_keeps_the_contract_and_nobody_else_does() {
        assert_eq!(may(LEAD, Role::Commissioner, &parties()), [true; 5]);
        assert_eq!(may(LEAD, Role::Finance, &parties()), [false, true, false, false, false]);
        assert_eq!(may(ASSOCIATE, Role::Commissioner, &parties()), [false; 5]);
        assert_eq!(may(PROVIDER, Role::Commissioner, &parties()), [false; 5]);
        assert_eq!(may(LEAD, Role::Viewer, &parties()), [false; 5]);
        assert_eq!(parties().commissioners(), [LEAD, ASSOCIATE]);
        assert_eq!(parties().deciding(), [LEAD, ASSOCIATE]);
    }

    #[test]
    fn g5_who_leads_names_a_successor_and_where_it_closed_itself_its_successors_do() {
        let (heir, other) = (Uuid::from_u128(4), Uuid::from_u128(5));
        let name = |by, role, parties: &ContractParties, led| {
            let closed = Closed { led, successors: &[heir] };
            actor(by, role).may_name_contract_successor(parties, closed)
        };
        let vacant = ContractParties { co_ordinating: None, ..parties() };
        for led in [false, true] {
            assert_eq!(name(LEAD, Role::Commissioner, &parties(), led), Ok(()));
            for by in [ASSOCIATE, PROVIDER, heir, other] {
                let denied = name(by, Role::Commissioner, &parties(), led);
                assert_eq!(denied, Err(Denied::NotCoordinating));
            }
        }
        assert!(name(LEAD, Role::Finance, &parties(), false).is_err());
        let provides = ContractParties { providers: vec![LEAD], ..parties() };
        assert!(name(LEAD, Role::Commissioner, &provides, false).is_err());
        assert_eq!(name(heir, Role::Commissioner, &vacant, true), Ok(()));
        assert_eq!(name(other, Role::Commissioner, &vacant, true), Err(Denied::NotSuccessor));
        let not_led = name(heir, Role::Commissioner, &vacant, false);
        assert_eq!(not_led, Err(Denied::NotCoordinating));
    }

    #[test]
    fn whoever_provides_under_a_contract_approves_nothing_of_it() {
        let own = ContractParties { providers: vec![LEAD, ASSOCIATE], ..parties() };
        assert_eq!(may(LEAD, Role::Commissioner, &own), [true, true, true, false, false]);
        assert_eq!(own.deciding(), Vec::<Uuid>::new());
        let denied = actor(LEAD, Role::Commissioner).may_change_contract_status(&own);
        assert_eq!(denied, Err(Denied::ProvidesHere));
        assert_eq!(may(ASSOCIATE, Role::Commissioner, &own), [false; 5]);
    }

    #[test]
    fn a_refusal_says_who_would_do_it() {
        let commissioner = |who| actor(who, Role::Commissioner);
        let draft = commissioner(ASSOCIATE).may_draft_contract(&parties());
        assert_eq!(draft, Err(Denied::NotCoordinating));
        let varied = commissioner(PROVIDER).may_vary_contract(&parties());
        assert_eq!(varied, Err(Denied::NotCoordinating));
        let nobody = ContractParties::default();
        let unled = commissioner(LEAD).may_keep_contract(&nobody);
        assert_eq!(unled, Err(Denied::NotCoordinating));
    }
}
