use chrono::NaiveDate;
use domain::policy::{decisions::ContractParties, matrix::FieldGroup};
use entities::{
    contract,
    contract_commissioner::CommissionerRole,
    contract_status_change::{self as change, ContractStatus},
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    At, NewCommissioner, NewCondition, NewGuarantee, NewProvider, TermsChange, Told, held,
    parties::{self, NewParties, SHARE_TOTAL},
    ready, save, status, tell, terms,
};
use crate::{
    access::{self, derive, facts::contracts::ContractFacts},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        text,
    },
};

/// A contract that is to be drafted. A reference, a title and the commissioner that leads are enough.
#[derive(Clone, Debug, Default)]
pub struct NewContract {
    /// What its commissioners call it; unique among those that the viewer's organisation recorded.
    pub reference: String,
    /// The agreement under which it is commissioned, if any.
    pub agreement: Option<Uuid>,
    /// What it says; the title has to be given.
    pub terms: TermsChange,
    /// Its commissioners, one of which leads, in the order that decides odd pennies (rule M2).
    pub commissioners: Vec<NewCommissioner>,
    /// What their shares add up to; 10,000 unless given.
    pub share_total: Option<i64>,
    /// Its providers.
    pub providers: Vec<NewProvider>,
    /// What has to be so before its services begin.
    pub conditions: Vec<NewCondition>,
    /// The guarantees that it asks for.
    pub guarantees: Vec<NewGuarantee>,
}

/// A draft that is changed; what is left out stays.
#[derive(Clone, Debug)]
pub struct ContractChange {
    /// The contract.
    pub contract: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// What it says.
    pub terms: TermsChange,
    /// All of its commissioners.
    pub commissioners: Option<Vec<NewCommissioner>>,
    /// What their shares add up to; 10,000 unless given.
    pub share_total: Option<i64>,
    /// All of its providers.
    pub providers: Option<Vec<NewProvider>>,
    /// Further conditions.
    pub conditions: Vec<NewCondition>,
    /// Further guarantees.
    pub guarantees: Vec<NewGuarantee>,
}

/// Drafts a contract for the viewer's organisation, which leads its commissioners.
///
/// # Errors
/// `NOT_ALLOWED`, `ALREADY_EXISTS` at `reference`, `NOT_FOUND` of a party or of the agreement,
/// `DOES_NOT_ADD_UP`, or `INVALID_VALUE`.
pub async fn draft(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewContract,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let row = draft_in(&tx, viewer, new).await?;
            tell(&*tx, viewer, row.id, At::NOW).await
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`draft`].
pub async fn draft_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewContract,
) -> Result<contract::Model, Stopped> {
    let leads = |it: &&NewCommissioner| it.role == CommissionerRole::CoOrdinating;
    let planned = ContractParties {
        co_ordinating: new.commissioners.iter().find(leads).map(|it| it.organisation),
        ..ContractParties::default()
    };
    viewer.actor().may_draft_contract(&planned)?;
    if let Some(agreement) = new.agreement {
        access::agreement::visible(&**tx, viewer, agreement)
            .await?
            .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?;
    }
    if new.terms.title.is_none() {
        return Err(Refusal::new(Code::InvalidValue, "give it a title").at("title").into());
    }
    let id = tx.new_id();
    let opened_on = match new.terms.starts_on.flatten() {
        Some(first) => first.min(tx.today()),
        None => tx.today(),
    };
    let says = new.terms.clone().applied_to(terms::blank(tx, id, opened_on))?;
    let by = NewParties {
        contract: id,
        commissioners: Some(&new.commissioners),
        share_total: new.share_total.unwrap_or(SHARE_TOTAL),
        providers: Some(&new.providers),
        from: opened_on,
    };
    parties::check(tx, &by).await?;
    let row = insert(tx, viewer, new, (id, opened_on)).await?;
    parties::put(tx, &ContractFacts::default(), &by).await?;
    let says = tx.insert(says).await?;
    let first = change::Model {
        number: 1,
        status: ContractStatus::Draft,
        effective_on: opened_on,
        ..status::blank(tx, viewer, id)
    };
    tx.insert(first).await?;
    derive::contracts(&**tx, &[id]).await?;
    ready::add(tx, id, (&new.conditions, &new.guarantees)).await?;
    let act = Act::new("draftContract", "Contract", id)
        .under(id, FieldGroup::ContractDraft)
        .from_day(opened_on)
        .after(said(&row).with("terms", &[says]));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

async fn insert(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewContract,
    (id, opened_on): (Uuid, NaiveDate),
) -> Result<contract::Model, Stopped> {
    let row = contract::Model {
        id,
        owner_id: viewer.organisation,
        reference: text::required(&new.reference, 60, "reference")?,
        agreement_id: new.agreement,
        opened_on,
        shared_on: None,
        version: 1,
    };
    let inserted = contract::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        let sentence = format!("a contract of yours goes by {:?} already", row.reference);
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("reference").into());
    }
    Ok(row)
}

/// Changes a draft. Once awarded, a contract is varied with the approval of its commissioners.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE` once awarded, `DOES_NOT_ADD_UP`, or
/// `INVALID_VALUE`.
pub async fn update(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    change: ContractChange,
) -> Result<Told, Stopped> {
    let change = &change;
    database
        .write(dry_run, |tx| async move {
            update_in(&tx, viewer, change).await?;
            tell(&*tx, viewer, change.contract, At::NOW).await
        })
        .await
}

async fn update_in(tx: &Writing, viewer: &Viewer, change: &ContractChange) -> Result<(), Stopped> {
    let held = held(tx, viewer, change.contract, "contract").await?;
    viewer.actor().may_draft_contract(&held.parties)?;
    is_draft(&held.row)?;
    let row = save(tx, held.row, change.expected_version).await?;
    let before = terms::next(tx, &held.facts.terms, row.opened_on)?;
    let says = change.terms.clone().applied_to(before.clone())?;
    if says.starts_on.is_some_and(|first| first < row.opened_on) {
        let sentence = format!(
            "this draft is on record from {}: draft a contract that began earlier anew, with its \
             first day",
            row.opened_on
        );
        return Err(Refusal::new(Code::InvalidDate, sentence).at("startsOn").into());
    }
    let by = NewParties {
        contract: row.id,
        commissioners: change.commissioners.as_deref(),
        share_total: change.share_total.unwrap_or(SHARE_TOTAL),
        providers: change.providers.as_deref(),
        from: row.opened_on,
    };
    keeps_its_lead(viewer, change.commissioners.as_deref())?;
    parties::check(tx, &by).await?;
    parties::put(tx, &held.facts, &by).await?;
    let says = tx.insert(says).await?;
    ready::add(tx, row.id, (&change.conditions, &change.guarantees)).await?;
    derive::contracts(&**tx, &[row.id]).await?;
    let act = Act::new("updateContract", "Contract", row.id)
        .under(row.id, FieldGroup::ContractDraft)
        .before(said(&before))
        .after(said(&says));
    Ok(audit::record(tx, viewer, act).await?)
}

/// Whoever drafts a contract leads its commissioners: what it records it has to answer for.
fn keeps_its_lead(
    viewer: &Viewer,
    commissioners: Option<&[NewCommissioner]>,
) -> Result<(), Refusal> {
    let Some(commissioners) = commissioners else { return Ok(()) };
    let is_lead = |it: &NewCommissioner| {
        it.role == CommissionerRole::CoOrdinating && it.organisation == viewer.organisation
    };
    if commissioners.iter().any(is_lead) {
        return Ok(());
    }
    let sentence = "rule C1: the organisation that drafts a contract is its co-ordinating \
                    commissioner until it is awarded";
    Err(Refusal::new(Code::InvalidValue, sentence).at("commissioners"))
}

/// Once awarded, what a contract says and costs is varied and not written anew.
pub(super) fn is_draft(row: &contract::Model) -> Result<(), Refusal> {
    if row.shared_on.is_none() {
        return Ok(());
    }
    let sentence = "this contract was awarded: propose a variation";
    Err(Refusal::new(Code::AlreadyDone, sentence).at("contract"))
}
