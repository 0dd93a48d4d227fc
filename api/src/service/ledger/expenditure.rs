use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    policy::{decisions::Posting as MayPost, matrix::FieldGroup},
    rules::{
        funding::{self, DatedSplit, Share},
        ledger_posting::{self as entries, Entry, Paid, PostingRefusal, Spending},
    },
};
use entities::{
    ledger_transaction::{self as transaction, TransactionKind},
    scheme,
    team_limit::LimitKind,
    value::{FinancialYear, Pence},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Correction, Posting, When, accrual, post, post::within_limit};
use crate::{
    access::{self, facts::budgets},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, fund_lock,
        ground::{self, Ground},
        idempotency::{self, Attempt},
        scheme::organisation_exists,
    },
};

/// What happened to money spent on a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SpendingEvent {
    /// It was spent and paid.
    Spent,
    /// It was used and is not invoiced yet.
    Accrued,
    /// The payee gave it back.
    Refunded,
}

/// Money spent on a scheme, or a correction of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewExpenditure {
    /// The scheme.
    pub scheme: Uuid,
    /// What happened.
    pub event: SpendingEvent,
    /// How much.
    pub amount: Pence,
    /// When it takes effect.
    pub when: When,
    /// The partner that spent it itself; none when the host paid.
    pub spent_by: Option<Uuid>,
    /// Who was paid.
    pub payee: Option<Uuid>,
    /// What it is about.
    pub description: String,
    /// Why, of a correction or a posting into a soft-closed period.
    pub reason: Option<String>,
    /// The period that it corrects.
    pub corrects: Option<Correction>,
    /// Whether an accrual reverses itself in the next period, as it does when nothing is said; none
    /// of anything else (rule M9).
    #[serde(default)]
    pub reverses_itself: Option<bool>,
    /// The accrual that it pays, of something spent that was accrued and not reversed (rule M12).
    #[serde(default)]
    pub settles: Option<Uuid>,
    /// The caller's own key.
    #[serde(skip)]
    pub idempotency_key: String,
}

/// Posts what happened to money spent on a scheme (rules M7, M12, M15).
///
/// # Errors
/// What the ledger, the period or the policy refuses.
pub async fn post_spending(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewExpenditure,
) -> Result<transaction::Model, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let began = tx.now();
            let row = post_spending_in(&tx, viewer, new).await?;
            within_limit(&tx, viewer, (&row, began), (new.amount, "amount")).await?;
            Ok(row)
        })
        .await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`post_spending`].
pub async fn post_spending_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewExpenditure,
) -> Result<transaction::Model, Stopped> {
    let mut open = OpenScheme::found(tx, viewer, new.scheme, new.spent_by).await?;
    let payee = new.payee.or(open.scheme.provider_id);
    open.post(tx, viewer, new, payee).await
}

/// A scheme on which the viewer may post what was spent, for as long as its fund is held.
pub struct OpenScheme {
    scheme: scheme::Model,
    ground: Ground,
    /// The funding splits of the years in which something was posted.
    splits: BTreeMap<FinancialYear, Vec<DatedSplit>>,
}

impl OpenScheme {
    /// Finds the scheme through the viewer's scope, for what the host or `spent_by` spent.
    ///
    /// # Errors
    /// `NOT_FOUND` and `NOT_ALLOWED`.
    pub async fn found(
        tx: &Writing,
        viewer: &Viewer,
        scheme: Uuid,
        spent_by: Option<Uuid>,
    ) -> Result<Self, Stopped> {
        let scheme = access::scheme::visible(&**tx, viewer, scheme)
            .await?
            .filter(|seen| seen.reads(FieldGroup::Ledger))
            .ok_or_else(|| Refusal::not_found("scheme", "scheme"))?
            .row;
        let ground = ground::under(&**tx, viewer, scheme.fund_id, ("scheme", "scheme")).await?;
        let by = match spent_by {
            Some(partner) => MayPost::SpentBy { partner },
            None => MayPost::HostsSpending,
        };
        viewer
            .actor()
            .may_post(&ground.parties(), by)
            .map_err(|why| ground::denied_at(why, "spentBy"))?;
        Ok(Self { scheme, ground, splits: BTreeMap::new() })
    }

    /// Posts what was spent on it and went to `payee`, by whoever it was found for.
    ///
    /// # Errors
    /// What the ledger, the period or a team's limit refuses.
    pub async fn post(
        &mut self,
        tx: &Writing,
        viewer: &Viewer,
        new: &NewExpenditure,
        payee: Option<Uuid>,
    ) -> Result<transaction::Model, Stopped> {
        viewer
            .actor()
            .within_limit(LimitKind::Posting, new.amount)
            .map_err(|why| Refusal::from(why).at("amount"))?;
        let incurred_by = new.spent_by.unwrap_or_else(|| self.ground.recorded_as(viewer));
        let id = tx.new_id();
        let attempt = Attempt {
            mutation: "recordExpenditure",
            key: &new.idempotency_key,
            content: format!("{new:?}"),
        };
        if let Some(first) = idempotency::claim(tx, viewer, &attempt, id).await? {
            return first_result(tx, viewer, first).await;
        }
        if let Some(payee) = new.payee {
            organisation_exists(tx, payee, "payee").await?;
        }
        accrual::check(new)?;
        let held = fund_lock::hold(tx, self.scheme.fund_id).await?;
        let paid = paid(&self.ground, new);
        let entries = match new.settles {
            Some(_) => accrual::payment(tx, viewer, new, (paid, incurred_by)).await?,
            None => {
                let shares = self.shares(tx, (new.when, new.corrects)).await?;
                spending_entries(new, (paid, incurred_by), &shares)?
            }
        };
        let posting = Posting {
            kind: kind_of(new),
            when: new.when,
            description: new.description.clone(),
            reason: new.reason.clone(),
            scheme: Some(new.scheme),
            payee,
            reverses: None,
            adjusts: None,
            settles: new.settles,
            corrects: new.corrects,
            entries,
        };
        let row = post(tx, viewer, &self.ground, held, id, posting).await?;
        if new.event == SpendingEvent::Accrued && new.reverses_itself.unwrap_or(true) {
            accrual::reverse_itself(tx, viewer, &self.ground, &row).await?;
        }
        Ok(row)
    }

    /// The funding split that applies to a posting, looked up once a year (rule M15).
    async fn shares(
        &mut self,
        tx: &Writing,
        of: (When, Option<Correction>),
    ) -> Result<Vec<Share>, Stopped> {
        let (year, day) = borne_on(of);
        if !self.splits.contains_key(&year) {
            let splits = budgets::splits_of(&**tx, self.scheme.id, year).await?;
            self.splits.insert(year, splits);
        }
        Ok(in_force(&self.splits[&year], (year, day))?)
    }
}

/// The result of an earlier write under the same key, as the viewer sees it today (rule M14).
pub(super) async fn first_result(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<transaction::Model, Stopped> {
    let seen = access::ledger::visible_transaction(&**tx, viewer, id).await?;
    Ok(seen.ok_or_else(|| Refusal::not_found("transaction", "idempotencyKey"))?.row)
}

fn kind_of(new: &NewExpenditure) -> TransactionKind {
    match new.event {
        _ if new.settles.is_some() => TransactionKind::AccrualPaid,
        SpendingEvent::Spent => TransactionKind::Expenditure,
        SpendingEvent::Accrued => TransactionKind::Accrual,
        SpendingEvent::Refunded => TransactionKind::ExpenditureRefund,
    }
}

fn paid(ground: &Ground, new: &NewExpenditure) -> Paid {
    let by_partner = new.spent_by.is_some_and(|partner| Some(partner) != ground.host());
    match new.event {
        SpendingEvent::Accrued => Paid::NotYet,
        _ if by_partner => Paid::ByPartner,
        _ => Paid::ByHost,
    }
}

fn spending_entries(
    new: &NewExpenditure,
    (paid, incurred_by): (Paid, Uuid),
    shares: &[Share],
) -> Result<Vec<Entry>, Refusal> {
    let spending = Spending { scheme: new.scheme, incurred_by, shares, paid };
    let entries = match new.event {
        SpendingEvent::Spent | SpendingEvent::Accrued => {
            entries::expenditure(new.amount, &spending)
        }
        SpendingEvent::Refunded => entries::expenditure_refund(new.amount, &spending),
    };
    entries.map_err(refused)
}

/// The funding split in force on the day on which something takes effect (rule M15). What corrects
/// another year is borne as that year's spending was: by the split at the end of the period that it
/// corrects.
pub(super) async fn shares_on(
    tx: &Writing,
    scheme: Uuid,
    of: (When, Option<Correction>),
) -> Result<Vec<Share>, Stopped> {
    let (year, day) = borne_on(of);
    let splits = budgets::splits_of(&**tx, scheme, year).await?;
    Ok(in_force(&splits, (year, day))?)
}

fn borne_on((when, corrects): (When, Option<Correction>)) -> (FinancialYear, NaiveDate) {
    let posted = FinancialYear::of(when.effective_on);
    match corrects {
        Some(it) if it.year != posted => (it.year, it.period.last_day(it.year)),
        _ => (posted, when.effective_on),
    }
}

fn in_force(
    splits: &[DatedSplit],
    (year, day): (FinancialYear, NaiveDate),
) -> Result<Vec<Share>, Refusal> {
    let split = funding::in_force(splits, day).ok_or_else(|| {
        Refusal::new(
            Code::WrongYear,
            format_args!("the scheme has no funding in {year}: set its budget and funding first"),
        )
        .at("effective.effectiveOn")
    })?;
    Ok(split.shares.clone())
}

pub(super) fn refused(why: PostingRefusal) -> Refusal {
    let (code, path) = match why {
        PostingRefusal::NotPositive | PostingRefusal::NothingToAdjust => {
            (Code::NotPositive, "amount")
        }
        PostingRefusal::NotFunded(_) => (Code::WrongYear, "effective.effectiveOn"),
        PostingRefusal::Unbalanced(_) => (Code::Unbalanced, "amount"),
    };
    Refusal::new(code, why).at(path)
}
