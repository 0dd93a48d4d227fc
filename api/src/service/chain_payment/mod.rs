//! What buyers of links of supply chains paid their sellers, and when: recorded by the one, confirmed
//! or contested by the other, withdrawn where it was recorded wrongly; and how punctual that was
//! (rule C11).

mod answer;
mod figures;
mod read;
mod record;

use entities::{chain_payment_act, subcontract as link};

use crate::access::{Seen, chain_payment::SeenPayment};

pub use answer::{NewSaying, Saying, say};
pub use figures::{ChainFigures, Told, YearFigures, down_the_chain, under};
pub use read::{of_contracts, of_links, with_ids};
pub use record::{NewPayment, record};

/// A payment that a viewer reads whole, with its link.
#[derive(Clone, Debug)]
pub struct ChainPayment {
    /// The link.
    pub link: Seen<link::Model>,
    /// The payment.
    pub seen: SeenPayment,
}

impl ChainPayment {
    /// What was last said of it; none while nothing was.
    #[must_use]
    pub fn last_said(&self) -> Option<&chain_payment_act::Model> {
        self.seen.acts.last()
    }
}
