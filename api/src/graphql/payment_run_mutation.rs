//! Running what contracts pay, approving it, and dealing with its lines.

use async_graphql::{Context, Object, Result};

use super::{
    payment_run::{PaymentRun, PaymentRunLine},
    payment_run_input::{
        AcceptPaymentLineInput, AnswerPaymentQueryInput, ApprovePaymentRunInput,
        ClaimPaymentLineInput, QueryPaymentLineInput, ReconcilePaymentLineInput,
        RecordPaymentMadeInput, RefusePaymentRunInput, RunPaymentInput,
    },
    request::Asked,
};
use crate::{payload, service::payment_run};

/// What contracts are paid.
#[derive(Default)]
pub struct PaymentRunMutation;

payload!(
    /// What came of running a payment.
    RunPaymentPayload {
        /// The run; null when it was refused.
        run: PaymentRun
    }
);
payload!(
    /// What came of approving a payment run.
    ApprovePaymentRunPayload {
        /// The run; null when it was refused.
        run: PaymentRun
    }
);
payload!(
    /// What came of refusing a payment run.
    RefusePaymentRunPayload {
        /// The run; null when it was refused.
        run: PaymentRun
    }
);
payload!(
    /// What came of claiming a line.
    ClaimPaymentLinePayload {
        /// The line; null when it was refused.
        line: PaymentRunLine
    }
);
payload!(
    /// What came of asking about a line.
    QueryPaymentLinePayload {
        /// The line; null when it was refused.
        line: PaymentRunLine
    }
);
payload!(
    /// What came of answering a query.
    AnswerPaymentQueryPayload {
        /// The line; null when it was refused.
        line: PaymentRunLine
    }
);
payload!(
    /// What came of accepting a line.
    AcceptPaymentLinePayload {
        /// The line; null when it was refused.
        line: PaymentRunLine
    }
);
payload!(
    /// What came of recording a payment.
    RecordPaymentMadePayload {
        /// The line; null when it was refused.
        line: PaymentRunLine
    }
);
payload!(
    /// What came of confirming a payment.
    ReconcilePaymentLinePayload {
        /// The line; null when it was refused.
        line: PaymentRunLine
    }
);

/// Does what was read, and answers with the payload.
macro_rules! done {
    ($ctx:ident, $read:expr, $do:path, $dry_run:expr, $payload:ident, $object:expr) => {{
        let (database, viewer) = ($ctx.database()?, $ctx.viewer()?);
        let done = match $read {
            Ok(read) => Box::pin($do(database, viewer, $dry_run, read)).await,
            Err(refusal) => Err(refusal.into()),
        };
        $ctx.request()?.after_write().await;
        $payload::answer(done, $object)
    }};
}

#[Object]
impl PaymentRunMutation {
    /// Runs what a contract pays up to a month, less what its earlier runs took: what was corrected
    /// meanwhile comes as an adjustment (rule C7), and when nothing is due nothing is run. It is
    /// posted once the host approved it. Needs the role COMMISSIONER or FINANCE of the co-ordinating
    /// commissioner, which provides nothing under the contract and sees the scheme.
    async fn run_payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The month, and the scheme.")] input: RunPaymentInput,
    ) -> Result<RunPaymentPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), payment_run::run, dry_run, RunPaymentPayload, PaymentRun)
    }

    /// Approves a payment run, and posts what it comes to as one transaction: spent on its scheme, and
    /// owed until its lines are paid. Needs the role FINANCE or APPROVER of the host, and another
    /// person than who ran it (rule M13).
    async fn approve_payment_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run.")] input: ApprovePaymentRunInput,
    ) -> Result<ApprovePaymentRunPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), payment_run::decide, dry_run, ApprovePaymentRunPayload, PaymentRun)
    }

    /// Refuses a payment run: it counts for nothing, and a later run takes its lines again. Needs the
    /// role FINANCE or APPROVER of the host, and another person than who ran it (rule M13).
    async fn refuse_payment_run(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The run, and why not.")] input: RefusePaymentRunInput,
    ) -> Result<RefusePaymentRunPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), payment_run::decide, dry_run, RefusePaymentRunPayload, PaymentRun)
    }

    /// Claims a line of an approved payment run (rule C11). Needs the role FINANCE or
    /// CONTRACT_MANAGER of who is paid.
    async fn claim_payment_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: ClaimPaymentLineInput,
    ) -> Result<ClaimPaymentLinePayload> {
        let dry_run = input.dry_run;
        done!(
            ctx,
            input.read(),
            payment_run::deal,
            dry_run,
            ClaimPaymentLinePayload,
            PaymentRunLine
        )
    }

    /// Asks the other side about a line: it is not paid until that is answered (rule C11). Needs the
    /// role FINANCE, COMMISSIONER or CONTRACT_MANAGER of who is paid, of the co-ordinating
    /// commissioner or of the host.
    async fn query_payment_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: QueryPaymentLineInput,
    ) -> Result<QueryPaymentLinePayload> {
        let dry_run = input.dry_run;
        done!(
            ctx,
            input.read(),
            payment_run::deal,
            dry_run,
            QueryPaymentLinePayload,
            PaymentRunLine
        )
    }

    /// Answers what the other side asked about a line, which ends the query (rule C11). Needs the role
    /// FINANCE, COMMISSIONER or CONTRACT_MANAGER of who is paid, of the co-ordinating commissioner or
    /// of the host.
    async fn answer_payment_query(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: AnswerPaymentQueryInput,
    ) -> Result<AnswerPaymentQueryPayload> {
        let dry_run = input.dry_run;
        done!(
            ctx,
            input.read(),
            payment_run::deal,
            dry_run,
            AnswerPaymentQueryPayload,
            PaymentRunLine
        )
    }

    /// Accepts a line (rule C11). Needs the role COMMISSIONER or FINANCE of the co-ordinating
    /// commissioner, which provides nothing under the contract.
    async fn accept_payment_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: AcceptPaymentLineInput,
    ) -> Result<AcceptPaymentLinePayload> {
        let dry_run = input.dry_run;
        done!(
            ctx,
            input.read(),
            payment_run::deal,
            dry_run,
            AcceptPaymentLinePayload,
            PaymentRunLine
        )
    }

    /// Records that a line was paid, once, and posts that it left the fund's cash (rules C11, M12).
    /// Needs the role FINANCE of the host.
    async fn record_payment_made(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: RecordPaymentMadeInput,
    ) -> Result<RecordPaymentMadePayload> {
        let dry_run = input.dry_run;
        done!(
            ctx,
            input.read(),
            payment_run::deal,
            dry_run,
            RecordPaymentMadePayload,
            PaymentRunLine
        )
    }

    /// Confirms that the payment of a line arrived (rule C11). Needs the role FINANCE or
    /// CONTRACT_MANAGER of who is paid.
    async fn reconcile_payment_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The line.")] input: ReconcilePaymentLineInput,
    ) -> Result<ReconcilePaymentLinePayload> {
        let dry_run = input.dry_run;
        done!(
            ctx,
            input.read(),
            payment_run::deal,
            dry_run,
            ReconcilePaymentLinePayload,
            PaymentRunLine
        )
    }
}
