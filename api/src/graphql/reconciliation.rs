//! Printed figures held against computed ones, and against each other.

use async_graphql::{Enum, Object};
use domain::rules::{
    explanation::{Input, printed_difference},
    reconciliation::Compared,
};
use entities::{published_statement as statement, value::Pence};

use super::{
    position_figures::Explanation,
    published_statement::{PrintedMeasure, PublishedStatement},
    scalars::Money,
    withheld::{Withheld, WithheldReason},
};
use crate::service::published_statement::{
    CheckedFigures, ComparedFigures, Reconciled, ReconciledFigure as Figure, Unread,
};

/// Whether a printed total is all of its parts, or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "statement::CheckKind")]
pub enum PrintedCheckKind {
    /// The parts are to come to the total.
    Sum,
    /// The parts are some of the total; what they leave is unexplained, and nobody's.
    OfWhich,
}

/// A published statement held against everything that it can be held against.
#[derive(Clone, Debug)]
pub struct Reconciliation(pub Reconciled);

/// A printed figure, and the computed one that it claims to be.
#[derive(Clone, Debug)]
pub struct ReconciledFigure(Figure);

/// A check that printed figures make among themselves.
#[derive(Clone, Debug)]
pub struct ReconciledCheck(CheckedFigures);

/// A printed figure, and what another statement prints for the same thing.
#[derive(Clone, Debug)]
pub struct ReconciledComparison(ComparedFigures);

/// A published statement held against everything that it can be held against.
#[Object]
impl Reconciliation {
    /// Every printed figure, at most 200, against the computed one that it claims to be.
    async fn figures(&self) -> Vec<ReconciledFigure> {
        self.0.figures.iter().cloned().map(ReconciledFigure).collect()
    }

    /// The checks that the printed figures make among themselves, at most 100.
    async fn checks(&self) -> Vec<ReconciledCheck> {
        self.0.checks.iter().cloned().map(ReconciledCheck).collect()
    }

    /// What other statements that nothing supersedes print for the same things, of the same fund,
    /// year and period: at most 100, those recorded first before the others.
    async fn comparisons(&self) -> Vec<ReconciledComparison> {
        self.0.comparisons.iter().cloned().map(ReconciledComparison).collect()
    }
}

impl ReconciledFigure {
    fn compared(&self) -> Option<Compared> {
        self.0.compared.ok().flatten()
    }
}

fn money(amount: Pence) -> Money {
    amount.into()
}

/// A printed figure, and the computed one that it claims to be. What is computed is what your own
/// view of the position says.
#[Object]
impl ReconciledFigure {
    /// What the source calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// As printed, in pounds.
    async fn printed(&self) -> Money {
        self.0.printed.into()
    }

    /// Which computed figure it claims to be; null where nothing like it is computed.
    async fn measures(&self) -> Option<PrintedMeasure> {
        self.0.measures.map(PrintedMeasure::from)
    }

    /// The computed figure as at the statement's day, in pounds; null where there is none. Withheld
    /// from whoever does not read it in the position of every fund that enters.
    async fn computed(&self) -> Option<Money> {
        self.compared().map(|it| money(it.computed))
    }

    /// Computed less printed, in pounds; withheld with the computed figure.
    async fn difference(&self) -> Option<Money> {
        self.compared().map(|it| money(it.difference))
    }

    /// How the difference comes about: the figure of each fund that enters, and what is printed;
    /// withheld with the computed figure.
    async fn explanation(&self) -> Option<Explanation> {
        let compared = self.compared()?;
        let parts = self.0.parts.clone();
        Some(printed_difference("Computed", parts, compared.printed).into())
    }

    /// The most that the rounding of the printed figure makes of the difference, in pounds; withheld
    /// with the computed figure.
    async fn rounding(&self) -> Option<Money> {
        self.compared().map(|it| money(it.rounding))
    }

    /// True when rounding alone explains the difference; withheld with the computed figure.
    async fn within_rounding(&self) -> Option<bool> {
        self.compared().map(|it| it.is_within_rounding())
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        const COMPUTED: [&str; 5] =
            ["computed", "difference", "explanation", "rounding", "withinRounding"];
        let reason = match self.0.compared {
            Ok(_) => return Vec::new(),
            Err(Unread::Hidden(hidden)) => WithheldReason::from(hidden),
            Err(Unread::NotReleased) => WithheldReason::NotReleased,
        };
        COMPUTED.into_iter().map(|field| Withheld { field, reason }).collect()
    }
}

/// A check that printed figures make among themselves.
#[Object]
impl ReconciledCheck {
    /// What is checked.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether the parts are all of the total.
    async fn kind(&self) -> PrintedCheckKind {
        self.0.kind.into()
    }

    /// The printed total, in pounds.
    async fn printed(&self) -> Money {
        self.0.checked.compared.printed.into()
    }

    /// What its printed parts come to, in pounds.
    async fn computed(&self) -> Money {
        self.0.checked.compared.computed.into()
    }

    /// What the parts come to less the printed total, in pounds.
    async fn difference(&self) -> Money {
        self.0.checked.compared.difference.into()
    }

    /// How the difference comes about: the printed parts by name, and the printed total.
    async fn explanation(&self) -> Explanation {
        let checked = &self.0.checked.compared;
        printed_difference("Printed parts", self.0.parts.clone(), checked.printed).into()
    }

    /// The most that the rounding of the total and of every part makes of the difference, in pounds.
    async fn rounding(&self) -> Money {
        self.0.checked.compared.rounding.into()
    }

    /// True when rounding alone explains the difference.
    async fn within_rounding(&self) -> bool {
        self.0.checked.compared.is_within_rounding()
    }

    /// What the parts leave of the total, in pounds: it is nobody's until a source says whose; null
    /// where the parts are to come to the total.
    async fn unexplained(&self) -> Option<Money> {
        self.0.checked.unexplained.map(Money::from)
    }
}

/// A printed figure, and what another statement prints for the same thing.
#[Object]
impl ReconciledComparison {
    /// What this source calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The other statement.
    async fn statement(&self) -> PublishedStatement {
        PublishedStatement(self.0.other.clone())
    }

    /// What the other source calls it.
    async fn name_there(&self) -> &str {
        &self.0.other_name
    }

    /// As printed here, in pounds.
    async fn printed(&self) -> Money {
        self.0.compared.printed.into()
    }

    /// As printed there, in pounds.
    async fn printed_there(&self) -> Money {
        self.0.compared.computed.into()
    }

    /// Printed there less printed here, in pounds.
    async fn difference(&self) -> Money {
        self.0.compared.difference.into()
    }

    /// How the difference comes about: what is printed there and what is printed here.
    async fn explanation(&self) -> Explanation {
        let compared = &self.0.compared;
        let there = vec![Input::new(self.0.other_name.as_str(), compared.computed)];
        printed_difference("Printed there", there, compared.printed).into()
    }

    /// The most that the rounding of both makes of the difference, in pounds.
    async fn rounding(&self) -> Money {
        self.0.compared.rounding.into()
    }

    /// True when rounding alone explains the difference.
    async fn within_rounding(&self) -> bool {
        self.0.compared.is_within_rounding()
    }
}
