//! Which measures the links of a supply chain feed: said by the co-ordinating commissioner, read by who
//! buys and sells under them, who submit what was measured (rules C5 and C10).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Answer, World, both_databases, chain::Chain, posting::decision};

const LINK: &str = "feeds { number startsOn endsOn documentReference recordedOn endedOn endReason
        endDocumentReference withheld { field reason }
        subcontract { id }
        measure { reference name threshold target weight withheld { field reason }
            feeds { number subcontract { tier } } } }
    measurements { number subcontractNumber reading state reason isOnBehalf answer contestedBecause
        onBehalfOf { id } subcontract { tier } measure { reference weight }
        withheld { field reason } }
    viewerCan { recordMeasureFeed { allowed } submitMeasurement { allowed }
        answerMeasurement { allowed } }
    withheld { field reason }";
const MEASURED: &str = "measurement { number subcontractNumber state isOnBehalf answer reason
    contestedBecause }";

/// A link as somebody reads it; null when it does not.
async fn read(who: &Actor, link: &str) -> Value {
    let document = format!(r#"{{ node(id: "{link}") {{ ... on Subcontract {{ {LINK} }} }} }}"#);
    who.ask(&document).await.ok().at("/node").clone()
}

fn measure(reference: &str, target: &str) -> Value {
    json!({ "reference": reference, "name": reference, "kind": "OUTCOME", "unit": "per cent",
        "weight": 5_000, "direction": "HIGHER_IS_BETTER", "threshold": "50", "target": target,
        "scoring": "LINEAR" })
}

/// Lets the contract achieve two measures from a day on, of which eyes are looked at with this target.
async fn achieves(chain: &Chain, who: &Actor, (from, target): (&str, &str)) {
    let measures = [measure("EYES", target), measure("FEET", "90")];
    let domains = json!([{ "name": "Checks", "weight": 10_000, "measures": measures }]);
    let input = json!({ "contract": chain.id(), "effectiveOn": from, "domains": domains,
        "cutOffDays": 90, "decision": decision() });
    let _ = who.run("defineOutcomeFramework", input, "framework { number }").await.ok();
}

/// A chain of four tiers on 1 October 2025, whose contract is to achieve something.
async fn measured_chain(world: &World) -> (Chain, Vec<String>) {
    let chain = Chain::on(world).await;
    let links = chain.four_tiers().await;
    achieves(&chain, &chain.commissioner, ("2025-04-01", "80")).await;
    (chain, links)
}

async fn feeds(who: &Actor, link: &str, (measure, from, to): (&str, &str, Option<&str>)) -> Answer {
    let input = json!({ "subcontract": link, "measure": measure, "startsOn": from, "endsOn": to,
        "documentReference": "Schedule 2" });
    who.run("recordMeasureFeed", input, &format!("subcontract {{ {LINK} }}")).await
}

async fn ends(who: &Actor, link: &str, (number, on): (i32, &str)) -> Answer {
    let input = json!({ "subcontract": link, "number": number, "endsOn": on,
        "reason": "Eyes are looked at elsewhere", "documentReference": "Schedule 3" });
    who.run("endMeasureFeed", input, &format!("subcontract {{ {LINK} }}")).await
}

fn reading(link: &str, measure: &str, whose: Option<&Actor>) -> Value {
    json!({ "subcontract": link, "measure": measure, "financialYear": "2025/26", "reading": "61.5",
        "evidence": "Returns of October", "dataQuality": "Two are missing",
        "onBehalfOf": whose.map(|it| &it.id) })
}

async fn submits(who: &Actor, input: Value) -> Answer {
    who.run("submitMeasurement", input, MEASURED).await
}

/// Somebody of the same organisation, signed in today.
async fn today(world: &World, who: &Actor) -> Actor {
    world.actor(who.organisation, &[Role::ContractManager, Role::Commissioner, Role::Auditor]).await
}

async fn validator(world: &World, chain: &Chain) -> Actor {
    chain.commissioner.colleague(world, 31, &[Role::Commissioner]).await
}

fn references(link: &Value) -> Vec<&str> {
    let feeds = link["feeds"].as_array().expect("feeds").iter();
    feeds.filter_map(|it| it["measure"]["reference"].as_str()).collect()
}

both_databases! {
    async fn buyer_and_seller_at_every_tier_read_the_measures_that_their_link_feeds_and_no_other(world: World) {
        let (chain, links) = measured_chain(&world).await;
        for link in &links[..4] {
            let _ = feeds(&chain.commissioner, link, ("EYES", "2025-10-01", None)).await.ok();
        }
        let _ = feeds(&chain.commissioner, &links[4], ("FEET", "2025-10-01", None)).await.ok();
        let mut buyer = &chain.lead;
        for (tier, link) in links[..4].iter().enumerate() {
            let seller = &chain.sellers[tier];
            let told = read(seller, link).await;
            let measure = &told["feeds"][0]["measure"];
            assert_eq!((&measure["reference"], &measure["threshold"], &measure["target"]),
                (&json!("EYES"), &json!("50"), &json!("80")), "tier {}", tier + 1);
            assert_eq!(references(&told), ["EYES"]);
            assert_eq!(measure["weight"], Value::Null, "it tells of other measures");
            assert_eq!(measure["withheld"], json!([{ "field": "weight", "reason": "OWN_ONLY" }]));
            let fed_by: Vec<i64> = measure["feeds"].as_array().expect("feeds").iter()
                .filter_map(|it| it["subcontract"]["tier"].as_i64()).collect();
            let own = i64::try_from(tier).expect("few") + 1;
            let expected = if tier == 3 { vec![own] } else { vec![own, own + 1] };
            assert_eq!(fed_by, expected, "its own links, as seller and as buyer");
            if tier > 0 {
                let bought = read(buyer, link).await;
                assert_eq!(bought["feeds"][0]["measure"]["target"], "80", "its buyer");
                assert_eq!(bought["feeds"][0]["measure"]["weight"], Value::Null);
            }
            assert_eq!(read(&chain.sellers[4], link).await, Value::Null, "a sibling sees no link");
            buyer = seller;
        }
        assert_eq!(references(&read(&chain.sellers[4], &links[4]).await), ["FEET"]);
        for who in [&chain.commissioner, &chain.associate, &chain.lead] {
            let told = read(who, &links[3]).await;
            assert_eq!(told["feeds"][0]["measure"]["weight"], 5_000, "{}", who.id);
            assert_eq!(told["feeds"][0]["measure"]["feeds"].as_array().map(Vec::len), Some(4));
        }
        let document = format!(r#"{{ contract(id: "{}") {{ pay {{ outcomeFramework {{ number }}
            measurements {{ number }} withheld {{ field reason }} }} }} }}"#, chain.id());
        let told = chain.sellers[0].ask(&document).await.ok();
        assert_eq!(told.at("/contract/pay/outcomeFramework"), &Value::Null, "not the framework");
        assert_eq!(told.at("/contract/pay/measurements"), &Value::Null);
    }

    async fn the_co_ordinating_commissioner_says_what_feeds_a_measure_and_nobody_else(world: World) {
        let (chain, links) = measured_chain(&world).await;
        let eyes = ("EYES", "2025-10-05", Some("2025-12-31"));
        for who in [&chain.associate, &chain.lead, &chain.sellers[0]] {
            assert_eq!(feeds(who, &links[0], eyes).await.problem(), "NOT_ALLOWED", "{}", who.id);
            assert_eq!(ends(who, &links[0], (1, "2025-10-06")).await.problem(), "NOT_ALLOWED");
        }
        let sibling = feeds(&chain.sellers[4], &links[0], eyes).await;
        assert_eq!(sibling.refusal().0, "NOT_FOUND", "V1");
        let refused = async |measure: &str, from: &str, to: Option<&str>| {
            let answer = feeds(&chain.commissioner, &links[0], (measure, from, to)).await;
            (answer.problem(), answer.problem_path())
        };
        let said = |code: &str, path: &str| (code.to_owned(), path.to_owned());
        assert_eq!(refused("EARS", "2025-10-05", None).await, said("NOT_FOUND", "measure"));
        assert_eq!(refused("EYES", "2025-03-31", None).await, said("INVALID_DATE", "startsOn"));
        assert_eq!(refused("EYES", "2027-04-01", None).await, said("INVALID_DATE", "startsOn"));
        assert_eq!(refused("EYES", "2025-10-05", Some("2025-10-04")).await, said("INVALID_DATE", "endsOn"));
        let told = feeds(&chain.commissioner, &links[0], eyes).await.ok();
        let fed = told.payload()["subcontract"]["feeds"][0].clone();
        assert_eq!((&fed["number"], &fed["startsOn"], &fed["endsOn"], &fed["documentReference"]),
            (&json!(1), &json!("2025-10-05"), &json!("2025-12-31"), &json!("Schedule 2")));
        assert_eq!(refused("EYES", "2025-12-31", None).await, said("ALREADY_DONE", "startsOn"));
        let past = ends(&chain.commissioner, &links[0], (1, "2025-09-30")).await;
        assert_eq!((past.problem(), past.problem_path()), said("INVALID_DATE", "endsOn"));
        assert_eq!(ends(&chain.commissioner, &links[0], (2, "2025-10-06")).await.problem(), "NOT_FOUND");
        let _ = ends(&chain.commissioner, &links[0], (1, "2025-10-06")).await.ok();
        let again = ends(&chain.commissioner, &links[0], (1, "2025-10-05")).await;
        assert_eq!(again.problem(), "ALREADY_DONE");
        for action in ["recordMeasureFeed", "endMeasureFeed"] {
            let trail = format!(
                r#"{{ auditTrail(first: 10, where: {{ action: {{ eq: "{action}" }} }}) {{ totalCount }} }}"#
            );
            assert_eq!(chain.commissioner.ask(&trail).await.ok().at("/auditTrail/totalCount"), 1, "{action}");
        }
    }

    async fn a_measure_is_read_on_the_days_that_are_fed_and_as_it_stood_on_the_last(world: World) {
        let (chain, links) = measured_chain(&world).await;
        let _ = feeds(&chain.commissioner, &links[1], ("EYES", "2025-10-05", None)).await.ok();
        let early = read(&chain.sellers[1], &links[1]).await;
        assert_eq!((&early["feeds"][0]["number"], &early["feeds"][0]["measure"]), (&json!(1), &Value::Null));
        let withheld = json!([{ "field": "measure", "reason": "OUTSIDE_YOUR_DAYS" }]);
        assert_eq!(early["feeds"][0]["withheld"], withheld, "its first day is to come");
        world.it_is(2025, 10, 6);
        let commissioner = today(&world, &chain.commissioner).await;
        let _ = ends(&commissioner, &links[1], (1, "2025-10-10")).await.ok();
        world.it_is(2025, 10, 20);
        let commissioner = today(&world, &chain.commissioner).await;
        achieves(&chain, &commissioner, ("2025-10-15", "95")).await;
        let late = read(&today(&world, &chain.sellers[1]).await, &links[1]).await;
        assert_eq!(late["feeds"][0]["measure"]["target"], "80", "what came later does not appear");
        assert_eq!(late["feeds"][0]["endReason"], "Eyes are looked at elsewhere");
        let whole = read(&commissioner, &links[1]).await;
        assert_eq!(whole["feeds"][0]["measure"]["target"], "95");
    }

    async fn c10_a_seller_submits_of_what_its_link_feeds_and_reads_why_it_was_rejected(world: World) {
        let (chain, links) = measured_chain(&world).await;
        let (seller, link) = (&chain.sellers[2], &links[2]);
        let unfed = submits(seller, reading(link, "EYES", None)).await;
        assert_eq!(unfed.refusal(), ("NOT_FOUND".to_owned(), "measure".to_owned()));
        let _ = feeds(&chain.commissioner, link, ("EYES", "2025-10-01", None)).await.ok();
        let other = submits(seller, reading(link, "FEET", None)).await;
        assert_eq!(other.refusal(), unfed.refusal(), "V1: what is not its own does not exist");
        let mut earlier = reading(link, "EYES", None);
        earlier["financialYear"] = json!("2024/25");
        assert_eq!(submits(seller, earlier).await.problem(), "NOT_FOUND", "it was not fed then");
        let mut both = reading(link, "EYES", None);
        both["contract"] = json!(chain.id());
        assert_eq!(submits(seller, both).await.refusal(), ("INVALID_VALUE".to_owned(), "contract".to_owned()));
        // The lead provider submits one of its own before.
        let mut own = reading(link, "FEET", None);
        own["subcontract"] = Value::Null;
        own["contract"] = json!(chain.id());
        assert_eq!(submits(&chain.lead, own).await.ok().payload()["measurement"]["number"], 1);
        let made = submits(seller, reading(link, "EYES", None)).await.ok();
        let made = &made.payload()["measurement"];
        assert_eq!((&made["number"], &made["subcontractNumber"]), (&Value::Null, &json!(1)),
            "V1: the contract's number would tell how much others measured");
        assert_eq!((&made["state"], &made["isOnBehalf"]), (&json!("SUBMITTED"), &json!(false)));
        for who in [&chain.sellers[0], &chain.sellers[3], &chain.sellers[4]] {
            let told = read(who, link).await;
            assert!(told["measurements"].is_null(), "another link's: {}", who.id);
        }
        assert_eq!(read(&chain.sellers[1], link).await["measurements"][0]["reading"], "61.5", "its buyer");
        assert_eq!(read(&chain.associate, link).await["measurements"], json!([]), "once validated");
        let lead = read(&chain.lead, link).await;
        assert_eq!((&lead["measurements"][0]["number"], &lead["measurements"][0]["state"]),
            (&json!(2), &json!("SUBMITTED")), "the lead provider reads what its chain submitted");

        let input = json!({ "contract": chain.id(), "number": 2, "reason": "Two are missing" });
        for who in [&chain.lead, &chain.sellers[1]] {
            let denied = who.run("rejectMeasurement", input.clone(), MEASURED).await;
            assert!(["NOT_ALLOWED", "NOT_FOUND"].contains(&denied.problem().as_str()));
        }
        let decides = validator(&world, &chain).await;
        let _ = decides.run("rejectMeasurement", input, MEASURED).await.ok();
        let told = read(seller, link).await["measurements"][0].clone();
        assert_eq!((&told["state"], &told["reason"]), (&json!("REJECTED"), &json!("Two are missing")));
        assert_eq!(told["withheld"], json!([{ "field": "number", "reason": "OWN_ONLY" }]));
        let _ = submits(seller, reading(link, "EYES", None)).await.ok();
        let input = json!({ "contract": chain.id(), "number": 3 });
        let _ = decides.run("validateMeasurement", input, MEASURED).await.ok();
        let told = read(&chain.associate, link).await["measurements"].clone();
        assert_eq!((&told[0]["number"], &told[0]["state"], &told[0]["subcontractNumber"]),
            (&json!(3), &json!("VALIDATED"), &json!(2)));
    }

    async fn c10_a_buyer_enters_it_for_its_seller_who_confirms_or_contests(world: World) {
        let (chain, links) = measured_chain(&world).await;
        let (buyer, seller, link) = (&chain.sellers[0], &chain.sellers[1], &links[1]);
        let _ = feeds(&chain.commissioner, link, ("EYES", "2025-10-01", None)).await.ok();
        assert_eq!(submits(buyer, reading(link, "EYES", None)).await.problem(), "NOT_ALLOWED");
        assert_eq!(submits(seller, reading(link, "EYES", Some(seller))).await.problem(), "NOT_ALLOWED");
        let wrong = submits(buyer, reading(link, "EYES", Some(&chain.sellers[2]))).await;
        assert_eq!(wrong.refusal(), ("INVALID_VALUE".to_owned(), "onBehalfOf".to_owned()));
        for _ in 0..3 {
            let made = submits(buyer, reading(link, "EYES", Some(seller))).await.ok();
            assert_eq!(made.payload()["measurement"]["isOnBehalf"], true);
        }
        let named = |number: i32| json!({ "subcontract": link, "number": number });
        let confirms = async |who: &Actor, number| {
            who.run("confirmMeasurement", named(number), MEASURED).await
        };
        assert_eq!(confirms(buyer, 1).await.problem(), "NOT_ALLOWED");
        assert_eq!(confirms(&chain.lead, 1).await.problem(), "NOT_ALLOWED");
        assert_eq!(confirms(&chain.sellers[4], 1).await.problem(), "NOT_FOUND");
        assert_eq!(confirms(seller, 9).await.problem(), "NOT_FOUND");
        let made = confirms(seller, 1).await.ok();
        let made = &made.payload()["measurement"];
        assert_eq!((&made["isOnBehalf"], &made["answer"]), (&json!(false), &json!("CONFIRMED")));
        assert_eq!(confirms(seller, 1).await.problem(), "ALREADY_DONE");
        let contests = async |who: &Actor, number: i32, reason: &str| {
            let mut input = named(number);
            input["reason"] = json!(reason);
            who.run("contestMeasurement", input, MEASURED).await
        };
        assert_eq!(contests(seller, 2, " ").await.refusal().1, "reason");
        let made = contests(seller, 2, "It was 40").await.ok();
        let made = &made.payload()["measurement"];
        assert_eq!((&made["isOnBehalf"], &made["answer"], &made["contestedBecause"]),
            (&json!(true), &json!("CONTESTED"), &json!("It was 40")));
        assert_eq!(read(buyer, link).await["measurements"][1]["contestedBecause"], "It was 40");

        let decides = validator(&world, &chain).await;
        let validates = async |number: i32| {
            let input = json!({ "contract": chain.id(), "number": number });
            decides.run("validateMeasurement", input, MEASURED).await
        };
        assert_eq!(validates(2).await.refusal(), ("INVALID_VALUE".to_owned(), "number".to_owned()));
        let _ = validates(1).await.ok();
        let counts = validates(3).await.ok();
        assert_eq!(counts.payload()["measurement"]["isOnBehalf"], true, "it is marked all the same");
        assert_eq!(contests(seller, 3, "It was 40").await.problem(), "ALREADY_DONE");
        assert_eq!(confirms(seller, 3).await.ok().payload()["measurement"]["isOnBehalf"], false);
        for (who, action) in [(seller, "confirmMeasurement"), (seller, "contestMeasurement")] {
            let trail = format!(
                r#"{{ auditTrail(first: 10, where: {{ action: {{ eq: "{action}" }} }}) {{ totalCount }} }}"#
            );
            let acts = who.ask(&trail).await.ok().at("/auditTrail/totalCount").clone();
            assert_eq!(acts, if action == "confirmMeasurement" { 2 } else { 1 }, "{action}");
        }
    }

    async fn c5_who_sells_does_not_validate_what_it_is_measured_by(world: World) {
        let chain = Chain::on(&world).await;
        achieves(&chain, &chain.commissioner, ("2025-04-01", "80")).await;
        // The commissioner runs a service of its own, deep in the chain.
        let first = chain.record(&chain.lead, chain.link(&chain.id(), &chain.sellers[0])).await.ok();
        let first = tests::chain::id_of(&first);
        let second = chain.link(&first, &chain.commissioner);
        let second = tests::chain::id_of(&chain.record(&chain.sellers[0], second).await.ok());
        let own = feeds(&chain.commissioner, &second, ("EYES", "2025-10-01", None)).await;
        assert_eq!(own.problem(), "NOT_ALLOWED", "nor says what its own link feeds");
        let _ = feeds(&chain.commissioner, &first, ("EYES", "2025-10-01", None)).await.ok();
        let own = chain.lead.clone();
        let _ = submits(&own, reading(&first, "EYES", Some(&chain.sellers[0]))).await.ok();
        let decides = validator(&world, &chain).await;
        let input = json!({ "contract": chain.id(), "number": 1 });
        let done = decides.run("validateMeasurement", input, MEASURED).await.ok();
        assert_eq!(done.payload()["measurement"]["state"], "VALIDATED");
    }
}
