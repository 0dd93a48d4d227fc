//! What a viewer sees of what buyers of links of supply chains paid their sellers: buyer and seller
//! their own, others how punctually, of the days that are open to them.

use domain::{
    policy::{
        Standing,
        matrix::{CHAIN, FieldGroup},
    },
    rules::supply_chain::{Paid, PaymentState, due_on},
};
use entities::{
    access::Windows,
    chain_payment as payment,
    chain_payment_act::{self as act, ChainPaymentActKind},
    relation::RelationKind,
    subcontract as link,
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable,
    JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
    sea_query::{Expr, Iden},
};
use uuid::Uuid;

use super::{Seen, Through, readers, subcontract::links, subcontract::standing_by, summarisers};
use crate::auth::Viewer;

const GROUP: FieldGroup = FieldGroup::ChainPayments;

/// A payment, and what was said of it, as far as a viewer sees both.
#[derive(Clone, Debug)]
pub struct SeenPayment {
    /// The payment.
    pub payment: payment::Model,
    /// What was said of it in days that are open to the viewer, the first first.
    pub acts: Vec<act::Model>,
    /// True when the viewer reads all of it, and not only how punctual it was.
    pub is_whole: bool,
}

/// A link, and what was paid under it.
#[derive(Clone, Debug)]
pub struct PaidLink {
    /// The link.
    pub seen: Seen<link::Model>,
    /// What was paid and is seen, the first day first.
    pub payments: Vec<SeenPayment>,
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    link: link::Model,
    #[sea_orm(nested(prefix = "payment_"))]
    payment: Option<payment::Model>,
    #[sea_orm(nested(prefix = "act_"))]
    act: Option<act::Model>,
    own_windows: Option<Windows>,
    contract_windows: Option<Windows>,
}

/// The links under these head contracts that the viewer sees, parents first, with what was paid under
/// them in a year: one statement, however deep the chains.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contracts: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<PaidLink>, DbErr> {
    let wanted = link::Column::ContractId.is_in(contracts.iter().copied());
    read(connection, viewer, seen(viewer, Some(year)).filter(wanted)).await
}

/// Those of these links that the viewer sees, with what was paid under them.
///
/// # Errors
/// A fault of the database.
pub async fn of_links(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<PaidLink>, DbErr> {
    let wanted = link::Column::Id.is_in(ids.iter().copied());
    read(connection, viewer, seen(viewer, None).filter(wanted)).await
}

/// Those of these payments of which the viewer reads all, each with its link.
///
/// # Errors
/// A fault of the database.
pub async fn with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<(Seen<link::Model>, SeenPayment)>, DbErr> {
    let wanted = payment::Column::Id.is_in(ids.iter().copied());
    let links = read(connection, viewer, seen(viewer, None).filter(wanted)).await?;
    let whole = |it: PaidLink| {
        let PaidLink { seen, payments } = it;
        let payments = payments.into_iter().filter(|it| it.is_whole);
        payments.map(move |payment| (seen.clone(), payment))
    };
    Ok(links.into_iter().flat_map(whole).collect())
}

/// The payment with this id and its link, if the viewer reads it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<(Seen<link::Model>, SeenPayment)>, DbErr> {
    Ok(with_ids(connection, viewer, &[id]).await?.pop())
}

fn seen(viewer: &Viewer, year: Option<FinancialYear>) -> Select<link::Entity> {
    let paid: RelationDef = link::Entity::belongs_to(payment::Entity)
        .from(link::Column::Id)
        .to(payment::Column::SubcontractId)
        .into();
    let open = sees_payment(viewer);
    let paid = paid.on_condition(move |_, _| {
        let of_year = year.map(|it| payment::Column::PaidOn.between(it.first_day(), it.last_day()));
        Condition::all().add_option(of_year).add(open.clone())
    });
    let said: RelationDef = payment::Entity::belongs_to(act::Entity)
        .from(payment::Column::Id)
        .to(act::Column::PaymentId)
        .into();
    let mut select = links(viewer)
        .join(JoinType::LeftJoin, paid)
        .join(JoinType::LeftJoin, said)
        .order_by_asc(payment::Column::PaidOn)
        .order_by_asc(payment::Column::Id)
        .order_by_asc(act::Column::Number);
    for column in payment::Column::iter() {
        let name = format!("payment_{}", column.unquoted());
        select = select.expr_as(Expr::col((payment::Entity, column)), name);
    }
    for column in act::Column::iter() {
        let name = format!("act_{}", column.unquoted());
        select = select.expr_as(Expr::col((act::Entity, column)), name);
    }
    select
}

/// That the viewer sees a payment, if only its punctuality. When the days of a party end is told
/// by the rows that are found.
fn sees_payment(viewer: &Viewer) -> Condition {
    let by_contract: Vec<RelationKind> =
        summarisers(GROUP).into_iter().filter(|it| !CHAIN.contains(it)).collect();
    let contract = Through::any_of(viewer, (link::Entity, link::Column::ContractId), &by_contract)
        .on((payment::Entity, payment::Column::PaidOn))
        .from((payment::Entity, payment::Column::RecordedOn));
    let own = Through::any_of(viewer, (link::Entity, link::Column::Id), &readers(GROUP));
    Condition::any().add(contract.cuts()).add(own.cuts())
}

async fn read(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    links: Select<link::Entity>,
) -> Result<Vec<PaidLink>, DbErr> {
    let rows = links.into_model::<Row>().all(connection).await?;
    let mut found: Vec<PaidLink> = Vec::new();
    for row in rows {
        if found.last().is_none_or(|it| it.seen.row.id != row.link.id) {
            let windows = standing_by(&row.link, row.own_windows, row.contract_windows);
            let seen = Seen::by(viewer, row.link, &windows);
            found.push(PaidLink { seen, payments: Vec::new() });
        }
        let (Some(of), Some(payment)) = (found.last_mut(), row.payment) else { continue };
        of.add(payment, row.act);
    }
    Ok(found)
}

impl PaidLink {
    /// Takes a payment in, with what was said of it, as far as they are open.
    fn add(&mut self, row: payment::Model, said: Option<act::Model>) {
        let link_ends = self.seen.row.ends_on;
        let opens = |known_on| self.seen.standing.of_link_payment(link_ends, row.paid_on, known_on);
        let open = opens(row.recorded_on);
        if !open.reads_summary(GROUP) {
            return;
        }
        // What is read whole is told by who reads it so, in whose days more was said of it.
        let is_whole = open.reads(GROUP);
        let is_open = |it: &act::Model| {
            let open = opens(it.recorded_on);
            if is_whole { open.reads(GROUP) } else { open.reads_summary(GROUP) }
        };
        let said = said.filter(is_open);
        match self.payments.last_mut().filter(|it| it.payment.id == row.id) {
            Some(known) => known.acts.extend(said),
            None => self.payments.push(SeenPayment {
                payment: row,
                acts: said.into_iter().collect(),
                is_whole,
            }),
        }
    }

    /// How the viewer stands to what is paid under it in a year.
    #[must_use]
    pub fn in_year(&self, year: FinancialYear) -> Standing {
        let days = (year.first_day(), year.last_day());
        self.seen.standing.of_link_during(self.seen.row.ends_on, days.0, days.1)
    }
}

impl SeenPayment {
    /// How it stands, by what is seen to be said of it.
    #[must_use]
    pub fn state(&self) -> PaymentState {
        match self.acts.last().map(|it| it.kind) {
            None => PaymentState::Recorded,
            Some(ChainPaymentActKind::Confirmed) => PaymentState::Confirmed,
            Some(ChainPaymentActKind::Contested) => PaymentState::Contested,
            Some(ChainPaymentActKind::Withdrawn) => PaymentState::Withdrawn,
        }
    }

    /// The last day on which it was in time; none without payment terms.
    #[must_use]
    pub fn due_on(&self) -> Option<chrono::NaiveDate> {
        due_on(self.payment.invoice_received_on, self.payment.payment_days)
    }

    /// Counts what is seen to be said of it, from 1.
    #[must_use]
    pub fn version(&self) -> i32 {
        self.acts.last().map_or(0, |it| it.number) + 1
    }

    /// It, as it enters figures of punctuality.
    #[must_use]
    pub fn paid(&self) -> Paid {
        Paid {
            due_on: self.due_on(),
            paid_on: self.payment.paid_on,
            state: self.state(),
            is_hidden: !self.is_whole,
        }
    }
}
