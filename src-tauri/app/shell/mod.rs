//! The state of the app: the open session or the problem that prevents one, and incoming files. It knows no window.

mod lifecycle;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use slipway_engine::{
    Engine, Explain,
    views::{AddedFile, Event, Notice},
};
use specta::Type;
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::{
    environment::{Environment, EnvironmentError},
    error::ShellError,
    incoming_files::IncomingFiles,
    mode::Mode,
    session::Session,
    startup::Startup,
    workload::Workload,
};

/// The timeout of the query for the work to do.
const WORKLOAD_TIMEOUT: Duration = Duration::from_secs(2);

/// An event for the window.
#[derive(Debug, Clone, PartialEq)]
pub enum UiEvent {
    /// An event of the engine.
    Engine(Box<Event>),
    /// The results of adding files from arguments or a second instance.
    Files(Vec<AddedFile>),
    /// Another session is open, or a problem prevents one.
    Session,
    /// A request to the page.
    Request(WindowRequest),
}

/// Something that the window's page has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum WindowRequest {
    /// Explain that Slipway keeps running without its window, and offer to quit.
    ExplainClose {
        /// The work that needs a running Slipway.
        workload: Workload,
        /// Whether Slipway is in the tray. Otherwise the window is minimised.
        tray: bool,
    },
    /// Ask before quitting.
    ConfirmQuit {
        /// The work that would wait.
        workload: Workload,
    },
    /// Stop asking: the creator has answered by closing the window.
    Answered,
    /// Ask for videos to add.
    AddVideos,
    /// Show the queue.
    OpenQueue,
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

    /// The work of the open session, or `None` without one.
    pub async fn workload(&self) -> Option<Workload> {
        // A held lock means that a session opens or closes.
        let state = self.0.state.try_read().ok()?;
        let State::Ready(session) = &*state else {
            return None;
        };
        let engine = session.engine();
        let read = async { (engine.posts().await, engine.folders().await) };
        let read = tokio::time::timeout(WORKLOAD_TIMEOUT, read).await;
        let Ok((Ok(posts), Ok(folders))) = read else {
            return Some(Workload::unread());
        };
        Some(Workload::of(&posts, &folders, &engine.status()))
    }

    /// The result of the start, as far as it is known.
    pub async fn view(&self) -> Startup {
        self.0.state.read().await.view()
    }
}
