use std::num::NonZeroU32;

use clap::{Args, value_parser};
use gate::Terms;

use crate::http::BudgetTerms;

/// What they are when nobody sets them.
const USUAL: Terms = Terms::USUAL;
const ANONYMOUS: Terms = Terms::ANONYMOUS;
/// The most that a number of the API holds.
const MOST: i64 = i32::MAX as i64;

/// How much may be asked for.
#[derive(Args)]
#[command(next_help_heading = "Budgets of cost")]
pub struct BudgetSettings {
    /// The cost that each account of an organisation may ask for at once.
    #[arg(long, env = "TRIBUTARY_COST_CAPACITY", value_name = "NUMBER",
          default_value_t = USUAL.capacity,
          value_parser = value_parser!(u32).range(1..=MOST))]
    cost_capacity: u32,
    /// The cost that comes back to it each second, from all processes together.
    #[arg(long, env = "TRIBUTARY_COST_RESTORE_RATE", value_name = "NUMBER",
          default_value_t = USUAL.restored_per_second,
          value_parser = value_parser!(u32).range(1..=MOST))]
    cost_restore_rate: u32,
    /// The cost that may be asked for at once from one network without signing in.
    #[arg(long, env = "TRIBUTARY_ANONYMOUS_COST_CAPACITY", value_name = "NUMBER",
          default_value_t = ANONYMOUS.capacity,
          value_parser = value_parser!(u32).range(1..=MOST))]
    anonymous_cost_capacity: u32,
    /// The cost that comes back to it each second, from all processes together.
    #[arg(long, env = "TRIBUTARY_ANONYMOUS_COST_RESTORE_RATE", value_name = "NUMBER",
          default_value_t = ANONYMOUS.restored_per_second,
          value_parser = value_parser!(u32).range(1..=MOST))]
    anonymous_cost_restore_rate: u32,
    /// The processes of this program that serve the same database, among which requests are spread.
    #[arg(long, env = "TRIBUTARY_PROCESSES", value_name = "NUMBER", default_value = "1",
          value_parser = value_parser!(u32).range(1..=1000))]
    processes: u32,
}

impl BudgetSettings {
    /// How large the budgets are by them.
    pub fn terms(&self) -> BudgetTerms {
        BudgetTerms {
            clients: Terms {
                capacity: self.cost_capacity,
                restored_per_second: self.cost_restore_rate,
            },
            anonymous: Terms {
                capacity: self.anonymous_cost_capacity,
                restored_per_second: self.anonymous_cost_restore_rate,
            },
            processes: NonZeroU32::new(self.processes).unwrap_or(NonZeroU32::MIN),
        }
    }
}
