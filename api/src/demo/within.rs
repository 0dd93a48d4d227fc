//! Within the contract for recovery at home: what is withheld of its pay, and a budget that its
//! subcontractor decides upon. Made up, but for the bodies.

use entities::{pay_withholding::WithholdingReason, value::Period};
use uuid::Uuid;

use super::{
    Cast,
    books::{day, pounds, year},
    staff_of,
};
use crate::{
    database::Writing,
    service::{
        Stopped,
        decision::Decision,
        delegated_budget::{self, NewBudget, NewSpending},
        pay_withholding::{self, NewWithholding},
    },
};

/// A fiftieth of the first quarter's pay, until discharge times are reported.
pub(super) async fn withheld(tx: &Writing, cast: &Cast, contract: Uuid) -> Result<(), Stopped> {
    let new = NewWithholding {
        contract,
        component: None,
        year: year(),
        from: Period::of(day(4, 1)),
        to: Period::of(day(6, 30)),
        basis_points: Some(200),
        monthly: None,
        reason_code: WithholdingReason::InformationMissing,
        reason: Some("Discharge times were not reported".to_owned()),
        document_reference: "Information breach notice 1".to_owned(),
        decision: decided("ICB 2025/26, item 31"),
        idempotency_key: "discharge times".to_owned(),
    };
    pay_withholding::withhold_in(tx, &staff_of(tx, cast.south_east_london), &new).await.map(drop)
}

/// For short stays of people who need care for their mental health before they go home.
pub(super) async fn delegated(tx: &Writing, cast: &Cast, contract: Uuid) -> Result<(), Stopped> {
    let new = NewBudget {
        contract,
        holder: cast.south_london_and_maudsley,
        purpose: "Short stays on the way home".to_owned(),
        starts_on: day(4, 1),
        amounts: vec![(year(), pounds(60_000))],
        decision: decided("ICB 2025/26, item 32"),
        idempotency_key: "short stays".to_owned(),
    };
    let board = staff_of(tx, cast.south_east_london);
    let budget = delegated_budget::delegate_in(tx, &board, &new).await?;
    let spent = NewSpending {
        budget: budget.0.seen.row.id,
        spent_on: day(6, 20),
        payee: cast.lewisham,
        purpose: "Twelve stays in extra-care flats".to_owned(),
        amount: pounds(12_400),
        document_reference: "Invoice 2025-114".to_owned(),
        idempotency_key: "twelve stays".to_owned(),
    };
    let holder = staff_of(tx, cast.south_london_and_maudsley);
    delegated_budget::record_in(tx, &holder, &spent).await.map(drop)
}

fn decided(minute: &str) -> Decision {
    Decision {
        deciding_body: "Integrated care board".to_owned(),
        decided_on: day(4, 1),
        minute_reference: minute.to_owned(),
    }
}
