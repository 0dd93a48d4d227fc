use std::collections::BTreeMap;

use entities::membership::Role;
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use reqwest::Url;
use serde::Deserialize;

/// The longest name of an issuer, as links of identities hold it.
const LONGEST: usize = 255;
/// The most issuers.
const MOST: usize = 32;

/// Why issuers cannot be trusted as they are written.
#[derive(Debug, thiserror::Error)]
pub enum NotIssuers {
    /// It is no list of issuers.
    #[error("it is no list of issuers: {0}")]
    Form(#[from] serde_json::Error),
    /// One is written in a way that cannot be trusted.
    #[error("the issuer {issuer:?}: {why}")]
    Issuer {
        /// Which.
        issuer: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The same issuer, or too many of them.
    #[error("each issuer is named once, and there are at most {MOST}")]
    Number,
    /// No client can be made that asks for keys.
    #[error("keys cannot be asked for: {0}")]
    Client(#[from] reqwest::Error),
}

/// An issuer, and what its claims mean here.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Settings {
    /// What its tokens have as `iss`, exactly.
    pub issuer: String,
    /// What its tokens for this server have as `aud`.
    pub audience: String,
    /// Where it publishes its keys.
    keys: String,
    /// What it may sign with.
    #[serde(default = "usual_algorithms")]
    pub algorithms: Vec<Algorithm>,
    /// The claim that says who is meant, for good.
    #[serde(default = "usual_subject")]
    pub subject: String,
    /// As which organisation its tokens act.
    pub organisation: ActsAs,
    /// What its claims say of roles; without it, every role that is held.
    pub roles: Option<Roles>,
    /// The domains of whose verified addresses it is believed to know the accounts; none unless
    /// they are named.
    #[serde(default)]
    pub email_domains: Vec<String>,
}

/// As which organisation tokens act.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum ActsAs {
    /// As this one, by its code.
    Code(String),
    /// As the one whose code this claim has.
    Claim(String),
}

/// What claims say of roles.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    /// The claim that has them.
    pub claim: String,
    /// The roles that each of its values leaves; a value that is not named leaves none.
    pub meaning: BTreeMap<String, Vec<Role>>,
}

fn usual_subject() -> String {
    "sub".to_owned()
}

fn usual_algorithms() -> Vec<Algorithm> {
    vec![Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA]
}

/// The issuers of a JSON list, each with where its keys are.
pub(super) fn read(list: &str, loopback: bool) -> Result<Vec<(Settings, Url)>, NotIssuers> {
    let read: Vec<Settings> = serde_json::from_str(list)?;
    let is_twice = |(place, one): (usize, &Settings)| {
        read[..place].iter().any(|other| other.issuer == one.issuer)
    };
    if read.len() > MOST || read.iter().enumerate().any(is_twice) {
        return Err(NotIssuers::Number);
    }
    read.into_iter()
        .map(|settings| match trusted(&settings, loopback) {
            Ok(url) => Ok((settings, url)),
            Err(why) => Err(NotIssuers::Issuer { issuer: settings.issuer, why }),
        })
        .collect()
}

/// Where the keys of an issuer are, which may be trusted as it is written.
fn trusted(settings: &Settings, loopback: bool) -> Result<Url, &'static str> {
    if settings.issuer.chars().count() > LONGEST || safe(&settings.issuer, loopback).is_none() {
        return Err("write `issuer` as an https address of at most 255 characters");
    }
    let is_said = |text: &str| !text.trim().is_empty();
    let (ActsAs::Code(organisation) | ActsAs::Claim(organisation)) = &settings.organisation;
    if ![&settings.audience, &settings.subject, organisation].into_iter().all(|it| is_said(it)) {
        return Err("`audience`, `subject` and `organisation` cannot be empty");
    }
    let is_public = |algorithm: &Algorithm| algorithm.family() != AlgorithmFamily::Hmac;
    if settings.algorithms.is_empty() || !settings.algorithms.iter().all(is_public) {
        return Err("name at least one of `algorithms`, and none whose keys are secret (HS…)");
    }
    if settings.roles.as_ref().is_some_and(|roles| !is_said(&roles.claim)) {
        return Err("`roles` names the claim that has them");
    }
    let is_domain = |domain: &String| is_said(domain) && !domain.contains(['@', '*', ' ']);
    if !settings.email_domains.iter().all(is_domain) {
        return Err("write `emailDomains` as example.nhs.uk, without @ and *");
    }
    safe(&settings.keys, loopback).ok_or("write `keys` as the https address of its key set")
}

/// An address that nobody between can answer for, and that holds no password.
fn safe(address: &str, loopback: bool) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let is_here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_here && loopback;
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_safe && is_bare && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn good() -> Value {
        json!({
            "issuer": "https://login.example/tenant", "audience": "tributary",
            "keys": "https://login.example/tenant/keys", "organisation": { "code": "QKK" },
            "roles": { "claim": "roles", "meaning": { "Pool": ["FINANCE", "VIEWER"] } },
            "emailDomains": ["example.nhs.uk"],
        })
    }

    fn with(name: &str, value: Value) -> Value {
        let mut issuer = good();
        issuer[name] = value;
        issuer
    }

    fn is_read(issuers: &Value, loopback: bool) -> bool {
        read(&issuers.to_string(), loopback).is_ok()
    }

    #[test]
    fn an_issuer_is_trusted_over_https_or_on_this_machine_where_that_is_allowed() {
        assert!(is_read(&json!([good()]), false) && is_read(&json!([]), false));
        for name in ["issuer", "keys"] {
            let here = with(name, json!("http://127.0.0.1:9000/a"));
            assert!(!is_read(&json!([here]), false) && is_read(&json!([here]), true), "{name}");
            for wrong in
                ["http://login.example", "ftp://127.0.0.1/", "login.example", "", "https://"]
            {
                assert!(!is_read(&json!([with(name, json!(wrong))]), true), "{name} {wrong}");
            }
        }
        let secret = with("keys", json!("https://user:password@login.example/keys"));
        assert!(!is_read(&json!([secret]), false));
    }

    #[test]
    fn what_cannot_be_trusted_is_refused() {
        for (name, wrong) in [
            ("audience", json!("")),
            ("subject", json!(" ")),
            ("organisation", json!({ "code": "" })),
            ("organisation", json!({ "code": "A", "claim": "b" })),
            ("organisation", json!("QKK")),
            ("algorithms", json!([])),
            ("algorithms", json!(["RS256", "HS256"])),
            ("algorithms", json!(["none"])),
            ("roles", json!({ "claim": "roles", "meaning": { "Pool": ["KING"] } })),
            ("roles", json!({ "claim": "", "meaning": {} })),
            ("emailDomains", json!(["@example.nhs.uk"])),
            ("emailDomains", json!(["*"])),
            ("emailDomain", json!(["example.nhs.uk"])),
        ] {
            assert!(!is_read(&json!([with(name, wrong.clone())]), false), "{name}: {wrong}");
        }
        assert!(!is_read(&json!([good(), good()]), false), "named twice");
        assert!(!is_read(&good(), false), "no list");
    }
}
