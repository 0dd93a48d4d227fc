//! The access matrix: what each relation may do with each group of fields.
//!
//! This is the whole truth about visibility. The queries cut rows by it, the objects withhold
//! fields by it, the decisions stay within it, and the documentation's table is printed from it.
//! Adding a row: a [`FieldGroup`] and its line in [`row`], which does not compile without it. Adding
//! a column: a [`RelationKind`] and a cell in every line.

use entities::relation::RelationKind;

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
    /// An agreement's notice and exit, and its risk share.
    AgreementExit,
    /// Who stands in which relation to an agreement, and under which grants.
    Relations,
    /// Disputes between partners, and the steps that were taken.
    Disputes,
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
    /// The closing and the release of periods.
    PeriodClosings,
    /// The position: budget, actual, committed, forecast, variance.
    Position,
    /// The position divided by partner.
    PositionByPartner,
    /// A forecast that was not submitted yet.
    ForecastDraft,
    /// A submitted forecast.
    ForecastSubmitted,
    /// A return that was not submitted yet.
    ReturnDraft,
    /// A submitted return, and what each partner says about it.
    ReturnSubmitted,
    /// A return that was approved: it never changes again.
    ReturnApproved,
    /// Figures that somebody printed, and how they compare with the computed ones.
    PublishedStatements,
    /// Movements of budget.
    BudgetMovements,
    /// A contract that was not awarded yet: the commissioners' position.
    ContractDraft,
    /// A contract's parties, dates and services.
    ContractTerms,
    /// What a contract is expected to cost.
    ContractValue,
    /// Where a contract stands, and why: notices, suspensions, its end.
    ContractStatus,
    /// A link of a supply chain: who sells what to whom, at which tier, and where it stands.
    LinkTerms,
    /// What a link of a supply chain is worth.
    LinkValue,
    /// What the buyer of a link paid its seller; its summary is how punctually.
    ChainPayments,
    /// Budgets delegated within a contract, and what their holders spent of them.
    DelegatedBudgets,
    /// The outcomes of a contract, and how they are measured.
    OutcomeMeasures,
    /// What was measured of them. Before it is validated, only whoever submits or validates reads it.
    Measurements,
    /// What a contract pays, and what its outcomes earned.
    OutcomePay,
    /// The posts of joint commissioning teams, and who bears their cost.
    TeamPosts,
    /// Approvals, and interests declared against them.
    Approvals,
    /// Interests declared in a contract and what is decided on it.
    ContractInterests,
    /// What was done, by whom, with what before and after.
    AuditTrail,
}

impl FieldGroup {
    /// Every group, in the order of the matrix's rows.
    pub const ALL: [Self; 41] = [
        Self::Organisations,
        Self::CodeLists,
        Self::AgreementTerms,
        Self::AgreementExit,
        Self::Relations,
        Self::Disputes,
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
        Self::ReturnDraft,
        Self::ReturnSubmitted,
        Self::ReturnApproved,
        Self::PublishedStatements,
        Self::BudgetMovements,
        Self::ContractDraft,
        Self::ContractTerms,
        Self::ContractValue,
        Self::ContractStatus,
        Self::LinkTerms,
        Self::LinkValue,
        Self::ChainPayments,
        Self::DelegatedBudgets,
        Self::OutcomeMeasures,
        Self::Measurements,
        Self::OutcomePay,
        Self::TeamPosts,
        Self::Approvals,
        Self::ContractInterests,
        Self::AuditTrail,
    ];

    /// The name by which it is kept: the one that the matrix is printed with.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// True of what providers of a contract do not read, whatever else they are to it.
    #[must_use]
    pub const fn is_commissioners_own(self) -> bool {
        matches!(self, Self::ContractDraft)
    }
}

/// Every group with those of `kinds` that may do something with it, the groups put together that the
/// same relations may: whoever asks for rows by group asks once for each of them.
#[must_use]
pub fn by_relations(
    kinds: &[RelationKind],
    may: impl Fn(Rights) -> bool,
) -> Vec<(Vec<RelationKind>, Vec<FieldGroup>)> {
    let mut alike: Vec<(Vec<RelationKind>, Vec<FieldGroup>)> = Vec::new();
    for group in FieldGroup::ALL {
        let may = |kind: &RelationKind| may(cell(Relation::Stands(*kind), group));
        let of: Vec<RelationKind> = kinds.iter().copied().filter(may).collect();
        match alike.iter_mut().find(|(known, _)| *known == of) {
            _ if of.is_empty() => {}
            Some((_, groups)) => groups.push(group),
            None => alike.push((of, vec![group])),
        }
    }
    alike
}

/// Who buys by a contract.
pub const COMMISSIONERS: [RelationKind; 2] =
    [RelationKind::CoordinatingCommissioner, RelationKind::AssociateCommissioner];

/// The relations by which somebody provides under a contract.
pub const PROVIDERS: [RelationKind; 4] = [
    RelationKind::LeadProvider,
    RelationKind::ConsortiumMember,
    RelationKind::Buyer,
    RelationKind::Seller,
];

/// The relations to a link of a supply chain. To the head contract they open nothing of its links: a
/// sibling's link is another root.
pub const CHAIN: [RelationKind; 2] = [RelationKind::Buyer, RelationKind::Seller];

const NO: Rights = Rights::NONE;
const R: Rights = Rights::READ;
const P: Rights = Rights::PUBLISHED;
const RW: Rights = R.and(Rights::WRITE);
const RA: Rights = R.and(Rights::APPROVE);
const RWA: Rights = RW.and(Rights::APPROVE);
const OWN: Rights = Rights::READ_OWN;
const OWN_RWA: Rights = OWN.and(Rights::WRITE_OWN).and(Rights::APPROVE_OWN);
const R_A_OWN: Rights = R.and(Rights::APPROVE_OWN);
const RW_A_OWN: Rights = RW.and(Rights::APPROVE_OWN);
/// What a partner spends itself it also records itself (rule M15); what it grants it also ends (V9).
const R_W_OWN: Rights = R.and(Rights::WRITE_OWN);
const R_PROPOSE_A_OWN: Rights = R_A_OWN.and(Rights::PROPOSE);
const R_PROPOSE: Rights = R.and(Rights::PROPOSE);
const S: Rights = Rights::SUMMARY;
const R_OPEN_SHARED: Rights = Rights::READ_OPEN.and(Rights::READ_SHARED);
const S_R_OPEN: Rights = S.and(Rights::READ_OPEN);
const OWN_W: Rights = OWN.and(Rights::WRITE_OWN);

/// One line of the matrix: a cell for each relation, in the order of [`Relation::ALL`].
#[rustfmt::skip]
const fn row(group: FieldGroup) -> [Rights; Relation::ALL.len()] {
    match group {
        // Host Partner Party TeamMember BoardMember Observer FundedProvider,
        // CoordinatingCommissioner AssociateCommissioner LeadProvider ConsortiumMember Buyer Seller,
        // Regulator Auditor Grantee, Unrelated Public
        FieldGroup::Organisations => [
            R, R, R, R, R, R, R,
            R, R, R, R, R, R,
            R, R, R, R, NO,
        ],
        FieldGroup::CodeLists => [
            R, R, R, R, R, R, R,
            R, R, R, R, R, R,
            R, R, R, R, NO,
        ],
        FieldGroup::AgreementTerms => [
            RWA, RWA, R, R, R, S, NO,
            S, S, S, S, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::AgreementExit => [
            RWA, RWA, R, R, R, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::Relations => [
            RW, R_W_OWN, R, R, R, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::Disputes => [
            RW, R_W_OWN, NO, NO, R, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::FundTerms => [
            RWA, R, R, R, R, S, NO,
            S, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::ContributionsOwn => [
            RW, OWN_RWA, NO, R, S, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::ContributionsOfOthers => [
            R, R, NO, R, S, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::ContributionsPaid => [
            RW, R, NO, R, S, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::SchemeName => [
            RWA, R, NO, RW, S, S, OWN,
            S, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::SchemeBudget => [
            RWA, R, NO, RW, S, S, OWN,
            S, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::SchemeTerms => [
            RWA, R_A_OWN, NO, RW, S, S, NO,
            S, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::Ledger => [
            RW, R_W_OWN, NO, RW, NO, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::PaymentsFromPool => [
            R, R, NO, R, S, S, OWN,
            RW, OWN, OWN_W, OWN, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::Cash => [
            RWA, R, NO, NO, NO, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::PeriodClosings => [
            RWA, R, NO, NO, NO, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::Position => [
            RW, R, NO, R, S, S, NO,
            S, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::PositionByPartner => [
            RWA, R_A_OWN, NO, NO, S, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::ForecastDraft => [
            RW, NO, NO, RW, NO, NO, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::ForecastSubmitted => [
            RW, R, NO, R, R, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::ReturnDraft => [
            RW, NO, NO, RW, NO, NO, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::ReturnSubmitted => [
            RWA, R_A_OWN, NO, R, NO, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::ReturnApproved => [
            R, R, NO, R, R, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::PublishedStatements => [
            RW, RW, R, RW, R, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::BudgetMovements => [
            RWA, R_PROPOSE_A_OWN, NO, RW, S, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::ContractDraft => [
            R, R, NO, R, NO, NO, NO,
            RW, R, NO, NO, NO, NO,
            NO, NO, R, NO, NO,
        ],
        FieldGroup::ContractTerms => [
            R, R, S, R, S, S, NO,
            RWA, R_A_OWN, R, R, R, R,
            S, S, R, P, P,
        ],
        FieldGroup::ContractValue => [
            R, R, NO, R, S, S, NO,
            RWA, OWN, R, R, NO, NO,
            S, S, R, P, P,
        ],
        FieldGroup::ContractStatus => [
            R, R, S, R, S, S, NO,
            RWA, R, R, R, R, R,
            S, S, R, P, P,
        ],
        FieldGroup::LinkTerms => [
            R, R, NO, R, S, S, NO,
            RA, R, R, R, RW, R_A_OWN,
            S, S, R, P, P,
        ],
        // Who leads a consortium shares with its members what its own links are worth.
        FieldGroup::LinkValue => [
            S_R_OPEN, S_R_OPEN, NO, S_R_OPEN, NO, NO, NO,
            S_R_OPEN, S, OWN_W, R_OPEN_SHARED, RW, R,
            S, S, S_R_OPEN, NO, NO,
        ],
        // Who holds the contract buys at tier 1, and reads its own as a buyer.
        FieldGroup::ChainPayments => [
            S, S, NO, S, NO, NO, NO,
            S, NO, NO, NO, RW, R_A_OWN,
            S, S, S, NO, NO,
        ],
        // A funded provider is who holds one: another holder's, and whom that pays, is nobody else's.
        FieldGroup::DelegatedBudgets => [
            R, R, NO, R, S, S, OWN_W,
            RW, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::OutcomeMeasures => [
            R, R, NO, R, S, S, NO,
            RWA, R, R, R, OWN, OWN,
            S, S, R, P, P,
        ],
        FieldGroup::Measurements => [
            R, R, NO, R, S, S, NO,
            RA, R, RW, R, OWN_W, OWN_W,
            S, S, R, NO, NO,
        ],
        FieldGroup::OutcomePay => [
            R, R, NO, R, S, S, NO,
            RA, OWN, R, R, OWN, OWN,
            S, S, R, P, P,
        ],
        FieldGroup::TeamPosts => [
            RW_A_OWN, RW_A_OWN, NO, RW, NO, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::Approvals => [
            RA, RA, NO, R_PROPOSE, NO, S, NO,
            NO, NO, NO, NO, NO, NO,
            S, S, R, NO, NO,
        ],
        // Everybody who decides on a contract declares its own, and reads everybody's.
        FieldGroup::ContractInterests => [
            R_W_OWN, R_W_OWN, NO, R_W_OWN, NO, S, NO,
            R_W_OWN, R_W_OWN, R_W_OWN, R_W_OWN, NO, NO,
            S, S, R, NO, NO,
        ],
        FieldGroup::AuditTrail => [
            R, R, OWN, OWN, OWN, OWN, OWN,
            R, OWN, OWN, OWN, OWN, OWN,
            S, S, R, NO, NO,
        ],
    }
}

/// What one relation may do with a group.
#[must_use]
pub fn cell(relation: Relation, group: FieldGroup) -> Rights {
    #[cfg(feature = "proofs")]
    if let Some(rights) = super::proofs::flipped(relation, group) {
        return rights;
    }
    row(group)[relation.column()]
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
    let heading = |relation: &Relation| match relation {
        Relation::Stands(kind) => format!("{kind:?}"),
        other => format!("{other:?}"),
    };
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
mod tests;
