//! Notifications on the desktop, which open Slipway when they are clicked.

use tauri::AppHandle;
#[cfg(target_os = "linux")]
use tauri::Manager;

#[cfg(target_os = "linux")]
use crate::{
    shell::{Shell, UiEvent, WindowRequest},
    window,
};

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The title.
    pub title: String,
    /// The text below the title.
    pub body: String,
    /// The name of its action: opening the window.
    pub open: String,
}

/// Shows a notification. A click on it opens the queue.
#[cfg(target_os = "linux")]
pub fn show(app: &AppHandle, notification: Notification) {
    let app = app.clone();
    // The thread waits until the desktop closes the notification.
    let started = std::thread::Builder::new()
        .name("notification".to_owned())
        .spawn(move || {
            let shown = notify_rust::Notification::new()
                .appname("Slipway")
                .summary(&notification.title)
                .body(&escape(&notification.body))
                .icon("slipway")
                .hint(notify_rust::Hint::DesktopEntry("slipway".to_owned()))
                .action("default", &notification.open)
                .show();
            match shown {
                Ok(handle) => handle.wait_for_action(|action| {
                    if action == "default" {
                        open_queue(&app);
                    }
                }),
                Err(error) => tracing::warn!(%error, "[Notification] Show failed"),
            }
        });
    if let Err(error) = started {
        tracing::warn!(%error, "[Notification] Show failed");
    }
}

/// Shows a notification.
#[cfg(not(target_os = "linux"))]
pub fn show(app: &AppHandle, notification: Notification) {
    use tauri_plugin_notification::NotificationExt;

    let shown = app
        .notification()
        .builder()
        .title(notification.title)
        .body(notification.body)
        .show();
    if let Err(error) = shown {
        tracing::warn!(%error, "[Notification] Show failed");
    }
}

#[cfg(target_os = "linux")]
fn open_queue(app: &AppHandle) {
    window::bring_to_front(app);
    app.state::<Shell>()
        .send(UiEvent::Request(WindowRequest::OpenQueue));
}

/// Escapes a text for a notification's body, in which many desktops read markup.
#[cfg(target_os = "linux")]
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        assert_eq!(
            escape("<b>a & b</b>.mp4"),
            "&lt;b&gt;a &amp; b&lt;/b&gt;.mp4"
        );
    }
}
