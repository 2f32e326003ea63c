//! An engine with a proxy before its TikTok, and everything that the engine returns or sends.

use std::{
    error::Error,
    fmt::{Debug, Write as _},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use parking_lot::Mutex;
use secrecy::ExposeSecret;
use serde_json::Value;
use slipway_engine::{
    Endpoints, EngineConfig, Explain,
    views::{
        Account, AuditFilter, ConnectOutcome, ConnectPurpose, Event, PostMode, PostSettings,
        PostState, WaitReason,
    },
};
use slipway_tests::{
    leaks::{Leak, Secret, in_bytes, in_folder},
    stage::{ALL_SCOPES, Running, Stage, inbox, public, try_consent},
    wait::{SOON, eventually},
    wiretap::Wiretap,
};
use tiktok_sandbox::DEFAULT_CLIENT_SECRET;
use tokio::{sync::broadcast::error::RecvError, task::JoinHandle};

use url::Url;

use super::logs;

/// The caption of each direct post.
pub const CAPTION: &str = "a caption that is no secret";

/// An engine whose secrets and texts are recorded.
pub struct Tapped {
    /// The sandbox and the engine's folder.
    pub stage: Stage,
    /// The engine.
    pub app: Running,
    name: String,
    tap: Wiretap,
    /// Secrets that do not pass the proxy.
    others: Mutex<Vec<Secret>>,
    said: Arc<Mutex<String>>,
    listener: JoinHandle<()>,
}

impl Tapped {
    /// Opens an engine whose TikTok answers normally.
    pub async fn new(name: &str) -> Self {
        let stage = Stage::new().await;
        let tap = Wiretap::before(&stage.sandbox.url()).await;
        Self::on(name, stage, tap).await
    }

    /// Opens an engine whose TikTok's answers, with their paths, are passed to `alter`.
    pub async fn with_answers(
        name: &str,
        alter: impl Fn(&str, &mut Value) + Send + Sync + 'static,
    ) -> Self {
        let stage = Stage::new().await;
        let tap = Wiretap::that_alters(&stage.sandbox.url(), alter).await;
        Self::on(name, stage, tap).await
    }

    async fn on(name: &str, stage: Stage, tap: Wiretap) -> Self {
        logs::keep();
        let endpoints = Endpoints::new(&stage.sandbox.url(), tap.url()).unwrap();
        let config = EngineConfig {
            endpoints,
            ..stage.config()
        };
        let app = Running::open(config).await;
        let said = Arc::new(Mutex::new(String::new()));
        let mut events = app.engine.subscribe();
        let heard = said.clone();
        let listener = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(event) => writeln!(heard.lock(), "{event:?}").unwrap(),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
        let others = vec![
            Secret::new("vault key", stage.key.expose_secret()),
            Secret::new("client secret", DEFAULT_CLIENT_SECRET),
        ];
        Self {
            stage,
            app,
            name: name.to_owned(),
            tap,
            others: Mutex::new(others),
            said,
            listener,
        }
    }

    /// The engine's data folder.
    pub fn data(&self) -> PathBuf {
        self.stage.data()
    }

    /// Connects Ada's account.
    pub async fn ada(&self) -> Account {
        let id = self.connect("ada").await.expect("ada is connected");
        let accounts = self.app.engine.accounts().await.unwrap();
        accounts.into_iter().find(|one| one.id == id).unwrap()
    }

    /// Tries to connect a creator, and returns the account's id.
    pub async fn connect(&self, creator: &str) -> Option<String> {
        let attempt = self.keep(self.app.engine.begin_connect(ConnectPurpose::New).await)?;
        let url = self.keep(self.app.engine.authorize_url(&attempt.id))?;
        let url = Url::parse(url.expose_secret()).unwrap();
        for (name, value) in url.query_pairs() {
            if name == "state" {
                self.secret(Secret::new("state", value));
            }
        }
        match try_consent(url.as_str(), creator, &ALL_SCOPES).await {
            Ok(page) if page.url().path().starts_with("/callback") => {
                self.say(page.text().await.unwrap());
            }
            // TikTok's own page, which may repeat the request, or no page.
            _ => self.app.engine.cancel_connect(&attempt.id),
        }
        self.outcome(&attempt.id).await
    }

    /// Waits for the outcome of an attempt.
    pub async fn outcome(&self, attempt: &str) -> Option<String> {
        self.app
            .event("the end of an attempt to connect", |event| match event {
                Event::ConnectFinished {
                    attempt_id,
                    outcome,
                } if attempt_id == attempt => Some(match outcome {
                    ConnectOutcome::Connected { account_id, .. } => Some(account_id.clone()),
                    _ => None,
                }),
                _ => None,
            })
            .await
    }

    /// Queries the creator info.
    pub async fn ask(&self, account: &Account) {
        self.keep(self.app.engine.creator(&account.id).await);
    }

    /// Queries the creator info with an expired token, which is refreshed first.
    pub async fn refresh(&self, account: &Account) {
        self.stage.clock.advance(Duration::from_hours(3));
        self.ask(account).await;
    }

    /// Disconnects the account.
    pub async fn disconnect(&self, account: &Account) {
        self.keep(self.app.engine.disconnect(&account.id).await);
    }

    /// Posts a small video and waits until its state is final.
    pub async fn post(&self, account: &Account, mode: PostMode) {
        if let Some(id) = self.send(account, mode).await {
            self.settle(&id).await;
        }
    }

    /// Posts a small video and waits until its state is final or it waits.
    pub async fn try_post(&self, account: &Account, mode: PostMode) {
        if let Some(id) = self.send(account, mode).await {
            let rests =
                |state: &PostState| stays(state) || matches!(state, PostState::Waiting { .. });
            self.app.until(&id, "a rest", rests).await;
        }
    }

    /// Posts a small video whose bytes do not arrive, and cancels it.
    pub async fn cancel(&self, account: &Account) {
        let Some(id) = self.send(account, PostMode::Direct).await else {
            return;
        };
        let waits = |state: &PostState| matches!(state, PostState::Waiting { .. });
        self.app.until(&id, "waiting", waits).await;
        self.keep(self.app.engine.cancel_post(&id).await);
        self.stage.sandbox.clear_faults();
        self.settle(&id).await;
    }

    async fn send(&self, account: &Account, mode: PostMode) -> Option<String> {
        let path = self.stage.video("clip.mp4", 0);
        let settings = match mode {
            PostMode::Direct => public(CAPTION),
            PostMode::Inbox => inbox(),
        };
        let settings = PostSettings {
            account_id: Some(account.id.clone()),
            ..settings
        };
        let id = self.app.draft(&path).await;
        self.keep(self.app.engine.update_post(&id, &settings).await)?;
        self.keep(self.app.engine.submit_post(&id).await)?;
        Some(id)
    }

    /// Waits until the state of a post is final or needs the creator.
    async fn settle(&self, id: &str) {
        let post = self.app.until(id, "an end", stays).await;
        if let PostState::Waiting { .. } = post.state {
            // The account is lost. The creator connects it again, once.
            self.stage.sandbox.clear_faults();
            self.connect("ada").await;
            self.app.until(id, "an end", stays_for_good).await;
        }
    }

    /// Lets a day pass, waits for the daily backup, and returns its name.
    pub async fn backup(&self) -> String {
        let backups = || -> Vec<String> {
            std::fs::read_dir(self.data().join("backups"))
                .into_iter()
                .flatten()
                .filter_map(Result::ok)
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect()
        };
        let before = backups();
        self.stage.clock.advance(Duration::from_hours(25));
        eventually("a backup", SOON, async || {
            let mut made = backups().into_iter();
            made.find(|name| name.strip_suffix(".db").is_some() && !before.contains(name))
        })
        .await
    }

    /// Adds a secret to search for.
    pub fn secret(&self, secret: Secret) {
        self.others.lock().push(secret);
    }

    /// All secrets to search for.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = self.tap.secrets();
        secrets.extend(self.others.lock().iter().cloned());
        secrets
    }

    /// Returns the value. Records an error in all its forms: as a notice, as a log line, and as `Debug`.
    pub fn keep<T, E: Explain + Error>(&self, result: Result<T, E>) -> Option<T> {
        result
            .inspect_err(|error| {
                self.say(format!("{error} {error:?} {:?}", error.explain()));
                let mut cause = error.source();
                while let Some(error) = cause {
                    self.say(format!("{error} {error:?}"));
                    cause = error.source();
                }
            })
            .ok()
    }

    /// Records a text of Slipway's.
    pub fn say(&self, text: impl AsRef<str>) {
        let mut said = self.said.lock();
        said.push_str(text.as_ref());
        said.push('\n');
    }

    /// All texts so far, and everything that can be queried now.
    pub async fn said(&self) -> String {
        let engine = &self.app.engine;
        let mut text = format!("{engine:?}\n");
        let mut show = |value: &dyn Debug| writeln!(text, "{value:?}").unwrap();
        show(&engine.accounts().await);
        show(&engine.setup());
        show(&engine.settings());
        show(&engine.status());
        show(&engine.audit(&AuditFilter::default()).await);
        show(&engine.audit_state().await);
        for post in engine.posts().await.unwrap() {
            show(&post);
            show(&engine.post_history(&post.id).await);
        }
        text + &self.said.lock()
    }

    /// Closes the engine.
    pub async fn close(self) -> (PathBuf, Stage) {
        self.listener.abort();
        let data = self.data();
        self.app.engine.close().await;
        (data, self.stage)
    }

    /// Searches the engine's texts, its files while open and when closed, and the logs so far. Panics when a secret is
    /// found.
    pub async fn end(self, more: Vec<Secret>) {
        let mut secrets = self.secrets();
        secrets.extend(more);
        let (mut leaks, name) = (Vec::new(), self.name.clone());
        let said = self.said().await;
        leaks.extend(in_bytes("what the engine said", said.as_bytes(), &secrets));
        let (files, found) = in_folder(&self.data(), &secrets);
        assert!(files > 1, "{name}: the database and its log were searched");
        leaks.extend(found);
        let (data, _stage) = self.close().await;
        leaks.extend(in_folder(&data, &secrets).1);
        leaks.extend(in_bytes("Slipway's logs", logs::own().as_bytes(), &secrets));
        leaks.extend(in_bytes("all logs", logs::all().as_bytes(), &secrets));
        assert!(leaks.is_empty(), "{name}: {}", reported(&leaks));
    }
}

fn reported(leaks: &[Leak]) -> String {
    format!("{leaks:#?}")
}

fn stays(state: &PostState) -> bool {
    let reconnect = |reason: WaitReason| reason == WaitReason::Reconnect;
    stays_for_good(state)
        || matches!(state, PostState::Waiting { reason, .. } if reconnect(*reason))
}

fn stays_for_good(state: &PostState) -> bool {
    matches!(
        state,
        PostState::Published
            | PostState::DeliveredToInbox
            | PostState::Failed { .. }
            | PostState::Unconfirmed { .. }
            | PostState::Cancelled
            | PostState::Paused { .. }
    )
}
