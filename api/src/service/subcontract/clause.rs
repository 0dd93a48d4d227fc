use std::collections::HashMap;

use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use domain::rules::supply_chain::{ClausesAt, FlowDown, flow_down as of_chain, not_refused};
use entities::{
    subcontract as link,
    subcontract_clause::{self as clause, ClauseStatus},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, RelationDef, sea_query::Expr,
};
use uuid::Uuid;

use super::{ChainLink, read};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act, said},
        text,
    },
};

/// How far a clause has come in a link.
#[derive(Clone, Debug)]
pub struct NewClause {
    /// The link.
    pub link: Uuid,
    /// The clause, as the head contract numbers or names it.
    pub clause: String,
    /// How far it has come.
    pub status: ClauseStatus,
    /// Why it does not apply, or where it is to be found.
    pub note: Option<String>,
}

/// Records how far a clause of the head contract has come in a link (rule C3).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn record_clause(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewClause,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { record_in(&tx, viewer, new).await }).await
}

async fn record_in(tx: &Writing, viewer: &Viewer, new: &NewClause) -> Result<ChainLink, Stopped> {
    let found = read::find(&**tx, viewer, new.link, "subcontract").await?;
    let link = &found.seen.row;
    viewer.actor().may_keep_subcontract(found.parties(viewer))?;
    crate::access::facts::supply_chain::hold(&**tx, link.contract_id).await?;
    let name = text::required(&new.clause, 200, "clause")?;
    let note = match new.status {
        ClauseStatus::NotApplicable => {
            Some(text::required(new.note.as_deref().unwrap_or(""), 1_000, "note")?)
        }
        ClauseStatus::Required | ClauseStatus::FlowedDown => {
            text::optional(new.note.as_deref(), 1_000, "note")?
        }
    };
    let known = clauses_of(&**tx, &[link.id]).await?.remove(&link.id).unwrap_or_default();
    let last = known.iter().filter(|row| row.clause == name).map(|row| row.version).max();
    let row = clause::Model {
        subcontract_id: link.id,
        version: last.unwrap_or(0) + 1,
        clause: name,
        status: new.status,
        note,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("recordFlowDownClause", "Subcontract", link.id)
        .under(link.id, FieldGroup::LinkTerms)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(found)
}

/// What was recorded of the clauses of links that the caller found through its view and reads whole,
/// by link, the first first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the links through its view")]
pub async fn clauses_of(
    connection: &impl ConnectionTrait,
    links: &[Uuid],
) -> Result<HashMap<Uuid, Vec<clause::Model>>, DbErr> {
    let rows = clause::Entity::find()
        .filter(clause::Column::SubcontractId.is_in(links.iter().copied()))
        .order_by_asc(clause::Column::Version)
        .all(connection)
        .await?;
    let mut of: HashMap<Uuid, Vec<clause::Model>> = HashMap::new();
    for row in rows {
        of.entry(row.subcontract_id).or_default().push(row);
    }
    Ok(of)
}

#[derive(FromQueryResult)]
struct OfContract {
    contract_id: Uuid,
    #[sea_orm(nested)]
    clause: clause::Model,
}

/// What was recorded of the clauses of all links under head contracts whose chains the caller has
/// read, by head contract, the first first; the caller tells those of what it sees.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller tells the clauses of links that it sees")]
pub async fn clauses_of_contracts(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<clause::Model>>, DbErr> {
    let of_link: RelationDef = clause::Entity::belongs_to(link::Entity)
        .from(clause::Column::SubcontractId)
        .to(link::Column::Id)
        .into();
    let rows = clause::Entity::find()
        .join(JoinType::InnerJoin, of_link)
        .expr_as(Expr::col((link::Entity, link::Column::ContractId)), "contract_id")
        .filter(link::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_asc(clause::Column::Version)
        .into_model::<OfContract>()
        .all(connection)
        .await?;
    let mut of: HashMap<Uuid, Vec<clause::Model>> = HashMap::new();
    for row in rows {
        of.entry(row.contract_id).or_default().push(row.clause);
    }
    Ok(of)
}

/// How far clauses have come on a day in the links of a chain as the viewer sees it: of those whose
/// terms it reads, that stand on that day and were not refused. None where it sees links, and reads
/// the terms of none.
#[must_use]
pub fn flow_down(
    chain: &[ChainLink],
    recorded: Vec<clause::Model>,
    day: NaiveDate,
) -> Option<Vec<FlowDown>> {
    let mut by_link: HashMap<Uuid, Vec<clause::Model>> = HashMap::new();
    for row in recorded {
        by_link.entry(row.subcontract_id).or_default().push(row);
    }
    let of = |it: &ChainLink| (it.seen.row.id, it.seen.row.parent_id, it.is_refused());
    let reads = |it: &ChainLink| it.seen.reads(FieldGroup::LinkTerms);
    if !chain.is_empty() && !chain.iter().any(reads) {
        return None;
    }
    let clauses_at = |it: &ChainLink| {
        let row = &it.seen.row;
        let recorded = by_link.remove(&row.id).unwrap_or_default();
        let clauses = it.clauses(recorded).into_iter();
        ClausesAt {
            link: row.id,
            parent: row.parent_id,
            tier: row.tier,
            clauses: clauses.map(|(name, row)| (name, row.status)).collect(),
        }
    };
    let links = not_refused(chain, of).into_iter().filter(|it| reads(it) && it.stands(day));
    let links: Vec<ClausesAt> = links.map(clauses_at).collect();
    Some(of_chain(&links))
}
