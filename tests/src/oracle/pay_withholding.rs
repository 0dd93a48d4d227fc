//! What is withheld of what contracts pay: who sees which withholding, and what of it.

use chrono::NaiveDate;
use entities::{
    pay_component as component, pay_withholding as withholding,
    pay_withholding_settlement::{self as settlement, SettlementOutcome},
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
    standings::Standing,
    worlds::withholdings::MONTHLY,
};

const AMOUNTS: &str = "{ withheld released retained outstanding }";

/// What enters a schedule of what a contract pays.
const ENTERS: [&str; 3] = ["ContractValue", "OutcomePay", "OutcomeMeasures"];

fn asked() -> String {
    format!(
        "withholdings(financialYear: \"2025/26\") {{ number version reasonCode documentReference \
         component basisPoints monthlyAmount fromPeriod amounts {AMOUNTS} ownShare {AMOUNTS} endedOn \
         settlements {{ number outcome amount withheld {{ field }} }} withheld {{ field }} \
         viewerCan {{ settle {{ allowed }} }} }}"
    )
}

fn year() -> FinancialYear {
    FinancialYear::starting(2025).expect("a year")
}

/// What a withholding comes to: of each month, and what became of it in which month.
#[derive(Default)]
struct Comes {
    months: Vec<(Period, i64)>,
    settled: Vec<(SettlementOutcome, Period, i64)>,
}

impl View<'_> {
    /// How the viewer stands to a contract by what reads its value, or its own share of that.
    pub(super) fn reading(&self, contract: Uuid, group: &str, tier: Tier) -> Vec<&Standing> {
        let to = self.to_contracts.get(&contract).into_iter().flatten();
        to.filter(|it| it.opens(group, tier)).collect()
    }

    /// True when a withholding is seen; of whoever reads the contract's value, all of it.
    #[must_use]
    pub fn sees_withholding(&self, row: &withholding::Model, is_whole: bool) -> bool {
        let tier = if is_whole { Tier::Full } else { Tier::Own };
        let to = self.reading(row.contract_id, "ContractValue", tier);
        self.sees_contract(row.contract_id) && to.iter().any(|it| row.recorded_on <= it.to)
    }

    /// True when something that became of a withholding is seen.
    #[must_use]
    pub fn sees_settled(&self, contract: Uuid, row: &settlement::Model) -> bool {
        let to = self.reading(contract, "ContractValue", Tier::Own);
        to.iter().any(|it| row.recorded_on <= it.to)
    }

    /// True when what it comes to is told of today: all of it, or what the viewer bears.
    #[must_use]
    pub fn is_told_what_is_withheld(&self, contract: Uuid, tier: Tier) -> bool {
        let today = self.today;
        let opens = |group: &&str| {
            self.reading(contract, group, tier).iter().any(|it| it.covers(today, today))
        };
        ENTERS.iter().all(opens)
    }

    /// The last day of which all is told that enters a schedule.
    #[must_use]
    pub fn told_of_pay_until(&self, contract: Uuid) -> Option<NaiveDate> {
        let to = self.to_contracts.get(&contract).into_iter().flatten();
        let ends = to.map(|it| it.to).filter(|day| *day < self.today).chain([self.today]);
        let is_told = |day: &NaiveDate| {
            ENTERS.iter().all(|group| {
                let reading = self.reading(contract, group, Tier::Full);
                reading.iter().any(|it| it.covers(*day, *day))
            })
        };
        ends.filter(is_told).max()
    }

    fn settlements_of(&self, of: Uuid) -> Vec<&settlement::Model> {
        let rows = self.world.contracting.paying.settlements.iter();
        rows.filter(|it| it.withholding_id == of).collect()
    }

    /// What each withholding of a contract comes to by a day, the earlier before the later.
    fn comes(&self, contract: Uuid, by: NaiveDate) -> Vec<(&withholding::Model, Comes)> {
        let rows = self.world.contracting.paying.withholdings.iter();
        let begun = |it: &&withholding::Model| it.from_period.first_day(year()) <= by;
        let own = rows.filter(|it| it.contract_id == contract && it.recorded_on <= by);
        let (mut rows, ahead): (Vec<_>, Vec<_>) = own.partition(begun);
        rows.sort_by_key(|it| it.number);
        let mut left = [MONTHLY.0; 12];
        let mut all = Vec::new();
        for row in rows {
            let mut settlements = self.settlements_of(row.id);
            settlements.retain(|it| it.recorded_on <= by);
            let over = settlements.iter().find(|it| it.amount_pence.is_none());
            let over = over.map(|it| it.effective_on);
            let mut comes = Comes::default();
            for (place, month) in Period::months().enumerate() {
                let is_in = row.from_period <= month && month <= row.to_period;
                if !is_in || over.is_some_and(|on| on <= month.first_day(year())) {
                    continue;
                }
                let wanted = match row.basis_points {
                    Some(points) => (MONTHLY.0 * points + 5_000) / 10_000,
                    None => row.monthly_pence.expect("an amount").0,
                };
                let taken = wanted.min(left[place]);
                left[place] -= taken;
                if taken > 0 {
                    comes.months.push((month, taken));
                }
            }
            let mut settled = 0;
            for it in settlements {
                let begun = comes.months.iter();
                let begun = begun.filter(|(month, _)| month.first_day(year()) <= it.effective_on);
                let rest = begun.map(|it| it.1).sum::<i64>() - settled;
                let amount = it.amount_pence.map_or(rest, |it| it.0.min(rest));
                settled += amount;
                comes.settled.push((it.outcome, Period::of(it.effective_on), amount));
            }
            all.push((row, comes));
        }
        // What has not begun comes to nothing yet, whatever becomes of it.
        for row in ahead {
            let settled = self.settlements_of(row.id).into_iter();
            let settled = settled.map(|it| (it.outcome, Period::APRIL, 0)).collect();
            all.push((row, Comes { months: Vec::new(), settled }));
        }
        all.sort_by_key(|it| it.0.number);
        all
    }

    /// What the year of a contract came to, as was known by a day.
    pub(super) fn comes_to(&self, contract: Uuid, by: NaiveDate) -> i64 {
        let mut components = self.world.contracting.paying.components.iter();
        let pays = |it: &component::Model| it.contract_id == contract && it.recorded_on <= by;
        if !components.any(pays) || by < year().first_day() {
            return 0;
        }
        let mut sum = 12 * MONTHLY.0;
        for (_, comes) in self.comes(contract, by) {
            sum -= comes.months.iter().map(|it| it.1).sum::<i64>();
            let released = comes.settled.iter().filter(|it| it.0 == SettlementOutcome::Released);
            sum += released.map(|it| it.2).sum::<i64>();
        }
        sum
    }

    fn amounts(
        &self,
        comes: &Comes,
        borne: impl Fn(Vec<(NaiveDate, i64)>) -> Option<i64>,
    ) -> Value {
        let last = |month: &Period| month.last_day(year());
        let begun = comes.months.iter().filter(|it| it.0.first_day(year()) <= self.today);
        let months = begun.map(|(month, amount)| (last(month), *amount)).collect();
        let Some(withheld) = borne(months) else { return Value::Null };
        let of = |outcome: SettlementOutcome| {
            let own = comes.settled.iter().filter(|it| it.0 == outcome);
            borne(own.map(|(_, month, amount)| (last(month), *amount)).collect()).unwrap_or(0)
        };
        let (released, retained) =
            (of(SettlementOutcome::Released), of(SettlementOutcome::Retained));
        json!({
            "withheld": money(withheld), "released": money(released), "retained": money(retained),
            "outstanding": money(withheld - released - retained),
        })
    }

    fn expected_of_withholding(&self, row: &withholding::Model, comes: &Comes) -> Value {
        let contract = row.contract_id;
        let is_whole = self.sees_withholding(row, true);
        let is_told = is_whole && self.is_told_what_is_withheld(contract, Tier::Full);
        let bears = self.is_told_what_is_withheld(contract, Tier::Own);
        let sum = |amounts: Vec<(NaiveDate, i64)>| Some(amounts.iter().map(|it| it.1).sum());
        let whole = is_told.then(|| self.amounts(comes, sum));
        let own = bears.then(|| self.amounts(comes, |it| self.bears_of(contract, it)));
        let seen = self.settlements_of(row.id).into_iter();
        let seen: Vec<_> = seen.filter(|it| self.sees_settled(contract, it)).collect();
        let settlement = |it: &&settlement::Model| {
            let place = usize::try_from(it.number - 1).expect("a number");
            let outcome =
                if it.outcome == SettlementOutcome::Released { "RELEASED" } else { "RETAINED" };
            let hidden = if is_told { json!([]) } else { json!([{ "field": "amount" }]) };
            json!({
                "number": it.number, "outcome": outcome,
                "amount": is_told.then(|| money(comes.settled[place].2)), "withheld": hidden,
            })
        };
        let settlements: Vec<Value> = seen.iter().map(settlement).collect();
        let ended = seen.iter().find(|it| it.amount_pence.is_none()).map(|it| it.effective_on);
        let hidden = [
            ("component", !is_whole),
            ("monthlyAmount", !is_whole),
            ("amounts", !is_told),
            ("ownShare", !bears),
        ];
        let hidden = hidden.into_iter().filter(|it| it.1).map(|it| json!({ "field": it.0 }));
        let may = self.may_to_contract("withholdPay", contract) && ended.is_none();
        let component = row.component_id.filter(|_| is_whole).map(|_| "BLOCK");
        let monthly = row.monthly_pence.filter(|_| is_whole).map(|it| money(it.0));
        json!({
            "number": row.number,
            "version": seen.last().map_or(1, |it| it.number + 1),
            "reasonCode": row.reason_code.code(),
            "documentReference": row.document_reference,
            "component": component,
            "basisPoints": row.basis_points,
            "monthlyAmount": monthly,
            "fromPeriod": row.from_period.number(),
            "amounts": whole,
            "ownShare": own,
            "endedOn": ended,
            "settlements": settlements,
            "withheld": hidden.collect::<Vec<Value>>(),
            "viewerCan": { "settle": { "allowed": may } },
        })
    }

    /// The withholdings of the year as they are told; null to whoever reads nothing of the value.
    fn expected_withholdings(&self, contract: Uuid) -> Value {
        if self.reading(contract, "ContractValue", Tier::Own).is_empty() {
            return Value::Null;
        }
        let all = self.comes(contract, self.today).into_iter();
        let seen = all.filter(|(row, _)| self.sees_withholding(row, false));
        json!(
            seen.map(|(row, comes)| self.expected_of_withholding(row, &comes)).collect::<Vec<_>>()
        )
    }
}

impl Asker<'_> {
    /// The withholdings of every contract that is seen.
    pub(super) async fn withholdings(&mut self) {
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Contract {{ pay {{ {} }} }} }} }}",
            asked()
        );
        let contracts = self.view.world.contracting.contracts.iter().map(|row| row.id);
        let seen: Vec<Uuid> = contracts.filter(|of| self.view.sees_contract(*of)).collect();
        for some in seen.chunks(5) {
            let named: Vec<String> = some.iter().map(|of| id(Kind::Contract, *of)).collect();
            let data = self.get(&document, json!({ "ids": named })).await;
            for (place, of) in some.iter().enumerate() {
                let said = &data["nodes"][place]["pay"]["withholdings"];
                let expected = self.view.expected_withholdings(*of);
                self.same(|| format!("the withholdings of {of}"), said, &expected);
            }
        }
    }
}
