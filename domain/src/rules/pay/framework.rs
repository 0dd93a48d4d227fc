use chrono::{Days, NaiveDate};
use entities::value::FinancialYear;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a contract is to achieve, and how that is measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// The domains, whose weights add up to 10,000.
    #[serde(default)]
    pub domains: Vec<Domain>,
    /// Measures without weight, for goals of incentive schemes.
    #[serde(default)]
    pub further: Vec<Measure>,
    /// How many days after the end of a year its measurements can still be validated.
    #[serde(default)]
    pub cut_off_days: u32,
}

/// A part of what is to be achieved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// What it is called.
    pub name: String,
    /// Its weight, in hundredths of a per cent of the framework.
    pub weight: i64,
    /// Its measures, whose weights add up to 10,000.
    pub measures: Vec<Measure>,
}

/// One thing that is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Which.
    pub id: Uuid,
    /// What its parties call it; unique in the framework.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// What it looks at.
    pub kind: MeasureKind,
    /// In what it is counted.
    pub unit: String,
    /// Its weight, in hundredths of a per cent of its domain; nothing outside a domain.
    #[serde(default)]
    pub weight: i64,
    /// Which way is better.
    pub direction: Direction,
    /// Where it stood before the contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Reading>,
    /// Where a linear score begins.
    pub threshold: Reading,
    /// Where the whole is earned.
    pub target: Reading,
    /// What lies between.
    pub scoring: Scoring,
    /// True of what the contract requires anyway: nobody is given an incentive for it (rule C6).
    #[serde(default)]
    pub is_required_anyway: bool,
}

/// What a measure looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MeasureKind {
    /// What became of people's health or life.
    Outcome,
    /// What people say became of it.
    PatientReported,
    /// How people found their care.
    Experience,
    /// What was done.
    Process,
    /// What there is to do it with.
    Structure,
}

/// Which way a measure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// More is better.
    HigherIsBetter,
    /// Less is better.
    LowerIsBetter,
}

/// How a reading becomes a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scoring", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Scoring {
    /// In proportion to the way from the threshold to the target.
    Linear,
    /// The whole at the target, and nothing before it.
    AllOrNothing,
    /// The best of the steps that were reached.
    Stepped {
        /// The steps.
        steps: Vec<Step>,
    },
}

/// One step of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it is reached.
    pub at: Reading,
    /// What it earns, in hundredths of a per cent.
    pub basis_points: i64,
}

/// What was measured, in thousandths of the measure's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reading(pub i64);

impl Framework {
    /// Every measure, those with a weight first.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.domains.iter().flat_map(|domain| &domain.measures).chain(&self.further)
    }

    /// The measure with this id.
    #[must_use]
    pub fn measure(&self, id: Uuid) -> Option<&Measure> {
        self.measures().find(|measure| measure.id == id)
    }

    /// The last day on which a measurement of a year can be validated (rule C5).
    #[must_use]
    pub fn cut_off(&self, year: FinancialYear) -> NaiveDate {
        year.last_day() + Days::new(u64::from(self.cut_off_days))
    }
}

impl Reading {
    /// The way from `from` to here, counted upwards where it gets better.
    pub(super) fn better_than(self, from: Self, direction: Direction) -> i64 {
        match direction {
            Direction::HigherIsBetter => self.0 - from.0,
            Direction::LowerIsBetter => from.0 - self.0,
        }
    }
}
