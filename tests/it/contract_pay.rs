//! What contracts pay, and for what (rules C4 to C9): the worked examples, as they come out of the
//! API.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, World, both_databases, contracts::drafted, posting::decision};

/// A contract between a board that buys, with a council beside it, and a trust that provides.
struct Bought {
    board: Actor,
    validator: Actor,
    council: Actor,
    trust: Actor,
    contract: String,
}

impl Bought {
    /// Drafted from April 2025 on, of this value.
    async fn draft(world: &World, value: i64) -> Self {
        Self::new(world, value, false).await
    }

    /// The same, awarded.
    async fn awarded(world: &World, value: i64) -> Self {
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

    fn input(&self, mut fields: Value) -> Value {
        fields["contract"] = json!(self.contract);
        fields
    }

    async fn baseline(&self, amount: &str) {
        let input = self.input(json!({ "financialYear": "2025/26", "amount": amount }));
        self.board.run("recordPayBaseline", input, "financialYear").await.ok();
    }

    async fn component(&self, reference: &str, pay: Value) -> Answer {
        let input = self.input(json!({
            "reference": reference, "effectiveOn": "2025-04-01", "pay": pay,
            "decision": decision(),
        }));
        self.board.run("recordPayComponent", input, "component { reference kind }").await
    }

    async fn framework(&self, domains: Value, further: Value) -> Answer {
        let input = self.input(json!({
            "effectiveOn": "2025-04-01", "domains": domains, "further": further,
            "cutOffDays": 90, "decision": decision(),
        }));
        let fields = "framework { number domains { measures { reference } } }";
        self.board.run("defineOutcomeFramework", input, fields).await
    }

    fn reading(&self, measure: &str, reading: &str) -> Value {
        self.input(json!({
            "measure": measure, "financialYear": "2025/26", "reading": reading,
            "evidence": "Dashboard of March",
        }))
    }

    /// Submitted by the trust and validated by the board.
    async fn measured(&self, measure: &str, reading: &str) {
        let made = self
            .trust
            .run("submitMeasurement", self.reading(measure, reading), "measurement { number }")
            .await
            .ok();
        let number = made.at("/submitMeasurement/measurement/number").clone();
        let input = self.input(json!({ "number": number }));
        self.validator.run("validateMeasurement", input, "measurement { state }").await.ok();
    }

    async fn schedule(&self, actor: &Actor, more: &str) -> Answer {
        let document = format!(
            "query($id: ID!) {{ contract(id: $id) {{ pay {{ withheld {{ field reason }}
                schedule(financialYear: \"2025/26\" {more}) {{ total fixedElement ruleVersion
                components {{ reference kind amount most }}
                lines {{ component period nature amount
                    explanation {{ rule steps {{ inputs {{ name amount }} result }} }} }}
                results {{ measure state most earned payableYet forfeited missed }}
                shared {{ component variance provider pool isGatePassed }} }} }} }} }}"
        );
        actor.send(&document, json!({ "id": self.contract })).await.ok()
    }
}

fn of<'a>(answer: &'a Answer, reference: &str) -> &'a Value {
    let components = answer.at("/contract/pay/schedule/components").as_array();
    let components = components.unwrap_or_else(|| panic!("no schedule: {answer:#?}"));
    components.iter().find(|it| it["reference"] == reference).expect("a component")
}

fn total(answer: &Answer) -> &str {
    answer.text("/contract/pay/schedule/total")
}

fn measure(reference: &str, weight: i32, scoring: &str) -> Value {
    json!({
        "reference": reference, "name": reference, "kind": "OUTCOME", "unit": "per cent",
        "weight": weight, "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
        "scoring": scoring,
    })
}

fn share(basis: &str, basis_points: i32) -> Value {
    json!({ "basis": basis, "basisPoints": basis_points })
}

both_databases! {
    async fn a1_an_urgent_care_block_with_an_incentive_of_baseline_or_of_contract_value(world: World) {
        let bought = Bought::awarded(&world, 90_000_000).await;
        bought.baseline("100000000.00").await;
        bought.framework(json!([]), json!([measure("FLOW", 0, "LINEAR")])).await.ok();
        let block = json!({ "block": share("BASELINE_SPEND", 9_000) });
        bought.component("BLOCK", block).await.ok();
        let incentive = |basis| {
            json!({ "incentive": { "basis": basis, "ceilingBasisPoints": 500,
                "goals": [{ "name": "Flow", "basisPoints": 500, "measure": "FLOW" }] } })
        };
        bought.component("INCENTIVE", incentive("BASELINE_SPEND")).await.ok();
        bought.measured("FLOW", "60").await;
        let year = "asOf: \"2026-03-31\"";
        let told = bought.schedule(&bought.board, year).await;
        assert_eq!(of(&told, "BLOCK")["amount"], "90000000.00");
        assert_eq!(of(&told, "INCENTIVE")["most"], "5000000.00");
        assert_eq!(of(&told, "INCENTIVE")["amount"], "3000000.00");
        assert_eq!(total(&told), "93000000.00");
        let line = told.at("/contract/pay/schedule/lines/0");
        assert_eq!(line["amount"], "7500000.00");
        let name = "a twelfth of 9000 basis points of baseline spend 100000000.00";
        assert_eq!(line["explanation"]["steps"][0]["inputs"][0]["name"], name);

        bought.component("INCENTIVE", incentive("CONTRACT_VALUE")).await.ok();
        let told = bought.schedule(&bought.board, year).await;
        assert_eq!(of(&told, "INCENTIVE")["most"], "4500000.00");
        assert_eq!(of(&told, "INCENTIVE")["amount"], "2700000.00");
        assert_eq!(total(&told), "92700000.00");
        let supposed = "whatIf: { readings: [{ measure: \"FLOW\", reading: \"100\" }] }";
        assert_eq!(total(&bought.schedule(&bought.board, supposed).await), "94500000.00");
        assert_eq!(total(&bought.schedule(&bought.board, year).await), "92700000.00");
    }

    async fn a2_three_of_four_measures_are_met_and_the_fourth_is_not_evidenced(world: World) {
        let bought = Bought::awarded(&world, 1_000_000).await;
        let measures: Vec<Value> =
            ["M1", "M2", "M3", "M4"].map(|it| measure(it, 2_500, "ALL_OR_NOTHING")).into();
        let domain = json!([{ "name": "Living well", "weight": 10_000, "measures": measures }]);
        bought.framework(domain, json!([])).await.ok();
        let block = json!({ "block": share("CONTRACT_VALUE", 7_000) });
        bought.component("CORE", block).await.ok();
        let most = json!([share("CONTRACT_VALUE", 3_000)]);
        bought.component("OUTCOMES", json!({ "outcomeContingent": { "most": most } })).await.ok();
        for met in ["M1", "M2", "M3"] {
            bought.measured(met, "100").await;
        }
        let told = bought.schedule(&bought.trust, "asOf: \"2026-06-29\"").await;
        assert_eq!(of(&told, "CORE")["amount"], "700000.00");
        assert_eq!(of(&told, "OUTCOMES")["amount"], "225000.00");
        assert_eq!(total(&told), "925000.00");
        let fourth = told.at("/contract/pay/schedule/results/3");
        assert_eq!((&fourth["measure"], &fourth["state"]), (&json!("M4"), &json!("NOT_EVIDENCED")));
        assert_eq!((&fourth["payableYet"], &fourth["forfeited"]), (&json!("75000.00"), &json!("0.00")));
        let later = bought.schedule(&bought.trust, "asOf: \"2026-06-30\"").await;
        let fourth = later.at("/contract/pay/schedule/results/3");
        assert_eq!((&fourth["payableYet"], &fourth["forfeited"]), (&json!("0.00"), &json!("75000.00")));
        bought.measured("M4", "100").await;
        let told = bought.schedule(&bought.board, "asOf: \"2026-06-30\"").await;
        assert_eq!(total(&told), "1000000.00");
    }

    async fn a3_the_goal_that_takes_a_scheme_over_its_ceiling_is_refused(world: World) {
        let bought = Bought::draft(&world, 200_000_000).await;
        let further = ["G1", "G2"].map(|it| measure(it, 0, "ALL_OR_NOTHING"));
        bought.framework(json!([]), json!(further)).await.ok();
        let scheme = |second| {
            let goal = |measure: &str, points: i32| {
                json!({ "name": measure, "basisPoints": points, "measure": measure })
            };
            json!({ "incentive": { "basis": "CONTRACT_VALUE", "ceilingBasisPoints": 250,
                "goals": [goal("G1", 100), goal("G2", second)] } })
        };
        let refused = bought.component("CQUIN", scheme(151)).await;
        assert_eq!(refused.problem(), "INVALID_VALUE");
        assert_eq!(refused.problem_path(), "pay.incentive.goals.1.basisPoints");
        bought.component("CQUIN", scheme(150)).await.ok();
        let told = bought.schedule(&bought.board, "asOf: \"2026-03-31\"").await;
        assert_eq!(of(&told, "CQUIN")["most"], "5000000.00");
    }

    async fn a5_a_prime_provider_bears_the_overspend_and_keeps_half_of_a_saving(world: World) {
        let bought = Bought::draft(&world, 1).await;
        let list = json!({ "code": "ALL", "countedOn": "2025-04-01", "people": 100_000,
            "source": "NHS England" });
        bought.board.run("recordListSize", bought.input(list), "countedOn").await.ok();
        let groups = json!([{ "code": "ALL" }]);
        let capitation = json!({ "capitation": { "yearlyPrice": "840.00", "groups": groups,
            "refreshed": "YEARLY" } });
        bought.component("CAPITATION", capitation).await.ok();
        let sharing = |points: i32| {
            json!({ "target": share("FIXED_ELEMENT", 10_000), "costCode": "COST",
                "bands": [{ "providerBasisPoints": points }], "firstBorneBy": "PROVIDER" })
        };
        bought.component("LOSS", json!({ "lossShare": sharing(10_000) })).await.ok();
        bought.component("GAIN", json!({ "gainShare": sharing(5_000) })).await.ok();
        let at_cost = |amount: &str| {
            format!("whatIf: {{ costs: [{{ code: \"COST\", amount: \"{amount}\" }}] }}")
        };
        let over = bought.schedule(&bought.board, &at_cost("86000000.00")).await;
        let loss = over.at("/contract/pay/schedule/shared/0");
        assert_eq!((&loss["provider"], &loss["pool"]), (&json!("2000000.00"), &json!("0.00")));
        assert_eq!(total(&over), "84000000.00");
        let under = bought.schedule(&bought.board, &at_cost("82000000.00")).await;
        let gain = under.at("/contract/pay/schedule/shared/1");
        assert_eq!((&gain["provider"], &gain["pool"]), (&json!("1000000.00"), &json!("1000000.00")));
        assert_eq!(of(&under, "GAIN")["amount"], "-1000000.00");
    }

    async fn c5_a_measurement_counts_once_somebody_else_has_validated_it(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        bought.framework(json!([]), json!([measure("FLOW", 0, "LINEAR")])).await.ok();
        let fields = "measurement { number state }";
        let reading = || bought.reading("FLOW", "61.25");
        let refused = bought.board.run("submitMeasurement", reading(), fields).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let mut on_behalf = reading();
        on_behalf["onBehalfOf"] = json!(bought.trust.id);
        let made = bought.validator.run("submitMeasurement", on_behalf, fields).await.ok();
        assert_eq!(made.at("/submitMeasurement/measurement/state"), "SUBMITTED");
        let number = |number: i32| bought.input(json!({ "number": number }));
        let own = bought.validator.run("validateMeasurement", number(1), fields).await;
        assert_eq!(own.problem(), "NOT_ALLOWED");
        let other = bought.board.colleague(&world, 21, &[Role::Approver]).await;
        other.run("validateMeasurement", number(1), fields).await.ok();
        let third = bought.board.colleague(&world, 22, &[Role::Approver]).await;
        let again = third.run("validateMeasurement", number(1), fields).await;
        assert_eq!(again.problem(), "ALREADY_DONE");

        bought.trust.run("submitMeasurement", reading(), fields).await.ok();
        let mut input = number(2);
        input["reason"] = json!("The denominator is wrong");
        let rejected =
            bought.validator.run("rejectMeasurement", input, "measurement { state reason }").await.ok();
        assert_eq!(rejected.at("/rejectMeasurement/measurement/state"), "REJECTED");
        let document = "query($id: ID!) { contract(id: $id) { pay { measurements { number reading
            state reason } } } }";
        let told = bought.trust.send(document, json!({ "id": bought.contract })).await.ok();
        let told = told.at("/contract/pay/measurements").clone();
        assert_eq!(told[0]["reading"], "61.25");
        assert_eq!(told[1]["reason"], "The denominator is wrong");
    }

    async fn c7_a_wrong_count_is_corrected_and_the_past_comes_out_as_it_was_known(world: World) {
        world.it_is_at(2025, 10, 1, 13);
        let bought = Bought::draft(&world, 1).await;
        let count = |people: i32| {
            bought.input(json!({ "code": "ALL", "countedOn": "2025-04-01", "people": people,
                "source": "Practice" }))
        };
        bought.board.run("recordListSize", count(1_000), "countedOn").await.ok();
        let groups = json!([{ "code": "ALL" }]);
        let capitation = json!({ "capitation": { "yearlyPrice": "120.00", "groups": groups,
            "refreshed": "MONTHLY" } });
        bought.component("LIST", capitation).await.ok();
        let before = bought.schedule(&bought.board, "").await;
        assert_eq!(total(&before), "120000.00");
        world.it_is_at(2025, 10, 1, 15);
        bought.board.run("recordListSize", count(1_100), "countedOn").await.ok();
        assert_eq!(total(&bought.schedule(&bought.board, "").await), "132000.00");
        let then = "knownAt: \"2025-10-01T14:00:00.000000Z\"";
        assert_eq!(total(&bought.schedule(&bought.board, then).await), "120000.00");
        let future = json!({ "code": "ALL", "countedOn": "2025-11-01", "people": 1, "source": "-" });
        let refused = bought.board.run("recordListSize", bought.input(future), "countedOn").await;
        assert_eq!(refused.problem(), "INVALID_DATE");
    }

    async fn v1_a_stranger_sees_neither_the_contract_nor_that_it_pays(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        bought.component("BLOCK", json!({ "block": { "amount": "120.00" } })).await.ok();
        let id = world.organisation("Elsewhere", OrganisationKind::NhsTrust).await;
        let stranger = world.actor(id, &[Role::Commissioner, Role::Finance]).await;
        let told = bought.schedule(&stranger, "").await;
        assert!(told.at("/contract").is_null());
        let input = bought.input(json!({ "reference": "BLOCK", "effectiveOn": "2025-04-01",
            "pay": { "block": { "amount": "1.00" } }, "decision": decision() }));
        let refused = stranger.run("recordPayComponent", input, "component { reference }").await;
        assert_eq!(refused.problem(), "NOT_FOUND");
        let own = bought.schedule(&bought.trust, "").await;
        assert_eq!(total(&own), "120.00");
        let associate = bought.schedule(&bought.council, "").await;
        assert!(associate.at("/contract/pay/schedule").is_null(), "an own share is not the whole");
        let withheld = json!([{ "field": "components", "reason": "OWN_ONLY" },
            { "field": "schedule", "reason": "OWN_ONLY" }]);
        assert_eq!(associate.at("/contract/pay/withheld"), &withheld);
        let input = bought.input(json!({ "reference": "BLOCK", "effectiveOn": "2025-04-01",
            "pay": { "block": { "amount": "1.00" } }, "decision": decision() }));
        let refused = bought.trust.run("recordPayComponent", input, "component { reference }").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
    }

    async fn a_provider_is_not_told_what_a_draft_would_pay(world: World) {
        let bought = Bought::draft(&world, 1).await;
        bought.component("BLOCK", json!({ "block": { "amount": "120.00" } })).await.ok();
        assert!(bought.schedule(&bought.trust, "").await.at("/contract").is_null());
        assert_eq!(total(&bought.schedule(&bought.board, "").await), "120.00");
    }

    async fn weights_that_are_not_the_whole_and_unnamed_decisions_are_refused(world: World) {
        let bought = Bought::awarded(&world, 1).await;
        let short = json!([{ "name": "One", "weight": 9_999,
            "measures": [measure("M1", 10_000, "LINEAR")] }]);
        let refused = bought.framework(short, json!([])).await;
        assert_eq!(refused.problem(), "DOES_NOT_ADD_UP");
        assert_eq!(refused.problem_path(), "framework.domains");
        let undecided = bought.input(json!({ "reference": "BLOCK", "effectiveOn": "2025-04-01",
            "pay": { "block": { "amount": "1.00" } } }));
        let refused = bought.board.run("recordPayComponent", undecided, "component { kind }").await;
        assert_eq!(refused.problem_path(), "decision");
        let both = json!({ "block": { "amount": "1.00" }, "passThrough": "DRUGS" });
        assert_eq!(bought.component("BOTH", both).await.problem_path(), "pay");
    }
}
