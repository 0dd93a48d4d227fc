//! How the payment of a contribution stands: due, received, overdue, withheld by the partner.

use async_graphql::{Context, Result, SimpleObject};
use chrono::NaiveDate;
use domain::rules::instalments::{Standing, standing};
use entities::{contribution, value::Pence};

use super::{
    contribution_loaders::{InstalmentsOf, PostedOf, WithheldOf},
    loaders::Loading,
    scalars::{Date, Money},
};
use crate::{access::Seen, service::contribution::Reached};

/// How the payment of a contribution stands on a day, in pounds. What was received pays the earliest
/// instalments first. Whoever reads what was received sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ContributionPayment {
    /// The day: what was asked for, or the last that is open to you.
    pub as_of: Date,
    /// What was due by then: the instalments up to the day; null where no instalments are agreed.
    pub due: Option<Money>,
    /// What was received by then, less what was given back.
    pub received: Money,
    /// What is missing although its day has passed, without what the partner withholds; null where no
    /// instalments are agreed.
    pub overdue: Option<Money>,
    /// What the partner says it withholds, due or not.
    pub withheld_by_partner: Money,
    /// Why the partner withholds it; null when it withholds nothing.
    pub reason: Option<String>,
    /// By instalment, in the order in which they are due.
    pub instalments: Vec<InstalmentPayment>,
}

/// How the payment of one instalment stands, in pounds. Whoever reads what was received sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct InstalmentPayment {
    /// Its place, from 1.
    pub number: i32,
    /// The day on which it is due.
    pub due_on: Date,
    /// How much.
    pub amount: Money,
    /// What of it was received.
    pub received: Money,
    /// What is missing although its day has passed, without what is withheld.
    pub overdue: Money,
    /// What is due and missing, because the partner withholds it.
    pub withheld_by_partner: Money,
}

impl ContributionPayment {
    /// The payment of a contribution that the viewer reads, as of a day that is open to it.
    pub(super) async fn of(
        ctx: &Context<'_>,
        seen: &Seen<contribution::Model>,
        as_of: NaiveDate,
    ) -> Result<Self> {
        let contribution = seen.row.id;
        let only_released = !seen.standing.is_live();
        let reached = Reached { contribution, to: Some(as_of), only_released };
        let loaders = ctx.loaders()?;
        let posted = loaders.load_one(PostedOf(reached)).await?.unwrap_or_default();
        let rows = loaders.load_one(InstalmentsOf(contribution)).await?.unwrap_or_default();
        let withholding = loaders.load_one(WithheldOf { contribution, on: as_of }).await?;
        let withholding = withholding.filter(|row| row.amount_pence > Pence::ZERO);
        let withheld = withholding.as_ref().map_or(Pence::ZERO, |row| row.amount_pence);
        let received = posted.received - posted.refunded;
        let parts: Vec<_> = rows.iter().map(|row| (row.due_on, row.amount_pence)).collect();
        let standing = standing(&parts, (received, withheld), as_of);
        let due = parts.iter().filter(|(due_on, _)| *due_on <= as_of).map(|(_, amount)| *amount);
        let has_parts = !parts.is_empty();
        let overdue: Pence = standing.iter().map(|it| it.overdue).sum();
        let instalment =
            |(row, it): (&entities::contribution_instalment::Model, Standing)| InstalmentPayment {
                number: row.number,
                due_on: row.due_on.into(),
                amount: row.amount_pence.into(),
                received: it.received.into(),
                overdue: it.overdue.into(),
                withheld_by_partner: it.withheld.into(),
            };
        Ok(Self {
            as_of: as_of.into(),
            due: has_parts.then(|| due.sum::<Pence>().into()),
            received: received.into(),
            overdue: has_parts.then(|| overdue.into()),
            withheld_by_partner: withheld.into(),
            reason: withholding.map(|row| row.reason),
            instalments: rows.iter().zip(standing).map(instalment).collect(),
        })
    }
}
