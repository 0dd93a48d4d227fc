use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::contract::guarantee::{self as rule, Given},
};
use entities::{
    contract_condition as condition, contract_condition_met as met,
    contract_guarantee as guarantee, contract_guarantee::GuaranteeKind,
    contract_guarantee_given as given, value::Pence,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{At, Held, Told, held, tell};
use crate::{
    access::facts::whole,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement,
        audit::{self, Act, said},
        text,
    },
};

/// The most conditions, and the most guarantees, that are added at once.
const MOST: usize = 50;

/// What has to be so before a contract's services begin.
#[derive(Clone, Debug)]
pub struct NewCondition {
    /// What.
    pub description: String,
    /// By when, if that is agreed.
    pub due_on: Option<NaiveDate>,
}

/// A guarantee that a contract asks for.
#[derive(Clone, Debug)]
pub struct NewGuarantee {
    /// What kind of guarantee.
    pub kind: GuaranteeKind,
    /// What it covers, where that is to be said.
    pub description: Option<String>,
    /// For how much, where that is to be said.
    pub amount: Option<Pence>,
}

/// That a condition is met.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// The condition.
    pub condition: Uuid,
    /// Since when; not in the future.
    pub met_on: NaiveDate,
    /// What shows it.
    pub evidence: String,
}

/// That a guarantee is given.
#[derive(Clone, Debug)]
pub struct NewGuaranteeGiven {
    /// The guarantee.
    pub guarantee: Uuid,
    /// Who gave it.
    pub given_by: Uuid,
    /// The deed.
    pub document_reference: String,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day, if it has one.
    pub ends_on: Option<NaiveDate>,
}

/// A condition, and how it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The condition.
    pub row: condition::Model,
    /// How it was met; none while it is open.
    pub met: Option<met::Model>,
}

/// A guarantee that a contract asks for, and those that were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// The guarantee.
    pub row: guarantee::Model,
    /// Those that were given, the first first.
    pub given: Vec<given::Model>,
}

impl Guarantee {
    /// True when none is in place on a day.
    #[must_use]
    pub fn is_open(&self, day: NaiveDate) -> bool {
        let given = |it: &given::Model| Given { starts_on: it.starts_on, ends_on: it.ends_on };
        rule::is_open(&self.given.iter().map(given).collect::<Vec<_>>(), day)
    }
}

/// The conditions of contracts that the caller has found through its view, in their order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the contracts through its view")]
pub async fn conditions_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<Vec<Condition>, DbErr> {
    let rows = condition::Entity::find()
        .filter(condition::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_asc(condition::Column::Number)
        .all(connection)
        .await?;
    let met = met::Entity::find()
        .filter(met::Column::ConditionId.is_in(rows.iter().map(|row| row.id)))
        .all(connection)
        .await?;
    let mut met: HashMap<Uuid, met::Model> =
        met.into_iter().map(|row| (row.condition_id, row)).collect();
    let condition = |row: condition::Model| Condition { met: met.remove(&row.id), row };
    Ok(rows.into_iter().map(condition).collect())
}

/// The guarantees of contracts that the caller has found through its view, in their order.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the contracts through its view")]
pub async fn guarantees_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<Vec<Guarantee>, DbErr> {
    let rows = guarantee::Entity::find()
        .filter(guarantee::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_asc(guarantee::Column::Number)
        .all(connection)
        .await?;
    let all = given::Entity::find()
        .filter(given::Column::GuaranteeId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(given::Column::Number)
        .all(connection)
        .await?;
    let guarantee = |row: guarantee::Model| {
        let own = all.iter().filter(|it| it.guarantee_id == row.id);
        Guarantee { given: own.cloned().collect(), row }
    };
    Ok(rows.into_iter().map(guarantee).collect())
}

/// Whether everything is in place on a day for a contract's services to be made ready and begin.
///
/// # Errors
/// `NOT_ALLOWED` when something is open.
pub(super) async fn is_ready(tx: &Writing, id: Uuid, day: NaiveDate) -> Result<(), Stopped> {
    let conditions = conditions_of(&whole(&**tx), &[id]).await?;
    let guarantees = guarantees_of(&whole(&**tx), &[id]).await?;
    let open = conditions.iter().filter(|it| it.met.is_none()).count();
    let missing = guarantees.iter().filter(|it| it.is_open(day)).count();
    rule::is_ready(open, missing).map_err(|why| Refusal::new(Code::NotAllowed, why).into())
}

/// Adds conditions and guarantees to a contract.
pub(super) async fn add(
    tx: &Writing,
    contract: Uuid,
    (conditions, guarantees): (&[NewCondition], &[NewGuarantee]),
) -> Result<(), Stopped> {
    for (count, path) in [(conditions.len(), "conditions"), (guarantees.len(), "guarantees")] {
        if count > MOST {
            let sentence = format!("add at most {MOST} at once");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(path).into());
        }
    }
    let known = conditions_of(&whole(&**tx), &[contract]).await?;
    let first = 1 + known.iter().map(|it| it.row.number).max().unwrap_or(0);
    for ((new, number), place) in conditions.iter().zip(first..).zip(0..) {
        let path = format!("conditions.{place}.description");
        let row = condition::Model {
            id: tx.new_id(),
            contract_id: contract,
            number,
            description: text::required(&new.description, 1_000, &path)?,
            due_on: new.due_on,
            recorded_on: tx.today(),
            known_at: tx.now(),
        };
        tx.insert(row).await?;
    }
    let known = guarantees_of(&whole(&**tx), &[contract]).await?;
    let first = 1 + known.iter().map(|it| it.row.number).max().unwrap_or(0);
    for ((new, number), place) in guarantees.iter().zip(first..).zip(0..) {
        let path = format!("guarantees.{place}");
        let described = format!("{path}.description");
        let description = text::optional(new.description.as_deref(), 1_000, &described)?;
        if new.kind == GuaranteeKind::Other && description.is_none() {
            let sentence = "say which guarantee this is";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&described).into());
        }
        if new.amount.is_some_and(|amount| amount.0 < 0) {
            let sentence = "a guarantee is for nothing or more";
            let path = format!("{path}.amount");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path).into());
        }
        let row = guarantee::Model {
            id: tx.new_id(),
            contract_id: contract,
            number,
            kind: new.kind,
            description,
            amount_pence: new.amount,
            recorded_on: tx.today(),
            known_at: tx.now(),
        };
        tx.insert(row).await?;
    }
    Ok(())
}

/// Records that a condition is met.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn meet_condition(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Meeting,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let contract = condition_of(&tx, new.condition).await?;
            let held = kept(&tx, viewer, contract, ("condition", "condition")).await?;
            is_past(&tx, new.met_on, "metOn")?;
            let known = conditions_of(&whole(&*tx), &[held.row.id]).await?;
            if known.iter().any(|it| it.row.id == new.condition && it.met.is_some()) {
                let sentence = "this condition was met already";
                return Err(Refusal::new(Code::AlreadyDone, sentence).at("condition").into());
            }
            let row = met::Model {
                condition_id: new.condition,
                met_on: new.met_on,
                evidence: text::required(&new.evidence, 1_000, "evidence")?,
                recorded_on: tx.today(),
                known_at: tx.now(),
            };
            let row = tx.insert(row).await?;
            let act = Act::new("meetContractCondition", "Contract", held.row.id)
                .under(held.row.id, FieldGroup::ContractTerms)
                .after(said(&row));
            audit::record(&tx, viewer, act).await?;
            tell(&*tx, viewer, held.row.id, At::NOW).await
        })
        .await
}

/// Records that a guarantee is given, or given anew.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn give_guarantee(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewGuaranteeGiven,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let contract = guarantee_of(&tx, new.guarantee).await?;
            let held = kept(&tx, viewer, contract, ("guarantee", "guarantee")).await?;
            if new.ends_on.is_some_and(|last| last < new.starts_on) {
                let sentence = "a guarantee ends on its first day or later";
                return Err(Refusal::new(Code::InvalidValue, sentence).at("endsOn").into());
            }
            let named = (new.given_by, "givenBy".to_owned());
            agreement::can_join(&tx, &[named], new.starts_on).await?;
            let known = guarantees_of(&whole(&*tx), &[held.row.id]).await?;
            let own = known.iter().find(|it| it.row.id == new.guarantee);
            let last = own.and_then(|it| it.given.last());
            let row = given::Model {
                guarantee_id: new.guarantee,
                number: last.map_or(1, |it| it.number + 1),
                given_by_id: new.given_by,
                document_reference: text::required(
                    &new.document_reference,
                    300,
                    "documentReference",
                )?,
                starts_on: new.starts_on,
                ends_on: new.ends_on,
                recorded_on: tx.today(),
                known_at: tx.now(),
            };
            let row = tx.insert(row).await?;
            let act = Act::new("recordContractGuarantee", "Contract", held.row.id)
                .under(held.row.id, FieldGroup::ContractTerms)
                .after(said(&row));
            audit::record(&tx, viewer, act).await?;
            tell(&*tx, viewer, held.row.id, At::NOW).await
        })
        .await
}

/// The contract of something that goes by an id, when the viewer sees it and keeps it; else that
/// there is no such thing (rule V1).
async fn kept(
    tx: &Writing,
    viewer: &Viewer,
    contract: Option<Uuid>,
    (what, path): (&str, &str),
) -> Result<Held, Stopped> {
    let unknown = || Stopped::from(Refusal::not_found(what, path));
    let contract = contract.ok_or_else(unknown)?;
    super::value::hold(tx, contract).await?;
    let held = match held(tx, viewer, contract, path).await {
        Ok(held) => held,
        Err(Stopped::Refused(_)) => return Err(unknown()),
        Err(fault) => return Err(fault),
    };
    viewer.actor().may_keep_contract(&held.parties)?;
    Ok(held)
}

fn is_past(tx: &Writing, day: NaiveDate, path: &str) -> Result<(), Refusal> {
    if day <= tx.today() {
        return Ok(());
    }
    let sentence = format!("{day} has not come yet");
    Err(Refusal::new(Code::InvalidDate, sentence).at(path))
}

#[expect(clippy::disallowed_methods, reason = "the contract is found through the view afterwards")]
async fn condition_of(tx: &Writing, id: Uuid) -> Result<Option<Uuid>, Stopped> {
    let row = condition::Entity::find_by_id(id).one(&whole(&**tx)).await?;
    Ok(row.map(|row| row.contract_id))
}

#[expect(clippy::disallowed_methods, reason = "the contract is found through the view afterwards")]
async fn guarantee_of(tx: &Writing, id: Uuid) -> Result<Option<Uuid>, Stopped> {
    let row = guarantee::Entity::find_by_id(id).one(&whole(&**tx)).await?;
    Ok(row.map(|row| row.contract_id))
}
