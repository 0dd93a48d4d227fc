use std::collections::BTreeMap;

use entities::value::{Pence, Period};
use uuid::Uuid;

use super::{Nature, Schedule};

/// What was run before of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The component.
    pub component: Uuid,
    /// The month that it was for.
    pub month: Period,
    /// What it was.
    pub nature: Nature,
    /// How much.
    pub amount: Pence,
}

/// What a run pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payable {
    /// The component.
    pub component: Uuid,
    /// The month that it is for.
    pub month: Period,
    /// What it is.
    pub nature: Nature,
    /// How much; below nothing when it is taken back.
    pub amount: Pence,
    /// True when something was run for it before: this is the difference, because more is known now
    /// (rule C7).
    pub is_adjustment: bool,
}

/// What is payable of a schedule up to and including a month, after what was run before: new lines,
/// and the difference of each line that comes out differently now.
#[must_use]
pub fn payable(schedule: &Schedule, before: &[Posted], through: Period) -> Vec<Payable> {
    let mut lines: BTreeMap<(Period, Uuid, Nature), (Pence, bool)> = BTreeMap::new();
    for line in schedule.lines.iter().filter(|line| line.month <= through) {
        lines.entry((line.month, line.component, line.nature)).or_default().0 += line.amount;
    }
    for it in before.iter().filter(|it| it.month <= through) {
        let (amount, is_adjustment) = lines.entry((it.month, it.component, it.nature)).or_default();
        *amount += -it.amount;
        *is_adjustment = true;
    }
    let differences = lines.into_iter().filter(|(_, (amount, _))| *amount != Pence::ZERO);
    differences
        .map(|((month, component, nature), (amount, is_adjustment))| Payable {
            component,
            month,
            nature,
            amount,
            is_adjustment,
        })
        .collect()
}
