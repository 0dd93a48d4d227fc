//! What has to be in place before a contract's services begin: conditions that are met, and
//! guarantees that are given.

use chrono::NaiveDate;

/// A guarantee that was given, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day, if it has one.
    pub ends_on: Option<NaiveDate>,
}

/// True when a guarantee that was asked for is not in place on a day.
#[must_use]
pub fn is_open(given: &[Given], day: NaiveDate) -> bool {
    let lasts = |it: &Given| it.starts_on <= day && it.ends_on.is_none_or(|last| day <= last);
    !given.iter().any(lasts)
}

/// Why services cannot begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// Conditions are open.
    #[error("{0} of the contract's conditions precedent are open: meet them first")]
    ConditionsOpen(usize),
    /// Guarantees are open.
    #[error("{0} of the guarantees that the contract asks for are missing: record them first")]
    GuaranteesMissing(usize),
}

/// Whether nothing is open.
///
/// # Errors
/// What is.
pub fn is_ready(conditions_open: usize, guarantees_missing: usize) -> Result<(), NotReady> {
    match (conditions_open, guarantees_missing) {
        (0, 0) => Ok(()),
        (0, missing) => Err(NotReady::GuaranteesMissing(missing)),
        (open, _) => Err(NotReady::ConditionsOpen(open)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guarantee_is_open_until_it_is_given_and_after_it_has_ended() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 4, day).expect("a day");
        let first = Given { starts_on: day(5), ends_on: Some(day(9)) };
        let open = |it| is_open(&[first], day(it));
        assert_eq!([4, 5, 9, 10].map(open), [true, false, false, true]);
        let renewed = [first, Given { starts_on: day(12), ends_on: None }];
        assert!(is_open(&renewed, day(11)) && !is_open(&renewed, day(31)) && is_open(&[], day(5)));
    }

    #[test]
    fn services_begin_when_nothing_is_open() {
        assert_eq!(is_ready(0, 0), Ok(()));
        assert_eq!(is_ready(2, 1), Err(NotReady::ConditionsOpen(2)));
        assert_eq!(is_ready(0, 1), Err(NotReady::GuaranteesMissing(1)));
    }
}
