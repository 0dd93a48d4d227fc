//! A contract that is bought and what it pays, without an agreement or a fund.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use crate::{Actor, Answer, World, contracts::drafted, posting::decision};

/// A contract between a board that buys, with a council beside it, and a trust that provides.
pub struct Bought {
    /// Who leads of the commissioners.
    pub board: Actor,
    /// Somebody else of it, who validates.
    pub validator: Actor,
    /// The commissioner beside it.
    pub council: Actor,
    /// The provider, as its contract manager.
    pub trust: Actor,
    /// The contract.
    pub contract: String,
}

impl Bought {
    /// Drafted from April 2025 on, of this value.
    pub async fn draft(world: &World, value: i64) -> Self {
        Self::new(world, value, false).await
    }

    /// The same, awarded.
    pub async fn awarded(world: &World, value: i64) -> Self {
        Self::new(world, value, true).await
    }

    async fn new(world: &World, pounds: i64, is_awarded: bool) -> Self {
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let council = world.organisation("Council", OrganisationKind::LocalAuthority).await;
        let trust = world.organisation("Trust", OrganisationKind::NhsTrust).await;
        let board = world.actor(board, &[Role::Commissioner, Role::Finance]).await;
        let council = world.actor(council, &[Role::Commissioner, Role::Finance]).await;
        let trust = world.actor(trust, &[Role::ContractManager]).await;
        let validator = board.colleague(world, 20, &[Role::Approver, Role::Commissioner]).await;
        let mut draft = drafted("UC-1", &[(&board, 9), (&council, 1)], &[&trust]);
        draft["startsOn"] = json!("2025-04-01");
        let contract = board.draft(draft).await;
        let years = json!([{ "financialYear": "2025/26", "amount": format!("{pounds}.00") }]);
        let input = json!({ "contract": contract, "expectedValueVersion": 0, "years": years });
        board.run("planContractValue", input, "contract { id }").await.ok();
        if is_awarded {
            board.step("awardContract", &contract, "2025-06-30", json!({})).await.ok();
        }
        Self { board, validator, council, trust, contract }
    }

    /// An input about the contract.
    #[must_use]
    pub fn input(&self, mut fields: Value) -> Value {
        fields["contract"] = json!(self.contract);
        fields
    }

    /// What the care cost before it.
    pub async fn baseline(&self, amount: &str) {
        let input = self.input(json!({ "financialYear": "2025/26", "amount": amount }));
        self.board.run("recordPayBaseline", input, "financialYear").await.ok();
    }

    /// The board records how a component pays from April 2025 on; may be refused.
    pub async fn component(&self, reference: &str, pay: Value) -> Answer {
        let input = self.input(json!({
            "reference": reference, "effectiveOn": "2025-04-01", "pay": pay,
            "decision": decision(),
        }));
        self.board.run("recordPayComponent", input, "component { reference kind }").await
    }

    /// The board says what is to be achieved; may be refused.
    pub async fn framework(&self, domains: Value, further: Value) -> Answer {
        let input = self.input(json!({
            "effectiveOn": "2025-04-01", "domains": domains, "further": further,
            "cutOffDays": 90, "decision": decision(),
        }));
        let fields = "framework { number domains { measures { reference } } }";
        self.board.run("defineOutcomeFramework", input, fields).await
    }

    /// What is sent to submit what was measured.
    #[must_use]
    pub fn reading(&self, measure: &str, reading: &str) -> Value {
        self.input(json!({
            "measure": measure, "financialYear": "2025/26", "reading": reading,
            "evidence": "Dashboard of March",
        }))
    }

    /// Submitted by the trust and validated by the board.
    pub async fn measured(&self, measure: &str, reading: &str) {
        let made = self
            .trust
            .run("submitMeasurement", self.reading(measure, reading), "measurement { number }")
            .await
            .ok();
        let number = made.at("/submitMeasurement/measurement/number").clone();
        let input = self.input(json!({ "number": number }));
        self.validator.run("validateMeasurement", input, "measurement { state }").await.ok();
    }

    /// What was done in a month of 2025/26, or what it cost.
    pub async fn activity(&self, code: &str, period: i32, what: Value) {
        let mut input = self.input(json!({
            "code": code, "financialYear": "2025/26", "period": period,
        }));
        for (name, value) in what.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        self.board.run("recordActivity", input, "period").await.ok();
    }

    /// What 2025/26 pays, as somebody reads it.
    pub async fn schedule(&self, actor: &Actor, more: &str) -> Answer {
        self.schedule_of(actor, "2025/26", more).await
    }

    /// What a year pays, as somebody reads it.
    pub async fn schedule_of(&self, actor: &Actor, year: &str, more: &str) -> Answer {
        let more = format!("financialYear: \"{year}\" {more}");
        let asked = asked(&more, "");
        actor.send(&asked, json!({ "id": self.contract })).await.ok()
    }

    /// What 2025/26 would pay, as somebody is told; may be refused.
    pub async fn what_if(&self, actor: &Actor, what_if: Value) -> Answer {
        let asked = asked("financialYear: \"2025/26\" whatIf: $whatIf", ", $whatIf: WhatIfInput");
        actor.send(&asked, json!({ "id": self.contract, "whatIf": what_if })).await
    }
}

fn asked(arguments: &str, variables: &str) -> String {
    format!(
        "query($id: ID!{variables}) {{ contract(id: $id) {{ pay {{ withheld {{ field reason }}
            schedule({arguments}) {{ total fixedElement actualAnnualValue ruleVersion asOf
            components {{ reference kind amount most }}
            lines {{ component period nature amount
                explanation {{ rule steps {{ inputs {{ name amount }} result }} }} }}
            results {{ measure state most earned payableYet forfeited missed }}
            shared {{ component variance provider pool isGatePassed }} }} }} }} }}"
    )
}

/// What a component comes to.
///
/// # Panics
/// When there is no schedule, or no such component in it.
#[must_use]
pub fn of<'a>(answer: &'a Answer, reference: &str) -> &'a Value {
    let components = answer.at("/contract/pay/schedule/components").as_array();
    let components = components.unwrap_or_else(|| panic!("no schedule: {answer:#?}"));
    components.iter().find(|it| it["reference"] == reference).expect("a component")
}

/// The line of a component in a month.
///
/// # Panics
/// When there is no schedule, or no such line in it.
#[must_use]
pub fn line<'a>(answer: &'a Answer, (component, period): (&str, i32)) -> &'a Value {
    let lines = answer.at("/contract/pay/schedule/lines").as_array();
    let mut lines = lines.unwrap_or_else(|| panic!("no schedule: {answer:#?}")).iter();
    let found = lines.find(|it| it["component"] == component && it["period"] == period);
    found.unwrap_or_else(|| panic!("no line of {component} in {period}: {answer:#?}"))
}

/// What a schedule comes to.
#[must_use]
pub fn total(answer: &Answer) -> &str {
    answer.text("/contract/pay/schedule/total")
}
