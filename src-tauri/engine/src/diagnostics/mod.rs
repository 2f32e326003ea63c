//! Diagnostics: a report of the engine's state and a redacted log, which a creator can give to a helper.

mod scrub;
mod state;

use slipway_core::{redaction, views::DiagnosticsChoice};
use slipway_store::BoxError;
use sqlx::SqlitePool;

pub(crate) use state::{
    AccountFacts, BackupState, DatabaseState, DiagnosticsState, FolderFacts, PostFacts, QueueState,
    ServiceState, StatusReport, TikTokState,
};

use crate::posts::PostRow;
use scrub::{PrivateTexts, Scrubber, without_tokens};

/// The diagnostics could not be gathered.
#[derive(Debug, thiserror::Error)]
pub enum DiagnosticsError {
    /// A value could not be serialised, or the scrubber could not be built.
    #[error("[Diagnostics] Export failed: {0}")]
    Serialise(BoxError),
    /// The database refused the operation.
    #[error("[Database] {0}")]
    Database(#[from] sqlx::Error),
}

/// The report of the engine's state, and the scrubber that removes names, captions and secrets from log lines.
#[derive(Debug)]
pub struct Diagnostics {
    state: DiagnosticsState,
    scrubber: Scrubber,
}

impl Diagnostics {
    pub(crate) async fn new(
        mut state: DiagnosticsState,
        posts: &[PostRow],
        pool: &SqlitePool,
        choice: DiagnosticsChoice,
    ) -> Result<Self, DiagnosticsError> {
        let mut texts = PrivateTexts::default();
        for name in names(pool).await? {
            texts.account(&name);
        }
        for post in posts {
            if !choice.file_names {
                texts.file(&post.path);
                texts.file(&post.file_name);
            }
            if !choice.captions {
                texts.caption(&post.settings().caption);
            }
        }
        if !choice.file_names {
            for path in paths(pool).await? {
                texts.file(&path);
            }
        }
        let scrubber =
            Scrubber::new(texts).map_err(|error| DiagnosticsError::Serialise(error.into()))?;
        for line in state.texts() {
            *line = scrubber.scrub(line);
        }
        Ok(Self { state, scrubber })
    }

    /// Returns when the diagnostics were gathered, as RFC 3339.
    pub fn made_at(&self) -> &str {
        &self.state.made_at
    }

    /// Returns the report as indented JSON.
    ///
    /// # Errors
    /// [`DiagnosticsError::Serialise`] if a value cannot be serialised, which would be a bug.
    pub fn json(&self) -> Result<String, DiagnosticsError> {
        let json = serde_json::to_string_pretty(&self.state)
            .map_err(|error| DiagnosticsError::Serialise(error.into()))?;
        Ok(without_tokens(&redaction::redact(&json)).into_owned())
    }

    /// Removes secrets and account names from a log line, and captions and file names unless the creator included them.
    pub fn scrub(&self, line: &str) -> String {
        self.scrubber.scrub(line)
    }
}

/// Returns all stored paths of watched folders and videos.
async fn paths(pool: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT path AS "path!: String" FROM folders
           UNION SELECT path FROM folder_files
           UNION SELECT path FROM videos"#
    )
    .fetch_all(pool)
    .await
}

/// Returns all present and former names of accounts.
async fn names(pool: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT display_name AS "name!" FROM accounts
           UNION SELECT username FROM accounts WHERE username IS NOT NULL
           UNION SELECT label FROM accounts WHERE label IS NOT NULL
           UNION SELECT account_name FROM revocations
           UNION SELECT account_name FROM posts WHERE account_name IS NOT NULL
           UNION SELECT account_name FROM video_uses
           UNION SELECT json_extract(details, '$.accountName') FROM audit
                 WHERE json_valid(details) AND json_extract(details, '$.accountName') IS NOT NULL"#
    )
    .fetch_all(pool)
    .await
}
