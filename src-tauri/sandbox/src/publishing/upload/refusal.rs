//! The reasons for which a chunk is refused.

use std::io;

use crate::publish::Publish;

/// The reason for which a chunk is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    NotFound,
    Expired,
    LengthRequired,
    Malformed(&'static str),
    OutOfStep(Box<Publish>),
    /// The client disconnected, or a newer request took over.
    Disconnected,
    Storage(io::Error),
}
