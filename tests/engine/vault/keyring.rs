//! A real Secret Service: the key is stored, found again, missed, and restored.

use slipway_tests::{
    session_bus::KeyringSession,
    wait::{SOON, eventually},
};

use super::*;

fn open(vault: &VaultStage, session: &KeyringSession, ask: &Ask) -> Answer {
    vault.run(session.command("setpriv"), ask, "").unwrap()
}

fn refused(code: &str) -> Answer {
    Answer::Refused(code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_stores_the_key_and_the_phrase_restores_it() {
    let mut session = KeyringSession::start().await;
    let vault = VaultStage::new().await;
    let first = open(&vault, &session, &Ask::Usual).opened();
    assert_eq!((first.source.as_str(), first.keyring), ("Keyring", true));
    let id = vault.meta("vault_id").await;
    assert_eq!(session.lookup(&id).unwrap(), key_of(&first.phrase));
    assert!(!vault.data().join("key.json").exists());
    let again = open(&vault, &session, &Ask::Usual).opened();
    assert_eq!(again.phrase, first.phrase);

    // The keyring is locked: the system asks, no one answers, and nothing is changed.
    session.lock();
    let (_monitor, questions) = session.watch_questions().await;
    let locked = open(&vault, &session, &Ask::Usual);
    assert_eq!(locked, refused("vault.keyring_locked"));
    eventually("the keyring asked its user", SOON, async || {
        let said = fs::read_to_string(&questions).unwrap();
        said.contains("member=Prompt").then_some(())
    })
    .await;
    session.start_keyring().await;
    assert_eq!(
        open(&vault, &session, &Ask::Usual).opened().phrase,
        first.phrase
    );

    // There is no keyring, as in a session without one.
    session.end_keyring();
    let absent = open(&vault, &session, &Ask::Usual);
    assert_eq!(absent, refused("vault.keyring_locked"));
    session.start_keyring().await;

    // The entry is deleted, then the key is restored to the keyring.
    session.forget(&id);
    assert_eq!(
        open(&vault, &session, &Ask::Usual),
        refused("vault.key_missing")
    );
    let restored = open(&vault, &session, &Ask::Restore(first.phrase.clone(), None)).opened();
    assert_eq!(restored.source, "Keyring");
    assert_eq!(session.lookup(&id).unwrap(), key_of(&first.phrase));

    // Another value in its place is reported as malformed.
    session.forget(&id);
    let mut store = session.command("secret-tool");
    store.args(["store", "--label=x", "service", "Slipway", "username", &id]);
    let mut stored = store.stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(stored.stdin.as_mut().unwrap(), b"no key").unwrap();
    assert!(stored.wait().unwrap().success());
    assert_eq!(
        open(&vault, &session, &Ask::Usual),
        refused("vault.key_malformed")
    );
    let restored = open(&vault, &session, &Ask::Restore(first.phrase, None)).opened();
    assert_eq!(restored.source, "Keyring");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_at_the_first_start_offers_a_passphrase() {
    let session = KeyringSession::start().await;
    session.lock();
    let vault = VaultStage::new().await;
    assert_eq!(
        open(&vault, &session, &Ask::Usual),
        refused("vault.keyring_locked")
    );
    assert!(!vault.data().join("slipway.db").exists());
    let chosen = open(&vault, &session, &Ask::Passphrase(FIRST.to_owned())).opened();
    assert_eq!(chosen.source, "Passphrase");
    // From now on the keyring is not used.
    assert_eq!(
        open(&vault, &session, &Ask::Usual),
        refused("vault.passphrase_needed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_passphrase_is_chosen() {
    let vault = VaultStage::new().await;
    let ask = |ask: &Ask| vault.run(no_session(), ask, "").unwrap();
    assert_eq!(ask(&Ask::Usual), refused("vault.passphrase_new"));
    let short = ask(&Ask::Passphrase("short".to_owned()));
    assert_eq!(short, refused("vault.passphrase_short"));
    let opened = ask(&Ask::Passphrase(FIRST.to_owned())).opened();
    assert_eq!(
        (opened.source.as_str(), opened.keyring),
        ("Passphrase", false)
    );
    let change = ask(&Ask::Change(Some(FIRST.to_owned()), None));
    assert_eq!(change, refused("vault.keyring_unusable"));
    let forget = ask(&Ask::Forget(None));
    assert_eq!(forget, refused("vault.keyring_unusable"));
    vault.change_is_over();
    let opened = ask(&Ask::Passphrase(FIRST.to_owned())).opened();
    assert_eq!(opened.source, "Passphrase");
}
