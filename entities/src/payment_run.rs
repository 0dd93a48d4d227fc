use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Period};

/// What a contract pays up to a month of a year, after what earlier runs of the contract took.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_run")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// The year.
    pub financial_year: FinancialYear,
    /// The last month that it pays.
    pub period: Period,
    /// The last day of that month: a run is a fact of this day.
    pub pays_to: Date,
    /// The fund that pays.
    pub fund_id: Uuid,
    /// The scheme that it is charged to.
    pub scheme_id: Uuid,
    /// Who is paid.
    pub payee_id: Uuid,
    /// The place of who is paid in the contract's list of providers, which is never given twice.
    pub payee_position: i32,
    /// The version of the rules by which it was worked out.
    pub rule_version: i32,
    /// The last day of effect that counted.
    pub as_of: Date,
    /// The account that ran it; none of a token made by the operator.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation that ran it.
    pub recorded_as_id: Uuid,
    /// The day on which it was run.
    pub recorded_on: Date,
    /// When it was run: what was known by then counted.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
