use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{NotAPayment, Stage, is_payment},
};
use entities::{
    chain_payment as payment,
    chain_payment_act::{self as act, ChainPaymentActKind},
    subcontract as link,
    value::Pence,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{ChainPayment, read};
use crate::{
    access::facts::supply_chain,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        idempotency::{self, Attempt},
        subcontract::{self, stage_of},
        text,
    },
};

/// That an invoice of a seller was paid.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// The link.
    pub link: Uuid,
    /// The invoice, as the seller numbers it.
    pub invoice_reference: String,
    /// When the buyer received it.
    pub invoice_received_on: NaiveDate,
    /// What was paid.
    pub amount: Pence,
    /// When it was paid.
    pub paid_on: NaiveDate,
    /// True when the seller has no users, and the buyer records this for it too (rule C10).
    pub on_behalf: bool,
    /// The caller's key (rule M14).
    pub idempotency_key: String,
}

/// Records what was paid under a link, for its buyer.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `NOT_POSITIVE`, `INVALID_DATE`, `INVALID_VALUE`; `ALREADY_EXISTS`
/// when the invoice was recorded before and not withdrawn; `IDEMPOTENCY_KEY_REUSED`.
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewPayment,
) -> Result<ChainPayment, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(record_in(&tx, viewer, new)).await }).await
}

async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewPayment,
) -> Result<ChainPayment, Stopped> {
    let found = subcontract::find(&**tx, viewer, new.link, "subcontract").await?;
    viewer.actor().may_record_chain_payment(found.parties(viewer))?;
    let (id, key) = (tx.new_id(), new.idempotency_key.as_str());
    let attempt = Attempt { mutation: "recordChainPayment", key, content: new.content() };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return read::find(&**tx, viewer, first, "idempotencyKey").await;
    }
    supply_chain::hold(&**tx, found.seen.row.contract_id).await?;
    // Its terms may have changed while others were waited for.
    let link = subcontract::find(&**tx, viewer, new.link, "subcontract").await?.seen.row;
    let invoice_reference = checked(&link, new, tx.today())?;
    let number = next_of(tx, &link, &invoice_reference).await?;
    let row = payment::Model {
        id,
        subcontract_id: link.id,
        invoice_reference,
        number,
        invoice_received_on: new.invoice_received_on,
        amount_pence: new.amount,
        paid_on: new.paid_on,
        payment_days: link.payment_days,
        on_behalf: new.on_behalf,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("recordChainPayment", "ChainPayment", row.id)
        .under(link.id, FieldGroup::ChainPayments)
        .from_day(row.paid_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    read::find(&**tx, viewer, row.id, "subcontract").await
}

/// The reference of the invoice, of what can be recorded.
fn checked(link: &link::Model, new: &NewPayment, today: NaiveDate) -> Result<String, Refusal> {
    let reference = text::required(&new.invoice_reference, 100, "invoiceReference")?;
    let days = (link.starts_on, new.invoice_received_on, new.paid_on);
    is_payment(new.amount, days, today).map_err(|why| match why {
        NotAPayment::NotPositive => Refusal::new(Code::NotPositive, why).at("amount"),
        NotAPayment::BeforeLink => Refusal::new(Code::InvalidDate, why).at("invoiceReceivedOn"),
        NotAPayment::BeforeInvoice | NotAPayment::InFuture => {
            Refusal::new(Code::InvalidDate, why).at("paidOn")
        }
    })?;
    match stage_of(link, new.invoice_received_on) {
        Stage::Running | Stage::Ended => Ok(reference),
        Stage::AwaitingApproval | Stage::Refused | Stage::ToStart => {
            let sentence = "the subcontract had not started: it is material, and starts once the \
                            commissioner approved it";
            Err(Refusal::new(Code::InvalidDate, sentence).at("invoiceReceivedOn"))
        }
    }
}

/// How often the invoice will have been recorded. One that stands is not recorded again.
#[expect(clippy::disallowed_methods, reason = "the caller found the link through its view")]
async fn next_of(tx: &Writing, link: &link::Model, reference: &str) -> Result<i32, Stopped> {
    let last = payment::Entity::find()
        .filter(payment::Column::SubcontractId.eq(link.id))
        .filter(payment::Column::InvoiceReference.eq(reference))
        .order_by_desc(payment::Column::Number)
        .one(&**tx)
        .await?;
    let Some(last) = last else { return Ok(1) };
    let withdrawn = act::Entity::find()
        .filter(act::Column::PaymentId.eq(last.id))
        .filter(act::Column::Kind.eq(ChainPaymentActKind::Withdrawn))
        .one(&**tx)
        .await?;
    if withdrawn.is_none() {
        let sentence = "this invoice was recorded as paid already: withdraw that first, if it is \
                        wrong";
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("invoiceReference").into());
    }
    Ok(last.number + 1)
}

impl NewPayment {
    /// All that is asked, the same for the same.
    fn content(&self) -> String {
        let Self { link, invoice_received_on, amount, paid_on, on_behalf, .. } = self;
        let invoice = &self.invoice_reference;
        format!("{link}|{invoice_received_on}|{amount}|{paid_on}|{on_behalf}|{invoice}")
    }
}
