//! Chunk uploads.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, http::Response};
use parking_lot::Mutex;
use tiktok_api::{ChunkAnswer, ChunkPlan, Error, NetworkKind, Retry, Uploader, VideoType};
use tokio::io::{AsyncRead, AsyncReadExt as _, ReadBuf};

use crate::server::{Server, plain, with_header};

/// A video in which each byte depends on its position.
fn video(size: usize) -> Vec<u8> {
    (0..size)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect()
}

async fn put(
    server: &Server,
    plan: &ChunkPlan,
    index: u64,
    body: impl AsyncRead + Send + Unpin + 'static,
) -> Result<ChunkAnswer, Error> {
    Uploader::new()
        .unwrap()
        .put_chunk(
            &server.upload_url("/upload/?upload_id=1&upload_token=a%2Fb"),
            plan,
            &plan.chunk(index).unwrap(),
            VideoType::Mp4,
            body,
            |_| {},
        )
        .await
}

#[tokio::test]
async fn all_chunks_arrive_in_order_with_the_documented_headers() {
    let video = video(64_000_001);
    let plan = ChunkPlan::new(video.len() as u64).unwrap();
    let mut script: Vec<Response<Body>> = (1..plan.count())
        .map(|n| {
            with_header(
                206,
                "content-range",
                &format!("bytes 0-{}/64000001", n * 10_000_000),
            )
        })
        .collect();
    script.push(plain(201, ""));
    let server = Server::start(script).await;
    let uploader = Uploader::new().unwrap();
    let target = "/upload/?upload_id=1&upload_token=a%2Fb%2f~+=&&x";
    let url = server.upload_url(target);
    for chunk in plan.chunks() {
        let reported = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&reported);
        // The reader continues beyond the chunk, like an open file.
        let body = io::Cursor::new(video[usize::try_from(chunk.first).unwrap()..].to_vec());
        let answer = uploader
            .put_chunk(
                &url,
                &plan,
                &chunk,
                VideoType::QuickTime,
                body,
                move |sent| {
                    sink.lock().push(sent);
                },
            )
            .await
            .unwrap();
        let expected = if chunk.index + 1 == plan.count() {
            ChunkAnswer::Complete
        } else {
            ChunkAnswer::Accepted {
                uploaded: Some(chunk.last + 1),
            }
        };
        assert_eq!(answer, expected);
        let reported = reported.lock();
        assert!(reported.is_sorted() && reported.len() > 10, "{reported:?}");
        assert_eq!(reported.last(), Some(&chunk.len()));
    }

    let seen = server.seen();
    assert_eq!(seen.len(), 6);
    for (request, chunk) in seen.iter().zip(plan.chunks()) {
        assert_eq!(request.method, "PUT");
        assert_eq!(request.target, target, "sent byte for byte");
        assert_eq!(request.header("content-type"), Some("video/quicktime"));
        assert_eq!(
            request.header("content-length"),
            Some(chunk.len().to_string().as_str())
        );
        assert_eq!(
            request.header("content-range"),
            Some(format!("bytes {}-{}/64000001", chunk.first, chunk.last).as_str())
        );
        for name in [
            "transfer-encoding",
            "authorization",
            "cookie",
            "referer",
            "expect",
        ] {
            assert_eq!(request.header(name), None, "{name}");
        }
    }
    let arrived: Vec<u8> = seen
        .iter()
        .flat_map(|request| request.body.to_vec())
        .collect();
    assert!(arrived == video, "the bytes differ");
}

#[tokio::test]
async fn every_chunk_answer_is_parsed() {
    let plan = ChunkPlan::new(70_000_000).unwrap();
    let range = |http, value: &str| with_header(http, "content-range", value);
    let accepted = |uploaded| ChunkAnswer::Accepted { uploaded };
    let out_of_step = |uploaded| ChunkAnswer::OutOfStep { uploaded };
    for (answer, expected) in [
        (plain(206, ""), accepted(None)),
        (
            range(206, "bytes 0-9999999/70000000"),
            accepted(Some(9_999_999)),
        ),
        (range(206, "bytes 0-10/99"), accepted(None)),
        (plain(200, "{}"), accepted(None)),
        (plain(204, ""), accepted(None)),
        (plain(201, "anything"), ChunkAnswer::Complete),
        (
            range(416, "bytes 0-20000000/70000000"),
            out_of_step(Some(20_000_000)),
        ),
        (plain(416, ""), out_of_step(None)),
        (plain(403, "{\"a\":1}"), ChunkAnswer::AddressDead),
        (plain(404, ""), ChunkAnswer::AddressDead),
    ] {
        let server = Server::start([answer]).await;
        let got = put(&server, &plan, 0, tokio::io::repeat(1)).await.unwrap();
        assert_eq!(got, expected);
    }
}

#[tokio::test]
async fn chunk_refusals_state_their_retry() {
    let plan = ChunkPlan::new(5).unwrap();
    for (answer, retry) in [
        (plain(400, ""), Retry::Never),
        (plain(411, ""), Retry::Never),
        (with_header(307, "location", "/elsewhere"), Retry::Never),
        (plain(500, ""), Retry::Backoff),
        (plain(502, "<html>"), Retry::Backoff),
        (plain(408, ""), Retry::Backoff),
        (
            with_header(429, "retry-after", "9"),
            Retry::After(Duration::from_secs(9)),
        ),
    ] {
        let http = answer.status().as_u16();
        let server = Server::start([answer]).await;
        let error = put(&server, &plan, 0, &b"video"[..]).await.unwrap_err();
        assert_eq!(error.meaning().retry, retry, "{http}");
        match error {
            Error::Transfer { http: got } => assert!(got == http && http < 500),
            Error::Server { http: got, .. } => assert_eq!(got, http),
            other => panic!("{other:?}"),
        }
        assert_eq!(server.seen().len(), 1, "nothing followed or repeated");
    }
}

#[tokio::test]
async fn short_file_is_not_a_network_error() {
    let plan = ChunkPlan::new(64_000_000).unwrap();
    for size in [0, 1, 1_000_000] {
        let server = Server::start([plain(201, "")]).await;
        let error = put(&server, &plan, 0, io::Cursor::new(video(size)))
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::BodyShort { expected: 64_000_000, got } if got == size as u64),
            "{error:?}"
        );
    }
}

/// A reader that fails.
struct Broken;

impl AsyncRead for Broken {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::Error::new(io::ErrorKind::PermissionDenied, "gone")))
    }
}

#[tokio::test]
async fn unreadable_file_is_not_a_network_error() {
    let plan = ChunkPlan::new(2_000_000).unwrap();
    let server = Server::start([plain(201, "")]).await;
    let body = io::Cursor::new(video(1_000_000)).chain(Broken);
    match put(&server, &plan, 0, body).await.unwrap_err() {
        Error::Body(cause) => assert_eq!(cause.kind(), io::ErrorKind::PermissionDenied),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn chunk_of_another_plan_is_refused() {
    let server = Server::start([]).await;
    let other = ChunkPlan::new(70_000_000).unwrap().chunk(3).unwrap();
    let plan = ChunkPlan::new(80_000_001).unwrap();
    let last = plan.chunk(7).unwrap();
    let uploader = Uploader::new().unwrap();
    let url = server.upload_url("/u");
    for (plan, chunk) in [
        (ChunkPlan::new(5).unwrap(), other),
        (ChunkPlan::new(80_000_000).unwrap(), last),
    ] {
        let sent = uploader
            .put_chunk(
                &url,
                &plan,
                &chunk,
                VideoType::WebM,
                tokio::io::repeat(1),
                |_| {},
            )
            .await;
        assert!(matches!(sent, Err(Error::Client { .. })), "{sent:?}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn early_refusal_is_parsed_or_interrupts() {
    let plan = ChunkPlan::new(60_000_000).unwrap();
    let server = Server::start_answering_early([with_header(
        416,
        "content-range",
        "bytes 0-10000000/60000000",
    )])
    .await;
    match put(&server, &plan, 0, tokio::io::repeat(1)).await {
        Ok(answer) => assert_eq!(
            answer,
            ChunkAnswer::OutOfStep {
                uploaded: Some(10_000_000)
            }
        ),
        Err(error) => assert!(
            matches!(
                error,
                Error::Network {
                    kind: NetworkKind::Interrupted,
                    ..
                }
            ),
            "{error:?}"
        ),
    }
}
