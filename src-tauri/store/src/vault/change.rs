//! An unfinished change of key, stored so that the next start can finish it wherever it stopped.
//!
//! The steps are: store the next key beside the present one, and a file about the change; re-encrypt the data in one
//! transaction, including the canary, which decides from then on which key is active; re-encrypt the backups; promote
//! the next key; remove the rest. Each step can be repeated.

use std::path::Path;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use slipway_core::fault_points::fault_point;

use super::{
    KeyPlace, Vault, keyring,
    keys::{put, storage},
    passphrase::{self, WrappedKey},
};
use crate::{error::OpenError, vault::KeyOrigin};

/// The content of a change's file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Change {
    version: u32,
    /// The canary of the next key.
    canary: String,
    /// The next key, if it is wrapped with a passphrase; otherwise the keyring has it.
    pub(super) wrapped: Option<WrappedKey>,
    /// Whether the present key is in the keyring.
    leaves_keyring: bool,
    /// The present key as a Fernet token under the next one, to re-encrypt the backups; `None` if it is lost.
    old: Option<String>,
}

/// The old key, which decides the fate of the secrets under it.
#[derive(Debug)]
pub enum OldKey {
    /// It is known: the secrets are re-encrypted.
    Known(Box<Vault>),
    /// It is lost: the secrets are deleted.
    Lost,
}

impl Change {
    pub(super) fn new(
        next: &Vault,
        old: Option<&Vault>,
        wrapped: Option<WrappedKey>,
        present_is_wrapped: bool,
    ) -> Self {
        Self {
            version: 1,
            canary: next.canary(),
            wrapped,
            leaves_keyring: !present_is_wrapped,
            old: old.map(|old| next.encrypt(old.key().expose_secret())),
        }
    }

    /// Whether the change took effect: `vault` has the active key.
    pub fn leads_to(&self, vault: &Vault) -> bool {
        vault.opens(&self.canary)
    }

    /// The old key. `vault` must have the key of this change.
    pub fn before(&self, vault: &Vault) -> OldKey {
        let old = self.old.as_deref().and_then(|old| vault.decrypt(old).ok());
        match old.and_then(|key| Vault::new(&key, KeyOrigin::Environment)) {
            Some(old) => OldKey::Known(Box::new(old)),
            None => OldKey::Lost,
        }
    }
}

impl KeyPlace {
    /// Replaces the present key by the next key, which `vault` has.
    pub async fn promote(&self, change: &Change, vault: &Vault) -> Result<(), OpenError> {
        let path = self.file();
        fault_point!("vault.promote.before");
        if let Some(wrapped) = &change.wrapped {
            passphrase::write(&path, wrapped).map_err(|source| storage(&path, source))?;
            fault_point!("vault.promote.after");
            if change.leaves_keyring
                && let Err(error) = keyring::remove(self.name()).await
            {
                // The old key opens nothing any more.
                tracing::warn!(%error, "[Vault] Removing the key of before failed");
            }
        } else {
            put(self.name(), vault).await?;
            fault_point!("vault.promote.after");
            passphrase::remove(&path).map_err(|source| storage(&path, source))?;
        }
        self.tidy(change).await
    }

    /// Removes the files and keyring entries of a change that was finished or that never took effect.
    pub async fn tidy(&self, change: &Change) -> Result<(), OpenError> {
        fault_point!("vault.tidy.before");
        if change.wrapped.is_none() {
            let removed = keyring::remove(&self.next_name()).await;
            removed.map_err(|error| OpenError::KeyringUnusable {
                detail: error.to_string(),
            })?;
        }
        let path: &Path = &self.change_file();
        passphrase::remove(path).map_err(|source| storage(path, source))?;
        fault_point!("vault.tidy.after");
        Ok(())
    }
}
