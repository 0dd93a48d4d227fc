//! Partnership agreements: made between two or more partners, changed, joined, and listed.

mod change;
mod create;
mod join;
mod list;
mod terms;

use domain::policy::{Denied, Parties, decisions::Decision};
use entities::{organisation, partnership_agreement as agreement};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

pub use crate::access::agreement::by_reference;
pub use change::{AgreementChange, update, update_in};
pub use create::{NewAgreement, create, create_in};
pub use join::{NewPartner, add_partner, add_partner_in};
pub use list::{Criterion, Listing, Order, by_ids, count, list};

use super::{Code, Refusal, Stopped};
use crate::{
    access::{self, Seen},
    auth::Viewer,
    database::Writing,
};

/// The most partners that an agreement is made between.
const MOST_PARTNERS: usize = 50;

/// What the viewer may do to an agreement: the same decisions that guard the doing.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Changing its record, and adding and ending partners.
    pub update: Result<(), Denied>,
    /// Appointing organisations, and ending and revoking appointments.
    pub appoint: Result<(), Denied>,
    /// Granting access to regulators and auditors.
    pub grant_access: Result<(), Denied>,
    /// Opening a fund under it.
    pub create_fund: Result<(), Denied>,
    /// Previewing another organisation's view of it.
    pub preview: Result<(), Denied>,
    /// Recording what somebody published about it.
    pub record_published_statement: Result<(), Denied>,
    /// Proposing changes of it.
    pub propose_change: Result<(), Denied>,
    /// Setting above how much a posting needs an approval.
    pub set_posting_limit: Result<(), Denied>,
    /// Recording above which variance a return says why, as a body has decided.
    pub record_narrative_threshold: Result<(), Denied>,
    /// Setting up joint commissioning teams.
    pub create_team: Result<(), Denied>,
    /// Setting what is due under it.
    pub set_due_dates: Result<(), Denied>,
    /// Giving notice for the viewer's own organisation.
    pub give_notice: Result<(), Denied>,
    /// Setting the ladder by which disputes go.
    pub set_dispute_ladder: Result<(), Denied>,
    /// Raising a dispute of the viewer's own organisation.
    pub raise_dispute: Result<(), Denied>,
    /// Proposing how over- and underspend is shared.
    pub propose_risk_share: Result<(), Denied>,
    /// Recording how over- and underspend is shared, as a body has decided.
    pub record_risk_share: Result<(), Denied>,
    /// Publishing what a body has decided to publish, and withdrawing it.
    pub publish: Result<(), Denied>,
}

/// What the viewer may do to an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties) -> Permissions {
    let actor = viewer.actor();
    // Which body decided is asked when it is recorded; here it is who may record it.
    let decided = Decision { deciding_body: "any", minute_reference: "any" };
    Permissions {
        update: actor.may_edit_agreement(parties),
        appoint: actor.may_appoint(parties),
        grant_access: actor.may_grant_access(parties),
        create_fund: actor.may_create_fund(parties),
        preview: actor.may_preview(parties),
        record_published_statement: actor.may_record_published_statement(parties),
        propose_change: actor.may_propose_change(parties),
        set_posting_limit: actor.may_set_posting_limit(parties),
        record_narrative_threshold: actor.may_record_narrative_threshold(parties, decided),
        create_team: actor.may_manage_team(parties),
        set_due_dates: actor.may_set_due_dates(parties),
        give_notice: actor.may_give_notice(parties, decided),
        set_dispute_ladder: actor.may_set_dispute_ladder(parties),
        raise_dispute: actor.may_raise_dispute(parties),
        propose_risk_share: actor.may_propose_risk_share(parties),
        record_risk_share: actor.may_record_risk_share(parties, decided),
        publish: actor.may_publish(parties, decided),
    }
}

/// The facts about an agreement for somebody who sees a fund of it and not the agreement itself:
/// that there is a host, and that it is somebody else.
#[must_use]
pub fn hidden_parties() -> Parties {
    Parties { host: Some(Uuid::nil()), ..Parties::default() }
}

/// The hosts and partners of agreements that the caller has found through its view.
pub use crate::access::facts::partners::{Held, Partnership, of_agreements as partnerships};

pub(super) async fn find(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<Seen<agreement::Model>, Stopped> {
    access::agreement::visible(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("partnership agreement", path).into())
}

/// Whether a day lies within an agreement's term.
///
/// # Errors
/// `INVALID_DATE` at `path`.
pub(super) fn lies_in_term(
    row: &agreement::Model,
    day: chrono::NaiveDate,
    path: &str,
) -> Result<(), Refusal> {
    if day < row.starts_on || row.ends_on.is_some_and(|last| day > last) {
        let sentence = "give a day within the agreement's term";
        return Err(Refusal::new(Code::InvalidDate, sentence).at(path));
    }
    Ok(())
}

/// Whether an organisation can be a partner from `from` on: it is known, is not a placeholder that
/// turned out to be another, and had not closed before.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub(super) async fn can_join(
    tx: &Writing,
    organisations: &[(Uuid, String)],
    from: chrono::NaiveDate,
) -> Result<(), Stopped> {
    let ids = organisations.iter().map(|(id, _)| *id);
    let rows =
        organisation::Entity::find().filter(organisation::Column::Id.is_in(ids)).all(&**tx).await?;
    for (id, path) in organisations {
        let row = rows
            .iter()
            .find(|row| row.id == *id)
            .ok_or_else(|| Refusal::not_found("organisation", path))?;
        let why = match (row.merged_into_id, row.closed_on) {
            (Some(_), _) => "turned out to be another body: name that one".to_owned(),
            (None, Some(closed)) if closed < from => {
                format!("closed on {closed}, before it would join: name its successor")
            }
            _ => continue,
        };
        let sentence = format!("{} {why}", row.name);
        return Err(Refusal::new(Code::InvalidValue, sentence).at(path).into());
    }
    Ok(())
}

/// Writes the changed row when it still has the version that the caller read, and counts it up.
#[expect(clippy::disallowed_methods, reason = "the caller found the agreement through its view")]
pub(super) async fn save(
    tx: &Writing,
    mut row: agreement::Model,
    expected_version: i32,
) -> Result<agreement::Model, Stopped> {
    if row.version != expected_version {
        return Err(Refusal::stale(row.version).into());
    }
    row.version += 1;
    let written = agreement::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(agreement::Column::Id.eq(row.id))
        .filter(agreement::Column::Version.eq(expected_version))
        .exec(&**tx)
        .await?;
    if written.rows_affected == 0 {
        let current = agreement::Entity::find_by_id(row.id).one(&**tx).await?;
        return Err(Refusal::stale(current.map_or(row.version, |row| row.version)).into());
    }
    Ok(row)
}
