use std::time::Duration;

use ::metrics::counter;
use axum::extract::ws::{Message, WebSocket};
use futures_util::{SinkExt, stream::SplitSink};
use tokio::{sync::mpsc, time::timeout};

use super::closing::Closing;

/// How many messages wait for a client that reads slowly; whatever else there is to tell is not read
/// before they are written.
pub(super) const WAITING: usize = 8;
/// How long a frame that closes may take to be written.
const FAREWELL: Duration = Duration::from_secs(2);

/// What is written.
pub(super) enum Outgoing {
    /// A message of the protocol.
    Text(String),
    /// A sign of life is asked for.
    Ping,
    /// Nothing is written after it.
    Close(Closing),
}

/// Writes what waits, until it closes the socket, or the client does not read for too long.
pub(super) async fn write(
    mut sink: SplitSink<WebSocket, Message>,
    mut waiting: mpsc::Receiver<Outgoing>,
    patience: Duration,
) {
    while let Some(outgoing) = waiting.recv().await {
        let message = match outgoing {
            Outgoing::Text(text) => Message::Text(text.into()),
            Outgoing::Ping => Message::Ping(Default::default()),
            Outgoing::Close(closing) => return close(&mut sink, closing).await,
        };
        match timeout(patience, sink.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => return close(&mut sink, Closing::SLOW).await,
        }
    }
}

async fn close(sink: &mut SplitSink<WebSocket, Message>, closing: Closing) {
    counter!("tributary_sockets_closed_total", "code" => closing.label).increment(1);
    // Whoever is gone already, or reads nothing, is not told.
    let _ = timeout(FAREWELL, sink.send(Message::Close(Some(closing.frame())))).await;
}
