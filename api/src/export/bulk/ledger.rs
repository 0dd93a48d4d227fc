use entities::ledger_transaction::Model;
use futures_util::TryStreamExt;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{
    cell::{Cell, name, or_empty, text, year},
    lines::{Field, Lines},
};
use crate::{
    access::exported::{self, EntryRow},
    auth::Viewer,
    graphql::node::Kind,
    service::Stopped,
};

pub(super) const TRANSACTION_FIELDS: &[Field<Model>] = &[
    Field { name: "id", cell: |row| Cell::Id(Kind::Transaction, row.id) },
    Field { name: "fund.id", cell: |row| Cell::Id(Kind::Fund, row.fund_id) },
    Field { name: "kind", cell: |row| name(row.kind) },
    Field { name: "financialYear", cell: |row| year(row.financial_year) },
    Field { name: "period", cell: |row| Cell::Number(row.period.number().into()) },
    Field { name: "effectiveOn", cell: |row| Cell::Day(row.effective_on) },
    Field { name: "knownAt", cell: |row| Cell::At(row.known_at) },
    Field { name: "description", cell: |row| text(&row.description) },
    Field { name: "reason", cell: |row| or_empty(row.reason.as_deref(), text) },
    Field { name: "payee.id", cell: |row| organisation(row.payee_id) },
    Field { name: "postedAs.id", cell: |row| organisation(Some(row.posted_as_id)) },
    Field { name: "reverses", cell: |row| transaction(row.reverses_id) },
    Field { name: "adjusts", cell: |row| transaction(row.adjusts_id) },
    Field { name: "settles", cell: |row| transaction(row.settles_id) },
    Field { name: "corrects.financialYear", cell: |row| or_empty(row.corrects_year, year) },
    Field {
        name: "corrects.period",
        cell: |row| or_empty(row.corrects_period, |it| Cell::Number(it.number().into())),
    },
];

pub(super) const ENTRY_FIELDS: &[Field<EntryRow>] = &[
    Field { name: "transaction.id", cell: |row| Cell::Id(Kind::Transaction, row.transaction.id) },
    Field { name: "line", cell: |row| Cell::Number(row.line.into()) },
    Field { name: "fund.id", cell: |row| Cell::Id(Kind::Fund, row.transaction.fund_id) },
    Field { name: "financialYear", cell: |row| year(row.transaction.financial_year) },
    Field { name: "period", cell: |row| Cell::Number(row.transaction.period.number().into()) },
    Field { name: "effectiveOn", cell: |row| Cell::Day(row.transaction.effective_on) },
    Field { name: "account", cell: |row| name(row.account) },
    Field { name: "partner.id", cell: |row| organisation(row.partner_id) },
    Field { name: "funder.id", cell: |row| organisation(row.funder_id) },
    Field { name: "sourceCode", cell: |row| or_empty(row.source_code.as_deref(), text) },
    Field { name: "amount", cell: |row| Cell::Money(row.amount) },
];

fn organisation(id: Option<Uuid>) -> Cell<'static> {
    or_empty(id, |id| Cell::Id(Kind::Organisation, id))
}

fn transaction(id: Option<Uuid>) -> Cell<'static> {
    or_empty(id, |id| Cell::Id(Kind::Transaction, id))
}

pub(super) async fn write_transactions(
    viewer: &Viewer,
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, Model>,
) -> Result<(), Stopped> {
    let mut rows = exported::transactions(viewer).stream(from).await?;
    while let Some((row, _)) = rows.try_next().await? {
        lines.row(&row).await?;
    }
    Ok(())
}

pub(super) async fn write_entries(
    viewer: &Viewer,
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, EntryRow>,
) -> Result<(), Stopped> {
    let mut rows = exported::entries(viewer).stream(from).await?;
    while let Some((row, _)) = rows.try_next().await? {
        lines.row(&row).await?;
    }
    Ok(())
}
