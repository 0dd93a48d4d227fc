//! Who stands in which relation, from when to when.

use chrono::NaiveDate;
use entities::{
    access_grant as grant, organisation_succession as succession,
    relation::{self, RelationKind},
    succession_takeover as takeover, team,
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

/// The kinds that are not the agreement's own parties, nor a scheme's provider.
const OTHERS: [RelationKind; 11] = [
    RelationKind::Party,
    RelationKind::BoardMember,
    RelationKind::Observer,
    RelationKind::CoordinatingCommissioner,
    RelationKind::AssociateCommissioner,
    RelationKind::LeadProvider,
    RelationKind::ConsortiumMember,
    RelationKind::Buyer,
    RelationKind::Seller,
    RelationKind::Regulator,
    RelationKind::Auditor,
];

type Spell = (NaiveDate, Option<NaiveDate>);

/// What a relation is a relation to.
#[derive(Clone, Copy, Default)]
struct Scope {
    fund: Option<Uuid>,
    scheme: Option<Uuid>,
    position: Option<i32>,
}

impl Maker {
    /// Whole, ended, future, begun within a year, ended within one, or twice with a gap.
    pub(super) fn spells(&mut self) -> Vec<Spell> {
        match self.below(8) {
            0 => vec![(day(2023, 4, 1), Some(day(2024, 9, 30)))],
            1 => vec![(day(2026, 1, 1), None)],
            2 => vec![(day(2024, 7, 15), None)],
            3 => vec![(day(2023, 4, 1), Some(day(2025, 5, 31)))],
            4 => {
                let again = (day(2025, 4, 10), None);
                vec![(day(2023, 4, 1), Some(day(2023, 12, 31))), again]
            }
            _ => vec![(day(2020, 4, 1), None)],
        }
    }

    fn relate(
        &mut self,
        (kind, holder): (RelationKind, Uuid),
        agreement: Uuid,
        scope: Scope,
        spells: &[Spell],
    ) {
        for (starts_on, ends_on) in spells {
            let id = self.id();
            self.it.relations.push(relation::Model {
                id,
                kind,
                organisation_id: holder,
                agreement_id: agreement,
                fund_id: scope.fund,
                scheme_id: scope.scheme,
                position: scope.position,
                starts_on: *starts_on,
                ends_on: *ends_on,
            });
        }
    }

    pub(super) fn relations(&mut self) {
        for agreement in self.it.agreements.clone() {
            self.parties(agreement.id, agreement.owner_id);
            let funds: Vec<Uuid> = self
                .it
                .funds
                .iter()
                .filter(|row| row.agreement_id == agreement.id)
                .map(|row| row.id)
                .collect();
            for kind in OTHERS {
                for _ in 0..self.below(3) {
                    let (holder, spells) = (self.organisation(), self.spells());
                    let fund = self.one_in(3).then(|| self.pick(&funds));
                    let scope = Scope { fund, ..Scope::default() };
                    self.relate((kind, holder), agreement.id, scope, &spells);
                }
            }
            self.teams_and_grants(agreement.id, &funds);
        }
        for scheme in self.it.schemes.clone() {
            let Some(provider) = scheme.provider_id else { continue };
            let agreement = self.it.agreement_of(scheme.fund_id);
            let spells = self.spells();
            let scope =
                Scope { fund: Some(scheme.fund_id), scheme: Some(scheme.id), position: None };
            self.relate((RelationKind::FundedProvider, provider), agreement, scope, &spells);
        }
    }

    /// A host, or two of which one follows the other; and partners.
    fn parties(&mut self, agreement: Uuid, owner: Uuid) {
        let whole = [(day(2020, 4, 1), None)];
        let mut partners = vec![owner];
        if self.one_in(3) {
            let next = self.organisation();
            let handed = [(day(2020, 4, 1), Some(day(2024, 12, 31)))];
            self.relate((RelationKind::Host, owner), agreement, Scope::default(), &handed);
            let from = [(day(2025, 1, 1), None)];
            self.relate((RelationKind::Host, next), agreement, Scope::default(), &from);
            partners.push(next);
        } else {
            self.relate((RelationKind::Host, owner), agreement, Scope::default(), &whole);
        }
        for _ in 0..self.between(1, 3) {
            partners.push(self.organisation());
        }
        let mut seen = Vec::new();
        for (partner, position) in partners.into_iter().zip(1..) {
            if seen.contains(&partner) {
                continue;
            }
            seen.push(partner);
            let spells = if partner == owner { whole.to_vec() } else { self.spells() };
            let scope = Scope { position: Some(position), ..Scope::default() };
            self.relate((RelationKind::Partner, partner), agreement, scope, &spells);
        }
    }

    fn teams_and_grants(&mut self, agreement: Uuid, funds: &[Uuid]) {
        for number in 0..self.below(3) {
            let id = self.id();
            let (starts_on, ends_on) = self.spells()[0];
            self.it.teams.push(team::Model {
                id,
                agreement_id: agreement,
                name: format!("Team {number}"),
                service_area: "Adults".to_owned(),
                starts_on,
                ends_on,
                version: 1,
            });
        }
        for _ in 0..self.below(3) {
            let (id, holder, owner) = (self.id(), self.organisation(), self.organisation());
            let fund = self.one_in(2).then(|| self.pick(funds));
            let from = self.pick(&[day(2024, 4, 1), day(2024, 10, 15), day(2025, 1, 1)]);
            let to = day(2025, 3, 31);
            let covers_from = self.one_in(2).then_some(from);
            let covers_to = self.one_in(2).then_some(to);
            let in_force = [
                (day(2025, 4, 1), day(2025, 12, 31)),
                (day(2024, 4, 1), day(2025, 9, 30)),
                (day(2025, 10, 1), day(2025, 10, 1)),
                (day(2025, 10, 2), day(2026, 3, 31)),
            ];
            let (starts_on, ends_on) = self.pick(&in_force);
            self.it.grants.push(grant::Model {
                id,
                organisation_id: holder,
                agreement_id: agreement,
                fund_id: fund,
                purpose: "Review".to_owned(),
                granted_by_id: owner,
                covers_from,
                covers_to,
                starts_on,
                ends_on,
            });
        }
    }

    /// Nobody, one, several in a chain or to more than one successor. An organisation succeeds only
    /// later ones of the list, so that nobody succeeds itself.
    pub(super) fn successions(&mut self) {
        let most = self.it.organisations.len() - 1;
        for _ in 0..self.below(4) {
            let predecessor = self.below(most - 1);
            let successor = self.between(predecessor + 1, most - 1);
            let ids = (self.it.organisations[predecessor].id, self.it.organisations[successor].id);
            let is_same = |row: &succession::Model| (row.predecessor_id, row.successor_id) == ids;
            if self.it.successions.iter().any(is_same) {
                continue;
            }
            let days = [day(2024, 4, 1), day(2025, 7, 1), day(2026, 4, 1), day(2024, 11, 15)];
            let effective_on = self.pick(&days);
            self.it.successions.push(succession::Model {
                predecessor_id: ids.0,
                successor_id: ids.1,
                effective_on,
            });
        }
        for agreement in self.it.agreements.clone() {
            let successions = self.it.successions.clone();
            for row in successions.iter().filter(|_| self.random.below(3) == 0) {
                let named = |it: &takeover::Model| {
                    it.agreement_id == agreement.id && it.predecessor_id == row.predecessor_id
                };
                if !self.it.takeovers.iter().any(named) {
                    self.it.takeovers.push(takeover::Model {
                        agreement_id: agreement.id,
                        predecessor_id: row.predecessor_id,
                        successor_id: row.successor_id,
                    });
                }
            }
        }
    }
}
