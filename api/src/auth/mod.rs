//! Who is asking: keys, tokens and passwords, and the [`Viewer`] that a bearer token makes.

mod bearer;
pub mod keys;
pub mod password;
pub mod token;
mod viewer;

pub use bearer::{Unauthenticated, viewer_of};
pub use keys::Keys;
pub use viewer::{Permission, Viewer, role_name, role_named};
