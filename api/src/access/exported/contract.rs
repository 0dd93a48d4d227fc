use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    access, contract,
    contract_status_change::{self as change, ContractStatus},
    contract_terms as terms, contract_value as value,
    value::Pence,
};
use sea_orm::{
    Condition, DbErr, FromQueryResult, Iden, Iterable, JoinType, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, SelectTwoModel, Selector,
    sea_query::{Alias, Expr, ExprTrait, Query, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    access::{
        Through,
        contract::{effective_agreement, effective_change, effective_term, sees_contracts, tells},
    },
    auth::Viewer,
};

/// The terms that the viewer reads today.
const SAID: &str = "said";
/// The last change of where it stands that the viewer reads today.
const STANDS: &str = "stands";
/// What its columns are told apart by.
const OF_TERMS: &str = "T_";
const STATUS: &str = "stands_status";
const SINCE: &str = "stands_since";
const AGREEMENT: &str = "seen_agreement";
const WHOLE_VALUE: &str = "whole_value";
/// Values, and later ones in their place.
const OF_YEAR: &str = "of_year";
const LATER: &str = "later";

/// A contract, with what the viewer reads of it today.
pub struct ContractRow {
    /// The contract.
    pub contract: contract::Model,
    /// What it says; none where nothing of that is read.
    pub terms: Option<terms::Model>,
    /// Where it stands, and since when; a running one may have expired.
    pub stands: Option<(ContractStatus, NaiveDate)>,
    /// The agreement under which it is, as far as the viewer sees that.
    pub agreement: Option<Uuid>,
    /// What its years come to together; none where none is recorded. To be masked.
    pub whole_value: Option<Pence>,
}

/// The contracts that the viewer sees, of those that are wanted; their values where they are asked
/// for.
#[must_use]
pub fn contracts(
    viewer: &Viewer,
    wanted: Condition,
    with_values: bool,
) -> Selector<SelectTwoModel<ContractRow, access::Model>> {
    let said = |column| Expr::col((Alias::new(SAID), column));
    let stands = |column| Expr::col((Alias::new(STANDS), column));
    let picked = said(terms::Column::Id).eq(effective_term(viewer, terms::Column::Id));
    let last = effective_change(viewer, change::Column::Id);
    let last = Expr::col((Alias::new(STANDS), change::Column::Id)).eq(last);
    let mut select = sees_contracts(viewer).filter(wanted);
    QuerySelect::query(&mut select)
        .join_as(JoinType::LeftJoin, terms::Entity, Alias::new(SAID), picked)
        .join_as(JoinType::LeftJoin, change::Entity, Alias::new(STANDS), last);
    for column in terms::Column::iter() {
        let name = format!("{OF_TERMS}{}", column.to_string());
        select = select.expr_as(said(column), name);
    }
    select = select
        .expr_as(stands(change::Column::Status), STATUS)
        .expr_as(stands(change::Column::EffectiveOn), SINCE)
        .expr_as(effective_agreement(viewer), AGREEMENT);
    if with_values {
        select = select.expr_as(whole_value(viewer), WHOLE_VALUE);
    }
    select.order_by_asc(contract::Column::Id).into_model()
}

/// What the years of a contract come to together, each by the value that counts today, of whoever
/// reads them all.
fn whole_value(viewer: &Viewer) -> SimpleExpr {
    use value::Column::{AmountPence, ContractId, FinancialYear, Version};
    let root = (contract::Entity, contract::Column::Id);
    let of = |column| Expr::col((Alias::new(OF_YEAR), column));
    let later = |column| Expr::col((Alias::new(LATER), column));
    let is_later = later(value::Column::EffectiveOn).gt(of(value::Column::EffectiveOn)).or(later(
        value::Column::EffectiveOn,
    )
    .eq(of(value::Column::EffectiveOn))
    .and(later(Version).gt(of(Version))));
    let replaced = Query::select()
        .expr(Expr::val(1))
        .from_as(value::Entity, Alias::new(LATER))
        .and_where(later(ContractId).eq(Expr::col(root)))
        .and_where(later(FinancialYear).eq(of(FinancialYear)))
        .and_where(is_later)
        .and_where(counts(viewer, LATER))
        .take();
    let sum = Query::select()
        .expr(of(AmountPence).sum().cast_as("bigint"))
        .from_as(value::Entity, Alias::new(OF_YEAR))
        .and_where(of(ContractId).eq(Expr::col(root)))
        .and_where(counts(viewer, OF_YEAR))
        .and_where(Expr::exists(replaced).not())
        .take();
    SimpleExpr::SubQuery(None, Box::new(sum.into()))
}

/// That a value has taken effect, and the viewer is told of it.
fn counts(viewer: &Viewer, table: &'static str) -> SimpleExpr {
    use value::Column::{ContractId, EffectiveOn, IsDraft, RecordedOn};
    let of = |column| (table, column);
    let is_draft = Expr::col(of(IsDraft));
    let dated = |through: Through| through.from(of(EffectiveOn)).from(of(RecordedOn));
    let group = (FieldGroup::ContractValue, Some(is_draft));
    Expr::col(of(EffectiveOn)).lte(viewer.today).and(tells(viewer, of(ContractId), group, dated))
}

impl FromQueryResult for ContractRow {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let status: Option<ContractStatus> = row.try_get("", STATUS)?;
        let since: Option<NaiveDate> = row.try_get("", SINCE)?;
        Ok(Self {
            contract: contract::Model::from_query_result(row, prefix)?,
            terms: terms::Model::from_query_result_optional(row, OF_TERMS)?,
            stands: status.zip(since),
            agreement: row.try_get("", AGREEMENT)?,
            whole_value: row.try_get("", WHOLE_VALUE).unwrap_or_default(),
        })
    }
}
