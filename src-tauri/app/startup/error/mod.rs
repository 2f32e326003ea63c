//! Startup errors, with the page and the text that the window shows for each.

use std::{io, path::PathBuf};

use slipway_engine::{
    EndpointError, Explain, KeyOrigin, OpenError, io_fault::IoFault, views::Notice,
};
use tiktok_sandbox::SandboxError;

use super::{ProblemKind, WayOut};
use crate::environment::EnvironmentError;

/// The reason why a start failed.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    /// A variable of the environment cannot be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The mode could not be stored.
    #[error("[Startup] Remembering the mode failed: {}: {source}", folder.display())]
    Mode {
        /// The data folder.
        folder: PathBuf,
        /// The error of the write.
        source: io::Error,
    },
    /// The built-in sandbox did not start.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The engine rejects the address of the sandbox.
    #[error("[Startup] Reaching the sandbox failed: {0}")]
    Endpoint(#[from] EndpointError),
    /// The engine did not open.
    #[error(transparent)]
    Engine(#[from] OpenError),
}

impl StartupError {
    /// The kind of problem, which selects the page.
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
                // The only kind whose page shows nothing but the notice.
                _ => ProblemKind::Storage,
            },
            Self::Environment(_) => ProblemKind::Environment,
            Self::Mode { .. } | Self::Sandbox(_) | Self::Endpoint(_) => ProblemKind::Storage,
        }
    }

    /// The recovery actions in Slipway, best first. Environment variables are read once, so an invalid one needs a
    /// restart, and Slipway never replaces a key from the environment.
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
    /// The texts about failed starts, in addition to the engine's own.
    pub(crate) static TEXTS;
    notice not_text = "environment.not_text" (name: text);
    notice endpoint = "environment.endpoint" (name: text, reason: text);
    notice half_credentials = "environment.half_credentials" (given: text, missing: text);
    notice language = "environment.language";
    notice sandbox_in_use = "sandbox.in_use";
    notice sandbox_damaged = "sandbox.damaged" (path: text);
    notice sandbox_start = "sandbox.start" (step: text, detail: message);
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
            // The same problem as the engine has with a folder.
            Self::Mode { folder, source } => OpenError::Storage {
                path: folder.clone(),
                // The kind is all that the notice needs of the error.
                source: source.kind().into(),
            }
            .explain(),
            Self::Sandbox(SandboxError::InUse { .. }) => sandbox_in_use(),
            Self::Sandbox(SandboxError::Damaged { path, .. }) => {
                sandbox_damaged(path.display().to_string())
            }
            Self::Sandbox(SandboxError::Bind { source, .. }) => start("listen", source),
            Self::Sandbox(SandboxError::DataDir { source, .. }) => start("open", source),
            Self::Sandbox(SandboxError::Save { source, .. }) => start("save", source),
            Self::Sandbox(_) | Self::Endpoint(_) => {
                sandbox_start("other", IoFault::Other.message())
            }
        }
    }
}

/// The sandbox did not start, because this step failed.
fn start(step: &str, error: &io::Error) -> Notice {
    sandbox_start(step, IoFault::from(error).message())
}

#[cfg(test)]
mod tests;
