//! Payments files, tried and imported.

use async_graphql::{Context, Object, Result};

use super::{
    import_job::ImportJob,
    payments_input::{ImportPaymentsInput, TryPaymentRulesInput},
    payments_report::PaymentsReport,
    request::Asked,
};
use crate::{payload, service::payments};

payload! {
    /// What came of beginning an import of payments.
    ImportPaymentsPayload {
        /// The job, which goes on by itself; null when it was refused.
        job: ImportJob
    }
}

payload! {
    /// What rules would make of a payments file.
    TryPaymentRulesPayload {
        /// What would become of its lines, before the ledger is asked.
        report: PaymentsReport
    }
}

/// Payments files.
#[derive(Default)]
pub struct PaymentsMutation;

#[Object]
impl PaymentsMutation {
    /// Begins to post the payments of a file, all of them or none, and answers at once with a job
    /// to look at. Lines that were posted before are not posted again. The host's FINANCE.
    async fn import_payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file, and which payments are whose.")] input: ImportPaymentsInput,
    ) -> Result<ImportPaymentsPayload> {
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let begun = match input.read() {
            Ok(new) => payments::start(database, viewer, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ImportPaymentsPayload::answer(begun, ImportJob)
    }

    /// Says what rules would make of a payments file, and writes nothing: how many lines and how
    /// much money each rule matches, and what none does. The host's FINANCE.
    async fn try_payment_rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file, and which payments are whose.")] input: TryPaymentRulesInput,
    ) -> Result<TryPaymentRulesPayload> {
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let tried = match ImportPaymentsInput::from(input).read() {
            Ok(new) => payments::try_rules(database, viewer, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        TryPaymentRulesPayload::answer(tried, PaymentsReport)
    }
}
