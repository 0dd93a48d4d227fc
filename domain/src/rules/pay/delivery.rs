//! In which months care is delivered under a contract, and so paid for (rule C8).

use chrono::NaiveDate;
use entities::{
    contract_status_change::ContractStatus,
    value::{FinancialYear, Instant, Pence, Period},
};

use super::{Facts, Kind, round::portion};
use crate::rules::{
    contract::status::{Change, delivers_on},
    explanation::Input,
};

/// How a contract came to stand as it does, and its last day, each in the order of recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Its changes of status.
    pub changes: Vec<Stood>,
    /// Its last day, as its terms said it.
    pub last_days: Vec<LastDay>,
}

/// That a contract came to stand otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    /// Where it stands from then on.
    pub status: ContractStatus,
    /// True unless a part of it is named, which alone is suspended.
    pub is_whole: bool,
    /// The first day on which it does.
    pub effective_on: NaiveDate,
    /// When it became known.
    pub known_at: Instant,
}

/// The last day of a contract, by its terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastDay {
    /// The day; none of a contract without one.
    pub ends_on: Option<NaiveDate>,
    /// From when the terms say so.
    pub effective_on: NaiveDate,
    /// When they became known.
    pub known_at: Instant,
}

/// How much care is paid for in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// All of it.
    Whole,
    /// The contract is suspended as a whole on so many of the month's days.
    Part { suspended: i64, days: i64 },
    /// None: the contract is suspended as a whole all month.
    Suspended,
    /// None: the contract had ended before the month, or was given up.
    Ended,
}

impl Delivery {
    /// What was known of it: what had taken effect, and that it was given up, which counts for all of
    /// its days.
    pub(super) fn known(&mut self, facts_of: &Facts) {
        let (as_of, known_at) = (facts_of.as_of, facts_of.known_at);
        let gives_up =
            |it: &Stood| matches!(it.status, ContractStatus::Cancelled | ContractStatus::Abandoned);
        self.changes
            .retain(|it| it.known_at <= known_at && (it.effective_on <= as_of || gives_up(it)));
        self.last_days.retain(|it| it.known_at <= known_at && it.effective_on <= as_of);
    }

    /// How much care is paid for in a month. It ends with the month in which the contract does; a
    /// suspension of the whole lasts until the contract is resumed or one of a part takes its place.
    pub(super) fn care_in(&self, month: Period, year: FinancialYear) -> Care {
        let (first, last) = (month.first_day(year), month.last_day(year));
        let change = |it: &Stood| Change { status: it.status, effective_on: it.effective_on };
        let changes: Vec<Change> = self.changes.iter().map(change).collect();
        if !delivers_on(&changes, self.last_day_on(first), first) {
            return Care::Ended;
        }
        let (mut suspended, mut days) = (0, 0);
        for day in first.iter_days().take_while(|day| *day <= last) {
            days += 1;
            suspended += i64::from(self.is_suspended_on(day));
        }
        match suspended {
            0 => Care::Whole,
            all if all == days => Care::Suspended,
            suspended => Care::Part { suspended, days },
        }
    }

    fn last_day_on(&self, day: NaiveDate) -> Option<NaiveDate> {
        let said = self.last_days.iter().filter(|it| it.effective_on <= day);
        said.max_by_key(|it| (it.effective_on, it.known_at))?.ends_on
    }

    /// Neither notice nor the end of the contract ends a suspension.
    fn is_suspended_on(&self, day: NaiveDate) -> bool {
        let counts = |it: &&Stood| {
            let says = matches!(it.status, ContractStatus::Active | ContractStatus::Suspended);
            says && it.effective_on <= day
        };
        let last = self.changes.iter().rfind(counts);
        last.is_some_and(|it| it.status == ContractStatus::Suspended && it.is_whole)
    }
}

impl Care {
    /// True when anything is paid for.
    pub(super) const fn is_any(self) -> bool {
        matches!(self, Self::Whole | Self::Part { .. })
    }

    /// What is taken off the month's pay: of a month in part what is paid by time, by its days; what is
    /// counted is paid as it was counted.
    pub(super) fn less(self, kind: &Kind, inputs: &[Input]) -> Option<Input> {
        let all: Pence = inputs.iter().map(|input| input.amount).sum();
        match self {
            Self::Whole => None,
            Self::Part { suspended, days } => {
                let by_time = match kind {
                    Kind::Block { .. } | Kind::Capitation(_) | Kind::YearOfCare { .. } => all,
                    // The sum for the range comes first, and units beyond it were counted.
                    Kind::CostAndVolume(_) => inputs.first().map_or(Pence::ZERO, |it| it.amount),
                    _ => return None,
                };
                let name = format!("suspended on {suspended} of {days} days: of {by_time}");
                Some(Input::new(name, -portion(by_time, suspended, days)))
            }
            Self::Suspended => Some(Input::new("suspended all month: no care is paid for", -all)),
            Self::Ended => {
                let name = "the contract had ended, or was given up: no care is paid for";
                Some(Input::new(name, -all))
            }
        }
    }
}
