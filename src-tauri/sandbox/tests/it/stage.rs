//! A sandbox with a clock that stands still, and a client that says exactly what a test wants.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tiktok_sandbox::{
    Clock, DEFAULT_CLIENT_KEY, DEFAULT_CLIENT_SECRET, Options, Sandbox, SandboxConfig,
};

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

pub struct Stage {
    pub sandbox: Sandbox,
    pub http: Client,
    now: Arc<Mutex<SystemTime>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// HTTP status and `error.code`.
    pub fn code(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["error"]["code"]
                .as_str()
                .unwrap_or("-")
                .to_owned(),
        )
    }

    /// HTTP status and flat `error`.
    pub fn oauth(&self) -> (u16, String) {
        (
            self.status.as_u16(),
            self.json()["error"].as_str().unwrap_or("-").to_owned(),
        )
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Parameters of the callback that this answer redirects to.
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

impl Stage {
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
            clock: Clock::new(move || *time.lock().unwrap()),
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

    /// The same clock for the next sandbox.
    pub fn clock(&self) -> Arc<Mutex<SystemTime>> {
        self.now.clone()
    }

    pub fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    pub fn change_options(&self, change: impl FnOnce(&mut Options)) {
        let mut options = self.sandbox.options();
        change(&mut options);
        self.sandbox.set_options(options);
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        read(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.url(path))).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.http.post(self.url(path)).form(fields)).await
    }

    pub async fn json(&self, path: &str, token: &str, body: Value) -> Answer {
        self.send(
            self.http
                .post(self.url(path))
                .bearer_auth(token)
                .json(&body),
        )
        .await
    }

    /// The authorize address with some parameters replaced (or, by `None`, left out).
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

    /// Answers the consent page.
    pub async fn consent(&self, creator: &str, scopes: &str, decision: &str) -> Answer {
        let mut fields = vec![("creator", creator), ("decision", decision)];
        fields.extend(scopes.split(',').map(|scope| ("scope", scope)));
        self.send(self.http.post(self.authorize_url(&[])).form(&fields))
            .await
    }

    pub async fn code(&self, creator: &str, scopes: &str) -> String {
        self.consent(creator, scopes, "authorize").await.callback()["code"].clone()
    }

    pub async fn exchange(&self, code: &str) -> Answer {
        self.form(
            TOKEN,
            &[
                ("client_key", DEFAULT_CLIENT_KEY),
                ("client_secret", DEFAULT_CLIENT_SECRET),
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        self.form(
            TOKEN,
            &[
                ("client_key", DEFAULT_CLIENT_KEY),
                ("client_secret", DEFAULT_CLIENT_SECRET),
                ("grant_type", "refresh_token"),
                ("refresh_token", token),
            ],
        )
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

    pub fn chunk(&self, url: &str, first: u64, total: u64, bytes: Vec<u8>) -> RequestBuilder {
        let last = first + bytes.len() as u64 - 1;
        self.http
            .put(url)
            .header("content-type", "video/mp4")
            .header("content-range", format!("bytes {first}-{last}/{total}"))
            .body(bytes)
    }

    /// Sends a whole video in the chunks that `source` announces.
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

pub async fn read(response: reqwest::Response) -> Answer {
    Answer {
        status: response.status(),
        headers: response.headers().clone(),
        text: response.text().await.unwrap(),
    }
}

pub fn login(answer: &Answer) -> Login {
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    Login {
        access: text("access_token"),
        refresh: text("refresh_token"),
        open_id: text("open_id"),
    }
}

pub fn upload(answer: &Answer) -> Upload {
    assert_eq!(answer.code(), (200, "ok".to_owned()), "{answer:?}");
    let data = &answer.json()["data"];
    let text = |name: &str| data[name].as_str().unwrap().to_owned();
    Upload {
        publish_id: text("publish_id"),
        url: text("upload_url"),
    }
}

/// Whole up to 64 MB, else 5,000,000-byte chunks.
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

/// An MP4 of so many bytes that plays so long: index, then filler.
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
    let filler: Vec<u8> = (0..size - all.len() - 8)
        .map(|index| u8::try_from(index * 31 % 251).unwrap())
        .collect();
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
