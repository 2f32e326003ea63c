//! "Make it fit": ffmpeg converts a file that TikTok refuses into one that it accepts, and the post continues with that.
//!
//! The original file is never changed. One job runs at a time; the others wait for the slot. An unfinished output has a
//! temporary name until it is complete and checked. A note records it, so that a start after a crash can remove it.

mod error;
mod ffmpeg;
mod inspection;
mod job;
mod notices;
mod output;
mod progress;
mod transcoder;

pub use error::TranscodeError;
pub(crate) use notices::text::TEXTS;
pub(crate) use transcoder::Transcoder;
