//! Uploads that break, stall or end early.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tiktok_api::{
    ChunkAnswer, ChunkPlan, Endpoints, Error, NetworkKind, UploadUrl, Uploader, VideoType,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, ReadBuf},
    net::TcpListener,
};

#[tokio::test]
async fn connection_cut_within_a_chunk_is_interrupted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.read_exact(&mut vec![0; 3_000_000]).await.unwrap();
    });
    let error = put_raw(&origin, Uploader::new().unwrap(), tokio::io::repeat(1))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Network {
                kind: NetworkKind::Interrupted,
                ..
            }
        ),
        "{error:?}"
    );
}

async fn put_raw(
    origin: &str,
    uploader: Uploader,
    body: impl AsyncRead + Send + Unpin + 'static,
) -> Result<ChunkAnswer, Error> {
    let plan = ChunkPlan::new(60_000_000).unwrap();
    let endpoints = Endpoints::new(origin, origin).unwrap();
    let url = UploadUrl::parse(&format!("{origin}/u"), &endpoints).unwrap();
    uploader
        .put_chunk(
            &url,
            &plan,
            &plan.chunk(0).unwrap(),
            VideoType::Mp4,
            body,
            |_| {},
        )
        .await
}

/// An endless reader that counts the bytes read.
struct Counted(Arc<AtomicU64>);

impl AsyncRead for Counted {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = buffer.remaining();
        buffer.put_slice(&vec![1; room]);
        self.0.fetch_add(room as u64, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn stalled_upload_times_out_without_reading_ahead() {
    // The system's backlog accepts the connection, and the listener never reads a byte.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let read = Arc::new(AtomicU64::new(0));
    let timeout = Duration::from_millis(60);
    let uploader = Uploader::new().unwrap().with_timeouts(timeout, timeout);
    let error = put_raw(&origin, uploader, Counted(Arc::clone(&read)))
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Network {
                kind: NetworkKind::Timeout,
                ..
            }
        ),
        "{error:?}"
    );
    // The sockets of both sides buffer some megabytes; the chunk has sixty.
    let read = read.load(Ordering::Relaxed);
    assert!(read < 20_000_000, "{read} bytes were read ahead");
}

#[tokio::test]
async fn missing_answer_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        // Reads until the client closes the connection.
        tokio::io::copy(&mut socket, &mut tokio::io::sink())
            .await
            .unwrap_or_default()
    });
    let uploader = Uploader::new()
        .unwrap()
        .with_timeouts(Duration::from_mins(1), Duration::from_millis(60));
    let endpoints = Endpoints::new(&origin, &origin).unwrap();
    let url = UploadUrl::parse(&format!("{origin}/u"), &endpoints).unwrap();
    let plan = ChunkPlan::new(5).unwrap();
    // The progress timeout must not apply once the last piece was sent.
    let error = tokio::time::timeout(
        Duration::from_secs(20),
        uploader.put_chunk(
            &url,
            &plan,
            &plan.chunk(0).unwrap(),
            VideoType::Mp4,
            &b"video"[..],
            |_| {},
        ),
    )
    .await
    .expect("the answer times out long before the progress timeout")
    .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Network {
                kind: NetworkKind::Timeout,
                ..
            }
        ),
        "{error:?}"
    );
    drop(uploader);
    assert!(server.await.unwrap() > 5);
}

#[tokio::test]
async fn answer_before_the_last_byte_is_an_interruption() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await;
        socket
            .write_all(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 0\r\n\r\n")
            .await
            .unwrap();
        let _ = tokio::io::copy(&mut socket, &mut tokio::io::sink()).await;
    });
    // The file stalls after its first bytes, so that the chunk cannot be complete.
    let (mut file, body) = tokio::io::duplex(1024);
    file.write_all(b"some").await.unwrap();
    let error = put_raw(&origin, Uploader::new().unwrap(), body)
        .await
        .unwrap_err();
    drop(file);
    assert!(
        matches!(
            error,
            Error::Network {
                kind: NetworkKind::Interrupted,
                ..
            }
        ),
        "{error:?}"
    );
}

/// A reader that yields small pieces with a pause before each, like one with a bandwidth limit.
fn dribble(pieces: u32, pause: Duration) -> impl AsyncRead + Send + Unpin + 'static {
    let pieces = futures_util::stream::unfold(pieces, move |left| async move {
        let left = left.checked_sub(1)?;
        tokio::time::sleep(pause).await;
        Some((io::Result::Ok(&b"0123456789"[..]), left))
    });
    tokio_util::io::StreamReader::new(Box::pin(pieces))
}

#[tokio::test]
async fn steady_progress_keeps_a_slow_chunk_alive() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (mut request, mut piece) = (Vec::new(), [0; 1024]);
        while !request.ends_with(&b"0123456789".repeat(30)) {
            let read = socket.read(&mut piece).await.unwrap();
            assert!(read > 0, "the client gave up");
            request.extend_from_slice(&piece[..read]);
        }
        let answer = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n";
        socket.write_all(answer).await.unwrap();
    });
    let timeout = Duration::from_secs(1);
    let uploader = Uploader::new().unwrap().with_timeouts(timeout, timeout);
    let endpoints = Endpoints::new(&origin, &origin).unwrap();
    let url = UploadUrl::parse(&format!("{origin}/u"), &endpoints).unwrap();
    let plan = ChunkPlan::new(300).unwrap();
    let chunk = plan.chunk(0).unwrap();
    let started = std::time::Instant::now();
    let body = dribble(30, Duration::from_millis(50));
    let answer = uploader
        .put_chunk(&url, &plan, &chunk, VideoType::Mp4, body, |_| {})
        .await
        .unwrap();
    assert_eq!(answer, ChunkAnswer::Complete);
    assert!(
        started.elapsed() > timeout,
        "the upload must take longer than the timeout"
    );
    server.await.unwrap();
}
