//! Fuzzes the vault's input: keys, stored secrets, passphrase files and recovery phrases, mistyped, damaged or forged.
//!
//! The first byte of an input selects the kind of the rest:
//!
//! | byte | the rest |
//! |---|---|
//! | `k` | a key as it is typed or kept |
//! | `t` | a stored secret, under a key that is known |
//! | `s` | the bytes of a secret, stored eight bytes before it say when |
//! | `p` | a passphrase file |
//! | `c` | the file of a change of key |
//! | `r` | a recovery phrase |
//! | `w` | 32 bytes, whose phrase is written and read again, and a word that is put into it at the place before it |

use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE},
};
use fernet::Fernet;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use slipway_engine::{
    PhraseError,
    fuzzing::vault::{change_leads_to, decrypt, encrypt, key_of_phrase, phrase_of_key, unwrap},
};

/// The key of the samples in the Fernet specification.
const KEY: &str = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const PASSPHRASE: &str = "correct horse battery";
/// The highest cost of a passphrase here, in KiB times passes times lanes: the largest files would take seconds each.
const COST_MAX: u64 = 256;

static SECRET_KEY: LazyLock<SecretString> = LazyLock::new(|| SecretString::from(KEY));
#[expect(clippy::expect_used, reason = "the key is a constant")]
static FERNET: LazyLock<Fernet> = LazyLock::new(|| Fernet::new(KEY).expect("it is a key"));

/// Reads one text.
pub fn run(input: &[u8]) {
    let Some((&kind, rest)) = input.split_first() else {
        return;
    };
    match (kind, std::str::from_utf8(rest)) {
        (b'k', Ok(text)) => key(text),
        (b't', Ok(text)) => stored(text),
        (b's', _) => secret(rest),
        (b'p', _) => passphrase_file(rest),
        (b'c', _) => change_file(rest),
        (b'r', Ok(text)) => phrase(text),
        (b'w', _) => words(rest),
        _ => {}
    }
}

/// A key as users type it: with or without its padding.
const TYPED: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key is 32 bytes in URL-safe Base64. Blanks around it and missing padding are allowed. Each key encrypts and
/// decrypts.
fn key(text: &str) {
    let bytes = TYPED
        .decode(text.trim())
        .ok()
        .filter(|bytes| bytes.len() == 32);
    let key = SecretString::from(text);
    let token = encrypt(&key, "a secret");
    assert_eq!(token.is_some(), bytes.is_some(), "{text}");
    let phrase = phrase_of_key(&key);
    assert_eq!(phrase.is_some(), bytes.is_some(), "{text}");
    if let Some(token) = token {
        assert_eq!(exposed(decrypt(&key, &token).as_ref()), Some("a secret"));
        assert!(decrypt(&SECRET_KEY, &token).is_none() || KEY.starts_with(text.trim()));
    }
}

/// Only tokens of this key open, and each in one spelling only. Missing padding is allowed.
fn stored(token: &str) {
    if let Some(secret) = decrypt(&SECRET_KEY, token) {
        let opened = FERNET.decrypt_at_time(token, None, u64::MAX / 2);
        assert_eq!(
            opened.ok().as_deref(),
            Some(secret.expose_secret().as_bytes())
        );
        let other = token.to_uppercase();
        assert!(other == token || decrypt(&SECRET_KEY, &other).is_none());
    }
}

/// Each stored text is restored, at any time. Bytes that are no text are not.
fn secret(input: &[u8]) {
    let Some((time, bytes)) = input.split_first_chunk::<8>() else {
        return;
    };
    // Any time until the year 292277026596.
    let time = u64::from_be_bytes(*time) >> 1;
    let token = FERNET.encrypt_at_time(bytes, time);
    let secret = decrypt(&SECRET_KEY, &token);
    assert_eq!(
        exposed(secret.as_ref()),
        std::str::from_utf8(bytes).ok(),
        "made at {time}"
    );
    // One letter differs.
    let place = bytes.len() % token.len();
    let mut changed = token.into_bytes();
    changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8_lossy(&changed);
    assert!(
        decrypt(&SECRET_KEY, &changed).is_none(),
        "changed at {place}"
    );
}

fn passphrase_file(file: &[u8]) {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(file) else {
        let said = unwrap(file, &SecretString::from(PASSPHRASE));
        // Serde accepts an array of the fields as an object; the cost of such files is not checked here.
        assert!(said.is_err());
        return;
    };
    let number = |name: &str| fields.get(name).and_then(Value::as_u64);
    let (memory, passes, lanes) = (number("memory_kib"), number("passes"), number("lanes"));
    let cost = memory
        .zip(passes)
        .zip(lanes)
        .map(|((memory, passes), lanes)| {
            memory.max(8).saturating_mul(passes).saturating_mul(lanes)
        });
    // Within the limits of the file, and above those of this test.
    if cost.is_some_and(|cost| (COST_MAX..=16 * 16 * 1024 * 1024).contains(&cost)) {
        return;
    }
    let passphrase = SecretString::from(PASSPHRASE);
    let said = unwrap(file, &passphrase);
    judge_unwrapped(&said);
    // The same file with a valid key in it yields that key, if Slipway could have written the rest.
    let Some(wrapping) = wrapping(&fields, memory, passes, lanes) else {
        assert!(said.is_err());
        return;
    };
    fields.insert("key".to_owned(), wrapping.encrypt(KEY.as_bytes()).into());
    let file = Value::Object(fields).to_string();
    match unwrap(file.as_bytes(), &passphrase) {
        Ok(key) => assert_eq!(key.expose_secret(), KEY),
        Err(error) => assert!(error.contains("damaged"), "{error}"),
    }
    let wrong = unwrap(file.as_bytes(), &SecretString::from("correct horse"));
    assert!(wrong.is_err());
    judge_unwrapped(&wrong);
}

/// The key of a passphrase, derived without Slipway.
fn wrapping(
    fields: &serde_json::Map<String, Value>,
    memory: Option<u64>,
    passes: Option<u64>,
    lanes: Option<u64>,
) -> Option<Fernet> {
    let small = |number: Option<u64>| u32::try_from(number?).ok();
    let params = Params::new(small(memory)?, small(passes)?, small(lanes)?, Some(32)).ok()?;
    if u64::from(params.m_cost()) * u64::from(params.t_cost()) > 16 * COST_MAX {
        return None;
    }
    let salt = URL_SAFE.decode(fields.get("salt")?.as_str()?).ok()?;
    let mut bytes = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSPHRASE.as_bytes(), &salt, &mut bytes)
        .ok()?;
    Fernet::new(&URL_SAFE.encode(bytes))
}

fn judge_unwrapped(said: &Result<SecretString, String>) {
    if let Err(error) = said {
        let known = ["the wrapped key is damaged", "the passphrase is wrong"];
        assert!(known.contains(&error.as_str()), "{error}");
    }
}

fn change_file(file: &[u8]) {
    if let Some((_, shown)) = change_leads_to(file, &SECRET_KEY) {
        // The text shows nothing of the previous key.
        assert!(!shown.contains(KEY) && shown.len() < 100, "{shown}");
    }
}

fn phrase(text: &str) {
    match key_of_phrase(&SecretString::from(text)) {
        Ok(key) => {
            // The phrase of that key has the same words, normalised.
            let tidy = phrase_of_key(&key).map(|phrase| phrase.expose_secret().to_owned());
            let letters = |text: &str| -> String {
                let letters = text.chars().filter(char::is_ascii_alphabetic);
                letters.map(|letter| letter.to_ascii_lowercase()).collect()
            };
            assert_eq!(tidy.as_deref().map(letters), Some(letters(text)));
        }
        Err(error) => judge_phrase(&error),
    }
}

fn judge_phrase(error: &PhraseError) {
    let shown = format!("{error:?}: {error}");
    assert!(shown.len() < 120, "{shown}");
    match error {
        PhraseError::Count { found } => assert_ne!(*found, 24),
        PhraseError::Unknown { position } => assert!((1..=24).contains(position)),
        PhraseError::Checksum => {}
    }
}

/// Each key is restored from its phrase, and never from one with another word.
fn words(input: &[u8]) {
    let Some((bytes, rest)) = input.split_first_chunk::<32>() else {
        return;
    };
    let key = SecretString::from(URL_SAFE.encode(bytes));
    let Some(phrase) = phrase_of_key(&key) else {
        panic!("a key without a phrase");
    };
    let again = key_of_phrase(&phrase);
    assert_eq!(exposed(again.as_ref().ok()), Some(key.expose_secret()));
    if let Some((&place, word)) = rest.split_first()
        && let Ok(word) = std::str::from_utf8(word)
    {
        let mut words: Vec<&str> = phrase.expose_secret().split(' ').collect();
        assert_eq!(words.len(), 24);
        words[usize::from(place) % 24] = word;
        match key_of_phrase(&SecretString::from(words.join(" "))) {
            // It is another key, which opens nothing, or the same words in another spelling.
            Ok(other) => assert!(!word.is_empty() && !other.expose_secret().is_empty()),
            Err(error) => judge_phrase(&error),
        }
    }
}

fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}
