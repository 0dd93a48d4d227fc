//! Which organisation somebody means to act as.

use entities::{organisation, organisation_identifier};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationDef,
};
use uuid::Uuid;

use super::{Code, Refusal, Stopped};

/// How somebody names an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By its identity.
    Id(Uuid),
    /// By a code, `QHM`, or by its scheme and code, `GB-NHS:QHM`.
    Code(String),
}

/// The organisation that is meant. A code that passed to a successor means the open one.
///
/// # Errors
/// `NOT_FOUND` at `path`; `INVALID_VALUE` when several organisations go by the code.
pub async fn organisation(
    connection: &impl ConnectionTrait,
    named: &Named,
    path: &str,
) -> Result<organisation::Model, Stopped> {
    let mut found = organisations(connection, named).await?;
    if found.len() > 1 && found.iter().any(|one| one.closed_on.is_none()) {
        found.retain(|one| one.closed_on.is_none());
    }
    if found.len() > 1 {
        let sentence = "several organisations go by this code: write its scheme too, GB-NHS:CODE";
        return Err(Refusal::new(Code::InvalidValue, sentence).at(path).into());
    }
    found.pop().ok_or_else(|| Refusal::not_found("organisation", path).into())
}

/// Every organisation that goes by the name.
#[expect(clippy::disallowed_methods, reason = "everybody who signed in reads organisations")]
async fn organisations(
    connection: &impl ConnectionTrait,
    named: &Named,
) -> Result<Vec<organisation::Model>, DbErr> {
    let code = match named {
        Named::Id(id) => return organisation::Entity::find_by_id(*id).all(connection).await,
        Named::Code(code) => code,
    };
    let (scheme, value) = match code.split_once(':') {
        Some((scheme, value)) => (Some(scheme), value),
        None => (None, code.as_str()),
    };
    let known_by: RelationDef = organisation::Entity::belongs_to(organisation_identifier::Entity)
        .from(organisation::Column::Id)
        .to(organisation_identifier::Column::OrganisationId)
        .into();
    let mut by_code = organisation::Entity::find()
        .distinct()
        .join(JoinType::InnerJoin, known_by)
        .filter(organisation_identifier::Column::Value.eq(value.trim()));
    if let Some(scheme) = scheme {
        by_code = by_code.filter(organisation_identifier::Column::Scheme.eq(scheme.trim()));
    }
    by_code.all(connection).await
}
