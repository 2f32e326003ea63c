//! The client key and secret of the creator's TikTok app, from the environment or the vault.

use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use secrecy::{ExposeSecret, SecretString};
use slipway_core::views::{AuditKind, Setup};
use slipway_store::{
    audit::{self, Entry},
    database::{Database, Tables},
    vault::{ForgetStatement, SecretColumn},
};
use tiktok_api::AppCredentials;

/// The redirect address to register at TikTok: any loopback port. Source: `/doc/login-kit-desktop`.
pub const REDIRECT_PATTERN: &str = "http://127.0.0.1:*/callback/";

/// Why the client key and secret were not stored or deleted.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The client key or the secret is invalid.
    #[error("[Setup] Save failed: client key or secret is empty or has blanks")]
    Malformed,
    /// They come from the environment.
    #[error("[Setup] Save failed: client key and secret come from the environment")]
    Fixed,
    /// The database refused the operation.
    #[error("[Setup] {0}")]
    Database(#[from] sqlx::Error),
}

/// The declaration of this module's table.
pub const TABLES: Tables = Tables {
    secrets: &[SecretColumn {
        table: "tiktok_app",
        column: "client_secret",
    }],
    forget: &[ForgetStatement {
        table: "tiktok_app",
        column: "client_secret",
        sql: "DELETE FROM tiktok_app",
    }],
    park: None,
};

/// The client key and secret.
#[derive(Debug)]
pub struct Credentials {
    database: Arc<Database>,
    /// From the environment. They cannot be changed here.
    fixed: Option<AppCredentials>,
    stored: Mutex<Option<Stored>>,
}

/// The stored client key and secret. The secret is a Fernet token.
#[derive(Debug, Clone)]
struct Stored {
    client_key: String,
    client_secret: String,
}

impl Credentials {
    /// Loads the credentials from the environment, or else from the database.
    pub async fn load(
        environment: Option<AppCredentials>,
        database: Arc<Database>,
    ) -> Result<Self, sqlx::Error> {
        let stored = sqlx::query_as!(Stored, "SELECT client_key, client_secret FROM tiktok_app")
            .fetch_optional(&database.pool)
            .await?;
        Ok(Self {
            database,
            fixed: environment,
            stored: Mutex::new(stored),
        })
    }

    /// The client key and secret, decrypted for one use. `None` if they are not configured or the vault's key does not
    /// decrypt the secret.
    pub fn get(&self) -> Option<AppCredentials> {
        if let Some(fixed) = &self.fixed {
            return Some(fixed.clone());
        }
        let stored = self.stored.lock().clone()?;
        match self.database.vault.decrypt(&stored.client_secret) {
            Ok(client_secret) => Some(AppCredentials {
                client_key: stored.client_key,
                client_secret,
            }),
            Err(error) => {
                tracing::error!(%error, "[Setup] The client secret is damaged");
                None
            }
        }
    }

    /// Validates and stores a client key and secret.
    pub async fn save(
        &self,
        client_key: &str,
        client_secret: &SecretString,
        now: Timestamp,
    ) -> Result<(), CredentialsError> {
        if self.fixed.is_some() {
            return Err(CredentialsError::Fixed);
        }
        let (client_key, client_secret) = (client_key.trim(), client_secret.expose_secret().trim());
        let malformed = |text: &str| {
            text.is_empty() || text.len() > 256 || !text.chars().all(|c| c.is_ascii_graphic())
        };
        if malformed(client_key) || malformed(client_secret) {
            return Err(CredentialsError::Malformed);
        }
        let sealed = self.database.vault.encrypt(client_secret);
        let mut tx = self.database.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query!(
            "INSERT INTO tiktok_app (id, client_key, client_secret) VALUES (1, ?, ?)
             ON CONFLICT (id) DO UPDATE SET client_key = excluded.client_key,
                                            client_secret = excluded.client_secret",
            client_key,
            sealed
        )
        .execute(&mut *tx)
        .await?;
        let entry = Entry::new(AuditKind::AppChanged)
            .with("change", "entered")
            .with("clientKey", client_key);
        audit::append(&mut tx, &self.database.vault, now, entry).await?;
        tx.commit().await?;
        *self.stored.lock() = Some(Stored {
            client_key: client_key.to_owned(),
            client_secret: sealed,
        });
        Ok(())
    }

    /// Deletes the client key and secret.
    pub async fn forget(&self, now: Timestamp) -> Result<(), CredentialsError> {
        if self.fixed.is_some() {
            return Err(CredentialsError::Fixed);
        }
        let mut tx = self.database.pool.begin_with("BEGIN IMMEDIATE").await?;
        let forgotten = sqlx::query!("DELETE FROM tiktok_app")
            .execute(&mut *tx)
            .await?;
        if forgotten.rows_affected() > 0 {
            let entry = Entry::new(AuditKind::AppChanged).with("change", "forgotten");
            audit::append(&mut tx, &self.database.vault, now, entry).await?;
        }
        tx.commit().await?;
        *self.stored.lock() = None;
        Ok(())
    }

    /// The view for the UI, without the secret.
    pub fn view(&self, sandbox: bool) -> Setup {
        let current = self.get();
        let known = self
            .stored
            .lock()
            .as_ref()
            .map(|app| app.client_key.clone());
        Setup {
            has_secret: current.is_some(),
            client_key: current.map(|app| app.client_key).or(known),
            from_environment: self.fixed.is_some(),
            redirect_uri: REDIRECT_PATTERN.to_owned(),
            sandbox,
        }
    }
}
