//! Bad input to contracts, chains and pay: a code, the place in the input and a sentence that says
//! which rule it breaks, and no row of any table is written.

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, World, both_databases,
    chain::Chain,
    contracts::{WHOLE, drafted},
    payment_run::Paid,
    posting::decision,
};

/// That an answer refuses with a code at a path, by a rule that its sentence names, and names neither
/// an amount nor anybody of the chain (rule V8).
#[track_caller]
fn is_told(answer: &Answer, (code, path, rule): (&str, &str, &str)) {
    assert_eq!(answer.refusal(), (code.to_owned(), path.to_owned()));
    let message = answer.payload()["errors"][0]["message"].as_str().expect("a sentence");
    assert!(message.starts_with(rule), "{message:?} does not say {rule}");
    for named in ["000", "Board", "Council", "Trust", "Charity", "Practice", "Clinic", "Sibling"] {
        assert!(!message.contains(named), "V8: {message}");
    }
}

/// A chain of four tiers, in which nothing that is refused writes anything.
struct Refusing<'a> {
    world: &'a World,
    chain: Chain,
    links: Vec<String>,
}

impl<'a> Refusing<'a> {
    async fn on(world: &'a World) -> Self {
        let chain = Chain::on(world).await;
        let links = chain.four_tiers().await;
        Self { world, chain, links }
    }

    /// What is recorded under the head contract, or under the link of a tier.
    async fn records(
        &self,
        (buyer, tier, seller): (&Actor, usize, &Actor),
        change: Value,
        expected: (&str, &str, &str),
    ) {
        let under = if tier == 0 { self.chain.id() } else { self.links[tier - 1].clone() };
        let mut input = self.chain.link(&under, seller);
        input["reference"] = json!("ANOTHER");
        for (field, value) in change.as_object().expect("fields") {
            input[field] = value.clone();
        }
        let told = format!("recordSubcontract {input}");
        let answer = self.world.writes_nothing(&told, self.chain.record(buyer, input)).await;
        is_told(&answer, expected);
    }
}

fn worth(amount: &str) -> Value {
    json!({ "values": [{ "financialYear": "2025/26", "worth": { "amount": amount } }] })
}

async fn refused(
    world: &World,
    (actor, name): (&Actor, &str),
    input: Value,
    (code, path): (&str, &str),
) -> Answer {
    let told = format!("{name} {input}");
    let answer = world.writes_nothing(&told, actor.run(name, input, "")).await;
    assert_eq!(answer.refusal(), (code.to_owned(), path.to_owned()), "{told}");
    answer
}

fn measure(reference: &str, weight: i32) -> Value {
    json!({
        "reference": reference, "name": reference, "kind": "OUTCOME", "unit": "per cent",
        "weight": weight, "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
        "scoring": "LINEAR",
    })
}

fn framework(paid: &Paid, weights: [i32; 2], of_measures: [i32; 2]) -> Value {
    let domain = |name: &str, weight: i32, measures: Value| json!({ "name": name, "weight": weight, "measures": measures });
    let pair = json!([measure("M1", of_measures[0]), measure("M2", of_measures[1])]);
    let domains = [
        domain("One", weights[0], pair),
        domain("Two", weights[1], json!([measure("M3", 10_000)])),
    ];
    paid.input(json!({ "effectiveOn": "2025-04-01", "domains": domains,
        "further": [measure("G1", 0), measure("G2", 0)], "cutOffDays": 90, "decision": decision() }))
}

both_databases! {
    async fn c2_a_cycle_and_a_provider_that_subcontracts_to_itself(world: World) {
        let it = Refusing::on(&world).await;
        let [trust, charity, practice, clinic, _] = it.chain.sellers.as_slice() else { panic!("sellers") };
        let place = ("INVALID_VALUE", "seller", "rule C2:");
        for (buyer, tier, seller) in [
            (practice, 3, trust), (practice, 3, charity), (clinic, 4, trust), (clinic, 4, &it.chain.lead),
            (trust, 1, &it.chain.lead),
        ] {
            it.records((buyer, tier, seller), json!({ "values": [] }), place).await;
        }
        for (itself, tier) in [(&it.chain.lead, 0), (trust, 1), (charity, 2), (clinic, 4)] {
            it.records((itself, tier, itself), json!({ "values": [] }), place).await;
        }
    }

    async fn c2_a_subcontract_outside_the_dates_above_it(world: World) {
        let it = Refusing::on(&world).await;
        let (trust, practice) = (&it.chain.sellers[0], &it.chain.sellers[2]);
        let early = ("INVALID_VALUE", "startsOn", "rule C2:");
        let late = ("INVALID_VALUE", "endsOn", "rule C2:");
        let days = |first: &str, last: &str| json!({ "startsOn": first, "endsOn": last, "values": [] });
        for (buyer, tier, last, after) in
            [(&it.chain.lead, 0, "2030-03-31", "2030-04-01"), (trust, 1, "2027-03-31", "2027-04-01")]
        {
            it.records((buyer, tier, practice), days("2025-03-31", last), early).await;
            it.records((buyer, tier, practice), days("2025-04-01", after), late).await;
            it.records((buyer, tier, practice), days("2025-03-31", after), early).await;
        }
        let backwards = ("INVALID_VALUE", "endsOn", "the last day");
        it.records((trust, 1, practice), days("2026-04-01", "2026-03-31"), backwards).await;
        let end = json!({ "subcontract": it.links[0], "expectedVersion": 1, "endsOn": "2026-03-31",
            "reason": "It failed" });
        let ended = it.chain.lead.run("endSubcontract", end, "");
        let ended = world.writes_nothing("an end before what stands under it", ended).await;
        is_told(&ended, late);
    }

    async fn c2_subcontracts_beyond_the_value_above_them(world: World) {
        let it = Refusing::on(&world).await;
        let (trust, practice) = (&it.chain.sellers[0], &it.chain.sellers[2]);
        let beyond = ("INSUFFICIENT_AMOUNT", "values", "rule C2:");
        it.records((&it.chain.lead, 0, practice), worth("500000.01"), beyond).await;
        it.records((trust, 1, practice), worth("100000.01"), beyond).await;
        let raised = json!({ "subcontract": it.links[1], "expectedVersion": 1, "reason": "More",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "400000.01" } }] });
        let raised = trust.run("changeSubcontractValue", raised, "");
        is_told(&world.writes_nothing("a value beyond the one above", raised).await, beyond);
        let lowered = json!({ "subcontract": it.links[0], "expectedVersion": 1, "reason": "Less",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "299999.99" } }] });
        let lowered = it.chain.lead.run("changeSubcontractValue", lowered, "");
        is_told(&world.writes_nothing("a value below those under it", lowered).await, beyond);
    }

    async fn c8_a_suspension_without_a_continuity_arrangement(world: World) {
        let chain = Chain::on(&world).await;
        let bare = json!({ "reasonCode": "SAFETY", "documentReference": "Notice 3" });
        let id = chain.id();
        let suspended = chain.commissioner.step("suspendContract", &id, "2025-10-01", bare);
        let suspended = world.writes_nothing("a suspension without continuity", suspended).await;
        is_told(&suspended, ("REASON_REQUIRED", "continuity", "rule C8:"));
        let message = suspended.payload()["errors"][0]["message"].as_str().expect("a sentence");
        assert!(message.contains("continuity arrangement"), "{message}");
    }

    async fn c1_shares_that_are_not_the_whole(world: World) {
        let paid = Paid::awarded(&world).await;
        for (total, code) in [(4, "DOES_NOT_ADD_UP"), (2, "DOES_NOT_ADD_UP")] {
            let mut short = drafted("C/9", &[(&paid.board, 2), (&paid.borough, 1)], &[]);
            short["shareTotal"] = json!(total);
            let told = world.writes_nothing("shares", paid.board.run("draftContract", short, WHOLE)).await;
            assert_eq!(told.refusal(), (code.to_owned(), "commissioners".to_owned()));
            let message = told.payload()["errors"][0]["message"].as_str().expect("a sentence");
            assert!(message.starts_with("rule C1:"), "{message}");
        }
    }

    async fn c6_goals_over_the_ceiling_and_weights_that_are_not_the_whole(world: World) {
        let paid = Paid::awarded(&world).await;
        let defines = (&paid.board, "defineOutcomeFramework");
        for weights in [[5_000, 4_999], [5_000, 5_001]] {
            let input = framework(&paid, weights, [5_000, 5_000]);
            refused(&world, defines, input, ("DOES_NOT_ADD_UP", "domains")).await;
            let input = framework(&paid, [5_000, 5_000], weights);
            let of_domain = ("DOES_NOT_ADD_UP", "domains.0.measures");
            refused(&world, defines, input, of_domain).await;
        }
        let input = framework(&paid, [4_000, 6_000], [2_500, 7_500]);
        paid.board.run("defineOutcomeFramework", input, "framework { number }").await.ok();
        let goal = |measure: &str, points: i32| json!({ "name": measure, "basisPoints": points, "measure": measure });
        let incentive = json!({ "incentive": { "basis": "CONTRACT_VALUE", "ceilingBasisPoints": 250,
            "goals": [goal("G1", 100), goal("G2", 151)] } });
        let input = paid.input(json!({ "reference": "CQUIN", "effectiveOn": "2025-04-01",
            "pay": incentive, "decision": decision() }));
        let place = ("INVALID_VALUE", "pay.incentive.goals.1.basisPoints");
        refused(&world, (&paid.board, "recordPayComponent"), input, place).await;
    }

    async fn c5_a_measurement_that_whoever_submitted_it_would_validate(world: World) {
        let paid = Paid::awarded(&world).await;
        let input = framework(&paid, [4_000, 6_000], [2_500, 7_500]);
        paid.board.run("defineOutcomeFramework", input, "framework { number }").await.ok();
        let both = paid.board.colleague(&world, 40, &[Role::Approver, Role::Commissioner]).await;
        let reading = paid.input(json!({ "measure": "M1", "financialYear": "2025/26", "reading": "61.25",
            "evidence": "Dashboard of March", "onBehalfOf": paid.trust.id }));
        both.run("submitMeasurement", reading, "measurement { number }").await.ok();
        let input = paid.input(json!({ "number": 1 }));
        let told = world.writes_nothing("its own", both.run("validateMeasurement", input.clone(), "")).await;
        assert_eq!(told.problem(), "NOT_ALLOWED");
        let rejection = paid.input(json!({ "number": 1, "reason": "Wrong" }));
        let told = world.writes_nothing("its own", both.run("rejectMeasurement", rejection, "")).await;
        assert_eq!(told.problem(), "NOT_ALLOWED");
        let other = paid.board.colleague(&world, 41, &[Role::Approver]).await;
        other.run("validateMeasurement", input, "measurement { state }").await.ok();
    }

    async fn c7_a_list_size_without_a_date(world: World) {
        let paid = Paid::awarded(&world).await;
        let input = paid.input(json!({ "code": "ALL", "people": 1_000, "source": "NHS England" }));
        let counted = paid.board.run("recordListSize", input, "countedOn");
        let told = world.writes_nothing("a count of no day", counted).await;
        assert!(told.0.to_string().contains("countedOn"), "{told:#?}");
        let input = paid.input(json!({ "code": "ALL", "people": 1_000, "source": "NHS England",
            "countedOn": "2026-04-11" }));
        refused(&world, (&paid.board, "recordListSize"), input, ("INVALID_DATE", "countedOn")).await;
    }
}
