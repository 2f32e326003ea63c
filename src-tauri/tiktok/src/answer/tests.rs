//! The three shapes, with every body that a server or something in between might send.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::error::Retry;

fn answer(http: u16, body: &str) -> Answer {
    Answer {
        operation: Operation::FetchStatus,
        http,
        retry_after: None,
        body: body.as_bytes().to_vec().into(),
    }
}

fn refusal(http: u16, body: &str) -> Error {
    answer(http, body).data::<Value>(&[]).unwrap_err()
}

#[test]
fn ok_alone_is_success_whatever_the_status() {
    let body = r#"{"data":{"a":1},"error":{"code":"ok","message":"","log_id":"L"}}"#;
    for http in [200, 400, 500] {
        let data: Value = answer(http, body).data(&[]).unwrap();
        assert_eq!(data["a"], 1);
    }
    assert!(
        answer(200, r#"{"error":{"code":"ok"}}"#)
            .acknowledged(&[])
            .is_ok()
    );
    assert!(
        answer(200, r#"{"code":"ok","message":""}"#)
            .acknowledged(&[])
            .is_ok()
    );
    for silent in [
        "{}",
        r#"{"data":{"a":1}}"#,
        r#"{"data":{},"error":{}}"#,
        r#"{"error":null}"#,
    ] {
        assert!(
            matches!(refusal(200, silent), Error::Malformed { http: 200, .. }),
            "{silent}"
        );
    }
}

#[test]
fn every_error_shape_and_log_id_spelling_is_parsed() {
    for (body, id) in [
        (
            r#"{"data":{},"error":{"code":"invalid_params","message":"no","log_id":"A"}}"#,
            "A",
        ),
        (
            r#"{"error":{"code":"invalid_param","message":"no","logid":"B"}}"#,
            "B",
        ),
        (
            r#"{"code":"invalid_param","message":"no","log_id":"C"}"#,
            "C",
        ),
        (
            r#"{"error":{"code":"invalid_param","message":"no","log_id":""},"logid":"D"}"#,
            "D",
        ),
        (
            r#"{"error":{"code":"invalid_param","message":"no","log_id":7}}"#,
            "7",
        ),
    ] {
        // Also with 200: some refusals come so on purpose.
        for http in [200, 400] {
            let error = refusal(http, body);
            assert_eq!(error.code(), Some(&ErrorCode::InvalidParam), "{body}");
            assert_eq!(error.log_id(), Some(id));
            assert_eq!(
                error.to_string(),
                format!(
                    "[TikTok] Status query failed: invalid_param (HTTP {http}): no [log id {id}]"
                )
            );
        }
    }
    let error = refusal(
        200,
        r#"{"error":"invalid_grant","error_description":"gone","log_id":"E"}"#,
    );
    assert_eq!(error.oauth_code(), Some(&OAuthErrorCode::InvalidGrant));
    assert_eq!(
        error.to_string(),
        "[TikTok] Status query failed: invalid_grant (HTTP 200): gone [log id E]"
    );
}

#[test]
fn empty_oauth_error_is_no_error() {
    let body = r#"{"error":"","error_description":"","a":1}"#;
    assert!(answer(200, body).flat::<Value>(&[]).is_ok());
    for (http, body) in [(200, ""), (200, " \r\n"), (200, "{}"), (204, "")] {
        assert!(
            answer(http, body).flat_acknowledged(&[]).is_ok(),
            "{body:?}"
        );
    }
    for (http, body) in [(400, ""), (400, "{}"), (302, ""), (200, "<html>")] {
        assert!(
            matches!(
                answer(http, body).flat_acknowledged(&[]),
                Err(Error::Malformed { .. })
            ),
            "{http} {body:?}"
        );
    }
    assert!(matches!(
        answer(503, "").flat_acknowledged(&[]),
        Err(Error::Server { http: 503, .. })
    ));
}

#[test]
fn unknown_code_is_kept_and_not_retried() {
    let error = refusal(
        403,
        r#"{"error":{"code":"brand_new_rule","message":"Words\nhere"}}"#,
    );
    assert_eq!(
        error.code(),
        Some(&ErrorCode::Other("brand_new_rule".into()))
    );
    assert_eq!(error.meaning().retry, Retry::Never);
    assert!(
        error
            .to_string()
            .contains("brand_new_rule (HTTP 403): Words here")
    );
    let error = refusal(500, r#"{"error":{"code":"brand_new_fault"}}"#);
    assert_eq!(error.meaning().retry, Retry::Backoff);
}

#[test]
fn http_status_decides_for_an_unreadable_body() {
    for (body, http) in [
        ("", 502),
        ("<html>", 500),
        ("{\"error\":", 503),
        ("[]", 429),
    ] {
        assert!(
            matches!(refusal(http, body), Error::Server { .. }),
            "{http} {body}"
        );
    }
    for body in [
        "",
        "<html>",
        "{\"error\":",
        "null",
        "7",
        r#"{"error":7}"#,
        "\u{feff}{}",
    ] {
        assert!(
            matches!(refusal(200, body), Error::Malformed { .. }),
            "{body}"
        );
    }
}

#[test]
fn error_of_an_unreadable_answer_hides_its_content() {
    #[derive(Debug, Deserialize)]
    struct Wanted {
        #[expect(dead_code, reason = "only its type matters")]
        number: u64,
    }
    let body = r#"{"data":{"number":"act.secret-token"},"error":{"code":"ok"}}"#;
    let error = answer(200, body).data::<Wanted>(&[]).unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(said.contains("unexpected shape at line 1"), "{said}");
    assert!(!said.contains("secret-token"), "{said}");
}

#[test]
fn messages_are_masked_and_bounded() {
    let token = SecretString::from("act.secret-token");
    let body = r#"{"error":{"code":"invalid_param","message":"bad act.secret-token\u0007 here","log_id":"act.secret-token"}}"#;
    let error = answer(400, body).data::<Value>(&[&token]).unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(said.contains("bad [masked]  here"), "{said}");
    assert!(!said.contains("secret-token"), "{said}");
    // The caller cannot know a token that is new in this answer.
    let new = clean("The token act.new!4711*and-unheard-of is bad", &[]);
    assert_eq!(new, "The token [masked] is bad");
    assert_eq!(clean("fact. is act.short", &[]), "fact. is act.short");
    assert_eq!(clean(&"é".repeat(9000), &[]).chars().count(), MESSAGE_MAX);
}

proptest! {
    #[test]
    fn any_body_parses_without_a_panic(http in 100..600_u16, body in "\\PC{0,80}|[\\[\\]{}\":,a-z0-9]{0,80}") {
        let _ = answer(http, &body).data::<Value>(&[]);
        let _ = answer(http, &body).flat::<Value>(&[]);
        let _ = answer(http, &body).flat_acknowledged(&[]);
    }

    #[test]
    fn nothing_but_ok_is_success(code in "[a-z_]{1,20}") {
        let body = serde_json::json!({"data": {}, "error": {"code": code}}).to_string();
        prop_assert_eq!(answer(200, &body).acknowledged(&[]).is_ok(), code == "ok");
    }
}
