//! Documents that were agreed on beforehand: a request names one by its identifier and sends no text.

use std::{collections::HashMap, fmt};

use serde_json::{Map, Value};

use crate::refusal::{Code, Refusal};

/// Identifiers are hashes, with or without a prefix; nothing longer is one.
const LONGEST_IDENTIFIER: usize = 256;
/// The prefix of an identifier that says itself what it is.
const SHA_256: &str = "sha256:";

/// What a request may name its document by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// Its text only.
    #[default]
    Text,
    /// Its text, or the identifier of a persisted document.
    Either,
    /// The identifier of a persisted document only.
    Identifier,
}

/// The persisted documents by their identifiers, and whether anything else is accepted.
#[derive(Clone, Debug, Default)]
pub struct Persisted {
    naming: Naming,
    texts: HashMap<String, String>,
}

/// Why a manifest cannot be used.
#[derive(Debug)]
pub enum NotAManifest {
    /// It is not one JSON object of texts.
    Form,
    /// It holds no document.
    Empty,
    /// It names a document by what is no identifier.
    Identifier(String),
    /// Another document has this identifier already.
    Twice(String),
}

impl Persisted {
    /// No document yet.
    #[must_use]
    pub fn new(naming: Naming) -> Self {
        Self { naming, texts: HashMap::new() }
    }

    /// Adds the documents of a manifest: one JSON object, of texts by identifiers.
    ///
    /// # Errors
    /// When it is no manifest, or says something else of an identifier than an earlier one did.
    pub fn add(&mut self, manifest: &str) -> Result<(), NotAManifest> {
        let manifest: Map<String, Value> =
            serde_json::from_str(manifest).map_err(|_| NotAManifest::Form)?;
        if manifest.is_empty() {
            return Err(NotAManifest::Empty);
        }
        for (identifier, text) in manifest {
            let Value::String(text) = text else { return Err(NotAManifest::Form) };
            if !is_identifier(&identifier) {
                return Err(NotAManifest::Identifier(identifier));
            }
            let identifier = bare(&identifier).to_owned();
            if self.texts.get(&identifier).is_some_and(|other| *other != text) {
                return Err(NotAManifest::Twice(identifier));
            }
            self.texts.insert(identifier, text);
        }
        Ok(())
    }

    /// The documents with their identifiers, in the order of these.
    pub fn documents(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut documents: Vec<(&str, &str)> =
            self.texts.iter().map(|(identifier, text)| (&**identifier, &**text)).collect();
        documents.sort_unstable();
        documents.into_iter()
    }

    /// The text of the document that a request asks for, by its text or by an identifier. A text
    /// goes before an identifier, and nothing is remembered of the two.
    ///
    /// # Errors
    /// When no document has the identifier, or the document is to be named in the other way.
    /// `None` when the request names none at all.
    pub fn text<'a>(
        &'a self,
        text: Option<&'a str>,
        identifier: Option<&str>,
    ) -> Result<Option<&'a str>, Refusal> {
        match (self.naming, text, identifier) {
            (_, None, None) => Ok(None),
            (Naming::Text | Naming::Either, Some(text), _) => Ok(Some(text)),
            (Naming::Identifier, Some(_), _) => Err(refused(
                Code::IdentifierRequired,
                "this server executes persisted documents only: name one by documentId, and send \
                 no query",
            )),
            (Naming::Text, None, Some(_)) => Err(refused(
                Code::IdentifiersNotAccepted,
                "this server has no persisted documents: send the document as query",
            )),
            (_, None, Some(identifier)) => {
                self.texts.get(bare(identifier)).map(|text| Some(text.as_str())).ok_or_else(|| {
                    refused(
                        Code::IdentifierUnknown,
                        "no persisted document has this identifier, and none is stored: give its \
                         manifest to whoever operates the server",
                    )
                })
            }
        }
    }
}

fn refused(code: Code, message: &str) -> Refusal {
    Refusal::new(code, message, None)
}

/// The same document is meant with the prefix and without it: some tools write it, others do not.
fn bare(identifier: &str) -> &str {
    identifier.strip_prefix(SHA_256).unwrap_or(identifier)
}

fn is_identifier(text: &str) -> bool {
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-._~:".contains(&sign);
    (1..=LONGEST_IDENTIFIER).contains(&text.len()) && text.bytes().all(is_plain)
}

impl fmt::Display for NotAManifest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => write!(
                formatter,
                "it is no manifest of documents: that is one JSON object, of the text of each \
                 document by its identifier"
            ),
            Self::Empty => write!(formatter, "it holds no document"),
            Self::Identifier(text) => {
                let start: String = text.chars().take(LONGEST_IDENTIFIER).collect();
                write!(
                    formatter,
                    "{start:?} is no identifier: at most {LONGEST_IDENTIFIER} letters, digits and \
                     - . _ ~ :"
                )
            }
            Self::Twice(identifier) => {
                write!(formatter, "another document has the identifier {identifier} already")
            }
        }
    }
}

impl std::error::Error for NotAManifest {}
