//! The SQLite database: opening, integrity checks, backups, restore, and changes of the vault's key.

mod backup;
mod check;
mod connection;
mod data_folder;
#[expect(clippy::module_inception, reason = "the module's main type")]
mod database;
mod fault;
mod identity;
mod key_dates;
mod keys;
mod maintenance;
mod marker;
mod notices;
mod open_notices;
mod pending_notices;
mod restore;
mod restored;
mod stats;
mod tables;
#[cfg(test)]
mod tests;

#[doc(hidden)]
pub use connection::MIGRATIONS;
#[doc(hidden)]
#[cfg(debug_assertions)]
pub use connection::{disk_full, in_memory};
pub use database::{Database, register_secrets};
pub use fault::DatabaseFault;
pub use key_dates::{KeyDates, set_phrase_shown};
pub use notices::BackupFailed;
pub(crate) use notices::text::TEXTS;
pub(crate) use open_notices::text::TEXTS as OPEN_TEXTS;
pub use pending_notices::PendingNotices;
pub use restored::Restored;
pub use stats::{BackupStats, DatabaseStats};
pub use tables::{Park, Tables};
