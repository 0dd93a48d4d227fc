//! What the oracle expects of each field: the matrix as it reads, written out by hand from the
//! design, and which field of which object stands for which line of it. The one place that changes
//! when a field is added or its tier is another.

use entities::relation::RelationKind;

/// The matrix of reading: `R` all, `own` its own part, `S` a summary, `o` what is
/// open, `So` both, `os` what is open or shared with a consortium, `-` nothing.
const MATRIX: &str = "
group                 Ho  Pa  Py  Te  Bo  Ob  Fp  Cc  Ac  Lp  Cm  Bu  Se  Re  Au  Gr
AgreementTerms        R   R   R   R   R   S   -   S   S   S   S   -   -   S   S   R
AgreementExit         R   R   R   R   R   S   -   -   -   -   -   -   -   S   S   R
Relations             R   R   R   R   R   S   -   -   -   -   -   -   -   S   S   R
Disputes              R   R   -   -   R   S   -   -   -   -   -   -   -   S   S   R
FundTerms             R   R   R   R   R   S   -   S   -   -   -   -   -   S   S   R
ContributionsOwn      R   own -   R   S   S   -   -   -   -   -   -   -   S   S   R
ContributionsOfOthers R   R   -   R   S   S   -   -   -   -   -   -   -   S   S   R
ContributionsPaid     R   R   -   R   S   S   -   -   -   -   -   -   -   S   S   R
SchemeName            R   R   -   R   S   S   own S   -   -   -   -   -   S   S   R
SchemeBudget          R   R   -   R   S   S   own S   -   -   -   -   -   S   S   R
SchemeTerms           R   R   -   R   S   S   -   S   -   -   -   -   -   S   S   R
Ledger                R   R   -   R   -   S   -   -   -   -   -   -   -   S   S   R
PaymentsFromPool      R   R   -   R   S   S   own R   own own own -   -   S   S   R
Cash                  R   R   -   -   -   S   -   -   -   -   -   -   -   S   S   R
PeriodClosings        R   R   -   -   -   S   -   -   -   -   -   -   -   S   S   R
Position              R   R   -   R   S   S   -   S   -   -   -   -   -   S   S   R
PositionByPartner     R   R   -   -   S   S   -   -   -   -   -   -   -   S   S   R
ForecastDraft         R   -   -   R   -   -   -   -   -   -   -   -   -   S   S   R
ForecastSubmitted     R   R   -   R   R   S   -   -   -   -   -   -   -   S   S   R
ReturnDraft           R   -   -   R   -   -   -   -   -   -   -   -   -   S   S   R
ReturnSubmitted       R   R   -   R   -   S   -   -   -   -   -   -   -   S   S   R
ReturnApproved        R   R   -   R   R   S   -   -   -   -   -   -   -   S   S   R
PublishedStatements   R   R   R   R   R   S   -   -   -   -   -   -   -   S   S   R
BudgetMovements       R   R   -   R   S   S   -   -   -   -   -   -   -   S   S   R
ContractDraft         R   R   -   R   -   -   -   R   R   -   -   -   -   -   -   R
ContractTerms         R   R   S   R   S   S   -   R   R   R   R   R   R   S   S   R
ContractValue         R   R   -   R   S   S   -   R   own R   R   -   -   S   S   R
ContractStatus        R   R   S   R   S   S   -   R   R   R   R   R   R   S   S   R
LinkTerms             R   R   -   R   S   S   -   R   R   R   R   R   R   S   S   R
LinkValue             So  So  -   So  -   -   -   So  S   own os  R   R   S   S   So
ChainPayments         S   S   -   S   -   -   -   S   -   -   -   R   R   S   S   S
DelegatedBudgets      R   R   -   R   S   S   own R   -   -   -   -   -   S   S   R
OutcomeMeasures       R   R   -   R   S   S   -   R   R   R   R   own own S   S   R
Measurements          R   R   -   R   S   S   -   R   R   R   R   own own S   S   R
OutcomePay            R   R   -   R   S   S   -   R   own R   R   own own S   S   R
TeamPosts             R   R   -   R   -   S   -   -   -   -   -   -   -   S   S   R
Approvals             R   R   -   R   -   S   -   -   -   -   -   -   -   S   S   R
ContractInterests     R   R   -   R   -   S   -   R   R   R   R   -   -   S   S   R
AuditTrail            R   R   own own own own own R   own own own own own S   S   R
";

/// The names of the matrix's lines.
pub fn groups() -> impl Iterator<Item = &'static str> {
    let names = MATRIX.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "group")
}

/// The columns of the matrix, in its order.
pub const KINDS: [RelationKind; 16] = [
    RelationKind::Host,
    RelationKind::Partner,
    RelationKind::Party,
    RelationKind::TeamMember,
    RelationKind::BoardMember,
    RelationKind::Observer,
    RelationKind::FundedProvider,
    RelationKind::CoordinatingCommissioner,
    RelationKind::AssociateCommissioner,
    RelationKind::LeadProvider,
    RelationKind::ConsortiumMember,
    RelationKind::Buyer,
    RelationKind::Seller,
    RelationKind::Regulator,
    RelationKind::Auditor,
    RelationKind::Grantee,
];

/// How much has to be read for something to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// All of the group.
    Full,
    /// Its summary, or all.
    Summary,
    /// One's own part, or all.
    Own,
    /// What is open, or all.
    Open,
    /// What is shared with a consortium, or all.
    Shared,
}

/// True when a relation opens a group of fields in this tier.
///
/// # Panics
/// When the group has no line.
#[must_use]
pub fn opens(kind: RelationKind, group: &str, tier: Tier) -> bool {
    let line = MATRIX.lines().find(|line| line.split_whitespace().next() == Some(group));
    let line = line.unwrap_or_else(|| panic!("no line {group}"));
    let place = KINDS.iter().position(|it| *it == kind).expect("every kind has a column");
    let cell = line.split_whitespace().nth(place + 1).expect("a cell");
    match tier {
        Tier::Full => cell == "R",
        Tier::Summary => ["R", "S", "So"].contains(&cell),
        Tier::Open => ["R", "So", "o", "os"].contains(&cell),
        Tier::Shared => ["R", "os"].contains(&cell),
        Tier::Own => cell == "R" || cell == "own",
    }
}

/// A field that somebody may be denied, as it is selected, with what it takes to be shown. The
/// worlds set everything that is named here, so that a null is never for want of a value.
pub struct Field {
    /// The object's type.
    pub object: &'static str,
    /// Its name in the answer.
    pub name: &'static str,
    /// How it is selected.
    pub selected: &'static str,
    /// The matrix's line.
    pub group: &'static str,
    /// How much of it.
    pub tier: Tier,
}

const fn field(
    (object, name): (&'static str, &'static str),
    selected: &'static str,
    group: &'static str,
    tier: Tier,
) -> Field {
    Field { object, name, selected, group, tier }
}

const AGREEMENT: &str = "PartnershipAgreement";
const FUND: &str = "PooledFund";
const SCHEME: &str = "Scheme";
const CONTRIBUTION: &str = "Contribution";
const FORECAST: &str = "Forecast";
const MOVEMENT: &str = "BudgetMovement";

/// Every field that is withheld from somebody who sees its object.
pub const FIELDS: &[Field] = &[
    field((AGREEMENT, "aims"), "aims", "AgreementTerms", Tier::Full),
    field((AGREEMENT, "evidence"), "evidence", "AgreementTerms", Tier::Full),
    field((AGREEMENT, "poolManager"), "poolManager", "AgreementTerms", Tier::Full),
    field((AGREEMENT, "warnings"), "warnings", "AgreementTerms", Tier::Full),
    field((AGREEMENT, "version"), "version", "AgreementTerms", Tier::Full),
    field(
        (AGREEMENT, "narrativeThresholds"),
        "narrativeThresholds { startsOn }",
        "AgreementTerms",
        Tier::Full,
    ),
    field(
        (AGREEMENT, "relations"),
        "relations(first: 0) { totalCount }",
        "Relations",
        Tier::Summary,
    ),
    field(
        (AGREEMENT, "accessGrants"),
        "accessGrants(first: 0) { totalCount }",
        "Relations",
        Tier::Summary,
    ),
    field((AGREEMENT, "position"), super::position::OF_AGREEMENT, "Position", Tier::Summary),
    field((AGREEMENT, "noticeMonths"), "noticeMonths", "AgreementExit", Tier::Full),
    field((AGREEMENT, "disputeLadder"), "disputeLadder { number }", "AgreementExit", Tier::Full),
    field((AGREEMENT, "postings"), "postings", "AgreementExit", Tier::Full),
    field(
        (AGREEMENT, "riskShares"),
        "riskShares(first: 0) { totalCount }",
        "AgreementExit",
        Tier::Full,
    ),
    field((FUND, "name"), "name", "FundTerms", Tier::Summary),
    field((FUND, "kind"), "kind", "FundTerms", Tier::Summary),
    field((FUND, "startsOn"), "startsOn", "FundTerms", Tier::Summary),
    field(
        (FUND, "periods"),
        "periods(financialYear: \"2025/26\") { period isReleased reason closedAt releasedAt \
         withheld { field } }",
        "PeriodClosings",
        Tier::Summary,
    ),
    field(
        (FUND, "accessGrants"),
        "accessGrants(first: 0) { totalCount }",
        "Relations",
        Tier::Summary,
    ),
    field((FUND, "overProgrammingApproval"), "overProgrammingApproval", "FundTerms", Tier::Full),
    field((FUND, "version"), "version", "FundTerms", Tier::Full),
    field(
        (FUND, "contributions"),
        "contributions(first: 0) { totalCount }",
        "ContributionsOfOthers",
        Tier::Full,
    ),
    field((FUND, "schemes"), "schemes(first: 0) { totalCount }", "SchemeName", Tier::Own),
    field(
        (FUND, "budgetMovements"),
        "budgetMovements(first: 0) { totalCount }",
        "BudgetMovements",
        Tier::Summary,
    ),
    field(
        (FUND, "forecasts"),
        "forecasts(first: 0) { totalCount }",
        "ForecastSubmitted",
        Tier::Summary,
    ),
    field((FUND, "returns"), "returns(first: 0) { totalCount }", "ReturnApproved", Tier::Summary),
    field(
        (FUND, "memorandumAccount"),
        "memorandumAccount(financialYear: \"2025/26\") { asOf }",
        "PositionByPartner",
        Tier::Full,
    ),
    field((FUND, "transactions"), "transactions(first: 0) { totalCount }", "Ledger", Tier::Full),
    field((FUND, "position"), super::position::OF_FUND, "Position", Tier::Summary),
    field((SCHEME, "schemeType"), "schemeType { code }", "SchemeTerms", Tier::Summary),
    field((SCHEME, "commissioner"), "commissioner { id }", "SchemeTerms", Tier::Full),
    field((SCHEME, "isRecurrent"), "isRecurrent", "SchemeTerms", Tier::Summary),
    field((SCHEME, "isCapital"), "isCapital", "SchemeTerms", Tier::Summary),
    field((SCHEME, "startsOn"), "startsOn", "SchemeTerms", Tier::Summary),
    field((SCHEME, "budget"), "budget(financialYear: \"2025/26\")", "SchemeBudget", Tier::Own),
    field(
        (SCHEME, "monthlyBudget"),
        "monthlyBudget(financialYear: \"2025/26\")",
        "SchemeTerms",
        Tier::Full,
    ),
    field((SCHEME, "commitments"), "commitments(first: 0) { totalCount }", "Ledger", Tier::Full),
    field(
        (SCHEME, "receivedByYou"),
        "receivedByYou(financialYear: \"2025/26\")",
        "PaymentsFromPool",
        Tier::Own,
    ),
    field((SCHEME, "version"), "version", "SchemeTerms", Tier::Full),
    field((CONTRIBUTION, "invoiced"), "invoiced", "ContributionsPaid", Tier::Full),
    field((CONTRIBUTION, "received"), "received", "ContributionsPaid", Tier::Full),
    field((CONTRIBUTION, "refunded"), "refunded", "ContributionsPaid", Tier::Full),
    field((CONTRIBUTION, "payment"), "payment { asOf }", "ContributionsPaid", Tier::Full),
    field((FORECAST, "commentary"), "commentary", "ForecastSubmitted", Tier::Full),
    field((FORECAST, "lines"), "lines(first: 0) { totalCount }", "ForecastSubmitted", Tier::Full),
    field((FORECAST, "recordedAt"), "recordedAt", "ForecastSubmitted", Tier::Full),
    field((MOVEMENT, "reason"), "reason", "BudgetMovements", Tier::Full),
    field((MOVEMENT, "decision"), "decision { decidingBody }", "BudgetMovements", Tier::Full),
    field((MOVEMENT, "knownAt"), "knownAt", "BudgetMovements", Tier::Full),
    field((MOVEMENT, "schemes"), "schemes { name }", "BudgetMovements", Tier::Full),
];

/// In which tier lists may be narrowed and ordered by a field that is withheld from some.
pub const SEARCHED: &[(&str, &str, &str, Tier)] = &[
    (AGREEMENT, "evidence", "AgreementTerms", Tier::Full),
    (FUND, "name", "FundTerms", Tier::Summary),
    (FUND, "kind", "FundTerms", Tier::Summary),
    (SCHEME, "schemeType", "SchemeTerms", Tier::Summary),
    (SCHEME, "commissioner", "SchemeTerms", Tier::Full),
    (SCHEME, "isRecurrent", "SchemeTerms", Tier::Summary),
];

/// The line and the tier in which a field of an object may be searched by.
///
/// # Panics
/// When it is not listed.
#[must_use]
pub fn searched(object: &str, name: &str) -> (&'static str, Tier) {
    let found = SEARCHED.iter().find(|it| it.0 == object && it.1 == name);
    let found = found.unwrap_or_else(|| panic!("{object}.{name} is not listed as searched"));
    (found.2, found.3)
}

/// Fields that are searched by whoever is not shown them: there may be none (rule V1).
#[must_use]
pub fn searched_and_not_shown() -> Vec<String> {
    let narrower = |(object, name, group, tier): &(&str, &str, &str, Tier)| {
        let shown = FIELDS.iter().find(|it| it.object == *object && it.name == *name)?;
        let kinds = KINDS
            .iter()
            .filter(|kind| opens(**kind, group, *tier) && !opens(**kind, shown.group, shown.tier));
        let kinds: Vec<_> = kinds.map(|kind| format!("{kind:?}")).collect();
        (!kinds.is_empty()).then(|| format!("{object}.{name}: {}", kinds.join(", ")))
    };
    SEARCHED.iter().filter_map(narrower).collect()
}
