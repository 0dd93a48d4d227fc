//! Callers' keys for writes that must not happen twice (rule M14).

use aws_lc_rs::digest::{SHA256, digest};
use entities::idempotency_key;
use sea_orm::{ActiveValue::Set, EntityTrait, TryInsertResult, sea_query::OnConflict};
use uuid::Uuid;

use super::{Code, Refusal, Stopped};
use crate::{auth::Viewer, database::Writing};

/// What is to be done under a key: the mutation, the caller's key and all of the content.
pub struct Attempt<'a> {
    /// The mutation's name.
    pub mutation: &'a str,
    /// The caller's key.
    pub key: &'a str,
    /// Everything that was asked, in one text that is the same for the same content.
    pub content: String,
}

/// Claims the key for `result`; answers with the first result when the same was done before.
///
/// # Errors
/// When the key is empty or too long, or was used for other content.
#[expect(clippy::disallowed_methods, reason = "keys are found by the caller's own organisation")]
pub async fn claim(
    tx: &Writing,
    viewer: &Viewer,
    attempt: &Attempt<'_>,
    result: Uuid,
) -> Result<Option<Uuid>, Stopped> {
    let is_storable = !attempt.key.contains('\0');
    if attempt.key.is_empty() || attempt.key.len() > 200 || !is_storable {
        let sentence = "an idempotency key has 1 to 200 characters, and none is U+0000";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("idempotencyKey").into());
    }
    let mutation = namespace(viewer, attempt.mutation);
    let content_hash = digest(&SHA256, attempt.content.as_bytes()).as_ref().to_vec();
    let claim = idempotency_key::ActiveModel {
        organisation_id: Set(viewer.organisation),
        mutation: Set(mutation.clone()),
        key: Set(attempt.key.to_owned()),
        content_hash: Set(content_hash.clone()),
        result_id: Set(result),
        recorded_at: Set(tx.now()),
    };
    let inserted = idempotency_key::Entity::insert(claim)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if let TryInsertResult::Inserted(rows) = inserted
        && rows > 0
    {
        return Ok(None);
    }
    let identity = (viewer.organisation, mutation, attempt.key.to_owned());
    let first = idempotency_key::Entity::find_by_id(identity).one(&**tx).await?;
    match first {
        Some(first) if first.content_hash == content_hash => {
            tx.goes_unaudited("a replay answers the first result, and writes nothing");
            Ok(Some(first.result_id))
        }
        _ => Err(Refusal::new(
            Code::IdempotencyKeyReused,
            "this idempotency key was used for something else: choose a new key",
        )
        .at("idempotencyKey")
        .into()),
    }
}

/// Whose key it is: what somebody does as a team is never a repetition of what their employer did.
fn namespace(viewer: &Viewer, mutation: &str) -> String {
    match viewer.team {
        Some(team) => format!("{mutation} as team {}", team.id),
        None => mutation.to_owned(),
    }
}
