//! The one place where errors become text for creators: what happened, what Slipway does about it,
//! what they can do.

mod accounts;
mod audit;
mod connect;
mod database;
mod files;
mod fit;
mod folders;
mod posts;
mod schedule;
mod services;
mod settings;
mod startup;
mod webhook;

pub(crate) use accounts::{app_refused, disabled_without};
pub(crate) use audit::audit_text;
pub(crate) use connect::AnswerText;
pub(crate) use database::{BackupFailed, restored_line};
pub(crate) use fit::{fit_question, fit_step};
pub(crate) use folders::{
    after_posting_failed, file_not_finished, file_not_there, folder_away, known,
};
pub(crate) use posts::{no_reason, refused, remark, unreadable_posts};

use crate::views::Notice;

/// Something that a creator can be told.
pub trait Explain {
    /// The text for creators.
    fn explain(&self) -> Notice;
}

fn notice(
    code: &str,
    happened: impl Into<String>,
    slipway: impl Into<String>,
    you: impl Into<String>,
) -> Notice {
    Notice {
        code: code.to_owned(),
        happened: happened.into(),
        slipway: slipway.into(),
        you: you.into(),
    }
}
