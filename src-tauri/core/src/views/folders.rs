//! Watched folders, their files, and known uses of a video.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{post_settings::PostSettings, text::Notice};

/// The action for a new video in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FolderAction {
    /// It is sent to the creator's TikTok inbox.
    Inbox,
    /// It becomes a draft that waits for the creator's approval.
    #[default]
    Approve,
    /// It is posted directly with the folder's settings, to which the creator agreed.
    Direct,
}

/// When a post from a folder goes out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FolderWhen {
    /// As soon as possible.
    #[default]
    AtOnce,
    /// At the account's next free weekly slot.
    NextSlot,
    /// On the account's next free day, one post a day.
    DailyAt {
        /// `HH:MM` in the zone of the settings.
        time: String,
    },
}

/// The source of a caption.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum CaptionRule {
    /// The file's name.
    #[default]
    FileName,
    /// `NAME.txt` beside the video.
    TextFile,
    /// `NAME.json` beside the video, with every field of a post.
    JsonFile,
    /// A text with `{name}`, `{date}`, `{folder}` and `{n}`.
    Template {
        /// The text.
        template: String,
    },
}

/// The use of subfolders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Subfolders {
    /// None.
    #[default]
    Ignore,
    /// All of them.
    Include,
    /// Each is named after the account for its videos.
    PerAccount,
}

/// The action for a file after all its posts are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AfterPosting {
    /// It stays.
    #[default]
    Leave,
    /// It is moved to `Posted` beside it.
    MoveToPosted,
    /// It gets the extended attribute `user.slipway.posted`.
    Tag,
}

/// The settings of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct FolderSettings {
    /// Slipway's ids of the accounts to post to; with [`Subfolders::PerAccount`] those that subfolders may name.
    pub accounts: Vec<String>,
    /// The action for a new video.
    pub action: FolderAction,
    /// The choices of each post. Account, mode and caption come from elsewhere.
    pub post: PostSettings,
    /// When a post goes out.
    pub when: FolderWhen,
    /// The source of its caption.
    pub caption: CaptionRule,
    /// Hashtags after every caption, without `#`.
    pub hashtags: Vec<String>,
    /// The use of subfolders.
    pub subfolders: Subfolders,
    /// The action for a file after all its posts are published.
    pub after: AfterPosting,
}

/// The state of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FolderState {
    /// New files are detected.
    Watching {
        /// Whether it is polled every few seconds, because the system reports no changes there.
        by_scanning: bool,
    },
    /// It is being scanned.
    Scanning,
    /// The creator paused it.
    Paused,
    /// It is missing at present, for example on a removed drive.
    Away {
        /// The text.
        notice: Notice,
    },
    /// No file is ingested until the creator has acted.
    Blocked {
        /// The text.
        notice: Notice,
    },
}

/// The number of files per state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderCounts {
    /// Videos that were there before the folder was added.
    pub offered: u32,
    /// Videos that are being written or were just written.
    pub settling: u32,
    /// Videos that wait for their sidecar file.
    pub waiting: u32,
    /// Drafts that wait for the creator's approval.
    pub approval: u32,
    /// Videos with posts.
    pub taken: u32,
    /// Skipped videos.
    pub skipped: u32,
    /// Other files.
    pub ignored: u32,
}

/// A folder that is watched for videos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    /// Slipway's id.
    pub id: String,
    /// Its path.
    pub path: PathBuf,
    /// The settings of the folder.
    pub settings: FolderSettings,
    /// Its state.
    pub state: FolderState,
    /// The number of files per state.
    pub counts: FolderCounts,
    /// When the creator agreed to posting directly, as RFC 3339.
    pub consented_at: Option<String>,
    /// When it was added, as RFC 3339.
    pub added_at: String,
}

/// The state of a file in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FolderFileState {
    /// It existed before the folder was added, and is ingested only by hand.
    Offered,
    /// It is being written or was just written.
    Settling,
    /// It waits for its sidecar file.
    WaitingForSideFile {
        /// The sidecar file's name.
        name: String,
    },
    /// It was ingested.
    Taken {
        /// Its posts in the queue, by id.
        posts: Vec<String>,
        /// When, as RFC 3339.
        at: String,
    },
    /// It was skipped.
    Skipped {
        /// Why.
        notice: Notice,
        /// Whether it can be ingested anyway.
        again: bool,
    },
}

/// A video in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderFile {
    /// The folder's id.
    pub folder_id: String,
    /// Its path inside the folder.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its state.
    pub state: FolderFileState,
    /// When it was first seen as it is, as RFC 3339.
    pub seen_at: String,
}

/// The state of files to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FolderShow {
    /// Videos that existed before the folder was added.
    Offered,
    /// Ingested videos.
    Taken,
    /// Skipped videos.
    Skipped,
    /// Videos that are being written or wait for a sidecar file.
    Waiting,
}

/// The request for a page of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderFilter {
    /// The folder.
    pub folder_id: String,
    /// Only files in this state; all files if it is not set.
    pub show: Option<FolderShow>,
    /// The cursor of the page: [`FolderPage::next`] of the previous page.
    pub before: Option<u64>,
}

/// A page of files, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderPage {
    /// At most 100.
    pub files: Vec<FolderFile>,
    /// The cursor of the next page, if there is one.
    pub next: Option<u64>,
}

/// A subfolder of a folder that is to be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SubfolderPreview {
    /// Its name.
    pub name: String,
    /// Slipway's id of the account with its name, if there is one.
    pub account_id: Option<String>,
}

/// The content of a folder that is to be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderPreview {
    /// The number of videos.
    pub videos: u32,
    /// The number of other files.
    pub other_files: u32,
    /// The subfolders right below it.
    pub subfolders: Vec<SubfolderPreview>,
    /// Whether its drive reports no changes, so that it is polled every few seconds.
    pub network: bool,
}

/// The result of ingesting a file by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IngestedFile {
    /// Its path inside the folder.
    pub path: String,
    /// Its posts.
    pub post_ids: Vec<String>,
    /// Why it was not ingested.
    pub notice: Option<Notice>,
}

/// The watched folder that a post comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PostFolder {
    /// The folder's id.
    pub id: String,
    /// The folder's name.
    pub name: String,
    /// When its posts go out.
    pub when: FolderWhen,
    /// Whether the post is a draft that waits for the creator's approval.
    pub approval: bool,
    /// Why it needs approval, if the folder posts directly.
    pub notice: Option<Notice>,
}

/// Whether a video was published or is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum KnownState {
    /// In the queue.
    Planned,
    /// Published, delivered or unconfirmed.
    Posted,
}

/// Another use of the same video, by content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KnownUse {
    /// The account's nickname.
    pub account_name: String,
    /// The post, while it is in the queue.
    pub post_id: Option<String>,
    /// When it was sent or added, as RFC 3339.
    pub at: String,
    /// Whether it was published.
    pub state: KnownState,
    /// The text.
    pub notice: Notice,
}
