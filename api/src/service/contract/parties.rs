use chrono::NaiveDate;
use domain::rules::contract::shares::{self, Commissioner};
use entities::{
    contract_commissioner::{self as commissioner, CommissionerRole},
    contract_provider::{self as provider, ProviderRole},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use uuid::Uuid;

use crate::{
    access::facts::contracts::ContractFacts,
    database::Writing,
    service::{Code, Refusal, Stopped, agreement},
};

/// The most commissioners, and the most providers, of a contract.
const MOST_PARTIES: usize = 200;
/// What shares add up to unless something else is said.
pub(super) const SHARE_TOTAL: i64 = 10_000;

/// A commissioner of a contract.
#[derive(Clone, Debug)]
pub struct NewCommissioner {
    /// The organisation.
    pub organisation: Uuid,
    /// What it is among the commissioners.
    pub role: CommissionerRole,
    /// Its share, as a weight; none while shares are not agreed.
    pub weight: Option<i64>,
}

/// A provider of a contract.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// The organisation; it may be a placeholder.
    pub organisation: Uuid,
    /// What it is among the providers.
    pub role: ProviderRole,
}

/// The parties of a contract from a day on.
#[derive(Clone, Debug)]
pub(super) struct NewParties<'a> {
    pub(super) contract: Uuid,
    pub(super) commissioners: Option<&'a [NewCommissioner]>,
    pub(super) share_total: i64,
    pub(super) providers: Option<&'a [NewProvider]>,
    pub(super) from: NaiveDate,
}

/// Whether these can be the parties: the commissioners by rule C1, and each once.
pub(super) async fn check(tx: &Writing, new: &NewParties<'_>) -> Result<(), Stopped> {
    let mut named: Vec<(Uuid, String)> = Vec::new();
    if let Some(commissioners) = new.commissioners {
        few(commissioners.len(), "commissioners")?;
        let all: Vec<Commissioner> = commissioners
            .iter()
            .map(|it| Commissioner {
                organisation: it.organisation,
                role: it.role,
                share: it.weight.map(|weight| (weight, new.share_total)),
            })
            .collect();
        if let Some(place) = commissioners.iter().position(|it| it.weight.is_some_and(|it| it < 1))
        {
            let path = format!("commissioners.{place}.weight");
            let sentence = "a share is a weight of 1 or more";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path).into());
        }
        shares::check(&all).map_err(|why| {
            let code = match why {
                shares::NotCommissioners::DoNotAddUp { .. } => Code::DoesNotAddUp,
                _ => Code::InvalidValue,
            };
            Refusal::new(code, why).at("commissioners")
        })?;
        let places = commissioners.iter().zip(0..);
        named.extend(
            places.map(|(it, at)| (it.organisation, format!("commissioners.{at}.organisation"))),
        );
    }
    if let Some(providers) = new.providers {
        few(providers.len(), "providers")?;
        for (place, it) in providers.iter().enumerate() {
            if providers[..place].iter().any(|other| other.organisation == it.organisation) {
                let path = format!("providers.{place}.organisation");
                let sentence = "this provider is named twice";
                return Err(Refusal::new(Code::InvalidValue, sentence).at(&path).into());
            }
        }
        let leads = providers.iter().filter(|it| it.role == ProviderRole::Lead).count();
        if leads > 1 {
            let sentence = "one provider leads, and the others are members";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("providers").into());
        }
        let places = providers.iter().zip(0..);
        named.extend(
            places.map(|(it, at)| (it.organisation, format!("providers.{at}.organisation"))),
        );
    }
    agreement::can_join(tx, &named, new.from).await
}

fn few(count: usize, path: &str) -> Result<(), Refusal> {
    if count <= MOST_PARTIES {
        return Ok(());
    }
    let sentence = format!("name at most {MOST_PARTIES}");
    Err(Refusal::new(Code::InvalidValue, sentence).at(path))
}

/// Lets these be the parties from the day on: whoever is one already stays, whoever is named no more
/// ends on the day before, and was none when it would not have begun by then (rule C8).
pub(super) async fn put(
    tx: &Writing,
    facts: &ContractFacts,
    new: &NewParties<'_>,
) -> Result<(), Stopped> {
    let end = new.from.pred_opt().unwrap_or(new.from);
    let mut position = 1 + facts.commissioners.iter().map(|row| row.position).max().unwrap_or(0);
    for row in facts.commissioners.iter().filter(|_| new.commissioners.is_some()) {
        if row.ends_on.is_none() && !stays(row, new) {
            let mut ended = row.clone().into_active_model();
            ended.ends_on = Set(Some(end));
            ended.end_known_at = Set(Some(tx.now()));
            ended.update(&**tx).await?;
        }
    }
    for it in new.commissioners.unwrap_or_default() {
        if facts.commissioners.iter().any(|row| row.ends_on.is_none() && is(row, it, new)) {
            continue;
        }
        let row = commissioner::Model {
            id: tx.new_id(),
            contract_id: new.contract,
            organisation_id: it.organisation,
            role: it.role,
            weight: it.weight,
            weight_total: it.weight.map(|_| new.share_total),
            position,
            starts_on: new.from,
            ends_on: None,
            recorded_on: tx.today(),
            known_at: tx.now(),
            end_known_at: None,
        };
        tx.insert(row).await?;
        position += 1;
    }
    put_providers(tx, facts, new, end).await
}

async fn put_providers(
    tx: &Writing,
    facts: &ContractFacts,
    new: &NewParties<'_>,
    end: NaiveDate,
) -> Result<(), Stopped> {
    let Some(providers) = new.providers else { return Ok(()) };
    let is = |row: &provider::Model, it: &NewProvider| {
        row.ends_on.is_none() && row.organisation_id == it.organisation && row.role == it.role
    };
    for row in facts.providers.iter().filter(|row| row.ends_on.is_none()) {
        if !providers.iter().any(|it| is(row, it)) {
            let mut ended = row.clone().into_active_model();
            ended.ends_on = Set(Some(end));
            ended.end_known_at = Set(Some(tx.now()));
            ended.update(&**tx).await?;
        }
    }
    let mut position = 1 + facts.providers.iter().map(|row| row.position).max().unwrap_or(0);
    for it in providers {
        if facts.providers.iter().any(|row| is(row, it)) {
            continue;
        }
        let row = provider::Model {
            id: tx.new_id(),
            contract_id: new.contract,
            organisation_id: it.organisation,
            role: it.role,
            position,
            starts_on: new.from,
            ends_on: None,
            recorded_on: tx.today(),
            known_at: tx.now(),
            end_known_at: None,
        };
        tx.insert(row).await?;
        position += 1;
    }
    Ok(())
}

fn stays(row: &commissioner::Model, new: &NewParties<'_>) -> bool {
    new.commissioners.unwrap_or_default().iter().any(|it| is(row, it, new))
}

/// True of the same commissioner with the same role and share.
fn is(row: &commissioner::Model, it: &NewCommissioner, new: &NewParties<'_>) -> bool {
    row.organisation_id == it.organisation
        && row.role == it.role
        && row.weight == it.weight
        && row.weight_total == it.weight.map(|_| new.share_total)
}
