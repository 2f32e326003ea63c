//! Commands for files: adding videos by drop or dialog, and previews.

use std::path::PathBuf;

use axum::http::HeaderValue;
use slipway_engine::views::{AddedFile, Notice};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::{OnceCell, oneshot};

use super::{FILES, ID, bounded, refused};
use crate::{
    error::ShellError,
    media::MediaServer,
    shell::Shell,
    texts::{self, texts},
    window,
};

/// The default filter of the dialog, beside “All files”.
const VIDEOS: [&str; 4] = ["mp4", "m4v", "mov", "webm"];

/// The longest path in bytes; no system allows a longer one.
pub(super) const PATH: usize = 32 * 1024;

/// The preview server, started by the first preview.
static PREVIEWS: OnceCell<MediaServer> = OnceCell::const_new();

/// Creates a draft for each video, and returns a notice for each other file.
#[tauri::command]
#[specta::specta]
pub async fn add_files(
    shell: State<'_, Shell>,
    paths: Vec<PathBuf>,
) -> Result<Vec<AddedFile>, Notice> {
    bounded("paths", paths.len(), FILES)?;
    for path in &paths {
        bounded("path", path.as_os_str().len(), PATH)?;
    }
    Ok(shell.engine().await?.add_files(paths).await)
}

/// Asks for files with the system's dialog and adds them. Returns an empty list if the creator cancels.
#[tauri::command]
#[specta::specta]
pub async fn pick_files(
    window: WebviewWindow,
    shell: State<'_, Shell>,
) -> Result<Vec<AddedFile>, Notice> {
    let (answer, picked) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title(texts().message(&texts::dialog_add_videos()))
        .add_filter(texts().message(&texts::dialog_videos()), &VIDEOS)
        .add_filter(texts().message(&texts::dialog_all_files()), &["*"])
        .pick_files(move |files| {
            // The receiver is gone if the window was closed.
            let _ = answer.send(files.unwrap_or_default());
        });
    let picked = picked.await.map_err(|_| refused(ShellError::Dialog))?;
    let paths: Vec<_> = picked
        .into_iter()
        .map(FilePath::into_path)
        .filter_map(Result::ok)
        .collect();
    bounded("paths", paths.len(), FILES)?;
    Ok(shell.engine().await?.add_files(paths).await)
}

/// The address of a post's video on the preview server.
#[tauri::command]
#[specta::specta]
pub async fn preview_url(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
) -> Result<String, Notice> {
    bounded("id", id.len(), ID)?;
    // A missing post has no address.
    shell.engine().await?.post(&id).await.map_err(refused)?;
    let start = || async {
        let origin = HeaderValue::try_from(window::origin(&app)).map_err(std::io::Error::other)?;
        MediaServer::start(shell.inner().clone(), origin).await
    };
    let server = PREVIEWS.get_or_try_init(start).await;
    let server = server.map_err(|error| refused(ShellError::Preview(error)))?;
    Ok(server.url(&id))
}
