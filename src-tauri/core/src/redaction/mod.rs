//! Redaction: secrets that came in are known by fingerprint, and whatever is printed is searched for them first.
//!
//! Nothing here holds a secret. It holds, for each spelling of each, its length and a fingerprint under a key that is
//! random for every process. Whoever can read this memory could test a guess; they could read the vault's key as well.

mod decoding;
mod registry;
mod spelling;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    borrow::Cow,
    ops::Range,
    sync::{LazyLock, PoisonError, RwLock},
};

use zeroize::Zeroizing;

use registry::{Lifetime, Registry};
pub use writer::{Redacted, RedactedWriter};

/// What stands in the place of a secret.
pub const MARK: &str = "[redacted]";
/// Nothing shorter is taken for a secret, in bytes: it would tear words apart.
pub const SHORTEST: usize = 8;

static REGISTRY: LazyLock<RwLock<Registry>> = LazyLock::new(RwLock::default);

/// Makes sure that the text is never printed: one of the secrets that come and go, of which the newest few thousand are
/// known. Of an address, its parts are secrets as well. A text of less than [`SHORTEST`] bytes is none.
pub fn register(secret: &str) {
    remember(&REGISTRY, secret, Lifetime::Recent);
}

/// As [`register`], for one of the few secrets that matter as long as the process lives: a key, a passphrase, the
/// app's client secret.
pub fn register_for_good(secret: &str) {
    remember(&REGISTRY, secret, Lifetime::Process);
}

/// The text with [`MARK`] in the place of every secret, however it is spelt: plain, escaped as JSON and as `Debug` do
/// it, form- or percent-encoded, in hexadecimal, in Base64, or a mixture of escapes.
pub fn redact(text: &str) -> Cow<'_, str> {
    match without_secrets(&REGISTRY, text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        // What is replaced begins and ends between two characters, so nothing is lost here.
        Cow::Owned(clean) => Cow::Owned(String::from_utf8_lossy(&clean).into_owned()),
    }
}

fn remember(registry: &RwLock<Registry>, secret: &str, lifetime: Lifetime) {
    for part in spelling::parts(secret.trim()) {
        if part.len() < SHORTEST || MARK.contains(part.as_str()) {
            continue;
        }
        let known = read(registry).knows(&part, lifetime);
        if known {
            continue;
        }
        let prints = read(registry).prints(&part);
        let mut registry = registry.write().unwrap_or_else(PoisonError::into_inner);
        registry.insert(prints, lifetime);
    }
}

fn without_secrets<'a>(registry: &RwLock<Registry>, text: &'a [u8]) -> Cow<'a, [u8]> {
    let secrets = find(registry, text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut clean = Zeroizing::new(Vec::with_capacity(text.len() + MARK.len() * secrets.len()));
    let mut at = 0;
    for secret in secrets {
        clean.extend_from_slice(&text[at..secret.start]);
        clean.extend_from_slice(MARK.as_bytes());
        at = secret.end;
    }
    clean.extend_from_slice(&text[at..]);
    // The mark beside what is left can spell a secret that was not there before. Nobody writes such secrets.
    if find(registry, &clean).is_empty() {
        Cow::Owned(std::mem::take(&mut *clean))
    } else {
        Cow::Owned(MARK.as_bytes().to_vec())
    }
}

/// Where secrets are in the text, in order and apart from each other.
fn find(registry: &RwLock<Registry>, text: &[u8]) -> Vec<Range<usize>> {
    let registry = read(registry);
    if registry.is_empty() {
        return Vec::new();
    }
    let mut found = registry.find(text);
    decoding::each_reading(text, |reading| {
        let spans = registry.find(&reading.text);
        found.extend(spans.into_iter().map(|span| reading.origin(span)));
    });
    found.sort_unstable_by_key(|span| span.start);
    found.dedup_by(|next, before| {
        let together = next.start <= before.end;
        if together {
            before.end = before.end.max(next.end);
        }
        together
    });
    found
}

fn read(registry: &RwLock<Registry>) -> std::sync::RwLockReadGuard<'_, Registry> {
    registry.read().unwrap_or_else(PoisonError::into_inner)
}
