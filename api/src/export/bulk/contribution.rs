use domain::policy::{Rights, derive::FOREVER, matrix::FieldGroup};
use entities::{contribution::Model, contribution_change::ContributionChangeKind};
use futures_util::TryStreamExt;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{
    cell::{Cell, or_empty, text, year},
    lines::{Field, Lines},
};
use crate::{
    access::{Seen, exported, ledger::seen_contribution},
    auth::Viewer,
    graphql::node::Kind,
    service::{Stopped, contribution::Agreed},
};

/// A contribution with what is agreed of it, as the viewer reads it.
pub(super) struct Row {
    seen: Seen<Model>,
    fund: Option<Uuid>,
    agreed: Agreed,
    reads_version: bool,
}

pub(super) const FIELDS: &[Field<Row>] = &[
    Field { name: "id", cell: |it| Cell::Id(Kind::Contribution, it.seen.row.id) },
    Field { name: "fund.id", cell: |it| or_empty(it.fund, |id| Cell::Id(Kind::Fund, id)) },
    Field { name: "partner.id", cell: |it| Cell::Id(Kind::Organisation, it.seen.row.partner_id) },
    Field { name: "sourceCode", cell: |it| text(&it.seen.row.source_code) },
    Field { name: "financialYear", cell: |it| year(it.seen.row.financial_year) },
    Field { name: "planned", cell: |it| Cell::Money(it.agreed.planned) },
    Field { name: "varied", cell: |it| Cell::Money(it.agreed.varied) },
    Field { name: "agreed", cell: |it| Cell::Money(it.agreed.total()) },
    Field {
        name: "version",
        cell: |it| {
            or_empty(it.reads_version.then_some(it.seen.row.version), |it| Cell::Number(it.into()))
        },
    },
];

/// The rows of one contribution follow each other, one for each of its changes.
pub(super) async fn write(
    viewer: &Viewer,
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, Row>,
) -> Result<(), Stopped> {
    let mut rows = exported::contributions(viewer).stream(from).await?;
    let mut last: Option<Row> = None;
    while let Some((found, access)) = rows.try_next().await? {
        let is_next = last.as_ref().is_none_or(|it| it.seen.row.id != found.contribution.id);
        if is_next {
            let seen = seen_contribution(viewer, (found.contribution, access));
            let next = Row::of(viewer, seen, found.fund);
            if let Some(done) = last.replace(next) {
                lines.row(&done).await?;
            }
        }
        if let (Some(row), Some((kind, amount, effective_on))) = (&mut last, found.change)
            && row.open_to(viewer).is_none_or(|last_day| effective_on <= last_day)
        {
            match kind {
                ContributionChangeKind::Planned => row.agreed.planned += amount,
                ContributionChangeKind::Varied => row.agreed.varied += amount,
            }
        }
    }
    match last {
        Some(done) => lines.row(&done).await,
        None => Ok(()),
    }
}

impl Row {
    fn of(viewer: &Viewer, seen: Seen<Model>, fund: Option<Uuid>) -> Self {
        let today = seen.standing.during(viewer.today, viewer.today);
        let reads_version = today.reads(FieldGroup::ContributionsOfOthers)
            || today.reads_own(FieldGroup::ContributionsOwn);
        Self { seen, fund, agreed: Agreed::default(), reads_version }
    }

    /// The last day whose changes are open to the viewer; none of a relation that goes on.
    fn open_to(&self, viewer: &Viewer) -> Option<chrono::NaiveDate> {
        let open_to = |group| self.seen.standing.open_to(group, Rights::reads_own);
        let is_own = self.seen.row.partner_id == viewer.organisation;
        let own = is_own.then(|| open_to(FieldGroup::ContributionsOwn)).flatten();
        let last = open_to(FieldGroup::ContributionsOfOthers).into_iter().chain(own).max();
        last.filter(|day| *day < FOREVER)
    }
}
