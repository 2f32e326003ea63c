//! The page, the text and the recovery actions of each startup error.

use super::*;
use crate::texts::texts;

#[test]
fn every_error_has_its_page_and_its_text() {
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
        let words = texts().notice(&error.explain());
        assert!(!words.happened.is_empty(), "{words:?}");
        assert!(
            !words.slipway.is_empty() && !words.you.is_empty(),
            "{words:?}"
        );
    }
}

#[test]
fn a_key_from_the_environment_is_never_replaced() {
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
fn a_lost_key_can_be_restored_or_abandoned() {
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
    // Without data, there is no key to restore.
    let first = StartupError::from(OpenError::KeyringLocked {
        detail: String::new(),
        first: true,
    });
    assert_eq!(first.ways(), [WayOut::TryAgain, WayOut::ChoosePassphrase]);
}

#[test]
fn the_cause_of_a_sandbox_error_is_shown() {
    let error = StartupError::from(SandboxError::Bind {
        port: 0,
        source: io::ErrorKind::PermissionDenied.into(),
    });
    let words = texts().notice(&error.explain());
    assert!(
        words.happened.contains("access is not allowed"),
        "{words:?}"
    );
}
