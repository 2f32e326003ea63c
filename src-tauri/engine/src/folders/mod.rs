//! Watched folders: every finished video file in them becomes posts, exactly once.
//!
//! `watcher.rs` and `scan.rs` find files, `debounce.rs` decides when a file has stopped changing, `recognise.rs` whether
//! its content was decided before, `ingest.rs` creates the posts that `plan.rs` describes, and `archive.rs` moves or
//! tags the file once all its posts are published.

mod archive;
mod caption;
mod debounce;
mod drafts;
mod error;
mod file_stat;
mod files;
#[cfg(debug_assertions)]
#[doc(hidden)]
pub mod fuzzing;
mod hashtags;
mod ingest;
mod json_fault;
mod listing;
mod manage;
mod motion_photo;
mod notices;
mod open_files;
mod other_format;
mod plan;
mod poll_loop;
mod ready;
mod reasons;
mod recognise;
mod runtime;
mod scan;
mod scope;
mod sidecar;
mod store;
mod tables;
mod volume;
mod watched_folders;
mod watcher;

pub use caption::CaptionError;
pub use error::FolderError;
pub(crate) use notices::text::TEXTS;
pub(crate) use reasons::{ApprovalReason, BlockReason, KnownBy, SkipReason};
pub(crate) use sidecar::SidecarError;
pub(crate) use tables::TABLES;
pub(crate) use watched_folders::{Folders, Parts};
