use domain::rules::ledger_posting as entries;
use entities::ledger_transaction::{self as transaction, TransactionKind};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Correction, Posting, When, entries_of, expenditure::first_result,
    payment_run::refuse_if_of_run, post,
};
use crate::access::facts::whole;
use crate::{
    access,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, fund_lock, ground,
        idempotency::{self, Attempt},
    },
};

/// That a transaction is taken back whole.
#[derive(Clone, Debug)]
pub struct NewReversal {
    /// The transaction.
    pub transaction: Uuid,
    /// When the reversal takes effect.
    pub when: When,
    /// Why.
    pub reason: String,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Takes a transaction back by a new one with its entries turned (rule M7).
///
/// # Errors
/// When it was taken back before, or what the ledger, the period or the policy refuses.
pub async fn reverse(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewReversal,
) -> Result<transaction::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { reverse_in(&tx, viewer, new).await }).await
}

async fn reverse_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewReversal,
) -> Result<transaction::Model, Stopped> {
    let original = access::ledger::visible_transaction(&**tx, viewer, new.transaction)
        .await?
        .ok_or_else(|| Refusal::not_found("transaction", "transaction"))?
        .row;
    if new.reason.trim().is_empty() {
        return Err(Refusal::new(Code::ReasonRequired, "say why it is taken back")
            .at("reason")
            .into());
    }
    if original.kind == TransactionKind::CarryForward {
        let sentence = "what a closed year left is computed and carried once: it is not taken back";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("transaction").into());
    }
    if original.kind == TransactionKind::Settlement {
        let sentence = "every partner accepted what was settled: it is not taken back";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("transaction").into());
    }
    refuse_if_of_run(tx, original.id, "transaction").await?;
    let ground =
        ground::under(&**tx, viewer, original.fund_id, ("transaction", "transaction")).await?;
    viewer.actor().may_reverse(&ground.parties(), original.posted_as_id)?;
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: "reverseTransaction",
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return first_result(tx, viewer, first).await;
    }
    let held = fund_lock::hold(tx, original.fund_id).await?;
    refuse_second(tx, &original).await?;
    let entries = entries::reversal(&entries_of(&**tx, original.id).await?);
    let posting = Posting {
        kind: TransactionKind::Reversal,
        when: new.when,
        description: format!("Reversal of {}", original.description),
        reason: Some(new.reason.clone()),
        scheme: original.scheme_id,
        payee: original.payee_id,
        reverses: Some(original.id),
        adjusts: None,
        settles: None,
        corrects: Some(corrected(&original, new.when)),
        entries,
    };
    post(tx, viewer, &ground, held, id, posting).await
}

/// What a reversal corrects: what the original corrects, or else its period, also its own.
fn corrected(original: &transaction::Model, when: When) -> Correction {
    let own = Correction { year: original.financial_year, period: original.period };
    Correction::pointing_at(original, when).unwrap_or(own)
}

/// Asked while the fund is held, so that two reversals at once cannot both find none.
#[expect(clippy::disallowed_methods, reason = "the original was found through the viewer's scope")]
async fn refuse_second(tx: &Writing, original: &transaction::Model) -> Result<(), Stopped> {
    let earlier = transaction::Entity::find()
        .filter(transaction::Column::ReversesId.eq(original.id))
        .count(&whole(&**tx))
        .await?;
    if earlier > 0 || original.reverses_id.is_some() {
        return Err(Refusal::new(
            Code::AlreadyDone,
            "it was taken back before, or is itself a reversal: post what is right instead",
        )
        .at("transaction")
        .into());
    }
    Ok(())
}
