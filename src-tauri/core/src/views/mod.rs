//! What the engine shows of itself: plain, secret-free values that the window, the tests and the benches read.

mod accounts;
mod audit;
mod diagnostics;
mod event;
mod fit;
mod folders;
mod post_settings;
mod posts;
mod schedule;
mod settings;
mod setup;
mod status;
mod vault;

pub use accounts::{
    Account, AccountColour, AccountState, ConnectAttempt, ConnectOutcome, ConnectPurpose, Creator,
    MissingScope, PendingRevocation,
};
pub use audit::{AuditEntry, AuditFilter, AuditFormat, AuditKind, AuditPage, AuditState};
pub use diagnostics::DiagnosticsChoice;
pub use event::Event;
pub use fit::{Fit, FitChoice, FitOutcome, FitPlan, FitProgress, FitSupport, Mend};
pub use folders::{
    AfterPosting, CaptionRule, Folder, FolderAction, FolderCounts, FolderFile, FolderFileState,
    FolderFilter, FolderPage, FolderPreview, FolderSettings, FolderShow, FolderState, FolderWhen,
    KnownState, KnownUse, PostFolder, SubfolderPreview, Subfolders, TakenFile,
};
pub use post_settings::{PostMode, PostSettings};
pub use posts::{
    AddedFile, Finding, HistoryEntry, Media, Post, PostState, Progress, Severity, WaitReason,
};
pub use schedule::{ClockChange, Forecast, LocalMoment, Schedule, Weekday, WeeklySlot};
pub use settings::{DailyWindow, Settings, UploadLimit, WebhookSettings};
pub use setup::Setup;
pub use status::{NetworkState, Service, Standing};
pub use vault::{KeyProtection, KeySource, VaultView};

use serde::{Deserialize, Serialize};
use specta::Type;

/// A text for a creator in three parts. Made in `notices`, from typed errors, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// A stable name of the kind of notice, for tests and translations.
    pub code: String,
    /// What happened.
    pub happened: String,
    /// What Slipway does about it.
    pub slipway: String,
    /// What the creator can do. May be empty when nothing is needed.
    pub you: String,
}
