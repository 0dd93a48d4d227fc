use domain::{policy::matrix::FieldGroup, rules::fund_return::State};
use entities::{fund_return, return_answer, return_answer::AnswerKind};
use uuid::Uuid;

use super::{Found, History};
use crate::{
    access::Seen,
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        decision::Decision,
        text,
    },
};

/// The most characters of a query and of its answer.
const LONGEST_TEXT: usize = 4_000;

/// What a partner asks about a return.
#[derive(Clone, Debug)]
pub struct NewQuery {
    /// The return.
    pub fund_return: Uuid,
    /// What it asks.
    pub reason: String,
}

/// What the host answers to a partner's query.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// The return.
    pub fund_return: Uuid,
    /// The partner that asked.
    pub partner: Uuid,
    /// The answer.
    pub answer: String,
}

/// That a partner agrees a return.
#[derive(Clone, Debug)]
pub struct NewAgreement {
    /// The return.
    pub fund_return: Uuid,
    /// Who decided, when, and where it is minuted (rule G4).
    pub decision: Decision,
    /// What is to be said beside it.
    pub comment: Option<String>,
}

/// A partner asks about a return.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn query(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewQuery,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let reason = text::required(&new.reason, LONGEST_TEXT, "reason")?;
            let (found, history, place) = own_part(&tx, viewer, new.fund_return).await?;
            if history.deeds.has_queried(place) || history.deeds.has_agreed(place) {
                let sentence = "your organisation has asked already, and was not answered yet, or \
                                has agreed";
                return Err(Refusal::new(Code::AlreadyDone, sentence).at("fundReturn").into());
            }
            let row = said_by(&tx, viewer, &history, (viewer.organisation, place));
            let row = return_answer::Model { reason: Some(reason), ..row };
            record(&tx, viewer, found, ("queryReturn", row)).await
        })
        .await
}

/// The host answers the query of a partner.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn answer(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewAnswer,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let answer = text::required(&new.answer, LONGEST_TEXT, "answer")?;
            let found = Found::find(&tx, viewer, new.fund_return).await?;
            viewer.actor().may_submit_return(&found.ground.parties())?;
            let history = found.held(&tx).await?;
            is_submitted(&history)?;
            let asked = history.place_of(new.partner);
            let asked =
                asked.filter(|place| history.deeds.has_queried(*place)).ok_or_else(|| {
                    let sentence = "this partner has no query that waits for an answer";
                    Refusal::new(Code::InvalidValue, sentence).at("partner")
                })?;
            let row = said_by(&tx, viewer, &history, (new.partner, asked));
            let kind = AnswerKind::Answered;
            let row = return_answer::Model { kind, reason: Some(answer), ..row };
            record(&tx, viewer, found, ("answerReturnQuery", row)).await
        })
        .await
}

/// A partner agrees a return, on its own.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn agree(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewAgreement,
) -> Result<Seen<fund_return::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let (found, history, place) = own_part(&tx, viewer, new.fund_return).await?;
            if history.deeds.has_agreed(place) {
                let sentence = "your organisation has agreed this return already";
                return Err(Refusal::new(Code::AlreadyDone, sentence).at("fundReturn").into());
            }
            let decision = new.decision.checked(tx.today(), "decision")?;
            let row = return_answer::Model {
                kind: AnswerKind::Agreed,
                reason: text::optional(new.comment.as_deref(), LONGEST_TEXT, "comment")?,
                deciding_body: Some(decision.deciding_body),
                decided_on: Some(decision.decided_on),
                minute_reference: Some(decision.minute_reference),
                ..said_by(&tx, viewer, &history, (viewer.organisation, place))
            };
            record(&tx, viewer, found, ("agreeReturn", row)).await
        })
        .await
}

/// The part that the viewer's organisation has in a submitted return.
async fn own_part(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<(Found, History, i32), Stopped> {
    let found = Found::find(tx, viewer, id).await?;
    viewer.actor().may_answer_return(&found.ground.parties())?;
    let history = found.held(tx).await?;
    is_submitted(&history)?;
    let place = history.place_of(viewer.organisation).ok_or_else(|| {
        let sentence = "this return does not need the answer of the organisation that you act as";
        Refusal::new(Code::NotAllowed, sentence).at("fundReturn")
    })?;
    Ok((found, history, place))
}

fn is_submitted(history: &History) -> Result<(), Refusal> {
    let sentence = match history.state() {
        State::Submitted | State::Queried | State::Agreed => return Ok(()),
        State::Draft => "this return is not submitted yet",
        State::Approved => "this return was approved: nothing is left to say",
        State::Superseded => "a later version was submitted: answer that one",
    };
    Err(Refusal::new(Code::AlreadyDone, sentence).at("fundReturn"))
}

/// The next thing that is said about a return: as a query, until it is made something else.
fn said_by(
    tx: &Writing,
    viewer: &Viewer,
    history: &History,
    (partner_id, place): (Uuid, i32),
) -> return_answer::Model {
    return_answer::Model {
        return_id: history.submission.as_ref().map_or(Uuid::nil(), |it| it.return_id),
        number: i32::try_from(history.answers.len()).unwrap_or(i32::MAX).saturating_add(1),
        partner_id,
        place,
        kind: AnswerKind::Queried,
        reason: None,
        deciding_body: None,
        decided_on: None,
        minute_reference: None,
        said_by_id: viewer.account,
        said_as_id: viewer.organisation,
        recorded_at: tx.now(),
    }
}

async fn record(
    tx: &Writing,
    viewer: &Viewer,
    found: Found,
    (action, row): (&'static str, return_answer::Model),
) -> Result<Seen<fund_return::Model>, Stopped> {
    let row = tx.insert(row).await?;
    let act = Act::new(action, "FundReturn", found.seen.row.id)
        .under(found.seen.row.fund_id, FieldGroup::ReturnSubmitted)
        .from_day(found.seen.row.as_of)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(found.seen)
}
