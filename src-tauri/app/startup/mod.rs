//! The result of a start: a choice to make, an open session, or a problem to solve first.

mod error;

use serde::{Deserialize, Serialize};
use slipway_engine::views::Notice;
use specta::Type;

pub use self::error::StartupError;
#[cfg(test)]
pub(crate) use self::error::TEXTS;
use crate::mode::Mode;

/// The result of a start, which selects the first page of the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Startup {
    /// The first run: the creator chooses between the sandbox and TikTok.
    Choose,
    /// A session is open.
    Ready {
        /// The mode of the session.
        mode: Mode,
        /// The address of the sandbox's control page, in sandbox mode.
        control_url: Option<String>,
    },
    /// A problem prevents the start; nothing was changed.
    Problem {
        /// The kind of problem.
        problem: ProblemKind,
        /// The text about it.
        notice: Notice,
        /// The recovery actions in Slipway, best first.
        ways: Vec<WayOut>,
    },
}

/// A recovery action that the page of a problem offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WayOut {
    /// Try again, after the creator fixed the cause outside Slipway.
    TryAgain,
    /// Enter the passphrase.
    Unlock,
    /// Choose a first passphrase.
    ChoosePassphrase,
    /// Restore the key from its recovery phrase.
    RestoreKey,
    /// Abandon the key: deletes all tokens, keeps queue and history.
    ForgetTokens,
}

/// The reason why Slipway could not open its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ProblemKind {
    /// The vault's key is malformed.
    KeyMalformed,
    /// The key does not decrypt the data.
    KeyWrong,
    /// The keyring no longer has the key.
    KeyMissing,
    /// The keyring cannot be opened.
    KeyringLocked,
    /// A passphrase must be chosen.
    PassphraseNew,
    /// The passphrase must be entered.
    PassphraseNeeded,
    /// The passphrase is wrong.
    PassphraseWrong,
    /// The data comes from a newer Slipway.
    DatabaseNewer,
    /// The data cannot be read.
    DatabaseDamaged,
    /// Another Slipway uses the data.
    AlreadyRunning,
    /// An environment variable is invalid.
    Environment,
    /// The data folder, or another resource of the start, is unusable.
    Storage,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_reads_the_shape_that_it_expects() {
        let ready = Startup::Ready {
            mode: Mode::TikTok,
            control_url: None,
        };
        let json = serde_json::to_value(&ready).unwrap();
        let expected = serde_json::json!({ "kind": "ready", "mode": "tikTok", "controlUrl": null });
        assert_eq!(json, expected);
    }
}
