//! Writing a world past the program, a few statements for everything.

use entities::{
    access_grant, account, audit_act, budget_movement, chain_payment, chain_payment_act,
    commitment, consortium_share, consortium_share_end, contract, contract_commissioner,
    contract_condition, contract_guarantee, contract_interest, contract_interest_withdrawal,
    contract_provider, contract_publication, contract_publication_withdrawal,
    contract_status_change, contract_takeover, contract_terms, contract_value, contract_variation,
    contract_variation_approval, contribution, delegated_budget, delegated_budget_amount,
    delegated_budget_version, delegated_spending, external_reference, forecast,
    forecast_submission, fund_return, ledger_account, ledger_entry, ledger_head,
    ledger_transaction, measure_feed, measure_feed_end, measurement, measurement_answer,
    measurement_decision, narrative_threshold, novation, novation_unfolding, organisation,
    organisation_succession, outcome_framework, partnership_agreement, pay_component,
    pay_component_version, pay_withholding, pay_withholding_settlement, payment_run,
    payment_run_act, payment_run_decision, payment_run_line, period_closing, period_release,
    pooled_fund, proposal, published_statement, relation, return_approval, return_submission,
    risk_share, risk_share_fund, risk_share_version, scheme, settlement, settlement_line,
    subcontract, subcontract_clause, subcontract_value, subcontract_value_act,
    subcontract_value_decision, succession_takeover, team, team_function, team_limit, team_member,
    team_post, team_post_share, value::Instant,
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, TransactionTrait};
use tributary::{access::derive, service::audit::seal::seal_now};
use uuid::Uuid;

use super::Generated;
use crate::{Engine, World};

/// How many rows one statement writes: engines limit the values that it may carry.
const BATCH: usize = 400;

impl Generated {
    /// Writes the world into `world`'s database, derives the access to it, and puts what was done into
    /// the feed of changes.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn store(&self, world: &World) {
        let tx = world.database.for_migration().begin().await.expect("a transaction");
        rows::<organisation::Entity>(&tx, &self.organisations).await;
        rows::<organisation_succession::Entity>(&tx, &self.successions).await;
        rows::<partnership_agreement::Entity>(&tx, &self.agreements).await;
        rows::<pooled_fund::Entity>(&tx, &self.funds).await;
        rows::<scheme::Entity>(&tx, &self.schemes).await;
        rows::<relation::Entity>(&tx, &self.relations).await;
        rows::<team::Entity>(&tx, &self.teams).await;
        rows::<account::Entity>(&tx, &self.accounts_of_people).await;
        rows::<team_post::Entity>(&tx, &self.posts).await;
        rows::<team_post_share::Entity>(&tx, &self.shares).await;
        rows::<team_member::Entity>(&tx, &self.members).await;
        rows::<team_limit::Entity>(&tx, &self.limits).await;
        rows::<team_function::Entity>(&tx, &self.functions).await;
        rows::<proposal::Entity>(&tx, &self.proposals).await;
        rows::<risk_share::Entity>(&tx, &self.risk_shares).await;
        rows::<risk_share_fund::Entity>(&tx, &self.risk_share_funds).await;
        rows::<risk_share_version::Entity>(&tx, &self.risk_share_versions).await;
        rows::<narrative_threshold::Entity>(&tx, &self.narrative_thresholds).await;
        rows::<settlement::Entity>(&tx, &self.settlements).await;
        rows::<settlement_line::Entity>(&tx, &self.settlement_lines).await;
        rows::<published_statement::Entity>(&tx, &self.statements).await;
        rows::<audit_act::Entity>(&tx, &self.acts).await;
        rows::<access_grant::Entity>(&tx, &self.grants).await;
        rows::<succession_takeover::Entity>(&tx, &self.takeovers).await;
        rows::<contribution::Entity>(&tx, &self.contributions).await;
        rows::<commitment::Entity>(&tx, &self.commitments).await;
        rows::<forecast::Entity>(&tx, &self.forecasts).await;
        rows::<forecast_submission::Entity>(&tx, &self.submissions).await;
        rows::<fund_return::Entity>(&tx, &self.returns()).await;
        rows::<return_submission::Entity>(&tx, &self.return_submissions()).await;
        rows::<return_approval::Entity>(&tx, &self.return_approvals()).await;
        rows::<budget_movement::Entity>(&tx, &self.movements).await;
        rows::<period_closing::Entity>(&tx, &self.closings).await;
        rows::<period_release::Entity>(&tx, &self.releases).await;
        rows::<external_reference::Entity>(&tx, &self.references).await;
        rows::<ledger_head::Entity>(&tx, &self.heads()).await;
        rows::<ledger_account::Entity>(&tx, &self.accounts).await;
        rows::<ledger_entry::Entity>(&tx, &self.entries).await;
        rows::<ledger_transaction::Entity>(&tx, &self.transactions).await;
        let contracting = &self.contracting;
        rows::<contract::Entity>(&tx, &contracting.contracts).await;
        rows::<contract_terms::Entity>(&tx, &contracting.terms).await;
        rows::<contract_commissioner::Entity>(&tx, &contracting.commissioners).await;
        rows::<contract_provider::Entity>(&tx, &contracting.providers).await;
        rows::<contract_takeover::Entity>(&tx, &contracting.takeovers).await;
        rows::<contract_value::Entity>(&tx, &contracting.values).await;
        rows::<contract_status_change::Entity>(&tx, &contracting.changes).await;
        rows::<contract_condition::Entity>(&tx, &contracting.conditions).await;
        rows::<contract_guarantee::Entity>(&tx, &contracting.guarantees).await;
        rows::<contract_variation::Entity>(&tx, &contracting.variations).await;
        rows::<contract_variation_approval::Entity>(&tx, &contracting.approvals).await;
        rows::<novation::Entity>(&tx, &contracting.novations).await;
        rows::<novation_unfolding::Entity>(&tx, &contracting.unfoldings).await;
        rows::<subcontract::Entity>(&tx, &contracting.links).await;
        rows::<subcontract_value::Entity>(&tx, &contracting.link_values).await;
        rows::<subcontract_clause::Entity>(&tx, &contracting.clauses).await;
        rows::<subcontract_value_act::Entity>(&tx, &contracting.value_acts).await;
        let decisions = &contracting.value_decisions;
        rows::<subcontract_value_decision::Entity>(&tx, decisions).await;
        rows::<consortium_share::Entity>(&tx, &contracting.consortium_shares).await;
        rows::<consortium_share_end::Entity>(&tx, &contracting.consortium_share_ends).await;
        rows::<measure_feed::Entity>(&tx, &contracting.measure_feeds).await;
        rows::<measure_feed_end::Entity>(&tx, &contracting.measure_feed_ends).await;
        let paying = &contracting.paying;
        rows::<pay_component::Entity>(&tx, &paying.components).await;
        rows::<pay_component_version::Entity>(&tx, &paying.versions).await;
        rows::<pay_withholding::Entity>(&tx, &paying.withholdings).await;
        rows::<pay_withholding_settlement::Entity>(&tx, &paying.settlements).await;
        let achieving = &contracting.achieving;
        rows::<outcome_framework::Entity>(&tx, &achieving.frameworks).await;
        rows::<measurement::Entity>(&tx, &achieving.measurements).await;
        rows::<measurement_decision::Entity>(&tx, &achieving.decisions).await;
        rows::<measurement_answer::Entity>(&tx, &achieving.answers).await;
        rows::<payment_run::Entity>(&tx, &paying.runs).await;
        rows::<payment_run_line::Entity>(&tx, &paying.lines).await;
        rows::<payment_run_decision::Entity>(&tx, &paying.decisions).await;
        rows::<payment_run_act::Entity>(&tx, &paying.acts).await;
        rows::<chain_payment::Entity>(&tx, &contracting.payments).await;
        rows::<chain_payment_act::Entity>(&tx, &contracting.payment_acts).await;
        rows::<contract_interest::Entity>(&tx, &contracting.interests).await;
        rows::<contract_interest_withdrawal::Entity>(&tx, &contracting.withdrawals).await;
        rows::<contract_publication::Entity>(&tx, &contracting.publications).await;
        rows::<contract_publication_withdrawal::Entity>(&tx, &contracting.unpublished).await;
        let delegated = &contracting.delegated;
        rows::<delegated_budget::Entity>(&tx, &delegated.budgets).await;
        rows::<delegated_budget_version::Entity>(&tx, &delegated.versions).await;
        rows::<delegated_budget_amount::Entity>(&tx, &delegated.amounts).await;
        rows::<delegated_spending::Entity>(&tx, &delegated.spending).await;
        for agreement in &self.agreements {
            derive::agreement(&tx, agreement.id).await.expect("access is derived");
        }
        let contracts: Vec<Uuid> = contracting.contracts.iter().map(|row| row.id).collect();
        derive::contracts(&tx, &contracts).await.expect("access is derived");
        let links: Vec<Uuid> = contracting.links.iter().map(|row| row.id).collect();
        derive::links(&tx, &links).await.expect("access is derived");
        let budgets: Vec<Uuid> = delegated.budgets.iter().map(|row| row.id).collect();
        derive::budgets(&tx, &budgets).await.expect("access is derived");
        tx.commit().await.expect("the world is stored");
        let _ = seal_now(&world.database).await.expect("what was done has its place");
        if world.engine == Engine::Postgres {
            // Many worlds come in faster than the database looks at its tables by itself.
            let connection = world.database.for_migration();
            connection.execute_unprepared("analyze").await.expect("the tables are looked at");
        }
    }

    fn heads(&self) -> Vec<ledger_head::Model> {
        let head = |fund: &pooled_fund::Model| {
            let last = self.transactions.iter().rev().find(|row| row.fund_id == fund.id);
            ledger_head::Model {
                fund_id: fund.id,
                sequence: last.map_or(0, |row| row.sequence),
                known_at: last.map_or(Instant::EARLIEST, |row| row.known_at),
                hash: last.map_or_else(Vec::new, |row| row.hash.clone()),
            }
        };
        self.funds.iter().map(head).collect()
    }
}

async fn rows<E>(connection: &impl ConnectionTrait, models: &[E::Model])
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Clone,
{
    for some in models.chunks(BATCH) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        E::insert_many(rows).exec_without_returning(connection).await.expect("rows are accepted");
    }
}
