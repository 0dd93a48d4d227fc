//! Which links of supply chains a viewer sees: those that it buys or sells in, and those of contracts
//! to which it stands otherwise in a relation that reads at least the summary of their links.

use domain::policy::matrix::{CHAIN, FieldGroup};
use entities::{
    access::{self, Window, Windows},
    relation::RelationKind,
    subcontract as link, subcontract_value as value,
    value::{FinancialYear, Pence},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
    sea_query::{Alias, Expr, ExprTrait, IntoCondition},
};
use uuid::Uuid;

use super::{Seen, Through, readers, summarisers};
use crate::auth::Viewer;

/// The access row of the head contract, beside that of the link.
const OF_CONTRACT: &str = "of_contract";
/// The access row of the link.
const OF_LINK: &str = "of_link";
/// What the link is worth in the year asked about.
const OF_YEAR: &str = "of_year";

/// A link that a viewer sees, with what it is worth in a year as it is recorded.
#[derive(Clone, Debug)]
pub struct SeenLink {
    /// The link.
    pub seen: Seen<link::Model>,
    /// The amount; none of a range, or where none is recorded.
    pub amount: Option<Pence>,
    /// The range of basis points of the value above; none of an amount.
    pub range: Option<(i64, i64)>,
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    link: link::Model,
    own_windows: Option<Windows>,
    contract_windows: Option<Windows>,
    amount: Option<Pence>,
    from_share: Option<i64>,
    to_share: Option<i64>,
}

/// The links under these head contracts that the viewer sees, with their values in `year`, parents
/// before what stands under them. One statement, however deep the chains.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contracts: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<SeenLink>, DbErr> {
    let wanted = link::Column::ContractId.is_in(contracts.iter().copied());
    read(connection, viewer, seen(viewer, year).filter(wanted)).await
}

/// All links that the viewer sees, parents before what stands under them. One statement.
///
/// # Errors
/// A fault of the database.
pub async fn all(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    year: FinancialYear,
) -> Result<Vec<SeenLink>, DbErr> {
    read(connection, viewer, seen(viewer, year)).await
}

/// The first links that the viewer sees under head contracts after one, by the contracts' identity.
///
/// # Errors
/// A fault of the database.
pub async fn next(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (after, most): (Option<Uuid>, u64),
    year: FinancialYear,
) -> Result<Vec<SeenLink>, DbErr> {
    let mut links = seen(viewer, year).limit(most);
    if let Some(after) = after {
        links = links.filter(link::Column::ContractId.gt(after));
    }
    read(connection, viewer, links).await
}

/// Those of these links that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<SeenLink>, DbErr> {
    let wanted = link::Column::Id.is_in(ids.iter().copied());
    read(connection, viewer, seen(viewer, year).filter(wanted)).await
}

/// The links in which an organisation buys or sells, as far as the viewer sees them.
///
/// # Errors
/// A fault of the database.
pub async fn of_organisation(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    organisation: Uuid,
    year: FinancialYear,
) -> Result<Vec<SeenLink>, DbErr> {
    let wanted = Condition::any()
        .add(link::Column::BuyerId.eq(organisation))
        .add(link::Column::SellerId.eq(organisation));
    read(connection, viewer, seen(viewer, year).filter(wanted)).await
}

/// The link with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<link::Model>>, DbErr> {
    let year = FinancialYear::of(viewer.today);
    let found = with_ids(connection, viewer, &[id], year).await?;
    Ok(found.into_iter().next().map(|it| it.seen))
}

/// The links that the viewer sees, parents first, each beside how the viewer stands to it as its
/// party (`own_windows`) and to its head contract (`contract_windows`).
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub(super) fn links(viewer: &Viewer) -> Select<link::Entity> {
    let holder = viewer.holder();
    let own =
        move |_, access| Expr::col((access, access::Column::HolderId)).eq(holder).into_condition();
    let root = |column: link::Column| {
        let joined: RelationDef =
            link::Entity::belongs_to(access::Entity).from(column).to(access::Column::RootId).into();
        joined.on_condition(own)
    };
    let column = |table: &'static str, column| Expr::col((Alias::new(table), column));
    link::Entity::find()
        .join_as(JoinType::LeftJoin, root(link::Column::Id), OF_LINK)
        .join_as(JoinType::LeftJoin, root(link::Column::ContractId), OF_CONTRACT)
        .expr_as(column(OF_LINK, access::Column::Windows), "own_windows")
        .expr_as(column(OF_CONTRACT, access::Column::Windows), "contract_windows")
        .filter(sees_row(viewer))
        .order_by_asc(link::Column::ContractId)
        .order_by_asc(link::Column::Tier)
        .order_by_asc(link::Column::Id)
}

fn seen(viewer: &Viewer, year: FinancialYear) -> Select<link::Entity> {
    let worth: RelationDef = link::Entity::belongs_to(value::Entity)
        .from(link::Column::Id)
        .to(value::Column::SubcontractId)
        .into();
    let worth = worth.on_condition(move |link, value| {
        let column = |column| Expr::col((value.clone(), column));
        Condition::all()
            .add(column(value::Column::FinancialYear).eq(year))
            .add(column(value::Column::Version).equals((link, link::Column::ValueVersion)))
    });
    let of_year = |column| Expr::col((Alias::new(OF_YEAR), column));
    links(viewer)
        .join_as(JoinType::LeftJoin, worth, OF_YEAR)
        .expr_as(of_year(value::Column::AmountPence), "amount")
        .expr_as(of_year(value::Column::FromBasisPoints), "from_share")
        .expr_as(of_year(value::Column::ToBasisPoints), "to_share")
}

/// That the viewer sees the link that is asked about. What came after the end of its relation to the
/// head contract does not appear.
fn sees_row(viewer: &Viewer) -> Condition {
    let by_contract: Vec<RelationKind> =
        summarisers(FieldGroup::LinkTerms).into_iter().filter(|it| !CHAIN.contains(it)).collect();
    let contract = Through::any_of(viewer, (link::Entity, link::Column::ContractId), &by_contract)
        .from((link::Entity, link::Column::RecordedOn));
    let by_link = readers(FieldGroup::LinkTerms);
    let own = Through::any_of(viewer, (link::Entity, link::Column::Id), &by_link);
    Condition::any().add(contract.cuts()).add(own.cuts())
}

async fn read(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    links: Select<link::Entity>,
) -> Result<Vec<SeenLink>, DbErr> {
    let rows = links.into_model::<Row>().all(connection).await?;
    Ok(rows.into_iter().map(|row| SeenLink::from_row(viewer, row)).collect())
}

/// How somebody stands to a link by its access rows. To the head contract its buyers and sellers
/// stand as such too, which opens no link.
pub(super) fn standing_by(
    link: &link::Model,
    own: Option<Windows>,
    of_contract: Option<Windows>,
) -> Vec<Window> {
    let of_contract = of_contract.unwrap_or_default().0.into_iter();
    let of_contract =
        of_contract.filter(|it| !CHAIN.contains(&it.relation) && link.recorded_on <= it.covers_to);
    own.unwrap_or_default().0.into_iter().chain(of_contract).collect()
}

impl SeenLink {
    fn from_row(viewer: &Viewer, row: Row) -> Self {
        let windows = standing_by(&row.link, row.own_windows, row.contract_windows);
        Self {
            seen: Seen::by(viewer, row.link, &windows),
            amount: row.amount,
            range: row.from_share.zip(row.to_share),
        }
    }
}
