use domain::policy::{decisions::Closed, matrix::FieldGroup};
use entities::{
    access_window as window, partnership_agreement as agreement, relation::RelationKind,
    succession_takeover as takeover,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

use crate::{
    access::{
        Seen, derive,
        facts::{partners, whole},
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
        succession,
    },
};

/// Which of several successors takes over a closed body's relations to an agreement.
#[derive(Clone, Copy, Debug)]
pub struct Naming {
    /// The agreement.
    pub agreement: Uuid,
    /// The body that closed.
    pub predecessor: Uuid,
    /// Who takes over.
    pub successor: Uuid,
}

/// Names which of several successors takes over a body's relations to an agreement (rule G5). All
/// of them read what it read; the one that is named stands in its place from the effective date.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE` when it is no successor, or `ALREADY_DONE` when it
/// is the only one, or was named before.
pub async fn name_successor(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    naming: Naming,
) -> Result<Seen<agreement::Model>, Stopped> {
    database
        .write(dry_run, |tx| async move {
            name_successor_in(&tx, viewer, naming).await?;
            agreements::find(&tx, viewer, naming.agreement, "agreement").await
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`name_successor`].
pub async fn name_successor_in(
    tx: &Writing,
    viewer: &Viewer,
    naming: Naming,
) -> Result<takeover::Model, Stopped> {
    let Naming { agreement, predecessor, successor } = naming;
    agreements::find(tx, viewer, agreement, "agreement").await?;
    derive::hold(&**tx, agreement).await?;
    let successors = succession::successors(&**tx, predecessor).await?;
    let was_host = stood(tx, agreement, predecessor, &[RelationKind::Host]).await?;
    let partnership = partners::of_agreement(&**tx, agreement).await?;
    let closed = Closed { led: was_host, successors: &successors };
    viewer.actor().may_name_successor(&partnership.parties_on(viewer.today), closed)?;
    if !stood(tx, agreement, predecessor, &[]).await? {
        return Err(Refusal::not_found("organisation", "predecessor").into());
    }
    succession::is_nameable(&successors, successor)?;
    write(tx, viewer, takeover(naming)).await
}

fn takeover(naming: Naming) -> takeover::Model {
    takeover::Model {
        agreement_id: naming.agreement,
        predecessor_id: naming.predecessor,
        successor_id: naming.successor,
    }
}

#[expect(clippy::disallowed_methods, reason = "the caller found the agreement through its view")]
async fn write(
    tx: &Writing,
    viewer: &Viewer,
    row: takeover::Model,
) -> Result<takeover::Model, Stopped> {
    let key = (row.agreement_id, row.predecessor_id);
    let before = takeover::Entity::find_by_id(key).one(&**tx).await?;
    let named = row.clone().into_active_model().reset_all();
    let row = match &before {
        Some(before) if before.successor_id == row.successor_id => {
            return Err(succession::named_before().into());
        }
        Some(_) => named.update(&**tx).await?,
        None => named.insert(&**tx).await?,
    };
    derive::agreement(&**tx, row.agreement_id).await?;
    let under = derive::contracts_under(&**tx, row.agreement_id).await?;
    derive::with_chains(&**tx, &under).await?;
    let mut act = Act::new("nameSuccessor", "PartnershipAgreement", row.agreement_id)
        .under(row.agreement_id, FieldGroup::Relations)
        .after(said(&row));
    if let Some(before) = &before {
        act = act.before(said(before));
    }
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Whether an organisation itself stood in one of these relations to the agreement; in any, when
/// none is named.
#[expect(clippy::disallowed_methods, reason = "the caller found the agreement through its view")]
async fn stood(
    tx: &Writing,
    agreement: Uuid,
    organisation: Uuid,
    kinds: &[RelationKind],
) -> Result<bool, Stopped> {
    let mut rows = window::Entity::find()
        .filter(window::Column::RootId.eq(agreement))
        .filter(window::Column::HolderId.eq(organisation))
        .filter(window::Column::Acts.eq(true));
    if !kinds.is_empty() {
        rows = rows.filter(window::Column::Relation.is_in(kinds.iter().copied()));
    }
    Ok(rows.count(&whole(&**tx)).await? > 0)
}
