//! Re-adds every balance from the entries, walks every fund's chain of hashes and every
//! organisation's trail of audit, and derives every view anew; names the first thing that is not as
//! it should be.

use std::collections::BTreeMap;

use entities::{
    ledger_balance as balance, ledger_entry as entry, ledger_head,
    ledger_transaction as transaction,
    value::{FinancialYear, Instant, Pence, Period},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    audit,
    ledger::{Sealed, hash_of},
    relation,
};
use crate::database::Database;

pub use super::audit::verify::{BrokenTrail, Walked};
pub use super::relation::verify::{Compared, WrongView};

/// How many transactions are looked at together.
const STRIDE: u64 = 1_000;

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Funds.
    pub funds: u64,
    /// Transactions.
    pub transactions: u64,
    /// Entries.
    pub entries: u64,
    /// Kept balances.
    pub balances: u64,
    /// The trail of audit.
    pub trail: Walked,
    /// Who sees what.
    pub views: Compared,
}

/// Why the books are not in order.
#[derive(Debug, thiserror::Error)]
pub enum NotInOrder {
    /// The first thing that is wrong.
    #[error("fund {fund}: {what}")]
    Discrepancy {
        /// The fund.
        fund: Uuid,
        /// What is wrong, and where.
        what: String,
    },
    /// The trail of audit is not in order.
    #[error(transparent)]
    Trail(#[from] BrokenTrail),
    /// A view is not what the relations on record give.
    #[error(transparent)]
    View(#[from] WrongView),
    /// The database failed.
    #[error("the database failed: {0}")]
    Fault(#[from] DbErr),
}

type Balances = BTreeMap<(FinancialYear, Period, i32, Uuid), (Pence, i64)>;

/// Looks at the books of every fund, the trail of every organisation and the views of everybody, at
/// one instant of the database.
///
/// # Errors
/// The first discrepancy, or a fault of the database.
#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
pub async fn verify(database: &Database) -> Result<Verified, NotInOrder> {
    let snapshot = database.snapshot().await?;
    let connection = snapshot.connection();
    let heads = ledger_head::Entity::find()
        .order_by_asc(ledger_head::Column::FundId)
        .all(connection)
        .await?;
    let mut verified = Verified::default();
    for head in heads {
        let fund = head.fund_id;
        let balances = walk(connection, &head, &mut verified).await?;
        compare(connection, fund, balances, &mut verified).await?;
        verified.funds += 1;
    }
    verified.trail = audit::verify::walk(connection).await?;
    verified.views = relation::verify::compare(connection).await?;
    Ok(verified)
}

#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn walk(
    connection: &impl ConnectionTrait,
    head: &ledger_head::Model,
    verified: &mut Verified,
) -> Result<Balances, NotInOrder> {
    let fund = head.fund_id;
    let mut balances = Balances::new();
    let mut last = Last { sequence: 0, known_at: Instant::EARLIEST, hash: Vec::new() };
    loop {
        let rows = transaction::Entity::find()
            .filter(transaction::Column::FundId.eq(fund))
            .filter(transaction::Column::Sequence.gt(last.sequence))
            .order_by_asc(transaction::Column::Sequence)
            .limit(STRIDE)
            .all(connection)
            .await?;
        if rows.is_empty() {
            break;
        }
        let mut entries = entries_of(connection, &rows).await?;
        for row in rows {
            let lines = entries.remove(&row.id).unwrap_or_default();
            check(&last, &row, &lines).map_err(|what| NotInOrder::Discrepancy { fund, what })?;
            verified.transactions += 1;
            verified.entries += lines.len() as u64;
            for line in lines {
                let key = (row.financial_year, row.period, row.known_month, line.account_id);
                let balance = balances.entry(key).or_default();
                balance.0 += line.amount_pence;
                balance.1 += 1;
            }
            last = Last { sequence: row.sequence, known_at: row.known_at, hash: row.hash };
        }
    }
    if (last.sequence, &last.hash) != (head.sequence, &head.hash) || last.known_at > head.known_at {
        let what = format!(
            "the head says {} transactions, the chain ends at {}",
            head.sequence, last.sequence
        );
        return Err(NotInOrder::Discrepancy { fund, what });
    }
    Ok(balances)
}

/// What the transaction before says.
struct Last {
    sequence: i64,
    known_at: Instant,
    hash: Vec<u8>,
}

fn check(last: &Last, row: &transaction::Model, lines: &[entry::Model]) -> Result<(), String> {
    let n = row.sequence;
    if n != last.sequence + 1 {
        return Err(format!("transaction {} is missing", last.sequence + 1));
    }
    if row.known_at <= last.known_at || row.known_month != row.known_at.month() {
        return Err(format!("transaction {n} was recorded before the one before it"));
    }
    let total: Pence = lines.iter().map(|line| line.amount_pence).sum();
    if lines.len() < 2 || total != Pence::ZERO {
        return Err(format!("transaction {n} has {} entries that sum to {total}", lines.len()));
    }
    if row.previous_hash != last.hash {
        return Err(format!("transaction {n} does not name the hash of the one before it"));
    }
    if hash_of(&Sealed { transaction: row, entries: lines }) != row.hash {
        return Err(format!("transaction {n} does not say what it said when it was sealed"));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn entries_of(
    connection: &impl ConnectionTrait,
    rows: &[transaction::Model],
) -> Result<BTreeMap<Uuid, Vec<entry::Model>>, DbErr> {
    let entries = entry::Entity::find()
        .filter(entry::Column::TransactionId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(entry::Column::TransactionId)
        .order_by_asc(entry::Column::Line)
        .all(connection)
        .await?;
    let mut by_transaction: BTreeMap<Uuid, Vec<entry::Model>> = BTreeMap::new();
    for line in entries {
        by_transaction.entry(line.transaction_id).or_default().push(line);
    }
    Ok(by_transaction)
}

#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn compare(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    mut computed: Balances,
    verified: &mut Verified,
) -> Result<(), NotInOrder> {
    let kept =
        balance::Entity::find().filter(balance::Column::FundId.eq(fund)).all(connection).await?;
    let wrong = |row: (FinancialYear, Period), what: String| {
        let what = format!("the balance of {} period {} {what}", row.0, row.1);
        NotInOrder::Discrepancy { fund, what }
    };
    for row in kept {
        let place = (row.financial_year, row.period);
        let key = (row.financial_year, row.period, row.known_month, row.account_id);
        let sum = computed.remove(&key).unwrap_or_default();
        if sum != (row.amount_pence, row.entries) {
            let what = format!(
                "of account {} is {}, its entries sum to {}",
                row.account_id, row.amount_pence, sum.0
            );
            return Err(wrong(place, what));
        }
        verified.balances += 1;
    }
    match computed.into_iter().next() {
        None => Ok(()),
        Some(((year, period, _, account), _)) => {
            Err(wrong((year, period), format!("of account {account} is missing")))
        }
    }
}
