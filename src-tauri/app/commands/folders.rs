//! Commands for watched folders: adding and changing them, and their files.

use std::path::PathBuf;

use slipway_engine::views::{
    CaptionRule, Folder, FolderFilter, FolderPage, FolderPreview, FolderSettings, FolderWhen,
    IngestedFile, Notice, Post,
};
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

use super::{CAPTION, FILES, ID, bounded, files::PATH, refused};
use crate::{
    error::ShellError,
    shell::Shell,
    texts::{self, texts},
};

/// The most accounts of one folder.
const ACCOUNTS: usize = 100;
/// The most hashtags of one folder, and the longest hashtag in bytes.
const HASHTAGS: usize = 100;
/// The longest time of day in bytes.
const TIME: usize = 64;

/// The watched folders, oldest first.
#[tauri::command]
#[specta::specta]
pub async fn folders(shell: State<'_, Shell>) -> Result<Vec<Folder>, Notice> {
    shell.engine().await?.folders().await.map_err(refused)
}

/// Asks for a folder with the system's dialog. Returns `None` if the creator cancels.
#[tauri::command]
#[specta::specta]
pub async fn pick_folder(window: WebviewWindow) -> Result<Option<PathBuf>, Notice> {
    let (answer, picked) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title(texts().message(&texts::dialog_watch_folder()))
        .pick_folder(move |folder| {
            // The receiver is gone if the window was closed.
            let _ = answer.send(folder);
        });
    let picked = picked.await.map_err(|_| refused(ShellError::Dialog))?;
    Ok(picked.map(FilePath::into_path).and_then(Result::ok))
}

/// Inspects a folder before it is added.
#[tauri::command]
#[specta::specta]
pub async fn preview_folder(
    shell: State<'_, Shell>,
    path: PathBuf,
    settings: FolderSettings,
) -> Result<FolderPreview, Notice> {
    bounded("path", path.as_os_str().len(), PATH)?;
    checked(&settings)?;
    let engine = shell.engine().await?;
    engine
        .preview_folder(&path, &settings)
        .await
        .map_err(refused)
}

/// Adds a watched folder. Direct posting needs the creator's consent.
#[tauri::command]
#[specta::specta]
pub async fn add_folder(
    shell: State<'_, Shell>,
    path: PathBuf,
    settings: FolderSettings,
    consent: bool,
) -> Result<Folder, Notice> {
    bounded("path", path.as_os_str().len(), PATH)?;
    checked(&settings)?;
    let engine = shell.engine().await?;
    engine
        .add_folder(&path, &settings, consent)
        .await
        .map_err(refused)
}

/// Changes the settings of a folder. A change to its direct posts needs consent again.
#[tauri::command]
#[specta::specta]
pub async fn update_folder(
    shell: State<'_, Shell>,
    id: String,
    settings: FolderSettings,
    consent: bool,
) -> Result<Folder, Notice> {
    bounded("id", id.len(), ID)?;
    checked(&settings)?;
    let engine = shell.engine().await?;
    engine
        .update_folder(&id, &settings, consent)
        .await
        .map_err(refused)
}

/// Pauses a folder.
#[tauri::command]
#[specta::specta]
pub async fn pause_folder(shell: State<'_, Shell>, id: String) -> Result<Folder, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.pause_folder(&id).await.map_err(refused)
}

/// Resumes a paused folder.
#[tauri::command]
#[specta::specta]
pub async fn resume_folder(shell: State<'_, Shell>, id: String) -> Result<Folder, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.resume_folder(&id).await.map_err(refused)
}

/// Removes a watched folder. Its posts stay in the queue, and its files stay in place.
#[tauri::command]
#[specta::specta]
pub async fn remove_folder(shell: State<'_, Shell>, id: String) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.remove_folder(&id).await.map_err(refused)
}

/// A page of the files of a folder, newest first.
#[tauri::command]
#[specta::specta]
pub async fn folder_files(
    shell: State<'_, Shell>,
    filter: FolderFilter,
) -> Result<FolderPage, Notice> {
    bounded("folderId", filter.folder_id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.folder_files(&filter).await.map_err(refused)
}

/// Ingests files that were offered, skipped, or wait for a side file. With `again`, also files that were posted before.
#[tauri::command]
#[specta::specta]
pub async fn take_files(
    shell: State<'_, Shell>,
    folder_id: String,
    paths: Vec<String>,
    again: bool,
) -> Result<Vec<IngestedFile>, Notice> {
    bounded("folderId", folder_id.len(), ID)?;
    bounded_paths(&paths)?;
    let engine = shell.engine().await?;
    engine
        .take_files(&folder_id, &paths, again)
        .await
        .map_err(refused)
}

/// Dismisses offered files permanently.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_files(
    shell: State<'_, Shell>,
    folder_id: String,
    paths: Vec<String>,
) -> Result<(), Notice> {
    bounded("folderId", folder_id.len(), ID)?;
    bounded_paths(&paths)?;
    let engine = shell.engine().await?;
    engine
        .dismiss_files(&folder_id, &paths)
        .await
        .map_err(refused)
}

/// The caption that a rule builds for a video's path.
#[tauri::command]
#[specta::specta]
pub async fn preview_caption(
    shell: State<'_, Shell>,
    rule: CaptionRule,
    hashtags: Vec<String>,
    path: String,
) -> Result<String, Notice> {
    bounded("path", path.len(), PATH)?;
    bounded_caption(&rule, &hashtags)?;
    let engine = shell.engine().await?;
    engine
        .preview_caption(&rule, &hashtags, &path)
        .map_err(refused)
}

/// Approves a draft from a folder: sends or schedules it by the folder's settings.
#[tauri::command]
#[specta::specta]
pub async fn approve_post(shell: State<'_, Shell>, id: String) -> Result<Post, Notice> {
    bounded("id", id.len(), ID)?;
    let engine = shell.engine().await?;
    engine.approve_post(&id).await.map_err(refused)
}

/// Shows a folder in the system's file manager.
#[tauri::command]
#[specta::specta]
pub async fn reveal_folder(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
) -> Result<(), Notice> {
    bounded("id", id.len(), ID)?;
    let path = shell
        .engine()
        .await?
        .folder(&id)
        .await
        .map_err(refused)?
        .path;
    // The opener starts another program, which can block.
    tokio::task::spawn_blocking(move || {
        app.opener()
            .open_path(path.to_string_lossy(), None::<&str>)
            .map_err(ShellError::FileManager)
    })
    .await
    .unwrap_or_else(|error| Err(ShellError::Browser(error.into())))
    .map_err(refused)
}

fn checked(settings: &FolderSettings) -> Result<(), Notice> {
    bounded("accounts", settings.accounts.len(), ACCOUNTS)?;
    for account in &settings.accounts {
        bounded("account", account.len(), ID)?;
    }
    let post = &settings.post;
    bounded("caption", post.caption.len(), CAPTION)?;
    let length = |text: &Option<String>| text.as_deref().map_or(0, str::len);
    bounded("privacy", length(&post.privacy), ID)?;
    bounded("accountId", length(&post.account_id), ID)?;
    if let FolderWhen::DailyAt { time } = &settings.when {
        bounded("time", time.len(), TIME)?;
    }
    bounded_caption(&settings.caption, &settings.hashtags)
}

fn bounded_caption(rule: &CaptionRule, hashtags: &[String]) -> Result<(), Notice> {
    if let CaptionRule::Template { template } = rule {
        bounded("template", template.len(), CAPTION)?;
    }
    bounded("hashtags", hashtags.len(), HASHTAGS)?;
    for hashtag in hashtags {
        bounded("hashtag", hashtag.len(), CAPTION)?;
    }
    Ok(())
}

fn bounded_paths(paths: &[String]) -> Result<(), Notice> {
    bounded("paths", paths.len(), FILES)?;
    for path in paths {
        bounded("path", path.len(), PATH)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_larger_than_the_window_sends_are_refused() {
        let with = |change: fn(&mut FolderSettings)| {
            let mut settings = FolderSettings::default();
            change(&mut settings);
            checked(&settings)
        };
        let long = || "x".repeat(CAPTION + 1);
        assert!(checked(&FolderSettings::default()).is_ok());
        assert!(with(|settings| settings.accounts = vec![String::new(); 101]).is_err());
        assert!(with(|settings| settings.accounts = vec!["x".repeat(65)]).is_err());
        assert!(with(|settings| settings.hashtags = vec![String::new(); 101]).is_err());
        assert!(with(|settings| settings.post.privacy = Some("x".repeat(65))).is_err());
        let time = "x".repeat(65);
        let when = FolderWhen::DailyAt { time };
        let settings = FolderSettings {
            when,
            ..FolderSettings::default()
        };
        assert!(checked(&settings).is_err());
        let template = CaptionRule::Template { template: long() };
        assert!(bounded_caption(&template, &[]).is_err());
        assert!(bounded_caption(&CaptionRule::FileName, &[long()]).is_err());
        assert!(bounded_paths(&vec![String::new(); FILES + 1]).is_err());
        assert!(bounded_paths(&["x".repeat(PATH + 1)]).is_err());
    }
}
