//! The vault's key: its storage, its recovery phrase, and whether it can be changed.

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
    /// Returns how the stored secrets are protected.
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

    /// Returns the recovery phrase: the vault's key as 24 words, which unlock it without anything else. The audit trail
    /// records this first.
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

    /// Checks that the key can be changed, which happens while an engine opens ([`KeyRequest::Change`]). `current` is the
    /// passphrase that protects the present key, if any.
    ///
    /// # Errors
    /// [`OpenError`] if the key comes from the environment, or if `current` is missing or wrong.
    ///
    /// [`KeyRequest::Change`]: crate::KeyRequest::Change
    pub async fn may_change_key(&self, current: Option<&SecretString>) -> Result<(), OpenError> {
        self.database.may_change_key(current).await
    }
}
