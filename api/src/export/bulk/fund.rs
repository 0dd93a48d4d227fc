use domain::policy::matrix::FieldGroup;
use futures_util::TryStreamExt;
use sea_orm::DatabaseTransaction;

use super::{
    cell::{Cell, name, or_empty, text},
    lines::{Field, Lines},
};
use crate::{
    access::{
        Seen,
        exported::{self, FundRow},
    },
    auth::Viewer,
    graphql::node::Kind,
    service::Stopped,
};

type Row = Seen<FundRow>;

pub(super) const FIELDS: &[Field<Row>] = &[
    Field { name: "id", cell: |it| Cell::Id(Kind::Fund, it.row.fund.id) },
    Field { name: "reference", cell: |it| text(&it.row.fund.reference) },
    Field { name: "name", cell: |it| summary(it, |it| text(&it.row.fund.name)) },
    Field { name: "kind", cell: |it| summary(it, |it| name(it.row.fund.kind)) },
    Field { name: "startsOn", cell: |it| summary(it, |it| Cell::Day(it.row.fund.starts_on)) },
    Field {
        name: "agreement.id",
        cell: |it| or_empty(it.row.agreement, |id| Cell::Id(Kind::Agreement, id)),
    },
    Field {
        name: "overProgrammingApproval",
        cell: |it| whole(it, |it| or_empty(it.row.fund.over_programming_approval.as_deref(), text)),
    },
    Field { name: "version", cell: |it| whole(it, |it| Cell::Number(it.row.fund.version.into())) },
];

fn summary<'a>(it: &'a Row, cell: impl FnOnce(&'a Row) -> Cell<'a>) -> Cell<'a> {
    if it.reads_summary(FieldGroup::FundTerms) { cell(it) } else { Cell::Empty }
}

fn whole<'a>(it: &'a Row, cell: impl FnOnce(&'a Row) -> Cell<'a>) -> Cell<'a> {
    if it.reads(FieldGroup::FundTerms) { cell(it) } else { Cell::Empty }
}

pub(super) async fn write(
    viewer: &Viewer,
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, Row>,
) -> Result<(), Stopped> {
    let mut rows = exported::funds(viewer).stream(from).await?;
    while let Some(row) = rows.try_next().await? {
        lines.row(&Seen::from_row(viewer, row)).await?;
    }
    Ok(())
}
