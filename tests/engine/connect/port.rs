//! The port that receives TikTok's answer: who can reach it, and what they can do there.

use std::fs;

use slipway_engine::views::ConnectOutcome;
use slipway_tests::stage::Stage;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{agree, begin, get, is_closed, outcome, port_of};

/// Sends a request and reads until the other side closes.
async fn say(port: u16, text: &str) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // A refused client may be cut off at any point.
    let _ = socket.write_all(text.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn request(port: u16, line: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{more}\r\n")
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn it_is_bound_to_the_loopback_alone() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let port = format!(":{:04X}", port_of(&url));
    let listening = |table: &str| -> Vec<String> {
        let table = fs::read_to_string(table).unwrap_or_default();
        table
            .lines()
            .filter_map(|line| {
                let mut fields = line.split_whitespace().skip(1);
                let (local, state) = (fields.next()?, fields.nth(1)?);
                (state == "0A" && local.ends_with(&port)).then(|| local.to_owned())
            })
            .collect()
    };
    assert_eq!(
        listening("/proc/net/tcp"),
        [format!("0100007F{port}")],
        "127.0.0.1 and nothing else"
    );
    assert!(listening("/proc/net/tcp6").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_requests_are_refused_and_end_no_attempt() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let port = port_of(&url);
    let refusal = "/callback/?error=access_denied";
    for (line, more, status) in [
        ("POST /callback/?error=x", "Content-Length: 0\r\n", "405"),
        ("HEAD /callback/?error=x", "", "405"),
        (
            "OPTIONS /callback/",
            "Origin: https://evil.example\r\n",
            "405",
        ),
        ("GET /", "", "404"),
        ("GET /callback?error=x", "", "404"),
        ("GET //callback/?error=x", "", "404"),
        ("GET /callback/../callback/?error=x", "", "404"),
        ("GET /favicon.ico", "", "404"),
        ("GET /callback/?code=c&state=wrong", "", "400"),
        ("GET /callback/?code=c&state=", "", "400"),
        ("GET /callback/?error=x&state=wrong", "", "400"),
        ("GET /callback/?code=a&code=b", "", "400"),
        ("GET /callback/", "", "400"),
        // An image or a frame in a foreign page.
        (
            &format!("GET {refusal}"),
            "Sec-Fetch-Dest: image\r\n",
            "403",
        ),
        (
            &format!("GET {refusal}"),
            "Sec-Fetch-Dest: iframe\r\n",
            "403",
        ),
        (
            &format!("GET {refusal}"),
            "Sec-Fetch-Dest: empty\r\n",
            "403",
        ),
        ("NONSENSE", "", "400"),
    ] {
        let answer = say(port, &request(port, line, more)).await;
        let reported = answer.split(' ').nth(1).unwrap_or_default();
        assert_eq!(reported, status, "{line}: {answer}");
    }
    // A foreign page that resolves its own host name to this port.
    for host in ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1"] {
        let text = format!("GET {refusal} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert!(say(port, &text).await.contains(" 421 "), "{host}");
    }
    let nameless = say(port, &format!("GET {refusal} HTTP/1.0\r\n\r\n")).await;
    assert!(nameless.contains(" 421 "), "{nameless}");
    // Endless headers.
    let long = request(
        port,
        &format!("GET /callback/?error={}", "x".repeat(100_000)),
        "",
    );
    assert!(!say(port, &long).await.contains(" 200 "));
    let many: String = (0..200)
        .map(|number| format!("X-{number}: y\r\n"))
        .collect();
    assert!(
        !say(port, &request(port, "GET /callback/?error=x", &many))
            .await
            .contains(" 200 ")
    );

    let (status, page) = get(&agree(&url, "ada").await).await;
    assert_eq!(status, 200, "{page}");
    assert!(matches!(
        outcome(&app).await,
        ConnectOutcome::Connected { .. }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_silent_clients_block_no_one_and_end_with_the_attempt() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let port = port_of(&url);
    let callback = agree(&url, "ada").await;
    let mut slow = Vec::new();
    for number in 0..200 {
        let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)).await else {
            continue;
        };
        if number % 2 == 0 {
            let _ = socket
                .write_all(b"GET /callback/?error=x HTTP/1.1\r\nHo")
                .await;
        }
        slow.push(socket);
    }
    let (status, page) = get(&callback).await;
    assert_eq!(status, 200, "{page}");
    assert!(is_closed(port).await);
    for mut socket in slow {
        let mut rest = Vec::new();
        // Closed or reset, without an answer.
        let _ = socket.read_to_end(&mut rest).await;
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_page_is_complete_and_is_not_cached() {
    let stage = Stage::new().await;
    let app = stage.engine().await;
    let (_, url) = begin(&app).await;
    let callback = agree(&url, "ada").await;
    let target = callback
        .split_once(&format!(":{}", port_of(&url)))
        .unwrap()
        .1;
    let answer = say(
        port_of(&url),
        &request(
            port_of(&url),
            &format!("GET {target}"),
            "Sec-Fetch-Dest: document\r\n",
        ),
    )
    .await;
    let (head, page) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    for field in [
        "http/1.1 200 ok",
        "connection: close",
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "content-security-policy: default-src 'none'; style-src 'nonce-",
        "frame-ancestors 'none'",
        "x-content-type-options: nosniff",
    ] {
        assert!(head.contains(field), "{field}: {head}");
    }
    assert!(!head.contains("set-cookie"), "{head}");
    assert!(page.trim_end().ends_with("</html>"), "{page}");
    assert!(page.contains("history.replaceState"), "{page}");
    for name in ["code=", "state="] {
        let value = target
            .split(name)
            .nth(1)
            .and_then(|rest| rest.split('&').next());
        assert!(!page.contains(value.unwrap()), "{name}");
    }
}
