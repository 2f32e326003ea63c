//! Shows, verifies and exports the audit trail.

use std::{path::Path, sync::Arc};

use slipway_core::{
    account_name,
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
use crate::status::{Source, StatusBoard};

/// Verifies the trail, one run at a time, keeps the last verdict, and shows a notice about a break.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) database: Arc<Database>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) status_board: Arc<StatusBoard>,
    pub(super) last: Mutex<Option<Verdict>>,
}

impl Verifier {
    pub(super) async fn verify(&self) -> Result<Verdict, AuditError> {
        self.run(&mut *self.last.lock().await).await
    }

    /// Returns the last verdict. Before the first one, waits for the running verification or starts one.
    async fn last(&self) -> Result<Verdict, AuditError> {
        let mut last = self.last.lock().await;
        match *last {
            Some(verdict) => Ok(verdict),
            None => self.run(&mut last).await,
        }
    }

    async fn run(&self, last: &mut Option<Verdict>) -> Result<Verdict, AuditError> {
        let now = self.clock.now();
        let verdict = audit::verify(&self.database.pool, &self.database.vault, now).await?;
        if let Some(broken) = verdict.broken {
            tracing::error!(
                ?broken,
                "[Audit] Verify failed: the trail is not as it was written"
            );
        }
        let notices = verdict.broken.iter().map(Explain::explain).collect();
        self.status_board.show(Source::Audit, notices);
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
    /// Returns a page of the audit trail, newest first.
    ///
    /// # Errors
    /// [`AuditError::Moment`] for invalid dates.
    pub async fn audit(&self, filter: &AuditFilter) -> Result<AuditPage, AuditError> {
        let mut page = audit::page(&self.database.pool, filter).await?;
        for entry in &mut page.entries {
            if let Some(name) = &mut entry.account_name {
                account_name::show(name, self.texts);
            }
        }
        Ok(page)
    }

    /// Returns the result of the last verification. The trail is verified at every start.
    pub async fn audit_state(&self) -> Result<AuditState, AuditError> {
        self.verifier.view(self.verifier.last().await?).await
    }

    /// Verifies the audit trail.
    pub async fn verify_audit(&self) -> Result<AuditState, AuditError> {
        self.verifier.view(self.verifier.verify().await?).await
    }

    /// Exports the entries that match the filter to `path`, oldest first, and returns their number. Replaces an existing
    /// file, which stays unchanged if the export fails.
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
            texts: self.texts,
        };
        audit::export(pool, vault, self.clock.now(), filter, target).await
    }
}
