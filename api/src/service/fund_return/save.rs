use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::fund_return as rule};
use entities::{
    fund_return::{self, ReturnSpan},
    fund_return_narrative as narrative,
    value::FinancialYear,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::histories;
use crate::{
    access::{self, Seen, narrative_threshold},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contribution::within_term,
        forecast::schemes_of,
        fund_lock, ground, text,
    },
};

/// The most characters of a commentary.
const LONGEST_COMMENTARY: usize = 10_000;
/// The most characters of a narrative.
const LONGEST_NARRATIVE: usize = 4_000;
/// The most narratives of one return.
const MOST_NARRATIVES: usize = 500;

/// A return to be drafted.
#[derive(Clone, Debug)]
pub struct NewReturn {
    /// The fund.
    pub fund: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// The quarter, or the whole year.
    pub span: ReturnSpan,
    /// The day by which it is to be answered.
    pub due_on: NaiveDate,
    /// What the host says about the whole of it.
    pub commentary: String,
    /// Why schemes vary.
    pub narratives: Vec<NewNarrative>,
}

/// Why a scheme varies from its budget.
#[derive(Clone, Debug)]
pub struct NewNarrative {
    /// The scheme.
    pub scheme: Uuid,
    /// What the host says.
    pub narrative: String,
}

/// Saves a new version of a return, as a draft.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`, `INVALID_VALUE`; `ALREADY_DONE` of a quarter or a year
/// whose return was approved.
pub async fn save(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewReturn,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { save_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`save`].
pub async fn save_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewReturn,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_save_return(&ground.parties())?;
    within_term(&ground.agreement, new.year)?;
    let as_of = rule::last_day(new.year, new.span);
    check_terms(new, as_of)?;
    fund_lock::hold_silently(tx, new.fund).await?;
    let threshold = narrative_threshold::on(&**tx, ground.agreement.id, as_of).await?;
    let mut row = fund_return::Model {
        id: tx.new_id(),
        fund_id: new.fund,
        financial_year: new.year,
        span: new.span,
        version: 1,
        as_of,
        due_on: new.due_on,
        commentary: text::optional(Some(&new.commentary), LONGEST_COMMENTARY, "commentary")?
            .unwrap_or_default(),
        narrative_above_pence: threshold.amount,
        narrative_above_points: threshold.basis_points,
        recorded_at: tx.now(),
    };
    let before = access::fund_return::versions(&**tx, &[&row]).await?;
    if let Some((last, _)) = before.last() {
        let history = histories(&**tx, &[last], tx.today()).await?;
        if history.values().any(|it| it.span_is_approved) {
            let sentence = "the return of that time was approved, and never changes again";
            return Err(Refusal::new(Code::AlreadyDone, sentence).at("span").into());
        }
        row.version = last.version + 1;
    }
    let narratives = check_narratives(tx, new, row.id).await?;
    let row = tx.insert(row).await?;
    if !narratives.is_empty() {
        let rows = narratives.iter().map(|it| it.clone().into_active_model().reset_all());
        narrative::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    }
    let act = Act::new("saveReturn", "FundReturn", row.id)
        .under(row.fund_id, FieldGroup::ReturnDraft)
        .from_day(as_of)
        .after(said(&row).with("narratives", &narratives));
    audit::record(tx, viewer, act).await?;
    Ok(ground.fund.with(row).on(as_of))
}

fn check_terms(new: &NewReturn, as_of: NaiveDate) -> Result<(), Refusal> {
    let refuse =
        |path: &str, sentence: &str| Err(Refusal::new(Code::InvalidValue, sentence).at(path));
    if new.due_on < as_of {
        let sentence = format!("a return is due on {as_of}, its last day, or later");
        return refuse("dueOn", &sentence);
    }
    if new.narratives.len() > MOST_NARRATIVES {
        return refuse("narratives", "a return has at most 500 narratives");
    }
    Ok(())
}

async fn check_narratives(
    tx: &Writing,
    new: &NewReturn,
    return_id: Uuid,
) -> Result<Vec<narrative::Model>, Stopped> {
    let ours = schemes_of(tx, new.fund).await?;
    let mut given = BTreeSet::new();
    let mut rows = Vec::with_capacity(new.narratives.len());
    for (place, one) in new.narratives.iter().enumerate() {
        let path = format!("narratives.{place}.scheme");
        if !ours.contains(&one.scheme) {
            return Err(Refusal::not_found("scheme", &path).into());
        }
        if !given.insert(one.scheme) {
            let sentence = "this scheme has a narrative already: write one";
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path).into());
        }
        let path = format!("narratives.{place}.narrative");
        rows.push(narrative::Model {
            return_id,
            scheme_id: one.scheme,
            narrative: text::required(&one.narrative, LONGEST_NARRATIVE, &path)?,
        });
    }
    Ok(rows)
}
