//! Budgets delegated within contracts: who holds one reads all of it, who was paid what it was paid,
//! and whoever stands to the contract as the matrix says, of its own days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::{
    delegated_budget as budget, delegated_budget_version as version,
    delegated_spending as spending, relation::RelationKind,
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    Generated, View,
    asked::{Asker, id},
    contract::money,
    deeds,
    masks::Tier,
    standings::{Standing, of_parties},
};
use crate::{raw::day, world::global};

const GROUP: &str = "DelegatedBudgets";

const FIGURES: &str = "budget spent left isOverspent withheld { reason }";

/// How the holder of a budget and everybody who was paid from it, and whoever follows them, stand to it:
/// the holder in place 0.
pub(super) fn to_budget(world: &Generated, row: &budget::Model) -> Vec<Standing> {
    let mut parties = BTreeMap::from([(0, (row.holder_id, row.starts_on, row.recorded_on))]);
    let spent = world.contracting.delegated.spending.iter();
    for paid in spent.filter(|paid| paid.budget_id == row.id) {
        let first = (paid.payee_id, paid.spent_on, paid.recorded_on);
        let known = parties.entry(paid.payee_position).or_insert(first);
        (known.1, known.2) = (known.1.min(paid.spent_on), known.2.min(paid.recorded_on));
    }
    let mut all = Vec::new();
    for (place, (holder, from, recorded_on)) in parties {
        let party = (RelationKind::FundedProvider, holder, from, day(9999, 12, 31), recorded_on);
        let of_place = of_parties(world, row.contract_id, &[party]).into_iter();
        all.extend(of_place.map(|it| Standing { place: Some(place), ..it }));
    }
    all
}

/// What a budget comes to in a year, as at a day.
struct Figures {
    budget: i64,
    spent: i64,
}

impl Figures {
    fn shown(&self) -> Value {
        let left = self.budget - self.spent;
        json!({
            "budget": pounds(self.budget), "spent": pounds(self.spent), "left": pounds(left),
            "isOverspent": left < 0, "withheld": [],
        })
    }
}

/// An amount that may be below nothing.
fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}", money(pence.abs()))
}

fn withheld(reason: &str) -> Value {
    let why = vec![json!({ "reason": reason }); 5];
    json!({ "budget": null, "spent": null, "left": null, "isOverspent": null, "withheld": why })
}

impl View<'_> {
    fn to_contract_of(&self, row: &budget::Model) -> impl Iterator<Item = &Standing> {
        self.to_contracts.get(&row.contract_id).into_iter().flatten()
    }

    /// How the viewer stands to a budget in one place or in any.
    fn in_place(&self, of: Uuid, place: i32) -> impl Iterator<Item = &Standing> {
        let own = self.to_budgets.get(&of).into_iter().flatten();
        own.filter(move |it| it.place == Some(place) && it.opens(GROUP, Tier::Own))
    }

    /// True when the viewer held the budget when something was recorded.
    fn holds(&self, row: &budget::Model, recorded_on: NaiveDate) -> bool {
        self.in_place(row.id, 0).any(|it| recorded_on <= it.to)
    }

    /// True when the viewer sees a budget.
    #[must_use]
    pub fn sees_budget(&self, of: Uuid) -> bool {
        let budgets = &self.world.contracting.delegated.budgets;
        let Some(row) = budgets.iter().find(|row| row.id == of) else { return false };
        let opens = |it: &Standing| it.opens(GROUP, Tier::Summary) && row.recorded_on <= it.to;
        self.to_contract_of(row).any(opens) || self.holds(row, row.recorded_on)
    }

    /// True when the viewer reads a version of a budget.
    #[must_use]
    pub fn reads_version(&self, of: &version::Model) -> bool {
        let row = self.world.contracting.delegated.budget(of.budget_id);
        let opens = |it: &Standing| it.opens(GROUP, Tier::Full) && of.recorded_on <= it.to;
        self.to_contract_of(row).any(opens) || self.holds(row, of.recorded_on)
    }

    /// True when the viewer reads what was spent.
    #[must_use]
    pub fn reads_spending(&self, of: &spending::Model) -> bool {
        let row = self.world.contracting.delegated.budget(of.budget_id);
        let opens = |it: &Standing| {
            it.opens(GROUP, Tier::Full) && it.from <= of.spent_on && {
                of.spent_on.max(of.recorded_on) <= it.to
            }
        };
        self.to_contract_of(row).any(opens) || self.holds(row, of.recorded_on) || self.was_paid(of)
    }

    /// True when the viewer finds what was spent by its identity.
    pub(super) fn finds_spending(&self, of: Uuid) -> bool {
        let mut spent = self.world.contracting.delegated.spending.iter();
        spent.any(|row| row.id == of && self.reads_spending(row))
    }

    /// True when the viewer was paid.
    fn was_paid(&self, of: &spending::Model) -> bool {
        self.in_place(of.budget_id, of.payee_position).any(|it| of.recorded_on <= it.to)
    }

    /// True when the viewer reads all of a budget, of some day or other.
    fn reads_budget(&self, row: &budget::Model) -> bool {
        let mut of_contract = self.to_contract_of(row);
        of_contract.any(|it| it.opens(GROUP, Tier::Full))
            || self.in_place(row.id, 0).next().is_some()
    }

    /// What a budget comes to in a year as at today; or why that is not read.
    fn figures(&self, row: &budget::Model, start: i32) -> Result<Figures, &'static str> {
        if !self.reads_budget(row) {
            return Err("SUMMARY_ONLY");
        }
        let opens = |it: &Standing| it.opens(GROUP, Tier::Full) && it.covers_year(start);
        let is_own = self.in_place(row.id, 0).next().is_some();
        if !is_own && !self.to_contract_of(row).any(opens) {
            return Err("OUTSIDE_YOUR_DAYS");
        }
        let (first, last) = (day(start, 4, 1), day(start + 1, 3, 31));
        let delegated = &self.world.contracting.delegated;
        let mut budget = 0;
        let mut versions: Vec<&version::Model> = delegated
            .versions
            .iter()
            .filter(|it| it.budget_id == row.id && self.reads_version(it))
            .filter(|it| it.effective_on <= self.today.max(first))
            .collect();
        versions.sort_by_key(|it| it.number);
        for version in versions {
            let mut of_version = delegated.amounts.iter().filter(|it| {
                it.budget_id == row.id
                    && it.version == version.number
                    && it.financial_year.start_year() == start
            });
            match of_version.next() {
                Some(amount) => budget = amount.amount_pence.0,
                None if version.is_withdrawal && version.effective_on <= last => budget = 0,
                None => {}
            }
        }
        let spent = delegated.spending.iter().filter(|it| {
            let is_of_year = first <= it.spent_on && it.spent_on <= last.min(self.today);
            it.budget_id == row.id && is_of_year && self.reads_spending(it)
        });
        Ok(Figures { budget, spent: spent.map(|it| it.amount_pence.0).sum() })
    }

    fn position(&self, row: &budget::Model, start: i32) -> Value {
        self.figures(row, start).map_or_else(withheld, |it| it.shown())
    }

    /// Several budgets together: withheld where one is.
    fn together(&self, rows: &[&budget::Model], start: i32) -> Value {
        let mut sum = Figures { budget: 0, spent: 0 };
        for row in rows {
            match self.figures(row, start) {
                Ok(own) => {
                    sum.budget += own.budget;
                    sum.spent += own.spent;
                }
                Err(why) => return withheld(why),
            }
        }
        sum.shown()
    }

    /// Nothing was delegated, where the viewer would read it.
    fn nothing_within(&self, contract: Uuid, start: i32) -> Value {
        let told = self.told_of_contract(contract);
        let to: Vec<&Standing> = told.standings().collect();
        let any = |tier: Tier, of_year: bool| {
            to.iter().any(|it| it.opens(GROUP, tier) && (!of_year || it.covers_year(start)))
        };
        if any(Tier::Full, true) {
            Figures { budget: 0, spent: 0 }.shown()
        } else if any(Tier::Full, false) {
            withheld("OUTSIDE_YOUR_DAYS")
        } else if any(Tier::Summary, true) {
            withheld("SUMMARY_ONLY")
        } else if any(Tier::Summary, false) {
            withheld("OUTSIDE_YOUR_DAYS")
        } else {
            withheld("NOT_A_PARTY")
        }
    }

    /// The budgets that the viewer sees, in the order of recording.
    fn budgets_seen(&self) -> Vec<&budget::Model> {
        let budgets = self.world.contracting.delegated.budgets.iter();
        let mut seen: Vec<_> = budgets.filter(|row| self.sees_budget(row.id)).collect();
        seen.sort_by_key(|row| (row.recorded_at, row.id));
        seen
    }

    fn expected_of_contract_budgets(&self, contract: Uuid) -> Value {
        let seen = self.budgets_seen();
        let within: Vec<_> = seen.into_iter().filter(|row| row.contract_id == contract).collect();
        let ids: Vec<Value> = within.iter().map(|row| named(row)).collect();
        let holders: BTreeSet<Uuid> = within.iter().map(|row| row.holder_id).collect();
        let holder = |holder: &Uuid| {
            let own: Vec<_> =
                within.iter().copied().filter(|row| row.holder_id == *holder).collect();
            json!({ "holder": { "id": global(*holder) }, "position": self.together(&own, 2025) })
        };
        let whole = match within.is_empty() {
            true => self.nothing_within(contract, 2025),
            false => self.together(&within, 2025),
        };
        let holders: Vec<Value> = holders.iter().map(holder).collect();
        json!({
            "budgets": { "totalCount": ids.len(), "nodes": ids },
            "year": { "whole": whole, "holders": { "nodes": holders } },
        })
    }

    fn expected_of_budget(&self, row: &budget::Model) -> Vec<(&'static str, Value)> {
        let reads = self.reads_budget(row);
        let told = |value: Value| if reads { value } else { Value::Null };
        let delegated = &self.world.contracting.delegated;
        let versions: Vec<&version::Model> = delegated
            .versions
            .iter()
            .filter(|it| it.budget_id == row.id && self.reads_version(it))
            .collect();
        let numbers: Vec<Value> =
            versions.iter().map(|it| json!({ "number": it.number })).collect();
        let spent = delegated.spending.iter();
        let spent = spent.filter(|it| it.budget_id == row.id && self.reads_spending(it));
        let spent: Vec<Value> = spent
            .map(|it| {
                let of = id(Kind::DelegatedSpending, it.id);
                json!({ "id": of, "amount": pounds(it.amount_pence.0) })
            })
            .collect();
        let sees_contract = self.sees_contract(row.contract_id);
        let contract = json!({ "id": id(Kind::Contract, row.contract_id) });
        let left_out = ["isWithdrawn", "spending", "version", "versions"];
        let hidden: Vec<&str> = left_out.into_iter().filter(|_| !reads).collect();
        vec![
            ("holder", json!({ "id": global(row.holder_id) })),
            ("purpose", json!(row.purpose)),
            ("startsOn", json!(row.starts_on)),
            ("contract", if sees_contract { contract } else { Value::Null }),
            ("version", told(json!(versions.last().map(|it| it.number)))),
            ("isWithdrawn", told(json!(versions.iter().any(|it| it.is_withdrawal)))),
            ("versions", told(json!(numbers))),
            ("spending", told(json!({ "totalCount": spent.len(), "nodes": spent }))),
            ("position", self.position(row, 2025)),
            ("before", self.position(row, 2024)),
            ("withheld", json!(hidden)),
        ]
    }

    /// True when somebody in every role may do something to a budget.
    #[must_use]
    pub(super) fn may_to_budget(&self, action: &str, of: Uuid) -> bool {
        let row = self.world.contracting.delegated.budget(of);
        if action == "change" {
            // Who provides under the contract decides nothing of it.
            return self.sees_contract(row.contract_id)
                && self.may_to_contract("changeStatus", row.contract_id);
        }
        let mut own = self.in_place(of, 0);
        self.holder.team.is_none() && own.any(|it| it.acts && self.today <= it.to)
    }
}

fn named(row: &budget::Model) -> Value {
    json!({ "id": id(Kind::DelegatedBudget, row.id) })
}

impl Asker<'_> {
    /// Every budget of the world, one that is in none, what was spent of them, and the lists of them.
    pub(super) async fn delegated_budgets(&mut self) {
        let view = self.view;
        let can = self.selects_deeds().then(|| deeds::selected("DelegatedBudget"));
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ... on DelegatedBudget {{ id \
             holder {{ id }} purpose startsOn contract {{ id }} version isWithdrawn \
             versions {{ number }} spending(first: 100) {{ totalCount nodes {{ id amount }} }} \
             position(financialYear: \"2025/26\") {{ {FIGURES} }} \
             before: position(financialYear: \"2024/25\") {{ {FIGURES} }} \
             withheld {{ field reason }} {} }} }} }}",
            can.unwrap_or_default()
        );
        let budgets = view.world.contracting.delegated.budgets.iter().map(|row| row.id);
        let budgets: Vec<Uuid> = budgets.chain([Uuid::from_u128(7)]).collect();
        for some in budgets.chunks(20) {
            let ids: Vec<String> = some.iter().map(|of| id(Kind::DelegatedBudget, *of)).collect();
            let data = self.get(&document, json!({ "ids": ids })).await;
            for (place, of) in some.iter().enumerate() {
                self.delegated_budget(*of, &data["nodes"][place]);
            }
        }
        self.delegated_spending().await;
        self.delegated_lists().await;
    }

    fn delegated_budget(&mut self, of: Uuid, said: &Value) {
        let view = self.view;
        let is_found = view.sees_budget(of);
        let type_name = if is_found { json!("DelegatedBudget") } else { Value::Null };
        let name = said.get("__typename").unwrap_or(&Value::Null);
        self.same(|| format!("the delegated budget {of}"), name, &type_name);
        if is_found && !said.is_null() {
            let row = view.world.contracting.delegated.budget(of);
            self.each("DelegatedBudget", of, said, &view.expected_of_budget(row));
            self.deeds("DelegatedBudget", (row.contract_id, of), said);
        }
    }

    async fn delegated_spending(&mut self) {
        let view = self.view;
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on DelegatedSpending { id \
                        amount payee { id } budget { id } reverses { id } reversedBy { id } } } }";
        let spent = &view.world.contracting.delegated.spending;
        let of = |row: &spending::Model| id(Kind::DelegatedSpending, row.id);
        let shown = |row: Option<&spending::Model>| {
            let read = row.filter(|row| view.reads_spending(row));
            read.map_or(Value::Null, |row| json!({ "id": of(row) }))
        };
        for some in spent.chunks(50) {
            let ids: Vec<String> = some.iter().map(of).collect();
            let data = self.get(document, json!({ "ids": ids })).await;
            for (place, row) in some.iter().enumerate() {
                let sees = view.sees_budget(row.budget_id);
                let budget = json!({ "id": id(Kind::DelegatedBudget, row.budget_id) });
                let reversed = spent.iter().find(|it| Some(it.id) == row.reverses_id);
                let reversal = spent.iter().find(|it| it.reverses_id == Some(row.id));
                let expected = json!({
                    "id": of(row), "amount": pounds(row.amount_pence.0),
                    "payee": { "id": global(row.payee_id) },
                    "budget": if sees { budget } else { Value::Null },
                    "reverses": shown(reversed), "reversedBy": shown(reversal),
                });
                let expected = if view.reads_spending(row) { expected } else { Value::Null };
                let said = &data["nodes"][place];
                self.same(|| format!("spending {}", row.id), said, &expected);
            }
        }
    }

    async fn delegated_lists(&mut self) {
        let view = self.view;
        let document = "{ delegatedBudgets(first: 100) { totalCount nodes { id } } \
                        delegatedPayments(first: 100) { totalCount nodes { id } } }";
        let data = self.get(document, json!({})).await;
        let held = view.budgets_seen().into_iter();
        let held = held.filter(|row| view.in_place(row.id, 0).next().is_some());
        let held: Vec<Value> = held.map(named).collect();
        let list = |nodes: Vec<Value>| json!({ "totalCount": nodes.len(), "nodes": nodes });
        self.same(|| "delegatedBudgets".to_owned(), &data["delegatedBudgets"], &list(held));
        let spent = view.world.contracting.delegated.spending.iter();
        let mut paid: Vec<_> = spent.filter(|row| view.was_paid(row)).collect();
        paid.sort_by_key(|row| (row.recorded_at, row.id));
        let paid = paid.into_iter().map(|row| json!({ "id": id(Kind::DelegatedSpending, row.id) }));
        let paid = list(paid.collect());
        self.same(|| "delegatedPayments".to_owned(), &data["delegatedPayments"], &paid);
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Contract {{ delegation {{ \
             budgets(first: 100) {{ totalCount nodes {{ id }} }} \
             year(financialYear: \"2025/26\") {{ whole {{ {FIGURES} }} holders(first: 100) {{ \
             nodes {{ holder {{ id }} position {{ {FIGURES} }} }} }} }} }} }} }} }}"
        );
        let contracts: Vec<Uuid> =
            view.world.contracting.contracts.iter().map(|row| row.id).collect();
        for some in contracts.chunks(5) {
            let ids: Vec<String> = some.iter().map(|of| id(Kind::Contract, *of)).collect();
            let data = self.get(&document, json!({ "ids": ids })).await;
            for (place, of) in some.iter().enumerate().filter(|it| view.sees_contract(*it.1)) {
                let expected = view.expected_of_contract_budgets(*of);
                let said = &data["nodes"][place]["delegation"];
                self.same(|| format!("what is delegated within {of}"), said, &expected);
            }
        }
    }
}
