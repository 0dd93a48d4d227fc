//! The rules of pooled money and the policy of who may do what.
//!
//! Everything here is pure: it opens nothing, awaits nothing and asks no clock. Facts come in as
//! arguments, figures and refusals go out. [`rules`] is meant to be read by a finance director,
//! [`policy`] by whoever answers for information governance. A rule's number (M2, M10 …) is the one
//! in the project's `domain.md`; the test that proves a rule carries its number in its name.
//!
//! How to add a rule: a file in `rules/` named by its noun, a closed enum of refusals whose texts
//! say what to put right, an example with figures that can be checked by hand, and a property
//! beside it.

#![warn(missing_docs)]

pub mod policy;
pub mod rules;
