use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    access_grant, partnership_agreement as agreement,
    relation::{self, RelationKind},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::grant::close;
use crate::{
    access::{
        self, Seen, derive,
        facts::{partners, whole},
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
        organisation, text,
    },
};

/// An appointment that is to end.
#[derive(Clone, Copy, Debug)]
pub struct AppointmentEnd {
    /// The relation.
    pub relation: Uuid,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// An appointment that was a mistake.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// The relation.
    pub relation: Uuid,
    /// Why.
    pub reason: String,
}

/// Ends an appointment. What was read stays readable for its days; grants that rested on it end
/// with it.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn end_appointment(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    end: AppointmentEnd,
) -> Result<Seen<agreement::Model>, Stopped> {
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, end).await }).await
}

/// Takes an appointment that was a mistake off the record: all its days close at once, and what it
/// was stays in the trail of audit.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `REASON_REQUIRED`, or `INVALID_VALUE`.
pub async fn revoke_appointment(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    revocation: Revocation,
) -> Result<Seen<agreement::Model>, Stopped> {
    let revocation = &revocation;
    database.write(dry_run, |tx| async move { revoke_in(&tx, viewer, revocation).await }).await
}

async fn end_in(
    tx: &Writing,
    viewer: &Viewer,
    end: AppointmentEnd,
) -> Result<Seen<agreement::Model>, Stopped> {
    let before = appointment(tx, viewer, end.relation).await?;
    if end.ends_on < before.starts_on {
        let sentence = "it would end before it began: revoke it, when it was a mistake";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("endsOn").into());
    }
    if before.ends_on.is_some_and(|day| day <= end.ends_on) {
        let sentence = "this appointment has ended by that day";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("relation").into());
    }
    let mut ended = before.clone().into_active_model();
    ended.ends_on = Set(Some(end.ends_on));
    let ended = ended.update(&**tx).await?;
    let closed = close_grants(tx, &ended, end.ends_on).await?;
    derive::agreement(&**tx, ended.agreement_id).await?;
    let act = Act::new("endAppointment", "AgreementRelation", ended.id)
        .under(ended.agreement_id, FieldGroup::Relations)
        .from_day(end.ends_on)
        .before(said(&before).with("grants", &closed))
        .after(said(&ended));
    audit::record(tx, viewer, act).await?;
    agreements::find(tx, viewer, ended.agreement_id, "relation").await
}

async fn revoke_in(
    tx: &Writing,
    viewer: &Viewer,
    revocation: &Revocation,
) -> Result<Seen<agreement::Model>, Stopped> {
    let before = appointment(tx, viewer, revocation.relation).await?;
    let reason = text::optional(Some(&revocation.reason), 1_000, "reason")?.ok_or_else(|| {
        Refusal::new(Code::ReasonRequired, "say why it was a mistake").at("reason")
    })?;
    relation::Entity::delete_by_id(before.id).exec(&**tx).await?;
    let yesterday = tx.today().pred_opt().unwrap_or(NaiveDate::MIN);
    let closed = close_grants(tx, &before, yesterday).await?;
    derive::agreement(&**tx, before.agreement_id).await?;
    let said_before = said(&before).with("grants", &closed).and("revoked_because", reason);
    let act = Act::new("revokeAppointment", "AgreementRelation", before.id)
        .under(before.agreement_id, FieldGroup::Relations)
        .before(said_before);
    audit::record(tx, viewer, act).await?;
    agreements::find(tx, viewer, before.agreement_id, "relation").await
}

/// The appointment that the viewer may end, as it is on record, with its agreement held.
#[expect(clippy::disallowed_methods, reason = "the relation was found through the viewer's view")]
async fn appointment(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<relation::Model, Stopped> {
    let not_found = || Refusal::not_found("appointment", "relation");
    let seen = access::relation::visible(&**tx, viewer, id).await?.ok_or_else(not_found)?;
    let partnership = partners::of_agreement(&**tx, seen.row.agreement_id).await?;
    viewer.actor().may_appoint(&partnership.parties_on(viewer.today))?;
    let sentence = match seen.row.kind {
        RelationKind::Host => "the host is no appointment: name another host of the agreement",
        RelationKind::Partner => "a partner is no appointment: end it as a partner",
        _ => {
            derive::hold(&**tx, seen.row.agreement_id).await?;
            let row = relation::Entity::find_by_id(id).one(&**tx).await?;
            return row.ok_or_else(|| not_found().into());
        }
    };
    Err(Refusal::new(Code::InvalidValue, sentence).at("relation").into())
}

/// Closes the grants that rested on this appointment after `day` (rule V9), and answers them as
/// they were.
async fn close_grants(
    tx: &Writing,
    ended: &relation::Model,
    day: NaiveDate,
) -> Result<Vec<access_grant::Model>, Stopped> {
    if !matches!(ended.kind, RelationKind::Regulator | RelationKind::Auditor) {
        return Ok(Vec::new());
    }
    let holders = with_successors(tx, ended.organisation_id).await?;
    let mut closed = Vec::new();
    for grant in resting_on(tx, ended, &holders, day).await? {
        close(tx, grant.clone(), day).await?;
        closed.push(grant);
    }
    Ok(closed)
}

/// The grants of `holders` that last beyond `day` and rest on no other appointment.
#[expect(clippy::disallowed_methods, reason = "the relation was found through the viewer's view")]
async fn resting_on(
    tx: &Writing,
    ended: &relation::Model,
    holders: &BTreeSet<Uuid>,
    day: NaiveDate,
) -> Result<Vec<access_grant::Model>, Stopped> {
    let others = relation::Entity::find()
        .filter(relation::Column::AgreementId.eq(ended.agreement_id))
        .filter(relation::Column::Kind.is_in([RelationKind::Regulator, RelationKind::Auditor]))
        .filter(relation::Column::OrganisationId.is_in(holders.iter().copied()))
        .filter(relation::Column::Id.ne(ended.id))
        .all(&whole(&**tx))
        .await?;
    let grants = access_grant::Entity::find()
        .filter(access_grant::Column::AgreementId.eq(ended.agreement_id))
        .filter(access_grant::Column::OrganisationId.is_in(holders.iter().copied()))
        .filter(access_grant::Column::EndsOn.gt(day))
        .all(&whole(&**tx))
        .await?;
    let bears = |other: &relation::Model, grant: &access_grant::Model| {
        (other.fund_id.is_none() || other.fund_id == grant.fund_id)
            && other.starts_on <= grant.starts_on
            && other.ends_on.is_none_or(|last| grant.ends_on <= last)
    };
    let rests = |it: &access_grant::Model| !others.iter().any(|other| bears(other, it));
    // A grant of another fund never rested on an appointment to one fund.
    let within = |it: &access_grant::Model| ended.fund_id.is_none() || ended.fund_id == it.fund_id;
    Ok(grants.into_iter().filter(|it| within(it) && rests(it)).collect())
}

/// An organisation, those that took over from it, and so on (rule G5).
async fn with_successors(tx: &Writing, organisation: Uuid) -> Result<BTreeSet<Uuid>, Stopped> {
    let mut known = BTreeSet::new();
    let mut asked = vec![organisation];
    while !asked.is_empty() {
        let rows = organisation::successions(&**tx, &asked).await?;
        known.extend(asked);
        asked = rows.iter().map(|row| row.successor_id).filter(|id| !known.contains(id)).collect();
    }
    Ok(known)
}
