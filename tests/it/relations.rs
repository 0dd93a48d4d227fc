//! Relations come and go: partners leave and join, hosts hand over, others are appointed; and each
//! view keeps its days.

use entities::{membership::Role, organisation::OrganisationKind};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, Partner, World, both_databases};
use tributary::service::verify::verify;

const AGREEMENT: &str = "agreement { version }";

/// Somebody of a new organisation who may do whatever that organisation may.
async fn somebody(world: &World, name: &str) -> Actor {
    let id = world.organisation(name, OrganisationKind::Other).await;
    world.actor(id, &[Role::Commissioner, Role::Finance, Role::Auditor]).await
}

/// Spends on four days, two of them after September, as seen on 1 December 2025.
async fn spend(world: &World, books: Books) -> (Books, String) {
    books.contribution(0, "1000.00").await;
    let scheme = books.scheme("S1", "1000.00", &[1, 1]).await;
    world.it_is(2025, 12, 1);
    let books = books.again(world).await;
    for (amount, on) in [
        ("1.00", "2025-05-10"),
        ("2.00", "2025-09-30"),
        ("4.00", "2025-10-01"),
        ("8.00", "2025-11-01"),
    ] {
        let _ = books.spend(&scheme, amount, on, on).await.ok();
    }
    (books, scheme)
}

async fn leave(by: &Actor, books: &Books, who: &Actor, (on, version): (&str, i32)) -> Answer {
    let input = json!({
        "agreement": books.agreement, "expectedVersion": version, "organisation": who.id,
        "leftOn": on,
    });
    by.run("endAgreementPartner", input, AGREEMENT).await
}

async fn appoint(by: &Actor, books: &Books, who: &Actor, (kind, on): (&str, &str)) -> Answer {
    let input = json!({
        "agreement": books.agreement, "organisation": who.id, "kind": kind, "startsOn": on,
    });
    by.run("appointOrganisation", input, "relation { id }").await
}

async fn agreement(books: &Books, reader: &Actor, fields: &str) -> Value {
    let reference = &books.reference;
    let document =
        format!(r#"{{ partnershipAgreement(reference: "{reference}") {{ {fields} }} }}"#);
    reader.ask(&document).await.ok().at("/partnershipAgreement").clone()
}

/// The relations that a reader is told of: kind, organisation, first and last day.
async fn relations(books: &Books, reader: &Actor) -> Value {
    let fields = "relations(first: 20) { totalCount nodes { kind organisation { name } startsOn
        endsOn withheld { field } } }";
    let seen = agreement(books, reader, fields).await["relations"].clone();
    let nodes = seen["nodes"].as_array().expect("relations").clone();
    assert_eq!(seen["totalCount"], json!(nodes.len()), "the count is that of what is shown");
    let told = |node: &Value| {
        json!([node["kind"], node["organisation"]["name"], node["startsOn"], node["endsOn"]])
    };
    let mut told: Vec<Value> = nodes.iter().map(told).collect();
    // Those of one kind come in no order that says anything.
    told.sort_by_key(Value::to_string);
    json!(told)
}

fn page(books: &Books, arguments: &str) -> String {
    format!(
        r#"{{ pooledFund(reference: "{}") {{ transactions(first: 1{arguments}) {{
            nodes {{ description }} pageInfo {{ endCursor hasNextPage }} }} }} }}"#,
        books.reference
    )
}

both_databases! {
    async fn a_partner_that_leaves_reads_its_days_and_nothing_later(world: World) {
        let books = Books::open(&world, &["Host", "Partner", "Third"]).await;
        let (books, _) = spend(&world, books).await;
        let (host, leaver) = (books.host(), books.partner(1));
        assert_eq!(books.transactions(leaver).await, 4);
        let first = leaver.ask(&page(&books, "")).await.ok();
        let cursor = first.text("/pooledFund/transactions/pageInfo/endCursor").to_owned();

        let left = leave(host, &books, leaver, ("2025-09-30", 1)).await.ok();
        assert_eq!(left.at("/endAgreementPartner/agreement/version"), &json!(2));
        assert_eq!(books.transactions(leaver).await, 2);
        assert_eq!(books.transactions(host).await, 4);
        assert_eq!(books.transactions(books.partner(2)).await, 4);
        // Neither does an open cursor go on to what came later.
        let second = leaver.ask(&page(&books, &format!(r#", after: "{cursor}""#))).await.ok();
        assert_eq!(second.at("/pooledFund/transactions/nodes").as_array().map(Vec::len), Some(1));
        assert_eq!(second.at("/pooledFund/transactions/pageInfo/hasNextPage"), &json!(false));

        let later = host.ask(&format!(
            r#"{{ pooledFund(reference: "{}") {{ transactions(last: 1) {{ nodes {{ id }} }} }} }}"#,
            books.reference)).await.ok();
        let later = later.text("/pooledFund/transactions/nodes/0/id");
        let hidden = leaver.run("reverseTransaction", Books::reversal(later, "2025-11-01", "1"), "transaction { id }").await;
        assert_eq!(hidden.problem(), "NOT_FOUND");
        let plan = json!({
            "fund": books.fund, "partner": leaver.id, "sourceCode": tests::books::SOURCE,
            "financialYear": "2025/26", "amount": "1.00", "idempotencyKey": "late",
        });
        let refused = leaver.run("planContribution", plan, "contribution { id }").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED", "whoever left acts no more");
        let partners = agreement(&books, host, "partners { leftOn }").await;
        assert_eq!(partners["partners"][1]["leftOn"], "2025-09-30");
        verify(&world.database).await.expect("in order");
    }

    async fn the_host_does_not_leave_and_two_partners_stay(world: World) {
        let books = Books::open(&world, &["Host", "Partner", "Third"]).await;
        let (host, partner, third) = (books.host(), books.partner(1), books.partner(2));
        let outsider = somebody(&world, "Outsider").await;
        let on = "2025-09-30";
        let refused = leave(host, &books, host, (on, 1)).await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("INVALID_VALUE", "organisation"));
        assert_eq!(leave(partner, &books, third, (on, 1)).await.problem(), "NOT_ALLOWED");
        assert_eq!(leave(&outsider, &books, third, (on, 1)).await.problem(), "NOT_FOUND");
        assert_eq!(leave(host, &books, third, (on, 7)).await.problem(), "STALE_VERSION");
        assert_eq!(leave(host, &books, third, ("2025-03-31", 1)).await.problem(), "INVALID_VALUE");
        assert_eq!(leave(host, &books, &outsider, (on, 1)).await.problem(), "INVALID_VALUE");
        leave(host, &books, third, (on, 1)).await.ok();
        assert_eq!(leave(host, &books, third, (on, 2)).await.problem(), "ALREADY_DONE");
        let refused = leave(host, &books, partner, (on, 2)).await;
        assert_eq!(refused.problem_path(), "organisation", "one partner alone has no agreement");
        let back = json!({ "id": books.agreement, "expectedVersion": 2, "host": third.id });
        let refused = host.run("updatePartnershipAgreement", back, AGREEMENT).await;
        assert_eq!(refused.problem_path(), "host", "whoever left keeps no books");
    }

    async fn whoever_joins_within_a_year_reads_it_whole_and_no_earlier_one(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let (books, _) = spend(&world, books).await;
        world.it_is(2026, 6, 1);
        let books = books.again(&world).await;
        let reserve = json!({
            "fund": books.fund, "effective": { "effectiveOn": "2026-04-10" }, "description": "Reserve",
            "lines": [{ "account": "CASH", "amount": "1.00" }, { "account": "RESERVE", "amount": "-1.00" }],
            "idempotencyKey": "2026",
        });
        books.host().run("postJournal", reserve, "transaction { id }").await.ok();
        for (name, on, version, sees) in
            [("Midyear", "2025-09-01", 1, 5), ("Newcomer", "2026-05-01", 2, 1)]
        {
            let joiner = somebody(&world, name).await;
            let input = json!({
                "agreement": books.agreement, "expectedVersion": version, "organisation": joiner.id,
                "joinedOn": on,
            });
            books.host().run("addAgreementPartner", input, AGREEMENT).await.ok();
            assert_eq!(books.transactions(&joiner).await, sees, "{name}");
        }
    }

    async fn a_new_host_posts_at_once_and_the_old_one_keeps_reading_its_days(world: World) {
        let books = Books::open(&world, &["Host", "Partner", "Third"]).await;
        let (books, scheme) = spend(&world, books).await;
        let (old, new) = (books.host(), books.partner(1));
        let early = Books::expenditure(&scheme, "16.00", "2025-11-02", "early");
        let refused = new.run("recordExpenditure", early, "transaction { id }").await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let change = json!({ "id": books.agreement, "expectedVersion": 1, "host": new.id });
        old.run("updatePartnershipAgreement", change, AGREEMENT).await.ok();

        let posted = Books::expenditure(&scheme, "16.00", "2025-12-01", "new host");
        new.run("recordExpenditure", posted.clone(), "transaction { id }").await.ok();
        let late = books.spend(&scheme, "32.00", "2025-12-01", "old host").await;
        assert_eq!(late.problem(), "NOT_ALLOWED");
        let change = json!({ "id": books.agreement, "expectedVersion": 2, "title": "Mine" });
        let refused = old.run("updatePartnershipAgreement", change, AGREEMENT).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");

        leave(new, &books, old, ("2025-11-30", 2)).await.ok();
        assert_eq!(books.transactions(old).await, 4);
        assert_eq!(books.transactions(new).await, 5);
        let told = relations(&books, old).await;
        assert_eq!(told[0], json!(["HOST", "Host", "2025-04-01", "2025-11-30"]));
        let hosts = |told: &Value| {
            let is_host = |it: &&Value| it[0] == "HOST";
            told.as_array().expect("relations").iter().filter(is_host).count()
        };
        // Who kept the books afterwards is not the old host's to know.
        assert_eq!((hosts(&told), hosts(&relations(&books, new).await)), (1, 2));
    }

    async fn an_appointment_opens_its_view_at_once_and_a_revoked_one_closes_it(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let (books, _) = spend(&world, books).await;
        let host = books.host();
        let [observer, member] = [somebody(&world, "Observer").await, somebody(&world, "Member").await];
        assert_eq!(agreement(&books, &observer, "title").await, Value::Null);
        let made = appoint(host, &books, &observer, ("OBSERVER", "2025-11-01")).await.ok();
        appoint(host, &books, &member, ("BOARD_MEMBER", "2025-11-01")).await.ok();

        let seen = agreement(&books, &observer, "title aims withheld { field }").await;
        assert_eq!((&seen["title"], &seen["aims"]), (&json!("Host-Partner"), &Value::Null));
        let seen = agreement(&books, &member, "title aims withheld { field }").await;
        assert_eq!((&seen["aims"], &seen["withheld"]), (&json!("To share"), &json!([])));
        for reader in [&observer, &member] {
            assert_eq!(books_of(&books, reader).await, Value::Null, "no posting is theirs");
        }
        let whole = relations(&books, &member).await;
        let told = |kind: &str, name: &str, on: &str| json!([kind, name, on, null]);
        assert_eq!(whole, json!([
            told("BOARD_MEMBER", "Member", "2025-11-01"), told("HOST", "Host", "2025-04-01"),
            told("OBSERVER", "Observer", "2025-11-01"), told("PARTNER", "Host", "2025-04-01"),
            told("PARTNER", "Partner", "2025-04-01"),
        ]));
        let summary = relations(&books, &observer).await;
        assert_eq!(summary[0], json!(["BOARD_MEMBER", "Member", null, null]));
        let fields = "relations(first: 1) { nodes { withheld { field } viewerCan { end { allowed } } } }";
        let first = agreement(&books, &observer, fields).await["relations"]["nodes"][0].clone();
        assert_eq!(first["withheld"].as_array().map(Vec::len), Some(4));
        assert_eq!(first["viewerCan"]["end"]["allowed"], false);

        let relation = made.text("/appointOrganisation/relation/id");
        let mistake = |reason: &str| json!({ "relation": relation, "reason": reason });
        let unsaid = host.run("revokeAppointment", mistake(" "), AGREEMENT).await;
        assert_eq!(unsaid.problem(), "REASON_REQUIRED");
        let refused = observer.run("revokeAppointment", mistake("x"), AGREEMENT).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        host.run("revokeAppointment", mistake("Another was meant"), AGREEMENT).await.ok();
        assert_eq!(agreement(&books, &observer, "title").await, Value::Null);
        let gone = host.run("revokeAppointment", mistake("x"), AGREEMENT).await;
        assert_eq!(gone.problem(), "NOT_FOUND");
        verify(&world.database).await.expect("in order");
    }

    async fn an_ended_appointment_keeps_its_days_and_learns_nothing_later(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let host = books.host();
        let [observer, late] = [somebody(&world, "Observer").await, somebody(&world, "Late").await];
        let made = appoint(host, &books, &observer, ("OBSERVER", "2025-06-01")).await.ok();
        let relation = made.text("/appointOrganisation/relation/id");
        let end = |on: &str| json!({ "relation": relation, "endsOn": on });
        let refused = host.run("endAppointment", end("2025-05-31"), AGREEMENT).await;
        assert_eq!(refused.problem_path(), "endsOn");
        host.run("endAppointment", end("2025-09-30"), AGREEMENT).await.ok();
        let again = host.run("endAppointment", end("2025-09-30"), AGREEMENT).await;
        assert_eq!(again.problem(), "ALREADY_DONE");
        world.it_is(2025, 12, 1);
        let books = books.again(&world).await;
        let (host, observer) = (books.host(), world.again(&observer).await);
        appoint(host, &books, &late, ("BOARD_MEMBER", "2025-10-01")).await.ok();
        assert_eq!(agreement(&books, &observer, "title").await["title"], "Host-Partner");
        assert_eq!(relations(&books, &observer).await.as_array().map(Vec::len), Some(4));
        assert_eq!(relations(&books, host).await.as_array().map(Vec::len), Some(5));
    }
}

/// The transactions that a reader is told of; null when it is told of none.
async fn books_of(books: &Books, reader: &Actor) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ transactions(first: 0) {{ totalCount }} }} }}"#,
        books.reference
    );
    reader.ask(&document).await.ok().at("/pooledFund/transactions").clone()
}

both_databases! {
    async fn an_appointment_to_one_fund_opens_that_fund_alone(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.another_fund("Other fund", "ALIGNED").await;
        let auditor = somebody(&world, "Auditor").await;
        let input = |kind: &str| json!({
            "agreement": books.agreement, "fund": books.fund, "organisation": auditor.id,
            "kind": kind, "startsOn": "2025-06-01",
        });
        let refused = books.host().run("appointOrganisation", input("PARTY"), "relation { id }").await;
        assert_eq!(refused.problem_path(), "fund");
        books.host().run("appointOrganisation", input("AUDITOR"), "relation { id }").await.ok();
        let funds = auditor.ask("{ pooledFunds(first: 9) { totalCount nodes { reference } } }").await.ok();
        assert_eq!(funds.at("/pooledFunds"), &json!({
            "totalCount": 1, "nodes": [{ "reference": books.reference }] }));
        assert_eq!(agreement(&books, &auditor, "title").await, Value::Null);
    }

    async fn what_cannot_be_appointed_is_refused(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let elsewhere = Books::between(vec![somebody(&world, "A").await, somebody(&world, "B").await], "Elsewhere").await;
        let (host, who) = (books.host(), somebody(&world, "Observer").await);
        let observer = ("OBSERVER", "2025-06-01");
        assert_eq!(appoint(books.partner(1), &books, &who, observer).await.problem(), "NOT_ALLOWED");
        assert_eq!(appoint(&who, &books, &who, observer).await.problem(), "NOT_FOUND");
        let early = appoint(host, &books, &who, ("OBSERVER", "2025-03-31")).await;
        assert_eq!(early.problem_path(), "startsOn");
        appoint(host, &books, &who, observer).await.ok();
        assert_eq!(appoint(host, &books, &who, observer).await.problem(), "ALREADY_EXISTS");
        let fields = "relations(first: 20) { nodes { id kind } }";
        let told = agreement(&books, host, fields).await["relations"]["nodes"].clone();
        for node in told.as_array().expect("relations").iter().filter(|it| it["kind"] != "OBSERVER") {
            let end = json!({ "relation": node["id"], "endsOn": "2025-12-31" });
            let refused = host.run("endAppointment", end, AGREEMENT).await;
            assert_eq!(refused.problem_path(), "relation", "{node}");
        }
        // What is hidden and what does not exist answer the same (rule V1).
        let none = tributary::graphql::node::Kind::Relation.id(uuid::Uuid::from_u128(7)).to_string();
        let hidden = told[0]["id"].as_str().expect("an id").to_owned();
        let [of_hidden, of_none] = [hidden, none].map(|relation| json!({
            "relation": relation, "endsOn": "2025-12-31" }));
        let of_hidden = elsewhere.host().run("endAppointment", of_hidden, AGREEMENT).await;
        let of_none = elsewhere.host().run("endAppointment", of_none, AGREEMENT).await;
        assert_eq!(of_hidden.0.to_string(), of_none.0.to_string());
        assert_eq!(of_none.problem(), "NOT_FOUND");
    }

    async fn verify_names_the_first_view_that_no_relation_gives(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let looked = verify(&world.database).await.expect("in order").views;
        assert_eq!((looked.agreements, looked.views, looked.windows), (1, 4, 6));
        let outsider = somebody(&world, "Outsider").await.organisation;
        let connection = world.database.for_migration();
        let holder = format!("{}", books.partner(1).organisation);
        let id = |id: &str| match world.engine {
            tests::Engine::Sqlite => format!("X'{}'", id.replace('-', "")),
            tests::Engine::Postgres => format!("'{id}'"),
        };
        let (own, stranger) = (id(&holder), id(&outsider.to_string()));
        let nothing = id("00000000-0000-0000-0000-000000000007");
        for (tamper, undo, says) in [
            (format!("update access_window set is_live = not is_live where holder_id = {own}"),
             format!("update access_window set is_live = not is_live where holder_id = {own}"),
             "a window of it is not what the relations on record give"),
            (format!("update access set holder_id = {stranger} where holder_id = {own}"),
             format!("update access set holder_id = {own} where holder_id = {stranger}"),
             "it is missing"),
            (format!("insert into access select {stranger}, root_id, root_kind, name, reference,
                starts_on, windows from access where holder_id = {own}"),
             format!("delete from access where holder_id = {stranger}"),
             "no relation on record gives it"),
            (format!("insert into access select {stranger}, {nothing}, root_kind, name, reference,
                starts_on, windows from access where holder_id = {own} and root_kind = 'FUND'"),
             format!("delete from access where holder_id = {stranger}"),
             "there is no such agreement, fund, contract, link or delegated budget"),
        ] {
            connection.execute_unprepared(&tamper).await.expect("tampered");
            let why = verify(&world.database).await.expect_err(says).to_string();
            assert!(why.contains(says), "{why}");
            connection.execute_unprepared(&undo).await.expect("put right");
            verify(&world.database).await.expect("in order");
        }
    }

    async fn two_who_change_relations_at_once_both_count(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let mut observers = Vec::new();
        for place in 0..6 {
            observers.push(Partner { staff: somebody(&world, &format!("Observer {place}")).await });
        }
        let one = |place: usize| {
            appoint(books.host(), &books, &observers[place].staff, ("OBSERVER", "2025-06-01"))
        };
        let done = tokio::join!(one(0), one(1), one(2), one(3), one(4), one(5));
        for answer in [done.0, done.1, done.2, done.3, done.4, done.5] {
            let _ = answer.ok();
        }
        for it in &observers {
            assert_eq!(agreement(&books, &it.staff, "title").await["title"], "Host-Partner");
        }
        verify(&world.database).await.expect("in order");
    }
}
