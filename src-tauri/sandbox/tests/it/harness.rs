//! A sandbox with a manual clock, and a client with a method for each endpoint.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::Mutex;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tiktok_sandbox::{
    Clock, DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET, Options, Sandbox, SandboxConfig,
};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
pub const REDIRECT: &str = "http://127.0.0.1:3455/callback/";
pub const ALL_SCOPES: &str =
    "user.info.basic,user.info.profile,user.info.stats,video.list,video.publish,video.upload";

pub const TOKEN: &str = "/v2/oauth/token/";
pub const REVOKE: &str = "/v2/oauth/revoke/";
pub const CREATOR_INFO: &str = "/v2/post/publish/creator_info/query/";
pub const INIT: &str = "/v2/post/publish/video/init/";
pub const INBOX: &str = "/v2/post/publish/inbox/video/init/";
pub const STATUS: &str = "/v2/post/publish/status/fetch/";
pub const CANCEL: &str = "/v2/post/publish/cancel/";

pub struct Harness {
    pub sandbox: Sandbox,
    pub http: Client,
    now: Arc<Mutex<SystemTime>>,
}

/// A response with its complete body.
#[derive(Debug)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Returns the HTTP status and `error.code`.
    pub fn code(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["error"]["code"]
                .as_str()
                .unwrap_or("-")
                .to_owned(),
        )
    }

    /// Returns the HTTP status and the flat `error` of the OAuth endpoints.
    pub fn oauth(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["error"].as_str().unwrap_or("-").to_owned(),
        )
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Returns the parameters of the callback address in the redirect.
    pub fn callback(&self) -> HashMap<String, String> {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        let address = self.header("location").unwrap();
        let query = address
            .strip_prefix(REDIRECT)
            .unwrap()
            .strip_prefix('?')
            .unwrap();
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }
}

pub struct Login {
    pub access: String,
    pub refresh: String,
    pub open_id: String,
}

pub struct Upload {
    pub publish_id: String,
    pub url: String,
}

impl Harness {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        Self::start(options, None).await
    }

    pub async fn start(options: Options, data_dir: Option<&Path>) -> Self {
        let now = Arc::new(Mutex::new(
            SystemTime::UNIX_EPOCH + Duration::from_hours(500_000),
        ));
        Self::at(now, options, data_dir).await
    }

    pub async fn at(
        now: Arc<Mutex<SystemTime>>,
        options: Options,
        data_dir: Option<&Path>,
    ) -> Self {
        let time = now.clone();
        let config = SandboxConfig {
            data_dir: data_dir.map(Path::to_owned),
            options,
            clock: Clock::new(move || *time.lock()),
            ..SandboxConfig::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { sandbox, http, now }
    }

    /// Returns the clock, to share it with another sandbox.
    pub fn clock(&self) -> Arc<Mutex<SystemTime>> {
        self.now.clone()
    }

    pub fn advance(&self, by: Duration) {
        *self.now.lock() += by;
    }

    pub fn change_options(&self, change: impl FnOnce(&mut Options)) {
        let mut options = self.sandbox.options();
        change(&mut options);
        self.sandbox.set_options(options);
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    pub async fn send(&self, request: RequestBuilder) -> Response {
        read(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(self.http.get(self.url(path))).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.send(self.http.post(self.url(path)).form(fields)).await
    }

    pub async fn json(&self, path: &str, token: &str, body: Value) -> Response {
        self.send(
            self.http
                .post(self.url(path))
                .bearer_auth(token)
                .json(&body),
        )
        .await
    }

    /// Returns the authorize address with some parameters replaced, or removed by `None`.
    pub fn authorize_url(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("client_key", DEFAULT_CLIENT_KEY),
            ("response_type", "code"),
            ("scope", ALL_SCOPES),
            ("redirect_uri", REDIRECT),
            ("state", "st/te +1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ] {
            if !changes.iter().any(|(changed, _)| *changed == name) {
                query.append_pair(name, value);
            }
        }
        for (name, value) in changes {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        self.url(&format!("/v2/auth/authorize/?{}", query.finish()))
    }

    /// Sends the form of the consent page.
    pub async fn consent(&self, creator: &str, scopes: &str, decision: &str) -> Response {
        let mut fields = vec![("creator", creator), ("decision", decision)];
        fields.extend(scopes.split(',').map(|scope| ("scope", scope)));
        self.send(self.http.post(self.authorize_url(&[])).form(&fields))
            .await
    }

    pub async fn code(&self, creator: &str, scopes: &str) -> String {
        self.consent(creator, scopes, "authorize").await.callback()["code"].clone()
    }

    pub async fn exchange(&self, code: &str) -> Response {
        self.exchange_at(code, REDIRECT).await
    }

    /// Exchanges a code that was issued for another redirect address.
    pub async fn exchange_at(&self, code: &str, redirect_uri: &str) -> Response {
        self.form(
            TOKEN,
            &[
                ("client_key", DEFAULT_CLIENT_KEY),
                ("client_secret", DEFAULT_CLIENT_SECRET),
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect_uri),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }

    pub async fn refresh(&self, token: &str) -> Response {
        self.send(self.refresh_request(token)).await
    }

    pub fn refresh_request(&self, token: &str) -> RequestBuilder {
        self.http.post(self.url(TOKEN)).form(&[
            ("client_key", DEFAULT_CLIENT_KEY),
            ("client_secret", DEFAULT_CLIENT_SECRET),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
        ])
    }

    pub async fn revoke(&self, token: &str, client_secret: &str) -> Response {
        let fields = [
            ("client_key", DEFAULT_CLIENT_KEY),
            ("client_secret", client_secret),
            ("token", token),
        ];
        self.form(REVOKE, &fields).await
    }

    pub async fn creator_info(&self, token: &str) -> Response {
        self.send(self.http.post(self.url(CREATOR_INFO)).bearer_auth(token))
            .await
    }

    pub async fn login_with(&self, creator: &str, scopes: &str) -> Login {
        let answer = self.exchange(&self.code(creator, scopes).await).await;
        login(&answer)
    }

    pub async fn login(&self, creator: &str) -> Login {
        self.login_with(creator, ALL_SCOPES).await
    }

    pub async fn init(&self, token: &str, size: u64) -> Upload {
        upload(
            &self
                .json(INIT, token, direct("PUBLIC_TO_EVERYONE", size))
                .await,
        )
    }

    pub async fn inbox(&self, token: &str, size: u64) -> Upload {
        upload(
            &self
                .json(INBOX, token, json!({ "source_info": source(size) }))
                .await,
        )
    }

    /// Sends the head of a chunk request and the first bytes of its body over a socket.
    pub async fn begin_chunk(
        &self,
        url: &str,
        size: usize,
        total: usize,
        bytes: &[u8],
    ) -> TcpStream {
        let address = self.sandbox.url().replace("http://", "");
        let path = url.split_once(&address).unwrap().1;
        let mut socket = TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: video/mp4\r\nContent-Length: {size}\r\n\
             Content-Range: bytes 0-{}/{total}\r\n\r\n",
            size - 1
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        socket
    }

    /// Waits until the sandbox fulfils a condition.
    pub async fn wait_until(&self, condition: impl Fn(&Sandbox) -> bool) {
        let fulfilled = async {
            while !condition(&self.sandbox) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), fulfilled)
            .await
            .unwrap();
    }

    pub fn chunk(&self, url: &str, first: u64, total: u64, bytes: Vec<u8>) -> RequestBuilder {
        let last = first + bytes.len() as u64 - 1;
        self.http
            .put(url)
            .header("content-type", "video/mp4")
            .header("content-range", format!("bytes {first}-{last}/{total}"))
            .body(bytes)
    }

    /// Uploads a whole video in the chunks that `source` announces.
    pub async fn send_video(&self, url: &str, video: &[u8]) {
        let total = video.len() as u64;
        let (chunk, count) = plan(total);
        for index in 0..count {
            let first = index * chunk;
            let end = if index + 1 == count {
                total
            } else {
                first + chunk
            };
            let part =
                video[usize::try_from(first).unwrap()..usize::try_from(end).unwrap()].to_vec();
            let answer = self.send(self.chunk(url, first, total, part)).await;
            assert_eq!(
                answer.status.as_u16(),
                if end == total { 201 } else { 206 },
                "{answer:?}"
            );
        }
    }

    pub async fn status(&self, token: &str, publish_id: &str) -> Value {
        let answer = self
            .json(STATUS, token, json!({ "publish_id": publish_id }))
            .await;
        assert_eq!(answer.code(), (200, "ok".to_owned()), "{answer:?}");
        answer.json()["data"].clone()
    }
}

/// Returns an HTTP status and an error code, to compare with [`Response::code`] and [`Response::oauth`].
pub fn code(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

pub async fn read(response: reqwest::Response) -> Response {
    Response {
        status: response.status(),
        headers: response.headers().clone(),
        text: response.text().await.unwrap(),
    }
}

pub fn login(answer: &Response) -> Login {
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    Login {
        access: text("access_token"),
        refresh: text("refresh_token"),
        open_id: text("open_id"),
    }
}

pub fn upload(answer: &Response) -> Upload {
    assert_eq!(answer.code(), (200, "ok".to_owned()), "{answer:?}");
    let data = &answer.json()["data"];
    let text = |name: &str| data[name].as_str().unwrap().to_owned();
    Upload {
        publish_id: text("publish_id"),
        url: text("upload_url"),
    }
}

/// Returns chunk size and count: one chunk up to 10,000,000 bytes, else chunks of 5,000,000 bytes.
pub fn plan(size: u64) -> (u64, u64) {
    if size <= 10_000_000 {
        (size, 1)
    } else {
        (5_000_000, size / 5_000_000)
    }
}

pub fn source(size: u64) -> Value {
    let (chunk, count) = plan(size);
    json!({"source": "FILE_UPLOAD", "video_size": size, "chunk_size": chunk, "total_chunk_count": count})
}

pub fn direct(privacy: &str, size: u64) -> Value {
    json!({ "post_info": {"privacy_level": privacy, "title": "A caption"}, "source_info": source(size) })
}

/// Creates an MP4 file of the given size and duration: the index, then filler bytes.
pub fn video(size: usize, seconds: u32) -> Vec<u8> {
    let boxed = |kind: &[u8], body: &[u8]| {
        let size = u32::try_from(body.len() + 8).unwrap();
        [&size.to_be_bytes(), kind, body].concat()
    };
    let mut mvhd = vec![0; 12];
    mvhd.extend(1000_u32.to_be_bytes());
    mvhd.extend((seconds * 1000).to_be_bytes());
    let mut all = boxed(b"ftyp", b"isom\0\0\0\0");
    all.extend(boxed(b"moov", &boxed(b"mvhd", &mvhd)));
    // Repeated from a pattern: computing each byte is slow in an unoptimised build.
    let pattern: Vec<u8> = (0..251_u16)
        .map(|index| u8::try_from(index * 31 % 251).unwrap())
        .collect();
    let length = size - all.len() - 8;
    let mut filler = pattern.repeat(length / pattern.len() + 1);
    filler.truncate(length);
    all.extend(boxed(b"mdat", &filler));
    assert_eq!(all.len(), size);
    all
}

pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}
