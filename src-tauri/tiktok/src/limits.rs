//! Every number that TikTok dictates, once, with its source page.
//!
//! If a page says "MB" and does not define it, the bound here satisfies the decimal and the binary reading.

use std::time::Duration;

/// Largest video, in bytes; 4 GB in the wider reading (`/doc/content-posting-api-media-transfer-guide`).
pub const VIDEO_SIZE_MAX: u64 = 4_294_967_296;
/// Largest video, in bytes, that every reading of "4 GB" allows. Slipway warns above it (same page).
pub const VIDEO_SIZE_SAFE: u64 = 4_000_000_000;
/// Largest video, in bytes, that Slipway sends as one chunk: TikTok wants several over 64 MB (same page).
pub const WHOLE_VIDEO_MAX: u64 = 64_000_000;
/// Smallest chunk, in bytes, of a video that is not smaller itself: 5 MB in the stricter, binary reading (same page).
pub const CHUNK_SIZE_MIN: u64 = 5_242_880;
/// Largest chunk, in bytes, except the last one: 64 MB in the stricter, decimal reading (same page).
pub const CHUNK_SIZE_MAX: u64 = 64_000_000;
/// Largest last chunk, in bytes, which also carries the remainder (same page).
pub const LAST_CHUNK_SIZE_MAX: u64 = 128_000_000;
/// Largest number of chunks of one video (same page).
pub const CHUNK_COUNT_MAX: u64 = 1000;
/// Chunk size for videos over [`WHOLE_VIDEO_MAX`], in bytes: the size in TikTok's sample (same page).
pub const CHUNK_SIZE: u64 = 10_000_000;
/// Lifetime of an upload address; the whole upload must finish in it
/// (`/doc/content-posting-api-reference-direct-post`).
pub const UPLOAD_URL_LIFE: Duration = Duration::from_hours(1);

/// Longest caption, in UTF-16 code units (`/doc/content-posting-api-reference-direct-post`). See [`caption_units`].
pub const CAPTION_UTF16_MAX: usize = 2200;
/// Longest publish id, in characters (same page).
pub const PUBLISH_ID_MAX: usize = 64;

/// The window in which TikTok counts requests: a sliding minute (`/docs/en/tiktok-api-v2-rate-limit`).
pub const RATE_WINDOW: Duration = Duration::from_mins(1);
/// Direct-post inits in a window, per user token (`/doc/content-posting-api-reference-direct-post`).
pub const DIRECT_POST_INITS_PER_WINDOW: u32 = 6;
/// Inbox inits in a window, per user token (`/doc/content-posting-api-reference-upload-video`).
pub const INBOX_INITS_PER_WINDOW: u32 = 6;
/// Creator-info queries in a window, per user token (`/doc/content-posting-api-reference-query-creator-info`).
pub const CREATOR_INFO_PER_WINDOW: u32 = 20;
/// Status queries in a window, per user token (`/doc/content-posting-api-reference-get-video-status`).
pub const STATUS_PER_WINDOW: u32 = 30;
/// User-info queries in a window (`/docs/en/tiktok-api-v2-rate-limit`; the page does not say per app or per token).
pub const USER_INFO_PER_WINDOW: u32 = 600;
/// Wait after `rate_limit_exceeded` when the answer names none: one window.
pub const RATE_LIMIT_WAIT: Duration = RATE_WINDOW;
/// Longest wait that Slipway accepts from a `Retry-After` header. TikTok documents neither the header nor a bound.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);
/// Longest wait before Slipway retries a post that met the creator's daily cap or the app's cap of posting users.
/// Ours: TikTok counts 24 hours, and other apps share the creator's cap (`/doc/content-sharing-guidelines`).
pub const CAP_WAIT: Duration = Duration::from_hours(4);
/// Wait before Slipway retries a draft that met the cap of pending drafts. Ours: a place is free as soon as the creator
/// finishes or discards a draft (`/doc/content-posting-api-reference-upload-video`).
pub const PENDING_DRAFTS_WAIT: Duration = Duration::from_hours(1);
/// Most uploads of one post that TikTok ends with `internal`. Ours: the page only calls the reason retryable
/// (`/doc/content-posting-api-reference-get-video-status`).
pub const INTERNAL_UPLOADS_MAX: u32 = 3;

/// Typical number of direct posts of a creator in 24 hours, shared by all apps. It differs by creator
/// (`/doc/content-sharing-guidelines`).
pub const DIRECT_POSTS_PER_DAY: u32 = 15;
/// Largest number of pending drafts in any 24 hours, per creator (`/doc/content-posting-api-reference-upload-video`).
pub const PENDING_DRAFTS: u32 = 5;
/// Largest number of creators who post through an unaudited app in 24 hours (`/doc/content-sharing-guidelines`).
pub const UNAUDITED_POSTING_USERS: u32 = 5;

/// Largest distance of a webhook's signature time from the clock, either way. TikTok names no bound; clients use this
/// one (`/doc/webhooks-verification`).
pub const WEBHOOK_TOLERANCE: Duration = Duration::from_mins(5);
/// The time for which TikTok retries the delivery of a webhook whose answer was not 200 (`/doc/webhooks-overview`).
pub const WEBHOOK_RETRY_LIFE: Duration = Duration::from_hours(72);
/// Largest webhook body, in bytes. Ours, not TikTok's: real ones are below one kilobyte.
pub const WEBHOOK_SIZE_MAX: usize = 64 * 1024;

/// Lowest frame rate of a video, in frames per second (`/doc/content-posting-api-media-transfer-guide`).
pub const FRAME_RATE_MIN: u32 = 23;
/// Highest frame rate of a video, in frames per second (same page).
pub const FRAME_RATE_MAX: u32 = 60;
/// Smallest width and height of a video, in pixels (same page).
pub const PICTURE_SIDE_MIN: u32 = 360;
/// Largest width and height of a video, in pixels (same page).
pub const PICTURE_SIDE_MAX: u32 = 4096;
/// Longest video that the API accepts; a creator's own limit for direct posts may be lower (same page).
pub const DURATION_MAX: Duration = Duration::from_mins(10);
/// Longest video that every creator may post (same page).
pub const DURATION_EVERY_CREATOR: Duration = Duration::from_mins(3);

/// Shortest PKCE verifier, in characters (`/doc/login-kit-desktop`).
pub const PKCE_VERIFIER_MIN: usize = 43;
/// Longest PKCE verifier, in characters (same page).
pub const PKCE_VERIFIER_MAX: usize = 128;
/// Longest lifetime of a token that Slipway accepts; the documented ones are at most a year
/// (`/doc/oauth-user-access-token-management`).
pub const TOKEN_LIFE_MAX: Duration = Duration::from_hours(10 * 365 * 24);
/// Lifetime of the avatar link of creator info (`/doc/content-posting-api-reference-query-creator-info`).
pub const CREATOR_AVATAR_LIFE: Duration = Duration::from_hours(2);

/// Largest avatar, in bytes. Ours, not TikTok's: real ones are a few hundred kilobytes.
pub const AVATAR_SIZE_MAX: usize = 2 * 1024 * 1024;
/// Largest answer, in bytes. Ours, not TikTok's.
pub const ANSWER_SIZE_MAX: usize = 1024 * 1024;

/// Length of a caption in UTF-16 code units, as TikTok counts it
/// (`/doc/content-posting-api-reference-direct-post`, which calls them runes).
pub fn caption_units(caption: &str) -> usize {
    caption.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::caption_units;

    #[test]
    fn caption_length_is_in_utf16_units() {
        assert_eq!(caption_units("naïve"), 5);
        assert_eq!(caption_units("🎬"), 2);
        assert_eq!(caption_units(&"🎬".repeat(1100)), super::CAPTION_UTF16_MAX);
    }
}
