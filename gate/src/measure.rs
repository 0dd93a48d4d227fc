//! What a document would come to if its fragments were written out, without writing them out.
//!
//! Every definition is measured once; a spread adds the measure of its fragment. The order is made
//! with a stack of its own, so that a long chain of fragments cannot exhaust the thread's.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    Name,
    ast::{Definition, Document, Selection},
};

use crate::toll::Toll;

/// What one definition comes to, everything that it spreads included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// Fields, spreads and inline fragments, each as often as it is reached.
    pub selections: u64,
    /// Fields within fields.
    pub depth: u64,
    /// Selection sets within selection sets, through fragments.
    pub nesting: u64,
}

/// One definition by itself.
#[derive(Debug, Default)]
struct Own<'a> {
    measure: Measure,
    aliases: u64,
    /// The fragments spread, with the depth and the nesting at which they are.
    spreads: Vec<(&'a Name, u64, u64)>,
}

/// The measures of a document's fragments.
#[derive(Debug)]
pub(crate) struct Measures<'a> {
    fragments: HashMap<&'a Name, Own<'a>>,
    whole: HashMap<&'a Name, Measure>,
}

impl<'a> Measures<'a> {
    /// Measures every fragment; `None` when fragments spread themselves, which validation refuses.
    pub fn of(document: &'a Document, toll: &mut Toll<'_>) -> Option<Self> {
        let mut fragments = HashMap::new();
        for definition in &document.definitions {
            if let Definition::FragmentDefinition(fragment) = definition {
                let own = Own::of(&fragment.selection_set, toll);
                fragments.entry(&fragment.name).or_insert(own);
            }
        }
        let names: Vec<&Name> = fragments.keys().copied().collect();
        let mut measures = Self { fragments, whole: HashMap::new() };
        names.into_iter().all(|name| measures.settle(name, toll)).then_some(measures)
    }

    /// Measures one fragment after all that it spreads; false when it spreads itself.
    fn settle(&mut self, name: &'a Name, toll: &mut Toll<'_>) -> bool {
        let mut stack = vec![(name, 0)];
        let mut open = HashSet::new();
        while let Some((name, next)) = stack.pop() {
            toll.step(1);
            let Some(own) = self.fragments.get(name) else { continue };
            if self.whole.contains_key(name) {
                continue;
            }
            if next == 0 && !open.insert(name) {
                return false;
            }
            if let Some((other, ..)) = own.spreads.get(next) {
                stack.push((name, next + 1));
                stack.push((other, 0));
            } else {
                open.remove(name);
                let measure = self.sum(own, toll);
                self.whole.insert(name, measure);
            }
        }
        true
    }

    fn sum(&self, own: &Own<'a>, toll: &mut Toll<'_>) -> Measure {
        let mut sum = own.measure;
        for (name, depth, nesting) in &own.spreads {
            toll.step(1);
            let Some(spread) = self.whole.get(name) else { continue };
            sum.selections = sum.selections.saturating_add(spread.selections);
            sum.depth = sum.depth.max(depth.saturating_add(spread.depth));
            sum.nesting = sum.nesting.max(nesting.saturating_add(spread.nesting));
        }
        sum
    }

    /// The longest chain of selection sets through fragments, whether an operation reaches it.
    pub fn nesting(&self) -> u64 {
        self.whole.values().map(|measure| measure.nesting).max().unwrap_or_default()
    }

    /// Measures an operation, and counts the aliases in it and in the fragments that it reaches.
    pub fn operation(&self, selections: &'a [Selection], toll: &mut Toll<'_>) -> (Measure, u64) {
        let own = Own::of(selections, toll);
        let mut aliases = own.aliases;
        let mut reached = HashSet::new();
        let mut ahead: Vec<&Name> = own.spreads.iter().map(|(name, ..)| *name).collect();
        while let Some(name) = ahead.pop() {
            toll.step(1);
            let Some(fragment) = self.fragments.get(name) else { continue };
            if reached.insert(name) {
                aliases += fragment.aliases;
                ahead.extend(fragment.spreads.iter().map(|(name, ..)| *name));
            }
        }
        (self.sum(&own, toll), aliases)
    }
}

impl<'a> Own<'a> {
    fn of(selections: &'a [Selection], toll: &mut Toll<'_>) -> Self {
        let mut own = Self::default();
        own.add(selections, 0, 1, toll);
        own
    }

    /// Recurses no deeper than brackets are nested in the text, which the scan has capped.
    fn add(&mut self, selections: &'a [Selection], depth: u64, nesting: u64, toll: &mut Toll<'_>) {
        self.measure.nesting = self.measure.nesting.max(nesting);
        for selection in selections {
            toll.step(1);
            self.measure.selections += 1;
            match selection {
                Selection::Field(field) => {
                    self.measure.depth = self.measure.depth.max(depth + 1);
                    self.aliases += u64::from(field.alias.is_some());
                    if !field.selection_set.is_empty() {
                        self.add(&field.selection_set, depth + 1, nesting + 1, toll);
                    }
                }
                Selection::InlineFragment(inline) => {
                    self.add(&inline.selection_set, depth, nesting + 1, toll);
                }
                Selection::FragmentSpread(spread) => {
                    self.spreads.push((&spread.fragment_name, depth, nesting));
                }
            }
        }
    }
}
