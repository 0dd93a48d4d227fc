//! Whether a file is whole: UTF-8 to its end, every quote closed, its last line as long as its
//! first. Of a file that is not, nothing is taken.

use crate::import::table::UnreadableFile;

/// Checks a file.
///
/// # Errors
/// Where it stops being UTF-8, or was cut off: the line and the character of the line, both from 1.
pub fn check(bytes: &[u8]) -> Result<(), UnreadableFile> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(fault) => {
            let (read, rest) = bytes.split_at(fault.valid_up_to());
            // What was read is UTF-8, as the fault says.
            let read = std::str::from_utf8(read).unwrap_or_default();
            return Err(match (fault.error_len(), rest.first()) {
                (Some(_), Some(byte)) => refused(
                    read,
                    &format!("the byte 0x{byte:02X} is not UTF-8: save the file as UTF-8"),
                ),
                _ => refused(read, "the file is cut off in the middle of a character"),
            });
        }
    };
    let shape = Shape::of(text);
    if let Some(opened) = shape.open_quote {
        let sentence = "the quoted text that begins here is never closed: the file is cut off";
        return Err(refused(text.get(..opened).unwrap_or_default(), sentence));
    }
    match (shape.first, shape.last) {
        (Some(first), Some((last, end))) if last < first => {
            let sentence = format!("the line ends after {last} of {first} cells: it is cut off");
            Err(refused(text.get(..end).unwrap_or_default(), &sentence))
        }
        _ => Ok(()),
    }
}

/// How many cells the first and the last line have.
struct Shape {
    first: Option<usize>,
    /// The cells of the last line that is not blank, and where it ends.
    last: Option<(usize, usize)>,
    /// Where a quote opens that is never closed.
    open_quote: Option<usize>,
}

impl Shape {
    fn of(text: &str) -> Self {
        let mut shape = Self { first: None, last: None, open_quote: None };
        let (mut cells, mut begins_cell, mut is_blank) = (1, true, true);
        let mut bytes = text.bytes().enumerate().peekable();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' if shape.open_quote.is_some() => {
                    // Two quotes are one that is meant.
                    if bytes.next_if(|(_, next)| *next == b'"').is_none() {
                        shape.open_quote = None;
                    }
                }
                _ if shape.open_quote.is_some() => {}
                b'"' if begins_cell => (shape.open_quote, is_blank) = (Some(at), false),
                b'\n' | b'\r' => {
                    if !is_blank {
                        shape.ended(cells, at);
                    }
                    (cells, begins_cell, is_blank) = (1, true, true);
                    continue;
                }
                b',' => {
                    (cells, begins_cell, is_blank) = (cells + 1, true, false);
                    continue;
                }
                _ => is_blank = false,
            }
            begins_cell = false;
        }
        if !is_blank {
            shape.ended(cells, text.len());
        }
        shape
    }

    fn ended(&mut self, cells: usize, at: usize) {
        self.first.get_or_insert(cells);
        self.last = Some((cells, at));
    }
}

/// A refusal of what stands after `read`.
fn refused(read: &str, sentence: &str) -> UnreadableFile {
    let ends = read.match_indices(['\n', '\r']).filter(|(at, end)| {
        // CR LF ends a line once.
        *end == "\n" || !read.get(at + 1..).is_some_and(|rest| rest.starts_with('\n'))
    });
    let (lines, begin) = ends.fold((0, 0), |(lines, _), (at, _)| (lines + 1, at + 1));
    let column = read.get(begin..).unwrap_or_default().chars().count();
    UnreadableFile(format!("line {}, column {}: {sentence}", lines + 1, column + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> String {
        check(bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_file_is_whole_with_or_without_a_last_line_end() {
        let files = [
            "a,b\r\n1,2\r\n",
            "a,b\n1,2",
            "a,b\n\"x, \"\"y\"\"\",2\n\n",
            "\u{feff}a,b\né,\"\"",
            "a,b\n5\" pipe,2\n",
        ];
        for text in files {
            assert_eq!(check(text.as_bytes()), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn the_first_byte_that_is_not_utf_8_is_named_by_line_and_column() {
        assert!(
            refusal(b"a,b\r\n\xc3\xa9t\xe9,2\r\n").starts_with("line 2, column 3: the byte 0xE9")
        );
        assert!(refusal(b"\xef\xbb\xbfa\x96,b\n").starts_with("line 1, column 2: the byte 0x96"));
        assert!(refusal(b"a,b\n1,\xe2\x82").starts_with("line 2, column 3: the file is cut off"));
    }

    #[test]
    fn a_file_that_is_cut_off_is_named_by_line_and_column() {
        let quote = refusal(b"a,b\n1,2\n3,\"never\n4,5\n");
        assert!(quote.starts_with("line 3, column 3: the quoted text"), "{quote}");
        let cell = refusal(b"a,b,c\r\n1,2,3\r\n4,5");
        assert_eq!(cell, "line 3, column 4: the line ends after 2 of 3 cells: it is cut off");
        assert!(refusal(b"a,b\n1,2\n3\n").starts_with("line 3, column 2"));
    }
}
