//! The state of the app: the open session or the problem that prevents one, and incoming files. It knows no window.

mod lifecycle;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc, time::Duration};

use slipway_engine::{
    Engine, Explain,
    views::{AddedFile, Event, Notice, PostState},
};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::{
    environment::{Environment, EnvironmentError},
    error::ShellError,
    incoming_files::IncomingFiles,
    mode::Mode,
    session::Session,
    startup::Startup,
};

/// The timeout of the query for running uploads. After it, the answer counts as no.
const POSTS_TIMEOUT: Duration = Duration::from_secs(2);

/// An event for the window.
#[derive(Debug, Clone, PartialEq)]
pub enum UiEvent {
    /// An event of the engine.
    Engine(Box<Event>),
    /// The results of adding files from arguments or a second instance.
    Files(Vec<AddedFile>),
}

/// A shared handle to the state of the app.
#[derive(Clone)]
pub struct Shell(Arc<Inner>);

struct Inner {
    environment: Environment,
    environment_problem: Result<(), EnvironmentError>,
    data_dir: PathBuf,
    state: RwLock<State>,
    incoming_files: IncomingFiles,
    send: Box<dyn Fn(UiEvent) + Send + Sync>,
}

enum State {
    Starting,
    Choose,
    Problem { mode: Option<Mode>, view: Startup },
    Ready(Box<Session>),
    Closed,
}

impl State {
    fn view(&self) -> Startup {
        match self {
            Self::Starting | Self::Choose | Self::Closed => Startup::Choose,
            Self::Problem { view, .. } => view.clone(),
            Self::Ready(session) => session.view(),
        }
    }
}

impl Shell {
    /// Creates a shell without a session. `send` delivers events to the window.
    pub fn new(
        (environment, environment_problem): (Environment, Result<(), EnvironmentError>),
        data_dir: PathBuf,
        send: impl Fn(UiEvent) + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            environment,
            environment_problem,
            data_dir,
            state: RwLock::new(State::Starting),
            incoming_files: IncomingFiles::default(),
            send: Box::new(send),
        }))
    }

    /// The settings from the environment.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// The folder of the log files.
    pub fn logs(&self) -> PathBuf {
        self.0.data_dir.join("logs")
    }

    /// The open engine. It stays open while the returned guard lives.
    ///
    /// # Errors
    /// A notice that no engine is open.
    pub async fn engine(&self) -> Result<RwLockReadGuard<'_, Engine>, Notice> {
        let state = self.0.state.read().await;
        RwLockReadGuard::try_map(state, |state| match state {
            State::Ready(session) => Some(session.engine()),
            _ => None,
        })
        .map_err(|_| ShellError::NotReady.explain())
    }

    /// The address of the sandbox's control page, in sandbox mode.
    pub async fn control_url(&self) -> Option<String> {
        match &*self.0.state.read().await {
            State::Ready(session) => session.control_url().map(str::to_owned),
            _ => None,
        }
    }

    /// Adds files from arguments or a second instance: now, or when an engine opens.
    pub async fn add_incoming_files(&self, paths: Vec<PathBuf>) {
        let state = self.0.state.read().await;
        self.0.incoming_files.queue(paths);
        let State::Ready(session) = &*state else {
            return;
        };
        let added = session
            .engine()
            .add_files(self.0.incoming_files.take_queued())
            .await;
        if let Some(files) = self.0.incoming_files.results(added) {
            self.send(UiEvent::Files(files));
        }
    }

    /// Records that the window listens to events, and sends those that it missed.
    pub fn window_listens(&self) {
        if let Some(files) = self.0.incoming_files.window_starts_listening() {
            self.send(UiEvent::Files(files));
        }
    }

    /// Records that the window reloads and receives no events until [`Self::window_listens`].
    pub fn window_loads(&self) {
        self.0.incoming_files.window_stops_listening();
    }

    /// Sends an event to the window.
    pub fn send(&self, event: UiEvent) {
        (self.0.send)(event);
    }

    /// True while a post still has to be uploaded from this computer.
    pub async fn uploads_under_way(&self) -> bool {
        // A held lock means that a session opens or closes. Nothing is uploaded then.
        let Ok(state) = self.0.state.try_read() else {
            return false;
        };
        let State::Ready(session) = &*state else {
            return false;
        };
        let posts = tokio::time::timeout(POSTS_TIMEOUT, session.engine().posts()).await;
        posts.is_ok_and(|posts| {
            posts.is_ok_and(|posts| posts.iter().any(|post| needs_this_computer(&post.state)))
        })
    }
}

fn needs_this_computer(state: &PostState) -> bool {
    matches!(
        state,
        PostState::Queued | PostState::Checking | PostState::Uploading
    )
}
