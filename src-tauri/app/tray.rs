//! The tray icon, which shows the hidden window and quits Slipway.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tauri::{
    AppHandle,
    menu::{Menu, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::{
    texts::{self, texts},
    window,
};

const SHOW: &str = "show";
const QUIT: &str = "quit";

/// Creates the tray icon. Slipway also works without one: a second start shows the window.
pub fn create(app: &AppHandle) {
    // The tray library loads libayatana-appindicator on first use, and panics if it is not installed.
    match catch_unwind(AssertUnwindSafe(|| build(app))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "[Tray] Create failed"),
        Err(_) => tracing::warn!("[Tray] Create failed: libayatana-appindicator3 is not installed"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let show = MenuItem::with_id(
        app,
        SHOW,
        texts().message(&texts::tray_show()),
        true,
        None::<&str>,
    )?;
    let quit = MenuItem::with_id(
        app,
        QUIT,
        texts().message(&texts::tray_quit()),
        true,
        None::<&str>,
    )?;
    let menu = Menu::with_items(app, &[&show, &quit])?;
    let mut tray = TrayIconBuilder::with_id("slipway")
        .tooltip("Slipway")
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            SHOW => window::bring_to_front(app),
            QUIT => app.exit(0),
            _ => {}
        })
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
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}
