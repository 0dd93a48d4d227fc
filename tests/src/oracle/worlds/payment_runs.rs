//! What contracts were paid.

use entities::{
    contract,
    contract_provider::ProviderRole,
    pay_component as component, pay_component_version as version, pay_withholding as withholding,
    pay_withholding_settlement as settlement, payment_run as run,
    payment_run_act::{self as act, LineActKind, LineSide},
    payment_run_decision::{self as decision, RunDecision},
    payment_run_line::{self as line, LineNature},
    value::{FinancialYear, Pence, Period},
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

/// What contracts were paid.
#[derive(Clone, Debug, Default)]
pub struct Paying {
    /// The components of what contracts pay.
    pub components: Vec<component::Model>,
    /// Runs.
    pub runs: Vec<run::Model>,
    /// Their lines.
    pub lines: Vec<line::Model>,
    /// What hosts decided.
    pub decisions: Vec<decision::Model>,
    /// What was done about lines.
    pub acts: Vec<act::Model>,
    /// What components pay.
    pub versions: Vec<version::Model>,
    /// What is withheld of that.
    pub withholdings: Vec<withholding::Model>,
    /// What became of it.
    pub settlements: Vec<settlement::Model>,
}

impl Paying {
    /// Keeps some runs, with all that belongs to them, and the components of some contracts.
    pub fn keep(&mut self, keeps: impl Fn(&run::Model) -> bool, of: impl Fn(&Uuid) -> bool) {
        self.runs.retain(keeps);
        let kept: Vec<Uuid> = self.runs.iter().map(|row| row.id).collect();
        self.lines.retain(|row| kept.contains(&row.run_id));
        self.decisions.retain(|row| kept.contains(&row.run_id));
        let kept: Vec<Uuid> = self.lines.iter().map(|row| row.id).collect();
        self.acts.retain(|row| kept.contains(&row.line_id));
        self.components.retain(|row| of(&row.contract_id));
        let kept: Vec<Uuid> = self.components.iter().map(|row| row.id).collect();
        self.versions.retain(|row| kept.contains(&row.component_id));
        self.keep_withholdings(|row| of(&row.contract_id));
    }

    /// Keeps some withholdings, with what became of them.
    pub fn keep_withholdings(&mut self, keeps: impl Fn(&withholding::Model) -> bool) {
        self.withholdings.retain(keeps);
        let kept: Vec<Uuid> = self.withholdings.iter().map(|row| row.id).collect();
        self.settlements.retain(|row| kept.contains(&row.withholding_id));
    }
}

impl Maker {
    /// Of every contract that was awarded under an agreement.
    pub(super) fn payment_runs(&mut self) {
        for contract in self.it.contracting.contracts.clone() {
            let of = contract.agreement_id.filter(|_| contract.shared_on.is_some());
            let funds = self.it.funds.iter().filter(|row| Some(row.agreement_id) == of);
            let funds: Vec<Uuid> = funds.map(|row| row.id).collect();
            let schemes = self.it.schemes.iter().filter(|row| funds.contains(&row.fund_id));
            let schemes: Vec<(Uuid, Uuid)> = schemes.map(|row| (row.id, row.fund_id)).collect();
            let leads = self.it.contracting.providers.iter();
            let leads = leads.filter(|row| row.contract_id == contract.id);
            let leads = leads.filter(|row| row.role == ProviderRole::Lead);
            let leads: Vec<_> = leads.map(|row| (row.position, row.organisation_id)).collect();
            if !schemes.is_empty() && !leads.is_empty() {
                self.paid(&contract, &schemes, &leads);
            }
        }
    }

    fn paid(
        &mut self,
        contract: &contract::Model,
        schemes: &[(Uuid, Uuid)],
        leads: &[(i32, Uuid)],
    ) {
        let component_id = self.id();
        self.it.contracting.paying.components.push(component::Model {
            id: component_id,
            contract_id: contract.id,
            reference: "BLOCK".to_owned(),
            name: "Block".to_owned(),
            position: 1,
            recorded_on: contract.opened_on,
        });
        // Every lead is paid by one that was approved; others stand as they may.
        let others = self.between(1, 3);
        for place in 0..leads.len() + others {
            let lead = leads.get(place).copied();
            let (id, known_at, recorded_as_id) = (self.id(), self.known_at(), self.organisation());
            let (scheme_id, fund_id) = self.pick(schemes);
            let (payee_position, payee_id) = lead.unwrap_or_else(|| self.pick(leads));
            let financial_year = self.pick(&[2024, 2025]);
            let financial_year =
                FinancialYear::starting(if lead.is_some() { 2025 } else { financial_year });
            let financial_year = financial_year.expect("a year");
            let period = Period::new(self.pick(&[1, 2, 3, 4, 5])).expect("a month");
            let recorded_on = self.pick(&[day(2025, 9, 1), day(2025, 9, 30)]);
            self.it.contracting.paying.runs.push(run::Model {
                id,
                contract_id: contract.id,
                number: i32::try_from(place).unwrap_or(0) + 1,
                financial_year,
                period,
                pays_to: period.last_day(financial_year),
                fund_id,
                scheme_id,
                payee_id,
                payee_position,
                rule_version: 1,
                as_of: recorded_on,
                recorded_by_id: None,
                recorded_as_id,
                recorded_on,
                known_at,
            });
            let decided =
                self.pick(&[None, Some(RunDecision::Refused), Some(RunDecision::Approved)]);
            let decided = lead.map_or(decided, |_| Some(RunDecision::Approved));
            if let Some(decision) = decided {
                self.it.contracting.paying.decisions.push(decision::Model {
                    run_id: id,
                    decision,
                    reason: Some("As agreed".to_owned()),
                    transaction_id: None,
                    recorded_by_id: Some(recorded_as_id),
                    recorded_as_id,
                    recorded_on: day(2025, 9, 30),
                    known_at,
                });
            }
            let is_approved = decided == Some(RunDecision::Approved);
            self.lines((id, fund_id), (component_id, period), is_approved);
        }
    }

    /// A transaction of a fund by which nothing was paid yet.
    fn unused(&self, fund: Uuid) -> Option<Uuid> {
        let acts = &self.it.contracting.paying.acts;
        let is_used = |id: Uuid| acts.iter().any(|it| it.transaction_id == Some(id));
        let mut of_fund = self.it.transactions.iter().filter(|row| row.fund_id == fund);
        of_fund.find(|row| !is_used(row.id)).map(|row| row.id)
    }

    fn lines(
        &mut self,
        (run_id, fund): (Uuid, Uuid),
        (component_id, last): (Uuid, Period),
        is_approved: bool,
    ) {
        let months = Period::months().filter(|it| it.number() <= last.number()).collect::<Vec<_>>();
        for (number, period) in (1..).zip(months.into_iter().rev().take(2)) {
            let (id, known_at, recorded_as_id) = (self.id(), self.known_at(), self.organisation());
            let amount = i64::try_from(self.between(1, 9_000_000)).unwrap_or(1);
            self.it.contracting.paying.lines.push(line::Model {
                id,
                run_id,
                number,
                component_id,
                period,
                nature: LineNature::Due,
                is_adjustment: number > 1,
                amount_pence: Pence(amount),
                explanation: r#"{"rule":"C4","version":1,"steps":[]}"#.to_owned(),
            });
            let mut done = vec![(LineActKind::Claimed, LineSide::Payee)];
            if self.one_in(2) {
                done.push((LineActKind::Queried, LineSide::Payer));
            }
            done.truncate(if is_approved { self.between(0, 2) } else { 0 });
            let paid_by = self.unused(fund);
            if is_approved && paid_by.is_some() && self.one_in(2) {
                done.retain(|it| it.0 == LineActKind::Claimed);
                done.push((LineActKind::Paid, LineSide::Payer));
                done.push((LineActKind::Reconciled, LineSide::Payee));
            }
            for (number, (kind, side)) in (1..).zip(done) {
                let id = self.id();
                let paid = matches!(kind, LineActKind::Paid | LineActKind::Reconciled);
                let paid_on = self.pick(&[day(2025, 4, 20), day(2025, 6, 3), day(2025, 8, 31)]);
                self.it.contracting.paying.acts.push(act::Model {
                    id,
                    line_id: self.it.contracting.paying.lines.last().expect("a line").id,
                    number,
                    kind,
                    side,
                    amount_pence: (kind == LineActKind::Queried).then_some(Pence(1)),
                    reason: Some("Two wards were shut".to_owned()),
                    happened_on: paid.then_some(paid_on),
                    transaction_id: paid_by.filter(|_| kind == LineActKind::Paid),
                    recorded_by_id: None,
                    recorded_as_id,
                    recorded_on: day(2025, 9, 30),
                    known_at,
                });
            }
        }
    }
}
