//! Each answer of TikTok's, and none, to each call: one test for each call.

use slipway_engine::views::PostMode;
use tiktok_sandbox::{Fault, FaultKind, Operation};

use super::tapped::Tapped;

#[tokio::test(flavor = "multi_thread")]
async fn authorize() {
    every_answer(Operation::Authorize).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn token() {
    every_answer(Operation::Token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoke() {
    every_answer(Operation::Revoke).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn user_info() {
    every_answer(Operation::UserInfo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn creator_info() {
    every_answer(Operation::CreatorInfo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn init() {
    every_answer(Operation::Init).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inbox_init() {
    every_answer(Operation::InboxInit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn upload() {
    every_answer(Operation::Upload).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status() {
    every_answer(Operation::Status).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel() {
    every_answer(Operation::Cancel).await;
}

#[test]
fn every_operation_has_its_test() {
    // A new operation makes this list, and the tests above, longer.
    assert_eq!(Operation::ALL.len(), 10);
}

async fn every_answer(operation: Operation) {
    for kind in answers(operation) {
        trial(operation, kind).await;
    }
}

async fn trial(operation: Operation, kind: FaultKind) {
    let tapped = Tapped::new(&format!("{operation:?} {kind:?}")).await;
    let ada = tapped.ada().await;
    let meet = |operation| {
        let fault = Fault::once(operation, kind.clone());
        tapped.stage.sandbox.add_fault(fault);
    };
    meet(operation);
    match operation {
        Operation::Authorize | Operation::UserInfo => {
            tapped.connect("ben").await;
        }
        Operation::Token => {
            // The exchange of a code, then a refresh.
            tapped.connect("ben").await;
            meet(operation);
            tapped.refresh(&ada).await;
            tapped.post(&ada, PostMode::Direct).await;
        }
        Operation::Revoke => tapped.disconnect(&ada).await,
        Operation::CreatorInfo => {
            tapped.ask(&ada).await;
            meet(operation);
            tapped.post(&ada, PostMode::Direct).await;
        }
        Operation::Init | Operation::Upload | Operation::Status => {
            tapped.post(&ada, PostMode::Direct).await;
        }
        Operation::InboxInit => tapped.post(&ada, PostMode::Inbox).await,
        Operation::Cancel => {
            let down = answer(503, None);
            let upload = Fault::forever(Operation::Upload, down);
            tapped.stage.sandbox.add_fault(upload);
            tapped.cancel(&ada).await;
        }
    }
    tapped.end(Vec::new()).await;
}

/// The possible answers to a call. `concerns` returns for each kind whether it applies to that call.
fn answers(operation: Operation) -> Vec<FaultKind> {
    let all = [
        answer(500, None),
        answer(503, None),
        answer(302, None),
        answer(401, Some("access_token_invalid")),
        answer(403, Some("scope_not_authorized")),
        answer(400, Some("invalid_grant")),
        answer(401, Some("invalid_client")),
        answer(400, Some("invalid_param")),
        answer(403, Some("a_code_of_tomorrow")),
        FaultKind::Latency { ms: 1 },
        FaultKind::LateAnswer { ms: 1 },
        FaultKind::CutAfter { bytes: 0 },
        FaultKind::CutAfter { bytes: 40 },
        FaultKind::LostAnswer,
        FaultKind::MalformedJson,
        FaultKind::RateLimit { retry_after: None },
        FaultKind::RateLimit {
            retry_after: Some(1),
        },
        FaultKind::FailWith {
            reason: "internal".to_owned(),
        },
        FaultKind::FailWith {
            reason: "auth_removed".to_owned(),
        },
        FaultKind::StuckProcessing,
    ];
    all.into_iter()
        .filter(|kind| concerns(kind, operation))
        .collect()
}

/// The match is exhaustive, so that a new kind of fault does not compile before it is considered.
fn concerns(kind: &FaultKind, operation: Operation) -> bool {
    match kind {
        FaultKind::FailWith { .. } | FaultKind::StuckProcessing => {
            matches!(operation, Operation::Init | Operation::InboxInit)
        }
        // Its answer has no body.
        FaultKind::MalformedJson => operation != Operation::Upload,
        FaultKind::Status { .. }
        | FaultKind::Latency { .. }
        | FaultKind::CutAfter { .. }
        | FaultKind::LostAnswer
        | FaultKind::LateAnswer { .. }
        | FaultKind::RateLimit { .. } => true,
    }
}

fn answer(http: u16, code: Option<&str>) -> FaultKind {
    FaultKind::Status {
        http,
        code: code.map(str::to_owned),
        message: code.map(|_| "The sandbox was told to say so.".to_owned()),
    }
}
