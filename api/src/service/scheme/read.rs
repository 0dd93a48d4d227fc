use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{
    policy::{Standing, matrix::FieldGroup},
    rules::{
        funding::{DatedSplit, Share},
        profile::Months,
    },
};
use entities::{
    access::Window,
    code_list_entry,
    scheme::{self, Column},
    value::{FinancialYear, Instant, Pence, Period},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Value,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        facts::{Cutoff, budgets, parties, partners::Partnership, payments, reach::Part},
        proofs::{self, Switch},
        scheme::{self as access, effective_term, sees_schemes},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, Writing, count_by_parent, cut_by_parent, nested},
    service::{
        Refusal, Stopped,
        code_list::List,
        criteria::{Test, Where},
    },
};

pub use crate::access::facts::payments::OpenDays;

/// What schemes are picked by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// What the partners call it.
    Reference(Test<String>),
    /// Its name.
    Name(Test<String>),
    /// Its type; withheld from a funded provider.
    SchemeType(Test<String>),
    /// Its area of spend; withheld from a funded provider.
    AreaOfSpend(Test<String>),
    /// Who commissions it; withheld from a funded provider.
    Commissioner(Test<Uuid>),
    /// Who provides it.
    Provider(Test<Uuid>),
    /// Whether it goes on from year to year; withheld from a funded provider.
    IsRecurrent(bool),
    /// Whether it is capital; withheld from a funded provider.
    IsCapital(bool),
}

/// What schemes are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// By reference, A first.
    ReferenceAscending,
    /// By reference, Z first.
    ReferenceDescending,
}

/// Which schemes of a fund are wanted, and in which order.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What they are picked by.
    pub criteria: Where<Criterion>,
    /// What they are ordered by; then by identity.
    pub order: Order,
}

impl Listing {
    /// The values by which `row` has its place in the list.
    #[must_use]
    pub fn place(row: &scheme::Model) -> Vec<Value> {
        vec![row.reference.clone().into(), row.id.into()]
    }

    fn keyset(&self) -> Keyset {
        let reference = (scheme::Entity, Column::Reference);
        let keyset = match self.order {
            Order::ReferenceAscending => Keyset::new().ascending(reference),
            Order::ReferenceDescending => Keyset::new().descending(reference),
        };
        keyset.ascending((scheme::Entity, Column::Id))
    }

    fn condition(&self, viewer: &Viewer) -> Condition {
        self.criteria.condition(&|criterion| criterion.condition(viewer))
    }
}

impl Criterion {
    fn condition(&self, viewer: &Viewer) -> Condition {
        let open = |column: Column| Expr::col((scheme::Entity, column));
        match self {
            Self::Reference(test) => test.of(&open(Column::Reference)),
            Self::Name(test) => test.of(&open(Column::Name)),
            Self::SchemeType(test) => test.of(&effective_term(viewer, Column::SchemeTypeCode)),
            Self::AreaOfSpend(test) => test.of(&effective_term(viewer, Column::AreaOfSpendCode)),
            Self::Commissioner(test) => test.of(&effective_term(viewer, Column::CommissionerId)),
            Self::Provider(test) => test.of(&effective_term(viewer, Column::ProviderId)),
            Self::IsRecurrent(is) => {
                Test::Equals(*is).of(&effective_term(viewer, Column::IsRecurrent))
            }
            Self::IsCapital(is) => Test::Equals(*is).of(&effective_term(viewer, Column::IsCapital)),
        }
    }
}

/// The page of each fund's schemes that the viewer sees, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn pages(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    listing: &Listing,
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<scheme::Model>>>, DbErr> {
    let wanted = sees_schemes(viewer)
        .filter(Column::FundId.is_in(funds.iter().copied()))
        .filter(listing.condition(viewer));
    let columns = ((scheme::Entity, Column::Id), (scheme::Entity, Column::FundId));
    let rows = nested(wanted, columns, &listing.keyset(), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| access::seen(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen: &Seen<scheme::Model>| seen.row.fund_id))
}

/// How many schemes of each fund the viewer sees; a fund without any is left out.
///
/// # Errors
/// A fault of the database.
pub async fn counts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    listing: &Listing,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let wanted = sees_schemes(viewer)
        .filter(Column::FundId.is_in(funds.iter().copied()))
        .filter(listing.condition(viewer));
    let columns = ((scheme::Entity, Column::Id), (scheme::Entity, Column::FundId));
    count_by_parent(connection, wanted, columns).await
}

/// The schemes with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<scheme::Model>>, DbErr> {
    let wanted = sees_schemes(viewer).filter(Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.all(connection).await?.into_iter().map(|row| access::seen(viewer, row)).collect())
}

/// The scheme of `fund` that goes by `reference`, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn by_reference(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    fund: Uuid,
    reference: &str,
) -> Result<Option<Seen<scheme::Model>>, DbErr> {
    let found = sees_schemes(viewer)
        .filter(Column::FundId.eq(fund))
        .filter(Column::Reference.eq(reference))
        .one(connection)
        .await?;
    Ok(found.map(|row| access::seen(viewer, row)))
}

/// The scheme that a use case is about, if the viewer sees it.
///
/// # Errors
/// `NOT_FOUND` at `path`.
pub(in crate::service) async fn seen(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<Seen<scheme::Model>, Stopped> {
    let found = access::visible(&**tx, viewer, id).await?;
    if proofs::is_on(viewer.organisation, Switch::ErrorText) && proofs::is_there(&**tx, id).await? {
        return Err(Refusal::not_found("scheme of others", path).into());
    }
    found.ok_or_else(|| Refusal::not_found("scheme", path).into())
}

/// What counts of a year when a day, if any, is asked for: else today, or the nearest day of the
/// year, so that a year to come shows what is planned for it.
#[must_use]
pub fn cutoff(
    year: FinancialYear,
    as_of: Option<NaiveDate>,
    known_at: Option<Instant>,
    today: NaiveDate,
) -> Cutoff {
    let day = as_of.unwrap_or_else(|| today.clamp(year.first_day(), year.last_day()));
    Cutoff::new(year, day, known_at)
}

/// The monthly budgets of schemes that the caller has found through its view, each at its cutoff
/// (rule M4).
///
/// # Errors
/// A fault of the database.
pub async fn budgets(
    connection: &impl ConnectionTrait,
    schemes: &[(Uuid, Cutoff)],
) -> Result<HashMap<Uuid, Months>, DbErr> {
    let mut of: HashMap<Uuid, Months> = HashMap::new();
    for row in budgets::monthly(connection, &parts(schemes)).await? {
        let months = of.entry(row.scheme_id).or_insert([Pence::ZERO; 12]);
        for (month, amount) in Period::months().zip(months.iter_mut()) {
            if month == row.period {
                *amount += row.amount_pence;
            }
        }
    }
    Ok(of)
}

/// The schemes that have a cutoff in common, together.
fn parts(schemes: &[(Uuid, Cutoff)]) -> Vec<(Part, Cutoff)> {
    let mut by_cutoff: HashMap<Cutoff, Vec<Uuid>> = HashMap::new();
    for (scheme, cutoff) in schemes {
        by_cutoff.entry(*cutoff).or_default().push(*scheme);
    }
    by_cutoff.into_iter().map(|(cutoff, schemes)| (Part::Schemes(schemes), cutoff)).collect()
}

/// The funding splits of schemes that the caller has found through its view, in the order in which
/// they take effect.
///
/// # Errors
/// A fault of the database.
pub async fn splits(
    connection: &impl ConnectionTrait,
    schemes: &[(Uuid, Cutoff)],
) -> Result<HashMap<Uuid, Vec<DatedSplit>>, DbErr> {
    let mut of: HashMap<Uuid, Vec<DatedSplit>> = HashMap::new();
    let mut last = None;
    let parts: Vec<_> =
        parts(schemes).into_iter().map(|(part, cutoff)| (part, cutoff, None)).collect();
    for row in budgets::splits(connection, &parts).await? {
        let splits = of.entry(row.scheme_id).or_default();
        if last != Some(row.split_id) {
            last = Some(row.split_id);
            splits.push(DatedSplit { effective_on: row.effective_on, shares: Vec::new() });
        }
        let share = Share { partner: row.partner_id, source: row.source_code, weight: row.weight };
        if let Some(split) = splits.last_mut() {
            split.shares.push(share);
        }
    }
    Ok(of)
}

/// The days of `year` of which the viewer is told what it was paid for a scheme that it sees;
/// none when no day of it is open.
#[must_use]
pub fn open_days(scheme: &Seen<scheme::Model>, year: FinancialYear) -> Vec<OpenDays> {
    let in_year = scheme.standing.during(year.first_day(), year.last_day());
    let reads_own = |window: &&Window| {
        Standing::of(std::slice::from_ref(*window)).reads_own(FieldGroup::PaymentsFromPool)
    };
    let only_released = !scheme.standing.is_live();
    let days = |window: &Window| OpenDays {
        first: window.covers_from,
        last: window.covers_to,
        is_inherited: !window.acts,
        only_released,
    };
    in_year.windows().iter().filter(reads_own).map(days).collect()
}

/// What the viewer's organisation was itself paid from the pool in `year` for each of these
/// schemes, which it sees, on the days that are open to it.
///
/// # Errors
/// A fault of the database.
pub async fn received(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    schemes: &[(Uuid, Vec<OpenDays>)],
    year: FinancialYear,
) -> Result<HashMap<Uuid, Pence>, DbErr> {
    let paid = payments::received(connection, viewer.holder(), schemes, year).await?;
    Ok(paid.into_iter().collect())
}

/// The host and the partners around each of these funds, which the caller has found through its
/// view.
///
/// # Errors
/// A fault of the database.
pub async fn parties(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<HashMap<Uuid, Partnership>, DbErr> {
    parties::of_funds(connection, funds).await
}

/// What codes of a list stand for, by code: of each the latest entry.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads code lists")]
pub async fn codes(
    connection: &impl ConnectionTrait,
    list: List,
    codes: &[&str],
) -> Result<HashMap<String, code_list_entry::Model>, DbErr> {
    let entries = code_list_entry::Entity::find()
        .filter(code_list_entry::Column::List.eq(list.name()))
        .filter(code_list_entry::Column::Code.is_in(codes.iter().copied()))
        .order_by_asc(code_list_entry::Column::ValidFrom)
        .all(connection)
        .await?;
    Ok(entries.into_iter().map(|entry| (entry.code.clone(), entry)).collect())
}
