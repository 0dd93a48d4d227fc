//! The access matrix: what each relation may do with each group of fields.
//!
//! This is the whole truth about visibility. The queries cut rows by it, the objects withhold
//! fields by it, the decisions stay within it, and the documentation's table is printed from it.
//! Adding a row: a [`FieldGroup`] and its line in [`row`], which does not compile without it. Adding
//! a column: a [`Relation`] and a cell in every line.

use super::{Relation, Rights};

/// Fields that are seen or hidden together: the matrix's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldGroup {
    /// Organisations: names, identifiers, kinds, dates, successors.
    Organisations,
    /// Code lists.
    CodeLists,
    /// An agreement's parties, aims and term.
    AgreementTerms,
    /// A fund's name, kind and approvals.
    FundTerms,
    /// What a partner has agreed to put in: its own.
    ContributionsOwn,
    /// What other partners have agreed to put in.
    ContributionsOfOthers,
    /// Contributions invoiced, received and refunded.
    ContributionsPaid,
    /// A scheme's name and reference.
    SchemeName,
    /// The budget of a scheme that its provider is named for.
    SchemeBudget,
    /// The rest of a scheme: type, commissioner, profile, funding splits.
    SchemeTerms,
    /// Ledger transactions and commitments.
    Ledger,
    /// What payees were paid from the pool.
    PaymentsFromPool,
    /// The host's cash.
    Cash,
    /// The closing of periods.
    PeriodClosings,
    /// The position: budget, actual, committed, forecast, variance.
    Position,
    /// The position divided by partner.
    PositionByPartner,
    /// A forecast that was not submitted yet.
    ForecastDraft,
    /// A submitted forecast.
    ForecastSubmitted,
    /// Movements of budget.
    BudgetMovements,
}

impl FieldGroup {
    /// Every group, in the order of the matrix's rows.
    pub const ALL: [Self; 19] = [
        Self::Organisations,
        Self::CodeLists,
        Self::AgreementTerms,
        Self::FundTerms,
        Self::ContributionsOwn,
        Self::ContributionsOfOthers,
        Self::ContributionsPaid,
        Self::SchemeName,
        Self::SchemeBudget,
        Self::SchemeTerms,
        Self::Ledger,
        Self::PaymentsFromPool,
        Self::Cash,
        Self::PeriodClosings,
        Self::Position,
        Self::PositionByPartner,
        Self::ForecastDraft,
        Self::ForecastSubmitted,
        Self::BudgetMovements,
    ];

    /// The name by which it is kept: the one that the matrix is printed with.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}")
    }
}

const NO: Rights = Rights::NONE;
const R: Rights = Rights::READ;
const P: Rights = Rights::PUBLISHED;
const RW: Rights = R.and(Rights::WRITE);
const RA: Rights = R.and(Rights::APPROVE);
const RWA: Rights = RW.and(Rights::APPROVE);
const OWN: Rights = Rights::READ_OWN;
const OWN_RWA: Rights = OWN.and(Rights::WRITE_OWN).and(Rights::APPROVE_OWN);
const R_A_OWN: Rights = R.and(Rights::APPROVE_OWN);
/// Rule M15: what a partner spends itself it also records itself.
const R_W_OWN: Rights = R.and(Rights::WRITE_OWN);
const R_PROPOSE_A_OWN: Rights = R_A_OWN.and(Rights::PROPOSE);

/// One line of the matrix: a cell for each relation, in the order of [`Relation::ALL`].
#[rustfmt::skip]
const fn row(group: FieldGroup) -> [Rights; Relation::ALL.len()] {
    match group {
        //                                   Host  Partner          Provider Unrelated Public
        FieldGroup::Organisations         => [R,   R,               R,       R,        NO],
        FieldGroup::CodeLists             => [R,   R,               R,       R,        NO],
        FieldGroup::AgreementTerms        => [RWA, RWA,             NO,      P,        P ],
        FieldGroup::FundTerms             => [RWA, R,               NO,      NO,       NO],
        FieldGroup::ContributionsOwn      => [RW,  OWN_RWA,         NO,      P,        P ],
        FieldGroup::ContributionsOfOthers => [R,   R,               NO,      P,        P ],
        FieldGroup::ContributionsPaid     => [RW,  R,               NO,      NO,       NO],
        FieldGroup::SchemeName            => [RWA, R,               OWN,     P,        P ],
        FieldGroup::SchemeBudget          => [RWA, R,               OWN,     P,        P ],
        FieldGroup::SchemeTerms           => [RWA, R_A_OWN,         NO,      P,        P ],
        FieldGroup::Ledger                => [RW,  R_W_OWN,         NO,      NO,       NO],
        FieldGroup::PaymentsFromPool      => [R,   R,               OWN,     P,        P ],
        FieldGroup::Cash                  => [RWA, R,               NO,      NO,       NO],
        FieldGroup::PeriodClosings        => [RWA, R,               NO,      NO,       NO],
        FieldGroup::Position              => [RW,  R,               NO,      P,        P ],
        FieldGroup::PositionByPartner     => [RA,  R_A_OWN,         NO,      NO,       NO],
        FieldGroup::ForecastDraft         => [RW,  NO,              NO,      NO,       NO],
        FieldGroup::ForecastSubmitted     => [RW,  R,               NO,      P,        P ],
        FieldGroup::BudgetMovements       => [RWA, R_PROPOSE_A_OWN, NO,      NO,       NO],
    }
}

/// What one relation may do with a group.
#[must_use]
pub const fn cell(relation: Relation, group: FieldGroup) -> Rights {
    let [host, partner, funded_provider, unrelated, public] = row(group);
    match relation {
        Relation::Host => host,
        Relation::Partner => partner,
        Relation::FundedProvider => funded_provider,
        Relation::Unrelated => unrelated,
        Relation::Public => public,
    }
}

/// What all of an organisation's relations together let it do with a group.
#[must_use]
pub fn rights(relations: &[Relation], group: FieldGroup) -> Rights {
    let cells = relations.iter().map(|relation| cell(*relation, group));
    cells.fold(Rights::NONE, Rights::and)
}

/// The matrix as the documentation prints it.
#[must_use]
pub fn markdown() -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let heading = |relation: &Relation| format!("{relation:?}");
    let mut head = vec!["Field group".to_owned()];
    head.extend(Relation::ALL.iter().map(heading));
    let rule = vec!["---".to_owned(); head.len()];
    let mut table = line(head) + &line(rule);
    for group in FieldGroup::ALL {
        let mut cells = vec![format!("{group:?}")];
        cells.extend(row(group).iter().map(ToString::to_string));
        table += &line(cells);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrix once more, as text: a changed cell changes this, in the same commit and review.
    const GOLDEN: &str = "\
| Field group | Host | Partner | FundedProvider | Unrelated | Public |
| --- | --- | --- | --- | --- | --- |
| Organisations | R | R | R | R | – |
| CodeLists | R | R | R | R | – |
| AgreementTerms | RWA | RWA | – | P | P |
| FundTerms | RWA | R | – | – | – |
| ContributionsOwn | RW | RWA own | – | P | P |
| ContributionsOfOthers | R | R | – | P | P |
| ContributionsPaid | RW | R | – | – | – |
| SchemeName | RWA | R | R own | P | P |
| SchemeBudget | RWA | R | R own | P | P |
| SchemeTerms | RWA | R, A own | – | P | P |
| Ledger | RW | R, W own | – | – | – |
| PaymentsFromPool | R | R | R own | P | P |
| Cash | RWA | R | – | – | – |
| PeriodClosings | RWA | R | – | – | – |
| Position | RW | R | – | P | P |
| PositionByPartner | RA | R, A own | – | – | – |
| ForecastDraft | RW | – | – | – | – |
| ForecastSubmitted | RW | R | – | P | P |
| BudgetMovements | RWA | R, A own, W propose | – | – | – |
";

    #[test]
    fn the_matrix_is_as_it_was_reviewed() {
        assert_eq!(markdown(), GOLDEN);
    }

    #[test]
    fn every_group_is_listed_once() {
        let groups: std::collections::BTreeSet<_> = FieldGroup::ALL.into_iter().collect();
        assert_eq!(groups.len(), FieldGroup::ALL.len());
        assert_eq!(groups.last(), Some(&FieldGroup::BudgetMovements));
    }

    #[test]
    fn a_funded_provider_reads_its_scheme_its_budget_and_its_payments_and_nothing_else() {
        let open = [FieldGroup::Organisations, FieldGroup::CodeLists];
        let own = [FieldGroup::SchemeName, FieldGroup::SchemeBudget, FieldGroup::PaymentsFromPool];
        for group in FieldGroup::ALL {
            let rights = cell(Relation::FundedProvider, group);
            assert_eq!(rights.reads_all(), open.contains(&group), "{group:?}");
            assert_eq!(
                rights.reads_own(),
                open.contains(&group) || own.contains(&group),
                "{group:?}"
            );
            assert!(!rights.writes_own(), "{group:?}");
        }
    }

    #[test]
    fn v5_outsiders_and_the_public_read_no_live_row_about_money() {
        for group in FieldGroup::ALL {
            let open = matches!(group, FieldGroup::Organisations | FieldGroup::CodeLists);
            assert_eq!(cell(Relation::Unrelated, group).reads_own(), open, "{group:?}");
            assert!(!cell(Relation::Public, group).reads_own(), "{group:?}");
        }
    }

    #[test]
    fn relations_add_up() {
        let trust = [Relation::Partner, Relation::FundedProvider];
        assert!(rights(&trust, FieldGroup::SchemeName).reads_all());
        assert!(rights(&trust, FieldGroup::Cash).reads_all());
        assert_eq!(rights(&[], FieldGroup::Cash), Rights::NONE);
    }
}
