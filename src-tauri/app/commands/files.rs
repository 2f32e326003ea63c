//! Commands about files: adding videos by drop or dialog, and playing them.

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

/// What the dialog shows at first; “All files” is beside it.
const VIDEOS: [&str; 4] = ["mp4", "m4v", "mov", "webm"];

/// Longest path, in bytes; longer ones are none on any system.
pub(super) const PATH: usize = 32 * 1024;

/// The preview server, from the first preview on.
static PREVIEWS: OnceCell<MediaServer> = OnceCell::const_new();

/// Makes a draft of each file that is a video, and says why of each that is not.
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

/// Asks for files with the system's dialog, then adds them. Nothing chosen is nothing added.
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
            // Nobody waits any more when the window is gone.
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

/// The address at which the window can play a post's video.
#[tauri::command]
#[specta::specta]
pub async fn preview_url(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
) -> Result<String, Notice> {
    bounded("id", id.len(), ID)?;
    // A post that is not there has no address.
    shell.engine().await?.post(&id).await.map_err(refused)?;
    let start = || async {
        let origin = HeaderValue::try_from(window::origin(&app)).map_err(std::io::Error::other)?;
        MediaServer::start(shell.inner().clone(), origin).await
    };
    let server = PREVIEWS.get_or_try_init(start).await;
    let server = server.map_err(|error| refused(ShellError::Preview(error)))?;
    Ok(server.url(&id))
}
