//! One field of one row, and how it is written: without a tree of values in between.

use std::{borrow::Cow, io::Write};

use chrono::{NaiveDate, SecondsFormat};
use entities::value::{Instant, Pence};
use uuid::Uuid;

use super::super::csv::guarded;
use crate::graphql::node::Kind;

/// What a field of a row says.
pub(super) enum Cell<'a> {
    /// Nothing, or nothing that is told.
    Empty,
    /// A text, or a name of an enum.
    Text(Cow<'a, str>),
    /// An identity, as clients know it.
    Id(Kind, Uuid),
    /// A number.
    Number(i64),
    /// True or false.
    Flag(bool),
    /// An amount, in pounds.
    Money(Pence),
    /// A day.
    Day(NaiveDate),
    /// An instant.
    At(Instant),
    /// Several texts.
    Texts(&'a [String]),
    /// Several numbers.
    Numbers(&'a [i32]),
}

/// What a value that may be missing says.
pub(super) fn or_empty<'a, T>(value: Option<T>, cell: impl FnOnce(T) -> Cell<'a>) -> Cell<'a> {
    value.map_or(Cell::Empty, cell)
}

/// A text that is there as long as its row.
pub(super) fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

/// The name of a variant, as the schema and the database write it.
pub(super) fn name<E: sea_orm::ActiveEnum<Value = String>>(variant: E) -> Cell<'static> {
    Cell::Text(Cow::Owned(variant.to_value()))
}

/// A year, as the schema writes it.
pub(super) fn year(year: entities::value::FinancialYear) -> Cell<'static> {
    Cell::Text(Cow::Owned(year.to_string()))
}

impl Cell<'_> {
    /// As JSON.
    pub(super) fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => out.extend_from_slice(b"null"),
            Self::Number(number) => plain(out, number),
            Self::Flag(flag) => plain(out, flag),
            Self::Text(text) => quoted(out, text),
            Self::Id(..) | Self::Money(_) | Self::Day(_) | Self::At(_) => {
                // None of their characters is one that JSON escapes.
                out.push(b'"');
                self.write_text(out);
                out.push(b'"');
            }
            Self::Texts(texts) => list(out, texts, |out, text| quoted(out, text)),
            Self::Numbers(numbers) => list(out, numbers, |out, number| plain(out, number)),
        }
    }

    /// As a cell of CSV: what a spreadsheet would take for a formula begins with an apostrophe.
    pub(super) fn write_csv(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => {}
            Self::Text(text) => cell(out, &guarded(text)),
            Self::Texts(texts) => cell(out, &guarded(&texts.join("; "))),
            Self::Numbers(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                cell(out, &numbers.join("; "));
            }
            _ => self.write_text(out),
        }
    }

    fn write_text(&self, out: &mut Vec<u8>) {
        match self {
            Self::Id(kind, id) => out.extend_from_slice(kind.id(*id).as_bytes()),
            Self::Money(amount) => plain(out, amount),
            Self::Day(day) => plain(out, day),
            Self::At(at) => {
                let at = at.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true);
                out.extend_from_slice(at.as_bytes());
            }
            Self::Number(number) => plain(out, number),
            Self::Flag(flag) => plain(out, flag),
            Self::Empty | Self::Text(_) | Self::Texts(_) | Self::Numbers(_) => {}
        }
    }
}

/// Memory takes whatever is written to it.
fn plain(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    let _ = write!(out, "{value}");
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    let _ = serde_json::to_writer(out, text);
}

fn list<T>(out: &mut Vec<u8>, all: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (number, one) in all.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(out, one);
    }
    out.push(b']');
}

/// A cell of CSV (RFC 4180).
fn cell(out: &mut Vec<u8>, text: &str) {
    if text.contains([',', '"', '\n', '\r']) {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cell: &Cell<'_>) -> (String, String) {
        let (mut json, mut csv) = (Vec::new(), Vec::new());
        cell.write_json(&mut json);
        cell.write_csv(&mut csv);
        (String::from_utf8(json).expect("UTF-8"), String::from_utf8(csv).expect("UTF-8"))
    }

    #[test]
    fn a_cell_is_written_as_its_form_has_it_and_never_as_a_formula() {
        let texts = ["a, b".to_owned(), "\"c\"".to_owned()];
        let day = NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day");
        for (cell, json, csv) in [
            (Cell::Empty, "null", ""),
            (text("plain"), "\"plain\"", "plain"),
            (text("a\nb\u{1}"), "\"a\\nb\\u0001\"", "\"a\nb\u{1}\""),
            (text("=1+\"1\""), "\"=1+\\\"1\\\"\"", "\"'=1+\"\"1\"\"\""),
            (text("-4"), "\"-4\"", "'-4"),
            (Cell::Money(Pence(-5)), "\"-0.05\"", "-0.05"),
            (Cell::Number(-4), "-4", "-4"),
            (Cell::Flag(true), "true", "true"),
            (Cell::Day(day), "\"2025-10-01\"", "2025-10-01"),
            (
                Cell::At(Instant(1)),
                "\"1970-01-01T00:00:00.000001Z\"",
                "1970-01-01T00:00:00.000001Z",
            ),
            (Cell::Texts(&texts), "[\"a, b\",\"\\\"c\\\"\"]", "\"a, b; \"\"c\"\"\""),
            (Cell::Numbers(&[12, -6]), "[12,-6]", "12; -6"),
            (Cell::Numbers(&[]), "[]", ""),
        ] {
            assert_eq!(written(&cell), (json.to_owned(), csv.to_owned()));
        }
    }
}
