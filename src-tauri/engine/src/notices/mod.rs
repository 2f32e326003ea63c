//! The one place where errors become notices for creators: codes and arguments, whose words are in the catalogs.

mod accounts;
mod audit;
mod connect;
mod database;
mod files;
mod fit;
mod folders;
pub(crate) mod history;
mod posts;
mod schedule;
mod settings;
mod startup;
mod tiktok;
mod webhook;

pub(crate) use accounts::{account_ending, app_refused, disabled_without};
pub(crate) use audit::audit_text;
pub(crate) use connect::{AnswerBody, AnswerText};
pub(crate) use database::{BackupFailed, restored_line};
pub(crate) use fit::{fit_question, fit_step};
pub(crate) use folders::{
    after_posting_failed, file_not_finished, file_not_there, folder_away, known,
};
pub(crate) use posts::{no_reason, remark, unreadable_posts};
pub(crate) use tiktok::{Context, UPLOAD, refused};

use crate::{texts::Spec, views::Notice};

/// Every text that the engine gives, by module.
pub const REGISTRIES: &[&[Spec]] = &[
    accounts::text::TEXTS,
    audit::text::TEXTS,
    connect::text::TEXTS,
    database::text::TEXTS,
    files::text::TEXTS,
    fit::text::TEXTS,
    folders::text::TEXTS,
    history::TEXTS,
    posts::text::TEXTS,
    schedule::text::TEXTS,
    settings::text::TEXTS,
    startup::text::TEXTS,
    tiktok::text::TEXTS,
    webhook::text::TEXTS,
];

/// Something that a creator can be told.
pub trait Explain {
    /// The notice for creators.
    fn explain(&self) -> Notice;
}
