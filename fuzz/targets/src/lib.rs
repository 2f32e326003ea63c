//! What Slipway reads from outside, and what must hold whatever comes.
//!
//! Each module's `run` takes one input, reads it as Slipway would, and panics when a promise is broken. The fuzzing
//! programs beside this crate feed it what libFuzzer thinks of; `tests/corpus.rs` feeds it what was found before.

// The parsers are open to fuzzing in debug builds alone, and in the fuzzing programs, which keep debug assertions.
#![cfg(debug_assertions)]
#![expect(
    clippy::missing_panics_doc,
    reason = "a panic is how a broken promise shows, in every target"
)]

pub mod answers;
pub mod callback;
pub mod deep_link;
pub mod media;
pub mod side_file;
pub mod vault_text;
pub mod webhook;

/// A target by the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("answers", answers::run),
    ("callback", callback::run),
    ("deep_link", deep_link::run),
    ("media", media::run),
    ("side_file", side_file::run),
    ("vault_text", vault_text::run),
    ("webhook", webhook::run),
];

/// Everything that an error says, to people and to logs, its causes included.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error:?}");
    let mut cause = Some(error);
    while let Some(error) = cause {
        text.push('\n');
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Whether a text that came from outside is fit for a line in a log: bounded, and without control characters.
fn is_tame(text: &str) -> bool {
    text.chars().count() <= 500 && !text.contains(char::is_control)
}
