use std::collections::BTreeMap;

use domain::{
    policy::{dated, matrix::FieldGroup},
    rules::fund_return::Threshold,
};
use entities::{
    fund_return, partnership_agreement::PostingVisibility, return_submission as submission,
    value::Period,
};
use uuid::Uuid;

use super::{Content, Found, History, compose};
use crate::{
    access::{self, Seen, facts::releases, narrative_threshold},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        frozen, fund_lock,
    },
};

/// Submits a return: its figures are frozen as they are known now, and the partners are asked.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`; `ALREADY_DONE` when it, or a later version, was submitted;
/// `INVALID_VALUE` when its last day has not passed, a
/// period of it is not released, or a scheme's variance has no narrative.
pub async fn submit(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    id: Uuid,
) -> Result<Seen<fund_return::Model>, Stopped> {
    database.write(dry_run, |tx| async move { submit_in(&tx, viewer, id).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`submit`].
pub async fn submit_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let found = Found::find(tx, viewer, id).await?;
    viewer.actor().may_submit_return(&found.ground.parties())?;
    let held = fund_lock::hold(tx, found.seen.row.fund_id).await?;
    is_open(&found.history(tx).await?)?;
    let row = &found.seen.row;
    if row.as_of >= tx.today() {
        let sentence = format!("{} has not passed: a return is submitted after it", row.as_of);
        return Err(refuse(sentence).into());
    }
    if found.ground.agreement.postings == PostingVisibility::Released {
        is_released(tx, row).await?;
    }
    let threshold =
        Threshold { amount: row.narrative_above_pence, basis_points: row.narrative_above_points };
    if narrative_threshold::on(&**tx, found.ground.agreement.id, row.as_of).await? != threshold {
        let sentence = "the partners have decided anew above which variance a return says why: \
                        save it again, so that it says what holds";
        return Err(refuse(sentence).into());
    }
    let narratives = access::fund_return::narratives(&**tx, &[row.id]).await?;
    let narratives: BTreeMap<Uuid, String> =
        narratives.into_iter().map(|it| (it.scheme_id, it.narrative)).collect();
    let content = compose::content(tx, viewer, row, &narratives, held.known_at).await?;
    is_explained(threshold, &content)?;
    let frozen = frozen::freeze(&content);
    let submitted = submission::Model {
        return_id: row.id,
        known_at: held.known_at,
        submitted_on: tx.today(),
        rule_version: i32::try_from(content.rule_version).unwrap_or(i32::MAX),
        forecast_version: content.forecast_version,
        content: frozen.text,
        content_hash: frozen.hash,
        submitted_by_id: viewer.account,
        submitted_as_id: viewer.organisation,
    };
    let submitted = tx.insert(submitted).await?;
    // The figures are read in the return, by whoever reads them there; their hash is enough here.
    let noted = submission::Model { content: String::new(), ..submitted };
    let act = Act::new("submitReturn", "FundReturn", row.id)
        .under(row.fund_id, FieldGroup::ReturnSubmitted)
        .from_day(row.as_of)
        .before(said(row))
        .after(said(row).with("submission", &[noted]));
    audit::record(tx, viewer, act).await?;
    Ok(found.seen)
}

fn refuse(sentence: impl std::fmt::Display) -> Refusal {
    Refusal::new(Code::InvalidValue, sentence).at("fundReturn")
}

fn is_open(history: &History) -> Result<(), Refusal> {
    let sentence = if history.span_is_approved {
        "the return of that time was approved, and never changes again"
    } else if history.deeds.is_submitted {
        "this return was submitted before: save a new version to change it"
    } else if history.deeds.is_superseded {
        "a later version was submitted meanwhile: save this as a new version first"
    } else {
        return Ok(());
    };
    Err(Refusal::new(Code::AlreadyDone, sentence).at("fundReturn"))
}

/// Partners who see postings once they are released are told of none before (rule V11).
async fn is_released(tx: &Writing, row: &fund_return::Model) -> Result<(), Stopped> {
    let released = releases::of_year(&**tx, &[row.fund_id], row.financial_year, None).await?;
    let released: Vec<Period> = released.into_iter().map(|(_, period)| period).collect();
    if dated::released_to(row.financial_year, &released) >= row.as_of {
        return Ok(());
    }
    let sentence = format!(
        "the partners see postings once their period is released: release every period up to {} \
         first",
        row.as_of
    );
    Err(refuse(sentence).into())
}

/// Every variance above the bounds has a narrative.
fn is_explained(threshold: Threshold, content: &Content) -> Result<(), Refusal> {
    let schemes = content.report.schemes.iter();
    let silent = schemes
        .filter(|line| line.narrative.is_none())
        .filter(|line| threshold.needs_narrative(&(&line.figures).into()));
    let silent: Vec<&str> = silent.map(|line| line.reference.as_str()).collect();
    if silent.is_empty() {
        return Ok(());
    }
    let sentence = format!(
        "these schemes vary by more than a return leaves unexplained, and have no narrative: {}",
        silent.join(", ")
    );
    Err(refuse(sentence))
}
