//! The reasons for which a chunk is refused.

use std::io;

use crate::publish::Publish;

/// Why a chunk is not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    NotFound,
    Expired,
    LengthRequired,
    Malformed(&'static str),
    OutOfStep(Box<Publish>),
    /// The client went away, or a newer request took over.
    Broken,
    Storage(io::Error),
}
