//! In which year a correction is recorded, and as what (rule M9).

use std::cmp::Ordering;

use entities::value::{FinancialYear, Period};

use super::closing::{Closing, year_is_closed};

/// A period of a year.
pub type InYear = (FinancialYear, Period);

/// Why a period cannot be corrected from another year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionRefusal {
    /// The year that is corrected takes postings still.
    #[error(
        "{year} is not closed yet: what corrects it takes effect within it, in period 13 or 14 at \
         the latest"
    )]
    YearStillOpen {
        /// The year.
        year: FinancialYear,
    },
    /// What is corrected lies in a later year.
    #[error("what is corrected lies in {year}, and so after the correction")]
    Later {
        /// The year.
        year: FinancialYear,
    },
}

/// Whether what takes effect in `posted` and corrects `corrected` is a correction of a prior year,
/// which is typed so and shown apart. `closings` are those of the corrected year.
///
/// # Errors
/// When the corrected year is still open, or lies after the correction.
pub fn is_prior_year(
    posted: FinancialYear,
    corrected: FinancialYear,
    closings: &[Closing],
) -> Result<bool, CorrectionRefusal> {
    match corrected.cmp(&posted) {
        Ordering::Equal => Ok(false),
        Ordering::Greater => Err(CorrectionRefusal::Later { year: corrected }),
        Ordering::Less if year_is_closed(closings) => Ok(true),
        Ordering::Less => Err(CorrectionRefusal::YearStillOpen { year: corrected }),
    }
}

/// The period that a posting corrects when it points at `original`, which took effect in one period
/// and may itself correct another; none when it lies in the same period, and corrects no other.
#[must_use]
pub fn pointed_at(posted: InYear, original: InYear, corrects: Option<InYear>) -> Option<InYear> {
    corrects.or_else(|| (posted != original).then_some(original))
}

#[cfg(test)]
mod tests {
    use entities::period_closing::PeriodStatus;

    use super::*;

    fn year(start: i32) -> FinancialYear {
        FinancialYear::starting(start).expect("a year")
    }

    #[test]
    fn m9_a_prior_year_is_corrected_from_the_open_year_once_it_is_closed_and_not_before() {
        let status = PeriodStatus::Closed;
        let closed: Vec<_> = Period::all().map(|period| Closing { period, status }).collect();
        let corrects = |closings| is_prior_year(year(2026), year(2025), closings);
        assert_eq!(corrects(&closed), Ok(true));
        let open = Err(CorrectionRefusal::YearStillOpen { year: year(2025) });
        assert_eq!(corrects(&closed[..13]), open);
        assert_eq!(is_prior_year(year(2025), year(2025), &[]), Ok(false));
        let later = Err(CorrectionRefusal::Later { year: year(2026) });
        assert_eq!(is_prior_year(year(2025), year(2026), &closed), later);
    }

    #[test]
    fn m9_what_points_at_a_correction_corrects_what_that_corrects() {
        let period = |number| Period::new(number).expect("a period");
        let (april, may) = ((year(2026), period(1)), (year(2026), period(2)));
        let march = (year(2025), Period::MARCH);
        assert_eq!(pointed_at(april, april, None), None);
        assert_eq!(pointed_at(may, april, None), Some(april));
        assert_eq!(pointed_at(april, april, Some(march)), Some(march));
    }
}
