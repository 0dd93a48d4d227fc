//! What contracts pay and for what (rules C4 to C9): agreed as versions, worked out from facts.

mod agree;
mod answer;
mod measure;
mod read;
mod record;
mod schedule;
mod share;
mod what_if;

use domain::policy::decisions::ContractParties;
use entities::contract;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, TryInsertResult,
    sea_query::OnConflict,
};
use uuid::Uuid;

pub use agree::{
    NewBaseline, NewComponent, NewFramework, agree_component, agree_in, define_framework,
    record_baseline,
};
pub use answer::{NewAnswer, answer};
pub use measure::{Deciding, MeasuredUnder, NewMeasurement, decide, submit};
pub use read::{
    Component, Measured, components_of, framework_of, measurements_of, measurements_of_links,
};
pub use record::{NewActivity, NewListSize, record_activity, record_list_size};
pub use schedule::{Asked, Scheduled, scheduled, scheduled_on};
pub(super) use schedule::{ENTERS, worked_out};
pub(super) use share::share_of;
pub use what_if::{OtherPay, OtherUnits, WhatIf};

use super::{Code, Refusal, Stopped, decision::Decision};
use crate::{
    access::{self, Seen, facts::contracts},
    auth::Viewer,
    database::Writing,
};

/// A contract that the viewer sees, and its parties today.
pub(super) struct Ground {
    pub(super) contract: Seen<contract::Model>,
    pub(super) parties: ContractParties,
}

pub(super) async fn ground(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Ground, Stopped> {
    let contract = access::contract::visible(connection, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("contract", "contract"))?;
    let facts = contracts::whole_of(connection, id).await?;
    let heirs = contracts::heirs_of(connection, &[(&contract.row, &facts)]).await?;
    let heirs = heirs.get(&id).cloned().unwrap_or_default();
    let parties = facts.parties_for(&heirs, viewer);
    Ok(Ground { contract, parties })
}

/// The same of a contract that something is decided on: nobody declares an interest meanwhile.
pub(super) async fn deciding(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Ground, Stopped> {
    access::contract_interest::keep(&**tx, id).await?;
    ground(&**tx, viewer, id).await
}

impl Ground {
    /// The decision that was named, with its texts in order. Once the contract was awarded, one has
    /// to be (rule G4).
    pub(super) fn decided(
        &self,
        tx: &Writing,
        decision: Option<&Decision>,
    ) -> Result<Option<Decision>, Refusal> {
        match decision {
            Some(decision) => decision.checked(tx.today(), "decision").map(Some),
            None if self.contract.row.shared_on.is_none() => Ok(None),
            None => {
                let sentence = "this contract was awarded: name the decision by which it changes";
                Err(Refusal::new(Code::InvalidValue, sentence).at("decision"))
            }
        }
    }
}

/// Adds a row with a number of its own. Of two that take the same at once the second is refused.
pub(super) async fn add<M, A>(tx: &Writing, row: M) -> Result<M, Stopped>
where
    M: Clone + IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    let new = row.clone().into_active_model().reset_all();
    let inserted = A::Entity::insert(new)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(row);
    }
    let sentence = "somebody else recorded the same at this moment: read it again";
    Err(Refusal::new(Code::StaleVersion, sentence).into())
}
