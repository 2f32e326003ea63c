//! Connects accounts in the creator's browser.

use secrecy::SecretString;
use slipway_core::views::{Account, ConnectAttempt, ConnectPurpose};

use super::Engine;
use crate::engine::EngineError;

impl Engine {
    /// Starts an attempt, which waits ten minutes for TikTok's answer. The caller opens the consent page in the system
    /// browser. [`Event::ConnectFinished`](slipway_core::views::Event::ConnectFinished) reports the result. At most eight
    /// attempts are active; one more cancels the oldest.
    ///
    /// # Errors
    /// [`EngineError::NoSuchAccount`] if the purpose names an unknown account, and [`EngineError::Connect`] if client key
    /// and secret are missing or no port can be opened.
    pub async fn begin_connect(
        &self,
        purpose: ConnectPurpose,
    ) -> Result<ConnectAttempt, EngineError> {
        Ok(self.connector.begin(purpose).await?)
    }

    /// Returns the address of an attempt's consent page. For the browser only: anyone who has it can answer for the creator.
    ///
    /// # Errors
    /// [`EngineError::Connect`] if the attempt was answered or has ended.
    pub fn authorize_url(&self, attempt_id: &str) -> Result<SecretString, EngineError> {
        Ok(self.connector.authorize_url(attempt_id)?)
    }

    /// Cancels an attempt. Tokens that it keeps for the creator's choice are deleted, and revoked at TikTok unless that
    /// creator is connected.
    pub fn cancel_connect(&self, attempt_id: &str) {
        self.connector.cancel(attempt_id);
    }

    /// Adds the creator who agreed instead of the expected one as a new account, or updates the tokens of that creator's
    /// account.
    ///
    /// # Errors
    /// [`EngineError::Connect`] if the choice has expired, or if the account could not be stored, which keeps the choice.
    pub async fn keep_other_creator(&self, attempt_id: &str) -> Result<Account, EngineError> {
        let id = self.connector.keep_other_creator(attempt_id).await?;
        let accounts = self.accounts().await?;
        accounts
            .into_iter()
            .find(|account| account.id == id)
            .ok_or(EngineError::NoSuchAccount)
    }

    /// Processes a `slipway:` link from any source. TikTok's answer to an attempt is accepted once; all other links are
    /// silently ignored.
    pub fn receive_link(&self, link: &str) {
        self.connector.receive_link(link);
    }
}
