//! Two worlds that differ only in what one viewer may not see, and everything that the viewer
//! sends to both: what comes back must be the same bytes.

mod differing;
mod operations;

pub use differing::{Difference, differing};

use entities::membership::Role;
use tributary::access::proofs::Switch;
use uuid::Uuid;

use crate::{Actor, Engine, World, evidence::Random, oracle::Generated};
use operations::Operations;

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
        viewer: Uuid,
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
    pub async fn without_second_line(self, viewer: Uuid) -> Self {
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
            run.effects += u64::from(self.operations.learn(&document, &first.1));
        }
        run
    }
}

/// The viewer in both worlds.
async fn actors([first, second]: &[World; 2], viewer: Uuid) -> [Actor; 2] {
    let roles = [Role::Admin, Role::Commissioner, Role::Finance];
    [first.actor(viewer, &roles).await, second.actor(viewer, &roles).await]
}

/// The leaks that are put in on purpose, one of each kind.
pub const LEAKS: [Switch; 6] =
    [Switch::Row, Switch::Column, Switch::Count, Switch::Order, Switch::Cursor, Switch::ErrorText];

/// A world and a viewer from whom something of every kind is hidden, found by trying seeds.
///
/// # Panics
/// When no seed has one.
#[must_use]
pub fn hiding_everything(seed: u64) -> (Generated, Generated, Uuid) {
    for number in 0..20_000 {
        let first = Generated::of(seed.wrapping_add(number));
        let viewers: Vec<Uuid> = first.organisations.iter().map(|row| row.id).collect();
        for viewer in viewers {
            let (second, difference) = differing(&first, viewer);
            if difference.is_of_every_kind() {
                return (first, second, viewer);
            }
        }
    }
    panic!("no seed hides something of every kind");
}

/// Chance of its own for each viewer.
fn chance(viewer: Uuid) -> Random {
    Random::new(viewer.as_u64_pair().0)
}
