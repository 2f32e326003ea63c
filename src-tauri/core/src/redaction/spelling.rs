//! The ways in which a secret may be written.

use std::fmt::Write as _;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use url::form_urlencoded;
use zeroize::Zeroizing;

/// A part of an address that is shorter is a word, not a secret, in bytes.
const PART_MIN: usize = 16;
/// What RFC 3986 leaves as it is, beside letters and digits.
const RFC_3986: &[u8] = b"-._~";
/// What JavaScript's `encodeURIComponent` leaves as it is.
const URI_COMPONENT: &[u8] = b"-_.!~*'()";

/// The secret itself and, of an address, whatever of it would be enough: path and query, long path segments, the values
/// of the query, as they stand and decoded.
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

/// Every spelling that is known by heart, none twice. Mixtures are found by decoding what is searched.
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
        // In Base64 a text looks different at each of three offsets, and its first and last letters hang on neighbours.
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

/// As it stands inside a JSON string.
fn json(secret: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(serde_json::to_string(secret).unwrap_or_default());
    unquoted(&text)
}

/// As it stands inside what `{:?}` prints, which spares the quotation mark of characters.
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

/// The same with the escapes in lower case.
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

/// One text for all bytes; the last argument of `write` says whether it is the first.
fn each(
    bytes: &[u8],
    write: impl Fn(&mut String, u8, bool) -> std::fmt::Result,
) -> Zeroizing<String> {
    // Room for the longest, so that it never moves and leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(5 * bytes.len()));
    for (at, byte) in bytes.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write(&mut text, *byte, at == 0);
    }
    text
}
