//! Every viewer is given what the relations open to it, and nothing else: the oracle says what.

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use entities::team;
use serde_json::json;
use tests::{
    Actor, Engine, World,
    evidence::{Random, is_full, keep, seed, size},
    oracle::{
        Generated, Holder, ROLES, Report, View, ask,
        asked::{COMPARED, Depth, EXEMPT},
        masks::searched_and_not_shown,
    },
    raw::day,
};
use tokio::{sync::Semaphore, task::JoinSet};
use tributary::access::proofs::{self, Switch};

/// How many viewers ask at a time.
const AT_A_TIME: usize = 4;

/// What stands between the viewer and what it may not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lines {
    /// The program's scope, and the database's second line where it has one.
    All,
    /// The program's scope alone: the server owns the tables, and nothing binds it.
    ProgramOnly,
    /// Row-level security alone: the program cuts no rows.
    DatabaseOnly,
}

/// Everybody who may look at a world: its organisations, and the teams that there are on the day of
/// the question, each through the same employer.
fn holders(generated: &Generated) -> Vec<Holder> {
    let organisations = generated.organisations.iter().map(|row| row.id);
    let alone =
        organisations.map(|organisation| Holder { organisation, team: None, account: None });
    let (employer, today) = (generated.organisations[0].id, day(2025, 10, 1));
    let is_there =
        |row: &&team::Model| row.starts_on <= today && row.ends_on.is_none_or(|day| today <= day);
    let teams = generated.teams.iter().filter(is_there).map(|row| row.id);
    let of_teams =
        teams.map(|team| Holder { organisation: employer, team: Some(team), account: None });
    // One user whom an interest shuts out, beside the organisation for which it acts.
    alone.chain(of_teams).chain(generated.interested()).collect()
}

/// Of few worlds everybody; of hundreds some, drawn by the world's own seed.
fn asked(generated: &Generated) -> Vec<Holder> {
    let mut holders = holders(generated);
    if is_full() {
        let mut random = Random::new(generated.seed);
        holders.retain(|_| random.below(6) == 0);
    }
    holders
}

/// Somebody who acts as `holder`.
async fn actor(world: &World, holder: Holder) -> Actor {
    match holder.team {
        Some(team) => world.team_actor(team, holder.organisation, &ROLES).await,
        None => {
            let anybody = world.actor(holder.organisation, &ROLES).await;
            match holder.account {
                Some(account) => anybody.colleague(world, account.as_u128(), &ROLES).await,
                None => anybody,
            }
        }
    }
}

/// Worlds beside each other in one database, each asked about by all of its organisations and
/// teams.
async fn compared((engine, lines): (Engine, Lines), name: &str) {
    let started = Instant::now();
    // Each proof has worlds of its own. Switches are thrown for a viewer in the whole process, so
    // that in one world two proofs would disturb each other.
    let own = match (engine, lines) {
        (Engine::Sqlite, _) => 0,
        (Engine::Postgres, Lines::All) => 2_000_000,
        (Engine::Postgres, Lines::ProgramOnly) => 4_000_000,
        (Engine::Postgres, Lines::DatabaseOnly) => 6_000_000,
    };
    let (seed, worlds) = (seed().wrapping_add(own), size(3, 100));
    let mut world = World::on(engine).await;
    if lines == Lines::ProgramOnly {
        world = world.without_second_line().await;
    }
    every_root_field_is_compared_or_exempt(&world.nobody()).await;
    let turns = Arc::new(Semaphore::new(AT_A_TIME));
    let mut asking = JoinSet::new();
    let (mut viewers, mut teams) = (0_u64, 0_u64);
    for number in 0..worlds {
        let generated = Arc::new(Generated::of(seed.wrapping_add(number)));
        generated.store(&world).await;
        for holder in asked(&generated) {
            viewers += 1;
            teams += u64::from(holder.team.is_some());
            let actor = actor(&world, holder).await;
            let (generated, turns) = (Arc::clone(&generated), Arc::clone(&turns));
            asking.spawn(async move {
                let _turn = turns.acquire().await.expect("turns are given");
                let view = View::on(&generated, holder, day(2025, 10, 1));
                match lines {
                    Lines::DatabaseOnly => unscoped(&actor, &view).await,
                    _ => ask(&actor, &view, Depth::Everything).await,
                }
            });
        }
    }
    let mut report = Report::default();
    while let Some(asked) = asking.join_next().await {
        report.add(asked.expect("a viewer asked"));
    }
    let seconds = started.elapsed().as_secs();
    println!(
        "{name}: seed {seed}, {worlds} worlds, {viewers} viewers of whom {teams} are teams, \
         {} requests, {} comparisons, links by tier {:?}, {} differences, {seconds} s",
        report.requests,
        report.comparisons,
        report.tiers,
        report.differences.len()
    );
    let searched = searched_and_not_shown();
    assert!(searched.is_empty(), "searched by whoever is not shown it: {searched:?}");
    let some: Vec<&str> = report.differences.iter().take(10).map(String::as_str).collect();
    assert!(some.is_empty(), "{}", some.join("\n"));
    assert!(report.comparisons > 1000, "an oracle that was asked nothing says nothing");
    let missing: Vec<i32> = (1..=4).filter(|tier| !report.tiers.contains_key(tier)).collect();
    assert!(missing.is_empty(), "no link of these tiers was compared: {missing:?}");
    keep(
        name,
        json!({
            "seed": seed, "worlds": worlds, "viewers": viewers, "teams": teams,
            "requests": report.requests, "comparisons": report.comparisons, "differences": 0,
            "links by tier": report.tiers,
            "seconds": seconds,
        }),
    );
}

/// A new root field is either compared or exempt for a reason.
async fn every_root_field_is_compared_or_exempt(actor: &Actor) {
    let answer = actor.ask("{ __schema { queryType { fields { name } } } }").await;
    let fields = answer.at("/__schema/queryType/fields").as_array().expect("root fields");
    let names: BTreeSet<&str> = fields.iter().filter_map(|field| field["name"].as_str()).collect();
    let known: BTreeSet<&str> =
        COMPARED.iter().copied().chain(EXEMPT.iter().map(|exempt| exempt.0)).collect();
    assert_eq!(names, known, "compare the field with the oracle, or say why not");
}

/// One viewer's questions, while the program itself hides no row from it.
async fn unscoped(actor: &Actor, view: &View<'_>) -> Report {
    let own = view.holder.team.unwrap_or(view.holder.organisation);
    proofs::on(own, Switch::ScopingOff);
    let report = ask(actor, view, Depth::Everything).await;
    proofs::off(own, Switch::ScopingOff);
    report
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_answers_as_the_oracle_says_on_sqlite() {
    compared((Engine::Sqlite, Lines::All), "oracle_sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_answers_as_the_oracle_says_on_postgres() {
    compared((Engine::Postgres, Lines::All), "oracle_postgres").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_alone_answers_as_the_oracle_says_without_row_level_security() {
    compared((Engine::Postgres, Lines::ProgramOnly), "oracle_program_alone").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_level_security_alone_answers_as_the_oracle_says_when_the_program_cuts_no_rows() {
    compared((Engine::Postgres, Lines::DatabaseOnly), "oracle_database_alone").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oracle_notices_when_neither_cuts_rows() {
    for (engine, own) in [(Engine::Sqlite, 5_000_000), (Engine::Postgres, 5_000_001)] {
        let world = World::on(engine).await.without_second_line().await;
        let generated = Generated::of(seed().wrapping_add(own));
        generated.store(&world).await;
        let outsider = generated.organisations.last().expect("organisations").id;
        let holder = Holder { organisation: outsider, team: None, account: None };
        let view = View::on(&generated, holder, day(2025, 10, 1));
        let report = unscoped(&actor(&world, holder).await, &view).await;
        assert!(!report.differences.is_empty(), "everything is shown, and nobody notices");
    }
}
