//! What all partners contribute together, as a position's total.

use async_graphql::Object;
use domain::policy::matrix::FieldGroup;

use super::{scalars::Money, withheld::Withheld};
use crate::service::position::{Contributed, FundPosition};

/// What all partners contribute together, in pounds.
#[derive(Clone, Debug)]
pub struct ContributionTotals {
    sum: Contributed,
    agreed: Vec<Withheld>,
    posted: Vec<Withheld>,
}

/// The fields about what was agreed, and those about what was posted.
const AGREED: &[&str] = &["planned", "varied", "agreed"];
const POSTED: &[&str] = &["broughtForward", "invoiced", "received", "refunded"];

impl ContributionTotals {
    /// As far as the viewer reads them.
    pub(super) fn of(fund: &FundPosition) -> Self {
        let hidden = |group| fund.standing.hidden_summary(&fund.everywhere, group);
        let agreed = hidden(FieldGroup::ContributionsOfOthers);
        Self {
            sum: fund.contributed(),
            agreed: Withheld::because(agreed, AGREED),
            posted: Withheld::because(hidden(FieldGroup::ContributionsPaid), POSTED),
        }
    }

    fn agreed(&self, amount: entities::value::Pence) -> Option<Money> {
        self.agreed.is_empty().then(|| amount.into())
    }

    fn posted(&self, amount: entities::value::Pence) -> Option<Money> {
        self.posted.is_empty().then(|| amount.into())
    }
}

/// What all partners contribute together, in pounds.
#[Object]
impl ContributionTotals {
    /// As planned before the year.
    async fn planned(&self) -> Option<Money> {
        self.agreed(self.sum.planned)
    }

    /// What approved variations added or took away.
    async fn varied(&self) -> Option<Money> {
        self.agreed(self.sum.varied)
    }

    /// Planned and varied together.
    #[graphql(name = "agreed")]
    async fn planned_and_varied(&self) -> Option<Money> {
        self.agreed(self.sum.planned + self.sum.varied)
    }

    /// What the year before left and was brought forward; negative when it was overspent.
    async fn brought_forward(&self) -> Option<Money> {
        self.posted(self.sum.brought_forward)
    }

    /// What the host invoiced.
    async fn invoiced(&self) -> Option<Money> {
        self.posted(self.sum.invoiced)
    }

    /// What the host received.
    async fn received(&self) -> Option<Money> {
        self.posted(self.sum.received)
    }

    /// What was given back to the partners: positive, never netted off.
    async fn refunded(&self) -> Option<Money> {
        self.posted(self.sum.refunded)
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        self.agreed.iter().chain(&self.posted).cloned().collect()
    }
}
