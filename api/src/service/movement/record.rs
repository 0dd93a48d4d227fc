use chrono::NaiveDate;
use domain::{
    policy::{Denied, matrix::FieldGroup},
    rules::{
        movement::{self as rule, MovementRefusal, is_movement},
        profile::{self, Months, NotAProfile},
    },
};
use entities::{
    budget_change::BudgetChangeKind,
    budget_movement::{self as movement, MovementKind},
    contribution, scheme,
    team_limit::LimitKind,
    value::{FinancialYear, Pence, Period},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::ring_fence;
use crate::access::facts::whole;
use crate::{
    access::{self, Seen, facts},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, Said, said},
        budget::{self, BudgetChange},
        code_list,
        contribution::{Varied, add_variation, in_year, is_partner_in, within_term},
        decision::Decision,
        fund_lock, ground,
        idempotency::{self, Attempt},
        text,
    },
};

/// The most schemes or contributions that one movement changes.
const MOST_LINES: usize = 100;

/// A movement of budget that some body has decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewMovement {
    /// The fund.
    pub fund: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// Between schemes, or in or out of the pool.
    pub kind: MovementKind,
    /// Why.
    pub reason: String,
    /// Who decided (rule G4); not known yet while it is proposed.
    #[serde(skip)]
    pub decision: Decision,
    /// From when it counts, in the year.
    pub effective_on: NaiveDate,
    /// What it adds to the budgets of schemes.
    pub schemes: Vec<SchemeLine>,
    /// What it adds to contributions; none of a virement.
    pub contributions: Vec<ContributionLine>,
    /// The caller's own key.
    #[serde(skip)]
    pub idempotency_key: String,
}

/// What a movement adds to one scheme's budget.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SchemeLine {
    /// The scheme.
    pub scheme: Uuid,
    /// The amount; negative when the budget is lowered.
    pub amount: Pence,
    /// Its months, April first; none spreads it equally over the months from its effect on.
    pub months: Option<Vec<Pence>>,
}

/// What a movement adds to what one partner puts in from one source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ContributionLine {
    /// The partner.
    pub partner: Uuid,
    /// The funding source, from the year's code list.
    pub source_code: String,
    /// The amount; negative when the contribution is lowered.
    pub amount: Pence,
}

/// Records a movement of budget.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`, `DOES_NOT_ADD_UP`, `INSUFFICIENT_AMOUNT`,
/// `RING_FENCE_BREACH`, `UNKNOWN_CODE`, `INVALID_VALUE`, or `IDEMPOTENCY_KEY_REUSED`.
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewMovement,
) -> Result<Seen<movement::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let row = record_in(&tx, viewer, new).await?;
            find(&tx, viewer, row.id).await
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`record`].
pub async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewMovement,
) -> Result<movement::Model, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_move_budget(&ground.parties(), new.decision.named())?;
    within_limit(viewer, new)?;
    // Before the checks: what was done once stays done, and facts stay as they are while the fund
    // is held.
    let id = tx.new_id();
    let attempt =
        Attempt { mutation: "moveBudget", key: &new.idempotency_key, content: format!("{new:?}") };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return Ok(find(tx, viewer, first).await?.row);
    }
    let held = fund_lock::hold(tx, new.fund).await?;
    let decision = new.decision.checked(tx.today(), "decision")?;
    let reason = text::required(&new.reason, 1_000, "reason")?;
    within_term(&ground.agreement, new.year)?;
    in_year(new.year, new.effective_on)?;
    let profiles = checked(new)?;
    let schemes = schemes(tx, new).await?;
    for (line, place) in new.contributions.iter().zip(0..) {
        let path = |field: &str| format!("contributions.{place}.{field}");
        is_partner_in(&ground, line.partner, new.year, &path("partner"))?;
        let sources = code_list::List::FundingSource;
        let path = path("sourceCode");
        code_list::check(&**tx, sources, &line.source_code, new.year, &path).await?;
    }
    ring_fence::check(tx, new, &schemes).await?;
    let row = movement::Model {
        id,
        fund_id: new.fund,
        financial_year: new.year,
        kind: new.kind,
        reason,
        deciding_body: decision.deciding_body,
        decided_on: decision.decided_on,
        minute_reference: decision.minute_reference,
        effective_on: new.effective_on,
        known_at: held.known_at,
    };
    let row = tx.insert(row).await?;
    move_contributions(tx, new, &row).await?;
    // Rule M5 keeps budgets and income together, so that rule M3 holds after as it did before.
    move_budgets(tx, new, &row, profiles).await?;
    let act = Act::new("moveBudget", "BudgetMovement", row.id)
        .under(row.fund_id, FieldGroup::BudgetMovements)
        .from_day(row.effective_on)
        .after(said_with_lines(&row, new));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// A team moves budget between schemes, up to its limit; what enters or leaves the pool varies what
/// partners put in, which is theirs to agree.
fn within_limit(viewer: &Viewer, new: &NewMovement) -> Result<(), Refusal> {
    if viewer.team.is_some() && new.kind != MovementKind::Virement {
        return Err(Refusal::from(Denied::NotAsTeam).at("kind"));
    }
    let moved: i128 =
        new.schemes.iter().map(|line| i128::from(line.amount.0)).filter(|it| *it > 0).sum();
    let moved = Pence(i64::try_from(moved).unwrap_or(i64::MAX));
    let within = viewer.actor().within_limit(LimitKind::Virement, moved);
    within.map_err(|why| Refusal::from(why).at("schemes"))
}

/// The movement, and what it adds to which schemes and contributions.
fn said_with_lines(row: &movement::Model, new: &NewMovement) -> Said {
    let schemes: Vec<_> = new
        .schemes
        .iter()
        .map(|line| json!({"amount": line.amount.to_string(), "scheme_id": line.scheme}))
        .collect();
    let contributions: Vec<_> = new
        .contributions
        .iter()
        .map(|line| {
            json!({
                "amount": line.amount.to_string(),
                "partner_id": line.partner,
                "source_code": line.source_code,
            })
        })
        .collect();
    said(row).and("schemes", schemes).and("contributions", contributions)
}

async fn find(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Seen<movement::Model>, Stopped> {
    access::movement::visible(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("movement of budget", "id").into())
}

/// The profile of each line, when the lines are a movement (rule M5).
fn checked(new: &NewMovement) -> Result<Vec<Months>, Refusal> {
    if new.schemes.len().max(new.contributions.len()) > MOST_LINES {
        let sentence = format!("a movement changes at most {MOST_LINES} schemes");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("schemes"));
    }
    let line = |line: &SchemeLine| rule::SchemeLine { scheme: line.scheme, amount: line.amount };
    let lines: Vec<_> = new.schemes.iter().map(line).collect();
    let variations: Vec<Pence> = new.contributions.iter().map(|line| line.amount).collect();
    is_movement(new.kind, &lines, &variations).map_err(refused)?;
    for (place, line) in new.contributions.iter().enumerate() {
        let same = |other: &ContributionLine| {
            other.partner == line.partner && other.source_code == line.source_code
        };
        if new.contributions[..place].iter().any(same) {
            let sentence =
                "this contribution appears twice: give it one line with the whole amount";
            let path = format!("contributions.{place}");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path));
        }
    }
    let profile = |(place, line): (usize, &SchemeLine)| match &line.months {
        None => Ok(profile::remaining_months(line.amount, Period::of(new.effective_on))),
        Some(months) => profile::monthly(line.amount, Some(months)).map_err(|why| {
            let code = match why {
                NotAProfile::DoesNotAddUp { .. } => Code::DoesNotAddUp,
                _ => Code::InvalidValue,
            };
            Refusal::new(code, why).at(&format!("schemes.{place}.months"))
        }),
    };
    new.schemes.iter().enumerate().map(profile).collect()
}

fn refused(why: MovementRefusal) -> Refusal {
    let (code, path) = match why {
        MovementRefusal::DoesNotNetToZero { .. } => (Code::DoesNotAddUp, "schemes"),
        MovementRefusal::BudgetAndIncomePart { .. } => (Code::DoesNotAddUp, "contributions"),
        MovementRefusal::VirementVariesContribution | MovementRefusal::NoContribution => {
            (Code::InvalidValue, "contributions")
        }
        _ => (Code::InvalidValue, "schemes"),
    };
    Refusal::new(code, why).at(path)
}

/// The schemes of the lines, all of the fund.
async fn schemes(tx: &Writing, new: &NewMovement) -> Result<Vec<scheme::Model>, Stopped> {
    let all = facts::budgets::schemes(&**tx, &[new.fund]).await?;
    let found = |(place, line): (usize, &SchemeLine)| {
        all.iter().find(|scheme| scheme.id == line.scheme).cloned().ok_or_else(|| {
            Refusal::not_found("scheme in this fund", &format!("schemes.{place}.scheme")).into()
        })
    };
    new.schemes.iter().enumerate().map(found).collect()
}

async fn move_budgets(
    tx: &Writing,
    new: &NewMovement,
    movement: &movement::Model,
    profiles: Vec<Months>,
) -> Result<(), Stopped> {
    let kind = match new.kind {
        MovementKind::Virement => BudgetChangeKind::Virement,
        MovementKind::IntoPool | MovementKind::OutOfPool => BudgetChangeKind::Variation,
    };
    for (line, months) in new.schemes.iter().zip(profiles) {
        let change = BudgetChange {
            scheme: line.scheme,
            year: new.year,
            kind,
            months,
            effective_on: new.effective_on,
            known_at: movement.known_at,
            movement: Some(movement.id),
        };
        budget::add_change(tx, change).await?;
    }
    let ids: Vec<Uuid> = new.schemes.iter().map(|line| line.scheme).collect();
    let changes = budget::changes_of(&**tx, &ids, new.year).await?;
    for (line, place) in new.schemes.iter().zip(0..) {
        let own = changes.iter().filter(|change| change.scheme_id == line.scheme);
        let left = budget::lowest(own.map(|change| (change.effective_on, change.amount_pence)));
        if left.is_negative() {
            let sentence = format!("the scheme's budget would be {left}, below nothing");
            let path = format!("schemes.{place}.amount");
            return Err(Refusal::new(Code::InsufficientAmount, sentence).at(&path).into());
        }
    }
    Ok(())
}

async fn move_contributions(
    tx: &Writing,
    new: &NewMovement,
    movement: &movement::Model,
) -> Result<(), Stopped> {
    for (line, place) in new.contributions.iter().zip(0..) {
        let row = contribution_of(tx, new, line).await?;
        let varied = Varied {
            amount: line.amount,
            effective_on: new.effective_on,
            known_at: movement.known_at,
            movement: movement.id,
        };
        add_variation(tx, row, varied, &format!("contributions.{place}.amount")).await?;
    }
    Ok(())
}

/// The contribution that a line varies. What a partner puts in by a movement need not have been
/// planned before.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
async fn contribution_of(
    tx: &Writing,
    new: &NewMovement,
    line: &ContributionLine,
) -> Result<contribution::Model, Stopped> {
    let known = contribution::Entity::find()
        .filter(contribution::Column::FundId.eq(new.fund))
        .filter(contribution::Column::FinancialYear.eq(new.year))
        .filter(contribution::Column::PartnerId.eq(line.partner))
        .filter(contribution::Column::SourceCode.eq(line.source_code.as_str()))
        .one(&whole(&**tx))
        .await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let row = contribution::Model {
        id: tx.new_id(),
        fund_id: new.fund,
        partner_id: line.partner,
        source_code: line.source_code.clone(),
        financial_year: new.year,
        version: 0,
    };
    Ok(tx.insert(row).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement(kind: MovementKind, schemes: &[i64], contributions: &[i64]) -> NewMovement {
        let day = NaiveDate::from_ymd_opt(2026, 1, 15).expect("a day");
        let ids = (1..).map(Uuid::from_u128);
        NewMovement {
            fund: Uuid::nil(),
            year: FinancialYear::of(day),
            kind,
            reason: "demand".into(),
            decision: Decision {
                deciding_body: "Board".into(),
                decided_on: day,
                minute_reference: "7".into(),
            },
            effective_on: day,
            schemes: schemes
                .iter()
                .zip(ids)
                .map(|(amount, scheme)| SchemeLine { scheme, amount: Pence(*amount), months: None })
                .collect(),
            contributions: contributions
                .iter()
                .map(|amount| ContributionLine {
                    partner: Uuid::nil(),
                    source_code: "IBCF".into(),
                    amount: Pence(*amount),
                })
                .collect(),
            idempotency_key: "1".into(),
        }
    }

    #[test]
    fn m5_a_virement_nets_to_zero_and_lies_over_the_months_that_are_left() {
        let profiles = checked(&movement(MovementKind::Virement, &[-100, 100], &[])).unwrap();
        let mut last_three = [Pence::ZERO; 12];
        last_three[9..].copy_from_slice(&[Pence(34), Pence(33), Pence(33)]);
        assert_eq!(profiles[1], last_three);
        let unequal = checked(&movement(MovementKind::Virement, &[-100, 99], &[])).unwrap_err();
        assert_eq!((unequal.code, unequal.path), (Code::DoesNotAddUp, vec!["schemes".to_owned()]));
    }

    #[test]
    fn m5_what_comes_into_the_pool_carries_its_contribution() {
        assert!(checked(&movement(MovementKind::IntoPool, &[60, 40], &[100])).is_ok());
        let parted = checked(&movement(MovementKind::IntoPool, &[60, 41], &[100])).unwrap_err();
        assert_eq!(parted.path, ["contributions"]);
        let twice = checked(&movement(MovementKind::IntoPool, &[100], &[50, 50])).unwrap_err();
        assert_eq!(twice.path, ["contributions", "1"]);
    }
}
