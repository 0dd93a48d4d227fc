use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence, Period};

/// That a part of what a contract pays in some months of a year is withheld, for a reason. Never
/// changed: what becomes of it is recorded beside it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pay_withholding")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// The component of whose pay; none when of all that the contract pays.
    pub component_id: Option<Uuid>,
    /// The year.
    pub financial_year: FinancialYear,
    /// The first month of which something is withheld.
    pub from_period: Period,
    /// The last month of which something is withheld.
    pub to_period: Period,
    /// The share of each month, in hundredths of a per cent; or an amount is stated.
    pub basis_points: Option<i64>,
    /// So much of each month.
    pub monthly_pence: Option<Pence>,
    /// The kind of reason.
    pub reason_code: WithholdingReason,
    /// Why, in words.
    pub reason: Option<String>,
    /// The notice or letter.
    pub document_reference: String,
    /// The body that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// The account that recorded it; none of a token made by the operator.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation that recorded it.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// The kind of reason for which pay is withheld (NHS Standard Contract, GC9 and SC28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum WithholdingReason {
    /// A remedial action plan was not agreed.
    #[sea_orm(string_value = "ACTION_PLAN_NOT_AGREED")]
    ActionPlanNotAgreed,
    /// A remedial action plan was not kept.
    #[sea_orm(string_value = "ACTION_PLAN_BREACHED")]
    ActionPlanBreached,
    /// Information that the contract requires was not given.
    #[sea_orm(string_value = "INFORMATION_MISSING")]
    InformationMissing,
    /// The services were not of the quality that was agreed.
    #[sea_orm(string_value = "QUALITY")]
    Quality,
    /// Another reason, which is in the words.
    #[sea_orm(string_value = "OTHER")]
    Other,
}

impl WithholdingReason {
    /// Its code, as it is kept and sent.
    #[must_use]
    pub fn code(self) -> String {
        self.to_value()
    }
}
