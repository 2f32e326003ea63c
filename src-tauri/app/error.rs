//! The app's own errors after the start, and their notices.

use slipway_engine::{Explain, views::Notice};

/// An operation of the app failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShellError {
    /// The engine is not open.
    #[error("[Shell] Call refused: the engine is not open")]
    NotReady,
    /// An argument exceeds its size limit.
    #[error("[Shell] Call refused: the argument “{0}” is out of bounds")]
    OutOfBounds(&'static str),
    /// The browser did not start.
    #[error("[Browser] Open failed: {0}")]
    Browser(#[source] std::io::Error),
    /// The system could not open the address.
    #[error("[Browser] Open failed: {0}")]
    Opener(#[from] tauri_plugin_opener::Error),
    /// The system could not show a folder.
    #[error("[Files] Show failed: {0}")]
    FileManager(#[source] tauri_plugin_opener::Error),
    /// The address is not that of a web page.
    #[error("[Browser] Open refused: not an address of a web page")]
    NotAWebPage,
    /// The post has no link yet.
    #[error("[Browser] Open refused: the post has no link yet")]
    NoLink,
    /// No sandbox is in use.
    #[error("[Browser] Open refused: there is no sandbox")]
    NoSandbox,
    /// The clipboard rejected the text.
    #[error("[Clipboard] Copy failed: {0}")]
    Clipboard(#[from] tauri_plugin_clipboard_manager::Error),
    /// The dialog closed without a result.
    #[error("[Dialog] Pick failed: the dialog gave no answer")]
    Dialog,
    /// The save dialog closed without a result.
    #[error("[Dialog] Save failed: the dialog gave no answer")]
    SaveDialog,
    /// The diagnostics could not be written.
    #[error("[Diagnostics] Export failed: {0}")]
    Diagnostics(#[source] zip::result::ZipError),
    /// The preferences could not be stored.
    #[error("[Background] Storing the preferences failed: {0}")]
    Preferences(#[source] std::io::Error),
    /// The system does not start Slipway at login, or no longer.
    #[error("[Login] Change failed: {0}")]
    Login(String),
    /// No local port is available for previews.
    #[error("[Preview] Start failed: {0}")]
    Preview(#[source] std::io::Error),
}

slipway_engine::texts! {
    /// The texts about the app's own errors.
    pub(crate) static TEXTS;
    notice not_ready = "shell.not_ready";
    notice out_of_bounds = "shell.out_of_bounds";
    notice browser_not_opened = "browser.not_opened";
    notice files_not_shown = "files.not_shown";
    notice no_web_page = "browser.no_web_page";
    notice no_link = "post.no_link";
    notice no_sandbox = "sandbox.none";
    notice clipboard = "clipboard";
    notice dialog = "dialog";
    notice save_dialog = "dialog.save";
    notice diagnostics_write = "diagnostics.write";
    notice preferences = "background.preferences";
    notice login = "background.login";
    notice preview = "preview";
}

impl Explain for ShellError {
    fn explain(&self) -> Notice {
        match self {
            Self::NotReady => not_ready(),
            Self::OutOfBounds(_) => out_of_bounds(),
            Self::Browser(_) | Self::Opener(_) => browser_not_opened(),
            Self::FileManager(_) => files_not_shown(),
            Self::NotAWebPage => no_web_page(),
            Self::NoLink => no_link(),
            Self::NoSandbox => no_sandbox(),
            Self::Clipboard(_) => clipboard(),
            Self::Dialog => dialog(),
            Self::SaveDialog => save_dialog(),
            Self::Diagnostics(_) => diagnostics_write(),
            Self::Preferences(_) => preferences(),
            Self::Login(_) => login(),
            Self::Preview(_) => preview(),
        }
    }
}
