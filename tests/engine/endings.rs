//! How a post ends when TikTok takes its time: remarks on the way, no word for a day, and public ids that come late.

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
    Endpoints, Engine, EngineConfig,
    views::{Event, PostState},
};
use slipway_tests::{
    stage::{Running, Stage, public},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{Operation, Options};

const HOUR: Duration = Duration::from_hours(1);

fn count(stage: &Stage, operation: Operation) -> usize {
    let requests = stage.sandbox.requests();
    requests
        .iter()
        .filter(|seen| seen.operation == Some(operation))
        .count()
}

/// Stands in for a TikTok that gives a reason while it is still at work, which its page has as possible
/// (`/doc/content-posting-api-reference-get-video-status`): everything else is the sandbox's.
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
async fn a_reason_that_comes_while_tiktok_is_at_work_is_shown_and_is_not_the_end() {
    let stage = Stage::with(Options {
        processing: HOUR,
        ..Options::default()
    })
    .await;
    // The account is there already: only what comes after the sign-in goes by way of the other TikTok.
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    app.engine.close().await;
    let api = remarking(&stage, "audio_not_matched").await;
    let config = EngineConfig {
        endpoints: Endpoints::new(&stage.sandbox.url(), &api).unwrap(),
        ..stage.config()
    };
    let app = Running::new(Engine::open(config).await.unwrap());
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
    assert_eq!(history.matches("remarked").count(), 1, "{history}");
    assert!(count(&stage, Operation::Status) > 3, "it was told often");
    assert_eq!(stage.sandbox.posts().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn unconfirmed_and_checked_again_it_ends_as_tiktok_says_and_nothing_is_sent_twice() {
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
    // So it is after a restart too, and it is not asked for by itself.
    app.engine.close().await;
    let asked = count(&stage, Operation::Status);
    let app = stage.engine().await;
    assert!(matches!(
        app.engine.post(&id).await.unwrap().state,
        PostState::Unconfirmed { .. }
    ));
    assert_eq!(count(&stage, Operation::Status), asked);

    let again = app.engine.retry_post(&id).await.unwrap();
    assert_eq!(again.state, PostState::Processing);
    app.published(&id).await;
    assert_eq!(stage.sandbox.posts().len(), 1);
    assert_eq!(count(&stage, Operation::Init), 1);
    assert_eq!(count(&stage, Operation::Upload), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_id_that_comes_hours_later_is_found_also_over_a_restart() {
    let stage = Stage::with(Options {
        moderation: 7 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    let post = app.published(&id).await;
    assert!(post.link.unwrap().ends_with("/@ada.makes"), "the profile");
    // Asked for, in vain, and more rarely as time goes by.
    eventually("a question", SOON, async || {
        (count(&stage, Operation::Status) >= 5).then_some(())
    })
    .await;
    app.engine.close().await;
    stage.clock.advance(3 * HOUR);
    let app = stage.engine().await;
    assert!(!link(&app, &id).await.contains("/video/"));
    let before = count(&stage, Operation::Status);
    for _ in 0..6 {
        stage.clock.advance(HOUR);
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    eventually("the link with the id", SOON, async || {
        link(&app, &id).await.contains("/video/").then_some(())
    })
    .await;
    let post_id = stage.sandbox.posts()[0].post_id;
    assert!(
        link(&app, &id)
            .await
            .ends_with(&format!("/video/{post_id}"))
    );
    let after = count(&stage, Operation::Status);
    assert!((1..=20).contains(&(after - before)), "{}", after - before);
    // Known once, it is asked for no more.
    stage.clock.advance(24 * HOUR);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(count(&stage, Operation::Status), after);
    assert_eq!(app.history(&id).await.matches("Visible").count(), 1);
}

async fn link(app: &Running, id: &str) -> String {
    app.engine.post(id).await.unwrap().link.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_id_that_never_comes_is_asked_for_two_days_and_holds_no_upload_up() {
    let stage = Stage::with(Options {
        moderation: 1000 * HOUR,
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.published(&id).await;
    for _ in 0..60 {
        stage.clock.advance(HOUR);
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let asked = count(&stage, Operation::Status);
    assert!(asked < 110, "{asked}");
    stage.clock.advance(30 * HOUR);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(count(&stage, Operation::Status) <= asked + 1);
    let asked = count(&stage, Operation::Status);
    stage.clock.advance(30 * HOUR);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(count(&stage, Operation::Status), asked, "never again");
    let next = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    app.published(&next).await;
}
