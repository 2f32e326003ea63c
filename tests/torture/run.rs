//! One run: a sandbox, an engine process that is started and killed, and what both were seen to do.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jiff::{Timestamp, Unit};
use tiktok_sandbox::{ActiveFault, Options};

use slipway_engine::{Engine, clock::Clock};
use slipway_tests::{
    engine_process::{EngineProcess, check_whole, stored_states},
    fast_clock::FastClock,
    orders::{Order, Told},
    stage::{Running, Stage, write_video},
    wait::eventually,
};

use crate::plan::{CREATORS, Deed, Plan, Planned};

/// How much faster than the computer's the clock runs.
const FACTOR: u32 = 30;
/// Slow enough that kills fall into uploads, quick enough that these end.
const UPLOAD_RATE: u64 = 15_000_000;
/// How long the last life may take to bring every post to its end, on the computer's clock.
const PATIENCE: Duration = Duration::from_mins(4);
/// How often the last life is asked once more for what it did not do.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// A run under way.
pub struct Run {
    pub plan: Plan,
    pub stage: Stage<FastClock>,
    /// What is known of each post, by its number.
    pub known: Vec<Known>,
    /// When the process was killed.
    pub kills: Vec<Timestamp>,
    /// All faults that were asked for, with what they did.
    pub faults: Vec<ActiveFault>,
    /// The program as it was at the start: a build meanwhile must not change it.
    program: PathBuf,
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
    /// Its moment, if it has one.
    pub at: Option<Timestamp>,
    /// It was told to rest, and nobody asked for it to go on since.
    pub rests: bool,
    /// It was asked to go on in this life: orders run side by side, so it may not rest although it is told to.
    pub goes_on: bool,
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

    /// An engine in this very process, on the same data.
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

    /// One life of the process, to its kill; afterwards the database must be whole and hold all that was told.
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

    /// The last life: TikTok and network are well again, and it lasts until every post is at its end.
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

    /// What was refused, and what came to rest meanwhile because its moment was missed, is asked for once more.
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
            at: self.known[number].at,
        }
    }

    async fn kill(&mut self, mut process: EngineProcess) {
        assert!(process.ended().is_none(), "{}", process.last_words());
        self.kills.push(self.stage.clock.now());
        for told in process.kill() {
            self.learn(told);
        }
        self.check_database().await;
    }

    /// Takes in what the process told so far.
    fn hear(&mut self, process: &EngineProcess) {
        for told in process.told() {
            self.learn(told);
        }
    }

    fn learn(&mut self, told: Told) {
        match told {
            // Nobody asked for a consent page.
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

    /// The files as the kill left them are a database that is whole and has every post that was told of.
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
