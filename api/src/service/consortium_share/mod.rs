//! What the lead provider shares with the members of its consortium: what links are worth in which it
//! buys or sells itself, from a day on and until a day. It is read by whoever reads the link.

mod share;
mod stop;

use std::collections::HashMap;

use domain::rules::supply_chain::SharedDays;
use entities::{consortium_share as shared, consortium_share_end as end};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    access::facts::supply_chain,
    auth::Viewer,
    database::Writing,
    service::{
        Stopped,
        subcontract::{self, ChainLink},
    },
};

pub use self::{
    share::{NewShare, share},
    stop::{NewStop, stop},
};

/// That the value of a link is shared for some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// From when, until when and why.
    pub row: shared::Model,
    /// That it ends earlier than was planned, if it does.
    pub end: Option<end::Model>,
}

impl Shared {
    /// Its days, by everything that is on record of it.
    #[must_use]
    pub fn days(&self) -> SharedDays {
        let last = self.end.as_ref().map(|it| it.ends_on);
        SharedDays { first: self.row.starts_on, last: last.or(self.row.ends_on) }
    }
}

/// For which days the values of links are shared, of links that the caller found through its view, by
/// link and the first first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the links through its view")]
pub async fn of_links(
    connection: &impl ConnectionTrait,
    links: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Shared>>, DbErr> {
    let ids = || links.iter().copied();
    let shares = shared::Entity::find()
        .filter(shared::Column::SubcontractId.is_in(ids()))
        .order_by_asc(shared::Column::Number)
        .all(connection)
        .await?;
    let ends =
        end::Entity::find().filter(end::Column::SubcontractId.is_in(ids())).all(connection).await?;
    let mut ended: HashMap<(Uuid, i32), end::Model> =
        ends.into_iter().map(|row| ((row.subcontract_id, row.number), row)).collect();
    let mut of: HashMap<Uuid, Vec<Shared>> = HashMap::new();
    for row in shares {
        let end = ended.remove(&(row.subcontract_id, row.number));
        of.entry(row.subcontract_id).or_default().push(Shared { row, end });
    }
    Ok(of)
}

/// A link whose value the viewer may share, as the lead of its consortium, and how it is shared as
/// yet; the chain is held until the transaction ends.
async fn shareable(
    tx: &Writing,
    viewer: &Viewer,
    link: Uuid,
) -> Result<(ChainLink, Vec<Shared>), Stopped> {
    let found = subcontract::find(&**tx, viewer, link, "subcontract").await?;
    let actor = viewer.actor();
    actor.may_share_with_consortium(found.parties(viewer), found.leads(viewer))?;
    supply_chain::hold(&**tx, found.seen.row.contract_id).await?;
    let known = of_links(&**tx, &[link]).await?.remove(&link).unwrap_or_default();
    Ok((found, known))
}
