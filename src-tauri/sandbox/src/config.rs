//! The start-up configuration of a sandbox, and the options that can be changed while it runs.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// The default client key.
pub const DEFAULT_CLIENT_KEY: &str = "sbslipwaydemo";

/// The default client secret. It is public on purpose: it gives access only to a sandbox on this computer.
pub const DEFAULT_CLIENT_SECRET: &str = "sandbox-secret-known-to-everyone";

/// The name of the registered app on the consent page.
pub(crate) const APP_NAME: &str = "Slipway practice app";

/// The configuration of a sandbox at start-up.
#[derive(Clone)]
pub struct SandboxConfig {
    /// The port on 127.0.0.1; 0 selects the port last used with the same `data_dir`, or else a free port.
    pub port: u16,
    /// The folder for state and videos, which then survive a restart; `None` uses a temporary folder.
    pub data_dir: Option<PathBuf>,
    /// The client key of the registered app.
    pub client_key: String,
    /// The client secret of the registered app.
    pub client_secret: String,
    /// The initial options.
    pub options: Options,
    /// The source of the current time.
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

/// A source of the current time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// Creates a clock that reads the system time.
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// Creates a clock that calls `now` for each reading; tests use it to control the time.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the current time.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The response to a chunk that was already accepted. TikTok's documentation does not define it
/// (`/doc/content-posting-api-media-transfer-guide`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedChunk {
    /// 416 with the current progress.
    #[default]
    OutOfStep,
    /// 206, or 201 once the upload is complete. The bytes are discarded.
    Accepted,
}

/// The form of the progress in the `Content-Range` header of an upload response. The documentation's "number of bytes
/// uploaded" allows both readings (`/doc/content-posting-api-media-transfer-guide`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadedRange {
    /// The number of received bytes.
    #[default]
    Count,
    /// The index of the last received byte.
    LastIndex,
}

/// The options of a sandbox, which can be changed while it runs. JSON names of durations end in `_ms`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches, each for one undocumented or app-specific behaviour"
)]
pub struct Options {
    /// Whether the app has passed TikTok's audit. An unaudited app can only post with `SELF_ONLY` from private accounts
    /// (`/doc/content-sharing-guidelines`).
    pub audited: bool,
    /// Redirect addresses registered for the app's desktop platform; `*` matches any port (`/doc/login-kit-desktop`).
    pub redirect_uris: Vec<String>,
    /// Redirect addresses registered for the app's web platform; they use https and any host (`/doc/login-kit-web`).
    pub web_redirect_uris: Vec<String>,
    /// Lifetime of an authorization code. TikTok documents no value.
    #[serde(rename = "code_life_ms", with = "millis")]
    pub code_life: Duration,
    /// Lifetime of an access token (`/docs/en/oauth-refresh-a-user-access-token`: 2 hours).
    #[serde(rename = "access_token_life_ms", with = "millis")]
    pub access_token_life: Duration,
    /// Lifetime of a refresh token (`/docs/en/oauth-refresh-a-user-access-token`: 180 days).
    #[serde(rename = "refresh_token_life_ms", with = "millis")]
    pub refresh_token_life: Duration,
    /// Lifetime of an upload address (`/doc/content-posting-api-reference-direct-post`: one hour).
    #[serde(rename = "upload_url_life_ms", with = "millis")]
    pub upload_url_life: Duration,
    /// Time from the last byte until the publish reaches its final state.
    #[serde(rename = "processing_ms", with = "millis")]
    pub processing: Duration,
    /// Time from completion until the status of a public post includes its id.
    #[serde(rename = "moderation_ms", with = "millis")]
    pub moderation: Duration,
    /// Whether the limits on requests per minute apply (`/docs/en/tiktok-api-v2-rate-limit`).
    pub rate_limits: bool,
    /// Whether a 429 from an exceeded limit carries `Retry-After`, which TikTok does not document.
    pub retry_after: bool,
    /// Maximum direct posts per creator in 24 hours (`/doc/content-sharing-guidelines`: about 15).
    pub daily_posts: u32,
    /// Maximum pending drafts per creator in 24 hours (`/doc/content-posting-api-reference-upload-video`: 5).
    pub pending_drafts: u32,
    /// Maximum number of creators who post within 24 hours; `None` means 5 for an unaudited app and no cap for an audited one
    /// (`/doc/content-sharing-guidelines`).
    pub posting_users: Option<u32>,
    /// Whether an init without a completed upload still counts as a post or pending draft after its address expired.
    pub abandoned_inits_count: bool,
    /// Maximum upload speed in bytes per second; `None` sets no limit.
    pub upload_bytes_per_sec: Option<u64>,
    /// The response to a chunk that was already accepted.
    pub repeated_chunk: RepeatedChunk,
    /// The form of the progress in an upload response.
    pub uploaded_range: UploadedRange,
    /// Whether an incomplete upload can be cancelled. The documentation only covers pull downloads.
    pub cancel_uploads: bool,
    /// Whether unknown JSON fields are ignored. By default they are refused, so that a misspelt field is noticed.
    pub ignore_unknown_fields: bool,
    /// Whether branded content with `SELF_ONLY` is refused. The API documentation does not say.
    pub refuse_private_branded_content: bool,
    /// Whether user fields outside the granted scopes are omitted instead of refused.
    pub omit_ungranted_fields: bool,
    /// Whether errors of the OAuth endpoints use HTTP 200. Their status is not documented.
    pub oauth_errors_with_200: bool,
    /// Whether the callback after denied access includes `state`.
    pub state_on_refusal: bool,
    /// Whether the Content Posting API uses `invalid_params` like the Display API, as clients have observed.
    pub plural_invalid_params: bool,
    /// Whether error bodies omit the `error` wrapper, as one sample in the documentation shows.
    pub bare_errors: bool,
    /// Whether the status response uses `publicly_available_post_id` instead of the documented `publicaly_…`.
    pub correct_post_id_spelling: bool,
    /// Whether a revocation response has an empty body instead of `{}`.
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
    /// Returns the maximum number of creators who may post within 24 hours, or `None` without a cap.
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
