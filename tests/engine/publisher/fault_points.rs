//! The process ends at each fault point of a post, and the next process resumes: the post is published once, with every
//! byte.

use std::{os::unix::process::ExitStatusExt, path::PathBuf, time::Duration};

use jiff::SignedDuration;
use slipway_engine::{
    clock::Clock,
    fault_points,
    views::{PostMode, PostSettings},
};
use slipway_tests::{
    engine_process::{EngineProcess, check_whole, stored_states},
    fast_clock::FastClock,
    orders::{Order, Told},
    stage::{Stage, inbox, public, sha256},
    wait::{SOON, eventually},
};

/// The factor by which the clock runs faster than the computer's.
const FACTOR: u32 = 60;
/// The limit for one life of the process.
const PATIENCE: Duration = Duration::from_mins(1);
/// The most lives of a post: each ends one step further, and an upload has seven chunks.
const LIVES: usize = 40;
/// The number of trials at the same time. Most of their time is waiting.
const AT_ONCE: usize = 3;

/// The areas of the fault points. Each has a test below.
const AREAS: [&str; 6] = ["line", "prepare", "send", "recover", "watch", "posts"];

/// Points that a draft in one chunk does not reach: it needs no creator info, and its first chunk is its last.
const NOT_FOR_DRAFTS: [&str; 4] = [
    "prepare.creator.before",
    "prepare.creator.after",
    "send.bytes.before",
    "send.bytes.after",
];

#[test]
fn every_point_has_a_test() {
    for point in fault_points::POST {
        let area = point.split('.').next().unwrap();
        assert!(AREAS.contains(&area), "{point}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_when_a_post_becomes_due() {
    stop_at_all("line").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_before_the_upload() {
    stop_at_all("prepare").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_sending() {
    stop_at_all("send").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_recovering_from_a_stop() {
    stop_at_all("recover").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_while_polling_the_status() {
    stop_at_all("watch").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_at_each_commit() {
    stop_at_all("posts").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_at_each_commit() {
    // More commits than a post needs, so that none is left out.
    let runs = (0..9).map(|stores| async move {
        let trial = Trial::new(PostMode::Direct).await;
        let full = format!("posts.commit.before={stores}*off->2*return->off");
        let mut process = trial.start(Some(full));
        let ended = trial.live(&mut process).await;
        assert_eq!(ended, End::Reached, "after {stores} stores");
        process.kill();
        trial.check().await;
    });
    at_once(runs).await;
}

/// Stops at each point of an area, for both ways to post.
async fn stop_at_all(area: &str) {
    let points = fault_points::POST
        .iter()
        .filter(|point| point.starts_with(&format!("{area}.")));
    let runs = points.flat_map(|point| {
        [PostMode::Direct, PostMode::Inbox]
            .into_iter()
            .filter(|mode| *mode == PostMode::Direct || !NOT_FOR_DRAFTS.contains(point))
            .map(|mode| stop_at(point, mode))
    });
    at_once(runs).await;
}

async fn at_once(runs: impl IntoIterator<Item = impl Future<Output = ()>>) {
    use futures_util::StreamExt;
    let mut ran = futures_util::stream::iter(runs).buffer_unordered(AT_ONCE);
    let mut count = 0;
    while ran.next().await.is_some() {
        count += 1;
    }
    assert!(count > 0, "nothing ran");
}

/// The first process ends when it reaches the point. Each later process ends when it reaches the point for the second
/// time, until one reaches the end of the post.
async fn stop_at(point: &str, mode: PostMode) {
    let trial = Trial::new(mode).await;
    if point.starts_with("recover.") {
        // Recovery needs an earlier stop.
        trial.die("send.chunk.after=panic").await;
    }
    trial.die(&format!("{point}=panic")).await;
    for life in 0.. {
        assert!(life < LIVES, "{point}: it gets no further");
        let mut process = trial.start(Some(format!("{point}=1*off->panic")));
        let ended = trial.live(&mut process).await;
        process.kill();
        check_whole(&trial.stage.data()).await;
        if ended == End::Reached {
            break;
        }
    }
    trial.check().await;
}

/// The end of one life of the process.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The process ended at a fault point.
    Died,
    /// The post reached its end.
    Reached,
}

/// A stage with a connected account and a file to post.
struct Trial {
    stage: Stage<FastClock>,
    settings: PostSettings,
    file: PathBuf,
}

impl Trial {
    async fn new(mode: PostMode) -> Self {
        let (settings, size) = match mode {
            PostMode::Direct => (public("once"), 66_000_000),
            PostMode::Inbox => (inbox(), 0),
        };
        let stage = Stage::builder()
            .clock(FastClock::starting_now(FACTOR))
            .build()
            .await;
        let file = stage.video("clip.mp4", size);
        let app = stage.engine().await;
        app.connect("ada").await;
        app.engine.close().await;
        Self {
            stage,
            settings,
            file,
        }
    }

    fn start(&self, fault_points: Option<String>) -> EngineProcess {
        let program = env!("CARGO_BIN_EXE_engine-process");
        self.stage.process(program, fault_points)
    }

    /// Runs a process that must end at its fault point.
    async fn die(&self, fault_points: &str) {
        let mut process = self.start(Some(fault_points.to_owned()));
        self.live(&mut process).await;
        // After the last commit, the post has already reached its end.
        eventually(&format!("{fault_points} is met"), SOON, async || {
            process.ended()
        })
        .await;
        process.kill();
        check_whole(&self.stage.data()).await;
    }

    /// Posts the file, unless that was done before, and waits for the end of the post or the process.
    async fn live(&self, process: &mut EngineProcess) -> End {
        let ready = eventually("the process is ready", SOON, async || {
            let ended = process.ended().is_some();
            (ended || process.reported().contains(&Told::Ready)).then_some(())
        });
        ready.await;
        let order = Order::Post {
            path: self.file.clone(),
            account: "Ada Lindqvist".into(),
            settings: self.settings.clone(),
            // Long enough ahead to be scheduled, and soon over.
            at: Some(self.stage.clock.now() + SignedDuration::from_mins(3)),
        };
        process.order(&order);
        eventually("the post or the process ends", PATIENCE, async || {
            self.end(process, &order).await
        })
        .await
    }

    /// The end of the post or the process, if there is one. Repeats an order that was refused.
    async fn end(&self, process: &mut EngineProcess, order: &Order) -> Option<End> {
        if let Some(status) = process.ended() {
            assert_eq!(
                status.signal(),
                Some(9),
                "it ended by itself: {}",
                process.last_words()
            );
            return Some(End::Died);
        }
        for reported in process.reported() {
            if let Told::Refused { .. } = reported {
                process.order(order);
            }
        }
        let states = stored_states(&self.stage.data()).await;
        match states.get("clip.mp4").map(String::as_str) {
            Some("published" | "delivered_to_inbox") => Some(End::Reached),
            Some(state @ ("failed" | "unconfirmed" | "cancelled" | "paused")) => {
                panic!("the post is {state}")
            }
            _ => None,
        }
    }

    /// Asserts that TikTok has the post once, with the right bytes, and refused no request.
    async fn check(&self) {
        check_whole(&self.stage.data()).await;
        let posts = self.stage.sandbox.posts();
        assert_eq!(posts.len(), 1, "{posts:?}");
        assert_eq!(posts[0].sha256, sha256(&self.file));
        for seen in self.stage.sandbox.requests() {
            let refused = seen
                .status
                .is_some_and(|status| (400..500).contains(&status));
            assert!(!refused, "{seen:?}");
        }
    }
}
