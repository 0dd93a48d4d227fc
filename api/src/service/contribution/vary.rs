use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::contribution::ContributionRefusal};
use entities::{
    budget_movement::{self as movement, MovementKind},
    contribution, contribution_change as change,
    contribution_change::ContributionChangeKind,
    partnership_agreement::AgreementEvidence,
    value::{Instant, Pence},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{find, in_year};
use crate::{
    access::Seen,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        budget,
        decision::Decision,
        fund_lock, ground,
        idempotency::{self, Attempt},
        text,
    },
};

/// A variation of a contribution that some body has decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variation {
    /// The contribution.
    pub contribution: Uuid,
    /// Its version as the caller read it, where that matters to the caller.
    pub expected_version: Option<i32>,
    /// The amount added; negative when it is lowered.
    pub amount: Pence,
    /// From when it counts, in the contribution's year.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Who decided (rule G4); not known yet while it is proposed.
    #[serde(skip)]
    pub decision: Decision,
    /// The caller's own key.
    #[serde(skip)]
    pub idempotency_key: String,
}

/// Records a variation that changes income and no budget. Where budgets follow, it is a movement.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `WRONG_YEAR`, `INSUFFICIENT_AMOUNT` when nothing
/// would be left and more, `OVER_PROGRAMMED`, `INVALID_VALUE`, `IDEMPOTENCY_KEY_REUSED`, or
/// `APPROVAL_NEEDED` of what another partner has to approve.
pub async fn vary(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: Variation,
) -> Result<Seen<contribution::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let row = vary_in(&tx, viewer, new).await?;
            is_own_or_history(&tx, viewer, &row).await?;
            find(&tx, viewer, row.id, "contribution").await
        })
        .await
}

/// Whether a variation is in force without another's approval: the partner's own, or one of an
/// agreement about which too little is known for anybody to approve anything (rule G1).
async fn is_own_or_history(
    tx: &Writing,
    viewer: &Viewer,
    row: &contribution::Model,
) -> Result<(), Stopped> {
    if row.partner_id == viewer.organisation {
        return Ok(());
    }
    let ground =
        ground::under(&**tx, viewer, row.fund_id, ("contribution", "contribution")).await?;
    if ground.agreement.evidence == AgreementEvidence::HistoricalIncomplete {
        return Ok(());
    }
    let sentence = "this is another partner's contribution, and its variation needs that \
                    partner's approval: propose it by proposeContributionVariation";
    Err(Refusal::new(Code::ApprovalNeeded, sentence).at("contribution").into())
}

/// The same, within a transaction.
///
/// # Errors
/// As [`vary`].
pub async fn vary_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &Variation,
) -> Result<contribution::Model, Stopped> {
    let row = find(tx, viewer, new.contribution, "contribution").await?.row;
    let ground =
        ground::under(&**tx, viewer, row.fund_id, ("contribution", "contribution")).await?;
    viewer.actor().may_plan_contribution(&ground.parties(), row.partner_id)?;
    let attempt = Attempt {
        mutation: "varyContribution",
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, row.id).await? {
        return Ok(find(tx, viewer, first, "contribution").await?.row);
    }
    let decision = new.decision.checked(tx.today(), "decision")?;
    let reason = text::required(&new.reason, 1_000, "reason")?;
    in_year(row.financial_year, new.effective_on)?;
    if new.amount == Pence::ZERO {
        let sentence = "a variation adds something or takes something away";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("amount").into());
    }
    let held = fund_lock::hold(tx, row.fund_id).await?;
    // Read again now that nobody else can vary it.
    let row = find(tx, viewer, new.contribution, "contribution").await?.row;
    if new.expected_version.is_some_and(|expected| expected != row.version) {
        return Err(Refusal::stale(row.version).into());
    }
    // A movement without schemes: the place in which the evidence of every decision is kept.
    let evidence = movement::Model {
        id: tx.new_id(),
        fund_id: row.fund_id,
        financial_year: row.financial_year,
        kind: if new.amount.is_negative() {
            MovementKind::OutOfPool
        } else {
            MovementKind::IntoPool
        },
        reason,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        effective_on: new.effective_on,
        known_at: held.known_at,
    };
    let evidence = tx.insert(evidence).await?;
    let year = row.financial_year;
    let varied = Varied {
        amount: new.amount,
        effective_on: new.effective_on,
        known_at: held.known_at,
        movement: evidence.id,
    };
    let before = said(&row);
    let row = add_variation(tx, row, varied, "amount").await?;
    budget::check_programme(&**tx, &ground.fund.row, year, "amount").await?;
    let after = said(&row).and("varied_by", new.amount.to_string()).with("decision", &[evidence]);
    let act = Act::new("varyContribution", "Contribution", row.id)
        .under(row.fund_id, FieldGroup::ContributionsOfOthers)
        .from_day(new.effective_on)
        .before(before)
        .after(after);
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// A variation that is being recorded under a movement.
#[derive(Clone, Copy, Debug)]
pub struct Varied {
    /// The amount added; negative when it is lowered.
    pub amount: Pence,
    /// From when it counts.
    pub effective_on: NaiveDate,
    /// The instant of the recording.
    pub known_at: Instant,
    /// The movement.
    pub movement: Uuid,
}

/// Records a variation of a contribution whose fund is held, and counts its version up.
///
/// # Errors
/// `INSUFFICIENT_AMOUNT` at `path` when the contribution would be below nothing on some day.
pub async fn add_variation(
    tx: &Writing,
    row: contribution::Model,
    varied: Varied,
    path: &str,
) -> Result<contribution::Model, Stopped> {
    let new = change::Model {
        id: tx.new_id(),
        contribution_id: row.id,
        kind: ContributionChangeKind::Varied,
        amount_pence: varied.amount,
        effective_on: varied.effective_on,
        known_at: varied.known_at,
        movement_id: Some(varied.movement),
    };
    tx.insert(new).await?;
    let changes = changes_of(tx, row.id).await?;
    let would_be = budget::lowest(changes.iter().map(|it| (it.effective_on, it.amount_pence)));
    if would_be.is_negative() {
        let why = ContributionRefusal::BelowNothing { would_be };
        return Err(Refusal::new(Code::InsufficientAmount, why).at(path).into());
    }
    let version = row.version + 1;
    let mut changed = row.into_active_model();
    changed.version = Set(version);
    Ok(changed.update(&**tx).await?)
}

#[expect(clippy::disallowed_methods, reason = "the caller found the contribution through its view")]
async fn changes_of(tx: &Writing, contribution: Uuid) -> Result<Vec<change::Model>, Stopped> {
    Ok(change::Entity::find()
        .filter(change::Column::ContributionId.eq(contribution))
        .all(&**tx)
        .await?)
}
