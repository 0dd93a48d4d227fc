//! What is to be done with each line of a file. It writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use entities::{
    payment_line::{self as line, Column},
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{NewPayments, PaymentsReport, Tally};
use crate::{
    access::facts::whole,
    import::payments::{self, Fate, KnownLine, Matched, Payment, Payments, Standing},
    service::import_job::Report,
};

/// How many unmatched lines are named.
const MOST_NAMED: usize = 100;
/// How many keys are looked up together.
const KEYS_A_STATEMENT: usize = 1_000;

/// A line that is to be posted.
pub struct Due<'a> {
    /// The line, the header being 1.
    pub line: u64,
    /// What it says.
    pub payment: &'a Payment,
    /// The scheme that it was spent on.
    pub scheme: Uuid,
    /// Which of the lines with its key it is.
    pub occurrence: i32,
}

/// What is to be done with a file.
pub struct Plan<'a> {
    /// What is to be posted, in the file's order.
    pub due: Vec<Due<'a>>,
    /// What can be said before anything is posted.
    pub report: Report,
}

/// What is to be done with the lines of a file, in a fund that the caller has found through its
/// view.
///
/// # Errors
/// A fault of the database.
pub async fn plan<'a>(
    connection: &impl ConnectionTrait,
    new: &NewPayments,
    payments: &'a Payments,
) -> Result<Plan<'a>, DbErr> {
    let (mut report, mut told) = (Report::default(), PaymentsReport::default());
    told.rules = vec![Tally::default(); new.rules.rules.len()];
    let mut spent = Vec::new();
    for line in payments {
        match &line.row {
            Err(reason) => {
                told.unreadable += 1;
                report.reject(line.number, reason.clone());
            }
            Ok(payment) => {
                if let Some(scheme) = sort(&mut report, &mut told, new, (line.number, payment)) {
                    spent.push((line.number, payment, scheme));
                }
            }
        }
    }
    let alone: Vec<&Payment> = spent.iter().map(|(_, payment, _)| *payment).collect();
    let known = known(connection, new.fund, &alone).await?;
    let mut due = Vec::new();
    for ((line, payment, scheme), standing) in
        spent.into_iter().zip(payments::standings(&alone, &known))
    {
        match standing {
            Standing::New(occurrence) => due.push(Due { line, payment, scheme, occurrence }),
            Standing::Posted => {
                report.unchanged += 1;
                told.unchanged.add(payment.amount);
            }
            Standing::Differs(why) => {
                told.refused.add(payment.amount);
                report.reject(line, why);
            }
        }
    }
    report.payments = Some(told);
    Ok(Plan { due, report })
}

/// Counts a line where it belongs, and answers the scheme that it was spent on.
fn sort(
    report: &mut Report,
    told: &mut PaymentsReport,
    new: &NewPayments,
    (line, payment): (u64, &Payment),
) -> Option<Uuid> {
    let amount = payment.amount;
    told.read.add(amount);
    told.rounded += u64::from(payment.is_rounded);
    if amount.is_negative() {
        told.credits.add(amount);
    }
    if new.since_year.is_some_and(|first| FinancialYear::of(payment.paid_on) < first) {
        told.earlier_years.add(amount);
        return None;
    }
    if amount == Pence::ZERO {
        told.zero += 1;
        report.note(line, "nothing was paid: it is not posted");
        return None;
    }
    match payment.matched {
        Matched::Rule(place) => told.rules.get_mut(place).into_iter().for_each(|it| it.add(amount)),
        Matched::Otherwise => told.otherwise.add(amount),
        Matched::Nothing => {
            told.unmatched.add(amount);
            if told.unmatched_lines.len() < MOST_NAMED {
                told.unmatched_lines.push(line);
            }
            report.reject(line, "no rule says whose payment it is: add a rule, or a default");
        }
    }
    match new.rules.fate(payment.matched)? {
        Fate::Scheme(scheme) => Some(*scheme),
        Fate::LeaveOut(_) => {
            told.left_out.add(amount);
            None
        }
    }
}

/// The lines that were posted into a fund under the keys of these, by publisher and key.
#[expect(clippy::disallowed_methods, reason = "the caller found the fund through its view")]
async fn known(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    payments: &[&Payment],
) -> Result<BTreeMap<(String, String), Vec<KnownLine>>, DbErr> {
    let publishers: BTreeSet<&str> = payments.iter().map(|it| it.publisher.as_str()).collect();
    let keys: BTreeSet<String> = payments.iter().map(|payment| payments::key(payment)).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let mut known: BTreeMap<_, Vec<KnownLine>> = BTreeMap::new();
    for publisher in publishers {
        for some in keys.chunks(KEYS_A_STATEMENT) {
            let rows = line::Entity::find()
                .filter(Column::FundId.eq(fund))
                .filter(Column::Publisher.eq(publisher))
                .filter(Column::Key.is_in(some))
                .all(&whole(connection))
                .await?;
            for line::Model {
                publisher,
                key,
                occurrence,
                content_hash,
                paid_on,
                amount_pence,
                ..
            } in rows
            {
                let line = KnownLine { occurrence, content_hash, paid_on, amount: amount_pence };
                known.entry((publisher, key)).or_default().push(line);
            }
        }
    }
    Ok(known)
}
