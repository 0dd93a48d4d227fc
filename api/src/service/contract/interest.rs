use chrono::NaiveDate;
use domain::policy::{Denied, matrix::FieldGroup};
use entities::{
    contract_interest::{self as interest, InterestKind, InterestManagement},
    contract_interest_withdrawal as withdrawal,
    value::Instant,
};
use uuid::Uuid;

use super::find;
use crate::{
    access::{
        self,
        contract_interest::{self as access_interest, Declared},
        facts::whole,
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement,
        audit::{self, Act, said},
        text,
    },
};

/// The most interests that are declared in one contract.
const MOST: usize = 1_000;

/// What somebody has at stake in a contract.
#[derive(Clone, Debug)]
pub struct NewInterest {
    /// The contract.
    pub contract: Uuid,
    /// True of one that the organisation has as a whole.
    pub is_whole: bool,
    /// What kind of interest.
    pub kind: InterestKind,
    /// What is at stake.
    pub description: String,
    /// The other organisation that it concerns.
    pub concerns: Uuid,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Whether it shuts out.
    pub management: InterestManagement,
    /// How it is managed, in words.
    pub arrangement: String,
}

/// That an interest is there no more.
#[derive(Clone, Debug)]
pub struct NewWithdrawal {
    /// The interest.
    pub interest: Uuid,
    /// Why.
    pub reason: String,
}

/// An interest in a contract, as a viewer reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interest {
    /// The interest, and that it was withdrawn as far as the viewer reads that.
    pub declared: Declared,
    /// True when the viewer reads all of it, and not only a summary.
    pub is_whole: bool,
}

impl Interest {
    /// An interest as it is told to whoever reads summaries to one day and everything to another, by
    /// what was known at an instant.
    pub(super) fn told(
        declared: &Declared,
        (to, whole_to): (NaiveDate, Option<NaiveDate>),
        known_at: Instant,
    ) -> Option<Self> {
        let is_known = |it: &withdrawal::Model| it.recorded_on <= to && it.withdrawn_at <= known_at;
        let row = declared.row.clone();
        (row.recorded_on <= to).then(|| Self {
            is_whole: whole_to.is_some_and(|to| row.recorded_on <= to),
            declared: Declared { withdrawal: declared.withdrawal.clone().filter(is_known), row },
        })
    }

    /// True when it stood at an instant: it was declared, and not withdrawn yet.
    #[must_use]
    pub fn stood(&self, at: Instant) -> bool {
        let withdrawn = self.declared.withdrawal.as_ref().map(|it| it.withdrawn_at);
        self.declared.row.declared_at <= at && withdrawn.is_none_or(|withdrawn| at < withdrawn)
    }
}

/// What the viewer may do to an interest of which it reads everything: withdraw it.
///
/// # Errors
/// Why not.
pub fn may_withdraw(viewer: &Viewer, row: &interest::Model) -> Result<(), Denied> {
    let by = (row.organisation_id, row.declared_by_id);
    viewer.actor().may_withdraw_contract_interest(viewer.account, by)
}

/// Declares an interest in a contract, of the account that asks or of its organisation as a whole.
/// From its first day on, one that excludes shuts out from what is decided on the contract, and from
/// what its commissioners keep to themselves (rule G3).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE` where the same was declared and stands, or
/// `INVALID_VALUE`.
pub async fn declare(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewInterest,
) -> Result<Interest, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { declare_in(&tx, viewer, new).await }).await
}

async fn declare_in(tx: &Writing, viewer: &Viewer, new: &NewInterest) -> Result<Interest, Stopped> {
    let seen = find(tx, viewer, new.contract, "contract").await?;
    let rights = seen.standing.during(viewer.today, viewer.today);
    let rights = rights.rights(FieldGroup::ContractInterests);
    viewer.actor().may_declare_contract_interest(viewer.account, (rights, new.is_whole))?;
    let declared_by_id = viewer.account.ok_or(Denied::OnlyPeopleDecide)?;
    access_interest::hold(&**tx, seen.row.id).await?;
    let known = access_interest::of(&whole(&**tx), &[seen.row.id]).await?;
    let row = interest::Model {
        id: tx.new_id(),
        contract_id: seen.row.id,
        is_draft: seen.row.shared_on.is_none(),
        account_id: (!new.is_whole).then_some(declared_by_id),
        organisation_id: viewer.organisation,
        declared_by_id,
        kind: new.kind,
        description: text::required(&new.description, 2_000, "description")?,
        concerns_id: new.concerns,
        starts_on: new.starts_on,
        management: new.management,
        arrangement: text::required(&new.arrangement, 1_000, "arrangement")?,
        recorded_on: tx.today(),
        declared_at: tx.now(),
    };
    can_be_declared(tx, &row, &known).await?;
    let row = tx.insert(row).await?;
    audit(tx, viewer, "declareContractInterest", &row, said(&row)).await?;
    Ok(Interest { declared: Declared { row, withdrawal: None }, is_whole: true })
}

async fn can_be_declared(
    tx: &Writing,
    row: &interest::Model,
    known: &[Declared],
) -> Result<(), Stopped> {
    if row.concerns_id == row.organisation_id {
        let sentence = "rule G3: name the other organisation that the interest concerns";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("concerns").into());
    }
    agreement::can_join(tx, &[(row.concerns_id, "concerns".to_owned())], row.recorded_on).await?;
    let whose = |it: &interest::Model| {
        (it.account_id, it.organisation_id, it.concerns_id, it.kind, it.management)
    };
    let stands = |it: &&Declared| it.withdrawal.is_none() && whose(&it.row) == whose(row);
    if known.iter().any(|it| stands(&it)) {
        let sentence = "this interest was declared already, and stands: withdraw it first where it \
                        has changed";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("contract").into());
    }
    if known.len() >= MOST {
        let sentence = format!("at most {MOST} interests are declared in one contract");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("contract").into());
    }
    Ok(())
}

/// Withdraws an interest, with a reason: it stays on record, and whoever it shut out is so no more.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE` or `INVALID_VALUE`.
pub async fn withdraw(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewWithdrawal,
) -> Result<Interest, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { withdraw_in(&tx, viewer, new).await }).await
}

async fn withdraw_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewWithdrawal,
) -> Result<Interest, Stopped> {
    let row = known(tx, viewer, new.interest).await?.row;
    may_withdraw(viewer, &row)?;
    access_interest::hold(&**tx, row.contract_id).await?;
    // It may have been withdrawn while others were waited for.
    let Declared { row, withdrawal } = known(tx, viewer, new.interest).await?;
    if withdrawal.is_some() {
        let sentence = "this interest was withdrawn already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("interest").into());
    }
    let withdrawn = withdrawal::Model {
        interest_id: row.id,
        reason: text::required(&new.reason, 1_000, "reason")?,
        withdrawn_by_id: viewer.account.ok_or(Denied::OnlyPeopleDecide)?,
        recorded_on: tx.today(),
        withdrawn_at: tx.now(),
    };
    let withdrawn = tx.insert(withdrawn).await?;
    audit(tx, viewer, "withdrawContractInterest", &row, said(&withdrawn)).await?;
    Ok(Interest { declared: Declared { row, withdrawal: Some(withdrawn) }, is_whole: true })
}

/// The interest, if the viewer's own organisation declared it, of whose own acts it is one, or the
/// viewer reads all of it in its contract; else there is no such thing (rule V1).
async fn known(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Declared, Stopped> {
    let unknown = || Stopped::from(Refusal::not_found("interest", "interest"));
    let found = access_interest::with_id(&**tx, id).await?.ok_or_else(unknown)?;
    if viewer.own() == Some(found.row.organisation_id) {
        return Ok(found);
    }
    let contract = found.row.contract_id;
    access::contract::visible(&**tx, viewer, contract).await?.ok_or_else(unknown)?;
    let told = super::tell(&**tx, viewer, contract, super::At::NOW).await?;
    let own = |it: &Interest| it.is_whole && it.declared.row.id == id;
    if told.interests().unwrap_or_default().iter().any(own) { Ok(found) } else { Err(unknown()) }
}

/// What was declared before the award is read as a draft is, in the trail too.
async fn audit(
    tx: &Writing,
    viewer: &Viewer,
    action: &'static str,
    row: &interest::Model,
    after: audit::Said,
) -> Result<(), Stopped> {
    let group = match row.is_draft {
        true => FieldGroup::ContractDraft,
        false => FieldGroup::ContractInterests,
    };
    let act =
        Act::new(action, "Contract", row.contract_id).under(row.contract_id, group).after(after);
    Ok(audit::record(tx, viewer, act).await?)
}
