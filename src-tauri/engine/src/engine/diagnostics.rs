//! Diagnostics: how everything stands, gathered for a helper.

use std::collections::BTreeMap;

use slipway_accounts::accounts::AccountRow;
use slipway_core::texts::Language;
use slipway_core::texts::Texts;
use slipway_core::{
    clock,
    views::{DiagnosticsChoice, HistoryEntry, Settings},
};
use slipway_store::database::register_secrets;

use super::Engine;
use crate::{
    diagnostics::{
        AccountFacts, BackupState, CallCount, DatabaseState, Diagnostics, DiagnosticsState,
        FolderFacts, PostFacts, QueueState, ServiceState, StandingState, TikTokState,
    },
    engine::EngineError,
    posts::PostRow,
};

/// How many posts are told one by one.
const POSTS: usize = 500;

impl Engine {
    /// How everything stands, for a helper. No secret and no account's name is in it, and captions and names of files
    /// only if they are ticked.
    pub async fn diagnostics(&self, choice: DiagnosticsChoice) -> Result<Diagnostics, EngineError> {
        let pool = &self.database.pool;
        // From here on, all stored secrets are known to whatever is written.
        register_secrets(&self.database).await?;
        let posts = self.posts.list().await?;
        let state = DiagnosticsState {
            made_at: self.clock.now().to_string(),
            engine: env!("CARGO_PKG_VERSION"),
            tiktok: self.tiktok_state(),
            vault: self.vault().await?.source,
            settings: Settings {
                // Whose page it is, is nobody's business.
                hosted_page: self.settings().hosted_page.map(|_| "[set]".to_owned()),
                ..self.settings()
            },
            standing: self.standing_state(),
            accounts: self.accounts.list().await?.iter().map(account).collect(),
            pending_revocations: sqlx::query_scalar!("SELECT COUNT(*) FROM revocations")
                .fetch_one(pool)
                .await?,
            queue: self.queue_state(&posts, choice).await?,
            folders: self
                .folders()
                .await?
                .into_iter()
                .map(|folder| FolderFacts::of(folder, choice))
                .collect(),
            recent_calls: sqlx::query_as!(
                CallCount,
                r#"SELECT account_id, call, COUNT(*) AS "count!: i64" FROM recent_calls
                   GROUP BY account_id, call"#
            )
            .fetch_all(pool)
            .await?,
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

    fn standing_state(&self) -> StandingState {
        let standing = self.standing();
        let service = |service: slipway_core::views::Service| ServiceState {
            host: service.host,
            account_id: service.account_id,
            trying: service.trying,
            next_try: service.next_try,
            code: service.notice.code,
        };
        StandingState {
            paused: standing.paused,
            network: standing.network,
            services: standing.services.into_iter().map(service).collect(),
            notices: standing
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
        // Whoever helps may not speak the creator's language.
        let texts = Texts::new(Language::English);
        let mut told = Vec::with_capacity(posts.len().min(POSTS));
        for post in posts.iter().take(POSTS) {
            let history: Vec<HistoryEntry> = self.posts.history(&post.id).await?;
            told.push(PostFacts::of(post, history, &texts, choice));
        }
        Ok(QueueState {
            counts,
            posts: told,
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
