//! Lines of a CSV file, with their numbers as an editor shows them.

use std::collections::HashMap;

use chrono::NaiveDate;

/// How the columns of a file are known.
#[derive(Clone, Copy, Debug)]
pub enum Layout {
    /// By the names in its first line; at least these, in any order.
    Named(&'static [&'static str]),
    /// By their places, the file having one of these widths. A first line that is no row of data
    /// is a header and is passed over.
    Placed {
        /// How many columns there may be, by vintage.
        widths: &'static [usize],
        /// True of a first line that is data.
        is_data: fn(&Record<'_>) -> bool,
    },
}

/// Something that a file says, and on which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<T> {
    /// The line, the first being 1.
    pub number: u64,
    /// What it says.
    pub row: T,
}

/// Why no line of a file can be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableFile(pub(super) String);

/// Lines as they were read, before they are held against the columns.
type Lines = Vec<Line<Result<csv::StringRecord, String>>>;

/// The most columns of a file that a refusal names.
const MOST_NAMED: usize = 40;

/// The lines of a file.
#[derive(Clone, Debug)]
pub struct Table {
    columns: HashMap<String, usize>,
    lines: Lines,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    columns: &'a HashMap<String, usize>,
    fields: &'a csv::StringRecord,
}

impl Table {
    /// Takes a file apart.
    ///
    /// # Errors
    /// When it is empty or has other columns than its layout.
    pub fn read(bytes: &[u8], layout: Layout) -> Result<Self, UnreadableFile> {
        let (widths, is_data) = match layout {
            Layout::Named(needed) => return Self::named(bytes, needed),
            Layout::Placed { widths, is_data } => (widths, is_data),
        };
        let (first, mut lines) = first_and_lines(bytes)?;
        if !widths.contains(&first.len()) {
            return Err(UnreadableFile(format!(
                "the file has {} columns; this layout has {widths:?}",
                first.len()
            )));
        }
        let columns = HashMap::new();
        if !is_data(&Record { columns: &columns, fields: &first }) {
            lines.remove(0);
        }
        Ok(Self::checked(columns, lines, first.len()))
    }

    /// Takes a file apart whose header has at least the columns `needed`, in any order.
    ///
    /// # Errors
    /// When it is empty or lacks a column; the sentence says what was found and what is needed.
    pub fn named(bytes: &[u8], needed: &[&str]) -> Result<Self, UnreadableFile> {
        let (first, mut lines) = first_and_lines(bytes)?;
        let place = |(place, name): (usize, &str)| (name.trim().to_owned(), place);
        let columns: HashMap<String, usize> = first.iter().enumerate().map(place).collect();
        if let Some(missing) = needed.iter().find(|name| !columns.contains_key(**name)) {
            let found = quoted(first.iter().take(MOST_NAMED));
            return Err(UnreadableFile(format!(
                "the header has no column {missing:?}: found {found}; expected {}",
                quoted(needed.iter().copied())
            )));
        }
        lines.remove(0);
        Ok(Self::checked(columns, lines, first.len()))
    }

    fn checked(columns: HashMap<String, usize>, mut lines: Lines, width: usize) -> Self {
        for line in &mut lines {
            if let Ok(fields) = &line.row
                && let Err(reason) = check(fields, width)
            {
                line.row = Err(reason);
            }
        }
        Self { columns, lines }
    }

    /// How many lines there are, apart from the header.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// True when nothing follows the header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// What `count` lines from the line at `start` on say, by `row`.
    pub fn rows<T>(
        &self,
        start: usize,
        count: usize,
        row: impl Fn(&Record<'_>) -> Result<T, String>,
    ) -> impl Iterator<Item = Line<Result<T, String>>> {
        self.lines.iter().skip(start).take(count).map(move |line| Line {
            number: line.number,
            row: line
                .row
                .as_ref()
                .map_err(String::clone)
                .and_then(|fields| row(&Record { columns: &self.columns, fields })),
        })
    }
}

impl<'a> Record<'a> {
    /// The text of the column called `name`, without space around it.
    #[must_use]
    pub fn named(&self, name: &str) -> &'a str {
        self.columns.get(name).map_or("", |place| self.fields.get(*place).unwrap_or("")).trim()
    }

    /// The text of the column with this number, the first being 1.
    #[must_use]
    pub fn numbered(&self, number: usize) -> &'a str {
        number.checked_sub(1).and_then(|place| self.fields.get(place)).unwrap_or("").trim()
    }
}

/// A name as it is kept: runs of white space become one space.
///
/// # Errors
/// When it is blank or too long to be a name.
pub(super) fn name(text: &str) -> Result<String, String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err("the name is blank".to_owned()),
        1..=300 => Ok(name),
        _ => Err("the name is longer than 300 characters".to_owned()),
    }
}

/// A text, unless it is blank.
pub(super) fn present(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A day in `form`, unless the text is blank.
///
/// # Errors
/// When the calendar has no such day.
pub(super) fn day(text: &str, form: &str) -> Result<Option<NaiveDate>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    NaiveDate::parse_from_str(text, form)
        .ok()
        .filter(|day| day.format(form).to_string() == text)
        .map(Some)
        .ok_or_else(|| format!("{text:?} is not a day of the calendar"))
}

/// The days of a body's life, in their order.
///
/// # Errors
/// When it would close before it opens.
pub(super) fn life(
    opened_on: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>), String> {
    match (opened_on, closed_on) {
        (Some(opened), Some(closed)) if closed < opened => {
            Err(format!("it closes on {closed}, before it opens on {opened}"))
        }
        life => Ok(life),
    }
}

fn check(fields: &csv::StringRecord, width: usize) -> Result<(), String> {
    if fields.len() != width {
        return Err(format!("the line has {} columns instead of {width}", fields.len()));
    }
    if fields.iter().any(|field| field.contains(|c: char| c.is_control() && c != '\t')) {
        return Err("a field has a line break or another control character in it".to_owned());
    }
    Ok(())
}

fn first_and_lines(bytes: &[u8]) -> Result<(csv::StringRecord, Lines), UnreadableFile> {
    let lines = lines_of(bytes)?;
    let Some(first) = lines.first() else {
        return Err(UnreadableFile("the file is empty".to_owned()));
    };
    Ok((first.row.clone().map_err(UnreadableFile)?, lines))
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let short = |name: &str| name.trim().chars().take(60).collect::<String>();
    names.map(|name| format!("{:?}", short(name))).collect::<Vec<_>>().join(", ")
}

fn lines_of(bytes: &[u8]) -> Result<Lines, UnreadableFile> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut lines = Vec::new();
    let mut counter = LineCounter { bytes, offset: 0, number: 1 };
    let mut fields = csv::ByteRecord::new();
    while reader
        .read_byte_record(&mut fields)
        .map_err(|fault| UnreadableFile(format!("the file is no CSV: {fault}")))?
    {
        let start = fields.position().map_or(0, csv::Position::byte);
        let row = csv::StringRecord::from_byte_record(fields.clone())
            .map_err(|_| "the line is not UTF-8".to_owned());
        lines.push(Line { number: counter.line_at(start), row });
    }
    Ok(lines)
}

/// Counts line ends up to a place. The CSV reader's own count lags behind after CR LF and blank
/// lines.
struct LineCounter<'a> {
    bytes: &'a [u8],
    offset: usize,
    number: u64,
}

impl LineCounter<'_> {
    /// The line of the first character at or after `start` that is no line end.
    fn line_at(&mut self, start: u64) -> u64 {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.offset) {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => self.bytes.get(self.offset + 1) != Some(&b'\n'),
                _ if self.offset >= start => break,
                _ => false,
            };
            self.number += u64::from(ends_line);
            self.offset += 1;
        }
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers_and_texts(bytes: &[u8]) -> Vec<(u64, Result<String, String>)> {
        let table = Table::read(bytes, Layout::Named(&["b"])).unwrap();
        table
            .rows(0, table.len(), |record| Ok(record.named("b").to_owned()))
            .map(|line| (line.number, line.row))
            .collect()
    }

    #[test]
    fn lines_are_numbered_as_an_editor_shows_them() {
        let expected =
            vec![(2, Ok("1".to_owned())), (4, Ok("2".to_owned())), (5, Ok(String::new()))];
        assert_eq!(numbers_and_texts(b"a,b\n x, 1\n\ny,2 \nz,\n"), expected);
        assert_eq!(numbers_and_texts(b"\xef\xbb\xbfa,b\r\n x, 1\r\n\r\ny,2 \r\nz,"), expected);
    }

    #[test]
    fn a_line_that_cannot_be_read_says_why_and_the_others_are_kept() {
        let lines =
            numbers_and_texts(b"a,b\n1,\xff\n1,2,3\n\"x\ny\",2\n1,last\n1,\"never closed\n");
        let reason = |place: usize| lines[place].1.clone().unwrap_err();
        assert_eq!(lines.iter().map(|line| line.0).collect::<Vec<_>>(), [2, 3, 4, 6, 7]);
        assert_eq!(reason(0), "the line is not UTF-8");
        assert_eq!(reason(1), "the line has 3 columns instead of 2");
        assert!(reason(2).contains("line break"));
        assert_eq!(lines[3].1, Ok("last".to_owned()));
        assert!(reason(4).contains("line break"));
    }

    #[test]
    fn a_file_without_its_columns_is_refused_as_a_whole() {
        let refused = |bytes: &[u8]| Table::read(bytes, Layout::Named(&["b"])).unwrap_err().0;
        assert_eq!(refused(b""), "the file is empty");
        assert_eq!(
            refused(b"a,c\n1,2\n"),
            "the header has no column \"b\": found \"a\", \"c\"; expected \"b\""
        );
    }

    #[test]
    fn a_day_must_be_in_the_calendar() {
        assert_eq!(day("", "%Y%m%d"), Ok(None));
        assert_eq!(day("20240229", "%Y%m%d"), Ok(NaiveDate::from_ymd_opt(2024, 2, 29)));
        for text in ["20230229", "2024-02-29", "0", "20240229 "] {
            assert!(day(text, "%Y%m%d").is_err(), "{text} was taken for a day");
        }
    }
}
