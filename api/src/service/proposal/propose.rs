use chrono::{Days, NaiveDate};
use domain::policy::{approval, matrix::FieldGroup};
use entities::{proposal, proposal_need as need};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    Told,
    apply::{Applied, apply},
    content::{self, Content},
    ground::{self, Place},
    told,
};
use crate::{
    auth::Viewer,
    database::{Database, Failure, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        idempotency::{self, Attempt},
        posting_limit, team, text,
    },
};

/// The most schemes that a proposal is looked at for.
pub(super) const MOST_LINES: usize = 100;
/// The most days for which a proposal is open.
const LONGEST_DAYS: u64 = 366;

/// Something that needs approvals.
#[derive(Clone, Debug)]
pub struct NewProposal {
    /// What is applied once everybody has approved it.
    pub content: Content,
    /// The last day on which it can be decided.
    pub expires_on: NaiveDate,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// Proposes something. It has to be possible today: what the use case would refuse now is refused
/// now, and not when everybody has met.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, `IDEMPOTENCY_KEY_REUSED`, or what the use case
/// refuses.
pub async fn propose(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewProposal,
) -> Result<Told, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let id = propose_in(&tx, viewer, new).await?;
            told(&tx, viewer, id).await
        })
        .await
}

/// The same, within a transaction; answers with the proposal's identity.
///
/// # Errors
/// As [`propose`].
pub(in crate::service) async fn propose_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewProposal,
) -> Result<Uuid, Stopped> {
    let place = ground::of(tx, viewer, &new.content).await?;
    let content = new.content.text()?;
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: new.content.mutation(),
        key: &new.idempotency_key,
        content: format!("{content} {}", new.expires_on),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return Ok(first);
    }
    let today = tx.today();
    let longest = today.checked_add_days(Days::new(LONGEST_DAYS)).unwrap_or(NaiveDate::MAX);
    if new.expires_on < today || new.expires_on > longest {
        let sentence =
            format!("a proposal is open until today at least, and for {LONGEST_DAYS} days at most");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("expiresOn").into());
    }
    if let Content::Movement(movement) = &new.content {
        text::required(&movement.reason, 1_000, "reason")?;
    }
    is_possible(tx, viewer, &place, (id, &new.content)).await?;
    let row = proposal::Model {
        id,
        agreement_id: place.agreement,
        fund_id: place.fund,
        kind: new.content.kind(),
        proposed_by_id: viewer.account,
        proposed_as_id: viewer.organisation,
        proposed_on: today,
        proposed_at: tx.now(),
        content_hash: content::hash(&content),
        content,
        expires_on: new.expires_on,
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let needs = needed(tx, &place, (&row, &new.content)).await?;
    let said = said(&row).with("needs", &needs);
    need::Entity::insert_many(needs.into_iter().map(IntoActiveModel::into_active_model))
        .exec_without_returning(&**tx)
        .await?;
    let act = Act::new(new.content.mutation(), "Proposal", id)
        .under(place.agreement, FieldGroup::Approvals)
        .after(said);
    audit::record(tx, viewer, act).await?;
    Ok(id)
}

/// Whose approvals it needs, as the policy says it today.
async fn needed(
    tx: &Writing,
    place: &Place,
    (row, new): (&proposal::Model, &Content),
) -> Result<Vec<need::Model>, Stopped> {
    let limit = posting_limit::of_agreement(&**tx, place.agreement, tx.today()).await?;
    let is_above = new.amount().zip(limit).is_some_and(|(amount, limit)| amount > limit);
    let affected = approval::affected(&place.parties, &place.touched);
    let proposed = (row.kind, row.proposed_as_id);
    let needs = approval::needs(&place.parties, proposed, &affected, is_above);
    if needs.is_empty() {
        let sentence = "nobody is known who could approve this: name the host first";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let need = |(need, place): (approval::Need, i32)| need::Model {
        proposal_id: row.id,
        organisation_id: need.organisation,
        place,
        role: need.role,
    };
    Ok(needs.into_iter().zip(1..).map(need).collect())
}

/// How an attempt at applying that is always taken back came out.
enum Attempted {
    Possible,
    Not(Stopped),
}

impl From<DbErr> for Attempted {
    fn from(fault: DbErr) -> Self {
        Self::Not(fault.into())
    }
}

impl Failure for Attempted {
    fn fault(&self) -> Option<&DbErr> {
        match self {
            Self::Possible => None,
            Self::Not(stopped) => stopped.fault(),
        }
    }
}

/// Whether it could be applied now: it is applied, and taken back.
async fn is_possible(
    tx: &Writing,
    viewer: &Viewer,
    place: &Place,
    (id, new): (Uuid, &Content),
) -> Result<(), Stopped> {
    // No body has decided yet; the rules ask for one that has.
    let decision = Decision {
        deciding_body: "none yet".to_owned(),
        decided_on: tx.today(),
        minute_reference: "none yet".to_owned(),
    };
    let by = Applied {
        proposal: id,
        proposed_as: viewer.organisation,
        parties: &place.parties,
        decision: &decision,
    };
    if let Content::TeamMember(new) = new {
        // Whether somebody works for another organisation is that one's to say (rule V1).
        return team::could_sit(tx, viewer, new).await;
    }
    let attempt = async {
        match apply(tx, viewer, new.clone(), &by).await {
            Ok(_) => Err::<(), _>(Attempted::Possible),
            Err(stopped) => Err(Attempted::Not(stopped)),
        }
    };
    match tx.attempt(attempt).await {
        Ok(()) | Err(Attempted::Possible) => Ok(()),
        Err(Attempted::Not(Stopped::Refused(mut refusal))) => {
            // Here the content is the input itself.
            refusal.path.remove(0);
            Err(refusal.into())
        }
        Err(Attempted::Not(fault)) => Err(fault),
    }
}
