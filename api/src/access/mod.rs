//! The one place where visibility is decided: what a viewer sees, as the conditions of a query,
//! and the reviewed readers of facts that rules are computed over.

pub mod accounting_treatment;
pub mod agreement;
pub mod audit;
pub mod chain_payment;
pub mod change;
pub mod commitment;
pub mod contract;
pub mod contract_interest;
pub mod delegated_budget;
pub mod derive;
pub mod dispute;
pub mod due_date;
pub mod export_job;
pub mod exported;
pub mod facts;
pub mod forecast;
pub mod fund;
pub mod fund_return;
pub mod ledger;
pub mod membership;
pub mod movement;
pub mod narrative_threshold;
pub mod notice;
pub mod organisation;
pub mod outside_identity;
pub mod pay;
pub mod pay_withholding;
pub mod payment_run;
pub mod preview;
pub mod proofs;
pub mod proposal;
pub mod published_statement;
pub mod relation;
pub mod risk_share;
pub mod scheme;
pub mod service_account;
pub mod subcontract;
pub mod team;
mod told;
pub mod view_digest;
mod window;

use chrono::NaiveDate;
use domain::policy::{Relation, Standing, matrix::FieldGroup};
use entities::{
    access::{self, Window},
    relation::RelationKind,
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef,
    SelectTwo,
    sea_query::{Expr, ExprTrait},
};

use crate::auth::Viewer;

pub(crate) use window::{Through, owners, readers, summarisers};

/// A row that a viewer sees, and how the viewer stands to its root.
#[derive(Clone, Debug)]
pub struct Seen<M> {
    /// The row.
    pub row: M,
    /// Every relation of the viewer to its root, with the days that it opens: they add up.
    pub standing: Standing,
}

/// What a query of a scoped list gives: the row, and its root's access row.
pub type Found<M> = (M, Option<access::Model>);

impl<M> Seen<M> {
    pub(crate) fn from_row(viewer: &Viewer, (row, access): Found<M>) -> Self {
        if proofs::is_on(viewer.organisation, proofs::Switch::Column) {
            return Self::by_its_writer(row);
        }
        let windows = access.map(|access| access.windows.0).unwrap_or_default();
        Self { row, standing: Self::standing(viewer, &windows) }
    }

    /// A row, and how the viewer stands to it by these windows.
    pub(crate) fn by(viewer: &Viewer, row: M, windows: &[Window]) -> Self {
        if proofs::is_on(viewer.organisation, proofs::Switch::Column) {
            return Self::by_its_writer(row);
        }
        Self { row, standing: Self::standing(viewer, windows) }
    }

    fn standing(viewer: &Viewer, windows: &[Window]) -> Standing {
        let standing = Standing::on(viewer.today, windows);
        match &viewer.preview {
            Some(preview) => standing.previewed(preview.stands_as, &preview.spells),
            None => standing,
        }
    }

    /// A row that its writer has just written for the host or as a partner, and reads whole.
    #[must_use]
    pub fn by_its_writer(row: M) -> Self {
        Self { row, standing: Standing::whole(RelationKind::Partner) }
    }

    /// The same, as it stands to a day's facts.
    #[must_use]
    pub fn on(self, day: NaiveDate) -> Self {
        Self { standing: self.standing.during(day, day), ..self }
    }

    /// The same, as it stands to a year's facts.
    #[must_use]
    pub fn in_year(self, year: FinancialYear) -> Self {
        Self { standing: self.standing.in_year(year), ..self }
    }

    /// The last day up to `today` on which the viewer reads all of each of these groups.
    #[must_use]
    pub fn last_day_read(&self, groups: &[FieldGroup], today: NaiveDate) -> Option<NaiveDate> {
        self.standing.last_day_read(groups, today)
    }

    /// True when the viewer reads all of a group of fields.
    #[must_use]
    pub fn reads(&self, group: FieldGroup) -> bool {
        self.standing.reads(group)
    }

    /// True when the viewer reads the summary of a group of fields, or all of it.
    #[must_use]
    pub fn reads_summary(&self, group: FieldGroup) -> bool {
        self.standing.reads_summary(group)
    }

    /// True when the viewer reads its own part of a group of fields, or all of it.
    #[must_use]
    pub fn reads_own(&self, group: FieldGroup) -> bool {
        self.standing.reads_own(group)
    }

    /// Another row under the same root.
    #[must_use]
    pub fn with<N>(&self, row: N) -> Seen<N> {
        Seen { row, standing: self.standing.clone() }
    }
}

/// The columns of the matrix, as relations that are on record.
fn recorded() -> impl Iterator<Item = RelationKind> {
    Relation::ALL.into_iter().filter_map(|relation| match relation {
        Relation::Stands(kind) => Some(kind),
        Relation::Unrelated | Relation::Public => None,
    })
}

/// The rows of `E` whose root, named by `root`, the viewer stands to in any way. Which of them it
/// sees, the caller adds.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
fn stands<E: EntityTrait>(root: E::Column, viewer: &Viewer) -> SelectTwo<E, access::Entity> {
    let joined: RelationDef =
        E::belongs_to(access::Entity).from(root).to(access::Column::RootId).into();
    if proofs::is_on(viewer.holder(), proofs::Switch::ScopingOff) {
        let holder = viewer.holder();
        let own = move |_, access| {
            Condition::all().add(Expr::col((access, access::Column::HolderId)).eq(holder))
        };
        let joined = joined.on_condition(own);
        return E::find().join(JoinType::LeftJoin, joined).select_also(access::Entity);
    }
    E::find()
        .join(JoinType::InnerJoin, joined)
        .filter(access::Column::HolderId.eq(viewer.holder()))
        .select_also(access::Entity)
}

/// Of rows that go by one reference the viewer's own, else the only one. References are told apart
/// by their owners, so that nobody learns of another's by choosing the same (rule V8).
fn only<M>(viewer: &Viewer, found: Vec<Found<M>>, own: impl Fn(&M) -> bool) -> Option<Seen<M>> {
    let is_only = found.len() == 1;
    let chosen = found.into_iter().find(|(row, _)| is_only || own(row));
    chosen.map(|row| Seen::from_row(viewer, row))
}
