//! What is on record of contracts: what they say, between whom, for how much and where they stand.

use std::collections::{BTreeSet, HashMap};

use domain::{
    policy::{decisions::ContractParties, heirs::Heirs, interest::Interest},
    rules::contract::{
        dated::{Lasting, lasts},
        shares::Commissioner,
    },
};
use entities::{
    contract,
    contract_commissioner::{self as commissioner, CommissionerRole},
    contract_provider::{self as provider, ProviderRole},
    contract_status_change as change, contract_terms as terms, contract_value as value,
    value::Instant,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{heirs, takeovers, whole};
use crate::{
    access::contract_interest::{self, Declared},
    auth::Viewer,
};

/// What is on record of a contract, each in the order of recording; parties in the order of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContractFacts {
    /// What it says.
    pub terms: Vec<terms::Model>,
    /// Its commissioners.
    pub commissioners: Vec<commissioner::Model>,
    /// Its providers.
    pub providers: Vec<provider::Model>,
    /// What it is expected to cost.
    pub values: Vec<value::Model>,
    /// How it came to stand as it does.
    pub changes: Vec<change::Model>,
    /// The interests that were declared in it (rule G3).
    pub interests: Vec<Declared>,
}

/// Facts about these contracts, which the caller has found through its view: every row through
/// [`whole`], and on PostgreSQL without it those of the acting holder alone.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the contracts through its view")]
pub async fn of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, ContractFacts>, DbErr> {
    let these = || contracts.iter().copied();
    let mut facts: HashMap<Uuid, ContractFacts> = HashMap::new();
    let said = terms::Entity::find()
        .filter(terms::Column::ContractId.is_in(these()))
        .order_by_asc(terms::Column::Number);
    for row in said.all(connection).await? {
        facts.entry(row.contract_id).or_default().terms.push(row);
    }
    let commissioners = commissioner::Entity::find()
        .filter(commissioner::Column::ContractId.is_in(these()))
        .order_by_asc(commissioner::Column::Position)
        .order_by_asc(commissioner::Column::Id);
    for row in commissioners.all(connection).await? {
        facts.entry(row.contract_id).or_default().commissioners.push(row);
    }
    let providers = provider::Entity::find()
        .filter(provider::Column::ContractId.is_in(these()))
        .order_by_asc(provider::Column::Position)
        .order_by_asc(provider::Column::Id);
    for row in providers.all(connection).await? {
        facts.entry(row.contract_id).or_default().providers.push(row);
    }
    let values = value::Entity::find()
        .filter(value::Column::ContractId.is_in(these()))
        .order_by_asc(value::Column::Version)
        .order_by_asc(value::Column::FinancialYear);
    for row in values.all(connection).await? {
        facts.entry(row.contract_id).or_default().values.push(row);
    }
    let changes = change::Entity::find()
        .filter(change::Column::ContractId.is_in(these()))
        .order_by_asc(change::Column::Number);
    for row in changes.all(connection).await? {
        facts.entry(row.contract_id).or_default().changes.push(row);
    }
    for it in contract_interest::of(connection, contracts).await? {
        facts.entry(it.row.contract_id).or_default().interests.push(it);
    }
    Ok(facts)
}

/// Fact reader: the same of one contract, with every row.
///
/// # Errors
/// A fault of the database.
pub async fn whole_of(
    connection: &impl ConnectionTrait,
    contract: Uuid,
) -> Result<ContractFacts, DbErr> {
    let mut found = of(&whole(connection), &[contract]).await?;
    Ok(found.remove(&contract).unwrap_or_default())
}

/// Fact reader: who stands in the place of the parties of contracts, by contract (rule G5).
///
/// # Errors
/// A fault of the database.
pub async fn heirs_of(
    connection: &impl ConnectionTrait,
    contracts: &[(&contract::Model, &ContractFacts)],
) -> Result<HashMap<Uuid, Heirs>, DbErr> {
    let mut parties = BTreeSet::new();
    for (_, facts) in contracts {
        parties.extend(facts.commissioners.iter().map(|row| row.organisation_id));
        parties.extend(facts.providers.iter().map(|row| row.organisation_id));
    }
    let agreements: BTreeSet<Uuid> =
        contracts.iter().filter_map(|(row, _)| row.agreement_id).collect();
    // Of none, so that the successions are read where no contract is under an agreement.
    let keys: Vec<Uuid> = agreements.into_iter().chain([Uuid::nil()]).collect();
    let heirs = heirs::of_agreements(connection, &keys, parties).await?;
    let ids: Vec<Uuid> = contracts.iter().map(|(row, _)| row.id).collect();
    let named = takeovers::of_contracts(connection, &ids).await?;
    let of = |row: &contract::Model| {
        let known = heirs.get(&row.agreement_id.unwrap_or(Uuid::nil()));
        let mut heirs = known.cloned().unwrap_or_default();
        heirs.takeovers.extend(named.get(&row.id).into_iter().flatten());
        heirs
    };
    Ok(contracts.iter().map(|(row, _)| (row.id, of(row))).collect())
}

impl ContractFacts {
    /// The provider that leads on a day, as it is known: its place in the list, and who stands in it.
    #[must_use]
    pub fn lead_on(&self, heirs: &Heirs, day: chrono::NaiveDate) -> Option<(i32, Uuid)> {
        let leads = |row: &&provider::Model| {
            row.role == ProviderRole::Lead && lasts(row.lasting(), day, NOW)
        };
        let row = self.providers.iter().rfind(leads)?;
        Some((row.position, heirs.stands_for(row.organisation_id, day)?))
    }

    /// The commissioners that share on a day, as it is known.
    #[must_use]
    pub fn sharing_on(&self, day: chrono::NaiveDate) -> Vec<Commissioner> {
        let sharing = |row: &commissioner::Model| Commissioner {
            organisation: row.organisation_id,
            role: row.role,
            share: row.weight.zip(row.weight_total),
        };
        let on = self.commissioners.iter().filter(|row| lasts(row.lasting(), day, NOW));
        on.map(sharing).collect()
    }

    /// The parties today, as they concern the viewer: with those whom interests shut out (rule G3).
    #[must_use]
    pub fn parties_for(&self, heirs: &Heirs, viewer: &Viewer) -> ContractParties {
        let interests: Vec<Interest> = self.interests.iter().map(Declared::facts).collect();
        let parties = self.parties_on(heirs, viewer.today);
        parties.less(&interests, contract_interest::asker(viewer), viewer.today)
    }

    /// True when an interest shuts the viewer out today (rule G3).
    #[must_use]
    pub fn shuts_out(&self, viewer: &Viewer) -> bool {
        let asker = contract_interest::asker(viewer);
        self.interests.iter().any(|it| it.facts().shuts_out(asker, viewer.today))
    }

    /// The parties on a day, as it is known; in the place of one that has closed its successor.
    #[must_use]
    pub fn parties_on(&self, heirs: &Heirs, day: chrono::NaiveDate) -> ContractParties {
        let stands = |organisation| heirs.stands_for(organisation, day);
        let commissioners = |role: CommissionerRole| {
            let own = self.commissioners.iter().filter(move |row| row.role == role);
            own.filter(|row| lasts(row.lasting(), day, NOW)).map(|row| row.organisation_id)
        };
        let providers = self.providers.iter().filter(|row| lasts(row.lasting(), day, NOW));
        ContractParties {
            co_ordinating: commissioners(CommissionerRole::CoOrdinating).find_map(stands),
            associates: commissioners(CommissionerRole::Associate).filter_map(stands).collect(),
            providers: providers.filter_map(|row| stands(row.organisation_id)).collect(),
            ..ContractParties::default()
        }
    }
}

/// Everything that is on record.
const NOW: Instant = Instant(i64::MAX);

/// A party of a contract, for a time.
pub trait Party {
    /// When, and since when that is known.
    fn lasting(&self) -> Lasting;
}

impl Party for commissioner::Model {
    fn lasting(&self) -> Lasting {
        let (starts_on, known_at) = (self.starts_on, self.known_at);
        Lasting { starts_on, ends: self.ends_on.zip(self.end_known_at), known_at }
    }
}

impl Party for provider::Model {
    fn lasting(&self) -> Lasting {
        let (starts_on, known_at) = (self.starts_on, self.known_at);
        Lasting { starts_on, ends: self.ends_on.zip(self.end_known_at), known_at }
    }
}
