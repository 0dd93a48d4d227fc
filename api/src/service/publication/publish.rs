use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    fund_return, partnership_agreement as agreement, publication,
    publication_withdrawal as withdrawal, value::FinancialYear,
};
use sea_orm::{ActiveEnum, ActiveModelTrait, DbErr, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::{ApprovedReturn, Published, compose, find};
use crate::{
    access::{self, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contribution::within_term,
        decision::Decision,
        frozen, fund_return as returns, ground, text,
    },
};

/// What is to be published.
#[derive(Clone, Debug)]
pub struct NewPublication {
    /// The agreement.
    pub agreement: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The last day of effect that counts; today, or the year's last day, when none is given.
    pub as_of: Option<NaiveDate>,
    /// The approved return whose figures are published: its day and its instant count.
    pub approved_return: Option<Uuid>,
    /// Who decided to publish (rule G4).
    pub decision: Decision,
    /// What is not published, and why (rule V10).
    pub held_back: Vec<HeldBack>,
}

/// A scheme that is not published, and why.
#[derive(Clone, Debug)]
pub struct HeldBack {
    /// The scheme.
    pub scheme: Uuid,
    /// Why: for the record, never published.
    pub reason: String,
}

/// Something published that is to be withdrawn.
#[derive(Clone, Debug)]
pub struct NewWithdrawal {
    /// What was published.
    pub publication: Uuid,
    /// Why; said to everybody.
    pub reason: String,
}

/// Publishes a snapshot of an agreement and its funds for a year.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`, or `INVALID_VALUE`.
pub async fn publish(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewPublication,
) -> Result<Published, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { publish_in(&tx, viewer, new).await }).await
}

async fn publish_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewPublication,
) -> Result<Published, Stopped> {
    let agreement = access::agreement::visible(&**tx, viewer, new.agreement)
        .await?
        .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?
        .row;
    let partnership = partners::of_agreement(&**tx, agreement.id).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_publish(&parties, new.decision.named())?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    within_term(&agreement, new.year)?;
    let approved = match new.approved_return {
        Some(id) => Some(approved(tx, viewer, (&agreement, new), id).await?),
        None => None,
    };
    let as_of = approved.as_ref().map(|(row, _)| row.as_of).or(new.as_of);
    let as_of = as_of.unwrap_or(viewer.today).min(new.year.last_day());
    if as_of > viewer.today || as_of < new.year.first_day() {
        let sentence = format!("{as_of} has not come yet, or lies before {}", new.year);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("asOf").into());
    }
    for (held, place) in new.held_back.iter().zip(0..) {
        text::required(&held.reason, 1_000, &format!("heldBack.{place}.reason"))?;
    }
    let asked = compose::Asked {
        agreement: &agreement,
        parties: &parties,
        year: new.year,
        as_of,
        known_at: approved.as_ref().map(|(_, of)| of.known_at.into()),
        approved_return: approved.map(|(_, of)| of),
    };
    let content = compose::content(tx, viewer, &asked, &new.held_back).await?;
    let frozen = frozen::freeze(&content);
    let row = publication::Model {
        id: tx.new_id(),
        agreement_id: agreement.id,
        financial_year: new.year,
        content_hash: frozen.hash,
        content: frozen.text,
        items_held_back: i32::try_from(new.held_back.len()).unwrap_or(i32::MAX),
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        published_by_id: viewer.account,
        published_as_id: viewer.organisation,
        published_at: tx.now(),
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let reasons: Vec<_> = new
        .held_back
        .iter()
        .map(|it| json!({ "scheme": it.scheme, "reason": it.reason }))
        .collect();
    let act = Act::new("publish", "Publication", row.id)
        .under(agreement.id, FieldGroup::AgreementTerms)
        .after(said(&row).and("held_back", reasons));
    audit::record(tx, viewer, act).await?;
    Ok(Published { row, withdrawal: None, content: Some(content) })
}

/// The return whose figures are to be published: an approved one of the agreement and the year.
async fn approved(
    tx: &Writing,
    viewer: &Viewer,
    (agreement, new): (&agreement::Model, &NewPublication),
    id: Uuid,
) -> Result<(fund_return::Model, ApprovedReturn), Stopped> {
    let unknown = || Refusal::not_found("return", "approvedReturn");
    let seen = returns::by_ids(&**tx, viewer, &[id]).await?.pop().ok_or_else(unknown)?;
    let row = seen.row;
    let ground = ground::under(&**tx, viewer, row.fund_id, ("return", "approvedReturn")).await?;
    let history = returns::histories(&**tx, &[&row], viewer.today).await?.remove(&id);
    let submission = history.filter(|it| it.approval.is_some()).and_then(|it| it.submission);
    let of_these = ground.agreement.id == agreement.id && row.financial_year == new.year;
    let Some(submission) = submission.filter(|_| of_these) else {
        let sentence = "name a return of this agreement and year that was approved";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("approvedReturn").into());
    };
    if new.as_of.is_some_and(|as_of| as_of != row.as_of) {
        let sentence = format!("the return is of {}: leave the day out", row.as_of);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("asOf").into());
    }
    let of = ApprovedReturn {
        fund_reference: ground.fund.row.reference,
        span: row.span.to_value(),
        known_at: submission.known_at.to_utc(),
    };
    Ok((row, of))
}

/// Withdraws what was published: it stays listed, and says so.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn withdraw(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewWithdrawal,
) -> Result<Published, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { withdraw_in(&tx, viewer, new).await }).await
}

async fn withdraw_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewWithdrawal,
) -> Result<Published, Stopped> {
    let unknown = || Refusal::not_found("publication", "publication");
    let published = find(&**tx, new.publication).await?.ok_or_else(unknown)?;
    let agreement = access::agreement::visible(&**tx, viewer, published.row.agreement_id).await?;
    // It is for everybody to read; who is no party is told what everybody is told.
    let partnership = partners::of_agreement(&**tx, published.row.agreement_id).await?;
    let parties = match agreement {
        Some(_) => partnership.parties_on(viewer.today),
        None => crate::service::agreement::hidden_parties(),
    };
    viewer.actor().may_withdraw_publication(&parties)?;
    if published.withdrawal.is_some() {
        let sentence = "this publication was withdrawn already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("publication").into());
    }
    let row = withdrawal::Model {
        publication_id: published.row.id,
        reason: text::required(&new.reason, 1_000, "reason")?,
        withdrawn_at: tx.now(),
    };
    let row = insert(tx, row).await?;
    let act = Act::new("withdrawPublication", "Publication", published.row.id)
        .under(published.row.agreement_id, FieldGroup::AgreementTerms)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(Published { withdrawal: Some(row), content: None, ..published })
}

async fn insert(tx: &Writing, row: withdrawal::Model) -> Result<withdrawal::Model, DbErr> {
    row.into_active_model().reset_all().insert(&**tx).await
}
