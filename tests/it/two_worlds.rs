//! Rule V1: two worlds that differ only in what somebody may not see answer that somebody with the
//! same bytes, whatever is sent.

use serde_json::json;
use tests::{
    Engine,
    evidence::{keep, seed, size},
    twins::{INSIDE, Inside, LEAKS, Twins, hiding_everything, hiding_more},
};
use tributary::access::proofs::{self, Switch};

/// How many operations are sent to both worlds at least, on each engine.
const AT_LEAST: u64 = 2_600;

/// Viewers of several worlds, the last of them a team, each with a second world of its own.
async fn alike(engine: Engine, name: &str) {
    let started = std::time::Instant::now();
    let seed = seed().wrapping_add(7_000_000);
    let (viewers, each) = (size(5, 20), size(520, 2500));
    let (mut operations, mut effects, mut differing_things) = (0, 0, 0);
    let mut inside = Inside::new();
    for number in 1..=viewers {
        let is_team = number % 5 == 0;
        let (first, second, viewer, things) =
            hiding_more(seed.wrapping_add(number * 100), is_team, &mut inside);
        differing_things += things;
        let run = Twins::of(engine, (&first, &second), viewer).await.run(each).await;
        assert!(
            run.difference.is_none(),
            "world {}, {viewer:?}: {}",
            first.seed,
            run.difference.unwrap_or_default()
        );
        operations += run.operations;
        effects += run.effects;
    }
    let seconds = started.elapsed().as_secs();
    println!(
        "{name}: seed {seed}, {viewers} viewers, {differing_things} things that differ, of them \
         {inside:?} inside what is seen, {operations} operations sent to both, {effects} of them \
         changes with effect, {seconds} s"
    );
    assert!(operations >= AT_LEAST, "{operations} operations were sent");
    assert!(effects > 20, "changes take effect: {effects}");
    let missing: Vec<_> = INSIDE.iter().filter(|kind| !inside.contains_key(*kind)).collect();
    assert!(missing.is_empty(), "nothing of this differs: {missing:?}");
    keep(
        name,
        json!({
            "seed": seed, "viewers": viewers, "operations": operations, "effects": effects,
            "things that differ": differing_things, "inside what is seen": inside,
            "differences": 0, "seconds": seconds,
        }),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_hidden_changes_no_byte_on_sqlite() {
    alike(Engine::Sqlite, "two_worlds_sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_hidden_changes_no_byte_on_postgres() {
    alike(Engine::Postgres, "two_worlds_postgres").await;
}

/// Leaks put in on purpose, one at a time, each noticed by a shorter run of the same where nothing
/// but the program stands between the viewer and what it may not see. A switch is thrown for a
/// viewer in the whole process: each engine has worlds of its own.
async fn noticed((engine, own): (Engine, u64)) {
    let (first, second, viewer) = hiding_everything(seed().wrapping_add(own));
    let twins = Twins::of(engine, (&first, &second), viewer).await;
    let mut twins = twins.without_second_line(viewer).await;
    let sound = twins.run(40).await;
    assert!(sound.difference.is_none(), "{}", sound.difference.unwrap_or_default());
    for leak in LEAKS {
        // A cursor knows its fund and not who asks.
        let whose = match leak {
            Switch::Cursor => first.funds.iter().map(|row| row.id).collect(),
            _ => vec![viewer.organisation],
        };
        whose.iter().for_each(|whose| proofs::on(*whose, leak));
        let run = twins.run(2000).await;
        whose.iter().for_each(|whose| proofs::off(*whose, leak));
        assert!(run.difference.is_some(), "nobody notices the leak {leak:?}");
        println!("{engine:?}: the leak {leak:?} is noticed by operation {}", run.operations);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_leak_is_noticed_on_sqlite() {
    noticed((Engine::Sqlite, 9_000_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_leak_is_noticed_on_postgres() {
    noticed((Engine::Postgres, 9_100_000)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_level_security_stops_a_leak_of_rows_and_of_their_number() {
    let (first, second, viewer) = hiding_everything(seed().wrapping_add(9_200_000));
    let mut twins = Twins::of(Engine::Postgres, (&first, &second), viewer).await;
    for leak in [Switch::Row, Switch::Count] {
        proofs::on(viewer.organisation, leak);
        let run = twins.run(300).await;
        proofs::off(viewer.organisation, leak);
        assert!(run.difference.is_none(), "{leak:?}: {}", run.difference.unwrap_or_default());
    }
}
