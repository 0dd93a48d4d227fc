use std::collections::{HashMap, HashSet};

use entities::{
    audit_act::{self as act, Column},
    audit_seal as seal,
    membership::Role,
    value::Instant,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, Select, Value, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    access::audit::{reads_before_and_after, sees_audit_acts},
    auth::Viewer,
    database::{Cut, Keyset, PageRequest},
    service::criteria::{Test, Where},
};

/// What acts are picked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// What was done.
    Action(Test<String>),
    /// The kind of thing that it was done to.
    ObjectKind(Test<String>),
    /// The thing.
    Object(Test<Uuid>),
    /// The organisation acted as.
    Organisation(Test<Uuid>),
    /// When it was done.
    RecordedAt(Test<Instant>),
}

/// Which acts are wanted. They come with the latest first.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What they are picked by.
    pub criteria: Where<Criterion>,
}

/// An act, as far as the viewer reads it.
#[derive(Clone, Debug)]
pub struct Read {
    /// The act; without before and after where they are withheld.
    pub act: act::Model,
    /// True when before and after are withheld.
    pub is_withheld: bool,
    /// Its place in the chain, of an act of the viewer's own organisation that is sealed.
    pub seal: Option<seal::Model>,
}

impl Listing {
    /// The values by which an act has its place in the list.
    #[must_use]
    pub fn place(act: &act::Model) -> Vec<Value> {
        vec![act.recorded_at.into(), act.id.into()]
    }

    fn wanted(&self, viewer: &Viewer) -> Select<act::Entity> {
        sees_audit_acts(viewer).filter(self.criteria.condition(&Criterion::condition))
    }
}

impl Criterion {
    fn condition(&self) -> Condition {
        let column = |column: Column| Expr::col((act::Entity, column));
        match self {
            Self::Action(test) => test.of(&column(Column::Action)),
            Self::ObjectKind(test) => test.of(&column(Column::ObjectKind)),
            Self::Object(test) => test.of(&column(Column::ObjectId)),
            Self::Organisation(test) => test.of(&column(Column::OrganisationId)),
            Self::RecordedAt(test) => test.of(&column(Column::RecordedAt)),
        }
    }
}

/// True when the viewer's roles let it read the trail; of a team, everybody reads their own acts.
#[must_use]
pub fn may_read(viewer: &Viewer) -> bool {
    viewer.team.is_some() || viewer.holds(Role::Auditor) || viewer.holds(Role::Admin)
}

/// A page of the acts that the viewer sees, in three statements whatever its length.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
    page: &PageRequest,
) -> Result<Cut<Read>, DbErr> {
    let order = Keyset::new()
        .descending((act::Entity, Column::RecordedAt))
        .descending((act::Entity, Column::Id));
    let rows = order.page(listing.wanted(viewer), page).all(connection).await?;
    let cut = page.cut(rows);
    let readable = readable(connection, viewer, &cut.rows).await?;
    let mut seals = seals(connection, viewer, &cut.rows).await?;
    let read = |mut act: act::Model| {
        let is_withheld = !readable.contains(&act.id);
        if is_withheld {
            (act.before, act.after) = (None, None);
        }
        Read { seal: seals.remove(&act.id), is_withheld, act }
    };
    let Cut { rows, has_previous, has_next } = cut;
    Ok(Cut { rows: rows.into_iter().map(read).collect(), has_previous, has_next })
}

/// How many acts the viewer sees in a list.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    listing: &Listing,
) -> Result<u64, DbErr> {
    listing.wanted(viewer).count(connection).await
}

/// Those of the acts whose before and after the viewer reads.
async fn readable(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    acts: &[act::Model],
) -> Result<HashSet<Uuid>, DbErr> {
    let ids: Vec<Uuid> = sees_audit_acts(viewer)
        .filter(reads_before_and_after(viewer))
        .filter(Column::Id.is_in(acts.iter().map(|act| act.id)))
        .select_only()
        .column(Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().collect())
}

/// The seals of those of the acts that are the viewer's own.
#[expect(clippy::disallowed_methods, reason = "a chain is found by its own organisation")]
async fn seals(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    acts: &[act::Model],
) -> Result<HashMap<Uuid, seal::Model>, DbErr> {
    let seals = seal::Entity::find()
        .filter(seal::Column::ChainId.eq(viewer.holder()))
        .filter(seal::Column::ActId.is_in(acts.iter().map(|act| act.id)))
        .all(connection)
        .await?;
    Ok(seals.into_iter().map(|seal| (seal.act_id, seal)).collect())
}
