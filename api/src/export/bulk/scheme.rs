use domain::policy::matrix::FieldGroup;
use entities::scheme::Model;
use futures_util::TryStreamExt;
use sea_orm::DatabaseTransaction;

use super::{
    cell::{Cell, or_empty, text},
    lines::{Field, Lines},
};
use crate::{
    access::{Seen, exported, scheme},
    auth::Viewer,
    graphql::node::Kind,
    service::Stopped,
};

type Row = Seen<Model>;

pub(super) const FIELDS: &[Field<Row>] = &[
    Field { name: "id", cell: |it| Cell::Id(Kind::Scheme, it.row.id) },
    Field { name: "reference", cell: |it| text(&it.row.reference) },
    Field { name: "name", cell: |it| text(&it.row.name) },
    Field { name: "fund.id", cell: |it| Cell::Id(Kind::Fund, it.row.fund_id) },
    Field { name: "schemeType.code", cell: |it| summary(it, |it| text(&it.row.scheme_type_code)) },
    Field {
        name: "areaOfSpend.code",
        cell: |it| summary(it, |it| or_empty(it.row.area_of_spend_code.as_deref(), text)),
    },
    Field { name: "commissioner.id", cell: commissioner },
    Field { name: "provider.id", cell: provider },
    Field { name: "isRecurrent", cell: |it| summary(it, |it| Cell::Flag(it.row.is_recurrent)) },
    Field { name: "isCapital", cell: |it| summary(it, |it| Cell::Flag(it.row.is_capital)) },
    Field { name: "startsOn", cell: |it| summary(it, |it| Cell::Day(it.row.starts_on)) },
    Field { name: "version", cell: version },
];

fn summary<'a>(it: &'a Row, cell: impl FnOnce(&'a Row) -> Cell<'a>) -> Cell<'a> {
    if it.reads_summary(FieldGroup::SchemeTerms) { cell(it) } else { Cell::Empty }
}

fn commissioner(it: &Row) -> Cell<'_> {
    let reads = it.reads(FieldGroup::SchemeTerms);
    or_empty(reads.then_some(it.row.commissioner_id), |id| Cell::Id(Kind::Organisation, id))
}

/// Its provider knows its provider.
fn provider(it: &Row) -> Cell<'_> {
    let reads = it.reads(FieldGroup::SchemeTerms) || it.reads_own(FieldGroup::SchemeBudget);
    or_empty(it.row.provider_id.filter(|_| reads), |id| Cell::Id(Kind::Organisation, id))
}

fn version(it: &Row) -> Cell<'_> {
    let reads = it.reads(FieldGroup::SchemeTerms);
    or_empty(reads.then_some(it.row.version), |version| Cell::Number(version.into()))
}

pub(super) async fn write(
    viewer: &Viewer,
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, Row>,
) -> Result<(), Stopped> {
    let mut rows = exported::schemes(viewer).stream(from).await?;
    while let Some(found) = rows.try_next().await? {
        lines.row(&scheme::seen(viewer, found)).await?;
    }
    Ok(())
}
