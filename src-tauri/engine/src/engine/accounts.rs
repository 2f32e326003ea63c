//! The TikTok app and the accounts: set up, connect, disconnect, ask what a creator may do.

use secrecy::SecretString;
use tiktok_api::ErrorCode;
use url::Url;

use super::Engine;
use crate::{
    accounts::{AccountRow, Patience, TokenError},
    error::{ConnectError, EngineError},
    notices,
    posts::{self, State},
    quota::Call,
    views::{Account, ConnectAttempt, Creator, Event, Setup},
};

impl Engine {
    /// The TikTok app that is used.
    pub fn setup(&self) -> Setup {
        self.credentials.view(self.endpoints.api_is_loopback())
    }

    /// Stores client key and secret of the creator's TikTok app.
    pub async fn save_tiktok_app(
        &self,
        client_key: &str,
        client_secret: &SecretString,
    ) -> Result<Setup, EngineError> {
        self.credentials
            .save(&self.database, client_key, client_secret)
            .await?;
        self.events.send(Event::AccountsChanged);
        Ok(self.setup())
    }

    /// Forgets client key and secret.
    pub async fn forget_tiktok_app(&self) -> Result<Setup, EngineError> {
        self.credentials.forget(&self.database).await?;
        Ok(self.setup())
    }

    /// The connected accounts, oldest first.
    pub async fn accounts(&self) -> Result<Vec<Account>, EngineError> {
        Ok(self
            .accounts
            .list()
            .await?
            .iter()
            .map(AccountRow::view)
            .collect())
    }

    /// Opens a port for TikTok's answer and prepares the consent page's address; the caller opens
    /// it in the system browser. How it ends comes as [`Event::ConnectFinished`].
    pub async fn begin_connect(&self) -> Result<ConnectAttempt, EngineError> {
        Ok(self.connector.begin().await?)
    }

    /// The consent page's address of an attempt, for the browser alone.
    pub fn authorize_url(&self, attempt_id: &str) -> Result<Url, EngineError> {
        self.connector
            .authorize_url(attempt_id)
            .ok_or(EngineError::Connect(ConnectError::Expired))
    }

    /// Gives an attempt up.
    pub fn cancel_connect(&self, attempt_id: &str) {
        self.connector.cancel(attempt_id);
    }

    /// Revokes the account at TikTok, as far as it can be reached, and forgets it here. Posts that
    /// have not begun to upload become drafts again.
    pub async fn disconnect(&self, account_id: &str) -> Result<(), EngineError> {
        let row = self
            .accounts
            .get(account_id)
            .await?
            .ok_or(EngineError::NoSuchAccount)?;
        for post in self.posts.list().await? {
            if post.account_id.as_deref() == Some(account_id) {
                let _hold = self.publisher.hold(&post.id).await;
                self.detach(&post.id).await?;
            }
        }
        if let (Some(app), Ok(token)) = (
            self.credentials.get(),
            self.database.vault.decrypt(&row.access_token),
        ) {
            if let Err(error) = self.tiktok.revoke(&app, &token).await {
                tracing::warn!(account = account_id, %error, "[Accounts] Revoke failed");
            }
        } else {
            tracing::warn!(
                account = account_id,
                "[Accounts] Revoke failed: no usable token"
            );
        }
        self.accounts.remove(account_id).await?;
        self.tokens.accounts_changed();
        for post in self.posts.list().await? {
            if post.account_id.is_none() {
                self.publisher.changed(&post.id).await;
            }
        }
        Ok(())
    }

    /// Takes a post out of the hands of an account that goes.
    async fn detach(&self, id: &str) -> Result<(), EngineError> {
        let row = self.posts.get(id).await?;
        match row.state()? {
            State::Scheduled | State::Queued | State::Checking => {
                self.posts
                    .back_to_draft(id, "The account was disconnected")
                    .await
            }
            State::Waiting | State::Paused if row.publish_id.is_none() => {
                self.posts
                    .back_to_draft(id, "The account was disconnected")
                    .await
            }
            State::Uploading | State::Waiting | State::Paused if !row.may_be_whole() => {
                self.posts.cancelled(id).await
            }
            state if state.is_active() || state == State::Paused => {
                let text = "The account was disconnected before TikTok said how it ended";
                self.posts
                    .unconfirmed(id, &posts::Cause::AccountGone, text)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// What the creator may do right now, asked afresh.
    pub async fn creator(&self, account_id: &str) -> Result<Creator, EngineError> {
        let account = self
            .accounts
            .get(account_id)
            .await?
            .ok_or(EngineError::NoSuchAccount)?;
        let asked = self
            .tokens
            .call(
                account_id,
                Call::CreatorInfo,
                Patience::Now,
                |tiktok, token| async move { tiktok.creator_info(&token).await },
            )
            .await;
        match asked {
            Ok(creator) => {
                self.accounts
                    .learn_username(account_id, &creator.username)
                    .await?;
                Ok(Creator {
                    account_id: account_id.to_owned(),
                    nickname: creator.nickname,
                    username: creator.username,
                    privacy_options: creator
                        .privacy_level_options
                        .iter()
                        .map(|level| level.as_str().to_owned())
                        .collect(),
                    comment_disabled: creator.comment_disabled,
                    duet_disabled: creator.duet_disabled,
                    stitch_disabled: creator.stitch_disabled,
                    max_duration_sec: u32::try_from(creator.max_video_post_duration.as_secs())
                        .unwrap_or(u32::MAX),
                    cannot_post: None,
                })
            }
            Err(TokenError::TikTok(tiktok_api::Error::Api { code, message, .. }))
                if cannot_post(&code) =>
            {
                Ok(Creator {
                    account_id: account_id.to_owned(),
                    nickname: account.display_name,
                    username: account.username.unwrap_or_default(),
                    privacy_options: Vec::new(),
                    comment_disabled: true,
                    duet_disabled: true,
                    stitch_disabled: true,
                    max_duration_sec: 0,
                    cannot_post: Some(notices::refused(&code, &message)),
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// The refusals that mean "not now", which TikTok sends with HTTP 200.
/// Source: `/doc/content-posting-api-reference-query-creator-info`.
fn cannot_post(code: &ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::SpamRiskTooManyPosts
            | ErrorCode::SpamRiskUserBannedFromPosting
            | ErrorCode::ReachedActiveUserCap
    )
}

impl From<TokenError> for EngineError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NoSuchAccount => Self::NoSuchAccount,
            TokenError::ReconnectNeeded => Self::ReconnectNeeded,
            TokenError::CredentialsMissing => Self::CredentialsMissing,
            TokenError::CredentialsRefused => Self::CredentialsMalformed,
            TokenError::Busy { until } => Self::Busy { until },
            TokenError::Resting(resting) => Self::TikTokResting {
                until: resting.until,
            },
            TokenError::Vault => Self::Vault,
            TokenError::TikTok(error) => Self::TikTok(error),
            TokenError::Database(error) => Self::Database(error),
        }
    }
}
