use std::collections::HashMap;

use domain::{
    policy::{Rights, matrix::FieldGroup},
    rules::{
        pay::ListSize,
        supply_chain::{is_outlier, per_head, population},
    },
};
use entities::{
    pay_list_size as list,
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::Told;

/// What was counted of the people of a contract, in the order of recording.
pub type ListSizes = Vec<list::Model>;

/// What a year of a contract comes to for each of the people that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerHead {
    /// The year.
    pub year: FinancialYear,
    /// What the contract is expected to cost in it.
    pub value: Pence,
    /// How many people.
    pub people: i64,
    /// What it comes to for each of them.
    pub amount: Pence,
    /// True when that is probably a mistake in the one or in the other.
    pub is_outlier: bool,
}

impl Told {
    /// What the value of a year comes to for each of so many people; none where the viewer does not
    /// read the whole of it (rule V8), or none is recorded.
    #[must_use]
    pub fn per_head(&self, year: FinancialYear, people: i64) -> Option<PerHead> {
        if !self.standing().reads(FieldGroup::ContractValue) {
            return None;
        }
        let value = self.values().into_iter().find(|it| it.year == year)?.amount?;
        let amount = per_head(value, people)?;
        Some(PerHead { year, value, people, amount, is_outlier: is_outlier(amount) })
    }

    /// How many people its groups count together on the day as at which it is read; none where nobody
    /// counted, or the viewer does not read it.
    #[must_use]
    pub fn people(&self, counted: ListSizes) -> Option<i64> {
        let to = self.begun.open_to(FieldGroup::ContractValue, Rights::reads_all)?;
        let own = counted.into_iter().filter(|row| row.recorded_on <= to);
        let list = |row: list::Model| ListSize {
            code: row.code,
            counted_on: row.counted_on,
            people: row.people,
            known_at: row.known_at,
        };
        let lists: Vec<ListSize> = own.map(list).collect();
        population(&lists, (self.as_of, self.known_at))
    }
}

/// What was counted of the people of contracts that the caller has found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the contracts through its view")]
pub async fn list_sizes_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, ListSizes>, DbErr> {
    let rows = list::Entity::find()
        .filter(list::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_asc(list::Column::Number)
        .all(connection)
        .await?;
    let mut of: HashMap<Uuid, ListSizes> = HashMap::new();
    for row in rows {
        of.entry(row.contract_id).or_default().push(row);
    }
    Ok(of)
}
