use entities::delegated_spending as spending;
use uuid::Uuid;

use super::{GROUP, Spending, read};
use crate::{
    access::{delegated_budget::whole_spending, facts::supply_chain},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        idempotency::{self, Attempt},
        text,
    },
};

/// That something was recorded as spent wrongly.
#[derive(Clone, Debug)]
pub struct NewReversal {
    /// What was recorded.
    pub spending: Uuid,
    /// What was wrong.
    pub reason: String,
    /// The caller's key (rule M14).
    pub idempotency_key: String,
}

/// Takes back what was recorded as spent, whole and of the day on which it was, for who holds the
/// budget: figures of that year come out right, and those asked for as they were known stay.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, `INVALID_VALUE` or `IDEMPOTENCY_KEY_REUSED`.
pub async fn reverse(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewReversal,
) -> Result<Spending, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(reverse_in(&tx, viewer, new)).await }).await
}

async fn reverse_in(tx: &Writing, viewer: &Viewer, new: &NewReversal) -> Result<Spending, Stopped> {
    let found = read::find_spending(&**tx, viewer, new.spending, "spending").await?.row;
    let of = read::with_ids(&**tx, viewer, &[found.budget_id]).await?.pop();
    viewer.actor().may_record_delegated_spending(Spending::holder(of.as_ref(), viewer))?;
    let of = of.ok_or_else(|| Refusal::not_found("delegated budget", "spending"))?.0.seen.row;
    let (id, key) = (tx.new_id(), new.idempotency_key.as_str());
    let content = format!("{}|{}", new.spending, new.reason);
    let attempt = Attempt { mutation: "reverseDelegatedSpending", key, content };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return read::find_spending(&**tx, viewer, first, "idempotencyKey").await;
    }
    supply_chain::hold(&**tx, of.contract_id).await?;
    let before = whole_spending(&**tx, of.id).await?;
    may_be_reversed(&found, &before)?;
    let reason = text::required(&new.reason, 1_000, "reason")?;
    let row = spending::Model {
        id,
        number: before.last().map_or(1, |it| it.number + 1),
        amount_pence: -found.amount_pence,
        reverses_id: Some(found.id),
        reason: Some(reason),
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
        ..found.clone()
    };
    let row = tx.insert(row).await?;
    let act = Act::new("reverseDelegatedSpending", "DelegatedSpending", row.id)
        .under(of.contract_id, GROUP)
        .from_day(row.spent_on)
        .before(said(&found))
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    read::find_spending(&**tx, viewer, row.id, "spending").await
}

fn may_be_reversed(found: &spending::Model, all: &[spending::Model]) -> Result<(), Refusal> {
    if found.reverses_id.is_some() {
        let sentence = "this takes something back itself: record what was spent again instead";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("spending"));
    }
    if all.iter().any(|it| it.reverses_id == Some(found.id)) {
        let sentence = "this was reversed already: record what was spent as it was";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("spending"));
    }
    Ok(())
}
