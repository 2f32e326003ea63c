//! The properties of a video file, read from its headers alone, and their check against TikTok's rules.
//!
//! [`probe`] reads the headers of MP4, QuickTime, WebM and Matroska files of any size and returns their properties.
//! [`findings`] compares these with TikTok's rules, and [`repair`] plans the changes that satisfy them.
//!
//! The content of a file decides, never its name. A hostile file cannot make a probe run long: it ends within 16 MB of
//! memory and returns a [`ProbeError`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod codec;
mod error;
mod headers;
mod isobmff;
mod matroska;
mod media;
mod probe;
pub mod repair;
pub mod rules;
mod source;
mod timing;

pub use codec::{AudioCodec, VideoCodec};
pub use error::ProbeError;
pub use media::{AudioTrack, Clip, Container, Hdr, VideoTrack};
pub use probe::{probe, probe_file};
pub use rules::{CreatorLimits, Finding, Measure, Rule, Severity, findings};
