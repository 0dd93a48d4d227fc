use entities::value::{Pence, Period};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Amount, Line, Nature, Pay,
    limits::part_of_year,
    line::Of,
    round::{WHOLE, portion},
    schedule::Year,
    score_of_year,
};
use crate::rules::explanation::Input;

/// How a saving or an overspend against a target is shared between the provider and the pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// What the care was to cost in the year.
    pub target: Amount,
    /// The code under which its cost is recorded; the year counts once its March is recorded.
    pub cost_code: String,
    /// The provider's part, layer by layer. What lies beyond the last is the pool's.
    pub bands: Vec<Band>,
    /// Who has the saving or the overspend in its own books before it is shared.
    pub first_borne_by: Bearer,
    /// What the outcome framework has to have reached for the provider to be given anything of a
    /// saving, in hundredths of a per cent; none when quality is no condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate_basis_points: Option<i64>,
}

/// One layer of a shared saving or overspend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Where it ends, in hundredths of a per cent of the target; none when it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_basis_points: Option<i64>,
    /// The provider's part of it, in hundredths of a per cent.
    pub provider_basis_points: i64,
}

/// One of the two sides of a shared saving or overspend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Bearer {
    /// The provider, which is paid the whole budget.
    Provider,
    /// The pool, which pays what the care costs.
    Pool,
}

/// What became of a saving, or of an overspend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The component.
    pub component: Uuid,
    /// What the care was to cost.
    pub target: Pence,
    /// What it cost.
    pub cost: Pence,
    /// What was saved, or overspent; never below nothing.
    pub variance: Pence,
    /// What of that the provider keeps, or bears.
    pub provider: Pence,
    /// What of that the pool keeps, or bears.
    pub pool: Pence,
    /// Whether quality was good enough; none where it is no condition.
    pub is_gate_passed: Option<bool>,
}

/// Which of the two is shared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Gain,
    Loss,
}

/// What became of a year's saving or overspend, once the year's cost is known.
pub(super) fn shared(
    component: Uuid,
    (sharing, pay, direction): (&Sharing, &Pay, Direction),
    year: &Year<'_>,
    months: usize,
) -> Option<Shared> {
    let of_month = |month| year.facts.cost(&sharing.cost_code, year.year, month);
    of_month(Period::MARCH)?;
    let cost = Period::months().filter_map(of_month).sum();
    let target = part_of_year(pay.amount(sharing.target, year.year).of(&year.bases), months);
    let variance = match direction {
        Direction::Gain => target - cost,
        Direction::Loss => cost - target,
    };
    let variance = variance.max(Pence::ZERO);
    let passed = |least| score_of_year(&year.terms.framework, year.facts, year.year) >= least;
    let is_gate_passed = sharing.gate_basis_points.map(passed);
    let mut provider = Pence::ZERO;
    if is_gate_passed.unwrap_or(true) {
        provider = provider_part(&sharing.bands, variance, target);
    }
    if let Some(cap) = pay.cap {
        let cap = part_of_year(pay.amount(cap, year.year).of(&year.bases), months);
        provider = provider.min(cap);
    }
    let pool = variance - provider;
    Some(Shared { component, target, cost, variance, provider, pool, is_gate_passed })
}

/// The provider's part of a variance.
fn provider_part(bands: &[Band], variance: Pence, target: Pence) -> Pence {
    let mut part = Pence::ZERO;
    let mut from = Pence::ZERO;
    for band in bands {
        let end = band.to_basis_points.map(|points| portion(target, points, WHOLE));
        let to = end.map_or(variance, |end| end.min(variance)).max(from);
        part += portion(to - from, band.provider_basis_points, WHOLE);
        from = to;
    }
    part
}

/// What passes between the pool and the provider: the part of the one that the other has in its
/// books.
pub(super) fn line(of: Of, shared: &Shared, first: Bearer, direction: Direction) -> Line {
    let (what, verb) = match direction {
        Direction::Gain => ("saved", "keeps"),
        Direction::Loss => ("overspent", "bears"),
    };
    let against = format!("{} {what} against {}", shared.variance, shared.target);
    let (whose, amount) = match first {
        Bearer::Provider => ("the pool", -shared.pool),
        Bearer::Pool => ("the provider", shared.provider),
    };
    let gate = match shared.is_gate_passed {
        Some(false) => ", without the quality that was a condition",
        _ => "",
    };
    let amount = if direction == Direction::Gain { amount } else { -amount };
    let input = Input::new(format!("{against}: what {whose} {verb}{gate}"), amount);
    Line::of(of, (Period::MARCH, Nature::Due), vec![input])
}
