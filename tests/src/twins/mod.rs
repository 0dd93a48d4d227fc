//! Two worlds that differ only in what one viewer may not see, and everything that the viewer
//! sends to both: what comes back must be the same bytes.

mod asking;
mod contracts;
mod contracts_asked;
mod differing;
mod hidden;
mod operations;
mod withholdings;

pub use differing::{Difference, differing};
pub use hidden::{INSIDE, Inside};

use entities::membership::Role;
use tributary::{access::proofs::Switch, service::audit::seal::seal_now};

use crate::{
    Actor, Engine, World,
    evidence::Random,
    oracle::{Generated, Holder, View},
    raw::day,
};
use operations::{MALFORMED, Operations};

/// Two worlds and one viewer.
pub struct Twins {
    worlds: [World; 2],
    actors: [Actor; 2],
    operations: Operations,
    seconds: i64,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Operations sent to both.
    pub operations: u64,
    /// Those of them that changed something.
    pub effects: u64,
    /// The first answer that differed, with what was sent.
    pub difference: Option<String>,
}

impl Twins {
    /// Two worlds of which the second is what `viewer` may not tell from the first.
    pub async fn of(
        engine: Engine,
        (first, second): (&Generated, &Generated),
        viewer: Holder,
    ) -> Self {
        let worlds = [World::twin(engine).await, World::twin(engine).await];
        for (world, generated) in worlds.iter().zip([first, second]) {
            generated.store(world).await;
        }
        let operations = Operations::new(first, viewer);
        let actors = actors(&worlds, viewer).await;
        Self { worlds, actors, operations, seconds: 0 }
    }

    /// The same two worlds, whose database hides nothing by itself.
    pub async fn without_second_line(self, viewer: Holder) -> Self {
        let [first, second] = self.worlds;
        let worlds = [first.without_second_line().await, second.without_second_line().await];
        let actors = actors(&worlds, viewer).await;
        Self { worlds, actors, ..self }
    }

    /// Sends `count` operations, or stops at the first answer that differs.
    pub async fn run(&mut self, count: u64) -> Run {
        let mut run = Run::default();
        for _ in 0..count {
            self.seconds += 1;
            for world in &self.worlds {
                world.pass(1);
            }
            let (document, variables) = self.operations.next();
            let first = self.actors[0].raw(&document, variables.clone()).await;
            let second = self.actors[1].raw(&document, variables.clone()).await;
            run.operations += 1;
            if first != second {
                run.difference = Some(format!(
                    "after {} operations: {document} {variables}\nfirst {first:?}\nsecond {second:?}",
                    self.seconds
                ));
                return run;
            }
            assert!(
                first.1.contains("\"data\":") || MALFORMED.contains(&document.as_str()),
                "what is not executed shows nothing of either world: {document} {variables}\n{}",
                first.1
            );
            let has_effect = self.operations.learn(&document, &first.1);
            run.effects += u64::from(has_effect);
            if has_effect {
                for world in &self.worlds {
                    let _ = seal_now(&world.database).await.expect("it has its place");
                }
            }
        }
        run
    }
}

/// The viewer in both worlds.
async fn actors([first, second]: &[World; 2], viewer: Holder) -> [Actor; 2] {
    let roles = [Role::Admin, Role::Commissioner, Role::Finance, Role::Auditor];
    let organisation = viewer.organisation;
    match viewer.team {
        None => [first.actor(organisation, &roles).await, second.actor(organisation, &roles).await],
        Some(team) => [
            first.team_actor(team, organisation, &roles).await,
            second.team_actor(team, organisation, &roles).await,
        ],
    }
}

/// The leaks that are put in on purpose, one of each kind.
pub const LEAKS: [Switch; 6] =
    [Switch::Row, Switch::Column, Switch::Count, Switch::Order, Switch::Cursor, Switch::ErrorText];

/// A world and a viewer from whom something of every kind is hidden, found by trying seeds.
///
/// # Panics
/// When no seed has one.
#[must_use]
pub fn hiding_everything(seed: u64) -> (Generated, Generated, Holder) {
    for number in 0..20_000 {
        let first = Generated::of(seed.wrapping_add(number));
        for viewer in organisations(&first) {
            let (second, difference) = differing(&first, viewer);
            if difference.is_of_every_kind() {
                return (first, second, viewer);
            }
        }
    }
    panic!("no seed hides something of every kind");
}

/// Every organisation of a world, as somebody who looks.
fn organisations(world: &Generated) -> Vec<Holder> {
    let holder = |organisation| Holder { organisation, team: None, account: None };
    world.organisations.iter().map(|row| holder(row.id)).collect()
}

/// A world and a viewer from whom something is hidden that was not hidden from those before: its
/// kinds join `told`.
///
/// # Panics
/// When no seed has one.
#[must_use]
pub fn hiding_more(
    seed: u64,
    is_team: bool,
    told: &mut Inside,
) -> (Generated, Generated, Holder, usize) {
    let mut best: Option<(usize, Generated, Generated, Holder, Difference)> = None;
    for number in 0..12 {
        let first = Generated::of(seed.wrapping_add(number));
        let employer = first.organisations[first.organisations.len() - 1].id;
        let teams = first.teams.iter();
        let teams =
            teams.map(|row| Holder { organisation: employer, team: Some(row.id), account: None });
        let viewers = if is_team { teams.collect() } else { organisations(&first) };
        for viewer in viewers {
            let (second, difference) = differing(&first, viewer);
            let new = difference.inside.keys().filter(|kind| !told.contains_key(*kind)).count();
            let sees = !View::on(&first, viewer, day(2025, 10, 1)).funds.is_empty();
            if sees && difference.total() >= 5 && best.as_ref().is_none_or(|it| it.0 < new) {
                best = Some((new, first.clone(), second, viewer, difference));
            }
        }
    }
    let (_, first, second, viewer, difference) = best.expect("a world that hides something");
    for (kind, count) in &difference.inside {
        *told.entry(kind).or_default() += count;
    }
    (first, second, viewer, difference.total())
}

/// Chance of its own for each viewer.
fn chance(viewer: Holder) -> Random {
    Random::new(viewer.team.unwrap_or(viewer.organisation).as_u64_pair().0)
}
