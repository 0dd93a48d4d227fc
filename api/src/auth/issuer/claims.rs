use std::time::Duration;

use entities::{membership::Role, value::Instant};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

use super::settings::{ActsAs, Settings};
use crate::auth::token::{LEEWAY, LONGEST_LIFETIME, Refused};

/// The longest subject (OpenID Connect Core, 2).
const LONGEST_SUBJECT: usize = 255;

/// What a token claims, once its signature is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claimed {
    /// What the issuer calls whom it means.
    pub subject: String,
    /// The address that it has verified, where it is believed to.
    pub email: Option<String>,
    /// The code of the organisation to act as.
    pub organisation: String,
    /// What is left of the roles that are held; all of them where it says nothing of roles.
    pub roles: Option<Vec<Role>>,
}

/// The id of the key that is said to have signed `token`, and how; nothing of it is verified yet.
pub(super) fn header(token: &str, settings: &Settings) -> Result<(String, Algorithm), Refused> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Invalid)?;
    // What a header calls critical has to be understood, and nothing of it is (RFC 7515, 4.1.11).
    if header.crit.is_some() || !settings.algorithms.contains(&header.alg) {
        return Err(Refused::Invalid);
    }
    Ok((header.kid.ok_or(Refused::Invalid)?, header.alg))
}

/// What `token`, signed with `key`, claims.
pub(super) fn read(
    token: &str,
    (key, algorithm): (&DecodingKey, Algorithm),
    settings: &Settings,
    now: Instant,
) -> Result<Claimed, Refused> {
    let mut rules = Validation::new(algorithm);
    rules.set_required_spec_claims(&["exp", "iss", "aud"]);
    rules.set_issuer(&[&settings.issuer]);
    rules.set_audience(&[&settings.audience]);
    // The library would ask the machine's clock and not the injected one.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    let read = jsonwebtoken::decode::<Map<String, Value>>(token, key, &rules);
    let claims = read.map_err(|_| Refused::Invalid)?.claims;
    in_time(&claims, now)?;
    claimed(&claims, settings).ok_or(Refused::Invalid)
}

/// Refuses what has ended, has not begun, or would last longer than any token of this program.
fn in_time(claims: &Map<String, Value>, now: Instant) -> Result<(), Refused> {
    let instant = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(said) => said.as_i64().map(Some).ok_or(Refused::Invalid),
    };
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(0);
    let (now, leeway) = (now.to_utc().timestamp(), seconds(LEEWAY));
    let ends = instant("exp")?.ok_or(Refused::Invalid)?;
    if ends.saturating_add(leeway) <= now {
        return Err(Refused::Expired);
    }
    let begins = instant("nbf")?.max(instant("iat")?).unwrap_or(now);
    let is_too_long = ends.saturating_sub(now) > seconds(LONGEST_LIFETIME) + leeway;
    if begins.saturating_sub(leeway) > now || is_too_long {
        return Err(Refused::Invalid);
    }
    Ok(())
}

fn claimed(claims: &Map<String, Value>, settings: &Settings) -> Option<Claimed> {
    let text = |name: &str| claims.get(name)?.as_str().map(str::to_owned);
    let subject = text(&settings.subject)
        .filter(|subject| (1..=LONGEST_SUBJECT).contains(&subject.chars().count()))?;
    let organisation = match &settings.organisation {
        ActsAs::Code(code) => code.clone(),
        ActsAs::Claim(name) => text(name)?,
    };
    let is_verified = claims.get("email_verified") == Some(&Value::Bool(true));
    let email = text("email").filter(|email| is_verified && is_vouched_for(email, settings));
    let roles = settings.roles.as_ref().map(|roles| {
        let values = match claims.get(&roles.claim) {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        values.iter().filter_map(|value| roles.meaning.get(*value)).flatten().copied().collect()
    });
    Some(Claimed { subject, email, organisation, roles })
}

/// An issuer knows the addresses of its own domains, whatever else it writes.
fn is_vouched_for(email: &str, settings: &Settings) -> bool {
    let Some((_, domain)) = email.rsplit_once('@') else { return false };
    settings.email_domains.iter().any(|own| own.eq_ignore_ascii_case(domain))
}
