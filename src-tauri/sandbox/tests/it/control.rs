//! The control API, the forms, and who may use them.

use std::time::Duration;

use serde_json::{Value, json};
use tiktok_sandbox::{FaultKind, Operation, PostMode, RecordedRequest, SandboxPost, Times};

use crate::stage::{Answer, CREATOR_INFO, Stage, video};

async fn post(stage: &Stage, path: &str, body: Value) -> Answer {
    stage
        .send(stage.http.post(stage.url(path)).json(&body))
        .await
}

async fn delete(stage: &Stage, path: &str) -> Answer {
    stage.send(stage.http.delete(stage.url(path))).await
}

#[tokio::test]
async fn a_test_in_another_process_can_do_everything() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;

    let requests: Vec<RecordedRequest> =
        serde_json::from_str(&stage.get("/sandbox/api/requests").await.text).unwrap();
    assert_eq!(requests, stage.sandbox.requests());
    assert_eq!(requests.len(), 2);
    assert_eq!(delete(&stage, "/sandbox/api/requests").await.status, 204);
    assert_eq!(stage.sandbox.requests(), []);

    let fault = json!({"operation": "creator_info", "times": "forever", "kind": {"type": "status", "http": 500}});
    let answer = post(&stage, "/sandbox/api/faults", fault).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (201, json!({"id": 1}))
    );
    assert_eq!(stage.json(CREATOR_INFO, &ada, json!({})).await.status, 500);
    let faults = stage.get("/sandbox/api/faults").await.json();
    assert_eq!(
        (
            faults[0]["hits"].as_u64(),
            faults[0]["fault"]["times"].as_str()
        ),
        (Some(1), Some("forever"))
    );
    assert_eq!(delete(&stage, "/sandbox/api/faults/1").await.status, 204);
    assert_eq!(delete(&stage, "/sandbox/api/faults/1").await.status, 404);
    assert_eq!(stage.json(CREATOR_INFO, &ada, json!({})).await.status, 200);

    let answer = post(
        &stage,
        "/sandbox/api/options",
        json!({"processing_ms": 10, "audited": false}),
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        stage.sandbox.options().processing,
        Duration::from_millis(10)
    );
    assert!(!stage.sandbox.options().audited);
    assert_eq!(
        stage.sandbox.options().moderation,
        Duration::from_secs(2),
        "the rest stays"
    );
    assert_eq!(
        stage.get("/sandbox/api/options").await.json()["processing_ms"],
        10
    );
    assert_eq!(delete(&stage, "/sandbox/api/options").await.status, 200);
    assert!(stage.sandbox.options().audited);

    let upload = stage.init(&ada, 1000).await;
    stage.send_video(&upload.url, &video(1000, 1)).await;
    let before = stage.get("/sandbox/api/clock").await.json();
    assert_eq!(
        post(&stage, "/sandbox/api/clock", json!({"advance_ms": 6000}))
            .await
            .status,
        200
    );
    assert_ne!(stage.get("/sandbox/api/clock").await.json(), before);
    let posts: Vec<SandboxPost> =
        serde_json::from_str(&stage.get("/sandbox/api/posts").await.text).unwrap();
    assert_eq!((posts.len(), &posts), (1, &stage.sandbox.posts()));
    let publishes = stage.get("/sandbox/api/publishes").await;
    assert_eq!(publishes.json()[0]["status"], "PUBLISH_COMPLETE");
    assert!(!publishes.text.contains("upload_query"));

    let answer = post(
        &stage,
        "/sandbox/api/creators/ada",
        json!({"private": true}),
    )
    .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        stage.get("/sandbox/api/creators").await.json()[0]["private"],
        true
    );
    let levels =
        stage.json(CREATOR_INFO, &ada, json!({})).await.json()["data"]["privacy_level_options"]
            .clone();
    assert_eq!(levels[0], "FOLLOWER_OF_CREATOR");
}

#[tokio::test]
async fn mistakes_are_refused_and_change_nothing() {
    let stage = Stage::new().await;
    let before = stage.sandbox.options();
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
        let answer = post(&stage, path, body.clone()).await;
        assert!(answer.status.is_client_error(), "{path} {body}: {answer:?}");
    }
    assert_eq!(
        post(&stage, "/sandbox/api/creators/nobody", json!({}))
            .await
            .status,
        404
    );
    assert_eq!(
        (stage.sandbox.options(), stage.sandbox.faults()),
        (before, vec![])
    );
    let plain = stage
        .http
        .post(stage.url("/sandbox/api/options"))
        .header("content-type", "text/plain");
    assert_eq!(
        stage.send(plain.body("{}")).await.status,
        415,
        "what any web page may send is not read"
    );
}

#[tokio::test]
async fn pages_of_others_are_kept_out() {
    let stage = Stage::new().await;
    let port = stage.sandbox.url().rsplit_once(':').unwrap().1.to_owned();
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
            let request = stage.http.get(stage.url(path)).header(name, &value);
            assert_eq!(
                stage.send(request).await.status,
                403,
                "{path} {name}: {value}"
            );
        }
        for origin in [stage.sandbox.url(), format!("http://localhost:{port}")] {
            let request = stage.http.get(stage.url(path)).header("origin", origin);
            assert_eq!(stage.send(request).await.status, 200);
        }
    }
    let foreign = stage
        .http
        .delete(stage.url("/sandbox/api/requests"))
        .header("origin", "https://evil.example");
    assert_eq!(stage.send(foreign).await.status, 403);
    let form = stage
        .http
        .post(stage.url("/sandbox/faults/clear"))
        .header("origin", "https://evil.example");
    assert_eq!(stage.send(form).await.status, 403);
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
            let request = stage.http.get(stage.url(path)).header("host", &host);
            assert_eq!(stage.send(request).await.status, 421, "{path} {host}");
        }
    }
}

#[tokio::test]
async fn forms_do_what_the_json_does() {
    let stage = Stage::new().await;
    let fields = [
        ("operation", "upload"),
        ("kind", "cut_after"),
        ("number", "500"),
        ("text", ""),
        ("times", ""),
        ("skip", "2"),
    ];
    let answer = stage.form("/sandbox/faults", &fields).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, Some("/sandbox#faults"))
    );
    let fault = &stage.sandbox.faults()[0].fault;
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
            stage.form("/sandbox/faults", &wrong).await.status,
            400,
            "{wrong:?}"
        );
    }
    assert_eq!(stage.form("/sandbox/faults/clear", &[]).await.status, 303);
    assert_eq!(stage.sandbox.faults(), []);
    stage.get("/@ada.makes").await;
    assert_eq!(stage.sandbox.requests().len(), 1);
    assert_eq!(stage.form("/sandbox/requests/clear", &[]).await.status, 303);
    assert_eq!(stage.sandbox.requests(), []);
}

#[tokio::test]
async fn the_options_form_sets_every_option() {
    let stage = Stage::new().await;
    // The form as the page would send it, with one box unticked and one number changed.
    let Value::Object(options) = serde_json::to_value(stage.sandbox.options()).unwrap() else {
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
    let mut expected = stage.sandbox.options();
    (expected.audited, expected.upload_bytes_per_sec) = (false, Some(5_000_000));
    let answer = stage
        .send(stage.http.post(stage.url("/sandbox/options")).form(&fields))
        .await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(stage.sandbox.options(), expected);
}

#[tokio::test]
async fn the_creator_posts_or_discards_a_draft() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let draft = stage.inbox(&ada, 1000).await;
    stage.send_video(&draft.url, &video(1000, 1)).await;
    let act = async |action: &str| {
        stage
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
    assert_eq!(act("post").await, 400, "it is not in the inbox yet");
    stage.advance(Duration::from_mins(1));
    assert_eq!(act("eat").await, 400);
    assert_eq!(act("post").await, 303);
    assert_eq!(
        stage.status(&ada, &draft.publish_id).await["status"],
        "PUBLISH_COMPLETE"
    );
    assert_eq!(act("discard").await, 400);
    assert!(
        stage
            .sandbox
            .posts()
            .iter()
            .any(|post| post.mode == PostMode::Inbox)
    );

    let unwanted = stage.inbox(&ada, 1000).await;
    stage.send_video(&unwanted.url, &video(1000, 1)).await;
    stage.advance(Duration::from_mins(1));
    let fields = [
        ("publish_id", unwanted.publish_id.as_str()),
        ("action", "discard"),
    ];
    assert_eq!(stage.form("/sandbox/drafts", &fields).await.status, 303);
    let status = stage.status(&ada, &unwanted.publish_id).await;
    assert_eq!(status["fail_reason"], "publish_cancelled");
}

#[tokio::test]
async fn a_creator_can_take_the_access_back() {
    let stage = Stage::new().await;
    let (ada, ben) = (stage.login("ada").await, stage.login("ben").await);
    assert!(
        stage
            .get("/sandbox")
            .await
            .text
            .contains("Take the access back")
    );

    let path = "/sandbox/api/creators/ada/access";
    assert_eq!(delete(&stage, path).await.json(), json!({"removed": true}));
    assert_eq!(delete(&stage, path).await.json(), json!({"removed": false}));
    let nobody = "/sandbox/api/creators/nobody/access";
    assert_eq!(delete(&stage, nobody).await.status, 404);
    let ask = async |token: &str| stage.json(CREATOR_INFO, token, json!({})).await.status;
    assert_eq!(ask(&ada.access).await, 401);
    assert_eq!(ask(&ben.access).await, 200);
    assert_eq!(stage.refresh(&ada.refresh).await.status, 400);

    let form = [("creator", "ben")];
    let request = stage.http.post(stage.url("/sandbox/access")).form(&form);
    assert_eq!(stage.send(request).await.status, 303);
    assert_eq!(ask(&ben.access).await, 401);
    let request = stage.http.post(stage.url("/sandbox/access")).form(&form);
    assert_eq!(stage.send(request).await.status, 400);
}
