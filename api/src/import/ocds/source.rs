//! JSON as it stands in a file. Every value knows its place, and numbers keep their digits: nothing
//! becomes a floating-point number on the way.

use std::cell::RefCell;

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::finding::{Finding, Unclear};
use crate::import::UnreadableFile;

/// The largest file that is read: as large as an upload may be.
const LARGEST_FILE_BYTES: usize = 64 * 1024 * 1024;
/// The longest text that is kept of any one value.
const LONGEST_TEXT: usize = 300;

/// A file, and what was unclear in it so far.
pub(super) struct Source<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
    findings: RefCell<Vec<Finding>>,
}

/// A value of the file, and where it stands.
#[derive(Clone)]
pub(super) struct Json<'s, 'a> {
    source: &'s Source<'a>,
    raw: &'a str,
    pointer: String,
}

/// An object of the file: its members by their names.
#[derive(Clone)]
pub(super) struct Object<'s, 'a> {
    pub(super) place: Json<'s, 'a>,
    members: Vec<(String, &'a str)>,
}

impl<'a> Source<'a> {
    /// Takes a file whose syntax is JSON.
    ///
    /// # Errors
    /// When it is too large, is not UTF-8, is cut off or is no JSON; the sentence names the line and
    /// the column at which it stops making sense.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, UnreadableFile> {
        if bytes.len() > LARGEST_FILE_BYTES {
            let most = LARGEST_FILE_BYTES / (1024 * 1024);
            return Err(UnreadableFile(format!("the file is larger than {most} MiB")));
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|fault| not_utf8(bytes, fault))?;
        if text.trim().is_empty() {
            return Err(UnreadableFile("the file is empty".to_owned()));
        }
        // Syntax is checked as a whole, without going deeper into nested values.
        serde_json::from_str::<&RawValue>(text).map_err(|fault| not_json(&fault))?;
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Ok(Self { text, line_starts, findings: RefCell::default() })
    }

    /// The value that is the whole file.
    pub(super) fn root(&self) -> Json<'_, 'a> {
        Json { source: self, raw: self.text.trim(), pointer: String::new() }
    }

    /// What was unclear.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings.into_inner()
    }

    /// The line of a part of the text, the first being 1.
    fn line_of(&self, raw: &str) -> u64 {
        let offset = (raw.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.line_starts.partition_point(|start| *start <= offset) as u64
    }
}

impl<'s, 'a> Json<'s, 'a> {
    /// The line on which it begins, the first being 1.
    pub(super) fn line(&self) -> u64 {
        self.source.line_of(self.raw)
    }

    /// Notes what is unclear here, and what was done about it.
    pub(super) fn unclear(&self, what: Unclear, sentence: impl Into<String>) {
        self.source.findings.borrow_mut().push(Finding {
            code: what,
            line: self.line(),
            pointer: self.pointer.clone(),
            sentence: sentence.into(),
        });
    }

    /// Its members, when it is an object; of anything else nothing, with a finding.
    pub(super) fn object(&self) -> Option<Object<'s, 'a>> {
        let Ok(Members(members)) = serde_json::from_str::<Members<'a>>(self.raw) else {
            self.of_another_type("an object");
            return None;
        };
        let mut object = Object { place: self.clone(), members: Vec::new() };
        for (key, raw) in members {
            object.take(key, raw.get());
        }
        Some(object)
    }

    /// Its values, when it is a list. One object where a list belongs is a list of one.
    pub(super) fn list(&self) -> Vec<Self> {
        if self.raw.starts_with('{') {
            self.unclear(Unclear::OtherType, "a list belongs here: read as a list of one");
            return vec![self.clone()];
        }
        let Ok(values) = serde_json::from_str::<Vec<&'a RawValue>>(self.raw) else {
            self.of_another_type("a list");
            return Vec::new();
        };
        let values = values.into_iter().enumerate();
        values.map(|(place, raw)| self.within(&place.to_string(), raw.get())).collect()
    }

    /// Its words, with single spaces. A number or a truth value is read as it is written.
    pub(super) fn text(&self) -> Option<String> {
        let written = self.written()?;
        let words = written.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            self.unclear(Unclear::Blank, "the text is blank: read as not stated");
            return None;
        }
        if words != written {
            let sentence = "runs of white space became one space each";
            self.unclear(Unclear::WhiteSpace, sentence);
        }
        if words.chars().count() <= LONGEST_TEXT {
            return Some(words);
        }
        let sentence = format!("the text is longer than {LONGEST_TEXT} characters: cut there");
        self.unclear(Unclear::TooLong, sentence);
        Some(words.chars().take(LONGEST_TEXT).collect())
    }

    /// A code, in which no white space belongs.
    pub(super) fn code(&self) -> Option<String> {
        let written = self.written()?;
        let code: String = written.split_whitespace().collect();
        if code.is_empty() {
            self.unclear(Unclear::Blank, "the code is blank: read as not stated");
            return None;
        }
        if code != written {
            self.unclear(Unclear::WhiteSpace, format!("white space was taken out: {code}"));
        }
        if code.chars().count() > LONGEST_TEXT {
            self.unclear(Unclear::TooLong, "the code is too long: read as not stated");
            return None;
        }
        Some(code)
    }

    /// The digits of a number, as they are written; also of one that is written as a text.
    pub(super) fn digits(&self) -> Option<String> {
        if self.is_number() {
            return Some(self.raw.to_owned());
        }
        let text = self.text()?;
        let sentence = format!("a number belongs here: {text:?} is read as one");
        self.unclear(Unclear::OtherType, sentence);
        Some(text)
    }

    /// Whether it is true.
    pub(super) fn is_true(&self) -> bool {
        self.raw == "true"
    }

    fn is_number(&self) -> bool {
        self.raw.starts_with(|c: char| c == '-' || c.is_ascii_digit())
    }

    /// The text as it is written; of a list or an object nothing, with a finding.
    fn written(&self) -> Option<String> {
        match serde_json::from_str::<String>(self.raw) {
            Ok(text) => Some(text.replace(|c: char| c.is_control() && !c.is_whitespace(), " ")),
            Err(_) if self.is_number() || matches!(self.raw, "true" | "false") => {
                let sentence = "a text belongs here: read as it is written";
                self.unclear(Unclear::OtherType, sentence);
                Some(self.raw.to_owned())
            }
            Err(_) => {
                self.of_another_type("a text");
                None
            }
        }
    }

    fn of_another_type(&self, wanted: &str) {
        self.unclear(Unclear::OtherType, format!("{wanted} belongs here: read as not stated"));
    }

    fn within(&self, key: &str, raw: &'a str) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self { source: self.source, raw, pointer: format!("{}/{key}", self.pointer) }
    }
}

impl<'s, 'a> Object<'s, 'a> {
    /// The member of this name, unless it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<Json<'s, 'a>> {
        let (_, raw) = self.members.iter().find(|(name, _)| name == key)?;
        (*raw != "null").then(|| self.place.within(key, raw))
    }

    /// The text of the member of this name.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    /// The code that the member of this name is.
    pub(super) fn code(&self, key: &str) -> Option<String> {
        self.get(key)?.code()
    }

    /// The object that the member of this name is.
    pub(super) fn object(&self, key: &str) -> Option<Self> {
        self.get(key)?.object()
    }

    /// The values of the list that the member of this name is.
    pub(super) fn list(&self, key: &str) -> Vec<Json<'s, 'a>> {
        self.get(key).map(|list| list.list()).unwrap_or_default()
    }

    /// The objects of the list that the member of this name is.
    pub(super) fn objects(&self, key: &str) -> Vec<Self> {
        self.list(key).iter().filter_map(Json::object).collect()
    }

    /// The codes of the list that the member of this name is.
    pub(super) fn codes(&self, key: &str) -> Vec<String> {
        self.list(key).iter().filter_map(Json::code).collect()
    }

    /// Notes what is unclear of the object.
    pub(super) fn unclear(&self, what: Unclear, sentence: impl Into<String>) {
        self.place.unclear(what, sentence);
    }

    fn take(&mut self, key: String, raw: &'a str) {
        let name: String = key.split_whitespace().collect();
        if name != key {
            let sentence = format!("the name {key:?} has white space in it: read as {name}");
            self.place.within(&key, raw).unclear(Unclear::KeyWithWhiteSpace, sentence);
        }
        match self.members.iter_mut().find(|(known, _)| *known == name) {
            None => self.members.push((name, raw)),
            Some(known) => {
                known.1 = raw;
                let sentence = "the name stands here twice: the last value counts";
                self.place.within(&name, raw).unclear(Unclear::KeyTwice, sentence);
            }
        }
    }
}

/// The members of an object, in their order, each as often as it is written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> de::Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

fn not_utf8(bytes: &[u8], fault: std::str::Utf8Error) -> UnreadableFile {
    let read = bytes.get(..fault.valid_up_to()).unwrap_or_default();
    let read = std::str::from_utf8(read).unwrap_or_default();
    let line = read.matches('\n').count() + 1;
    let column = read.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    let what = match bytes.get(fault.valid_up_to()) {
        Some(byte) if fault.error_len().is_some() => {
            format!("the byte 0x{byte:02X} is not UTF-8: save the file as UTF-8")
        }
        _ => "the file is cut off in the middle of a character".to_owned(),
    };
    UnreadableFile(format!("line {line}, column {column}: {what}"))
}

fn not_json(fault: &serde_json::Error) -> UnreadableFile {
    let (line, column) = (fault.line(), fault.column());
    if fault.is_eof() {
        let sentence = format!("line {line}, column {column}: the file is cut off here");
        return UnreadableFile(sentence);
    }
    let told = fault.to_string();
    let told = told.split(" at line ").next().unwrap_or_default();
    UnreadableFile(format!("line {line}, column {column}: the file is no JSON: {told}"))
}
