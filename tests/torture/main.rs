//! The crash run: the engine's process is killed again and again while it publishes, and each post is published once.
//!
//! `SLIPWAY_TORTURE_KILLS` says how often (25 unless told otherwise), `SLIPWAY_TORTURE_SEED` which run. The seed is
//! printed first. It decides which posts are sent, stopped and by whom, how long each life of the process lasts, and
//! which faults the sandbox meets after how many requests. Not decided by it is what a real machine decides: how far
//! the process gets in its life, so which request meets a fault and between which two instructions a kill falls; the
//! pauses between tries; ids, tokens and keys. A failed run that does not fail again with its seed is still a failure:
//! the message holds the post's history and what the sandbox saw of it.
//!
//! Engine and sandbox share a clock that runs 30 times as fast as the computer's, so that a pause of five minutes takes
//! ten seconds and an upload address lives for two minutes.

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
async fn killed_again_and_again_it_publishes_each_post_once() {
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
