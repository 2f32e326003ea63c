//! TikTok's error codes outside OAuth.

use crate::wire::wire_enum;

wire_enum! {
    /// `error.code` of TikTok's answers (`/doc/tiktok-api-v2-error-handling` and the pages of the single endpoints).
    pub enum ErrorCode {
        /// The access token is invalid, expired or revoked.
        AccessTokenInvalid = "access_token_invalid",
        /// The creator did not grant the scope. Refreshing does not help.
        ScopeNotAuthorized = "scope_not_authorized",
        /// Some of the fields asked for need more scopes.
        ScopePermissionMissed = "scope_permission_missed",
        /// The request is wrong; the message says what. Content Posting and Display spell it differently.
        InvalidParam = "invalid_param" | "invalid_params",
        /// The file breaks the rules.
        InvalidFileUpload = "invalid_file_upload",
        /// Too many requests in a minute.
        RateLimitExceeded = "rate_limit_exceeded",
        /// A fault of TikTok's servers.
        InternalError = "internal_error",
        /// The creator's daily cap of direct posts, shared by all apps, is reached.
        SpamRiskTooManyPosts = "spam_risk_too_many_posts",
        /// Too many drafts wait in the creator's inbox.
        SpamRiskTooManyPendingShare = "spam_risk_too_many_pending_share",
        /// TikTok has barred the account from posting.
        SpamRiskUserBannedFromPosting = "spam_risk_user_banned_from_posting",
        /// TikTok judges the request risky.
        SpamRisk = "spam_risk",
        /// The app's daily cap of posting users is reached.
        ReachedActiveUserCap = "reached_active_user_cap",
        /// The app is not audited and the account is public.
        UnauditedClientCanOnlyPostToPrivateAccounts =
            "unaudited_client_can_only_post_to_private_accounts",
        /// The address of a pulled video is not verified for the app.
        UrlOwnershipUnverified = "url_ownership_unverified",
        /// The privacy level is missing or not among the creator's fresh options.
        PrivacyLevelOptionMismatch = "privacy_level_option_mismatch",
        /// The creator's TikTok app is too old.
        AppVersionCheckFailed = "app_version_check_failed",
        /// TikTok does not know the publish id, or no longer.
        InvalidPublishId = "invalid_publish_id",
        /// The publish id belongs to another account.
        TokenNotAuthorizedForSpecifiedPublishId = "token_not_authorized_for_specified_publish_id",
        /// The post has already ended.
        PublishNotCancellable = "publish_not_cancellable",
    }
}
