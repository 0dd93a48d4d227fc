//! Payments down a supply chain: recorded by the buyer, confirmed or contested by the seller, and
//! withdrawn (rule C11).

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    chain_payment::ChainPayment,
    node::Kind,
    request::Asked,
    scalars::{Date, Money},
};
use crate::{
    payload,
    service::{
        Refusal, Stopped,
        chain_payment::{self as service, ChainPayment as Payment, NewPayment, NewSaying, Saying},
    },
};

/// Payments down a supply chain.
#[derive(Default)]
pub struct ChainPaymentMutation;

/// That your own organisation paid an invoice of a seller.
#[derive(Clone, Debug, InputObject)]
pub struct RecordChainPaymentInput {
    /// The subcontract, under which you buy.
    pub subcontract: ID,
    /// The invoice, as the seller numbers it, 1 to 100 characters; never the name of a person who
    /// receives care. What was recorded and not withdrawn is not recorded again.
    pub invoice_reference: String,
    /// When you received the invoice; not before the subcontract started.
    pub invoice_received_on: Date,
    /// What you paid, in pounds; above zero.
    pub amount: Money,
    /// When you paid it; not before you received the invoice, and today at the latest.
    pub paid_on: Date,
    /// True when the seller has no users, and you record this for it too: it is marked so until the
    /// seller confirms it (rule C10).
    #[graphql(default)]
    pub is_on_behalf: bool,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That your own organisation received a payment.
#[derive(Clone, Debug, InputObject)]
pub struct ConfirmChainPaymentInput {
    /// The payment, under a subcontract under which you sell.
    pub payment: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// When you received the money; not before it was paid, and today at the latest.
    pub received_on: Date,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That what is recorded of a payment is not so.
#[derive(Clone, Debug, InputObject)]
pub struct ContestChainPaymentInput {
    /// The payment, under a subcontract under which you sell.
    pub payment: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// What is not so, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a payment was recorded wrongly.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawChainPaymentInput {
    /// The payment, under a subcontract under which you buy.
    pub payment: ID,
    /// The version that you read.
    pub expected_version: i32,
    /// What was wrong, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of recording a payment.
    RecordChainPaymentPayload {
        /// The payment; null when it was refused.
        payment: ChainPayment
    }
);
payload!(
    /// What came of confirming a payment.
    ConfirmChainPaymentPayload {
        /// The payment; null when it was refused.
        payment: ChainPayment
    }
);
payload!(
    /// What came of contesting a payment.
    ContestChainPaymentPayload {
        /// The payment; null when it was refused.
        payment: ChainPayment
    }
);
payload!(
    /// What came of withdrawing a payment.
    WithdrawChainPaymentPayload {
        /// The payment; null when it was refused.
        payment: ChainPayment
    }
);

#[Object]
impl ChainPaymentMutation {
    /// Records that your own organisation paid an invoice under a subcontract under which it buys
    /// (rule C11). Needs the role FINANCE or CONTRACT_MANAGER of the buyer.
    async fn record_chain_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment.")] input: RecordChainPaymentInput,
    ) -> Result<RecordChainPaymentPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RecordChainPaymentPayload::answer(done, ChainPayment)
    }

    /// Confirms that you received what your buyer recorded as paid (rule C11). Needs the role FINANCE
    /// or CONTRACT_MANAGER of the seller.
    async fn confirm_chain_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ConfirmChainPaymentInput,
    ) -> Result<ConfirmChainPaymentPayload> {
        let saying =
            input.received_on.day("receivedOn").map(|on| Saying::Confirm { received_on: on });
        let of = (&input.payment, input.expected_version, input.dry_run);
        ConfirmChainPaymentPayload::answer(say(ctx, of, saying).await?, ChainPayment)
    }

    /// Contests what your buyer recorded as paid (rule C11). Needs the role FINANCE or CONTRACT_MANAGER
    /// of the seller.
    async fn contest_chain_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: ContestChainPaymentInput,
    ) -> Result<ContestChainPaymentPayload> {
        let of = (&input.payment, input.expected_version, input.dry_run);
        let saying = Ok(Saying::Contest { reason: input.reason });
        ContestChainPaymentPayload::answer(say(ctx, of, saying).await?, ChainPayment)
    }

    /// Withdraws a payment that your own organisation recorded wrongly, so that it can be recorded as
    /// it is; one that the seller confirmed it contests first. Needs the role FINANCE or
    /// CONTRACT_MANAGER of the buyer.
    async fn withdraw_chain_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: WithdrawChainPaymentInput,
    ) -> Result<WithdrawChainPaymentPayload> {
        let of = (&input.payment, input.expected_version, input.dry_run);
        let saying = Ok(Saying::Withdraw { reason: input.reason });
        WithdrawChainPaymentPayload::answer(say(ctx, of, saying).await?, ChainPayment)
    }
}

async fn say(
    ctx: &Context<'_>,
    (payment, expected_version, dry_run): (&ID, i32, bool),
    saying: std::result::Result<Saying, Refusal>,
) -> Result<std::result::Result<Payment, Stopped>> {
    let viewer = ctx.viewer()?;
    let new = Kind::ChainPayment
        .read(payment, "payment")
        .and_then(|payment| saying.map(|saying| NewSaying { payment, expected_version, saying }));
    let done = match new {
        Ok(new) => service::say(ctx.database()?, viewer, dry_run, new).await,
        Err(refusal) => Err(refusal.into()),
    };
    ctx.request()?.after_write().await;
    Ok(done)
}

impl RecordChainPaymentInput {
    fn read(self) -> std::result::Result<NewPayment, Refusal> {
        Ok(NewPayment {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            invoice_reference: self.invoice_reference,
            invoice_received_on: self.invoice_received_on.day("invoiceReceivedOn")?,
            amount: self.amount.pence("amount")?,
            paid_on: self.paid_on.day("paidOn")?,
            on_behalf: self.is_on_behalf,
            idempotency_key: self.idempotency_key,
        })
    }
}
