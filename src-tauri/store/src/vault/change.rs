//! A change of key under way: what the next start needs to know of it, wherever this one stops.
//!
//! The order is: the next key is kept beside the present one and a file says so; the data is encrypted anew in one
//! transaction, and with it the canary, which decides from then on which of the two keys is in force; the backups are
//! encrypted anew; the next key takes the place of the present one; what is left over is removed. Each part can be done
//! again.

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

/// What lies in the file of a change.
#[derive(Debug, Serialize, Deserialize)]
pub struct Change {
    version: u32,
    /// What the next key opens.
    canary: String,
    /// The next key, if it is wrapped with a passphrase; otherwise the keyring holds it.
    pub(super) wrapped: Option<WrappedKey>,
    /// Whether the present key is in the keyring.
    leaves_keyring: bool,
    /// The present key as a Fernet token under the next one, for the backups; none if it is lost.
    old: Option<String>,
}

/// What becomes of secrets that were encrypted with the key of before.
#[derive(Debug)]
pub enum OldKey {
    /// They are encrypted anew.
    Known(Box<Vault>),
    /// They are forgotten: the key is lost.
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

    /// Whether it has taken place: `vault`, whose key is in force, is where it leads to.
    pub fn led_to(&self, vault: &Vault) -> bool {
        vault.opens(&self.canary)
    }

    /// The key of before. `vault` is where the change has led to.
    pub fn before(&self, vault: &Vault) -> OldKey {
        let old = self.old.as_deref().and_then(|old| vault.decrypt(old).ok());
        match old.and_then(|key| Vault::new(&key, KeyOrigin::Environment)) {
            Some(old) => OldKey::Known(Box::new(old)),
            None => OldKey::Lost,
        }
    }
}

impl KeyPlace {
    /// Gives the next key the place of the present one; `vault` is where the change has led to.
    pub async fn promote(&self, change: &Change, vault: &Vault) -> Result<(), OpenError> {
        let path = self.file();
        fault_point!("vault.promote.before");
        if let Some(wrapped) = &change.wrapped {
            passphrase::write(&path, wrapped).map_err(|source| storage(&path, source))?;
            fault_point!("vault.promote.after");
            if change.leaves_keyring
                && let Err(error) = keyring::remove(self.name()).await
            {
                // It opens nothing any more.
                tracing::warn!(%error, "[Vault] Removing the key of before failed");
            }
        } else {
            put(self.name(), vault).await?;
            fault_point!("vault.promote.after");
            passphrase::remove(&path).map_err(|source| storage(&path, source))?;
        }
        self.tidy(change).await
    }

    /// Removes what a change leaves behind: one that came to its end, or one that never took place.
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
