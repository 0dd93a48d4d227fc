//! What is withheld of what contracts pay, and what becomes of it.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use entities::{pay_withholding::WithholdingReason, pay_withholding_settlement::SettlementOutcome};

use super::{
    contract_outcome::small,
    decision::Decision,
    organisation::Organisation,
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::{Permission, Withheld},
};
use crate::service::pay_withholding::{self as service, Amounts, Settled, Shows};

/// A part of what a contract pays in some months of a year that is withheld for a reason. Whoever
/// reads what the contract is worth sees it; an associate commissioner reads what it bears of it.
#[derive(Clone, Debug)]
pub struct PayWithholding(pub service::PayWithholding);

/// That something that was withheld was given back, or retained for good. Whoever sees the withholding
/// sees it.
#[derive(Clone, Debug)]
pub struct PayWithholdingSettlement(Settled);

/// What is withheld of the months that have begun by the day asked for, and what became of that. The
/// first is the sum of the others.
#[derive(Clone, Debug, SimpleObject)]
pub struct PayWithholdingAmounts {
    /// What was withheld, in pounds.
    pub withheld: Money,
    /// What of that was given back, in pounds.
    pub released: Money,
    /// What of that was retained for good, in pounds.
    pub retained: Money,
    /// What is left, in pounds: it is still withheld.
    pub outstanding: Money,
}

/// What you may do about a withholding.
#[derive(Clone, Debug, SimpleObject)]
pub struct PayWithholdingPermissions {
    /// Giving back or retaining something of it.
    pub settle: Permission,
}

/// The kind of reason for which pay is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "WithholdingReason")]
pub enum PayWithholdingReason {
    /// A remedial action plan was not agreed.
    ActionPlanNotAgreed,
    /// A remedial action plan was not kept.
    ActionPlanBreached,
    /// Information that the contract requires was not given.
    InformationMissing,
    /// The services were not of the quality that was agreed.
    Quality,
    /// Another reason, which is in the words.
    Other,
}

/// What becomes of something that was withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "SettlementOutcome")]
pub enum PayWithholdingOutcome {
    /// It is given back.
    Released,
    /// It is retained for good: it is not due any more.
    Retained,
}

/// A part of what a contract pays in some months of a year that is withheld for a reason. Whoever
/// reads what the contract is worth sees it; an associate commissioner reads what it bears of it.
#[Object]
impl PayWithholding {
    /// Its number in the contract, from 1. Of several the earlier takes first.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// Counts up with everything that becomes of it.
    async fn version(&self) -> i32 {
        self.0.version()
    }

    /// The kind of reason.
    async fn reason_code(&self) -> PayWithholdingReason {
        self.0.row.reason_code.into()
    }

    /// Why, in words; null when the kind of reason says it.
    async fn reason(&self) -> Option<&str> {
        self.0.row.reason.as_deref()
    }

    /// The notice or letter.
    async fn document_reference(&self) -> &str {
        &self.0.row.document_reference
    }

    /// The decision (rule G4).
    async fn decision(&self) -> Decision {
        let row = &self.0.row;
        decision(&row.deciding_body, row.decided_on, &row.minute_reference)
    }

    /// What its parties call the component of whose pay it is; null when it is of all that the contract
    /// pays. Withheld from an associate commissioner.
    async fn component(&self) -> Option<&str> {
        self.0.component.as_deref()
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// The first month of which something is withheld: 1 is April, 12 is March.
    async fn from_period(&self) -> i32 {
        self.0.row.from_period.number()
    }

    /// The last month of which something is withheld: 1 is April, 12 is March.
    async fn to_period(&self) -> i32 {
        self.0.row.to_period.number()
    }

    /// The share of what each month pays, in hundredths of a per cent; null when an amount is stated.
    async fn basis_points(&self) -> Option<i32> {
        self.0.row.basis_points.map(small)
    }

    /// What is withheld of each month, in pounds, as far as it pays so much; null when a share is
    /// stated. Withheld from an associate commissioner.
    async fn monthly_amount(&self) -> Option<Money> {
        let amount = self.0.row.monthly_pence.filter(|_| self.0.shows == Shows::All);
        amount.map(Money::from)
    }

    /// All of what it comes to. Withheld from an associate commissioner, and from whoever does not read
    /// the schedule of the day that is asked for.
    async fn amounts(&self) -> Option<PayWithholdingAmounts> {
        self.0.amounts.ok().map(PayWithholdingAmounts::from)
    }

    /// What your organisation bears of it as a commissioner: of each month as shares were on its last
    /// day (rule C1). Null of anybody else, and while nothing is withheld; withheld once your relation
    /// has ended.
    async fn own_share(&self) -> Option<PayWithholdingAmounts> {
        self.0.own_share.ok().flatten().map(PayWithholdingAmounts::from)
    }

    /// The day from which nothing more is withheld, because everything was released or retained; null
    /// while it goes on.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on().map(Date::from)
    }

    /// What became of it by the day that is asked for, the first first.
    async fn settlements(&self) -> Vec<PayWithholdingSettlement> {
        self.0.settlements.iter().cloned().map(PayWithholdingSettlement).collect()
    }

    /// Who recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.recorded_as_id).await
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.row.known_at.into()
    }

    /// What is hidden from you here, and why.
    async fn withheld(&self) -> Vec<Withheld> {
        let mut withheld = match self.0.amounts {
            Err(why) if self.0.shows == Shows::Share => {
                Withheld::because(Some(why), &["component", "monthlyAmount", "amounts"])
            }
            other => Withheld::because(other.err(), &["amounts"]),
        };
        withheld.extend(Withheld::because(self.0.own_share.err(), &["ownShare"]));
        withheld
    }

    /// What you may do about it, by the same decisions that guard the doing (rule V3).
    async fn viewer_can(&self) -> PayWithholdingPermissions {
        PayWithholdingPermissions { settle: self.0.may_settle.clone().into() }
    }
}

/// That something that was withheld was given back, or retained for good. Whoever sees the withholding
/// sees it.
#[Object]
impl PayWithholdingSettlement {
    /// Its number in the withholding, from 1.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// Which of the two.
    async fn outcome(&self) -> PayWithholdingOutcome {
        self.0.row.outcome.into()
    }

    /// From when.
    async fn effective_on(&self) -> Date {
        self.0.row.effective_on.into()
    }

    /// True when it is everything that was left, and ended the withholding.
    async fn is_everything(&self) -> bool {
        self.0.row.amount_pence.is_none()
    }

    /// What it came to, in pounds: never more than was withheld by then. Withheld like the amounts of
    /// the withholding.
    async fn amount(&self) -> Option<Money> {
        self.0.amount.ok().map(Money::from)
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.row.reason
    }

    /// The letter or report.
    async fn document_reference(&self) -> &str {
        &self.0.row.document_reference
    }

    /// The decision (rule G4).
    async fn decision(&self) -> Decision {
        let row = &self.0.row;
        decision(&row.deciding_body, row.decided_on, &row.minute_reference)
    }

    /// When it was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.row.known_at.into()
    }

    /// What is hidden from you here, and why.
    async fn withheld(&self) -> Vec<Withheld> {
        Withheld::because(self.0.amount.err(), &["amount"])
    }
}

fn decision(body: &str, decided_on: chrono::NaiveDate, minute: &str) -> Decision {
    Decision {
        deciding_body: body.to_owned(),
        decided_on: decided_on.into(),
        minute_reference: minute.to_owned(),
    }
}

impl From<Amounts> for PayWithholdingAmounts {
    fn from(amounts: Amounts) -> Self {
        Self {
            withheld: amounts.withheld.into(),
            released: amounts.released.into(),
            retained: amounts.retained.into(),
            outstanding: amounts.left.into(),
        }
    }
}
