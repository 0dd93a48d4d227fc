//! A settlement that every partner has accepted goes into the books of each fund (rules M5, M7).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::rules::{
    closing::{PeriodState, state_of},
    ledger_posting::{self, Common, SettledFund},
    risk_share::{MechanismKind, Outcome, by_fund},
    split::split,
};
use entities::{
    ledger_transaction::TransactionKind,
    membership::Role,
    settlement,
    value::{FinancialYear, Pence, Period},
};
use uuid::Uuid;

use super::{
    compute::{Asked, Computed, agreed, reserve},
    load::Loaded,
    read::Settled,
};
use crate::{
    access::{self, facts::partners},
    auth::Viewer,
    database::Writing,
    service::{
        Code, Refusal, Stopped, fund_lock, ground,
        ledger::{self, Posting, When},
    },
};

/// Who keeps the books: what every partner has accepted is entered with the host's authority, and
/// not with that of whoever accepted last.
///
/// # Errors
/// A fault of the database.
pub(super) async fn host(
    tx: &Writing,
    viewer: &Viewer,
    row: &settlement::Model,
) -> Result<Viewer, Stopped> {
    let partnership = partners::of_agreement(&**tx, row.agreement_id).await?;
    let host = partnership.host_on(viewer.today).unwrap_or(row.claimed_as_id);
    let roles = vec![Role::Finance];
    Ok(Viewer::without_account(host, roles, viewer.today).in_request(viewer.request))
}

/// Enters what every partner has accepted, in a transaction of each fund.
///
/// # Errors
/// A fault of the database, or what the ledger refuses.
pub(super) async fn enter(tx: &Writing, viewer: &Viewer, settled: &Settled) -> Result<(), Stopped> {
    let host = host(tx, viewer, &settled.seen.row).await?;
    tx.act_for(&host).await?;
    Box::pin(entered(tx, &host, settled)).await?;
    tx.act_for(viewer).await?;
    Ok(())
}

async fn entered(tx: &Writing, host: &Viewer, settled: &Settled) -> Result<(), Stopped> {
    let row = &settled.seen.row;
    let unread = || {
        let sentence = "the host does not read the whole of the year that is settled";
        Refusal::new(Code::NotAllowed, sentence).at("line")
    };
    let share = access::risk_share::visible(&**tx, host, row.risk_share_id).await?;
    let share = share.ok_or_else(unread)?.row;
    let outcome = settled.outcome().ok_or_else(unread)?;
    let asked = Asked {
        year: row.financial_year,
        as_of: Some(row.as_of),
        known_at: Some(row.known_at),
        what_if: None,
        causes: Vec::new(),
        is_restated: false,
    };
    let loaded = Loaded::of(&**tx, host, std::slice::from_ref(&share), &asked).await?;
    let found = loaded.stored(&share, &asked, outcome).ok_or_else(unread)?;
    let funds = settled_funds(&found);
    let common = Common {
        year: row.financial_year,
        ring_fenced: &loaded.ring_fenced,
        host: found.facts.host,
    };
    let entries = ledger_posting::settlement(&funds, common);
    for (fund, entries) in entries {
        let ground = ground::of_fund(&**tx, host, fund, "line").await?;
        let held = fund_lock::hold(tx, fund).await?;
        let day = first_open(tx, fund, row.financial_year).await?;
        let posting = Posting {
            kind: TransactionKind::Settlement,
            when: When { effective_on: day, adjustment_period: None },
            description: format!("Risk share {}: {} settled", share.reference, row.financial_year),
            reason: Some(format!("Settlement {}, accepted by every partner", row.number)),
            scheme: None,
            payee: None,
            reverses: None,
            adjusts: None,
            settles: None,
            corrects: None,
            entries,
        };
        ledger::post(tx, host, &ground, held, tx.new_id(), posting).await?;
    }
    Ok(())
}

/// What enters of each fund, in the order in which they are locked.
fn settled_funds(found: &Computed<'_>) -> Vec<SettledFund> {
    let drawn = drawn(&found.outcome, found);
    let results = by_fund(&found.outcome, &found.facts, &found.funds());
    let fund = |((result, position), drawn): ((_, &&crate::service::position::FundPosition), _)| {
        let own: BTreeSet<Uuid> = position.schemes.keys().copied().collect();
        let returned = found.outcome.returned_to_source.iter();
        SettledFund {
            result,
            returned: returned.filter(|back| own.contains(&back.scheme)).cloned().collect(),
            agreed: agreed(position).collect(),
            drawn,
        }
    };
    results.into_iter().zip(&found.positions).zip(drawn).map(fund).collect()
}

/// What of the reserve is drawn from each fund, in proportion to what it holds (rule M2).
fn drawn(outcome: &Outcome, found: &Computed<'_>) -> Vec<Pence> {
    let all = outcome.absorbed_by(MechanismKind::DrawRiskReserve);
    let held: Vec<i64> = found.positions.iter().map(|it| reserve(it).0.max(0)).collect();
    split(all, &held).unwrap_or_else(|_| vec![Pence::ZERO; held.len()])
}

/// The day on which it takes effect: today, when its period is open; else the first day of the next
/// period that is. The settled year is closed, and what was closed stays as it was (rule M9).
async fn first_open(
    tx: &Writing,
    fund: Uuid,
    settled: FinancialYear,
) -> Result<NaiveDate, Stopped> {
    let from = tx.today().max(settled.next().first_day());
    for year in [FinancialYear::of(from), FinancialYear::of(from).next()] {
        let closings = ledger::closings(&**tx, fund, year).await?;
        let is_open = |month: &Period| state_of(*month, &closings) == PeriodState::Open;
        let still = |month: &Period| month.last_day(year) >= from;
        if let Some(month) = Period::months().filter(still).find(is_open) {
            return Ok(month.first_day(year).max(from));
        }
    }
    let sentence = "no period after the settled year is open in the books of the fund";
    Err(Refusal::new(Code::PeriodClosed, sentence).at("line").into())
}
