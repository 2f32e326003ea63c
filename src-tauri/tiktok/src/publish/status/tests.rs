//! Status answers in every shape that TikTok's pages and its clients' reports show.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn read(data: &Value) -> PostStatus {
    // Through text, as on the wire: the parser must keep the digits of a number too.
    let text = data.to_string();
    PostStatus::from(serde_json::from_str::<StatusAnswer>(&text).unwrap())
}

#[test]
fn ids_are_parsed_in_every_shape_and_both_spellings() {
    let big = 7_301_234_567_890_123_457_u64;
    for ids in [
        json!([big]),
        json!(["7301234567890123457"]),
        json!(big),
        json!("7301234567890123457"),
        json!([big, big.to_string(), null, "", [big]]),
    ] {
        for field in ["publicaly_available_post_id", "publicly_available_post_id"] {
            let status = read(&json!({"status": "PUBLISH_COMPLETE", field: ids}));
            assert_eq!(status.post_ids, [big], "{field}: {ids}");
            assert_eq!(status.state, PublishState::Complete);
        }
    }
}

#[test]
fn invalid_ids_are_skipped() {
    for ids in [
        json!(null),
        json!([]),
        json!(""),
        json!("soon"),
        json!(0),
        json!(-7),
        json!(7.5e18),
        json!(true),
        json!({"id": 7}),
    ] {
        let status =
            read(&json!({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": ids}));
        assert!(status.post_ids.is_empty(), "{ids}");
    }
    let both = read(&json!({
        "status": "PUBLISH_COMPLETE",
        "publicaly_available_post_id": [1, "x", 2],
        "publicly_available_post_id": [2, 3],
    }));
    assert_eq!(both.post_ids, [1, 2, 3]);
}

#[test]
fn states_reasons_and_progress_parse_tolerantly() {
    let status = read(&json!({
        "status": "PROCESSING_UPLOAD", "fail_reason": "", "uploaded_bytes": "10000000"
    }));
    assert_eq!(status.state, PublishState::ProcessingUpload);
    assert_eq!(status.fail_reason, None);
    assert_eq!(status.uploaded_bytes, Some(10_000_000));

    let status =
        read(&json!({"status": "MODERATING", "fail_reason": null, "uploaded_bytes": null}));
    assert_eq!(status.state, PublishState::Other("MODERATING".into()));
    assert_eq!((status.fail_reason, status.uploaded_bytes), (None, None));

    assert!(serde_json::from_str::<StatusAnswer>(r#"{"fail_reason":"internal"}"#).is_err());
    assert!(serde_json::from_str::<StatusAnswer>(r#"{"status":""}"#).is_err());
}

#[test]
fn fail_reasons_match_whole_words() {
    for (word, reason) in [
        ("internal", FailReason::Internal),
        ("internal_error", FailReason::Other("internal_error".into())),
        ("spam_risk", FailReason::SpamRisk),
        ("spam_risk_text", FailReason::SpamRiskText),
        ("spam_risk_too_many_posts", FailReason::SpamRiskTooManyPosts),
        ("auth_removed", FailReason::AuthRemoved),
        (
            "video_bitrate_check_failed",
            FailReason::VideoBitrateCheckFailed,
        ),
        (
            "file_format_check_failed",
            FailReason::FileFormatCheckFailed,
        ),
    ] {
        let status = read(&json!({"status": "FAILED", "fail_reason": word}));
        assert_eq!(status.state, PublishState::Failed);
        assert_eq!(status.fail_reason, Some(reason.clone()), "{word}");
        assert_eq!(reason.as_str(), word);
    }
}

proptest! {
    #[test]
    fn every_id_keeps_its_digits(ids in prop::collection::vec(1..=u64::MAX, 0..5), quoted: bool) {
        let written = if quoted {
            json!(ids.iter().map(u64::to_string).collect::<Vec<_>>())
        } else {
            json!(ids)
        };
        let mut expected = Vec::new();
        for id in ids {
            if !expected.contains(&id) {
                expected.push(id);
            }
        }
        let status = read(&json!({"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": written}));
        prop_assert_eq!(status.post_ids, expected);
    }

    #[test]
    fn any_value_in_place_of_ids_parses_without_a_panic(text in "\\PC{0,40}", number: f64) {
        let status = read(&json!({"status": "FAILED", "publicly_available_post_id": [text, number]}));
        prop_assert_eq!(status.state, PublishState::Failed);
    }
}
