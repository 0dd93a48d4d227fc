//! Lists: pages that are complete and without doubles, forwards and backwards, while rows come in.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{Actor, Answer, Books, World, both_databases};

/// One page of a list of the fund.
async fn page(actor: &Actor, books: &Books, (list, key): (&str, &str), arguments: &str) -> Answer {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ page: {list}({arguments}) {{ totalCount nodes {{ {key} }}
            edges {{ cursor node {{ {key} }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"#,
        books.reference
    );
    actor.ask(&document).await
}

fn keys(answer: &Answer, key: &str) -> Vec<String> {
    let nodes = answer.at("/pooledFund/page/nodes").as_array().expect("nodes");
    let edges = answer.at("/pooledFund/page/edges").as_array().expect("edges");
    assert!(
        nodes.iter().eq(edges.iter().map(|edge| &edge["node"])),
        "nodes and edges are the same"
    );
    nodes.iter().map(|node| node[key].as_str().expect("a text").to_owned()).collect()
}

fn info<'a>(answer: &'a Answer, field: &str) -> &'a Value {
    answer.at(&format!("/pooledFund/page/pageInfo/{field}"))
}

/// Spends a pound on a scheme: the description is the key.
async fn spend(books: &Books, scheme: &str, day: u32, key: &str) {
    let mut input = Books::expenditure(scheme, "1.00", &format!("2025-05-{day:02}"), key);
    input["description"] = json!(key);
    let _ = books.host().run("recordExpenditure", input, "transaction { id }").await.ok();
}

/// A fund with nine transactions, three a day.
async fn nine(world: &World) -> (Books, String) {
    let books = Books::open(world, &["Council", "ICB"]).await;
    books.contribution(1, "1000.00").await;
    let scheme = books.scheme("00", "100.00", &[1, 1]).await;
    for number in 0..9 {
        spend(&books, &scheme, 10 + number / 3, &format!("old {number}")).await;
    }
    (books, scheme)
}

fn all_old() -> BTreeSet<String> {
    (0..9).map(|number| format!("old {number}")).collect()
}

const TRANSACTIONS: (&str, &str) = ("transactions", "description");

both_databases! {
    async fn a_list_read_forwards_while_rows_come_in_is_complete_and_without_doubles(world: World) {
        let (books, scheme) = nine(&world).await;
        let mut seen = Vec::new();
        let mut after = String::new();
        for round in 0.. {
            let answer = page(books.partner(1), &books, TRANSACTIONS, &format!("first: 2{after}")).await.ok();
            assert_eq!(info(&answer, "hasPreviousPage"), &json!(round > 0));
            seen.extend(keys(&answer, "description"));
            if info(&answer, "hasNextPage") == &json!(false) {
                break;
            }
            after = format!(r#", after: "{}""#, info(&answer, "endCursor").as_str().expect("a cursor"));
            if round < 3 {
                // Before, at and after the place that was read.
                for day in [1, 11, 28] {
                    spend(&books, &scheme, day, &format!("new {round} {day}")).await;
                }
            }
        }
        let once: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "doubles in {seen:?}");
        assert!(all_old().is_subset(&once), "gaps in {seen:?}");
    }

    async fn a_list_read_backwards_is_the_list_read_forwards(world: World) {
        let (books, scheme) = nine(&world).await;
        let whole = page(books.host(), &books, TRANSACTIONS, "first: 100").await.ok();
        let whole = keys(&whole, "description");
        let mut seen: Vec<String> = Vec::new();
        let mut before = String::new();
        for round in 0.. {
            let answer = page(books.host(), &books, TRANSACTIONS, &format!("last: 2{before}")).await.ok();
            assert_eq!(info(&answer, "hasNextPage"), &json!(round > 0));
            let mut read = keys(&answer, "description");
            read.extend(seen);
            seen = read;
            if info(&answer, "hasPreviousPage") == &json!(false) {
                break;
            }
            before = format!(r#", before: "{}""#, info(&answer, "startCursor").as_str().expect("a cursor"));
            // After the place that was read, so that it is not met again.
            spend(&books, &scheme, 28, &format!("new {round}")).await;
        }
        assert_eq!(seen, whole);
    }

    async fn schemes_are_paged_both_ways_in_either_order(world: World) {
        let (books, _) = nine(&world).await;
        for number in 1..7 {
            books.scheme(&format!("{number:02}"), "10.00", &[1]).await;
        }
        let list = ("schemes", "reference");
        let ascending: Vec<String> = (0..7).map(|number| format!("{number:02}")).collect();
        let descending: Vec<String> = ascending.iter().rev().cloned().collect();
        for (order, expected) in [("REFERENCE_ASC", ascending), ("REFERENCE_DESC", descending)] {
            for (size, cursor, next) in [("first", "after", "endCursor"), ("last", "before", "startCursor")] {
                let mut seen: Vec<String> = Vec::new();
                let mut place = String::new();
                loop {
                    let arguments = format!("orderBy: [{order}], {size}: 3{place}");
                    let answer = page(books.host(), &books, list, &arguments).await.ok();
                    assert_eq!(answer.at("/pooledFund/page/totalCount"), 7);
                    let read = keys(&answer, "reference");
                    seen = if size == "first" { [seen, read].concat() } else { [read, seen].concat() };
                    let more = if size == "first" { "hasNextPage" } else { "hasPreviousPage" };
                    if info(&answer, more) == &json!(false) {
                        break;
                    }
                    let at = info(&answer, next).as_str().expect("a cursor");
                    place = format!(r#", {cursor}: "{at}""#);
                }
                assert_eq!(seen, expected, "{order} {size}");
            }
        }
    }

    async fn a_page_has_a_size_of_at_most_a_hundred(world: World) {
        let (books, _) = nine(&world).await;
        for arguments in ["first: 101", "last: 101", "first: -1", "first: 1, last: 1", "orderBy: []"] {
            let answer = page(books.host(), &books, ("schemes", "reference"), arguments).await;
            assert_eq!(answer.problem(), "BAD_PAGE", "{arguments}");
        }
        let answer = page(books.host(), &books, TRANSACTIONS, "first: 101").await;
        assert_eq!(answer.problem(), "BAD_PAGE");
        for list in ["contributions", "budgetMovements", "forecasts"] {
            let answer = page(books.host(), &books, (list, "id"), "first: 101").await;
            assert_eq!(answer.problem(), "BAD_PAGE", "{list}");
        }
        for document in [
            "{ pooledFunds(first: 101) { totalCount } }",
            "{ partnershipAgreements(first: 101) { totalCount } }",
            "{ organisations(first: 101) { totalCount } }",
            r#"{ positions(financialYear: "2025/26", first: 101) { totalCount } }"#,
        ] {
            assert_eq!(books.host().ask(document).await.problem(), "BAD_PAGE", "{document}");
        }
        let none = page(books.host(), &books, TRANSACTIONS, "first: 0").await.ok();
        assert_eq!(none.at("/pooledFund/page/totalCount"), 9);
        assert_eq!(keys(&none, "description").len(), 0);
    }

    async fn transactions_are_picked_by_year_kind_and_day(world: World) {
        let (books, _) = nine(&world).await;
        let found = async |wanted: &str| {
            let arguments = format!("first: 100, where: {{ {wanted} }}");
            let answer = page(books.host(), &books, TRANSACTIONS, &arguments).await.ok();
            let shown = keys(&answer, "description").len();
            assert_eq!(answer.at("/pooledFund/page/totalCount"), shown, "{wanted}");
            shown
        };
        assert_eq!(found("").await, 9);
        assert_eq!(found(r#"effectiveFrom: "2025-05-11""#).await, 6);
        assert_eq!(found(r#"effectiveTo: "2025-05-11""#).await, 6);
        assert_eq!(found(r#"effectiveFrom: "2025-05-11", effectiveTo: "2025-05-11""#).await, 3);
        assert_eq!(found("kind: EXPENDITURE").await, 9);
        assert_eq!(found("kind: REVERSAL").await, 0);
        assert_eq!(found(r#"financialYear: "2024/25""#).await, 0);
        let bad = page(books.host(), &books, TRANSACTIONS, r#"first: 1, where: { effectiveTo: "2025-02-30" }"#);
        assert_eq!(bad.await.problem(), "INVALID_DATE");
    }

    async fn a_filter_is_built_with_and_or_and_not(world: World) {
        let (books, _) = nine(&world).await;
        for (reference, name, capital) in [("A1", "Beds", true), ("A2", "Care", false), ("B1", "Beds", false)] {
            let mut input = books.scheme_input(&books.fund, reference, "1.00", &[1]);
            input["name"] = json!(name);
            input["isCapital"] = json!(capital);
            let _ = books.host().run("createScheme", input, "scheme { id }").await.ok();
        }
        let found = async |wanted: &str| {
            let arguments = format!("first: 100, where: {{ {wanted} }}");
            let answer = page(books.host(), &books, ("schemes", "reference"), &arguments).await.ok();
            let shown = keys(&answer, "reference");
            assert_eq!(answer.at("/pooledFund/page/totalCount"), shown.len(), "{wanted}");
            shown.join(" ")
        };
        assert_eq!(found(r#"reference: { startsWith: "A" }"#).await, "A1 A2");
        assert_eq!(found(r#"not: { reference: { startsWith: "A" } }"#).await, "00 B1");
        assert_eq!(found(r#"name: { eq: "Beds" }, isCapital: false"#).await, "B1");
        assert_eq!(
            found(r#"or: [{ name: { eq: "Care" } }, { isCapital: true }]"#).await,
            "A1 A2"
        );
        assert_eq!(
            found(r#"and: [{ name: { eq: "Beds" } }, { not: { isCapital: true } }]"#).await,
            "B1"
        );
        assert_eq!(
            found(r#"not: { or: [{ name: { in: ["Beds", "Care"] } }, { isCapital: true }] }"#).await,
            "00"
        );
        // Nothing is true of none, everything of none is.
        assert_eq!(found("or: []").await, "");
        assert_eq!(found("and: []").await, "00 A1 A2 B1");
        assert_eq!(found("not: { not: { isCapital: true } }").await, "A1");
        assert_eq!(found("provider: { in: [] }").await, "");

        let document = |wanted: &str| format!("{{ pooledFunds(first: 9, where: {wanted}) {{ totalCount }} }}");
        for (wanted, count) in [
            ("{ kind: { eq: POOLED } }", 1),
            ("{ not: { kind: { eq: POOLED } } }", 0),
            (r#"{ or: [{ name: { startsWith: "nothing" } }, { kind: { in: [ALIGNED, POOLED] } }] }"#, 1),
        ] {
            let answer = books.host().ask(&document(wanted)).await.ok();
            assert_eq!(answer.at("/pooledFunds/totalCount"), count, "{wanted}");
        }
    }
}
