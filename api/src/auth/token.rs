//! Access tokens: JSON Web Tokens signed with Ed25519, which say who asks and for whom.

use std::time::Duration;

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use domain::policy::decisions::{ActingTeam, Limits};
use entities::value::Instant;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Viewer,
    keys::{CannotSign, SigningKey},
    role_name, role_named,
};

/// How long a token of a session, or of "view as", lasts.
pub const LIFETIME: Duration = Duration::from_secs(15 * 60);
/// The longest that a token made by the operator may last.
pub const LONGEST_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// How far the clocks of two servers may differ.
pub const LEEWAY: Duration = Duration::from_secs(30);

/// Who issues the tokens, and for whom: this program.
const TRIBUTARY: &str = "tributary";
/// The subject of a token that belongs to no account.
const OPERATOR: &str = "operator";

/// An access token, and when it ends.
#[derive(Clone)]
pub struct Token {
    /// What is sent as a bearer token.
    pub text: String,
    /// When it ends.
    pub expires_at: Instant,
}

/// Whose view of what a token previews (rule V7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previewed {
    /// The organisation whose view it is.
    #[serde(rename = "org")]
    pub organisation: Uuid,
    /// What both stand to.
    #[serde(flatten)]
    pub of: PreviewOf,
}

/// What is previewed, with everything under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PreviewOf {
    /// An agreement, by its host.
    #[serde(rename = "agr")]
    Agreement(Uuid),
    /// A contract, by the commissioner that leads.
    #[serde(rename = "ctr")]
    Contract(Uuid),
}

/// What a token is given for beside its viewer.
#[derive(Clone, Copy, Default)]
struct GivenFor {
    service_key: Option<Uuid>,
    preview: Option<Previewed>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    org: Uuid,
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    team: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preview: Option<Previewed>,
    jti: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    service_key: Option<Uuid>,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
}

/// What a token says, once its signature is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The token's own identity, by which it is revoked.
    pub id: Uuid,
    /// For whom it speaks. Of a service account, its scopes are still to be read.
    pub viewer: Viewer,
    /// The key of the service account that it was given for.
    pub service_key: Option<Uuid>,
    /// What it previews; the viewer is whoever previews.
    pub preview: Option<Previewed>,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no token of this program, or it was changed.
    #[error("the access token is not valid: sign in again")]
    Invalid,
    /// It has ended.
    #[error("the access token has expired: refresh the session, or sign in again")]
    Expired,
}

/// A token for `viewer`, which ends `lifetime` from `now`.
///
/// # Errors
/// When the key is damaged.
pub fn sign(
    key: &SigningKey,
    viewer: &Viewer,
    now: Instant,
    lifetime: Duration,
) -> Result<Token, CannotSign> {
    sign_with(key, (viewer, GivenFor::default()), now, lifetime)
}

/// A token in which `viewer` previews another organisation's view.
///
/// # Errors
/// When the key is damaged.
pub fn sign_for_preview(
    key: &SigningKey,
    (viewer, preview): (&Viewer, Previewed),
    now: Instant,
) -> Result<Token, CannotSign> {
    let given_for = GivenFor { preview: Some(preview), ..GivenFor::default() };
    sign_with(key, (viewer, given_for), now, LIFETIME)
}

/// A token for the service account `viewer`, which is good while the key `service_key` is.
///
/// # Errors
/// When the key is damaged.
pub fn sign_for_service(
    key: &SigningKey,
    (viewer, service_key): (&Viewer, Uuid),
    now: Instant,
) -> Result<Token, CannotSign> {
    let given_for = GivenFor { service_key: Some(service_key), ..GivenFor::default() };
    sign_with(key, (viewer, given_for), now, LIFETIME)
}

fn sign_with(
    key: &SigningKey,
    (viewer, GivenFor { service_key, preview }): (&Viewer, GivenFor),
    now: Instant,
    lifetime: Duration,
) -> Result<Token, CannotSign> {
    let iat = now.to_utc().timestamp();
    let exp = iat + i64::try_from(lifetime.min(LONGEST_LIFETIME).as_secs()).unwrap_or(0);
    let claims = Claims {
        iss: TRIBUTARY.to_owned(),
        aud: TRIBUTARY.to_owned(),
        sub: viewer.account.map_or_else(|| OPERATOR.to_owned(), |account| account.to_string()),
        org: viewer.organisation,
        roles: viewer.roles.iter().copied().map(role_name).collect(),
        team: viewer.team.map(|team| team.id),
        preview,
        jti: new_id()?,
        sid: viewer.session,
        service_key,
        iat,
        nbf: None,
        exp,
    };
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::EdDSA) };
    let text = jsonwebtoken::encode(&header, &claims, &key.private)?;
    Ok(Token { text, expires_at: Instant(exp.saturating_mul(1_000_000)) })
}

/// Random and not made of the time, so that nobody revokes another token by guessing.
fn new_id() -> Result<Uuid, CannotSign> {
    let mut random = [0; 16];
    rand::fill(&mut random).map_err(|_| CannotSign::NoRandomness)?;
    Ok(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// The id of the key that is said to have signed `token`; nothing of it is verified yet.
///
/// # Errors
/// When it is no token, or names no key.
pub fn key_id(token: &str) -> Result<String, Refused> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Invalid)?;
    if header.alg != Algorithm::EdDSA {
        return Err(Refused::Invalid);
    }
    header.kid.ok_or(Refused::Invalid)
}

/// Whom `token`, signed with `key`, speaks for.
///
/// # Errors
/// When it was not signed with `key`, is meant for somebody else, or has ended.
pub fn read(token: &str, key: &DecodingKey, now: Instant) -> Result<Said, Refused> {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.set_issuer(&[TRIBUTARY]);
    rules.set_audience(&[TRIBUTARY]);
    // The library would ask the machine's clock and not the injected one.
    rules.validate_exp = false;
    rules.validate_nbf = false;
    let claims =
        jsonwebtoken::decode::<Claims>(token, key, &rules).map_err(|_| Refused::Invalid)?.claims;
    let today = now.to_utc().date_naive();
    let now = now.to_utc().timestamp();
    let leeway = i64::try_from(LEEWAY.as_secs()).unwrap_or(0);
    if claims.exp.saturating_add(leeway) <= now {
        return Err(Refused::Expired);
    }
    let begins = claims.nbf.map_or(claims.iat, |nbf| nbf.max(claims.iat));
    if begins.saturating_sub(leeway) > now {
        return Err(Refused::Invalid);
    }
    said(claims, today).ok_or(Refused::Invalid)
}

/// The identity of a token, from its text or from the identity itself. Nothing is verified: whoever
/// takes back what was never given changes nothing.
#[must_use]
pub fn id_of(written: &str) -> Option<Uuid> {
    #[derive(Deserialize)]
    struct Id {
        jti: Uuid,
    }
    let written = written.trim();
    Uuid::parse_str(written).ok().or_else(|| {
        let claims = URL_SAFE_NO_PAD.decode(written.split('.').nth(1)?).ok()?;
        serde_json::from_slice::<Id>(&claims).ok().map(|id| id.jti)
    })
}

/// When a token is not accepted any more, in microseconds, of this program or of another issuer.
/// Nothing is verified.
#[must_use]
pub fn ends_at(token: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct End {
        exp: i64,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let End { exp } = serde_json::from_slice(&claims).ok()?;
    let leeway = i64::try_from(LEEWAY.as_secs()).unwrap_or(0);
    Some(exp.saturating_add(leeway).saturating_mul(1_000_000))
}

fn said(claims: Claims, today: NaiveDate) -> Option<Said> {
    let account = match claims.sub.as_str() {
        OPERATOR => None,
        account => Some(Uuid::parse_str(account).ok()?),
    };
    // A person always acts within a session and a service account with a key, so that ending the
    // one and revoking the other ends all their tokens.
    let behind_it = [claims.sid, claims.service_key].into_iter().flatten().count();
    if behind_it != usize::from(account.is_some()) {
        return None;
    }
    let beyond_a_person =
        [claims.team, claims.service_key, claims.preview.map(|it| it.organisation)];
    if beyond_a_person.into_iter().flatten().count() > 1 {
        return None;
    }
    let roles = claims.roles.iter().map(|name| role_named(name)).collect::<Option<_>>()?;
    // Until the key is looked up, a service account may nothing.
    let scopes = claims.service_key.map(|_| Vec::new());
    // Until its limits are looked up, a team decides nothing alone.
    let team = claims.team.map(|id| ActingTeam { id, limits: Limits::default() });
    let viewer = Viewer {
        account,
        organisation: claims.org,
        roles,
        session: claims.sid,
        scopes,
        team,
        today,
        request: Uuid::nil(),
        preview: None,
    };
    let (service_key, preview) = (claims.service_key, claims.preview);
    Some(Said { id: claims.jti, viewer, service_key, preview })
}

#[cfg(test)]
mod tests;
