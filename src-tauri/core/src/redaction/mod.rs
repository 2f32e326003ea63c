//! Redaction: removes known secrets from everything that is printed.
//!
//! The registry has no secret itself. For each spelling of each secret it has the length and a fingerprint under a
//! random key of this process. An attacker who can read this memory could test a guess, but could read the vault's key
//! as well.

mod decoding;
mod registry;
mod spelling;
#[cfg(test)]
mod tests;
mod writer;

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use parking_lot::{RwLock, RwLockReadGuard};
use zeroize::Zeroizing;

use registry::{Lifetime, Registry};
pub use writer::{Redacted, RedactedWriter};

/// The replacement of a secret.
pub const MARK: &str = "[redacted]";
/// The minimum length of a secret, in bytes: shorter ones would occur in ordinary words.
pub const SHORTEST: usize = 8;

static REGISTRY: LazyLock<RwLock<Registry>> = LazyLock::new(RwLock::default);

/// Registers a secret with a limited lifetime, such as a token: the newest few thousand are known. The parts of an
/// address are registered as well. Texts of less than [`SHORTEST`] bytes are ignored.
pub fn register(secret: &str) {
    remember(&REGISTRY, secret, Lifetime::Recent);
}

/// Registers a secret for the life of the process: a key, a passphrase, the app's client secret.
pub fn register_for_good(secret: &str) {
    remember(&REGISTRY, secret, Lifetime::Process);
}

/// Replaces every secret in the text by [`MARK`], in every known spelling: plain, escaped as in JSON and `Debug`, form-
/// or percent-encoded, hexadecimal, Base64, or mixed escapes.
pub fn redact(text: &str) -> Cow<'_, str> {
    match remove_secrets(&REGISTRY, text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        // Replaced parts begin and end between characters, so nothing is lost here.
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
        let mut registry = registry.write();
        registry.insert(prints, lifetime);
    }
}

fn remove_secrets<'a>(registry: &RwLock<Registry>, text: &'a [u8]) -> Cow<'a, [u8]> {
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
    // A mark and the text around it may form another secret. No real secret is like that.
    if find(registry, &clean).is_empty() {
        Cow::Owned(std::mem::take(&mut *clean))
    } else {
        Cow::Owned(MARK.as_bytes().to_vec())
    }
}

/// The ranges of secrets in the text, in order and disjoint.
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

fn read(registry: &RwLock<Registry>) -> RwLockReadGuard<'_, Registry> {
    registry.read()
}
