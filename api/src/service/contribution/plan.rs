use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::{contribution as rule, instalments},
};
use entities::{
    contribution, contribution_change as change,
    contribution_change::ContributionChangeKind,
    contribution_instalment as instalment,
    partnership_agreement::{self as agreement, AgreementEvidence},
    value::{FinancialYear, Pence},
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{find, in_year};
use crate::{
    access::Seen,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        code_list,
        decision::Decision,
        fund_lock,
        ground::{self, Ground},
        idempotency::{self, Attempt},
    },
};

/// The most parts in which a contribution is paid.
const MOST_INSTALMENTS: usize = 60;

/// What a partner is to put into a fund, for one year, from one source.
#[derive(Clone, Debug)]
pub struct NewContribution {
    /// The fund.
    pub fund: Uuid,
    /// The partner.
    pub partner: Uuid,
    /// The funding source, from the year's code list.
    pub source_code: String,
    /// The year.
    pub year: FinancialYear,
    /// How much; never negative (rule M12).
    pub amount: Pence,
    /// How it is paid, in the order of payment; empty when that is not agreed.
    pub instalments: Vec<NewInstalment>,
    /// From when it counts; none is the year's first day.
    pub effective_on: Option<NaiveDate>,
    /// By which decision the partner agreed to it (rules G1, G4); none where the partner plans its
    /// own.
    pub decision: Option<Decision>,
    /// The caller's own key.
    pub idempotency_key: String,
}

/// A part of a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewInstalment {
    /// When it is due.
    pub due_on: NaiveDate,
    /// How much; where no part says it, the parts are equal (rule M2).
    pub amount: Option<Pence>,
}

/// Records what a partner has agreed to put in.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `NOT_POSITIVE` at `amount`, `WRONG_YEAR`, `UNKNOWN_CODE`,
/// `DOES_NOT_ADD_UP` at `instalments`, `ALREADY_EXISTS`, or `IDEMPOTENCY_KEY_REUSED`.
pub async fn plan(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewContribution,
) -> Result<Seen<contribution::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            is_agreed(&tx, viewer, new).await?;
            let row = plan_in(&tx, viewer, new).await?;
            find(&tx, viewer, row.id, "id").await
        })
        .await
}

/// Whether the partner agreed: it plans its own contribution; whoever plans it on its behalf names
/// the partner's decision, unless too little is known of the agreement for anybody to (rules G1, G4).
async fn is_agreed(tx: &Writing, viewer: &Viewer, new: &NewContribution) -> Result<(), Stopped> {
    if new.decision.is_some() || viewer.own() == Some(new.partner) {
        return Ok(());
    }
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    if ground.agreement.evidence == AgreementEvidence::HistoricalIncomplete {
        return Ok(());
    }
    // Whoever may not plan it at all is told so, and not that a decision would help.
    viewer
        .actor()
        .may_plan_contribution(&ground.parties(), new.partner)
        .map_err(|why| ground::denied_at(why, "partner"))?;
    let sentence = "this is another partner's contribution: name the decision by which that \
                    partner agreed to it, or let the partner plan it";
    Err(Refusal::new(Code::ApprovalNeeded, sentence).at("decision").into())
}

/// The same, within a transaction.
///
/// # Errors
/// As [`plan`].
pub async fn plan_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewContribution,
) -> Result<contribution::Model, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer
        .actor()
        .may_plan_contribution(&ground.parties(), new.partner)
        .map_err(|why| ground::denied_at(why, "partner"))?;
    // Before the checks: what was done once stays done, whatever would be refused today.
    let id = tx.new_id();
    let attempt = Attempt {
        mutation: "planContribution",
        key: &new.idempotency_key,
        content: format!("{new:?}"),
    };
    if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
        return Ok(find(tx, viewer, first, "id").await?.row);
    }
    rule::planned(new.amount).map_err(|why| Refusal::new(Code::NotPositive, why).at("amount"))?;
    within_term(&ground.agreement, new.year)?;
    is_partner_in(&ground, new.partner, new.year, "partner")?;
    let effective_on = new.effective_on.unwrap_or(new.year.first_day());
    in_year(new.year, effective_on)?;
    let parts = parts(new.amount, &new.instalments)?;
    let sources = code_list::List::FundingSource;
    code_list::check(&**tx, sources, &new.source_code, new.year, "sourceCode").await?;
    let decision = new.decision.as_ref();
    let decision = decision.map(|it| it.checked(tx.today(), "decision")).transpose()?;
    let held = fund_lock::hold(tx, new.fund).await?;
    let row = insert(tx, id, new).await?;
    let planned = change::Model {
        id: tx.new_id(),
        contribution_id: row.id,
        kind: ContributionChangeKind::Planned,
        amount_pence: new.amount,
        effective_on,
        known_at: held.known_at,
        movement_id: None,
    };
    let planned = tx.insert(planned).await?;
    let instalments = insert_instalments(tx, row.id, &new.instalments, parts).await?;
    let mut after = said(&row).with("changes", &[planned]).with("instalments", &instalments);
    if let Some(decision) = decision {
        after = after
            .and("deciding_body", decision.deciding_body)
            .and("decided_on", decision.decided_on.to_string())
            .and("minute_reference", decision.minute_reference);
    }
    let act = Act::new("planContribution", "Contribution", row.id)
        .under(row.fund_id, FieldGroup::ContributionsOfOthers)
        .from_day(effective_on)
        .after(after);
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

async fn insert(
    tx: &Writing,
    id: Uuid,
    new: &NewContribution,
) -> Result<contribution::Model, Stopped> {
    let row = contribution::Model {
        id,
        fund_id: new.fund,
        partner_id: new.partner,
        source_code: new.source_code.clone(),
        financial_year: new.year,
        version: 1,
    };
    let inserted = contribution::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(row);
    }
    let sentence = "this partner has a contribution from this source in this year already: vary it";
    Err(Refusal::new(Code::AlreadyExists, sentence).at("sourceCode").into())
}

async fn insert_instalments(
    tx: &Writing,
    contribution: Uuid,
    instalments: &[NewInstalment],
    amounts: Vec<Pence>,
) -> Result<Vec<instalment::Model>, Stopped> {
    let parts = instalments.iter().zip(amounts).zip(1..);
    let rows: Vec<_> = parts
        .map(|((part, amount_pence), number)| instalment::Model {
            contribution_id: contribution,
            number,
            due_on: part.due_on,
            amount_pence,
        })
        .collect();
    if !rows.is_empty() {
        let rows = rows.iter().map(|row| row.clone().into_active_model().reset_all());
        instalment::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    Ok(rows)
}

/// The amounts of the instalments: as given, or equal by rule M2; none when nothing is agreed.
fn parts(amount: Pence, given: &[NewInstalment]) -> Result<Vec<Pence>, Refusal> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let invalid =
        |sentence: &str, path: &str| Err(Refusal::new(Code::InvalidValue, sentence).at(path));
    if given.len() > MOST_INSTALMENTS {
        return invalid("a contribution is paid in at most 60 instalments", "instalments");
    }
    if let Some(place) = given.windows(2).position(|pair| pair[1].due_on < pair[0].due_on) {
        let path = format!("instalments.{}.dueOn", place + 1);
        return invalid("instalments are listed in the order in which they are due", &path);
    }
    let amounts: Vec<Pence> = given.iter().filter_map(|part| part.amount).collect();
    let parts = if amounts.is_empty() {
        instalments::equally(amount, given.len())
    } else if amounts.len() == given.len() {
        instalments::agreed(amount, amounts)
    } else {
        return invalid("give the amount of every instalment, or of none", "instalments");
    };
    parts.map_err(|why| {
        let code = match why {
            instalments::InstalmentRefusal::DoNotAddUp { .. } => Code::DoesNotAddUp,
            instalments::InstalmentRefusal::NotPositive { .. } => Code::NotPositive,
            _ => Code::InvalidValue,
        };
        Refusal::new(code, why).at("instalments")
    })
}

/// Whether the year has a day on which the agreement runs.
///
/// # Errors
/// `WRONG_YEAR` at `financialYear`.
pub fn within_term(agreement: &agreement::Model, year: FinancialYear) -> Result<(), Refusal> {
    let ended = agreement.ends_on.is_some_and(|end| end < year.first_day());
    if year.last_day() < agreement.starts_on || ended {
        let sentence = format!("{year} lies outside the term of the agreement");
        return Err(Refusal::new(Code::WrongYear, sentence).at("financialYear"));
    }
    Ok(())
}

/// Whether the organisation was a partner on a day of the year.
///
/// # Errors
/// `NOT_ALLOWED` at `path`.
pub fn is_partner_in(
    ground: &Ground,
    partner: Uuid,
    year: FinancialYear,
    path: &str,
) -> Result<(), Refusal> {
    let is = ground.partnership.partners.iter().any(|row| {
        row.organisation_id == partner
            && row.joined_on <= year.last_day()
            && row.left_on.is_none_or(|left| year.first_day() <= left)
    });
    if is {
        return Ok(());
    }
    let sentence = format!("the organisation is not a partner of the agreement in {year}");
    Err(Refusal::new(Code::NotAllowed, sentence).at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(month: u32, amount: Option<i64>) -> NewInstalment {
        let due_on = NaiveDate::from_ymd_opt(2025, month, 1).expect("a day");
        NewInstalment { due_on, amount: amount.map(Pence) }
    }

    #[test]
    fn m2_instalments_without_amounts_are_equal_with_the_odd_pennies_first() {
        let thirds = parts(Pence(10_000), &[due(4, None), due(7, None), due(10, None)]);
        assert_eq!(thirds, Ok(vec![Pence(3_334), Pence(3_333), Pence(3_333)]));
        assert_eq!(parts(Pence(10_000), &[]), Ok(Vec::new()));
    }

    #[test]
    fn instalments_add_up_all_have_amounts_or_none_and_are_in_order() {
        let code = |given: &[NewInstalment]| parts(Pence(10_000), given).unwrap_err().code;
        assert_eq!(code(&[due(4, Some(5_000)), due(7, Some(4_999))]), Code::DoesNotAddUp);
        assert_eq!(code(&[due(4, Some(5_000)), due(7, None)]), Code::InvalidValue);
        let late_first = parts(Pence(10_000), &[due(7, None), due(4, None)]).unwrap_err();
        assert_eq!(late_first.path, ["instalments", "1", "dueOn"]);
    }
}
