use entities::value::{Pence, Period};
use uuid::Uuid;

use super::{KindName, VERSION};
use crate::rules::explanation::{Explanation, Input, SUM_OF_INPUTS, Step};

/// One line of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The component that pays.
    pub component: Uuid,
    /// The month that it is for.
    pub month: Period,
    /// What it is.
    pub nature: Nature,
    /// How much; below nothing when it is taken back.
    pub amount: Pence,
    /// How that comes about.
    pub explanation: Explanation,
}

/// What a line is of: a component, and its kind.
pub(super) type Of = (Uuid, KindName);

/// What a line of a schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// Pay that is due.
    Due,
    /// Pay before it is known what is earned.
    OnAccount,
    /// What is withheld of it.
    Withheld,
    /// What was withheld and is given back.
    Released,
}

impl Line {
    /// A line that is the sum of its inputs.
    pub(super) fn of(
        (component, kind): Of,
        (month, nature): (Period, Nature),
        inputs: Vec<Input>,
    ) -> Self {
        let label = match nature {
            Nature::Due => "Due",
            Nature::OnAccount => "On account",
            Nature::Withheld => "Withheld",
            Nature::Released => "Released",
        };
        let amount = inputs.iter().map(|input| input.amount).sum();
        let step = Step { label, formula: SUM_OF_INPUTS, inputs, result: amount };
        let explanation = Explanation { rule: kind.rule(), version: VERSION, steps: vec![step] };
        Self { component, month, nature, amount, explanation }
    }

    /// Adds an input.
    pub(super) fn add(&mut self, input: Input) {
        self.amount += input.amount;
        let step = &mut self.explanation.steps[0];
        step.inputs.push(input);
        step.result = self.amount;
    }
}
