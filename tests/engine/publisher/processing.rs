//! Posts that TikTok processes for a long time: remarks, posts without an answer, and posts that end while Slipway is closed.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use slipway_engine::{
    Endpoints, EngineConfig,
    views::{Event, PostState},
};
use slipway_tests::stage::{Running, Stage, public};
use tiktok_sandbox::{Operation, Options};

const HOUR: Duration = Duration::from_hours(1);

/// Starts a proxy that adds a reason to the status of a post in progress, which TikTok's page allows
/// (`/doc/content-posting-api-reference-get-video-status`). All other answers are the sandbox's.
async fn remarking(stage: &Stage, reason: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .fallback(pass_on)
        .with_state((stage.sandbox.url(), reason));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn pass_on(
    State((target, reason)): State<(String, &'static str)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = client.request(method, format!("{target}{uri}"));
    for (name, value) in &headers {
        if name != header::HOST && name != header::CONTENT_LENGTH {
            request = request.header(name, value);
        }
    }
    let Ok(answer) = request.body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let status = answer.status();
    let mut text = answer.text().await.unwrap();
    if let Ok(mut answer) = serde_json::from_str::<Value>(&text)
        && answer["data"]["status"] == "PROCESSING_UPLOAD"
    {
        answer["data"]["fail_reason"] = json!(reason);
        text = answer.to_string();
    }
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_given_while_processing_is_shown_as_a_remark() {
    let stage = Stage::with(Options {
        processing: HOUR,
        ..Options::default()
    })
    .await;
    // The account is connected before: only later requests go through the proxy.
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.close().await;
    let api = remarking(&stage, "audio_not_matched").await;
    let config = EngineConfig {
        endpoints: Endpoints::new(&stage.sandbox.url(), &api).unwrap(),
        ..stage.config()
    };
    let app = Running::open(config).await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let remark = app
        .event("a remark", |event| match event {
            Event::PostChanged { post } if post.id == id && post.state == PostState::Processing => {
                post.remark.clone()
            }
            _ => None,
        })
        .await;
    assert_eq!(remark.code, "post.remark");
    let post = app.published(&id).await;
    assert_eq!(
        post.remark, None,
        "the remark said that this is not the end"
    );
    let history = app.history(&id).await;
    assert_eq!(
        history.matches("reported while processing").count(),
        1,
        "{history}"
    );
    assert!(stage.count(Operation::Status) > 3, "it was told often");
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_post_is_checked_again_and_not_sent_again() {
    let stage = Stage::with(Options {
        processing: 30 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let post = app
        .until(&id, "unconfirmed", |state| {
            matches!(state, PostState::Unconfirmed { .. })
        })
        .await;
    let PostState::Unconfirmed { notice } = post.state else {
        unreachable!()
    };
    assert_eq!(notice.code, "post.never_said");
    // It stays so after a restart, and its status is not polled.
    app.engine.close().await;
    let asked = stage.count(Operation::Status);
    let app = stage.engine().await;
    assert!(matches!(
        app.state(&id).await,
        PostState::Unconfirmed { .. }
    ));
    assert_eq!(stage.count(Operation::Status), asked);

    let again = app.engine.retry_post(&id).await.unwrap();
    assert_eq!(again.state, PostState::Processing);
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(stage.count(Operation::Init), 1);
    assert_eq!(stage.count(Operation::Upload), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_was_processed_while_slipway_was_closed_is_published() {
    let stage = Stage::with(Options {
        processing: 20 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.processing(&id).await;
    app.engine.close().await;
    stage.clock.advance(72 * HOUR);
    let app = stage.engine().await;
    app.published(&id).await;
    let history = app.history(&id).await;
    assert!(!history.contains("has not said whether"), "{history}");
}
