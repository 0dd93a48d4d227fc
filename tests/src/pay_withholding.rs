//! What is withheld of a contract's pay, through the API.

use serde_json::{Value, json};

use crate::{Actor, Answer, payment_run::Paid, posting::decision};

/// What is read of a withholding.
pub const WITHHOLDING: &str = "withholding { number version reasonCode reason documentReference
    decision { minuteReference } component financialYear fromPeriod toPeriod basisPoints monthlyAmount
    amounts { withheld released retained outstanding }
    ownShare { withheld released retained outstanding } endedOn
    settlements { number outcome effectiveOn isEverything amount reason documentReference
        withheld { field reason } }
    recordedBy { id } withheld { field reason } viewerCan { settle { allowed reason } } }";

/// What is sent to withhold a tenth of what a component pays in some months of 2025/26.
#[must_use]
pub fn a_tenth(contract: &str, component: &str, (from, to): (i32, i32), key: &str) -> Value {
    json!({
        "contract": contract, "component": component, "financialYear": "2025/26",
        "fromPeriod": from, "toPeriod": to, "basisPoints": 1_000,
        "reasonCode": "ACTION_PLAN_BREACHED", "documentReference": "Notice 7",
        "decision": decision(), "idempotencyKey": key,
    })
}

/// What is sent to release or to retain something of the first withholding; all that is left where no
/// amount is given.
#[must_use]
pub fn settling(
    contract: &str,
    (version, on): (i32, &str),
    amount: Option<&str>,
    key: &str,
) -> Value {
    json!({
        "contract": contract, "withholding": 1, "expectedVersion": version, "effectiveOn": on,
        "amount": amount, "reason": "The plan is kept again", "documentReference": "Letter 8",
        "decision": decision(), "idempotencyKey": key,
    })
}

impl Actor {
    /// Withholds pay, or settles what was withheld.
    pub async fn withholds(&self, mutation: &str, input: Value) -> Answer {
        self.run(mutation, input, WITHHOLDING).await
    }

    /// What this actor reads of a contract's withholdings in a year; and of its pay what is withheld
    /// from it.
    ///
    /// # Panics
    /// When the server answers with an error.
    pub async fn withholdings(&self, contract: &str, year: &str, more: &str) -> Value {
        let fields = WITHHOLDING.split_once(' ').expect("a withholding").1;
        let document = format!(
            "query($id: ID!) {{ contract(id: $id) {{ pay {{ withheld {{ field reason }}
                withholdings(financialYear: \"{year}\" {more}) {fields} }} }} }}"
        );
        self.send(&document, json!({ "id": contract })).await.ok().at("/contract").clone()
    }
}

impl Paid {
    /// Withholds a tenth of the block in some months of 2025/26, as the board.
    pub async fn withholds(&self, months: (i32, i32), key: &str) -> Answer {
        let input = a_tenth(&self.contract, "BLOCK", months, key);
        self.board.withholds("withholdPay", input).await
    }

    /// Releases or retains something of the first withholding, as the board.
    pub async fn settles(
        &self,
        mutation: &str,
        at: (i32, &str),
        amount: Option<&str>,
        key: &str,
    ) -> Answer {
        let input = settling(&self.contract, at, amount, key);
        self.board.withholds(mutation, input).await
    }

    /// The lines of the year's schedule, as the board reads them.
    ///
    /// # Panics
    /// When there is no schedule for the board.
    pub async fn lines(&self, more: &str) -> Vec<Value> {
        let document = format!(
            "query($id: ID!) {{ contract(id: $id) {{ pay {{ schedule(financialYear: \"2025/26\" {more})
                {{ total ruleVersion lines {{ component period nature amount
                explanation {{ version steps {{ inputs {{ name amount }} }} }} }} }} }} }} }}"
        );
        let told = self.board.send(&document, json!({ "id": self.contract })).await.ok();
        told.at("/contract/pay/schedule/lines").as_array().expect("lines").clone()
    }
}
