use domain::rules::reconciliation::Printed;
use entities::published_statement::{self as statement, CheckKind, Measure, PrintedUnit};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The figures of a statement, and the checks that they make among themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The figures, in the order in which they were given.
    pub figures: Vec<Figure>,
    /// The checks.
    pub checks: Vec<Check>,
}

/// One figure, as printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// What the source calls it; unique in the statement.
    pub name: String,
    /// Its digits.
    pub printed: String,
    /// In what it is printed.
    pub unit: PrintedUnit,
    /// With how many decimals.
    pub decimals: u32,
    /// Whose it is, where it is one partner's.
    pub partner: Option<Uuid>,
    /// Which computed figure it claims to be.
    pub measures: Option<Measure>,
    /// What it speaks of, in words: figures of other statements with the same are compared with it.
    pub subject: Option<String>,
}

/// A printed total and what is printed as its parts, each by its place among the figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What is checked.
    pub name: String,
    /// Whether the parts are all of the total.
    pub kind: CheckKind,
    /// The total.
    pub total: usize,
    /// The parts that add.
    pub plus: Vec<usize>,
    /// The parts that take away.
    pub minus: Vec<usize>,
}

impl Figure {
    /// What it says, and how far it was rounded.
    ///
    /// # Errors
    /// When it was not printed so: what was recorded was.
    pub fn read(&self) -> Result<Printed, DbErr> {
        Printed::read(&self.printed, self.unit, self.decimals)
            .map_err(|why| DbErr::Custom(format!("figure {:?}: {why}", self.name)))
    }

    /// True when both speak of the same thing: by their subjects, or by what they measure.
    pub(super) fn is_about_the_same(&self, other: &Self) -> bool {
        let is_same_subject = self.subject.is_some()
            && self.subject.as_ref().map(|it| it.to_lowercase())
                == other.subject.as_ref().map(|it| it.to_lowercase());
        let measured = |it: &Self| it.measures.map(|measure| (measure, it.partner));
        is_same_subject || (self.measures.is_some() && measured(self) == measured(other))
    }
}

/// The figures and checks of a statement.
///
/// # Errors
/// A fault when they cannot be read.
pub fn content(row: &statement::Model) -> Result<Content, DbErr> {
    serde_json::from_str(&row.content)
        .map_err(|why| DbErr::Custom(format!("published statement {}: {why}", row.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(measures: Option<Measure>, subject: Option<&str>) -> Figure {
        Figure {
            name: "Total".to_owned(),
            printed: "1".to_owned(),
            unit: PrintedUnit::Millions,
            decimals: 0,
            partner: None,
            measures,
            subject: subject.map(str::to_owned),
        }
    }

    #[test]
    fn figures_are_about_the_same_by_their_subject_or_by_what_they_measure() {
        let plain = figure(None, None);
        assert!(!plain.is_about_the_same(&plain), "nothing says that they are");
        let fund = figure(None, Some("Size of the fund"));
        assert!(fund.is_about_the_same(&figure(None, Some("size of the FUND"))));
        assert!(!fund.is_about_the_same(&figure(None, Some("Another"))));
        let budget = figure(Some(Measure::Budget), None);
        assert!(budget.is_about_the_same(&figure(Some(Measure::Budget), Some("Budget"))));
        assert!(!budget.is_about_the_same(&figure(Some(Measure::Actual), None)));
        let own = Figure { partner: Some(Uuid::from_u128(1)), ..budget.clone() };
        assert!(!budget.is_about_the_same(&own), "one partner's part is not the whole");
    }
}
