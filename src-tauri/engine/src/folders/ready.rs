//! [`Readiness`]: checks that a folder is present, not paused, and that its settings still apply.

use std::path::PathBuf;

use slipway_core::{
    blocking::blocking,
    views::{FolderAction, FolderSettings},
};

use super::{
    error::FolderError,
    reasons::BlockReason,
    runtime::RuntimeState,
    store::FolderRow,
    volume::{self, Presence, Volume},
    watched_folders::Folders,
};

/// The result of the check whether files of a folder may be ingested.
pub(super) enum Readiness {
    /// Files may be ingested with these settings.
    Ready(Box<FolderSettings>, Volume),
    /// Nothing is ingested while the folder is in this state.
    Not(RuntimeState),
}

impl Folders {
    /// Checks whether files of a folder may be ingested.
    pub(super) async fn readiness(&self, folder: &FolderRow) -> Result<Readiness, FolderError> {
        if folder.paused {
            return Ok(Readiness::Not(RuntimeState::Paused));
        }
        let Some(settings) = folder.settings() else {
            return Ok(Readiness::Not(RuntimeState::Blocked(BlockReason::Settings)));
        };
        if let Some(block) = self.block(folder, &settings).await? {
            return Ok(Readiness::Not(RuntimeState::Blocked(block)));
        }
        let (root, device) = (PathBuf::from(&folder.path), folder.device);
        let presence = blocking(move || volume::find(&root, device)).await;
        Ok(match presence {
            Ok(Presence::Here(volume)) => Readiness::Ready(Box::new(settings), volume),
            Ok(Presence::Away) => Readiness::Not(RuntimeState::Away),
            Err(_) => Readiness::Not(RuntimeState::Blocked(BlockReason::Permission)),
        })
    }

    async fn block(
        &self,
        folder: &FolderRow,
        settings: &FolderSettings,
    ) -> Result<Option<BlockReason>, FolderError> {
        let now = self.clock.now();
        for id in &settings.accounts {
            let Some(account) = self.planner.accounts.get(id).await? else {
                return Ok(Some(BlockReason::AccountGone));
            };
            let account = account.view(now);
            let scope = match settings.action {
                FolderAction::Inbox if !account.can_inbox => "video.upload",
                FolderAction::Direct if !account.can_direct_post => "video.publish",
                _ => continue,
            };
            return Ok(Some(BlockReason::Scope { scope }));
        }
        if settings.action == FolderAction::Direct {
            if folder.consented_at.is_none() {
                return Ok(Some(BlockReason::Consent));
            }
            if self.store.lost_audience(folder).await? {
                return Ok(Some(BlockReason::Privacy));
            }
        }
        Ok(None)
    }
}
