use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use domain::{
    policy::{Denied, Parties, matrix::FieldGroup},
    rules::fund_return::{Deeds, Duty, Needed, State},
};
use entities::{
    fund_return, return_answer as answer, return_approval as approval,
    return_submission as submission,
};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::Content;
use crate::{
    access::{self, Seen, facts::partners::Partnership},
    auth::Viewer,
    service::frozen,
};

/// What was done to one version of a return.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The facts by which it stands as it does.
    pub deeds: Deeds,
    /// Whose answers it needs.
    pub needed: Vec<Needed>,
    /// Who hosts the fund and who its partners are today.
    pub parties: Parties,
    /// Its submission.
    pub submission: Option<submission::Model>,
    /// What was said about it, in its order.
    pub answers: Vec<answer::Model>,
    /// Its approval.
    pub approval: Option<approval::Model>,
    /// True when any version for the same span was approved.
    pub span_is_approved: bool,
}

/// What the viewer may do to a return (rule V3).
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Submitting it.
    pub submit: Result<(), Denied>,
    /// Asking about it, or agreeing it, as a partner.
    pub answer: Result<(), Denied>,
    /// Answering what a partner asks about it.
    pub answer_query: Result<(), Denied>,
    /// Approving it.
    pub approve: Result<(), Denied>,
}

impl History {
    /// How it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.deeds.state(&self.needed)
    }

    /// Who still owes what: the host where a partner is not named.
    #[must_use]
    pub fn outstanding(&self) -> Vec<(Option<Uuid>, Duty)> {
        let owed = self.deeds.outstanding(&self.needed).into_iter();
        owed.map(|(partner, duty)| (partner.or(self.parties.host), duty)).collect()
    }

    /// The frozen figures; none of a draft.
    ///
    /// # Errors
    /// A fault, when they cannot be read.
    pub fn content(&self) -> Result<Option<Arc<Content>>, DbErr> {
        let Some(submission) = &self.submission else { return Ok(None) };
        let what = format!("return {}", submission.return_id);
        frozen::thaw(&submission.content, &what).map(|content| Some(Arc::new(content)))
    }

    /// True for whoever reads the whole of the return. Drafts, submitted and approved ones have
    /// readers of their own.
    #[must_use]
    pub fn is_read_whole(&self, seen: &Seen<fund_return::Model>) -> bool {
        let approved = self.approval.is_some() && seen.reads(FieldGroup::ReturnApproved);
        approved || reads_answers(seen)
    }

    /// The place of a partner whose answer it needs.
    #[must_use]
    pub fn place_of(&self, organisation: Uuid) -> Option<i32> {
        self.needed.iter().find(|it| it.organisation == organisation).map(|it| it.place)
    }

    fn of(
        row: &fund_return::Model,
        versions: &[(fund_return::Model, Option<submission::Model>)],
        said: &Said,
        partnership: &Partnership,
        today: NaiveDate,
    ) -> Self {
        let of_span = versions.iter().filter(|(other, _)| {
            (other.fund_id, other.financial_year, other.span)
                == (row.fund_id, row.financial_year, row.span)
        });
        let submission = of_span.clone().find(|(other, _)| other.id == row.id);
        let submission = submission.and_then(|(_, submitted)| submitted.clone());
        let later = |(other, submitted): &(fund_return::Model, Option<submission::Model>)| {
            other.version > row.version && submitted.is_some()
        };
        let approved = |id: Uuid| said.approvals.iter().find(|it| it.return_id == id);
        let answers = said.answers.iter().filter(|it| it.return_id == row.id);
        let answers: Vec<answer::Model> = answers.cloned().collect();
        let parties = partnership.parties_on(today);
        Self {
            deeds: Deeds {
                is_submitted: submission.is_some(),
                is_superseded: of_span.clone().any(later),
                is_approved: approved(row.id).is_some(),
                answers: answers.iter().map(|it| (it.place, it.kind)).collect(),
            },
            needed: needed(partnership, &parties, row.as_of, today),
            approval: approved(row.id).cloned(),
            span_is_approved: of_span.clone().any(|(other, _)| approved(other.id).is_some()),
            parties,
            submission,
            answers,
        }
    }
}

/// Who answers today of those who were partners on the day of the return, or stand in the place of
/// one (rule G5). The host speaks by submitting it.
fn needed(
    partnership: &Partnership,
    parties: &Parties,
    as_of: NaiveDate,
    today: NaiveDate,
) -> Vec<Needed> {
    let then: Vec<i32> = partnership.places_on(as_of).into_iter().map(|(_, place)| place).collect();
    let mut needed: Vec<Needed> = Vec::new();
    for (organisation, place) in partnership.places_on(today) {
        let is_new = !needed.iter().any(|it| it.organisation == organisation);
        if then.contains(&place) && is_new && parties.host != Some(organisation) {
            needed.push(Needed { organisation, place });
        }
    }
    needed
}

struct Said {
    answers: Vec<answer::Model>,
    approvals: Vec<approval::Model>,
}

/// What was done to these returns, which the caller has found through its view, as it stands today.
///
/// # Errors
/// A fault of the database.
pub async fn histories(
    connection: &impl ConnectionTrait,
    returns: &[&fund_return::Model],
    today: NaiveDate,
) -> Result<HashMap<Uuid, History>, DbErr> {
    if returns.is_empty() {
        return Ok(HashMap::new());
    }
    let versions = access::fund_return::versions(connection, returns).await?;
    let all: Vec<Uuid> = versions.iter().map(|(row, _)| row.id).collect();
    let ids: Vec<Uuid> = returns.iter().map(|row| row.id).collect();
    let said = Said {
        answers: access::fund_return::answers(connection, &ids).await?,
        approvals: access::fund_return::approvals(connection, &all).await?,
    };
    let mut funds: Vec<Uuid> = returns.iter().map(|row| row.fund_id).collect();
    funds.sort_unstable();
    funds.dedup();
    let partnerships = access::facts::parties::of_funds(connection, &funds).await?;
    let nobody = Partnership::default();
    let history = |row: &&fund_return::Model| {
        let partnership = partnerships.get(&row.fund_id).unwrap_or(&nobody);
        (row.id, History::of(row, &versions, &said, partnership, today))
    };
    Ok(returns.iter().map(history).collect())
}

/// True for whoever reads what is said about a return.
#[must_use]
pub fn reads_answers(seen: &Seen<fund_return::Model>) -> bool {
    seen.reads(FieldGroup::ReturnSubmitted) || seen.reads(FieldGroup::ReturnDraft)
}

/// True when the partners' lines are for whoever reads the whole return: of them a summary is
/// enough.
#[must_use]
pub fn reads_partners(seen: &Seen<fund_return::Model>) -> bool {
    seen.reads_summary(FieldGroup::PositionByPartner)
}

/// True when the host's cash is for whoever reads the whole return.
#[must_use]
pub fn reads_cash(seen: &Seen<fund_return::Model>) -> bool {
    seen.reads_summary(FieldGroup::Cash)
}

/// What the viewer may do to a return, by who may do it at all: how the return stands is said by
/// its state.
#[must_use]
pub fn permissions(viewer: &Viewer, history: &History) -> Permissions {
    let actor = viewer.actor();
    let submitted_by = history.submission.as_ref().and_then(|it| it.submitted_by_id);
    Permissions {
        submit: actor.may_submit_return(&history.parties),
        answer: actor.may_answer_return(&history.parties),
        answer_query: actor.may_submit_return(&history.parties),
        approve: actor.may_approve_return(&history.parties, (viewer.account, submitted_by)),
    }
}
