//! What chance makes of something sound.

use crate::draw::Draw;

/// Signs that mean something to one reader or another.
const STRANGE: &[u8] =
    b"{}()[]:$!@.,;\"'\\#|&=-+e0u9_/ \t\r\n\x00\x7F\xEF\xBB\xBF\xF0\x9F\xC3\xE2\x80\x8B";

/// Takes bytes out, puts others in, repeats and swaps stretches: up to `most` times.
pub fn spoil(bytes: &mut Vec<u8>, most: usize, draw: &mut Draw) {
    for _ in 0..draw.below(most + 1) {
        let at = draw.below(bytes.len() + 1);
        let end = (at + draw.below(24)).min(bytes.len());
        match draw.below(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.insert(at, *draw.one(STRANGE)),
            3 if at < bytes.len() => bytes[at] = *draw.one(STRANGE),
            4 if at < bytes.len() => bytes[at] ^= 1 << draw.below(8),
            5 => {
                let piece = bytes[at..end].to_vec();
                let to = draw.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            _ => {
                let digits = draw.below(40);
                bytes.splice(at..at, (0..digits).map(|_| b'9'));
            }
        }
    }
}

/// The same of a text, which stays one.
pub fn spoilt(text: &str, most: usize, draw: &mut Draw) -> String {
    let mut bytes = text.as_bytes().to_vec();
    spoil(&mut bytes, most, draw);
    String::from_utf8_lossy(&bytes).into_owned()
}
