use domain::{
    policy::decisions::Posting as MayPost,
    rules::ledger_posting::{self as entries, Adjusted, Entry, Paid, Spending},
};
use entities::{
    ledger_account::AccountKind,
    ledger_transaction::{self as transaction, TransactionKind},
    team_limit::LimitKind,
    value::Pence,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Correction, Posting, When, accrual, entries_of,
    expenditure::{first_result, refused, shares_on},
    payment_run::refuse_if_of_run,
    post,
    post::within_limit,
};
use crate::{
    access,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, fund_lock, ground,
        idempotency::{self, Attempt},
    },
};

/// A correction of an amount that was spent or given back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewAdjustment {
    /// The transaction that is corrected.
    pub adjusts: Uuid,
    /// By how much: positive when more was spent, negative when less.
    pub amount: Pence,
    /// When it takes effect.
    pub when: When,
    /// What it is about.
    pub description: String,
    /// Why.
    pub reason: String,
    /// The closed period that it corrects; that of the corrected transaction when it lies in another.
    pub corrects: Option<Correction>,
    /// The caller's own key.
    #[serde(skip)]
    pub idempotency_key: String,
}

/// Corrects an amount by a new transaction that points at the old one (rules M7, M12).
///
/// # Errors
/// When the corrected transaction is none of spending, or what the ledger, the period or the
/// policy refuses.
pub async fn post_adjustment(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewAdjustment,
) -> Result<transaction::Model, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let began = tx.now();
            let row = post_adjustment_in(&tx, viewer, new).await?;
            within_limit(&tx, viewer, (&row, began), (new.amount, "amount")).await?;
            Ok(row)
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`post_adjustment`].
pub async fn post_adjustment_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewAdjustment,
) -> Result<transaction::Model, Stopped> {
    let original = access::ledger::visible_transaction(&**tx, viewer, new.adjusts)
        .await?
        .ok_or_else(not_spending)?
        .row;
    if new.reason.trim().is_empty() {
        return Err(Refusal::new(Code::ReasonRequired, "say why it is adjusted")
            .at("reason")
            .into());
    }
    let corrected = Corrected::of(&original, &entries_of(&**tx, original.id).await?)?;
    refuse_if_of_run(tx, original.id, "adjusts").await?;
    let ground = ground::under(&**tx, viewer, original.fund_id, ("transaction", "adjusts")).await?;
    let by = match corrected.paid {
        Paid::ByPartner => MayPost::SpentBy { partner: corrected.incurred_by },
        Paid::ByHost | Paid::NotYet => MayPost::HostsSpending,
    };
    let actor = viewer.actor();
    actor.may_post(&ground.parties(), by)?;
    actor
        .within_limit(LimitKind::Posting, new.amount)
        .map_err(|why| Refusal::from(why).at("amount"))?;
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: "recordAdjustment",
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return first_result(tx, viewer, first).await;
    }
    let held = fund_lock::hold(tx, original.fund_id).await?;
    let corrects = new.corrects.or_else(|| Correction::pointing_at(&original, new.when));
    let shares = shares_on(tx, corrected.scheme, (new.when, corrects)).await?;
    let spending = Spending {
        scheme: corrected.scheme,
        incurred_by: corrected.incurred_by,
        shares: &shares,
        paid: corrected.paid,
    };
    let entries = entries::adjustment(corrected.what, new.amount, &spending).map_err(refused)?;
    let posting = Posting {
        kind: TransactionKind::Adjustment,
        when: new.when,
        description: new.description.clone(),
        reason: Some(new.reason.clone()),
        scheme: Some(corrected.scheme),
        payee: original.payee_id,
        reverses: None,
        adjusts: Some(original.id),
        settles: None,
        corrects,
        entries,
    };
    let row = post(tx, viewer, &ground, held, id, posting).await?;
    if corrected.paid == Paid::NotYet && accrual::reverses_itself(tx, original.id).await? {
        accrual::reverse_itself(tx, viewer, &ground, &row).await?;
    }
    Ok(row)
}

/// What an adjustment corrects: it stays on the same side, with the same payer.
struct Corrected {
    what: Adjusted,
    scheme: Uuid,
    incurred_by: Uuid,
    paid: Paid,
}

impl Corrected {
    fn of(original: &transaction::Model, lines: &[Entry]) -> Result<Self, Refusal> {
        let mut found = None;
        let mut paid = Paid::ByHost;
        for line in lines {
            match line.account.kind {
                AccountKind::Expenditure => found = Some((Adjusted::Expenditure, line)),
                AccountKind::ExpenditureRefund => found = Some((Adjusted::Refund, line)),
                AccountKind::SpentByPartner => paid = Paid::ByPartner,
                AccountKind::Accrual => paid = Paid::NotYet,
                _ => {}
            }
        }
        let (what, line) = found.ok_or_else(not_spending)?;
        let scheme = original.scheme_id.ok_or_else(not_spending)?;
        let incurred_by = line.account.partner.ok_or_else(not_spending)?;
        Ok(Self { what, scheme, incurred_by, paid })
    }
}

fn not_spending() -> Refusal {
    Refusal::not_found("transaction of money spent or given back", "adjusts")
}
