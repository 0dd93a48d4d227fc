//! What a request costs its sender: charged before it is executed, settled with what was answered.

use std::num::NonZeroU32;

use gate::{Admitted, Budgets as Kept, Mode, Refused, Standing, Terms};
use serde::Serialize;
use uuid::Uuid;

use super::actual::actual;
use crate::{
    auth::{Network, Viewer},
    clock::Clock,
    graphql::rate_limit::RateLimit,
};

/// How large the budgets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetTerms {
    /// Of each account of each organisation.
    pub clients: Terms,
    /// Of each network, for those who did not sign in.
    pub anonymous: Terms,
    /// The processes that serve, among which requests are spread: each restores its part.
    pub processes: NonZeroU32,
}

impl Default for BudgetTerms {
    fn default() -> Self {
        let (clients, anonymous) = (Terms::USUAL, Terms::ANONYMOUS);
        Self { clients, anonymous, processes: NonZeroU32::MIN }
    }
}

/// What everybody may still ask for, in this process.
pub struct Budgets {
    clients: Kept<(Uuid, Option<Uuid>)>,
    anonymous: Kept<Network>,
    mode: Mode,
    clock: Clock,
}

/// Who pays.
#[derive(Clone, Copy)]
pub(super) enum Payer {
    Client((Uuid, Option<Uuid>)),
    Nobody(Network),
}

/// A request that is paid for.
pub(super) struct Charge<'a> {
    budgets: &'a Budgets,
    payer: Payer,
    charged: u64,
    pub told: Told,
    /// Why it would have been refused, where limits only warn.
    pub warning: Option<Unpaid>,
}

/// What clients are told of costs.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    /// What the request may come to at most.
    pub requested: u64,
    /// What it came to.
    pub actual: u64,
    /// What may be asked for now.
    pub available: u32,
    /// What comes back each second.
    pub restore_rate: u32,
    #[serde(skip)]
    capacity: u32,
}

/// A request that nobody pays for.
#[derive(Clone, Copy)]
pub(super) struct Unpaid {
    pub told: Told,
    /// After how many seconds it would be paid for; none where no budget ever does.
    pub retry_after_seconds: Option<u64>,
}

impl Payer {
    pub(super) fn of(viewer: Option<&Viewer>, network: Network) -> Self {
        viewer.map_or(Self::Nobody(network), |viewer| Self::Client(viewer.payer()))
    }
}

impl Budgets {
    /// Full budgets for everybody, which time restores by `clock`.
    #[must_use]
    pub fn new(terms: BudgetTerms, mode: Mode, clock: Clock) -> Self {
        let processes = terms.processes;
        let part = |terms: Terms| {
            let restored_per_second = (terms.restored_per_second / processes).max(1);
            Terms { restored_per_second, ..terms }
        };
        Self {
            clients: Kept::new(part(terms.clients)),
            anonymous: Kept::new(part(terms.anonymous)),
            mode,
            clock,
        }
    }

    /// Charges a request with the most that it can come to. A request costs something, whatever it
    /// asks for.
    pub(super) fn charge(&self, payer: Payer, admitted: &Admitted) -> Result<Charge<'_>, Unpaid> {
        let (cost, now) = (admitted.price.cost.max(1), self.now());
        let outcome = match &payer {
            Payer::Client(key) => self.clients.charge(key, cost, now),
            Payer::Nobody(key) => self.anonymous.charge(key, cost, now),
        };
        self.charged(payer, admitted, (cost, outcome))
    }

    /// Charges nothing yet, where a budget would pay: what turns out not to be told costs nothing, and
    /// is not seen in the budget meanwhile (rule V1). What is told is charged when it is settled.
    pub(super) fn promise(&self, payer: Payer, admitted: &Admitted) -> Result<Charge<'_>, Unpaid> {
        let (cost, now) = (admitted.price.cost.max(1), self.now());
        let outcome = match &payer {
            Payer::Client(key) => self.clients.would_pay(key, cost, now),
            Payer::Nobody(key) => self.anonymous.would_pay(key, cost, now),
        };
        self.charged(payer, admitted, (0, outcome))
    }

    fn charged(
        &self,
        payer: Payer,
        admitted: &Admitted,
        (cost, outcome): (u64, Result<Standing, Refused>),
    ) -> Result<Charge<'_>, Unpaid> {
        let requested = admitted.requested.cost.max(1);
        let told = |standing| Told::new(requested, standing);
        let charge = |charged, standing, warning| Charge {
            budgets: self,
            payer,
            charged,
            told: told(standing),
            warning,
        };
        match outcome {
            Ok(standing) => Ok(charge(cost, standing, None)),
            Err(refused) => {
                let (standing, retry_after_seconds) = match refused {
                    Refused::Spent { standing, retry_after_seconds } => {
                        (standing, Some(retry_after_seconds))
                    }
                    Refused::BeyondCapacity { standing } => (standing, None),
                };
                let unpaid = Unpaid { told: told(standing), retry_after_seconds };
                match self.mode {
                    Mode::Enforce => Err(unpaid),
                    Mode::Warn => Ok(charge(0, standing, Some(unpaid))),
                }
            }
        }
    }

    /// Takes the price of something beside a request from a client's budget.
    pub(super) fn take(&self, key: (Uuid, Option<Uuid>), cost: u64) -> Result<u64, Unpaid> {
        match self.clients.charge(&key, cost, self.now()) {
            Ok(_) => Ok(cost),
            Err(_) if self.mode == Mode::Warn => Ok(0),
            Err(Refused::Spent { standing, retry_after_seconds }) => {
                let retry_after_seconds = Some(retry_after_seconds);
                Err(Unpaid { told: Told::new(cost, standing), retry_after_seconds })
            }
            Err(Refused::BeyondCapacity { standing }) => {
                Err(Unpaid { told: Told::new(cost, standing), retry_after_seconds: None })
            }
        }
    }

    /// Gives back what was taken and not used, or takes what was used beyond it.
    pub(super) fn settle(&self, key: (Uuid, Option<Uuid>), (taken, used): (u64, u64)) {
        self.clients.settle(&key, taken, used, self.now());
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.now().to_microseconds()).unwrap_or(0)
    }
}

impl Charge<'_> {
    /// What resolvers are told of it.
    pub(super) fn rate_limit(&self) -> RateLimit {
        let Told { requested, available, restore_rate, capacity, .. } = self.told;
        let int = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        RateLimit {
            requested: int(requested),
            available: int(available.into()),
            capacity: int(capacity.into()),
            restore_rate: int(restore_rate.into()),
        }
    }

    /// Gives back what was not used. What failed is not given back: an error hides what was read
    /// before it.
    pub(super) fn settle(self, admitted: &Admitted, response: &async_graphql::Response) -> Told {
        let used = match response.errors.is_empty() {
            true => actual(&admitted.weights, &response.data).max(1),
            false => admitted.price.cost.max(1),
        };
        let budgets = self.budgets;
        let now = budgets.now();
        let standing = match &self.payer {
            Payer::Client(key) => budgets.clients.settle(key, self.charged, used, now),
            Payer::Nobody(key) => budgets.anonymous.settle(key, self.charged, used, now),
        };
        Told { actual: used, available: standing.available, ..self.told }
    }
}

impl Told {
    fn new(requested: u64, standing: Standing) -> Self {
        let Standing { terms, available } = standing;
        let (restore_rate, capacity) = (terms.restored_per_second, terms.capacity);
        Self { requested, actual: 0, available, restore_rate, capacity }
    }
}

impl Unpaid {
    /// What goes out in `extensions.code`.
    pub(super) fn code(&self) -> &'static str {
        if self.retry_after_seconds.is_some() { "RATE_LIMITED" } else { "COST_TOO_HIGH" }
    }

    /// A sentence that the sender can act on.
    pub(super) fn message(&self) -> String {
        let Told { requested, available, capacity, .. } = self.told;
        match self.retry_after_seconds {
            Some(seconds) => format!(
                "this request may cost {requested}, and {available} is left of your budget: try \
                 again in {seconds} second{}, or ask for less",
                if seconds == 1 { "" } else { "s" }
            ),
            None => format!(
                "this request may cost {requested}, and a full budget is {capacity}: ask for shorter \
                 pages, or nest fewer lists"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gate::{Gate, Settings};

    use super::*;
    use crate::graphql::SERVED;

    #[test]
    fn what_is_broken_off_stays_charged() {
        let gate = Gate::new(Arc::clone(&SERVED), Settings::default());
        let prepared =
            gate.prepare("{ viewer { roles } }", None).unwrap_or_else(|no| panic!("{no}"));
        let admitted = gate.admit(&prepared, &Default::default());
        let admitted = admitted.unwrap_or_else(|no| panic!("{no}"));
        let midnight = Clock::from_fn(Default::default);
        let budgets = Budgets::new(BudgetTerms::default(), Mode::Enforce, midnight);
        let payer = Payer::Client((Uuid::from_u128(1), None));
        let available = || budgets.charge(payer, &admitted).ok().map(|it| it.told.available);
        assert_eq!(available(), Some(Terms::USUAL.capacity - 2));
        assert_eq!(available(), Some(Terms::USUAL.capacity - 4), "nothing came back");
        let promised = budgets.promise(payer, &admitted).ok().map(|it| it.told.available);
        assert_eq!(promised, Some(Terms::USUAL.capacity - 4), "nothing is taken");
        assert_eq!(available(), Some(Terms::USUAL.capacity - 6), "and nothing was");
    }
}
