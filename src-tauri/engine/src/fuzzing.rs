//! Entry points for fuzzing: the parsers of untrusted input.

pub use crate::folders::fuzzing as folders;
pub use slipway_accounts::connect::link::{Link, LinkError, parse as parse_link};
pub use slipway_store::vault::fuzzing as vault;
