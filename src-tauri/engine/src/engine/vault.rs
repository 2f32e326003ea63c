//! The vault as a creator sees it: where its key lies, the key as words, and whether it can be changed.

use secrecy::SecretString;
use slipway_core::views::{AuditKind, KeySource, VaultView};
use slipway_store::{
    OpenError,
    audit::{self, Entry},
    database::set_phrase_shown,
    vault::{KeyOrigin, has_keyring},
};

use super::Engine;
use crate::engine::EngineError;

impl Engine {
    /// How the stored secrets are protected.
    pub async fn vault(&self) -> Result<VaultView, EngineError> {
        let dates = self.database.key_dates().await?;
        Ok(VaultView {
            source: match self.database.vault.origin() {
                KeyOrigin::Environment => KeySource::Environment,
                KeyOrigin::Keyring => KeySource::Keyring,
                KeyOrigin::Passphrase => KeySource::Passphrase,
            },
            keyring: has_keyring().await,
            since: dates.since,
            phrase_shown_at: dates.phrase_shown_at,
        })
    }

    /// The vault's key as 24 words, which open it without anything else. The audit trail tells that they were shown
    /// before they are.
    pub async fn recovery_phrase(&self) -> Result<SecretString, EngineError> {
        let phrase = self
            .database
            .vault
            .recovery_phrase()
            .map_err(|_| EngineError::Vault)?;
        let now = self.clock.now();
        let mut tx = self.database.pool.begin_with("BEGIN IMMEDIATE").await?;
        set_phrase_shown(&mut tx, &now.to_string()).await?;
        let entry = Entry::new(AuditKind::PhraseShown);
        audit::append(&mut tx, &self.database.vault, now, entry).await?;
        tx.commit().await?;
        Ok(phrase)
    }

    /// Whether the key can be changed, which an engine does while it opens ([`KeyRequest::Change`]). `current` is the
    /// passphrase that the present key is wrapped with, where it is.
    ///
    /// # Errors
    /// [`OpenError`] when the key comes from the environment, or when `current` is missing or not the right one.
    ///
    /// [`KeyRequest::Change`]: crate::KeyRequest::Change
    pub async fn may_change_key(&self, current: Option<&SecretString>) -> Result<(), OpenError> {
        self.database.may_change_key(current).await
    }
}
