//! Which measures of a head contract's outcomes the links of its supply chain feed, from a day on and
//! until a day: recorded by the co-ordinating commissioner, who says what the contract is to achieve.

mod end;
mod record;
mod told;

use std::collections::HashMap;

use domain::rules::supply_chain::FedDays;
use entities::{measure_feed as feed, measure_feed_end as end_of};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    Stopped, pay,
    subcontract::{self, ChainLink},
};
use crate::{access::facts::supply_chain, auth::Viewer, database::Writing};

pub use self::{
    end::{NewEnd, end},
    record::{NewFeed, record},
    told::{Framed, as_at, frameworks_of},
};

/// That a link feeds a measure for some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fed {
    /// Which measure, from when and until when.
    pub row: feed::Model,
    /// That it ends earlier than was planned, if it does.
    pub end: Option<end_of::Model>,
}

impl Fed {
    /// Its days, by everything that is on record of it.
    #[must_use]
    pub fn days(&self) -> FedDays {
        let last = self.end.as_ref().map(|it| it.ends_on);
        FedDays { first: self.row.starts_on, last: last.or(self.row.ends_on) }
    }
}

/// What links feed that the caller found through its view, by link and the first first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the links through its view")]
pub async fn of_links(
    connection: &impl ConnectionTrait,
    links: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Fed>>, DbErr> {
    let ids = || links.iter().copied();
    let feeds = feed::Entity::find()
        .filter(feed::Column::SubcontractId.is_in(ids()))
        .order_by_asc(feed::Column::Number)
        .all(connection)
        .await?;
    let ends = end_of::Entity::find().filter(end_of::Column::SubcontractId.is_in(ids()));
    let ends = ends.all(connection).await?.into_iter();
    let mut ended: HashMap<(Uuid, i32), end_of::Model> =
        ends.map(|row| ((row.subcontract_id, row.number), row)).collect();
    let mut of: HashMap<Uuid, Vec<Fed>> = HashMap::new();
    for row in feeds {
        let end = ended.remove(&(row.subcontract_id, row.number));
        of.entry(row.subcontract_id).or_default().push(Fed { row, end });
    }
    Ok(of)
}

/// A link of which the viewer says what it feeds, and what it feeds as yet; the chain is held until the
/// transaction ends.
async fn recording(
    tx: &Writing,
    viewer: &Viewer,
    link: Uuid,
) -> Result<(ChainLink, Vec<Fed>), Stopped> {
    let found = subcontract::find(&**tx, viewer, link, "subcontract").await?;
    let contract = found.seen.row.contract_id;
    // Whoever sees the link and not its head contract, as a deeper buyer or seller, is no commissioner.
    let ground = match pay::deciding(tx, viewer, contract).await {
        Ok(ground) => ground.parties,
        Err(Stopped::Refused(_)) => Default::default(),
        Err(fault @ Stopped::Fault(_)) => return Err(fault),
    };
    viewer.actor().may_record_measure_feed(&ground, found.parties(viewer))?;
    supply_chain::hold(&**tx, contract).await?;
    let known = of_links(&**tx, &[link]).await?.remove(&link).unwrap_or_default();
    Ok((found, known))
}
