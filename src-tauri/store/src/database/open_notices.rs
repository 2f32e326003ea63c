//! Notices about a Slipway that did not open.

use slipway_core::{io_fault::IoFault, notice::Explain, views::Notice};

use super::notices as database;
use crate::{
    error::OpenError,
    vault::{KeyOrigin, PhraseError},
};

pub(crate) mod text {
    //! The texts about opening.

    slipway_core::texts! {
        pub(crate) static TEXTS;
        notice key_malformed = "vault.key_malformed" (origin: text);
        notice key_wrong = "vault.key_wrong" (origin: text);
        notice key_missing = "vault.key_missing";
        notice keyring_locked = "vault.keyring_locked" (first: text);
        notice keyring_unusable = "vault.keyring_unusable";
        notice key_fixed = "vault.key_fixed";
        notice key_changing = "vault.key_changing";
        notice phrase_count = "vault.phrase_count" (found: number);
        notice phrase_word = "vault.phrase_word" (position: number);
        notice phrase_checksum = "vault.phrase_checksum";
        notice phrase_wrong = "vault.phrase_wrong";
        notice passphrase_short = "vault.passphrase_short";
        notice passphrase_new = "vault.passphrase_new";
        notice passphrase_needed = "vault.passphrase_needed";
        notice passphrase_wrong = "vault.passphrase_wrong";
        notice newer = "database.newer";
        notice damaged = "database.damaged" (path: text);
        notice unusable = "database.unusable" (path: text);
        notice in_use = "database.in_use";
        notice read_only = "storage.read_only" (path: text);
        notice full = "storage.full" (path: text);
        notice storage = "storage" (path: text, detail: message);
        notice client = "client";
    }
}

/// A key's origin, as the catalogs select by it.
const fn key(origin: KeyOrigin) -> &'static str {
    match origin {
        KeyOrigin::Environment => "environment",
        KeyOrigin::Keyring => "keyring",
        KeyOrigin::Passphrase => "passphrase",
    }
}

impl Explain for OpenError {
    fn explain(&self) -> Notice {
        match self {
            Self::KeyMalformed { origin } => text::key_malformed(key(*origin)),
            Self::KeyWrong { origin } => text::key_wrong(key(*origin)),
            Self::KeyMissing => text::key_missing(),
            Self::KeyringLocked { first, .. } => {
                text::keyring_locked(if *first { "yes" } else { "no" })
            }
            Self::KeyringUnusable { .. } => text::keyring_unusable(),
            Self::KeyFixed => text::key_fixed(),
            Self::KeyChanging => text::key_changing(),
            Self::PhraseUnreadable(PhraseError::Count { found }) => text::phrase_count(*found),
            Self::PhraseUnreadable(PhraseError::Unknown { position }) => {
                text::phrase_word(*position)
            }
            Self::PhraseUnreadable(PhraseError::Checksum) => text::phrase_checksum(),
            Self::PhraseWrong => text::phrase_wrong(),
            Self::PassphraseShort => text::passphrase_short(),
            Self::PassphraseNew => text::passphrase_new(),
            Self::PassphraseNeeded => text::passphrase_needed(),
            Self::PassphraseWrong => text::passphrase_wrong(),
            Self::DatabaseNewer { .. } => text::newer(),
            Self::DatabaseDamaged { path, .. } => text::damaged(path.display().to_string()),
            Self::DatabaseUnusable { path, .. } => text::unusable(path.display().to_string()),
            Self::DatabaseBusy { path } => database::busy(Some(path.display().to_string())),
            Self::ReadOnly { path, .. } => text::read_only(path.display().to_string()),
            Self::DiskFull { path, .. } => text::full(path.display().to_string()),
            Self::AlreadyRunning { .. } => text::in_use(),
            Self::Storage { path, source } => {
                text::storage(path.display().to_string(), IoFault::from(source).message())
            }
            Self::Client(_) => text::client(),
        }
    }
}
