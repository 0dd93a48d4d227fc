//! Where in the variables.

use std::fmt;

/// The way to a value within a variable, written out only when something is wrong there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'a> {
    above: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Variable(&'a str),
    Field(&'a str),
    Item(usize),
}

impl<'a> Path<'a> {
    pub fn variable(name: &'a str) -> Self {
        Self { above: None, step: Step::Variable(name) }
    }

    pub fn field(&'a self, name: &'a str) -> Self {
        Self { above: Some(self), step: Step::Field(name) }
    }

    pub fn item(&'a self, index: usize) -> Self {
        Self { above: Some(self), step: Step::Item(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            write!(formatter, "{above}")?;
        }
        match self.step {
            Step::Variable(name) => write!(formatter, "${name}"),
            Step::Field(name) => write!(formatter, ".{name}"),
            Step::Item(index) => write!(formatter, "[{index}]"),
        }
    }
}
