//! The shell's state: whether something is open, why not, and what is on its way in. It knows no window.

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
    arrivals::Arrivals,
    environment::{Environment, EnvironmentError},
    error::ShellError,
    mode::Mode,
    session::Session,
    startup::Startup,
};

/// How long the question whether uploads are under way may take before it counts as no.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the window must hear of.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// The engine's own.
    Engine(Box<Event>),
    /// What became of files that came by argument or from a second instance.
    Files(Vec<AddedFile>),
}

/// One shell, shared by all that hold it.
#[derive(Clone)]
pub struct Shell(Arc<Inner>);

struct Inner {
    environment: Environment,
    environment_problem: Result<(), EnvironmentError>,
    data_dir: PathBuf,
    stage: RwLock<Stage>,
    arrivals: Arrivals,
    tell: Box<dyn Fn(News) + Send + Sync>,
}

enum Stage {
    Starting,
    Choose,
    Problem { mode: Option<Mode>, view: Startup },
    Ready(Box<Session>),
    Closed,
}

impl Stage {
    fn view(&self) -> Startup {
        match self {
            Self::Starting | Self::Choose | Self::Closed => Startup::Choose,
            Self::Problem { view, .. } => view.clone(),
            Self::Ready(session) => session.view(),
        }
    }
}

impl Shell {
    /// A shell that has opened nothing yet; `tell` takes the news to the window.
    pub fn new(
        (environment, environment_problem): (Environment, Result<(), EnvironmentError>),
        data_dir: PathBuf,
        tell: impl Fn(News) + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            environment,
            environment_problem,
            data_dir,
            stage: RwLock::new(Stage::Starting),
            arrivals: Arrivals::default(),
            tell: Box::new(tell),
        }))
    }

    /// What the environment says.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// The folder of the log.
    pub fn logs(&self) -> PathBuf {
        self.0.data_dir.join("logs")
    }

    /// The engine, for the length of one call. Nobody closes it meanwhile.
    ///
    /// # Errors
    /// A notice that nothing is open.
    pub async fn engine(&self) -> Result<RwLockReadGuard<'_, Engine>, Notice> {
        let stage = self.0.stage.read().await;
        RwLockReadGuard::try_map(stage, |stage| match stage {
            Stage::Ready(session) => Some(session.engine()),
            _ => None,
        })
        .map_err(|_| ShellError::NotReady.explain())
    }

    /// The sandbox's control page, where there is a sandbox.
    pub async fn control_url(&self) -> Option<String> {
        match &*self.0.stage.read().await {
            Stage::Ready(session) => session.control_url().map(str::to_owned),
            _ => None,
        }
    }

    /// Adds files that came from outside the window: now, or as soon as there is an engine.
    pub async fn receive(&self, paths: Vec<PathBuf>) {
        let stage = self.0.stage.read().await;
        self.0.arrivals.keep(paths);
        let Stage::Ready(session) = &*stage else {
            return;
        };
        let added = session
            .engine()
            .add_files(self.0.arrivals.take_kept())
            .await;
        if let Some(files) = self.0.arrivals.tell(added) {
            self.tell(News::Files(files));
        }
    }

    /// The window has begun to listen: it is told what it missed.
    pub fn window_listens(&self) {
        if let Some(files) = self.0.arrivals.window_listens() {
            self.tell(News::Files(files));
        }
    }

    /// The window loads anew and cannot hear for a while.
    pub fn window_loads(&self) {
        self.0.arrivals.window_is_deaf();
    }

    /// Takes news to the window.
    pub fn tell(&self, news: News) {
        (self.0.tell)(news);
    }

    /// Whether a post still needs this computer to get to TikTok.
    pub async fn uploads_under_way(&self) -> bool {
        // Whoever holds the stage right now is opening or closing: then nothing is being sent.
        let Ok(stage) = self.0.stage.try_read() else {
            return false;
        };
        let Stage::Ready(session) = &*stage else {
            return false;
        };
        let posts = tokio::time::timeout(PATIENCE, session.engine().posts()).await;
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
