//! Watched folders: adding and changing them, their files, and approving what came from them.

use std::path::Path;

use slipway_core::views::{
    CaptionRule, Event, Folder, FolderFilter, FolderPage, FolderPreview, FolderSettings, Post,
    PostState, TakenFile,
};
use tokio::sync::broadcast::error::RecvError;

use super::Engine;
use crate::engine::EngineError;

impl Engine {
    /// The watched folders, in the order in which they were added.
    pub async fn folders(&self) -> Result<Vec<Folder>, EngineError> {
        Ok(self.folders.list().await?)
    }

    /// One watched folder.
    pub async fn folder(&self, id: &str) -> Result<Folder, EngineError> {
        Ok(self.folders.folder(id).await?)
    }

    /// What is in a folder that is to be watched.
    pub async fn preview_folder(
        &self,
        path: &Path,
        settings: &FolderSettings,
    ) -> Result<FolderPreview, EngineError> {
        Ok(self.folders.preview(path, settings).await?)
    }

    /// Watches a folder from now on. What is in it already is offered. Posting directly needs the creator's consent to
    /// exactly these choices, which the audit trail tells of.
    pub async fn add_folder(
        &self,
        path: &Path,
        settings: &FolderSettings,
        consent: bool,
    ) -> Result<Folder, EngineError> {
        Ok(self.folders.add(path, settings, consent).await?)
    }

    /// Changes what the creator chose for a folder. Consent is needed again when what is posted directly changes.
    pub async fn update_folder(
        &self,
        id: &str,
        settings: &FolderSettings,
        consent: bool,
    ) -> Result<Folder, EngineError> {
        Ok(self.folders.update(id, settings, consent).await?)
    }

    /// Takes nothing from a folder until [`Engine::resume_folder`].
    pub async fn pause_folder(&self, id: &str) -> Result<Folder, EngineError> {
        Ok(self.folders.set_paused(id, true).await?)
    }

    /// Watches a paused folder again; what came meanwhile is taken.
    pub async fn resume_folder(&self, id: &str) -> Result<Folder, EngineError> {
        Ok(self.folders.set_paused(id, false).await?)
    }

    /// Watches a folder no more. Its posts stay in the queue, its files where they are.
    pub async fn remove_folder(&self, id: &str) -> Result<(), EngineError> {
        Ok(self.folders.remove(id).await?)
    }

    /// Some files of a folder, newest first.
    pub async fn folder_files(&self, filter: &FolderFilter) -> Result<FolderPage, EngineError> {
        Ok(self.folders.files(filter).await?)
    }

    /// Makes posts of files that were offered, left out, or wait for a side file; with `again` also of videos that were
    /// posted before.
    pub async fn take_files(
        &self,
        folder_id: &str,
        paths: &[String],
        again: bool,
    ) -> Result<Vec<TakenFile>, EngineError> {
        Ok(self
            .folders
            .ingest_manually(folder_id, paths, again)
            .await?)
    }

    /// Leaves offered files alone for good.
    pub async fn dismiss_files(
        &self,
        folder_id: &str,
        paths: &[String],
    ) -> Result<(), EngineError> {
        Ok(self.folders.dismiss(folder_id, paths).await?)
    }

    /// The caption that a rule makes of a video at `path`; the first one of a folder, for `{n}`.
    pub fn preview_caption(
        &self,
        rule: &CaptionRule,
        hashtags: &[String],
        path: &str,
    ) -> Result<String, EngineError> {
        Ok(self.folders.preview_caption(rule, hashtags, path)?)
    }

    /// Sends or schedules a draft from a folder, as the folder says.
    pub async fn approve_post(&self, id: &str) -> Result<Post, EngineError> {
        Ok(self.folders.approve(id).await?)
    }

    /// Folders are watched, and their files dealt with once their posts are out.
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
                        // A folder may have come back with its drive, and a post that is gone is not waited for.
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
