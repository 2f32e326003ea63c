//! Tests of chunk uploads.

use std::time::Duration;

use tiktok_sandbox::{Outcome, RepeatedChunk, UploadedRange};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{Harness, Response, sha256, source, video};

const SIZE: usize = 11_000_000;
const CHUNK: usize = 5_000_000;

fn progress(response: &Response) -> (u16, Option<&str>) {
    (response.status.as_u16(), response.header("content-range"))
}

#[tokio::test]
async fn chunks_in_order_complete_the_video() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let bytes = video(SIZE, 30);
    let upload = harness.init(&ada, SIZE as u64).await;
    let first = harness
        .send(harness.chunk(&upload.url, 0, SIZE as u64, bytes[..CHUNK].to_vec()))
        .await;
    assert_eq!(progress(&first), (206, Some("bytes 0-5000000/11000000")));
    assert_eq!(
        harness.status(&ada, &upload.publish_id).await["uploaded_bytes"],
        5_000_000
    );
    let last = harness
        .send(harness.chunk(
            &upload.url,
            CHUNK as u64,
            SIZE as u64,
            bytes[CHUNK..].to_vec(),
        ))
        .await;
    assert_eq!(progress(&last), (201, Some("bytes 0-11000000/11000000")));
    let publish = &harness.sandbox.publishes()[0];
    assert_eq!(publish.sha256.as_deref(), Some(sha256(&bytes).as_str()));
    assert_eq!(publish.media_type.as_deref(), Some("video/mp4"));
}

#[tokio::test]
async fn malformed_chunks_are_refused_without_effect() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let upload = harness.init(&ada, 1000).await;
    let bytes = video(1000, 30);
    let request = |content_type: &str, range: &str, body: &[u8]| {
        let request = harness.http.put(&upload.url).body(body.to_vec());
        let request = if content_type.is_empty() {
            request
        } else {
            request.header("content-type", content_type)
        };
        if range.is_empty() {
            request
        } else {
            request.header("content-range", range)
        }
    };
    let whole = "bytes 0-999/1000";
    for (what, request, status) in [
        ("no type", request("", whole, &bytes), 400),
        (
            "wrong type",
            request("application/octet-stream", whole, &bytes),
            400,
        ),
        (
            "other video",
            request("video/x-matroska", whole, &bytes),
            400,
        ),
        (
            "type with more",
            request("video/mp4; codecs=avc1", whole, &bytes),
            400,
        ),
        ("no range", request("video/mp4", "", &bytes), 400),
        (
            "range of a request",
            request("video/mp4", "bytes=0-999", &bytes),
            400,
        ),
        (
            "open range",
            request("video/mp4", "bytes 0-/1000", &bytes),
            400,
        ),
        (
            "unknown total",
            request("video/mp4", "bytes 0-999/*", &bytes),
            400,
        ),
        (
            "beyond the end",
            request("video/mp4", "bytes 0-1000/1000", &bytes),
            400,
        ),
        (
            "other total",
            request("video/mp4", "bytes 0-999/1001", &bytes),
            400,
        ),
        (
            "shorter body",
            request("video/mp4", whole, &bytes[..999]),
            400,
        ),
        (
            "half a chunk",
            request("video/mp4", "bytes 0-499/1000", &bytes[..500]),
            400,
        ),
        (
            "later part",
            request("video/mp4", "bytes 500-999/1000", &bytes[500..]),
            416,
        ),
        (
            "a token",
            request("video/mp4", whole, &bytes).bearer_auth(&ada),
            400,
        ),
        (
            "compressed",
            request("video/mp4", whole, &bytes).header("content-encoding", "gzip"),
            400,
        ),
    ] {
        let response = harness.send(request).await;
        assert_eq!(response.status, status, "{what}");
        assert_eq!(
            harness.status(&ada, &upload.publish_id).await["uploaded_bytes"],
            0,
            "{what}"
        );
    }
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(
        bytes.clone(),
    )]));
    let chunked = harness
        .http
        .put(&upload.url)
        .header("content-type", "video/mp4")
        .header("content-range", whole);
    assert_eq!(harness.send(chunked.body(stream)).await.status, 411);
    assert_eq!(
        harness
            .send(harness.http.post(&upload.url).body(bytes.clone()))
            .await
            .status,
        405
    );
    assert_eq!(
        harness
            .send(harness.chunk(&upload.url, 0, 1000, bytes))
            .await
            .status,
        201,
        "the refused chunks have no effect"
    );
}

#[tokio::test]
async fn a_changed_upload_address_is_refused() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let upload = harness.init(&ada, 100).await;
    let (path, query) = upload.url.split_once('?').unwrap();
    for url in [
        path.to_owned(),
        format!("{path}?"),
        format!("{}&x=1", upload.url),
        upload.url.replace("%7E", "~"),
        upload.url.replace("%3d", "%3D"),
        format!("{}/upload/0000000000000000?{query}", harness.sandbox.url()),
    ] {
        assert_eq!(
            harness
                .send(harness.chunk(&url, 0, 100, video(100, 1)))
                .await
                .status,
            404,
            "{url}"
        );
    }
}

#[tokio::test]
async fn chunks_out_of_order_receive_the_current_progress() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let total = 16_000_000;
    let bytes = video(total, 30);
    let upload = harness.init(&ada, total as u64).await;
    let send = |first: usize, end: usize| {
        harness.send(harness.chunk(
            &upload.url,
            first as u64,
            total as u64,
            bytes[first..end].to_vec(),
        ))
    };
    assert_eq!(
        progress(&send(CHUNK, 2 * CHUNK).await),
        (416, Some("bytes 0-0/16000000"))
    );
    assert_eq!(send(0, CHUNK).await.status, 206);
    assert_eq!(
        progress(&send(0, CHUNK).await),
        (416, Some("bytes 0-5000000/16000000"))
    );
    assert_eq!(
        progress(&send(2 * CHUNK, total).await),
        (416, Some("bytes 0-5000000/16000000"))
    );
    assert_eq!(
        send(CHUNK, 2 * CHUNK + 1).await.status,
        400,
        "the chunk has the wrong size"
    );
    harness.change_options(|options| {
        options.repeated_chunk = RepeatedChunk::Accepted;
        options.uploaded_range = UploadedRange::LastIndex;
    });
    assert_eq!(
        progress(&send(0, CHUNK).await),
        (206, Some("bytes 0-4999999/16000000"))
    );
    assert_eq!(
        send(1, CHUNK).await.status,
        416,
        "a part of a chunk is not a repeated chunk"
    );
    assert_eq!(send(CHUNK, 2 * CHUNK).await.status, 206);
    assert_eq!(
        progress(&send(2 * CHUNK, total).await),
        (201, Some("bytes 0-15999999/16000000"))
    );
    assert_eq!(
        send(2 * CHUNK, total).await.status,
        201,
        "the repeated last chunk"
    );
    harness.change_options(|options| options.repeated_chunk = RepeatedChunk::OutOfStep);
    assert_eq!(
        progress(&send(0, CHUNK).await),
        (416, Some("bytes 0-15999999/16000000"))
    );
    assert_eq!(
        harness.sandbox.publishes()[0].sha256.as_deref(),
        Some(sha256(&bytes).as_str())
    );
}

#[tokio::test]
async fn an_upload_address_expires_after_one_hour() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let bytes = video(SIZE, 30);
    let upload = harness.init(&ada, SIZE as u64).await;
    let send = |first: usize, end: usize| {
        harness.send(harness.chunk(
            &upload.url,
            first as u64,
            SIZE as u64,
            bytes[first..end].to_vec(),
        ))
    };
    harness.advance(Duration::from_hours(1) - Duration::from_secs(1));
    assert_eq!(send(0, CHUNK).await.status, 206);
    harness.advance(Duration::from_secs(1));
    assert_eq!(send(CHUNK, SIZE).await.status, 403);
    let status = harness.status(&ada, &upload.publish_id).await;
    assert_eq!(
        (status["status"].as_str(), status["uploaded_bytes"].as_u64()),
        (Some("PROCESSING_UPLOAD"), Some(5_000_000))
    );
}

#[tokio::test]
async fn an_interrupted_chunk_is_not_committed() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let bytes = video(SIZE, 30);
    let upload = harness.init(&ada, SIZE as u64).await;
    let mut socket = harness
        .begin_chunk(&upload.url, CHUNK, SIZE, &vec![9; 3_000_000])
        .await;
    socket.shutdown().await.unwrap();
    let mut response = Vec::new();
    // The server may end the connection either way; it must not response.
    let _ = socket.read_to_end(&mut response).await;
    assert_eq!(response, b"");
    assert_eq!(
        harness.status(&ada, &upload.publish_id).await["uploaded_bytes"],
        0
    );
    harness.send_video(&upload.url, &bytes).await;
    assert_eq!(
        harness.sandbox.publishes()[0].sha256.as_deref(),
        Some(sha256(&bytes).as_str())
    );
    let broken = harness
        .sandbox
        .requests()
        .into_iter()
        .find(|request| request.outcome == Outcome::ClientGone)
        .unwrap();
    assert_eq!((broken.status, broken.bytes_received), (None, 3_000_000));
}

#[tokio::test]
async fn a_new_request_for_a_chunk_replaces_a_hanging_one() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await.access;
    let bytes = video(1000, 30);
    let upload = harness.init(&ada, 1000).await;
    let _socket = harness
        .begin_chunk(&upload.url, 1000, 1000, &[9; 400])
        .await;
    harness
        .wait_until(|sandbox| {
            let requests = sandbox.requests();
            requests.iter().any(|request| request.bytes_received == 400)
        })
        .await;
    assert_eq!(
        harness
            .send(harness.chunk(&upload.url, 0, 1000, bytes.clone()))
            .await
            .status,
        201
    );
    assert_eq!(
        harness.sandbox.publishes()[0].sha256.as_deref(),
        Some(sha256(&bytes).as_str())
    );
    let hung = harness
        .sandbox
        .requests()
        .into_iter()
        .find(|request| request.bytes_received == 400)
        .unwrap();
    assert_eq!(hung.outcome, Outcome::NoAnswer);
}

#[tokio::test]
async fn the_upload_speed_can_be_limited() {
    let harness = Harness::new().await;
    harness.change_options(|options| options.upload_bytes_per_sec = Some(1_000_000));
    let ada = harness.login("ada").await.access;
    let upload = harness.init(&ada, 300_000).await;
    let start = std::time::Instant::now();
    harness.send_video(&upload.url, &video(300_000, 1)).await;
    assert!(
        start.elapsed() >= Duration::from_millis(300),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn recorded_requests_contain_no_secrets() {
    let harness = Harness::new().await;
    let ada = harness.login("ada").await;
    let upload = harness.init(&ada.access, 100).await;
    harness.send_video(&upload.url, &video(100, 1)).await;
    let records = serde_json::to_string(&harness.sandbox.requests()).unwrap();
    let token = upload.url.split_once("upload_token=").unwrap().1;
    for secret in [
        token,
        &ada.access,
        &ada.refresh,
        tiktok_sandbox::DEFAULT_CLIENT_SECRET,
        crate::harness::VERIFIER,
    ] {
        assert!(!records.contains(secret), "{secret}");
    }
    let put = harness.sandbox.requests().pop().unwrap();
    assert_eq!(put.content_range.as_deref(), Some("bytes 0-99/100"));
    assert_eq!(
        (put.bytes_received, put.status, put.creator.as_deref()),
        (100, Some(201), Some("ada"))
    );
    assert_eq!((put.query, put.bearer), (None, None));
    let init = harness.sandbox.requests().into_iter().rev().nth(1).unwrap();
    assert_eq!(init.bearer, Some(tiktok_sandbox::fingerprint(&ada.access)));
    assert_eq!(init.body.unwrap()["source_info"], source(100));
}
