//! Tests of the control API, its forms and their access rules.

use std::time::Duration;

use serde_json::{Value, json};
use tiktok_sandbox::{FaultKind, Operation, PostMode, RecordedRequest, SandboxPost, Times};

use crate::harness::{CREATOR_INFO, Harness, Response, video};

async fn post(harness: &Harness, path: &str, body: Value) -> Response {
    harness
        .send(harness.http.post(harness.url(path)).json(&body))
        .await
}

async fn delete(harness: &Harness, path: &str) -> Response {
    harness.send(harness.http.delete(harness.url(path))).await
}

#[tokio::test]
async fn the_control_api_covers_requests_faults_options_clock_and_creators() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;

    let requests: Vec<RecordedRequest> =
        serde_json::from_str(&harness.get("/sandbox/api/requests").await.text).unwrap();
    assert_eq!(requests, harness.sandbox.requests());
    assert_eq!(requests.len(), 2);
    assert_eq!(delete(&harness, "/sandbox/api/requests").await.status, 204);
    assert_eq!(harness.sandbox.requests(), []);

    let fault = json!({"operation": "creator_info", "times": "forever", "kind": {"type": "status", "http": 500}});
    let response = post(&harness, "/sandbox/api/faults", fault).await;
    assert_eq!(
        (response.status.as_u16(), response.json()),
        (201, json!({"id": 1}))
    );
    assert_eq!(
        harness.json(CREATOR_INFO, &ada, json!({})).await.status,
        500
    );
    let faults = harness.get("/sandbox/api/faults").await.json();
    assert_eq!(
        (
            faults[0]["hits"].as_u64(),
            faults[0]["fault"]["times"].as_str()
        ),
        (Some(1), Some("forever"))
    );
    assert_eq!(delete(&harness, "/sandbox/api/faults/1").await.status, 204);
    assert_eq!(delete(&harness, "/sandbox/api/faults/1").await.status, 404);
    assert_eq!(
        harness.json(CREATOR_INFO, &ada, json!({})).await.status,
        200
    );

    let response = post(
        &harness,
        "/sandbox/api/options",
        json!({"processing_ms": 10, "audited": false}),
    )
    .await;
    assert_eq!(response.status, 200);
    assert_eq!(
        harness.sandbox.options().processing,
        Duration::from_millis(10)
    );
    assert!(!harness.sandbox.options().audited);
    assert_eq!(
        harness.sandbox.options().moderation,
        Duration::from_secs(2),
        "other options keep their values"
    );
    assert_eq!(
        harness.get("/sandbox/api/options").await.json()["processing_ms"],
        10
    );
    assert_eq!(delete(&harness, "/sandbox/api/options").await.status, 200);
    assert!(harness.sandbox.options().audited);

    let upload = harness.init(&ada, 1000).await;
    harness.send_video(&upload.url, &video(1000, 1)).await;
    let before = harness.get("/sandbox/api/clock").await.json();
    assert_eq!(
        post(&harness, "/sandbox/api/clock", json!({"advance_ms": 6000}))
            .await
            .status,
        200
    );
    assert_ne!(harness.get("/sandbox/api/clock").await.json(), before);
    let posts: Vec<SandboxPost> =
        serde_json::from_str(&harness.get("/sandbox/api/posts").await.text).unwrap();
    assert_eq!((posts.len(), &posts), (1, &harness.sandbox.posts()));
    let publishes = harness.get("/sandbox/api/publishes").await;
    assert_eq!(publishes.json()[0]["status"], "PUBLISH_COMPLETE");
    assert!(!publishes.text.contains("upload_query"));

    let response = post(
        &harness,
        "/sandbox/api/creators/ada",
        json!({"private": true}),
    )
    .await;
    assert_eq!(response.status, 200);
    assert_eq!(
        harness.get("/sandbox/api/creators").await.json()[0]["private"],
        true
    );
    let levels =
        harness.json(CREATOR_INFO, &ada, json!({})).await.json()["data"]["privacy_level_options"]
            .clone();
    assert_eq!(levels[0], "FOLLOWER_OF_CREATOR");
}

#[tokio::test]
async fn invalid_control_requests_are_refused_without_effect() {
    let harness = Harness::new().await;
    let before = harness.sandbox.options();
    for (path, body) in [
        ("/sandbox/api/options", json!({"procesing_ms": 10})),
        ("/sandbox/api/options", json!({"processing_ms": "ten"})),
        ("/sandbox/api/options", json!([])),
        (
            "/sandbox/api/faults",
            json!({"operation": "fly", "kind": {"type": "lost_answer"}}),
        ),
        (
            "/sandbox/api/faults",
            json!({"operation": "init", "kind": {"type": "explode"}}),
        ),
        (
            "/sandbox/api/faults",
            json!({"operation": "init", "kind": {"type": "latency"}}),
        ),
        (
            "/sandbox/api/faults",
            json!({"operation": "init", "kind": {"type": "status", "http": 99}}),
        ),
        (
            "/sandbox/api/faults",
            json!({"operation": "upload", "kind": {"type": "stuck_processing"}}),
        ),
        (
            "/sandbox/api/faults",
            json!({"operation": "upload", "kind": {"type": "fail_with", "reason": "internal"}}),
        ),
        ("/sandbox/api/clock", json!({"advance": 5})),
        ("/sandbox/api/creators/ada", json!({"name": "bob"})),
        ("/sandbox/api/creators/ada", json!({"privat": true})),
    ] {
        let response = post(&harness, path, body.clone()).await;
        assert!(
            response.status.is_client_error(),
            "{path} {body}: {response:?}"
        );
    }
    assert_eq!(
        post(&harness, "/sandbox/api/creators/nobody", json!({}))
            .await
            .status,
        404
    );
    assert_eq!(
        (harness.sandbox.options(), harness.sandbox.faults()),
        (before, vec![])
    );
    let plain = harness
        .http
        .post(harness.url("/sandbox/api/options"))
        .header("content-type", "text/plain");
    assert_eq!(
        harness.send(plain.body("{}")).await.status,
        415,
        "content types that any web page may send are refused"
    );
}

#[tokio::test]
async fn requests_from_other_origins_and_hosts_are_refused() {
    let harness = Harness::new().await;
    let port = harness.sandbox.url().rsplit_once(':').unwrap().1.to_owned();
    for path in [
        "/sandbox/api/requests",
        "/sandbox/api/options",
        "/sandbox/api/posts",
    ] {
        for (name, value) in [
            ("origin", "https://evil.example".to_owned()),
            ("origin", "null".to_owned()),
            ("origin", format!("http://127.0.0.1.evil.example:{port}")),
            ("origin", "http://127.0.0.1:1".to_owned()),
            ("sec-fetch-site", "cross-site".to_owned()),
            ("sec-fetch-site", "same-site".to_owned()),
        ] {
            let request = harness.http.get(harness.url(path)).header(name, &value);
            assert_eq!(
                harness.send(request).await.status,
                403,
                "{path} {name}: {value}"
            );
        }
        for origin in [harness.sandbox.url(), format!("http://localhost:{port}")] {
            let request = harness.http.get(harness.url(path)).header("origin", origin);
            assert_eq!(harness.send(request).await.status, 200);
        }
    }
    let foreign = harness
        .http
        .delete(harness.url("/sandbox/api/requests"))
        .header("origin", "https://evil.example");
    assert_eq!(harness.send(foreign).await.status, 403);
    let form = harness
        .http
        .post(harness.url("/sandbox/faults/clear"))
        .header("origin", "https://evil.example");
    assert_eq!(harness.send(form).await.status, 403);
    for path in [
        "/sandbox",
        "/sandbox/api/posts",
        "/@ada.makes",
        "/v2/auth/authorize/",
        "/v2/user/info/",
    ] {
        for host in [
            "evil.example".to_owned(),
            format!("evil.example:{port}"),
            "127.0.0.1".to_owned(),
            "127.0.0.1:1".to_owned(),
        ] {
            let request = harness.http.get(harness.url(path)).header("host", &host);
            assert_eq!(harness.send(request).await.status, 421, "{path} {host}");
        }
    }
}

#[tokio::test]
async fn fault_and_request_forms_match_the_control_api() {
    let harness = Harness::new().await;
    let fields = [
        ("operation", "upload"),
        ("kind", "cut_after"),
        ("number", "500"),
        ("text", ""),
        ("times", ""),
        ("skip", "2"),
    ];
    let response = harness.form("/sandbox/faults", &fields).await;
    assert_eq!(
        (response.status.as_u16(), response.header("location")),
        (303, Some("/sandbox#faults"))
    );
    let fault = &harness.sandbox.faults()[0].fault;
    assert_eq!(
        (fault.operation, fault.times, fault.skip),
        (Operation::Upload, Times::Forever, 2)
    );
    assert_eq!(fault.kind, FaultKind::CutAfter { bytes: 500 });
    for wrong in [
        [
            ("operation", "upload"),
            ("kind", "cut_after"),
            ("number", ""),
        ],
        [
            ("operation", "upload"),
            ("kind", "stuck_processing"),
            ("number", ""),
        ],
        [
            ("operation", "upload"),
            ("kind", "latency"),
            ("number", "-1"),
        ],
        [("operation", ""), ("kind", "lost_answer"), ("number", "")],
    ] {
        assert_eq!(
            harness.form("/sandbox/faults", &wrong).await.status,
            400,
            "{wrong:?}"
        );
    }
    assert_eq!(harness.form("/sandbox/faults/clear", &[]).await.status, 303);
    assert_eq!(harness.sandbox.faults(), []);
    harness.get("/@ada.makes").await;
    assert_eq!(harness.sandbox.requests().len(), 1);
    assert_eq!(
        harness.form("/sandbox/requests/clear", &[]).await.status,
        303
    );
    assert_eq!(harness.sandbox.requests(), []);
}

#[tokio::test]
async fn the_options_form_sets_every_option() {
    let harness = Harness::new().await;
    // The form as a browser sends it, with one box unticked and one number changed.
    let Value::Object(options) = serde_json::to_value(harness.sandbox.options()).unwrap() else {
        unreachable!()
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, value) in options {
        match (name.as_str(), value) {
            ("audited", _) | (_, Value::Bool(false)) => {}
            (_, Value::Bool(true)) => fields.push((name, "on".to_owned())),
            ("upload_bytes_per_sec", _) => fields.push((name, "5000000".to_owned())),
            (_, Value::Null) => fields.push((name, String::new())),
            (_, Value::Array(lines)) => {
                fields.push((
                    name,
                    lines
                        .iter()
                        .map(|line| line.as_str().unwrap())
                        .collect::<Vec<_>>()
                        .join("\r\n"),
                ));
            }
            (_, Value::String(word)) => fields.push((name, word)),
            (_, other) => fields.push((name, other.to_string())),
        }
    }
    let mut expected = harness.sandbox.options();
    (expected.audited, expected.upload_bytes_per_sec) = (false, Some(5_000_000));
    let response = harness
        .send(
            harness
                .http
                .post(harness.url("/sandbox/options"))
                .form(&fields),
        )
        .await;
    assert_eq!(response.status, 303, "{response:?}");
    assert_eq!(harness.sandbox.options(), expected);
}

#[tokio::test]
async fn a_draft_can_be_posted_or_discarded() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let draft = harness.inbox(&ada, 1000).await;
    harness.send_video(&draft.url, &video(1000, 1)).await;
    let act = async |action: &str| {
        harness
            .form(
                "/sandbox/drafts",
                &[
                    ("publish_id", draft.publish_id.as_str()),
                    ("action", action),
                ],
            )
            .await
            .status
    };
    assert_eq!(act("post").await, 400, "the draft is still processing");
    harness.advance(Duration::from_mins(1));
    assert_eq!(act("unknown").await, 400);
    assert_eq!(act("post").await, 303);
    assert_eq!(
        harness.status(&ada, &draft.publish_id).await["status"],
        "PUBLISH_COMPLETE"
    );
    assert_eq!(act("discard").await, 400);
    assert!(
        harness
            .sandbox
            .posts()
            .iter()
            .any(|post| post.mode == PostMode::Inbox)
    );

    let unwanted = harness.inbox(&ada, 1000).await;
    harness.send_video(&unwanted.url, &video(1000, 1)).await;
    harness.advance(Duration::from_mins(1));
    let fields = [
        ("publish_id", unwanted.publish_id.as_str()),
        ("action", "discard"),
    ];
    assert_eq!(harness.form("/sandbox/drafts", &fields).await.status, 303);
    let status = harness.status(&ada, &unwanted.publish_id).await;
    assert_eq!(status["fail_reason"], "publish_cancelled");
}

#[tokio::test]
async fn a_creator_can_remove_access() {
    let harness = Harness::new().await;
    let (ada, ben) = (harness.login("ada").await, harness.login("ben").await);
    assert!(harness.get("/sandbox").await.text.contains("Remove access"));

    let path = "/sandbox/api/creators/ada/access";
    assert_eq!(
        delete(&harness, path).await.json(),
        json!({"removed": true})
    );
    assert_eq!(
        delete(&harness, path).await.json(),
        json!({"removed": false})
    );
    let nobody = "/sandbox/api/creators/nobody/access";
    assert_eq!(delete(&harness, nobody).await.status, 404);
    let ask = async |token: &str| harness.creator_info(token).await.status;
    assert_eq!(ask(&ada.access).await, 401);
    assert_eq!(ask(&ben.access).await, 200);
    assert_eq!(harness.refresh(&ada.refresh).await.status, 400);

    let form = [("creator", "ben")];
    let request = harness
        .http
        .post(harness.url("/sandbox/access"))
        .form(&form);
    assert_eq!(harness.send(request).await.status, 303);
    assert_eq!(ask(&ben.access).await, 401);
    let request = harness
        .http
        .post(harness.url("/sandbox/access"))
        .form(&form);
    assert_eq!(harness.send(request).await.status, 400);
}
