use entities::value::FinancialYear;
use uuid::Uuid;

use super::{Facts, Framework, Measure, Measurement, Reading, Scoring, round::WHOLE};

/// How much of a measure was reached: an exact fraction from none to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// So much.
    pub reached: i64,
    /// Of so much.
    pub of: i64,
}

/// The score of a reading.
#[must_use]
pub fn score(measure: &Measure, reading: Reading) -> Score {
    let past = |from: Reading| reading.better_than(from, measure.direction);
    match &measure.scoring {
        Scoring::Linear => {
            let of = measure.target.better_than(measure.threshold, measure.direction).max(1);
            Score { reached: past(measure.threshold).clamp(0, of), of }
        }
        Scoring::AllOrNothing => Score { reached: i64::from(past(measure.target) >= 0), of: 1 },
        Scoring::Stepped { steps } => {
            let reached = steps.iter().filter(|step| past(step.at) >= 0);
            let best = reached.map(|step| step.basis_points).max();
            Score { reached: best.unwrap_or(0), of: WHOLE }
        }
    }
}

/// The validated measurement of a measure in a year that counts: the last that was validated by the
/// cut-off (rule C5).
pub(super) fn evidence<'a>(
    framework: &Framework,
    facts: &'a Facts,
    (measure, year): (Uuid, FinancialYear),
) -> Option<&'a Measurement> {
    let cut_off = framework.cut_off(year);
    let of_year = facts.measurements.iter();
    let of_year = of_year.filter(|it| (it.measure, it.year) == (measure, year));
    of_year.filter(|it| it.validated_on <= cut_off).max_by_key(|it| (it.validated_on, it.known_at))
}

/// What the framework as a whole reached in a year, in hundredths of a per cent rounded down: what
/// is not evidenced reached nothing.
#[must_use]
pub fn score_of_year(framework: &Framework, facts: &Facts, year: FinancialYear) -> i64 {
    let whole = i128::from(WHOLE);
    let mut millionths_of_points = 0;
    for domain in &framework.domains {
        for measure in &domain.measures {
            let Some(it) = evidence(framework, facts, (measure.id, year)) else { continue };
            let score = score(measure, it.reading);
            // Domain, measure and score are each at most 10,000.
            let weight = i128::from(domain.weight) * i128::from(measure.weight) * whole;
            millionths_of_points += weight * i128::from(score.reached) / i128::from(score.of);
        }
    }
    i64::try_from(millionths_of_points / (whole * whole)).unwrap_or(WHOLE)
}
