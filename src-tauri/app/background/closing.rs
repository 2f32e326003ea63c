//! Closing the window and quitting, without breaking a promise silently.

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager, Window, WindowEvent};

use super::{handle::Background, preferences::KeepRunning, tray_host::has_tray};
use crate::{
    shell::{Shell, UiEvent, WindowRequest},
    window,
    workload::Workload,
};

/// The creator's answer to a question about closing or quitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CloseAnswer {
    /// Quit Slipway.
    Quit,
    /// Close the window and keep Slipway running.
    KeepRunning,
    /// Leave the window open.
    Cancel,
}

/// What closing the window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    Quit,
    /// Ask first, because quitting stops uploads.
    ConfirmQuit,
    PutAway,
    /// Explain first that Slipway keeps running.
    Explain,
}

fn on_close(keep: KeepRunning, workload: &Workload, explained: bool) -> Closing {
    let stays = match keep {
        KeepRunning::Never => {
            return if workload.unread || workload.under_way > 0 {
                Closing::ConfirmQuit
            } else {
                Closing::Quit
            };
        }
        KeepRunning::WhenNeeded => workload.needs_slipway(),
        KeepRunning::Always => true,
    };
    match (stays, explained) {
        (false, _) => Closing::Quit,
        (true, true) => Closing::PutAway,
        (true, false) => Closing::Explain,
    }
}

/// Carries out a request to close the window.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else {
        return;
    };
    api.prevent_close();
    let app = window.app_handle().clone();
    tauri::async_runtime::spawn(async move { close(&app).await });
}

async fn close(app: &AppHandle) {
    let background = app.state::<Background>();
    if background.set_asking(false) {
        // The window asks already. Closing it again leaves Slipway running, which loses nothing.
        request(app, WindowRequest::Answered);
        put_away(app).await;
        return;
    }
    let store = background.preferences();
    // Only the page of an open session can ask.
    let (workload, explained) = match app.state::<Shell>().workload().await {
        Some(workload) => (workload, store.close_explained()),
        None => (Workload::default(), true),
    };
    match on_close(store.get().keep_running, &workload, explained) {
        Closing::Quit => app.exit(0),
        Closing::PutAway => put_away(app).await,
        Closing::ConfirmQuit => {
            background.set_asking(true);
            request(app, WindowRequest::ConfirmQuit { workload });
        }
        Closing::Explain => {
            background.set_asking(true);
            let tray = has_tray(app).await;
            request(app, WindowRequest::ExplainClose { workload, tray });
        }
    }
}

/// Quits, or asks first if that delays posts. A second request while the window asks quits.
pub async fn quit(app: &AppHandle) {
    let workload = app.state::<Shell>().workload().await;
    match workload.filter(Workload::breaks_a_promise) {
        Some(workload) if !app.state::<Background>().set_asking(true) => {
            window::bring_to_front(app);
            request(app, WindowRequest::ConfirmQuit { workload });
        }
        _ => app.exit(0),
    }
}

/// Takes the creator's answer in the window.
pub async fn answer(app: &AppHandle, answer: CloseAnswer) {
    let background = app.state::<Background>();
    background.set_asking(false);
    match answer {
        CloseAnswer::Quit => app.exit(0),
        CloseAnswer::KeepRunning => {
            if let Err(error) = background.preferences().set_close_explained() {
                tracing::warn!(%error, "[Background] Storing the preferences failed");
            }
            put_away(app).await;
        }
        CloseAnswer::Cancel => {}
    }
}

/// Hides the window. Without a tray, minimises it, so that the creator finds it again.
pub async fn put_away(app: &AppHandle) {
    let Some(window) = app.get_webview_window(window::MAIN) else {
        return;
    };
    let put_away = if has_tray(app).await {
        window.hide()
    } else {
        window.minimize().and_then(|()| window.show())
    };
    if let Err(error) = put_away {
        tracing::warn!(%error, "[Window] Hide failed");
    }
}

fn request(app: &AppHandle, request: WindowRequest) {
    app.state::<Shell>().send(UiEvent::Request(request));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_keeps_slipway_running_only_while_it_is_needed() {
        let nothing = Workload::default();
        let scheduled = Workload {
            scheduled: 1,
            ..Workload::default()
        };
        let watched = Workload {
            folders: 1,
            ..Workload::default()
        };
        let uploading = Workload {
            under_way: 1,
            ..Workload::default()
        };
        let unread = Workload::unread();
        for (keep, workload, explained, expected) in [
            (KeepRunning::WhenNeeded, &unread, true, Closing::PutAway),
            (KeepRunning::Never, &unread, true, Closing::ConfirmQuit),
            (KeepRunning::WhenNeeded, &nothing, false, Closing::Quit),
            (KeepRunning::WhenNeeded, &scheduled, false, Closing::Explain),
            (KeepRunning::WhenNeeded, &scheduled, true, Closing::PutAway),
            (KeepRunning::WhenNeeded, &watched, true, Closing::PutAway),
            (KeepRunning::Always, &nothing, false, Closing::Explain),
            (KeepRunning::Always, &nothing, true, Closing::PutAway),
            (KeepRunning::Never, &scheduled, true, Closing::Quit),
            (KeepRunning::Never, &uploading, true, Closing::ConfirmQuit),
        ] {
            let found = on_close(keep, workload, explained);
            assert_eq!(found, expected, "{keep:?} {workload:?} {explained}");
        }
    }
}
