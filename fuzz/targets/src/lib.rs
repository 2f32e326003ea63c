//! Fuzz targets for all of Slipway's input from outside, with the properties that must hold for each input.
//!
//! Each module's `run` reads one input as Slipway does, and panics when a property is violated. The fuzzing programs
//! beside this crate run it with libFuzzer's inputs, and `tests/corpus.rs` with the stored ones.

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
pub mod sidecar;
pub mod vault_text;
pub mod webhook;

/// A target, by the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("answers", answers::run),
    ("callback", callback::run),
    ("deep_link", deep_link::run),
    ("media", media::run),
    ("sidecar", sidecar::run),
    ("vault_text", vault_text::run),
    ("webhook", webhook::run),
];

/// All texts of an error, for users and for logs, including its causes.
fn error_texts(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error:?}");
    let mut cause = Some(error);
    while let Some(error) = cause {
        text.push('\n');
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Returns whether a text from outside may be logged: it is bounded, and has no control characters.
fn is_tame(text: &str) -> bool {
    text.chars().count() <= 500 && !text.contains(char::is_control)
}
