//! The one place where visibility is decided: what a viewer sees, as the conditions of a query,
//! and the reviewed readers of facts that rules are computed over.

pub mod agreement;
pub mod audit;
pub mod commitment;
pub mod derive;
pub mod facts;
pub mod forecast;
pub mod fund;
pub mod ledger;
pub mod membership;
pub mod movement;
pub mod organisation;
pub mod scheme;

use domain::policy::{
    Relation,
    matrix::{self, FieldGroup},
};
use entities::access;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
    SelectTwo,
    sea_query::{Expr, ExprTrait},
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
    pub(crate) fn from_row((row, access): (M, Option<access::Model>)) -> Self {
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

    /// True when the viewer's organisation reads all of a group of fields.
    #[must_use]
    pub fn reads(&self, group: FieldGroup) -> bool {
        matrix::rights(&self.relations, group).reads_all()
    }

    /// True when the viewer's organisation reads its own part of a group of fields, or all of it.
    #[must_use]
    pub fn reads_own(&self, group: FieldGroup) -> bool {
        matrix::rights(&self.relations, group).reads_own()
    }

    /// Another row under the same root.
    #[must_use]
    pub fn with<N>(&self, row: N) -> Seen<N> {
        Seen { row, relations: self.relations.clone() }
    }
}

/// True of roots to which the viewer's organisation stands so that it reads all of `group`: the
/// matrix as the condition of a query.
fn readers(group: FieldGroup) -> Condition {
    [
        (access::Column::IsHost, Relation::Host),
        (access::Column::IsPartner, Relation::Partner),
        (access::Column::IsFundedProvider, Relation::FundedProvider),
    ]
    .into_iter()
    .filter(|(_, relation)| matrix::cell(*relation, group).reads_all())
    // Where nobody reads, the condition would be left out, and so hold.
    .fold(Condition::any().add(Expr::val(1).eq(0)), |any, (column, _)| any.add(column.eq(true)))
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
