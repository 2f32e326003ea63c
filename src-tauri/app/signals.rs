//! Requests of the system or the terminal to end.

use tauri::AppHandle;

/// Quits in order when the system asks for it.
pub async fn quit_when_asked(app: AppHandle) {
    match asked().await {
        Ok(()) => app.exit(0),
        Err(error) => tracing::warn!(%error, "[Shell] Listening for signals failed"),
    }
}

#[cfg(unix)]
async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
