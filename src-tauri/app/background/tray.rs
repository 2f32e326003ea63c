//! The tray icon: its state, the next post, and a menu of what a creator needs without the window.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use slipway_engine::views::Message;
use tauri::{
    AppHandle, Manager, Wry,
    menu::{Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent},
};

use super::{closing, tray_host::TRAY};
use crate::{
    shell::{Shell, UiEvent, WindowRequest},
    texts::{self, texts},
    window,
    workload::{TrayState, Workload},
};

const STATE: &str = "state";
const NEXT: &str = "next";
const OPEN: &str = "open";
const ADD: &str = "add";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

/// The tray icon and the parts of its menu that change.
pub struct Tray {
    icon: TrayIcon,
    state: MenuItem<Wry>,
    next: MenuItem<Wry>,
    pause: MenuItem<Wry>,
    shown: Option<Shown>,
}

/// The changing texts of the tray.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    state: String,
    tooltip: String,
    title: Option<String>,
    next: String,
    pause: String,
}

/// Creates the tray icon. Slipway also works without one: a second start shows the window.
pub fn create(app: &AppHandle) -> Option<Tray> {
    // The tray library loads libayatana-appindicator on first use, and panics if it is not installed.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(tray)) => Some(tray),
        Ok(Err(error)) => {
            tracing::warn!(%error, "[Tray] Create failed");
            None
        }
        Err(_) => {
            tracing::warn!("[Tray] Create failed: libayatana-appindicator3 is not installed");
            None
        }
    }
}

fn build(app: &AppHandle) -> tauri::Result<Tray> {
    let first = shown(TrayState::Idle, &Workload::default());
    let item =
        |id: &str, text: &str, enabled| MenuItem::with_id(app, id, text, enabled, None::<&str>);
    let state = item(STATE, &first.state, false)?;
    let next = item(NEXT, &first.next, false)?;
    let open = item(OPEN, &texts().message(&texts::tray_open()), true)?;
    let add = item(ADD, &texts().message(&texts::tray_add()), true)?;
    let pause = item(PAUSE, &first.pause, true)?;
    let quit = item(QUIT, &texts().message(&texts::tray_quit()), true)?;
    let line = || PredefinedMenuItem::separator(app);
    let (above, below) = (line()?, line()?);
    let menu = Menu::with_items(
        app,
        &[&state, &next, &above, &open, &add, &pause, &below, &quit],
    )?;
    let mut builder = TrayIconBuilder::with_id(TRAY)
        .tooltip(&first.tooltip)
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| on_choice(app, event.id().as_ref()))
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::bring_to_front(tray.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    Ok(Tray {
        icon: builder.build(app)?,
        state,
        next,
        pause,
        shown: Some(first),
    })
}

fn on_choice(app: &AppHandle, id: &str) {
    match id {
        OPEN => window::bring_to_front(app),
        ADD => {
            window::bring_to_front(app);
            app.state::<Shell>()
                .send(UiEvent::Request(WindowRequest::AddVideos));
        }
        PAUSE => {
            let shell = app.state::<Shell>().inner().clone();
            tauri::async_runtime::spawn(async move { toggle_pause(&shell).await });
        }
        QUIT => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { closing::quit(&app).await });
        }
        _ => {}
    }
}

/// Pauses all posts, or resumes them.
async fn toggle_pause(shell: &Shell) {
    let Ok(engine) = shell.engine().await else {
        return;
    };
    let changed = if engine.status().paused {
        engine.resume_all().await
    } else {
        engine.pause_all().await
    };
    if let Err(error) = changed {
        tracing::warn!(%error, "[Tray] Pause failed");
    }
}

impl Tray {
    /// Shows the state and the next post.
    pub fn show(&mut self, state: TrayState, workload: &Workload) {
        let new = shown(state, workload);
        if self.shown.as_ref() == Some(&new) {
            return;
        }
        let changed = self
            .state
            .set_text(&new.state)
            .and_then(|()| self.next.set_text(&new.next))
            .and_then(|()| self.pause.set_text(&new.pause))
            .and_then(|()| self.icon.set_tooltip(Some(&new.tooltip)))
            .and_then(|()| self.icon.set_title(new.title.as_deref()));
        match changed {
            Ok(()) => self.shown = Some(new),
            Err(error) => tracing::warn!(%error, "[Tray] Update failed"),
        }
    }
}

fn shown(state: TrayState, workload: &Workload) -> Shown {
    let line = |message: &Message| texts().message(message);
    let now = match state {
        TrayState::Idle => texts::tray_idle(),
        TrayState::Paused => texts::tray_paused(),
        TrayState::Uploading { percent } => texts::tray_uploading(percent),
        TrayState::NeedsYou { count } => texts::tray_needs_you(count),
        TrayState::NotOpen => texts::tray_not_open(),
    };
    let title = match state {
        TrayState::Uploading { percent } => Some(line(&texts::tray_percent(percent))),
        _ => None,
    };
    let next = workload.next.as_ref().and_then(|next| {
        let at: Timestamp = next.at.parse().ok()?;
        Some(texts::tray_next(next.file_name.clone(), at))
    });
    Shown {
        state: line(&now),
        tooltip: line(&texts::tray_tooltip(now)),
        title,
        next: line(&next.unwrap_or_else(texts::tray_none_next)),
        pause: line(&if workload.paused {
            texts::tray_resume()
        } else {
            texts::tray_pause()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::NextPost;

    #[test]
    fn the_tray_says_what_slipway_does_and_what_comes_next() {
        let workload = Workload {
            next: Some(NextPost {
                file_name: "kiln.mp4".to_owned(),
                at: "2026-12-01T10:00:00Z".to_owned(),
            }),
            ..Workload::default()
        };
        let shown = shown(TrayState::Uploading { percent: 43 }, &workload);
        assert_eq!(shown.state, "Uploading 43\u{a0}%");
        assert_eq!(shown.tooltip, "Slipway: Uploading 43\u{a0}%");
        assert_eq!(shown.title.as_deref(), Some("43\u{a0}%"));
        assert!(shown.next.starts_with("Next: kiln.mp4, "), "{}", shown.next);
        assert_eq!(shown.pause, "Pause all");
    }

    #[test]
    fn a_paused_slipway_offers_to_resume() {
        let workload = Workload {
            paused: true,
            ..Workload::default()
        };
        let shown = shown(workload.state(), &workload);
        assert_eq!(shown.state, "Everything is paused");
        assert_eq!((shown.title, shown.pause.as_str()), (None, "Resume all"));
        assert_eq!(shown.next, "Nothing is scheduled");
    }
}
