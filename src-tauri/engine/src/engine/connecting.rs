//! Connecting accounts in the creator's browser.

use secrecy::SecretString;
use slipway_core::views::{Account, ConnectAttempt, ConnectPurpose};

use super::Engine;
use crate::engine::EngineError;

impl Engine {
    /// Prepares the consent page's address and waits for TikTok's answer, for ten minutes; the caller opens the page in
    /// the system browser. How it ends comes as [`Event::ConnectFinished`](slipway_core::views::Event::ConnectFinished). Eight
    /// attempts can be under way; one more gives the oldest up.
    ///
    /// # Errors
    /// [`EngineError::NoSuchAccount`] where the purpose names none, and [`EngineError::Connect`] when client key and
    /// secret are not known or no port can be opened.
    pub async fn begin_connect(
        &self,
        purpose: ConnectPurpose,
    ) -> Result<ConnectAttempt, EngineError> {
        Ok(self.connector.begin(purpose).await?)
    }

    /// The consent page's address of an attempt, for the browser alone: whoever has it can answer in the creator's place.
    ///
    /// # Errors
    /// [`EngineError::Connect`] once the attempt was answered or is over.
    pub fn authorize_url(&self, attempt_id: &str) -> Result<SecretString, EngineError> {
        Ok(self.connector.authorize_url(attempt_id)?)
    }

    /// Gives an attempt up. Tokens that it holds for a choice are wiped, and revoked at TikTok unless that creator is
    /// connected here.
    pub fn cancel_connect(&self, attempt_id: &str) {
        self.connector.cancel(attempt_id);
    }

    /// Adds the other creator who agreed in the place of the expected one as an account of their own; renews the tokens
    /// of one who is connected already.
    ///
    /// # Errors
    /// [`EngineError::Connect`] when there is no such choice any more, or the account could not be stored: then the
    /// choice is still there.
    pub async fn keep_other_creator(&self, attempt_id: &str) -> Result<Account, EngineError> {
        let id = self.connector.keep_other_creator(attempt_id).await?;
        let accounts = self.accounts().await?;
        accounts
            .into_iter()
            .find(|account| account.id == id)
            .ok_or(EngineError::NoSuchAccount)
    }

    /// Takes a `slipway:` link from wherever it came. One that is TikTok's answer to an attempt counts, once; all others
    /// change nothing, and nothing is said of them.
    pub fn receive_link(&self, link: &str) {
        self.connector.receive_link(link);
    }
}
