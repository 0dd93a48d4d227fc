use entities::value::Pence;
use serde::{Deserialize, Serialize};

use super::{
    finding::Unclear,
    source::{Json, Object},
};
use crate::import::payments::{AmountForm, amount};

/// Below this a value is a place-holder: portals ask for a number, and 0.01 is one.
const LEAST_PRICE: Pence = Pence(100);
/// The largest power of ten that a number may be written with.
const LARGEST_EXPONENT: usize = 20;

/// What a notice says that something is worth, for its whole life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// How much.
    pub amount: Pence,
    /// Whether VAT is within it, where that is stated.
    pub includes_vat: Option<bool>,
}

/// The value that the member `key` of an object states, where it is a price in sterling.
pub(super) fn value(object: &Object<'_, '_>, key: &str) -> Option<Value> {
    let stated = object.object(key)?;
    let net = stated.get("amountNet");
    let gross = stated.get("amountGross");
    let (place, includes_vat) = match (stated.get("amount"), net, gross) {
        (Some(amount), _, _) => (amount, vat(&stated)),
        (None, Some(net), _) => (net, Some(false)),
        (None, None, Some(gross)) => (gross, Some(true)),
        (None, None, None) => return None,
    };
    let currency = stated.code("currency");
    if currency.as_deref() != Some("GBP") {
        let named = currency.as_deref().unwrap_or("not stated");
        let sentence = format!("the currency is {named}: not converted, and not taken");
        stated.unclear(Unclear::OtherCurrency, sentence);
        return None;
    }
    let amount = pounds(&place)?;
    if amount < LEAST_PRICE {
        let sentence = format!("{amount} is a place-holder rather than a price: not taken");
        place.unclear(Unclear::TokenValue, sentence);
        return None;
    }
    Some(Value { amount, includes_vat })
}

/// Whether VAT is within an amount, where the object says so.
fn vat(stated: &Object<'_, '_>) -> Option<bool> {
    stated.get("valueAddedTaxIncluded").map(|included| included.is_true())
}

/// An amount of pounds, which is not below nothing.
pub(super) fn pounds(place: &Json<'_, '_>) -> Option<Pence> {
    let digits = place.digits()?;
    let read = plain(digits.trim_start_matches('£'))
        .ok_or_else(|| "it is no decimal number".to_owned())
        .and_then(|plain| amount(&plain, AmountForm::ThousandsSeparators));
    match read {
        Ok(read) if read.pence.is_negative() => {
            place.unclear(Unclear::NotMoney, "a value is not below nothing: not taken");
            None
        }
        Ok(read) => {
            if read.is_rounded {
                let sentence = format!("decimals beyond the penny: read as {}", read.pence);
                place.unclear(Unclear::Rounded, sentence);
            }
            Some(read.pence)
        }
        Err(reason) => {
            let short: String = digits.chars().take(40).collect();
            place.unclear(Unclear::NotMoney, format!("{short}: {reason}: not taken"));
            None
        }
    }
}

/// A number without a power of ten: `1.5e3` is `1500`.
fn plain(digits: &str) -> Option<String> {
    let Some((mantissa, power)) = digits.split_once(['e', 'E']) else {
        return Some(digits.to_owned());
    };
    let (is_small, power) = match power.strip_prefix('-') {
        Some(power) => (true, power),
        None => (false, power.strip_prefix('+').unwrap_or(power)),
    };
    let power = power.parse::<usize>().ok().filter(|power| *power <= LARGEST_EXPONENT)?;
    let (sign, mantissa) =
        mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (whole, decimals) = if is_small {
        let padded = format!("{}{whole}", "0".repeat(power));
        let (whole, moved) = padded.split_at_checked(padded.len() - power)?;
        (whole.to_owned(), format!("{moved}{decimals}"))
    } else {
        let padded = format!("{decimals:0<power$}");
        let (moved, decimals) = padded.split_at_checked(power)?;
        (format!("{whole}{moved}"), decimals.to_owned())
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{decimals}"))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_power_of_ten_moves_the_point_and_loses_no_digit() {
        for (written, read) in [
            ("1234.50", "1234.50"),
            ("1.5e3", "1500"),
            ("1.2345E2", "123.45"),
            ("1E+6", "1000000"),
            ("12345e-2", "123.45"),
            ("5e-3", "0.005"),
            ("-2.5e1", "-25"),
            ("0e0", "0"),
        ] {
            assert_eq!(plain(written).as_deref(), Some(read), "{written}");
        }
        assert_eq!(plain("7.9e28"), None);
        assert_eq!(plain("1e"), None);
        assert_eq!(plain("1e99999999999999999999"), None);
    }
}
