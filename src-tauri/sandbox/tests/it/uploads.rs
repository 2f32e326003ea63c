//! Chunks: headers, order, exact sizes, cuts, repeats, expiry.

use std::time::Duration;

use tiktok_sandbox::{Outcome, RepeatedChunk, UploadedRange};

use crate::stage::{Answer, Stage, sha256, source, video};

const SIZE: usize = 11_000_000;
const CHUNK: usize = 5_000_000;

fn progress(answer: &Answer) -> (u16, Option<&str>) {
    (answer.status.as_u16(), answer.header("content-range"))
}

#[tokio::test]
async fn chunks_in_order_make_the_video() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let bytes = video(SIZE, 30);
    let upload = stage.init(&ada, SIZE as u64).await;
    let first = stage
        .send(stage.chunk(&upload.url, 0, SIZE as u64, bytes[..CHUNK].to_vec()))
        .await;
    assert_eq!(progress(&first), (206, Some("bytes 0-5000000/11000000")));
    assert_eq!(
        stage.status(&ada, &upload.publish_id).await["uploaded_bytes"],
        5_000_000
    );
    let last = stage
        .send(stage.chunk(
            &upload.url,
            CHUNK as u64,
            SIZE as u64,
            bytes[CHUNK..].to_vec(),
        ))
        .await;
    assert_eq!(progress(&last), (201, Some("bytes 0-11000000/11000000")));
    let publish = &stage.sandbox.publishes()[0];
    assert_eq!(publish.sha256.as_deref(), Some(sha256(&bytes).as_str()));
    assert_eq!(publish.media_type.as_deref(), Some("video/mp4"));
}

#[tokio::test]
async fn malformed_chunks_are_refused_and_change_nothing() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let upload = stage.init(&ada, 1000).await;
    let bytes = video(1000, 30);
    let request = |content_type: &str, range: &str, body: &[u8]| {
        let request = stage.http.put(&upload.url).body(body.to_vec());
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
        let answer = stage.send(request).await;
        assert_eq!(answer.status, status, "{what}");
        assert_eq!(
            stage.status(&ada, &upload.publish_id).await["uploaded_bytes"],
            0,
            "{what}"
        );
    }
    let stream = reqwest::Body::wrap_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(
        bytes.clone(),
    )]));
    let chunked = stage
        .http
        .put(&upload.url)
        .header("content-type", "video/mp4")
        .header("content-range", whole);
    assert_eq!(stage.send(chunked.body(stream)).await.status, 411);
    assert_eq!(
        stage
            .send(stage.http.post(&upload.url).body(bytes.clone()))
            .await
            .status,
        405
    );
    assert_eq!(
        stage
            .send(stage.chunk(&upload.url, 0, 1000, bytes))
            .await
            .status,
        201,
        "and none of it did harm"
    );
}

#[tokio::test]
async fn the_address_must_be_used_as_it_came() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let upload = stage.init(&ada, 100).await;
    let (path, query) = upload.url.split_once('?').unwrap();
    for url in [
        path.to_owned(),
        format!("{path}?"),
        format!("{}&x=1", upload.url),
        upload.url.replace("%7E", "~"),
        upload.url.replace("%3d", "%3D"),
        format!("{}/upload/0000000000000000?{query}", stage.sandbox.url()),
    ] {
        assert_eq!(
            stage
                .send(stage.chunk(&url, 0, 100, video(100, 1)))
                .await
                .status,
            404,
            "{url}"
        );
    }
}

#[tokio::test]
async fn chunks_out_of_step_learn_the_real_progress() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let total = 16_000_000;
    let bytes = video(total, 30);
    let upload = stage.init(&ada, total as u64).await;
    let send = |first: usize, end: usize| {
        stage.send(stage.chunk(
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
        "the size is off"
    );
    stage.change_options(|options| {
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
        "a part of a chunk is no repetition"
    );
    assert_eq!(send(CHUNK, 2 * CHUNK).await.status, 206);
    assert_eq!(
        progress(&send(2 * CHUNK, total).await),
        (201, Some("bytes 0-15999999/16000000"))
    );
    assert_eq!(
        send(2 * CHUNK, total).await.status,
        201,
        "repeated, all is there"
    );
    stage.change_options(|options| options.repeated_chunk = RepeatedChunk::OutOfStep);
    assert_eq!(
        progress(&send(0, CHUNK).await),
        (416, Some("bytes 0-15999999/16000000"))
    );
    assert_eq!(
        stage.sandbox.publishes()[0].sha256.as_deref(),
        Some(sha256(&bytes).as_str())
    );
}

#[tokio::test]
async fn an_address_lives_one_hour() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let bytes = video(SIZE, 30);
    let upload = stage.init(&ada, SIZE as u64).await;
    let send = |first: usize, end: usize| {
        stage.send(stage.chunk(
            &upload.url,
            first as u64,
            SIZE as u64,
            bytes[first..end].to_vec(),
        ))
    };
    stage.advance(Duration::from_hours(1) - Duration::from_secs(1));
    assert_eq!(send(0, CHUNK).await.status, 206);
    stage.advance(Duration::from_secs(1));
    assert_eq!(send(CHUNK, SIZE).await.status, 403);
    let status = stage.status(&ada, &upload.publish_id).await;
    assert_eq!(
        (status["status"].as_str(), status["uploaded_bytes"].as_u64()),
        (Some("PROCESSING_UPLOAD"), Some(5_000_000))
    );
}

#[tokio::test]
async fn a_chunk_that_the_client_breaks_off_counts_for_nothing() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let bytes = video(SIZE, 30);
    let upload = stage.init(&ada, SIZE as u64).await;
    let address = stage.sandbox.url().replace("http://", "");
    let path = upload.url.split_once(&address).unwrap().1;
    let mut socket = tokio::net::TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: video/mp4\r\nContent-Length: {CHUNK}\r\n\
         Content-Range: bytes 0-{}/{SIZE}\r\n\r\n",
        CHUNK - 1
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&vec![9; 3_000_000]).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = Vec::new();
    // The server may end the connection either way; it must not answer.
    let _ = socket.read_to_end(&mut answer).await;
    assert_eq!(answer, b"");
    assert_eq!(
        stage.status(&ada, &upload.publish_id).await["uploaded_bytes"],
        0
    );
    stage.send_video(&upload.url, &bytes).await;
    assert_eq!(
        stage.sandbox.publishes()[0].sha256.as_deref(),
        Some(sha256(&bytes).as_str())
    );
    let broken = stage
        .sandbox
        .requests()
        .into_iter()
        .find(|request| request.outcome == Outcome::ClientGone)
        .unwrap();
    assert_eq!((broken.status, broken.bytes_received), (None, 3_000_000));
}

#[tokio::test]
async fn a_new_request_for_the_chunk_takes_over_from_one_that_hangs() {
    use tokio::io::AsyncWriteExt;
    let stage = Stage::new().await;
    let ada = stage.login("ada").await.access;
    let bytes = video(1000, 30);
    let upload = stage.init(&ada, 1000).await;
    let address = stage.sandbox.url().replace("http://", "");
    let path = upload.url.split_once(&address).unwrap().1;
    let mut socket = tokio::net::TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: video/mp4\r\nContent-Length: 1000\r\n\
         Content-Range: bytes 0-999/1000\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&[9; 400]).await.unwrap();
    let seen = async {
        while !stage
            .sandbox
            .requests()
            .iter()
            .any(|request| request.bytes_received == 400)
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen)
        .await
        .unwrap();
    assert_eq!(
        stage
            .send(stage.chunk(&upload.url, 0, 1000, bytes.clone()))
            .await
            .status,
        201
    );
    assert_eq!(
        stage.sandbox.publishes()[0].sha256.as_deref(),
        Some(sha256(&bytes).as_str())
    );
    let hung = stage
        .sandbox
        .requests()
        .into_iter()
        .find(|request| request.bytes_received == 400)
        .unwrap();
    assert_eq!(hung.outcome, Outcome::NoAnswer);
}

#[tokio::test]
async fn reading_can_be_slowed_down() {
    let stage = Stage::new().await;
    stage.change_options(|options| options.upload_bytes_per_sec = Some(1_000_000));
    let ada = stage.login("ada").await.access;
    let upload = stage.init(&ada, 300_000).await;
    let start = std::time::Instant::now();
    stage.send_video(&upload.url, &video(300_000, 1)).await;
    assert!(
        start.elapsed() >= Duration::from_millis(300),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn records_hold_no_part_of_the_address() {
    let stage = Stage::new().await;
    let ada = stage.login("ada").await;
    let upload = stage.init(&ada.access, 100).await;
    stage.send_video(&upload.url, &video(100, 1)).await;
    let records = serde_json::to_string(&stage.sandbox.requests()).unwrap();
    let token = upload.url.split_once("upload_token=").unwrap().1;
    for secret in [
        token,
        &ada.access,
        &ada.refresh,
        tiktok_sandbox::DEFAULT_CLIENT_SECRET,
        crate::stage::VERIFIER,
    ] {
        assert!(!records.contains(secret), "{secret}");
    }
    let put = stage.sandbox.requests().pop().unwrap();
    assert_eq!(put.content_range.as_deref(), Some("bytes 0-99/100"));
    assert_eq!(
        (put.bytes_received, put.status, put.creator.as_deref()),
        (100, Some(201), Some("ada"))
    );
    assert_eq!((put.query, put.bearer), (None, None));
    let init = stage.sandbox.requests().into_iter().rev().nth(1).unwrap();
    assert_eq!(init.bearer, Some(tiktok_sandbox::fingerprint(&ada.access)));
    assert_eq!(init.body.unwrap()["source_info"], source(100));
}
