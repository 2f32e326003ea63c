//! What a creator can set about publishing.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::schedule::Weekday;

/// How Slipway publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The IANA zone in which slots and new moments are meant; the computer's own while it is not set.
    pub time_zone: Option<String>,
    /// How late a scheduled post may still go out by itself, in minutes. Later, the creator is asked.
    pub grace_minutes: u32,
    /// The least time between two posts of one account that have no moment of their own, in minutes.
    pub spacing_minutes: u32,
    /// How much of the connection uploads may take.
    pub upload_limit: UploadLimit,
    /// Uploads wait while the network is metered.
    pub wait_on_metered: bool,
    /// TikTok's own news by way of the creator's tunnel.
    pub webhook: WebhookSettings,
    /// The creator's own https page that hands TikTok's answer on, for TikTok apps of the web platform; a port of this
    /// computer takes the answer while it is not set.
    pub hosted_page: Option<String>,
    /// How long a file in a watched folder must have been still before it is taken, in seconds.
    pub settle_seconds: u32,
    /// Files and folders in watched folders that are left out by their names: patterns with `*`, `?` and `[abc]`.
    pub ignored_names: Vec<String>,
}

/// What hides itself, and what editors, browsers and copying programs call a file that is not finished.
const IGNORED_NAMES: &[&str] = &[
    // Hidden files, those of office programs, and copies that editors keep.
    ".*",
    "~$*",
    "*~",
    // Files under way, by whoever writes them.
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
    // Downloads under way: browsers, FileZilla, µTorrent, aria2, Opera.
    "*.crdownload",
    "*.download",
    "*.filepart",
    "*.!ut",
    "*.aria2",
    "*.opdownload",
    // What Premiere and Media Encoder, Resolve, Final Cut and CapCut keep beside exports.
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

/// How much of the connection uploads may take, all together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct UploadLimit {
    /// Bytes a second; no limit while it is not set.
    pub bytes_per_second: Option<u64>,
    /// The limit holds only then; always while it is not set.
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

/// The receiver of TikTok's webhooks. It listens on this computer alone: a tunnel of the creator's own leads to it.
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
