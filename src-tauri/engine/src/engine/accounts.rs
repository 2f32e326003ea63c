//! The TikTok app and the accounts: credentials, labels, disconnecting, and the creator's posting options.

use std::time::Duration;

use secrecy::SecretString;
use slipway_accounts::{
    accounts::{TokenError, WhenRateLimited},
    connect::{CallPurpose, refused},
    rate_limit::Call,
};
use slipway_core::{
    account_name,
    views::{Account, AccountColour, Creator, Event, PendingRevocation, Setup},
};

use super::Engine;
use crate::{
    engine::EngineError,
    posts::{self, State, history},
};

/// The time for which a disconnect waits for the lock of a post.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);

impl Engine {
    /// Returns the TikTok app that is used.
    pub fn setup(&self) -> Setup {
        let setup = self.credentials.view(self.endpoints.api_is_loopback());
        match &self.settings.borrow().hosted_page {
            Some(page) => Setup {
                redirect_uri: page.clone(),
                ..setup
            },
            None => setup,
        }
    }

    /// Stores the client key and secret of the creator's TikTok app.
    pub async fn save_tiktok_app(
        &self,
        client_key: &str,
        client_secret: &SecretString,
    ) -> Result<Setup, EngineError> {
        let now = self.clock.now();
        self.credentials
            .save(client_key, client_secret, now)
            .await?;
        self.tokens.app_changed();
        self.events.send(Event::AccountsChanged);
        Ok(self.setup())
    }

    /// Deletes the client key and secret.
    pub async fn forget_tiktok_app(&self) -> Result<Setup, EngineError> {
        self.credentials.forget(self.clock.now()).await?;
        self.tokens.app_changed();
        Ok(self.setup())
    }

    /// Returns the connected accounts, oldest first.
    pub async fn accounts(&self) -> Result<Vec<Account>, EngineError> {
        let now = self.clock.now();
        Ok(self
            .accounts
            .list()
            .await?
            .iter()
            .map(|row| self.named(row.view(now)))
            .collect())
    }

    /// Stores the label and the colour of an account. The label is trimmed; an empty one is removed.
    ///
    /// # Errors
    /// [`EngineError::Label`] if the label is too long or not readable, [`EngineError::NoSuchAccount`].
    pub async fn update_account(
        &self,
        account_id: &str,
        label: Option<&str>,
        colour: Option<AccountColour>,
    ) -> Result<Account, EngineError> {
        let row = self.accounts.update(account_id, label, colour).await?;
        self.events.send(Event::AccountsChanged);
        Ok(self.named(row.view(self.clock.now())))
    }

    /// Returns the disconnects that TikTok has not been told of yet, oldest first.
    pub async fn revocations(&self) -> Result<Vec<PendingRevocation>, EngineError> {
        let mut pending = self.accounts.pending_revocations().await?;
        for revocation in &mut pending {
            account_name::show(&mut revocation.account_name, self.texts);
        }
        Ok(pending)
    }

    /// The account with the name that creators see.
    fn named(&self, mut account: Account) -> Account {
        account_name::show(&mut account.display_name, self.texts);
        account
    }

    /// Deletes an account. Its access is revoked at TikTok in the background, as soon as TikTok can be reached. Posts whose
    /// upload has not started become drafts again.
    pub async fn disconnect(&self, account_id: &str) -> Result<(), EngineError> {
        let row = self
            .accounts
            .get(account_id)
            .await?
            .ok_or(EngineError::NoSuchAccount)?;
        for post in self.posts.list().await? {
            if post.account_id.as_deref() == Some(account_id) {
                // A longer wait means that TikTok does not answer the start of an upload. The post will find that its
                // account is gone. Uses real time, which a test's clock does not move.
                let lock = tokio::time::timeout(LOCK_TIMEOUT, self.service.lock(&post.id)).await;
                if let Ok(_lock) = lock {
                    self.detach(&post.id).await?;
                }
            }
        }
        self.tokens.disconnect(&row).await?;
        for post in self.posts.list().await? {
            if post.account_id.is_none() {
                self.service.announce(&post.id).await;
            }
        }
        Ok(())
    }

    /// Moves a post of a disconnected account into the state that fits.
    async fn detach(&self, id: &str) -> Result<(), EngineError> {
        let row = self.posts.get(id).await?;
        match row.state()? {
            State::Scheduled | State::Queued | State::Checking => Ok(self
                .posts
                .back_to_draft(id, &history::account_disconnected())
                .await?),
            State::Waiting | State::Paused if row.publish_id.is_none() => Ok(self
                .posts
                .back_to_draft(id, &history::account_disconnected())
                .await?),
            State::Uploading | State::Waiting | State::Paused if !row.may_be_fully_uploaded() => {
                Ok(self.posts.cancelled(id).await?)
            }
            state if state.is_active() || state == State::Paused => {
                let text = history::account_disconnected_early();
                Ok(self
                    .posts
                    .unconfirmed(id, &posts::Cause::AccountGone, &text)
                    .await?)
            }
            _ => Ok(()),
        }
    }

    /// Queries TikTok for the creator's current posting options.
    pub async fn creator(&self, account_id: &str) -> Result<Creator, EngineError> {
        let account = self
            .accounts
            .get(account_id)
            .await?
            .ok_or(EngineError::NoSuchAccount)?;
        let answer = self
            .tokens
            .call(
                account_id,
                Call::CreatorInfo,
                WhenRateLimited::Fail,
                |tiktok, token| async move { tiktok.creator_info(&token).await },
            )
            .await;
        match answer {
            Ok(creator) => {
                self.keep_profile(account_id, &creator).await?;
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
                if code.meaning().bars_posting() =>
            {
                Ok(Creator {
                    account_id: account_id.to_owned(),
                    nickname: account_name::shown(&account.display_name, self.texts),
                    username: account.username.unwrap_or_default(),
                    privacy_options: Vec::new(),
                    comment_disabled: true,
                    duet_disabled: true,
                    stitch_disabled: true,
                    max_duration_sec: 0,
                    cannot_post: Some(refused(&code, &message, CallPurpose::Post)),
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Stores the names and the avatar that the answer contains.
    async fn keep_profile(
        &self,
        account_id: &str,
        creator: &tiktok_api::CreatorInfo,
    ) -> Result<(), EngineError> {
        let (username, nickname) = (&creator.username, &creator.nickname);
        if self
            .accounts
            .learn_names(account_id, username, nickname)
            .await?
        {
            self.events.send(Event::AccountsChanged);
        }
        if let Some(address) = creator.avatar_url.clone() {
            let (tokens, account) = (self.tokens.clone(), account_id.to_owned());
            self.spawn_task(async move { tokens.renew_avatar(&account, &address).await });
        }
        Ok(())
    }
}
