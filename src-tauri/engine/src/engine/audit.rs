//! The audit trail: shown, verified, exported.

use std::{path::Path, sync::Arc};

use slipway_core::{
    clock::Clock,
    notice::Explain,
    views::{AuditFilter, AuditFormat, AuditPage, AuditState},
};
use slipway_store::{
    audit::{self, AuditError, Verdict},
    database::Database,
};
use tokio::sync::Mutex;

use super::Engine;
use crate::status::{Board, Source};

/// Verifies the trail, one at a time, remembers what it found, and tells of a break.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) database: Arc<Database>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) board: Arc<Board>,
    pub(super) last: Mutex<Option<Verdict>>,
}

impl Verifier {
    pub(super) async fn verify(&self) -> Result<Verdict, AuditError> {
        self.look(&mut *self.last.lock().await).await
    }

    /// What was found last; the first time waits for whoever is looking, or looks.
    async fn last(&self) -> Result<Verdict, AuditError> {
        let mut last = self.last.lock().await;
        match *last {
            Some(verdict) => Ok(verdict),
            None => self.look(&mut last).await,
        }
    }

    async fn look(&self, last: &mut Option<Verdict>) -> Result<Verdict, AuditError> {
        let now = self.clock.now();
        let verdict = audit::verify(&self.database.pool, &self.database.vault, now).await?;
        if let Some(broken) = verdict.broken {
            tracing::error!(
                ?broken,
                "[Audit] Verify failed: the trail is not as it was written"
            );
        }
        let notices = verdict.broken.iter().map(Explain::explain).collect();
        self.board.show(Source::Audit, notices);
        *last = Some(verdict);
        Ok(verdict)
    }

    async fn view(&self, verdict: Verdict) -> Result<AuditState, AuditError> {
        Ok(AuditState {
            entries: audit::count(&self.database.pool).await?,
            verified_at: verdict.at.to_string(),
            broken_at: verdict.broken.map(|broken| broken.seq),
            notice: verdict.broken.map(|broken| broken.explain()),
        })
    }
}

impl Engine {
    /// Some entries of the audit trail, newest first.
    ///
    /// # Errors
    /// [`AuditError::Moment`] for dates that are none.
    pub async fn audit(&self, filter: &AuditFilter) -> Result<AuditPage, AuditError> {
        audit::page(&self.database.pool, filter).await
    }

    /// Whether the audit trail was whole when it was last verified; that is done at every start.
    pub async fn audit_state(&self) -> Result<AuditState, AuditError> {
        self.verifier.view(self.verifier.last().await?).await
    }

    /// Verifies the whole audit trail now.
    pub async fn verify_audit(&self) -> Result<AuditState, AuditError> {
        self.verifier.view(self.verifier.verify().await?).await
    }

    /// Writes the entries that the filter lets through to `path`, oldest first, and says how many they are. A file that
    /// was there is replaced; when something goes wrong it stays as it was.
    pub async fn export_audit(
        &self,
        filter: &AuditFilter,
        format: AuditFormat,
        path: &Path,
    ) -> Result<u64, AuditError> {
        let Database { pool, vault, .. } = &*self.database;
        let target = audit::Target {
            format,
            path,
            texts: &self.texts,
        };
        audit::export(pool, vault, self.clock.now(), filter, target).await
    }
}
