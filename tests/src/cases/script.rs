//! What a file is loaded as.

/// What is made of one file.
pub struct Script {
    /// How the file's name begins.
    pub file: &'static str,
    /// The first day of the agreement, no later than the first day that the source speaks of.
    pub starts_on: &'static str,
    /// Parties beside those that the source lists: who stands for whom it does not tell apart.
    pub placeholders: &'static [&'static str],
    /// What is loaded beside the statements.
    pub money: Money,
    /// The statements.
    pub statements: &'static [Statement],
}

/// What is loaded beside the statements.
pub enum Money {
    /// Nothing: the source does not say whose it is, or of which year.
    None,
    /// Contributions of a year: fund, place of the partner, where the amount is.
    Contributions(&'static str, &'static [(&'static str, usize, &'static str)]),
    /// Every line as a scheme with its spending, and the incomes as contributions.
    Lines(&'static str),
}

/// A statement of a file.
pub struct Statement {
    /// Who printed it.
    pub publisher: &'static str,
    /// Where the file says the source's address.
    pub address: &'static str,
    /// The year.
    pub year: &'static str,
    /// The period, if it has one.
    pub period: Option<i32>,
    /// Whether it was planned, expected or had happened.
    pub status: &'static str,
    /// What the source does not say.
    pub note: &'static str,
    /// The figures; none takes every line of the file.
    pub figures: &'static [Figure],
    /// Checks: name, kind, total, what adds, what takes away.
    pub checks: &'static [Check],
}

/// A check: name, kind, total, what adds, what takes away.
pub type Check =
    (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// A figure: its name, and where its digits are.
pub struct Figure {
    /// What it is called.
    pub name: &'static str,
    /// Where its digits are in the file.
    pub at: &'static str,
    /// Which computed figure it claims to be; empty for none.
    pub measures: &'static str,
    /// The place of the partner whose it is.
    pub partner: Option<usize>,
    /// What it speaks of, in words; empty for nothing.
    pub subject: &'static str,
    /// True where the file writes out in millions what was printed in thousands of millions.
    pub is_in_billions: bool,
}

pub(super) const AGREED: &str = "CONTRIBUTIONS_AGREED";
pub(super) const SUM: &str = "SUM";
pub(super) const OF_WHICH: &str = "OF_WHICH";

pub(super) const fn figure(name: &'static str, at: &'static str) -> Figure {
    Figure { name, at, measures: "", partner: None, subject: "", is_in_billions: false }
}

pub(super) const fn measured(
    name: &'static str,
    at: &'static str,
    measures: &'static str,
) -> Figure {
    Figure { measures, ..figure(name, at) }
}

pub(super) const fn of_partner(name: &'static str, at: &'static str, partner: usize) -> Figure {
    Figure { partner: Some(partner), ..measured(name, at, AGREED) }
}

pub(super) const fn about(name: &'static str, at: &'static str, subject: &'static str) -> Figure {
    Figure { subject, ..figure(name, at) }
}

pub(super) const fn in_billions(name: &'static str, at: &'static str) -> Figure {
    Figure { is_in_billions: true, ..figure(name, at) }
}

pub(super) const STATEMENT: Statement = Statement {
    publisher: "",
    address: "/source_url",
    year: "",
    period: None,
    status: "PLAN",
    note: "",
    figures: &[],
    checks: &[],
};

pub(super) const SCRIPT: Script =
    Script { file: "", starts_on: "", placeholders: &[], money: Money::None, statements: &[] };
