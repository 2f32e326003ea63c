//! Writes the audit entries of posts: the creator's consent, and the start of an upload. They contain neither caption nor
//! file name.

use slipway_core::views::{AuditKind, PostMode, PostSettings};
use slipway_store::audit::{self, Entry};
use sqlx::SqliteConnection;

use super::transition::Transition;
use crate::posts::{error::PostError, store::PostStore};

/// The terms that creators agree to on the posting page. Source: `/doc/content-sharing-guidelines`, point 4.
const MUSIC_USAGE: &str = "musicUsage";
const BRANDED_CONTENT_AND_MUSIC_USAGE: &str = "musicUsage brandedContent";

impl PostStore {
    /// Records that the creator submitted a post and thereby agreed to TikTok's terms. An inbox draft needs no consent:
    /// the creator gives it in the TikTok app.
    pub(super) async fn audit_consent(
        &self,
        step: &mut Transition<'_>,
        id: &str,
    ) -> Result<(), PostError> {
        let (settings, entry) = new_entry(&mut step.tx, AuditKind::ConsentGiven, id).await?;
        if settings.mode == PostMode::Inbox {
            return Ok(());
        }
        self.append_audit(step, consent(entry, &settings)).await
    }

    /// Records that TikTok accepted an upload.
    pub(super) async fn audit_start(
        &self,
        step: &mut Transition<'_>,
        id: &str,
        publish_id: &str,
    ) -> Result<(), PostError> {
        let (settings, entry) = new_entry(&mut step.tx, AuditKind::DirectPost, id).await?;
        let entry = match settings.mode {
            PostMode::Direct => with_choices(entry, &settings),
            PostMode::Inbox => entry.telling_of(AuditKind::InboxDraft),
        };
        self.append_audit(step, entry.with("publishId", publish_id))
            .await
    }

    async fn append_audit(&self, step: &mut Transition<'_>, entry: Entry) -> Result<(), PostError> {
        let now = slipway_core::clock::from_millis(step.now);
        Ok(audit::append(&mut step.tx, &self.vault, now, entry).await?)
    }
}

/// A new audit entry about a post, and the post's settings.
async fn new_entry(
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

/// The entry with the terms that the creator agrees to by these settings.
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
