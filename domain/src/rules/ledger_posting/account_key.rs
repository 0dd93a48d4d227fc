use std::fmt::Write;

use entities::{ledger_account::AccountKind, value::FinancialYear};
use uuid::Uuid;

/// What identifies an account within a fund's books.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    /// What it counts.
    pub kind: AccountKind,
    /// Of expenditure: the scheme.
    pub scheme: Option<Uuid>,
    /// Of expenditure: the partner that incurred it. Of income and debt: the partner.
    pub partner: Option<Uuid>,
    /// Of expenditure: the partner that funds it.
    pub funder: Option<Uuid>,
    /// Of expenditure and income: the funding source.
    pub source: Option<String>,
    /// Of a contribution: its year, which may be paid in a later one. Of expenditure: the closed
    /// year that it corrects; none of the year's own. Of what is carried forward: the year. Of a
    /// settlement: the settled year.
    pub year: Option<FinancialYear>,
}

impl AccountKey {
    /// Money held by the host.
    #[must_use]
    pub fn cash() -> Self {
        Self::of_kind(AccountKind::Cash)
    }

    /// What was used and is not invoiced yet.
    #[must_use]
    pub fn accrual() -> Self {
        Self::of_kind(AccountKind::Accrual)
    }

    /// What `partner` was invoiced from `source` for `year` and has not paid yet.
    #[must_use]
    pub fn receivable(partner: Uuid, source: &str, year: FinancialYear) -> Self {
        let kind = AccountKind::Receivable;
        Self { kind, ..Self::contribution_income(partner, source, year) }
    }

    /// What `partner` spent itself.
    #[must_use]
    pub fn spent_by_partner(partner: Uuid) -> Self {
        Self { partner: Some(partner), ..Self::of_kind(AccountKind::SpentByPartner) }
    }

    /// What `partner` was invoiced from `source`.
    #[must_use]
    pub fn contribution_income(partner: Uuid, source: &str, year: FinancialYear) -> Self {
        let (partner, source) = (Some(partner), Some(source.to_owned()));
        let kind = AccountKind::ContributionIncome;
        Self { source, partner, year: Some(year), ..Self::of_kind(kind) }
    }

    /// What `partner` was given back of `source`.
    #[must_use]
    pub fn contribution_refund(partner: Uuid, source: &str, year: FinancialYear) -> Self {
        let kind = AccountKind::ContributionRefund;
        Self { kind, ..Self::contribution_income(partner, source, year) }
    }

    /// What was spent on `scheme` by `incurred_by`, funded by `funder` from `source`.
    #[must_use]
    pub fn expenditure(scheme: Uuid, incurred_by: Uuid, funder: Uuid, source: &str) -> Self {
        Self {
            kind: AccountKind::Expenditure,
            scheme: Some(scheme),
            partner: Some(incurred_by),
            funder: Some(funder),
            source: Some(source.to_owned()),
            year: None,
        }
    }

    /// What was given back of that.
    #[must_use]
    pub fn expenditure_refund(scheme: Uuid, incurred_by: Uuid, funder: Uuid, source: &str) -> Self {
        let kind = AccountKind::ExpenditureRefund;
        Self { kind, ..Self::expenditure(scheme, incurred_by, funder, source) }
    }

    /// What is carried of `partner`'s money from `source`: out of `year` when debited, into it when
    /// credited.
    #[must_use]
    pub fn carried_forward(partner: Uuid, source: &str, year: FinancialYear) -> Self {
        let kind = AccountKind::CarriedForward;
        Self { kind, ..Self::contribution_income(partner, source, year) }
    }

    /// What `partner` bears of the settled `year` beyond what it funds from `source` (credited), or
    /// is given back of it (debited).
    #[must_use]
    pub fn risk_share(partner: Uuid, source: &str, year: FinancialYear) -> Self {
        let kind = AccountKind::RiskShare;
        Self { kind, ..Self::contribution_income(partner, source, year) }
    }

    /// What `partner` owes by the settlement of `year`; credited, what it is owed.
    #[must_use]
    pub fn due_from_partner(partner: Uuid, year: FinancialYear) -> Self {
        let kind = AccountKind::DueFromPartner;
        Self { partner: Some(partner), year: Some(year), ..Self::of_kind(kind) }
    }

    /// What other funds owe by the settlement of `year`; credited, what they are owed.
    #[must_use]
    pub fn due_from_funds(year: FinancialYear) -> Self {
        Self { year: Some(year), ..Self::of_kind(AccountKind::DueFromFunds) }
    }

    /// The same account, of a correction of the closed year `year` (rule M9): spending that corrects
    /// an earlier year is kept apart from the year's own.
    #[must_use]
    pub fn correcting(self, year: FinancialYear) -> Self {
        if self.is_spending() { Self { year: Some(year), ..self } } else { self }
    }

    /// The same account, of the year's own spending.
    #[must_use]
    pub fn of_own_year(self) -> Self {
        if self.is_spending() { Self { year: None, ..self } } else { self }
    }

    fn is_spending(&self) -> bool {
        matches!(self.kind, AccountKind::Expenditure | AccountKind::ExpenditureRefund)
    }

    /// All of it in one text, different for different accounts of a fund.
    #[must_use]
    pub fn designation(&self) -> String {
        let mut text = name(self.kind).to_owned();
        let ids = [("scheme", self.scheme), ("partner", self.partner), ("funder", self.funder)];
        for (label, id) in ids {
            if let Some(id) = id {
                write!(text, " {label}={id}").expect("writing to a text does not fail");
            }
        }
        if let Some(year) = self.year {
            write!(text, " year={year}").expect("writing to a text does not fail");
        }
        // Last, because a code may hold any character, and nothing follows that it could imitate.
        if let Some(source) = &self.source {
            text.push_str(" source=");
            text.push_str(source);
        }
        text
    }

    /// An account that needs nothing beside its kind.
    #[must_use]
    pub fn of_kind(kind: AccountKind) -> Self {
        Self { kind, scheme: None, partner: None, funder: None, source: None, year: None }
    }
}

fn name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Cash => "CASH",
        AccountKind::Receivable => "RECEIVABLE",
        AccountKind::ContributionIncome => "CONTRIBUTION_INCOME",
        AccountKind::ContributionRefund => "CONTRIBUTION_REFUND",
        AccountKind::Expenditure => "EXPENDITURE",
        AccountKind::ExpenditureRefund => "EXPENDITURE_REFUND",
        AccountKind::Payable => "PAYABLE",
        AccountKind::Accrual => "ACCRUAL",
        AccountKind::SpentByPartner => "SPENT_BY_PARTNER",
        AccountKind::Reserve => "RESERVE",
        AccountKind::CarriedForward => "CARRIED_FORWARD",
        AccountKind::RiskShare => "RISK_SHARE",
        AccountKind::DueFromPartner => "DUE_FROM_PARTNER",
        AccountKind::DueFromFunds => "DUE_FROM_FUNDS",
    }
}
