//! Access tokens: JSON Web Tokens signed with Ed25519, which say who asks and for whom.

use std::time::Duration;

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

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    org: Uuid,
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    iat: i64,
    exp: i64,
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
    let iat = now.to_utc().timestamp();
    let exp = iat + i64::try_from(lifetime.min(LONGEST_LIFETIME).as_secs()).unwrap_or(0);
    let claims = Claims {
        iss: TRIBUTARY.to_owned(),
        aud: TRIBUTARY.to_owned(),
        sub: viewer.account.map_or_else(|| OPERATOR.to_owned(), |account| account.to_string()),
        org: viewer.organisation,
        roles: viewer.roles.iter().copied().map(role_name).collect(),
        sid: viewer.session,
        iat,
        exp,
    };
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::EdDSA) };
    let text = jsonwebtoken::encode(&header, &claims, &key.private)?;
    Ok(Token { text, expires_at: Instant(exp.saturating_mul(1_000_000)) })
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
pub fn read(token: &str, key: &DecodingKey, now: Instant) -> Result<Viewer, Refused> {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.set_issuer(&[TRIBUTARY]);
    rules.set_audience(&[TRIBUTARY]);
    // The library would ask the machine's clock and not the injected one.
    rules.validate_exp = false;
    let claims =
        jsonwebtoken::decode::<Claims>(token, key, &rules).map_err(|_| Refused::Invalid)?.claims;
    let now = now.to_utc().timestamp();
    let leeway = i64::try_from(LEEWAY.as_secs()).unwrap_or(0);
    if claims.exp.saturating_add(leeway) <= now {
        return Err(Refused::Expired);
    }
    if claims.iat.saturating_sub(leeway) > now {
        return Err(Refused::Invalid);
    }
    viewer(claims).ok_or(Refused::Invalid)
}

fn viewer(claims: Claims) -> Option<Viewer> {
    let account = match claims.sub.as_str() {
        OPERATOR => None,
        account => Some(Uuid::parse_str(account).ok()?),
    };
    // An account always acts within a session, so that signing out ends all its tokens.
    if account.is_some() != claims.sid.is_some() {
        return None;
    }
    let roles = claims.roles.iter().map(|name| role_named(name)).collect::<Option<_>>()?;
    let request = Uuid::nil();
    Some(Viewer { account, organisation: claims.org, roles, session: claims.sid, request })
}

#[cfg(test)]
mod tests;
