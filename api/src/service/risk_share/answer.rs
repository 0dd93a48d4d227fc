use std::collections::{BTreeSet, HashMap};

use domain::policy::{Denied, approval::Person, matrix::FieldGroup};
use entities::{
    settlement_answer::{self as answer, Answer},
    value::Pence,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    books,
    read::{Line, Settled},
    settle::told,
};
use crate::{
    access::{
        self,
        facts::{heirs, partners},
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        fund_lock, text,
    },
};

/// That a partner accepts its line.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The line.
    pub line: Uuid,
    /// Who decided (rule G4).
    pub decision: Decision,
}

/// That a partner disputes its line, or a part of it.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// The line.
    pub line: Uuid,
    /// How much of it; all when none is given. Of the line's own sign.
    pub amount: Option<Pence>,
    /// Why.
    pub reason: String,
}

/// Accepts a line of a settlement, whether or not it was disputed before. When it is the last, the
/// settlement goes into the books.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, `INVALID_VALUE`, or `PERIOD_CLOSED`.
pub async fn accept(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Acceptance,
) -> Result<Settled, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let found = found(&tx, viewer, new.line).await?;
            let decision = new.decision.checked(tx.today(), "decision")?;
            let row = answer::Model {
                answer: Answer::Accepted,
                disputed_pence: Pence::ZERO,
                reason: None,
                deciding_body: Some(decision.deciding_body),
                decided_on: Some(decision.decided_on),
                minute_reference: Some(decision.minute_reference),
                ..blank(&tx, viewer, &found.1)
            };
            write(&tx, viewer, "acceptSettlementLine", found.0, row).await
        })
        .await
}

/// Disputes a line of a settlement, or a part of it. What is disputed is shown apart, and is never
/// inside what is agreed.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, `REASON_REQUIRED`, or `INVALID_VALUE`.
pub async fn dispute(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Dispute,
) -> Result<Settled, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let (settled, line) = found(&tx, viewer, new.line).await?;
            let reason = text::optional(Some(&new.reason), 1_000, "reason")?.ok_or_else(|| {
                Refusal::new(Code::ReasonRequired, "say why it is disputed").at("reason")
            })?;
            let whole = line.row.amount_pence;
            let amount = new.amount.unwrap_or(whole);
            let is_part = amount.0.signum() == whole.0.signum() && amount.0.abs() <= whole.0.abs();
            if !is_part {
                let sentence = "dispute a part of the line, of its own sign, or all of it";
                return Err(Refusal::new(Code::InvalidValue, sentence).at("amount").into());
            }
            let row = answer::Model {
                answer: Answer::Disputed,
                disputed_pence: amount,
                reason: Some(reason),
                ..blank(&tx, viewer, &line)
            };
            write(&tx, viewer, "disputeSettlementLine", settled, row).await
        })
        .await
}

/// The line and its settlement, when the viewer may answer: of the last settlement of its year, and
/// while it is not accepted.
async fn found(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<(Settled, Line), Stopped> {
    let unknown = || Refusal::not_found("settlement line", "line");
    let row = access::risk_share::line(&**tx, id).await?.ok_or_else(unknown)?;
    let seen = access::risk_share::visible_settlement(&**tx, viewer, row.settlement_id).await?;
    let settlement = seen.ok_or_else(unknown)?.row;
    // Whoever reads a year that it was in may write nothing in the funds: the host holds them.
    tx.act_for(&books::host(tx, viewer, &settlement).await?).await?;
    for fund in access::risk_share::funds_of(&**tx, &[settlement.risk_share_id]).await? {
        fund_lock::hold_silently(tx, fund.fund_id).await?;
    }
    tx.act_for(viewer).await?;
    let settled = told(tx, viewer, settlement.id).await?;
    let line = settled.told().find(|line| line.row.id == id).cloned().ok_or_else(unknown)?;
    let may = permissions(&**tx, viewer, std::slice::from_ref(&settled)).await?;
    may.get(&settlement.id)
        .and_then(|lines| lines.get(&id))
        .cloned()
        .unwrap_or(Err(Denied::NotWithinMatrix))?;
    let all = access::risk_share::settlements_of(
        &**tx,
        settlement.risk_share_id,
        settlement.financial_year,
    );
    if all.await?.last().is_some_and(|last| last.id != settlement.id) {
        let sentence = "a later settlement took the place of this one: answer that";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("line").into());
    }
    if line.is_accepted() {
        let sentence = "this line was accepted already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("line").into());
    }
    Ok((settled, line))
}

/// Whether the viewer may answer each line of settlements that it has found through its view.
///
/// # Errors
/// A fault of the database.
pub async fn permissions(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    settlements: &[Settled],
) -> Result<HashMap<Uuid, HashMap<Uuid, Result<(), Denied>>>, Stopped> {
    let rows = settlements.iter().map(|it| &it.seen.row);
    let mut agreements: Vec<Uuid> = rows.map(|row| row.agreement_id).collect();
    agreements.sort_unstable();
    agreements.dedup();
    let partnerships = partners::of_agreements(connection, &agreements).await?;
    let lines = settlements.iter().flat_map(|it| &it.lines);
    let parties: BTreeSet<Uuid> = lines.map(|line| line.row.party_id).collect();
    let heirs = heirs::of_agreements(connection, &agreements, parties).await?;
    let mut all = HashMap::new();
    for it in settlements {
        let row = &it.seen.row;
        let partnership = partnerships.get(&row.agreement_id).cloned().unwrap_or_default();
        let claimed = Person { account: row.claimed_by_id, organisation: row.claimed_as_id };
        let may = |line: &Line| {
            let heirs = heirs.get(&row.agreement_id);
            let stands = heirs.and_then(|heirs| heirs.stands_for(line.row.party_id, viewer.today));
            // Whoever has left answers for the years in which it was there, and whoever stands in
            // its place.
            let mut parties = partnership.parties_on(viewer.today);
            if partnership.was_partner_in(line.row.party_id, row.financial_year) {
                parties.partners.extend(stands);
            }
            let by = (viewer.account, claimed);
            (line.row.id, viewer.actor().may_answer_settlement(&parties, by, stands))
        };
        all.insert(row.id, it.lines.iter().map(may).collect());
    }
    Ok(all)
}

fn blank(tx: &Writing, viewer: &Viewer, line: &Line) -> answer::Model {
    answer::Model {
        id: tx.new_id(),
        line_id: line.row.id,
        number: line.last().map_or(1, |last| last.number + 1),
        answer: Answer::Disputed,
        disputed_pence: Pence::ZERO,
        reason: None,
        deciding_body: None,
        decided_on: None,
        minute_reference: None,
        answered_by_id: viewer.account,
        answered_as_id: viewer.organisation,
        known_at: tx.now(),
    }
}

async fn write(
    tx: &Writing,
    viewer: &Viewer,
    mutation: &'static str,
    settled: Settled,
    row: answer::Model,
) -> Result<Settled, Stopped> {
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let settlement = &settled.seen.row;
    let act = Act::new(mutation, "SettlementLine", row.line_id)
        .under(settlement.agreement_id, FieldGroup::PositionByPartner)
        .from_day(settlement.as_of)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    let settled = told(tx, viewer, settlement.id).await?;
    if settled.is_agreed() {
        books::enter(tx, viewer, &settled).await?;
    }
    Ok(settled)
}
