//! A hostile or broken TikTok: secrets in the wrong fields, repeated in errors, or with another type. Parsers tend to
//! name the value that they could not read.

use std::sync::Arc;

use parking_lot::Mutex;

use serde_json::{Value, json};
use slipway_engine::views::PostMode;
use slipway_tests::leaks::Secret;
use tiktok_sandbox::{Fault, FaultKind, Operation};

use super::tapped::Tapped;

const TOKEN: &str = "/v2/oauth/token/";
const INIT: &str = "/v2/post/publish/video/init/";
const STATUS: &str = "/v2/post/publish/status/fetch/";

type Harm = (&'static str, fn(&mut Value, &str));

/// Replacements of the answer to a code or a refresh. The text is the access token in it.
const TOKEN_ANSWERS: [Harm; 9] = [
    ("life of another type", |answer, token| {
        answer["expires_in"] = token.into();
    }),
    ("life of the refresh token", |answer, token| {
        answer["refresh_expires_in"] = json!([token]);
    }),
    ("token in a list", |answer, token| {
        answer["access_token"] = json!([token]);
    }),
    ("token in an object", |answer, token| {
        answer["refresh_token"] = json!({ token: token });
    }),
    ("scopes of another type", |answer, token| {
        answer["scope"] = json!({ "granted": token });
    }),
    ("nothing but a token", |answer, token| {
        *answer = token.into();
    }),
    ("no creator", |answer, _| {
        answer["open_id"] = Value::Null;
    }),
    ("an error that repeats it", |answer, token| {
        *answer = json!({
            "error": "invalid_grant",
            "error_description": format!("The token {token} is not known."),
            "log_id": token,
        });
    }),
    ("a kind of token with a token", |answer, token| {
        answer["token_type"] = json!({ "Bearer": token });
    }),
];

/// Replacements of any API answer. The text is the access token of the request.
const API_ANSWERS: [Harm; 5] = [
    ("an error that repeats the token", |answer, token| {
        answer["error"] = json!({
            "code": "access_token_invalid",
            "message": format!("Authorization: Bearer {token}"),
            "log_id": token,
        });
    }),
    ("an unknown error that repeats it", |answer, token| {
        answer["error"] = json!({
            "code": "a_code_of_tomorrow",
            "message": token,
            "log_id": token,
        });
    }),
    ("an error of another type", |answer, token| {
        answer["error"] = token.into();
    }),
    ("data of another type", |answer, token| {
        answer["data"] = json!([token]);
    }),
    ("a number that is a token", |answer, token| {
        answer["data"]["uploaded_bytes"] = token.into();
        answer["data"]["max_video_post_duration_sec"] = token.into();
        answer["data"]["publish_id"] = json!({ "id": token });
    }),
];

/// Upload addresses that Slipway must not follow, made from the right one.
const UPLOAD_ADDRESSES: [Harm; 6] = [
    ("another host", |answer, _| {
        address(answer, |url| url.replace("127.0.0.1", "upload.example"));
    }),
    ("another scheme", |answer, _| {
        address(answer, |url| url.replace("http:", "ftp:"));
    }),
    ("a name and a password", |answer, _| {
        address(answer, |url| url.replace("http://", "http://ada:word@"));
    }),
    ("no address at all", |answer, _| {
        address(answer, |url| url.replace("http://", "one two "));
    }),
    ("an address in a list", |answer, _| {
        answer["data"]["upload_url"] = json!([answer["data"]["upload_url"]]);
    }),
    ("an address with a new line", |answer, _| {
        address(answer, |url| url + "\r\nHost: evil.example");
    }),
];

fn address(answer: &mut Value, other: impl Fn(String) -> String) {
    if let Some(url) = answer["data"]["upload_url"].as_str() {
        answer["data"]["upload_url"] = other(url.to_owned()).into();
    }
}

/// An engine whose TikTok replaces the answers of the path `at` once `begin` is set.
struct Harmful {
    tapped: Tapped,
    begin: Arc<Mutex<bool>>,
}

impl Harmful {
    async fn new((name, harm): Harm, at: &'static str) -> Self {
        let begin = Arc::new(Mutex::new(false));
        let (is_begun, known) = (begin.clone(), Mutex::new(String::new()));
        let tapped = Tapped::with_answers(&format!("{name} at {at}"), move |path, answer| {
            let mut known = known.lock();
            if let Some(token) = answer["access_token"].as_str() {
                token.clone_into(&mut known);
            }
            if *is_begun.lock() && path == at {
                harm(answer, &known);
            }
        })
        .await;
        Self { tapped, begin }
    }

    fn begin(&self) {
        *self.begin.lock() = true;
    }

    fn end(&self) {
        *self.begin.lock() = false;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn token_answers() {
    for harm in TOKEN_ANSWERS {
        let harmful = Harmful::new(harm, TOKEN).await;
        let ada = harmful.tapped.ada().await;
        harmful.begin();
        harmful.tapped.connect("ben").await;
        harmful.tapped.refresh(&ada).await;
        harmful.tapped.end(Vec::new()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_the_creator() {
    const CREATOR: &str = "/v2/post/publish/creator_info/query/";
    for harm in API_ANSWERS {
        let harmful = Harmful::new(harm, CREATOR).await;
        let ada = harmful.tapped.ada().await;
        harmful.begin();
        harmful.tapped.ask(&ada).await;
        harmful.tapped.end(Vec::new()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_to_an_init() {
    for harm in API_ANSWERS.into_iter().chain(UPLOAD_ADDRESSES) {
        let harmful = Harmful::new(harm, INIT).await;
        let ada = harmful.tapped.ada().await;
        harmful.begin();
        harmful.tapped.try_post(&ada, PostMode::Direct).await;
        harmful.tapped.end(Vec::new()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_about_a_post() {
    for harm in API_ANSWERS {
        let harmful = Harmful::new(harm, STATUS).await;
        let ada = harmful.tapped.ada().await;
        harmful.begin();
        harmful.tapped.try_post(&ada, PostMode::Direct).await;
        harmful.end();
        harmful.tapped.end(Vec::new()).await;
    }
}

/// TikTok's texts that Slipway stores or shows. Each repeats the current token.
#[tokio::test(flavor = "multi_thread")]
async fn texts_that_repeat_a_secret() {
    let tapped = Tapped::new("repeated").await;
    let ada = tapped.ada().await;
    let tokens: Vec<Secret> = tapped.secrets();
    let token = tokens
        .iter()
        .find(|one| one.name() == "access_token")
        .expect("a token that was on the wire");
    let refused = |http, code: &str| FaultKind::Status {
        http,
        code: Some(code.to_owned()),
        message: Some(format!("Not with {} again.", token.value())),
    };
    for (operation, kind) in [
        (Operation::Init, refused(400, "invalid_param")),
        (Operation::Init, refused(403, "spam_risk_too_many_posts")),
        (Operation::Status, refused(400, "invalid_publish_id")),
        (Operation::Upload, refused(403, "forbidden")),
        (Operation::CreatorInfo, refused(403, "a_code_of_tomorrow")),
        (Operation::Revoke, refused(400, "invalid_request")),
    ] {
        tapped.stage.sandbox.add_fault(Fault::once(operation, kind));
    }
    for _ in 0..3 {
        tapped.try_post(&ada, PostMode::Direct).await;
    }
    tapped.disconnect(&ada).await;
    tapped.end(Vec::new()).await;
}
