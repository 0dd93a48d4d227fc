//! A client of graphql-transport-ws, message by message.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderName, HeaderValue},
    },
};

/// Longer than anything takes that comes at all.
const PATIENCE: Duration = Duration::from_secs(30);
/// The subprotocol.
pub const SPOKEN: &str = "graphql-transport-ws";

/// A socket that is open.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What is heard.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A message.
    Said(Value),
    /// The server closed: the code and the sentence.
    Closed(u16, String),
    /// The connection is gone without a word.
    Gone,
}

impl Socket {
    /// Opens a socket with these headers beside what every socket has.
    ///
    /// # Errors
    /// The status of an answer that is no socket.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn open(address: &str, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let address = format!("{}/graphql", address.replacen("http://", "ws://", 1));
        let mut request = address.into_client_request().expect("an address");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(why) => panic!("no socket: {why}"),
        }
    }

    /// Opens a socket that speaks the protocol.
    pub async fn speaking(address: &str) -> Self {
        Self::open(address, &[("sec-websocket-protocol", SPOKEN)]).await.expect("a socket")
    }

    /// Opens a socket as whoever has this token, and is acknowledged.
    pub async fn of(address: &str, token: &str) -> Self {
        let mut socket = Self::speaking(address).await;
        let payload = json!({ "authorization": format!("Bearer {token}") });
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, Heard::Said(json!({ "type": "connection_ack" })));
        socket
    }

    /// Says a message.
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends a frame; what the server does not read any more is lost.
    pub async fn send(&mut self, frame: Message) {
        let _ = self.0.send(frame).await;
    }

    /// Begins an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = json!({ "query": query });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// Asks something, and hears its one result, after which the operation is complete.
    pub async fn ask(&mut self, id: &str, query: &str) -> Value {
        self.subscribe(id, query).await;
        let result = self.next(id).await;
        assert_eq!(self.hear().await, Heard::Said(json!({ "type": "complete", "id": id })));
        result
    }

    /// The next result of an operation.
    pub async fn next(&mut self, id: &str) -> Value {
        match self.hear().await {
            Heard::Said(mut said) if said["type"] == "next" && said["id"] == id => {
                said["payload"].take()
            }
            other => panic!("no result of {id}: {other:?}"),
        }
    }

    /// The next that is heard.
    ///
    /// # Panics
    /// When nothing is, for long.
    pub async fn hear(&mut self) -> Heard {
        self.hear_within(PATIENCE).await.expect("something is heard")
    }

    /// What is heard within a time.
    pub async fn hear_within(&mut self, patience: Duration) -> Option<Heard> {
        let heard = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Heard::Said(serde_json::from_str(&text).expect("JSON"));
                    }
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return Heard::Closed(frame.code.into(), frame.reason.to_string());
                    }
                    Some(Ok(Message::Close(None)) | Err(_)) | None => return Heard::Gone,
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(patience, heard).await.ok()
    }

    /// Hears nothing of what was asked up to now.
    ///
    /// # Panics
    /// When something else comes before the answer to a sign of life.
    pub async fn is_silent(&mut self) {
        self.say(json!({ "type": "ping" })).await;
        assert_eq!(self.hear().await, Heard::Said(json!({ "type": "pong" })));
    }

    /// The code with which the server closes next.
    pub async fn closed(&mut self) -> u16 {
        match self.hear().await {
            Heard::Closed(code, sentence) => {
                assert!(!sentence.is_empty() && sentence.len() <= 123, "{code}: {sentence}");
                code
            }
            other => panic!("not closed: {other:?}"),
        }
    }
}
