//! Who is asking: keys, tokens and passwords, and the [`Viewer`] that a bearer token makes.

pub mod attempts;
mod bearer;
pub mod issuer;
pub mod keys;
mod network;
pub mod password;
pub mod revoked;
pub mod token;
mod viewer;

pub use bearer::{Unauthenticated, viewer_of};
pub use keys::Keys;
pub use network::Network;
pub use viewer::{Permission, Preview, Viewer, role_name, role_named, roles_of_scopes};
