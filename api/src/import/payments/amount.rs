//! Amounts as publishers write them: exactly, whatever noise their spreadsheets left.

use entities::value::Pence;
use serde::{Deserialize, Serialize};

/// How a publisher writes whole pounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmountForm {
    /// Digits alone: `1609.30`.
    Plain,
    /// With or without commas between thousands: `1,609.30`.
    ThousandsSeparators,
}

/// An amount, and whether it was written with a noise of decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How much.
    pub pence: Pence,
    /// True when it was written beyond the penny, within 0.0001 pounds of a whole one.
    pub is_rounded: bool,
}

/// The most digits before the point: sums of whole files fit.
const MOST_DIGITS: usize = 10;
/// The most digits after the point.
const MOST_DECIMALS: usize = 40;

/// The amount of pounds that a text says. What is within 0.0001 pounds of a whole penny is that
/// penny.
///
/// # Errors
/// When it is no decimal number of this form, or has a third decimal that is no noise.
pub fn amount(text: &str, form: AmountForm) -> Result<Amount, String> {
    let refused = || {
        let short: String = text.chars().take(40).collect();
        format!("{short:?} is not an amount of pounds of the layout's form")
    };
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (pounds, decimals) = match digits.split_once('.') {
        Some((_, "")) => return Err(refused()),
        Some(parts) => parts,
        None => (digits, ""),
    };
    let pounds = ungrouped(pounds, form).ok_or_else(refused)?;
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if pounds.is_empty() || pounds.len() > MOST_DIGITS || decimals.len() > MOST_DECIMALS {
        return Err(refused());
    }
    if !only_digits(&pounds) || !only_digits(decimals) {
        return Err(refused());
    }
    let (pence, beyond) = decimals.split_at(decimals.len().min(2));
    let whole: i64 = format!("{pounds}{pence:0<2}").parse().map_err(|_| refused())?;
    let (carried, is_rounded) = match beyond.trim_end_matches('0') {
        "" => (0, false),
        noise if noise.starts_with("00") || noise == "01" => (0, true),
        noise if noise.starts_with("99") => (1, true),
        _ => {
            let short: String = text.chars().take(40).collect();
            return Err(format!("{short:?} is no whole number of pence"));
        }
    };
    Ok(Amount { pence: Pence(sign * (whole + carried)), is_rounded })
}

/// The digits without the commas between thousands, which stand where they belong.
fn ungrouped(pounds: &str, form: AmountForm) -> Option<String> {
    if form == AmountForm::Plain || !pounds.contains(',') {
        return Some(pounds.to_owned());
    }
    let mut groups = pounds.split(',');
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    groups.try_fold(first.to_owned(), |whole, group| (group.len() == 3).then(|| whole + group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Result<(i64, bool), String> {
        amount(text, AmountForm::Plain).map(|it| (it.pence.0, it.is_rounded))
    }

    #[test]
    fn decimals_are_read_exactly_and_noise_within_a_hundredth_of_a_penny_is_the_penny() {
        for (text, pence, is_rounded) in [
            ("1945", 194_500, false),
            ("912.5", 91_250, false),
            ("-2477.01", -247_701, false),
            ("0.000", 0, false),
            ("1.230", 123, false),
            ("977.5999999999999", 97_760, true),
            ("936.6000000000001", 93_660, true),
            ("-0.9999999", -100, true),
            ("1.2301", 123, true),
            ("1.2399", 124, true),
            ("9999999999.999999", 1_000_000_000_000, true),
        ] {
            assert_eq!(plain(text), Ok((pence, is_rounded)), "{text}");
        }
    }

    #[test]
    fn any_other_third_decimal_is_rejected_and_so_is_what_is_no_number() {
        for text in ["1.235", "1.231", "1.2302", "1.23011", "1.2398", "1.239"] {
            assert!(plain(text).unwrap_err().contains("no whole number of pence"), "{text}");
        }
        let none = ["", "-", ".5", "5.", "1e3", "1,000", "£5", "+5", "--5", "(5)", "12345678901"];
        for text in none {
            assert!(plain(text).unwrap_err().contains("not an amount"), "{text}");
        }
    }

    #[test]
    fn commas_stand_between_thousands_or_nowhere() {
        let read = |text| amount(text, AmountForm::ThousandsSeparators).map(|it| it.pence.0);
        assert_eq!(read("1,609.30"), Ok(160_930));
        assert_eq!(read("-1,234,567.89"), Ok(-123_456_789));
        assert_eq!(read("1609.30"), Ok(160_930));
        for text in ["1,60.30", "1,6093", ",609", "1234,567", "1,,234", "1,234,"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
