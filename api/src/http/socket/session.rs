use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::ws::{Message, WebSocket},
    http::{HeaderMap, HeaderValue, header},
};
use futures_util::{StreamExt, stream::SplitStream};
use serde_json::{Map, Value};
use tokio::{
    sync::{mpsc, watch},
    task::{AbortHandle, JoinSet},
    time::{self, Instant, timeout},
};

use super::{
    Handshake, SPOKEN, Seat, SocketTerms,
    closing::Closing,
    message::{self, Received},
    writer::{self, Outgoing, RESULTS, SIGNS, Sign},
};
use crate::http::{
    App,
    asked::Asked,
    authorization,
    media::Media,
    observe::RequestId,
    operation::Way,
    streamed::{End, Operation, Outlet, Room, Word},
};

/// How often a session looks at its clocks.
const BEAT: Duration = Duration::from_secs(1);
/// How long a client may take to close its side. What it sends meanwhile is not looked at.
const LINGERING: Duration = Duration::from_secs(2);

/// Speaks with a client for as long as its socket is open.
pub(super) async fn hold(app: Arc<App>, socket: WebSocket, (handshake, seat): (Handshake, Seat)) {
    let is_spoken = socket.protocol().is_some_and(|selected| selected == SPOKEN);
    let (sink, mut stream) = socket.split();
    let (queue, results) = mpsc::channel(RESULTS);
    let (signs, told_first) = mpsc::channel(SIGNS);
    let terms = app.seats.terms;
    let mut writing = tokio::spawn(writer::write(sink, (results, told_first), terms.patience));
    let (fail, mut failed) = mpsc::channel(1);
    let mut session = Session {
        app,
        terms,
        handshake,
        queue: queue.clone(),
        signs,
        fail,
        stop: seat.stop.clone(),
        asking: None,
        ends_at: None,
        going: Arc::default(),
        tasks: JoinSet::new(),
        begun: 0,
    };
    let closing = match is_spoken {
        false => Some(Closing::SUBPROTOCOL),
        true => tokio::select! {
            closing = session.listen(&mut stream, &mut failed) => closing,
            _ = &mut writing => {
                drop(session);
                return linger(stream, true).await;
            }
        },
    };
    drop(session);
    if let Some(closing) = closing {
        // Where nobody writes any more, the client is gone.
        let _ = queue.send(Outgoing::Close(closing)).await;
    }
    drop(queue);
    let _ = writing.await;
    linger(stream, closing.is_none_or(|closing| !closing.is_of_what_was_read())).await;
    drop(seat);
}

/// Waits for the client to close its side: a socket that is dropped before takes back what was
/// written last. What cannot be read is not read further, and the client may still be writing it.
async fn linger(mut stream: SplitStream<WebSocket>, is_readable: bool) {
    if is_readable {
        let closed = async { while let Some(Ok(_)) = stream.next().await {} };
        let _ = timeout(LINGERING, closed).await;
    } else {
        time::sleep(LINGERING).await;
    }
}

/// Waits until the server is told to stop. The guard that the wait ends with is no answer.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// The operations that go on, by their ids, each with the number of its beginning.
type Going = Arc<Mutex<HashMap<String, (u64, AbortHandle)>>>;

/// One socket that is open.
struct Session {
    app: Arc<App>,
    terms: SocketTerms,
    handshake: Handshake,
    queue: mpsc::Sender<Outgoing>,
    signs: mpsc::Sender<Sign>,
    fail: mpsc::Sender<Closing>,
    stop: watch::Receiver<bool>,
    /// What operations are asked with, once it is said who asks.
    asking: Option<HeaderMap>,
    /// When the access token ends, in microseconds.
    ends_at: Option<i64>,
    going: Going,
    tasks: JoinSet<()>,
    begun: u64,
}

impl Session {
    /// Hears what the client says, until the socket is to be closed: why, or nothing when the client
    /// has closed it.
    async fn listen(
        &mut self,
        stream: &mut SplitStream<WebSocket>,
        failed: &mut mpsc::Receiver<Closing>,
    ) -> Option<Closing> {
        let opened = Instant::now();
        let (mut heard, mut asked) = (opened, opened);
        let mut beats = time::interval(BEAT.min(self.terms.keep_alive));
        let mut stop = self.stop.clone();
        let mut is_stopping = false;
        loop {
            if is_stopping && self.tasks.is_empty() {
                return Some(Closing::STOPPING);
            }
            let is_greeted = self.asking.is_some();
            // Clocks before what is heard: whoever talks all the time is not to stop them.
            tokio::select! {
                biased;
                Some(closing) = failed.recv() => return Some(closing),
                () = stopped(&mut stop), if !is_stopping => is_stopping = true,
                () = time::sleep_until(opened + self.terms.greeting), if !is_greeted => {
                    return Some(Closing::NOT_GREETED);
                }
                _ = beats.tick() => {
                    // A sign of life that was asked for, and was not given in its time.
                    if asked > heard && asked.elapsed() >= self.terms.keep_alive {
                        return Some(Closing::SILENT);
                    }
                    if self.ends_at.is_some_and(|ends_at| self.now() >= ends_at) {
                        return Some(Closing::EXPIRED);
                    }
                    if asked.elapsed() >= self.terms.keep_alive {
                        asked = Instant::now();
                        // Where much waits to be written, that is sign of life enough.
                        let _ = self.signs.try_send(Sign::Ping);
                    }
                }
                Some(_) = self.tasks.join_next() => {}
                read = stream.next() => {
                    heard = Instant::now();
                    match read? {
                        Ok(Message::Text(text)) => match self.take(&text, is_stopping).await {
                            Ok(()) => {}
                            Err(closing) => return Some(closing),
                        },
                        Ok(Message::Binary(_)) => return Some(Closing::BAD_MESSAGE),
                        Ok(Message::Ping(_) | Message::Pong(_)) => {}
                        Ok(Message::Close(_)) => return None,
                        Err(fault) => return Some(Closing::of_fault(&fault)),
                    }
                }
            }
        }
    }

    fn now(&self) -> i64 {
        self.app.database.clock().now().to_microseconds()
    }

    /// Does what one message says.
    async fn take(&mut self, text: &str, is_stopping: bool) -> Result<(), Closing> {
        match Received::read(text).ok_or(Closing::BAD_MESSAGE)? {
            Received::ConnectionInit { .. } if self.asking.is_some() => Err(Closing::GREETED_TWICE),
            Received::ConnectionInit { payload } => self.greet(payload.unwrap_or_default()).await,
            Received::Ping { payload } => self.say(message::pong(payload)).await,
            Received::Pong {} => Ok(()),
            Received::Subscribe { .. } if is_stopping => Err(Closing::STOPPING),
            Received::Subscribe { id, payload } => self.begin(id, payload),
            Received::Complete { id } => {
                let ended = self.going().remove(&id);
                if let Some((_, task)) = ended {
                    task.abort();
                }
                Ok(())
            }
        }
    }

    async fn say(&self, text: String) -> Result<(), Closing> {
        // Where nobody writes any more, the socket is closed already.
        self.signs.send(Sign::Text(text)).await.map_err(|_| Closing::SLOW)
    }

    /// Learns who asks: as the first message says it, or else as the handshake did.
    async fn greet(&mut self, mut payload: Map<String, Value>) -> Result<(), Closing> {
        let mut headers = self.handshake.headers.clone();
        let said = payload.remove("authorization").or_else(|| payload.remove("Authorization"));
        if let Some(said) = said.filter(|said| !said.is_null()) {
            let said = said.as_str().and_then(|said| HeaderValue::from_str(said).ok());
            headers.insert(header::AUTHORIZATION, said.ok_or(Closing::NO_BEARER)?);
        }
        let id = RequestId(self.app.database.clock().new_id());
        let asked = authorization::viewer(&self.app, &headers, Media::Json, id);
        match timeout(self.app.deadline, asked).await {
            Ok(Ok(_)) => {}
            Ok(Err(refused)) => return Err(Closing::of_answer(&refused)),
            Err(_) => return Err(Closing::FAULT),
        }
        self.ends_at = authorization::ends_at(&headers);
        self.asking = Some(headers);
        self.say(message::ACKNOWLEDGED.to_owned()).await
    }

    /// Begins an operation.
    fn begin(&mut self, id: String, asked: Asked) -> Result<(), Closing> {
        let Some(headers) = self.asking.clone() else { return Err(Closing::NOT_ACKNOWLEDGED) };
        let going = Arc::clone(&self.going);
        let mut held = going.lock().unwrap_or_else(PoisonError::into_inner);
        if held.contains_key(&id) {
            return Err(Closing::SAME_ID);
        }
        if held.len() >= self.terms.operations {
            return Err(Closing::TOO_MANY);
        }
        self.begun += 1;
        let operation = Operation {
            app: Arc::clone(&self.app),
            headers,
            peer: self.handshake.peer,
            asked,
            way: Way::Streamed,
            carrier: "SOCKET",
            position: self.app.tail.head(),
            stop: self.stop.clone(),
        };
        let begun = Begun {
            id: id.clone(),
            number: self.begun,
            going: Arc::clone(&self.going),
            queue: self.queue.clone(),
            fail: self.fail.clone(),
        };
        let task = self.tasks.spawn(begun.run(operation));
        held.insert(id, (self.begun, task));
        Ok(())
    }

    fn going(&self) -> std::sync::MutexGuard<'_, HashMap<String, (u64, AbortHandle)>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An operation of a socket.
struct Begun {
    id: String,
    number: u64,
    going: Going,
    queue: mpsc::Sender<Outgoing>,
    fail: mpsc::Sender<Closing>,
}

impl Begun {
    async fn run(self, operation: Operation) {
        let end = operation.run(&self).await;
        self.leave();
        if let End::Unknown(unknown) = end {
            // A second reason changes nothing.
            let _ = self.fail.send(unknown.into()).await;
        }
    }

    /// Before the client is told that it has ended: then it may use the id again.
    fn leave(&self) {
        let mut held = self.going.lock().unwrap_or_else(PoisonError::into_inner);
        if held.get(&self.id).is_some_and(|(number, _)| *number == self.number) {
            held.remove(&self.id);
        }
    }
}

/// Room in the queue of a socket for what is told of one of its operations.
struct Place<'a> {
    begun: &'a Begun,
    permit: mpsc::Permit<'a, Outgoing>,
}

impl Outlet for Begun {
    async fn room(&self) -> Option<impl Room> {
        let permit = self.queue.reserve().await.ok()?;
        Some(Place { begun: self, permit })
    }
}

impl Room for Place<'_> {
    fn tell(self, word: Word) {
        let id = &self.begun.id;
        if !matches!(word, Word::Next(_)) {
            self.begun.leave();
        }
        self.permit.send(match word {
            Word::Next(result) => Outgoing::Text(message::next(id, &result)),
            Word::Last(result) => {
                Outgoing::Last([message::next(id, &result), message::complete(id)])
            }
            Word::Refused(answer) => Outgoing::Text(message::error(id, &answer)),
            Word::Complete => Outgoing::Text(message::complete(id)),
        });
    }
}
