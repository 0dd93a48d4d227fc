//! When a body closes, its successors take over its relations and read its periods; nothing that it
//! could read becomes unreadable to everyone (rule G5).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};
use tributary::service::{
    import_job::{self, NewImport, Report},
    verify::verify,
};

/// Somebody of a new board with this code.
async fn board(world: &World, code: &str) -> Actor {
    let kind = OrganisationKind::IntegratedCareBoard;
    let id = world.organisation_with_code(code, kind, ("GB-NHS", code)).await;
    world.actor(id, &[Role::Commissioner, Role::Finance]).await
}

/// Imports who took over from whom, and when.
async fn succeed(world: &World, lines: &[&str]) -> Report {
    let content = format!("predecessor_code,successor_code,effective_date\n{}\n", lines.join("\n"));
    let new = NewImport {
        kind: import_job::Kind::Successors,
        content: content.into_bytes(),
        dry_run: false,
        skip_rejected: false,
    };
    let job = import_job::import(&world.database, new).await.expect("an import");
    let report = Report::of(&job).expect("a report");
    assert_eq!(report.rejected, []);
    verify(&world.database).await.expect("in order");
    report
}

/// The books of a host and partners with these codes, and a scheme on which the host has spent in
/// May.
async fn scene(world: &World, codes: &[&str]) -> (Books, String) {
    let mut people = Vec::new();
    for code in codes {
        people.push(board(world, code).await);
    }
    let books = Books::between(people, "Pool").await;
    books.contribution(0, "1000.00").await;
    let scheme = books.scheme("S1", "1000.00", &[1, 1]).await;
    let _ = books.spend(&scheme, "1.00", "2025-05-10", "May").await.ok();
    (books, scheme)
}

async fn spend(by: &Actor, scheme: &str, on: &str) -> Answer {
    let input = Books::expenditure(scheme, "2.00", on, on);
    by.run("recordExpenditure", input, "transaction { id }").await
}

/// How many transactions a reader is told of; null when it is told of no fund.
async fn seen(books: &Books, reader: &Actor) -> Value {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ transactions(first: 0) {{ totalCount }} }} }}"#,
        books.reference
    );
    reader.ask(&document).await.ok().at("/pooledFund/transactions/totalCount").clone()
}

async fn plan(by: &Actor, books: &Books) -> Answer {
    let input = json!({
        "fund": books.fund, "partner": by.id, "sourceCode": "CORE_BUDGET",
        "financialYear": "2025/26", "amount": "1.00", "idempotencyKey": by.id,
    });
    by.run("planContribution", input, "contribution { id }").await
}

async fn name(by: &Actor, books: &Books, predecessor: &Actor, successor: &Actor) -> Answer {
    let input = json!({
        "agreement": books.agreement, "predecessor": predecessor.id, "successor": successor.id,
    });
    by.run("nameSuccessor", input, "agreement { version }").await
}

both_databases! {
    async fn g5_two_boards_that_merge_into_one_are_read_and_succeeded_by_it(world: World) {
        let (books, scheme) = scene(&world, &["QAA", "QBB", "QCC"]).await;
        let merged = board(&world, "QDD").await;
        let report = succeed(&world, &["QBB,QDD,2026-01-01", "QCC,QDD,2026-01-01"]).await;
        assert_eq!(report.created, 2);
        assert_eq!(seen(&books, &merged).await, Value::Null, "not before its first day");
        assert_eq!(seen(&books, books.partner(1)).await, 1);

        world.it_is(2026, 1, 5);
        let books = books.again(&world).await;
        let merged = world.again(&merged).await;
        spend(books.host(), &scheme, "2026-01-02").await.ok();
        assert_eq!(seen(&books, &merged).await, 2);
        assert_eq!(seen(&books, books.partner(1)).await, 1, "a closed body keeps its own days");
        plan(&merged, &books).await.ok();
        assert_eq!(plan(books.partner(2), &books).await.problem(), "NOT_ALLOWED");

        // A day that was wrong is put right, and with it every view.
        let report = succeed(&world, &["QBB,QDD,2026-03-01", "QCC,QDD,2026-03-01"]).await;
        assert_eq!(report.changed, 2);
        assert_eq!(seen(&books, &merged).await, Value::Null);
        assert_eq!(seen(&books, books.partner(1)).await, 2);
    }

    async fn g5_what_the_list_of_bodies_says_of_successors_counts_too(world: World) {
        let (books, scheme) = scene(&world, &["QAA", "QBB"]).await;
        let successor = board(&world, "QDD").await;
        let content = "code,code_scheme,name,org_type,parent_code,parent_scheme,postcode,open_date,\
            close_date,successor_codes,other_code,other_code_scheme\n\
            QBB,ODS,QBB,integrated_care_board,,,,,2025-12-31,QDD,,\n";
        let new = NewImport { kind: import_job::Kind::Organisations, content: content.into(),
            dry_run: false, skip_rejected: false };
        let job = import_job::import(&world.database, new).await.expect("an import");
        assert_eq!(Report::of(&job).expect("a report").changed, 1);
        world.it_is(2026, 1, 5);
        let books = books.again(&world).await;
        let successor = world.again(&successor).await;
        spend(books.host(), &scheme, "2026-01-02").await.ok();
        assert_eq!(seen(&books, &successor).await, 2);
        assert_eq!(seen(&books, books.partner(1)).await, 1);
        verify(&world.database).await.expect("in order");
    }

    async fn g5_of_a_host_that_is_split_all_successors_read_and_the_named_one_keeps_the_books(world: World) {
        let (books, scheme) = scene(&world, &["QAA", "QBB"]).await;
        let [north, south] = [board(&world, "QNN").await, board(&world, "QSS").await];
        let outsider = board(&world, "QZZ").await;
        succeed(&world, &["QAA,QNN,2026-01-01", "QAA,QSS,2026-01-01"]).await;
        world.it_is(2026, 1, 5);
        let books = books.again(&world).await;
        let north = world.again(&north).await;
        let south = world.again(&south).await;
        let outsider = world.again(&outsider).await;
        let (old, partner) = (books.host(), books.partner(1));
        for reader in [&north, &south] {
            assert_eq!(seen(&books, reader).await, 1);
            assert_eq!(spend(reader, &scheme, "2026-01-02").await.problem(), "NOT_ALLOWED");
        }
        assert_eq!(name(&outsider, &books, old, &south).await.problem(), "NOT_FOUND");
        assert_eq!(name(old, &books, old, &south).await.problem(), "NOT_ALLOWED");
        let none = name(partner, &books, old, &outsider).await;
        assert_eq!(none.problem_path(), "successor");
        let none = name(partner, &books, &outsider, &south).await;
        assert_eq!((none.problem().as_str(), none.problem_path().as_str()), ("NOT_FOUND", "predecessor"));

        name(&north, &books, old, &south).await.ok();
        spend(&south, &scheme, "2026-01-02").await.ok();
        assert_eq!((seen(&books, &south).await, seen(&books, &north).await), (json!(2), json!(1)));
        assert_eq!(seen(&books, partner).await, 2);
        // Once somebody keeps the books, it is theirs to say.
        assert_eq!(name(&north, &books, old, &north).await.problem(), "NOT_ALLOWED");
        assert_eq!(name(&south, &books, old, &south).await.problem(), "ALREADY_DONE");
        let named = south.ask(r#"{ partnershipAgreement(reference: "Pool") { host { name }
            relations(first: 1) { nodes { organisation { name } namedSuccessor { name } } } } }"#).await.ok();
        assert_eq!(named.text("/partnershipAgreement/host/name"), "QSS");
        assert_eq!(named.text("/partnershipAgreement/relations/nodes/0/namedSuccessor/name"), "QSS");
        verify(&world.database).await.expect("in order");
    }

    async fn g5_the_host_names_who_takes_over_from_a_partner(world: World) {
        let (books, scheme) = scene(&world, &["QAA", "QBB"]).await;
        let [north, south] = [board(&world, "QNN").await, board(&world, "QSS").await];
        succeed(&world, &["QBB,QNN,2026-01-01"]).await;
        world.it_is(2026, 1, 5);
        let books = books.again(&world).await;
        let north = world.again(&north).await;
        let south = world.again(&south).await;
        let only = name(books.host(), &books, books.partner(1), &north).await;
        assert_eq!(only.problem(), "ALREADY_DONE", "an only successor needs no naming");
        succeed(&world, &["QBB,QNN,2026-01-01", "QBB,QSS,2026-01-01"]).await;
        assert_eq!(name(&north, &books, books.partner(1), &north).await.problem(), "NOT_ALLOWED");
        name(books.host(), &books, books.partner(1), &north).await.ok();
        spend(books.host(), &scheme, "2026-01-02").await.ok();
        assert_eq!((seen(&books, &north).await, seen(&books, &south).await), (json!(2), json!(1)));
        plan(&north, &books).await.ok();
        assert_eq!(plan(&south, &books).await.problem(), "NOT_ALLOWED");
    }

    async fn g5_successors_of_successors_read_all_that_came_before_and_may_leave(world: World) {
        let (books, scheme) = scene(&world, &["QAA", "QBB", "QCC"]).await;
        let [next, last] = [board(&world, "QMM").await, board(&world, "QLL").await];
        succeed(&world, &["QBB,QMM,2025-11-01", "QMM,QLL,2026-01-01"]).await;
        world.it_is(2026, 2, 5);
        let books = books.again(&world).await;
        let next = world.again(&next).await;
        let last = world.again(&last).await;
        for on in ["2025-11-10", "2026-01-10", "2026-02-01"] {
            spend(books.host(), &scheme, on).await.ok();
        }
        assert_eq!((seen(&books, &next).await, seen(&books, &last).await), (json!(2), json!(4)));
        let leaving = json!({
            "agreement": books.agreement, "expectedVersion": 1, "organisation": last.id,
            "leftOn": "2026-01-31",
        });
        books.host().run("endAgreementPartner", leaving, "agreement { version }").await.ok();
        assert_eq!((seen(&books, &next).await, seen(&books, &last).await), (json!(2), json!(3)));
        verify(&world.database).await.expect("in order");
    }

    async fn nobodys_view_widens_by_the_merging_of_a_placeholder(world: World) {
        let (books, _) = scene(&world, &["QAA", "QBB"]).await;
        let greedy = board(&world, "QGG").await;
        // The body of this code is not known: it is kept as a placeholder.
        succeed(&world, &["QXX,QGG,2025-06-01"]).await;
        let found = greedy.ask(r#"{ organisation(identifier: {scheme: "GB-NHS", value: "QXX"}) { id version } }"#).await.ok();
        let merge = json!({
            "placeholder": found.text("/organisation/id"), "into": books.partner(1).id,
            "expectedVersion": found.at("/organisation/version"),
        });
        let refused = greedy.run("mergePlaceholder", merge, "organisation { id }").await;
        assert_eq!((refused.problem().as_str(), refused.problem_path().as_str()), ("INVALID_VALUE", "placeholder"));
        assert_eq!((seen(&books, &greedy).await, seen(&books, books.partner(1)).await), (Value::Null, json!(1)));

        let party = json!({ "name": "Unknown partner", "kind": "CHARITY" });
        let party = greedy.run("registerPlaceholder", party, "organisation { id }").await.ok();
        let party = party.text("/registerPlaceholder/organisation/id");
        let appointed = json!({
            "agreement": books.agreement, "organisation": party, "kind": "PARTY", "startsOn": "2025-06-01",
        });
        books.host().run("appointOrganisation", appointed, "relation { id }").await.ok();
        let merge = json!({ "placeholder": party, "into": greedy.id, "expectedVersion": 1 });
        greedy.run("mergePlaceholder", merge, "organisation { id }").await.ok();
        assert_eq!(seen(&books, &greedy).await, Value::Null);
        verify(&world.database).await.expect("in order");
    }
}
