//! An engine that opens with the key request on standard input, reports the result on standard output, and closes.

use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{
    Endpoints, Engine, EngineConfig, Explain, KeyRequest, Protection, views::AccountState,
};
use slipway_tests::{
    stage::sandbox_app,
    vault_process::{Answer, Ask, Opened},
};

use crate::Error;

/// Opens the engine once.
pub async fn run() -> Result<(), Error> {
    let ask = serde_json::from_reader(std::io::stdin())?;
    let url = std::env::var("SLIPWAY_TIKTOK_API_URL")?;
    let config = EngineConfig {
        credentials: Some(sandbox_app()),
        key: request(ask),
        ..EngineConfig::new(
            std::env::var("SLIPWAY_DATA_DIR")?,
            Endpoints::new(&url, &url)?,
        )
    };
    let answer = match Engine::open(config).await {
        Ok(engine) => {
            let opened = look(&engine).await?;
            engine.close().await;
            Answer::Open(opened)
        }
        Err(error) => {
            eprintln!("{error}");
            Answer::Refused(error.explain().code)
        }
    };
    println!("{}", serde_json::to_string(&answer)?);
    Ok(())
}

fn request(ask: Ask) -> KeyRequest {
    let protection = |passphrase: Option<String>| {
        passphrase.map_or(Protection::Keyring, |passphrase| {
            Protection::Passphrase(passphrase.into())
        })
    };
    match ask {
        Ask::Usual => KeyRequest::Usual,
        Ask::Passphrase(passphrase) => KeyRequest::Passphrase(passphrase.into()),
        Ask::Restore(phrase, passphrase) => KeyRequest::Restore {
            phrase: phrase.into(),
            protection: protection(passphrase),
        },
        Ask::Forget(passphrase) => KeyRequest::ForgetTokens {
            protection: protection(passphrase),
        },
        Ask::Change(current, passphrase) => KeyRequest::Change {
            current: current.map(SecretString::from),
            protection: protection(passphrase),
        },
    }
}

async fn look(engine: &Engine) -> Result<Opened, Error> {
    let vault = engine.vault().await?;
    let (mut usable, mut lost) = (Vec::new(), Vec::new());
    for account in engine.accounts().await? {
        match account.state {
            AccountState::Connected => {
                engine.creator(&account.id).await?;
                usable.push(account.display_name);
            }
            AccountState::ReconnectNeeded => lost.push(account.display_name),
        }
    }
    Ok(Opened {
        source: format!("{:?}", vault.source),
        keyring: vault.keyring,
        phrase: engine.recovery_phrase().await?.expose_secret().to_owned(),
        usable,
        lost,
    })
}
