//! The caps that need no parser: one pass over the bytes.
//!
//! The scan is no lexer. What it does not understand it counts as a token a byte and leaves to the
//! parser to refuse; it never counts less than the parser would read.

use std::borrow::Cow;

use crate::{limits::Limit, refusal::Refusal, toll::Toll};

/// A text that is within the caps.
#[derive(Debug)]
pub(crate) struct Scanned<'a> {
    /// The text with spaces for its commas and comments, byte for byte: they mean nothing, and to
    /// the parser each would be a token.
    pub text: Cow<'a, str>,
    pub tokens: u64,
}

/// Counts the tokens of a text; refuses it for too many bytes, tokens or brackets within brackets.
pub(crate) fn scan<'a>(text: &'a str, toll: &mut Toll<'_>) -> Result<Scanned<'a>, Refusal> {
    toll.judge(Limit::DocumentBytes, text.len() as u64, false)?;
    let (most_tokens, most_nesting) = (toll.stop_at(Limit::Tokens), toll.stop_at(Limit::Nesting));
    let bytes = text.as_bytes();
    let mut blanked: Option<Vec<u8>> = None;
    let (mut at, mut tokens, mut open, mut deepest) = (0, 0_u64, 0_u64, 0_u64);
    while let Some(&byte) = bytes.get(at) {
        let began = at;
        at = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => at + 1,
            b'#' => end_of_line(bytes, at),
            0xEF if bytes[at..].starts_with(b"\xEF\xBB\xBF") => at + 3,
            _ => {
                tokens += 1;
                match byte {
                    b'{' | b'(' | b'[' => {
                        open += 1;
                        deepest = deepest.max(open);
                        at + 1
                    }
                    b'}' | b')' | b']' => {
                        open = open.saturating_sub(1);
                        at + 1
                    }
                    b'"' if bytes[at..].starts_with(b"\"\"\"") => end_of_block(bytes, at + 3),
                    b'"' => end_of_string(bytes, at + 1),
                    b'.' if bytes[at..].starts_with(b"...") => at + 3,
                    byte if is_word(byte) => end_of_word(bytes, at),
                    _ => at + 1,
                }
            }
        };
        if matches!(byte, b',' | b'#') {
            blanked.get_or_insert_with(|| bytes.to_vec())[began..at].fill(b' ');
        }
        toll.step((at - began) as u64);
        if tokens > most_tokens {
            toll.judge(Limit::Tokens, tokens, true)?;
        }
        if deepest > most_nesting {
            toll.judge(Limit::Nesting, deepest, true)?;
        }
    }
    toll.judge(Limit::Tokens, tokens, false)?;
    toll.judge(Limit::Nesting, deepest, false)?;
    let blanked = blanked.map(|bytes| String::from_utf8(bytes).expect("whole characters"));
    Ok(Scanned { text: blanked.map_or(Cow::Borrowed(text), Cow::Owned), tokens })
}

/// Names, and numbers with their signs, points and exponents.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// A sign within a number stands after its exponent only; three points end it, since what follows
/// is a spread.
fn end_of_word(bytes: &[u8], from: usize) -> usize {
    let is_number = bytes[from] == b'-' || bytes[from].is_ascii_digit();
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        let in_name = byte.is_ascii_alphanumeric() || byte == b'_';
        let in_number = match byte {
            b'.' => !bytes[at..].starts_with(b"..."),
            b'+' | b'-' => matches!(bytes[at - 1], b'e' | b'E'),
            _ => false,
        };
        if !(in_name || (is_number && in_number)) {
            break;
        }
        at += 1;
    }
    at
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    let line = &bytes[from..];
    line.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(bytes.len(), |end| from + end)
}

/// A string ends at its quote, or where the parser would give up: at the end of the line.
fn end_of_string(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_block(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return at + 3;
        } else {
            at += 1;
        }
    }
    bytes.len()
}
