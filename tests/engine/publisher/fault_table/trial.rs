//! One trial: a post meets an answer, and the creator's view of it is recorded until the end.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
    time::Duration,
};

use jiff::Timestamp;
use slipway_engine::{
    Explain,
    views::{Account, Event, Post, PostMode, PostSettings, PostState, WaitReason},
};
use slipway_tests::{
    stage::{Running, SKIPPED, Stage, inbox, public, sha256, write_video},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Fault, FaultKind, Operation};
use tokio::sync::broadcast::{self, error::RecvError};

use super::answers::Answer;

/// The limit for one step of a trial, on the computer's clock.
const PATIENCE: Duration = Duration::from_mins(1);
/// The duration of a repeated answer. It is less than the hour of an upload, which would end the post.
const LASTING: Duration = Duration::from_mins(15);

/// The number of chunks of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// One chunk, which is also the last one: after it, TikTok may have all bytes.
    Whole,
    /// Several chunks.
    Chunks,
}

/// The call that gets the answer.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub operation: Operation,
    pub mode: PostMode,
    pub bytes: Bytes,
    /// The number of calls before it that pass unchanged.
    pub skip: u32,
}

impl Call {
    pub fn new(operation: Operation, mode: PostMode) -> Self {
        Self {
            operation,
            mode,
            bytes: Bytes::Whole,
            skip: 0,
        }
    }
}

/// The creator's view of a post.
#[derive(Debug, Default)]
pub struct Seen {
    /// The waits and, if it was reached, the end.
    pub states: Vec<String>,
    /// The number of posts on TikTok then.
    pub on_tiktok: usize,
    /// The states after the answer stopped, unless the end was reached before.
    pub over: Vec<String>,
}

impl Seen {
    /// The text of a cell of the table.
    pub fn reported(&self) -> String {
        format!("{}; {}", self.states.join(", "), on_tiktok(self.on_tiktok))
    }
}

fn on_tiktok(count: usize) -> String {
    format!("{count} on TikTok")
}

/// Sends a post whose call gets this answer, once or repeatedly.
pub async fn attempt(call: Call, answer: &Answer, lasting: bool) -> Seen {
    let trial = Trial::new(call.mode, call.bytes).await;
    let fault = if lasting {
        Fault::forever(call.operation, answer.kind.clone())
    } else {
        Fault::once(call.operation, answer.kind.clone())
    };
    trial.stage.sandbox.add_fault(fault.after(call.skip));
    if call.operation == Operation::Token {
        // The token has expired. The next refresh meets the answer.
        trial.stage.clock.advance(Duration::from_hours(3));
        eventually("a refresh", SOON, async || trial.hit().then_some(())).await;
    }
    let mut watch = trial.send().await;
    let mut seen = Seen::default();
    let ended = watch.follow(&mut seen.states, lasting).await;
    assert!(trial.hit(), "{answer:?} was never given");
    seen.on_tiktok = trial.posts();
    if lasting && call.operation == Operation::Token {
        // Either the post or the refresh scheduler gets the answer first. The latter then pauses TikTok.
        for state in &mut seen.states {
            *state = state
                .replace(", `post.answer_unreadable`", "")
                .replace(", `post.tiktok_down`", "");
        }
    }
    if !ended {
        trial.stage.sandbox.clear_faults();
        let mut way = Vec::new();
        watch.follow(&mut way, false).await;
        // The number of further waits depends on chance.
        way.retain(|state| !state.starts_with("waits"));
        way.dedup();
        seen.over = way;
        seen.over.push(on_tiktok(trial.posts()));
    }
    watch.check(&format!("{call:?} {answer:?}")).await;
    drop(watch);
    trial.app.engine.close().await;
    seen
}

/// Cancels a post whose upload makes no progress, while the cancel gets this answer. Returns the creator's message, and
/// the end of the post after the faults are over.
pub async fn cancel(bytes: Bytes, answer: &Answer) -> (String, String) {
    let trial = Trial::new(PostMode::Direct, bytes).await;
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    let sandbox = &trial.stage.sandbox;
    sandbox.add_fault(Fault::forever(Operation::Upload, down));
    let mut watch = trial.send().await;
    watch.until_waiting().await;
    sandbox.add_fault(Fault::forever(Operation::Cancel, answer.kind.clone()));
    let reported = match trial.app.engine.cancel_post(&watch.id).await {
        Ok(post) => show(&post.state),
        Err(error) => format!("`{}`", error.explain().code),
    };
    sandbox.clear_faults();
    let mut way = Vec::new();
    watch.follow(&mut way, false).await;
    watch.check(&format!("cancel {answer:?}")).await;
    let end = way.last().cloned().unwrap_or_default();
    let count = on_tiktok(trial.posts());
    drop(watch);
    trial.app.engine.close().await;
    (reported, format!("{end}; {count}"))
}

/// A stage with an engine, an account and a file to post.
struct Trial {
    stage: Stage,
    app: Running,
    ada: Account,
    mode: PostMode,
    bytes: Bytes,
}

impl Trial {
    async fn new(mode: PostMode, bytes: Bytes) -> Self {
        let stage = Stage::new().await;
        let app = stage.engine().await;
        let ada = app.connect("ada").await;
        Self {
            stage,
            app,
            ada,
            mode,
            bytes,
        }
    }

    async fn send(&self) -> Watch<'_> {
        let path = match self.bytes {
            Bytes::Whole => self.stage.video("clip.mp4", 0),
            Bytes::Chunks => {
                let path = self.stage.folder.path().join("clip.mp4");
                std::fs::hard_link(in_chunks(), &path)
                    .or_else(|_| std::fs::copy(in_chunks(), &path).map(drop))
                    .unwrap();
                path
            }
        };
        let settings: PostSettings = match self.mode {
            PostMode::Direct => public("once"),
            PostMode::Inbox => inbox(),
        };
        let events = self.app.engine.subscribe();
        let id = self.app.post(&self.ada, &path, settings).await;
        Watch {
            trial: self,
            id,
            events,
        }
    }

    /// Returns whether the answer was given.
    fn hit(&self) -> bool {
        self.stage
            .sandbox
            .faults()
            .iter()
            .any(|fault| fault.hits > 0)
    }

    fn posts(&self) -> usize {
        self.stage.sandbox.posts().len()
    }
}

/// A video with several chunks, written once.
fn in_chunks() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join("in-chunks.mp4");
        let half = folder.join(format!("in-chunks.{}.mp4", std::process::id()));
        write_video(&half, 66_000_000);
        std::fs::rename(&half, &path).unwrap();
        path
    })
}

/// The events of a post.
struct Watch<'a> {
    trial: &'a Trial,
    id: String,
    events: broadcast::Receiver<Event>,
}

impl Watch<'_> {
    async fn post(&self) -> Post {
        self.trial.app.engine.post(&self.id).await.unwrap()
    }

    /// Waits for the post's next change.
    async fn next(&mut self) -> Post {
        let change = async {
            loop {
                match self.events.recv().await {
                    Ok(Event::PostChanged { post }) if post.id == self.id => return Some(*post),
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return None,
                    Err(RecvError::Closed) => panic!("the engine is gone"),
                }
            }
        };
        let Ok(change) = tokio::time::timeout(PATIENCE, change).await else {
            panic!("nothing moves: {:?}", self.post().await.state);
        };
        match change {
            Some(post) => post,
            None => self.post().await,
        }
    }

    /// The post after the oldest unread change, which may already be its end. Without one, the current post.
    async fn first(&mut self) -> Post {
        loop {
            match self.events.try_recv() {
                Ok(Event::PostChanged { post }) if post.id == self.id => return *post,
                Ok(_) => {}
                Err(_) => return self.post().await,
            }
        }
    }

    async fn until_waiting(&mut self) {
        let mut post = self.post().await;
        while !matches!(post.state, PostState::Waiting { .. }) {
            post = self.next().await;
        }
    }

    /// Records the creator's view, and does the creator's part, until the end: then it returns true. While a lasting
    /// answer is repeated, it stops where nothing new happens.
    async fn follow(&mut self, states: &mut Vec<String>, lasting: bool) -> bool {
        let mut post = self.first().await;
        let end = self.now() + LASTING;
        loop {
            match &post.state {
                PostState::Waiting { until, .. } => {
                    let shown = show(&post.state);
                    // Later states during a lasting answer depend on chance: on which call comes next, and on its
                    // backoff.
                    let counts = !lasting || states.is_empty();
                    if counts && !states.contains(&shown) {
                        states.push(shown);
                    }
                    let left = until.as_deref().map(|until| self.left(until));
                    match left {
                        Some(left) if left <= SKIPPED => {}
                        _ if lasting => return false,
                        Some(left) => self
                            .trial
                            .stage
                            .clock
                            .advance(left + Duration::from_secs(1)),
                        None => {
                            states.push("the creator reconnects".to_owned());
                            self.trial.app.connect("ada").await;
                        }
                    }
                    if lasting && self.now() > end {
                        return false;
                    }
                }
                PostState::Published
                | PostState::DeliveredToInbox
                | PostState::Failed { .. }
                | PostState::Unconfirmed { .. }
                | PostState::Cancelled
                | PostState::Paused { .. } => {
                    states.push(show(&post.state));
                    return true;
                }
                _ => {}
            }
            post = self.next().await;
        }
    }

    fn left(&self, until: &str) -> Duration {
        let until: Timestamp = until.parse().unwrap();
        Duration::try_from(until.duration_since(self.now())).unwrap_or_default()
    }

    fn now(&self) -> Timestamp {
        self.trial.stage.clock.true_time()
    }

    /// Asserts that the post is on TikTok at most once, and that its state is true.
    async fn check(&self, what: &str) {
        let post = self.post().await;
        let posts = self.trial.stage.sandbox.posts();
        let history = self.trial.app.history(&self.id).await;
        let right = match post.state {
            PostState::Published | PostState::DeliveredToInbox => posts.len() == 1,
            PostState::Unconfirmed { .. } => posts.len() <= 1,
            _ => posts.is_empty(),
        };
        assert!(
            right && posts.iter().all(|one| one.sha256 == sha256(&post.path)),
            "{what}: {:?}, and on TikTok {posts:?}\n{history}",
            post.state
        );
    }
}

/// The name of a state in the table.
fn show(state: &PostState) -> String {
    match state {
        PostState::Published => "published".to_owned(),
        PostState::DeliveredToInbox => "in the inbox".to_owned(),
        PostState::Waiting { notice, reason, .. } => {
            format!("waits ({}, `{}`)", waits_for(*reason), notice.code)
        }
        PostState::Failed { notice, .. } => format!("failed (`{}`)", notice.code),
        PostState::Unconfirmed { notice } => format!("unconfirmed (`{}`)", notice.code),
        PostState::Cancelled => "cancelled".to_owned(),
        PostState::Paused { .. } => "asks".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn waits_for(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::Quota => "for its turn",
        WaitReason::Offline => "for a connection",
        WaitReason::TikTokDown => "for TikTok",
        WaitReason::Reconnect => "for the creator",
        other => panic!("no answer leads to {other:?}"),
    }
}
