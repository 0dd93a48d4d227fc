//! Sends one message over HTTP.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use entities::webhook::WebhookOutcome as Outcome;
use futures_util::future::BoxFuture;
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use tokio::{net::lookup_host, time::timeout};

use super::{
    address::is_public,
    target::{NOT_PUBLIC, Target},
};
use crate::service::{Code, Refusal};

/// How long one attempt may take in all.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long there may be no connection, and how long a name is looked for.
const CONNECT: Duration = Duration::from_secs(3);
/// How much of an answer is read.
const MOST_READ: usize = 1_024;

/// How names become addresses.
#[derive(Clone)]
pub struct Names(Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>);

/// Sends messages, to no address that is not of the public Internet unless it is told to.
#[derive(Clone, Debug)]
pub struct Sender {
    client: Client,
    names: Names,
    /// Whether it sends to any address, without TLS too: for development.
    pub is_private_allowed: bool,
}

/// A message as it is sent.
pub struct Message {
    /// Its identity.
    pub id: String,
    /// When it is sent, in seconds since 1970 UTC.
    pub timestamp: i64,
    /// What proves it.
    pub signatures: String,
    /// Its body.
    pub body: String,
}

/// What came of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What came of it.
    pub outcome: Outcome,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// After how many seconds the receiver wants to be asked again.
    pub retry_after_seconds: Option<u64>,
}

impl Names {
    /// As the machine does it.
    #[must_use]
    pub fn system() -> Self {
        Self::by(|name| {
            Box::pin(async move {
                let found = lookup_host((name, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }

    /// As `look_up` says.
    pub fn by(
        look_up: impl Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(look_up))
    }

    async fn of(&self, name: &str, is_private_allowed: bool) -> Result<Vec<IpAddr>, NoAddress> {
        let found = timeout(CONNECT, (self.0)(name.to_owned())).await;
        let found = found.ok().and_then(Result::ok).unwrap_or_default();
        match found.iter().all(|address| is_private_allowed || is_public(*address)) {
            _ if found.is_empty() => Err(NoAddress::Unresolved),
            // One of several is enough to be refused: which one is connected to is not for the name to say.
            false => Err(NoAddress::Private),
            true => Ok(found),
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

/// Why a name leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum NoAddress {
    #[error("the name has no address")]
    Unresolved,
    #[error("the name has an address that is not of the public Internet")]
    Private,
}

/// Names looked up for the client, which connects to the addresses that were looked at and no others.
struct Checked {
    names: Names,
    is_private_allowed: bool,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, is_private_allowed) = (self.names.clone(), self.is_private_allowed);
        Box::pin(async move {
            let found = names.of(name.as_str(), is_private_allowed).await?;
            let addresses: Addrs =
                Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

impl Sender {
    /// A sender. No proxy is asked, whatever the environment says: it would connect to what it likes.
    ///
    /// # Errors
    /// When there is no TLS.
    pub fn new(names: Names, is_private_allowed: bool) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT)
            // A connection that is kept would be one to an address of yesterday.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("Tributary-Webhooks/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Checked { names: names.clone(), is_private_allowed }))
            .build()?;
        Ok(Self { client, names, is_private_allowed })
    }

    /// Where messages to a URL go, which leads to the public Internet as far as can be told now.
    ///
    /// # Errors
    /// `INVALID_VALUE` at `url`.
    pub async fn target(&self, url: &str) -> Result<Target, Refusal> {
        let target = Target::read(url, self.is_private_allowed)?;
        let Some(name) = target.name() else { return Ok(target) };
        let sentence = match self.names.of(name, self.is_private_allowed).await {
            Ok(_) => return Ok(target),
            Err(NoAddress::Unresolved) => "this name has no address now: look for a mistake in it",
            Err(NoAddress::Private) => NOT_PUBLIC,
        };
        Err(Refusal::new(Code::InvalidValue, sentence).at("url"))
    }

    /// Sends a message once. Of the answer its status counts.
    pub async fn send(&self, url: &str, message: &Message) -> Sent {
        let Ok(target) = Target::read(url, self.is_private_allowed) else {
            return Sent::without_answer(Outcome::PrivateAddress);
        };
        let asked = self
            .client
            .post(target.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", &message.signatures)
            .body(message.body.clone());
        match asked.send().await {
            Ok(answer) => Sent::answered(answer, message.timestamp).await,
            Err(why) => Sent::without_answer(outcome_of(&why)),
        }
    }
}

impl Sent {
    fn without_answer(outcome: Outcome) -> Self {
        Self { outcome, status: None, retry_after_seconds: None }
    }

    async fn answered(mut answer: Response, now: i64) -> Self {
        let status = answer.status();
        let retry_after_seconds = retry_after(answer.headers(), now);
        // A receiver that is cut off while it writes would take that for a fault of its own.
        let mut left = MOST_READ;
        while let Ok(Some(chunk)) = answer.chunk().await {
            let Some(rest) = left.checked_sub(chunk.len()) else { break };
            left = rest;
        }
        let outcome = match status.as_u16() {
            200..=299 => Outcome::Delivered,
            300..=399 => Outcome::Redirected,
            410 => Outcome::Gone,
            _ => Outcome::Refused,
        };
        Self { outcome, status: Some(status.as_u16()), retry_after_seconds }
    }
}

fn retry_after(headers: &HeaderMap, now: i64) -> Option<u64> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?;
    said.parse().ok().or_else(|| {
        let at = chrono::DateTime::parse_from_rfc2822(said).ok()?;
        u64::try_from(at.timestamp().saturating_sub(now)).ok()
    })
}

fn outcome_of(why: &reqwest::Error) -> Outcome {
    if why.is_timeout() {
        return Outcome::TimedOut;
    }
    let mut source: Option<&(dyn Error + 'static)> = Some(why);
    while let Some(cause) = source {
        match cause.downcast_ref::<NoAddress>() {
            Some(NoAddress::Private) => return Outcome::PrivateAddress,
            Some(NoAddress::Unresolved) => return Outcome::Unresolved,
            None => source = cause.source(),
        }
    }
    Outcome::Unreachable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_says_when_to_come_again_in_seconds_or_by_a_date() {
        let after = |said: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, said.parse().unwrap())]);
            retry_after(&headers, 784_111_777 - 60)
        };
        assert_eq!(after("120"), Some(120));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT"), Some(60));
        assert_eq!(after("Sun, 06 Nov 1994 08:40:00 GMT"), None, "it is over");
        assert_eq!((after("soon"), after("-1"), after("1.5")), (None, None, None));
        assert_eq!(retry_after(&HeaderMap::new(), 0), None);
    }

    #[tokio::test]
    async fn one_private_address_among_several_is_enough_to_be_refused() {
        let name = |addresses: &'static [&'static str]| {
            Names::by(move |_| {
                let found = addresses.iter().map(|address| address.parse().unwrap()).collect();
                Box::pin(async move { Ok(found) })
            })
        };
        let of = async |addresses, is_private_allowed| {
            name(addresses).of("example.org", is_private_allowed).await.map(|found| found.len())
        };
        assert_eq!(of(&["8.8.8.8", "1.1.1.1"], false).await, Ok(2));
        assert_eq!(of(&["8.8.8.8", "10.0.0.1"], false).await, Err(NoAddress::Private));
        assert_eq!(of(&["8.8.8.8", "10.0.0.1"], true).await, Ok(2));
        assert_eq!(of(&[], true).await, Err(NoAddress::Unresolved));
    }
}
