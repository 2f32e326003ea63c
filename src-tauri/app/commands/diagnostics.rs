//! The command that exports diagnostics.

use slipway_engine::views::{DiagnosticsChoice, Notice};
use tauri::{State, WebviewWindow};

use super::refused;
use crate::{
    diagnostics::Archive,
    error::ShellError,
    save::{self, Saving},
    shell::Shell,
    words::{self, words},
};

/// Asks where to save them, and writes diagnostics there: how everything stands and the week's log, without secrets, and
/// with captions and names of files only if they are ticked. Gives the path; nothing when the creator decided against it.
#[tauri::command]
#[specta::specta]
pub async fn export_diagnostics(
    window: WebviewWindow,
    shell: State<'_, Shell>,
    choice: DiagnosticsChoice,
) -> Result<Option<String>, Notice> {
    let saving = Saving {
        title: &words().message(&words::dialog_export_diagnostics()),
        name: "slipway-diagnostics",
        kind: &words().message(&words::dialog_zip()),
        ending: "zip",
    };
    let Some(path) = save::ask(&window, saving).await? else {
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
