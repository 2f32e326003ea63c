//! Opening and closing: the start, the creator's choice, another try, the end.

use secrecy::SecretString;
use slipway_engine::Explain;

use super::{Shell, Stage};
use crate::{
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
        self.open(&mut stage, mode, None).await;
        stage.view()
    }

    /// Tries once more to open what could not be opened, with a passphrase where one was asked for.
    pub async fn retry(&self, passphrase: Option<&SecretString>) -> Startup {
        let mut stage = self.0.stage.write().await;
        match *stage {
            Stage::Problem {
                mode: Some(mode), ..
            } => self.open(&mut stage, mode, passphrase).await,
            Stage::Problem { mode: None, .. } | Stage::Starting => self.begin(&mut stage).await,
            Stage::Choose | Stage::Ready(_) | Stage::Closed => {}
        }
        stage.view()
    }

    async fn begin(&self, stage: &mut Stage) {
        if let Err(error) = &self.0.environment_problem {
            *stage = problem(None, &error.clone().into());
        } else if let Some(mode) = Mode::recall(&self.0.data_dir) {
            self.open(stage, mode, None).await;
        } else {
            *stage = Stage::Choose;
        }
    }

    async fn open(&self, stage: &mut Stage, mode: Mode, passphrase: Option<&SecretString>) {
        let opened = match self.remember(mode) {
            Ok(()) => Session::open(&self.0.environment, &self.0.data_dir, mode, passphrase).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(session) => {
                tokio::spawn(forward(self.clone(), session.engine().subscribe()));
                *stage = Stage::Ready(Box::new(session));
                let shell = self.clone();
                tokio::spawn(async move { shell.receive(Vec::new()).await });
            }
            Err(error) => *stage = problem(Some(mode), &error),
        }
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

fn problem(mode: Option<Mode>, error: &StartupError) -> Stage {
    tracing::warn!(%error);
    Stage::Problem {
        mode,
        view: Startup::Problem {
            problem: error.problem(),
            notice: error.explain(),
        },
    }
}
