//! Gathers the diagnostics.

use std::collections::BTreeMap;

use slipway_accounts::{accounts::AccountRow, rate_limit::recent_calls};
use slipway_core::{
    clock,
    texts::{Language, Texts},
    views::{DiagnosticsChoice, HistoryEntry, Settings},
};
use slipway_store::database::register_secrets;

use super::Engine;
use crate::{
    diagnostics::{
        AccountFacts, BackupState, DatabaseState, Diagnostics, DiagnosticsState, FolderFacts,
        PostFacts, QueueState, ServiceState, StatusReport, TikTokState,
    },
    engine::EngineError,
    posts::PostRow,
};

/// The most posts that are listed.
const POSTS: usize = 500;

impl Engine {
    /// Gathers the diagnostics, without secrets and account names. Captions and file names are included only if `choice`
    /// says so.
    pub async fn diagnostics(&self, choice: DiagnosticsChoice) -> Result<Diagnostics, EngineError> {
        let pool = &self.database.pool;
        // From here on, all stored secrets are redacted.
        register_secrets(&self.database).await?;
        let posts = self.posts.list().await?;
        let state = DiagnosticsState {
            made_at: self.clock.now().to_string(),
            engine: env!("CARGO_PKG_VERSION"),
            tiktok: self.tiktok_state(),
            vault: self.vault().await?.source,
            settings: Settings {
                // The address of the hosted page identifies the creator.
                hosted_page: self.settings().hosted_page.map(|_| "[set]".to_owned()),
                ..self.settings()
            },
            status: self.status_report(),
            accounts: self.accounts.list().await?.iter().map(account).collect(),
            pending_revocations: self.accounts.count_revocations().await?,
            queue: self.queue_state(&posts, choice).await?,
            folders: self
                .folders()
                .await?
                .into_iter()
                .map(|folder| FolderFacts::of(folder, choice))
                .collect(),
            recent_calls: recent_calls(pool).await?,
            database: self.database_state(),
            audit: self.audit_state().await?,
        };
        Ok(Diagnostics::new(state, &posts, pool, choice).await?)
    }

    fn tiktok_state(&self) -> TikTokState {
        let setup = self.setup();
        TikTokState {
            api: self.endpoints.api().origin().ascii_serialization(),
            on_this_computer: self.endpoints.api_is_loopback(),
            has_credentials: setup.has_secret,
            credentials_from_environment: setup.from_environment,
        }
    }

    fn status_report(&self) -> StatusReport {
        let status = self.status();
        let service = |service: slipway_core::views::Service| ServiceState {
            host: service.host,
            account_id: service.account_id,
            trying: service.trying,
            next_try: service.next_try,
            code: service.notice.code,
        };
        StatusReport {
            paused: status.paused,
            network: status.network,
            services: status.services.into_iter().map(service).collect(),
            notices: status
                .notices
                .into_iter()
                .map(|notice| notice.code)
                .collect(),
        }
    }

    async fn queue_state(
        &self,
        posts: &[PostRow],
        choice: DiagnosticsChoice,
    ) -> Result<QueueState, EngineError> {
        let mut counts = BTreeMap::new();
        for post in posts {
            *counts.entry(post.state.clone()).or_default() += 1;
        }
        // Always English, for the helper who reads the report.
        let texts = Texts::of(Language::English);
        let mut facts = Vec::with_capacity(posts.len().min(POSTS));
        for post in posts.iter().take(POSTS) {
            let history: Vec<HistoryEntry> = self.posts.history(&post.id).await?;
            facts.push(PostFacts::of(post, history, texts, choice));
        }
        Ok(QueueState {
            counts,
            posts: facts,
        })
    }

    fn database_state(&self) -> DatabaseState {
        let facts = self.database.stats();
        let backups = facts.backups.into_iter().map(|backup| BackupState {
            made_at: backup.made_at.to_string(),
            daily: backup.daily,
            bytes: backup.bytes,
        });
        DatabaseState {
            version: facts.version,
            bytes: facts.bytes,
            side_bytes: facts.side_bytes,
            backups: backups.collect(),
        }
    }
}

fn account(row: &AccountRow) -> AccountFacts {
    let moment = |at: i64| clock::from_millis(at).to_string();
    AccountFacts {
        id: row.id.clone(),
        state: row.state.as_str().to_owned(),
        lost: row.lost.clone(),
        scopes: row.scopes.clone(),
        connected_at: moment(row.connected_at),
        access_expires_at: moment(row.access_expires_at),
        refresh_due_at: moment(row.refresh_due_at),
        refresh_asked_at: row.refresh_asked_at.map(moment),
        refresh_expires_at: moment(row.refresh_expires_at),
    }
}
