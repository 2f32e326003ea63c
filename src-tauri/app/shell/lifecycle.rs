//! Opens and closes sessions: at the start, after the creator's choice, after a problem, and at the end.

use std::error::Error;

use secrecy::SecretString;
use slipway_engine::{Explain, KeyRequest, OpenError, Protection, views::Notice};

use super::{Shell, State, UiEvent};
use crate::{
    error::ShellError,
    event_forwarder::forward_events,
    mode::Mode,
    session::Session,
    startup::{Startup, StartupError},
};

impl Shell {
    /// The result of the start. The first call performs the start; later calls wait for it.
    pub async fn startup(&self) -> Startup {
        let state = self.0.state.read().await;
        if !matches!(*state, State::Starting) {
            return state.view();
        }
        drop(state);
        let mut state = self.0.state.write().await;
        if matches!(*state, State::Starting) {
            self.start(&mut state).await;
        }
        state.view()
    }

    /// Opens a session in the mode that the creator chose. Closes a session of the other mode first.
    pub async fn choose(&self, mode: Mode) -> Startup {
        let mut state = self.0.state.write().await;
        if matches!(*state, State::Starting) {
            self.start(&mut state).await;
        }
        let fixed = self.0.environment.endpoints.is_some();
        match &*state {
            State::Closed | State::Problem { mode: None, .. } => return state.view(),
            State::Ready(session) if session.mode() == mode || fixed => {
                if let Err(error) = self.store_mode(mode) {
                    tracing::warn!(%error);
                }
                return state.view();
            }
            _ => {}
        }
        if let State::Ready(session) = std::mem::replace(&mut *state, State::Starting) {
            self.0.incoming_files.window_stops_listening();
            session.close().await;
        }
        self.open(&mut state, mode, &KeyRequest::Usual).await;
        state.view()
    }

    /// Tries again to open the session that failed, with a passphrase if one is needed.
    pub async fn retry(&self, key: &KeyRequest) -> Startup {
        let mut state = self.0.state.write().await;
        match *state {
            State::Problem {
                mode: Some(mode), ..
            } => self.open(&mut state, mode, key).await,
            State::Problem { mode: None, .. } | State::Starting => self.start(&mut state).await,
            State::Choose | State::Ready(_) | State::Closed => {}
        }
        state.view()
    }

    /// Opens a session that failed because of its key, by restoring or abandoning the key.
    ///
    /// # Errors
    /// A notice about an invalid phrase or passphrase. The problem and all files stay unchanged.
    pub async fn rescue(&self, key: &KeyRequest) -> Result<Startup, Notice> {
        let mut state = self.0.state.write().await;
        let State::Problem {
            mode: Some(mode), ..
        } = *state
        else {
            return Ok(state.view());
        };
        let opened = Session::open(&self.0.environment, &self.0.data_dir, mode, key).await;
        match opened {
            Ok(session) => self.set_ready(&mut state, session),
            Err(StartupError::Engine(error)) if is_invalid_request(&error) => {
                tracing::warn!(%error);
                return Err(error.explain());
            }
            Err(error) => self.set(&mut state, problem(Some(mode), &error)),
        }
        Ok(state.view())
    }

    /// Closes the session and opens it again with a new key.
    ///
    /// # Errors
    /// A notice that the key did not change. The session is then open again, unless opening it fails.
    pub async fn change_key(
        &self,
        protection: Protection,
        current: Option<SecretString>,
    ) -> Result<Startup, Notice> {
        let mut state = self.0.state.write().await;
        let State::Ready(session) = &*state else {
            return Err(ShellError::NotReady.explain());
        };
        session
            .engine()
            .may_change_key(current.as_ref())
            .await
            .map_err(|error| error.explain())?;
        let mode = session.mode();
        if let State::Ready(session) = std::mem::replace(&mut *state, State::Starting) {
            self.0.incoming_files.window_stops_listening();
            session.close().await;
        }
        let previous_key = current
            .clone()
            .map_or(KeyRequest::Usual, KeyRequest::Passphrase);
        let change = KeyRequest::Change {
            current,
            protection,
        };
        match Session::open(&self.0.environment, &self.0.data_dir, mode, &change).await {
            Ok(session) => {
                self.set_ready(&mut state, session);
                Ok(state.view())
            }
            Err(error) => {
                tracing::warn!(%error);
                self.open(&mut state, mode, &previous_key).await;
                Err(error.explain())
            }
        }
    }

    async fn start(&self, state: &mut State) {
        if let Err(error) = &self.0.environment_problem {
            self.set(state, problem(None, &error.clone().into()));
        } else if let Some(mode) = Mode::load(&self.0.data_dir) {
            self.open(state, mode, &KeyRequest::Usual).await;
        } else {
            self.set(state, State::Choose);
        }
    }

    async fn open(&self, state: &mut State, mode: Mode, key: &KeyRequest) {
        let opened = match self.store_mode(mode) {
            Ok(()) => Session::open(&self.0.environment, &self.0.data_dir, mode, key).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(session) => self.set_ready(state, session),
            Err(error) => self.set(state, problem(Some(mode), &error)),
        }
    }

    fn set_ready(&self, state: &mut State, session: Session) {
        tokio::spawn(forward_events(self.clone(), session.engine().subscribe()));
        self.set(state, State::Ready(Box::new(session)));
        let shell = self.clone();
        tokio::spawn(async move { shell.add_incoming_files(Vec::new()).await });
    }

    /// Changes the state and announces it.
    fn set(&self, state: &mut State, new: State) {
        *state = new;
        self.send(UiEvent::Session);
    }

    fn store_mode(&self, mode: Mode) -> Result<(), StartupError> {
        if Mode::load(&self.0.data_dir) == Some(mode) {
            return Ok(());
        }
        mode.store(&self.0.data_dir)
            .map_err(|source| StartupError::Mode {
                folder: self.0.data_dir.clone(),
                source,
            })
    }

    /// Closes the session. No later call opens one.
    pub async fn close(&self) {
        let mut state = self.0.state.write().await;
        if let State::Ready(session) = std::mem::replace(&mut *state, State::Closed) {
            session.close().await;
        }
    }
}

/// True for errors of the request itself, which change nothing.
fn is_invalid_request(error: &OpenError) -> bool {
    matches!(
        error,
        OpenError::PhraseUnreadable(_)
            | OpenError::PhraseWrong
            | OpenError::PassphraseShort
            | OpenError::KeyringUnusable { .. }
            | OpenError::KeyFixed
    )
}

fn problem(mode: Option<Mode>, error: &StartupError) -> State {
    let source = error.source().map(ToString::to_string);
    tracing::warn!(%error, source);
    State::Problem {
        mode,
        view: Startup::Problem {
            problem: error.problem(),
            notice: error.explain(),
            ways: error.ways(),
        },
    }
}
