//! A sandbox, an engine and a clock that passes over short waits: what every test here starts with.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use slipway_engine::{
    AppCredentials, Endpoints, Engine, EngineConfig,
    clock::{Clock, Wait},
    texts::{Language, Texts},
    views::{
        Account, ConnectOutcome, ConnectPurpose, Event, Post, PostMode, PostSettings, PostState,
    },
};
use tempfile::TempDir;
use tiktok_sandbox::{Options, Sandbox, SandboxConfig};
use tokio::sync::{Notify, broadcast};

/// Waits up to this long pass at once; longer ones need [`TestClock::advance`].
const SHORT: Duration = Duration::from_mins(10);
/// No test takes this long unless something hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// A clock whose short waits are over at once, by moving the time forward. It can be set, as the clock of a computer can;
/// TikTok's time and the waits that do not go by the time of day know nothing of that.
#[derive(Debug, Clone)]
pub struct TestClock {
    start: SystemTime,
    began: Instant,
    skipped_ms: Arc<AtomicU64>,
    set_ms: Arc<AtomicI64>,
    moved: Arc<Notify>,
}

impl TestClock {
    /// Starts at the present time.
    pub fn new() -> Self {
        Self::starting_at(Timestamp::now())
    }

    /// Starts at another time.
    pub fn starting_at(start: Timestamp) -> Self {
        let since = Duration::from_nanos(u64::try_from(start.as_nanosecond()).unwrap());
        Self {
            start: SystemTime::UNIX_EPOCH + since,
            began: Instant::now(),
            skipped_ms: Arc::default(),
            set_ms: Arc::default(),
            moved: Arc::default(),
        }
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        // Rounded up: who waits for a moment a part of a millisecond later would not be woken again.
        let millis = u64::try_from(by.as_nanos().div_ceil(1_000_000)).unwrap();
        self.skipped_ms.fetch_add(millis, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// Sets the computer's clock wrong by that much; by nothing, it is right again.
    pub fn set_wrong_by(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.set_ms.store(by, Ordering::SeqCst);
        self.moved.notify_waiters();
    }

    /// The time on TikTok's clocks.
    pub fn time(&self) -> SystemTime {
        self.start + self.ran()
    }

    fn ran(&self) -> Duration {
        self.began.elapsed() + Duration::from_millis(self.skipped_ms.load(Ordering::SeqCst))
    }

    /// Waits for as long as `left` says that something is left.
    fn wait(&self, left: impl Fn(&Self) -> Duration + Send + 'static) -> Wait {
        let clock = self.clone();
        Box::pin(async move {
            if left(&clock) <= SHORT {
                // A breath, so that whatever the wait was for can happen.
                tokio::time::sleep(Duration::from_millis(2)).await;
                clock.advance(left(&clock));
                return;
            }
            loop {
                let moved = clock.moved.notified();
                if left(&clock).is_zero() {
                    return;
                }
                moved.await;
            }
        })
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let set = SignedDuration::from_millis(self.set_ms.load(Ordering::SeqCst));
        Timestamp::try_from(self.time()).unwrap() + set
    }

    fn uptime(&self) -> Duration {
        self.ran()
    }

    fn sleep(&self, duration: Duration) -> Wait {
        let end = self.ran() + duration;
        self.wait(move |clock| end.saturating_sub(clock.ran()))
    }

    fn sleep_until(&self, instant: Timestamp) -> Wait {
        self.wait(move |clock| {
            Duration::try_from(instant.duration_since(clock.now())).unwrap_or_default()
        })
    }
}

/// A sandbox with a data folder for engines that come and go.
pub struct Stage {
    /// TikTok.
    pub sandbox: Sandbox,
    /// The time, for engine and sandbox alike.
    pub clock: TestClock,
    /// Videos, and the engine's data in `data`.
    pub folder: TempDir,
    /// The vault's key.
    pub key: SecretString,
}

impl Stage {
    /// With the sandbox's usual rules.
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    /// With these rules.
    pub async fn with(options: Options) -> Self {
        Self::on(TestClock::new(), options).await
    }

    /// On this clock.
    pub async fn on(clock: TestClock, options: Options) -> Self {
        let time = clock.clone();
        let config = SandboxConfig {
            options,
            clock: tiktok_sandbox::Clock::new(move || time.time()),
            ..SandboxConfig::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let key = SecretString::from("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");
        Self {
            sandbox,
            clock,
            folder: tempfile::tempdir().unwrap(),
            key,
        }
    }

    /// What an engine of this stage opens with.
    pub fn config(&self) -> EngineConfig {
        let url = self.sandbox.url();
        EngineConfig {
            credentials: Some(AppCredentials {
                client_key: tiktok_sandbox::DEFAULT_CLIENT_KEY.into(),
                client_secret: tiktok_sandbox::DEFAULT_CLIENT_SECRET.into(),
            }),
            fernet_key: Some(self.key.clone()),
            clock: Arc::new(self.clock.clone()),
            ..EngineConfig::new(
                self.folder.path().join("data"),
                Endpoints::new(&url, &url).unwrap(),
            )
        }
    }

    /// An engine of this stage.
    pub async fn engine(&self) -> Running {
        Running::new(Engine::open(self.config()).await.unwrap())
    }

    /// A video of at least `size` bytes in this stage's folder.
    pub fn video(&self, name: &str, size: u64) -> PathBuf {
        let path = self.folder.path().join(name);
        write_video(&path, size);
        path
    }
}

/// An engine and all that it said so far.
pub struct Running {
    /// The engine.
    pub engine: Engine,
    events: tokio::sync::Mutex<broadcast::Receiver<Event>>,
    /// What it said so far, as far as a test listened.
    pub heard: Mutex<Vec<Event>>,
}

impl Running {
    /// Listens from now on.
    pub fn new(engine: Engine) -> Self {
        let events = tokio::sync::Mutex::new(engine.subscribe());
        Self {
            engine,
            events,
            heard: Mutex::default(),
        }
    }

    /// The next event that `wanted` takes.
    pub async fn event<T>(&self, what: &str, mut wanted: impl FnMut(&Event) -> Option<T>) -> T {
        let mut events = self.events.lock().await;
        let search = async {
            loop {
                match events.recv().await {
                    Ok(event) => {
                        let found = wanted(&event);
                        self.heard.lock().unwrap().push(event);
                        if let Some(found) = found {
                            return found;
                        }
                    }
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(error) => panic!("{what}: {error}"),
                }
            }
        };
        if let Ok(found) = tokio::time::timeout(PATIENCE, search).await {
            return found;
        }
        let mut stand = String::new();
        for post in self.engine.posts().await.unwrap() {
            let (state, history) = (&post.state, self.history(&post.id).await);
            let _ = writeln!(stand, "{}: {state:?}\n{history}", post.file_name);
        }
        panic!("waited too long for {what}, and it stands like this:\n{stand}")
    }

    /// Waits until the post is in a state that `wanted` takes.
    pub async fn until(&self, id: &str, what: &str, wanted: impl Fn(&PostState) -> bool) -> Post {
        let now = self.engine.post(id).await.unwrap();
        if wanted(&now.state) {
            return now;
        }
        let failed = |state: &PostState| matches!(state, PostState::Failed { .. });
        loop {
            let post = self
                .event(what, |event| match event {
                    Event::PostChanged { post }
                        if post.id == id && (wanted(&post.state) || failed(&post.state)) =>
                    {
                        Some((**post).clone())
                    }
                    _ => None,
                })
                .await;
            if wanted(&post.state) {
                return post;
            }
            // The event may tell of a failure that the test has dealt with since.
            let now = self.engine.post(id).await.unwrap();
            assert!(!failed(&now.state), "instead of {what}: {:?}", now.state);
        }
    }

    /// Waits until the post is published.
    pub async fn published(&self, id: &str) -> Post {
        self.until(id, "published", |state| *state == PostState::Published)
            .await
    }

    /// Waits until the post has failed.
    pub async fn failed(&self, id: &str) -> Post {
        let failed = |state: &PostState| matches!(state, PostState::Failed { .. });
        let now = self.engine.post(id).await.unwrap();
        if failed(&now.state) {
            return now;
        }
        self.event("failed", |event| match event {
            Event::PostChanged { post } if post.id == id && failed(&post.state) => {
                Some((**post).clone())
            }
            _ => None,
        })
        .await
    }

    /// Connects a creator of the sandbox through its consent page.
    pub async fn connect(&self, creator: &str) -> Account {
        let mut tries = 0;
        let (attempt, page) = loop {
            let begun = self.engine.begin_connect(ConnectPurpose::New).await;
            let attempt = begun.unwrap();
            let url = self.engine.authorize_url(&attempt.id).unwrap();
            match try_consent(url.expose_secret(), creator, &ALL_SCOPES).await {
                Ok(page) => break (attempt, page),
                // Something else waits again and again, and moved the clock past the attempt's ten minutes.
                Err(error) => assert!(error.is_connect() && tries < 5, "{error}"),
            }
            tries += 1;
        };
        assert!(page.status().is_success(), "{}", page.text().await.unwrap());
        let id = self
            .event("connected", |event| match event {
                Event::ConnectFinished {
                    attempt_id,
                    outcome,
                } if *attempt_id == attempt.id => match outcome {
                    ConnectOutcome::Connected { account_id, .. } => Some(account_id.clone()),
                    outcome => panic!("{outcome:?}"),
                },
                _ => None,
            })
            .await;
        let accounts = self.engine.accounts().await.unwrap();
        accounts
            .into_iter()
            .find(|account| account.id == id)
            .unwrap()
    }

    /// Adds a video and sends it off.
    pub async fn post(&self, account: &Account, path: &Path, settings: PostSettings) -> String {
        let id = self.draft(path).await;
        let settings = PostSettings {
            account_id: Some(account.id.clone()),
            ..settings
        };
        self.engine.update_post(&id, &settings).await.unwrap();
        self.engine.submit_post(&id).await.unwrap();
        id
    }

    /// Adds a video.
    pub async fn draft(&self, path: &Path) -> String {
        let added = self.engine.add_files(vec![path.to_owned()]).await;
        added[0]
            .post_id
            .clone()
            .unwrap_or_else(|| panic!("{added:?}"))
    }

    /// The post's history in English, a line each.
    pub async fn history(&self, id: &str) -> String {
        let entries = self.engine.post_history(id).await.unwrap();
        let texts = Texts::new(Language::English);
        entries
            .iter()
            .map(|entry| texts.message(&entry.message) + "\n")
            .collect()
    }
}

/// What Slipway asks for.
pub const ALL_SCOPES: [&str; 3] = ["user.info.basic", "video.publish", "video.upload"];

/// A direct post that everyone can see.
pub fn public(caption: &str) -> PostSettings {
    PostSettings {
        caption: caption.into(),
        privacy: Some("PUBLIC_TO_EVERYONE".into()),
        ..PostSettings::default()
    }
}

/// A draft for the inbox.
pub fn inbox() -> PostSettings {
    PostSettings {
        mode: PostMode::Inbox,
        ..PostSettings::default()
    }
}

/// Answers the consent page as a browser does and follows it back to Slipway.
pub async fn consent(url: &str, creator: &str, scopes: &[&str]) -> reqwest::Response {
    try_consent(url, creator, scopes).await.unwrap()
}

/// The same with a page that may not answer.
pub async fn try_consent(
    url: &str,
    creator: &str,
    scopes: &[&str],
) -> reqwest::Result<reqwest::Response> {
    let mut form = vec![("creator", creator), ("decision", "authorize")];
    form.extend(scopes.iter().map(|scope| ("scope", *scope)));
    reqwest::Client::new().post(url).form(&form).send().await
}

/// The SHA-256 of a file, in lowercase hex.
pub fn sha256(path: &Path) -> String {
    let mut hasher = Sha256::new();
    std::io::copy(
        &mut std::fs::File::open(path).unwrap(),
        &mut HashWriter(&mut hasher),
    )
    .unwrap();
    hasher
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

struct HashWriter<'a>(&'a mut Sha256);

impl std::io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A playable two-second H.264/AAC clip, followed by a `free` box of noise up to `size` bytes.
pub fn write_video(path: &Path, size: u64) {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    let clip = CLIP.get_or_init(make_clip);
    let mut bytes = clip.clone();
    let missing = size.saturating_sub(bytes.len() as u64);
    if missing >= 8 {
        bytes.extend_from_slice(&u32::try_from(missing).unwrap().to_be_bytes());
        bytes.extend_from_slice(b"free");
        let mut noise = path.as_os_str().len() as u64 + 0x9E37_79B9;
        while (bytes.len() as u64) < size {
            noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let left = usize::try_from(size - bytes.len() as u64).unwrap().min(8);
            bytes.extend_from_slice(&noise.to_be_bytes()[..left]);
        }
    }
    std::fs::write(path, bytes).unwrap();
}

fn make_clip() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=540x960:rate=30:duration=2",
        ])
        .args([
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=440:duration=2",
            "-c:v",
            "libx264",
        ])
        .args([
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            "-shortest",
        ])
        .arg(&path)
        .status()
        .expect("ffmpeg is needed to make the test videos (Debian package ffmpeg)");
    assert!(made.success());
    std::fs::read(path).unwrap()
}
