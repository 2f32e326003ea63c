//! The crash run: the engine's process is killed many times while it publishes, and each post is published once.
//!
//! `SLIPWAY_TORTURE_KILLS` sets the number of kills (25 by default), `SLIPWAY_TORTURE_SEED` the seed, which is printed
//! first. The seed determines the posts, the commands of the creators, how long each process lives, and which faults
//! the sandbox injects after how many requests. It does not determine what the machine does: how far a process gets, so
//! which request meets a fault and where a kill falls; the pauses between retries; ids, tokens and keys. A failed run
//! is a failure even if its seed does not fail again: the message contains the post's history and the sandbox's records
//! of it.
//!
//! Engine and sandbox share a clock that runs 30 times as fast as the computer's: a pause of five minutes takes ten
//! seconds, and an upload address lives for two minutes.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod plan;
mod run;
mod verdict;

use std::time::Instant;

use plan::Plan;
use run::Run;

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_post_is_published_once_despite_kills() {
    let seed = number("SLIPWAY_TORTURE_SEED").unwrap_or_else(|| rand::random_range(0..1_000_000));
    let kills = usize::try_from(number("SLIPWAY_TORTURE_KILLS").unwrap_or(25)).unwrap();
    println!(
        "To run it again: SLIPWAY_TORTURE_SEED={seed} SLIPWAY_TORTURE_KILLS={kills} npm run torture"
    );
    let began = Instant::now();
    let plan = Plan::new(seed, kills);
    let mut run = Run::start(plan).await;
    for number in 0..kills {
        run.live(number).await;
        if (number + 1) % 25 == 0 {
            println!("{} kills, {:.0?}", number + 1, began.elapsed());
        }
    }
    run.settle().await;
    println!("{}, {:.0?}", verdict::judge(run).await, began.elapsed());
}
