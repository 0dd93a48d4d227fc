use std::collections::HashMap;

use chrono::NaiveDate;
use domain::{policy::decisions::ContractParties, rules::contract::status::Change};
use entities::contract;
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    access::{
        self,
        contract::sees_contracts,
        facts::{
            contracts::{self, ContractFacts},
            whole,
        },
    },
    auth::Viewer,
    database::{HOLDING, Writing},
    service::{
        Code, Refusal, Stopped,
        contract::status::{changes, says},
    },
};

/// Contracts that are about to be changed, held until the end of the transaction.
pub(super) struct Held(HashMap<Uuid, One>);

/// One of them, with everything on record of it.
pub(super) struct One {
    pub(super) row: contract::Model,
    pub(super) facts: ContractFacts,
    pub(super) parties: ContractParties,
}

impl One {
    /// How it came to stand as it does.
    pub(super) fn changes(&self) -> Vec<Change> {
        changes(&self.facts)
    }

    /// Its first and its last day, by what it says on a day.
    pub(super) fn term(&self, day: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let says = says(&self.facts, day);
        (says.and_then(|it| it.starts_on), says.and_then(|it| it.ends_on))
    }

    /// Whether the viewer changes where it stands.
    pub(super) fn may_be_changed(&self, viewer: &Viewer, path: &str) -> Result<(), Refusal> {
        let may = viewer.actor().may_change_contract_status(&self.parties);
        may.map_err(|denied| Refusal::from(denied).at(path))
    }

    /// Whether it is as the caller read it, which says so at a path.
    pub(super) fn is_as_read(&self, expected_version: i32, path: &str) -> Result<(), Refusal> {
        if self.row.version == expected_version {
            return Ok(());
        }
        Err(Refusal::stale(self.row.version).at(path))
    }

    /// A refusal that names the contract, which whoever leads its commissioners sees.
    pub(super) fn refused(&self, code: Code, why: impl std::fmt::Display, path: &str) -> Refusal {
        Refusal::new(code, format!("{}: {why}", self.row.reference)).at(path)
    }
}

impl Held {
    /// Holds contracts that the viewer sees, named at these paths: as many statements as they have
    /// tables, however many they are.
    #[expect(clippy::disallowed_methods, reason = "what is held is found through the view first")]
    pub(super) async fn of(
        tx: &Writing,
        viewer: &Viewer,
        named: &[(Uuid, String)],
    ) -> Result<Self, Stopped> {
        let ids: Vec<Uuid> = named.iter().map(|(id, _)| *id).collect();
        let these = || contract::Column::Id.is_in(ids.iter().copied());
        let found = sees_contracts(viewer).filter(these()).all(&**tx).await?;
        let mut rows: HashMap<Uuid, contract::Model> =
            found.into_iter().map(|(row, _)| (row.id, row)).collect();
        let unseen = named.iter().find(|(id, _)| !rows.contains_key(id));
        if let Some((_, path)) = unseen {
            return Err(Refusal::not_found("contract", path).into());
        }
        access::contract_interest::keep_all(&**tx).await?;
        // In one order, so that of two that hold the same the second waits.
        let locked = contract::Entity::find()
            .filter(these())
            .order_by_asc(contract::Column::Id)
            .lock(HOLDING);
        for row in locked.all(&**tx).await? {
            rows.insert(row.id, row);
        }
        let mut facts = contracts::of(&whole(&**tx), &ids).await?;
        let of: Vec<(contract::Model, ContractFacts)> = rows
            .into_values()
            .map(|row| {
                let facts = facts.remove(&row.id).unwrap_or_default();
                (row, facts)
            })
            .collect();
        let known: Vec<_> = of.iter().map(|(row, facts)| (row, facts)).collect();
        let mut heirs = contracts::heirs_of(&**tx, &known).await?;
        let one = |(row, facts): (contract::Model, ContractFacts)| {
            let heirs = heirs.remove(&row.id).unwrap_or_default();
            let parties = facts.parties_for(&heirs, viewer);
            (row.id, One { row, facts, parties })
        };
        Ok(Self(of.into_iter().map(one).collect()))
    }

    /// One that was named.
    pub(super) fn one(&self, id: Uuid) -> Result<&One, DbErr> {
        self.0.get(&id).ok_or_else(|| DbErr::RecordNotFound(format!("contract {id}")))
    }

    /// Counts the versions of all of them up, in one statement.
    pub(super) async fn count_up(&self, tx: &Writing) -> Result<(), Stopped> {
        let written = contract::Entity::update_many()
            .col_expr(contract::Column::Version, Expr::col(contract::Column::Version).add(1))
            .filter(contract::Column::Id.is_in(self.0.keys().copied()))
            .exec(&**tx)
            .await?;
        if written.rows_affected != self.0.len() as u64 {
            let fault = "contracts that were held could not be counted up";
            return Err(DbErr::Custom(fault.to_owned()).into());
        }
        Ok(())
    }
}
