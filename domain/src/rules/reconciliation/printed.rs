use entities::{published_statement::PrintedUnit, value::Pence};

/// The most digits before the point, in pounds: as of every amount.
const MOST_PENCE: i64 = 999_999_999_999_999;

/// A figure as it was printed: what it says to the penny, and how far it may have been rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Printed {
    amount: Pence,
    last_place_pence: i64,
}

/// Why a text is no figure that was printed so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrinted {
    /// It is no number.
    #[error(
        "this is no printed figure: write its digits without separators, optionally with a leading \
         minus and a point, such as \"124.986\""
    )]
    NoNumber,
    /// It has more decimals than it was said to be printed with.
    #[error("this figure has more decimals than it is said to be printed with: {decimals}")]
    TooPrecise {
        /// With how many.
        decimals: u32,
    },
    /// So many decimals of such a unit are less than a penny.
    #[error("{decimals} decimals of this unit are less than a penny: at most {most} are possible")]
    LessThanAPenny {
        /// How many were said.
        decimals: u32,
        /// How many are possible.
        most: u32,
    },
    /// It is more than any amount here.
    #[error("this figure is too large: an amount has at most 13 digits of pounds")]
    TooLarge,
}

impl Printed {
    /// What `text`, printed in `unit` with so many decimals, says.
    ///
    /// # Errors
    /// Why it says nothing.
    pub fn read(text: &str, unit: PrintedUnit, decimals: u32) -> Result<Self, NotPrinted> {
        let unit_pence = pence(unit);
        let most = unit_pence.ilog10();
        if decimals > most {
            return Err(NotPrinted::LessThanAPenny { decimals, most });
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(NotPrinted::NoNumber),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
            return Err(NotPrinted::NoNumber);
        }
        let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
        if places > decimals {
            return Err(NotPrinted::TooPrecise { decimals });
        }
        let number = format!("{whole}{fraction}").parse::<i64>();
        let amount = number.ok().and_then(|it| it.checked_mul(unit_pence / 10_i64.pow(places)));
        let amount = amount.filter(|it| *it <= MOST_PENCE).ok_or(NotPrinted::TooLarge)?;
        Ok(Self {
            amount: Pence(if text.starts_with('-') { -amount } else { amount }),
            last_place_pence: unit_pence / 10_i64.pow(decimals),
        })
    }

    /// What it says.
    #[must_use]
    pub fn amount(self) -> Pence {
        self.amount
    }

    /// What one unit in its last place is worth: it was rounded by half of that at most.
    #[must_use]
    pub fn last_place_pence(self) -> i64 {
        self.last_place_pence
    }
}

fn pence(unit: PrintedUnit) -> i64 {
    match unit {
        PrintedUnit::Pounds => 100,
        PrintedUnit::Thousands => 100_000,
        PrintedUnit::Millions => 100_000_000,
        PrintedUnit::HundredMillions => 10_000_000_000,
        PrintedUnit::Billions => 100_000_000_000,
    }
}
