use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence, Period};
use serde::{Deserialize, Serialize};

use super::{
    Facts, Pay,
    round::{WHOLE, portion, twelfth},
};
use crate::rules::explanation::Input;

/// A price for each person on a list, by groups of people (rule C7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capitation {
    /// What a person of weight 10,000 comes to in a year.
    pub yearly_price: Pence,
    /// Who is counted, and how much each counts.
    pub groups: Vec<Group>,
    /// When a new count begins to matter.
    pub refreshed: Refresh,
}

/// People who count alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The code under which their number is recorded.
    pub code: String,
    /// What one of them counts: 10,000 is a whole person's price.
    pub weight: i64,
}

/// On which day one looks which count is the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refresh {
    /// The first of every month.
    Monthly,
    /// The first of April, July, October and January.
    Quarterly,
    /// The first of April.
    Yearly,
}

impl Refresh {
    fn day(self, month: Period, year: FinancialYear) -> NaiveDate {
        let months = match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::Yearly => 12,
        };
        let since = (month.number() - 1) % months;
        let day = month.first_day(year);
        day.checked_sub_months(chrono::Months::new(since.unsigned_abs())).unwrap_or(day)
    }
}

/// What one month comes to: a twelfth of the year's price of everybody who was counted last.
pub(super) fn month(
    (capitation, pay): (&Capitation, &Pay),
    facts: &Facts,
    (month, year): (Period, FinancialYear),
) -> Vec<Input> {
    let price = pay.price(capitation.yearly_price, year);
    let looked_at = capitation.refreshed.day(month, year);
    let group = |group: &Group| {
        let Some(list) = facts.list_size(&group.code, looked_at) else {
            return Input::new(format!("{}: not counted yet", group.code), Pence::ZERO);
        };
        let yearly = portion(price, list.people * group.weight, WHOLE);
        let (code, people, weight) = (&group.code, list.people, group.weight);
        let name = format!(
            "{code}: a twelfth of {people} people, counted on {}, at {weight} basis points of \
             {price} a year",
            list.counted_on
        );
        Input::new(name, twelfth(yearly, month))
    };
    capitation.groups.iter().map(group).collect()
}
