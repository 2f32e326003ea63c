//! The spellings of a secret.

use std::fmt::Write as _;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use url::form_urlencoded;
use zeroize::Zeroizing;

/// The minimum length of a secret part of an address, in bytes; shorter parts are words.
const PART_MIN: usize = 16;
/// The characters that RFC 3986 leaves unescaped, beside letters and digits.
const RFC_3986: &[u8] = b"-._~";
/// The characters that JavaScript's `encodeURIComponent` leaves unescaped.
const URI_COMPONENT: &[u8] = b"-_.!~*'()";

/// The secret itself and the secret parts of an address: path and query, long path segments, and the values of the
/// query, encoded and decoded.
pub(super) fn parts(secret: &str) -> Vec<Zeroizing<String>> {
    let mut parts = vec![Zeroizing::new(secret.to_owned())];
    let Some((_, rest)) = secret.split_once("://") else {
        return parts;
    };
    let target = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let values = query
        .split('&')
        .filter_map(|pair| Some(pair.split_once('=')?.1));
    let long = [target]
        .into_iter()
        .chain(path.split('/'))
        .chain(values)
        .filter(|part| part.len() >= PART_MIN);
    for part in long {
        parts.push(Zeroizing::new(part.to_owned()));
    }
    for (_, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Zeroizing::new(value.into_owned());
        if value.len() >= PART_MIN && !parts.contains(&value) {
            parts.push(value);
        }
    }
    parts
}

/// All spellings that are registered, without duplicates. Mixed spellings are found by decoding the searched text.
pub(super) fn spellings(secret: &str) -> Vec<Zeroizing<String>> {
    let bytes = secret.as_bytes();
    let form = Zeroizing::new(form_urlencoded::byte_serialize(bytes).collect::<String>());
    let lower_form = lower_escapes(&form);
    let mut all = vec![
        Zeroizing::new(secret.to_owned()),
        json(secret),
        Zeroizing::new(secret.escape_debug().collect()),
        quoted(secret),
        form,
        lower_form,
    ];
    for kept in [RFC_3986, URI_COMPONENT] {
        let percent = percent(bytes, kept);
        all.push(lower_escapes(&percent));
        all.push(percent);
    }
    all.extend([
        each(bytes, |text, byte, _| write!(text, "{byte:02x}")),
        each(bytes, |text, byte, _| write!(text, "{byte:02X}")),
        // `Debug` of bytes.
        each(bytes, |text, byte, first| {
            let comma = if first { "" } else { ", " };
            write!(text, "{comma}{byte}")
        }),
    ]);
    for offset in 0..3 {
        let mut shifted = Zeroizing::new(vec![0; offset]);
        shifted.extend_from_slice(bytes);
        // Base64 differs at each of three offsets, and the first and last characters depend on neighbouring bytes.
        let own = (offset * 8).div_ceil(6)..(offset + bytes.len()) * 8 / 6;
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = Zeroizing::new(engine.encode(&shifted));
            all.push(Zeroizing::new(text[own.clone()].to_owned()));
        }
    }
    let mut apart: Vec<Zeroizing<String>> = Vec::with_capacity(all.len());
    for spelling in all {
        if !apart.contains(&spelling) {
            apart.push(spelling);
        }
    }
    apart
}

/// The secret inside a JSON string.
fn json(secret: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(serde_json::to_string(secret).unwrap_or_default());
    unquoted(&text)
}

/// The secret inside the output of `{:?}`, which does not escape single quotes.
fn quoted(secret: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(format!("{secret:?}"));
    unquoted(&text)
}

fn unquoted(text: &str) -> Zeroizing<String> {
    let inside = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    Zeroizing::new(inside.unwrap_or(text).to_owned())
}

fn percent(bytes: &[u8], kept: &[u8]) -> Zeroizing<String> {
    each(bytes, |text, byte, _| {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            text.write_char(char::from(byte))
        } else {
            write!(text, "%{byte:02X}")
        }
    })
}

/// The text with its escapes in lower case.
fn lower_escapes(text: &str) -> Zeroizing<String> {
    let mut left = 0;
    let lower = text.chars().map(|letter| {
        let escape = left > 0;
        left = if letter == '%' {
            2
        } else {
            usize::saturating_sub(left, 1)
        };
        if escape {
            letter.to_ascii_lowercase()
        } else {
            letter
        }
    });
    let mut copy = Zeroizing::new(String::with_capacity(text.len()));
    copy.extend(lower);
    copy
}

/// Formats each byte; the last argument of `write` tells whether it is the first.
fn each(
    bytes: &[u8],
    write: impl Fn(&mut String, u8, bool) -> std::fmt::Result,
) -> Zeroizing<String> {
    // Enough capacity for the longest spelling, so that no reallocation leaves a copy in memory.
    let mut text = Zeroizing::new(String::with_capacity(5 * bytes.len()));
    for (at, byte) in bytes.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write(&mut text, *byte, at == 0);
    }
    text
}
