//! One trial: a post meets an answer, and what the creator sees of it until the end.

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

/// No step of a trial takes this long, on the computer's clock.
const PATIENCE: Duration = Duration::from_mins(1);
/// So long an answer is given again and again. It is less than the hour that an upload may take, which has an end of
/// its own.
const LASTING: Duration = Duration::from_mins(15);

/// How the file goes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// In one chunk, which is the last one: after it, TikTok may have everything.
    Whole,
    /// In several chunks.
    Chunks,
}

/// Which call of which post meets the answer.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub operation: Operation,
    pub mode: PostMode,
    pub bytes: Bytes,
    /// So many calls pass untouched first.
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

/// What a creator saw.
#[derive(Debug, Default)]
pub struct Seen {
    /// The waits on the way and, if it came to one, the end.
    pub states: Vec<String>,
    /// Posts on TikTok then.
    pub on_tiktok: usize,
    /// What happened once the answer was over, if that was not the end already.
    pub over: Vec<String>,
}

impl Seen {
    /// As a cell of the table.
    pub fn told(&self) -> String {
        format!("{}; {}", self.states.join(", "), on_tiktok(self.on_tiktok))
    }
}

fn on_tiktok(count: usize) -> String {
    format!("{count} on TikTok")
}

/// Sends a post whose call gets this answer, once or again and again.
pub async fn attempt(call: Call, answer: &Answer, lasting: bool) -> Seen {
    let trial = Trial::new(call.mode, call.bytes).await;
    let fault = if lasting {
        Fault::forever(call.operation, answer.kind.clone())
    } else {
        Fault::once(call.operation, answer.kind.clone())
    };
    trial.stage.sandbox.add_fault(fault.after(call.skip));
    if call.operation == Operation::Token {
        // The token is at its end; whoever refreshes it first meets the answer.
        trial.stage.clock.advance(Duration::from_hours(3));
        eventually("a refresh", SOON, async || trial.hit().then_some(())).await;
    }
    let mut watch = trial.send().await;
    let mut seen = Seen::default();
    let ended = watch.follow(&mut seen.states, lasting).await;
    assert!(trial.hit(), "{answer:?} was never given");
    seen.on_tiktok = trial.posts();
    if lasting && call.operation == Operation::Token {
        // Who meets the answer first is chance: the post, or Slipway that keeps tokens fresh and already lets TikTok rest.
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
        // How often it still waits on the way is chance.
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

/// Cancels a post whose upload does not get on, while the cancel gets this answer. Gives what the creator is told, and
/// what becomes of the post once all is well.
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
    let told = match trial.app.engine.cancel_post(&watch.id).await {
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
    (told, format!("{end}; {count}"))
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

    /// Whether the answer was given.
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

/// A video that goes up in several chunks, made once.
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

/// A post on its way.
struct Watch<'a> {
    trial: &'a Trial,
    id: String,
    events: broadcast::Receiver<Event>,
}

impl Watch<'_> {
    async fn post(&self) -> Post {
        self.trial.app.engine.post(&self.id).await.unwrap()
    }

    /// The post after its next change.
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

    /// The post after the oldest change that nobody has looked at yet: it may be at its end already. Without one, as it
    /// is now.
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

    /// Notes what the creator sees, and does what the creator must do, until the end: then it is true. While the answer
    /// lasts it stops where nothing new comes any more.
    async fn follow(&mut self, states: &mut Vec<String>, lasting: bool) -> bool {
        let mut post = self.first().await;
        let end = self.now() + LASTING;
        loop {
            match &post.state {
                PostState::Waiting { until, .. } => {
                    let shown = show(&post.state);
                    // What follows while it lasts depends on chance: who asks next, and after which pause.
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

    /// Never twice, and never other than the creator is told.
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

/// A state as the table calls it.
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
