//! The codes by which TikTok names a failure: of an API call, of an OAuth call, and of a post.

use crate::wire::wire_enum;

wire_enum! {
    /// `error.code` of an API answer (`/doc/tiktok-api-v2-error-handling` and the page of each endpoint).
    pub enum ErrorCode {
        /// The access token is invalid, expired or revoked.
        AccessTokenInvalid = "access_token_invalid",
        /// The creator did not grant the scope. A token refresh does not help.
        ScopeNotAuthorized = "scope_not_authorized",
        /// Some of the requested fields need more scopes.
        ScopePermissionMissed = "scope_permission_missed",
        /// The request is invalid; the message names the fault. Content Posting and Display spell the code differently.
        InvalidParam = "invalid_param" | "invalid_params",
        /// The file breaks TikTok's rules.
        InvalidFileUpload = "invalid_file_upload",
        /// The app sent too many requests in a minute.
        RateLimitExceeded = "rate_limit_exceeded",
        /// TikTok's servers failed.
        InternalError = "internal_error",
        /// The creator reached the daily cap of direct posts, which all apps share.
        SpamRiskTooManyPosts = "spam_risk_too_many_posts",
        /// The creator has too many drafts in the inbox.
        SpamRiskTooManyPendingShare = "spam_risk_too_many_pending_share",
        /// TikTok has barred the account from posting.
        SpamRiskUserBannedFromPosting = "spam_risk_user_banned_from_posting",
        /// TikTok considers the request risky.
        SpamRisk = "spam_risk",
        /// The app reached its daily cap of posting users.
        ReachedActiveUserCap = "reached_active_user_cap",
        /// The app is not audited and the account is public.
        UnauditedClientCanOnlyPostToPrivateAccounts =
            "unaudited_client_can_only_post_to_private_accounts",
        /// The app has not verified the address of a pulled video.
        UrlOwnershipUnverified = "url_ownership_unverified",
        /// The privacy level is missing or not among the creator's current options.
        PrivacyLevelOptionMismatch = "privacy_level_option_mismatch",
        /// The creator's TikTok app is too old.
        AppVersionCheckFailed = "app_version_check_failed",
        /// TikTok does not know the publish id, or no longer does.
        InvalidPublishId = "invalid_publish_id",
        /// The publish id belongs to another account.
        TokenNotAuthorizedForSpecifiedPublishId = "token_not_authorized_for_specified_publish_id",
        /// The post has already ended.
        PublishNotCancellable = "publish_not_cancellable",
    }
}

wire_enum! {
    /// `error` of the OAuth endpoints and of the callback (`/doc/oauth-error-handling`).
    pub enum OAuthErrorCode {
        /// A field is missing or malformed, or the redirect address differs.
        InvalidRequest = "invalid_request",
        /// The code or refresh token is invalid, expired, revoked or of another client.
        InvalidGrant = "invalid_grant",
        /// The client key or secret is wrong.
        InvalidClient = "invalid_client",
        /// The app may not use this flow.
        UnauthorizedClient = "unauthorized_client",
        /// A scope is unknown or not approved for the app.
        InvalidScope = "invalid_scope",
        /// The creator or TikTok refused.
        AccessDenied = "access_denied",
        /// TikTok does not know the grant type.
        UnsupportedGrantType = "unsupported_grant_type",
        /// TikTok does not know the response type.
        UnsupportedResponseType = "unsupported_response_type",
        /// TikTok's servers failed.
        ServerError = "server_error",
        /// TikTok is overloaded or under maintenance.
        TemporarilyUnavailable = "temporarily_unavailable",
    }
}

/// The `error_type` by which the callback refuses an account that is not a target user of the sandboxed app.
/// Undocumented; clients report it.
pub const NON_SANDBOX_TARGET: &str = "non_sandbox_target";

wire_enum! {
    /// `fail_reason` of a failed post (`/doc/content-posting-api-reference-get-video-status`).
    pub enum FailReason {
        /// TikTok does not support the container or codec.
        FileFormatCheckFailed = "file_format_check_failed",
        /// The video is too long or too short.
        DurationCheckFailed = "duration_check_failed",
        /// The frame rate is outside the limits.
        FrameRateCheckFailed = "frame_rate_check_failed",
        /// The picture is too small or too large.
        PictureSizeCheckFailed = "picture_size_check_failed",
        /// TikTok does not support the bitrate. Undocumented; some clients know the code.
        VideoBitrateCheckFailed = "video_bitrate_check_failed",
        /// TikTok's servers failed. The page calls this reason retryable.
        Internal = "internal",
        /// TikTok could not fetch the video.
        VideoPullFailed = "video_pull_failed",
        /// TikTok could not fetch the photo.
        PhotoPullFailed = "photo_pull_failed",
        /// The post was cancelled.
        PublishCancelled = "publish_cancelled",
        /// The creator revoked the access before the post ended.
        AuthRemoved = "auth_removed",
        /// The creator reached the daily cap of posts.
        SpamRiskTooManyPosts = "spam_risk_too_many_posts",
        /// TikTok has barred the account from posting.
        SpamRiskUserBannedFromPosting = "spam_risk_user_banned_from_posting",
        /// TikTok considers the caption risky.
        SpamRiskText = "spam_risk_text",
        /// TikTok considers the request risky.
        SpamRisk = "spam_risk",
    }
}

impl FailReason {
    /// The reason to assume for a failed post when TikTok names none.
    pub const UNSTATED: Self = Self::Internal;
}
