//! The memorandum account of a fund and a year: a pooled fund is no legal person, and every partner
//! accounts for its share of it by this statement (rules M11, M12, M15).
//!
//! Opening balance, income and what was settled less expenditure are the closing balance. Income is of the
//! contributions of the year, whenever they were invoiced; what a partner spent itself is met by it
//! and is income of the same amount. What the host holds is stated beside, and differs from the
//! closing balance by what earlier years left and no transaction carried forward.

use std::collections::BTreeMap;

use entities::{
    ledger_account::AccountKind,
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::ledger_posting::AccountKey;

/// The balance of an account: of the year's own entries, or of those of earlier years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The account.
    pub account: AccountKey,
    /// True when the entries took effect in the year.
    pub is_of_year: bool,
    /// Their sum: debits positive, credits negative.
    pub amount: Pence,
}

/// The memorandum account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memorandum {
    /// What was carried out of earlier years into this one, and what was brought in from outside.
    pub opening: Pence,
    /// Contributions of the year, by partner and source.
    pub income: Vec<Income>,
    /// Contributions, and what partners met themselves.
    pub total_income: Pence,
    /// What partners bear of earlier years by settlements of the year; below nothing, what they are
    /// given back.
    pub settled: Pence,
    /// What was spent in the year, by scheme.
    pub expenditure: Vec<Expenditure>,
    /// All of it.
    pub total_expenditure: Pence,
    /// Opening balance, income and what was settled less expenditure: what there is to carry
    /// forward.
    pub closing: Pence,
    /// Each partner's share of income and expenditure.
    pub shares: Vec<Share>,
    /// What the host holds at the date.
    pub held: Held,
    /// By how much the host holds more than the closing balance: what earlier years left and no
    /// transaction carried forward.
    pub of_earlier_years: Pence,
}

/// What one partner contributed from one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Income {
    /// The partner.
    pub partner: Uuid,
    /// The funding source.
    pub source: String,
    /// What it was invoiced.
    pub invoiced: Pence,
    /// What it was given back.
    pub refunded: Pence,
    /// Invoiced less refunded.
    pub net: Pence,
}

/// What was spent on one scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expenditure {
    /// The scheme.
    pub scheme: Uuid,
    /// What was spent.
    pub spent: Pence,
    /// What was given back of it: below nothing, as a rule.
    pub refunded: Pence,
    /// What corrects closed years, and was recorded in this one (rule M9).
    pub of_prior_years: Pence,
    /// All of it together.
    pub net: Pence,
}

/// One partner's share of a fund's year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The partner.
    pub partner: Uuid,
    /// What it contributed, less what it was given back.
    pub contributed: Pence,
    /// What it spent itself.
    pub met_itself: Pence,
    /// What it bears of earlier years by settlements of the year; below nothing, what it is given
    /// back.
    pub settled: Pence,
    /// What it funds of the expenditure, as stored when it was posted.
    pub expenditure: Pence,
    /// What it put in less what it funds.
    pub balance: Pence,
}

/// What the host holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Cash.
    pub cash: Pence,
    /// What partners were invoiced and have not paid.
    pub receivable: Pence,
    /// What is invoiced to the fund and not paid: below nothing, as a rule.
    pub payable: Pence,
    /// What was used and is not invoiced: below nothing, as a rule.
    pub accrued: Pence,
    /// What is held against risk: below nothing, as a rule.
    pub reserve: Pence,
    /// What partners and other funds owe by settlements; below nothing, what they are owed.
    pub due_by_settlement: Pence,
    /// What was invoiced for later years: below nothing, as a rule.
    pub in_advance: Pence,
    /// All of it together.
    pub net: Pence,
}

impl Memorandum {
    /// The account of `year` from the balances of the fund's accounts at a date in it.
    #[must_use]
    pub fn of(year: FinancialYear, balances: &[Balance]) -> Self {
        let income = income(year, balances);
        let expenditure = expenditure(balances);
        let shares = shares(balances, &income);
        let opening = opening(year, balances);
        let met_by_partners: Pence = shares.iter().map(|it| it.met_itself).sum();
        let total_income = income.iter().map(|it| it.net).sum::<Pence>() + met_by_partners;
        let total_expenditure = expenditure.iter().map(|it| it.net).sum();
        let settled = of_year(balances, &[AccountKind::RiskShare]).map(|it| -it.amount).sum();
        let closing = opening + total_income + settled - total_expenditure;
        let held = Held::of(year, balances);
        Self {
            opening,
            income,
            total_income,
            settled,
            expenditure,
            total_expenditure,
            closing,
            shares,
            of_earlier_years: held.net - closing,
            held,
        }
    }
}

/// What is carried out of a year is debited to that year's account, and what is carried into one
/// credited: over all earlier years together, what the last of them gave on is left. What a journal
/// credits without a year was brought in from outside.
fn opening(year: FinancialYear, balances: &[Balance]) -> Pence {
    let carried = balances.iter().filter(|it| it.account.kind == AccountKind::CarriedForward);
    let amount = |it: &Balance| match it.account.year {
        Some(of) if of < year => it.amount,
        None if it.is_of_year => -it.amount,
        _ => Pence::ZERO,
    };
    carried.map(amount).sum()
}

fn income(year: FinancialYear, balances: &[Balance]) -> Vec<Income> {
    let mut lines: BTreeMap<(Uuid, &str), (Pence, Pence)> = BTreeMap::new();
    for Balance { account, amount, .. } in balances {
        let (Some(partner), Some(source)) = (account.partner, account.source.as_deref()) else {
            continue;
        };
        if account.year != Some(year) {
            continue;
        }
        match account.kind {
            AccountKind::ContributionIncome => {
                lines.entry((partner, source)).or_default().0 += -*amount;
            }
            AccountKind::ContributionRefund => {
                lines.entry((partner, source)).or_default().1 += *amount;
            }
            _ => {}
        }
    }
    let line = |((partner, source), (invoiced, refunded)): ((Uuid, &str), (Pence, Pence))| {
        let net = invoiced - refunded;
        Income { partner, source: source.to_owned(), invoiced, refunded, net }
    };
    lines.into_iter().map(line).collect()
}

fn of_year<'a>(
    balances: &'a [Balance],
    kinds: &'a [AccountKind],
) -> impl Iterator<Item = &'a Balance> {
    balances.iter().filter(|it| it.is_of_year && kinds.contains(&it.account.kind))
}

fn expenditure(balances: &[Balance]) -> Vec<Expenditure> {
    let mut lines: BTreeMap<Uuid, Expenditure> = BTreeMap::new();
    let kinds = [AccountKind::Expenditure, AccountKind::ExpenditureRefund];
    for Balance { account, amount, .. } in of_year(balances, &kinds) {
        let scheme = account.scheme.unwrap_or_default();
        let line = lines.entry(scheme).or_insert_with(|| Expenditure {
            scheme,
            spent: Pence::ZERO,
            refunded: Pence::ZERO,
            of_prior_years: Pence::ZERO,
            net: Pence::ZERO,
        });
        line.net += *amount;
        match (account.year, account.kind) {
            (Some(_), _) => line.of_prior_years += *amount,
            (None, AccountKind::ExpenditureRefund) => line.refunded += *amount,
            (None, _) => line.spent += *amount,
        }
    }
    lines.into_values().collect()
}

fn shares(balances: &[Balance], income: &[Income]) -> Vec<Share> {
    let mut lines: BTreeMap<Uuid, (Pence, Pence, Pence, Pence)> = BTreeMap::new();
    for line in income {
        lines.entry(line.partner).or_default().0 += line.net;
    }
    for Balance { account, amount, .. } in of_year(balances, &[AccountKind::SpentByPartner]) {
        lines.entry(account.partner.unwrap_or_default()).or_default().1 += -*amount;
    }
    for Balance { account, amount, .. } in of_year(balances, &[AccountKind::RiskShare]) {
        lines.entry(account.partner.unwrap_or_default()).or_default().2 += -*amount;
    }
    let kinds = [AccountKind::Expenditure, AccountKind::ExpenditureRefund];
    for Balance { account, amount, .. } in of_year(balances, &kinds) {
        lines.entry(account.funder.unwrap_or_default()).or_default().3 += *amount;
    }
    let line = |(partner, (contributed, met_itself, settled, expenditure))| Share {
        partner,
        contributed,
        met_itself,
        settled,
        expenditure,
        balance: contributed + met_itself + settled - expenditure,
    };
    lines.into_iter().map(line).collect()
}

impl Held {
    fn of(year: FinancialYear, balances: &[Balance]) -> Self {
        let sum = |kind| {
            let own = balances.iter().filter(|it| it.account.kind == kind);
            own.map(|it| it.amount).sum::<Pence>()
        };
        let is_later = |it: &&Balance| {
            let kinds = [AccountKind::ContributionIncome, AccountKind::ContributionRefund];
            kinds.contains(&it.account.kind) && it.account.year.is_some_and(|of| of > year)
        };
        let in_advance = balances.iter().filter(is_later).map(|it| it.amount).sum::<Pence>();
        let (cash, receivable) = (sum(AccountKind::Cash), sum(AccountKind::Receivable));
        let (payable, accrued) = (sum(AccountKind::Payable), sum(AccountKind::Accrual));
        let reserve = sum(AccountKind::Reserve);
        let due_by_settlement = sum(AccountKind::DueFromPartner) + sum(AccountKind::DueFromFunds);
        let held = cash + receivable + payable + accrued + reserve;
        let net = held + due_by_settlement + in_advance;
        Self { cash, receivable, payable, accrued, reserve, due_by_settlement, in_advance, net }
    }
}

#[cfg(test)]
mod tests;
