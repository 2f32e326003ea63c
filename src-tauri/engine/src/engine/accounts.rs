//! The TikTok app and the accounts: set up, connect, disconnect, ask what a creator may do.

use std::time::Duration;

use crate::posts::history;
use secrecy::SecretString;
use slipway_accounts::connect::Context;
use slipway_accounts::connect::refused;
use slipway_accounts::{
    accounts::{TokenError, WhenRateLimited},
    rate_limit::Call,
};
use slipway_core::views::{Account, AccountColour, Creator, Event, PendingRevocation, Setup};
use tiktok_api::ErrorCode;

use super::Engine;
use crate::{
    engine::EngineError,
    posts::{self, State},
};

/// How long a disconnect waits for the work on a post to stop.
const LET_GO: Duration = Duration::from_secs(3);

impl Engine {
    /// The TikTok app that is used.
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

    /// Stores client key and secret of the creator's TikTok app.
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

    /// Forgets client key and secret.
    pub async fn forget_tiktok_app(&self) -> Result<Setup, EngineError> {
        self.credentials.forget(self.clock.now()).await?;
        self.tokens.app_changed();
        Ok(self.setup())
    }

    /// The connected accounts, oldest first.
    pub async fn accounts(&self) -> Result<Vec<Account>, EngineError> {
        let now = self.clock.now();
        Ok(self
            .accounts
            .list()
            .await?
            .iter()
            .map(|row| row.view(now))
            .collect())
    }

    /// Stores what the creator calls an account, and the colour that marks it. A label is trimmed; an empty one is none.
    ///
    /// # Errors
    /// [`EngineError::Label`] when the label is too long or cannot be read, [`EngineError::NoSuchAccount`].
    pub async fn update_account(
        &self,
        account_id: &str,
        label: Option<&str>,
        colour: Option<AccountColour>,
    ) -> Result<Account, EngineError> {
        let row = self.accounts.update(account_id, label, colour).await?;
        self.events.send(Event::AccountsChanged);
        Ok(row.view(self.clock.now()))
    }

    /// The disconnects that TikTok has still to hear of, oldest first.
    pub async fn revocations(&self) -> Result<Vec<PendingRevocation>, EngineError> {
        Ok(self.accounts.pending_revocations().await?)
    }

    /// Forgets an account here, and tells TikTok as soon as it can be reached, which is not waited for. Posts that have
    /// not begun to upload become drafts again.
    pub async fn disconnect(&self, account_id: &str) -> Result<(), EngineError> {
        let row = self
            .accounts
            .get(account_id)
            .await?
            .ok_or(EngineError::NoSuchAccount)?;
        for post in self.posts.list().await? {
            if post.account_id.as_deref() == Some(account_id) {
                // Where it takes longer, TikTok is being asked for an upload and does not answer: the post will find its
                // account gone. No clock that a test moves decides about that.
                let hold = tokio::time::timeout(LET_GO, self.service.lock(&post.id)).await;
                if let Ok(_hold) = hold {
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

    /// Takes a post out of the hands of an account that goes.
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
                WhenRateLimited::Fail,
                |tiktok, token| async move { tiktok.creator_info(&token).await },
            )
            .await;
        match asked {
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
                    cannot_post: Some(refused(&code, &message, Context::Post)),
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps what TikTok tells of the profile in passing.
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
            self.duty(async move { tokens.renew_avatar(&account, &address).await });
        }
        Ok(())
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
