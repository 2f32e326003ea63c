//! TikTok's webhook events, signed by hand: they speed a post up in any order and number, and change nothing else.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use slipway_engine::{
    EngineConfig,
    clock::SystemClock,
    views::{AccountState, Event, PostState, Settings, WaitReason, WebhookSettings},
};
use slipway_tests::{
    stage::{Running, Stage, inbox, public},
    wait::{SOON, eventually},
};
use tiktok_sandbox::{
    DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET, Fault, FaultKind, Operation, Options,
};

const OK: u16 = 200;
const UNAUTHORIZED: u16 = 401;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

/// The id of a creator for the sandbox's app.
fn open_id(creator: &str) -> String {
    let digest = Sha256::digest(format!("{DEFAULT_CLIENT_KEY}/{creator}"));
    format!("-000{}", &hex(&digest)[..32])
}

fn body(creator: &str, event: &str, content: &Value) -> String {
    json!({
        "client_key": DEFAULT_CLIENT_KEY,
        "event": event,
        "create_time": now(),
        "user_openid": open_id(creator),
        "content": content.to_string(),
    })
    .to_string()
}

/// TikTok's delivery of webhooks.
struct Tunnel<'a> {
    stage: &'a Stage,
    port: u16,
    sent: AtomicI64,
}

impl<'a> Tunnel<'a> {
    /// Enables the receiver.
    async fn to(stage: &'a Stage, app: &Running) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let settings = Settings {
            webhook: WebhookSettings {
                enabled: true,
                port,
            },
            ..app.engine.settings()
        };
        app.engine.update_settings(&settings).await.unwrap();
        let sent = AtomicI64::new(0);
        let tunnel = Self { stage, port, sent };
        eventually("the receiver listens", SOON, async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .ok()
        })
        .await;
        tunnel
    }

    async fn send(&self, signed_at: i64, secret: &str, body: &str) -> u16 {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{signed_at}.{body}").as_bytes());
        let signature = hex(&mac.finalize().into_bytes());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client
            .post(format!("http://127.0.0.1:{}/webhook", self.port))
            .header("TikTok-Signature", format!("t={signed_at},s={signature}"))
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        answer.status().as_u16()
    }

    /// Delivers a valid event.
    async fn tell(&self, creator: &str, event: &str, content: Value) {
        let text = body(creator, event, &content);
        // A second delivery of the same event is signed at another time.
        let signed_at = now() - self.sent.fetch_add(1, Ordering::SeqCst);
        let status = self.send(signed_at, DEFAULT_CLIENT_SECRET, &text).await;
        assert_eq!(status, OK);
    }

    /// Delivers an event of the newest upload.
    async fn tell_of_upload(&self, event: &str, more: Value) {
        let publish = self.stage.sandbox.publishes().pop().unwrap();
        let mut content =
            json!({ "publish_id": publish.publish_id, "publish_type": "DIRECT_PUBLISH" });
        if let (Value::Object(content), Value::Object(more)) = (&mut content, more) {
            content.extend(more);
        }
        self.tell(&publish.creator, event, content).await;
    }
}

/// Opens an engine on the computer's own clock: on a clock that skips time, signatures expire before they are read.
async fn awake(stage: &Stage) -> Running {
    let config = EngineConfig {
        clock: Arc::new(SystemClock),
        ..stage.config()
    };
    Running::open(config).await
}

/// A stage on which TikTok never reports the end of a post when polled: only webhooks do.
async fn silent() -> (Stage, Running) {
    let stage = Stage::with(Options {
        processing: Duration::from_hours(1000),
        ..Options::default()
    })
    .await;
    let app = awake(&stage).await;
    (stage, app)
}

/// Waits until all earlier deliveries have taken effect: they are processed in order.
async fn acted_on(tunnel: &Tunnel<'_>, app: &Running) {
    let publish = tunnel.stage.sandbox.publishes().pop().unwrap();
    let posts = app.engine.posts().await.unwrap();
    let last = posts.first().unwrap().id.clone();
    let before = app.history(&last).await.matches("No longer public").count();
    let content = json!({ "publish_id": publish.publish_id, "post_id": 1 });
    tunnel
        .tell(
            &publish.creator,
            "post.publish.no_longer_publicaly_available",
            content,
        )
        .await;
    eventually("a mark in the history", SOON, async || {
        let history = app.history(&last).await;
        (history.matches("No longer public").count() > before).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_events_in_any_order_publish_once() {
    for public_first in [false, true] {
        let (stage, app) = silent().await;
        let ada = app.connect("ada").await;
        let tunnel = Tunnel::to(&stage, &app).await;
        let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
        app.processing(&id).await;
        let visible = json!({ "post_id": 7_234_567_890_123_456_789_u64 });
        let mut deliveries = vec![
            ("post.publish.complete", json!({})),
            ("post.publish.publicly_available", visible),
        ];
        if public_first {
            deliveries.reverse();
        }
        for (event, more) in deliveries.iter().chain(&deliveries) {
            tunnel.tell_of_upload(event, more.clone()).await;
        }
        acted_on(&tunnel, &app).await;
        let post = app.published(&id).await;
        let link = post.link.unwrap();
        assert!(
            link.ends_with("/@ada.makes/video/7234567890123456789"),
            "{link}"
        );
        let history = app.history(&id).await;
        assert_eq!(history.matches("Published").count(), 1, "{history}");
        assert_eq!(history.matches("Visible").count(), 1, "{history}");
        assert_eq!(stage.sandbox.publishes().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivered_draft_is_reported_and_later_events_change_nothing() {
    let (stage, app) = silent().await;
    let ada = app.connect("ada").await;
    let tunnel = Tunnel::to(&stage, &app).await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), inbox()).await;
    app.processing(&id).await;
    tunnel
        .tell_of_upload("post.publish.inbox_delivered", json!({}))
        .await;
    app.delivered(&id).await;
    tunnel
        .tell_of_upload("post.publish.complete", json!({}))
        .await;
    acted_on(&tunnel, &app).await;
    assert_eq!(app.state(&id).await, PostState::DeliveredToInbox);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_reported_with_its_reason_and_events_of_an_earlier_upload_are_ignored() {
    let (stage, app) = silent().await;
    let ada = app.connect("ada").await;
    let tunnel = Tunnel::to(&stage, &app).await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.processing(&id).await;
    // An internal error of TikTok's: a new upload follows.
    let first = stage.sandbox.publishes().pop().unwrap().publish_id;
    tunnel
        .tell_of_upload("post.publish.failed", json!({ "reason": "internal" }))
        .await;
    // Until its bytes arrive, the post may still be in the state of the first upload.
    eventually("a second upload", SOON, async || {
        let publishes = stage.sandbox.publishes();
        let second = publishes.get(1)?;
        (second.uploaded == second.plan.video_size).then_some(())
    })
    .await;
    app.processing(&id).await;
    let late = json!({ "publish_id": first, "reason": "spam_risk" });
    tunnel.tell("ada", "post.publish.failed", late).await;
    acted_on(&tunnel, &app).await;
    assert_eq!(app.state(&id).await, PostState::Processing);

    let why = json!({ "reason": "picture_size_check_failed" });
    tunnel.tell_of_upload("post.publish.failed", why).await;
    let PostState::Failed { notice, .. } = app.failed(&id).await.state else {
        unreachable!()
    };
    assert_eq!(notice.code, "ended.picture_size_check_failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn unsigned_old_and_repeated_events_have_no_effect() {
    let (stage, app) = silent().await;
    let ada = app.connect("ada").await;
    let tunnel = Tunnel::to(&stage, &app).await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.processing(&id).await;
    let publish = stage.sandbox.publishes().pop().unwrap();
    let content = json!({ "publish_id": publish.publish_id });
    let text = body("ada", "post.publish.complete", &content);
    let signed_at = now();
    let old = tunnel
        .send(signed_at - 301, DEFAULT_CLIENT_SECRET, &text)
        .await;
    let wrong = tunnel.send(signed_at, "another secret", &text).await;
    assert_eq!((old, wrong), (UNAUTHORIZED, UNAUTHORIZED));
    // Valid events of unknown accounts and unknown uploads.
    tunnel.tell("ben", "post.publish.complete", content).await;
    let other = json!({ "publish_id": "v_pub_file~v2.1" });
    tunnel.tell("ada", "post.publish.complete", other).await;
    acted_on(&tunnel, &app).await;
    assert_eq!(app.state(&id).await, PostState::Processing);
    // An identical delivery is accepted, and takes effect once.
    let gone = body(
        "ada",
        "post.publish.no_longer_publicaly_available",
        &json!({ "publish_id": publish.publish_id, "post_id": 1 }),
    );
    let before = app.history(&id).await.matches("No longer public").count();
    for age in [100, 110, 120] {
        for _ in 0..2 {
            let status = tunnel
                .send(signed_at - age, DEFAULT_CLIENT_SECRET, &gone)
                .await;
            assert_eq!(status, OK);
        }
    }
    acted_on(&tunnel, &app).await;
    let history = app.history(&id).await;
    assert_eq!(
        history.matches("No longer public").count(),
        before + 4,
        "{history}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_unconfirmed_and_paused_posts_are_applied() {
    let stage = Stage::with(Options {
        processing: Duration::from_hours(1000),
        ..Options::default()
    })
    .await;
    let app = stage.engine().await;
    let ada = app.connect("ada").await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.until(&id, "unconfirmed", |state| {
        matches!(state, PostState::Unconfirmed { .. })
    })
    .await;
    app.engine.close().await;
    let app = awake(&stage).await;
    let tunnel = Tunnel::to(&stage, &app).await;
    tunnel
        .tell_of_upload("post.publish.complete", json!({}))
        .await;
    app.published(&id).await;

    // The answer to the last byte is lost, TikTok does not answer, and the creator pauses: only the webhook reports the
    // end.
    let lost = Fault::once(Operation::Upload, FaultKind::LostAnswer);
    stage.sandbox.add_fault(lost);
    let down = FaultKind::Status {
        http: 503,
        code: None,
        message: None,
    };
    stage
        .sandbox
        .add_fault(Fault::forever(Operation::Status, down));
    let id = app.post(&ada, &stage.video("b.mp4", 0), public("")).await;
    app.until(&id, "waiting", |state| {
        matches!(state, PostState::Waiting { .. })
    })
    .await;
    let paused = app.engine.pause_post(&id).await.unwrap();
    assert_eq!(paused.state, PostState::Paused { notice: None });
    tunnel
        .tell_of_upload("post.publish.complete", json!({}))
        .await;
    app.published(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_authorization_is_verified_and_old_events_of_one_are_ignored() {
    let (stage, app) = silent().await;
    let ada = app.connect("ada").await;
    let tunnel = Tunnel::to(&stage, &app).await;
    let id = app.post(&ada, &stage.video("a.mp4", 0), public("")).await;
    app.processing(&id).await;
    let removed = json!({ "reason": 1 });
    tunnel
        .tell("ada", "authorization.removed", removed.clone())
        .await;
    acted_on(&tunnel, &app).await;
    assert_eq!(
        app.engine.accounts().await.unwrap()[0].state,
        AccountState::Connected,
        "the creator is back already"
    );

    // From now on TikTok refuses all her requests.
    let refused = |http, code: &str| FaultKind::Status {
        http,
        code: Some(code.into()),
        message: None,
    };
    for (operation, http, code) in [
        (Operation::UserInfo, 401, "access_token_invalid"),
        (Operation::Token, 400, "invalid_grant"),
        (Operation::Status, 401, "access_token_invalid"),
    ] {
        stage
            .sandbox
            .add_fault(Fault::forever(operation, refused(http, code)));
    }
    tunnel.tell("ada", "authorization.removed", removed).await;
    app.until(&id, "waiting for the account", |state| {
        matches!(
            state,
            PostState::Waiting {
                reason: WaitReason::Reconnect,
                until: None,
                ..
            }
        )
    })
    .await;
    let lost = app.engine.accounts().await.unwrap().remove(0);
    assert_eq!(lost.state, AccountState::ReconnectNeeded);
    assert_eq!(
        lost.reconnect.expect("it says why").code,
        "account.removed_by_creator"
    );
    // She connects again, and the post resumes.
    stage.sandbox.clear_faults();
    app.connect("ada").await;
    app.processing(&id).await;
    tunnel
        .tell_of_upload("post.publish.complete", json!({}))
        .await;
    app.published(&id).await;
    assert_eq!(stage.sandbox.publishes().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_reported_until_it_is_free() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let settings = Settings {
        webhook: WebhookSettings {
            enabled: true,
            port: taken.local_addr().unwrap().port(),
        },
        ..app.engine.settings()
    };
    app.engine.update_settings(&settings).await.unwrap();
    let notices = |wanted: usize| {
        move |event: &Event| match event {
            Event::StatusChanged { status } if status.notices.len() == wanted => {
                Some(status.notices.clone())
            }
            _ => None,
        }
    };
    let shown = app.event("a notice", notices(1)).await;
    assert_eq!(shown[0].code, "webhook.port_taken");
    drop(taken);
    app.event("no notice", notices(0)).await;
}
