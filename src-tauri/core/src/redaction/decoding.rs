//! Decoded readings of a text: the text with escapes decoded, and the origin of each byte.

use std::ops::Range;

use zeroize::Zeroizing;

/// The maximum number of nested escapes.
const DEPTH: usize = 3;

/// A text with escapes decoded.
pub(super) struct Reading {
    pub(super) text: Zeroizing<Vec<u8>>,
    /// The origin of each byte in the original text.
    origins: Vec<Range<usize>>,
}

impl Reading {
    fn with_capacity(length: usize) -> Self {
        Self {
            text: Zeroizing::new(Vec::with_capacity(length)),
            origins: Vec::with_capacity(length),
        }
    }

    /// The origin of a non-empty part.
    pub(super) fn origin(&self, part: Range<usize>) -> Range<usize> {
        self.origins[part.start].start..self.origins[part.end - 1].end
    }
}

/// Calls `look` with every decoded reading: backslash escapes, percent escapes, percent escapes with `+` for a space,
/// and their nestings.
pub(super) fn each_reading(text: &[u8], mut look: impl FnMut(&Reading)) {
    // Most lines have no escapes.
    if !text.iter().any(|byte| matches!(byte, b'\\' | b'%' | b'+')) {
        return;
    }
    let mut whole = Reading::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        whole.text.push(*byte);
        whole.origins.push(at..at + 1);
    }
    decode_nested(&whole, DEPTH, &mut look);
}

fn decode_nested(reading: &Reading, depth: usize, look: &mut impl FnMut(&Reading)) {
    for decoder in [backslash as Decoder, percent, plus] {
        if let Some(other) = decoded(reading, decoder) {
            look(&other);
            if depth > 1 {
                decode_nested(&other, depth - 1, look);
            }
        }
    }
}

/// Decodes an escape of one kind at the beginning of a text.
type Decoder = fn(&[u8]) -> Option<Decoded>;

/// A decoded escape: its bytes (UTF-8, at most four) and its length in the text.
struct Decoded {
    bytes: [u8; 4],
    count: usize,
    length: usize,
}

impl Decoded {
    fn byte(byte: u8, length: usize) -> Self {
        Self {
            bytes: [byte, 0, 0, 0],
            count: 1,
            length,
        }
    }

    fn letter(letter: char, length: usize) -> Self {
        let mut bytes = [0; 4];
        let count = letter.encode_utf8(&mut bytes).len();
        Self {
            bytes,
            count,
            length,
        }
    }
}

/// The reading with all escapes of one kind decoded, if there are any.
fn decoded(reading: &Reading, decoder: Decoder) -> Option<Reading> {
    let text = &reading.text;
    let mut other: Option<Reading> = None;
    let mut at = 0;
    while at < text.len() {
        if let Some(escape) = decoder(&text[at..]) {
            let other = other.get_or_insert_with(|| {
                let mut other = Reading::with_capacity(text.len());
                other.text.extend_from_slice(&text[..at]);
                other.origins.extend_from_slice(&reading.origins[..at]);
                other
            });
            let origin = reading.origin(at..at + escape.length);
            other.text.extend_from_slice(&escape.bytes[..escape.count]);
            let origins = std::iter::repeat_n(origin, escape.count);
            other.origins.extend(origins);
            at += escape.length;
        } else {
            if let Some(other) = &mut other {
                other.text.push(text[at]);
                other.origins.push(reading.origins[at].clone());
            }
            at += 1;
        }
    }
    other
}

fn percent(text: &[u8]) -> Option<Decoded> {
    let [b'%', high, low, ..] = *text else {
        return None;
    };
    Some(Decoded::byte(digit(high)? * 16 + digit(low)?, 3))
}

fn plus(text: &[u8]) -> Option<Decoded> {
    match text.first() {
        Some(b'+') => Some(Decoded::byte(b' ', 1)),
        _ => percent(text),
    }
}

/// The escapes of JSON and of Rust's `Debug`, which share most letters.
fn backslash(text: &[u8]) -> Option<Decoded> {
    let [b'\\', kind, rest @ ..] = text else {
        return None;
    };
    let byte = match kind {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'0' => 0,
        b'"' | b'\'' | b'\\' | b'/' => *kind,
        b'x' => {
            let [high, low, ..] = *rest else { return None };
            return Some(Decoded::byte(digit(high)? * 16 + digit(low)?, 4));
        }
        b'u' => return unicode(rest),
        _ => return None,
    };
    Some(Decoded::byte(byte, 2))
}

/// Decodes the part after `\u`: `{1f600}`, `00e9`, or two surrogates as `d83d\ude00`.
fn unicode(rest: &[u8]) -> Option<Decoded> {
    if let Some(braced) = rest.strip_prefix(b"{") {
        let end = braced.iter().take(7).position(|byte| *byte == b'}')?;
        let letter = char::from_u32(number(&braced[..end])?)?;
        return Some(Decoded::letter(letter, end + 4));
    }
    let first = number(rest.get(..4)?)?;
    if let Some(letter) = char::from_u32(first) {
        return Some(Decoded::letter(letter, 6));
    }
    let second = number(rest.get(4..)?.strip_prefix(b"\\u")?.get(..4)?)?;
    let halves = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let letter = char::decode_utf16(halves).next()?.ok()?;
    Some(Decoded::letter(letter, 12))
}

/// A number of at most six hexadecimal digits.
fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0, |number: u32, byte| {
        Some(number.checked_mul(16)? + u32::from(digit(*byte)?))
    })
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}
