//! The properties of a video file: container, tracks and duration.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::Serialize;

use crate::codec::{AudioCodec, VideoCodec};

/// The container format, detected from the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// ISO base media: MP4, M4V, 3GP.
    Mp4,
    /// Apple's MOV.
    QuickTime,
    /// The subset of Matroska for the web.
    WebM,
    /// MKV.
    Matroska,
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mp4 => "MP4",
            Self::QuickTime => "MOV",
            Self::WebM => "WebM",
            Self::Matroska => "MKV",
        })
    }
}

/// The properties of a video file, from its headers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clip {
    /// The container format.
    pub container: Container,
    /// The video track that players choose.
    pub video: VideoTrack,
    /// The sound track that players choose, if there is one.
    pub audio: Option<AudioTrack>,
    /// The duration of the longer track, with edit lists applied. Zero when the headers do not tell it.
    pub duration: Duration,
    /// The time of the recording or export, if the file has one.
    pub created: Option<SystemTime>,
}

/// The properties of a video track.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VideoTrack {
    /// The codec.
    pub codec: VideoCodec,
    /// Displayed width in pixels, after rotation.
    pub width: u32,
    /// Displayed height in pixels, after rotation.
    pub height: u32,
    /// Clockwise rotation that players apply, in degrees: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Average number of frames per second; `None` when the headers do not tell it.
    pub frame_rate: Option<f64>,
    /// Whether the frames have clearly different durations; `None` when the headers do not tell it.
    pub variable_frame_rate: Option<bool>,
    /// Bits per colour component; `None` when the headers do not tell it.
    pub bit_depth: Option<u8>,
    /// The kind of high dynamic range, if the headers name one.
    pub hdr: Option<Hdr>,
}

/// A coding of high dynamic range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hdr {
    /// The perceptual quantizer of HDR10 (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
    /// Dolby Vision without another transfer in the headers.
    DolbyVision,
}

impl Hdr {
    /// The kind for these transfer characteristics (ITU-T H.273, table 3).
    pub(crate) fn from_transfer(characteristics: u16) -> Option<Self> {
        match characteristics {
            16 => Some(Self::Pq),
            18 => Some(Self::Hlg),
            _ => None,
        }
    }
}

impl fmt::Display for Hdr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pq => "PQ",
            Self::Hlg => "HLG",
            Self::DolbyVision => "Dolby Vision",
        })
    }
}

/// The properties of a sound track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AudioTrack {
    /// The codec.
    pub codec: AudioCodec,
    /// Number of channels, if the headers tell it.
    pub channels: Option<u32>,
    /// Samples per second, if the headers tell it.
    pub sample_rate: Option<u32>,
}
