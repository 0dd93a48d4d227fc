//! The bookkeeping of one look at a document: the steps taken, the limits passed.

use crate::{
    limits::{Exceeded, Limit, Limits, Mode},
    refusal::Refusal,
};

/// Counts the gate's own steps and judges findings by the limits.
#[derive(Debug)]
pub(crate) struct Toll<'a> {
    limits: &'a Limits,
    mode: Mode,
    steps: u64,
    warnings: Vec<Exceeded>,
}

impl<'a> Toll<'a> {
    pub fn new(limits: &'a Limits, mode: Mode) -> Self {
        Self { limits, mode, steps: 0, warnings: Vec::new() }
    }

    pub fn step(&mut self, steps: u64) {
        self.steps = self.steps.saturating_add(steps);
    }

    pub fn steps(&self) -> u64 {
        self.steps
    }

    pub fn into_warnings(self) -> Vec<Exceeded> {
        self.warnings
    }

    /// The number at which counting may stop, since it is refused there.
    pub fn stop_at(&self, limit: Limit) -> u64 {
        match self.mode {
            Mode::Enforce => self.limits.of(limit).min(Limits::CEILINGS.of(limit)),
            Mode::Warn => Limits::CEILINGS.of(limit),
        }
    }

    /// Refuses, warns or lets pass.
    pub fn judge(&mut self, limit: Limit, found: u64, at_least: bool) -> Result<(), Refusal> {
        let stop_at = self.stop_at(limit);
        if found > stop_at {
            return Err(Refusal::limit(Exceeded { limit, allowed: stop_at, found, at_least }));
        }
        let allowed = self.limits.of(limit);
        if found > allowed {
            self.warnings.push(Exceeded { limit, allowed, found, at_least });
        }
        Ok(())
    }
}
