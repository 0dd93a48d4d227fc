use aws_lc_rs::digest::{SHA256, digest};
use entities::{
    ledger_entry, ledger_transaction as transaction,
    ledger_transaction::TransactionKind,
    value::{FinancialYear, Instant, Period},
};
use sea_orm::ActiveEnum;
use uuid::Uuid;

/// What a transaction's hash covers, beside the hash before it: everything that it says.
pub struct Sealed<'a> {
    /// The transaction; its own hash does not enter.
    pub transaction: &'a transaction::Model,
    /// Its entries, by line.
    pub entries: &'a [ledger_entry::Model],
}

/// The hash that chains a transaction to the fund's transaction before it.
#[must_use]
pub fn hash_of(sealed: &Sealed<'_>) -> Vec<u8> {
    let t = sealed.transaction;
    let lines: Vec<(i32, Uuid, i64)> = sealed
        .entries
        .iter()
        .map(|entry| (entry.line, entry.account_id, entry.amount_pence.0))
        .collect();
    let kind: String = TransactionKind::to_value(&t.kind);
    let when = (
        t.financial_year.start_year(),
        t.period.number(),
        t.effective_on,
        Instant::to_microseconds(t.known_at),
    );
    let about = (&t.description, &t.reason, t.scheme_id, t.payee_id);
    let corrects = (
        t.reverses_id,
        t.adjusts_id,
        t.settles_id,
        t.corrects_year.map(FinancialYear::start_year),
        t.corrects_period.map(Period::number),
    );
    let who = (t.posted_by_id, t.posted_as_id);
    let content = (1, t.id, t.fund_id, t.sequence, kind, when, about, corrects, who, lines);
    let mut bytes = t.previous_hash.clone();
    // Tuples of texts, numbers and identities always have a JSON form.
    bytes.extend(serde_json::to_vec(&content).unwrap_or_default());
    digest(&SHA256, &bytes).as_ref().to_vec()
}
