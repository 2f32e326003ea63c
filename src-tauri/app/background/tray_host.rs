//! Finds out whether the creator can reach Slipway through the tray.

use tauri::AppHandle;

/// The id of the tray icon.
pub const TRAY: &str = "slipway";

/// True if Slipway has a tray icon and the desktop shows it.
pub async fn has_tray(app: &AppHandle) -> bool {
    app.tray_by_id(TRAY).is_some() && host_available().await
}

/// The timeout of the query. After it, the answer counts as no: a window that stays reachable is the safer choice.
#[cfg(target_os = "linux")]
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(2);

/// True if the desktop shows tray icons.
#[cfg(target_os = "linux")]
async fn host_available() -> bool {
    match tokio::time::timeout(TIMEOUT, host_registered()).await {
        Ok(Ok(registered)) => registered,
        Ok(Err(error)) => {
            tracing::debug!(%error, "[Tray] No tray host");
            false
        }
        Err(_) => false,
    }
}

/// Every other system has a tray.
#[cfg(not(target_os = "linux"))]
async fn host_available() -> bool {
    true
}

#[cfg(target_os = "linux")]
async fn host_registered() -> zbus::Result<bool> {
    let bus = zbus::Connection::session().await?;
    let watcher = zbus::Proxy::new(
        &bus,
        "org.kde.StatusNotifierWatcher",
        "/StatusNotifierWatcher",
        "org.kde.StatusNotifierWatcher",
    )
    .await?;
    watcher.get_property("IsStatusNotifierHostRegistered").await
}
