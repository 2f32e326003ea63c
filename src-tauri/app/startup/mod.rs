//! The result of a start: a choice to make, an open session, or a problem to solve first.

mod error;

use serde::{Deserialize, Serialize};
use slipway_engine::views::Notice;
use specta::Type;

pub use self::error::StartupError;
#[cfg(test)]
pub(crate) use self::error::TEXTS;
use crate::mode::Mode;

/// What the window shows first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Startup {
    /// The first run: the sandbox, or the creator's own TikTok app?
    Choose,
    /// Everything is open.
    Ready {
        /// Which TikTok it is.
        mode: Mode,
        /// The sandbox's control page, where there is a sandbox.
        control_url: Option<String>,
    },
    /// Something must be solved first; nothing was touched.
    Problem {
        /// What kind of problem it is.
        problem: ProblemKind,
        /// The text.
        notice: Notice,
        /// What can be done about it in Slipway, the best first.
        ways: Vec<WayOut>,
    },
}

/// Something that the page of a problem may offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WayOut {
    /// Once more, after something was put right elsewhere.
    TryAgain,
    /// Entering the passphrase.
    Unlock,
    /// Choosing a first passphrase.
    ChoosePassphrase,
    /// Giving the key back by its recovery phrase.
    RestoreKey,
    /// Giving the key up: all tokens are forgotten, queue and history stay.
    ForgetTokens,
}

/// Why Slipway could not open its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ProblemKind {
    /// The vault's key is no key.
    KeyMalformed,
    /// The key does not fit the data.
    KeyWrong,
    /// The keyring no longer has the key.
    KeyMissing,
    /// The keyring cannot be opened.
    KeyringLocked,
    /// A passphrase must be chosen.
    PassphraseNew,
    /// The passphrase must be entered.
    PassphraseNeeded,
    /// The passphrase is not the right one.
    PassphraseWrong,
    /// The data comes from a newer Slipway.
    DatabaseNewer,
    /// The data cannot be read.
    DatabaseDamaged,
    /// Another Slipway uses the data.
    AlreadyRunning,
    /// A variable of the environment cannot be used.
    Environment,
    /// The folder, or something else that a start needs, cannot be used.
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
