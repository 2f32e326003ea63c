//! The plan of a run, derived from its seed: the posts, the faults at TikTok, and the kills.

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use slipway_engine::views::{PostMode, PostSettings};
use tiktok_sandbox::{Fault, FaultKind, Operation};

/// The creators, by their short names in the sandbox.
pub const CREATORS: [&str; 4] = ["ada", "ben", "cleo", "dev"];

/// Everything that is random in a run.
#[derive(Debug)]
pub struct Plan {
    /// The posts, numbered by their index.
    pub posts: Vec<Planned>,
    /// The consecutive lives of the process. Each ends with a kill.
    pub lives: Vec<Life>,
}

/// A post that a creator wants. Its size identifies it.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The creator's short name.
    pub creator: &'static str,
    /// The size of the file, in bytes.
    pub size: u64,
    /// The settings, without the account.
    pub settings: PostSettings,
    /// The time ahead at which the post is scheduled; `None` if it is not scheduled.
    pub ahead: Option<Duration>,
}

/// The time of a process from its start to its kill.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// The time from the start to the kill.
    pub lasts: Duration,
    /// The events in it, ordered by time.
    pub deeds: Vec<(Duration, Deed)>,
}

/// An event while the process runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// The creator submits this post.
    Post(usize),
    /// The creator cancels this post.
    Cancel(usize),
    /// The creator pauses this post.
    Pause(usize),
    /// The creator resumes this post.
    Resume(usize),
    /// The creator pauses everything.
    PauseAll,
    /// The creator resumes everything.
    ResumeAll,
    /// TikTok or the network fails.
    Fault(Fault),
}

impl Plan {
    /// Derives the plan from a seed.
    pub fn new(seed: u64, kills: usize) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut lives: Vec<Life> = (0..kills).map(|_| life(&mut random)).collect();
        let posts: Vec<Planned> = (0..(kills * 2 / 5).max(4))
            .map(|number| planned(&mut random, number))
            .collect();
        for number in 0..posts.len() {
            // Most posts come early enough to meet several kills.
            let at = random.random_range(0..(kills * 9 / 10).max(1));
            add(&mut random, &mut lives[at], Deed::Post(number));
            if random.random_ratio(1, 6) {
                let at = (at + random.random_range(0..4)).min(kills - 1);
                add(&mut random, &mut lives[at], Deed::Cancel(number));
            } else if random.random_ratio(1, 4) {
                let rest = (at + random.random_range(0..3)).min(kills - 1);
                add(&mut random, &mut lives[rest], Deed::Pause(number));
                let on = (rest + random.random_range(0..3)).min(kills - 1);
                add(&mut random, &mut lives[on], Deed::Resume(number));
            }
        }
        for life in &mut lives {
            for _ in 0..random.random_range(0_u32..5) {
                let fault = fault(&mut random);
                add(&mut random, life, Deed::Fault(fault));
            }
            if random.random_ratio(1, 20) {
                add(&mut random, life, Deed::PauseAll);
            }
            if random.random_ratio(1, 3) {
                add(&mut random, life, Deed::ResumeAll);
            }
            life.deeds.sort_by_key(|(at, _)| *at);
        }
        Self { posts, lives }
    }
}

fn life(random: &mut StdRng) -> Life {
    let millis = match random.random_range(0..10) {
        // While the engine opens, or has just begun to query statuses.
        0..3 => random.random_range(0..300),
        3..8 => random.random_range(300..1500),
        _ => random.random_range(1500..4000),
    };
    Life {
        lasts: Duration::from_millis(millis),
        deeds: Vec::new(),
    }
}

fn add(random: &mut StdRng, life: &mut Life, deed: Deed) {
    let at = random.random_range(0..=life.lasts.as_millis());
    let at = Duration::from_millis(u64::try_from(at).unwrap());
    life.deeds.push((at, deed));
}

fn planned(random: &mut StdRng, number: usize) -> Planned {
    let creator = CREATORS[random.random_range(0..CREATORS.len())];
    // Sizes differ by 64 bytes, so that no two posts can be confused.
    let own = 64 * number as u64;
    let size = match random.random_range(0..4) {
        // In chunks of 10 MB.
        0 => 66_000_000 + 2_000_000 * random.random_range(0..7) + own,
        _ => 2_000_000 + own,
    };
    let settings = if random.random_ratio(1, 3) {
        PostSettings {
            mode: PostMode::Inbox,
            ..PostSettings::default()
        }
    } else {
        PostSettings {
            caption: format!("post {number}"),
            privacy: Some("SELF_ONLY".into()),
            ..PostSettings::default()
        }
    };
    let ahead = random
        .random_ratio(1, 3)
        .then(|| Duration::from_secs(random.random_range(5..240)));
    Planned {
        creator,
        size,
        settings,
        ahead,
    }
}

fn fault(random: &mut StdRng) -> Fault {
    let operation = match random.random_range(0..20) {
        0..7 => Operation::Upload,
        7..10 => Operation::Init,
        10..12 => Operation::InboxInit,
        12..14 => Operation::CreatorInfo,
        14..18 => Operation::Status,
        18 => Operation::Token,
        _ => Operation::Cancel,
    };
    let kind = match random.random_range(-12..12) {
        // The most likely fault: TikTok has done something that Slipway does not know yet, the worst moment for a kill.
        ..0 => FaultKind::LateAnswer {
            ms: random.random_range(50..1500),
        },
        0..3 => FaultKind::LostAnswer,
        3 => FaultKind::MalformedJson,
        4..6 => down(random),
        6 if operation != Operation::Token => FaultKind::RateLimit {
            retry_after: [None, Some(5), Some(40)][random.random_range(0..3)],
        },
        7 => FaultKind::Latency {
            ms: random.random_range(50..1000),
        },
        8..12 if operation == Operation::Upload => FaultKind::CutAfter {
            bytes: random.random_range(0..11_000_000),
        },
        8..11 if matches!(operation, Operation::Init | Operation::InboxInit) => {
            FaultKind::FailWith {
                reason: ["internal", "internal", "frame_rate_check_failed"]
                    [random.random_range(0..3)]
                .into(),
            }
        }
        11 if matches!(operation, Operation::Init | Operation::InboxInit) => FaultKind::Status {
            http: 400,
            code: Some("invalid_param".into()),
            message: Some("The sandbox was told to refuse this.".into()),
        },
        _ => FaultKind::CutAfter { bytes: 0 },
    };
    let times = match kind {
        FaultKind::Status { http: 500.., .. }
        | FaultKind::CutAfter { .. }
        | FaultKind::LateAnswer { .. } => random.random_range(1..4),
        _ => 1,
    };
    Fault::once(operation, kind)
        .times(times)
        .after(random.random_range(0..3))
}

fn down(random: &mut StdRng) -> FaultKind {
    let http = [500, 502, 503, 504][random.random_range(0..4)];
    FaultKind::Status {
        http,
        code: (http == 500).then(|| "internal_error".into()),
        message: None,
    }
}

#[test]
fn a_seed_has_one_plan() {
    let plan = |seed| {
        let plan = Plan::new(seed, 40);
        (plan.posts, plan.lives)
    };
    assert!(plan(7) == plan(7));
    assert!(plan(7) != plan(8));
}
