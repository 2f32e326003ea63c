//! Termination signals of the system or the terminal.

use tauri::AppHandle;

/// Quits in order on a termination signal.
pub async fn quit_on_signal(app: AppHandle) {
    match signal_received().await {
        Ok(()) => app.exit(0),
        Err(error) => tracing::warn!(%error, "[Shell] Listening for signals failed"),
    }
}

#[cfg(unix)]
async fn signal_received() -> std::io::Result<()> {
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
async fn signal_received() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
