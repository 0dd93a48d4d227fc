use entities::organisation::Model;
use futures_util::TryStreamExt;
use sea_orm::DatabaseTransaction;

use super::{
    cell::{Cell, name, or_empty, text},
    lines::{Field, Lines},
};
use crate::{access::exported, auth::Viewer, graphql::node::Kind, service::Stopped};

pub(super) const FIELDS: &[Field<Model>] = &[
    Field { name: "id", cell: |row| Cell::Id(Kind::Organisation, row.id) },
    Field { name: "name", cell: |row| text(&row.name) },
    Field { name: "kind", cell: |row| name(row.kind) },
    Field { name: "openedOn", cell: |row| or_empty(row.opened_on, Cell::Day) },
    Field { name: "closedOn", cell: |row| or_empty(row.closed_on, Cell::Day) },
    Field { name: "postcode", cell: |row| or_empty(row.postcode.as_deref(), text) },
    Field { name: "isPlaceholder", cell: |row| Cell::Flag(row.is_placeholder) },
    Field { name: "version", cell: |row| Cell::Number(row.version.into()) },
];

pub(super) async fn write(
    viewer: &Viewer,
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, Model>,
) -> Result<(), Stopped> {
    let mut rows = exported::organisations(viewer).stream(from).await?;
    while let Some(row) = rows.try_next().await? {
        lines.row(&row).await?;
    }
    Ok(())
}
