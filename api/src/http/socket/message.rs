//! The messages of graphql-transport-ws.

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::asked::Asked;

/// How many bytes an operation's id has at most: each is kept for as long as its operation goes on.
const LONGEST_ID: usize = 256;

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Received {
    /// Who asks.
    ConnectionInit { payload: Option<Map<String, Value>> },
    /// A sign of life is asked for.
    Ping { payload: Option<Map<String, Value>> },
    /// A sign of life.
    Pong {},
    /// An operation begins.
    Subscribe { id: String, payload: Asked },
    /// It is to end.
    Complete { id: String },
}

impl Received {
    /// What a text says; none when it is no message of the protocol.
    pub fn read(text: &str) -> Option<Self> {
        // As an object, and its payload as one: a list would be taken for the fields in their order.
        let object: Map<String, Value> = serde_json::from_str(text).ok()?;
        if object.get("payload").is_some_and(Value::is_array) {
            return None;
        }
        let read: Self = serde_json::from_value(object.into()).ok()?;
        match &read {
            Self::Subscribe { id, .. } | Self::Complete { id } => {
                (1..=LONGEST_ID).contains(&id.len()).then_some(read)
            }
            _ => Some(read),
        }
    }
}

/// What this program says.
pub(super) const ACKNOWLEDGED: &str = r#"{"type":"connection_ack"}"#;

pub(super) fn pong(payload: Option<Map<String, Value>>) -> String {
    let mut pong = json!({ "type": "pong" });
    if let Some(payload) = payload {
        pong["payload"] = payload.into();
    }
    pong.to_string()
}

/// A result, which is JSON already.
pub(super) fn next(id: &str, result: &Bytes) -> String {
    let (id, result) = (Value::from(id), String::from_utf8_lossy(result));
    format!(r#"{{"id":{id},"type":"next","payload":{result}}}"#)
}

/// An operation was not executed: of the answer that a request would have, the errors.
pub(super) fn error(id: &str, answer: &Bytes) -> String {
    let mut answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let errors = answer.get_mut("errors").map(Value::take).unwrap_or_else(|| json!([]));
    json!({ "id": id, "type": "error", "payload": errors }).to_string()
}

pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_of_the_protocol_are_read() {
        let (longest, longer) = (LONGEST_ID, LONGEST_ID + 1);
        for message in [
            &format!(r#" {{"id":"{:a>longest$}","type":"complete"}}"#, ""),
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"connection_init","payload":{"authorization":"Bearer a"}}"#,
            r#"{"type":"ping"}"#,
            r#"{"type":"pong","payload":{}}"#,
            r#"{"id":"1","type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"id":"1","type":"complete"}"#,
        ] {
            assert!(Received::read(message).is_some(), "{message}");
        }
        for other in [
            "",
            "[]",
            r#"["connection_init"]"#,
            r#"["complete","1"]"#,
            r#"["subscribe","1",{"query":"{ a }"}]"#,
            r#"{"id":"1","type":"subscribe","payload":["{ a }",null,null,null,null]}"#,
            &format!(r#"{{"id":"{:a>longer$}","type":"complete"}}"#, ""),
            "{}",
            r#"{"type":"start","id":"1","payload":{"query":"{ a }"}}"#,
            r#"{"type":"connection_init","payload":"Bearer a"}"#,
            r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"id":"","type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"id":1,"type":"subscribe","payload":{"query":"{ a }"}}"#,
            r#"{"id":"1","type":"subscribe","payload":{"query":7}}"#,
            r#"{"id":"1","type":"subscribe"}"#,
            r#"{"id":"","type":"complete"}"#,
            r#"{"type":"complete"}"#,
        ] {
            assert!(Received::read(other).is_none(), "{other}");
        }
    }

    #[test]
    fn an_id_is_written_as_json() {
        let id = "a\"\\\u{1F600}";
        for said in [next(id, &Bytes::from_static(b"{}")), complete(id), error(id, &Bytes::new())] {
            let said: Value = serde_json::from_str(&said).unwrap();
            assert_eq!(said["id"], id);
        }
    }
}
