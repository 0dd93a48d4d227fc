use domain::policy::Parties;
use entities::membership::Role;
use uuid::Uuid;

use super::content::Content;
use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Stopped, agreement,
        contribution::{self, Variation},
        decision::Decision,
        ledger::{self, NewAdjustment, NewExpenditure, NewJournal},
        movement::{self, NewMovement},
        risk_share::{self, NewRiskShare},
        roll_forward, team,
    },
};

/// What is applied, where, and on whose decision.
pub(super) struct Applied<'a> {
    /// The proposal.
    pub proposal: Uuid,
    /// The organisation that proposed it.
    pub proposed_as: Uuid,
    /// The parties today.
    pub parties: &'a Parties,
    /// The evidence of the last decision that was needed (rule G4).
    pub decision: &'a Decision,
}

impl Applied<'_> {
    /// Who applies it. What everybody concerned has approved is done with the authority of the
    /// proposal, and not of whoever happened to approve last: a partner's APPROVER may not move
    /// budget, and need not. So it is done for the host, which keeps the books, in the roles that
    /// such use cases need and by no account; while no host is named, for the proposer.
    fn authority(&self, tx: &Writing, viewer: &Viewer) -> Viewer {
        let organisation = self.parties.host.unwrap_or(self.proposed_as);
        let roles = vec![Role::Finance, Role::Commissioner];
        Viewer::without_account(organisation, roles, tx.today()).in_request(viewer.request)
    }
}

/// Applies what was approved, by the use case whose input it is, and answers with the identity of
/// what came of it: a movement, a contribution, a transaction, an agreement, a seat, or of a year
/// that is rolled forward the fund.
///
/// # Errors
/// What the use case refuses, under `content`.
pub(super) async fn apply(
    tx: &Writing,
    viewer: &Viewer,
    content: Content,
    by: &Applied<'_>,
) -> Result<Uuid, Stopped> {
    let authority = &by.authority(tx, viewer);
    tx.act_for(authority).await?;
    // On the heap: what may be applied is many use cases, and nested deep.
    let done =
        Box::pin(done(tx, authority, content, by)).await.map_err(|stopped| match stopped {
            Stopped::Refused(mut refusal) => {
                refusal.path.insert(0, "content".to_owned());
                Stopped::Refused(refusal)
            }
            fault => fault,
        })?;
    // Of what was refused nothing is kept, and nothing follows in its transaction.
    tx.act_for(viewer).await?;
    Ok(done)
}

async fn done(
    tx: &Writing,
    viewer: &Viewer,
    content: Content,
    by: &Applied<'_>,
) -> Result<Uuid, Stopped> {
    let key = format!("proposal {}", by.proposal);
    let decision = by.decision.clone();
    match content {
        Content::Movement(new) => {
            let new = NewMovement { decision, idempotency_key: key, ..new };
            Box::pin(movement::record_in(tx, viewer, &new)).await.map(|row| row.id)
        }
        Content::Variation(new) => {
            let new = Variation { decision, idempotency_key: key, ..new };
            Box::pin(contribution::vary_in(tx, viewer, &new)).await.map(|row| row.id)
        }
        Content::Expenditure(new) => {
            let new = NewExpenditure { idempotency_key: key, ..new };
            Box::pin(ledger::post_spending_in(tx, viewer, &new)).await.map(|row| row.id)
        }
        Content::Adjustment(new) => {
            let new = NewAdjustment { idempotency_key: key, ..new };
            Box::pin(ledger::post_adjustment_in(tx, viewer, &new)).await.map(|row| row.id)
        }
        Content::Journal(new) => {
            let new = NewJournal { idempotency_key: key, ..new };
            Box::pin(ledger::post_journal_in(tx, viewer, &new)).await.map(|row| row.id)
        }
        Content::AgreementChange(change) => {
            Box::pin(agreement::update_in(tx, viewer, &change)).await.map(|row| row.id)
        }
        Content::YearRollForward(new) => {
            Box::pin(roll_forward::apply_in(tx, viewer, &new, (&decision, &key))).await
        }
        Content::TeamMember(new) => {
            Box::pin(team::seat_approved_in(tx, viewer, &new)).await.map(|row| row.id)
        }
        Content::RiskShare(new) => {
            let new = NewRiskShare { decision, idempotency_key: key, ..new };
            Box::pin(risk_share::record_in(tx, viewer, &new)).await.map(|done| done.share.id)
        }
    }
}
