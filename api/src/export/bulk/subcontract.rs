use std::collections::BTreeSet;

use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{Shown, Stage, YearlyValue, is_on_behalf},
};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::{
    cell::{Cell, name, or_empty, text, year},
    lines::{Field, Lines},
};
use crate::{
    auth::Viewer,
    graphql::node::Kind,
    service::{
        Stopped, contract,
        subcontract::{self, ChainLink},
    },
};

/// How many links are read at once, so that those above a link are there when it is written.
const AT_ONCE: u64 = 5_000;

/// A link as the viewer reads it, and whether it sees the head contract.
pub(super) struct Row {
    link: ChainLink,
    sees_contract: bool,
    today: chrono::NaiveDate,
}

pub(super) const FIELDS: &[Field<Row>] = &[
    Field { name: "id", cell: |it| Cell::Id(Kind::Subcontract, it.link.seen.row.id) },
    Field {
        name: "contract.id",
        cell: |it| {
            let contract = it.sees_contract.then_some(it.link.seen.row.contract_id);
            or_empty(contract, |id| Cell::Id(Kind::Contract, id))
        },
    },
    Field { name: "tier", cell: |it| Cell::Number(it.link.seen.row.tier.into()) },
    Field { name: "buyer.id", cell: |it| Cell::Id(Kind::Organisation, it.link.seen.row.buyer_id) },
    Field {
        name: "seller.id",
        cell: |it| Cell::Id(Kind::Organisation, it.link.seen.row.seller_id),
    },
    Field { name: "service", cell: |it| text(&it.link.seen.row.service) },
    Field { name: "stage", cell: stage },
    Field { name: "reference", cell: |it| told(it, |it| text(&it.link.seen.row.reference)) },
    Field { name: "startsOn", cell: |it| told(it, |it| Cell::Day(it.link.seen.row.starts_on)) },
    Field { name: "endsOn", cell: |it| to_the_last(it, |it| Cell::Day(it.link.seen.row.ends_on)) },
    Field {
        name: "isMaterial",
        cell: |it| told(it, |it| Cell::Flag(it.link.seen.row.is_material)),
    },
    Field {
        name: "isOpenBook",
        cell: |it| told(it, |it| Cell::Flag(it.link.seen.row.is_open_book)),
    },
    Field {
        name: "floorBasisPoints",
        cell: |it| told(it, |it| Cell::Number(it.link.seen.row.floor_basis_points)),
    },
    Field {
        name: "paymentDays",
        cell: |it| {
            told(it, |it| or_empty(it.link.seen.row.payment_days, |it| Cell::Number(it.into())))
        },
    },
    Field { name: "isOnBehalf", cell: |it| to_the_last(it, on_behalf) },
    Field {
        name: "confirmation",
        cell: |it| to_the_last(it, |it| name(it.link.seen.row.confirmation)),
    },
    Field {
        name: "decidedOn",
        cell: |it| to_the_last(it, |it| or_empty(it.link.seen.row.decided_on, Cell::Day)),
    },
    Field { name: "value.financialYear", cell: value_year },
    Field { name: "value.amount", cell: amount },
    Field { name: "value.valueBand", cell: band },
    Field { name: "value.fromBasisPoints", cell: |it| share(it, |(from, _)| from) },
    Field { name: "value.toBasisPoints", cell: |it| share(it, |(_, to)| to) },
    Field {
        name: "valueVersion",
        cell: |it| {
            let version = it.link.reads_value.then(|| it.link.value_version.unwrap_or(0));
            or_empty(version, |version| Cell::Number(version.into()))
        },
    },
    Field { name: "version", cell: |it| to_the_last(it, |it| version(it)) },
];

fn told<'a>(it: &'a Row, cell: impl FnOnce(&'a Row) -> Cell<'a>) -> Cell<'a> {
    if it.link.seen.reads(FieldGroup::LinkTerms) { cell(it) } else { Cell::Empty }
}

fn to_the_last<'a>(it: &'a Row, cell: impl FnOnce(&'a Row) -> Cell<'a>) -> Cell<'a> {
    if it.link.is_open_to_the_last() { told(it, cell) } else { Cell::Empty }
}

fn version(it: &Row) -> Cell<'_> {
    Cell::Number(it.link.seen.row.version.into())
}

fn on_behalf(it: &Row) -> Cell<'_> {
    let row = &it.link.seen.row;
    Cell::Flag(is_on_behalf(row.on_behalf, row.confirmation))
}

fn stage(it: &Row) -> Cell<'_> {
    if !it.link.is_open_to_the_last() {
        return Cell::Empty;
    }
    text(match it.link.stage(it.today) {
        Stage::AwaitingApproval => "AWAITING_APPROVAL",
        Stage::Refused => "REFUSED",
        Stage::ToStart => "TO_START",
        Stage::Running => "RUNNING",
        Stage::Ended => "ENDED",
    })
}

/// A value that is recorded and not withheld.
fn value_year(it: &Row) -> Cell<'_> {
    let is_told = match (it.link.recorded, it.link.shown) {
        (_, None) => false,
        (Some(_), _) => true,
        (None, Some(shown)) => matches!(shown, Shown::Banded(_)),
    };
    if is_told { year(it.link.year) } else { Cell::Empty }
}

fn amount(it: &Row) -> Cell<'_> {
    match (it.link.recorded, it.link.shown) {
        (Some(YearlyValue::Exact(amount)), Some(_)) => Cell::Money(amount),
        _ => Cell::Empty,
    }
}

fn band(it: &Row) -> Cell<'_> {
    match (it.link.recorded, it.link.shown) {
        (None, Some(Shown::Banded(band))) => text(super::contract::band_name(band)),
        _ => Cell::Empty,
    }
}

fn share(it: &Row, which: impl FnOnce((i64, i64)) -> i64) -> Cell<'_> {
    match (it.link.recorded, it.link.shown) {
        (Some(YearlyValue::Share { from, to }), Some(_)) => Cell::Number(which((from, to))),
        _ => Cell::Empty,
    }
}

/// Head contract by head contract: how a link's value is shown depends on those above it.
pub(super) async fn write(
    viewer: &Viewer,
    from: &DatabaseTransaction,
    mut lines: Lines<'_, '_, Row>,
) -> Result<(), Stopped> {
    let mut after = None;
    loop {
        let links = subcontract::next(from, viewer, (after, AT_ONCE)).await?;
        let Some(last) = links.last() else { return Ok(()) };
        after = Some(last.seen.row.contract_id);
        let heads: BTreeSet<Uuid> = links.iter().map(|it| it.seen.row.contract_id).collect();
        let seen = contract::seen_among(from, viewer, heads).await?;
        for link in links {
            let sees_contract = seen.contains(&link.seen.row.contract_id);
            lines.row(&Row { link, sees_contract, today: viewer.today }).await?;
        }
    }
}
