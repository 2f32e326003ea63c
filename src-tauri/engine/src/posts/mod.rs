//! Posts: their state machine, their storage, and the checks before they are sent.

mod add;
mod approval_reason;
mod cause;
mod compose;
mod context;
mod counts;
mod error;
mod file_notices;
mod finding;
pub(crate) mod history;
mod lock_table;
mod locks;
#[cfg(test)]
mod model;
mod moved_file;
mod new_post;
mod newer_file;
mod notices;
mod progress;
mod row;
mod service;
mod state;
mod store;
mod tables;
mod transitions;
mod view;

pub(crate) use add::{examine, examine_in_background};
pub(crate) use approval_reason::ApprovalReason;
pub(crate) use cause::{Cause, CauseKind};
pub(crate) use compose::check_complete;
pub use error::{AddError, Incomplete, PostError};
pub(crate) use file_notices::not_usable;
pub(crate) use finding::{Measure, StoredFinding};
pub(crate) use locks::RunningGuard;
pub(crate) use moved_file::move_folder_file;
pub(crate) use new_post::NewPost;
pub(crate) use newer_file::use_newer_file;
pub(crate) use notices::{credentials_refused, unreadable_posts};
pub(crate) use row::PostRow;
pub(crate) use service::PostService;
pub(crate) use state::State;
pub(crate) use store::{PostStore, insert};
pub(crate) use tables::TABLES;
pub(crate) use transitions::{End, PostWait, consent};

/// The texts of this module.
pub(crate) const TEXTS: [&[slipway_core::texts::Spec]; 4] = [
    file_notices::text::TEXTS,
    finding::text::TEXTS,
    history::TEXTS,
    notices::text::TEXTS,
];
