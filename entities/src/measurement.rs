use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant};

/// What somebody measured of an outcome in a year (rule C5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measurement")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The measure of the framework.
    pub measure_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// The subcontract under which it was measured; none of what was submitted under the contract.
    pub subcontract_id: Option<Uuid>,
    /// Its number in that, from 1.
    pub subcontract_number: Option<i32>,
    /// What came out, in thousandths of the measure's unit.
    pub reading: i64,
    /// Where it is shown.
    pub evidence: String,
    /// What is to be known about the quality of the data.
    pub data_quality: Option<String>,
    /// Whose measurement it is, when somebody else entered it (rule C10).
    pub on_behalf_of_id: Option<Uuid>,
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
