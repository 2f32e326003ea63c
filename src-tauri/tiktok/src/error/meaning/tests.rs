//! Each row of the table, and the adjustments by operation, HTTP status and `Retry-After`.

use std::collections::BTreeSet;

use super::{
    Change::{
        AppSetup, Caption, Content, Credentials, File, FinishDrafts, LiftBan, Privacy,
        PrivateAccount, Reconnect, Scope, TargetUser, UpdateTikTokApp,
    },
    Effect,
    FailureKind::{
        AccessDenied, AppRejected, Banned, ContentRejected, DraftCap, FileRejected, GrantRejected,
        MissingScope, NotTargetUser, Offline, PostCap, RateLimited, Refused, TokenRejected,
        Unavailable, UnknownPublishId, Unreadable,
    },
    Retry::{After, AfterRefresh, Backoff, Never, WhenCapFrees},
    ServiceState::{Answered, Faulted, NoEvidence, Silent},
    *,
};
use crate::{
    error::{
        AvatarError, ClientError, Error, ErrorCode, FailReason, NetworkKind, OAuthErrorCode,
        Operation, UploadUrlError,
    },
    limits::{CAP_WAIT, PENDING_DRAFTS_WAIT, RATE_LIMIT_WAIT},
};

type Row = (&'static str, FailureKind, Retry, Option<Change>);

const AT_CAP: Retry = WhenCapFrees { at_most: CAP_WAIT };
const HINT: Duration = Duration::from_secs(7);

/// Compares the table with `rows`, which must name every word and one unknown one.
fn assert_rows(words: &[&str], rows: &[Row], meaning: impl Fn(&str) -> Meaning) {
    let known: BTreeSet<&str> = words.iter().copied().chain(["something_new"]).collect();
    let tested: BTreeSet<&str> = rows.iter().map(|row| row.0).collect();
    assert_eq!(tested, known, "each word has one row in this test");
    assert_eq!(
        rows.len(),
        tested.len(),
        "no word has two rows in this test"
    );
    for (word, kind, retry, change) in rows {
        let found = meaning(word);
        let found = (found.kind, found.retry, found.change);
        assert_eq!(found, (*kind, *retry, *change), "{word}");
    }
}

fn api_of(operation: Operation, code: &str, http: u16, retry_after: Option<Duration>) -> Error {
    Error::Api {
        operation,
        http,
        code: ErrorCode::from(code),
        message: String::new(),
        log_id: None,
        retry_after,
    }
}

fn api(code: &str, http: u16, retry_after: Option<Duration>) -> Error {
    api_of(Operation::InitDirectPost, code, http, retry_after)
}

fn oauth_of(operation: Operation, code: &str, http: u16) -> Error {
    Error::OAuth {
        operation,
        http,
        code: OAuthErrorCode::from(code),
        description: String::new(),
        log_id: None,
        retry_after: Some(HINT),
    }
}

fn server(operation: Operation, http: u16, retry_after: Option<Duration>) -> Error {
    Error::Server {
        operation,
        http,
        retry_after,
    }
}

fn network(kind: NetworkKind) -> Error {
    Error::Network {
        operation: Operation::PutChunk,
        kind,
        source: "test".into(),
    }
}

fn malformed(http: u16) -> Error {
    Error::Malformed {
        operation: Operation::FetchStatus,
        http,
        detail: String::new(),
    }
}

#[test]
fn each_api_code_has_its_row() {
    let rows: &[Row] = &[
        (
            "access_token_invalid",
            TokenRejected,
            AfterRefresh,
            Some(Reconnect),
        ),
        ("scope_not_authorized", MissingScope, Never, Some(Scope)),
        ("scope_permission_missed", MissingScope, Never, Some(Scope)),
        ("invalid_param", Refused, Never, None),
        ("invalid_file_upload", FileRejected, Never, Some(File)),
        (
            "rate_limit_exceeded",
            RateLimited,
            After(RATE_LIMIT_WAIT),
            None,
        ),
        ("internal_error", Unavailable, Backoff, None),
        ("spam_risk_too_many_posts", PostCap, AT_CAP, None),
        (
            "spam_risk_too_many_pending_share",
            DraftCap,
            After(PENDING_DRAFTS_WAIT),
            Some(FinishDrafts),
        ),
        (
            "spam_risk_user_banned_from_posting",
            Banned,
            Never,
            Some(LiftBan),
        ),
        ("spam_risk", ContentRejected, Never, None),
        ("reached_active_user_cap", PostCap, After(CAP_WAIT), None),
        (
            "unaudited_client_can_only_post_to_private_accounts",
            Refused,
            Never,
            Some(PrivateAccount),
        ),
        ("url_ownership_unverified", Refused, Never, None),
        (
            "privacy_level_option_mismatch",
            Refused,
            Never,
            Some(Privacy),
        ),
        (
            "app_version_check_failed",
            Refused,
            Never,
            Some(UpdateTikTokApp),
        ),
        ("invalid_publish_id", UnknownPublishId, Never, None),
        (
            "token_not_authorized_for_specified_publish_id",
            Refused,
            Never,
            None,
        ),
        ("publish_not_cancellable", Refused, Never, None),
        ("something_new", Refused, Never, None),
    ];
    assert_rows(ErrorCode::WORDS, rows, |word| {
        ErrorCode::from(word).meaning()
    });
    // Below 500 the whole error means what its code means.
    for (word, ..) in rows {
        let error = api(word, 400, None);
        assert_eq!(Some(error.meaning()), error.code_meaning(), "{word}");
        let failed = *word == "internal_error";
        let expected = if failed {
            (Faulted, Effect::Possible)
        } else {
            (Answered, Effect::None)
        };
        let meaning = error.meaning();
        assert_eq!((meaning.service, meaning.effect), expected, "{word}");
    }
}

#[test]
fn each_oauth_code_has_its_row() {
    let rows: &[Row] = &[
        ("invalid_request", Refused, Backoff, None),
        ("invalid_grant", GrantRejected, Never, Some(Reconnect)),
        ("invalid_client", AppRejected, Never, Some(Credentials)),
        ("unauthorized_client", AppRejected, Never, Some(Credentials)),
        ("invalid_scope", Refused, Backoff, Some(AppSetup)),
        ("access_denied", AccessDenied, Never, Some(Reconnect)),
        ("unsupported_grant_type", Refused, Backoff, None),
        ("unsupported_response_type", Refused, Backoff, None),
        ("server_error", Unavailable, Backoff, None),
        ("temporarily_unavailable", Unavailable, Backoff, None),
        ("something_new", Refused, Backoff, None),
    ];
    assert_rows(OAuthErrorCode::WORDS, rows, |word| {
        OAuthErrorCode::from(word).meaning()
    });
    for (word, ..) in rows {
        let error = oauth_of(Operation::RefreshToken, word, 400);
        let meaning = error.meaning();
        assert_eq!(meaning, OAuthErrorCode::from(*word).meaning(), "{word}");
        // Whether TikTok may have replaced the tokens.
        let expected = match *word {
            "server_error" | "temporarily_unavailable" => (Faulted, Effect::Possible),
            "something_new" => (Answered, Effect::Possible),
            _ => (Answered, Effect::None),
        };
        assert_eq!((meaning.service, meaning.effect), expected, "{word}");
        assert_eq!(error.oauth_code().map(OAuthErrorCode::as_str), Some(*word));
        assert_eq!(error.operation(), Operation::RefreshToken);
        assert_eq!(
            error.to_string(),
            format!("[TikTok] Token refresh failed: {word} (HTTP 400)")
        );
    }
}

#[test]
fn each_fail_reason_has_its_row() {
    let rows: &[Row] = &[
        ("file_format_check_failed", FileRejected, Never, Some(File)),
        ("duration_check_failed", FileRejected, Never, Some(File)),
        ("frame_rate_check_failed", FileRejected, Never, Some(File)),
        ("picture_size_check_failed", FileRejected, Never, Some(File)),
        ("video_bitrate_check_failed", Refused, Never, None),
        ("internal", Unavailable, Backoff, None),
        ("video_pull_failed", Refused, Never, None),
        ("photo_pull_failed", Refused, Never, None),
        ("publish_cancelled", Refused, Never, None),
        ("auth_removed", GrantRejected, Backoff, Some(Reconnect)),
        ("spam_risk_too_many_posts", PostCap, AT_CAP, None),
        (
            "spam_risk_user_banned_from_posting",
            Banned,
            Never,
            Some(LiftBan),
        ),
        ("spam_risk_text", ContentRejected, Never, Some(Caption)),
        ("spam_risk", ContentRejected, Never, Some(Content)),
        ("something_new", Refused, Never, None),
    ];
    assert_rows(FailReason::WORDS, rows, |word| {
        FailReason::from(word).meaning()
    });
    assert_eq!(FailReason::UNSTATED, FailReason::Internal);
}

#[test]
fn the_creator_can_retry_unless_the_file_or_a_ban_forbids_it() {
    let reasons = |matches: fn(&Meaning) -> bool| -> Vec<&str> {
        let matches = |word: &&&str| matches(&FailReason::from(**word).meaning());
        FailReason::WORDS.iter().filter(matches).copied().collect()
    };
    let codes = |matches: fn(&Meaning) -> bool| -> Vec<&str> {
        let matches = |word: &&&str| matches(&ErrorCode::from(**word).meaning());
        ErrorCode::WORDS.iter().filter(matches).copied().collect()
    };
    assert_eq!(
        reasons(|meaning| !meaning.can_retry()),
        [
            "file_format_check_failed",
            "duration_check_failed",
            "frame_rate_check_failed",
            "picture_size_check_failed",
            "spam_risk_user_banned_from_posting",
        ]
    );
    assert_eq!(
        codes(|meaning| !meaning.can_retry()),
        ["invalid_file_upload", "spam_risk_user_banned_from_posting"]
    );
    assert_eq!(
        reasons(Meaning::needs_edit),
        ["spam_risk_text", "spam_risk"]
    );
    assert_eq!(
        codes(Meaning::needs_edit),
        [
            "unaudited_client_can_only_post_to_private_accounts",
            "privacy_level_option_mismatch",
        ]
    );
}

/// Every meaning of an API code, an OAuth code and a fail reason, by its word.
fn all_rows() -> Vec<(String, Meaning)> {
    let api = ErrorCode::WORDS.iter().map(|word| {
        let meaning = ErrorCode::from(*word).meaning();
        (format!("api {word}"), meaning)
    });
    let oauth = OAuthErrorCode::WORDS.iter().map(|word| {
        let meaning = OAuthErrorCode::from(*word).meaning();
        (format!("oauth {word}"), meaning)
    });
    let reasons = FailReason::WORDS.iter().map(|word| {
        let meaning = FailReason::from(*word).meaning();
        (format!("end {word}"), meaning)
    });
    api.chain(oauth).chain(reasons).collect()
}

#[test]
fn each_question_has_its_rows() {
    let rows = all_rows();
    let rows_of = |question: fn(&Meaning) -> bool| -> Vec<&str> {
        let matches = rows.iter().filter(|(_, meaning)| question(meaning));
        matches.map(|(word, _)| word.as_str()).collect()
    };
    assert_eq!(
        rows_of(Meaning::is_transient),
        [
            "api internal_error",
            "oauth server_error",
            "oauth temporarily_unavailable",
            "end internal",
        ]
    );
    assert_eq!(
        rows_of(Meaning::is_cap),
        [
            "api spam_risk_too_many_posts",
            "api spam_risk_too_many_pending_share",
            "api reached_active_user_cap",
            "end spam_risk_too_many_posts",
        ]
    );
    assert_eq!(
        rows_of(Meaning::bars_posting),
        [
            "api spam_risk_too_many_posts",
            "api spam_risk_user_banned_from_posting",
            "api reached_active_user_cap",
            "end spam_risk_too_many_posts",
            "end spam_risk_user_banned_from_posting",
        ]
    );
    assert_eq!(
        rows_of(Meaning::ends_grant),
        [
            "oauth invalid_grant",
            "oauth access_denied",
            "end auth_removed"
        ]
    );
    assert_eq!(
        rows_of(Meaning::rejects_token),
        [
            "api access_token_invalid",
            "oauth invalid_grant",
            "oauth access_denied",
            "end auth_removed",
        ]
    );
}

#[test]
fn chunks_are_retried_after_faults_of_the_way_only() {
    for error in [
        network(NetworkKind::Timeout),
        server(Operation::PutChunk, 429, None),
        server(Operation::PutChunk, 503, None),
        malformed(200),
    ] {
        assert!(error.meaning().is_transient(), "{error}");
    }
    for error in [
        Error::Transfer { http: 416 },
        Error::Body(std::io::Error::other("test")),
        Error::BodyShort {
            expected: 2,
            got: 1,
        },
    ] {
        assert!(!error.meaning().is_transient(), "{error}");
    }
}

#[test]
fn retry_after_replaces_the_wait_of_an_api_refusal() {
    for code in [
        "rate_limit_exceeded",
        "spam_risk_too_many_posts",
        "spam_risk_too_many_pending_share",
        "reached_active_user_cap",
        "internal_error",
    ] {
        let error = api(code, 403, Some(HINT));
        assert_eq!(error.meaning().retry, After(HINT), "{code}");
        assert_eq!(error.retry_after(), Some(HINT));
    }
    let error = api("invalid_param", 400, Some(HINT));
    assert_eq!(error.meaning().retry, Never);
    for http in [408, 429, 500] {
        let retry = |hint| server(Operation::UserInfo, http, hint).meaning().retry;
        assert_eq!((retry(Some(HINT)), retry(None)), (After(HINT), Backoff));
    }
    // The refresh scheduler applies it as a lower bound of its own backoff.
    let error = oauth_of(Operation::RefreshToken, "server_error", 503);
    assert_eq!(
        (error.meaning().retry, error.retry_after()),
        (Backoff, Some(HINT))
    );
}

#[test]
fn a_server_error_outweighs_a_final_refusal() {
    for word in ErrorCode::WORDS.iter().copied().chain(["something_new"]) {
        let row = ErrorCode::from(word).meaning();
        let meaning = api(word, 502, None).meaning();
        assert_eq!(meaning.effect, Effect::Possible, "{word}");
        if matches!(row.retry, Never | AfterRefresh) {
            let found = (meaning.kind, meaning.retry, meaning.change);
            assert_eq!(found, (Unavailable, Backoff, None), "{word}");
        } else {
            assert_eq!(
                (meaning.kind, meaning.retry),
                (row.kind, row.retry),
                "{word}"
            );
        }
        // A known code proves that the host works, unless it says otherwise.
        let faulted = matches!(word, "internal_error" | "something_new");
        assert_eq!(meaning.service == Faulted, faulted, "{word}");
    }
}

#[test]
fn an_api_refusal_of_an_oauth_call_proves_nothing_about_the_tokens() {
    for word in ErrorCode::WORDS.iter().copied().chain(["something_new"]) {
        for http in [200, 400, 500] {
            let error = api_of(Operation::RefreshToken, word, http, None);
            let kept = word == "rate_limit_exceeded";
            let expected = if kept { Effect::None } else { Effect::Possible };
            assert_eq!(error.meaning().effect, expected, "{word} {http}");
        }
    }
}

#[test]
fn a_revocation_refuses_an_ended_token_by_several_codes() {
    let revoke = Operation::RevokeToken;
    for error in [
        api_of(revoke, "access_token_invalid", 400, None),
        api_of(revoke, "access_token_invalid", 503, None),
        api_of(revoke, "scope_not_authorized", 401, None),
        api_of(revoke, "something_new", 401, None),
    ] {
        assert_eq!(error.meaning().kind, TokenRejected, "{error}");
    }
    for code in ["invalid_grant", "invalid_request"] {
        assert_eq!(
            oauth_of(revoke, code, 400).meaning().kind,
            GrantRejected,
            "{code}"
        );
    }
    assert_eq!(
        oauth_of(revoke, "access_denied", 400).meaning().kind,
        AccessDenied
    );
    assert_eq!(
        oauth_of(revoke, "invalid_client", 401).meaning().kind,
        AppRejected
    );
    assert_eq!(
        oauth_of(Operation::RefreshToken, "invalid_request", 400)
            .meaning()
            .kind,
        Refused
    );
    assert_eq!(
        api_of(Operation::UserInfo, "scope_not_authorized", 401, None)
            .meaning()
            .kind,
        MissingScope
    );
}

#[test]
fn the_oauth_shape_refuses_no_other_call() {
    for word in OAuthErrorCode::WORDS
        .iter()
        .copied()
        .chain(["something_new"])
    {
        for http in [200, 400, 503] {
            let meaning = oauth_of(Operation::FetchStatus, word, http).meaning();
            let found = (meaning.kind, meaning.retry, meaning.change, meaning.effect);
            assert_eq!(found, (Unavailable, Backoff, None, Effect::None), "{word}");
            let faulted = matches!(word, "server_error" | "temporarily_unavailable")
                || (word == "something_new" && http == 503);
            assert_eq!(meaning.service == Faulted, faulted, "{word} {http}");
        }
    }
}

#[test]
fn the_consent_page_tells_a_refused_account_from_a_refusing_creator() {
    let denied = OAuthErrorCode::AccessDenied;
    assert_eq!(denied.callback_meaning(None).kind, AccessDenied);
    assert_eq!(denied.callback_meaning(Some("other")).kind, AccessDenied);
    let target = denied.callback_meaning(Some("non_sandbox_target"));
    assert_eq!(
        (target.kind, target.change),
        (NotTargetUser, Some(TargetUser))
    );
    for word in OAuthErrorCode::WORDS {
        let meaning = OAuthErrorCode::from(*word).callback_meaning(None);
        assert_eq!(meaning.retry, Never, "{word}");
    }
}

#[test]
fn a_network_failure_counts_against_the_host_and_may_have_had_an_effect() {
    for kind in [
        NetworkKind::Connect,
        NetworkKind::Timeout,
        NetworkKind::Interrupted,
        NetworkKind::Other,
    ] {
        let meaning = network(kind).meaning();
        let found = (meaning.kind, meaning.retry, meaning.service);
        assert_eq!(found, (Offline, Backoff, Silent), "{kind}");
        let sent = kind != NetworkKind::Connect;
        assert_eq!(meaning.effect == Effect::Possible, sent, "{kind}");
    }
}

#[test]
fn a_status_without_a_readable_body_decides_by_itself() {
    for (http, service, effect) in [
        (408, Answered, Effect::None),
        (429, Answered, Effect::None),
        (500, Faulted, Effect::Possible),
        (503, Faulted, Effect::Possible),
    ] {
        let meaning = server(Operation::InitInbox, http, None).meaning();
        assert_eq!(meaning.kind, Unavailable, "{http}");
        assert_eq!(
            (meaning.service, meaning.effect),
            (service, effect),
            "{http}"
        );
        // Only a documented refusal proves that the old tokens still work.
        let refresh = server(Operation::RefreshToken, http, None).meaning();
        assert_eq!(refresh.effect, Effect::Possible, "{http}");
    }
    for (http, service) in [
        (200, Faulted),
        (302, Faulted),
        (400, Answered),
        (404, Answered),
        (407, Faulted),
        (408, Faulted),
        (502, Faulted),
    ] {
        let meaning = malformed(http).meaning();
        let found = (meaning.kind, meaning.retry, meaning.service, meaning.effect);
        assert_eq!(
            found,
            (Unreadable, Backoff, service, Effect::Possible),
            "{http}"
        );
    }
}

#[test]
fn a_failure_on_this_side_gives_no_evidence_about_the_host() {
    let client = |source| Error::Client {
        operation: Operation::InitInbox,
        source,
    };
    for (error, kind, retry) in [
        (
            Error::BodyShort {
                expected: 2,
                got: 1,
            },
            FailureKind::FileChanged,
            Never,
        ),
        (
            Error::Body(std::io::Error::other("test")),
            FailureKind::FileUnreadable,
            Never,
        ),
        (
            Error::Avatar(AvatarError::Status(503)),
            FailureKind::BadAvatar,
            Never,
        ),
        (client(ClientError::Token), FailureKind::Unsendable, Backoff),
        (client(ClientError::Chunk), FailureKind::Unsendable, Backoff),
    ] {
        let meaning = error.meaning();
        assert_eq!((meaning.kind, meaning.retry), (kind, retry), "{error}");
        assert_eq!(
            (meaning.service, meaning.effect),
            (NoEvidence, Effect::None),
            "{error}"
        );
        assert_eq!(error.code_meaning(), None);
    }
    assert_eq!(client(ClientError::Token).meaning().change, Some(Reconnect));
}

#[test]
fn a_bad_upload_address_and_a_refused_chunk_are_answers() {
    let address = Error::BadUploadUrl {
        operation: Operation::InitInbox,
        source: UploadUrlError::ForeignHost,
    };
    let meaning = address.meaning();
    assert_eq!(
        (meaning.kind, meaning.retry),
        (FailureKind::BadUploadUrl, Backoff)
    );
    // TikTok began an upload, even though its address is of no use.
    assert_eq!(
        (meaning.service, meaning.effect),
        (Answered, Effect::Possible)
    );
    let meaning = Error::Transfer { http: 416 }.meaning();
    assert_eq!((meaning.kind, meaning.retry), (Refused, Never));
    assert_eq!((meaning.service, meaning.effect), (Answered, Effect::None));
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
    for word in ErrorCode::WORDS {
        assert_eq!(ErrorCode::from(*word).as_str(), *word);
    }
}

#[test]
fn a_refusal_of_either_shape_gives_its_code() {
    assert_eq!(api("spam_risk", 403, None).refusal(), Some("spam_risk"));
    let error = oauth_of(Operation::ExchangeCode, "invalid_grant", 400);
    assert_eq!(error.refusal(), Some("invalid_grant"));
    assert_eq!(network(NetworkKind::Connect).refusal(), None);
}
