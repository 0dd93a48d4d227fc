//! What is withheld of a contract's pay, and given back or retained.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::value::{FinancialYear, Instant, Pence, Period};
use uuid::Uuid;

use super::{
    Line, Nature,
    line::Of,
    round::{WHOLE, portion},
};
use crate::rules::{explanation::Input, split::split};

/// A part of what a contract, or one of its components, pays in some months of a year, that is
/// withheld for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withholding {
    /// Which.
    pub id: Uuid,
    /// Its number in the contract. Of several the earlier takes first.
    pub number: i32,
    /// From whose pay; none when from that of the whole contract.
    pub component: Option<Uuid>,
    /// The code of the reason.
    pub reason: String,
    /// The year.
    pub year: FinancialYear,
    /// The first month of it.
    pub from: Period,
    /// The last month of it.
    pub to: Period,
    /// How much of each month.
    pub part: Part,
    /// When it became known.
    pub known_at: Instant,
    /// What was given back and retained, in the order of recording.
    pub settlements: Vec<Settlement>,
}

/// How much of a month's pay is withheld; never more than there is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A share of it, in hundredths of a per cent.
    Points(i64),
    /// So much.
    Monthly(Pence),
}

/// What becomes of something that was withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It is given back.
    Released,
    /// It is retained for good: it is not due any more.
    Retained,
}

/// That something of what was withheld is given back, or retained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Which of the two.
    pub outcome: Outcome,
    /// From when.
    pub effective_on: NaiveDate,
    /// How much; none when it is all that was withheld by then and is left, and nothing is withheld of
    /// months that begin on that day or later.
    pub amount: Option<Pence>,
    /// When it became known.
    pub known_at: Instant,
}

/// What became of a withholding in its year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// Which.
    pub withholding: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// What is withheld of each month; months without anything are left out.
    pub months: Vec<(Period, Pence)>,
    /// What became of it, in the order of the settlements: in which month, and how much.
    pub settled: Vec<(Outcome, Period, Pence)>,
}

impl Withheld {
    /// What is withheld of the months that have begun on a day.
    #[must_use]
    pub fn by(&self, day: NaiveDate) -> Pence {
        let begun = self.months.iter().filter(|(month, _)| month.first_day(self.year) <= day);
        begun.map(|(_, amount)| *amount).sum()
    }

    /// What of it was given back, or retained.
    #[must_use]
    pub fn settled(&self, outcome: Outcome) -> Pence {
        let own = self.settled.iter().filter(|it| it.0 == outcome);
        own.map(|(_, _, amount)| *amount).sum()
    }

    /// What is left of what is withheld by a day.
    #[must_use]
    pub fn left(&self, day: NaiveDate) -> Pence {
        self.by(day) - self.settled(Outcome::Released) - self.settled(Outcome::Retained)
    }
}

/// What a component pays, as it is worked out.
pub(super) struct Paid {
    /// The component, and its kind; none of one that pays nothing yet.
    pub of: Option<Of>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Pence by month of each component, in the contract's order.
type ByMonth = Vec<BTreeMap<Period, Pence>>;

/// Takes off what is withheld and puts back what is given back, as lines of their own. What is withheld
/// of several components is divided by what is left of each (rule M2).
pub(super) fn withhold(
    paid: &mut [Paid],
    withholdings: &[Withholding],
    year: FinancialYear,
) -> Vec<Withheld> {
    let pays: ByMonth = paid.iter().map(|it| by_month(&it.lines)).collect();
    let mut left = pays.clone();
    let mut own: Vec<&Withholding> = withholdings.iter().filter(|it| it.year == year).collect();
    own.sort_by_key(|it| it.number);
    own.into_iter().map(|it| of_one(it, paid, (&pays, &mut left))).collect()
}

/// What is paid in each month in which anything is.
fn by_month(lines: &[Line]) -> BTreeMap<Period, Pence> {
    let mut months: BTreeMap<Period, Pence> = BTreeMap::new();
    for line in lines {
        *months.entry(line.month).or_default() += line.amount;
    }
    months.retain(|_, amount| *amount > Pence::ZERO);
    months
}

fn of_one(
    withholding: &Withholding,
    paid: &mut [Paid],
    (pays, left): (&ByMonth, &mut ByMonth),
) -> Withheld {
    let year = withholding.year;
    let is_meant = |it: &Paid| match (it.of, withholding.component) {
        (Some((component, _)), Some(meant)) => component == meant,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let meant: Vec<bool> = paid.iter().map(is_meant).collect();
    let of_month = |amounts: &ByMonth, month: Period| -> Vec<Pence> {
        let of = |(amounts, meant): (&BTreeMap<Period, Pence>, &bool)| {
            amounts.get(&month).copied().filter(|_| *meant).unwrap_or(Pence::ZERO)
        };
        amounts.iter().zip(&meant).map(of).collect()
    };
    let whole = withholding.settlements.iter().find(|it| it.amount.is_none());
    let mut taken: Vec<(Period, Vec<Pence>)> = Vec::new();
    for month in Period::months().filter(|it| withholding.from <= *it && *it <= withholding.to) {
        if whole.is_some_and(|it| it.effective_on <= month.first_day(year)) {
            continue;
        }
        let pays: Pence = of_month(pays, month).into_iter().sum();
        let of_each = of_month(left, month);
        let wanted = match withholding.part {
            Part::Points(points) => portion(pays, points, WHOLE),
            Part::Monthly(amount) => amount,
        };
        let parts = divided(wanted, &of_each);
        let name = withholding.named(pays);
        for (place, part) in parts.iter().enumerate().filter(|(_, part)| **part != Pence::ZERO) {
            *left[place].entry(month).or_default() += -*part;
            paid[place].add((month, Nature::Withheld), Input::new(name.clone(), -*part));
        }
        taken.push((month, parts));
    }
    let mut settled = vec![Pence::ZERO; paid.len()];
    let mut outcomes = Vec::new();
    for settlement in &withholding.settlements {
        let on = settlement.effective_on;
        let begun = taken.iter().filter(|(month, _)| month.first_day(year) <= on);
        let mut rest: Vec<Pence> = settled.iter().map(|it| -*it).collect();
        for (_, parts) in begun {
            rest.iter_mut().zip(parts).for_each(|(rest, part)| *rest += *part);
        }
        let of_all: Pence = rest.iter().copied().sum();
        let parts = divided(settlement.amount.unwrap_or(of_all), &rest);
        // What is given back after the year belongs to the year that it was withheld in.
        let month = Period::of(on.clamp(year.first_day(), year.last_day()));
        for (place, part) in parts.iter().enumerate().filter(|(_, part)| **part != Pence::ZERO) {
            settled[place] += *part;
            if settlement.outcome == Outcome::Released {
                let name = format!("{}: given back of {of_all}", withholding.called());
                paid[place].add((month, Nature::Released), Input::new(name, *part));
            }
        }
        outcomes.push((settlement.outcome, month, parts.into_iter().sum()));
    }
    let sum = |(month, parts): (Period, Vec<Pence>)| (month, parts.into_iter().sum());
    let months = taken.into_iter().map(sum).filter(|(_, amount)| *amount != Pence::ZERO);
    let months = months.collect();
    Withheld { withholding: withholding.id, year, months, settled: outcomes }
}

/// As much of an amount as there is, divided in proportion to what there is.
fn divided(amount: Pence, of_each: &[Pence]) -> Vec<Pence> {
    let whole: Pence = of_each.iter().copied().sum();
    let weights: Vec<i64> = of_each.iter().map(|it| it.0).collect();
    let nothing = || vec![Pence::ZERO; of_each.len()];
    split(amount.min(whole), &weights).unwrap_or_else(|_| nothing())
}

impl Paid {
    fn add(&mut self, at: (Period, Nature), input: Input) {
        let Some(of) = self.of else { return };
        self.lines.push(Line::of(of, at, vec![input]));
    }
}

impl Withholding {
    fn called(&self) -> String {
        format!("withholding {} ({})", self.number, self.reason)
    }

    /// How a month's part comes about, in words.
    fn named(&self, pays: Pence) -> String {
        let called = self.called();
        let whose = if self.component.is_some() { "" } else { " that the contract pays" };
        match self.part {
            Part::Points(points) => format!("{called}: {points} basis points of {pays}{whose}"),
            Part::Monthly(amount) => format!("{called}: {amount} a month of {pays}{whose}"),
        }
    }
}
