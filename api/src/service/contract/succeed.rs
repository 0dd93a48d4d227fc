use domain::policy::{decisions::Closed, matrix::FieldGroup};
use entities::contract_takeover as takeover;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{At, Told, held, tell};
use crate::{
    access::{derive, facts::takeovers},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        succession,
    },
};

/// Which of several successors takes a closed body's place under a contract.
#[derive(Clone, Copy, Debug)]
pub struct Naming {
    /// The contract.
    pub contract: Uuid,
    /// The body that closed.
    pub predecessor: Uuid,
    /// Who takes its place.
    pub successor: Uuid,
}

/// Names which of several successors takes a body's place under a contract and in its supply chain
/// (rule G5). All of them read what it read; the one that is named stands in its place from the
/// effective date. Who stood to the agreement is succeeded there, and so here.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE` when it is no successor or the agreement says who is, or
/// `ALREADY_DONE` when it is the only one, or was named before.
pub async fn name_successor(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    naming: Naming,
) -> Result<Told, Stopped> {
    database
        .write(dry_run, |tx| async move {
            name_successor_in(&tx, viewer, naming).await?;
            tell(&*tx, viewer, naming.contract, At::NOW).await
        })
        .await
}

async fn name_successor_in(tx: &Writing, viewer: &Viewer, naming: Naming) -> Result<(), Stopped> {
    let Naming { contract, predecessor, successor } = naming;
    let held = held(tx, viewer, contract, "contract").await?;
    let successors = succession::successors(&**tx, predecessor).await?;
    let stood = takeovers::stood(&**tx, (contract, held.row.agreement_id), predecessor).await?;
    let closed = Closed { led: stood.co_ordinated, successors: &successors };
    viewer.actor().may_name_contract_successor(&held.parties, closed)?;
    if !stood.to_contract {
        return Err(Refusal::not_found("organisation", "predecessor").into());
    }
    if stood.to_agreement {
        let sentence = "it stood to the contract's agreement: name its successor there, with \
                        nameSuccessor, and it takes over here too";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("predecessor").into());
    }
    succession::is_nameable(&successors, successor)?;
    write(tx, viewer, naming).await
}

#[expect(clippy::disallowed_methods, reason = "the caller found the contract through its view")]
async fn write(tx: &Writing, viewer: &Viewer, naming: Naming) -> Result<(), Stopped> {
    let row = takeover::Model {
        contract_id: naming.contract,
        predecessor_id: naming.predecessor,
        successor_id: naming.successor,
    };
    let key = (row.contract_id, row.predecessor_id);
    let before = takeover::Entity::find_by_id(key).one(&**tx).await?;
    let named = row.clone().into_active_model().reset_all();
    match &before {
        Some(before) if before.successor_id == row.successor_id => {
            return Err(succession::named_before().into());
        }
        Some(_) => named.update(&**tx).await?,
        None => named.insert(&**tx).await?,
    };
    derive::with_chains(&**tx, &[row.contract_id]).await?;
    let mut act = Act::new("nameContractSuccessor", "Contract", row.contract_id)
        .under(row.contract_id, FieldGroup::ContractTerms)
        .after(said(&row));
    if let Some(before) = &before {
        act = act.before(said(before));
    }
    Ok(audit::record(tx, viewer, act).await?)
}
