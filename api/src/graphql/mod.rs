//! The schema: one file a noun, with its object, queries, mutations, inputs and payloads.
//! Translation only: a resolver unwraps its input and calls one function of `service`.

pub mod agreement;
pub mod agreement_kind;
pub mod agreement_loaders;
pub mod agreement_mutation;
pub mod agreement_permission;
pub mod agreement_query;
pub mod audit;
pub mod batches;
pub mod carry_forward;
pub mod chain_payment;
pub mod chain_payment_loaders;
pub mod chain_payment_mutation;
pub mod chain_punctuality;
pub mod change;
pub mod code_list;
pub mod commitment;
pub mod commitment_loaders;
pub mod consortium_share;
pub mod consortium_share_mutation;
pub mod contract;
pub mod contract_holder;
pub mod contract_import;
pub mod contract_interest;
pub mod contract_interest_mutation;
pub mod contract_kind;
pub mod contract_loaders;
pub mod contract_mutation;
pub mod contract_outcome;
pub mod contract_outcome_input;
pub mod contract_parts;
pub mod contract_pay;
pub mod contract_pay_input;
pub mod contract_pay_mutation;
pub mod contract_pay_schedule;
pub mod contract_permission;
pub mod contract_publication;
pub mod contract_publication_mutation;
pub mod contract_query;
pub mod contract_step_mutation;
pub mod contract_succession_mutation;
pub mod contract_supplier;
pub mod contract_terms;
pub mod contract_variation_mutation;
pub mod contribution;
pub mod contribution_loaders;
pub mod contribution_mutation;
pub mod contribution_payment;
pub mod costs;
pub mod cursor;
pub mod decision;
pub mod delegated_budget;
pub mod delegated_budget_loaders;
pub mod delegated_budget_mutation;
pub mod delegated_budget_query;
pub mod delegated_position;
pub mod delegated_spending;
pub mod dispute;
pub mod dispute_mutation;
pub mod due_date;
pub mod due_date_mutation;
pub mod errors;
pub mod export_job;
pub mod export_job_mutation;
pub mod exposure;
pub mod external_reference;
pub mod filter;
pub mod flow_down;
pub mod forecast;
pub mod forecast_loaders;
pub mod fund;
pub mod fund_loaders;
pub mod fund_mutation;
pub mod fund_permission;
pub mod fund_query;
pub mod fund_return;
pub mod fund_return_answer;
pub mod fund_return_figures;
pub mod fund_return_loaders;
pub mod fund_return_mutation;
pub mod fund_schemes;
pub mod governance_loaders;
pub mod grant;
pub mod import_job;
pub mod loaders;
pub mod measure_feed;
pub mod measure_feed_loaders;
pub mod measure_feed_mutation;
pub mod measurement;
pub mod measurement_mutation;
pub mod membership;
pub mod memorandum;
pub mod memorandum_lines;
pub mod movement;
pub mod movement_mutation;
pub mod mutation;
pub mod narrative_threshold;
pub mod nested;
pub mod node;
pub mod nodes;
pub mod notice;
pub mod notice_finding;
pub mod novation;
pub mod novation_loaders;
pub mod novation_mutation;
pub mod organisation;
pub mod organisation_kind;
pub mod organisation_loaders;
pub mod organisation_query;
pub mod outside_identity;
pub mod own_session;
pub mod paging;
pub mod pay_withholding;
pub mod pay_withholding_mutation;
pub mod payment_run;
pub mod payment_run_input;
pub mod payment_run_mutation;
pub mod payments_input;
pub mod payments_mutation;
pub mod payments_report;
pub mod period;
pub mod placeholder;
pub mod position;
pub mod position_breakdown;
pub mod position_contributed;
pub mod position_figures;
pub mod position_of_agreement;
pub mod position_query;
pub mod preview;
pub mod projection;
pub mod proposal;
pub mod proposal_decision;
pub mod proposal_loaders;
pub mod proposal_mutation;
pub mod proposal_query;
pub mod proposed_seat;
pub mod publication;
pub mod publication_mutation;
pub mod published_statement;
pub mod published_statement_loaders;
pub mod published_statement_mutation;
pub mod rate_limit;
pub mod reconciliation;
pub mod relation;
pub mod relation_loaders;
pub mod relation_mutation;
pub mod release;
pub mod request;
pub mod risk_share;
pub mod risk_share_input;
pub mod risk_share_loaders;
pub mod risk_share_mutation;
pub mod risk_share_position;
pub mod roll_forward;
pub mod scalars;
pub mod scheme;
pub mod scheme_loaders;
pub mod scheme_mutation;
pub mod service_account;
pub mod service_account_key;
pub mod service_account_mutation;
pub mod session;
pub mod settlement;
pub mod settlement_mutation;
pub mod subcontract;
pub mod subcontract_kind;
pub mod subcontract_loaders;
pub mod subcontract_mutation;
pub mod subcontract_permission;
pub mod subcontract_value;
pub mod subcontract_value_mutation;
pub mod subscription;
pub mod supply_chain;
pub mod team;
pub mod team_input;
pub mod team_loaders;
pub mod team_mutation;
pub mod team_post;
pub mod transaction;
pub mod transaction_input;
pub mod transaction_mutation;
pub mod transactions;
pub mod viewer;
pub mod webhook;
pub mod webhook_attempt;
pub mod webhook_feed;
pub mod webhook_mutation;
pub mod what_if_input;
pub mod withheld;

use std::sync::{Arc, LazyLock};

use async_graphql::{MergedObject, Schema, SchemaBuilder, ValidationMode};

use mutation::Mutation;

/// The whole schema.
pub type TributarySchema = Schema<Query, Mutation, subscription::Root>;

/// What the gate holds documents against: the schema as it is served, which is the text of
/// `schema.graphql`. It is read once in a process.
pub static SERVED: LazyLock<Arc<gate::Schema>> = LazyLock::new(|| {
    let served = gate::Schema::parse(&schema().sdl());
    Arc::new(served.expect("the engine prints a schema that is valid"))
});

/// The field by which a client tries what a query would cost.
pub static DRY_RUN: LazyLock<gate::DryRun> =
    LazyLock::new(|| gate::DryRun { field: "rateLimit".to_owned(), argument: "dryRun".to_owned() });

/// How deep selections of a document may be nested; the engine's own limit is less than the gate's.
const DEEPEST_NESTING: usize = 64;

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    code_list::CodeListQuery,
    import_job::ImportJobQuery,
    export_job::ExportJobQuery,
    nodes::NodeQuery,
    organisation_query::OrganisationQuery,
    service_account::ServiceAccountQuery,
    outside_identity::OutsideIdentityQuery,
    own_session::OwnSessionQuery,
    viewer::ViewerQuery,
    agreement_query::AgreementQuery,
    fund_query::FundQuery,
    position_query::PositionQuery,
    publication::PublicationQuery,
    audit::AuditQuery,
    change::ChangeQuery,
    proposal_query::ProposalQuery,
    risk_share_position::RiskSharePositionQuery,
    contract_query::ContractQuery,
    contract_holder::ContractHolderQuery,
    contract_supplier::ContractSupplierQuery,
    delegated_budget_query::DelegatedBudgetQuery,
    contract_publication::ContractPublicationQuery,
    projection::ProjectionQuery,
    rate_limit::RateLimitQuery,
    webhook::WebhookQuery,
);

/// The schema, to be finished.
pub fn builder() -> SchemaBuilder<Query, Mutation, subscription::Root> {
    Schema::build(Query::default(), Mutation::default(), subscription::Root)
}

/// The schema, for documents that have passed the gate: it validates nothing itself.
#[must_use]
pub fn schema() -> TributarySchema {
    builder().validation_mode(ValidationMode::Fast).limit_recursive_depth(DEEPEST_NESTING).finish()
}
