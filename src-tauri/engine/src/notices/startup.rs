//! Why Slipway did not open.

use super::{Explain, notice};
use crate::{
    error::{KeyOrigin, OpenError},
    views::Notice,
};

impl Explain for OpenError {
    #[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
    fn explain(&self) -> Notice {
        const UNTOUCHED: &str = "Slipway stopped before touching anything: your accounts and your queue are as they were.";
        match self {
            Self::KeyMalformed {
                origin: KeyOrigin::Environment,
            } => notice(
                "vault.key_malformed",
                "The key in SLIPWAY_FERNET_KEY is not a Fernet key.",
                UNTOUCHED,
                "A Fernet key is 32 bytes in URL-safe base64, 44 characters ending in “=”. Correct the variable or remove it, then start Slipway again.",
            ),
            Self::KeyMalformed { origin } => notice(
                "vault.key_malformed",
                format!("The key from {origin} is damaged."),
                UNTOUCHED,
                "Restore the entry or the file from a backup, then try again.",
            ),
            Self::KeyWrong {
                origin: KeyOrigin::Environment,
            } => notice(
                "vault.key_wrong",
                "The key in SLIPWAY_FERNET_KEY is not the one that your data was encrypted with.",
                UNTOUCHED,
                "Use the key that this data folder was made with, or remove the variable if you never set one for it.",
            ),
            Self::KeyWrong { origin } => notice(
                "vault.key_wrong",
                format!("The key from {origin} is not the one that your data was encrypted with."),
                UNTOUCHED,
                "Did you copy the data folder from another computer? Bring its key along, then try again.",
            ),
            Self::KeyMissing => notice(
                "vault.key_missing",
                "Your keyring no longer holds Slipway’s key.",
                UNTOUCHED,
                "Restore the keyring’s entry “Slipway”, then try again.",
            ),
            Self::KeyringLocked { .. } => notice(
                "vault.keyring_locked",
                "Your keyring is locked or does not answer, so Slipway cannot read its key.",
                UNTOUCHED,
                "Unlock the keyring, usually by signing in to your desktop, then try again.",
            ),
            Self::PassphraseNew => notice(
                "vault.passphrase_new",
                "This computer has no keyring that Slipway could keep its key in.",
                "Slipway will protect your accounts with a passphrase instead. It is never stored.",
                "Choose a passphrase. You will be asked for it each time Slipway starts.",
            ),
            Self::PassphraseNeeded => notice(
                "vault.passphrase_needed",
                "Your accounts are protected with a passphrase.",
                "Slipway waits for it.",
                "Enter your passphrase.",
            ),
            Self::PassphraseWrong => notice(
                "vault.passphrase_wrong",
                "This passphrase does not open your data.",
                UNTOUCHED,
                "Try again. Capital letters count.",
            ),
            Self::DatabaseNewer { .. } => notice(
                "database.newer",
                "Your data was written by a newer Slipway.",
                UNTOUCHED,
                "Install the newest Slipway, then start it again.",
            ),
            Self::DatabaseDamaged { path, .. } => notice(
                "database.damaged",
                "Slipway’s database is damaged, and no good backup of it was found.",
                format!("Slipway leaves the file as it is, at {}.", path.display()),
                "Restore the data folder from a backup of your own, or move it away to start afresh.",
            ),
            Self::DatabaseUnusable { path, .. } => notice(
                "database.unusable",
                "This Slipway cannot work with your data.",
                format!("Slipway leaves it as it is, at {}.", path.display()),
                "Install the Slipway that you used before, or the newest one, then start it again.",
            ),
            Self::DatabaseBusy { path } => notice(
                "database.busy",
                format!("Another program has {} open.", path.display()),
                UNTOUCHED,
                "Close that program, then try again.",
            ),
            Self::ReadOnly { path, .. } => notice(
                "storage.read_only",
                format!("Slipway may not write to {}.", path.display()),
                UNTOUCHED,
                "Check that the disk can be written and that the folder belongs to you, then try again.",
            ),
            Self::DiskFull { path, .. } => notice(
                "storage.full",
                format!(
                    "The disk took nothing more for {}: it is full, or your share of it is used up.",
                    path.display()
                ),
                UNTOUCHED,
                "Free some space, then try again.",
            ),
            Self::AlreadyRunning { .. } => notice(
                "database.in_use",
                "Another Slipway is already using this data folder.",
                "This one does nothing, so that no video goes up twice.",
                "Use the window that is already open, or close it first.",
            ),
            Self::Storage { path, source } => notice(
                "storage",
                format!("The folder {} cannot be used: {source}.", path.display()),
                UNTOUCHED,
                "Check that the disk is there, has space, and lets you write.",
            ),
            Self::Client(_) => notice(
                "client",
                "The connection to TikTok could not be prepared.",
                UNTOUCHED,
                "Check the addresses in SLIPWAY_TIKTOK_AUTH_URL and SLIPWAY_TIKTOK_API_URL.",
            ),
        }
    }
}
