//! The recovery phrase: it is shown, recorded as shown, and restores a lost key.

use slipway_engine::views::{AuditFilter, AuditKind};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_phrase_restores_a_lost_key() {
    let vault = VaultStage::connected().await;
    let app = vault.engine(with(FIRST)).await;
    assert_eq!(app.engine.vault().await.unwrap().phrase_shown_at, None);
    let phrase = app.engine.recovery_phrase().await.unwrap();
    assert!(app.engine.vault().await.unwrap().phrase_shown_at.is_some());
    app.engine.close().await;
    let restore = |phrase: &str| KeyRequest::Restore {
        phrase: phrase.into(),
        protection: behind(SECOND),
    };

    // The passphrase is lost, then its file is damaged as well.
    let good = phrase.expose_secret();
    let wrong = bip39::Mnemonic::from_entropy(&[7; 32]).unwrap().to_string();
    for (typed, code) in [
        ("abandon abandon", "vault.phrase_count"),
        (
            &good.replacen(' ', " slipway ", 1)[..],
            "vault.phrase_count",
        ),
        (
            &good.replacen(good.split(' ').next().unwrap(), "slipway", 1)[..],
            "vault.phrase_word",
        ),
        (&wrong[..], "vault.phrase_wrong"),
    ] {
        assert_eq!(vault.refused(restore(typed)).await, code, "{typed}");
    }
    fs::write(vault.data().join("key.json"), "{}").unwrap();
    assert_eq!(vault.refused(with(FIRST)).await, "vault.key_malformed");

    let numbered: String = good
        .split(' ')
        .enumerate()
        .map(|(place, word)| format!("{}. {}\n", place + 1, word.to_uppercase()))
        .collect();
    let app = vault.engine(restore(&numbered)).await;
    let accounts = app.engine.accounts().await.unwrap();
    app.engine.creator(&accounts[0].id).await.unwrap();
    let trail = app.engine.audit(&AuditFilter::default()).await.unwrap();
    let kinds: Vec<AuditKind> = trail.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds[0], AuditKind::KeyRestored);
    assert!(kinds.contains(&AuditKind::PhraseShown));
    let text = serde_json::to_string(&trail).unwrap();
    assert!(
        !text.contains(good.split_once(' ').unwrap().1),
        "no words in the trail"
    );
    app.engine.close().await;
    let app = vault.engine(with(SECOND)).await;
    assert!(app.engine.vault().await.unwrap().phrase_shown_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_phrase_opens_a_backup_of_a_damaged_database() {
    let vault = VaultStage::connected().await;
    let app = vault.engine(with(FIRST)).await;
    let phrase = app.engine.recovery_phrase().await.unwrap();
    app.engine.close().await;
    vault.back_up();
    fs::remove_file(vault.data().join("key.json")).unwrap();
    fs::write(vault.data().join("slipway.db"), "noise ".repeat(5_000)).unwrap();
    let restore = KeyRequest::Restore {
        phrase,
        protection: behind(SECOND),
    };
    let app = vault.engine(restore).await;
    let accounts = app.engine.accounts().await.unwrap();
    app.engine.creator(&accounts[0].id).await.unwrap();
}
