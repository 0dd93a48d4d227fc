use entities::value::FinancialYear;
use uuid::Uuid;

use super::{At, Spent, Version, figures};

/// What is told of what was spent. It is a fact and is recorded all the same: one that is refused
/// would be hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// More was spent in the year than was delegated.
    Overspent,
    /// The budget was withdrawn by then.
    AfterWithdrawal,
    /// The holder paid itself.
    PaidToItself,
}

/// What is told of something that was spent, which is on record among what was `spent`.
#[must_use]
pub fn warnings(
    (versions, spent): (&[Version], &[Spent]),
    of: &Spent,
    (holder, payee): (Uuid, Uuid),
) -> Vec<Warning> {
    let year = FinancialYear::of(of.spent_on);
    // Of the whole year, so that what was spent later in it counts too.
    let at = At { as_of: year.last_day(), known_at: of.known_at };
    let withdrawn = |it: &Version| it.is_withdrawal && it.effective_on <= of.spent_on;
    [
        (Warning::Overspent, figures(versions, spent, year, at).left.is_negative()),
        (Warning::AfterWithdrawal, versions.iter().any(withdrawn)),
        (Warning::PaidToItself, holder == payee),
    ]
    .into_iter()
    .filter_map(|(warning, holds)| holds.then_some(warning))
    .collect()
}
