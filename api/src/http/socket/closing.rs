use axum::{
    Error,
    extract::ws::{CloseFrame, Utf8Bytes},
    response::Response,
};

use super::super::authorization::Unknown;

/// Why this program closes a socket: a code of the protocol, and a sentence of this closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Closing {
    code: u16,
    /// The code, as it is counted.
    pub label: &'static str,
    /// What is said of it.
    pub sentence: &'static str,
}

impl Closing {
    pub const SILENT: Self = Self::new(1001, "1001", "nothing was heard from you for too long");
    pub const UNREADABLE: Self = Self::new(1002, "1002", "what you sent is no WebSocket");
    pub const TOO_LARGE: Self = Self::new(1009, "1009", "a message has at most 256 KiB");
    pub const FAULT: Self = Self::new(1011, "1011", "something failed here: open another socket");
    pub const STOPPING: Self =
        Self::new(1012, "1012", "this server stops: open another socket and subscribe again");
    pub const SLOW: Self =
        Self::new(1013, "1013", "you read too slowly: subscribe again, and ask for what is now");
    pub const ISSUER_SILENT: Self =
        Self::new(1013, "1013", "the issuer of your access token does not answer: try again later");
    pub const BAD_MESSAGE: Self = Self::new(
        4400,
        "4400",
        "send JSON: connection_init, subscribe with an id, complete with an id, ping or pong",
    );
    pub const NOT_ACKNOWLEDGED: Self =
        Self::new(4401, "4401", "send connection_init and wait for connection_ack before you ask");
    pub const NO_BEARER: Self =
        Self::new(4403, "4403", "send the access token as `Bearer …` in authorization");
    pub const INVALID: Self =
        Self::new(4403, "4403", "the access token is not valid: sign in again");
    pub const EXPIRED: Self = Self::new(
        4403,
        "4403",
        "the access token has ended: refresh the session, and open another",
    );
    pub const ENDED: Self =
        Self::new(4403, "4403", "what the access token was given for has ended: sign in again");
    pub const UNLINKED: Self =
        Self::new(4403, "4403", "the access token stands for no member here: ask an ADMIN");
    pub const SUBPROTOCOL: Self =
        Self::new(4406, "4406", "speak graphql-transport-ws: no other subprotocol is spoken here");
    pub const NOT_GREETED: Self = Self::new(4408, "4408", "connection_init did not come in time");
    pub const SAME_ID: Self =
        Self::new(4409, "4409", "an operation with this id goes on: give each an id of its own");
    pub const GREETED_TWICE: Self = Self::new(4429, "4429", "send connection_init only once");
    pub const TOO_MANY: Self =
        Self::new(4429, "4429", "as many operations go on over this socket as may: complete some");

    const fn new(code: u16, label: &'static str, sentence: &'static str) -> Self {
        assert!(sentence.len() <= 123, "a frame that closes has no room for more");
        Self { code, label, sentence }
    }

    /// Why what was read could not be.
    pub fn of_fault(fault: &Error) -> Self {
        // The reader's errors have types of another crate, and what they are is known by their words.
        let fault = fault.to_string();
        if fault.contains("too long") || fault.contains("too big") {
            Self::TOO_LARGE
        } else {
            Self::UNREADABLE
        }
    }

    /// Why it is not known who asks, from the answer that a request would have.
    pub fn of_answer(answer: &Response) -> Self {
        match answer.extensions().get::<Unknown>() {
            Some(unknown) => (*unknown).into(),
            None if answer.status().as_u16() == 503 => Self::ISSUER_SILENT,
            None => Self::FAULT,
        }
    }

    /// True when what the client sent could not be read to its end.
    pub fn is_of_what_was_read(self) -> bool {
        self == Self::TOO_LARGE || self == Self::UNREADABLE
    }

    pub fn frame(self) -> CloseFrame {
        CloseFrame { code: self.code, reason: Utf8Bytes::from_static(self.sentence) }
    }
}

impl From<Unknown> for Closing {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::NoBearer => Self::NO_BEARER,
            Unknown::Invalid => Self::INVALID,
            Unknown::Expired => Self::EXPIRED,
            Unknown::Ended => Self::ENDED,
            Unknown::Unlinked => Self::UNLINKED,
        }
    }
}
