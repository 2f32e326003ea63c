//! Tests of redaction: spellings, mixtures of escapes, the registry's limits, and the writer.

use std::{
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::{Mutex, RwLock};
use proptest::prelude::*;
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt as _};

use super::{
    MARK, Redacted, find, redact, register,
    registry::{Lifetime, Registry},
    remember, remove_secrets, spelling,
    spelling::spellings,
};

fn knowing<'a>(secrets: impl IntoIterator<Item = &'a str>) -> RwLock<Registry> {
    let registry = RwLock::default();
    for secret in secrets {
        remember(&registry, secret, Lifetime::Recent);
    }
    registry
}

fn clean(registry: &RwLock<Registry>, text: &str) -> String {
    let clean = remove_secrets(registry, text.as_bytes()).into_owned();
    String::from_utf8(clean).unwrap()
}

/// Secrets of all kinds: TikTok's alphabet, and characters that need escapes.
fn secret() -> impl Strategy<Value = String> {
    let kinds = prop_oneof![
        "(act|rft)\\.[A-Za-z0-9!*~_-]{20,80}",
        "[ -~]{8,70}",
        "[\\PC\"\\\\\n\t\r%+&=' éß😀]{8,40}",
    ];
    kinds.prop_filter("no secret", |text| {
        text.trim().len() >= 8 && !MARK.contains(text.trim())
    })
}

proptest! {
    #[test]
    fn every_spelling_is_redacted(
        secret in secret(),
        others in prop::collection::vec(secret(), 0..4),
        before in "(\\PC|\n|\\\\|%|\\+){0,60}",
        after in "(\\PC|\n|\\\\|%|\\+){0,60}",
    ) {
        let registry = knowing(others.iter().map(String::as_str).chain([secret.as_str()]));
        for spelling in spellings(secret.trim()) {
            let text = format!("{before}{}{after}", *spelling);
            let clean = clean(&registry, &text);
            prop_assert!(!clean.contains(spelling.as_str()), "{:?} in {:?}", *spelling, clean);
            prop_assert!(clean.contains(MARK));
        }
    }

    #[test]
    fn mixed_escapes_are_redacted(
        letters in prop::collection::vec(("[a-zA-Z0-9.!*~é😀\"\\\\%+ /=-]", 0..6_u8), 8..60),
        percent: bool,
        again in 0..3_u8,
        before in "[ a-z:=]{0,30}",
    ) {
        let secret: String = letters.iter().map(|(letter, _)| letter.as_str()).collect();
        prop_assume!(secret.trim().len() >= 8 && secret.trim() == secret);
        let registry = knowing([secret.as_str()]);
        let mut text = String::new();
        for (letter, how) in &letters {
            text += &escaped(letter, *how, percent);
        }
        for _ in 0..again {
            let quoted = serde_json::to_string(&text).unwrap();
            text = quoted[1..quoted.len() - 1].to_owned();
        }
        let clean = clean(&registry, &format!("{before}{text} after"));
        prop_assert_eq!(clean, format!("{before}{MARK} after"));
    }

    #[test]
    fn a_text_without_secrets_is_unchanged(
        secrets in prop::collection::vec("act\\.[A-Za-z0-9!*]{30,60}", 0..20),
        text in "\\PC{0,200}|[act.%+\\\\A-Za-z0-9]{0,200}",
    ) {
        let registry = knowing(secrets.iter().map(String::as_str));
        prop_assert_eq!(clean(&registry, &text), text);
    }
}

/// A letter in one of the spellings of a kind of escapes.
fn escaped(letter: &str, how: u8, percent: bool) -> String {
    let special = ["\"", "\\", "%", "+", " ", "/"].contains(&letter);
    match how {
        0 | 2 | 4 if !special => letter.to_owned(),
        1 | 2 if percent => letter.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        _ if percent => letter.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        1 | 2 => letter
            .chars()
            .map(|letter| format!("\\u{{{:x}}}", u32::from(letter)))
            .collect(),
        _ => letter
            .encode_utf16()
            .map(|half| format!("\\u{half:04x}"))
            .collect(),
    }
}

#[test]
fn text_around_a_secret_is_unchanged() {
    let registry = knowing(["act.p+q*1!23/=tail", "rft.another-secret"]);
    let text = "é act.p+q*1!23/=tailrft.another-secret|6163742e702b712a312132332f3d7461696c;act.p%2Bq%2A1%2123%2f%3Dtail\n";
    assert_eq!(
        clean(&registry, text),
        "é [redacted]|[redacted];[redacted]\n"
    );
    assert_eq!(clean(&registry, "act.p+q*1!23/=tai"), "act.p+q*1!23/=tai");
}

#[test]
fn nested_secrets_are_both_redacted() {
    let registry = knowing(["abcdefgh", "xabcdefghx-and-more"]);
    assert_eq!(
        clean(&registry, "1 xabcdefghx-and-more 2"),
        "1 [redacted] 2"
    );
    assert_eq!(clean(&registry, "1 xabcdefghx 2"), "1 x[redacted]x 2");
}

#[test]
fn short_texts_are_not_secrets() {
    let registry = knowing(["", "act", "1234567", "  1234567  ", "redacted", MARK]);
    assert_eq!(
        clean(&registry, "act 1234567 [redacted]"),
        "act 1234567 [redacted]"
    );
}

#[test]
fn a_secret_formed_by_the_mark_removes_the_whole_text() {
    let registry = knowing(["innermost", "x[redacted]y"]);
    assert_eq!(clean(&registry, "before xinnermosty after"), MARK);
}

#[test]
fn parts_of_an_address_are_redacted() {
    let address = "https://open-upload.tiktokapis.com/video/?upload_id=67890&upload_token=Xza123abcdefghijk%7E%2B%3d";
    let registry = knowing([address]);
    for text in [
        address,
        "open-upload.tiktokapis.com",
        "/video/?upload_id=67890&upload_token=Xza123abcdefghijk%7E%2B%3d",
        "upload_id=67890 token Xza123abcdefghijk%7E%2B%3d",
        "Xza123abcdefghijk~+=",
    ] {
        let clean = clean(&registry, text);
        assert!(!clean.contains("Xza123"), "{clean}");
        // Host and number are not secret.
        assert_eq!(text.starts_with("open-upload"), clean == text);
    }
    assert_eq!(spelling::parts("no address").len(), 1);
}

#[test]
fn the_newest_and_the_permanent_secrets_are_known() {
    let registry = RwLock::default();
    remember(&registry, "for-good-secret", Lifetime::Process);
    remember(&registry, "in-use-secret", Lifetime::Recent);
    remember(&registry, "forgotten-secret", Lifetime::Recent);
    for number in 0..9_000 {
        remember(&registry, &format!("secret-{number:08}"), Lifetime::Recent);
        if number % 1_000 == 0 {
            remember(&registry, "in-use-secret", Lifetime::Recent);
            remember(&registry, "for-good-secret", Lifetime::Recent);
        }
    }
    let known = |text: &str| !find(&registry, text.as_bytes()).is_empty();
    assert!(known("for-good-secret") && known("in-use-secret"));
    assert!(known("secret-00008999") && known("secret-00004999"));
    assert!(!known("forgotten-secret") && !known("secret-00000000"));
}

#[test]
fn redacting_a_line_is_fast() {
    let registry = RwLock::default();
    for number in 0..500_u32 {
        let length = 20 + number as usize % 90;
        let letters: String = (0..length)
            .map(|_| char::from(rand::random_range(b'!'..=b'~')))
            .collect();
        remember(&registry, &format!("act.{letters}"), Lifetime::Recent);
    }
    let line =
        "2026-11-24T16:45:50.123456Z  INFO slipway_engine::publisher: chunk answered http=206 "
            .repeat(4);
    let line = &line.as_bytes()[..300];
    // The fastest of many runs, since other programs run as well.
    let fastest = (0..200).map(|_| {
        let began = Instant::now();
        assert!(find(&registry, line).is_empty());
        began.elapsed()
    });
    let fastest = fastest.min().unwrap();
    println!("300 bytes against 500 secrets: {fastest:?}");
    assert!(fastest < Duration::from_millis(1), "{fastest:?}");
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().clone()).unwrap()
    }
}

#[test]
fn a_secret_in_two_writes_is_redacted() {
    register("act.written-in-two-pieces");
    let page = Page::default();
    let below = page.clone();
    let make = Redacted(move || below.clone());
    let mut writer = make.make_writer();
    writer.write_all(b"one act.written-").unwrap();
    writer.flush().unwrap();
    writer.write_all(b"in-two-pieces two\n").unwrap();
    drop(writer);
    assert_eq!(page.text(), "one [redacted] two\n");
}

#[test]
fn no_log_format_leaks_a_secret() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "read by Debug")]
    struct Careless {
        token: String,
        bytes: Vec<u8>,
    }
    let token = "rft.\"quoted\"-and-\\-escaped";
    register(token);
    let page = Page::default();
    let (plain, json) = (page.clone(), page.clone());
    let subscriber = tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(Redacted(move || plain.clone())))
        .with(
            tracing_subscriber::fmt::layer()
                .with_ansi(true)
                .with_writer(Redacted(move || json.clone())),
        );
    let careless = Careless {
        token: token.to_owned(),
        bytes: token.as_bytes().to_vec(),
    };
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("refresh", token);
        let _inside = span.enter();
        tracing::info!(token, ?careless, "with {token} and {careless:?}");
        let error = serde_json::json!({ "refresh_token": token }).to_string();
        tracing::error!(%error, ?error, "failed");
    });
    let text = page.text();
    assert!(text.contains("failed") && text.contains(MARK), "{text}");
    for word in ["quoted", "escaped", "113, 117, 111, 116, 101, 100"] {
        assert!(!text.contains(word), "{text}");
    }
}

#[test]
fn registered_secrets_are_redacted() {
    register("act.the-one-door-itself");
    super::register_for_good("a passphrase that stays");
    assert_eq!(
        redact("x act.the-one-door-itself, a passphrase that stays"),
        "x [redacted], [redacted]"
    );
    assert!(matches!(
        redact("harmless"),
        std::borrow::Cow::Borrowed("harmless")
    ));
}
