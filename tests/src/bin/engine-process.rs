//! The engine alone in a process, for tests that kill it: it works on its queue until it is stopped.

use secrecy::SecretString;
use slipway_engine::{AppCredentials, Endpoints, Engine, EngineConfig};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("SLIPWAY_TIKTOK_API_URL")?;
    let config = EngineConfig {
        credentials: Some(AppCredentials {
            client_key: tiktok_sandbox::DEFAULT_CLIENT_KEY.into(),
            client_secret: tiktok_sandbox::DEFAULT_CLIENT_SECRET.into(),
        }),
        fernet_key: Some(SecretString::from(std::env::var("SLIPWAY_FERNET_KEY")?)),
        ..EngineConfig::new(
            std::env::var("SLIPWAY_DATA_DIR")?,
            Endpoints::new(&url, &url)?,
        )
    };
    let _engine = Engine::open(config).await?;
    std::future::pending::<()>().await;
    Ok(())
}
