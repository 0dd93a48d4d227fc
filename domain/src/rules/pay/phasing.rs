use entities::value::FinancialYear;
use serde::{Deserialize, Serialize};

use super::{Amount, Facts, Terms, score_of_year};

/// An amount that may grow over the years of a contract (rule C9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phasing {
    /// One amount after the other; the last stays.
    pub amounts: Vec<Amount>,
    /// What a year has to have reached for the next to have the next amount; none when each year
    /// has the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Sustained>,
}

/// That results were sustained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sustained {
    /// What the framework has to have reached, in hundredths of a per cent.
    pub at_least_basis_points: i64,
    /// True when it has to be more than in the year before, too.
    pub and_improved: bool,
}

impl Phasing {
    /// The same in every year.
    #[must_use]
    pub fn level(amount: Amount) -> Self {
        Self { amounts: vec![amount], when: None }
    }

    /// The amount of a year; nothing when none is given.
    #[must_use]
    pub fn in_year(&self, terms: &Terms, facts: &Facts, year: FinancialYear) -> Option<Amount> {
        let mut steps = 0;
        let mut before = None;
        let past = terms.first_year.start_year()..year.start_year();
        for past in past.filter_map(FinancialYear::starting) {
            let reached = score_of_year(&terms.framework, facts, past);
            steps += usize::from(self.when.is_none_or(|when| when.is_met(reached, before)));
            before = Some(reached);
        }
        self.amounts.get(steps).or(self.amounts.last()).copied()
    }
}

impl Sustained {
    fn is_met(self, reached: i64, before: Option<i64>) -> bool {
        let is_improved = before.is_none_or(|before| reached > before);
        reached >= self.at_least_basis_points && (is_improved || !self.and_improved)
    }
}
