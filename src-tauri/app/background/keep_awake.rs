//! Keeps the computer awake while videos are uploaded.

use keepawake::KeepAwake;

use crate::texts::{self, texts};

/// Holds the request to stay awake while uploads run.
#[derive(Default)]
pub struct AwakeGuard {
    held: Option<KeepAwake>,
    /// The system refused, for example because it has no such service. It is asked once per run of uploads.
    refused: bool,
}

impl AwakeGuard {
    /// Keeps the computer awake from now on, or no longer.
    pub async fn set(&mut self, wanted: bool) {
        if !wanted {
            self.refused = false;
            if let Some(held) = self.held.take() {
                tracing::debug!("[Awake] Released");
                // Its end is a call to the system, which can block.
                drop(tokio::task::spawn_blocking(move || drop(held)));
            }
            return;
        }
        if self.held.is_some() || self.refused {
            return;
        }
        match tokio::task::spawn_blocking(request).await {
            Ok(Ok(held)) => {
                tracing::debug!("[Awake] Held");
                self.held = Some(held);
            }
            Ok(Err(error)) => {
                tracing::info!(%error, "[Awake] Request failed");
                self.refused = true;
            }
            Err(error) => {
                tracing::warn!(%error, "[Awake] Request failed");
                self.refused = true;
            }
        }
    }
}

/// Asks the system not to sleep because nobody uses it. The creator can still send it to sleep.
fn request() -> keepawake::Result<KeepAwake> {
    keepawake::Builder::default()
        .idle(true)
        .app_name("Slipway")
        .app_reverse_domain("app.slipway.desktop")
        .reason(texts().message(&texts::awake_reason()))
        .create()
}
