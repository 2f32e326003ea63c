//! Checks a run: each post is published once and complete, or failed for a reason that occurred, and no rule of
//! TikTok's was broken.

use std::{collections::BTreeMap, fmt::Write};

use slipway_engine::views::{Post, PostMode, PostState};
use slipway_tests::stage::sha256;
use tiktok_sandbox::{FaultKind, Operation, Outcome, Publish, RecordedRequest, SandboxPost, Stage};

use crate::run::Run;

/// The sandbox's records of one post, which its size identifies.
struct Seen {
    posts: Vec<SandboxPost>,
    publishes: Vec<Publish>,
    inits: Vec<RecordedRequest>,
}

/// Checks everything and returns a summary.
pub async fn judge(run: Run) -> String {
    let engine = run.engine().await;
    let mut faults_found = Vec::new();
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    let posts = engine.posts().await.unwrap();
    for number in 0..run.plan.posts.len() {
        let path = run.path(number);
        let post = posts.iter().find(|post| post.path == path).unwrap();
        let seen = Seen::of(&run, number);
        match judge_post(&run, number, post, &seen) {
            Ok(end) => *ends.entry(end).or_default() += 1,
            Err(why) => {
                let mut text = format!("post {number}: {why}\n{:?}\n", post.state);
                let _ = writeln!(text, "{:?}", run.known[number]);
                for line in engine.post_history(&post.id).await.unwrap() {
                    let _ = writeln!(text, "  {} {}", line.at, line.message.code);
                }
                for publish in &seen.publishes {
                    let _ = writeln!(text, "  at TikTok: {publish:?}");
                }
                faults_found.push(text);
            }
        }
    }
    engine.close().await;
    faults_found.extend(broken_rules(&run));
    assert!(
        faults_found.is_empty(),
        "after {} kills:\n{}",
        run.kills.len(),
        faults_found.join("\n")
    );
    let requests = run.stage.sandbox.requests();
    format!(
        "{} kills, {} posts {ends:?}, {} faults, {} requests of which {} cut by a kill",
        run.kills.len(),
        posts.len(),
        run.faults.iter().map(|fault| fault.hits).sum::<u32>(),
        requests.len(),
        requests
            .iter()
            .filter(|seen| seen.outcome == Outcome::ClientGone)
            .count(),
    )
}

impl Seen {
    fn of(run: &Run, number: usize) -> Self {
        let size = run.plan.posts[number].size;
        let announced = |seen: &RecordedRequest| {
            let body = seen.body.as_ref()?;
            body["source_info"]["video_size"].as_u64()
        };
        Self {
            posts: run
                .stage
                .sandbox
                .posts()
                .into_iter()
                .filter(|post| post.size == size)
                .collect(),
            publishes: run
                .stage
                .sandbox
                .publishes()
                .into_iter()
                .filter(|publish| publish.plan.video_size == size)
                .collect(),
            inits: run
                .stage
                .sandbox
                .requests()
                .into_iter()
                .filter(|seen| announced(seen) == Some(size))
                .collect(),
        }
    }
}

/// Names the end of a post, or panics if it is wrong.
fn judge_post(run: &Run, number: usize, post: &Post, seen: &Seen) -> Result<String, String> {
    let (planned, known) = (&run.plan.posts[number], &run.known[number]);
    if let (Some(at), Some(first)) = (known.at, seen.publishes.first())
        && first.created_at < at
    {
        return Err(format!("it was begun before its moment, {at}"));
    }
    let inbox = planned.settings.mode == PostMode::Inbox;
    match &post.state {
        PostState::Published if !inbox => once(run, number, seen).map(|()| "published".into()),
        PostState::DeliveredToInbox if inbox => {
            once(run, number, seen).map(|()| "in the inbox".into())
        }
        PostState::Cancelled if known.cancel_asked => nothing(seen).map(|()| "cancelled".into()),
        PostState::Failed { notice, .. } => {
            nothing(seen)?;
            if reason_is_true(run, number, &notice.code, seen) {
                Ok(notice.code.clone())
            } else {
                Err(format!("nothing makes {} true", notice.code))
            }
        }
        _ => Err("this is no end for it".into()),
    }
}

fn once(run: &Run, number: usize, seen: &Seen) -> Result<(), String> {
    let planned = &run.plan.posts[number];
    let [post] = seen.posts.as_slice() else {
        return Err(format!("it is on TikTok {} times", seen.posts.len()));
    };
    let caption = Some(planned.settings.caption.clone()).filter(|caption| !caption.is_empty());
    if post.sha256 != sha256(&run.path(number)) {
        return Err("it has other bytes on TikTok".into());
    }
    if post.creator != planned.creator || post.caption != caption {
        return Err(format!("it is another post on TikTok: {post:?}"));
    }
    Ok(())
}

fn nothing(seen: &Seen) -> Result<(), String> {
    match seen.posts.len() {
        0 => Ok(()),
        count => Err(format!("it is on TikTok {count} times all the same")),
    }
}

/// Returns whether the reported cause did occur for this post.
fn reason_is_true(run: &Run, number: usize, code: &str, seen: &Seen) -> bool {
    if code == "ended.publish_cancelled" {
        return run.known[number].cancel_asked;
    }
    if let Some(reason) = code.strip_prefix("ended.") {
        return seen.publishes.iter().any(
            |publish| matches!(&publish.stage, Stage::Failed { reason: real, .. } if real == reason),
        );
    }
    if let Some(code) = code.strip_prefix("tiktok.") {
        let injected = |seen: &RecordedRequest| {
            run.faults.iter().any(|fault| {
                let kind = &fault.fault.kind;
                Some(fault.id) == seen.fault
                    && matches!(kind, FaultKind::Status { code: Some(real), .. } if real == code)
            })
        };
        return seen.inits.iter().any(injected);
    }
    code == "post.too_many_starts" && seen.publishes.len() >= 5
}

/// The requests that TikTok would hold against Slipway: those that were refused without a fault as the cause.
fn broken_rules(run: &Run) -> Vec<String> {
    let requests = run.stage.sandbox.requests();
    let refused = requests.iter().filter(|seen| {
        seen.fault.is_none()
            && seen
                .status
                .is_some_and(|status| (400..500).contains(&status))
    });
    let mut out_of_step = 0;
    let mut broken = Vec::new();
    for seen in refused {
        match (seen.operation, seen.status) {
            // A cancel can be too late, or repeated because a kill took the first answer.
            (Some(Operation::Cancel), Some(400)) => {}
            // A kill or a fault took the first answer to a refresh, so the token was already used.
            (Some(Operation::Token), Some(400)) if lost_refresh(run, &requests, seen) => {}
            // Bytes in flight at a kill or a lost connection can still complete their chunk.
            (Some(Operation::Upload), Some(416)) => out_of_step += 1,
            _ => broken.push(format!("refused: {seen:?}")),
        }
    }
    if out_of_step > run.kills.len() + run.faults.len() {
        broken.push(format!("{out_of_step} chunks were out of step"));
    }
    broken
}

/// Returns whether an earlier refresh met a fault or a kill before its answer can have been stored.
fn lost_refresh(run: &Run, requests: &[RecordedRequest], refused: &RecordedRequest) -> bool {
    requests.iter().any(|seen| {
        let killed = run.kills.iter().any(|kill| {
            let later = kill.duration_since(seen.at).as_secs();
            *kill > seen.at && *kill < refused.at && later < 60
        });
        seen.operation == Some(Operation::Token)
            && seen.id < refused.id
            && (seen.fault.is_some() || seen.outcome == Outcome::ClientGone || killed)
    })
}
