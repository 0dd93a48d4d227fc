use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{contribution, contribution_withholding as withholding, value::Pence};
use uuid::Uuid;

use super::find;
use crate::{
    access::{Seen, facts::withholdings},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        fund_lock, ground, text,
    },
};

/// What a partner says it withholds of its contribution, or that it no longer does.
#[derive(Clone, Debug)]
pub struct NewWithholding {
    /// The contribution.
    pub contribution: Uuid,
    /// How much; none when it is released.
    pub amount: Option<Pence>,
    /// Why.
    pub reason: String,
    /// From when; none is today.
    pub effective_on: Option<NaiveDate>,
}

/// Records that a partner withholds some of its contribution, instead of what it said before, or
/// releases it.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `NOT_POSITIVE`, `INVALID_VALUE`, or `ALREADY_DONE` when nothing is
/// withheld that could be released.
pub async fn withhold(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewWithholding,
) -> Result<Seen<contribution::Model>, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            withhold_in(&tx, viewer, new).await?;
            find(&tx, viewer, new.contribution, "contribution").await
        })
        .await
}

async fn withhold_in(tx: &Writing, viewer: &Viewer, new: &NewWithholding) -> Result<(), Stopped> {
    let row = find(tx, viewer, new.contribution, "contribution").await?.row;
    let ground =
        ground::under(&**tx, viewer, row.fund_id, ("contribution", "contribution")).await?;
    viewer.actor().may_withhold(&ground.parties(), row.partner_id)?;
    let reason = text::required(&new.reason, 1_000, "reason")?;
    let day = new.effective_on.unwrap_or(tx.today());
    if day > tx.today() {
        let sentence = format!("{day} has not come yet: say so when it has");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("effectiveOn").into());
    }
    let held = fund_lock::hold(tx, row.fund_id).await?;
    let amount = match new.amount {
        Some(amount) => amount.positive().ok_or_else(|| {
            let sentence = "what is withheld is more than nothing: release it instead";
            Refusal::new(Code::NotPositive, sentence).at("amount")
        })?,
        None => {
            let withheld = withholdings::on(&**tx, &[(row.id, day)]).await?;
            let is_withheld = |it: &withholding::Model| it.amount_pence > Pence::ZERO;
            if !withheld.get(&row.id).is_some_and(is_withheld) {
                let sentence = format!("nothing of this contribution is withheld on {day}");
                return Err(Refusal::new(Code::AlreadyDone, sentence).at("contribution").into());
            }
            Pence::ZERO
        }
    };
    let said_now = withholding::Model {
        id: tx.new_id(),
        contribution_id: row.id,
        amount_pence: amount,
        reason,
        effective_on: day,
        known_at: held.known_at,
    };
    let said_now = tx.insert(said_now).await?;
    let action = match new.amount {
        Some(_) => "withholdContribution",
        None => "releaseWithheldContribution",
    };
    let act = Act::new(action, "Contribution", row.id)
        .under(row.fund_id, FieldGroup::ContributionsPaid)
        .from_day(day)
        .after(said(&said_now));
    Ok(audit::record(tx, viewer, act).await?)
}
