//! Who is asking.

mod viewer;

pub use viewer::Viewer;
