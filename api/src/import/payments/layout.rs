//! Layouts are data: which column says what, and in which form. A publisher who is not in the
//! list is described by the caller, without a new program.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{super::table, AmountForm};

/// How a publisher writes its payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentLayout {
    /// Who publishes.
    pub publisher: Publisher,
    /// The column of the publisher's transaction number; none where there is no such column.
    #[serde(default, rename = "transactionNumber")]
    pub number: Option<Cow<'static, str>>,
    /// The column of the day.
    pub date: Cow<'static, str>,
    /// How days are written.
    pub date_form: DateForm,
    /// The column of the amount in pounds, credits below nothing.
    pub amount: Cow<'static, str>,
    /// How amounts are written.
    pub amount_form: AmountForm,
    /// The column of who was paid.
    pub supplier: Cow<'static, str>,
}

/// Who publishes a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Publisher {
    /// A column says it.
    Column(Cow<'static, str>),
    /// The file does not say it: this.
    Name(Cow<'static, str>),
}

/// How a publisher writes days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DateForm {
    /// `28/03/2012`.
    DayMonthYear,
    /// `2012-03-28`.
    YearMonthDay,
    /// `2012-03-28 00:00:00`, or with a `T` in between.
    Timestamp,
}

/// The layouts that are known by a name.
pub const KNOWN: [(&str, PaymentLayout); 3] = [
    ("DEVON_2012", devon(DateForm::DayMonthYear, AmountForm::ThousandsSeparators)),
    ("DEVON_2025", devon(DateForm::Timestamp, AmountForm::Plain)),
    (
        "BABERGH",
        PaymentLayout {
            publisher: Publisher::Column(Cow::Borrowed("Council name")),
            number: None,
            date: Cow::Borrowed("Payment Date"),
            date_form: DateForm::YearMonthDay,
            amount: Cow::Borrowed("Amount"),
            amount_form: AmountForm::Plain,
            supplier: Cow::Borrowed("Supplier"),
        },
    ),
];

const fn devon(date_form: DateForm, amount_form: AmountForm) -> PaymentLayout {
    PaymentLayout {
        publisher: Publisher::Column(Cow::Borrowed("Name of Body")),
        number: Some(Cow::Borrowed("Transaction Number")),
        date: Cow::Borrowed("Date"),
        date_form,
        amount: Cow::Borrowed("Amount"),
        amount_form,
        supplier: Cow::Borrowed("Supplier Name"),
    }
}

/// The layout that goes by `name`.
#[must_use]
pub fn known_layout(name: &str) -> Option<PaymentLayout> {
    KNOWN.into_iter().find_map(|(known, layout)| (known == name).then_some(layout))
}

impl PaymentLayout {
    /// The columns that a file of this layout has.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let publisher = match &self.publisher {
            Publisher::Column(column) => Some(column),
            Publisher::Name(_) => None,
        };
        let named = publisher.into_iter().chain(&self.number);
        named.chain([&self.date, &self.amount, &self.supplier]).map(AsRef::as_ref).collect()
    }
}

impl DateForm {
    /// The day that a text says.
    ///
    /// # Errors
    /// When it is blank, of another form, or not in the calendar.
    pub fn day(self, text: &str) -> Result<NaiveDate, String> {
        let refused = || {
            let short: String = text.chars().take(40).collect();
            format!("{short:?} is not a day written as {}", self.example())
        };
        let day = match self {
            Self::DayMonthYear => table::day(text, "%d/%m/%Y"),
            Self::YearMonthDay => table::day(text, "%Y-%m-%d"),
            Self::Timestamp => {
                let (day, time) = text.split_once([' ', 'T']).ok_or_else(refused)?;
                NaiveTime::parse_from_str(time, "%H:%M:%S").map_err(|_| refused())?;
                table::day(day, "%Y-%m-%d")
            }
        };
        day.ok().flatten().ok_or_else(refused)
    }

    fn example(self) -> &'static str {
        match self {
            Self::DayMonthYear => "28/03/2012",
            Self::YearMonthDay => "2012-03-28",
            Self::Timestamp => "2012-03-28 00:00:00",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_the_layouts_form_and_no_other() {
        let day = NaiveDate::from_ymd_opt(2012, 3, 28).unwrap();
        let forms = [DateForm::DayMonthYear, DateForm::YearMonthDay, DateForm::Timestamp];
        for form in forms {
            assert_eq!(form.day(form.example()), Ok(day));
            let others = forms.into_iter().filter(|other| *other != form);
            assert!(others.map(|other| other.day(form.example())).all(|read| read.is_err()));
            assert!(form.day("").is_err());
        }
        assert_eq!(DateForm::Timestamp.day("2012-03-28T23:59:59"), Ok(day));
        assert!(DateForm::Timestamp.day("2012-03-28 24:00:00").is_err());
        assert!(DateForm::DayMonthYear.day("30/02/2012").unwrap_err().contains("28/03/2012"));
    }

    #[test]
    fn a_layout_needs_the_columns_that_it_names() {
        let babergh = known_layout("BABERGH").unwrap();
        assert_eq!(babergh.columns(), ["Council name", "Payment Date", "Amount", "Supplier"]);
        let own = PaymentLayout { publisher: Publisher::Name("Us".into()), ..babergh };
        assert_eq!(own.columns(), ["Payment Date", "Amount", "Supplier"]);
        assert_eq!(known_layout("SOMEWHERE"), None);
    }
}
