//! The root of an operation: how many fields, and that a mutation's keys differ.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    executable::{Field, Operation, Selection, SelectionSet},
};

use crate::{
    limits::Limit,
    refusal::{Code, Location, Refusal},
    toll::Toll,
};

/// Counts the root's response keys and refuses a mutation that answers to one of them twice.
pub(crate) fn check(
    document: &ExecutableDocument,
    operation: &Operation,
    toll: &mut Toll<'_>,
) -> Result<(), Refusal> {
    let mut root = Root { document, seen: HashSet::new(), keys: HashSet::new() };
    if operation.is_mutation() {
        if let Some(again) = root.repeated(&operation.selection_set, toll) {
            return Err(duplicate(document, again));
        }
        toll.judge(Limit::MutationFields, root.keys.len() as u64, false)?;
    } else {
        root.gather(&operation.selection_set, toll);
    }
    toll.judge(Limit::RootFields, root.keys.len() as u64, false)
}

fn duplicate(document: &ExecutableDocument, again: &Node<Field>) -> Refusal {
    let at = again.location().and_then(|span| span.line_column(&document.sources));
    Refusal::new(
        Code::DuplicateMutationKey,
        format!(
            "the mutation answers to the response key \"{}\" twice: give each of its fields a key of its own",
            again.response_key()
        ),
        at.map(|at| Location { line: at.line, column: at.column }),
    )
}

struct Root<'a> {
    document: &'a ExecutableDocument,
    seen: HashSet<&'a Name>,
    keys: HashSet<&'a Name>,
}

impl<'a> Root<'a> {
    /// Gathers the response keys, entering each fragment once: more often adds none.
    fn gather(&mut self, set: &'a SelectionSet, toll: &mut Toll<'_>) {
        for selection in &set.selections {
            toll.step(1);
            match selection {
                Selection::Field(field) => {
                    self.keys.insert(field.response_key());
                }
                Selection::InlineFragment(inline) => self.gather(&inline.selection_set, toll),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment
                        && self.seen.insert(&spread.fragment_name)
                    {
                        self.gather(&fragment.selection_set, toll);
                    }
                }
            }
        }
    }

    /// The first field whose key was there before. Every fragment holds a field in the end, so the
    /// second way into one is found at once.
    fn repeated(&mut self, set: &'a SelectionSet, toll: &mut Toll<'_>) -> Option<&'a Node<Field>> {
        set.selections.iter().find_map(|selection| {
            toll.step(1);
            match selection {
                Selection::Field(field) => {
                    (!self.keys.insert(field.response_key())).then_some(field)
                }
                Selection::InlineFragment(inline) => self.repeated(&inline.selection_set, toll),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name)?;
                    self.repeated(&fragment.selection_set, toll)
                }
            }
        })
    }
}
