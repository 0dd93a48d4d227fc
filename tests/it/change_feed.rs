//! The feed of changes: everything that a viewer may see and that changed, once, in the order in which
//! it was committed (design: api, pulling and pushing; access, V1).

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{Actor, Books, World, both_databases};
use tributary::service::{
    audit::seal::seal_now,
    change::{self, retain},
};

/// A page of the feed: what changed, and the cursor to come back with.
async fn page(actor: &Actor, after: Option<&str>, first: usize) -> (Vec<Value>, Option<String>) {
    let document = "query($after: String, $first: Int!) { changes(after: $after, first: $first) {
        nodes { kind objectId objectType fieldGroup effectiveOn recordedAt node { id } }
        pageInfo { endCursor hasNextPage } } }";
    let answer = actor.send(document, json!({ "after": after, "first": first })).await.ok();
    let rows = answer.at("/changes/nodes").as_array().expect("changes").clone();
    let end = answer.at("/changes/pageInfo/endCursor").as_str().map(str::to_owned);
    (rows, end)
}

/// Everything after a cursor, and the cursor after it.
async fn all(actor: &Actor, after: Option<String>, first: usize) -> (Vec<Value>, String) {
    let (mut rows, mut cursor) = (Vec::new(), after);
    loop {
        let (some, end) = page(actor, cursor.as_deref(), first).await;
        cursor = end;
        if some.is_empty() {
            return (rows, cursor.expect("a cursor of an empty page"));
        }
        rows.extend(some);
    }
}

/// What changed, a word each.
fn told(rows: &[Value]) -> Vec<String> {
    let word = |row: &Value, field: &str| row[field].as_str().unwrap_or("-").to_owned();
    rows.iter().map(|row| format!("{} {}", word(row, "kind"), word(row, "objectType"))).collect()
}

async fn seal(world: &World) {
    let _ = seal_now(&world.database).await.expect("sealed");
}

both_databases! {
    async fn whoever_reads_something_is_told_of_it_once_and_in_order(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let contribution = books.contribution(1, "1.00").await;
        seal(&world).await;
        let (rows, cursor) = all(books.partner(1), None, 2).await;
        let changed: Vec<&Value> = rows.iter().filter(|row| row["kind"] == "CHANGED").collect();
        let kinds: Vec<&str> =
            changed.iter().filter_map(|row| row["objectType"].as_str()).collect();
        assert_eq!(kinds, ["PartnershipAgreement", "PooledFund", "Contribution"], "{rows:?}");
        assert_eq!(changed[2]["objectId"], json!(contribution));
        assert_eq!(changed[2]["node"]["id"], json!(contribution));
        assert_eq!(changed[2]["fieldGroup"], "ContributionsOfOthers");
        let entered = told(&rows).into_iter().filter(|it| it.starts_with("ENTERED")).count();
        assert_eq!(entered, 2, "its views of the agreement and of the fund begin: {rows:?}");

        // Whoever comes back is given what is new, and an empty page gives a cursor to come back with.
        let (none, again) = page(books.partner(1), Some(&cursor), 10).await;
        assert!(none.is_empty(), "{none:?}");
        let _ = books.contribution(0, "2.00").await;
        let (unsealed, _) = page(books.partner(1), again.as_deref(), 10).await;
        assert!(unsealed.is_empty(), "what has no place yet is told later: {unsealed:?}");
        seal(&world).await;
        let (new, _) = page(books.partner(1), again.as_deref(), 10).await;
        assert_eq!(told(&new), ["CHANGED Contribution"]);
    }

    async fn v1_whoever_stands_to_nothing_is_told_of_nothing(world: World) {
        let stranger = world.organisation("Stranger", OrganisationKind::Charity).await;
        let stranger = world.actor(stranger, &[Role::Finance, Role::Auditor]).await;
        let (none, cursor) = page(&stranger, None, 10).await;
        assert_eq!((none.len(), cursor.is_some()), (0, true));
        let books = Books::open(&world, &["Host", "Partner"]).await;
        books.contribution(0, "1.00").await;
        seal(&world).await;
        // The cursor tells nothing either: it is the same however much others did.
        assert_eq!(page(&stranger, None, 10).await, (Vec::new(), cursor.clone()));
        assert_eq!(page(&stranger, cursor.as_deref(), 10).await, (Vec::new(), cursor.clone()));
        let now = stranger.ask("{ changesCursor }").await.ok();
        assert_eq!(now.at("/changesCursor").as_str(), cursor.as_deref());
    }

    async fn the_cursor_of_now_comes_before_whatever_changes_later(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        seal(&world).await;
        let now = books.host().ask("{ changesCursor }").await.ok();
        let now = now.at("/changesCursor").as_str().expect("a cursor").to_owned();
        let scheme = books.scheme("A", "0.00", &[1, 1]).await;
        seal(&world).await;
        let (rows, _) = all(books.host(), Some(now), 10).await;
        assert!(!rows.is_empty() && rows.iter().all(|row| row["kind"] == "CHANGED"), "{rows:?}");
        assert!(rows.iter().any(|row| row["objectId"] == json!(scheme)), "{rows:?}");
    }

    async fn another_viewers_cursor_is_refused_and_one_that_is_none(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        seal(&world).await;
        let (_, cursor) = page(books.host(), None, 1).await;
        for (who, cursor) in [(books.partner(1), cursor.as_deref()), (books.host(), Some("x"))] {
            let document = "query($after: String) { changes(after: $after, first: 1) { nodes { kind } } }";
            let answer = who.send(document, json!({ "after": cursor })).await;
            assert_eq!(answer.problem(), "BAD_CURSOR");
        }
    }

    async fn a_view_that_is_revoked_or_ends_with_a_day_leaves_once(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        let board = world.organisation("Board", OrganisationKind::Charity).await;
        let board = world.actor(board, &[Role::Finance]).await;
        let appoint = |starts: &'static str| json!({
            "agreement": books.agreement, "organisation": board.id, "kind": "BOARD_MEMBER",
            "startsOn": starts,
        });
        let made = books.host().run("appointOrganisation", appoint("2025-10-01"),
            "relation { id }").await.ok();
        let relation = made.text("/appointOrganisation/relation/id").to_owned();
        seal(&world).await;
        let (rows, cursor) = all(&board, None, 10).await;
        let entered = told(&rows);
        assert!(entered.contains(&"ENTERED PartnershipAgreement".to_owned()), "{rows:?}");
        assert!(rows.iter().all(|row| !row["node"].is_null()), "{rows:?}");
        let partner = all(books.partner(1), None, 50).await.1;

        let end = json!({ "relation": relation, "endsOn": "2025-11-30" });
        let _ = books.host().run("endAppointment", end, "agreement { id }").await.ok();
        seal(&world).await;
        let (rows, cursor) = all(&board, Some(cursor), 10).await;
        assert!(rows.iter().all(|row| row["kind"] != "LEFT"), "it goes on until then: {rows:?}");

        world.it_is(2025, 12, 1);
        let both = tokio::join!(seal_now(&world.database), seal_now(&world.database));
        let _ = (both.0.expect("sealed"), both.1.expect("sealed"));
        let later = world.again(&board).await;
        let (rows, cursor) = all(&later, Some(cursor), 10).await;
        let mut left: Vec<String> =
            told(&rows).into_iter().filter(|it| it.starts_with("LEFT")).collect();
        left.sort();
        assert_eq!(left, ["LEFT PartnershipAgreement", "LEFT PooledFund"], "{rows:?}");
        seal(&world).await;
        assert_eq!(all(&later, Some(cursor), 10).await.0, Vec::<Value>::new());

        // It is told to nobody else.
        let rows = all(&world.again(books.partner(1)).await, Some(partner), 50).await.0;
        assert!(rows.iter().all(|row| row["kind"] == "CHANGED"), "{rows:?}");
    }

    async fn a_cursor_older_than_what_is_kept_answers_resync_and_never_a_gap(world: World) {
        let books = Books::open(&world, &["Host", "Partner"]).await;
        seal(&world).await;
        let (_, first) = page(books.host(), None, 1).await;
        assert_eq!(retain(&world.database, 400).await.expect("kept"), 0);
        world.it_is(2026, 3, 1);
        let books = books.again(&world).await;
        books.contribution(0, "1.00").await;
        seal(&world).await;
        let (_, last) = all(books.host(), first.clone(), 10).await;
        world.it_is(2026, 12, 1);
        let host = world.again(books.host()).await;
        assert!(retain(&world.database, 400).await.expect("deleted") > 0);
        let document = "query($after: String) { changes(after: $after, first: 9) { nodes { kind } } }";
        let lost = host.send(document, json!({ "after": first })).await;
        assert_eq!(lost.problem(), "RESYNC");
        // What is kept goes on as before.
        let (rows, _) = page(&host, Some(&last), 10).await;
        assert!(rows.is_empty(), "{rows:?}");
        let (rows, _) = all(&host, None, 10).await;
        assert_eq!(told(&rows), ["CHANGED Contribution"]);
        assert_eq!(retain(&world.database, 400).await.expect("kept"), 0);
    }

    async fn nothing_is_skipped_and_nothing_twice_under_many_writers(world: World) {
        let books = Arc::new(Books::open(&world, &["Host", "Partner"]).await);
        let writers = 16;
        let each = tests::evidence::size(4, 40);
        let is_done = Arc::new(AtomicBool::new(false));
        let sealing = {
            let (database, is_done) = (world.database.clone(), Arc::clone(&is_done));
            tokio::spawn(async move {
                while !is_done.load(Ordering::Acquire) {
                    let _ = seal_now(&database).await.expect("sealed");
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                let _ = seal_now(&database).await.expect("sealed");
            })
        };
        let mut writing = tokio::task::JoinSet::new();
        for writer in 0..writers {
            let books = Arc::clone(&books);
            writing.spawn(async move {
                for number in 0..each {
                    let _ = books.another_fund(&format!("F{writer}-{number}"), "POOLED").await;
                }
            });
        }
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let was_done = is_done.load(Ordering::Acquire);
            let (rows, end) = page(books.partner(1), cursor.as_deref(), 7).await;
            cursor = end;
            let is_empty = rows.is_empty();
            seen.extend(rows);
            if is_empty && was_done {
                break;
            }
            while let Some(written) = writing.try_join_next() {
                written.expect("every writer writes all of its own");
            }
            if writing.is_empty() {
                is_done.store(true, Ordering::Release);
            }
        }
        sealing.await.expect("sealed");
        let (rest, _) = all(books.partner(1), cursor, 50).await;
        seen.extend(rest);
        let mut funds: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in seen.iter().filter(|row| row["objectType"] == "PooledFund") {
            let id = row["objectId"].as_str().expect("an id").to_owned();
            funds.entry(id).or_default().push(row["kind"].as_str().expect("a kind").to_owned());
        }
        assert_eq!(funds.len(), 1 + writers * usize::try_from(each).expect("a number"));
        for (fund, kinds) in &funds {
            let changed = kinds.iter().filter(|kind| *kind == "CHANGED").count();
            let entered = kinds.iter().filter(|kind| *kind == "ENTERED").count();
            assert_eq!((changed, entered), (1, 1), "{fund}: {kinds:?}");
        }
        // In the order without a gap, whatever was told to whom.
        let rows = change::after(world.database.statement(), 0, 100_000).await.expect("changes");
        assert!(rows.iter().zip(1..).all(|(row, place)| row.sequence == place));
    }
}
