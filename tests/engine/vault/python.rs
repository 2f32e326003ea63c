//! Python's `cryptography` reads the vault's tokens, and the vault reads Python's.

use std::{io::Write, process::Stdio};

use super::*;

/// Decrypts the tokens of an account, prints the access token, and encrypts both again.
const SCRIPT: &str = r#"
import sqlite3, sys
from cryptography.fernet import Fernet

fernet = Fernet(sys.stdin.read().strip())
database = sqlite3.connect(sys.argv[1])
(canary,) = database.execute("SELECT value FROM meta WHERE key = 'canary'").fetchone()
assert fernet.decrypt(canary.encode()) == b"slipway vault canary 1"
(access, refresh) = database.execute("SELECT access_token, refresh_token FROM accounts").fetchone()
assert access.startswith("gAAAAA") and refresh.startswith("gAAAAA")
again = [fernet.encrypt(fernet.decrypt(token.encode())).decode() for token in (access, refresh)]
assert again != [access, refresh]
database.execute("UPDATE accounts SET access_token = ?, refresh_token = ?", again)
database.commit()
database.close()
print(fernet.decrypt(access.encode()).decode())
"#;

#[tokio::test(flavor = "multi_thread")]
async fn python_and_the_vault_read_each_other() {
    let vault = VaultStage::connected().await;
    let app = vault.engine(with(FIRST)).await;
    let key = key_in_use(&app).await;
    app.engine.close().await;

    let token = python(&key, &vault.data().join("slipway.db"));
    // TikTok accepts the token that Python read.
    let url = format!(
        "{}v2/user/info/?fields=open_id",
        ended(&vault.stage.sandbox.url())
    );
    let answer = reqwest::Client::new()
        .get(url)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );

    // The vault accepts the tokens that Python wrote.
    let app = vault.engine(with(FIRST)).await;
    let accounts = app.engine.accounts().await.unwrap();
    app.engine.creator(&accounts[0].id).await.unwrap();
    let said = format!("{accounts:?}");
    assert!(!said.contains(&token));
}

fn ended(url: &str) -> String {
    format!("{}/", url.trim_end_matches('/'))
}

/// Runs the script. The key is passed on standard input, because arguments are visible to others.
fn python(key: &str, database: &Path) -> String {
    let mut python = Command::new("python3")
        .arg("-c")
        .arg(SCRIPT)
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3");
    let mut input = python.stdin.take().unwrap();
    input.write_all(key.as_bytes()).unwrap();
    drop(input);
    let ended = python.wait_with_output().unwrap();
    assert!(ended.status.success(), "python3 with python3-cryptography");
    String::from_utf8(ended.stdout).unwrap().trim().to_owned()
}
