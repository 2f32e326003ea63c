//! The preview server, tested over real connections.

use std::collections::HashMap;

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

const ORIGIN: &str = "tauri://localhost";

#[derive(Clone)]
struct Videos(Arc<HashMap<&'static str, Video>>);

impl VideoSource for Videos {
    async fn video(&self, id: &str) -> Option<Video> {
        self.0.get(id).cloned()
    }
}

struct Bench {
    server: MediaServer,
    _folder: TempDir,
}

async fn start() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, container: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, "0123456789").unwrap();
        Video {
            path,
            container: container.to_owned(),
        }
    };
    let mut gone = put("gone.mp4", "MP4");
    gone.path.set_extension("moved");
    let videos = HashMap::from([
        ("one", put("one with a lie.txt", "MP4")),
        ("two", put("two.mov", "MOV")),
        ("gone", gone),
    ]);
    let origin = HeaderValue::from_static(ORIGIN);
    Bench {
        server: MediaServer::start(Videos(Arc::new(videos)), origin)
            .await
            .unwrap(),
        _folder: folder,
    }
}

impl Bench {
    fn path(&self, id: &str) -> String {
        let url = url::Url::parse(&self.server.url(id)).unwrap();
        assert_eq!(url.host_str(), Some("127.0.0.1"));
        url.path().to_owned()
    }

    /// Sends a raw request and returns the whole response, with its head in lower case.
    async fn ask(
        &self,
        method: &str,
        path: &str,
        host: Option<&str>,
        headers: &str,
    ) -> (String, String) {
        let host = host.map_or_else(|| self.server.address.to_string(), str::to_owned);
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n"
        );
        let mut stream = TcpStream::connect(self.server.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }

    async fn status(&self, method: &str, path: &str, host: Option<&str>, headers: &str) -> u16 {
        let (head, _) = self.ask(method, path, host, headers).await;
        head.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

#[tokio::test]
async fn a_video_is_served_whole_with_its_type_to_the_window_only() {
    let bench = start().await;
    let (head, body) = bench
        .ask(
            "GET",
            &bench.path("one"),
            None,
            "Origin: tauri://localhost\r\n",
        )
        .await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert_eq!(body, "0123456789");
    for line in [
        "content-type: video/mp4",
        "accept-ranges: bytes",
        "access-control-allow-origin: tauri://localhost",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
    ] {
        assert!(
            head.lines().any(|found| found == line),
            "{line} is not in {head}"
        );
    }
    let (head, _) = bench.ask("GET", &bench.path("two"), None, "").await;
    assert!(head.contains("content-type: video/quicktime"), "{head}");
}

#[tokio::test]
async fn parts_are_served_by_range() {
    let bench = start().await;
    let (head, body) = bench
        .ask("GET", &bench.path("one"), None, "Range: bytes=2-4\r\n")
        .await;
    assert!(head.starts_with("http/1.1 206"), "{head}");
    assert!(head.contains("content-range: bytes 2-4/10"), "{head}");
    assert_eq!(body, "234");
    let (_, tail) = bench
        .ask("GET", &bench.path("one"), None, "Range: bytes=7-\r\n")
        .await;
    assert_eq!(tail, "789");
    assert_eq!(
        bench
            .status("GET", &bench.path("one"), None, "Range: bytes=99-\r\n")
            .await,
        416
    );
    let (head, body) = bench.ask("HEAD", &bench.path("one"), None, "").await;
    assert!(
        head.contains("content-length: 10") && body.is_empty(),
        "{head}"
    );
}

#[tokio::test]
async fn requests_without_the_token_are_rejected() {
    let bench = start().await;
    let (token, _) = bench.path("one")[1..]
        .split_once('/')
        .map(|(t, i)| (t.to_owned(), i.to_owned()))
        .unwrap();
    assert_eq!(token.len(), 32);
    for path in [
        "/",
        "/one",
        "/x/one",
        &format!("/{token}x/one"),
        &format!("/{}/one", &token[1..]),
    ] {
        assert_eq!(bench.status("GET", path, None, "").await, 404, "{path}");
    }
    let other = start().await;
    assert_ne!(other.path("one"), bench.path("one"));
}

#[tokio::test]
async fn only_videos_of_the_queue_are_served() {
    let bench = start().await;
    for id in [
        "three",
        "gone",
        "../one",
        "/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "",
    ] {
        assert_eq!(
            bench.status("GET", &bench.path(id), None, "").await,
            404,
            "{id}"
        );
    }
}

#[tokio::test]
async fn foreign_pages_and_rebound_names_are_rejected() {
    let bench = start().await;
    let path = bench.path("one");
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(
            bench
                .status("GET", &path, None, &format!("Origin: {origin}\r\n"))
                .await,
            403,
            "{origin}"
        );
    }
    let port = bench.server.address.port();
    for host in [
        format!("evil.example:{port}"),
        format!("localhost:{port}"),
        "127.0.0.1".to_owned(),
    ] {
        assert_eq!(
            bench.status("GET", &path, Some(&host), "").await,
            403,
            "{host}"
        );
    }
    assert_eq!(
        bench
            .status("POST", &path, None, "Content-Length: 0\r\n")
            .await,
        405
    );
}
