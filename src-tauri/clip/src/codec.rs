//! Codecs and their names in both container families.

use std::fmt;

use serde::Serialize;

/// The codec of a video track.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoCodec {
    /// H.264, AVC.
    H264,
    /// H.265, HEVC.
    H265,
    /// VP8.
    Vp8,
    /// VP9.
    Vp9,
    /// AV1.
    Av1,
    /// Apple `ProRes`, 422 and 4444.
    ProRes,
    /// MPEG-4 part 2: `DivX`, Xvid.
    Mpeg4,
    /// Any other codec, by the name that the container gives it.
    Other(String),
}

impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::H264 => "H.264",
            Self::H265 => "H.265",
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            Self::Av1 => "AV1",
            Self::ProRes => "ProRes",
            Self::Mpeg4 => "MPEG-4 part 2",
            Self::Other(name) => name,
        })
    }
}

impl VideoCodec {
    /// The codec of a sample entry's four-character code (ISO/IEC 14496-12 registry, `QuickTime`).
    pub(crate) fn from_fourcc(kind: [u8; 4]) -> Self {
        match &kind {
            b"avc1" | b"avc2" | b"avc3" | b"avc4" | b"dva1" | b"dvav" => Self::H264,
            b"hvc1" | b"hev1" | b"hvc2" | b"hev2" | b"dvh1" | b"dvhe" => Self::H265,
            b"vp08" => Self::Vp8,
            b"vp09" => Self::Vp9,
            b"av01" | b"dav1" => Self::Av1,
            b"apco" | b"apcs" | b"apcn" | b"apch" | b"ap4h" | b"ap4x" => Self::ProRes,
            b"mp4v" | b"XVID" | b"xvid" | b"DIVX" | b"divx" | b"DX50" | b"FMP4" => Self::Mpeg4,
            _ => Self::Other(printable(kind)),
        }
    }

    /// The codec of an `mp4v` entry's object type (ISO/IEC 14496-1, mp4ra.org).
    pub(crate) fn from_object_type(object_type: u8) -> Self {
        match object_type {
            0x21 => Self::H264,
            0x23 => Self::H265,
            0x60..=0x65 => Self::Other("MPEG-2".into()),
            0x6A => Self::Other("MPEG-1".into()),
            0x6C => Self::Other("jpeg".into()),
            0x6D => Self::Other("png".into()),
            _ => Self::Mpeg4,
        }
    }

    /// The codec of a Matroska `CodecID` (matroska.org, codec mappings).
    pub(crate) fn from_matroska(id: &str) -> Self {
        match id {
            "V_MPEG4/ISO/AVC" => Self::H264,
            "V_MPEGH/ISO/HEVC" => Self::H265,
            "V_VP8" => Self::Vp8,
            "V_VP9" => Self::Vp9,
            "V_AV1" => Self::Av1,
            "V_PRORES" => Self::ProRes,
            "V_MPEG4/ISO/SP" | "V_MPEG4/ISO/ASP" | "V_MPEG4/ISO/AP" => Self::Mpeg4,
            other => Self::Other(other.chars().filter(|c| !c.is_control()).take(64).collect()),
        }
    }
}

/// The codec of a sound track.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AudioCodec {
    /// AAC, any profile.
    Aac,
    /// MPEG audio layer 3.
    Mp3,
    /// Opus.
    Opus,
    /// Vorbis.
    Vorbis,
    /// FLAC.
    Flac,
    /// Apple Lossless.
    Alac,
    /// Dolby Digital.
    Ac3,
    /// Dolby Digital Plus.
    Eac3,
    /// Uncompressed samples of any kind.
    Pcm,
    /// Any other codec, by the name that the container gives it.
    Other(String),
}

impl fmt::Display for AudioCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aac => "AAC",
            Self::Mp3 => "MP3",
            Self::Opus => "Opus",
            Self::Vorbis => "Vorbis",
            Self::Flac => "FLAC",
            Self::Alac => "ALAC",
            Self::Ac3 => "AC-3",
            Self::Eac3 => "E-AC-3",
            Self::Pcm => "PCM",
            Self::Other(name) => name,
        })
    }
}

impl AudioCodec {
    /// The codec of a sample entry's four-character code. `mp4a` is AAC unless its descriptor names another codec.
    pub(crate) fn from_fourcc(kind: [u8; 4]) -> Self {
        match &kind {
            b"mp4a" => Self::Aac,
            b".mp3" | [b'm', b's', 0, 0x55] => Self::Mp3,
            b"Opus" => Self::Opus,
            b"fLaC" => Self::Flac,
            b"alac" => Self::Alac,
            b"ac-3" => Self::Ac3,
            b"ec-3" => Self::Eac3,
            b"sowt" | b"twos" | b"lpcm" | b"ipcm" | b"fpcm" | b"raw " | b"NONE" | b"in24"
            | b"in32" | b"fl32" | b"fl64" => Self::Pcm,
            _ => Self::Other(printable(kind)),
        }
    }

    /// The codec of an `mp4a` entry's object type (ISO/IEC 14496-1, mp4ra.org).
    pub(crate) fn from_object_type(object_type: u8) -> Self {
        match object_type {
            0x69 | 0x6B => Self::Mp3,
            0xA5 => Self::Ac3,
            0xA6 => Self::Eac3,
            0xAD => Self::Opus,
            0xDD => Self::Vorbis,
            _ => Self::Aac,
        }
    }

    /// The codec of a Matroska `CodecID` (matroska.org, codec mappings).
    pub(crate) fn from_matroska(id: &str) -> Self {
        match id {
            "A_MPEG/L3" => Self::Mp3,
            "A_OPUS" => Self::Opus,
            "A_VORBIS" => Self::Vorbis,
            "A_FLAC" => Self::Flac,
            "A_ALAC" => Self::Alac,
            "A_AC3" => Self::Ac3,
            "A_EAC3" => Self::Eac3,
            id if id == "A_AAC" || id.starts_with("A_AAC/") => Self::Aac,
            id if id.starts_with("A_PCM/") => Self::Pcm,
            other => Self::Other(other.chars().filter(|c| !c.is_control()).take(64).collect()),
        }
    }
}

/// A four-character code as text that is safe to display.
fn printable(kind: [u8; 4]) -> String {
    let text: String = kind
        .iter()
        .map(|&byte| match byte {
            b' '..=b'~' => char::from(byte),
            _ => '?',
        })
        .collect();
    text.trim_end().to_owned()
}
