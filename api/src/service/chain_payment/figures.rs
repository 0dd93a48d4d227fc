use std::collections::BTreeMap;

use domain::{
    policy::{Standing, dated::Hidden, matrix::FieldGroup},
    rules::supply_chain::{Paid, Punctual, of_chain, of_link},
};
use entities::{contract, value::FinancialYear};

use crate::access::{
    Seen,
    chain_payment::{PaidLink, SeenPayment},
};

const GROUP: FieldGroup = FieldGroup::ChainPayments;

/// What somebody is told of punctuality, or why it is not.
pub type Told = Result<Punctual, Hidden>;

/// How punctually payments were made in a year.
#[derive(Clone, Copy, Debug)]
pub struct YearFigures {
    /// The year in which they were made.
    pub year: FinancialYear,
    /// How punctually.
    pub told: Told,
}

/// The same under a whole head contract, and by tier.
#[derive(Clone, Debug)]
pub struct ChainFigures {
    /// Of the whole chain, as far as the viewer reads it.
    pub whole: YearFigures,
    /// Of each tier that has a link of which the viewer reads it.
    pub by_tier: BTreeMap<i32, YearFigures>,
}

/// How punctually payments under a link that was read for the viewer were made in a year.
#[must_use]
pub fn under(link: &PaidLink, year: FinancialYear) -> YearFigures {
    let told = why_hidden([link].into_iter(), year)
        .map_or_else(|| of_link(&in_year(link, year)).ok_or(Hidden::SummaryOnly), Err);
    YearFigures { year, told }
}

/// How punctually payments under a head contract that the viewer sees were made in a year, by the
/// links that were read for it.
#[must_use]
pub fn down_the_chain(
    head: &Seen<contract::Model>,
    links: &[PaidLink],
    year: FinancialYear,
) -> ChainFigures {
    let links: Vec<&PaidLink> = links.iter().filter(|it| reads(&it.seen.standing)).collect();
    let paid = links.iter().map(|it| ((it.seen.row.tier, it.seen.row.id), in_year(it, year)));
    let told = of_chain(&paid.collect());
    let figures = |hidden: Option<Hidden>, told: Option<Punctual>| YearFigures {
        year,
        told: hidden.map_or_else(|| told.ok_or(Hidden::SummaryOnly), Err),
    };
    let by_tier = told.by_tier.into_iter().map(|(tier, told)| {
        let of_tier = links.iter().copied().filter(|it| it.seen.row.tier == tier);
        (tier, figures(why_hidden(of_tier, year), told))
    });
    let by_tier = by_tier.collect();
    let hidden = if links.is_empty() {
        // Nothing was paid: so somebody is told who would read it.
        let of_year = head.standing.during(year.first_day(), year.last_day());
        of_year.hidden_summary(&head.standing, GROUP)
    } else {
        why_hidden(links.iter().copied(), year)
    };
    ChainFigures { whole: figures(hidden, told.whole), by_tier }
}

fn reads(standing: &Standing) -> bool {
    standing.reads_summary(GROUP)
}

/// Why nothing is read of a year under these links; none when something is.
fn why_hidden<'a>(
    mut links: impl Iterator<Item = &'a PaidLink> + Clone,
    year: FinancialYear,
) -> Option<Hidden> {
    if !links.clone().any(|it| reads(&it.seen.standing)) {
        return Some(Hidden::NotAParty);
    }
    (!links.any(|it| reads(&it.in_year(year)))).then_some(Hidden::OutsideItsDays)
}

fn in_year(link: &PaidLink, year: FinancialYear) -> Vec<Paid> {
    let days = year.first_day()..=year.last_day();
    let of_year = link.payments.iter().filter(|it| days.contains(&it.payment.paid_on));
    of_year.map(SeenPayment::paid).collect()
}
