//! The trait by which an error becomes a notice for creators.

use crate::views::Notice;

/// An error that a creator can be told about.
pub trait Explain {
    /// The notice for creators.
    fn explain(&self) -> Notice;
}
