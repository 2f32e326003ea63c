//! Tests of fault injection.

use std::time::{Duration, Instant};

use serde_json::json;
use tiktok_sandbox::{Fault, FaultKind, Operation, Outcome};

use crate::harness::{CREATOR_INFO, Harness, INIT, TOKEN, code, direct, video};

fn status(http: u16, code: Option<&str>) -> FaultKind {
    FaultKind::Status {
        http,
        code: code.map(str::to_owned),
        message: Some("on purpose".to_owned()),
    }
}

#[tokio::test]
async fn a_status_fault_uses_the_endpoint_format_and_skips_the_request() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await;
    let fault = |operation, kind| harness.sandbox.add_fault(Fault::once(operation, kind));

    fault(Operation::Init, status(500, Some("internal_error")));
    let response = harness
        .json(INIT, &ada.access, direct("SELF_ONLY", 100))
        .await;
    assert_eq!(response.code(), code(500, "internal_error"));
    assert_eq!(response.json()["error"]["message"], "on purpose");
    fault(Operation::Init, status(502, None));
    let response = harness
        .json(INIT, &ada.access, direct("SELF_ONLY", 100))
        .await;
    assert_eq!(
        (response.status.as_u16(), response.text.as_str()),
        (502, "")
    );
    assert_eq!(harness.sandbox.publishes(), []);

    fault(
        Operation::Token,
        status(503, Some("temporarily_unavailable")),
    );
    let response = harness.refresh(&ada.refresh).await;
    assert_eq!(response.oauth(), code(503, "temporarily_unavailable"));
    assert_eq!(
        harness.refresh(&ada.refresh).await.status,
        200,
        "the refresh token is still valid"
    );

    fault(Operation::Authorize, status(500, None));
    assert_eq!(
        harness
            .send(harness.http.get(harness.authorize_url(&[])))
            .await
            .status,
        500
    );

    let post = harness.init(&ada.access, 1000).await;
    fault(Operation::Upload, status(503, None));
    assert_eq!(
        harness
            .send(harness.chunk(&post.url, 0, 1000, video(1000, 1)))
            .await
            .status,
        503
    );
    assert_eq!(
        harness.status(&ada.access, &post.publish_id).await["uploaded_bytes"],
        0
    );
    harness.send_video(&post.url, &video(1000, 1)).await;
}

#[tokio::test]
async fn a_rate_limit_fault_has_an_optional_retry_after() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    for retry_after in [None, Some(17)] {
        harness.sandbox.add_fault(Fault::once(
            Operation::CreatorInfo,
            FaultKind::RateLimit { retry_after },
        ));
        let response = harness.json(CREATOR_INFO, &ada, json!({})).await;
        assert_eq!(response.code(), code(429, "rate_limit_exceeded"));
        assert_eq!(
            response
                .header("retry-after")
                .map(|text| text.parse().unwrap()),
            retry_after
        );
    }
    assert_eq!(
        harness.json(CREATOR_INFO, &ada, json!({})).await.status,
        200
    );
    harness.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::RateLimit { retry_after: None },
    ));
    assert_eq!(
        harness.form(TOKEN, &[]).await.oauth(),
        code(429, "rate_limit_exceeded")
    );
}

#[tokio::test]
async fn a_late_answer_fault_processes_the_request_before_the_delay() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await;
    harness.sandbox.add_fault(Fault::once(
        Operation::Init,
        FaultKind::LateAnswer { ms: 600_000 },
    ));
    // The client disconnects as soon as the publish exists, long before the response.
    tokio::select! {
        response = harness.json(INIT, &ada.access, direct("SELF_ONLY", 100)) => panic!("{response:?}"),
        () = harness.wait_until(|sandbox| !sandbox.publishes().is_empty()) => {}
    }
    assert_eq!(harness.sandbox.publishes().len(), 1);

    harness.sandbox.add_fault(Fault::once(
        Operation::CreatorInfo,
        FaultKind::LateAnswer { ms: 50 },
    ));
    let asked = Instant::now();
    let response = harness.json(CREATOR_INFO, &ada.access, json!({})).await;
    assert_eq!(response.status, 200);
    assert!(asked.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_lost_answer_fault_processes_the_request() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await;
    harness
        .sandbox
        .add_fault(Fault::once(Operation::Init, FaultKind::LostAnswer));
    let request = harness
        .http
        .post(harness.url(INIT))
        .bearer_auth(&ada.access)
        .json(&direct("SELF_ONLY", 100));
    request.send().await.unwrap_err();
    assert_eq!(harness.sandbox.publishes().len(), 1);
    let record = harness.sandbox.requests().pop().unwrap();
    assert_eq!((record.outcome, record.status), (Outcome::NoAnswer, None));

    let post = harness.init(&ada.access, 1000).await;
    harness
        .sandbox
        .add_fault(Fault::once(Operation::Upload, FaultKind::LostAnswer));
    harness
        .chunk(&post.url, 0, 1000, video(1000, 1))
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        harness.status(&ada.access, &post.publish_id).await["uploaded_bytes"],
        1000
    );

    harness
        .sandbox
        .add_fault(Fault::once(Operation::Token, FaultKind::LostAnswer));
    harness
        .refresh_request(&ada.refresh)
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        harness.refresh(&ada.refresh).await.oauth(),
        code(400, "invalid_grant"),
        "the previous refresh token is invalid"
    );
}

#[tokio::test]
async fn a_cut_fault_skips_the_request() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let bytes = video(11_000_000, 1);
    let post = harness.init(&ada, 11_000_000).await;
    let fault = Fault::once(Operation::Upload, FaultKind::CutAfter { bytes: 1_234_567 }).after(1);
    harness.sandbox.add_fault(fault);
    let first = || harness.chunk(&post.url, 0, 11_000_000, bytes[..5_000_000].to_vec());
    let second = || {
        harness.chunk(
            &post.url,
            5_000_000,
            11_000_000,
            bytes[5_000_000..].to_vec(),
        )
    };
    assert_eq!(
        harness.send(first()).await.status,
        206,
        "the fault skips the first chunk"
    );
    second().send().await.unwrap_err();
    assert_eq!(
        harness.status(&ada, &post.publish_id).await["uploaded_bytes"],
        5_000_000
    );
    let cut = harness
        .sandbox
        .requests()
        .into_iter()
        .find(|request| request.fault.is_some())
        .unwrap();
    assert_eq!(
        (cut.bytes_received, cut.outcome),
        (1_234_567, Outcome::NoAnswer)
    );
    assert_eq!(harness.send(second()).await.status, 201);

    harness.sandbox.add_fault(Fault::once(
        Operation::Init,
        FaultKind::CutAfter { bytes: 0 },
    ));
    let request = harness
        .http
        .post(harness.url(INIT))
        .bearer_auth(&ada)
        .json(&direct("SELF_ONLY", 100));
    request.send().await.unwrap_err();
    assert_eq!(harness.sandbox.publishes().len(), 1);
}

#[tokio::test]
async fn a_malformed_json_fault_processes_the_request() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await;
    for operation in [Operation::Init, Operation::Token] {
        harness
            .sandbox
            .add_fault(Fault::once(operation, FaultKind::MalformedJson));
    }
    let response = harness
        .json(INIT, &ada.access, direct("SELF_ONLY", 100))
        .await;
    assert_eq!(response.status, 200);
    assert!(
        response.text.starts_with('{')
            && serde_json::from_str::<serde_json::Value>(&response.text).is_err()
    );
    assert_eq!(harness.sandbox.publishes().len(), 1);
    let response = harness.refresh(&ada.refresh).await;
    assert!(serde_json::from_str::<serde_json::Value>(&response.text).is_err());
    assert_eq!(
        harness.refresh(&ada.refresh).await.oauth(),
        code(400, "invalid_grant")
    );
}

#[tokio::test]
async fn a_latency_fault_lasts_until_cleared() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    harness.sandbox.add_fault(Fault::forever(
        Operation::CreatorInfo,
        FaultKind::Latency { ms: 80 },
    ));
    for _ in 0..2 {
        let start = Instant::now();
        assert_eq!(
            harness.json(CREATOR_INFO, &ada, json!({})).await.status,
            200
        );
        assert!(start.elapsed() >= Duration::from_millis(80));
    }
    assert_eq!(harness.sandbox.faults()[0].hits, 2);
    harness.sandbox.clear_faults();
    assert_eq!(harness.sandbox.faults(), []);
    harness.json(CREATOR_INFO, &ada, json!({})).await;
    assert_eq!(harness.sandbox.requests().pop().unwrap().fault, None);
}

#[tokio::test]
async fn publish_faults_decide_the_result_of_processing() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let fail = FaultKind::FailWith {
        reason: "spam_risk_text".to_owned(),
    };
    harness
        .sandbox
        .add_fault(Fault::once(Operation::Init, fail));
    harness
        .sandbox
        .add_fault(Fault::once(Operation::Init, FaultKind::StuckProcessing).after(1));
    harness.sandbox.add_fault(Fault::once(
        Operation::InboxInit,
        FaultKind::FailWith {
            reason: "internal".to_owned(),
        },
    ));
    // A refused init does not count for publish faults.
    assert_eq!(
        harness
            .json(INIT, &ada, direct("FOLLOWER_OF_CREATOR", 1000))
            .await
            .status,
        403
    );
    let mut uploads = Vec::new();
    for _ in 0..3 {
        uploads.push(harness.init(&ada, 1000).await);
    }
    uploads.push(harness.inbox(&ada, 1000).await);
    for upload in &uploads {
        harness.send_video(&upload.url, &video(1000, 1)).await;
    }
    harness.advance(Duration::from_hours(1));
    let mut seen = Vec::new();
    for upload in &uploads {
        let status = harness.status(&ada, &upload.publish_id).await;
        let text = |name: &str| status[name].as_str().unwrap_or("-").to_owned();
        seen.push((text("status"), text("fail_reason")));
    }
    let expected = [
        ("FAILED", "spam_risk_text"),
        ("PROCESSING_UPLOAD", "-"),
        ("PUBLISH_COMPLETE", "-"),
        ("FAILED", "internal"),
    ];
    assert_eq!(
        seen,
        expected.map(|(status, reason)| (status.to_owned(), reason.to_owned()))
    );
}
