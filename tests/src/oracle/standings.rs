//! How everybody stands to everything, from the relations alone.

use chrono::{Datelike, NaiveDate};
use entities::{
    contract, contract_commissioner::CommissionerRole, contract_provider::ProviderRole,
    partnership_agreement::PostingVisibility, relation::RelationKind,
};
use uuid::Uuid;

use super::{
    Generated,
    masks::{Tier, opens},
};
use crate::raw::day;

/// For whom a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The organisation acted as.
    pub organisation: Uuid,
    /// The team acted as, if any.
    pub team: Option<Uuid>,
    /// The account that asks; none of a token of nobody in particular.
    pub account: Option<Uuid>,
}

/// One relation as one holder has it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Who has it.
    pub holder: Uuid,
    /// Which.
    pub kind: RelationKind,
    /// To which agreement, or to something under it.
    pub agreement: Uuid,
    /// As a party under this contract.
    pub contract: Option<Uuid>,
    /// To this fund only.
    pub fund: Option<Uuid>,
    /// To this scheme only.
    pub scheme: Option<Uuid>,
    /// A partner's place in the agreement, which whoever stands in its place keeps.
    pub place: Option<i32>,
    /// The first day whose facts it opens.
    pub from: NaiveDate,
    /// The last day whose facts it opens.
    pub to: NaiveDate,
    /// The first day on which it can be used.
    pub usable_from: NaiveDate,
    /// The last day on which it can be used.
    pub usable_to: NaiveDate,
    /// True when it sees postings as they are made (rule V11).
    pub live: bool,
    /// True when its holder acts by it, and does not read only what a predecessor read.
    pub acts: bool,
}

impl Standing {
    /// True when it can be used on a day.
    #[must_use]
    pub fn is_usable(&self, today: NaiveDate) -> bool {
        self.usable_from <= today && today <= self.usable_to
    }

    /// True when its holder acts by it on a day.
    #[must_use]
    pub fn acts_on(&self, today: NaiveDate) -> bool {
        self.acts && self.usable_from <= today && today <= self.to
    }

    /// True when it opens some day between these.
    #[must_use]
    pub fn covers(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.from <= last && first <= self.to
    }

    /// True when it opens the cumulative figures of the financial year beginning in `start`.
    #[must_use]
    pub fn covers_year(&self, start: i32) -> bool {
        self.covers(day(start, 4, 1), day(start, 4, 1))
    }

    /// True when it opens a group of fields in a tier.
    #[must_use]
    pub fn opens(&self, group: &str, tier: Tier) -> bool {
        opens(self.kind, group, tier)
    }

    /// True when it is a relation to this fund, or to the agreement of it.
    #[must_use]
    pub fn is_to_fund(&self, fund: Uuid, agreement: Uuid) -> bool {
        self.agreement == agreement && self.fund.is_none_or(|own| own == fund)
    }

    /// True when it is a relation to this agreement as a whole.
    #[must_use]
    pub fn is_to_agreement(&self, agreement: Uuid) -> bool {
        self.agreement == agreement && self.fund.is_none()
    }
}

fn always() -> NaiveDate {
    day(1974, 4, 1)
}

fn forever() -> NaiveDate {
    day(9999, 12, 31)
}

/// The first day of the financial year of a day: whoever joins within a year reads it whole, and a
/// grant opens the days that it names.
pub(super) fn first_of_year(of: NaiveDate) -> NaiveDate {
    let year = if of.month() >= 4 { of.year() } else { of.year() - 1 };
    day(year, 4, 1)
}

/// Every standing in a world.
#[must_use]
pub fn standings(world: &Generated) -> Vec<Standing> {
    let mut all = Vec::new();
    for row in &world.relations {
        let recorded = Standing {
            holder: row.organisation_id,
            kind: row.kind,
            agreement: row.agreement_id,
            contract: None,
            fund: row.fund_id,
            scheme: row.scheme_id,
            place: row.position,
            from: row.starts_on,
            to: row.ends_on.unwrap_or_else(forever),
            usable_from: row.starts_on,
            usable_to: forever(),
            live: false,
            acts: true,
        };
        succeed(world, recorded, &[], &mut all);
    }
    for row in &world.teams {
        let recorded = Standing {
            holder: row.id,
            kind: RelationKind::TeamMember,
            agreement: row.agreement_id,
            contract: None,
            fund: None,
            scheme: None,
            place: None,
            from: always(),
            to: row.ends_on.unwrap_or_else(forever),
            usable_from: row.starts_on,
            usable_to: row.ends_on.unwrap_or_else(forever),
            live: false,
            acts: true,
        };
        succeed(world, recorded, &[], &mut all);
    }
    for row in &world.grants {
        let recorded = Standing {
            holder: row.organisation_id,
            kind: RelationKind::Grantee,
            agreement: row.agreement_id,
            contract: None,
            fund: row.fund_id,
            scheme: None,
            place: None,
            from: row.covers_from.unwrap_or_else(always),
            to: row.covers_to.unwrap_or_else(forever),
            usable_from: row.starts_on,
            usable_to: row.ends_on,
            live: false,
            acts: true,
        };
        succeed(world, recorded, &[], &mut all);
    }
    for standing in &mut all {
        let agreement = world.agreements.iter().find(|row| row.id == standing.agreement);
        let postings = agreement.expect("an agreement of this world").postings;
        let keeps_books = matches!(standing.kind, RelationKind::Host | RelationKind::TeamMember);
        standing.live = postings == PostingVisibility::Live || keeps_books;
        if standing.kind != RelationKind::Grantee {
            standing.from = first_of_year(standing.from);
        }
    }
    all
}

/// The relations to an agreement that are relations to the contracts under it too. Commissioners and
/// providers are those of one contract.
const OF_AGREEMENT: [RelationKind; 9] = [
    RelationKind::Host,
    RelationKind::Partner,
    RelationKind::Party,
    RelationKind::TeamMember,
    RelationKind::BoardMember,
    RelationKind::Observer,
    RelationKind::Regulator,
    RelationKind::Auditor,
    RelationKind::Grantee,
];

/// Who is a party to a contract or a link: how, who, from when to when, and since when recorded.
pub(super) type Party = (RelationKind, Uuid, NaiveDate, NaiveDate, NaiveDate);

/// Every standing to a contract: of its parties, of whoever sells directly to who holds it, and of
/// whoever stands to its agreement on some day since it was opened.
#[must_use]
pub fn to_contract(
    world: &Generated,
    contract: &contract::Model,
    all: &[Standing],
) -> Vec<Standing> {
    let mut parties: Vec<Party> = Vec::new();
    let rows = &world.contracting;
    for row in rows.commissioners.iter().filter(|row| row.contract_id == contract.id) {
        let kind = match row.role {
            CommissionerRole::CoOrdinating => RelationKind::CoordinatingCommissioner,
            CommissionerRole::Associate => RelationKind::AssociateCommissioner,
        };
        let to = row.ends_on.unwrap_or_else(forever);
        parties.push((kind, row.organisation_id, row.starts_on, to, row.recorded_on));
    }
    for row in rows.providers.iter().filter(|row| row.contract_id == contract.id) {
        let kind = match row.role {
            ProviderRole::Lead => RelationKind::LeadProvider,
            ProviderRole::Member => RelationKind::ConsortiumMember,
        };
        let to = row.ends_on.unwrap_or_else(forever);
        parties.push((kind, row.organisation_id, row.starts_on, to, row.recorded_on));
    }
    for row in rows.links.iter().filter(|row| row.contract_id == contract.id && row.tier == 1) {
        let days = (row.starts_on, row.ends_on, row.recorded_on);
        parties.push((RelationKind::Seller, row.seller_id, days.0, days.1, days.2));
    }
    let mut to_it = of_parties(world, contract.id, &parties);
    let of_agreement = |it: &&Standing| {
        let is_to_it = contract.agreement_id.is_some_and(|id| it.is_to_agreement(id));
        is_to_it && it.scheme.is_none() && OF_AGREEMENT.contains(&it.kind)
    };
    to_it.extend(all.iter().filter(of_agreement).cloned());
    to_it.retain(|it| contract.opened_on <= it.to);
    to_it
}

/// The standings of parties under a contract. They last to
/// their end and can be used since they are recorded.
pub(super) fn of_parties(world: &Generated, contract: Uuid, parties: &[Party]) -> Vec<Standing> {
    let agreement = world.contracting.contract(contract).agreement_id;
    let mut all = Vec::new();
    for (kind, holder, from, to, recorded_on) in parties.iter().copied() {
        let recorded = Standing {
            holder,
            kind,
            agreement: agreement.unwrap_or_default(),
            contract: Some(contract),
            fund: None,
            scheme: None,
            place: None,
            from,
            to,
            usable_from: from.min(recorded_on),
            usable_to: forever(),
            live: true,
            acts: true,
        };
        succeed(world, recorded, &[], &mut all);
    }
    all.iter_mut().for_each(|it| it.from = first_of_year(it.from));
    all
}

/// Rule G5: whoever closed keeps the days before; every successor reads those from its effective
/// day; and the only successor, or the one that is named, takes over what comes after.
fn succeed(world: &Generated, part: Standing, before: &[Uuid], all: &mut Vec<Standing>) {
    let mut path = before.to_vec();
    path.push(part.holder);
    let successions: Vec<_> = world
        .successions
        .iter()
        .filter(|row| row.predecessor_id == part.holder && !path.contains(&row.successor_id))
        .collect();
    let mut kept = part.clone();
    if let Some(closed) = successions.iter().map(|row| row.effective_on).min() {
        kept.to = kept.to.min(closed.pred_opt().expect("a day before"));
    }
    if kept.from <= kept.to {
        read_on(world, &kept, before, all);
    }
    let named = world.named((Some(part.agreement), part.contract), part.holder);
    for row in &successions {
        let takes_over = match named {
            Some(named) => named == row.successor_id,
            None => successions.len() == 1,
        };
        let taken = Standing {
            holder: row.successor_id,
            from: part.from.max(row.effective_on),
            usable_from: part.usable_from.max(row.effective_on),
            ..part.clone()
        };
        if takes_over && taken.from <= taken.to {
            succeed(world, taken, &path, all);
        }
    }
}

impl Generated {
    /// Who of several was named to take over: for an agreement, or under a contract.
    #[must_use]
    pub fn named(&self, of: (Option<Uuid>, Option<Uuid>), predecessor: Uuid) -> Option<Uuid> {
        let for_agreement = self
            .takeovers
            .iter()
            .find(|row| Some(row.agreement_id) == of.0 && row.predecessor_id == predecessor);
        let under_contract = self
            .contracting
            .takeovers
            .iter()
            .find(|row| Some(row.contract_id) == of.1 && row.predecessor_id == predecessor);
        for_agreement
            .map(|row| row.successor_id)
            .or_else(|| under_contract.map(|row| row.successor_id))
    }
}

/// The same days for the holder, for its successors, for theirs, and so on.
fn read_on(world: &Generated, part: &Standing, before: &[Uuid], all: &mut Vec<Standing>) {
    all.push(part.clone());
    let mut path = before.to_vec();
    path.push(part.holder);
    for row in &world.successions {
        if row.predecessor_id == part.holder && !path.contains(&row.successor_id) {
            let usable_from = part.usable_from.max(row.effective_on);
            let next =
                Standing { holder: row.successor_id, usable_from, acts: false, ..part.clone() };
            read_on(world, &next, &path, all);
        }
    }
}
