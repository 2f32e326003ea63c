//! Failed connections, endless answers and redirects.

use tiktok_api::{
    ChunkPlan, Endpoints, Error, NetworkKind, PublishId, Retry, TikTok, UploadUrl, Uploader,
    VideoType,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::server::{Server, plain, secret, with_header};

fn kind(error: &Error) -> NetworkKind {
    match error {
        Error::Network { kind, .. } => *kind,
        other => panic!("{other:?}"),
    }
}

/// Starts a server that reads the head of one request, writes `answer` and closes the connection.
async fn closes_after(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await;
        socket.write_all(answer.as_bytes()).await.unwrap();
    });
    origin
}

/// An origin without a listener.
async fn unused_origin() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn client(origin: &str) -> TikTok {
    TikTok::new(Endpoints::new(origin, origin).unwrap()).unwrap()
}

#[tokio::test]
async fn failed_connect_differs_from_a_broken_connection() {
    let id = PublishId::from("p");
    for (origin, expected) in [
        (unused_origin().await, NetworkKind::Connect),
        (closes_after("").await, NetworkKind::Interrupted),
        (
            closes_after("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"data\"").await,
            NetworkKind::Interrupted,
        ),
    ] {
        let error = client(&origin)
            .status(&secret("act.one"), &id)
            .await
            .unwrap_err();
        assert_eq!(kind(&error), expected, "{error:?}");
        assert_eq!(error.meaning().retry, Retry::Backoff);
        assert!(std::error::Error::source(&error).is_some());
        assert!(!format!("{error} {error:?}").contains("status/fetch"));
    }
}

#[tokio::test]
async fn upload_without_a_listener_is_a_failed_connect() {
    let origin = unused_origin().await;
    let endpoints = Endpoints::new(&origin, &origin).unwrap();
    let url = UploadUrl::parse(&format!("{origin}/up/?upload_token=hush"), &endpoints).unwrap();
    let plan = ChunkPlan::new(5).unwrap();
    let error = Uploader::new()
        .unwrap()
        .put_chunk(
            &url,
            &plan,
            &plan.chunk(0).unwrap(),
            VideoType::Mp4,
            &b"video"[..],
            |_| {},
        )
        .await
        .unwrap_err();
    assert_eq!(kind(&error), NetworkKind::Connect);
    assert!(!format!("{error} {error:?}").contains("hush"));
}

#[tokio::test]
async fn redirects_and_huge_answers_are_refused() {
    let huge = format!("{{\"data\":\"{}\"}}", "x".repeat(1024 * 1024));
    let server = Server::start([
        with_header(307, "location", "/elsewhere"),
        plain(200, &huge),
    ])
    .await;
    let tiktok = server.tiktok();
    for http in [307, 200] {
        let error = tiktok.creator_info(&secret("act.one")).await.unwrap_err();
        assert!(
            matches!(error, Error::Malformed { http: got, .. } if got == http),
            "{error:?}"
        );
    }
    assert_eq!(server.seen().len(), 2);
}
