//! Everything that can be done.
//!
//! In groups, and not in one long list: each member of a merged object is resolved within the one
//! before it, and takes its share of the stack.

use async_graphql::MergedObject;

use super::{
    agreement_mutation::AgreementMutation, carry_forward::CarryForwardMutation,
    chain_payment_mutation::ChainPaymentMutation, commitment::CommitmentMutation,
    consortium_share_mutation::ConsortiumShareMutation, contract_import::ContractImportMutation,
    contract_interest_mutation::ContractInterestMutation, contract_mutation::ContractMutation,
    contract_pay_mutation::ContractPayMutation,
    contract_publication_mutation::ContractPublicationMutation,
    contract_step_mutation::ContractStepMutation,
    contract_succession_mutation::ContractSuccessionMutation,
    contract_variation_mutation::ContractVariationMutation,
    contribution_mutation::ContributionMutation,
    delegated_budget_mutation::DelegatedBudgetMutation, dispute_mutation::DisputeMutation,
    due_date_mutation::DueDateMutation, export_job_mutation::ExportJobMutation,
    external_reference::ExternalReferenceMutation, forecast::ForecastMutation,
    fund_mutation::FundMutation, fund_return_mutation::FundReturnMutation, grant::GrantMutation,
    import_job::ImportJobMutation, measure_feed_mutation::MeasureFeedMutation,
    measurement_mutation::MeasurementMutation, membership::MembershipMutation,
    memorandum::MemorandumMutation, movement_mutation::MovementMutation,
    narrative_threshold::NarrativeThresholdMutation, notice::NoticeMutation,
    novation_mutation::NovationMutation, outside_identity::OutsideIdentityMutation,
    own_session::OwnSessionMutation, pay_withholding_mutation::PayWithholdingMutation,
    payment_run_mutation::PaymentRunMutation, payments_mutation::PaymentsMutation,
    period::PeriodMutation, placeholder::PlaceholderMutation, preview::PreviewMutation,
    proposal_decision::ProposalDecisionMutation, proposal_mutation::ProposalMutation,
    publication_mutation::PublicationMutation,
    published_statement_mutation::PublishedStatementMutation, relation_mutation::RelationMutation,
    release::ReleaseMutation, risk_share_mutation::RiskShareMutation,
    roll_forward::RollForwardMutation, scheme_mutation::SchemeMutation,
    service_account_mutation::ServiceAccountMutation, session::SessionMutation,
    settlement_mutation::SettlementMutation, subcontract_mutation::SubcontractMutation,
    subcontract_value_mutation::SubcontractValueMutation, team_mutation::TeamMutation,
    transaction_mutation::TransactionMutation,
};

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    AccessMutations,
    AgreementMutations,
    FundMutations,
    ReportMutations,
    ContractMutations,
    ImportMutations,
);

/// Signing in, belonging to an organisation, and being let see.
#[derive(MergedObject, Default)]
pub struct AccessMutations(
    SessionMutation,
    OwnSessionMutation,
    ServiceAccountMutation,
    OutsideIdentityMutation,
    MembershipMutation,
    RelationMutation,
    GrantMutation,
    PreviewMutation,
    ReleaseMutation,
);

/// What partners agree, decide and argue about.
#[derive(MergedObject, Default)]
pub struct AgreementMutations(
    AgreementMutation,
    TeamMutation,
    ProposalMutation,
    ProposalDecisionMutation,
    RiskShareMutation,
    NarrativeThresholdMutation,
    DueDateMutation,
    NoticeMutation,
    DisputeMutation,
);

/// What is planned for a fund, and what happens in its books.
#[derive(MergedObject, Default)]
pub struct FundMutations(
    FundMutation,
    ContributionMutation,
    SchemeMutation,
    CommitmentMutation,
    MovementMutation,
    TransactionMutation,
    PeriodMutation,
    RollForwardMutation,
    CarryForwardMutation,
    SettlementMutation,
);

/// What is expected, reported and published.
#[derive(MergedObject, Default)]
pub struct ReportMutations(
    ForecastMutation,
    FundReturnMutation,
    MemorandumMutation,
    PublicationMutation,
    ContractPublicationMutation,
    PublishedStatementMutation,
);

/// What is contracted, and what it pays.
#[derive(MergedObject, Default)]
pub struct ContractMutations(
    ContractMutation,
    ContractStepMutation,
    ContractSuccessionMutation,
    ContractVariationMutation,
    ContractInterestMutation,
    NovationMutation,
    ContractPayMutation,
    PayWithholdingMutation,
    PaymentRunMutation,
    SubcontractMutation,
    SubcontractValueMutation,
    ConsortiumShareMutation,
    MeasureFeedMutation,
    MeasurementMutation,
    ChainPaymentMutation,
    DelegatedBudgetMutation,
);

/// What comes from elsewhere, and goes there.
#[derive(MergedObject, Default)]
pub struct ImportMutations(
    ExportJobMutation,
    ImportJobMutation,
    PaymentsMutation,
    ContractImportMutation,
    PlaceholderMutation,
    ExternalReferenceMutation,
);
