//! Decisions stay within the access matrix: whatever else allows something, its cell has to.

use super::{Actor, Denied, Parties, is_party};
use crate::policy::{
    Relation, Rights,
    matrix::{self, FieldGroup},
};
use entities::relation::RelationKind;
use uuid::Uuid;

impl Actor {
    /// The matrix grants a right over each of some groups to how the actor stands to the agreement
    /// today.
    ///
    /// # Errors
    /// That it does not.
    pub(super) fn within(
        &self,
        parties: &Parties,
        right: Rights,
        groups: &[FieldGroup],
    ) -> Result<(), Denied> {
        let relations = self.relations(parties);
        let granted = |group: &FieldGroup| {
            let rights = matrix::rights(&relations, *group);
            match right {
                Rights::WRITE_OWN => rights.writes_own(),
                Rights::PROPOSE => rights.writes_all() || rights.grants(Rights::PROPOSE),
                _ => rights.grants(right),
            }
        };
        if groups.iter().all(granted) { Ok(()) } else { Err(Denied::NotWithinMatrix) }
    }

    /// The matrix lets the actor write what is `owner`'s: its own, or everybody's.
    ///
    /// # Errors
    /// That it does not.
    pub(super) fn within_own(
        &self,
        parties: &Parties,
        owner: Uuid,
        group: FieldGroup,
    ) -> Result<(), Denied> {
        let own = self.organisation == owner;
        self.within(parties, if own { Rights::WRITE_OWN } else { Rights::WRITE }, &[group])
    }

    /// How the actor stands to an agreement between these parties. While no host is named, every
    /// partner keeps the record in its place.
    fn relations(&self, parties: &Parties) -> Vec<Relation> {
        let own = self.organisation;
        let kinds = match (self.team, parties.host) {
            (Some(_), _) => vec![RelationKind::TeamMember],
            (None, Some(host)) if host != own => vec![],
            (None, _) => vec![RelationKind::Host],
        };
        let partner = RelationKind::Partner;
        let is_partner = self.team.is_none() && parties.partners.contains(&own);
        let kinds = kinds.into_iter().chain(is_partner.then_some(partner));
        let stands = self.team.is_some() || is_party(parties, own);
        kinds.filter(|_| stands).map(Relation::Stands).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entities::membership::Role;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const OUTSIDER: Uuid = Uuid::from_u128(3);

    fn actor(organisation: Uuid) -> Actor {
        Actor { organisation, roles: vec![Role::Finance], scopes: None, team: None }
    }

    #[test]
    fn what_the_matrix_does_not_grant_is_denied_whatever_else_allows_it() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        let may = |who, right, group| actor(who).within(&parties, right, &[group]);
        assert_eq!(may(HOST, Rights::WRITE, FieldGroup::Ledger), Ok(()));
        assert_eq!(may(PARTNER, Rights::WRITE_OWN, FieldGroup::Ledger), Ok(()));
        let denied = Err(Denied::NotWithinMatrix);
        assert_eq!(may(PARTNER, Rights::WRITE, FieldGroup::Ledger), denied);
        assert_eq!(may(OUTSIDER, Rights::WRITE_OWN, FieldGroup::Ledger), denied);
        assert_eq!(may(HOST, Rights::WRITE, FieldGroup::AuditTrail), denied);
        assert_eq!(may(PARTNER, Rights::PROPOSE, FieldGroup::BudgetMovements), Ok(()));
        let host = may(HOST, Rights::PROPOSE, FieldGroup::BudgetMovements);
        assert_eq!(host, Ok(()), "whoever writes may propose");
        let alone = Parties { host: Some(HOST), partners: vec![PARTNER] };
        let host = actor(HOST).within(&alone, Rights::PROPOSE, &[FieldGroup::BudgetMovements]);
        assert_eq!(host, Ok(()), "and need not be a partner, who proposes too");
    }

    #[test]
    fn a_partner_writes_its_own_and_nobody_elses_and_the_host_everybodys() {
        let parties = Parties { host: Some(HOST), partners: vec![HOST, PARTNER] };
        let may = |who, owner| actor(who).within_own(&parties, owner, FieldGroup::Ledger);
        assert_eq!(may(PARTNER, PARTNER), Ok(()));
        assert_eq!(may(PARTNER, HOST), Err(Denied::NotWithinMatrix));
        assert_eq!(may(HOST, PARTNER), Ok(()));
    }

    #[test]
    fn a_host_that_is_no_partner_approves_nothing_as_one() {
        let approves = |partners: &[Uuid]| {
            let parties = Parties { host: Some(HOST), partners: partners.to_vec() };
            actor(HOST).within(&parties, Rights::APPROVE_OWN, &[FieldGroup::PositionByPartner])
        };
        assert_eq!(approves(&[HOST, PARTNER]), Ok(()));
        assert_eq!(approves(&[PARTNER]), Err(Denied::NotWithinMatrix));
    }

    #[test]
    fn while_no_host_is_named_a_partner_writes_as_the_host_would_and_nobody_else_does() {
        let parties = Parties { host: None, partners: vec![PARTNER] };
        let may = |who| actor(who).within(&parties, Rights::WRITE, &[FieldGroup::FundTerms]);
        assert_eq!(may(PARTNER), Ok(()));
        assert_eq!(may(OUTSIDER), Err(Denied::NotWithinMatrix));
    }
}
