use std::collections::BTreeSet;

use domain::{
    policy::matrix::FieldGroup,
    rules::{closing, risk_share::Cause},
};
use entities::{
    partnership_agreement::AgreementEvidence,
    settlement, settlement_line as line,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    books,
    compute::{Asked, shared},
    read::{Settled, settled},
};
use crate::{
    access::{self, Seen, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        fund_lock,
        idempotency::{self, Attempt},
        ledger,
        proposal::hash,
    },
};

/// What a host claims of a year.
#[derive(Clone, Debug)]
pub struct NewSettlement {
    /// The risk share.
    pub risk_share: Uuid,
    /// The year, which is closed.
    pub year: FinancialYear,
    /// Why schemes were underspent; of those that are not named the rule says it (rule R6).
    pub causes: Vec<StatedCause>,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Why a scheme was underspent, as its host states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedCause {
    /// The scheme.
    pub scheme: Uuid,
    /// The cause.
    pub cause: Cause,
}

/// Claims what a risk share comes to for a closed year: what each partner owes, or is owed. It goes
/// into the books when every partner has accepted its line. A further one takes the place of the last
/// while that is not agreed.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `YEAR_OPEN`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn claim(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewSettlement,
) -> Result<Settled, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { claim_in(&tx, viewer, new).await }).await
}

async fn claim_in(tx: &Writing, viewer: &Viewer, new: &NewSettlement) -> Result<Settled, Stopped> {
    let share = access::risk_share::visible(&**tx, viewer, new.risk_share)
        .await?
        .ok_or_else(|| Refusal::not_found("risk share", "riskShare"))?;
    let partnership = partners::of_agreement(&**tx, share.row.agreement_id).await?;
    viewer.actor().may_claim_settlement(&partnership.parties_on(viewer.today))?;
    is_documented(tx, viewer, share.row.agreement_id).await?;
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: "claimSettlement",
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return told(tx, viewer, first).await;
    }
    let known_at = hold(tx, &share.row, new.year).await?;
    let earlier = access::risk_share::settlements_of(&**tx, share.row.id, new.year).await?;
    if let Some(last) = earlier.last()
        && told(tx, viewer, last.id).await?.is_agreed()
    {
        let sentence = format!("{} is settled: every partner accepted its line", new.year);
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("financialYear").into());
    }
    let asked = Asked {
        year: new.year,
        as_of: Some(new.year.last_day()),
        known_at: Some(known_at),
        what_if: None,
        causes: new.causes.clone(),
        is_restated: false,
    };
    let found = shared(&**tx, viewer, &share.row, &asked).await?;
    let none = || {
        let sentence = "no rule of this risk share was in force at the end of the year, or no host \
                        is known for it";
        Refusal::new(Code::WrongYear, sentence).at("financialYear")
    };
    let found = found.ok_or_else(none)?;
    stated(new, &found.outcome)?;
    let version = found.version.as_ref().ok_or_else(none)?;
    let text = |value: Result<String, serde_json::Error>| {
        value.map_err(|why| Stopped::Fault(sea_orm::DbErr::Custom(why.to_string())))
    };
    let causes = text(serde_json::to_string(&new.causes))?;
    let content = text(serde_json::to_string(&found.outcome))?;
    let row = settlement::Model {
        id,
        risk_share_id: share.row.id,
        agreement_id: share.row.agreement_id,
        financial_year: new.year,
        number: earlier.last().map_or(1, |last| last.number + 1),
        version_id: version.id,
        as_of: found.as_of,
        known_at,
        content_hash: hash(&format!("{causes}\n{content}")),
        causes,
        content,
        claimed_by_id: viewer.account,
        claimed_as_id: viewer.organisation,
        claimed_on: tx.today(),
        claimed_at: tx.now(),
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let owed = found.lines.iter().filter(|line| line.result != Pence::ZERO);
    let line = |(owed, place): (&super::BorneLine, i32)| line::Model {
        id: tx.new_id(),
        settlement_id: id,
        party_id: owed.partner,
        place,
        amount_pence: owed.result,
    };
    let lines: Vec<line::Model> = owed.zip(1..).map(line).collect();
    if !lines.is_empty() {
        line::Entity::insert_many(lines.iter().cloned().map(IntoActiveModel::into_active_model))
            .exec_without_returning(&**tx)
            .await?;
    }
    let act = Act::new("claimSettlement", "Settlement", id)
        .under(row.agreement_id, FieldGroup::PositionByPartner)
        .from_day(row.as_of)
        .after(said(&row).with("lines", &lines));
    audit::record(tx, viewer, act).await?;
    let settled = told(tx, viewer, id).await?;
    if settled.is_agreed() {
        // Where no partner owes anything, nobody has anything to accept.
        books::enter(tx, viewer, &settled).await?;
    }
    Ok(settled)
}

/// Nothing is settled while the host or the pool manager is unknown (see what evidence means).
async fn is_documented(tx: &Writing, viewer: &Viewer, agreement: Uuid) -> Result<(), Stopped> {
    let found = access::agreement::visible(&**tx, viewer, agreement).await?;
    let incomplete = AgreementEvidence::HistoricalIncomplete;
    if found.is_some_and(|seen| seen.row.evidence == incomplete) {
        let sentence = "the host or the pool manager of this agreement is unknown: nothing can be \
                        settled";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("riskShare").into());
    }
    Ok(())
}

/// Holds the funds of a risk share, in the order of their identities, when the year is closed in
/// each; and answers with the last instant of recording in any of them.
async fn hold(
    tx: &Writing,
    share: &entities::risk_share::Model,
    year: FinancialYear,
) -> Result<Instant, Stopped> {
    let mut known_at = Instant::EARLIEST;
    for row in access::risk_share::funds_of(&**tx, &[share.id]).await? {
        let head = fund_lock::hold_silently(tx, row.fund_id).await?;
        let closings = ledger::closings(&**tx, row.fund_id, year).await?;
        if !closing::year_is_closed(&closings) {
            let sentence = format!(
                "{year} is still open: close all of its periods, 13 and 14 too, in every fund of \
                 the risk share first"
            );
            return Err(Refusal::new(Code::WrongYear, sentence).at("financialYear").into());
        }
        known_at = known_at.max(head.known_at);
    }
    let versions = access::risk_share::versions_of(&**tx, share.id).await?;
    Ok(versions.iter().map(|row| row.known_at).fold(known_at, Instant::max))
}

/// A cause is stated once, of a scheme that was underspent.
fn stated(
    new: &NewSettlement,
    outcome: &domain::rules::risk_share::Outcome,
) -> Result<(), Refusal> {
    let disposed = outcome.steps.iter().flat_map(|step| &step.schemes).map(|it| it.scheme);
    let fenced = outcome.returned_to_source.iter().map(|it| it.scheme);
    let underspent: BTreeSet<Uuid> = disposed.chain(fenced).collect();
    for (it, place) in new.causes.iter().zip(0..) {
        let path = format!("causes.{place}.scheme");
        if new.causes[..place].iter().any(|earlier| earlier.scheme == it.scheme) {
            let sentence = "this scheme has a cause already: state it once";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path));
        }
        if !underspent.contains(&it.scheme) {
            let sentence = "this scheme was not underspent, or nothing disposes of its underspend: \
                            leave its cause out";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path));
        }
    }
    Ok(())
}

/// A settlement as the viewer reads it today.
pub(super) async fn told(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Settled, Stopped> {
    let seen = access::risk_share::visible_settlement(&**tx, viewer, id).await?;
    let seen: Seen<settlement::Model> =
        seen.ok_or_else(|| Refusal::not_found("settlement", "idempotencyKey"))?;
    let mut found = settled(&**tx, vec![seen]).await?;
    Ok(found.remove(0))
}
