//! Replaces a post's file by the one that the transcoder made of it.

use slipway_core::views::Message;

use super::transition::{Transition, forget_upload};
use crate::{
    posts::{
        error::PostError,
        history,
        new_post::NewPost,
        row::parse_state,
        state::{State, Step},
        store::{PostStore, json, write_history},
    },
    videos,
};

impl PostStore {
    /// `draft | failed → draft`, with `file` in place of the post's own file. `video` is the id of the file's video.
    pub(crate) async fn use_transcoded_file(
        &self,
        id: &str,
        file: &NewPost,
        video: i64,
    ) -> Result<(), PostError> {
        let text = history::transcoded_file(&file.file_name);
        let mut step = if self.get(id).await?.state()? == State::Draft {
            self.edit_draft(id, &text).await?
        } else {
            self.step(id, Step::Compose, State::Draft, Some(&text))
                .await?
        };
        let size = file.size.cast_signed();
        let (media, findings) = (json(&file.media), json(&file.findings));
        let lasts = i64::try_from(file.media.duration_ms).unwrap_or(i64::MAX);
        // A cover in a part that was cut off is cleared.
        sqlx::query!(
            "UPDATE posts SET path = ?, file_name = ?, size = ?, modified_ns = ?, fingerprint = ?, media = ?,
                    findings = ?, video_id = ?, cause = NULL, queued_at = NULL, attempts = 0, inits = 0, lost_inits = 0,
                    finished_at = NULL, due_at = NULL, schedule_local = NULL, schedule_zone = NULL,
                    settings = CASE WHEN json_extract(settings, '$.coverMs') > ?
                               THEN json_set(settings, '$.coverMs', NULL) ELSE settings END
             WHERE id = ?",
            file.path,
            file.file_name,
            size,
            file.modified_ns,
            file.fingerprint,
            media,
            findings,
            video,
            lasts,
            id
        )
        .execute(&mut *step.tx)
        .await?;
        videos::set_file(&mut step.tx, video, file.video_file()).await?;
        forget_upload(&mut step.tx, id).await?;
        step.done().await
    }

    /// Begins a change of a draft that leaves its state.
    async fn edit_draft(&self, id: &str, text: &Message) -> Result<Transition<'_>, PostError> {
        let now = self.now();
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query!("SELECT state FROM posts WHERE id = ?", id)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(PostError::NoSuchPost)?;
        let state = parse_state(&row.state)?;
        if state != State::Draft {
            return Err(PostError::WrongState {
                operation: "Edit",
                state: state.as_str(),
            });
        }
        write_history(&mut tx, id, now, text).await?;
        Ok(Transition { tx, now })
    }
}
