//! The result of each answer of TikTok's, tried one by one and documented in `docs/reliability.md`.
//!
//! These tests write the tables there: `UPDATE_RELIABILITY=1` updates them, and without it a table that differs fails
//! its test.

mod answers;
mod document;
mod trial;

use slipway_engine::views::PostMode;
use tiktok_sandbox::Operation;

use answers::{Answer, api_answers, chunk_answers, fail_reasons, oauth_answers};
use document::{Row, check};
use trial::{Bytes, Call, attempt, cancel};

/// The number of trials at the same time. They wait more than they work.
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn creator_info() {
    let call = Call::new(Operation::CreatorInfo, PostMode::Direct);
    table("creator info", call, api_answers()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn init_of_a_direct_post() {
    let call = Call::new(Operation::Init, PostMode::Direct);
    table("init of a direct post", call, api_answers()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn init_of_a_draft() {
    let call = Call::new(Operation::InboxInit, PostMode::Inbox);
    table("init of a draft", call, api_answers()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_in_the_middle() {
    let call = Call {
        bytes: Bytes::Chunks,
        skip: 2,
        ..Call::new(Operation::Upload, PostMode::Direct)
    };
    table("a chunk in the middle", call, chunk_answers()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_chunk() {
    let call = Call::new(Operation::Upload, PostMode::Direct);
    table("the last chunk", call, chunk_answers()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status() {
    let call = Call::new(Operation::Status, PostMode::Direct);
    table("status", call, api_answers()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_of_a_token() {
    let call = Call::new(Operation::Token, PostMode::Direct);
    table("refresh of a token", call, oauth_answers()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_of_a_direct_post() {
    let call = Call::new(Operation::Init, PostMode::Direct);
    table("ends of a direct post", call, fail_reasons()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_of_a_draft() {
    let call = Call::new(Operation::InboxInit, PostMode::Inbox);
    table("ends of a draft", call, fail_reasons()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_while_bytes_are_missing() {
    cancel_table("cancel while bytes are missing", Bytes::Chunks).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_when_all_bytes_may_be_there() {
    cancel_table("cancel when all bytes may be there", Bytes::Whole).await;
}

async fn table(name: &str, call: Call, answers: Vec<Answer>) {
    let rows = side_by_side(answers, |answer| async move {
        let once = attempt(call, &answer, false).await;
        let lasting = attempt(call, &answer, true).await;
        let over = if lasting.over.is_empty() {
            "–".to_owned()
        } else {
            lasting.over.join(", ")
        };
        let cells = [once.reported(), lasting.reported(), over];
        Row {
            cells: cells.iter().map(|cell| answer.generally(cell)).collect(),
            answer: answer.name,
        }
    })
    .await;
    check(
        name,
        &["once", "again and again", "when that is over"],
        &rows,
    );
}

async fn cancel_table(name: &str, bytes: Bytes) {
    let rows = side_by_side(api_answers(), |answer| async move {
        let (reported, end) = cancel(bytes, &answer).await;
        Row {
            answer: answer.name,
            cells: vec![reported, end],
        }
    })
    .await;
    check(name, &["the creator is told", "the post"], &rows);
}

/// Tries all answers, several at a time. The rows keep the order of the answers.
async fn side_by_side<F: Future<Output = Row>>(
    answers: Vec<Answer>,
    trial: impl Fn(Answer) -> F,
) -> Vec<Row> {
    use futures_util::StreamExt;
    futures_util::stream::iter(answers.into_iter().map(trial))
        .buffered(AT_ONCE)
        .collect()
        .await
}
