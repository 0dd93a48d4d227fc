use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{auth::Viewer, service::Stopped};

/// What the feed of changes tells a viewer, read as `changes` reads it.
#[async_trait]
pub trait Feed: Send + Sync {
    /// What comes after a place.
    async fn read(&self, viewer: &Viewer, asked: Asked) -> Result<Read, Stopped>;
}

/// What is asked of the feed.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// After which place.
    pub after: i64,
    /// Up to which place; as far as the feed goes unless said.
    pub until: Option<i64>,
    /// At most how many changes.
    pub most: usize,
}

/// What the feed tells.
#[derive(Debug, Serialize, Deserialize)]
pub enum Read {
    /// Some of what comes after the place is not kept any more.
    Lost,
    /// The changes that the viewer is told of, in their order.
    Told {
        /// The changes.
        changes: Vec<ToldChange>,
        /// The cursor after the last of them; none where there are none.
        cursor: Option<String>,
        /// The identity of the last of them.
        last: Option<Uuid>,
        /// The place up to which there is no other.
        until: i64,
    },
}

/// A change as it is told: no money and no name, which are to be asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldChange {
    /// What happened.
    pub kind: String,
    /// The thing's identity, as the API knows it.
    pub object_id: String,
    /// The name of its type.
    pub object_type: String,
    /// The group of fields that changed.
    pub field_group: Option<String>,
    /// The day from which it counts.
    pub effective_on: Option<String>,
    /// When it was recorded.
    pub recorded_at: String,
}
