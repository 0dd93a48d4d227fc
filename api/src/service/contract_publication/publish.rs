use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    contract_publication as publication, contract_publication_withdrawal as withdrawal,
    contract_status_change::ContractStatus, value::FinancialYear,
};
use serde_json::json;
use uuid::Uuid;

use super::{Published, compose, find};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contract::{At, tell},
        decision::Decision,
        frozen, pay, text,
    },
};

/// What is to be published.
#[derive(Clone, Debug)]
pub struct NewPublication {
    /// The contract.
    pub contract: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The last day of effect that counts; today, or the year's last day, when none is given.
    pub as_of: Option<NaiveDate>,
    /// Who decided to publish (rule G4).
    pub decision: Decision,
    /// What is not published, and why (rule V10).
    pub held_back: Vec<HeldBack>,
}

/// Something that is not published, and why.
#[derive(Clone, Debug)]
pub struct HeldBack {
    /// What.
    pub item: Item,
    /// Why: for the record, never published.
    pub reason: String,
}

/// What may be held back of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// All of a part.
    Part(Part),
    /// An organisation, wherever it is named.
    Organisation(Uuid),
    /// A material subcontract.
    Subcontract(Uuid),
    /// A service, as the contract names it.
    Service(String),
    /// A measure, as the contract's parties call it.
    Measure(String),
}

impl Item {
    /// What it is, for the record.
    fn said(&self) -> serde_json::Value {
        match self {
            Self::Part(part) => json!({ "part": format!("{part:?}") }),
            Self::Organisation(id) => json!({ "organisation": id }),
            Self::Subcontract(id) => json!({ "subcontract": id }),
            Self::Service(name) => json!({ "service": name }),
            Self::Measure(name) => json!({ "measure": name }),
        }
    }
}

/// A part of what is published of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// What its commissioners call it.
    Reference,
    /// Its title, and how it is built.
    Title,
    /// Its first and its last day.
    Dates,
    /// What is bought.
    Services,
    /// Where it stands, and since when.
    Status,
    /// Its commissioners.
    Commissioners,
    /// Its providers.
    Providers,
    /// What it is expected to cost in the year.
    Value,
    /// What it is to achieve.
    Measures,
    /// What its outcomes earned.
    OutcomePay,
    /// Its material subcontracts.
    Links,
    /// What was paid.
    Payments,
}

/// Something published that is to be withdrawn.
#[derive(Clone, Debug)]
pub struct NewWithdrawal {
    /// What was published.
    pub publication: Uuid,
    /// Why; said to everybody.
    pub reason: String,
}

/// Publishes a snapshot of a contract for a year.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn publish(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewPublication,
) -> Result<Published, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { publish_in(&tx, viewer, new).await }).await
}

/// The same within a transaction.
///
/// # Errors
/// As [`publish`].
pub async fn publish_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewPublication,
) -> Result<Published, Stopped> {
    let ground = pay::deciding(tx, viewer, new.contract).await?;
    viewer.actor().may_publish_contract(&ground.parties, new.decision.named())?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    let row = ground.contract.row;
    if row.shared_on.is_none() {
        let sentence =
            "a draft is its commissioners' own: award the contract before it is published";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("contract").into());
    }
    let as_of = new.as_of.unwrap_or(viewer.today).min(new.year.last_day());
    if as_of > viewer.today || as_of < new.year.first_day().max(row.opened_on) {
        let sentence =
            format!("{as_of} has not come yet, or lies before {} or the contract", new.year);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("asOf").into());
    }
    for (held, place) in new.held_back.iter().zip(0..) {
        text::required(&held.reason, 1_000, &format!("heldBack.{place}.reason"))?;
    }
    let at = At { as_of: Some(as_of), known_at: None };
    let told = tell(&**tx, viewer, row.id, at).await?;
    if told.status().is_none_or(|it| it.status == ContractStatus::Draft) {
        let sentence = format!(
            "on {as_of} it was not awarded, or you did not lead its commissioners yet: publish it as \
             at a later day"
        );
        return Err(Refusal::new(Code::InvalidValue, sentence).at("asOf").into());
    }
    let content = compose::content(tx, viewer, (&told, new.year), &new.held_back).await?;
    let frozen = frozen::freeze(&content);
    let published = publication::Model {
        id: tx.new_id(),
        contract_id: row.id,
        financial_year: new.year,
        content_hash: frozen.hash,
        content: frozen.text,
        items_held_back: i32::try_from(new.held_back.len()).unwrap_or(i32::MAX),
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        published_by_id: viewer.account,
        published_as_id: viewer.organisation,
        published_at: tx.now(),
    };
    let published = tx.insert(published).await?;
    let held = new.held_back.iter();
    let reasons: Vec<_> =
        held.map(|it| json!({ "item": it.item.said(), "reason": it.reason })).collect();
    let act = Act::new("publishContract", "ContractPublication", published.id)
        .under(row.id, FieldGroup::ContractTerms)
        .after(said(&published).and("held_back", reasons));
    audit::record(tx, viewer, act).await?;
    Ok(Published { row: published, withdrawal: None, content: Some(content) })
}

/// Withdraws what was published of a contract: it stays listed, and says so.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn withdraw(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewWithdrawal,
) -> Result<Published, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { withdraw_in(&tx, viewer, new).await }).await
}

async fn withdraw_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewWithdrawal,
) -> Result<Published, Stopped> {
    let unknown = || Refusal::not_found("publication", "publication");
    let published = find(&**tx, new.publication).await?.ok_or_else(unknown)?;
    // It is for everybody to read; who sees no contract is told what everybody is told.
    let parties = match pay::deciding(tx, viewer, published.row.contract_id).await {
        Ok(ground) => ground.parties,
        Err(Stopped::Refused(_)) => Default::default(),
        Err(fault) => return Err(fault),
    };
    viewer.actor().may_withdraw_contract_publication(&parties)?;
    if published.withdrawal.is_some() {
        let sentence = "this publication was withdrawn already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("publication").into());
    }
    let row = withdrawal::Model {
        publication_id: published.row.id,
        reason: text::required(&new.reason, 1_000, "reason")?,
        withdrawn_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("withdrawContractPublication", "ContractPublication", published.row.id)
        .under(published.row.contract_id, FieldGroup::ContractTerms)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(Published { withdrawal: Some(row), content: None, ..published })
}
