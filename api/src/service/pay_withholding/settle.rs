use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    pay_withholding_settlement::{self as settlement, SettlementOutcome},
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::{
    PayWithholding,
    read::{self, ENDED},
};
use crate::{
    access::pay_withholding::{WithholdingFacts, whole_of},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        idempotency::{self, Attempt},
        pay::{self, Asked, WhatIf, add, worked_out},
        text,
    },
};

/// That something that was withheld is given back, or retained for good.
#[derive(Clone, Debug)]
pub struct Settling {
    /// The mutation.
    pub mutation: &'static str,
    /// The contract.
    pub contract: Uuid,
    /// The number of the withholding in it.
    pub number: i32,
    /// The version that was read.
    pub expected_version: i32,
    /// Which of the two.
    pub outcome: SettlementOutcome,
    /// From when.
    pub effective_on: NaiveDate,
    /// How much; none when all that is left, and the withholding ends.
    pub amount: Option<Pence>,
    /// Why.
    pub reason: String,
    /// The letter or report.
    pub document_reference: String,
    /// The decision.
    pub decision: Decision,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Gives back something of what was withheld by a day, or retains it for good. What is given back is
/// paid by the next run.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `ALREADY_DONE`, `INVALID_DATE`, or `INVALID_VALUE`.
pub async fn settle(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Settling,
) -> Result<PayWithholding, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(settle_in(&tx, viewer, new)).await }).await
}

async fn settle_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &Settling,
) -> Result<PayWithholding, Stopped> {
    let ground = pay::ground(&**tx, viewer, new.contract).await?;
    viewer.actor().may_withhold_pay(&ground.parties)?;
    let known = whole_of(&**tx, new.contract).await?;
    let found = known.iter().find(|it| it.row.number == new.number);
    let found = found.ok_or_else(|| Refusal::not_found("withholding", "withholding"))?;
    let asked = asked(new.contract, found.row.financial_year);
    let is_meant = |row: &entities::pay_withholding::Model| row.number == new.number;
    let key = new.idempotency_key.as_str();
    let attempt = Attempt { mutation: new.mutation, key, content: format!("{new:?}") };
    if idempotency::claim(tx, viewer, &attempt, found.row.id).await?.is_some() {
        return read::one(&**tx, viewer, (&ground, &asked), is_meant).await;
    }
    let version = found.settlements.last().map_or(1, |it| it.number + 1);
    if version != new.expected_version {
        return Err(Refusal::stale(version).into());
    }
    let decision = new.decision.checked(tx.today(), "decision")?;
    in_time(tx, new, found)?;
    let amount = left(tx, new, (found.row.id, &asked)).await?;
    let row = settlement::Model {
        withholding_id: found.row.id,
        number: version,
        outcome: new.outcome,
        effective_on: new.effective_on,
        amount_pence: amount,
        reason: text::required(&new.reason, 2_000, "reason")?,
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
    let act = Act::new(new.mutation, "PayWithholding", found.row.id)
        .under(new.contract, FieldGroup::ContractValue)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    read::one(&**tx, viewer, (&ground, &asked), is_meant).await
}

fn asked(contract: Uuid, year: FinancialYear) -> Asked {
    Asked { contract, year, as_of: None, known_at: None, what_if: WhatIf::default() }
}

fn in_time(tx: &Writing, new: &Settling, found: &WithholdingFacts) -> Result<(), Refusal> {
    let refused = |sentence: &str| Err(Refusal::new(Code::InvalidDate, sentence).at("effectiveOn"));
    if found.settlements.iter().any(|it| it.amount_pence.is_none()) {
        return Err(Refusal::new(Code::AlreadyDone, ENDED).at("withholding"));
    }
    if new.effective_on > tx.today() {
        return refused("this day has not come yet: what is withheld by then is not known");
    }
    if new.effective_on < found.row.from_period.first_day(found.row.financial_year) {
        return refused("nothing was withheld yet: name a day from the first month on");
    }
    if found.settlements.last().is_some_and(|it| new.effective_on < it.effective_on) {
        return refused("something was released or retained later: name no earlier day");
    }
    Ok(())
}

/// The amount that was given, when so much is left of what was withheld by the day.
async fn left(
    tx: &Writing,
    new: &Settling,
    (withholding, asked): (Uuid, &Asked),
) -> Result<Option<Pence>, Stopped> {
    let scheduled = worked_out(&**tx, asked, tx.today()).await?;
    let of = scheduled.schedule.withheld.iter().find(|it| it.withholding == withholding);
    // Of everything, nothing is withheld of a month that begins on the day itself.
    let day = match new.amount {
        Some(_) => new.effective_on,
        None => new.effective_on.pred_opt().unwrap_or(new.effective_on),
    };
    let left = of.map_or(Pence::ZERO, |of| of.left(day));
    let refused = |path: &str, sentence: String| {
        Err(Refusal::new(Code::InvalidValue, sentence).at(path).into())
    };
    match new.amount {
        Some(amount) if amount <= Pence::ZERO => {
            refused("amount", "give an amount above nothing".to_owned())
        }
        Some(amount) if amount > left => {
            let sentence = format!("of what was withheld by {day} {left} is left: give no more");
            refused("amount", sentence)
        }
        None if new.outcome == SettlementOutcome::Retained && left == Pence::ZERO => refused(
            "effectiveOn",
            "nothing is left to retain of what was withheld by then".to_owned(),
        ),
        amount => Ok(amount),
    }
}
