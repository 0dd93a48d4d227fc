//! The one place where visibility is decided: what a viewer sees, as the conditions of a query,
//! and the reviewed readers of facts that rules are computed over.

pub mod agreement;
pub mod derive;
pub mod facts;
pub mod fund;
pub mod ledger;
pub mod membership;
pub mod organisation;
pub mod scheme;

use domain::policy::Relation;
use entities::access;
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, SelectTwo,
};

use crate::auth::Viewer;

/// A row that a viewer sees, and how the viewer's organisation stands to it.
#[derive(Clone, Debug)]
pub struct Seen<M> {
    /// The row.
    pub row: M,
    /// Every relation of the viewer's organisation to its root: they add up.
    pub relations: Vec<Relation>,
}

impl<M> Seen<M> {
    fn from_row((row, access): (M, Option<access::Model>)) -> Self {
        Self { row, relations: access.map_or_else(Vec::new, |access| relations(&access)) }
    }

    /// A row that its writer has just written, and so stands to as a partner at least.
    #[must_use]
    pub fn by_its_writer(row: M) -> Self {
        Self { row, relations: vec![Relation::Partner] }
    }

    /// True when the viewer's organisation is the host or a partner.
    #[must_use]
    pub fn is_of_the_agreement(&self) -> bool {
        self.relations.iter().any(|r| matches!(r, Relation::Host | Relation::Partner))
    }

    /// Another row under the same root.
    #[must_use]
    pub fn with<N>(&self, row: N) -> Seen<N> {
        Seen { row, relations: self.relations.clone() }
    }
}

fn relations(access: &access::Model) -> Vec<Relation> {
    [
        (access.is_host, Relation::Host),
        (access.is_partner, Relation::Partner),
        (access.is_funded_provider, Relation::FundedProvider),
    ]
    .into_iter()
    .filter_map(|(stands, relation)| stands.then_some(relation))
    .collect()
}

/// The rows of `E` whose root, named by `root`, the viewer sees.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
fn sees<E: EntityTrait>(root: E::Column, viewer: &Viewer) -> SelectTwo<E, access::Entity> {
    let joined: RelationDef =
        E::belongs_to(access::Entity).from(root).to(access::Column::RootId).into();
    E::find()
        .join(JoinType::InnerJoin, joined)
        .filter(access::Column::OrganisationId.eq(viewer.organisation))
        .select_also(access::Entity)
}
