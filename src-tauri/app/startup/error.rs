//! Why a start can fail, which page the window shows for it, and what the page says.

use std::{io, path::PathBuf};

use slipway_engine::{EndpointError, Explain, KeyOrigin, OpenError, views::Notice};
use tiktok_sandbox::SandboxError;

use super::{ProblemKind, WayOut};
use crate::environment::EnvironmentError;

/// Why a start did not end well.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// A variable of the environment cannot be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The choice could not be written down.
    #[error("[Startup] Remembering the mode failed: {}: {source}", folder.display())]
    Mode {
        /// The data folder.
        folder: PathBuf,
        /// Why it did not work.
        source: io::Error,
    },
    /// The built-in sandbox did not start.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The sandbox is at an address that the engine does not take.
    #[error("[Startup] Reaching the sandbox failed: {0}")]
    Endpoint(#[from] EndpointError),
    /// The engine did not open.
    #[error(transparent)]
    Engine(#[from] OpenError),
}

impl StartupError {
    /// What the window shows for it.
    pub fn problem(&self) -> ProblemKind {
        match self {
            Self::Environment(EnvironmentError::Key) => ProblemKind::KeyMalformed,
            Self::Sandbox(SandboxError::InUse { .. }) => ProblemKind::AlreadyRunning,
            Self::Sandbox(SandboxError::Damaged { .. }) => ProblemKind::DatabaseDamaged,
            Self::Engine(error) => match error {
                OpenError::KeyMalformed { .. } => ProblemKind::KeyMalformed,
                OpenError::KeyWrong { .. } => ProblemKind::KeyWrong,
                OpenError::KeyMissing => ProblemKind::KeyMissing,
                OpenError::KeyringLocked { .. } => ProblemKind::KeyringLocked,
                OpenError::PassphraseNew | OpenError::PassphraseShort => ProblemKind::PassphraseNew,
                OpenError::PassphraseNeeded => ProblemKind::PassphraseNeeded,
                OpenError::PassphraseWrong => ProblemKind::PassphraseWrong,
                OpenError::DatabaseNewer { .. } => ProblemKind::DatabaseNewer,
                OpenError::DatabaseDamaged { .. } => ProblemKind::DatabaseDamaged,
                OpenError::AlreadyRunning { .. } => ProblemKind::AlreadyRunning,
                // The one kind whose page says nothing but what the notice says.
                _ => ProblemKind::Storage,
            },
            Self::Environment(_) => ProblemKind::Environment,
            Self::Mode { .. } | Self::Sandbox(_) | Self::Endpoint(_) => ProblemKind::Storage,
        }
    }

    /// What can be done about it in Slipway, the best first. A variable of the environment is read once, so nothing
    /// helps there but another start; and a key that comes from one is not Slipway's to replace.
    pub fn ways(&self) -> Vec<WayOut> {
        use WayOut::{ChoosePassphrase, ForgetTokens, RestoreKey, TryAgain, Unlock};
        match self {
            Self::Environment(_)
            | Self::Engine(OpenError::KeyMalformed {
                origin: KeyOrigin::Environment,
            }) => Vec::new(),
            Self::Engine(
                OpenError::KeyWrong {
                    origin: KeyOrigin::Keyring | KeyOrigin::Passphrase,
                }
                | OpenError::KeyMalformed { .. }
                | OpenError::KeyMissing
                | OpenError::PhraseWrong
                | OpenError::PhraseUnreadable(_),
            ) => vec![RestoreKey, ForgetTokens, TryAgain],
            Self::Engine(OpenError::KeyringLocked { first: true, .. }) => {
                vec![TryAgain, ChoosePassphrase]
            }
            Self::Engine(OpenError::KeyringLocked { first: false, .. }) => {
                vec![TryAgain, RestoreKey, ForgetTokens]
            }
            Self::Engine(OpenError::PassphraseNew | OpenError::PassphraseShort) => {
                vec![ChoosePassphrase, TryAgain]
            }
            Self::Engine(OpenError::PassphraseNeeded | OpenError::PassphraseWrong) => {
                vec![Unlock, RestoreKey, ForgetTokens]
            }
            _ => vec![TryAgain],
        }
    }
}

slipway_engine::texts! {
    /// The texts about a start that failed, beyond the engine's own.
    pub(crate) static TEXTS;
    notice not_text = "environment.not_text" (name: text);
    notice endpoint = "environment.endpoint" (name: text, reason: text);
    notice half_credentials = "environment.half_credentials" (given: text, missing: text);
    notice language = "environment.language";
    notice sandbox_in_use = "sandbox.in_use";
    notice sandbox_damaged = "sandbox.damaged" (path: text);
    notice sandbox_start = "sandbox.start" (detail: text);
}

impl Explain for StartupError {
    fn explain(&self) -> Notice {
        match self {
            Self::Engine(error) => error.explain(),
            Self::Environment(EnvironmentError::Key) => OpenError::KeyMalformed {
                origin: KeyOrigin::Environment,
            }
            .explain(),
            Self::Environment(EnvironmentError::NotText(name)) => not_text(*name),
            Self::Environment(EnvironmentError::Endpoint { name, reason }) => endpoint(
                *name,
                match reason {
                    EndpointError::Invalid => "invalid",
                    EndpointError::Insecure => "insecure",
                    EndpointError::NotAnOrigin => "not_an_origin",
                },
            ),
            Self::Environment(EnvironmentError::HalfCredentials { given, missing }) => {
                half_credentials(*given, *missing)
            }
            Self::Environment(EnvironmentError::Language) => language(),
            // The engine has the same trouble with a folder.
            Self::Mode { folder, source } => OpenError::Storage {
                path: folder.clone(),
                source: io::Error::other(source.to_string()),
            }
            .explain(),
            Self::Sandbox(SandboxError::InUse { .. }) => sandbox_in_use(),
            Self::Sandbox(SandboxError::Damaged { path, .. }) => {
                sandbox_damaged(path.display().to_string())
            }
            Self::Sandbox(error) => sandbox_start(causes(error)),
            Self::Endpoint(error) => sandbox_start(error.to_string()),
        }
    }
}

/// An error and what it came from, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    #[test]
    fn every_way_to_fail_has_its_page_and_its_words() {
        let disk = || io::Error::other("the disk is full");
        let origin = KeyOrigin::Keyring;
        let path = || PathBuf::from("/data");
        let engine = |error: OpenError| StartupError::from(error);
        let cases = [
            (
                engine(OpenError::KeyMalformed { origin }),
                ProblemKind::KeyMalformed,
            ),
            (EnvironmentError::Key.into(), ProblemKind::KeyMalformed),
            (
                engine(OpenError::KeyWrong { origin }),
                ProblemKind::KeyWrong,
            ),
            (engine(OpenError::KeyMissing), ProblemKind::KeyMissing),
            (
                engine(OpenError::KeyringLocked {
                    detail: String::new(),
                    first: false,
                }),
                ProblemKind::KeyringLocked,
            ),
            (engine(OpenError::PassphraseNew), ProblemKind::PassphraseNew),
            (
                engine(OpenError::PassphraseNeeded),
                ProblemKind::PassphraseNeeded,
            ),
            (
                engine(OpenError::PassphraseWrong),
                ProblemKind::PassphraseWrong,
            ),
            (
                engine(OpenError::DatabaseNewer { found: 2, known: 1 }),
                ProblemKind::DatabaseNewer,
            ),
            (
                engine(OpenError::AlreadyRunning { path: path() }),
                ProblemKind::AlreadyRunning,
            ),
            (
                SandboxError::InUse { path: path() }.into(),
                ProblemKind::AlreadyRunning,
            ),
            (
                engine(OpenError::Storage {
                    path: path(),
                    source: disk(),
                }),
                ProblemKind::Storage,
            ),
            (
                StartupError::Mode {
                    folder: path(),
                    source: disk(),
                },
                ProblemKind::Storage,
            ),
            (
                SandboxError::Bind {
                    port: 1,
                    source: disk(),
                }
                .into(),
                ProblemKind::Storage,
            ),
            (
                EnvironmentError::NotText("RUST_LOG").into(),
                ProblemKind::Environment,
            ),
        ];
        for (error, expected) in cases {
            assert_eq!(error.problem(), expected, "{error}");
            let words = words().notice(&error.explain());
            assert!(!words.happened.is_empty(), "{words:?}");
            assert!(
                !words.slipway.is_empty() && !words.you.is_empty(),
                "{words:?}"
            );
        }
    }

    #[test]
    fn a_key_of_the_environment_is_never_replaced() {
        for error in [
            OpenError::KeyMalformed {
                origin: KeyOrigin::Environment,
            },
            OpenError::KeyWrong {
                origin: KeyOrigin::Environment,
            },
        ] {
            let ways = StartupError::from(error).ways();
            assert!(!ways.contains(&WayOut::RestoreKey), "{ways:?}");
            assert!(!ways.contains(&WayOut::ForgetTokens), "{ways:?}");
        }
        assert_eq!(StartupError::from(EnvironmentError::Key).ways(), []);
    }

    #[test]
    fn a_lost_key_can_be_given_back_or_given_up() {
        let origin = KeyOrigin::Keyring;
        for error in [
            OpenError::KeyMalformed { origin },
            OpenError::KeyWrong { origin },
            OpenError::KeyMissing,
            OpenError::KeyringLocked {
                detail: String::new(),
                first: false,
            },
            OpenError::PassphraseNeeded,
            OpenError::PassphraseWrong,
        ] {
            let ways = StartupError::from(error).ways();
            assert!(ways.contains(&WayOut::RestoreKey), "{ways:?}");
            assert!(ways.contains(&WayOut::ForgetTokens), "{ways:?}");
        }
        // Where there is nothing yet, there is nothing to give back.
        let first = StartupError::from(OpenError::KeyringLocked {
            detail: String::new(),
            first: true,
        });
        assert_eq!(first.ways(), [WayOut::TryAgain, WayOut::ChoosePassphrase]);
    }

    #[test]
    fn the_reason_behind_the_sandbox_is_told() {
        let error = StartupError::from(SandboxError::Bind {
            port: 0,
            source: io::Error::other("no loopback here"),
        });
        let words = words().notice(&error.explain());
        assert!(words.happened.contains("no loopback here"));
    }
}
