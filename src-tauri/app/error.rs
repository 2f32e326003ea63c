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

impl Explain for ShellError {
    fn explain(&self) -> Notice {
        let (code, happened, slipway, you) = match self {
            Self::NotReady => (
                "shell.not_ready",
                "Slipway is not open yet.",
                "Nothing was changed.",
                "Wait a moment, then try again.",
            ),
            Self::OutOfBounds(_) => (
                "shell.out_of_bounds",
                "That is longer than Slipway can take.",
                "Nothing was changed.",
                "Shorten it, then try again.",
            ),
            Self::Browser(_) | Self::Opener(_) => (
                "browser.not_opened",
                "Your browser could not be opened.",
                "Slipway asked the system to show a page, and it did not.",
                "Set a default browser in your system’s settings, then try again.",
            ),
            Self::FileManager(_) => (
                "files.not_shown",
                "The folder could not be opened.",
                "Slipway asked the system to show it, and it did not.",
                "Open it in your file manager yourself.",
            ),
            Self::NotAWebPage => (
                "browser.no_web_page",
                "This address is not a web page.",
                "Slipway did not open it.",
                "See the video in the TikTok app.",
            ),
            Self::NoLink => (
                "post.no_link",
                "TikTok has not said yet where this video is.",
                "Slipway shows the link as soon as it knows.",
                "See your profile in the TikTok app.",
            ),
            Self::NoSandbox => (
                "sandbox.none",
                "There is no sandbox here.",
                "Slipway speaks to TikTok itself.",
                "",
            ),
            Self::Clipboard(_) => (
                "clipboard",
                "The text could not be copied.",
                "Your clipboard is as it was.",
                "Close other programs that use the clipboard, then try again.",
            ),
            Self::Dialog => (
                "dialog",
                "The window for choosing files did not open.",
                "Nothing was added.",
                "Drop the files on Slipway instead.",
            ),
            Self::SaveDialog => (
                "dialog.save",
                "The window for choosing a place did not open, or the place is none on this computer.",
                "Nothing was written.",
                "Try again, and choose a folder on this computer.",
            ),
            Self::Diagnostics(_) => (
                "diagnostics.write",
                "The diagnostics could not be written.",
                "Slipway left the folder as it was.",
                "Check that the disk has space and the folder can be written, or choose another folder.",
            ),
            Self::Preview(_) => (
                "preview",
                "The preview could not be prepared.",
                "The video itself is not affected.",
                "Go on without it, or start Slipway again.",
            ),
        };
        Notice {
            code: code.to_owned(),
            happened: happened.to_owned(),
            slipway: slipway.to_owned(),
            you: you.to_owned(),
        }
    }
}
