//! What contracts were paid: who sees which run, and what of it.

use chrono::NaiveDate;
use entities::{
    contract_commissioner::CommissionerRole,
    payment_run as run,
    payment_run_act::{self as act, LineActKind},
    payment_run_decision::RunDecision,
    payment_run_line as line,
    relation::RelationKind,
    value::{FinancialYear, Period},
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    contract::money,
    masks::Tier,
    standings::{Party, Standing, of_parties},
};
use crate::raw::day;

/// The year that is asked about, by its first calendar year.
const YEAR: i32 = 2025;

/// Everything that is asked of a run.
const ASKED: &str = "paymentRuns(financialYear: \"2025/26\") { number state total ownShare fund { id } \
     scheme { id } withheld { field } lines { number amount state acts { kind } \
     viewerCan { claim { allowed } accept { allowed } } } }";

/// How much of a run is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of it.
    All,
    /// All of it, to who is paid.
    Paid,
    /// What the viewer bears.
    Share,
}

impl View<'_> {
    fn own(&self) -> Uuid {
        self.holder.team.unwrap_or(self.holder.organisation)
    }

    /// What the viewer has of one party to a contract.
    fn stands_as(&self, contract: Uuid, party: Party) -> Vec<Standing> {
        let mut to = of_parties(self.world, contract, &[party]);
        to.retain(|it| it.holder == self.own() && it.is_usable(self.today));
        to
    }

    fn decided(&self, run: &run::Model) -> Option<RunDecision> {
        let decisions = &self.world.contracting.paying.decisions;
        decisions.iter().find(|it| it.run_id == run.id).map(|it| it.decision)
    }

    fn lines_of(&self, run: &run::Model) -> Vec<&line::Model> {
        let lines = self.world.contracting.paying.lines.iter();
        lines.filter(|it| it.run_id == run.id).collect()
    }

    /// How much of a run is shown; none where it is hidden.
    #[must_use]
    pub fn shows_run(&self, run: &run::Model) -> Option<Shown> {
        if !self.sees_contract(run.contract_id) {
            return None;
        }
        let on = run.pays_to;
        let mut to = self.to_contracts.get(&run.contract_id).into_iter().flatten();
        let is_released = self.world.releases.iter().any(|it| {
            it.fund_id == run.fund_id
                && it.financial_year == run.financial_year
                && it.period == run.period
        });
        let keeps = self.to_fund(run.fund_id).any(|it| {
            it.opens("PaymentsFromPool", Tier::Full)
                && it.covers(on, on)
                && (it.live || is_released)
        });
        if self.leads_run(run) || keeps {
            return Some(Shown::All);
        }
        if self.decided(run) != Some(RunDecision::Approved) {
            return None;
        }
        if self.is_paid_by(run) {
            return Some(Shown::Paid);
        }
        let bears =
            to.any(|it| it.kind == RelationKind::AssociateCommissioner && it.covers(on, on));
        bears.then_some(Shown::Share)
    }

    fn leads_run(&self, run: &run::Model) -> bool {
        let mut to = self.to_contracts.get(&run.contract_id).into_iter().flatten();
        to.any(|it| {
            it.kind == RelationKind::CoordinatingCommissioner
                && it.opens("PaymentsFromPool", Tier::Full)
                && it.covers(run.pays_to, run.pays_to)
        })
    }

    fn is_paid_by(&self, run: &run::Model) -> bool {
        let providers = self.world.contracting.providers.iter();
        providers
            .filter(|it| it.contract_id == run.contract_id && it.position == run.payee_position)
            .any(|it| {
                let to = it.ends_on.unwrap_or(day(9999, 12, 31));
                let days = (it.starts_on, to, it.recorded_on);
                let lead = RelationKind::LeadProvider;
                let party = (lead, it.organisation_id, days.0, days.1, days.2);
                !self.stands_as(run.contract_id, party).is_empty()
            })
    }

    /// What the viewer bears of a run: each line is of the last day of its month.
    fn bears(&self, run: &run::Model) -> Option<i64> {
        let lines = self.lines_of(run).into_iter();
        let of = |it: &line::Model| (it.period.last_day(run.financial_year), it.amount_pence.0);
        self.bears_of(run.contract_id, lines.map(of).collect())
    }

    /// Whoever commissions on a day bears equal parts of its amount, in their order, the first of them
    /// the odd pennies of all days that they share alike; whoever follows two bears both.
    pub(super) fn bears_of(&self, contract: Uuid, amounts: Vec<(NaiveDate, i64)>) -> Option<i64> {
        let mut alike: Vec<(Vec<(Uuid, CommissionerRole)>, i64)> = Vec::new();
        for (on, amount) in amounts {
            let commissioners = self.world.contracting.commissioners.iter();
            let commissioners = commissioners.filter(|it| {
                it.contract_id == contract
                    && it.starts_on <= on
                    && it.ends_on.is_none_or(|last| on <= last)
            });
            let all: Vec<_> = commissioners.map(|it| (it.organisation_id, it.role)).collect();
            match alike.iter_mut().find(|it| it.0 == all) {
                Some(days) => days.1 += amount,
                None => alike.push((all, amount)),
            }
        }
        let mut borne = None;
        for (all, amount) in alike {
            let count = i64::try_from(all.len()).expect("a few");
            for (place, (who, _)) in (0..).zip(all) {
                if self.follows(contract, who) == Some(self.own()) {
                    let part = amount / count + i64::from(place < amount % count);
                    borne = Some(borne.unwrap_or(0) + part);
                }
            }
        }
        borne
    }

    /// Who claims a line, and who accepts one: who is paid, and the commissioner that leads and does
    /// not provide there; none acts as a team.
    fn may_to_line(&self, run: &run::Model, acts: &[LineActKind]) -> [bool; 2] {
        let is_paid = self.follows(run.contract_id, run.payee_id) == Some(self.own());
        let is_open = self.decided(run) == Some(RunDecision::Approved)
            && acts.last() != Some(&LineActKind::Queried)
            && !acts.contains(&LineActKind::Paid);
        let claims = is_paid && !acts.contains(&LineActKind::Claimed);
        let accepts = self.may_to_contract("changeStatus", run.contract_id);
        [is_open && claims, is_open && accepts]
    }

    /// True when the viewer is told that a line was paid on a day: by the contract or by being paid at
    /// once, by the fund as it sees postings.
    fn is_told_of_paying(&self, run: &run::Model, on: NaiveDate) -> bool {
        let (year, period) = (FinancialYear::of(on), Period::of(on));
        let is_released = self.world.releases.iter().any(|it| {
            it.fund_id == run.fund_id && it.financial_year == year && it.period == period
        });
        let by_fund = self.to_fund(run.fund_id).any(|it| {
            let reads = it.opens("PaymentsFromPool", Tier::Full);
            reads && it.covers(run.pays_to, run.pays_to) && it.live
        });
        is_released || by_fund || self.leads_run(run) || self.is_paid_by(run)
    }

    /// What the viewer is told that was done about a line of a run.
    #[must_use]
    pub fn told_of(&self, run: &run::Model, line: Uuid) -> Vec<&act::Model> {
        let acts = self.world.contracting.paying.acts.iter();
        let told = |act: &&act::Model| {
            let paid_on = act.happened_on.filter(|_| act.kind == LineActKind::Paid);
            paid_on.is_none_or(|on| self.is_told_of_paying(run, on))
        };
        acts.filter(|act| act.line_id == line).take_while(told).collect()
    }

    fn expected_of_run(&self, run: &run::Model, shown: Shown) -> Value {
        let lines = self.lines_of(run);
        let total: i64 = lines.iter().map(|it| it.amount_pence.0).sum();
        let line = |it: &&line::Model| {
            let acts: Vec<_> = self.told_of(run, it.id).iter().map(|act| act.kind).collect();
            let [claims, accepts] = self.may_to_line(run, &acts);
            let state = acts.last().map_or(json!("DUE"), |kind| json!(kind));
            let acts: Vec<Value> = acts.iter().map(|kind| json!({ "kind": kind })).collect();
            json!({
                "number": it.number, "amount": money(it.amount_pence.0), "state": state,
                "acts": acts,
                "viewerCan": { "claim": { "allowed": claims }, "accept": { "allowed": accepts } },
            })
        };
        let lines: Vec<Value> = lines.iter().map(line).collect();
        let is_whole = shown != Shown::Share;
        let (sees_fund, sees_scheme) =
            (self.funds.contains(&run.fund_id), self.schemes.contains(&run.scheme_id));
        let hidden = [("total", !is_whole), ("lines", !is_whole), ("fund", !sees_fund)];
        let hidden = hidden.into_iter().chain([("scheme", !sees_scheme)]);
        let hidden = hidden.filter(|it| it.1).map(|it| json!({ "field": it.0 }));
        let state = match self.decided(run) {
            None => "AWAITING_APPROVAL",
            Some(RunDecision::Approved) => "APPROVED",
            Some(RunDecision::Refused) => "REFUSED",
        };
        json!({
            "number": run.number,
            "state": state,
            "total": is_whole.then(|| money(total)),
            "ownShare": self.bears(run).map(money),
            "fund": sees_fund.then(|| json!({ "id": id(Kind::Fund, run.fund_id) })),
            "scheme": sees_scheme.then(|| json!({ "id": id(Kind::Scheme, run.scheme_id) })),
            "withheld": hidden.collect::<Vec<Value>>(),
            "lines": is_whole.then_some(lines),
        })
    }

    /// The runs of the year as they are told; null to whoever reads no payments from the pool.
    fn expected_runs(&self, contract: Uuid) -> Value {
        let mut to = self.to_contracts.get(&contract).into_iter().flatten();
        if !to.any(|it| it.opens("PaymentsFromPool", Tier::Own)) {
            return Value::Null;
        }
        let runs = self.world.contracting.paying.runs.iter();
        let runs =
            runs.filter(|it| it.contract_id == contract && it.financial_year.start_year() == YEAR);
        let told = |it: &run::Model| Some(self.expected_of_run(it, self.shows_run(it)?));
        json!(runs.filter_map(told).collect::<Vec<Value>>())
    }
}

impl Asker<'_> {
    /// The runs of every contract that is seen.
    pub(super) async fn payment_runs(&mut self) {
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Contract {{ pay {{ {ASKED} }} }} }} }}"
        );
        let contracts = self.view.world.contracting.contracts.iter().map(|row| row.id);
        let seen: Vec<Uuid> = contracts.filter(|of| self.view.sees_contract(*of)).collect();
        for some in seen.chunks(5) {
            let named: Vec<String> = some.iter().map(|of| id(Kind::Contract, *of)).collect();
            let data = self.get(&document, json!({ "ids": named })).await;
            for (place, of) in some.iter().enumerate() {
                let said = &data["nodes"][place]["pay"]["paymentRuns"];
                let expected = self.view.expected_runs(*of);
                self.same(|| format!("the payment runs of {of}"), said, &expected);
            }
        }
    }
}
