use std::time::Duration;

use ::metrics::counter;
use axum::extract::ws::Message;
use futures_util::{Sink, SinkExt};
use tokio::{sync::mpsc, time::timeout};

use super::closing::Closing;

/// How many results of a socket are made or wait to be read, at a time: whatever else is asked or there
/// is to tell waits for its turn, so that one socket neither takes all the turns of the server nor has
/// it keep what its client does not read.
pub(super) const RESULTS: usize = 16;
/// How many signs of life wait.
pub(super) const SIGNS: usize = 8;
/// How long a frame that closes may take to be written.
const FAREWELL: Duration = Duration::from_secs(2);

/// What is told of operations.
pub(super) enum Outgoing {
    /// A message of the protocol.
    Text(String),
    /// A result, and that its operation is complete.
    Last([String; 2]),
    /// Nothing is written after it.
    Close(Closing),
}

/// What is told beside operations, and before them.
pub(super) enum Sign {
    /// A message of the protocol.
    Text(String),
    /// A sign of life is asked for.
    Ping,
}

/// Writes what waits, until it closes the socket, or the client does not read for too long.
pub(super) async fn write(
    mut sink: impl Sink<Message> + Unpin,
    (mut results, mut signs): (mpsc::Receiver<Outgoing>, mpsc::Receiver<Sign>),
    patience: Duration,
) {
    loop {
        let text = |text: String| Message::Text(text.into());
        let messages = tokio::select! {
            biased;
            Some(sign) = signs.recv() => match sign {
                Sign::Text(said) => [Some(text(said)), None],
                Sign::Ping => [Some(Message::Ping(Default::default())), None],
            },
            outgoing = results.recv() => match outgoing {
                Some(Outgoing::Text(said)) => [Some(text(said)), None],
                Some(Outgoing::Last([result, complete])) => {
                    [Some(text(result)), Some(text(complete))]
                }
                Some(Outgoing::Close(closing)) => return close(&mut sink, closing).await,
                None => return,
            },
        };
        for message in messages.into_iter().flatten() {
            match timeout(patience, sink.send(message)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return,
                Err(_) => return close(&mut sink, Closing::SLOW).await,
            }
        }
    }
}

async fn close(sink: &mut (impl Sink<Message> + Unpin), closing: Closing) {
    counter!("tributary_sockets_closed_total", "code" => closing.label).increment(1);
    // Whoever is gone already, or reads nothing, is not told.
    let _ = timeout(FAREWELL, sink.send(Message::Close(Some(closing.frame())))).await;
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
    };

    use super::*;

    /// A client that reads nothing but the frame that closes.
    #[derive(Default)]
    struct Unread(Vec<Message>);

    impl Sink<Message> for &mut Unread {
        type Error = Infallible;

        fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Infallible> {
            self.get_mut().0.push(message);
            Ok(())
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            match self.0.last() {
                Some(Message::Close(_)) => Poll::Ready(Ok(())),
                _ => Poll::Pending,
            }
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn who_does_not_read_in_time_is_told_so_and_nothing_else() {
        let (results, waiting) = mpsc::channel(RESULTS);
        let (_signs, no_signs) = mpsc::channel(SIGNS);
        for number in 0..3 {
            assert!(results.try_send(Outgoing::Text(number.to_string())).is_ok());
        }
        let mut unread = Unread::default();
        write(&mut unread, (waiting, no_signs), Duration::from_millis(10)).await;
        let slow = Message::Close(Some(Closing::SLOW.frame()));
        assert_eq!(unread.0, [Message::Text("0".into()), slow]);
        assert!(results.is_closed(), "nothing more is made for it");
    }
}
