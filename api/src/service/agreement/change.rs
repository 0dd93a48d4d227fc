use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::partnership_agreement::{
    self as agreement, AgreementEvidence, AgreementStatus, StatutoryBasis,
};
use uuid::Uuid;

use super::{find, parties, save, terms};
use crate::{
    access::{Seen, derive, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act, said},
    },
};

/// What is to be changed of an agreement. What is none stays as it is; of what may be absent,
/// `Some(None)` takes it away.
#[derive(Clone, Debug, Default)]
pub struct AgreementChange {
    /// The agreement.
    pub id: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Its title.
    pub title: Option<String>,
    /// What it is for.
    pub aims: Option<String>,
    /// The law it is made under.
    pub statutory_basis: Option<StatutoryBasis>,
    /// Where it stands.
    pub status: Option<AgreementStatus>,
    /// How well it is documented.
    pub evidence: Option<AgreementEvidence>,
    /// The partner that keeps the books.
    pub host: Option<Option<Uuid>>,
    /// The post that manages the pool.
    pub pool_manager: Option<Option<String>>,
    /// Last day.
    pub ends_on: Option<Option<NaiveDate>>,
    /// Months of notice to leave it.
    pub notice_months: Option<Option<i32>>,
}

/// Changes the record of an agreement.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, or `INVALID_VALUE`.
pub async fn update(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    change: AgreementChange,
) -> Result<Seen<agreement::Model>, Stopped> {
    let change = &change;
    database
        .write(dry_run, |tx| async move {
            let row = update_in(&tx, viewer, change).await?;
            find(&tx, viewer, row.id, "id").await
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`update`].
pub async fn update_in(
    tx: &Writing,
    viewer: &Viewer,
    change: &AgreementChange,
) -> Result<agreement::Model, Stopped> {
    let before = find(tx, viewer, change.id, "id").await?.row;
    let partners = partners::of_agreement(&**tx, before.id).await?;
    let parties = parties(&before, &partners);
    viewer.actor().may_edit_agreement(&parties)?;
    let (host_before, said_before) = (before.host_id, said(&before));
    let after = terms::checked(changed(before, change.clone()), &parties.partners)?;
    let after = save(tx, after, change.expected_version).await?;
    if after.host_id != host_before {
        derive::agreement(&**tx, after.id).await?;
    }
    let act = Act::new("updatePartnershipAgreement", "PartnershipAgreement", after.id)
        .under(after.id, FieldGroup::AgreementTerms)
        .before(said_before)
        .after(said(&after));
    audit::record(tx, viewer, act).await?;
    Ok(after)
}

fn changed(row: agreement::Model, change: AgreementChange) -> agreement::Model {
    agreement::Model {
        title: change.title.unwrap_or(row.title),
        aims: change.aims.unwrap_or(row.aims),
        statutory_basis: change.statutory_basis.unwrap_or(row.statutory_basis),
        status: change.status.unwrap_or(row.status),
        evidence: change.evidence.unwrap_or(row.evidence),
        host_id: change.host.unwrap_or(row.host_id),
        pool_manager: change.pool_manager.unwrap_or(row.pool_manager),
        ends_on: change.ends_on.unwrap_or(row.ends_on),
        notice_months: change.notice_months.unwrap_or(row.notice_months),
        ..row
    }
}
