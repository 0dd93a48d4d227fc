//! How long a contract lasts, and by how much it may be extended.

use chrono::{Months, NaiveDate};

/// The most months of one option.
pub const LONGEST_OPTION_MONTHS: i32 = 240;
/// The most options.
pub const MOST_OPTIONS: usize = 10;

/// Why dates or options are not a contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATerm {
    /// It would end before it starts.
    #[error("a contract ends on its first day or later")]
    EndsBeforeItStarts,
    /// An option is no option.
    #[error(
        "an option to extend is 1 to {LONGEST_OPTION_MONTHS} months, and there are at most {MOST_OPTIONS}"
    )]
    NotAnOption,
}

/// Why a contract cannot be extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoExtension {
    /// It names no last day.
    #[error("this contract names no last day, so that there is nothing to extend")]
    NoLastDay,
    /// Every option was taken up.
    #[error("every option to extend this contract was taken up: propose a variation")]
    NoOptionLeft,
    /// It would last longer than the next option allows.
    #[error("the next option extends this contract to {0} at most")]
    BeyondOption(NaiveDate),
    /// It would not last longer.
    #[error("an extension ends after {0}, the last day as it is")]
    NotLater(NaiveDate),
}

/// Whether these dates and options are a contract's; what is not known yet is left out.
///
/// # Errors
/// Why not.
pub fn check(
    (starts_on, ends_on): (Option<NaiveDate>, Option<NaiveDate>),
    options_months: &[i32],
) -> Result<(), NotATerm> {
    if starts_on.zip(ends_on).is_some_and(|(first, last)| last < first) {
        return Err(NotATerm::EndsBeforeItStarts);
    }
    let is_option = |months: &i32| (1..=LONGEST_OPTION_MONTHS).contains(months);
    if options_months.len() > MOST_OPTIONS || !options_months.iter().all(is_option) {
        return Err(NotATerm::NotAnOption);
    }
    Ok(())
}

/// The last day to which the next option extends a contract that ends on `ends_on`.
///
/// # Errors
/// Why there is none.
pub fn extended_to(
    ends_on: Option<NaiveDate>,
    options_months: &[i32],
    options_used: usize,
) -> Result<NaiveDate, NoExtension> {
    let ends_on = ends_on.ok_or(NoExtension::NoLastDay)?;
    let months = options_months.get(options_used).ok_or(NoExtension::NoOptionLeft)?;
    let months = u32::try_from(*months).map_err(|_| NoExtension::NoOptionLeft)?;
    // A contract that lasts to the end of a month lasts to the end of a month.
    let after = ends_on.succ_opt().and_then(|day| day.checked_add_months(Months::new(months)));
    after.and_then(|day| day.pred_opt()).ok_or(NoExtension::NoOptionLeft)
}

/// Whether the next option lets a contract last until `until`.
///
/// # Errors
/// Why not.
pub fn can_extend(
    ends_on: Option<NaiveDate>,
    (options_months, options_used): (&[i32], usize),
    until: NaiveDate,
) -> Result<(), NoExtension> {
    let most = extended_to(ends_on, options_months, options_used)?;
    if let Some(last) = ends_on.filter(|last| until <= *last) {
        return Err(NoExtension::NotLater(last));
    }
    if until > most { Err(NoExtension::BeyondOption(most)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn a_contract_ends_on_its_first_day_or_later_where_both_are_known() {
        let (first, last) = (day(2026, 4, 1), day(2031, 3, 31));
        assert_eq!(check((Some(first), Some(last)), &[24, 12]), Ok(()));
        assert_eq!(check((Some(first), Some(first)), &[]), Ok(()));
        assert_eq!(check((Some(last), Some(first)), &[]), Err(NotATerm::EndsBeforeItStarts));
        assert_eq!(check((None, Some(first)), &[]), Ok(()));
        assert_eq!(check((None, None), &[1, LONGEST_OPTION_MONTHS]), Ok(()));
        assert_eq!(check((None, None), &[0]), Err(NotATerm::NotAnOption));
        assert_eq!(check((None, None), &[241]), Err(NotATerm::NotAnOption));
        assert_eq!(check((None, None), &[1; MOST_OPTIONS]), Ok(()));
        assert_eq!(check((None, None), &[1; MOST_OPTIONS + 1]), Err(NotATerm::NotAnOption));
    }

    #[test]
    fn options_are_taken_up_one_after_the_other_and_in_part_at_most_once() {
        let last = Some(day(2031, 3, 31));
        assert_eq!(extended_to(last, &[24, 11], 0), Ok(day(2033, 3, 31)));
        assert_eq!(extended_to(Some(day(2033, 3, 31)), &[24, 11], 1), Ok(day(2034, 2, 28)));
        assert_eq!(extended_to(last, &[24], 1), Err(NoExtension::NoOptionLeft));
        assert_eq!(extended_to(None, &[24], 0), Err(NoExtension::NoLastDay));
        assert_eq!(extended_to(last, &[-1], 0), Err(NoExtension::NoOptionLeft));
        let until = |it| can_extend(last, (&[24], 0), it);
        assert_eq!(until(day(2033, 3, 31)), Ok(()));
        assert_eq!(until(day(2032, 3, 31)), Ok(()), "an option may be taken up in part");
        let beyond = Err(NoExtension::BeyondOption(day(2033, 3, 31)));
        assert_eq!(until(day(2033, 4, 1)), beyond);
        assert_eq!(until(day(2031, 3, 31)), Err(NoExtension::NotLater(day(2031, 3, 31))));
        assert_eq!(can_extend(last, (&[], 0), day(2032, 1, 1)), Err(NoExtension::NoOptionLeft));
    }
}
