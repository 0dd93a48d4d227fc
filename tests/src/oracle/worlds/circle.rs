//! Who is around an agreement besides its relations: what teams consist of, what was proposed, and
//! what was done.

use entities::{
    account, audit_act as act,
    membership::Role,
    partnership_agreement as agreement,
    proposal::{self, ProposalKind},
    team, team_function as function,
    team_limit::{self as limit, LimitKind},
    team_member as member,
    team_post::{self as post, Arrangement},
    team_post_share as share,
    value::Pence,
};
use uuid::Uuid;

use super::Maker;
use crate::{oracle::masks::groups, raw::day};

impl Maker {
    /// As chance has it, or as much of everything as there is.
    pub(super) fn circle(&mut self, has_all: bool) {
        let id = self.id();
        self.it.accounts_of_people.push(account::Model {
            id,
            email: format!("{id}@teams.example"),
            password_hash: String::new(),
            disabled_at: None,
        });
        for team in self.it.teams.clone() {
            for _ in 0..2 {
                self.belongings(&team);
            }
        }
        for agreement in self.it.agreements.clone() {
            for _ in 0..self.between(1, 4) {
                self.proposal(&agreement);
            }
            self.risk_share(&agreement);
            self.narrative_thresholds(&agreement);
            self.acts(agreement.id, has_all);
        }
    }

    /// A post with who pays for it, a seat, a limit of each kind and a function. An employer that
    /// stands in no relation sees none of its seats by being the employer.
    fn belongings(&mut self, team: &team::Model) {
        let employer = self.it.organisations[self.it.organisations.len() - 1].id;
        let account_id = self.it.accounts_of_people[0].id;
        let starts_on = self.day().max(team.starts_on);
        let (id, partner_id) = (self.id(), self.organisation());
        self.it.posts.push(post::Model {
            id,
            team_id: team.id,
            title: "Commissioning manager".to_owned(),
            employer_id: employer,
            function: "Commissions".to_owned(),
            whole_time_equivalent_thousandths: 1000,
            arrangement: Arrangement::Employed,
            cost_pence: Pence(5_000_000),
            starts_on,
            ends_on: None,
            version: 1,
        });
        self.it.shares.push(share::Model { post_id: id, position: 1, partner_id, weight: 1 });
        let id = self.id();
        self.it.members.push(member::Model {
            id,
            team_id: team.id,
            account_id,
            employer_id: employer,
            post_id: None,
            role: Role::Viewer,
            starts_on,
            ends_on: None,
        });
        for kind in <LimitKind as sea_orm::Iterable>::iter() {
            let (id, recorded_at) = (self.id(), self.known_at());
            self.it.limits.push(limit::Model {
                id,
                team_id: team.id,
                kind,
                amount_pence: Pence(100_000),
                starts_on: team.starts_on,
                ends_on: None,
                recorded_at,
            });
        }
        let id = self.id();
        self.it.functions.push(function::Model {
            id,
            team_id: team.id,
            name: "Brokerage".to_owned(),
            starts_on,
            moved_to_provider_id: None,
            moved_on: None,
        });
    }

    fn proposal(&mut self, agreement: &agreement::Model) {
        let (id, proposed_at) = (self.id(), self.known_at());
        let proposed_on = self.day().max(agreement.starts_on);
        self.it.proposals.push(proposal::Model {
            id,
            agreement_id: agreement.id,
            fund_id: None,
            kind: ProposalKind::AgreementChange,
            proposed_by_id: None,
            proposed_as_id: agreement.owner_id,
            proposed_on,
            proposed_at,
            content: "{}".to_owned(),
            content_hash: Vec::new(),
            expires_on: proposed_on,
        });
    }

    /// Acts about every group of fields, of the agreement and of its funds, by anybody.
    fn acts(&mut self, agreement: Uuid, has_all: bool) {
        let of_agreement = self.it.funds.iter().filter(|row| row.agreement_id == agreement);
        let funds: Vec<Uuid> = of_agreement.map(|row| row.id).collect();
        let mut roots = vec![agreement];
        roots.extend(if has_all { &funds[..1] } else { &funds[..] });
        let employer = self.it.organisations[0].id;
        let teams: Vec<Uuid> = self.it.teams.iter().map(|row| row.id).collect();
        for root in roots {
            for group in groups() {
                if !has_all && !self.one_in(4) {
                    continue;
                }
                let (id, recorded_at, effective_on) = (self.id(), self.known_at(), self.day());
                let by_team = !has_all && !teams.is_empty() && self.one_in(4);
                let team_id = by_team.then(|| self.pick(&teams));
                let organisation = if by_team { employer } else { self.organisation() };
                let last = self.it.organisations.len() - 1;
                let organisation =
                    if has_all { self.it.organisations[last].id } else { organisation };
                self.it.acts.push(act::Model {
                    id,
                    recorded_at,
                    request_id: None,
                    account_id: None,
                    organisation_id: Some(organisation),
                    team_id,
                    action: "updatePooledFund".to_owned(),
                    object_kind: if root == agreement {
                        "PartnershipAgreement"
                    } else {
                        "PooledFund"
                    }
                    .to_owned(),
                    object_id: root,
                    root_id: Some(root),
                    field_group: Some(group.to_owned()),
                    effective_on: Some(if has_all { day(2025, 5, 1) } else { effective_on }),
                    before: None,
                    after: Some("{}".to_owned()),
                });
            }
        }
    }
}
