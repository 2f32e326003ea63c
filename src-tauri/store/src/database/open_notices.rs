//! Why Slipway did not open.

use slipway_core::{
    notice::{Explain, notice},
    views::Notice,
};

use crate::{
    error::OpenError,
    vault::{KeyOrigin, PhraseError},
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
                "Give the key back with your recovery phrase. If you have none, let Slipway forget the tokens and connect your accounts again: queue and history stay.",
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
                "Did you copy the data folder from another computer? Give its key along with the recovery phrase. If you have none, let Slipway forget the tokens and connect your accounts again: queue and history stay.",
            ),
            Self::KeyMissing => notice(
                "vault.key_missing",
                "Your keyring no longer holds Slipway’s key.",
                UNTOUCHED,
                "Give the key back with your recovery phrase. If you have none, let Slipway forget the tokens and connect your accounts again: queue and history stay.",
            ),
            Self::KeyringLocked { first: true, .. } => notice(
                "vault.keyring_locked",
                "Your keyring is locked or does not answer, so Slipway cannot keep its key there.",
                UNTOUCHED,
                "Unlock the keyring, then try again. Or choose a passphrase instead: you will be asked for it each time Slipway starts.",
            ),
            Self::KeyringLocked { first: false, .. } => notice(
                "vault.keyring_locked",
                "Your keyring is locked or does not answer, so Slipway cannot read its key.",
                UNTOUCHED,
                "Unlock the keyring, usually by signing in to your desktop, then try again.",
            ),
            Self::KeyringUnusable { .. } => notice(
                "vault.keyring_unusable",
                "Your keyring did not take the key.",
                UNTOUCHED,
                "Unlock the keyring, then try again, or choose a passphrase instead.",
            ),
            Self::KeyFixed => notice(
                "vault.key_fixed",
                "The key comes from the variable SLIPWAY_FERNET_KEY.",
                "Slipway cannot change it from here, and changed nothing.",
                "Remove the variable first, if Slipway is to keep the key itself.",
            ),
            Self::KeyChanging => notice(
                "vault.key_changing",
                "The last change of key is not at its end yet: backups are still to be encrypted with it.",
                "Nothing was changed. Slipway tries to end it at each start.",
                "Check that the disk has space and that the keyring is unlocked, start Slipway again, then change the key.",
            ),
            Self::PhraseUnreadable(PhraseError::Count { found }) => notice(
                "vault.phrase_count",
                format!("A recovery phrase has 24 words. This one has {found}."),
                UNTOUCHED,
                "Enter all words of the sheet in their order.",
            ),
            Self::PhraseUnreadable(PhraseError::Unknown { position }) => notice(
                "vault.phrase_word",
                format!("Word {position} is none that a recovery phrase can have."),
                UNTOUCHED,
                format!("Compare word {position} with your sheet, letter by letter."),
            ),
            Self::PhraseUnreadable(PhraseError::Checksum) => notice(
                "vault.phrase_checksum",
                "These words do not belong together: one of them is another word, or two have changed places.",
                UNTOUCHED,
                "Compare every word with your sheet, and their order.",
            ),
            Self::PhraseWrong => notice(
                "vault.phrase_wrong",
                "This recovery phrase is of another key: it does not open your data.",
                UNTOUCHED,
                "Look for the sheet that you printed last. Each change of key makes a new one.",
            ),
            Self::PassphraseShort => notice(
                "vault.passphrase_short",
                "This passphrase is too short to protect your accounts.",
                UNTOUCHED,
                "Use at least eight letters. Several words are better.",
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
                "Enter your passphrase. If it is lost, use your recovery phrase.",
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
