use entities::{
    access,
    ledger_account::{self as account, AccountKind},
    ledger_entry as entry, ledger_transaction as transaction,
    value::Pence,
};
use sea_orm::{
    DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, RelationDef, SelectTwo, SelectTwoModel, Selector,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    access::{fund::effective_fund, ledger::sees_transactions},
    auth::Viewer,
};

const LINE: &str = "line";
const AMOUNT: &str = "amount";
const ACCOUNT: &str = "account";
const PARTNER: &str = "partner";
const FUNDER: &str = "funder";
const SOURCE: &str = "source";

/// An entry of a ledger transaction.
pub struct EntryRow {
    /// The transaction.
    pub transaction: transaction::Model,
    /// Its number in the transaction.
    pub line: i32,
    /// How much: a debit above nothing, a credit below.
    pub amount: Pence,
    /// What the account counts.
    pub account: AccountKind,
    /// The partner of the account.
    pub partner_id: Option<Uuid>,
    /// Who funds what was spent.
    pub funder_id: Option<Uuid>,
    /// The funding source.
    pub source_code: Option<String>,
}

/// The ledger transactions that the viewer sees, of the funds that it sees: the schema lists them
/// within those.
#[must_use]
pub fn transactions(viewer: &Viewer) -> SelectTwo<transaction::Entity, access::Entity> {
    listed(viewer).order_by_asc(transaction::Column::Id)
}

fn listed(viewer: &Viewer) -> SelectTwo<transaction::Entity, access::Entity> {
    let fund = (transaction::Entity, transaction::Column::FundId);
    sees_transactions(viewer).filter(effective_fund(viewer, fund).is_not_null())
}

/// Their entries: whoever sees a transaction sees them all.
#[must_use]
pub fn entries(viewer: &Viewer) -> Selector<SelectTwoModel<EntryRow, access::Model>> {
    let of_transaction: RelationDef = transaction::Entity::belongs_to(entry::Entity)
        .from(transaction::Column::Id)
        .to(entry::Column::TransactionId)
        .into();
    let on_account: RelationDef = entry::Entity::belongs_to(account::Entity)
        .from(entry::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let of_entry = |column| Expr::col((entry::Entity, column));
    let of_account = |column| Expr::col((account::Entity, column));
    listed(viewer)
        .join(JoinType::InnerJoin, of_transaction)
        .join(JoinType::InnerJoin, on_account)
        .expr_as(of_entry(entry::Column::Line), LINE)
        .expr_as(of_entry(entry::Column::AmountPence), AMOUNT)
        .expr_as(of_account(account::Column::Kind), ACCOUNT)
        .expr_as(of_account(account::Column::PartnerId), PARTNER)
        .expr_as(of_account(account::Column::FunderId), FUNDER)
        .expr_as(of_account(account::Column::SourceCode), SOURCE)
        .order_by_asc(transaction::Column::Id)
        .order_by_asc(entry::Column::Line)
        .into_model()
}

impl FromQueryResult for EntryRow {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            transaction: transaction::Model::from_query_result(row, prefix)?,
            line: row.try_get("", LINE)?,
            amount: row.try_get("", AMOUNT)?,
            account: row.try_get("", ACCOUNT)?,
            partner_id: row.try_get("", PARTNER)?,
            funder_id: row.try_get("", FUNDER)?,
            source_code: row.try_get("", SOURCE)?,
        })
    }
}
