//! What joint commissioning teams of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entities::{team, team_function, team_limit, team_member};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{
    access::Seen,
    belonging,
    service::team::{self as service, Post},
};

/// The team with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamById(pub Uuid);

/// The teams of the agreement with this identity that the viewer sees, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamsOf(pub Uuid);

/// The posts of the team with this identity that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamPostsOf(pub Uuid);

/// The seats on the team with this identity that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamMembersOf(pub Uuid);

/// The limits of the team with this identity that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamLimitsOf(pub Uuid);

/// The functions of the team with this identity that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TeamFunctionsOf(pub Uuid);

impl Loader<TeamById> for Scoped {
    type Value = Seen<team::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[TeamById]) -> Result<HashMap<TeamById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(found.into_iter().map(|seen| (TeamById(seen.row.id), seen)).collect())
    }
}

belonging!(TeamsOf, Seen<team::Model>, service::of_agreements, |seen| seen.row.agreement_id);
belonging!(TeamPostsOf, Post, service::posts_of, |post| post.row.team_id);
belonging!(TeamMembersOf, team_member::Model, service::members_of, |row| row.team_id);
belonging!(TeamLimitsOf, team_limit::Model, service::limits_of, |row| row.team_id);
belonging!(TeamFunctionsOf, team_function::Model, service::functions_of, |row| row.team_id);
