use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Period};

/// Entries that belong together and sum to zero. Inserting it seals them.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_transaction")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// Its number in the fund, from 1 without gaps.
    pub sequence: i64,
    /// What happened.
    pub kind: TransactionKind,
    /// The year in which it took effect.
    pub financial_year: FinancialYear,
    /// The period in which it took effect.
    pub period: Period,
    /// The day on which it took effect.
    pub effective_on: Date,
    /// When it was recorded; strictly increasing within the fund.
    pub known_at: Instant,
    /// The month of `known_at`, in which balances are kept.
    pub known_month: i32,
    /// What it is about.
    pub description: String,
    /// Why, of a correction or a posting into a soft-closed period.
    pub reason: Option<String>,
    /// The scheme, where it has one.
    pub scheme_id: Option<Uuid>,
    /// Who was paid.
    pub payee_id: Option<Uuid>,
    /// The transaction that it takes back whole.
    pub reverses_id: Option<Uuid>,
    /// The transaction that it adjusts.
    pub adjusts_id: Option<Uuid>,
    /// The accrual that it pays.
    pub settles_id: Option<Uuid>,
    /// The year of the period that it corrects.
    pub corrects_year: Option<FinancialYear>,
    /// The period that it corrects.
    pub corrects_period: Option<Period>,
    /// The account that posted it; none of an import by the operator.
    pub posted_by_id: Option<Uuid>,
    /// The organisation for which it was posted.
    pub posted_as_id: Uuid,
    /// The hash of the fund's transaction before.
    pub previous_hash: Vec<u8>,
    /// SHA-256 over the previous hash and everything that this transaction says.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum TransactionKind {
    /// Money was spent on a scheme and paid.
    #[sea_orm(string_value = "EXPENDITURE")]
    Expenditure,
    /// An amount posted before was corrected upwards or downwards.
    #[sea_orm(string_value = "ADJUSTMENT")]
    Adjustment,
    /// A payee gave money back.
    #[sea_orm(string_value = "EXPENDITURE_REFUND")]
    ExpenditureRefund,
    /// A partner was invoiced for its contribution.
    #[sea_orm(string_value = "CONTRIBUTION_INVOICED")]
    ContributionInvoiced,
    /// A partner paid.
    #[sea_orm(string_value = "CONTRIBUTION_RECEIVED")]
    ContributionReceived,
    /// A partner was given money back.
    #[sea_orm(string_value = "CONTRIBUTION_REFUND")]
    ContributionRefund,
    /// Something was used and not invoiced yet.
    #[sea_orm(string_value = "ACCRUAL")]
    Accrual,
    /// Entries chosen by the host.
    #[sea_orm(string_value = "JOURNAL")]
    Journal,
    /// An earlier transaction was taken back whole.
    #[sea_orm(string_value = "REVERSAL")]
    Reversal,
    /// A correction of a year that is closed.
    #[sea_orm(string_value = "PRIOR_YEAR")]
    PriorYear,
    /// What had been accrued was paid.
    #[sea_orm(string_value = "ACCRUAL_PAID")]
    AccrualPaid,
    /// What a closed year left was brought into the next.
    #[sea_orm(string_value = "CARRY_FORWARD")]
    CarryForward,
    /// What a risk share came to for a closed year, as every partner accepted it.
    #[sea_orm(string_value = "SETTLEMENT")]
    Settlement,
}
