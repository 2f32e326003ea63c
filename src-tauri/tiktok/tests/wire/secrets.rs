//! No token, secret, code or upload address appears in any text of this crate.

use std::{io, sync::Arc};

use parking_lot::Mutex;
use serde_json::json;
use tiktok_api::{AppCredentials, Callback, ChunkPlan, Pkce, PublishId, Uploader, VideoType};
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{Server, data, plain, secret};

const SECRETS: [&str; 7] = [
    "act.SECRET1",
    "rft.SECRET2",
    "clientSECRET3",
    "codeSECRET4",
    "upload_token",
    "SECRET5",
    "verifierSECRET6verifierSECRET6verifierSECRET6",
];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn assert_clean(text: &str) {
    for word in SECRETS {
        assert!(!text.contains(word), "{word} in: {text}");
    }
}

#[tokio::test]
async fn secrets_never_appear_in_logs_debug_output_or_errors() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .init();

    // The worst case: TikTok's message repeats what it received.
    let echo = json!({
        "error": "invalid_request", "log_id": "L-oauth",
        "error_description": SECRETS[2..4].join(" ") + SECRETS[6]
    });
    let api_echo = json!({"error": {"code": "invalid_param", "message": "bad act.SECRET1"}});
    let tokens = json!({
        "access_token": "act.SECRET1", "expires_in": 7200, "refresh_token": "rft.SECRET2",
        "refresh_expires_in": 9, "open_id": "open-1", "scope": ""
    });
    let server = Server::start([]).await;
    let address = format!("{}/up/?upload_token=SECRET5", server.origin);
    let server = Server::start([
        plain(200, &tokens.to_string()),
        plain(400, &echo.to_string()),
        plain(
            400,
            &json!({"error": "invalid_grant", "error_description": "no rft.SECRET2"}).to_string(),
        ),
        plain(
            200,
            "{\"access_token\":\"act.SECRET1\",\"expires_in\":\"act.SECRET1\"}",
        ),
        data(&json!({"publish_id": "p1", "upload_url": address})),
        plain(400, &api_echo.to_string()),
        plain(502, &SECRETS.join(" ")),
        plain(416, &SECRETS.join(" ")),
        plain(400, &SECRETS.join(" ")),
    ])
    .await;
    let tiktok = server.tiktok();
    let app = AppCredentials {
        client_key: "awkey".into(),
        client_secret: secret("clientSECRET3"),
    };
    let pkce =
        Pkce::from_verifier(secret("verifierSECRET6verifierSECRET6verifierSECRET6")).unwrap();
    let (code, token) = (secret("codeSECRET4"), secret("act.SECRET1"));
    let refresh = secret("rft.SECRET2");
    let plan = ChunkPlan::new(5).unwrap();
    let redirect = "http://127.0.0.1:1/callback/";

    let mut shown = vec![format!("{app:?} {pkce:?} {tiktok:?}")];
    shown.push(format!("{:?}", Callback::parse("code=codeSECRET4&state=s")));
    let grant = tiktok.exchange_code(&app, &code, redirect, &pkce).await;
    shown.push(format!("{:?}", grant.unwrap()));
    let refused = tiktok
        .exchange_code(&app, &code, redirect, &pkce)
        .await
        .unwrap_err();
    shown.push(format!("{refused} {refused:?}"));
    for _ in 0..2 {
        let refused = tiktok.refresh(&app, &refresh).await.unwrap_err();
        shown.push(format!("{refused} {refused:?}"));
    }
    let ticket = tiktok.init_inbox(&token, &plan).await.unwrap();
    shown.push(format!("{ticket:?}"));
    for _ in 0..2 {
        let refused = tiktok
            .status(&token, &PublishId::from("p1"))
            .await
            .unwrap_err();
        shown.push(format!("{refused} {refused:?}"));
    }
    let uploader = Uploader::new().unwrap();
    // The ticket leads to the first server, which answers 599. The other address leads to the rest of the script.
    for url in [
        &ticket.upload_url,
        &server.upload_url("/up/?upload_token=SECRET5"),
    ] {
        for _ in 0..2 {
            let answer = uploader
                .put_chunk(
                    url,
                    &plan,
                    &plan.chunk(0).unwrap(),
                    VideoType::Mp4,
                    &b"video"[..],
                    |_| {},
                )
                .await;
            shown.push(format!("{answer:?}"));
        }
    }

    let log = String::from_utf8(log.0.lock().clone()).unwrap();
    assert!(log.contains("L-oauth"), "the log id is logged: {log}");
    assert_clean(&log);
    for text in &shown {
        assert_clean(text);
    }
}
