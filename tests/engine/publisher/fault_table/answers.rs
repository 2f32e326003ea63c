//! The answers that TikTok's documentation lists, and those of networks and gateways.

use tiktok_sandbox::FaultKind;

/// An answer, or a missing one.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The name in the table.
    pub name: String,
    /// The sandbox's fault.
    pub kind: FaultKind,
}

impl Answer {
    /// The results, with a placeholder for the answer's own code, so that equal results share a row.
    pub fn generally(&self, reported: &str) -> String {
        match &self.kind {
            FaultKind::Status { http, code, .. } => {
                let reported = reported.replace(&format!("upload_{http}`"), "upload_STATUS`");
                match code.as_deref() {
                    // One code has two spellings.
                    Some("invalid_params") => {
                        reported.replace("tiktok.invalid_param`", "tiktok.CODE`")
                    }
                    Some(code) => reported.replace(&format!("tiktok.{code}`"), "tiktok.CODE`"),
                    None => reported,
                }
            }
            FaultKind::FailWith { reason } => {
                reported.replace(&format!("ended.{reason}`"), "ended.REASON`")
            }
            _ => reported.to_owned(),
        }
    }
}

/// `error.code` with its HTTP status, from all pages: TikTok decides which call gets which, and each call may get any
/// of them (`/doc/tiktok-api-v2-error-handling`, `/doc/content-posting-api-reference-direct-post`,
/// `/doc/content-posting-api-reference-upload-video`, `/doc/content-posting-api-reference-query-creator-info`,
/// `/doc/content-posting-api-reference-get-video-status`, `/doc/content-posting-api-media-transfer-guide`).
const CODES: [(u16, &str); 25] = [
    (401, "access_token_invalid"),
    (401, "scope_not_authorized"),
    (400, "scope_permission_missed"),
    (400, "invalid_param"),
    (400, "invalid_params"),
    (400, "invalid_file_upload"),
    (400, "app_version_check_failed"),
    (429, "rate_limit_exceeded"),
    (500, "internal_error"),
    (403, "spam_risk"),
    (403, "spam_risk_too_many_posts"),
    (200, "spam_risk_too_many_posts"),
    (403, "spam_risk_too_many_pending_share"),
    (403, "spam_risk_user_banned_from_posting"),
    (200, "spam_risk_user_banned_from_posting"),
    (403, "reached_active_user_cap"),
    (200, "reached_active_user_cap"),
    (403, "unaudited_client_can_only_post_to_private_accounts"),
    (403, "url_ownership_unverified"),
    (403, "privacy_level_option_mismatch"),
    (400, "invalid_publish_id"),
    (400, "token_not_authorized_for_specified_publish_id"),
    (400, "publish_not_cancellable"),
    (403, "a_code_of_tomorrow"),
    (500, "a_code_of_tomorrow"),
];

/// `error` of the OAuth endpoints (`/doc/oauth-error-handling`); their HTTP status is not documented.
const OAUTH: [(u16, &str); 13] = [
    (400, "invalid_request"),
    (400, "invalid_grant"),
    (200, "invalid_grant"),
    (401, "invalid_client"),
    (401, "unauthorized_client"),
    (400, "invalid_scope"),
    (403, "access_denied"),
    (400, "unsupported_grant_type"),
    (400, "unsupported_response_type"),
    (500, "server_error"),
    (503, "temporarily_unavailable"),
    (429, "rate_limit_exceeded"),
    (400, "a_code_of_tomorrow"),
];

/// Statuses without a body, at least one of each class.
const STATUSES: [u16; 12] = [200, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503, 504];

/// Answers to a chunk (`/doc/content-posting-api-media-transfer-guide`), and those of gateways.
const CHUNK_STATUSES: [u16; 16] = [
    200, 201, 206, 302, 400, 401, 403, 404, 408, 411, 413, 416, 429, 500, 502, 503,
];

/// `fail_reason` (`/doc/content-posting-api-reference-get-video-status`), one known only from clients, and an unknown
/// one.
const REASONS: [&str; 15] = [
    "file_format_check_failed",
    "duration_check_failed",
    "frame_rate_check_failed",
    "picture_size_check_failed",
    "video_bitrate_check_failed",
    "internal",
    "video_pull_failed",
    "photo_pull_failed",
    "publish_cancelled",
    "auth_removed",
    "spam_risk_too_many_posts",
    "spam_risk_user_banned_from_posting",
    "spam_risk_text",
    "spam_risk",
    "a_reason_of_tomorrow",
];

/// The possible answers to an API call.
pub fn api_answers() -> Vec<Answer> {
    let codes = CODES.map(|(http, code)| coded(http, code));
    lost()
        .into_iter()
        .chain(bare(&STATUSES))
        .chain(codes)
        .collect()
}

/// The possible answers to a refresh.
pub fn oauth_answers() -> Vec<Answer> {
    let codes = OAUTH.map(|(http, code)| coded(http, code));
    lost()
        .into_iter()
        .chain(bare(&STATUSES))
        .chain(codes)
        .collect()
}

/// The possible answers to a chunk.
pub fn chunk_answers() -> Vec<Answer> {
    let cut = Answer {
        name: "cut in the middle".to_owned(),
        kind: FaultKind::CutAfter { bytes: 500_000 },
    };
    let lost = lost()
        .into_iter()
        // The answer to a chunk has no body that could be malformed.
        .filter(|answer| answer.kind != FaultKind::MalformedJson);
    lost.chain([cut]).chain(bare(&CHUNK_STATUSES)).collect()
}

/// The possible ends of a publish after all bytes arrived.
pub fn fail_reasons() -> Vec<Answer> {
    let stuck = Answer {
        name: "never".to_owned(),
        kind: FaultKind::StuckProcessing,
    };
    let reasons = REASONS.map(|reason| Answer {
        name: format!("`{reason}`"),
        kind: FaultKind::FailWith {
            reason: reason.to_owned(),
        },
    });
    reasons.into_iter().chain([stuck]).collect()
}

fn lost() -> [Answer; 3] {
    let answer = |name: &str, kind| Answer {
        name: name.to_owned(),
        kind,
    };
    [
        answer("connection cut", FaultKind::CutAfter { bytes: 0 }),
        answer("done, answer lost", FaultKind::LostAnswer),
        answer("done, answer cut short", FaultKind::MalformedJson),
    ]
}

fn bare(statuses: &[u16]) -> Vec<Answer> {
    statuses
        .iter()
        .map(|http| Answer {
            name: format!("{http}"),
            kind: FaultKind::Status {
                http: *http,
                code: None,
                message: None,
            },
        })
        .collect()
}

fn coded(http: u16, code: &str) -> Answer {
    Answer {
        name: format!("{http} `{code}`"),
        kind: FaultKind::Status {
            http,
            code: Some(code.to_owned()),
            message: Some("The sandbox was told to say so.".to_owned()),
        },
    }
}
