//! Texts that people write: names, titles, references and reasons.

use super::{Code, Refusal};

/// A text without the space around it, of 1 to `longest` characters.
///
/// # Errors
/// `INVALID_VALUE` at `path` when it is empty or longer, or holds a character that PostgreSQL
/// cannot store: what one engine refuses, both do.
pub fn required(text: &str, longest: usize, path: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.contains('\0') {
        let sentence = "leave out the character U+0000: no text has it";
        return Err(Refusal::new(Code::InvalidValue, sentence).at(path));
    }
    if (1..=longest).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    let sentence = format!("write 1 to {longest} characters");
    Err(Refusal::new(Code::InvalidValue, sentence).at(path))
}

/// The same of a text that may be left out; an empty one is left out.
///
/// # Errors
/// `INVALID_VALUE` at `path` when it is longer.
pub fn optional(text: Option<&str>, longest: usize, path: &str) -> Result<Option<String>, Refusal> {
    match text.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => required(text, longest, path).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted_in_characters_and_without_the_space_around_it() {
        assert_eq!(required(" Ŵyr ", 3, "name"), Ok("Ŵyr".to_owned()));
        assert_eq!(required("  ", 3, "name").unwrap_err().code, Code::InvalidValue);
        assert_eq!(required("a\0b", 3, "name").unwrap_err().code, Code::InvalidValue);
        assert_eq!(required("long", 3, "name").unwrap_err().path, ["name"]);
        assert_eq!(optional(Some(" "), 3, "name"), Ok(None));
    }
}
