//! Watch folders, the files in them, and what is known of a video that was seen before.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Notice, post_settings::PostSettings};

/// What becomes of a video from a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FolderAction {
    /// It goes to the creator's TikTok inbox.
    Inbox,
    /// It becomes a draft that waits for the creator's approval.
    #[default]
    Approve,
    /// It is posted with the choices of the folder, to which the creator agreed.
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

/// Where a caption comes from.
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

/// Which subfolders count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Subfolders {
    /// None.
    #[default]
    Ignore,
    /// All of them.
    Include,
    /// Each names the account that its videos are for.
    PerAccount,
}

/// What happens to a file when all its posts are out.
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

/// What the creator chose for a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct FolderSettings {
    /// Slipway's ids of the accounts to post to; with [`Subfolders::PerAccount`] those that subfolders may name.
    pub accounts: Vec<String>,
    /// What becomes of a video.
    pub action: FolderAction,
    /// The choices of each post. Account, mode and caption come from elsewhere.
    pub post: PostSettings,
    /// When a post goes out.
    pub when: FolderWhen,
    /// Where its caption comes from.
    pub caption: CaptionRule,
    /// Put after every caption; without `#`.
    pub hashtags: Vec<String>,
    /// Which subfolders count.
    pub subfolders: Subfolders,
    /// What happens to a file when all its posts are out.
    pub after: AfterPosting,
}

/// How a folder stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FolderState {
    /// What comes into it is seen.
    Watching {
        /// Whether it is looked at every few seconds, because the system tells of no changes there.
        by_scanning: bool,
    },
    /// It is being looked through.
    Scanning,
    /// The creator paused it.
    Paused,
    /// It is not there at the moment, such as on a drive that was taken out.
    Away {
        /// The text.
        notice: Notice,
    },
    /// Nothing is taken from it until the creator has done something.
    Blocked {
        /// The text.
        notice: Notice,
    },
}

/// How many files of a folder stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderCounts {
    /// Videos that were there before the folder was added.
    pub offered: u32,
    /// Videos that are still being written, or were just now.
    pub settling: u32,
    /// Videos that wait for their side file.
    pub waiting: u32,
    /// Drafts that wait for the creator's approval.
    pub approval: u32,
    /// Videos of which posts were made.
    pub taken: u32,
    /// Videos that were left out.
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
    /// Where it is.
    pub path: PathBuf,
    /// What the creator chose for it.
    pub settings: FolderSettings,
    /// How it stands.
    pub state: FolderState,
    /// How many files stand where.
    pub counts: FolderCounts,
    /// When the creator agreed to posting directly, as RFC 3339.
    pub consented_at: Option<String>,
    /// When it was added, as RFC 3339.
    pub added_at: String,
}

/// How a file of a folder stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum FolderFileState {
    /// It was there before the folder was added, and is taken by hand alone.
    Offered,
    /// It is still being written, or was just now.
    Settling,
    /// It waits for its side file.
    WaitingForSideFile {
        /// The side file's name.
        name: String,
    },
    /// Posts were made of it.
    Taken {
        /// Those that are still in the queue, by id.
        posts: Vec<String>,
        /// When, as RFC 3339.
        at: String,
    },
    /// It was left out.
    Skipped {
        /// Why.
        notice: Notice,
        /// Whether it can be taken all the same.
        again: bool,
    },
}

/// A video in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderFile {
    /// The folder's id.
    pub folder_id: String,
    /// Where it is in the folder.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// How it stands.
    pub state: FolderFileState,
    /// When it was first seen as it is, as RFC 3339.
    pub seen_at: String,
}

/// Which files of a folder to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FolderShow {
    /// Those that were there before.
    Offered,
    /// Those of which posts were made.
    Taken,
    /// Those that were left out.
    Skipped,
    /// Those that are not finished, or wait for a side file.
    Waiting,
}

/// Which files to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderFilter {
    /// The folder.
    pub folder_id: String,
    /// Only those that stand so; all while it is not set.
    pub show: Option<FolderShow>,
    /// Where the page begins: [`FolderPage::next`] of the one before.
    pub before: Option<u64>,
}

/// Some files, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderPage {
    /// At most 100.
    pub files: Vec<FolderFile>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

/// A subfolder of a folder that is to be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SubfolderPreview {
    /// Its name.
    pub name: String,
    /// Slipway's id of the account that it names, if it names one.
    pub account_id: Option<String>,
}

/// What is in a folder that is to be watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderPreview {
    /// How many videos are there already.
    pub videos: u32,
    /// How many other files are there.
    pub other_files: u32,
    /// The subfolders right below it.
    pub subfolders: Vec<SubfolderPreview>,
    /// Whether it is on a drive that tells of no changes, and is looked at every few seconds instead.
    pub network: bool,
}

/// What became of a file that was to be taken by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TakenFile {
    /// Where it is in the folder.
    pub path: String,
    /// The posts that were made of it.
    pub post_ids: Vec<String>,
    /// Why none were made.
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
    /// Why it waits, where the folder would have sent it by itself.
    pub notice: Option<Notice>,
}

/// Whether a video is out or on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum KnownState {
    /// In the queue.
    Planned,
    /// Published, delivered, or not known otherwise.
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
    /// Whether it is out.
    pub state: KnownState,
    /// The text.
    pub notice: Notice,
}
