//! Fuzzes the parsing of TikTok's API answers, with any HTTP status and `Retry-After`.
//!
//! The first line of an input is the call and the server's status, the rest is the body: `A200` is a code exchange
//! answered with HTTP 200, `I429 17` a status query answered with HTTP 429 and `Retry-After: 17`. The letters stand for
//! [`OPERATIONS`]; a small letter means TikTok itself, a capital one a sandbox on this computer.

use std::{net::Ipv4Addr, sync::LazyLock};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tiktok_api::{
    ChunkPlan, Endpoints, Error, Operation, PrivacyLevel, PublishState, Retry, TokenGrant,
    UploadTicket, UploadUrl,
    fuzzing::{Parsed, progress, read_answer, retry_after},
    join_scopes,
    limits::{RETRY_AFTER_MAX, TOKEN_LIFE_MAX},
    parse_scopes,
};

use crate::{error_texts, is_tame};

/// The operations of the first letter, from `A` on. The last one is a chunk, whose answer is its `Content-Range` alone.
const OPERATIONS: [Operation; 10] = [
    Operation::ExchangeCode,
    Operation::RefreshToken,
    Operation::RevokeToken,
    Operation::Cancel,
    Operation::UserInfo,
    Operation::CreatorInfo,
    Operation::InitDirectPost,
    Operation::InitInbox,
    Operation::FetchStatus,
    Operation::PutChunk,
];

/// The longest first line.
const LINE_MAX: usize = 64;

/// The secrets of the request, which no error may contain. The dictionary has them as well.
static SECRETS: LazyLock<[SecretString; 2]> = LazyLock::new(|| {
    [
        SecretString::from("act.Sent4Along!7531.va"),
        SecretString::from("sent-along-client-secret"),
    ]
});
static TIKTOK: LazyLock<Endpoints> = LazyLock::new(Endpoints::tiktok);
#[expect(clippy::expect_used, reason = "the address is a constant")]
static LOOPBACK: LazyLock<Endpoints> = LazyLock::new(|| {
    Endpoints::new("http://127.0.0.1:4010", "http://127.0.0.1:4010").expect("loopback is allowed")
});

/// Reads one answer.
pub fn run(input: &[u8]) {
    let head = input.iter().take(LINE_MAX).position(|byte| *byte == b'\n');
    let (line, body) = head.map_or((input, &[][..]), |at| (&input[..at], &input[at + 1..]));
    let Some((&letter, rest)) = line.split_first() else {
        return;
    };
    let (status, hint) = rest.split_at(rest.len().min(3));
    // Each byte counts as a digit, so that each change is another status.
    let http = status.iter().fold(0, |number, byte| {
        number * 10 + u16::from(byte.wrapping_sub(b'0') % 10)
    });
    let operation = OPERATIONS[usize::from((letter & 0x1f).wrapping_sub(1) % 10)];
    if operation == Operation::PutChunk {
        return chunk(hint);
    }
    let wait = retry_after(hint.trim_ascii());
    assert!(wait.is_none_or(|wait| wait <= RETRY_AFTER_MAX), "{wait:?}");
    let local = letter.is_ascii_uppercase();
    let endpoints = if local { &*LOOPBACK } else { &*TIKTOK };
    let secrets = SECRETS.each_ref();
    match read_answer(operation, http, wait, body, &secrets, endpoints) {
        Some(Ok(said)) => {
            judge_success(operation, http, body);
            judge(&said, local);
        }
        Some(Err(error)) => judge_error(&error, operation),
        None => {}
    }
}

/// TikTok's code decides on success, not the HTTP status (`/doc/tiktok-api-v2-error-handling`).
fn judge_success(operation: Operation, http: u16, body: &[u8]) {
    if operation == Operation::RevokeToken && body.trim_ascii().is_empty() {
        assert!((200..300).contains(&http), "silence with HTTP {http}");
        return;
    }
    // The engine skips numbers out of range and deep nesting, and this parser refuses them.
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let error = &answer["error"];
    assert!(
        error.as_str().is_none_or(str::is_empty),
        "a flat error is a success"
    );
    let code = match error {
        Value::Object(fields) => fields.get("code"),
        // The JSON library also accepts an array of the fields in order.
        Value::Array(fields) => fields.first(),
        _ => answer.get("code"),
    };
    let silent = match code {
        Some(Value::String(code)) if code == "ok" => false,
        Some(Value::String(code)) => {
            assert!(code.is_empty(), "code {code} is a success");
            true
        }
        Some(Value::Number(code)) => panic!("code {code} is a success"),
        _ => true,
    };
    let flat = matches!(
        operation,
        Operation::ExchangeCode | Operation::RefreshToken | Operation::RevokeToken
    );
    assert!(flat || !silent, "an answer without a code is a success");
}

fn judge(said: &Parsed, local: bool) {
    match said {
        Parsed::Tokens(grant) => judge_tokens(grant),
        Parsed::Ticket(ticket) => judge_ticket(ticket, local),
        Parsed::User(user) => assert!(!user.open_id.is_empty()),
        Parsed::Creator(info) => {
            for level in &info.privacy_level_options {
                assert_eq!(&PrivacyLevel::from(level.as_str()), level);
            }
        }
        Parsed::Status(status) => {
            assert_eq!(PublishState::from(status.state.as_str()), status.state);
            let mut ids = status.post_ids.clone();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), status.post_ids.len(), "an id twice");
            assert!(!ids.contains(&0));
        }
        Parsed::Done => {}
    }
}

fn judge_tokens(grant: &TokenGrant) {
    assert!(!grant.access_token.expose_secret().is_empty());
    assert!(!grant.refresh_token.expose_secret().is_empty());
    assert!(grant.expires_in <= TOKEN_LIFE_MAX && grant.refresh_expires_in <= TOKEN_LIFE_MAX);
    assert!(!grant.open_id.is_empty());
    assert_eq!(parse_scopes(&join_scopes(&grant.scopes)), grant.scopes);
    // The text does not depend on the tokens.
    let other = TokenGrant {
        access_token: SecretString::from("one"),
        refresh_token: SecretString::from("two"),
        ..grant.clone()
    };
    assert_eq!(format!("{grant:?}"), format!("{other:?}"));
}

fn judge_ticket(ticket: &UploadTicket, local: bool) {
    assert!(!ticket.publish_id.as_str().is_empty());
    let url = &ticket.upload_url;
    assert!(format!("{url:?}").len() < 32, "the address is shown");
    let endpoints = if local { &*LOOPBACK } else { &*TIKTOK };
    let again = UploadUrl::parse(url.expose(), endpoints);
    assert!(again.is_ok_and(|again| again.expose() == url.expose()));
    assert!(is_allowed(url.expose(), local), "{} is taken", url.expose());
}

/// Decides from the text alone where bytes may go, without the parser that accepted it.
fn is_allowed(url: &str, local: bool) -> bool {
    let plain = url.len() <= 8 * 1024 && url.bytes().all(|byte| byte.is_ascii_graphic());
    let lower = url.to_ascii_lowercase();
    let (tls, rest) = match lower.split_once("://") {
        Some(("https", rest)) => (true, rest),
        Some(("http", rest)) => (false, rest),
        _ => return false,
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, port),
        _ => (authority, "443"),
    };
    let here = host == "localhost"
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    let tiktoks = host == "tiktokapis.com"
        || host.strip_suffix(".tiktokapis.com").is_some_and(|name| {
            !name.is_empty() && !name.starts_with('.') && !name.contains(['@', ':', '%'])
        });
    plain && port.parse::<u16>().is_ok() && ((tls && tiktoks) || (local && here))
}

fn judge_error(error: &Error, operation: Operation) {
    assert_eq!(error.operation(), operation);
    let shown = error_texts(error);
    for secret in &*SECRETS {
        assert!(!shown.contains(secret.expose_secret()), "{shown}");
    }
    // Each text at most once in either form, including escapes.
    assert!(shown.len() < 64 * 1024, "{} bytes", shown.len());
    match error {
        Error::Api { code, message, .. } => {
            // A blank code is a refusal as well, without a name.
            assert!(is_tame(code.as_str()), "{code}");
            assert!(is_tame(message), "{message}");
        }
        Error::OAuth {
            code, description, ..
        } => {
            assert!(is_tame(code.as_str()), "{code}");
            assert!(is_tame(description), "{description}");
        }
        Error::Malformed { detail, .. } => assert!(detail.len() < 100, "{detail}"),
        Error::Server { http, .. } => assert!(*http == 429 || *http >= 500),
        Error::BadUploadUrl { .. } => {}
        other => panic!("{other}: no answer can say that"),
    }
    assert!(error.log_id().is_none_or(is_tame));
    let asked = error.retry_after();
    assert!(asked.is_none_or(|wait| wait <= RETRY_AFTER_MAX));
    if let Retry::After(wait) = error.meaning().retry {
        assert!(wait <= RETRY_AFTER_MAX);
    }
}

/// The progress that an upload host reports maps to a chunk of the plan, or to its end.
fn chunk(range: &[u8]) {
    for size in [1, 64_000_001, 4_294_967_296] {
        let plan = ChunkPlan::new(size);
        let Some((plan, uploaded)) = plan
            .ok()
            .and_then(|plan| progress(range, &plan).map(|uploaded| (plan, uploaded)))
        else {
            continue;
        };
        assert!(uploaded <= size);
        let next = plan.next_chunk_after(uploaded);
        assert!(next <= plan.count());
        // Never past a byte that TikTok lacks.
        if let Some(chunk) = plan.chunk(next) {
            assert!(chunk.first <= uploaded + 1, "{chunk:?} after {uploaded}");
        }
    }
}
