//! Views: plain values without secrets that the engine shows to the window and to tests.

mod accounts;
mod audit;
mod away;
mod diagnostics;
mod event;
mod folders;
mod post_settings;
mod posts;
mod schedule;
mod settings;
mod setup;
mod status;
mod text;
mod transcode;
mod vault;

pub use accounts::{
    Account, AccountColour, AccountState, ConnectAttempt, ConnectOutcome, ConnectPurpose, Creator,
    MissingScope, PendingRevocation,
};
pub use audit::{AuditEntry, AuditFilter, AuditFormat, AuditKind, AuditPage, AuditState};
pub use away::{AwayItem, AwayReport};
pub use diagnostics::DiagnosticsChoice;
pub use event::Event;
pub use folders::{
    AfterPosting, CaptionRule, Folder, FolderAction, FolderCounts, FolderFile, FolderFileState,
    FolderFilter, FolderPage, FolderPreview, FolderSettings, FolderShow, FolderState, FolderWhen,
    IngestedFile, KnownState, KnownUse, PostFolder, SubfolderPreview, Subfolders,
};
pub use post_settings::{PostMode, PostSettings};
pub use posts::{
    AddedFile, Finding, HistoryEntry, Media, Post, PostState, Progress, Severity, WaitReason,
};
pub use schedule::{ClockChange, Forecast, LocalMoment, Schedule, Weekday, WeeklySlot};
pub use settings::{DailyWindow, Settings, UploadLimit, WebhookSettings};
pub use setup::Setup;
pub use status::{AppStatus, NetworkState, Service};
pub use text::{Argument, Arguments, Message, Notice};
pub use transcode::{
    Repair, TranscodeChoice, TranscodeOptions, TranscodeOutcome, TranscodePlan, TranscodeProgress,
    TranscodeSupport,
};
pub use vault::{KeyProtection, KeySource, VaultView};
