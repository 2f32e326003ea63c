//! The advice that each refusal carries.

use super::*;
use crate::error::Operation;

fn api(code: &str, http: u16, retry_after: Option<Duration>) -> Error {
    Error::Api {
        operation: Operation::InitDirectPost,
        http,
        code: ErrorCode::from(code),
        message: String::new(),
        log_id: None,
        retry_after,
    }
}

#[test]
fn every_documented_code_is_known_and_advises() {
    use Advice::{AskCreator, GiveUp, Reconnect, Refresh, Retry, WaitUntil};
    for (code, advice) in [
        ("access_token_invalid", Refresh),
        ("scope_not_authorized", Reconnect),
        ("scope_permission_missed", Reconnect),
        ("invalid_param", GiveUp),
        ("invalid_params", GiveUp),
        ("invalid_file_upload", GiveUp),
        (
            "rate_limit_exceeded",
            WaitUntil(Some(limits::RATE_LIMIT_WAIT)),
        ),
        ("internal_error", Retry),
        ("spam_risk_too_many_posts", WaitUntil(None)),
        ("spam_risk_too_many_pending_share", WaitUntil(None)),
        ("spam_risk_user_banned_from_posting", GiveUp),
        ("spam_risk", GiveUp),
        ("reached_active_user_cap", WaitUntil(None)),
        (
            "unaudited_client_can_only_post_to_private_accounts",
            AskCreator,
        ),
        ("url_ownership_unverified", GiveUp),
        ("privacy_level_option_mismatch", AskCreator),
        ("app_version_check_failed", AskCreator),
        ("invalid_publish_id", GiveUp),
        ("token_not_authorized_for_specified_publish_id", GiveUp),
        ("publish_not_cancellable", GiveUp),
    ] {
        let error = api(code, 400, None);
        assert!(!matches!(error.code(), Some(ErrorCode::Other(_))), "{code}");
        assert_eq!(error.advice(), advice, "{code}");
    }
}

#[test]
fn a_waiting_hint_of_tiktoks_is_passed_on() {
    let hint = Duration::from_secs(7);
    let error = api("rate_limit_exceeded", 429, Some(hint));
    assert_eq!(error.advice(), Advice::WaitUntil(Some(hint)));
    assert_eq!(error.retry_after(), Some(hint));
    let error = api("spam_risk_too_many_posts", 403, Some(hint));
    assert_eq!(error.advice(), Advice::WaitUntil(Some(hint)));
    let error = Error::Server {
        operation: Operation::UserInfo,
        http: 429,
        retry_after: None,
    };
    assert_eq!(
        error.advice(),
        Advice::WaitUntil(Some(limits::RATE_LIMIT_WAIT))
    );
}

#[test]
fn oauth_codes_advise() {
    use Advice::{AskCreator, GiveUp, Reconnect, Retry};
    for (code, advice) in [
        ("invalid_request", GiveUp),
        ("invalid_grant", Reconnect),
        ("invalid_client", AskCreator),
        ("unauthorized_client", AskCreator),
        ("invalid_scope", AskCreator),
        ("access_denied", AskCreator),
        ("unsupported_grant_type", GiveUp),
        ("unsupported_response_type", GiveUp),
        ("server_error", Retry),
        ("temporarily_unavailable", Retry),
        ("something_new", GiveUp),
    ] {
        let error = Error::OAuth {
            operation: Operation::RefreshToken,
            http: 400,
            code: OAuthErrorCode::from(code),
            description: String::new(),
            log_id: None,
            retry_after: None,
        };
        assert_eq!(error.advice(), advice, "{code}");
        assert_eq!(error.oauth_code().map(OAuthErrorCode::as_str), Some(code));
        assert_eq!(error.operation(), Operation::RefreshToken);
        assert_eq!(
            error.to_string(),
            format!("[TikTok] Token refresh failed: {code} (HTTP 400)")
        );
    }
}

#[test]
fn both_spellings_of_one_code_are_one_code() {
    assert_eq!(
        ErrorCode::from("invalid_params"),
        ErrorCode::from("invalid_param")
    );
    assert_eq!(ErrorCode::from("invalid_params").as_str(), "invalid_param");
    assert_eq!(
        ErrorCode::from("Invalid_param"),
        ErrorCode::Other("Invalid_param".into())
    );
}
