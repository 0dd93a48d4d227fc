//! What agreements of one level need of their governance: due dates, notices, disputes.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entities::dispute_rung as rung;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{
    belonging,
    service::{
        dispute::{self, Disputed},
        due_date::{self, Due},
        notice::{self, Given},
    },
};

/// What is due under the agreement with this identity, as far as the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DueDatesOf(pub Uuid);

/// The notices under the agreement with this identity that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoticesOf(pub Uuid);

/// The disputes under the agreement with this identity that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DisputesOf(pub Uuid);

/// The ladder in use of an agreement that was found through the viewer's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LadderOf(pub Uuid);

belonging!(DueDatesOf, Due, due_date::of_agreements, |it| it.seen.row.agreement_id);
belonging!(NoticesOf, Given, notice::of_agreements, |it| it.seen.row.agreement_id);
belonging!(DisputesOf, Disputed, dispute::of_agreements, |it| it.seen.row.agreement_id);

impl Loader<LadderOf> for Scoped {
    type Value = Vec<rung::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[LadderOf]) -> Result<HashMap<LadderOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let ladders = dispute::ladders(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(ladders.into_iter().map(|(agreement, rows)| (LadderOf(agreement), rows)).collect())
    }
}
