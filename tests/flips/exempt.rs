//! Cells that nothing shows and nothing asks, each with the reason.

use domain::policy::matrix::FieldGroup::{
    self, AgreementExit, AgreementTerms, Approvals, AuditTrail, BudgetMovements, Cash,
    ChainPayments, CodeLists, ContractDraft, ContractInterests, ContractStatus, ContractTerms,
    ContractValue, ContributionsOfOthers, ContributionsOwn, ContributionsPaid, DelegatedBudgets,
    Disputes, ForecastDraft, ForecastSubmitted, FundTerms, Ledger, LinkTerms, LinkValue,
    Measurements, Organisations, OutcomeMeasures, OutcomePay, PaymentsFromPool, PeriodClosings,
    Position, PositionByPartner, PublishedStatements, Relations, ReturnApproved, ReturnDraft,
    ReturnSubmitted, SchemeBudget, SchemeName, SchemeTerms, TeamPosts,
};
use entities::relation::RelationKind::{
    self, AssociateCommissioner, Auditor, BoardMember, Buyer, ConsortiumMember,
    CoordinatingCommissioner, FundedProvider, Grantee, Host, LeadProvider, Observer, Partner,
    Party, Regulator, Seller, TeamMember,
};

/// A way of a group that nothing shows of some relations; of all where none is named.
pub struct Exempt {
    /// The groups.
    pub groups: &'static [FieldGroup],
    /// The right.
    pub right: &'static str,
    /// The relations.
    pub kinds: &'static [RelationKind],
    /// True of whoever stands in none, and of these relations only.
    pub is_of_outsiders: bool,
    /// Why.
    pub reason: &'static str,
}

const fn exempt(
    groups: &'static [FieldGroup],
    right: &'static str,
    kinds: &'static [RelationKind],
    reason: &'static str,
) -> Exempt {
    Exempt { groups, right, kinds, is_of_outsiders: false, reason }
}

/// The same of these relations and of whoever stands in none.
const fn and_outsiders(it: Exempt) -> Exempt {
    Exempt { is_of_outsiders: true, ..it }
}

/// True when a list has the cell.
pub fn has(list: &[Exempt], kind: Option<RelationKind>, group: FieldGroup, right: &str) -> bool {
    list.iter().any(|it| {
        let of_kind =
            it.kinds.is_empty() || kind.map_or(it.is_of_outsiders, |kind| it.kinds.contains(&kind));
        it.groups.contains(&group) && it.right == right && of_kind
    })
}

const OPEN: &str = "every signed-in organisation reads it, and no code asks the cell";
const NOT_OWN: &str = "nobody's part of it is its own, and no code asks the right";
const NO_SUMMARY: &str = "nothing of it is in a summary, and no code asks the right";
const AMONG_OTHERS: &str = "its own contributions are among the others, of which it reads all";
const ON_RECORD: &str = "rows are cut by relations that are on record";
const NO_CONTRACT: &str = "it stands to no contract by this relation";
const ALL_OF_THEM: &str = "measures and measurements are its own as those of a link that it buys or sells \
                           under, and by no other relation";
const OF_THE_CONTRACT: &str = "what a measure earns is worked out for the contract, and no part of it for a \
                               link: there is nothing to show of an own part";
const NO_LINK: &str = "it sees no link of a chain, and so no value of one";
const ALL_OF_ITS_OWN: &str = "it stands to the budget that it holds, of which it reads all, and not \
                              to the contract by that";
const OF_A_FUND: &str = "it stands to a fund, and never to the agreement that this is about";

/// Rights of reading that nothing shows. At full size those are turned over as well, and one that
/// is noticed after all fails the run: strike it off.
pub const UNSEEN: &[Exempt] = &[
    exempt(&[Organisations, CodeLists], "READ", &[], OPEN),
    exempt(&[Organisations, CodeLists], "READ_OWN", &[], OPEN),
    exempt(&[Organisations, CodeLists], "SUMMARY", &[], OPEN),
    exempt(
        &[
            AgreementTerms,
            AgreementExit,
            Relations,
            FundTerms,
            ContributionsOfOthers,
            ContributionsPaid,
            SchemeTerms,
            Ledger,
            Cash,
            PeriodClosings,
            Position,
            PositionByPartner,
            ForecastDraft,
            ForecastSubmitted,
            BudgetMovements,
            TeamPosts,
            Approvals,
            Disputes,
            ReturnDraft,
            ReturnSubmitted,
            ReturnApproved,
            PublishedStatements,
        ],
        "READ_OWN",
        &[],
        NOT_OWN,
    ),
    exempt(
        &[
            AgreementExit,
            ContributionsOwn,
            SchemeBudget,
            Ledger,
            PaymentsFromPool,
            PositionByPartner,
            ForecastDraft,
            TeamPosts,
            Approvals,
            AuditTrail,
            Disputes,
            ReturnDraft,
        ],
        "SUMMARY",
        &[],
        NO_SUMMARY,
    ),
    exempt(
        &[AuditTrail],
        "READ_OWN",
        &[],
        "what somebody did itself it reads for having done it, and no code asks the right",
    ),
    exempt(&[AgreementExit, Relations, TeamPosts, Approvals], "READ", &[FundedProvider], OF_A_FUND),
    exempt(&[AgreementTerms, Relations], "SUMMARY", &[FundedProvider], OF_A_FUND),
    exempt(&[ContributionsOwn], "READ", &[Host, Partner, TeamMember, Grantee], AMONG_OTHERS),
    exempt(&[ContributionsOwn], "READ_OWN", &[Partner], AMONG_OTHERS),
    exempt(
        &[ContributionsPaid],
        "READ",
        &[BoardMember, Observer, Regulator, Auditor],
        "its totals are in the summary, and whoever sees a contribution reads what was paid of it",
    ),
    exempt(
        &[SchemeName],
        "READ",
        &[BoardMember, Observer, CoordinatingCommissioner, Regulator, Auditor],
        "name and reference are all there is in either tier",
    ),
    exempt(
        &[SchemeName],
        "READ_OWN",
        &[BoardMember, Observer, CoordinatingCommissioner, Regulator, Auditor],
        "it reads the names of all schemes, its own among them",
    ),
    exempt(
        &[PositionByPartner],
        "READ",
        &[
            Party,
            BoardMember,
            Observer,
            FundedProvider,
            CoordinatingCommissioner,
            AssociateCommissioner,
            LeadProvider,
            ConsortiumMember,
            Buyer,
            Seller,
            Regulator,
            Auditor,
        ],
        "it takes the whole position too, and whoever reads that reads it by partner; but for \
         teams, which stand in no other relation",
    ),
    exempt(
        &[PaymentsFromPool],
        "READ",
        &[FundedProvider, Buyer],
        "what it was paid itself is all that is shown of payments to it: of a contract, and what was \
         run of it, it sees nothing",
    ),
    exempt(&[PaymentsFromPool], "READ_OWN", &[Buyer], NO_CONTRACT),
    exempt(
        &[SchemeBudget],
        "READ",
        &[FundedProvider],
        "the budget of its own scheme is all that is shown of a budget",
    ),
    exempt(
        &[Disputes],
        "READ",
        &[],
        "the worlds have no disputes; who reads one is held by tests/it/governance.rs",
    ),
    exempt(
        &[ContractDraft, ContractTerms, ContractValue, ContractStatus],
        "READ",
        &[FundedProvider, Buyer],
        NO_CONTRACT,
    ),
    exempt(&[ContractValue], "READ_OWN", &[FundedProvider, Buyer], NO_CONTRACT),
    exempt(
        &[ContractTerms, ContractValue, ContractStatus],
        "SUMMARY",
        &[FundedProvider, Buyer],
        NO_CONTRACT,
    ),
    exempt(&[ContractInterests], "READ", &[FundedProvider, Buyer], NO_CONTRACT),
    exempt(&[ContractInterests], "SUMMARY", &[FundedProvider, Buyer], NO_CONTRACT),
    exempt(&[ContractInterests], "READ_OWN", &[], NOT_OWN),
    exempt(&[LinkTerms, LinkValue], "READ", &[FundedProvider], NO_CONTRACT),
    exempt(&[LinkTerms, LinkValue], "SUMMARY", &[FundedProvider], NO_CONTRACT),
    exempt(&[LinkValue], "READ_OWN", &[FundedProvider], NO_CONTRACT),
    exempt(&[ChainPayments], "READ", &[FundedProvider], NO_CONTRACT),
    exempt(&[ChainPayments], "SUMMARY", &[FundedProvider], NO_CONTRACT),
    exempt(&[ChainPayments], "READ_OWN", &[], NOT_OWN),
    exempt(&[DelegatedBudgets], "READ", &[Buyer], NO_CONTRACT),
    exempt(&[DelegatedBudgets], "SUMMARY", &[Buyer], NO_CONTRACT),
    exempt(&[DelegatedBudgets], "READ", &[FundedProvider], ALL_OF_ITS_OWN),
    exempt(&[DelegatedBudgets], "SUMMARY", &[FundedProvider], ALL_OF_ITS_OWN),
    exempt(
        &[DelegatedBudgets],
        "READ_OWN",
        &[Party, AssociateCommissioner, LeadProvider, ConsortiumMember, Buyer, Seller],
        NOT_OWN,
    ),
    exempt(&[ContractDraft, ContractTerms, ContractStatus, LinkTerms], "READ_OWN", &[], NOT_OWN),
    exempt(&[ContractDraft], "SUMMARY", &[], NO_SUMMARY),
    exempt(
        &[ContractDraft],
        "READ",
        &[LeadProvider, ConsortiumMember, Seller],
        "whoever provides is shut out of what the commissioners keep to themselves",
    ),
    exempt(&[ContractDraft], "READ", &[CoordinatingCommissioner], "who writes a draft reads it"),
    exempt(&[LinkValue], "READ", &[Party], NO_LINK),
    exempt(&[LinkValue], "READ_OWN", &[Party], NO_LINK),
    exempt(&[LinkValue], "SUMMARY", &[Party], NO_LINK),
    exempt(&[LinkValue], "READ_OPEN", &[Party, FundedProvider], NO_LINK),
    exempt(&[LinkValue], "READ_SHARED", &[Party, FundedProvider], NO_LINK),
    exempt(&[OutcomeMeasures, Measurements], "READ", &[FundedProvider, Buyer], NO_CONTRACT),
    exempt(
        &[OutcomePay],
        "READ",
        &[
            Party,
            BoardMember,
            Observer,
            FundedProvider,
            AssociateCommissioner,
            Buyer,
            Seller,
            Regulator,
            Auditor,
        ],
        "it takes the whole value too, and whoever does not read that is told none of it",
    ),
    and_outsiders(exempt(
        &[OutcomeMeasures, Measurements],
        "READ_OWN",
        &[
            Host,
            Partner,
            Party,
            TeamMember,
            BoardMember,
            Observer,
            FundedProvider,
            CoordinatingCommissioner,
            AssociateCommissioner,
            LeadProvider,
            ConsortiumMember,
            Regulator,
            Auditor,
            Grantee,
        ],
        ALL_OF_THEM,
    )),
    exempt(
        &[OutcomePay],
        "READ_OWN",
        &[Party, BoardMember, Observer, FundedProvider, Regulator, Auditor],
        "it takes an own share of the value too, which it does not read",
    ),
    exempt(&[OutcomePay], "READ_OWN", &[Buyer, Seller], OF_THE_CONTRACT),
    exempt(&[OutcomeMeasures, Measurements, OutcomePay], "SUMMARY", &[], NO_SUMMARY),
    exempt(
        &[AuditTrail],
        "READ",
        &[CoordinatingCommissioner],
        "of an agreement it reads nothing whole that an act could be about",
    ),
    exempt(
        &[ReturnSubmitted],
        "READ",
        &[Host, TeamMember, Grantee],
        "it reads drafts, and what is submitted was one",
    ),
    exempt(
        &[PublishedStatements],
        "READ",
        &[Observer, Regulator, Auditor],
        "what is printed is all there is in either tier",
    ),
    exempt(
        &[Cash],
        "READ",
        &[Observer, Regulator, Auditor],
        "the one figure is all there is in either tier",
    ),
];

/// Rights of those who stand in no relation that nothing shows: what they read, everybody who sees
/// an object reads of it, and rows they see none.
pub const OUTSIDE: &[Exempt] = &[
    exempt(
        &[AgreementTerms],
        "SUMMARY",
        &[],
        "whoever sees an agreement reads its summary, and outsiders see none",
    ),
    exempt(
        &[OutcomePay],
        "READ",
        &[],
        "whoever reads the whole value reads what is earned of it as well",
    ),
    exempt(
        &[OutcomePay],
        "READ_OWN",
        &[],
        "whoever bears a share of the value bears what is earned",
    ),
    exempt(&[Approvals, AuditTrail, PublishedStatements, ContractDraft], "READ", &[], ON_RECORD),
    exempt(&[ReturnSubmitted, PublishedStatements], "SUMMARY", &[], ON_RECORD),
    exempt(
        &[ContractTerms, ContractStatus, LinkTerms],
        "SUMMARY",
        &[],
        "whoever sees a contract or a link reads its summary, and outsiders see none",
    ),
];
