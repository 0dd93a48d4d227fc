//! How much is asked, and what shows each line of the matrix.

use super::{masks::Field, position};

/// How much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Everything.
    Everything,
    /// Everything, until something differs.
    UntilNoticed,
    /// What one line of the matrix shows, until something differs.
    About(&'static str),
    /// What one line of the matrix lets somebody do, until something differs.
    Doing(&'static str),
}

/// What shows each line of the matrix: objects found by their identities, and lists.
const SHOWN: &[(&str, &[&str])] = &[
    ("AgreementTerms", &["PartnershipAgreement", "PooledFund", "circle"]),
    ("AgreementExit", &["PartnershipAgreement", "circle", "RiskShare"]),
    ("Relations", &["PartnershipAgreement", "circle"]),
    ("FundTerms", &["PooledFund", "PartnershipAgreement"]),
    ("ContributionsOwn", &["PooledFund", "Contribution"]),
    ("ContributionsOfOthers", &["PooledFund", "Contribution"]),
    ("ContributionsPaid", &["PooledFund", "Contribution"]),
    ("SchemeName", &["Scheme", "PooledFund"]),
    ("SchemeBudget", &["Scheme", "PooledFund"]),
    ("SchemeTerms", &["Scheme", "PooledFund"]),
    ("Ledger", &["Scheme", "Commitment", "PooledFund"]),
    ("PaymentsFromPool", &["Scheme", "PaymentRun"]),
    ("Cash", &["PooledFund", "PartnershipAgreement"]),
    ("PeriodClosings", &["PooledFund"]),
    ("Position", &["PooledFund", "PartnershipAgreement"]),
    ("PositionByPartner", &["PooledFund", "circle", "Settlement"]),
    ("ForecastDraft", &["Forecast", "PooledFund"]),
    ("ForecastSubmitted", &["Forecast", "PooledFund"]),
    ("ReturnDraft", &["returns"]),
    ("ReturnSubmitted", &["returns"]),
    ("ReturnApproved", &["PooledFund", "returns"]),
    ("PublishedStatements", &["statements", "PartnershipAgreement"]),
    ("BudgetMovements", &["BudgetMovement", "PooledFund"]),
    ("ContractDraft", &["Contract"]),
    ("ContractTerms", &["Contract"]),
    ("ContractValue", &["Contract", "pay"]),
    ("ContractStatus", &["Contract"]),
    ("LinkTerms", &["Subcontract", "chains"]),
    ("LinkValue", &["Subcontract", "chains"]),
    ("ChainPayments", &["Subcontract", "Contract"]),
    ("OutcomeMeasures", &["pay", "Subcontract"]),
    ("Measurements", &["pay", "Subcontract"]),
    ("OutcomePay", &["pay"]),
    ("DelegatedBudgets", &["DelegatedBudget"]),
    ("ContractInterests", &["Contract"]),
    ("TeamPosts", &["circle"]),
    ("Approvals", &["proposals", "Proposal"]),
    ("AuditTrail", &["trail"]),
];

impl Depth {
    pub(super) fn asks(self, what: &str) -> bool {
        let (Self::About(group) | Self::Doing(group)) = self else { return true };
        SHOWN.iter().any(|(name, parts)| *name == group && parts.contains(&what))
    }

    /// True when a field is asked for: of one line its own, and positions, which many lines mask.
    pub(super) fn wants(self, field: &Field) -> bool {
        match self {
            Self::Everything | Self::UntilNoticed => true,
            Self::About(group) => {
                let is_masked = match field.name {
                    "position" => position::masks(group),
                    "contributions" => group == "ContributionsOwn",
                    _ => group == "ForecastDraft" && field.object == "Forecast",
                };
                is_masked || field.group == group
            }
            Self::Doing(_) => false,
        }
    }
}
