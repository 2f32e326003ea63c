//! The creator's own TikTok app: its client key and secret, from the environment or the vault.

use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use tiktok_api::AppCredentials;

use crate::{database::Database, error::EngineError, views::Setup};

/// What the creator registers at TikTok: any port of this computer.
/// Source: `/doc/login-kit-desktop`.
pub const REDIRECT_PATTERN: &str = "http://127.0.0.1:*/callback/";

/// Client key and secret, wherever they come from.
#[derive(Debug)]
pub(crate) struct Credentials {
    fixed: bool,
    current: Mutex<Option<AppCredentials>>,
}

impl Credentials {
    /// Those of the environment, else those in the database.
    pub(crate) async fn load(
        environment: Option<AppCredentials>,
        database: &Database,
    ) -> Result<Self, EngineError> {
        if environment.is_some() {
            return Ok(Self {
                fixed: true,
                current: Mutex::new(environment),
            });
        }
        let row = sqlx::query!("SELECT client_key, client_secret FROM tiktok_app")
            .fetch_optional(&database.pool)
            .await?;
        let current = match row {
            None => None,
            Some(row) => {
                let secret = database
                    .vault
                    .decrypt(&row.client_secret)
                    .map_err(|_| EngineError::Vault)?;
                Some(AppCredentials {
                    client_key: row.client_key,
                    client_secret: secret,
                })
            }
        };
        Ok(Self {
            fixed: false,
            current: Mutex::new(current),
        })
    }

    pub(crate) fn get(&self) -> Option<AppCredentials> {
        self.current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Stores what the creator entered.
    pub(crate) async fn save(
        &self,
        database: &Database,
        client_key: &str,
        client_secret: &SecretString,
    ) -> Result<(), EngineError> {
        if self.fixed {
            return Err(EngineError::CredentialsFixed);
        }
        let app = AppCredentials {
            client_key: client_key.trim().to_owned(),
            client_secret: SecretString::from(client_secret.expose_secret().trim()),
        };
        let malformed = |text: &str| {
            text.is_empty() || text.len() > 256 || !text.chars().all(|c| c.is_ascii_graphic())
        };
        if malformed(&app.client_key) || malformed(app.client_secret.expose_secret()) {
            return Err(EngineError::CredentialsMalformed);
        }
        let secret = database.vault.encrypt(app.client_secret.expose_secret());
        sqlx::query!(
            "INSERT INTO tiktok_app (id, client_key, client_secret) VALUES (1, ?, ?)
             ON CONFLICT (id) DO UPDATE SET client_key = excluded.client_key,
                                            client_secret = excluded.client_secret",
            app.client_key,
            secret
        )
        .execute(&database.pool)
        .await?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(app);
        Ok(())
    }

    /// Forgets client key and secret.
    pub(crate) async fn forget(&self, database: &Database) -> Result<(), EngineError> {
        if self.fixed {
            return Err(EngineError::CredentialsFixed);
        }
        sqlx::query!("DELETE FROM tiktok_app")
            .execute(&database.pool)
            .await?;
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// What may be shown of them.
    pub(crate) fn view(&self, sandbox: bool) -> Setup {
        let current = self.get();
        Setup {
            has_secret: current.is_some(),
            client_key: current.map(|app| app.client_key),
            from_environment: self.fixed,
            redirect_uri: REDIRECT_PATTERN.to_owned(),
            sandbox,
        }
    }
}
