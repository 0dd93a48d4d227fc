//! What the lead provider of a consortium shares with its members: what its own links are worth, on the
//! days for which it says so, and nothing besides ("the lead marks what else is shared").

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Answer, World, both_databases, chain::Chain};

const LINK: &str = "value { amount valueBand } valueVersion
    valueVersions { version values { financialYear amount } }
    consortiumShares { number startsOn endsOn reason documentReference recordedOn stoppedOn stopReason
        stopDocumentReference }
    withheld { field reason }";

/// A link as somebody reads it; null when it does not.
async fn read(who: &Actor, link: &str) -> Value {
    let document = format!(r#"{{ node(id: "{link}") {{ ... on Subcontract {{ {LINK} }} }} }}"#);
    who.ask(&document).await.ok().at("/node").clone()
}

fn share(link: &str, starts_on: &str, ends_on: Option<&str>) -> Value {
    json!({ "subcontract": link, "startsOn": starts_on, "endsOn": ends_on,
        "reason": "The members plan beds together", "documentReference": "Board 4" })
}

async fn shares(who: &Actor, input: Value) -> Answer {
    who.run("shareWithConsortium", input, &format!("subcontract {{ {LINK} }}")).await
}

async fn stops(who: &Actor, link: &str, (number, ends_on): (i32, &str)) -> Answer {
    let input = json!({ "subcontract": link, "number": number, "endsOn": ends_on,
        "reason": "Beds are tendered anew", "documentReference": "Board 5" });
    who.run("stopSharingWithConsortium", input, &format!("subcontract {{ {LINK} }}")).await
}

async fn changes(who: &Actor, link: &str, version: i32, amount: &str) {
    let values = json!([{ "financialYear": "2025/26", "worth": { "amount": amount } }]);
    let input = json!({ "subcontract": link, "expectedVersion": version, "values": values,
        "reason": "More people" });
    let _ = who.run("changeSubcontractValue", input, "subcontract { id }").await.ok();
}

/// Somebody of the same organisation, signed in today.
async fn today(world: &World, who: &Actor) -> Actor {
    world.actor(who.organisation, &[Role::ContractManager, Role::Commissioner, Role::Auditor]).await
}

/// A chain of four tiers on 1 October 2025, whose head contract the lead holds with a member, and the member.
async fn consortium(world: &World) -> (Chain, Vec<String>, Actor) {
    let chain = Chain::on(world).await;
    let member = today(world, &chain.stranger).await;
    chain.provided_by(world, &member).await;
    let links = chain.four_tiers().await;
    (chain, links, member)
}

fn problem(answer: &Answer) -> (String, String) {
    (answer.problem(), answer.problem_path())
}

fn said(code: &str, path: &str) -> (String, String) {
    (code.to_owned(), path.to_owned())
}

both_databases! {
    async fn what_the_lead_shares_its_members_read_from_that_day_on_and_nobody_else_reads_more(world: World) {
        let (chain, links, member) = consortium(&world).await;
        let others = [&chain.commissioner, &chain.associate, &chain.sellers[1], &chain.sellers[4]];
        let mut before = Vec::new();
        for who in others {
            for link in &links {
                before.push(read(who, link).await["value"].clone());
            }
        }
        let unread = read(&member, &links[0]).await;
        assert_eq!((&unread["value"], &unread["valueVersion"]), (&Value::Null, &Value::Null));
        assert_eq!(unread["withheld"][0], json!({ "field": "value", "reason": "OWN_ONLY" }));
        let mark = shares(&chain.lead, share(&links[0], "2025-10-10", None)).await.ok();
        let mark = mark.payload()["subcontract"]["consortiumShares"].clone();
        assert_eq!(mark, json!([{ "number": 1, "startsOn": "2025-10-10", "endsOn": null,
            "reason": "The members plan beds together", "documentReference": "Board 4",
            "recordedOn": "2025-10-01", "stoppedOn": null, "stopReason": null,
            "stopDocumentReference": null }]));
        let early = read(&member, &links[0]).await;
        assert_eq!(early["value"], Value::Null, "its first day is to come");
        assert_eq!(early["consortiumShares"], mark, "that it will be is read by whoever reads the link");

        world.it_is(2025, 10, 10);
        let member = today(&world, &member).await;
        let seen = read(&member, &links[0]).await;
        assert_eq!((&seen["value"]["amount"], &seen["valueVersion"]), (&json!("400000.00"), &json!(1)));
        let withheld = seen["withheld"].as_array().expect("a list").iter();
        let withheld: Vec<&Value> = withheld.map(|it| &it["field"]).collect();
        assert_eq!(withheld, ["payments", "punctuality"], "what is paid is not shared");
        for link in &links[1..] {
            assert_eq!(read(&member, link).await["value"], Value::Null, "the others are not shared");
        }
        let mut after = Vec::new();
        for who in others {
            let who = today(&world, who).await;
            for link in &links {
                after.push(read(&who, link).await["value"].clone());
            }
        }
        assert_eq!(before, after);
        let seller = read(&today(&world, &chain.sellers[0]).await, &links[0]).await;
        assert_eq!(seller["consortiumShares"], mark, "whose price it is is told");
    }

    async fn what_was_visible_while_it_was_shared_stays_visible_and_what_came_later_does_not_appear(world: World) {
        let (chain, links, member) = consortium(&world).await;
        changes(&chain.lead, &links[0], 1, "410000.00").await;
        world.it_is(2025, 10, 2);
        let lead = today(&world, &chain.lead).await;
        changes(&lead, &links[0], 2, "420000.00").await;
        world.it_is(2025, 10, 3);
        let lead = today(&world, &chain.lead).await;
        let _ = shares(&lead, share(&links[0], "2025-10-03", None)).await.ok();
        let seen = read(&today(&world, &member).await, &links[0]).await;
        let years = json!([{ "financialYear": "2025/26", "amount": "420000.00" }]);
        assert_eq!(seen["valueVersions"], json!([{ "version": 3, "values": years }]),
            "what it was worth before is not shared");
        let stopped = stops(&lead, &links[0], (1, "2025-10-20")).await.ok();
        let mark = stopped.payload()["subcontract"]["consortiumShares"][0].clone();
        assert_eq!((&mark["endsOn"], &mark["stoppedOn"], &mark["stopReason"]),
            (&json!("2025-10-20"), &json!("2025-10-03"), &json!("Beds are tendered anew")));
        assert_eq!(stops(&lead, &links[0], (1, "2025-10-10")).await.problem(), "ALREADY_DONE");

        world.it_is(2025, 10, 21);
        let after = read(&today(&world, &member).await, &links[0]).await;
        assert_eq!((&after["value"], &after["valueVersions"]), (&seen["value"], &seen["valueVersions"]));
        changes(&today(&world, &chain.lead).await, &links[0], 3, "430000.00").await;
        let later = read(&today(&world, &member).await, &links[0]).await;
        for field in ["value", "valueVersion", "valueVersions", "withheld"] {
            assert_eq!(later[field], after[field], "V8: nothing tells that {field} changed");
        }
        assert_eq!(read(&today(&world, &chain.sellers[0]).await, &links[0]).await["value"]["amount"],
            "430000.00");
        world.it_is(2025, 11, 1);
        let _ = shares(&today(&world, &chain.lead).await, share(&links[0], "2025-11-01", None)).await.ok();
        let again = read(&today(&world, &member).await, &links[0]).await;
        assert_eq!((&again["value"]["amount"], &again["valueVersion"]), (&json!("430000.00"), &json!(4)));
        let versions = again["valueVersions"].as_array().expect("versions").iter();
        let versions: Vec<&Value> = versions.map(|it| &it["version"]).collect();
        assert_eq!(versions, [&json!(3), &json!(4)]);
    }

    async fn v8_figures_of_a_chain_count_what_is_shared_for_members(world: World) {
        let (chain, links, member) = consortium(&world).await;
        let document = format!(r#"{{ contract(id: "{}") {{ supplyChain(financialYear: "2025/26") {{
            figures {{ subcontracted {{ amount valueBand }} }} }} }} }}"#, chain.id());
        let subcontracted = async || {
            let seen = member.ask(&document).await.ok();
            seen.at("/contract/supplyChain/figures/subcontracted").clone()
        };
        let _ = shares(&chain.lead, share(&links[0], "2025-10-01", None)).await.ok();
        assert_eq!(subcontracted().await["amount"], Value::Null, "one of two links is hidden");
        let _ = shares(&chain.lead, share(&links[4], "2025-10-01", None)).await.ok();
        assert_eq!(subcontracted().await["amount"], "500000.00");
    }

    async fn only_the_lead_shares_and_only_what_it_buys_or_sells_itself(world: World) {
        let (chain, links, member) = consortium(&world).await;
        let first = share(&links[0], "2025-10-01", None);
        for who in [&chain.sellers[0], &member, &chain.commissioner, &chain.associate] {
            assert_eq!(shares(who, first.clone()).await.problem(), "NOT_ALLOWED", "{}", who.id);
            assert_eq!(stops(who, &links[0], (1, "2025-10-01")).await.problem(), "NOT_ALLOWED");
        }
        let deeper = shares(&chain.lead, share(&links[1], "2025-10-01", None)).await;
        assert_eq!(deeper.problem(), "NOT_ALLOWED", "another's price is not its to share");
        let sibling = shares(&chain.sellers[4], first.clone()).await;
        assert_eq!(problem(&sibling), said("NOT_FOUND", "subcontract"), "V1");
        let clerk = world.actor(chain.lead.organisation, &[Role::Finance]).await;
        assert_eq!(shares(&clerk, first.clone()).await.problem(), "NOT_ALLOWED");
        let mut dry = first.clone();
        dry["dryRun"] = json!(true);
        let _ = shares(&chain.lead, dry).await.ok();
        assert_eq!(read(&chain.lead, &links[0]).await["consortiumShares"], json!([]));
        let _ = shares(&chain.lead, first).await.ok();
        let _ = stops(&chain.lead, &links[0], (1, "2025-10-01")).await.ok();
        for action in ["shareWithConsortium", "stopSharingWithConsortium"] {
            let trail = format!(
                r#"{{ auditTrail(first: 10, where: {{ action: {{ eq: "{action}" }} }}) {{ totalCount }} }}"#
            );
            assert_eq!(chain.lead.ask(&trail).await.ok().at("/auditTrail/totalCount"), 1, "{action}");
        }
    }

    async fn nothing_is_opened_or_hidden_of_days_that_have_passed_and_none_is_shared_twice(world: World) {
        let (chain, links, member) = consortium(&world).await;
        let refused = async |starts_on: &str, ends_on: Option<&str>| {
            problem(&shares(&chain.lead, share(&links[0], starts_on, ends_on)).await)
        };
        assert_eq!(refused("2025-09-30", None).await, said("INVALID_DATE", "startsOn"));
        assert_eq!(refused("2025-10-05", Some("2025-10-04")).await, said("INVALID_DATE", "endsOn"));
        let _ = shares(&chain.lead, share(&links[0], "2025-10-05", Some("2025-10-30"))).await.ok();
        assert_eq!(refused("2025-10-30", None).await, said("ALREADY_DONE", "startsOn"));
        let unknown = stops(&chain.lead, &links[0], (2, "2025-10-10")).await;
        assert_eq!(problem(&unknown), said("NOT_FOUND", "number"));
        let past = stops(&chain.lead, &links[0], (1, "2025-09-30")).await;
        assert_eq!(problem(&past), said("INVALID_DATE", "endsOn"));
        let later = stops(&chain.lead, &links[0], (1, "2025-10-30")).await;
        assert_eq!(problem(&later), said("INVALID_DATE", "endsOn"));
        let _ = stops(&chain.lead, &links[0], (1, "2025-10-04")).await.ok();
        world.it_is(2025, 10, 10);
        let seen = read(&today(&world, &member).await, &links[0]).await;
        assert_eq!(seen["value"], Value::Null, "it was called off before it began");
        let lead = today(&world, &chain.lead).await;
        let _ = shares(&lead, share(&links[0], "2025-10-10", None)).await.ok();
    }
}
