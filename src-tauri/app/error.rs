//! What can go wrong in the shell itself, once it is open, and how creators are told.

use slipway_engine::{Explain, views::Notice};

/// Something asked of the shell did not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShellError {
    /// The engine is not open.
    #[error("[Shell] Call refused: the engine is not open")]
    NotReady,
    /// An argument is longer than anything the window sends.
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
    /// The address is no web page.
    #[error("[Browser] Open refused: not an address of a web page")]
    NotAWebPage,
    /// There is nothing to open.
    #[error("[Browser] Open refused: the post has no link yet")]
    NoLink,
    /// There is no sandbox.
    #[error("[Browser] Open refused: there is no sandbox")]
    NoSandbox,
    /// The clipboard did not take the text.
    #[error("[Clipboard] Copy failed: {0}")]
    Clipboard(#[from] tauri_plugin_clipboard_manager::Error),
    /// The dialog ended without an answer.
    #[error("[Dialog] Pick failed: the dialog gave no answer")]
    Dialog,
    /// The dialog for saving ended without an answer.
    #[error("[Dialog] Save failed: the dialog gave no answer")]
    SaveDialog,
    /// The diagnostics were not written.
    #[error("[Diagnostics] Export failed: {0}")]
    Diagnostics(#[source] zip::result::ZipError),
    /// No local port for previews.
    #[error("[Preview] Start failed: {0}")]
    Preview(#[source] std::io::Error),
}

slipway_engine::texts! {
    /// The texts about the shell itself.
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
            Self::Preview(_) => preview(),
        }
    }
}
