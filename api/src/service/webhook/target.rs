//! Where messages may be sent to.

use std::net::IpAddr;

use reqwest::Url;

use super::address::is_public;
use crate::service::{Code, Refusal};

/// The longest URL, in characters.
const LONGEST: usize = 2_000;
/// The first port that is nobody's in particular: those before it are other services'.
const FIRST_PORT: u16 = 1_024;
const HTTPS_PORT: u16 = 443;

/// An address that messages may be sent to, as far as it can be told without asking for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// Reads a URL.
    ///
    /// # Errors
    /// `INVALID_VALUE` at `url`.
    pub fn read(text: &str, is_private_allowed: bool) -> Result<Self, Refusal> {
        let refused = |sentence: &str| Err(Refusal::new(Code::InvalidValue, sentence).at("url"));
        if text.chars().count() > LONGEST {
            return refused("write a URL of at most 2000 characters");
        }
        let Ok(url) = Url::parse(text) else {
            return refused("write a whole URL, such as https://example.org/tributary");
        };
        let is_plain = url.scheme() == "http" && is_private_allowed;
        if url.scheme() != "https" && !is_plain {
            return refused("write a URL that begins with https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("leave user and password out: messages are signed instead");
        }
        if url.fragment().is_some() {
            return refused("leave the part from # on out: no receiver is told of it");
        }
        let target = Self(url);
        if target.name().is_none() && target.literal().is_none() {
            return refused("name a host");
        }
        let port = target.0.port_or_known_default().unwrap_or(0);
        let is_usual = port == HTTPS_PORT || port >= FIRST_PORT;
        if !is_usual && !is_private_allowed {
            return refused("use port 443, or one from 1024 on");
        }
        if target.literal().is_some_and(|address| !is_private_allowed && !is_public(address)) {
            return refused(NOT_PUBLIC);
        }
        Ok(target)
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The name that has to be resolved; none where the address itself is written.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.host_str().filter(|host| !host.is_empty() && self.literal().is_none())
    }

    fn literal(&self) -> Option<IpAddr> {
        let host = self.0.host_str()?;
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// The URL without its query, which may hold what nobody else is to read.
    #[must_use]
    pub fn without_query(&self) -> String {
        let mut url = self.0.clone();
        url.set_query(None);
        url.into()
    }
}

/// What is said of an address that is not of the public Internet.
pub(super) const NOT_PUBLIC: &str =
    "this address is not of the public Internet: name a host that everybody reaches";

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(url: &str) -> bool {
        Target::read(url, false).is_ok()
    }

    #[test]
    fn only_https_to_usual_ports_of_public_hosts_is_taken() {
        for url in [
            "https://example.org",
            "https://example.org/hook?for=1",
            "https://example.org:8443/hook",
            "https://example.org:1024/",
            "https://8.8.8.8/hook",
            "https://[2606:4700:4700::1111]/hook",
        ] {
            assert!(is_taken(url), "{url}");
        }
        let long = format!("https://example.org/{}", "a".repeat(2_000));
        for url in [
            "",
            "example.org",
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://user@example.org/",
            "https://user:password@example.org/",
            "https://example.org/#part",
            "https://example.org:22/",
            "https://example.org:1023/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            &long,
        ] {
            assert!(!is_taken(url), "{url}");
        }
        assert!(Target::read("http://127.0.0.1:80/", true).is_ok(), "for development");
        assert!(Target::read("http://user@127.0.0.1/", true).is_err());
    }

    #[test]
    fn what_is_told_of_a_target_has_no_query() {
        let target = Target::read("https://example.org/hook?token=x", false).ok().unwrap();
        assert_eq!(target.without_query(), "https://example.org/hook");
        assert_eq!(target.name(), Some("example.org"));
    }
}
