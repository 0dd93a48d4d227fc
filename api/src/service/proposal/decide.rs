use domain::policy::{Denied, matrix::FieldGroup};
use entities::{
    proposal_application as application, proposal_decision as decision, proposal_decision::Verdict,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    Recorded, Told,
    apply::{Applied, apply},
    content::unchanged,
    denied, find,
    recorded::held,
    told,
};
use crate::{
    access::facts::partners,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        text,
    },
};

/// The most characters of a reason.
const LONGEST_REASON: usize = 1_000;

/// An organisation's approval of a proposal.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The proposal.
    pub proposal: Uuid,
    /// Who decided, when, and where it is minuted (rule G4).
    pub decision: Decision,
    /// Why, if that is to be said.
    pub reason: Option<String>,
}

/// The end of a proposal: that it is refused or withdrawn.
#[derive(Clone, Debug)]
pub struct Ending {
    /// The proposal.
    pub proposal: Uuid,
    /// Why.
    pub reason: String,
    /// Who decided, where some body did (rule G4).
    pub decision: Option<Decision>,
}

/// What the viewer may do to a proposal: the same decisions that guard the doing (rule V3).
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Approving it.
    pub approve: Result<(), Denied>,
    /// Refusing it.
    pub refuse: Result<(), Denied>,
    /// Withdrawing it.
    pub withdraw: Result<(), Denied>,
    /// Declaring an interest in it.
    pub declare_interest: Result<(), Denied>,
}

/// What the viewer may do to a proposal that it sees.
#[must_use]
pub fn permissions(viewer: &Viewer, recorded: &Recorded) -> Permissions {
    let (actor, facts, today) = (viewer.actor(), recorded.facts(), viewer.today);
    let decides = actor.may_decide(viewer.account, &facts, today);
    Permissions {
        approve: decides,
        refuse: decides,
        withdraw: actor.may_withdraw(&facts, today),
        declare_interest: actor.may_declare_interest(viewer.account, &facts, today),
    }
}

/// Approves a proposal for the organisation acted as. The last approval that it needs applies it in
/// the same transaction; what can no longer be applied is refused, and the proposal stays open.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, `INVALID_VALUE`, or what the use case refuses, under
/// `content`.
pub async fn approve(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Approval,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            approve_in(&tx, viewer, new).await?;
            told(&tx, viewer, new.proposal).await
        })
        .await
}

async fn approve_in(tx: &Writing, viewer: &Viewer, new: &Approval) -> Result<(), Stopped> {
    let seen = find(tx, viewer, new.proposal).await?;
    let mut recorded = held(tx, seen.row.id).await?;
    let today = tx.today();
    viewer.actor().may_decide(viewer.account, &recorded.facts(), today).map_err(denied)?;
    let evidence = new.decision.checked(today, "decision")?;
    let reason = text::optional(new.reason.as_deref(), LONGEST_REASON, "reason")?;
    let content = unchanged(&recorded)?;
    let row = decided(tx, viewer, &recorded, (Verdict::Approved, reason, Some(&evidence)));
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    recorded.decisions.push(row.clone());
    let mut after = said(&row);
    if recorded.facts().is_approved(today) {
        let partnership = partners::of_agreement(&**tx, seen.row.agreement_id).await?;
        let by = Applied {
            proposal: seen.row.id,
            proposed_as: recorded.proposer_on(today),
            parties: &partnership.parties_on(today),
            decision: &evidence,
        };
        let result_id = apply(tx, viewer, content, &by).await?;
        let applied =
            application::Model { proposal_id: seen.row.id, result_id, applied_at: tx.now() };
        let applied = applied.into_active_model().reset_all().insert(&**tx).await?;
        after = after.with("applied", &[applied]);
    }
    let act = Act::new("approveProposal", "Proposal", seen.row.id)
        .under(seen.row.agreement_id, FieldGroup::Approvals)
        .after(after);
    Ok(audit::record(tx, viewer, act).await?)
}

/// Refuses a proposal for the organisation acted as, which ends it.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, `REASON_REQUIRED`, or `INVALID_VALUE`.
pub async fn refuse(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Ending,
) -> Result<Told, Stopped> {
    end(database, viewer, dry_run, (Verdict::Refused, new)).await
}

/// Takes back a proposal of the organisation acted as.
///
/// # Errors
/// As [`refuse`].
pub async fn withdraw(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Ending,
) -> Result<Told, Stopped> {
    end(database, viewer, dry_run, (Verdict::Withdrawn, new)).await
}

async fn end(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    (verdict, new): (Verdict, Ending),
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            end_in(&tx, viewer, (verdict, new)).await?;
            told(&tx, viewer, new.proposal).await
        })
        .await
}

async fn end_in(
    tx: &Writing,
    viewer: &Viewer,
    (verdict, new): (Verdict, &Ending),
) -> Result<(), Stopped> {
    let seen = find(tx, viewer, new.proposal).await?;
    let recorded = held(tx, seen.row.id).await?;
    let (actor, facts, today) = (viewer.actor(), recorded.facts(), tx.today());
    let (may, action) = match verdict {
        Verdict::Withdrawn => (actor.may_withdraw(&facts, today), "withdrawProposal"),
        _ => (actor.may_decide(viewer.account, &facts, today), "refuseProposal"),
    };
    may.map_err(denied)?;
    let reason = text::optional(Some(&new.reason), LONGEST_REASON, "reason")?
        .ok_or_else(|| Refusal::new(Code::ReasonRequired, "say why").at("reason"))?;
    let evidence = new.decision.as_ref().map(|it| it.checked(today, "decision")).transpose()?;
    let row = decided(tx, viewer, &recorded, (verdict, Some(reason), evidence.as_ref()));
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new(action, "Proposal", seen.row.id)
        .under(seen.row.agreement_id, FieldGroup::Approvals)
        .after(said(&row));
    Ok(audit::record(tx, viewer, act).await?)
}

fn decided(
    tx: &Writing,
    viewer: &Viewer,
    recorded: &Recorded,
    (verdict, reason, evidence): (Verdict, Option<String>, Option<&Decision>),
) -> decision::Model {
    decision::Model {
        id: tx.new_id(),
        proposal_id: recorded.row.id,
        organisation_id: viewer.organisation,
        account_id: viewer.account,
        verdict,
        reason,
        deciding_body: evidence.map(|it| it.deciding_body.clone()),
        decided_on: evidence.map(|it| it.decided_on),
        minute_reference: evidence.map(|it| it.minute_reference.clone()),
        content_hash: recorded.row.content_hash.clone(),
        known_at: tx.now(),
    }
}
