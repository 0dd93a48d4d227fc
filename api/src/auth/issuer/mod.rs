//! Tokens of other issuers. They are verified by the keys that their issuer publishes and mapped to
//! an account and its membership, both on record here: claims may narrow what is held, and never
//! widen it.

mod claims;
mod person;
mod published;
mod settings;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use published::PublishedKeys;
use settings::Settings;

pub use person::viewer_of;
pub use settings::NotIssuers;

/// The issuers whose tokens are accepted beside this program's own.
#[derive(Debug, Default)]
pub struct Issuers(Vec<Issuer>);

/// An issuer, with its keys as they were lately.
#[derive(Debug)]
pub struct Issuer {
    settings: Settings,
    keys: PublishedKeys,
}

impl Issuers {
    /// The issuers that the operator names in a JSON list. Their keys are read once a token asks
    /// for them.
    ///
    /// # Errors
    /// When it is no such list, or an issuer in it could not be trusted as it is written.
    pub fn read(list: &str, loopback_is_allowed: bool) -> Result<Self, NotIssuers> {
        let read = settings::read(list, loopback_is_allowed)?;
        let issuers = read.into_iter().map(|(settings, url)| {
            let keys = PublishedKeys::new(url)?;
            Ok(Issuer { settings, keys })
        });
        Ok(Self(issuers.collect::<Result<_, NotIssuers>>()?))
    }

    /// The issuer that a token says it is from; nothing of it is verified yet. None of this
    /// program's own tokens, and of all that nobody named.
    #[must_use]
    pub fn of(&self, token: &str) -> Option<&Issuer> {
        #[derive(Deserialize)]
        struct Says {
            iss: String,
        }
        if self.0.is_empty() {
            return None;
        }
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let says: Says = serde_json::from_slice(&claims).ok()?;
        self.0.iter().find(|issuer| issuer.settings.issuer == says.iss)
    }
}
