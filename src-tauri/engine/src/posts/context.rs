//! The context of a post: the watched folder that it comes from, and the other posts of its video.

use std::{collections::HashMap, path::Path};

use slipway_core::{
    notice::Explain,
    views::{FolderSettings, KnownUse, PostFolder},
};

use super::{approval_reason::ApprovalReason, row::PostRow, state::State, store::PostStore};
use crate::videos::{self, Use};

/// The context of one post or of all posts.
#[derive(Debug)]
pub(crate) struct PostContext {
    /// Folders by post id.
    folders: HashMap<String, FromFolder>,
    /// Uses by video id.
    uses: HashMap<i64, Vec<Use>>,
}

#[derive(Debug)]
struct FromFolder {
    folder_id: String,
    path: String,
    settings: String,
    held: Option<String>,
}

impl PostStore {
    /// Loads the context of a post.
    pub(crate) async fn context(&self, row: &PostRow) -> Result<PostContext, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let uses = match row.video_id {
            Some(video) => videos::uses(&mut connection, Some(video)).await?,
            None => Vec::new(),
        };
        drop(connection);
        Ok(PostContext::new(
            self.folders_of(Some(&row.id)).await?,
            uses,
        ))
    }

    /// Loads the context of all posts.
    pub(crate) async fn contexts(&self) -> Result<PostContext, sqlx::Error> {
        let uses = videos::uses(&mut *self.pool.acquire().await?, None).await?;
        Ok(PostContext::new(self.folders_of(None).await?, uses))
    }

    async fn folders_of(
        &self,
        post: Option<&str>,
    ) -> Result<HashMap<String, FromFolder>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT folder_posts.post_id AS "post_id!: String", folder_posts.held,
                      folders.id AS "folder_id!: String", folders.path, folders.settings
               FROM folder_posts
               JOIN folder_files ON folder_files.id = folder_posts.file_id
               JOIN folders ON folders.id = folder_files.folder_id
               WHERE ?1 IS NULL OR folder_posts.post_id = ?1"#,
            post
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let from = FromFolder {
                    folder_id: row.folder_id,
                    path: row.path,
                    settings: row.settings,
                    held: row.held,
                };
                (row.post_id, from)
            })
            .collect())
    }
}

impl PostContext {
    fn new(folders: HashMap<String, FromFolder>, all: Vec<Use>) -> Self {
        let mut uses: HashMap<i64, Vec<Use>> = HashMap::new();
        for one in all {
            uses.entry(one.video_id).or_default().push(one);
        }
        Self { folders, uses }
    }

    /// The folder that the post comes from.
    pub(super) fn folder(&self, row: &PostRow, state: State) -> Option<PostFolder> {
        let from = self.folders.get(&row.id)?;
        let settings: FolderSettings = serde_json::from_str(&from.settings).unwrap_or_default();
        let approval = state == State::Draft;
        let held: Option<ApprovalReason> = from
            .held
            .as_deref()
            .and_then(|held| serde_json::from_str(held).ok());
        let name = Path::new(&from.path).file_name();
        Some(PostFolder {
            id: from.folder_id.clone(),
            name: name.map_or_else(
                || from.path.clone(),
                |name| name.to_string_lossy().into_owned(),
            ),
            when: settings.when,
            approval,
            notice: held.filter(|_| approval).map(|held| held.explain()),
        })
    }

    /// The other posts of the same video, past and present.
    pub(super) fn known(&self, row: &PostRow) -> Vec<KnownUse> {
        let uses = row.video_id.and_then(|video| self.uses.get(&video));
        uses.into_iter()
            .flatten()
            .filter(|one| one.post_id != row.id)
            .map(Use::view)
            .collect()
    }
}
