//! The command that exports diagnostics.

use slipway_engine::views::{DiagnosticsChoice, Notice};
use tauri::{State, WebviewWindow};

use super::refused;
use crate::{
    diagnostics::Archive,
    error::ShellError,
    save_dialog::{self, SaveDialog},
    shell::Shell,
    texts::{self, texts},
};

/// Asks for a path and exports diagnostics: the engine's state and the logs of a week, without secrets, and with captions
/// and file names only if the creator chose them. Returns the path, or `None` if the creator cancels.
#[tauri::command]
#[specta::specta]
pub async fn export_diagnostics(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    choice: DiagnosticsChoice,
) -> Result<Option<String>, Notice> {
    let dialog = SaveDialog {
        title: &texts().message(&texts::dialog_export_diagnostics()),
        name_prefix: "slipway-diagnostics",
        type_name: &texts().message(&texts::dialog_zip()),
        extension: "zip",
    };
    let Some(path) = save_dialog::ask(&window, dialog).await? else {
        return Ok(None);
    };
    let diagnostics = shell.engine().await?.diagnostics(choice).await;
    let archive = Archive {
        diagnostics: diagnostics.map_err(refused)?,
        choice,
        logs: shell.logs(),
    };
    let saved = path.to_string_lossy().into_owned();
    let written = tokio::task::spawn_blocking(move || archive.write(&path)).await;
    written
        .unwrap_or_else(|error| Err(std::io::Error::other(error).into()))
        .map_err(|error| refused(ShellError::Diagnostics(error)))?;
    Ok(Some(saved))
}
