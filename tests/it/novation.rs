//! One contract in the place of others, and those that come back (rule C8, worked example A6).

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{
    Actor, Answer, World, both_databases,
    novation::{NOVATED, Novating, ROLES, read},
};

#[track_caller]
fn is_refused(answer: &Answer, code: &str, path: &str) {
    assert_eq!((answer.problem().as_str(), answer.problem_path().as_str()), (code, path));
}

#[track_caller]
fn sentence(answer: &Answer) -> String {
    answer.payload()["errors"][0]["message"].to_string()
}

async fn acts(world: &World, action: &str) -> u64 {
    use entities::audit_act::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let acts = Entity::find().filter(Column::Action.eq(action));
    acts.count(world.database.for_migration()).await.expect("a count")
}

/// How many novations and changes of status there are.
async fn written(world: &World) -> [u64; 2] {
    use sea_orm::{EntityTrait, PaginatorTrait};
    let connection = world.database.for_migration();
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let rows =
        (entities::novation::Entity::find(), entities::contract_status_change::Entity::find());
    [
        rows.0.count(connection).await.expect("a count"),
        rows.1.count(connection).await.expect("a count"),
    ]
}

/// How many contracts stand so, and how many organisations hold contracts.
async fn counted(who: &Actor, status: &str) -> (Value, Value) {
    let document = format!(
        "{{ contracts(first: 1, where: {{ status: {{ eq: {status} }} }}) {{ totalCount }}
            contractHolders(first: 1) {{ totalCount }} }}"
    );
    let answer = who.ask(&document).await.ok();
    (answer.at("/contracts/totalCount").clone(), answer.at("/contractHolders/totalCount").clone())
}

async fn years(lead: &Actor, contract: &str, amount: &str) {
    let year = |start: i32| json!({ "financialYear": format!("{start}/{}", (start + 1) % 100), "amount": amount });
    let input = json!({
        "contract": contract, "expectedValueVersion": 0,
        "years": (2026..2041).map(year).collect::<Vec<_>>(),
    });
    let _ = lead.run("planContractValue", input, "contract { wholeValue }").await.ok();
}

/// What a year of a contract comes to by head.
async fn by_head(who: &Actor, contract: &str, arguments: &str) -> Answer {
    let document = format!(
        "{{ contract(id: \"{contract}\") {{ valuePerHead(financialYear: \"2026/27\"{arguments}) {{
            value people amount usualMost warnings }} withheld {{ field reason }} }} }}"
    );
    who.ask(&document).await
}

/// The references of the contracts that a contract replaces, page by page.
async fn replaced(who: &Actor, contract: &str) -> Vec<String> {
    let (mut references, mut after) = (Vec::new(), String::new());
    loop {
        let document = format!(
            "{{ contract(id: \"{contract}\") {{ novatedFrom(first: 60{after}) {{
                nodes {{ contract {{ reference }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
        );
        let answer = who.ask(&document).await.ok();
        let page = answer.at("/contract/novatedFrom");
        for node in page["nodes"].as_array().expect("nodes") {
            references.push(node["contract"]["reference"].as_str().expect("one").to_owned());
        }
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            return references;
        }
        after = format!(", after: {}", page["pageInfo"]["endCursor"]);
    }
}

both_databases! {
    async fn a6_177_contracts_become_one_whose_holder_decides_who_delivers(world: World) {
        let it = Novating::of(&world, 177).await;
        assert_eq!(counted(&it.lead, "ACTIVE").await, (json!(177), json!(177)));
        years(&it.lead, &it.head, "200000000.00").await;
        it.award().await;
        let done = it.novate(it.novation(&it.contracts, "2026-04-01")).await.ok();
        assert_eq!(done.payload()["contract"]["novatedFrom"]["totalCount"], 0, "not yet today");
        assert_eq!(acts(&world, "novateContracts").await, 178, "one of each, and of the head");
        world.it_is(2026, 4, 1);
        let lead = world.actor(it.lead.organisation, &ROLES).await;
        assert_eq!(counted(&lead, "ACTIVE").await, (json!(1), json!(1)));
        assert_eq!(counted(&lead, "TERMINATED").await.0, json!(177));
        let pages = replaced(&lead, &it.head).await;
        let expected: Vec<String> = (0..177).map(|number| format!("C {number:03}")).collect();
        assert_eq!(pages, expected);
        let kept = 40;
        let holder = world.actor(it.holder.organisation, &[Role::ContractManager]).await;
        for (place, seller) in it.providers[..kept].iter().enumerate() {
            let input = json!({
                "under": it.head, "seller": seller, "reference": format!("SUB {place}"),
                "service": "Community care", "startsOn": "2026-04-01", "endsOn": "2041-03-31",
                "values": [{ "financialYear": "2026/27", "worth": { "amount": "1000000.00" } }],
            });
            let _ = holder.run("recordSubcontract", input, "subcontract { id }").await.ok();
        }
        let document = format!(
            "{{ contract(id: \"{}\") {{ wholeValue supplyChain(financialYear: \"2026/27\") {{
                figures {{ organisationsByTier {{ tier organisations }} }} }} }} }}",
            it.head
        );
        let answer = lead.ask(&document).await.ok();
        assert_eq!(answer.at("/contract/wholeValue"), "3000000000.00");
        assert_eq!(
            answer.at("/contract/supplyChain/figures/organisationsByTier"),
            &json!([{ "tier": 0, "organisations": 1 }, { "tier": 1, "organisations": kept }])
        );
        let found = by_head(&lead, &it.head, ", people: 30000").await.ok();
        assert_eq!(found.at("/contract/valuePerHead"), &json!({
            "value": "200000000.00", "people": 30_000, "amount": "6666.67", "usualMost": "5000.00",
            "warnings": ["UNUSUAL_VALUE_PER_HEAD"],
        }));
        let explained = format!(
            "{{ contract(id: \"{}\") {{ valuePerHead(financialYear: \"2026/27\", people: 30000) {{
                explanation {{ rule steps {{ label inputs {{ name amount }} result }} }} }} }} }}",
            it.head
        );
        let explained = lead.ask(&explained).await.ok();
        assert_eq!(explained.at("/contract/valuePerHead/explanation"), &json!({ "rule": "A6", "steps": [
            { "label": "Value per head", "result": "6666.67", "inputs": [
                { "name": "200000000.00 over 30000 people, to the penny", "amount": "6666.67" }] },
            { "label": "Beyond what is usual", "result": "1666.67", "inputs": [
                { "name": "value per head", "amount": "6666.67" },
                { "name": "usual most", "amount": "5000.00" }] },
        ] }));
    }

    async fn what_was_replaced_comes_back_and_its_history_is_read_by_day_and_by_what_was_known(
        world: World
    ) {
        let it = Novating::of(&world, 3).await;
        it.award().await;
        let _ = it.novate(it.novation(&it.contracts, "2026-04-01")).await.ok();
        world.it_is(2027, 1, 1);
        let it = Novating { lead: world.actor(it.lead.organisation, &ROLES).await, ..it };
        let before = read(&it.lead, &it.contracts[0], "2026-12-31").await;
        assert_eq!(before["version"], 5, "it came to stand otherwise");
        let one = Some(&it.contracts[..1]);
        let _ = it.unfold(it.unfolding(one, 5, "2027-01-01")).await.ok();
        let _ = it.unfold(it.unfolding(None, 6, "2027-02-01")).await.ok();
        assert_eq!(acts(&world, "unfoldNovation").await, 2 + 3);
        for (day, status, head, left) in [
            ("2026-03-31", "ACTIVE", Value::Null, 0),
            ("2026-04-01", "TERMINATED", json!("HEAD"), 3),
            ("2026-12-31", "TERMINATED", json!("HEAD"), 3),
            ("2027-01-01", "ACTIVE", Value::Null, 2),
            ("2027-02-01", "ACTIVE", Value::Null, 0),
        ] {
            let contract = read(&it.lead, &it.contracts[0], day).await;
            assert_eq!(contract["status"], status, "{day}");
            assert_eq!(contract["novatedTo"]["head"]["reference"], head, "{day}");
            let of_head = read(&it.lead, &it.head, day).await;
            assert_eq!(of_head["novatedFrom"]["totalCount"], left, "{day}");
        }
        let document = "query($id: ID!) {
            contract(id: $id, asOf: \"2027-03-01\", knownAt: \"2026-12-31T00:00:00Z\") {
                status novatedTo { effectiveOn documentReference decision { minuteReference } }
            }
            now: contract(id: $id) { statusHistory { status reasonCode documentReference
                effectiveOn decision { minuteReference } } }
        }";
        let answer = it.lead.send(document, json!({ "id": it.contracts[0] })).await.ok();
        assert_eq!(answer.at("/contract"), &json!({
            "status": "TERMINATED",
            "novatedTo": {
                "effectiveOn": "2026-04-01", "documentReference": "Deed 12",
                "decision": { "minuteReference": "7" },
            },
        }), "as it was known then");
        let history = answer.at("/now/statusHistory").as_array().expect("a history");
        let last = json!([
            { "status": "TERMINATED", "reasonCode": "NOVATION", "documentReference": "Deed 12",
              "effectiveOn": "2026-04-01", "decision": { "minuteReference": "7" } },
            { "status": "ACTIVE", "reasonCode": "UNFOLDING", "documentReference": "Deed 13",
              "effectiveOn": "2027-01-01", "decision": { "minuteReference": "7" } },
        ]);
        assert_eq!(json!(history[history.len() - 2..]), last);
        // What came back may be replaced again.
        let mut again = it.novation(&it.contracts[..1], "2027-06-01");
        (again["expectedVersion"], again["contracts"][0]["expectedVersion"]) = (json!(7), json!(6));
        let _ = it.novate(again).await.ok();
        let then = read(&it.lead, &it.contracts[0], "2027-06-01").await;
        assert_eq!(then["novatedTo"]["effectiveOn"], "2027-06-01");
    }

    async fn c8_what_cannot_be_replaced_is_refused_and_nothing_is_written(world: World) {
        let it = Novating::of(&world, 3).await;
        let draft = it.novate(it.novation(&it.contracts, "2026-04-01")).await;
        is_refused(&draft, "STALE_VERSION", "expectedVersion");
        let mut early = it.novation(&it.contracts, "2026-04-01");
        early["expectedVersion"] = json!(1);
        is_refused(&it.novate(early).await, "NOT_ALLOWED", "head");
        it.award().await;
        let before = written(&world).await;
        let all = || it.novation(&it.contracts, "2026-04-01");
        let with = |change: &dyn Fn(&mut Value)| {
            let mut input = all();
            change(&mut input);
            input
        };
        let none = it.novate(with(&|input| input["contracts"] = json!([]))).await;
        is_refused(&none, "INVALID_VALUE", "contracts");
        let many = vec![all()["contracts"][0].clone(); 3_001];
        let many = it.novate(with(&|input| input["contracts"] = json!(many))).await;
        is_refused(&many, "INVALID_VALUE", "contracts");
        assert!(sentence(&many).contains("3000"), "{}", sentence(&many));
        let twice = it.novate(with(&|input| {
            input["contracts"][2] = input["contracts"][0].clone();
        })).await;
        is_refused(&twice, "INVALID_VALUE", "contracts.2");
        let own = it.novate(with(&|input| input["contracts"][1]["contract"] = json!(it.head))).await;
        is_refused(&own, "INVALID_VALUE", "contracts.1.contract");
        let stale = it.novate(with(&|input| {
            input["contracts"][1]["expectedVersion"] = json!(3);
        })).await;
        is_refused(&stale, "STALE_VERSION", "contracts.1.expectedVersion");
        let day = it.novate(with(&|input| input["effectiveOn"] = json!("2026-03-31"))).await;
        is_refused(&day, "INVALID_DATE", "effectiveOn");
        let late = it.novate(with(&|input| input["effectiveOn"] = json!("2030-04-01"))).await;
        is_refused(&late, "NOT_ALLOWED", "contracts.0.contract");
        assert!(sentence(&late).contains("C 000"), "it names the contract: {}", sentence(&late));
        let unminuted = it.novate(with(&|input| {
            input["decision"]["minuteReference"] = json!(" ");
        })).await;
        is_refused(&unminuted, "INVALID_VALUE", "decision.minuteReference");
        let deedless = it.novate(with(&|input| input["documentReference"] = json!(""))).await;
        is_refused(&deedless, "INVALID_VALUE", "documentReference");
        let mut dry = all();
        dry["dryRun"] = json!(true);
        let _ = it.novate(dry).await.ok();
        assert_eq!(written(&world).await, before, "all or nothing");
        assert_eq!(acts(&world, "novateContracts").await, 0);
        let _ = it.novate(it.novation(&it.contracts[..1], "2026-04-01")).await.ok();
        let mut again = it.novation(&it.contracts, "2026-05-01");
        (again["expectedVersion"], again["contracts"][0]["expectedVersion"]) = (json!(5), json!(5));
        is_refused(&it.novate(again).await, "ALREADY_DONE", "contracts.0.contract");
    }

    async fn c8_what_cannot_come_back_is_refused_and_nothing_is_written(world: World) {
        let it = Novating::of(&world, 3).await;
        it.award().await;
        let nothing = it.unfold(it.unfolding(None, 4, "2027-01-01")).await;
        is_refused(&nothing, "INVALID_VALUE", "head");
        let _ = it.novate(it.novation(&it.contracts[..2], "2026-04-01")).await.ok();
        let before = written(&world).await;
        let named = |place: usize| Some(&it.contracts[place..=place]);
        let other = it.unfold(it.unfolding(named(2), 5, "2027-01-01")).await;
        is_refused(&other, "INVALID_VALUE", "contracts.0");
        assert!(sentence(&other).contains("C 002"));
        let stale = it.unfold(it.unfolding(None, 4, "2027-01-01")).await;
        is_refused(&stale, "STALE_VERSION", "expectedVersion");
        let early = it.unfold(it.unfolding(None, 5, "2026-03-31")).await;
        is_refused(&early, "INVALID_DATE", "contracts");
        let late = it.unfold(it.unfolding(None, 5, "2030-04-01")).await;
        is_refused(&late, "INVALID_DATE", "contracts");
        assert!(sentence(&late).contains("C 000") && sentence(&late).contains("2030-03-31"));
        let none = it.unfold(it.unfolding(Some(&[]), 5, "2027-01-01")).await;
        is_refused(&none, "INVALID_VALUE", "contracts");
        assert_eq!(written(&world).await, before, "nothing was written");
        let _ = it.unfold(it.unfolding(named(0), 5, "2030-03-31")).await.ok();
        let twice = it.unfold(it.unfolding(named(0), 6, "2030-03-31")).await;
        is_refused(&twice, "INVALID_VALUE", "contracts.0");
        let by_hand = it.lead.step("suspendContract", &it.contracts[2], "2026-01-01", json!({
            "reasonCode": "UNFOLDING", "documentReference": "Letter", "continuity": "The trust",
        })).await;
        is_refused(&by_hand, "INVALID_VALUE", "reasonCode");
    }

    async fn of_two_that_replace_the_same_contract_at_once_one_is_taken(world: World) {
        let it = Novating::of(&world, 4).await;
        it.award().await;
        let mut input = tests::contracts::drafted("OTHER", &[(&it.lead, 1)], &[&it.holder]);
        (input["startsOn"], input["endsOn"]) = (json!("2026-04-01"), json!("2041-03-31"));
        let other = it.lead.draft(input).await;
        it.begin(&other, "2026-04-01").await;
        let own = it.novation(&it.contracts[..3], "2026-04-01");
        let mut theirs = it.novation(&it.contracts[1..], "2026-04-01");
        theirs["head"] = json!(other);
        let (one, another) = tokio::join!(it.novate(own), it.novate(theirs));
        let refused: Vec<String> = [&one, &another]
            .into_iter()
            .filter(|it| !it.payload()["contract"].is_object())
            .map(Answer::problem)
            .collect();
        assert_eq!(refused, ["STALE_VERSION"]);
        assert_eq!(written(&world).await[0], 3, "all of one, and none of the other");
    }

    async fn statements_do_not_grow_with_the_contracts_that_are_replaced(world: World) {
        let it = Novating::of(&world, 30).await;
        it.award().await;
        let (few, many) = it.contracts.split_at(3);
        let mut counts = Vec::new();
        for (some, version) in [(few, 4), (many, 5)] {
            let mut input = it.novation(some, "2026-04-01");
            input["expectedVersion"] = json!(version);
            let before = world.served.statements_run();
            let _ = it.lead.run("novateContracts", input, "contract { id }").await.ok();
            counts.push(world.served.statements_run() - before);
        }
        for (some, version) in [(few, 6), (many, 7)] {
            let input = it.unfolding(Some(some), version, "2027-04-01");
            let before = world.served.statements_run();
            let _ = it.lead.run("unfoldNovation", input, "contract { id }").await.ok();
            counts.push(world.served.statements_run() - before);
        }
        assert_eq!((counts[0], counts[2]), (counts[1], counts[3]));
        world.it_is(2026, 5, 1);
        let lead = world.actor(it.lead.organisation, &ROLES).await;
        let mut read = Vec::new();
        for page in [3, 31] {
            let document = format!("{{ contracts(first: {page}) {{ nodes {{ {NOVATED} }} }} }}");
            let before = world.served.statements_run();
            let _ = lead.ask(&document).await.ok();
            read.push(world.served.statements_run() - before);
        }
        assert_eq!(read[0], read[1]);
    }

    async fn c7_the_value_by_head_takes_the_last_count_of_every_list(world: World) {
        let it = Novating::of(&world, 1).await;
        years(&it.lead, &it.head, "30000.00").await;
        it.award().await;
        let nobody = by_head(&it.lead, &it.head, "").await.ok();
        assert_eq!(nobody.at("/contract/valuePerHead"), &Value::Null, "nobody counted");
        for (code, counted_on, people) in
            [("OLD", "2025-09-01", 1), ("OLD", "2025-09-02", 4), ("YOUNG", "2025-09-01", 2)]
        {
            let input = json!({
                "contract": it.head, "code": code, "countedOn": counted_on, "people": people,
                "source": "NHS England",
            });
            let _ = it.lead.run("recordListSize", input, "countedOn").await.ok();
        }
        let counted = by_head(&it.lead, &it.head, "").await.ok();
        assert_eq!(counted.at("/contract/valuePerHead"), &json!({
            "value": "30000.00", "people": 6, "amount": "5000.00", "usualMost": "5000.00",
            "warnings": [],
        }));
        let fewer = by_head(&it.lead, &it.head, ", people: 5").await.ok();
        assert_eq!(fewer.at("/contract/valuePerHead/warnings/0"), "UNUSUAL_VALUE_PER_HEAD");
        let none = by_head(&it.lead, &it.head, ", people: 0").await;
        assert_eq!(none.problem(), "INVALID_VALUE");
        let nobody = it.lead.ask("{ contractHolders(first: 1, atLeast: 0) { totalCount } }").await;
        assert_eq!(nobody.problem(), "INVALID_VALUE");
    }

    async fn whoever_holds_several_contracts_is_told_by_those_that_are_seen(world: World) {
        let it = Novating::of(&world, 2).await;
        let _ = it.active("MORE", &it.providers[1]).await;
        let document =
            "{ contractHolders(first: 9, atLeast: 2) { nodes { organisation { id } contracts } } }";
        let several = it.lead.ask(document).await.ok();
        let expected = json!([{ "organisation": { "id": it.providers[1] }, "contracts": 2 }]);
        assert_eq!(several.at("/contractHolders/nodes"), &expected);
        let none = it.holder.ask(document).await.ok();
        assert_eq!(none.at("/contractHolders/nodes"), &json!([]), "V8: it sees none of them");
    }

    async fn what_was_recorded_of_novations_is_never_changed(world: World) {
        use sea_orm::ConnectionTrait;
        let it = Novating::of(&world, 1).await;
        it.award().await;
        let _ = it.novate(it.novation(&it.contracts, "2026-04-01")).await.ok();
        let _ = it.unfold(it.unfolding(None, 5, "2027-04-01")).await.ok();
        let connection = world.database.for_migration();
        for sql in [
            "update novation set number = 2",
            "delete from novation_unfolding",
            "update novation_unfolding set minute_reference = 'Other'",
            "delete from novation",
        ] {
            let refused = connection.execute_unprepared(sql).await;
            let why = refused.expect_err(sql).to_string();
            assert!(why.contains("append-only"), "{sql}: {why}");
        }
    }
}
