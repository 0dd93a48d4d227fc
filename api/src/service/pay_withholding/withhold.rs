use domain::policy::matrix::FieldGroup;
use entities::{
    pay_withholding::{self as row, WithholdingReason},
    value::{FinancialYear, Pence, Period},
};
use uuid::Uuid;

use super::{PayWithholding, read};
use crate::{
    access,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        idempotency::{self, Attempt},
        pay::{self, Asked, WhatIf, add},
        text,
    },
};

/// The most that is withheld of a month, in hundredths of a per cent: all of it.
const WHOLE: i64 = 10_000;

/// That a part of what a contract pays is withheld.
#[derive(Clone, Debug)]
pub struct NewWithholding {
    /// The contract.
    pub contract: Uuid,
    /// What its parties call the component of whose pay; none when of all that the contract pays.
    pub component: Option<String>,
    /// The year.
    pub year: FinancialYear,
    /// The first month of it.
    pub from: Period,
    /// The last month of it.
    pub to: Period,
    /// The share of each month, in hundredths of a per cent; or an amount is given.
    pub basis_points: Option<i64>,
    /// So much of each month.
    pub monthly: Option<Pence>,
    /// The kind of reason.
    pub reason_code: WithholdingReason,
    /// Why, in words.
    pub reason: Option<String>,
    /// The notice or letter.
    pub document_reference: String,
    /// The decision.
    pub decision: Decision,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Withholds a part of what a contract pays in some months of a year. It is taken off by the next run.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, or `REASON_REQUIRED`.
pub async fn withhold(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewWithholding,
) -> Result<PayWithholding, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(withhold_in(&tx, viewer, new)).await }).await
}

/// The same in a transaction of the caller's.
///
/// # Errors
/// As [`withhold`].
pub async fn withhold_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewWithholding,
) -> Result<PayWithholding, Stopped> {
    let ground = pay::ground(&**tx, viewer, new.contract).await?;
    viewer.actor().may_withhold_pay(&ground.parties)?;
    if ground.contract.row.shared_on.is_none() {
        let sentence = "a draft pays nothing: award the contract first";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("contract").into());
    }
    let asked = Asked {
        contract: new.contract,
        year: new.year,
        as_of: None,
        known_at: None,
        what_if: WhatIf::default(),
    };
    let id = tx.new_id();
    let (mutation, key) = ("withholdPay", new.idempotency_key.as_str());
    let attempt = Attempt { mutation, key, content: format!("{new:?}") };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return read::one(&**tx, viewer, (&ground, &asked), |row| row.id == first).await;
    }
    let decision = new.decision.checked(tx.today(), "decision")?;
    checked(new)?;
    let known = access::pay::whole_of(&**tx, new.contract).await?;
    let component_id = match &new.component {
        Some(reference) => {
            let found = known.components.iter().find(|row| row.reference == *reference);
            Some(found.ok_or_else(|| Refusal::not_found("component", "component"))?.id)
        }
        None => None,
    };
    let row = row::Model {
        id,
        contract_id: new.contract,
        number: known.withholdings.last().map_or(1, |it| it.row.number + 1),
        component_id,
        financial_year: new.year,
        from_period: new.from,
        to_period: new.to,
        basis_points: new.basis_points,
        monthly_pence: new.monthly,
        reason_code: new.reason_code,
        reason: text::optional(new.reason.as_deref(), 2_000, "reason")?,
        document_reference: text::required(&new.document_reference, 300, "documentReference")?,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = add(tx, row).await?;
    let act = Act::new(mutation, "PayWithholding", row.id)
        .under(new.contract, FieldGroup::ContractValue)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    read::one(&**tx, viewer, (&ground, &asked), |it| it.id == row.id).await
}

fn checked(new: &NewWithholding) -> Result<(), Refusal> {
    let refused = |code, path: &str, sentence: &str| Err(Refusal::new(code, sentence).at(path));
    for (month, path) in [(new.from, "fromPeriod"), (new.to, "toPeriod")] {
        if month.is_adjustment() {
            let sentence = "pay is withheld of months: name a period from 1 to 12";
            return refused(Code::InvalidValue, path, sentence);
        }
    }
    if new.to < new.from {
        let sentence = "the last month is not before the first; of another year withhold apart";
        return refused(Code::InvalidValue, "toPeriod", sentence);
    }
    match (new.basis_points, new.monthly) {
        (Some(points), None) if !(1..=WHOLE).contains(&points) => {
            let sentence = "give basis points between 1 and 10,000, the whole";
            refused(Code::InvalidValue, "basisPoints", sentence)
        }
        (None, Some(amount)) if amount <= Pence::ZERO => {
            refused(Code::InvalidValue, "monthlyAmount", "give an amount above nothing")
        }
        (Some(_), Some(_)) | (None, None) => {
            let sentence = "give either basis points of each month or an amount of each";
            refused(Code::InvalidValue, "basisPoints", sentence)
        }
        _ if new.reason_code == WithholdingReason::Other
            && new.reason.as_deref().is_none_or(|it| it.trim().is_empty()) =>
        {
            refused(Code::ReasonRequired, "reason", "another reason is said in words")
        }
        _ => Ok(()),
    }
}
