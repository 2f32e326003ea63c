//! Asking the creator where to save a file.

use std::path::PathBuf;

use slipway_engine::{Explain, views::Notice};
use tauri::WebviewWindow;
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

use crate::error::ShellError;

/// A file that is to be saved, as the dialog shows it at first.
#[derive(Debug, Clone, Copy)]
pub struct Saving<'a> {
    /// What the dialog is called.
    pub title: &'a str,
    /// What the file is called before its date.
    pub name: &'a str,
    /// What kind of file it is.
    pub kind: &'a str,
    /// The ending of its name.
    pub ending: &'a str,
}

/// Asks with the system's dialog, which also asks before a file is replaced. Nothing when the creator decides against it.
///
/// # Errors
/// A notice that the dialog did not come up, or that the place is none on this computer.
pub async fn ask(window: &WebviewWindow, saving: Saving<'_>) -> Result<Option<PathBuf>, Notice> {
    let (answer, chosen) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(window)
        .set_title(saving.title)
        .set_file_name(file_name(saving, jiff::ZonedDateTime::now().date()))
        .add_filter(saving.kind, &[saving.ending])
        .save_file(move |path| {
            // Nobody waits any more when the window is gone.
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

fn file_name(saving: Saving<'_>, date: jiff::civil::Date) -> String {
    format!("{}-{date}.{}", saving.name, saving.ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_day() {
        let saving = Saving {
            title: "Export",
            name: "slipway-audit",
            kind: "JSON Lines",
            ending: "jsonl",
        };
        let day = jiff::civil::date(2026, 3, 9);
        assert_eq!(file_name(saving, day), "slipway-audit-2026-03-09.jsonl");
    }
}
