use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::FinancialYear;

/// An account in a fund's books.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_account")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// What it counts.
    pub kind: AccountKind,
    /// Of expenditure: the scheme.
    pub scheme_id: Option<Uuid>,
    /// Of expenditure: the partner that incurred it. Of income and debt: the partner.
    pub partner_id: Option<Uuid>,
    /// Of expenditure: the partner that funds it.
    pub funder_id: Option<Uuid>,
    /// Of expenditure and income: the funding source.
    pub source_code: Option<String>,
    /// Of a contribution: its year, which may differ from the one in which it is invoiced or paid.
    /// Of expenditure: the closed year that it corrects. Of what is carried forward: the year. Of a
    /// settlement: the year that is settled.
    pub contribution_year: Option<FinancialYear>,
    /// All of these in one text, unique in the fund.
    pub designation: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// What an account counts. Debits are positive, credits negative.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum AccountKind {
    /// Money held by the host.
    #[sea_orm(string_value = "CASH")]
    Cash,
    /// What a partner was invoiced and has not paid yet.
    #[sea_orm(string_value = "RECEIVABLE")]
    Receivable,
    /// Contributions invoiced, by partner and source.
    #[sea_orm(string_value = "CONTRIBUTION_INCOME")]
    ContributionIncome,
    /// Contributions given back, by partner and source.
    #[sea_orm(string_value = "CONTRIBUTION_REFUND")]
    ContributionRefund,
    /// What was spent, by scheme, who incurred it and who funds it.
    #[sea_orm(string_value = "EXPENDITURE")]
    Expenditure,
    /// What was given back of expenditure, by the same parts.
    #[sea_orm(string_value = "EXPENDITURE_REFUND")]
    ExpenditureRefund,
    /// What was invoiced to the fund and is not paid yet.
    #[sea_orm(string_value = "PAYABLE")]
    Payable,
    /// What was used and is not invoiced yet.
    #[sea_orm(string_value = "ACCRUAL")]
    Accrual,
    /// What a partner spent itself, which never moves the host's cash (rule M15).
    #[sea_orm(string_value = "SPENT_BY_PARTNER")]
    SpentByPartner,
    /// Held against risk.
    #[sea_orm(string_value = "RESERVE")]
    Reserve,
    /// Brought from one year into the next.
    #[sea_orm(string_value = "CARRIED_FORWARD")]
    CarriedForward,
    /// What partners bear of a closed year beyond what they fund, and below it what they are given
    /// back, as they have settled it: by partner, source and year.
    #[sea_orm(string_value = "RISK_SHARE")]
    RiskShare,
    /// What a partner owes the fund by a settlement (debit), or is owed by it (credit), by the
    /// settled year.
    #[sea_orm(string_value = "DUE_FROM_PARTNER")]
    DueFromPartner,
    /// What other funds of a risk share owe the fund by a settlement (debit), or are owed by it
    /// (credit), by the settled year: a reserve that is drawn, an underspend that was an offset.
    #[sea_orm(string_value = "DUE_FROM_FUNDS")]
    DueFromFunds,
}
