//! The engine's version is pinned because of how it behaves. These are the behaviours that clients
//! of this program rely on, and that other versions of it lack.

use std::time::Duration;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};

struct Query;

#[Object]
impl Query {
    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        1
    }

    async fn fast(&self) -> i32 {
        2
    }

    async fn inner(&self) -> Option<Inner> {
        Some(Inner)
    }
}

struct Inner;

#[Object]
impl Inner {
    async fn always(&self) -> async_graphql::Result<i32> {
        Err("broken".into())
    }

    async fn perhaps(&self) -> async_graphql::Result<Option<i32>> {
        Err("denied".into())
    }

    async fn withheld(&self) -> Option<i32> {
        None
    }
}

async fn answer(document: &str) -> String {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    serde_json::to_string(&schema.execute(document).await).expect("JSON")
}

#[tokio::test]
async fn fields_are_answered_in_the_order_in_which_they_were_asked_for() {
    assert_eq!(
        answer("{ slow fast again: slow }").await,
        r#"{"data":{"slow":1,"fast":2,"again":1}}"#
    );
}

#[tokio::test]
async fn an_error_in_a_field_that_is_never_null_takes_its_parent_with_it() {
    let answer = answer("{ inner { always } fast }").await;
    assert!(answer.contains(r#""data":{"inner":null,"fast":2}"#), "{answer}");
    assert!(answer.contains(r#""path":["inner","always"]"#), "{answer}");
}

/// Against the specification. It is why a field that is denied is null here and never an error; a
/// version of the engine that mends it fails this test, and may then be relied on.
#[tokio::test]
async fn an_error_in_a_field_that_may_be_null_takes_its_parent_with_it_too() {
    let answer = answer("{ inner { perhaps } fast }").await;
    assert!(answer.contains(r#""data":{"inner":null,"fast":2}"#), "{answer}");
}

#[tokio::test]
async fn a_field_that_is_withheld_is_null_and_leaves_the_rest() {
    assert_eq!(
        answer("{ inner { withheld } fast }").await,
        r#"{"data":{"inner":{"withheld":null},"fast":2}}"#
    );
}
