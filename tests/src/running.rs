//! An open engine, and the steps that tests take with it.

use std::{fmt::Write as _, path::Path, time::Duration};

use parking_lot::Mutex;
use secrecy::ExposeSecret;
use slipway_engine::{
    Engine, EngineConfig,
    clock::test_clock::SKIPPED,
    texts::{Language, Texts},
    views::{
        Account, ConnectOutcome, ConnectPurpose, Event, Post, PostSettings, PostState, Settings,
        WaitReason,
    },
};
use tokio::sync::broadcast;

/// The longest time that a test waits for an event.
const PATIENCE: Duration = Duration::from_mins(1);

/// An engine and the events that it sent so far.
pub struct Running {
    /// The engine.
    pub engine: Engine,
    events: tokio::sync::Mutex<broadcast::Receiver<Event>>,
    /// The events so far, as far as a test waited for them.
    pub heard: Mutex<Vec<Event>>,
}

impl Running {
    /// Opens an engine.
    pub async fn open(config: EngineConfig) -> Self {
        Self::new(Engine::open(config).await.unwrap())
    }

    /// Listens to an engine from now on.
    pub fn new(engine: Engine) -> Self {
        let events = tokio::sync::Mutex::new(engine.subscribe());
        Self {
            engine,
            events,
            heard: Mutex::default(),
        }
    }

    /// Waits for the next event that `wanted` takes.
    pub async fn event<T>(&self, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let mut events = self.events.lock().await;
        let search = async {
            loop {
                match events.recv().await {
                    Ok(event) => {
                        let found = wanted(&event);
                        self.heard.lock().push(event);
                        if let Some(found) = found {
                            return found;
                        }
                    }
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(error) => panic!("{what}: {error}"),
                }
            }
        };
        if let Ok(found) = tokio::time::timeout(PATIENCE, search).await {
            return found;
        }
        let posts = self.posts_and_histories().await;
        panic!("waited too long for {what}; the posts are:\n{posts}")
    }

    async fn posts_and_histories(&self) -> String {
        let mut text = String::new();
        for post in self.engine.posts().await.unwrap() {
            let (state, history) = (&post.state, self.history(&post.id).await);
            let _ = writeln!(text, "{}: {state:?}\n{history}", post.file_name);
        }
        text
    }

    /// Waits until the post is in a state that `wanted` takes.
    pub async fn until(&self, id: &str, what: &str, wanted: impl Fn(&PostState) -> bool) -> Post {
        let now = self.engine.post(id).await.unwrap();
        if wanted(&now.state) {
            return now;
        }
        let failed = |state: &PostState| matches!(state, PostState::Failed { .. });
        loop {
            let post = self
                .event(what, |event| match event {
                    Event::PostChanged { post }
                        if post.id == id && (wanted(&post.state) || failed(&post.state)) =>
                    {
                        Some((**post).clone())
                    }
                    _ => None,
                })
                .await;
            if wanted(&post.state) {
                return post;
            }
            // The failure may be older than what the test did since.
            let now = self.engine.post(id).await.unwrap();
            assert!(!failed(&now.state), "instead of {what}: {:?}", now.state);
        }
    }

    /// Waits until the post waits for this reason.
    pub async fn waits(&self, id: &str, wanted: WaitReason) -> Post {
        let what = format!("waiting for {wanted:?}");
        let waits = |state: &PostState| matches!(state, PostState::Waiting { reason, .. } if *reason == wanted);
        self.until(id, &what, waits).await
    }

    /// Waits until the post is delivered to the inbox.
    pub async fn delivered(&self, id: &str) -> Post {
        let delivered = |state: &PostState| *state == PostState::DeliveredToInbox;
        self.until(id, "delivered", delivered).await
    }

    /// Waits until TikTok processes the post.
    pub async fn processing(&self, id: &str) -> Post {
        let processing = |state: &PostState| *state == PostState::Processing;
        self.until(id, "processing", processing).await
    }

    /// Waits until no post is worked on and none becomes due before the test moves the clock.
    pub async fn idle(&self) {
        let idle = self.engine.idle(SKIPPED);
        if tokio::time::timeout(PATIENCE, idle).await.is_ok() {
            return;
        }
        let posts = self.posts_and_histories().await;
        panic!("the publisher is not idle; the posts are:\n{posts}")
    }

    /// The post's state.
    pub async fn state(&self, id: &str) -> PostState {
        self.engine.post(id).await.unwrap().state
    }

    /// Sets how many minutes lie between two posts of an account.
    pub async fn set_spacing(&self, minutes: u32) {
        let settings = Settings {
            spacing_minutes: minutes,
            ..self.engine.settings()
        };
        self.engine.update_settings(&settings).await.unwrap();
    }

    /// Waits until the post is published.
    pub async fn published(&self, id: &str) -> Post {
        self.until(id, "published", |state| *state == PostState::Published)
            .await
    }

    /// Waits until the post has failed.
    pub async fn failed(&self, id: &str) -> Post {
        let failed = |state: &PostState| matches!(state, PostState::Failed { .. });
        let now = self.engine.post(id).await.unwrap();
        if failed(&now.state) {
            return now;
        }
        self.event("failed", |event| match event {
            Event::PostChanged { post } if post.id == id && failed(&post.state) => {
                Some((**post).clone())
            }
            _ => None,
        })
        .await
    }

    /// Connects a creator of the sandbox through its consent page.
    pub async fn connect(&self, creator: &str) -> Account {
        let mut tries = 0;
        let (attempt, page) = loop {
            let started = self.engine.begin_connect(ConnectPurpose::New).await;
            let attempt = started.unwrap();
            let url = self.engine.authorize_url(&attempt.id).unwrap();
            match try_consent(url.expose_secret(), creator, &ALL_SCOPES).await {
                Ok(page) => break (attempt, page),
                // Another wait that is skipped again and again may move the clock past the ten minutes of the attempt.
                Err(error) => assert!(error.is_connect() && tries < 5, "{error}"),
            }
            tries += 1;
        };
        assert!(page.status().is_success(), "{}", page.text().await.unwrap());
        let id = self
            .event("connected", |event| match event {
                Event::ConnectFinished {
                    attempt_id,
                    outcome,
                } if *attempt_id == attempt.id => match outcome {
                    ConnectOutcome::Connected { account_id, .. } => Some(account_id.clone()),
                    outcome => panic!("{outcome:?}"),
                },
                _ => None,
            })
            .await;
        let accounts = self.engine.accounts().await.unwrap();
        accounts
            .into_iter()
            .find(|account| account.id == id)
            .unwrap()
    }

    /// Adds a video and submits it.
    pub async fn post(&self, account: &Account, path: &Path, settings: PostSettings) -> String {
        let id = self.draft_with(&account.id, path, settings).await;
        self.engine.submit_post(&id).await.unwrap();
        id
    }

    /// Adds a video with these settings for the account.
    pub async fn draft_with(
        &self,
        account_id: &str,
        path: &Path,
        settings: PostSettings,
    ) -> String {
        let id = self.draft(path).await;
        let settings = PostSettings {
            account_id: Some(account_id.to_owned()),
            ..settings
        };
        self.engine.update_post(&id, &settings).await.unwrap();
        id
    }

    /// Adds a video.
    pub async fn draft(&self, path: &Path) -> String {
        let added = self.engine.add_files(vec![path.to_owned()]).await;
        added[0]
            .post_id
            .clone()
            .unwrap_or_else(|| panic!("{added:?}"))
    }

    /// The post's history in English, a line each.
    pub async fn history(&self, id: &str) -> String {
        let entries = self.engine.post_history(id).await.unwrap();
        let texts = Texts::of(Language::English);
        entries
            .iter()
            .map(|entry| texts.message(&entry.message) + "\n")
            .collect()
    }
}

/// The scopes that Slipway asks for.
pub const ALL_SCOPES: [&str; 3] = ["user.info.basic", "video.publish", "video.upload"];

/// Submits the consent page as a browser does, and follows it back to Slipway.
pub async fn consent(url: &str, creator: &str, scopes: &[&str]) -> reqwest::Response {
    try_consent(url, creator, scopes).await.unwrap()
}

/// Like [`consent`], with a page that may not answer.
pub async fn try_consent(
    url: &str,
    creator: &str,
    scopes: &[&str],
) -> reqwest::Result<reqwest::Response> {
    let mut form = vec![("creator", creator), ("decision", "authorize")];
    form.extend(scopes.iter().map(|scope| ("scope", *scope)));
    reqwest::Client::new().post(url).form(&form).send().await
}
