//! The process ends at each fault point of a change of key. The next start uses one of the two keys, and every token is
//! readable.

use slipway_engine::fault_points::KEY;
use slipway_tests::session_bus::KeyringSession;

use super::*;

/// The protection of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Keyring,
    Passphrase,
}

#[tokio::test(flavor = "multi_thread")]
async fn from_passphrase_to_passphrase() {
    stop_everywhere(None, Kept::Passphrase, Kept::Passphrase).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_keyring_to_keyring() {
    let session = KeyringSession::start().await;
    stop_everywhere(Some(&session), Kept::Keyring, Kept::Keyring).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_keyring_to_passphrase() {
    let session = KeyringSession::start().await;
    stop_everywhere(Some(&session), Kept::Keyring, Kept::Passphrase).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_passphrase_to_keyring() {
    let session = KeyringSession::start().await;
    stop_everywhere(Some(&session), Kept::Passphrase, Kept::Keyring).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_tokens_are_forgotten() {
    for point in KEY {
        let vault = VaultStage::connected().await;
        vault.back_up();
        let forget = Ask::Forget(Some(SECOND.to_owned()));
        let fault = format!("{point}=panic");
        assert_eq!(vault.run(no_session(), &forget, &fault), None, "{point}");
        // Until the change is complete, the passphrase still works.
        let (opened, passphrase) = opened(&vault, None, [FIRST, SECOND]);
        let forgotten = passphrase == SECOND;
        assert_eq!(opened.lost.len(), usize::from(forgotten), "{point}");
        assert_eq!(opened.usable.len(), usize::from(!forgotten), "{point}");
        vault.change_is_over();
    }
}

async fn stop_everywhere(session: Option<&KeyringSession>, from: Kept, to: Kept) {
    for point in KEY {
        let vault = VaultStage::connected().await;
        if from == Kept::Keyring {
            let ask = Ask::Change(Some(FIRST.to_owned()), None);
            let moved = vault.run(command(session), &ask, "").unwrap().opened();
            assert_eq!(moved.source, "Keyring");
        }
        vault.back_up();
        let current = (from == Kept::Passphrase).then(|| FIRST.to_owned());
        let next = (to == Kept::Passphrase).then(|| SECOND.to_owned());
        let ask = Ask::Change(current, next);
        let before = key_now(&vault, session, from);
        let fault = format!("{point}=panic");
        assert_eq!(vault.run(command(session), &ask, &fault), None, "{point}");

        let (opened_now, passphrase) = opened(&vault, session, [FIRST, SECOND]);
        assert_eq!(opened_now.usable, [ADA], "{point}");
        vault.change_is_over();
        let changed = key_of(&opened_now.phrase) != before;
        let (kept, other) = if changed { (to, from) } else { (from, to) };
        assert_eq!(opened_now.source, format!("{kept:?}"), "{point}");
        if changed {
            let old = Fernet::new(&before).unwrap();
            assert_eq!(vault.opened_by(&old), Vec::<PathBuf>::new(), "{point}");
        }
        // Nothing is left of the other key.
        if let Some(session) = session {
            let id = vault.meta("vault_id").await;
            assert_eq!(session.lookup(&format!("{id}.next")), None, "{point}");
            if other == Kept::Keyring && kept == Kept::Passphrase {
                assert_eq!(session.lookup(&id), None, "{point}");
            }
        }
        assert_eq!(
            vault.data().join("key.json").exists(),
            kept == Kept::Passphrase
        );
        let again = vault.run(command(session), &ask_with(passphrase, kept), "");
        assert_eq!(again.unwrap().opened().usable, [ADA], "{point}");
        // The key can be changed again.
        let current = (kept == Kept::Passphrase).then(|| passphrase.to_owned());
        let ask = Ask::Change(current, Some("the third passphrase".to_owned()));
        let third = vault.run(command(session), &ask, "");
        assert_eq!(third.unwrap().opened().usable, [ADA], "{point}");
    }
}

fn command(session: Option<&KeyringSession>) -> Command {
    session.map_or_else(no_session, |session| session.command("setpriv"))
}

fn ask_with(passphrase: &str, kept: Kept) -> Ask {
    match kept {
        Kept::Keyring => Ask::Usual,
        Kept::Passphrase => Ask::Passphrase(passphrase.to_owned()),
    }
}

fn key_now(vault: &VaultStage, session: Option<&KeyringSession>, kept: Kept) -> String {
    let answer = vault.run(command(session), &ask_with(FIRST, kept), "");
    key_of(&answer.unwrap().opened().phrase)
}

/// Opens as a creator does: without a passphrase first, then with each passphrase when asked for it.
fn opened<'a>(
    vault: &VaultStage,
    session: Option<&KeyringSession>,
    passphrases: [&'a str; 2],
) -> (slipway_tests::vault_process::Opened, &'a str) {
    let mut answer = vault.run(command(session), &Ask::Usual, "").unwrap();
    for passphrase in passphrases {
        match answer {
            Answer::Open(opened) => return (opened, passphrase),
            Answer::Refused(code) => assert!(
                ["vault.passphrase_needed", "vault.passphrase_wrong"].contains(&&code[..]),
                "{code}"
            ),
        }
        let ask = Ask::Passphrase(passphrase.to_owned());
        answer = vault.run(command(session), &ask, "").unwrap();
        if let Answer::Open(opened) = answer {
            return (opened, passphrase);
        }
    }
    panic!("neither passphrase opens it: {answer:?}")
}
