//! What a client asks: one JSON object by POST, or the same as parameters of a link.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What a client sends by POST.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    pub query: Option<String>,
    pub document_id: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Option<Map<String, Value>>,
    pub extensions: Option<Map<String, Value>>,
}

/// What a client sends by GET: objects are written as JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AskedByGet {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl AskedByGet {
    /// The same as if it were sent by POST; none where an object is not one.
    pub fn read(self) -> Option<Asked> {
        let object = |text: Option<String>| match text.as_deref() {
            None | Some("") => Some(None),
            Some(text) => serde_json::from_str(text).ok(),
        };
        let variables = object(self.variables)?;
        let extensions = object(self.extensions)?;
        let Self { query, document_id, operation_name, .. } = self;
        Some(Asked { query, document_id, operation_name, variables, extensions })
    }
}
