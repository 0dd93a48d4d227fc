use domain::{
    policy::{Rights, matrix::FieldGroup},
    rules::{
        band::{Band, band},
        contract::status::{self, Change},
    },
};
use entities::{contract_terms as terms, value::Pence};
use futures_util::TryStreamExt;
use sea_orm::{Condition, DatabaseTransaction};
use uuid::Uuid;

use super::{
    cell::{Cell, name, or_empty, text},
    lines::{Field, Lines},
};
use crate::{
    access::{
        Seen,
        exported::{self, ContractRow},
    },
    auth::Viewer,
    graphql::node::Kind,
    service::{
        Stopped,
        contract::{Criterion, Told, picked},
        criteria::Where,
    },
};

/// A contract as the viewer reads it today.
pub(super) struct Row {
    told: Told,
    status: Option<Change>,
    agreement: Option<Uuid>,
    whole_value: Option<Pence>,
}

const VALUES: [&str; 2] = ["wholeValue", "wholeValueBand"];

pub(super) const FIELDS: &[Field<Row>] = &[
    Field { name: "id", cell: |it| Cell::Id(Kind::Contract, it.told.seen.row.id) },
    Field { name: "reference", cell: |it| text(&it.told.seen.row.reference) },
    Field { name: "asOf", cell: |it| Cell::Day(it.told.as_of) },
    Field {
        name: "agreement.id",
        cell: |it| or_empty(it.agreement, |id| Cell::Id(Kind::Agreement, id)),
    },
    Field { name: "title", cell: |it| or_empty(it.told.terms(), |it| text(&it.title)) },
    Field { name: "model", cell: |it| or_empty(it.told.terms().and_then(|it| it.model), name) },
    Field { name: "form", cell: |it| or_empty(whole(it).and_then(|it| it.form.as_deref()), text) },
    Field { name: "services", cell: |it| or_empty(whole(it), |it| Cell::Texts(&it.services.0)) },
    Field {
        name: "startsOn",
        cell: |it| or_empty(it.told.terms().and_then(|it| it.starts_on), Cell::Day),
    },
    Field {
        name: "endsOn",
        cell: |it| or_empty(it.told.terms().and_then(|it| it.ends_on), Cell::Day),
    },
    Field {
        name: "extensionMonths",
        cell: |it| or_empty(whole(it), |it| Cell::Numbers(&it.extension_months.0)),
    },
    Field {
        name: "extensionsUsed",
        cell: |it| or_empty(whole(it), |it| Cell::Number(it.extensions_used.into())),
    },
    Field { name: "vatRegime", cell: |it| or_empty(whole(it).and_then(|it| it.vat_regime), name) },
    Field {
        name: "floorBasisPoints",
        cell: |it| or_empty(whole(it), |it| Cell::Number(it.floor_basis_points)),
    },
    Field { name: "status", cell: |it| or_empty(it.status, |it| name(it.status)) },
    Field { name: "statusSince", cell: |it| or_empty(it.status, |it| Cell::Day(it.effective_on)) },
    Field { name: "wholeValue", cell: whole_value },
    Field { name: "wholeValueBand", cell: whole_value_band },
    Field { name: "version", cell: |it| or_empty(it.told.version(), |it| Cell::Number(it.into())) },
];

/// What it says, to whoever reads all of that.
fn whole(it: &Row) -> Option<&terms::Model> {
    it.told.terms().filter(|_| it.told.standing().reads(FieldGroup::ContractTerms))
}

fn whole_value(it: &Row) -> Cell<'_> {
    let reads = it.told.standing().reads(FieldGroup::ContractValue)
        && it.told.opens_every_year(Rights::reads_all);
    or_empty(it.whole_value.filter(|_| reads), Cell::Money)
}

fn whole_value_band(it: &Row) -> Cell<'_> {
    let reads = it.told.standing().reads_summary(FieldGroup::ContractValue)
        && it.told.opens_every_year(Rights::reads_summary);
    or_empty(it.whole_value.filter(|_| reads), |value| text(band_name(band(value))))
}

/// A band, as the schema names it.
pub(super) fn band_name(band: Band) -> &'static str {
    match band {
        Band::Under100Thousand => "UNDER100_THOUSAND",
        Band::From100Thousand => "FROM100_THOUSAND",
        Band::From500Thousand => "FROM500_THOUSAND",
        Band::From1Million => "FROM1_MILLION",
    }
}

pub(super) async fn write(
    (viewer, wanted): (&Viewer, Option<&Where<Criterion>>),
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, Row>,
) -> Result<(), Stopped> {
    let wanted = wanted.map_or_else(Condition::all, |criteria| picked(viewer, criteria));
    let with_values = VALUES.iter().any(|field| lines.has(field));
    let mut rows = exported::contracts(viewer, wanted, with_values).stream(from).await?;
    while let Some((found, access)) = rows.try_next().await? {
        lines.row(&Row::of(viewer, found, access)).await?;
    }
    Ok(())
}

impl Row {
    fn of(viewer: &Viewer, found: ContractRow, access: Option<entities::access::Model>) -> Self {
        let ContractRow { contract, terms, stands, agreement, whole_value } = found;
        let seen = Seen::from_row(viewer, (contract, access));
        let told = Told::of_terms(viewer, seen, terms);
        let reads = told.standing().reads_summary(FieldGroup::ContractStatus);
        let change = |(status, effective_on)| Change { status, effective_on };
        let changes: Vec<Change> = stands.filter(|_| reads).map(change).into_iter().collect();
        let ends_on = told.terms().and_then(|it| it.ends_on);
        let status = status::stands(&changes, ends_on, told.as_of);
        Self { told, status, agreement, whole_value }
    }
}
