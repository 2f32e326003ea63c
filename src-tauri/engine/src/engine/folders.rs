//! Watched folders: adding and changing them, their files, and the approval of their posts.

use std::path::Path;

use slipway_core::views::{
    CaptionRule, Event, Folder, FolderFilter, FolderPage, FolderPreview, FolderSettings,
    IngestedFile, Post, PostState,
};
use tokio::sync::broadcast::error::RecvError;

use super::Engine;
use crate::engine::EngineError;

impl Engine {
    /// Returns the watched folders, oldest first.
    pub async fn folders(&self) -> Result<Vec<Folder>, EngineError> {
        Ok(self.folders.list().await?)
    }

    /// Returns one watched folder.
    pub async fn folder(&self, id: &str) -> Result<Folder, EngineError> {
        Ok(self.folders.folder(id).await?)
    }

    /// Scans a folder that the creator may want to watch.
    pub async fn preview_folder(
        &self,
        path: &Path,
        settings: &FolderSettings,
    ) -> Result<FolderPreview, EngineError> {
        Ok(self.folders.preview(path, settings).await?)
    }

    /// Starts to watch a folder. The videos that are already in it are offered. Direct posting needs the creator's consent
    /// to exactly these settings, which the audit trail records.
    pub async fn add_folder(
        &self,
        path: &Path,
        settings: &FolderSettings,
        consent: bool,
    ) -> Result<Folder, EngineError> {
        Ok(self.folders.add(path, settings, consent).await?)
    }

    /// Changes the settings of a folder. Consent is needed again if the change affects direct posting.
    pub async fn update_folder(
        &self,
        id: &str,
        settings: &FolderSettings,
        consent: bool,
    ) -> Result<Folder, EngineError> {
        Ok(self.folders.update(id, settings, consent).await?)
    }

    /// Pauses a folder until [`Engine::resume_folder`].
    pub async fn pause_folder(&self, id: &str) -> Result<Folder, EngineError> {
        Ok(self.folders.set_paused(id, true).await?)
    }

    /// Resumes a folder. Files that arrived during the pause are ingested.
    pub async fn resume_folder(&self, id: &str) -> Result<Folder, EngineError> {
        Ok(self.folders.set_paused(id, false).await?)
    }

    /// Stops to watch a folder. Its posts and files stay.
    pub async fn remove_folder(&self, id: &str) -> Result<(), EngineError> {
        Ok(self.folders.remove(id).await?)
    }

    /// Returns a page of a folder's files, newest first.
    pub async fn folder_files(&self, filter: &FolderFilter) -> Result<FolderPage, EngineError> {
        Ok(self.folders.files(filter).await?)
    }

    /// Ingests files that were offered or skipped, or that wait for a sidecar. With `again`, also videos that were posted
    /// before.
    pub async fn take_files(
        &self,
        folder_id: &str,
        paths: &[String],
        again: bool,
    ) -> Result<Vec<IngestedFile>, EngineError> {
        Ok(self
            .folders
            .ingest_manually(folder_id, paths, again)
            .await?)
    }

    /// Skips offered files permanently.
    pub async fn dismiss_files(
        &self,
        folder_id: &str,
        paths: &[String],
    ) -> Result<(), EngineError> {
        Ok(self.folders.dismiss(folder_id, paths).await?)
    }

    /// Returns the caption that a rule gives to a video at `path`, with 1 for `{n}`.
    pub fn preview_caption(
        &self,
        rule: &CaptionRule,
        hashtags: &[String],
        path: &str,
    ) -> Result<String, EngineError> {
        Ok(self.folders.preview_caption(rule, hashtags, path)?)
    }

    /// Approves a draft from a folder: queues or schedules it as the folder says.
    pub async fn approve_post(&self, id: &str) -> Result<Post, EngineError> {
        Ok(self.folders.approve(id).await?)
    }

    /// Watches the folders, and archives their files once the posts are published.
    pub(super) fn watch_folders(&self) {
        let (folders, database) = (self.folders.clone(), self.database.clone());
        self.spawn_task(async move {
            if let Err(error) = folders.start().await {
                tracing::error!(%error, "[Folders] Start failed");
                if let Some(error) = error.database() {
                    database.note(error);
                }
            }
        });
        let folders = self.folders.clone();
        self.spawn_task(async move { folders.send_events().await });
        let mut events = self.events.subscribe();
        let folders = self.folders.clone();
        self.spawn_task(async move {
            loop {
                folders.archive_files().await;
                loop {
                    match events.recv().await {
                        Ok(Event::PostChanged { post }) if is_out(&post) => break,
                        // A drive may have been connected again, and a removed post does not block the archive.
                        Ok(Event::FoldersChanged | Event::PostRemoved { .. })
                        | Err(RecvError::Lagged(_)) => break,
                        Ok(_) => {}
                        Err(RecvError::Closed) => return,
                    }
                }
            }
        });
        let (mut events, mut settings) = (self.events.subscribe(), self.settings.subscribe());
        let folders = self.folders.clone();
        self.spawn_task(async move {
            loop {
                tokio::select! {
                    event = events.recv() => match event {
                        Ok(Event::AccountsChanged) | Err(RecvError::Lagged(_)) => folders.wake_all(),
                        Ok(_) => {}
                        Err(RecvError::Closed) => return,
                    },
                    changed = settings.changed() => match changed {
                        Ok(()) => folders.wake_all(),
                        Err(_) => return,
                    },
                }
            }
        });
    }
}

fn is_out(post: &Post) -> bool {
    post.folder.is_some()
        && matches!(
            post.state,
            PostState::Published | PostState::DeliveredToInbox
        )
}
