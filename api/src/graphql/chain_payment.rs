//! What buyers of links of supply chains paid their sellers.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::{
    policy::{Standing, matrix::FieldGroup},
    rules::supply_chain::{self as rules, PaymentState, days_late},
};
use uuid::Uuid;

use super::{
    chain_payment_loaders::{ChainPaymentById, PaidUnder},
    loaders::Loading,
    node::Kind,
    paging::{PageArguments, page_of},
    request::Asked,
    scalars::{Date, DateTime, Money},
    subcontract::Subcontract,
    subcontract_value::points,
    withheld::{Permission, Withheld},
};
use crate::{
    connection,
    service::{
        chain_payment::ChainPayment as Payment,
        subcontract::{ChainLink, parties_of},
    },
};

/// That the buyer of a subcontract paid an invoice of its seller. The two of them see it; others see
/// no more than how punctually was paid.
#[derive(Clone, Debug)]
pub struct ChainPayment(pub Payment);

/// How a payment stands between the buyer that recorded it and its seller (rule C11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::PaymentState")]
pub enum ChainPaymentState {
    /// The buyer recorded it, and the seller has said nothing.
    Recorded,
    /// The seller confirmed that it received it.
    Confirmed,
    /// The seller contested it.
    Contested,
    /// The buyer withdrew it: it was recorded wrongly.
    Withdrawn,
}

/// What you may do to a payment.
#[derive(Clone, Debug, SimpleObject)]
pub struct ChainPaymentPermissions {
    /// Confirming or contesting it.
    pub answer: Permission,
    /// Withdrawing it.
    pub withdraw: Permission,
}

connection!(ChainPaymentConnection, ChainPaymentEdge, ChainPayment, "payments under a subcontract");

impl ChainPayment {
    /// The payment with this identity, if the viewer reads it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(ChainPaymentById(id)).await?.map(Self))
    }
}

/// That the buyer of a subcontract paid an invoice of its seller. The two of them see it; others see
/// no more than how punctually was paid.
#[Object]
impl ChainPayment {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::ChainPayment.id(self.0.seen.payment.id)
    }

    /// The subcontract under which it was paid.
    async fn subcontract(&self, ctx: &Context<'_>) -> Result<Option<Subcontract>> {
        Subcontract::load(ctx, self.0.link.row.id).await
    }

    /// The invoice, as the seller numbers it.
    async fn invoice_reference(&self) -> &str {
        &self.0.seen.payment.invoice_reference
    }

    /// When the buyer received the invoice.
    async fn invoice_received_on(&self) -> Date {
        self.0.seen.payment.invoice_received_on.into()
    }

    /// What was paid, in pounds.
    async fn amount(&self) -> Money {
        self.0.seen.payment.amount_pence.into()
    }

    /// When it was paid.
    async fn paid_on(&self) -> Date {
        self.0.seen.payment.paid_on.into()
    }

    /// Within how many days of an invoice the subcontract had it paid when it was recorded; null
    /// where that was not agreed.
    async fn payment_days(&self) -> Option<i32> {
        self.0.seen.payment.payment_days
    }

    /// The last day on which it was in time; null where no payment terms were agreed.
    async fn due_on(&self) -> Option<Date> {
        self.0.seen.due_on().map(Date::from)
    }

    /// How many days late it was paid, 0 when it was in time; null where no payment terms were agreed.
    async fn days_late(&self) -> Option<i32> {
        let late = |due_on| points(days_late(due_on, self.0.seen.payment.paid_on));
        self.0.seen.due_on().map(late)
    }

    /// How it stands between buyer and seller.
    async fn state(&self) -> ChainPaymentState {
        self.0.seen.state().into()
    }

    /// True while it stands on its buyer's word, who recorded it for a seller without users (rule
    /// C10).
    async fn is_on_behalf(&self) -> bool {
        self.0.seen.payment.on_behalf && self.0.seen.state() != PaymentState::Confirmed
    }

    /// When the seller received the money, as it says; null while it has not confirmed it.
    async fn received_on(&self) -> Option<Date> {
        self.0.last_said()?.received_on.map(Date::from)
    }

    /// Why it was contested or withdrawn; null of others.
    async fn reason(&self) -> Option<&str> {
        self.0.last_said()?.reason.as_deref()
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.seen.payment.recorded_at.into()
    }

    /// Counts what was said of it; to be given with what is said next.
    async fn version(&self) -> i32 {
        self.0.seen.version()
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<ChainPaymentPermissions> {
        let viewer = ctx.viewer()?;
        let (actor, parties) = (viewer.actor(), parties_of(&self.0.link, viewer));
        Ok(ChainPaymentPermissions {
            answer: actor.may_answer_chain_payment(parties).into(),
            withdraw: actor.may_record_chain_payment(parties).into(),
        })
    }
}

/// A page of what was paid under a link; none for whoever reads no payment under it.
///
/// # Errors
/// A fault, or what is wrong with the arguments.
pub(super) async fn of_link(
    ctx: &Context<'_>,
    link: &ChainLink,
    arguments: PageArguments,
) -> Result<Option<ChainPaymentConnection>> {
    if !link.seen.reads(FieldGroup::ChainPayments) {
        return Ok(None);
    }
    let id = link.seen.row.id;
    let payments = match ctx.loaders()?.load_one(PaidUnder(id)).await? {
        Some(paid) => {
            let whole = paid.payments.iter().filter(|it| it.is_whole);
            let payment = |it| Payment { link: paid.seen.clone(), seen: it };
            whole.cloned().map(payment).collect()
        }
        None => Vec::new(),
    };
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "chainPayments", "", &id.to_string());
    let key = |it: &Payment| it.seen.payment.id.to_string();
    let page = page_of(&payments, &arguments, &list, key)?;
    Ok(Some(ChainPaymentConnection(page.map(ChainPayment))))
}

/// What of the payments under a link is hidden from somebody who stands to it so.
pub(super) fn withheld(standing: &Standing) -> Vec<Withheld> {
    let group = FieldGroup::ChainPayments;
    let mut withheld = Withheld::because(standing.hidden(standing, group), &["payments"]);
    let hidden = standing.hidden_summary(standing, group);
    withheld.extend(Withheld::because(hidden, &["punctuality"]));
    withheld
}
