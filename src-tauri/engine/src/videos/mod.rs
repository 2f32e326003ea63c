//! Videos by content: which files Slipway has seen, and to which accounts each video was posted. Never deleted.
//!
//! The same content always has the same size and fingerprint. A file whose size and fingerprint are unknown is
//! therefore new, and is not read for that: its full hash is computed while it uploads. Only a file whose size and
//! fingerprint are known is read completely, to distinguish a repetition from another export.
//!
//! Watched folders also store the files here that they make no post of, because a decision belongs to a content.

mod content;
mod error;
mod file;
mod fingerprint;
mod notices;
mod uses;

pub(crate) use content::{
    ContentId, identify, insert, insert_transcoded, is_transcoded, record, set_file, set_hash,
    set_path, with_fingerprint,
};
pub use error::VideoError;
pub(crate) use file::{VideoFile, modified_ns};
pub(crate) use fingerprint::{WHOLE_MAX, fingerprint};
pub(crate) use notices::text::TEXTS;
pub(crate) use uses::{Use, update_use, uses};
