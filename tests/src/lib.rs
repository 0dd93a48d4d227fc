//! What the tests speak with: a world with a server in it, and actors that send it requests.
//!
//! Every test runs in a world of its own, once on SQLite and once on PostgreSQL. Nothing is shared
//! between worlds; the clock and all data are the world's own.

pub mod actor;
pub mod answer;
pub mod arrangement;
pub mod books;
pub mod bought;
pub mod cases;
pub mod chain;
pub mod contracts;
pub mod delegated_budget;
pub mod evidence;
pub mod fund_return;
pub mod interest;
pub mod novation;
pub mod oracle;
pub mod outside_issuer;
pub mod own_postgres;
pub mod pay_withholding;
pub mod payment_run;
pub mod payments;
pub mod postgres;
pub mod posting;
pub mod process;
pub mod program;
pub mod proposal;
pub mod raw;
pub mod relations;
pub mod rows;
pub mod shared;
pub mod socket;
pub mod spread;
pub mod story;
pub mod twins;
pub mod world;

pub use actor::{Actor, without_cost};
pub use answer::Answer;
pub use books::{Books, Partner};
pub use world::{Engine, World};

/// Runs each requirement twice: on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: World) $body:block)+) => { $(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn requirement($world: $crate::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                requirement($crate::World::on($crate::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                requirement($crate::World::on($crate::Engine::Postgres).await).await;
            }
        }
    )+ };
}
