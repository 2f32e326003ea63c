//! How a sandbox is started, and the rules that can be changed while it runs.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// The client key that a sandbox knows unless told otherwise.
pub const DEFAULT_CLIENT_KEY: &str = "sbslipwaydemo";

/// The client secret that a sandbox knows unless told otherwise. It is public on purpose: it opens nothing but a
/// sandbox on this computer.
pub const DEFAULT_CLIENT_SECRET: &str = "sandbox-secret-known-to-everyone";

/// Everything a sandbox needs to start.
#[derive(Clone)]
pub struct SandboxConfig {
    /// Port on 127.0.0.1; 0 takes the one used last with the same `data_dir`, else any free one.
    pub port: u16,
    /// Where state and videos live, so that they survive a restart; `None` keeps them in a temporary folder.
    pub data_dir: Option<PathBuf>,
    /// The one app that this sandbox knows.
    pub client_key: String,
    /// That app's secret.
    pub client_secret: String,
    /// The rules at the start.
    pub options: Options,
    /// Where the time comes from.
    pub clock: Clock,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            port: 0,
            data_dir: None,
            client_key: DEFAULT_CLIENT_KEY.to_owned(),
            client_secret: DEFAULT_CLIENT_SECRET.to_owned(),
            options: Options::default(),
            clock: Clock::system(),
        }
    }
}

impl fmt::Debug for SandboxConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxConfig")
            .field("port", &self.port)
            .field("data_dir", &self.data_dir)
            .field("client_key", &self.client_key)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Where a sandbox reads the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The computer's own clock.
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// A clock that a test drives.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time it is.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What a chunk that was already taken is answered with; TikTok's page does not say
/// (`/doc/content-posting-api-media-transfer-guide`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedChunk {
    /// 416 with the real progress.
    #[default]
    OutOfStep,
    /// 206 (201 once all is there); the bytes are dropped.
    Accepted,
}

/// How `Content-Range` of an upload's answer names the progress: the page's "number of bytes uploaded" can be
/// read both ways (`/doc/content-posting-api-media-transfer-guide`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadedRange {
    /// The count of bytes.
    #[default]
    Count,
    /// The index of the last byte.
    LastIndex,
}

/// The rules of a sandbox. All can be changed while it runs; JSON names of durations end in `_ms`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each its own undocumented or per-app behaviour"
)]
pub struct Options {
    /// Whether the app has passed TikTok's audit; unaudited apps post `SELF_ONLY` from private accounts alone
    /// (`/doc/content-sharing-guidelines`).
    pub audited: bool,
    /// Redirect addresses registered for the app's desktop platform; `*` stands for any port (`/doc/login-kit-desktop`).
    pub redirect_uris: Vec<String>,
    /// Redirect addresses registered for the app's web platform: https, on any host (`/doc/login-kit-web`).
    pub web_redirect_uris: Vec<String>,
    /// How long an authorization code can be exchanged. TikTok names no figure.
    #[serde(rename = "code_life_ms", with = "millis")]
    pub code_life: Duration,
    /// Life of an access token (`/docs/en/oauth-refresh-a-user-access-token`: 2 hours).
    #[serde(rename = "access_token_life_ms", with = "millis")]
    pub access_token_life: Duration,
    /// Life of a refresh token (`/docs/en/oauth-refresh-a-user-access-token`: 180 days).
    #[serde(rename = "refresh_token_life_ms", with = "millis")]
    pub refresh_token_life: Duration,
    /// Life of an upload address (`/doc/content-posting-api-reference-direct-post`: one hour).
    #[serde(rename = "upload_url_life_ms", with = "millis")]
    pub upload_url_life: Duration,
    /// From the last byte until the publish is final.
    #[serde(rename = "processing_ms", with = "millis")]
    pub processing: Duration,
    /// From completion until a public post shows its id.
    #[serde(rename = "moderation_ms", with = "millis")]
    pub moderation: Duration,
    /// Whether requests per minute are limited (`/docs/en/tiktok-api-v2-rate-limit`).
    pub rate_limits: bool,
    /// Whether a real 429 carries `Retry-After`, which no page promises.
    pub retry_after: bool,
    /// Direct posts per creator in 24 hours (`/doc/content-sharing-guidelines`: about 15).
    pub daily_posts: u32,
    /// Drafts that may be pending per creator in 24 hours (`/doc/content-posting-api-reference-upload-video`: 5).
    pub pending_drafts: u32,
    /// Creators who may post within 24 hours; `None` means 5 for an unaudited app and no cap for an audited one
    /// (`/doc/content-sharing-guidelines`).
    pub posting_users: Option<u32>,
    /// Whether an init whose bytes never came still counts as a post or pending draft after its address died.
    pub abandoned_inits_count: bool,
    /// Bytes per second that an upload is read with; `None` reads as fast as they come.
    pub upload_bytes_per_sec: Option<u64>,
    /// The answer to a chunk that was already taken.
    pub repeated_chunk: RepeatedChunk,
    /// How an upload's answer names the progress.
    pub uploaded_range: UploadedRange,
    /// Whether an upload that is not complete can be cancelled; pages speak of pull downloads only.
    pub cancel_uploads: bool,
    /// Whether unknown JSON fields are passed over; the strict way is to refuse them, so that a misspelling shows.
    pub ignore_unknown_fields: bool,
    /// Whether branded content with `SELF_ONLY` is refused; the API pages are silent.
    pub refuse_private_branded_content: bool,
    /// Whether user fields outside the granted scopes are left out in silence instead of refused.
    pub omit_ungranted_fields: bool,
    /// Whether refusals of the OAuth endpoints come with HTTP 200; their status is not documented.
    pub oauth_errors_with_200: bool,
    /// Whether a refusal on the consent page carries `state` back.
    pub state_on_refusal: bool,
    /// Whether Content Posting says `invalid_params` like the Display API, as clients have seen.
    pub plural_invalid_params: bool,
    /// Whether refusals are the bare error struct without its `error` wrapper, as one page's sample prints it.
    pub bare_errors: bool,
    /// Whether status spells the id list `publicly_available_post_id` instead of the page's `publicaly_…`.
    pub correct_post_id_spelling: bool,
    /// Whether a revocation is answered with nothing instead of `{}`.
    pub empty_revoke_answer: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            audited: true,
            redirect_uris: vec![
                "http://127.0.0.1:*/callback/".to_owned(),
                "http://localhost:*/callback/".to_owned(),
            ],
            web_redirect_uris: Vec::new(),
            code_life: Duration::from_mins(5),
            access_token_life: Duration::from_hours(2),
            refresh_token_life: Duration::from_hours(180 * 24),
            upload_url_life: Duration::from_hours(1),
            processing: Duration::from_secs(4),
            moderation: Duration::from_secs(2),
            rate_limits: true,
            retry_after: false,
            daily_posts: 15,
            pending_drafts: 5,
            posting_users: None,
            abandoned_inits_count: false,
            upload_bytes_per_sec: None,
            repeated_chunk: RepeatedChunk::default(),
            uploaded_range: UploadedRange::default(),
            cancel_uploads: true,
            ignore_unknown_fields: false,
            refuse_private_branded_content: false,
            omit_ungranted_fields: false,
            oauth_errors_with_200: false,
            state_on_refusal: true,
            plural_invalid_params: false,
            bare_errors: false,
            correct_post_id_spelling: false,
            empty_revoke_answer: false,
        }
    }
}

impl Options {
    /// The cap on creators who may post within 24 hours, if there is one.
    pub(crate) fn posting_user_cap(&self) -> Option<u32> {
        self.posting_users.or((!self.audited).then_some(5))
    }
}

mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(value.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}
