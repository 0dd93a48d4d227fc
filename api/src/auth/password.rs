//! Passwords, as Argon2id keeps them.

use std::sync::LazyLock;

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{Error, SaltString},
};
use sea_orm::DbErr;
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::service::{Code, Refusal, Stopped};

/// The shortest password that is taken.
const SHORTEST: usize = 12;
/// The longest, in bytes: hashing costs, and anybody may ask for it.
const LONGEST: usize = 256;

/// How many are hashed at once: each takes 19 MiB and a processor.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// What is verified when there is no such account, so that it takes as long as when there is one.
static NOBODYS: LazyLock<String> = LazyLock::new(|| keep(b"nobody's").unwrap_or_default());

/// Refuses a password that is too short or too long.
///
/// # Errors
/// `INVALID_VALUE` at `path`.
pub fn check(password: &str, path: &str) -> Result<(), Refusal> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        let sentence =
            format!("a password has at least {SHORTEST} characters, and at most {LONGEST} bytes");
        return Err(Refusal::new(Code::InvalidValue, sentence).at(path));
    }
    Ok(())
}

/// What is stored of `password`, in PHC form.
///
/// # Errors
/// When the machine cannot hash.
pub async fn hash(password: String) -> Result<String, Stopped> {
    let _permit = AT_ONCE.acquire().await;
    let hashed = spawn_blocking(move || keep(password.as_bytes())).await;
    match hashed {
        Ok(Ok(hash)) => Ok(hash),
        Ok(Err(why)) => Err(Stopped::Fault(DbErr::Custom(format!("cannot hash: {why}")))),
        Err(why) => Err(Stopped::Fault(DbErr::Custom(format!("cannot hash: {why}")))),
    }
}

/// True when `password` is the one that `stored` was made of. Takes the same time when nothing is
/// stored, and is false then.
pub async fn verify(password: String, stored: Option<String>) -> bool {
    if password.len() > LONGEST {
        return false;
    }
    let _permit = AT_ONCE.acquire().await;
    let verified = spawn_blocking(move || {
        // Made on every path, or else the first unknown account would take longer.
        LazyLock::force(&NOBODYS);
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODYS.clone());
        let matches = PasswordHash::new(&stored)
            .and_then(|hash| Argon2::default().verify_password(password.as_bytes(), &hash))
            .is_ok();
        known && matches
    });
    verified.await.unwrap_or(false)
}

fn keep(password: &[u8]) -> Result<String, Error> {
    let mut salt = [0; 16];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| Error::Crypto)?;
    let salt = SaltString::encode_b64(&salt)?;
    Ok(Argon2::default().hash_password(password, &salt)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_nothing_else_is() {
        let stored = hash("correct horse battery".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(verify("correct horse battery".to_owned(), Some(stored.clone())).await);
        assert!(!verify("correct horse batterz".to_owned(), Some(stored)).await);
        assert!(!verify("nobody's".to_owned(), None).await, "of nobody there is no password");
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(check("elevenchars", "password").is_err());
        assert!(check("twelve chars", "password").is_ok());
        assert!(check(&"x".repeat(257), "password").is_err());
    }
}
