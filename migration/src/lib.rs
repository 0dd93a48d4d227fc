//! The stored shape of the data: one file a change, append-only, the same on both engines.

mod engine;
mod history;
mod m20261122_000001_organisations;
mod m20261122_000002_accounts;
mod m20261122_000003_agreements;
mod m20261122_000004_ledger;
mod m20261122_000005_code_lists;
mod m20261122_000007_audit;
mod m20261122_000008_sign_in;
mod m20261122_000009_teams;
mod m20261122_000010_approvals;
mod m20261122_000011_publication;
mod m20261122_000012_payments;
mod m20261122_000013_statements;
mod m20261122_000014_years;
mod m20261122_000015_governance;
mod m20261122_000016_returns;
mod m20261122_000017_risk_share;
mod m20261122_000020_contracts;
mod m20261122_000021_supply_chain;
mod m20261122_000022_contract_pay;
mod m20261122_000023_contract_import;
mod m20261122_000024_entry_lines;
mod m20261122_000025_acts_of_teams;
mod m20261122_000026_narrative_threshold;
mod m20261122_000028_novation;
mod m20261123_000027_payment_run;
mod m20261123_000029_chain_payment;
mod m20261123_000030_delegated_budget;
mod m20261123_000031_pay_withholding;
mod m20261123_000032_contract_interest;
mod m20261123_000034_subcontract_value_act;
mod m20261123_000035_contract_floor;
mod m20261123_000036_contract_publication;
mod m20261123_000037_link_value;
mod m20261123_000038_contract_takeover;
mod m20261123_000039_measure_feed;
mod m20261123_000040_team_limit;
mod m20261123_000042_outside_identity;
mod m20261124_000043_change;
mod m20261124_000045_export_job;
pub mod rls;

pub use history::{History, history};
pub use sea_orm_migration::{MigratorTrait, prelude::MigrationTrait, sea_orm};

/// Every change, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_organisations::Migration),
            Box::new(m20261122_000002_accounts::Migration),
            Box::new(m20261122_000003_agreements::Migration),
            Box::new(m20261122_000004_ledger::Migration),
            Box::new(m20261122_000005_code_lists::Migration),
            Box::new(m20261122_000007_audit::Migration),
            Box::new(m20261122_000008_sign_in::Migration),
            Box::new(m20261122_000009_teams::Migration),
            Box::new(m20261122_000010_approvals::Migration),
            Box::new(m20261122_000011_publication::Migration),
            Box::new(m20261122_000012_payments::Migration),
            Box::new(m20261122_000013_statements::Migration),
            Box::new(m20261122_000014_years::Migration),
            Box::new(m20261122_000015_governance::Migration),
            Box::new(m20261122_000016_returns::Migration),
            Box::new(m20261122_000017_risk_share::Migration),
            Box::new(m20261122_000020_contracts::Migration),
            Box::new(m20261122_000021_supply_chain::Migration),
            Box::new(m20261122_000022_contract_pay::Migration),
            Box::new(m20261122_000023_contract_import::Migration),
            Box::new(m20261122_000024_entry_lines::Migration),
            Box::new(m20261122_000025_acts_of_teams::Migration),
            Box::new(m20261122_000026_narrative_threshold::Migration),
            Box::new(m20261123_000027_payment_run::Migration),
            Box::new(m20261122_000028_novation::Migration),
            Box::new(m20261123_000029_chain_payment::Migration),
            Box::new(m20261123_000030_delegated_budget::Migration),
            Box::new(m20261123_000031_pay_withholding::Migration),
            Box::new(m20261123_000032_contract_interest::Migration),
            Box::new(m20261123_000034_subcontract_value_act::Migration),
            Box::new(m20261123_000035_contract_floor::Migration),
            Box::new(m20261123_000036_contract_publication::Migration),
            Box::new(m20261123_000037_link_value::Migration),
            Box::new(m20261123_000038_contract_takeover::Migration),
            Box::new(m20261123_000039_measure_feed::Migration),
            Box::new(m20261123_000040_team_limit::Migration),
            Box::new(m20261123_000042_outside_identity::Migration),
            Box::new(m20261124_000043_change::Migration),
            Box::new(m20261124_000045_export_job::Migration),
        ]
    }
}
