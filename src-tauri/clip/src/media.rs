//! The facts about a video file: container, tracks, duration.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::codec::{AudioCodec, VideoCodec};

/// The container format, told from the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// ISO base media: MP4, M4V, 3GP.
    Mp4,
    /// Apple's MOV.
    QuickTime,
    /// The web's subset of Matroska.
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

/// What a video file holds, as its headers tell it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clip {
    /// The container format.
    pub container: Container,
    /// The track that a player shows.
    pub video: VideoTrack,
    /// The track that a player plays, where there is sound.
    pub audio: Option<AudioTrack>,
    /// The playing time: that of the longer of both tracks, edit lists applied. Zero when the headers do not tell.
    pub duration: Duration,
    /// When the recording or export was made, where the file says so.
    pub created: Option<SystemTime>,
}

/// The facts about the moving pictures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VideoTrack {
    /// How the pictures are coded.
    pub codec: VideoCodec,
    /// Width as shown, in pixels: after rotation.
    pub width: u32,
    /// Height as shown, in pixels: after rotation.
    pub height: u32,
    /// By how many degrees players turn the coded picture clockwise: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Frames per second, averaged over the track; `None` when the headers do not tell.
    pub frame_rate: Option<f64>,
    /// Whether frames last clearly differently long; `None` when the headers do not tell.
    pub variable_frame_rate: Option<bool>,
    /// Bits per colour component; `None` when the headers do not tell.
    pub bit_depth: Option<u8>,
    /// The kind of high dynamic range, when the headers announce one.
    pub hdr: Option<Hdr>,
}

/// How more than standard dynamic range is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hdr {
    /// The perceptual quantizer of HDR10 (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
    /// Dolby Vision whose headers name no other transfer.
    DolbyVision,
}

impl Hdr {
    /// The kind behind transfer characteristics (ITU-T H.273, table 3).
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

/// The facts about the sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AudioTrack {
    /// How the sound is coded.
    pub codec: AudioCodec,
    /// The number of channels, where the headers tell.
    pub channels: Option<u32>,
    /// Samples per second, where the headers tell.
    pub sample_rate: Option<u32>,
}
