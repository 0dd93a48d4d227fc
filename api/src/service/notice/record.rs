use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::notice as rule};
use entities::{notice, notice_withdrawal as withdrawal, partnership_agreement as agreement};
use sea_orm::{ConnectionTrait, DatabaseBackend};
use uuid::Uuid;

use super::{Given, NoticeState, of_agreements};
use crate::{
    access::{self, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
        decision::Decision,
        text,
    },
};

/// Notice that a partner gives.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// The agreement.
    pub agreement: Uuid,
    /// When it was given.
    pub given_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// A notice that is withdrawn.
#[derive(Clone, Debug)]
pub struct NewNoticeWithdrawal {
    /// The notice.
    pub notice: Uuid,
    /// Why.
    pub reason: String,
}

/// Gives notice for the viewer's own organisation.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE` while an earlier one runs or is in effect, or
/// `INVALID_VALUE` where no months of notice are agreed.
pub async fn give(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewNotice,
) -> Result<Given, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { give_in(&tx, viewer, new).await }).await
}

async fn give_in(tx: &Writing, viewer: &Viewer, new: &NewNotice) -> Result<Given, Stopped> {
    let seen = agreements::find(tx, viewer, new.agreement, "agreement").await?;
    let partnership = partners::of_agreement(&**tx, seen.row.id).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_give_notice(&parties, new.decision.named())?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    let takes_effect_on = takes_effect_on(tx, &seen.row, new)?;
    wait_for_another(tx, (seen.row.id, viewer.organisation)).await?;
    let earlier = of_agreements(&**tx, viewer, &[seen.row.id]).await?;
    let is_open = |it: &Given| {
        it.seen.row.organisation_id == viewer.organisation && it.state != NoticeState::Withdrawn
    };
    if earlier.iter().any(is_open) {
        let sentence = "your organisation has given notice already: withdraw that one first";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("agreement").into());
    }
    let row = notice::Model {
        id: tx.new_id(),
        agreement_id: seen.row.id,
        organisation_id: viewer.organisation,
        given_on: new.given_on,
        takes_effect_on,
        reason: text::required(&new.reason, 1_000, "reason")?,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("giveNotice", "Notice", row.id)
        .under(row.agreement_id, FieldGroup::AgreementExit)
        .from_day(row.given_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(Given::of(viewer, seen.with(row), None))
}

/// Of two notices that a partner gives at the same instant the second waits for the first, and finds
/// it. On SQLite there is one writer at a time.
async fn wait_for_another(tx: &Writing, (agreement, partner): (Uuid, Uuid)) -> Result<(), Stopped> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let key = format!("notice {agreement} {partner}");
        let lock = format!("select pg_advisory_xact_lock(hashtextextended('{key}', 0))");
        tx.execute_unprepared(&lock).await?;
    }
    Ok(())
}

fn takes_effect_on(
    tx: &Writing,
    agreement: &agreement::Model,
    new: &NewNotice,
) -> Result<NaiveDate, Refusal> {
    let invalid =
        |sentence: String, path: &str| Refusal::new(Code::InvalidValue, sentence).at(path);
    if new.given_on > tx.today() || new.given_on < agreement.starts_on {
        let sentence = format!("{} has not come yet, or lies before the agreement", new.given_on);
        return Err(invalid(sentence, "givenOn"));
    }
    let months = agreement.notice_months.ok_or_else(|| {
        let sentence = "no months of notice are agreed: record them with the agreement first";
        invalid(sentence.to_owned(), "agreement")
    })?;
    let takes_effect_on = rule::takes_effect_on(new.given_on, months);
    takes_effect_on.ok_or_else(|| invalid("the calendar has no such day".to_owned(), "givenOn"))
}

/// Withdraws a notice before it takes effect.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `ALREADY_DONE` when it was withdrawn or is in effect.
pub async fn withdraw(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewNoticeWithdrawal,
) -> Result<Given, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { withdraw_in(&tx, viewer, new).await }).await
}

async fn withdraw_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewNoticeWithdrawal,
) -> Result<Given, Stopped> {
    let seen = access::notice::visible(&**tx, viewer, new.notice)
        .await?
        .ok_or_else(|| Refusal::not_found("notice", "notice"))?;
    let partnership = partners::of_agreement(&**tx, seen.row.agreement_id).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_withdraw_notice(&parties, seen.row.organisation_id)?;
    let before = super::read::withdrawals(&**tx, &[seen.row.id]).await?.remove(&seen.row.id);
    let given = Given::of(viewer, seen, before);
    let why = match given.state {
        NoticeState::Running => None,
        NoticeState::InEffect => Some("this notice has taken effect: the partner has left"),
        NoticeState::Withdrawn => Some("this notice was withdrawn already"),
    };
    if let Some(sentence) = why {
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("notice").into());
    }
    let row = withdrawal::Model {
        notice_id: given.seen.row.id,
        withdrawn_on: tx.today(),
        reason: text::required(&new.reason, 1_000, "reason")?,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("withdrawNotice", "Notice", row.notice_id)
        .under(given.seen.row.agreement_id, FieldGroup::AgreementExit)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(Given::of(viewer, given.seen, Some(row)))
}
