use chrono::NaiveDate;
use entities::delegated_budget as budget;
use uuid::Uuid;

use super::{
    Amounts, DelegatedBudget, GROUP, content,
    ground::{Ground, Next, check, ground},
    read,
};
use crate::{
    access::{self, derive, facts::supply_chain},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contract::delivers_on,
        decision::Decision,
        idempotency::{self, Attempt},
        scheme::organisation_exists,
        text,
    },
};

/// A budget that a commissioner delegates.
#[derive(Clone, Debug)]
pub struct NewBudget {
    /// The contract within which it does.
    pub contract: Uuid,
    /// Who holds it.
    pub holder: Uuid,
    /// What it is for.
    pub purpose: String,
    /// The first day on which it may be spent.
    pub starts_on: NaiveDate,
    /// How much in which year.
    pub amounts: Amounts,
    /// Who decided (rule G4).
    pub decision: Decision,
    /// The caller's key (rule M14).
    pub idempotency_key: String,
}

/// Records that a budget is delegated within a contract, for its co-ordinating commissioner.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, `INVALID_DATE`, `WRONG_YEAR`;
/// `INSUFFICIENT_AMOUNT` where the budgets would come to more than the contract costs;
/// `IDEMPOTENCY_KEY_REUSED`.
pub async fn delegate(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewBudget,
) -> Result<DelegatedBudget, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(delegate_in(&tx, viewer, new)).await }).await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// As [`delegate`].
pub async fn delegate_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewBudget,
) -> Result<DelegatedBudget, Stopped> {
    let found = access::contract::visible(&**tx, viewer, new.contract).await?;
    let found = found.ok_or_else(|| Refusal::not_found("contract", "contract"))?;
    let before = ground(tx, found.row.id).await?;
    viewer.actor().may_delegate_budget(&before.parties)?;
    let (id, key) = (tx.new_id(), new.idempotency_key.as_str());
    let attempt = Attempt { mutation: "delegateBudget", key, content: new.content() };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return read::find(&**tx, viewer, first, "idempotencyKey").await;
    }
    supply_chain::hold(&**tx, found.row.id).await?;
    // More may have been delegated while others were waited for.
    let ground = ground(tx, found.row.id).await?;
    organisation_exists(tx, new.holder, "holder").await?;
    let (purpose, decision) = checked(tx, viewer, (&ground, new))?;
    let next = Next {
        budget: id,
        number: 1,
        effective_on: new.starts_on,
        withdrawn_for: None,
        amounts: new.amounts.clone(),
        decision,
    };
    ground.fits(id, next.version(tx), "amounts")?;
    let row = budget::Model {
        id,
        contract_id: found.row.id,
        holder_id: new.holder,
        purpose,
        starts_on: new.starts_on,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let (version, amounts) = next.insert(tx, viewer).await?;
    derive::budgets(&**tx, &[row.id]).await?;
    let act = Act::new("delegateBudget", "DelegatedBudget", row.id)
        .under(row.contract_id, GROUP)
        .from_day(row.starts_on)
        .after(said(&row).with("versions", &[version]).with("amounts", &amounts));
    audit::record(tx, viewer, act).await?;
    read::find(&**tx, viewer, row.id, "contract").await
}

/// What it is for and who decided, of what can be delegated.
fn checked(
    tx: &Writing,
    viewer: &Viewer,
    (ground, new): (&Ground, &NewBudget),
) -> Result<(String, Decision), Refusal> {
    if ground.row.shared_on.is_none() {
        let sentence = "this contract is a draft: award it, then delegate within it";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("contract"));
    }
    if new.holder == viewer.organisation {
        let sentence = "a budget is delegated to somebody else: name another organisation";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("holder"));
    }
    let term = supply_chain::head(&ground.facts, Vec::new()).term;
    let is_within = (term.first..=term.last).contains(&new.starts_on);
    if !is_within || !delivers_on(&ground.facts, new.starts_on) {
        let sentence = "no services are delivered under this contract on this day: give one of its \
                        own";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("startsOn"));
    }
    check(&new.amounts, new.starts_on)?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    Ok((text::required(&new.purpose, 200, "purpose")?, decision))
}

impl NewBudget {
    /// All that is asked, the same for the same.
    fn content(&self) -> String {
        let Self { contract, holder, starts_on, purpose, amounts, decision, .. } = self;
        let said = content(amounts, decision);
        format!("{contract}|{holder}|{starts_on}|{said}|{purpose}")
    }
}
