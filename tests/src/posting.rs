//! What actors say about the books of a fund: contributions paid, money moved, figures read.

use serde_json::{Value, json};

use crate::{Actor, Answer, Books};

/// The figures of a position that tests compare.
pub const FIGURES: &str = "budget budgetToDate spent refunded actual committed remainingForecast
    forecastOutturn variance varianceToDate";

impl Books {
    /// Does `mutation` (`invoiceContribution`, `receiveContribution` or `refundContribution`) as the
    /// host.
    pub async fn pay(
        &self,
        mutation: &str,
        contribution: &str,
        (amount, on, key): (&str, &str, &str),
    ) -> Answer {
        let input = json!({
            "contribution": contribution, "amount": amount, "effective": { "effectiveOn": on },
            "description": "Paid", "idempotencyKey": key,
        });
        let fields = "transaction { id kind }";
        self.host().run_typed(mutation, "ContributionPostingInput", input, fields).await
    }

    /// What is sent to take a transaction back.
    #[must_use]
    pub fn reversal(transaction: &str, on: &str, key: &str) -> Value {
        json!({
            "transaction": transaction, "effective": { "effectiveOn": on },
            "reason": "Entered twice", "idempotencyKey": key,
        })
    }

    /// What is sent to move budget: lines of schemes, and lines of contributions by partner.
    #[must_use]
    pub fn movement(
        &self,
        kind: &str,
        on: &str,
        schemes: &[(&str, &str)],
        contributions: &[(usize, &str)],
    ) -> Value {
        let schemes: Vec<Value> = schemes
            .iter()
            .map(|(scheme, amount)| json!({ "scheme": scheme, "amount": amount }))
            .collect();
        let contributions: Vec<Value> = contributions
            .iter()
            .map(|(partner, amount)| {
                let partner = &self.partner(*partner).id;
                json!({ "partner": partner, "sourceCode": crate::books::SOURCE, "amount": amount })
            })
            .collect();
        json!({
            "fund": self.fund, "financialYear": "2025/26", "kind": kind, "reason": "Demand",
            "decision": decision(), "effectiveOn": on, "schemes": schemes,
            "contributions": contributions, "idempotencyKey": format!("{kind} {on}"),
        })
    }

    /// Closes every period of 2025/26 up to `last` as far as `status`.
    pub async fn close(&self, last: i32, status: &str) {
        for period in 1..=last {
            self.close_one(period, status).await;
        }
    }

    /// Closes one period of 2025/26 as far as `status`.
    pub async fn close_one(&self, period: i32, status: &str) {
        let input = json!({
            "fund": self.fund, "financialYear": "2025/26", "period": period,
            "status": status, "reason": "Month end",
        });
        let done = self.host().run("closePeriod", input, "closing { period }").await;
        assert_eq!(done.ok().at("/closePeriod/closing/period"), &json!(period));
    }

    /// All that the fund's host reads of it: what a write that was refused must leave as it was.
    pub async fn everything(&self) -> Value {
        let reference = &self.reference;
        let document = format!(
            r#"{{ pooledFund(reference: "{reference}") {{ version
                transactions(first: 100) {{ totalCount nodes {{ id entries {{ amount }} }} }}
                contributions(first: 100) {{ totalCount nodes {{ id version agreed
                    instalments {{ dueOn amount }} }} }}
                budgetMovements(first: 100) {{ totalCount nodes {{ id }} }}
                forecasts(first: 100) {{ totalCount nodes {{ id status }} }}
                schemes(first: 100) {{ totalCount nodes {{ id name version
                    monthlyBudget(financialYear: "2025/26")
                    fundingSplit(financialYear: "2025/26") {{ effectiveOn shares {{ weight }} }}
                    commitments(first: 100) {{ totalCount nodes {{ id outstanding }} }} }} }}
                position(financialYear: "2025/26", asOf: "2026-03-31") {{ knownAt cash
                    total {{ {FIGURES} }} }} }} }}"#
        );
        self.host().ask(&document).await.ok().0["data"].clone()
    }

    /// How many transactions of the fund `actor` is told of.
    pub async fn transactions(&self, actor: &Actor) -> Value {
        let reference = &self.reference;
        let document = format!(
            r#"{{ pooledFund(reference: "{reference}") {{ transactions(first: 0) {{ totalCount }} }} }}"#
        );
        let answer = actor.ask(&document).await.ok();
        answer.at("/pooledFund/transactions/totalCount").clone()
    }
}

/// A decision with its evidence (rule G4).
#[must_use]
pub fn decision() -> Value {
    json!({ "decidingBody": "Board", "decidedOn": "2025-04-01", "minuteReference": "7" })
}
