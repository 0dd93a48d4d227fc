//! Withholding of what contracts pay, and giving that back or retaining it.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entities::{pay_withholding_settlement::SettlementOutcome, value::Period};

use super::{
    decision::DecisionInput,
    node::Kind,
    pay_withholding::{PayWithholding, PayWithholdingReason},
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::{
    payload,
    service::{
        Code, Refusal,
        pay_withholding::{self as service, NewWithholding, Settling},
    },
};

/// What is withheld of what contracts pay.
#[derive(Default)]
pub struct PayWithholdingMutation;

/// That a part of what a contract pays is withheld.
#[derive(Clone, Debug, InputObject)]
pub struct WithholdPayInput {
    /// The contract, which was awarded.
    pub contract: ID,
    /// What its parties call the component of whose pay; left out when of all that the contract pays,
    /// which is divided by what each component pays (rule M2).
    pub component: Option<String>,
    /// The year. Of months of another year withhold apart.
    pub financial_year: FinancialYear,
    /// The first month: 1 is April, 12 is March.
    pub from_period: i32,
    /// The last month, not before the first.
    pub to_period: i32,
    /// The share of what each month pays, in hundredths of a per cent, from 1 to 10,000; or give the
    /// amount.
    pub basis_points: Option<i32>,
    /// What is withheld of each month, in pounds, as far as it pays so much; or give the share.
    pub monthly_amount: Option<Money>,
    /// The kind of reason.
    pub reason_code: PayWithholdingReason,
    /// Why, at most 2,000 characters; needed where the kind of reason is OTHER.
    pub reason: Option<String>,
    /// The notice or letter, 1 to 300 characters.
    pub document_reference: String,
    /// The decision (rule G4).
    pub decision: DecisionInput,
    /// Your own key for this: the same key and content answer with the first result (rule M14).
    pub idempotency_key: String,
    /// True to check everything, show what it comes to and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That something that was withheld is given back.
#[derive(Clone, Debug, InputObject)]
pub struct ReleaseWithheldPayInput {
    /// The contract.
    pub contract: ID,
    /// The withholding's number in it.
    pub withholding: i32,
    /// The version of the withholding that you read.
    pub expected_version: i32,
    /// From when: not before the first month of the withholding, and today at the latest.
    pub effective_on: Date,
    /// How much of what is left, in pounds; left out when all of it, which ends the withholding: of
    /// months that begin on that day or later nothing is withheld.
    pub amount: Option<Money>,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
    /// The letter or report, 1 to 300 characters.
    pub document_reference: String,
    /// The decision (rule G4).
    pub decision: DecisionInput,
    /// Your own key for this: the same key and content answer with the first result (rule M14).
    pub idempotency_key: String,
    /// True to check everything, show what it comes to and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That something that was withheld is retained for good.
#[derive(Clone, Debug, InputObject)]
pub struct RetainWithheldPayInput {
    /// The contract.
    pub contract: ID,
    /// The withholding's number in it.
    pub withholding: i32,
    /// The version of the withholding that you read.
    pub expected_version: i32,
    /// From when: not before the first month of the withholding, and today at the latest.
    pub effective_on: Date,
    /// How much of what is left, in pounds; left out when all of it, which ends the withholding: of
    /// months that begin on that day or later nothing is withheld.
    pub amount: Option<Money>,
    /// Why, 1 to 2,000 characters.
    pub reason: String,
    /// The letter or report, 1 to 300 characters.
    pub document_reference: String,
    /// The decision (rule G4).
    pub decision: DecisionInput,
    /// Your own key for this: the same key and content answer with the first result (rule M14).
    pub idempotency_key: String,
    /// True to check everything, show what it comes to and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of withholding pay.
    WithholdPayPayload {
        /// The withholding; null when it was refused.
        withholding: PayWithholding
    }
);
payload!(
    /// What came of giving back something that was withheld.
    ReleaseWithheldPayPayload {
        /// The withholding; null when it was refused.
        withholding: PayWithholding
    }
);
payload!(
    /// What came of retaining something that was withheld.
    RetainWithheldPayPayload {
        /// The withholding; null when it was refused.
        withholding: PayWithholding
    }
);

/// Does what was read, and answers with the payload.
macro_rules! done {
    ($ctx:ident, $read:expr, $do:path, $dry_run:expr, $payload:ident) => {{
        let (database, viewer) = ($ctx.database()?, $ctx.viewer()?);
        let done = match $read {
            Ok(read) => Box::pin($do(database, viewer, $dry_run, read)).await,
            Err(refusal) => Err(refusal.into()),
        };
        $ctx.request()?.after_write().await;
        $payload::answer(done, PayWithholding)
    }};
}

#[Object]
impl PayWithholdingMutation {
    /// Withholds a part of what a contract pays in some months of a year, as a share or an amount of
    /// each. The next run takes it off, also of months that earlier runs paid; no month is paid less
    /// than nothing. Needs the role COMMISSIONER or FINANCE of the co-ordinating commissioner, which
    /// provides nothing under the contract.
    async fn withhold_pay(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is withheld, and why.")] input: WithholdPayInput,
    ) -> Result<WithholdPayPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), service::withhold, dry_run, WithholdPayPayload)
    }

    /// Gives back something of what was withheld by a day, or all that is left, which ends the
    /// withholding. The next run pays it. Needs the role COMMISSIONER or FINANCE of the co-ordinating
    /// commissioner, which provides nothing under the contract.
    async fn release_withheld_pay(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is given back, and why.")] input: ReleaseWithheldPayInput,
    ) -> Result<ReleaseWithheldPayPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), service::settle, dry_run, ReleaseWithheldPayPayload)
    }

    /// Retains something of what was withheld by a day for good, or all that is left, which ends the
    /// withholding: it is not due any more. Needs the role COMMISSIONER or FINANCE of the co-ordinating
    /// commissioner, which provides nothing under the contract.
    async fn retain_withheld_pay(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is retained, and why.")] input: RetainWithheldPayInput,
    ) -> Result<RetainWithheldPayPayload> {
        let dry_run = input.dry_run;
        done!(ctx, input.read(), service::settle, dry_run, RetainWithheldPayPayload)
    }
}

impl WithholdPayInput {
    fn read(self) -> std::result::Result<NewWithholding, Refusal> {
        let month = |number: i32, path: &str| {
            Period::new(number).map_err(|why| Refusal::new(Code::InvalidValue, why).at(path))
        };
        Ok(NewWithholding {
            contract: Kind::Contract.read(&self.contract, "contract")?,
            component: self.component,
            year: self.financial_year.year("financialYear")?,
            from: month(self.from_period, "fromPeriod")?,
            to: month(self.to_period, "toPeriod")?,
            basis_points: self.basis_points.map(i64::from),
            monthly: self.monthly_amount.map(|it| it.pence("monthlyAmount")).transpose()?,
            reason_code: self.reason_code.into(),
            reason: self.reason,
            document_reference: self.document_reference,
            decision: self.decision.read("decision")?,
            idempotency_key: self.idempotency_key,
        })
    }
}

impl ReleaseWithheldPayInput {
    fn read(self) -> std::result::Result<Settling, Refusal> {
        Ok(Settling {
            mutation: "releaseWithheldPay",
            contract: Kind::Contract.read(&self.contract, "contract")?,
            number: self.withholding,
            expected_version: self.expected_version,
            outcome: SettlementOutcome::Released,
            effective_on: self.effective_on.day("effectiveOn")?,
            amount: self.amount.map(|it| it.pence("amount")).transpose()?,
            reason: self.reason,
            document_reference: self.document_reference,
            decision: self.decision.read("decision")?,
            idempotency_key: self.idempotency_key,
        })
    }
}

impl RetainWithheldPayInput {
    fn read(self) -> std::result::Result<Settling, Refusal> {
        Ok(Settling {
            mutation: "retainWithheldPay",
            contract: Kind::Contract.read(&self.contract, "contract")?,
            number: self.withholding,
            expected_version: self.expected_version,
            outcome: SettlementOutcome::Retained,
            effective_on: self.effective_on.day("effectiveOn")?,
            amount: self.amount.map(|it| it.pence("amount")).transpose()?,
            reason: self.reason,
            document_reference: self.document_reference,
            decision: self.decision.read("decision")?,
            idempotency_key: self.idempotency_key,
        })
    }
}
