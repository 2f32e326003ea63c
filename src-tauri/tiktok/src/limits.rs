//! Every number that TikTok dictates, once, each with the page it comes from.
//!
//! Where a page says "MB" without saying which, the bound here satisfies the decimal and the binary reading.

use std::time::Duration;

/// Largest video, in bytes; 4 GB in the wider reading (`/doc/content-posting-api-media-transfer-guide`).
pub const VIDEO_SIZE_MAX: u64 = 4_294_967_296;
/// Largest video, in bytes, that every reading of "4 GB" allows; warn above it (same page).
pub const VIDEO_SIZE_SAFE: u64 = 4_000_000_000;
/// Largest video, in bytes, that is sent as one chunk: over 64 MB there must be several (same page).
pub const WHOLE_VIDEO_MAX: u64 = 64_000_000;
/// Smallest chunk, in bytes, unless the whole video is smaller: 5 MB in the stricter, binary reading (same page).
pub const CHUNK_SIZE_MIN: u64 = 5_242_880;
/// Largest chunk, in bytes, except the last one: 64 MB in the stricter, decimal reading (same page).
pub const CHUNK_SIZE_MAX: u64 = 64_000_000;
/// Largest last chunk, in bytes, which also carries the remainder (same page).
pub const LAST_CHUNK_SIZE_MAX: u64 = 128_000_000;
/// Most chunks of one video (same page).
pub const CHUNK_COUNT_MAX: u64 = 1000;
/// The chunk size used for videos over [`WHOLE_VIDEO_MAX`], in bytes: the size of TikTok's own sample (same page).
pub const CHUNK_SIZE: u64 = 10_000_000;
/// How long an upload address lives; the whole upload must finish in it (`/doc/content-posting-api-reference-direct-post`).
pub const UPLOAD_URL_LIFE: Duration = Duration::from_hours(1);

/// Longest caption, in UTF-16 code units (`/doc/content-posting-api-reference-direct-post`). See [`caption_units`].
pub const CAPTION_UTF16_MAX: usize = 2200;
/// Longest publish id, in characters (same page).
pub const PUBLISH_ID_MAX: usize = 64;

/// The window in which requests are counted: a sliding minute (`/docs/en/tiktok-api-v2-rate-limit`).
pub const RATE_WINDOW: Duration = Duration::from_mins(1);
/// Direct-post inits in a window, per user token (`/doc/content-posting-api-reference-direct-post`).
pub const DIRECT_POST_INITS_PER_WINDOW: u32 = 6;
/// Inbox inits in a window, per user token (`/doc/content-posting-api-reference-upload-video`).
pub const INBOX_INITS_PER_WINDOW: u32 = 6;
/// Creator-info queries in a window, per user token (`/doc/content-posting-api-reference-query-creator-info`).
pub const CREATOR_INFO_PER_WINDOW: u32 = 20;
/// Status queries in a window, per user token (`/doc/content-posting-api-reference-get-video-status`).
pub const STATUS_PER_WINDOW: u32 = 30;
/// User-info queries in a window (`/docs/en/tiktok-api-v2-rate-limit`; per app or per token is not said).
pub const USER_INFO_PER_WINDOW: u32 = 600;
/// How long to wait after `rate_limit_exceeded` when the answer does not say: one window.
pub const RATE_LIMIT_WAIT: Duration = RATE_WINDOW;
/// Longest wait that a `Retry-After` header is believed; the header is not documented, so neither is a bound.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);

/// Direct posts that a creator typically has in 24 hours, shared by all apps; it differs by creator
/// (`/doc/content-sharing-guidelines`).
pub const DIRECT_POSTS_PER_DAY: u32 = 15;
/// Drafts that may be pending in any 24 hours, per creator (`/doc/content-posting-api-reference-upload-video`).
pub const PENDING_DRAFTS: u32 = 5;
/// Creators that may post through an unaudited app in 24 hours (`/doc/content-sharing-guidelines`).
pub const UNAUDITED_POSTING_USERS: u32 = 5;

/// How far a webhook's signature may be from the clock, either way. TikTok names no bound; clients use this one
/// (`/doc/webhooks-verification`).
pub const WEBHOOK_TOLERANCE: Duration = Duration::from_mins(5);
/// How long TikTok goes on delivering a webhook that was not answered with 200 (`/doc/webhooks-overview`).
pub const WEBHOOK_RETRY_LIFE: Duration = Duration::from_hours(72);
/// Largest webhook that is read, in bytes. Ours, not TikTok's: real ones are below one kilobyte.
pub const WEBHOOK_SIZE_MAX: usize = 64 * 1024;

/// Lowest frame rate of a video, in frames per second (`/doc/content-posting-api-media-transfer-guide`).
pub const FRAME_RATE_MIN: u32 = 23;
/// Highest frame rate of a video, in frames per second (same page).
pub const FRAME_RATE_MAX: u32 = 60;
/// Smallest width and height of a video, in pixels (same page).
pub const PICTURE_SIDE_MIN: u32 = 360;
/// Largest width and height of a video, in pixels (same page).
pub const PICTURE_SIDE_MAX: u32 = 4096;
/// Longest video that the API takes; a creator's own ceiling for direct posts may be lower (same page).
pub const DURATION_MAX: Duration = Duration::from_mins(10);
/// The duration that every creator may post at least (same page).
pub const DURATION_EVERY_CREATOR: Duration = Duration::from_mins(3);

/// Shortest PKCE verifier, in characters (`/doc/login-kit-desktop`).
pub const PKCE_VERIFIER_MIN: usize = 43;
/// Longest PKCE verifier, in characters (same page).
pub const PKCE_VERIFIER_MAX: usize = 128;
/// Longest life of a token that is believed; the documented ones are at most a year
/// (`/doc/oauth-user-access-token-management`).
pub const TOKEN_LIFE_MAX: Duration = Duration::from_hours(10 * 365 * 24);
/// How long the avatar link of creator info lives (`/doc/content-posting-api-reference-query-creator-info`).
pub const CREATOR_AVATAR_LIFE: Duration = Duration::from_hours(2);

/// Largest avatar that is fetched, in bytes. Ours, not TikTok's: real ones are a few hundred kilobytes.
pub const AVATAR_SIZE_MAX: usize = 2 * 1024 * 1024;
/// Largest answer that is read, in bytes. Ours, not TikTok's.
pub const ANSWER_SIZE_MAX: usize = 1024 * 1024;

/// Length of a caption as TikTok counts it: in UTF-16 code units
/// (`/doc/content-posting-api-reference-direct-post`, which calls them runes).
pub fn caption_units(caption: &str) -> usize {
    caption.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::caption_units;

    #[test]
    fn a_caption_is_counted_in_utf16_units() {
        assert_eq!(caption_units("naïve"), 5);
        assert_eq!(caption_units("🎬"), 2);
        assert_eq!(caption_units(&"🎬".repeat(1100)), super::CAPTION_UTF16_MAX);
    }
}
