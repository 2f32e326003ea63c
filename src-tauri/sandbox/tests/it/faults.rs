//! Faults do what they say, to the requests that they are meant for, and to no others.

use std::time::{Duration, Instant};

use serde_json::json;
use tiktok_sandbox::{Fault, FaultKind, Operation, Outcome};

use crate::stage::{CREATOR_INFO, INIT, Stage, TOKEN, direct, video};

fn status(http: u16, code: Option<&str>) -> FaultKind {
    FaultKind::Status {
        http,
        code: code.map(str::to_owned),
        message: Some("on purpose".to_owned()),
    }
}

#[tokio::test]
async fn a_status_is_answered_in_the_shape_of_the_endpoint_and_nothing_is_done() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await;
    let fault = |operation, kind| stage.sandbox.add_fault(Fault::once(operation, kind));

    fault(Operation::Init, status(500, Some("internal_error")));
    let answer = stage
        .json(INIT, &ada.access, direct("SELF_ONLY", 100))
        .await;
    assert_eq!(answer.code(), (500, "internal_error".to_owned()));
    assert_eq!(answer.json()["error"]["message"], "on purpose");
    fault(Operation::Init, status(502, None));
    let answer = stage
        .json(INIT, &ada.access, direct("SELF_ONLY", 100))
        .await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (502, ""));
    assert_eq!(stage.sandbox.publishes(), []);

    fault(
        Operation::Token,
        status(503, Some("temporarily_unavailable")),
    );
    let answer = stage.refresh(&ada.refresh).await;
    assert_eq!(answer.oauth(), (503, "temporarily_unavailable".to_owned()));
    assert_eq!(
        stage.refresh(&ada.refresh).await.status,
        200,
        "the token was not touched"
    );

    fault(Operation::Authorize, status(500, None));
    assert_eq!(
        stage
            .send(stage.http.get(stage.authorize_url(&[])))
            .await
            .status,
        500
    );

    let post = stage.init(&ada.access, 1000).await;
    fault(Operation::Upload, status(503, None));
    assert_eq!(
        stage
            .send(stage.chunk(&post.url, 0, 1000, video(1000, 1)))
            .await
            .status,
        503
    );
    assert_eq!(
        stage.status(&ada.access, &post.publish_id).await["uploaded_bytes"],
        0
    );
    stage.send_video(&post.url, &video(1000, 1)).await;
}

#[tokio::test]
async fn a_rate_limit_comes_with_or_without_retry_after() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    for retry_after in [None, Some(17)] {
        stage.sandbox.add_fault(Fault::once(
            Operation::CreatorInfo,
            FaultKind::RateLimit { retry_after },
        ));
        let answer = stage.json(CREATOR_INFO, &ada, json!({})).await;
        assert_eq!(answer.code(), (429, "rate_limit_exceeded".to_owned()));
        assert_eq!(
            answer
                .header("retry-after")
                .map(|text| text.parse().unwrap()),
            retry_after
        );
    }
    assert_eq!(stage.json(CREATOR_INFO, &ada, json!({})).await.status, 200);
    stage.sandbox.add_fault(Fault::once(
        Operation::Token,
        FaultKind::RateLimit { retry_after: None },
    ));
    assert_eq!(
        stage.form(TOKEN, &[]).await.oauth(),
        (429, "rate_limit_exceeded".to_owned())
    );
}

#[tokio::test]
async fn a_late_answer_was_done_before_it_comes() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await;
    stage.sandbox.add_fault(Fault::once(
        Operation::Init,
        FaultKind::LateAnswer { ms: 600_000 },
    ));
    // The client gives up long before; what it asked for stands all the same.
    let waiting = stage.json(INIT, &ada.access, direct("SELF_ONLY", 100));
    let gave_up = tokio::time::timeout(Duration::from_millis(300), waiting).await;
    assert!(gave_up.is_err());
    assert_eq!(stage.sandbox.publishes().len(), 1);

    stage.sandbox.add_fault(Fault::once(
        Operation::CreatorInfo,
        FaultKind::LateAnswer { ms: 50 },
    ));
    let asked = Instant::now();
    let answer = stage.json(CREATOR_INFO, &ada.access, json!({})).await;
    assert_eq!(answer.status, 200);
    assert!(asked.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_lost_answer_was_done() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await;
    stage
        .sandbox
        .add_fault(Fault::once(Operation::Init, FaultKind::LostAnswer));
    let request = stage
        .http
        .post(stage.url(INIT))
        .bearer_auth(&ada.access)
        .json(&direct("SELF_ONLY", 100));
    request.send().await.unwrap_err();
    assert_eq!(stage.sandbox.publishes().len(), 1);
    let record = stage.sandbox.requests().pop().unwrap();
    assert_eq!((record.outcome, record.status), (Outcome::NoAnswer, None));

    let post = stage.init(&ada.access, 1000).await;
    stage
        .sandbox
        .add_fault(Fault::once(Operation::Upload, FaultKind::LostAnswer));
    stage
        .chunk(&post.url, 0, 1000, video(1000, 1))
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        stage.status(&ada.access, &post.publish_id).await["uploaded_bytes"],
        1000
    );

    stage
        .sandbox
        .add_fault(Fault::once(Operation::Token, FaultKind::LostAnswer));
    let fields = [
        ("client_key", tiktok_sandbox::DEFAULT_CLIENT_KEY),
        ("client_secret", tiktok_sandbox::DEFAULT_CLIENT_SECRET),
        ("grant_type", "refresh_token"),
        ("refresh_token", ada.refresh.as_str()),
    ];
    stage
        .http
        .post(stage.url(TOKEN))
        .form(&fields)
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        stage.refresh(&ada.refresh).await.oauth(),
        (400, "invalid_grant".to_owned()),
        "the old one is dead"
    );
}

#[tokio::test]
async fn a_cut_leaves_the_request_undone() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let bytes = video(11_000_000, 1);
    let post = stage.init(&ada, 11_000_000).await;
    let fault = Fault::once(Operation::Upload, FaultKind::CutAfter { bytes: 1_234_567 }).after(1);
    stage.sandbox.add_fault(fault);
    let first = || stage.chunk(&post.url, 0, 11_000_000, bytes[..5_000_000].to_vec());
    let second = || {
        stage.chunk(
            &post.url,
            5_000_000,
            11_000_000,
            bytes[5_000_000..].to_vec(),
        )
    };
    assert_eq!(stage.send(first()).await.status, 206, "skipped");
    second().send().await.unwrap_err();
    assert_eq!(
        stage.status(&ada, &post.publish_id).await["uploaded_bytes"],
        5_000_000
    );
    let cut = stage
        .sandbox
        .requests()
        .into_iter()
        .find(|request| request.fault.is_some())
        .unwrap();
    assert_eq!(
        (cut.bytes_received, cut.outcome),
        (1_234_567, Outcome::NoAnswer)
    );
    assert_eq!(stage.send(second()).await.status, 201);

    stage.sandbox.add_fault(Fault::once(
        Operation::Init,
        FaultKind::CutAfter { bytes: 0 },
    ));
    let request = stage
        .http
        .post(stage.url(INIT))
        .bearer_auth(&ada)
        .json(&direct("SELF_ONLY", 100));
    request.send().await.unwrap_err();
    assert_eq!(stage.sandbox.publishes().len(), 1);
}

#[tokio::test]
async fn malformed_json_was_done_too() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await;
    for operation in [Operation::Init, Operation::Token] {
        stage
            .sandbox
            .add_fault(Fault::once(operation, FaultKind::MalformedJson));
    }
    let answer = stage
        .json(INIT, &ada.access, direct("SELF_ONLY", 100))
        .await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.text.starts_with('{')
            && serde_json::from_str::<serde_json::Value>(&answer.text).is_err()
    );
    assert_eq!(stage.sandbox.publishes().len(), 1);
    let answer = stage.refresh(&ada.refresh).await;
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    assert_eq!(
        stage.refresh(&ada.refresh).await.oauth(),
        (400, "invalid_grant".to_owned())
    );
}

#[tokio::test]
async fn latency_delays_and_lasts_until_cleared() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    stage.sandbox.add_fault(Fault::forever(
        Operation::CreatorInfo,
        FaultKind::Latency { ms: 80 },
    ));
    for _ in 0..2 {
        let start = Instant::now();
        assert_eq!(stage.json(CREATOR_INFO, &ada, json!({})).await.status, 200);
        assert!(start.elapsed() >= Duration::from_millis(80));
    }
    assert_eq!(stage.sandbox.faults()[0].hits, 2);
    stage.sandbox.clear_faults();
    assert_eq!(stage.sandbox.faults(), []);
    stage.json(CREATOR_INFO, &ada, json!({})).await;
    assert_eq!(stage.sandbox.requests().pop().unwrap().fault, None);
}

#[tokio::test]
async fn a_publish_fails_with_the_reason_or_gets_stuck() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let fail = FaultKind::FailWith {
        reason: "spam_risk_text".to_owned(),
    };
    stage.sandbox.add_fault(Fault::once(Operation::Init, fail));
    stage
        .sandbox
        .add_fault(Fault::once(Operation::Init, FaultKind::StuckProcessing).after(1));
    stage.sandbox.add_fault(Fault::once(
        Operation::InboxInit,
        FaultKind::FailWith {
            reason: "internal".to_owned(),
        },
    ));
    // A refused init is no publish: the fault waits.
    assert_eq!(
        stage
            .json(INIT, &ada, direct("FOLLOWER_OF_CREATOR", 1000))
            .await
            .status,
        403
    );
    let mut uploads = Vec::new();
    for _ in 0..3 {
        uploads.push(stage.init(&ada, 1000).await);
    }
    uploads.push(stage.inbox(&ada, 1000).await);
    for upload in &uploads {
        stage.send_video(&upload.url, &video(1000, 1)).await;
    }
    stage.advance(Duration::from_hours(1));
    let mut seen = Vec::new();
    for upload in &uploads {
        let status = stage.status(&ada, &upload.publish_id).await;
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
