//! Signatures and events: a fixed test vector, and invalid deliveries of every kind.

use proptest::prelude::*;
use secrecy::SecretString;

use super::*;
use crate::RemovalReason;

const SIGNED_AT: u64 = 1_700_000_000;
const BODY: &str = r#"{"client_key":"awtest","event":"post.publish.inbox_delivered","create_time":1700000000,"user_openid":"open-1","content":"{\"publish_id\":\"v_inbox_file~v2.1\",\"publish_type\":\"INBOX_SHARE\"}"}"#;
const SIGNATURE: &str = "64d9c32250ce6c53a300f6de673bc6ea3f3de74029afeafc19dba13d5dab1b3a";

fn app() -> AppCredentials {
    AppCredentials {
        client_key: "awtest".into(),
        client_secret: SecretString::from("test_client_secret"),
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn header() -> String {
    format!("t={SIGNED_AT},s={SIGNATURE}")
}

/// Signs `body` as TikTok does, and verifies it at the time of the signature.
fn delivered(body: &str) -> Result<Delivery, WebhookError> {
    let signature = sign("1700000000", body.as_bytes(), &app()).unwrap();
    let header = format!("t={SIGNED_AT},s={signature}");
    Delivery::verify(&header, body.as_bytes(), &app(), at(SIGNED_AT))
}

fn event_of(name: &str, content: &str) -> Result<WebhookEvent, WebhookError> {
    let body = serde_json::json!({
        "client_key": "awtest", "event": name, "create_time": SIGNED_AT,
        "user_openid": "open-1", "content": content,
    });
    delivered(&body.to_string()).map(|delivery| delivery.event)
}

#[test]
fn known_signature_is_accepted() {
    let delivery =
        Delivery::verify(&header(), BODY.as_bytes(), &app(), at(SIGNED_AT + 12)).unwrap();
    assert_eq!(
        delivery,
        Delivery {
            event: WebhookEvent::InboxDelivered {
                publish_id: "v_inbox_file~v2.1".into()
            },
            user_openid: "open-1".into(),
            create_time: Some(SIGNED_AT),
            signature: SIGNATURE.into(),
        }
    );
}

#[test]
fn header_parts_come_in_any_order_beside_unknown_ones() {
    for header in [
        format!("s={SIGNATURE},t={SIGNED_AT}"),
        format!(" v=2 , t={SIGNED_AT} , s={SIGNATURE} , x"),
        format!("t={SIGNED_AT},s={SIGNATURE},"),
    ] {
        assert!(
            Delivery::verify(&header, BODY.as_bytes(), &app(), at(SIGNED_AT)).is_ok(),
            "{header}"
        );
    }
}

#[test]
fn header_needs_each_part_exactly_once() {
    for header in [
        String::new(),
        format!("t={SIGNED_AT}"),
        format!("s={SIGNATURE}"),
        format!("t=,s={SIGNATURE}"),
        format!("t=-1700000000,s={SIGNATURE}"),
        format!("t={SIGNED_AT},t={SIGNED_AT},s={SIGNATURE}"),
        format!("t={SIGNED_AT},s={SIGNATURE},s={SIGNATURE}"),
        format!("T={SIGNED_AT},S={SIGNATURE}"),
    ] {
        let result = Delivery::verify(&header, BODY.as_bytes(), &app(), at(SIGNED_AT));
        assert!(matches!(result, Err(WebhookError::Header)), "{header}");
    }
}

#[test]
fn signature_is_valid_for_five_minutes_either_way() {
    let verify = |now| Delivery::verify(&header(), BODY.as_bytes(), &app(), at(now));
    assert!(verify(SIGNED_AT + 300).is_ok());
    assert!(verify(SIGNED_AT - 300).is_ok());
    for now in [SIGNED_AT + 301, SIGNED_AT - 301, 0, 253_402_207_200] {
        assert!(matches!(verify(now), Err(WebhookError::Time)), "{now}");
    }
}

#[test]
fn overflowing_signature_time_is_refused() {
    for time in [
        "18446744073709551615",
        "99999999999999999999999",
        "9223372036854775808",
    ] {
        let signature = sign(time, BODY.as_bytes(), &app()).unwrap();
        let header = format!("t={time},s={signature}");
        let result = Delivery::verify(&header, BODY.as_bytes(), &app(), at(SIGNED_AT));
        assert!(matches!(result, Err(WebhookError::Time)), "{time}");
    }
}

#[test]
fn signature_of_another_secret_or_app_is_refused() {
    let verify = |app: &AppCredentials| {
        Delivery::verify(&header(), BODY.as_bytes(), app, at(SIGNED_AT)).unwrap_err()
    };
    let other_secret = AppCredentials {
        client_secret: SecretString::from("test_client_secreT"),
        ..app()
    };
    assert!(matches!(verify(&other_secret), WebhookError::Signature));
    let other_key = AppCredentials {
        client_key: "awother".into(),
        ..app()
    };
    assert!(matches!(verify(&other_key), WebhookError::OtherApp));
}

#[test]
fn uppercase_signature_is_refused() {
    let header = format!("t={SIGNED_AT},s={}", SIGNATURE.to_uppercase());
    let result = Delivery::verify(&header, BODY.as_bytes(), &app(), at(SIGNED_AT));
    assert!(matches!(result, Err(WebhookError::Signature)));
}

#[test]
fn every_documented_event_is_parsed() {
    let id = || crate::PublishId::from("p1");
    let post =
        r#"{"publish_id":"p1","publish_type":"DIRECT_PUBLISH","post_id":7512345678901234567}"#;
    let public = WebhookEvent::PubliclyAvailable {
        publish_id: id(),
        post_id: Some(7_512_345_678_901_234_567),
    };
    let gone = WebhookEvent::NoLongerPublic {
        publish_id: id(),
        post_id: Some(7_512_345_678_901_234_567),
    };
    for (name, content, expected) in [
        (
            "post.publish.failed",
            r#"{"publish_id":"p1","reason":"spam_risk_text"}"#,
            WebhookEvent::PublishFailed {
                publish_id: id(),
                reason: Some(crate::FailReason::SpamRiskText),
            },
        ),
        (
            "post.publish.failed",
            r#"{"publish_id":"p1"}"#,
            WebhookEvent::PublishFailed {
                publish_id: id(),
                reason: None,
            },
        ),
        (
            "post.publish.complete",
            post,
            WebhookEvent::PublishComplete { publish_id: id() },
        ),
        (
            "post.publish.inbox_delivered",
            post,
            WebhookEvent::InboxDelivered { publish_id: id() },
        ),
        ("post.publish.publicly_available", post, public.clone()),
        ("post.publish.publicaly_available", post, public),
        (
            "post.publish.no_longer_publicaly_available",
            post,
            gone.clone(),
        ),
        ("post.publish.no_longer_publicly_available", post, gone),
        (
            "authorization.removed",
            r#"{"reason":4}"#,
            WebhookEvent::AuthorizationRemoved {
                reason: RemovalReason::AccountBanned,
            },
        ),
        (
            "video.publish.completed",
            r#"{"share_id":"s"}"#,
            WebhookEvent::Other("video.publish.completed".into()),
        ),
        (
            "portability.download.ready",
            "no JSON at all",
            WebhookEvent::Other("portability.download.ready".into()),
        ),
    ] {
        assert_eq!(event_of(name, content).unwrap(), expected, "{name}");
    }
}

#[test]
fn public_id_may_be_quoted_or_absent() {
    for (content, expected) in [
        (
            r#"{"publish_id":"p1","post_id":"18446744073709551615"}"#,
            Some(u64::MAX),
        ),
        (r#"{"publish_id":"p1","post_id":0}"#, None),
        (r#"{"publish_id":"p1","post_id":null}"#, None),
        (r#"{"publish_id":"p1"}"#, None),
        (r#"{"publish_id":"p1","post_id":1.5e3}"#, None),
    ] {
        assert_eq!(
            event_of("post.publish.publicly_available", content).unwrap(),
            WebhookEvent::PubliclyAvailable {
                publish_id: "p1".into(),
                post_id: expected
            },
            "{content}"
        );
    }
}

#[test]
fn removal_with_unreadable_reason_is_still_parsed() {
    for (content, reason) in [
        ("", RemovalReason::Unknown),
        ("{}", RemovalReason::Unknown),
        (r#"{"reason":"1"}"#, RemovalReason::UserDisconnected),
        (r#"{"reason":77}"#, RemovalReason::Other(77)),
    ] {
        assert_eq!(
            event_of("authorization.removed", content).unwrap(),
            WebhookEvent::AuthorizationRemoved { reason },
            "{content}"
        );
    }
}

#[test]
fn content_may_be_an_object() {
    let body =
        r#"{"client_key":"awtest","event":"post.publish.complete","content":{"publish_id":"p1"}}"#;
    let delivery = delivered(body).unwrap();
    assert_eq!(
        delivery.event,
        WebhookEvent::PublishComplete {
            publish_id: "p1".into()
        }
    );
    assert_eq!(
        (delivery.user_openid.as_str(), delivery.create_time),
        ("", None)
    );
}

#[test]
fn error_of_an_unreadable_body_hides_its_content() {
    for body in [
        "",
        "[]",
        "private",
        r#"{"client_key":"awtest"}"#,
        r#"{"client_key":"awtest","event":""}"#,
        r#"{"client_key":"awtest","event":"post.publish.complete","content":"private"}"#,
        r#"{"client_key":"awtest","event":"post.publish.complete","content":"{\"publish_id\":\"\"}"}"#,
        r#"{"client_key":"awtest","event":"post.publish.complete"}"#,
    ] {
        let error = delivered(body).unwrap_err();
        assert!(matches!(error, WebhookError::Body(_)), "{body}");
        assert!(!format!("{error} {error:?}").contains("private"), "{body}");
    }
}

proptest! {
    #[test]
    fn flipped_bit_of_the_body_is_refused(place in 0..BODY.len(), bit in 0..8_u8) {
        let mut body = BODY.as_bytes().to_vec();
        body[place] ^= 1 << bit;
        let result = Delivery::verify(&header(), &body, &app(), at(SIGNED_AT));
        prop_assert!(matches!(result, Err(WebhookError::Signature)));
    }

    #[test]
    fn flipped_bit_of_the_header_is_refused(place in 0..80_usize, bit in 0..7_u8) {
        let mut text = header().into_bytes();
        prop_assume!(place < text.len());
        text[place] ^= 1 << bit;
        let text = String::from_utf8(text).unwrap();
        let result = Delivery::verify(&text, BODY.as_bytes(), &app(), at(SIGNED_AT));
        prop_assert!(matches!(result, Err(WebhookError::Header | WebhookError::Signature)));
    }

    #[test]
    fn any_unsigned_input_is_refused(header in ".{0,120}|t=[0-9]{0,25},s=[0-9a-f]{0,70}", body: Vec<u8>) {
        prop_assert!(Delivery::verify(&header, &body, &app(), at(SIGNED_AT)).is_err());
    }

    #[test]
    fn any_signed_input_parses_without_a_panic(body in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        r#"\{"client_key":"awtest","event":"post\.publish\.[a-z_]{4,30}","content":("[^\\]{0,40}"|[0-9\[\]{}]{0,9})\}"#
            .prop_map(String::into_bytes),
    ]) {
        let signature = sign("1700000000", &body, &app()).unwrap();
        let header = format!("t={SIGNED_AT},s={signature}");
        let result = Delivery::verify(&header, &body, &app(), at(SIGNED_AT));
        prop_assert!(matches!(result, Ok(_) | Err(WebhookError::Body(_) | WebhookError::OtherApp)));
    }
}
