//! Practices that hold budgets delegated within a contract, and what is done with those.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use crate::{Actor, Answer, World, chain::Chain, posting::decision};

/// What is read of a budget.
pub const BUDGET: &str =
    "id purpose startsOn version isWithdrawn holder { id } contract { reference }
    versions { number effectiveOn isWithdrawal reason amounts { financialYear amount }
        decision { decidingBody decidedOn minuteReference } }
    viewerCan { change { allowed } recordSpending { allowed } } withheld { field reason }";
/// What is read of what was spent.
pub const SPENDING: &str =
    "id amount spentOn purpose documentReference reason payer { id } payee { id }
    budget { id } reverses { id } reversedBy { id } viewerCan { reverse { allowed } }";
/// What is read of a position.
pub const FIGURES: &str = "budget spent left isOverspent
    explanation { rule steps { label inputs { name amount } result } } withheld { field reason }";

/// Two practices that hold budgets, within a contract of £1,000,000 a year.
pub struct Practices {
    /// The contract, and everybody around it.
    pub chain: Chain,
    /// One practice.
    pub first: Actor,
    /// Another, which competes with it.
    pub second: Actor,
    /// Who is paid.
    pub clinic: Actor,
}

impl Practices {
    /// A contract without budgets.
    pub async fn on(world: &World) -> Self {
        let chain = Chain::on(world).await;
        let roles = [Role::Finance, Role::Auditor];
        let practice = async |name: &str| {
            let id = world.organisation(name, OrganisationKind::GpPractice).await;
            world.actor(id, &roles).await
        };
        let (first, second) = (practice("First practice").await, practice("Second practice").await);
        let clinic = practice("Foot clinic").await;
        Self { chain, first, second, clinic }
    }

    /// A budget as it is delegated.
    #[must_use]
    pub fn budget(&self, holder: &Actor, amounts: &[(&str, &str)]) -> Value {
        json!({
            "contract": self.chain.id(), "holder": holder.id, "purpose": " Diabetes care ",
            "startsOn": "2025-04-01", "amounts": years(amounts), "decision": decision(),
            "idempotencyKey": format!("{} {amounts:?}", holder.id),
        })
    }

    /// Delegates it, as the commissioner that leads.
    pub async fn delegates(&self, input: Value) -> Answer {
        delegate(&self.chain.commissioner, input).await
    }

    /// A budget of 2025/26 for the first practice.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn first_has(&self, amount: &str) -> String {
        let answer = self.delegates(self.budget(&self.first, &[("2025/26", amount)])).await.ok();
        id_of(&answer, "budget")
    }

    /// What is spent with the clinic, as it is recorded.
    #[must_use]
    pub fn spent(&self, budget: &str, on: &str, amount: &str) -> Value {
        json!({
            "budget": budget, "spentOn": on, "payee": self.clinic.id, "purpose": "Foot checks",
            "amount": amount, "documentReference": format!("INV {on}"),
            "idempotencyKey": format!("{budget} {on} {amount}"),
        })
    }
}

/// Amounts of years, as they are given.
#[must_use]
pub fn years(amounts: &[(&str, &str)]) -> Value {
    amounts
        .iter()
        .map(|(year, amount)| json!({ "financialYear": year, "amount": amount }))
        .collect()
}

/// Delegates a budget.
pub async fn delegate(who: &Actor, input: Value) -> Answer {
    who.run("delegateBudget", input, &format!("budget {{ {BUDGET} }}")).await
}

/// Changes a budget from a day on.
pub async fn change(
    who: &Actor,
    budget: &str,
    version: i32,
    (on, amounts): (&str, Value),
) -> Answer {
    let input = json!({
        "budget": budget, "expectedVersion": version, "effectiveOn": on, "amounts": amounts,
        "decision": decision(),
    });
    who.run("changeDelegatedBudget", input, &format!("budget {{ {BUDGET} }}")).await
}

/// Withdraws a budget from a day on.
pub async fn withdraw(who: &Actor, budget: &str, version: i32, (on, kept): (&str, &str)) -> Answer {
    let input = json!({
        "budget": budget, "expectedVersion": version, "effectiveOn": on, "kept": kept,
        "reason": "The network does it", "decision": decision(),
    });
    who.run("withdrawDelegatedBudget", input, &format!("budget {{ {BUDGET} }}")).await
}

/// Records what was spent.
pub async fn spend(who: &Actor, input: Value) -> Answer {
    let fields = format!("spending {{ {SPENDING} }} warnings");
    who.run("recordDelegatedSpending", input, &fields).await
}

/// Takes back what was recorded.
pub async fn reverse(who: &Actor, spending: &str, key: &str) -> Answer {
    let input = json!({ "spending": spending, "reason": "Paid twice", "idempotencyKey": key });
    who.run("reverseDelegatedSpending", input, &format!("spending {{ {SPENDING} }}")).await
}

/// The identity of what a mutation answered with.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn id_of(answer: &Answer, what: &str) -> String {
    answer.payload()[what]["id"].as_str().expect("an id").to_owned()
}

/// What somebody reads of a budget in 2025/26, as at a day and by what was known.
pub async fn position(who: &Actor, budget: &str, more: &str) -> Value {
    let document = format!(
        r#"{{ node(id: "{budget}") {{ ... on DelegatedBudget {{
            position(financialYear: "2025/26"{more}) {{ {FIGURES} }} }} }} }}"#
    );
    who.ask(&document).await.ok().at("/node/position").clone()
}

/// Budget, spent and left.
#[must_use]
pub fn figures(of: &Value) -> [String; 3] {
    ["budget", "spent", "left"].map(|it| of[it].as_str().unwrap_or("null").to_owned())
}

/// What somebody reads of what is delegated within the contract in 2025/26.
pub async fn within(who: &Actor, chain: &Chain) -> Value {
    within_contract(who, &chain.id(), "2025/26").await
}

/// What somebody reads of what is delegated within a contract in a year.
pub async fn within_contract(who: &Actor, contract: &str, year: &str) -> Value {
    let document = format!(
        r#"{{ contract(id: "{contract}") {{ delegation {{ viewerCan {{ delegate {{ allowed }} }}
            budgets(first: 10) {{ totalCount nodes {{ id purpose version holder {{ id }}
                withheld {{ field reason }} }} }}
            year(financialYear: "{year}") {{ whole {{ {FIGURES} }}
                holders(first: 10) {{ nodes {{ holder {{ id }} position {{ {FIGURES} }} }} }} }}
        }} }} }}"#
    );
    who.ask(&document).await.ok().at("/contract/delegation").clone()
}

/// What somebody holds, and what it was paid.
pub async fn own(who: &Actor) -> (Value, Value) {
    let document = format!(
        "{{ delegatedBudgets(first: 10) {{ totalCount nodes {{ {BUDGET} }} }}
           delegatedPayments(first: 10) {{ totalCount nodes {{ {SPENDING} }} }} }}"
    );
    let answer = who.ask(&document).await.ok();
    (answer.at("/delegatedBudgets").clone(), answer.at("/delegatedPayments").clone())
}

/// How many acts of a name somebody reads.
pub async fn acts(who: &Actor, action: &str) -> Value {
    let trail = format!(
        r#"{{ auditTrail(first: 10, where: {{ action: {{ eq: "{action}" }} }}) {{ totalCount }} }}"#
    );
    who.ask(&trail).await.ok().at("/auditTrail/totalCount").clone()
}
