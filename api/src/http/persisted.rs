//! Documents that were agreed on beforehand, as clients name them.

use gate::{Gate, Persisted, Refusal};

use super::asked::Asked;

/// A persisted document that may not be executed.
#[derive(Debug, thiserror::Error)]
#[error("the persisted document {identifier} is refused: {refusal}")]
pub struct NotPersisted {
    identifier: String,
    refusal: Refusal,
}

/// Judges every persisted document as if it were sent.
///
/// # Errors
/// The first that may not be executed, and why.
pub(super) fn check(persisted: &Persisted, gate: &Gate) -> Result<(), NotPersisted> {
    persisted.documents().try_for_each(|(identifier, text)| {
        gate.check(text)
            .map_err(|refusal| NotPersisted { identifier: identifier.to_owned(), refusal })
    })
}

/// The text of the document that is asked for; none where the request names no document.
///
/// # Errors
/// When it is named in a way that is not accepted, or by an identifier that nobody knows.
pub(super) fn text<'a>(
    persisted: &'a Persisted,
    asked: &'a Asked,
) -> Result<Option<&'a str>, Refusal> {
    let identifier = identifier(asked);
    // Who has to send a text sends an empty one beside an identifier.
    let text = asked.query.as_deref().filter(|text| identifier.is_none() || !text.is_empty());
    persisted.text(text, identifier)
}

/// As GraphQL over HTTP has it, or else as Apollo's and urql's links for persisted queries send it.
fn identifier(asked: &Asked) -> Option<&str> {
    let extension =
        || asked.extensions.as_ref()?.get("persistedQuery")?.get("sha256Hash")?.as_str();
    asked.document_id.as_deref().or_else(extension)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn named(asked: Value) -> Option<String> {
        identifier(&from_value(asked).unwrap()).map(str::to_owned)
    }

    #[test]
    fn an_identifier_is_read_as_each_client_sends_it() {
        let extension = json!({ "persistedQuery": { "version": 1, "sha256Hash": "b" } });
        assert_eq!(named(json!({ "documentId": "a" })).as_deref(), Some("a"));
        assert_eq!(named(json!({ "extensions": extension })).as_deref(), Some("b"));
        let both = json!({ "documentId": "a", "extensions": extension });
        assert_eq!(named(both).as_deref(), Some("a"));
        for none in [
            json!({ "query": "{ __typename }" }),
            json!({ "extensions": {} }),
            json!({ "extensions": { "persistedQuery": "b" } }),
            json!({ "extensions": { "persistedQuery": { "sha256Hash": 7 } } }),
        ] {
            assert_eq!(named(none.clone()), None, "{none}");
        }
    }
}
