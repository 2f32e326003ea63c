//! Tests the receiver over real sockets, with bodies that the tests sign.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use secrecy::SecretString;
use sha2::Sha256;
use slipway_core::{clock::test_clock::TestClock, views::Argument};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

const SECRET: &str = "test_client_secret";
/// The time of [`BODY`].
const START: Timestamp = Timestamp::constant(1_700_000_000, 0);
const BODY: &str = r#"{"client_key":"awtest","event":"post.publish.complete","create_time":1700000000,"user_openid":"open-1","content":"{\"publish_id\":\"p1\"}"}"#;

struct Stage {
    clock: TestClock,
    settings: watch::Sender<Settings>,
    reception: watch::Receiver<ReceiverState>,
    deliveries: mpsc::Receiver<ReceivedEvent>,
    pool: SqlitePool,
    stop: CancellationToken,
}

impl Stage {
    /// Starts an enabled receiver on a port that the system chooses.
    async fn open() -> Self {
        let stage = Self::with(&database().await, 8);
        stage.set(true, 0);
        stage
    }

    /// Starts a receiver with the default settings.
    fn with(pool: &SqlitePool, room: usize) -> Self {
        let app = AppCredentials {
            client_key: "awtest".into(),
            client_secret: SecretString::from(SECRET),
        };
        Self::with_app(pool, room, Some(app))
    }

    fn with_app(pool: &SqlitePool, room: usize, app: Option<AppCredentials>) -> Self {
        let (sink, deliveries) = mpsc::channel(room);
        let (clock, stop) = (TestClock::manual_at(START), CancellationToken::new());
        let settings = watch::Sender::new(Settings::default());
        let receiver = WebhookReceiver::new(
            Box::new(move || app.clone()),
            pool.clone(),
            Arc::new(clock.clone()),
            sink,
        );
        let reception = receiver.reception();
        tokio::spawn(receiver.run(settings.subscribe(), stop.clone()));
        Self {
            clock,
            settings,
            reception,
            deliveries,
            pool: pool.clone(),
            stop,
        }
    }

    fn set(&self, enabled: bool, port: u16) {
        self.settings
            .send_modify(|settings| settings.webhook = WebhookSettings { enabled, port });
    }

    async fn becomes(&mut self, expected: impl FnMut(&ReceiverState) -> bool) -> ReceiverState {
        let found = within(self.reception.wait_for(expected)).await;
        found.unwrap().clone()
    }

    async fn port(&mut self) -> u16 {
        let open = self.becomes(|now| matches!(now, ReceiverState::Open { .. }));
        match open.await {
            ReceiverState::Open { port } => port,
            other => panic!("{other:?}"),
        }
    }

    async fn connect(&mut self) -> TcpStream {
        let port = self.port().await;
        TcpStream::connect(("127.0.0.1", port)).await.unwrap()
    }

    /// Sends a request and returns the status of the response.
    async fn send(&mut self, request: &[u8]) -> u16 {
        let mut socket = self.connect().await;
        socket.write_all(request).await.unwrap();
        status(&mut socket).await
    }

    /// Delivers a body with a valid signature.
    async fn deliver(&mut self, body: &str) -> u16 {
        let header = self.signature(SECRET, body);
        self.send(&request(&header, body)).await
    }

    fn signature(&self, secret: &str, body: &str) -> String {
        let time = self.clock.now().as_second();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.{body}").as_bytes());
        let mut header = format!("t={time},s=");
        for byte in mac.finalize().into_bytes() {
            write!(header, "{byte:02x}").unwrap();
        }
        header
    }

    async fn remembered(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM webhook_deliveries")
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn database() -> SqlitePool {
    slipway_store::database::in_memory().await.unwrap()
}

async fn within<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what)
        .await
        .expect("it never happened")
}

fn request(signature: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /webhook HTTP/1.1\r\nHost: my-tunnel.example\r\nContent-Type: application/json\r\n\
         Tiktok-Signature: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn status(socket: &mut TcpStream) -> u16 {
    let mut answer = Vec::new();
    within(socket.read_to_end(&mut answer)).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn complete() -> ReceivedEvent {
    ReceivedEvent {
        open_id: "open-1".into(),
        event: WebhookEvent::PublishComplete {
            publish_id: "p1".into(),
        },
    }
}

#[tokio::test]
async fn follows_the_switch_at_once() {
    let mut stage = Stage::with(&database().await, 8);
    assert!(!stage.settings.borrow().webhook.enabled);
    assert_eq!(*stage.reception.borrow(), ReceiverState::Off);
    stage.set(true, 0);
    let port = stage.port().await;
    assert_eq!(stage.deliver(BODY).await, 200);
    stage.set(false, 0);
    stage.becomes(|now| *now == ReceiverState::Off).await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test]
async fn stops_with_the_engine() {
    let mut stage = Stage::open().await;
    let port = stage.port().await;
    stage.stop.cancel();
    stage.becomes(|now| *now == ReceiverState::Off).await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test]
async fn follows_the_port() {
    let mut stage = Stage::open().await;
    let first = stage.port().await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let second = free.local_addr().unwrap().port();
    drop(free);
    stage.set(true, second);
    stage
        .becomes(|now| *now == ReceiverState::Open { port: second })
        .await;
    assert!(TcpStream::connect(("127.0.0.1", first)).await.is_err());
    assert_eq!(stage.deliver(BODY).await, 200);
}

#[tokio::test]
async fn other_settings_keep_connections() {
    let mut stage = Stage::open().await;
    let port = stage.port().await;
    let header = stage.signature(SECRET, BODY);
    let request = request(&header, BODY);
    let mut socket = stage.connect().await;
    let (first, rest) = request.split_at(150);
    socket.write_all(first).await.unwrap();
    stage
        .settings
        .send_modify(|settings| settings.grace_minutes += 1);
    socket.write_all(rest).await.unwrap();
    assert_eq!(status(&mut socket).await, 200);
    assert_eq!(stage.port().await, port);
}

#[tokio::test]
async fn reports_and_retries_a_port_in_use() {
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = other.local_addr().unwrap().port();
    let mut stage = Stage::with(&database().await, 8);
    stage.set(true, port);
    let shut = stage.becomes(|now| *now != ReceiverState::Off).await;
    let notice = shut.notice().unwrap();
    assert_eq!(notice.code, "webhook.port_taken");
    assert_eq!(notice.args["port"], Argument::text(port.to_string()));
    drop(other);
    let clock = stage.clock.clone();
    let opened = stage.becomes(|now| *now == ReceiverState::Open { port });
    let opened = tokio::select! {
        opened = opened => opened,
        never = time_passes(&clock) => match never {},
    };
    assert_eq!(opened.notice(), None);
}

/// Advances simulated time until the future is ready.
async fn time_passes(clock: &TestClock) -> std::convert::Infallible {
    loop {
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn forwards_a_delivery_once() {
    let mut stage = Stage::open().await;
    let request = request(&stage.signature(SECRET, BODY), BODY);
    for _ in 0..3 {
        assert_eq!(stage.send(&request).await, 200);
    }
    assert_eq!(stage.deliveries.try_recv().unwrap(), complete());
    assert!(stage.deliveries.try_recv().is_err());
    assert_eq!(stage.remembered().await, 1);
}

#[tokio::test]
async fn forwards_simultaneous_deliveries_once() {
    let mut stage = Stage::open().await;
    let request = request(&stage.signature(SECRET, BODY), BODY);
    let mut sockets = Vec::new();
    for _ in 0..8 {
        sockets.push(stage.connect().await);
    }
    for socket in &mut sockets {
        socket.write_all(&request).await.unwrap();
    }
    let mut answers = Vec::new();
    for socket in &mut sockets {
        answers.push(status(socket).await);
    }
    assert_eq!(answers, [200; 8]);
    assert_eq!(stage.deliveries.try_recv().unwrap(), complete());
    assert!(stage.deliveries.try_recv().is_err());
}

#[tokio::test]
async fn remembers_deliveries_across_a_restart() {
    let pool = database().await;
    let mut request_sent = Vec::new();
    for expected in [1, 0] {
        let mut stage = Stage::with(&pool, 8);
        stage.set(true, 0);
        if request_sent.is_empty() {
            request_sent = request(&stage.signature(SECRET, BODY), BODY);
        }
        assert_eq!(stage.send(&request_sent).await, 200);
        assert_eq!(stage.deliveries.len(), expected);
    }
}

#[tokio::test]
async fn ignores_unauthenticated_deliveries() {
    let mut stage = Stage::open().await;
    let good = stage.signature(SECRET, BODY);
    let forged = stage.signature("another_secret", BODY);
    let other_app = BODY.replace("awtest", "awother");
    let other_app = request(&stage.signature(SECRET, &other_app), &other_app);
    let unsigned = b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    for (name, request) in [
        ("forged", request(&forged, BODY)),
        ("changed", request(&good, &BODY.replace("p1", "p2"))),
        ("malformed", request("s=,t=", BODY)),
        ("another app's", other_app),
        ("unsigned", unsigned.to_vec()),
    ] {
        assert_eq!(stage.send(&request).await, 401, "{name}");
    }
    for age in [Duration::from_secs(301), Duration::from_hours(72)] {
        let old = request(&stage.signature(SECRET, BODY), BODY);
        stage.clock.advance(age);
        assert_eq!(stage.send(&old).await, 401, "{age:?}");
    }
    assert_eq!(stage.deliver("{}").await, 400);
    assert_eq!(stage.deliver("no JSON").await, 400);
    assert!(stage.deliveries.is_empty());
    assert_eq!(stage.remembered().await, 0);
}

#[tokio::test]
async fn refuses_deliveries_without_a_secret() {
    let mut stage = Stage::with_app(&database().await, 8, None);
    stage.set(true, 0);
    assert_eq!(stage.deliver(BODY).await, 401);
    assert!(stage.deliveries.is_empty());
}

#[tokio::test]
async fn serves_one_path_and_one_method() {
    let mut stage = Stage::open().await;
    for (line, expected) in [
        ("GET /webhook", 405),
        ("PUT /webhook", 405),
        ("POST /", 404),
        ("POST /webhook/", 404),
        ("GET /callback/", 404),
    ] {
        let request = format!("{line} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        assert_eq!(stage.send(request.as_bytes()).await, expected, "{line}");
    }
}

#[tokio::test]
async fn refuses_a_huge_body() {
    let mut stage = Stage::open().await;
    let largest = " ".repeat(WEBHOOK_SIZE_MAX - BODY.len()) + BODY;
    assert_eq!(stage.deliver(&largest).await, 200);
    assert_eq!(stage.deliver(&format!(" {largest}")).await, 413);
    // Chunked, without a content length.
    let mut chunked =
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    chunked.extend_from_slice(format!("10001\r\n{}\r\n", " ".repeat(0x10001)).as_bytes());
    assert_eq!(stage.send(&chunked).await, 413);
}

#[tokio::test]
async fn drops_a_slow_client_without_blocking_others() {
    for (name, part) in [("head", 40), ("body", request("", BODY).len() - 5)] {
        let mut stage = Stage::open().await;
        let mut slow = stage.connect().await;
        slow.write_all(&request("", BODY)[..part]).await.unwrap();
        assert_eq!(stage.deliver(BODY).await, 200, "{name}");
        let clock = stage.clock.clone();
        let mut answer = Vec::new();
        let ended = tokio::select! {
            ended = within(slow.read_to_end(&mut answer)) => ended,
            never = time_passes(&clock) => match never {},
        };
        // The connection is closed or reset.
        assert!(!ended.is_ok_and(|read| read > 0), "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn a_full_queue_refuses_deliveries_unrecorded() {
    let mut stage = Stage::with(&database().await, 1);
    stage.set(true, 0);
    let other = BODY.replace("p1", "p2");
    assert_eq!(stage.deliver(&other).await, 200);
    assert_eq!(stage.deliver(BODY).await, 503);
    assert_eq!(stage.remembered().await, 1);
    assert!(stage.deliveries.try_recv().is_ok());
    assert_eq!(stage.deliver(BODY).await, 200);
    assert_eq!(stage.deliveries.try_recv().unwrap(), complete());
}

#[tokio::test]
async fn an_unrecorded_delivery_is_not_forwarded() {
    let mut stage = Stage::open().await;
    stage.port().await;
    stage.pool.close().await;
    assert_eq!(stage.deliver(BODY).await, 503);
    assert!(stage.deliveries.is_empty());
}

#[tokio::test]
async fn deletes_deliveries_that_tiktok_no_longer_retries() {
    let mut stage = Stage::open().await;
    assert_eq!(stage.deliver(BODY).await, 200);
    let retry_period = WEBHOOK_RETRY_LIFE + WEBHOOK_TOLERANCE;
    stage.clock.advance(retry_period);
    assert_eq!(stage.deliver(BODY).await, 200);
    assert_eq!(stage.remembered().await, 2);
    stage.clock.advance(Duration::from_secs(1));
    assert_eq!(stage.deliver(BODY).await, 200);
    assert_eq!(stage.remembered().await, 2);
}
