//! Opening and closing: the start, the creator's choice, another try, the end.

use secrecy::SecretString;
use slipway_engine::{Explain, KeyRequest, OpenError, Protection, views::Notice};

use super::{Shell, Stage};
use crate::{
    error::ShellError,
    forward::forward,
    mode::Mode,
    session::Session,
    startup::{Startup, StartupError},
};

impl Shell {
    /// How the start ended. The first call, whoever makes it, is the start; all others wait for it.
    pub async fn startup(&self) -> Startup {
        let stage = self.0.stage.read().await;
        if !matches!(*stage, Stage::Starting) {
            return stage.view();
        }
        drop(stage);
        let mut stage = self.0.stage.write().await;
        if matches!(*stage, Stage::Starting) {
            self.begin(&mut stage).await;
        }
        stage.view()
    }

    /// Goes on with what the creator chose; a session of the other mode is closed first.
    pub async fn choose(&self, mode: Mode) -> Startup {
        let mut stage = self.0.stage.write().await;
        if matches!(*stage, Stage::Starting) {
            self.begin(&mut stage).await;
        }
        let fixed = self.0.environment.endpoints.is_some();
        match &*stage {
            Stage::Closed | Stage::Problem { mode: None, .. } => return stage.view(),
            Stage::Ready(session) if session.mode() == mode || fixed => {
                if let Err(error) = self.remember(mode) {
                    tracing::warn!(%error);
                }
                return stage.view();
            }
            _ => {}
        }
        if let Stage::Ready(session) = std::mem::replace(&mut *stage, Stage::Starting) {
            self.0.arrivals.window_is_deaf();
            session.close().await;
        }
        self.open(&mut stage, mode, &KeyRequest::Usual).await;
        stage.view()
    }

    /// Tries once more to open what could not be opened, with a passphrase where one was asked for.
    pub async fn retry(&self, key: &KeyRequest) -> Startup {
        let mut stage = self.0.stage.write().await;
        match *stage {
            Stage::Problem {
                mode: Some(mode), ..
            } => self.open(&mut stage, mode, key).await,
            Stage::Problem { mode: None, .. } | Stage::Starting => self.begin(&mut stage).await,
            Stage::Choose | Stage::Ready(_) | Stage::Closed => {}
        }
        stage.view()
    }

    /// Opens what could not be opened because of its key, by giving the key back or up.
    ///
    /// # Errors
    /// What is wrong with what was given. The problem stays what it was then, and so does everything on disk.
    pub async fn rescue(&self, key: &KeyRequest) -> Result<Startup, Notice> {
        let mut stage = self.0.stage.write().await;
        let Stage::Problem {
            mode: Some(mode), ..
        } = *stage
        else {
            return Ok(stage.view());
        };
        let opened = Session::open(&self.0.environment, &self.0.data_dir, mode, key).await;
        match opened {
            Ok(session) => self.ready(&mut stage, session),
            Err(StartupError::Engine(error)) if is_about_the_request(&error) => {
                tracing::warn!(%error);
                return Err(error.explain());
            }
            Err(error) => *stage = problem(Some(mode), &error),
        }
        Ok(stage.view())
    }

    /// Closes the session and opens it again with a new key.
    ///
    /// # Errors
    /// Why the key is the old one still. The session is open again then, unless it cannot be opened at all.
    pub async fn change_key(
        &self,
        protection: Protection,
        current: Option<SecretString>,
    ) -> Result<Startup, Notice> {
        let mut stage = self.0.stage.write().await;
        let Stage::Ready(session) = &*stage else {
            return Err(ShellError::NotReady.explain());
        };
        session
            .engine()
            .may_change_key(current.as_ref())
            .await
            .map_err(|error| error.explain())?;
        let mode = session.mode();
        if let Stage::Ready(session) = std::mem::replace(&mut *stage, Stage::Starting) {
            self.0.arrivals.window_is_deaf();
            session.close().await;
        }
        let usual = current
            .clone()
            .map_or(KeyRequest::Usual, KeyRequest::Passphrase);
        let change = KeyRequest::Change {
            current,
            protection,
        };
        match Session::open(&self.0.environment, &self.0.data_dir, mode, &change).await {
            Ok(session) => {
                self.ready(&mut stage, session);
                Ok(stage.view())
            }
            Err(error) => {
                tracing::warn!(%error);
                self.open(&mut stage, mode, &usual).await;
                Err(error.explain())
            }
        }
    }

    async fn begin(&self, stage: &mut Stage) {
        if let Err(error) = &self.0.environment_problem {
            *stage = problem(None, &error.clone().into());
        } else if let Some(mode) = Mode::recall(&self.0.data_dir) {
            self.open(stage, mode, &KeyRequest::Usual).await;
        } else {
            *stage = Stage::Choose;
        }
    }

    async fn open(&self, stage: &mut Stage, mode: Mode, key: &KeyRequest) {
        let opened = match self.remember(mode) {
            Ok(()) => Session::open(&self.0.environment, &self.0.data_dir, mode, key).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(session) => self.ready(stage, session),
            Err(error) => *stage = problem(Some(mode), &error),
        }
    }

    fn ready(&self, stage: &mut Stage, session: Session) {
        tokio::spawn(forward(self.clone(), session.engine().subscribe()));
        *stage = Stage::Ready(Box::new(session));
        let shell = self.clone();
        tokio::spawn(async move { shell.receive(Vec::new()).await });
    }

    fn remember(&self, mode: Mode) -> Result<(), StartupError> {
        if Mode::recall(&self.0.data_dir) == Some(mode) {
            return Ok(());
        }
        mode.remember(&self.0.data_dir)
            .map_err(|source| StartupError::Mode {
                folder: self.0.data_dir.clone(),
                source,
            })
    }

    /// Closes everything for good.
    pub async fn close(&self) {
        let mut stage = self.0.stage.write().await;
        if let Stage::Ready(session) = std::mem::replace(&mut *stage, Stage::Closed) {
            session.close().await;
        }
    }
}

/// Whether what was asked cannot be done as it was asked, which leaves everything as it is.
fn is_about_the_request(error: &OpenError) -> bool {
    matches!(
        error,
        OpenError::PhraseUnreadable(_)
            | OpenError::PhraseWrong
            | OpenError::PassphraseShort
            | OpenError::KeyringUnusable { .. }
            | OpenError::KeyFixed
    )
}

fn problem(mode: Option<Mode>, error: &StartupError) -> Stage {
    tracing::warn!(%error);
    Stage::Problem {
        mode,
        view: Startup::Problem {
            problem: error.problem(),
            notice: error.explain(),
            ways: error.ways(),
        },
    }
}
