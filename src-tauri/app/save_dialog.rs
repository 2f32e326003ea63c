//! The system's dialog for saving a file.

use std::path::PathBuf;

use slipway_engine::{Explain, views::Notice};
use tauri::WebviewWindow;
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use crate::error::ShellError;

/// The initial state of the dialog.
#[derive(Debug, Clone, Copy)]
pub struct SaveDialog<'a> {
    /// The title of the dialog.
    pub title: &'a str,
    /// The start of the file name; the date follows it.
    pub name_prefix: &'a str,
    /// The name of the file type.
    pub type_name: &'a str,
    /// The extension of the file name.
    pub extension: &'a str,
}

/// Shows the system's dialog, which also asks before it replaces a file. Returns `None` if the creator cancels.
///
/// # Errors
/// A notice that the dialog did not open, or that the chosen location is not a local path.
pub async fn ask(
    window: &WebviewWindow,
    dialog: SaveDialog<'_>,
) -> Result<Option<PathBuf>, Notice> {
    let (answer, chosen) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(window)
        .set_title(dialog.title)
        .set_file_name(file_name(dialog, jiff::ZonedDateTime::now().date()))
        .add_filter(dialog.type_name, &[dialog.extension])
        .save_file(move |path| {
            // The receiver is gone if the window was closed.
            let _ = answer.send(path);
        });
    let refused = |error: ShellError| {
        tracing::warn!(%error);
        error.explain()
    };
    let chosen = chosen.await.map_err(|_| refused(ShellError::SaveDialog))?;
    chosen
        .map(FilePath::into_path)
        .transpose()
        .map_err(|_| refused(ShellError::SaveDialog))
}

fn file_name(dialog: SaveDialog<'_>, date: jiff::civil::Date) -> String {
    format!("{}-{date}.{}", dialog.name_prefix, dialog.extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_ends_with_its_date() {
        let dialog = SaveDialog {
            title: "Export",
            name_prefix: "slipway-audit",
            type_name: "JSON Lines",
            extension: "jsonl",
        };
        let day = jiff::civil::date(2026, 3, 9);
        assert_eq!(file_name(dialog, day), "slipway-audit-2026-03-09.jsonl");
    }
}
