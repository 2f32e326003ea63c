//! The main window: its creation, and the restrictions of its page.

use tauri::{
    AppHandle, Manager, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    utils::config::Color,
    webview::{NewWindowResponse, PageLoadEvent, PermissionResponse},
};

use crate::{shell::Shell, texts::texts};

/// The window's label, which capabilities name.
pub const MAIN: &str = "main";

/// The canvas colours of `ui/src/tokens.css`, to avoid a flash before the page is drawn.
const LIGHT: Color = Color(0xea, 0xf0, 0xf1, 0xff);
const DARK: Color = Color(0x09, 0x13, 0x18, 0xff);

/// Creates the window, and shows it unless Slipway starts in the background.
///
/// Its page cannot navigate away, open windows, download files or get permissions such as camera and location.
pub fn create(app: &AppHandle, background: bool) -> tauri::Result<()> {
    let own = origin(app);
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Slipway")
        .inner_size(1200.0, 800.0)
        .min_inner_size(800.0, 560.0)
        .visible(false)
        .initialization_script(format!(
            "window.__SLIPWAY_LANGUAGE__ = \"{}\";",
            texts().language().tag()
        ))
        .on_navigation(move |url| is_own(url, &own))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Started {
                window.state::<Shell>().window_loads();
            }
        })
        .build()?;
    let canvas = match window.theme() {
        Ok(Theme::Dark) => DARK,
        _ => LIGHT,
    };
    window.set_background_color(Some(canvas))?;
    if !background {
        window.show()?;
    }
    Ok(())
}

/// Shows the window and gives it the focus.
pub fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    if let Err(error) = show(&window) {
        tracing::warn!(%error, "[Window] Show failed");
    }
}

fn show(window: &WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

/// True if the creator looks at the window.
pub fn is_watched(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| {
        window.is_visible().unwrap_or(false) && window.is_focused().unwrap_or(false)
    })
}

/// The origin of the UI's pages. Only it may read previews.
pub fn origin(app: &AppHandle) -> String {
    match &app.config().build.dev_url {
        Some(url) => url.origin().ascii_serialization(),
        None if cfg!(any(windows, target_os = "android")) => "http://tauri.localhost".to_owned(),
        None => "tauri://localhost".to_owned(),
    }
}

/// True for addresses of the UI's own pages. `Url` gives custom schemes no origin, so this function builds it.
fn is_own(url: &Url, own: &str) -> bool {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}"));
    let origin = format!("{}://{host}{}", url.scheme(), port.unwrap_or_default());
    origin == own && url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_can_be_navigated_to() {
        for (own, inside) in [
            ("tauri://localhost", "tauri://localhost/"),
            ("tauri://localhost", "tauri://localhost/index.html?a#b"),
            (
                "http://tauri.localhost",
                "http://tauri.localhost/index.html",
            ),
            ("http://127.0.0.1:1420", "http://127.0.0.1:1420/"),
        ] {
            assert!(is_own(&Url::parse(inside).unwrap(), own), "{inside}");
        }
        for (own, outside) in [
            ("tauri://localhost", "https://localhost/"),
            ("tauri://localhost", "tauri://localhost.example/"),
            ("tauri://localhost", "tauri://other/"),
            ("tauri://localhost", "tauri://ada@localhost/"),
            ("tauri://localhost", "tauri://localhost:1/"),
            ("tauri://localhost", "about:blank"),
            ("tauri://localhost", "data:text/html,<p>hello"),
            ("tauri://localhost", "javascript:alert(1)"),
            ("tauri://localhost", "file:///etc/passwd"),
            ("tauri://localhost", "blob:tauri://localhost/1"),
            ("http://tauri.localhost", "https://tauri.localhost/"),
            ("http://tauri.localhost", "http://tauri.localhost:8080/"),
            ("http://127.0.0.1:1420", "http://127.0.0.1/"),
        ] {
            assert!(!is_own(&Url::parse(outside).unwrap(), own), "{outside}");
        }
    }
}
