//! One run: a sandbox, an engine process that is started and killed, and what both were seen to do.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use slipway_engine::{AppCredentials, Endpoints, Engine, EngineConfig, clock::Clock};
use slipway_tests::{
    fast_clock::{self, FastClock},
    orders::{Order, Told},
    process::{Process, kill},
    stage::{Running, write_video},
};
use sqlx::{Connection, Row, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tiktok_sandbox::{ActiveFault, Options, Sandbox, SandboxConfig};

use crate::plan::{CREATORS, Deed, Plan, Planned};

/// How much faster than the computer's the clock runs.
const FACTOR: u32 = 30;
/// Slow enough that kills fall into uploads, quick enough that these end.
const UPLOAD_RATE: u64 = 15_000_000;
/// How long the last life may take to bring every post to its end, on the computer's clock.
const PATIENCE: Duration = Duration::from_mins(4);

/// A run under way.
pub struct Run {
    pub plan: Plan,
    pub sandbox: Sandbox,
    /// What is known of each post, by its number.
    pub known: Vec<Known>,
    /// When the process was killed.
    pub kills: Vec<Timestamp>,
    /// All faults that were asked for, with what they did.
    pub faults: Vec<ActiveFault>,
    clock: FastClock,
    /// The program as it was at the start: a build meanwhile must not change it.
    program: PathBuf,
    folder: TempDir,
    key: SecretString,
    nicknames: HashMap<&'static str, String>,
}

/// What a test knows of a post: what it asked for, and what it was told.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, in any order"
)]
pub struct Known {
    /// Sending it was asked for, perhaps in a life that ended first.
    pub asked: bool,
    /// Its file was told to have a post.
    pub added: bool,
    /// It was told to be in line.
    pub sent: bool,
    /// Stopping it was asked for.
    pub cancel_asked: bool,
    /// It was told to be stopped.
    pub cancelled: bool,
    /// What was told to be impossible.
    pub refused: Vec<String>,
}

impl Run {
    /// Starts the sandbox, makes the videos, connects the creators.
    pub async fn start(plan: Plan) -> Self {
        let clock = FastClock::starting_now(FACTOR);
        let options = Options {
            upload_bytes_per_sec: Some(UPLOAD_RATE),
            // Refreshes, and kills in them, must happen within the run.
            access_token_life: Duration::from_mins(20),
            // Long enough for kills while TikTok works and while the id is waited for.
            processing: Duration::from_secs(20),
            moderation: Duration::from_mins(1),
            // A day's number of posts goes out in minutes here.
            daily_posts: 10_000,
            pending_drafts: 10_000,
            ..Options::default()
        };
        let config = SandboxConfig {
            options,
            clock: tiktok_sandbox::Clock::new(move || clock.time()),
            ..SandboxConfig::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let nicknames = CREATORS
            .into_iter()
            .map(|name| {
                let creators = sandbox.creators();
                let creator = creators.into_iter().find(|creator| creator.name == name);
                (name, creator.unwrap().nickname)
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("engine-process");
        let built = env!("CARGO_BIN_EXE_engine-process");
        std::fs::hard_link(built, &program)
            .or_else(|_| std::fs::copy(built, &program).map(drop))
            .unwrap();
        let run = Self {
            known: vec![Known::default(); plan.posts.len()],
            plan,
            sandbox,
            kills: Vec::new(),
            faults: Vec::new(),
            clock,
            program,
            folder,
            key: SecretString::from("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="),
            nicknames,
        };
        for (number, post) in run.plan.posts.iter().enumerate() {
            let path = run.path(number);
            write_video(&path, post.size);
            assert_eq!(path.metadata().unwrap().len(), post.size);
        }
        let app = Running::new(run.engine().await);
        for creator in CREATORS {
            app.connect(creator).await;
        }
        app.engine.close().await;
        run
    }

    /// An engine in this very process, on the same data.
    pub async fn engine(&self) -> Engine {
        let url = self.sandbox.url();
        let config = EngineConfig {
            credentials: Some(AppCredentials {
                client_key: tiktok_sandbox::DEFAULT_CLIENT_KEY.into(),
                client_secret: tiktok_sandbox::DEFAULT_CLIENT_SECRET.into(),
            }),
            fernet_key: Some(self.key.clone()),
            clock: Arc::new(self.clock),
            ..EngineConfig::new(self.data(), Endpoints::new(&url, &url).unwrap())
        };
        Engine::open(config).await.unwrap()
    }

    /// The file of a post.
    pub fn path(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("{number}.mp4"))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// One life of the process, to its kill; afterwards the database must be whole and hold all that was told.
    pub async fn live(&mut self, number: usize) {
        let life = self.plan.lives[number].clone();
        let mut process = EngineProcess::start(self);
        self.go_on(&mut process);
        for (at, deed) in life.deeds {
            process.until(at).await;
            match deed {
                Deed::Post(number) => {
                    self.known[number].asked = true;
                    process.order(&self.post(number));
                }
                Deed::Cancel(number) => {
                    self.known[number].cancel_asked = true;
                    process.order(&Order::Cancel {
                        path: self.path(number),
                    });
                }
                Deed::Fault(fault) => {
                    self.sandbox.add_fault(fault);
                }
            }
        }
        process.until(life.lasts).await;
        self.kill(process).await;
    }

    /// The last life: TikTok and network are well again, and it lasts until every post is at its end.
    pub async fn settle(&mut self) {
        self.faults = self.sandbox.faults();
        self.sandbox.clear_faults();
        self.sandbox.set_options(Options {
            upload_bytes_per_sec: None,
            ..self.sandbox.options()
        });
        let mut process = EngineProcess::start(self);
        self.go_on(&mut process);
        let began = Instant::now();
        loop {
            let states = self.states(&self.data().join("slipway.db")).await;
            let ended = |state: &String| {
                [
                    "published",
                    "delivered_to_inbox",
                    "failed",
                    "cancelled",
                    "unconfirmed",
                ]
                .contains(&state.as_str())
            };
            if states.len() == self.plan.posts.len() && states.values().all(ended) {
                break;
            }
            assert!(process.is_alive(), "{}", process.last_words());
            if began.elapsed() > PATIENCE {
                let told = process.kill();
                panic!(
                    "not at their end: {states:?}\n{:?}\nat last: {told:?}",
                    self.known
                );
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        self.kill(process).await;
    }

    /// What the creators still want from lives that ended before they had it.
    fn go_on(&self, process: &mut EngineProcess) {
        let creators = self.nicknames.iter();
        process.order(&Order::KeepSignedIn {
            creators: creators
                .map(|(name, nickname)| (nickname.clone(), (*name).to_owned()))
                .collect(),
        });
        for (number, known) in self.known.iter().enumerate() {
            if known.asked && !known.sent {
                process.order(&self.post(number));
            }
        }
    }

    fn post(&self, number: usize) -> Order {
        let Planned {
            creator, settings, ..
        } = &self.plan.posts[number];
        Order::Post {
            path: self.path(number),
            account: self.nicknames[creator].clone(),
            settings: settings.clone(),
        }
    }

    async fn kill(&mut self, mut process: EngineProcess) {
        assert!(process.is_alive(), "{}", process.last_words());
        self.kills.push(self.clock.now());
        for told in process.kill() {
            self.learn(told);
        }
        self.check_database().await;
    }

    fn learn(&mut self, told: Told) {
        match told {
            Told::Ready => {}
            Told::Added { path } => self.of(&path).added = true,
            Told::Sent { path } => self.of(&path).sent = true,
            Told::Cancelled { path } => self.of(&path).cancelled = true,
            Told::Refused { path, why } => self.of(&path).refused.push(why),
        }
    }

    fn of(&mut self, path: &Path) -> &mut Known {
        let number: usize = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        &mut self.known[number]
    }

    /// The files as the kill left them are a database that is whole and has every post that was told of.
    async fn check_database(&self) {
        let copy = tempfile::tempdir().unwrap();
        for name in ["slipway.db", "slipway.db-wal", "slipway.db-shm"] {
            let file = self.data().join(name);
            if file.exists() {
                std::fs::copy(file, copy.path().join(name)).unwrap();
            }
        }
        let file = copy.path().join("slipway.db");
        let mut database = open(&file, false).await;
        for check in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
            let rows = sqlx::query(check).fetch_all(&mut database).await.unwrap();
            for row in rows {
                assert_eq!(row.get::<String, _>(0), "ok", "{check}");
            }
        }
        database.close().await.unwrap();
        let states = self.states(&file).await;
        for (number, known) in self.known.iter().enumerate() {
            let state = states.get(&number).map(String::as_str);
            assert!(!known.added || state.is_some(), "post {number} is lost");
            assert!(
                !known.sent || state != Some("draft"),
                "post {number} was told to be sent and is a draft"
            );
            assert!(
                !known.cancelled || state == Some("cancelled"),
                "post {number} was told to be stopped and is {state:?}"
            );
        }
    }

    /// The state of every post that is stored, by number.
    async fn states(&self, file: &Path) -> HashMap<usize, String> {
        let mut database = open(file, true).await;
        let rows = sqlx::query("SELECT file_name, state FROM posts")
            .fetch_all(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
        let count = rows.len();
        let states: HashMap<usize, String> = rows
            .iter()
            .map(|row| {
                let name: String = row.get(0);
                let number = name.strip_suffix(".mp4").unwrap().parse().unwrap();
                (number, row.get(1))
            })
            .collect();
        assert_eq!(states.len(), count, "a file has two posts");
        states
    }
}

async fn open(file: &Path, read_only: bool) -> sqlx::SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .read_only(read_only);
    sqlx::SqliteConnection::connect_with(&options)
        .await
        .unwrap()
}

/// The engine in a process of its own.
struct EngineProcess {
    process: Process,
    began: Instant,
    told: mpsc::Receiver<Told>,
    log: PathBuf,
}

impl EngineProcess {
    fn start(run: &Run) -> Self {
        let log = run.folder.path().join("engine.log");
        let mut command = Command::new(&run.program);
        command
            .env("SLIPWAY_DATA_DIR", run.data())
            .env("SLIPWAY_TIKTOK_API_URL", run.sandbox.url())
            .env("SLIPWAY_FERNET_KEY", run.key.expose_secret())
            .env(fast_clock::VARIABLE, run.clock.to_env());
        let mut process = Process::start(&command, &log, true);
        let output = BufReader::new(process.child().stdout.take().unwrap());
        let (sender, told) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // A kill may cut the last line short.
                if let Ok(line) = serde_json::from_str(&line)
                    && sender.send(line).is_err()
                {
                    return;
                }
            }
        });
        Self {
            process,
            began: Instant::now(),
            told,
            log,
        }
    }

    /// Waits until the process is so old.
    async fn until(&self, age: Duration) {
        tokio::time::sleep(age.saturating_sub(self.began.elapsed())).await;
    }

    fn order(&mut self, order: &Order) {
        let mut line = serde_json::to_string(order).unwrap();
        line.push('\n');
        let input = self.process.child().stdin.as_mut().unwrap();
        // It fails only when the process has ended, which is noticed before the kill.
        let _ = input.write_all(line.as_bytes());
    }

    fn is_alive(&mut self) -> bool {
        self.process.ended().is_none()
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        format!("the engine ended by itself: {log}")
    }

    /// Kills it and gives all that it had told.
    fn kill(mut self) -> Vec<Told> {
        kill(self.process.id());
        self.process.child().wait().unwrap();
        // Ends when the process has and every line is read.
        self.told.iter().collect()
    }
}
