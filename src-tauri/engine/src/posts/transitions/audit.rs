//! What the audit trail tells of a post: what the creator agreed to, and that it was handed to TikTok. Neither caption
//! nor file name is among it.

use slipway_core::views::{AuditKind, PostMode, PostSettings};
use slipway_store::audit::{self, Entry};
use sqlx::SqliteConnection;

use super::Move;
use crate::{posts::PostError, posts::PostStore};

/// What the posting page has creators agree to. Source: `/doc/content-sharing-guidelines`, point 4.
const MUSIC_USAGE: &str = "musicUsage";
const BRANDED_CONTENT_AND_MUSIC_USAGE: &str = "musicUsage brandedContent";

impl PostStore {
    /// The creator sends a post, and agreed to TikTok's terms by that. An inbox draft asks for no consent: the creator
    /// gives it in TikTok's own app.
    pub(super) async fn tell_of_consent(
        &self,
        step: &mut Move<'_>,
        id: &str,
    ) -> Result<(), PostError> {
        let (settings, entry) = about(&mut step.tx, AuditKind::ConsentGiven, id).await?;
        if settings.mode == PostMode::Inbox {
            return Ok(());
        }
        self.tell(step, consent(entry, &settings)).await
    }

    /// TikTok takes the post: from now on bytes may be sent.
    pub(super) async fn tell_of_start(
        &self,
        step: &mut Move<'_>,
        id: &str,
        publish_id: &str,
    ) -> Result<(), PostError> {
        let (settings, entry) = about(&mut step.tx, AuditKind::DirectPost, id).await?;
        let entry = match settings.mode {
            PostMode::Direct => with_choices(entry, &settings),
            PostMode::Inbox => entry.telling_of(AuditKind::InboxDraft),
        };
        self.tell(step, entry.with("publishId", publish_id)).await
    }

    async fn tell(&self, step: &mut Move<'_>, entry: Entry) -> Result<(), PostError> {
        let now = slipway_core::clock::from_millis(step.now);
        Ok(audit::append(&mut step.tx, &self.vault, now, entry).await?)
    }
}

/// An entry about a post, and what the creator chose for it.
async fn about(
    connection: &mut SqliteConnection,
    kind: AuditKind,
    id: &str,
) -> Result<(PostSettings, Entry), PostError> {
    let row = sqlx::query!(
        "SELECT account_id, account_name, settings FROM posts WHERE id = ?",
        id
    )
    .fetch_one(connection)
    .await?;
    let entry = Entry::new(kind).with("postId", id);
    let entry = match (row.account_id, row.account_name) {
        (Some(account), Some(name)) => entry.account(&account, &name),
        _ => entry,
    };
    Ok((
        serde_json::from_str(&row.settings).unwrap_or_default(),
        entry,
    ))
}

/// The entry with what the creator agreed to by these choices.
pub(crate) fn consent(entry: Entry, settings: &PostSettings) -> Entry {
    let branded = settings.discloses_commercial && settings.brand_content;
    let terms = if branded {
        BRANDED_CONTENT_AND_MUSIC_USAGE
    } else {
        MUSIC_USAGE
    };
    with_choices(entry, settings).with("terms", terms)
}

fn with_choices(entry: Entry, settings: &PostSettings) -> Entry {
    let privacy = settings.privacy.as_deref().unwrap_or_default();
    let flags = [
        ("disclosesCommercial", settings.discloses_commercial),
        ("brandOrganic", settings.brand_organic),
        ("brandContent", settings.brand_content),
        ("isAigc", settings.is_aigc),
    ];
    flags
        .into_iter()
        .fold(entry.with("privacy", privacy), |entry, (name, set)| {
            entry.with(name, set.to_string())
        })
}
