//! The creator's settings for publishing.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::schedule::Weekday;

/// The publishing settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The IANA zone of slots and new schedules; the computer's zone if it is not set.
    pub time_zone: Option<String>,
    /// The longest delay after which a scheduled post is still sent automatically, in minutes. After it, the creator is
    /// asked.
    pub grace_minutes: u32,
    /// The minimum time between two posts of one account without a schedule, in minutes.
    pub spacing_minutes: u32,
    /// The bandwidth limit of uploads.
    pub upload_limit: UploadLimit,
    /// Uploads wait while the network is metered.
    pub wait_on_metered: bool,
    /// TikTok's webhooks, through the creator's tunnel.
    pub webhook: WebhookSettings,
    /// The creator's own https page that forwards TikTok's answer, for TikTok's web apps; a loopback port takes the
    /// answer if it is not set.
    pub hosted_page: Option<String>,
    /// The time for which a file in a watched folder must be unchanged before it is ingested, in seconds.
    pub settle_seconds: u32,
    /// Name patterns of ignored files and folders, with `*`, `?` and `[abc]`.
    pub ignored_names: Vec<String>,
}

/// Hidden files, and the names of unfinished files of editors, browsers and copying programs.
const IGNORED_NAMES: &[&str] = &[
    // Hidden files, those of office programs, and copies that editors keep.
    ".*",
    "~$*",
    "*~",
    // Temporary files of any program.
    "*.tmp",
    "*.temp",
    "*.tmp.*",
    "*.temp.*",
    "*_tmp.*",
    "*_temp.*",
    "tmp_*",
    "*.part",
    "*.part.*",
    "*.partial",
    "*.partial.*",
    "*.rendering",
    "*.rendering.*",
    "*.sb-*",
    // Unfinished downloads: browsers, FileZilla, µTorrent, aria2, Opera.
    "*.crdownload",
    "*.download",
    "*.filepart",
    "*.!ut",
    "*.aria2",
    "*.opdownload",
    // Working files that Premiere and Media Encoder, Resolve, Final Cut and CapCut keep beside exports.
    "*_AME",
    "Adobe Premiere Pro *",
    "*.PRV",
    "CacheClip",
    "ProxyMedia",
    "*.fcpcache",
    "*.fcpbundle",
    "*.capcut_tmp*",
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_zone: None,
            grace_minutes: 60,
            spacing_minutes: 0,
            upload_limit: UploadLimit::default(),
            wait_on_metered: true,
            webhook: WebhookSettings::default(),
            hosted_page: None,
            settle_seconds: 3,
            ignored_names: IGNORED_NAMES.iter().map(|&name| name.to_owned()).collect(),
        }
    }
}

/// The bandwidth limit of all uploads together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct UploadLimit {
    /// Bytes per second; no limit if it is not set.
    pub bytes_per_second: Option<u64>,
    /// When the limit applies; always if it is not set.
    pub only_during: Option<DailyWindow>,
}

/// A part of the day on some days of the week, in the zone of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DailyWindow {
    /// The days on which it begins.
    pub days: Vec<Weekday>,
    /// When it begins, `HH:MM`.
    pub from: String,
    /// When it ends, `HH:MM`; on the next day when that is not later than `from`.
    pub to: String,
}

/// The receiver of TikTok's webhooks. It listens on this computer only: the creator's own tunnel leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct WebhookSettings {
    /// Whether it listens.
    pub enabled: bool,
    /// The port on 127.0.0.1.
    pub port: u16,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            port: 7834,
        }
    }
}
