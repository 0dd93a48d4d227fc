use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::partnership_agreement::{
    self as agreement, AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{find, save, terms};
use crate::{
    access::{Seen, derive, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act, said},
        relation,
    },
};

/// What is to be changed of an agreement. What is none stays as it is; of what may be absent,
/// `Some(None)` takes it away.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AgreementChange {
    /// The agreement.
    pub id: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aims: Option<String>,
    /// The law it is made under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory_basis: Option<StatutoryBasis>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<AgreementStatus>,
    /// How well it is documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<AgreementEvidence>,
    /// The partner that keeps the books.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub host: Option<Option<Uuid>>,
    /// The post that manages the pool.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub pool_manager: Option<Option<String>>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub ends_on: Option<Option<NaiveDate>>,
    /// Months of notice to leave it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub notice_months: Option<Option<i32>>,
    /// When partners see postings (rule V11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postings: Option<PostingVisibility>,
}

/// What was written, null too, was said.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    written: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(written).map(Some)
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
    let partnership = partners::of_agreement(&**tx, before.id).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_edit_agreement(&parties)?;
    let host = change.host.unwrap_or(parties.host);
    let keys = (before.title.clone(), before.postings);
    let said_before = said(&before).and("host_id", json!(parties.host));
    let after = changed(before, change.clone());
    // A partner that joins later may be named as the host already; one that left may not.
    let mut partners = partnership.staying_on(viewer.today);
    partners.extend(parties.host);
    let after = terms::checked(after, host, &partners)?;
    let after = save(tx, after, change.expected_version).await?;
    if host != parties.host {
        // Nobody kept the books before: then it always was this host.
        let nobody = partnership.hosts.is_empty();
        let from = if nobody { after.starts_on } else { viewer.today };
        relation::hand_over_host(tx, after.id, host, from).await?;
    }
    if host != parties.host || keys != (after.title.clone(), after.postings) {
        derive::agreement(&**tx, after.id).await?;
    }
    let act = Act::new("updatePartnershipAgreement", "PartnershipAgreement", after.id)
        .under(after.id, FieldGroup::AgreementTerms)
        .before(said_before)
        .after(said(&after).and("host_id", json!(host)));
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
        pool_manager: change.pool_manager.unwrap_or(row.pool_manager),
        ends_on: change.ends_on.unwrap_or(row.ends_on),
        notice_months: change.notice_months.unwrap_or(row.notice_months),
        postings: change.postings.unwrap_or(row.postings),
        ..row
    }
}
