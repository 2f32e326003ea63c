//! One run: a sandbox, an engine process that is started and killed, and the records of both.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jiff::{Timestamp, Unit};
use slipway_engine::{Engine, clock::Clock};
use slipway_tests::{
    engine_process::{EngineProcess, check_whole, stored_states},
    fast_clock::FastClock,
    orders::{Order, Told},
    stage::{Running, Stage, write_video},
    wait::eventually,
};
use tiktok_sandbox::{ActiveFault, Options};

use crate::plan::{CREATORS, Deed, Plan, Planned};

/// The speed of the run's clock, as a multiple of the computer's clock.
const FACTOR: u32 = 30;
/// Slow enough that kills fall into uploads, and fast enough that uploads end.
const UPLOAD_RATE: u64 = 15_000_000;
/// The timeout of the last process to finish every post, on the computer's clock.
const PATIENCE: Duration = Duration::from_mins(4);
/// The interval at which the last process repeats refused orders.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// The state of a running test.
pub struct Run {
    pub plan: Plan,
    pub stage: Stage<FastClock>,
    /// The state of each post as the test knows it, by number.
    pub known: Vec<Known>,
    /// The times of the kills.
    pub kills: Vec<Timestamp>,
    /// All faults that were injected, with their effects.
    pub faults: Vec<ActiveFault>,
    /// A copy of the program from the start: a build during the run must not change it.
    program: PathBuf,
    nicknames: HashMap<&'static str, String>,
}

/// The orders of the test for a post, and the reports of the process.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, in any order"
)]
pub struct Known {
    /// Submitting it was ordered, perhaps in an earlier process.
    pub asked: bool,
    /// The process reported a post for the file.
    pub added: bool,
    /// The process reported it as queued.
    pub sent: bool,
    /// Its scheduled moment, if any.
    pub at: Option<Timestamp>,
    /// The process reported it as paused, and no resume was ordered since.
    pub rests: bool,
    /// Resuming it was ordered in this process. Orders run concurrently, so it may be active although it was reported
    /// as paused.
    pub goes_on: bool,
    /// Cancelling it was ordered.
    pub cancel_asked: bool,
    /// The process reported it as cancelled.
    pub cancelled: bool,
    /// The refusals that the process reported.
    pub refused: Vec<String>,
}

impl Run {
    /// Starts the sandbox, writes the videos, and connects the creators.
    pub async fn start(plan: Plan) -> Self {
        let options = Options {
            upload_bytes_per_sec: Some(UPLOAD_RATE),
            // Refreshes, and kills during them, must occur within the run.
            access_token_life: Duration::from_mins(20),
            // Long enough for kills while TikTok processes and while the id is polled for.
            processing: Duration::from_secs(20),
            moderation: Duration::from_mins(1),
            // A run publishes a day's number of posts within minutes.
            daily_posts: 10_000,
            pending_drafts: 10_000,
            ..Options::default()
        };
        let stage = Stage::builder()
            .clock(FastClock::starting_now(FACTOR))
            .options(options)
            .build()
            .await;
        let nicknames = CREATORS
            .into_iter()
            .map(|name| {
                let creators = stage.sandbox.creators();
                let creator = creators.into_iter().find(|creator| creator.name == name);
                (name, creator.unwrap().nickname)
            })
            .collect();
        let program = stage.folder.path().join("engine-process");
        let built = env!("CARGO_BIN_EXE_engine-process");
        std::fs::hard_link(built, &program)
            .or_else(|_| std::fs::copy(built, &program).map(drop))
            .unwrap();
        let run = Self {
            known: vec![Known::default(); plan.posts.len()],
            plan,
            stage,
            kills: Vec::new(),
            faults: Vec::new(),
            program,
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

    /// Opens an engine in this process, on the same data.
    pub async fn engine(&self) -> Engine {
        Engine::open(self.stage.config()).await.unwrap()
    }

    /// The file of a post.
    pub fn path(&self, number: usize) -> PathBuf {
        self.stage.folder.path().join(name(number))
    }

    fn start_process(&self) -> EngineProcess {
        self.stage.process(&self.program, None)
    }

    /// Runs one life of the process, up to its kill. Then the database must be valid and contain all that was reported.
    pub async fn live(&mut self, number: usize) {
        let life = self.plan.lives[number].clone();
        for known in &mut self.known {
            known.goes_on = false;
        }
        let mut process = self.start_process();
        self.go_on(&mut process);
        for (at, deed) in life.deeds {
            process.until(at).await;
            self.act(deed, &mut process);
        }
        process.until(life.lasts).await;
        self.kill(process).await;
    }

    fn act(&mut self, deed: Deed, process: &mut EngineProcess) {
        match deed {
            Deed::Post(number) => {
                let ahead = self.plan.posts[number].ahead;
                let known = &mut self.known[number];
                known.asked = true;
                known.at = ahead.map(|ahead| {
                    let second = Unit::Second;
                    (self.stage.clock.now() + ahead).round(second).unwrap()
                });
                process.order(&self.post(number));
            }
            Deed::Cancel(number) => {
                self.known[number].cancel_asked = true;
                let path = self.path(number);
                process.order(&Order::Cancel { path });
            }
            Deed::Pause(number) => {
                let path = self.path(number);
                process.order(&Order::Pause { path });
            }
            Deed::Resume(number) => {
                self.hear(process);
                self.known[number].rests = false;
                self.known[number].goes_on = true;
                let path = self.path(number);
                process.order(&Order::Resume { path });
            }
            Deed::PauseAll => process.order(&Order::PauseAll),
            Deed::ResumeAll => {
                self.hear(process);
                self.go_on_with_all(process);
            }
            Deed::Fault(fault) => {
                self.stage.sandbox.add_fault(fault);
            }
        }
    }

    fn go_on_with_all(&mut self, process: &mut EngineProcess) {
        for known in &mut self.known {
            known.rests = false;
            known.goes_on = true;
        }
        process.order(&Order::ResumeAll);
    }

    /// Runs the last life: TikTok and the network work again, and it lasts until every post has ended.
    pub async fn settle(&mut self) {
        self.faults = self.stage.sandbox.faults();
        self.stage.sandbox.clear_faults();
        self.stage.limit_uploads(None);
        let mut process = self.start_process();
        self.go_on(&mut process);
        self.go_on_with_all(&mut process);
        let mut asked = Instant::now();
        eventually("every post has ended", PATIENCE, async || {
            if self.all_ended().await {
                return Some(());
            }
            assert!(process.ended().is_none(), "{}", process.last_words());
            if asked.elapsed() > ASK_AGAIN {
                asked = Instant::now();
                self.ask_again(&mut process);
                println!("not ended yet: {:?}", self.known);
            }
            None
        })
        .await;
        self.kill(process).await;
    }

    async fn all_ended(&self) -> bool {
        let states = stored_states(&self.stage.data()).await;
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
        states.len() == self.plan.posts.len() && states.values().all(ended)
    }

    /// Repeats orders that were refused, and resumes posts that were paused because their moment was missed.
    fn ask_again(&mut self, process: &mut EngineProcess) {
        for known in &mut self.known {
            known.refused.clear();
        }
        self.hear(process);
        for (number, known) in self.known.iter().enumerate() {
            if !known.sent && !known.refused.is_empty() {
                process.order(&self.post(number));
            }
        }
        self.go_on_with_all(process);
    }

    /// Repeats the orders of lives that ended before they were carried out.
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
            at: self.known[number].at,
        }
    }

    async fn kill(&mut self, mut process: EngineProcess) {
        assert!(process.ended().is_none(), "{}", process.last_words());
        self.kills.push(self.stage.clock.now());
        for reported in process.kill() {
            self.learn(reported);
        }
        self.check_database().await;
    }

    /// Takes in the messages of the process.
    fn hear(&mut self, process: &EngineProcess) {
        for reported in process.reported() {
            self.learn(reported);
        }
    }

    fn learn(&mut self, reported: Told) {
        match reported {
            // No order asks for a consent page.
            Told::Ready | Told::Consent { .. } => {}
            Told::Added { path } => self.of(&path).added = true,
            Told::Sent { path } => self.of(&path).sent = true,
            Told::Paused { path } => {
                let known = self.of(&path);
                known.rests = !known.goes_on;
            }
            Told::Resumed { path } => self.of(&path).rests = false,
            Told::Cancelled { path } => self.of(&path).cancelled = true,
            Told::Refused { path, why } => self.of(&path).refused.push(why),
        }
    }

    fn of(&mut self, path: &Path) -> &mut Known {
        let number: usize = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        &mut self.known[number]
    }

    /// Asserts that the database left by the kill is valid and contains every reported post.
    async fn check_database(&self) {
        let states = check_whole(&self.stage.data()).await;
        for (number, known) in self.known.iter().enumerate() {
            let state = states.get(&name(number)).map(String::as_str);
            assert!(!known.added || state.is_some(), "post {number} is lost");
            assert!(
                !known.sent || state != Some("draft"),
                "post {number} was told to be sent and is a draft"
            );
            assert!(
                !known.rests || known.cancel_asked || state == Some("paused"),
                "post {number} was told to rest and is {state:?}"
            );
            assert!(
                !known.cancelled || state == Some("cancelled"),
                "post {number} was told to be stopped and is {state:?}"
            );
        }
    }
}

/// The name of a post's file.
fn name(number: usize) -> String {
    format!("{number}.mp4")
}
