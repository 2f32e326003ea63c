//! What is in a video file, read from its headers alone, and whether TikTok takes it.
//!
//! [`probe`] reads the headers of MP4, QuickTime, WebM and Matroska files, whatever their size, and
//! tells what they hold. [`findings`] holds that against TikTok's rules, and [`repair`] says how to keep them.
//!
//! A file is judged by its content, never by its name. However hostile it is, probing ends soon,
//! stays under 16 MB of memory and answers with a [`ProbeError`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod codec;
mod error;
mod headers;
mod isobmff;
mod matroska;
mod media;
pub mod repair;
mod probe;
pub mod rules;
mod source;
mod timing;

pub use codec::{AudioCodec, VideoCodec};
pub use error::ProbeError;
pub use media::{AudioTrack, Clip, Container, Hdr, VideoTrack};
pub use probe::{probe, probe_file};
pub use rules::{CreatorLimits, Finding, Rule, Severity, findings};
