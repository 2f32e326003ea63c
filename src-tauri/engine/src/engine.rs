//! The engine's one door: everything that the window, the tests and the benches may ask.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::SecretString;
use tiktok_api::{AppCredentials, Endpoints, ErrorCode, PublishId, TikTok, Uploader};
use tokio::sync::broadcast;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

use crate::{
    accounts::{AccountStore, TokenError, Tokens},
    clock::{Clock, SystemClock},
    connect::Connector,
    credentials::Credentials,
    database::Database,
    error::{AddError, ConnectError, EngineError, OpenError},
    events::Events,
    notices::{self, Explain},
    posts::{self, PostRow, PostStore, State},
    publisher::Publisher,
    views::{
        Account, AddedFile, ConnectAttempt, Creator, Event, HistoryEntry, Post, PostSettings, Setup,
    },
};

/// What the engine needs to know before it opens.
#[derive(Debug)]
pub struct EngineConfig {
    /// Database, avatars and keys lie here.
    pub data_dir: PathBuf,
    /// Where TikTok is.
    pub endpoints: Endpoints,
    /// Client key and secret from the environment, overriding the stored ones.
    pub credentials: Option<AppCredentials>,
    /// The vault's key from the environment, overriding keyring and passphrase.
    pub fernet_key: Option<SecretString>,
    /// What the creator typed, where there is no keyring.
    pub passphrase: Option<SecretString>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl EngineConfig {
    /// An engine at `data_dir` that speaks to `endpoints`, with keyring, own clock and no overrides.
    pub fn new(data_dir: impl Into<PathBuf>, endpoints: Endpoints) -> Self {
        Self {
            data_dir: data_dir.into(),
            endpoints,
            credentials: None,
            fernet_key: None,
            passphrase: None,
            clock: Arc::new(SystemClock),
        }
    }
}

/// All that Slipway does, with no window.
#[derive(Debug)]
pub struct Engine {
    endpoints: Endpoints,
    database: Arc<Database>,
    credentials: Arc<Credentials>,
    accounts: AccountStore,
    tokens: Arc<Tokens>,
    connector: Arc<Connector>,
    posts: PostStore,
    publisher: Arc<Publisher>,
    tiktok: TikTok,
    events: Events,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Engine {
    /// Opens the engine and goes on with whatever was under way.
    ///
    /// # Errors
    /// [`OpenError`] when key, keyring, database or folder are not usable; nothing was changed then.
    pub async fn open(config: EngineConfig) -> Result<Self, OpenError> {
        let tiktok = TikTok::new(config.endpoints.clone())?;
        let uploader = Uploader::new()?;
        let database = Arc::new(
            Database::open(
                &config.data_dir,
                config.fernet_key.as_ref(),
                config.passphrase.as_ref(),
                config.clock.as_ref(),
            )
            .await?,
        );
        let credentials = Credentials::load(config.credentials, &database)
            .await
            .map_err(|error| unusable(&config.data_dir, error))?;
        let (credentials, events, clock) =
            (Arc::new(credentials), Events::new(), config.clock.clone());
        let tokens = Arc::new(Tokens::new(
            tiktok.clone(),
            database.clone(),
            credentials.clone(),
            clock.clone(),
            events.clone(),
        ));
        let posts = PostStore {
            pool: database.pool.clone(),
            clock: clock.clone(),
        };
        let publisher = Arc::new(Publisher::new(
            posts.clone(),
            tokens.clone(),
            database.clone(),
            config.endpoints.clone(),
            uploader,
            clock.clone(),
            events.clone(),
        ));
        let connector = Arc::new(Connector::new(
            tiktok.clone(),
            database.clone(),
            credentials.clone(),
            tokens.clone(),
            clock,
            events.clone(),
        ));
        let engine = Self {
            endpoints: config.endpoints,
            accounts: AccountStore {
                pool: database.pool.clone(),
            },
            database,
            credentials,
            tokens,
            connector,
            posts,
            publisher,
            tiktok,
            events,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        engine.start();
        Ok(engine)
    }

    fn start(&self) {
        self.tasks
            .spawn(self.publisher.clone().run(self.stop.clone()));
        let (tokens, stop) = (self.tokens.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokens.keep_fresh() => {}
            }
        });
        let (database, clock, stop) =
            (self.database.clone(), self.posts.clock.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = database.keep(clock.as_ref()) => {}
            }
        });
        let (mut events, posts, publisher, stop) = (
            self.events.subscribe(),
            self.posts.clone(),
            self.publisher.clone(),
            self.stop.clone(),
        );
        let accounts = self.accounts.clone();
        self.tasks.spawn(async move {
            // An account may have come back right before the last stop.
            release_waiting(&accounts, &posts).await;
            publisher.wake();
            loop {
                let event = tokio::select! {
                    () = stop.cancelled() => return,
                    event = events.recv() => event,
                };
                match event {
                    Ok(Event::AccountsChanged) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        release_waiting(&accounts, &posts).await;
                        publisher.wake();
                    }
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                }
            }
        });
    }

    /// Stops all work and closes the database. What is under way goes on at the next [`Engine::open`].
    pub async fn close(self) {
        self.stop.cancel();
        self.connector.close();
        self.tasks.close();
        self.tasks.wait().await;
        self.database.close().await;
    }

    /// News from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

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
            .map(accounts_view)
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
        for post in self.posts.active().await? {
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
            State::Queued | State::Checking => {
                self.posts
                    .back_to_draft(id, "The account was disconnected")
                    .await
            }
            State::Waiting if row.publish_id.is_none() => {
                self.posts
                    .back_to_draft(id, "The account was disconnected")
                    .await
            }
            State::Uploading | State::Waiting if !may_be_whole(&row) => {
                self.posts.cancelled(id).await
            }
            state if state.is_active() => {
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
            .call(account_id, |tiktok, token| async move {
                tiktok.creator_info(&token).await
            })
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

    /// The queue, newest first.
    pub async fn posts(&self) -> Result<Vec<Post>, EngineError> {
        let rows = self.posts.list().await?;
        rows.iter()
            .map(|row| row.view(self.publisher.progress(&row.id)))
            .collect()
    }

    /// One post.
    pub async fn post(&self, id: &str) -> Result<Post, EngineError> {
        self.publisher.view(id).await
    }

    /// A post's own history, oldest first.
    pub async fn post_history(&self, id: &str) -> Result<Vec<HistoryEntry>, EngineError> {
        Ok(self.posts.history(id).await?)
    }

    /// Makes a draft of each file that is a video, and says why of each that is not.
    pub async fn add_files(&self, paths: Vec<PathBuf>) -> Vec<AddedFile> {
        let mut added = Vec::with_capacity(paths.len());
        for path in paths {
            let file_name = path
                .file_name()
                .map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy())
                .into_owned();
            let (post_id, notice) = match self.add_file(path).await {
                Ok(id) => (Some(id), None),
                Err(notice) => (None, Some(notice)),
            };
            added.push(AddedFile {
                file_name,
                post_id,
                notice,
            });
        }
        added
    }

    async fn add_file(&self, path: PathBuf) -> Result<String, crate::views::Notice> {
        let examined = tokio::task::spawn_blocking(move || posts::examine(&path))
            .await
            .unwrap_or_else(|error| Err(AddError::Unreadable(std::io::Error::other(error))));
        let mut post = examined.map_err(|error| error.explain())?;
        let duplicate = self.posts.draft_exists(&post.path).await;
        if duplicate.map_err(|error| EngineError::from(error).explain())? {
            return Err(AddError::Duplicate.explain());
        }
        // With one account there is nothing to choose.
        if let Ok([only]) = self.accounts.list().await.as_deref() {
            post.settings.account_id = Some(only.id.clone());
        }
        let id = self
            .posts
            .add(&post)
            .await
            .map_err(|error| error.explain())?;
        self.publisher.changed(&id).await;
        Ok(id)
    }

    /// Stores what the creator chose for a draft.
    pub async fn update_post(
        &self,
        id: &str,
        settings: &PostSettings,
    ) -> Result<Post, EngineError> {
        if let Some(account) = &settings.account_id
            && self.accounts.get(account).await?.is_none()
        {
            return Err(EngineError::NoSuchAccount);
        }
        self.posts.save_settings(id, settings).await?;
        self.publisher.changed(id).await;
        self.post(id).await
    }

    /// Puts a draft in line to be sent.
    pub async fn submit_post(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        let account = match &row.account_id {
            None => None,
            Some(account) => self.accounts.get(account).await?,
        };
        let view = account.as_ref().map(accounts_view);
        posts::check_complete(&row.settings(), &row.findings()?, view.as_ref())
            .map_err(EngineError::Incomplete)?;
        self.posts
            .submit(id, &view.map(|view| view.display_name).unwrap_or_default())
            .await?;
        self.moved(id).await
    }

    /// Stops a post, as long as TikTok does not have it whole.
    pub async fn cancel_post(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        if !row.state()?.is_active() {
            return Err(EngineError::WrongState {
                operation: "Cancel",
                state: row.state()?.as_str(),
            });
        }
        let _hold = self.publisher.hold(id).await;
        let row = self.posts.get(id).await?;
        if !row.state()?.is_active() {
            // It came to its end just now.
            return self.moved(id).await;
        }
        if let (Some(publish_id), Some(account)) = (row.publish_id(), &row.account_id) {
            let cancelled = self.cancel_at_tiktok(account, &publish_id).await;
            if !cancelled && may_be_whole(&row) {
                return Err(EngineError::TooLateToCancel);
            }
        }
        self.posts.cancelled(id).await?;
        self.moved(id).await
    }

    async fn cancel_at_tiktok(&self, account: &str, publish_id: &PublishId) -> bool {
        let answer = self
            .tokens
            .call(account, |tiktok, token| {
                let publish_id = publish_id.clone();
                async move { tiktok.cancel(&token, &publish_id).await }
            })
            .await;
        if let Err(error) = &answer {
            tracing::info!(%error, "[Posts] TikTok did not cancel");
        }
        answer.is_ok()
    }

    /// Tries a failed post again, or asks TikTok once more about an unconfirmed one. A post whose
    /// choices must change becomes a draft.
    pub async fn retry_post(&self, id: &str) -> Result<Post, EngineError> {
        let row = self.posts.get(id).await?;
        match (row.state()?, row.cause()) {
            (State::Failed, Some(cause)) if cause.needs_edit() => {
                self.posts
                    .back_to_draft(id, "Back to the draft, to be changed")
                    .await?;
            }
            (State::Failed, cause) => {
                if cause.as_ref().is_some_and(|cause| !cause.can_retry()) {
                    return Err(EngineError::WrongState {
                        operation: "Retry",
                        state: "failed",
                    });
                }
                let upload_over = matches!(
                    cause,
                    Some(posts::Cause::Ended { .. } | posts::Cause::TooManyStarts)
                );
                self.posts.retry(id, upload_over).await?;
            }
            (State::Unconfirmed, _) => self.posts.ask_again(id).await?,
            (State::Cancelled, _) => {
                self.posts.back_to_draft(id, "Back to the draft").await?;
            }
            (state, _) => {
                return Err(EngineError::WrongState {
                    operation: "Retry",
                    state: state.as_str(),
                });
            }
        }
        self.moved(id).await
    }

    /// Takes a post that is not under way off the queue; the file stays.
    pub async fn remove_post(&self, id: &str) -> Result<(), EngineError> {
        let state = self.posts.get(id).await?.state()?;
        if state.is_active() {
            return Err(EngineError::WrongState {
                operation: "Remove",
                state: state.as_str(),
            });
        }
        let _hold = self.publisher.hold(id).await;
        self.posts.remove(id).await?;
        self.events.send(Event::PostRemoved { id: id.to_owned() });
        Ok(())
    }

    async fn moved(&self, id: &str) -> Result<Post, EngineError> {
        self.publisher.wake();
        self.publisher.changed(id).await;
        self.post(id).await
    }
}

fn accounts_view(row: &crate::accounts::AccountRow) -> Account {
    row.view()
}

/// Whether TikTok may have every byte of the upload in flight.
fn may_be_whole(row: &PostRow) -> bool {
    row.all_sent_at.is_some()
        || tiktok_api::ChunkPlan::new(row.size())
            .is_ok_and(|plan| plan.next_chunk_after(row.bytes()) + 1 >= plan.count())
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

async fn release_waiting(accounts: &AccountStore, posts: &PostStore) {
    let Ok(rows) = accounts.list().await else {
        return;
    };
    for row in rows.iter().filter(|row| row.state == "connected") {
        if let Err(error) = posts.account_is_back(&row.id).await {
            tracing::error!(%error, "[Posts] Release failed");
        }
    }
}

fn unusable(folder: &Path, error: EngineError) -> OpenError {
    OpenError::DatabaseUnusable {
        path: folder.to_owned(),
        source: error.into(),
    }
}

impl From<TokenError> for EngineError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::NoSuchAccount => Self::NoSuchAccount,
            TokenError::ReconnectNeeded => Self::ReconnectNeeded,
            TokenError::CredentialsMissing => Self::CredentialsMissing,
            TokenError::CredentialsRefused => Self::CredentialsMalformed,
            TokenError::Vault => Self::Vault,
            TokenError::TikTok(error) => Self::TikTok(error),
            TokenError::Database(error) => Self::Database(error),
        }
    }
}
