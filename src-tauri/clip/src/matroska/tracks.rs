//! Segment information and track entries, decoded one at a time from memory.

use std::{
    io::{Cursor, Read, Seek},
    time::{Duration, SystemTime},
};

use matroska_demuxer::{MatroskaFile, TrackEntry, TrackType, TransferCharacteristics};

use super::{
    blocks::Blocks,
    ebml::{self, Element, id},
};
use crate::{
    codec::{AudioCodec, VideoCodec},
    error::ProbeError,
    headers::Header,
    media::{AudioTrack, Clip, Container, Hdr, VideoTrack},
    source::Source,
    timing::whole_hertz,
};

/// Largest number of tracks.
const MAX_TRACKS: usize = 128;
/// Largest total size of all track entries, in bytes.
const ENTRIES_CAP: u64 = 4 << 20;
/// Default number of nanoseconds per tick.
const NANOS_PER_SECOND: u64 = 1_000_000_000;
/// Seconds from 1970 to 2001, the epoch of these files.
const EPOCH_2001: u64 = 978_307_200;

/// The entries of a `Tracks` element, as stored.
pub(super) fn entries<R: Read + Seek>(
    source: &mut Source<R>,
    from: u64,
    end: u64,
) -> Result<Vec<Vec<u8>>, ProbeError> {
    if end - from > ENTRIES_CAP {
        return Err(ProbeError::TooComplex);
    }
    let mut entries = Vec::new();
    let mut at = from;
    while at < end {
        let Some(element) = ebml::element(source, at)? else {
            break;
        };
        let element_end = element.end.filter(|&element_end| element_end <= end);
        let element_end =
            element_end.ok_or_else(|| ProbeError::damaged("the list of tracks is broken"))?;
        // Larger entries hold the styles of subtitles, never a video.
        let small = element_end - element.body <= ebml::CONTENT_CAP as u64;
        if element.id == id::TRACK_ENTRY && small {
            if entries.len() == MAX_TRACKS {
                return Err(ProbeError::TooComplex);
            }
            entries.push(ebml::content(
                source,
                &Element {
                    end: Some(element_end),
                    ..element
                },
            )?);
        }
        at = element_end;
    }
    Ok(entries)
}

/// The chosen tracks and the segment's own values.
pub(super) struct Chosen {
    video: TrackEntry,
    audio: Option<TrackEntry>,
    nanos_per_tick: u64,
    duration: Option<f64>,
    created: Option<SystemTime>,
}

impl Chosen {
    /// Chooses from `entries`: the first enabled video and sound tracks.
    pub(super) fn new(info: &[u8], entries: &[Vec<u8>]) -> Result<Self, ProbeError> {
        let mut video: Option<TrackEntry> = None;
        let mut audio: Option<TrackEntry> = None;
        let mut segment = None;
        let mut failure = None;
        for entry in entries {
            let file = match MatroskaFile::open(Cursor::new(document(info, entry))) {
                Ok(file) => file,
                // A broken caption track does not fail the video.
                Err(error) => {
                    failure = Some(error);
                    continue;
                }
            };
            let Some(track) = file.tracks().first() else {
                continue;
            };
            let chosen = match track.track_type() {
                TrackType::Video if track.video().is_some() => &mut video,
                TrackType::Audio => &mut audio,
                _ => continue,
            };
            let better = chosen
                .as_ref()
                .is_none_or(|chosen| !chosen.flag_enabled() && track.flag_enabled());
            if better {
                *chosen = Some(track.clone());
            }
            segment.get_or_insert_with(|| file.info().clone());
        }
        match (video, segment, failure) {
            (Some(video), Some(segment), _) => Ok(Self {
                video,
                audio,
                nanos_per_tick: segment.timestamp_scale().get(),
                duration: segment.duration(),
                created: segment.date_utc().and_then(created),
            }),
            (None, _, Some(error)) => Err(ProbeError::damaged(format!("track entry: {error}"))),
            _ => Err(ProbeError::NoVideoTrack),
        }
    }

    /// The track number in the video's blocks.
    pub(super) fn video_number(&self) -> u64 {
        self.video.track_number().get()
    }

    /// The duration that the segment states.
    pub(super) fn duration(&self) -> Option<Duration> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "nanoseconds per tick are far below 2^52"
        )]
        let seconds = self.duration? * self.nanos_per_tick as f64 / 1e9;
        Duration::try_from_secs_f64(seconds).ok()
    }

    pub(super) fn into_clip(self, container: Container, blocks: &Blocks) -> Clip {
        let stated = self.duration().filter(|duration| !duration.is_zero());
        let duration = stated.unwrap_or_else(|| {
            Duration::from_nanos(blocks.ticks().saturating_mul(self.nanos_per_tick))
        });
        Clip {
            container,
            video: self.video_track(blocks),
            audio: self.audio.as_ref().map(audio_track),
            duration,
            created: self.created,
        }
    }

    fn video_track(&self, blocks: &Blocks) -> VideoTrack {
        let codec = VideoCodec::from_matroska(self.video.codec_id());
        let cadence = blocks.cadence();
        let variable = cadence.is_variable();
        #[expect(
            clippy::cast_precision_loss,
            reason = "nanoseconds per tick and frame are far below 2^52"
        )]
        let (measured, stated) = {
            let tick = self.nanos_per_tick as f64;
            let frame = self
                .video
                .default_duration()
                .map(|nanos| nanos.get() as f64);
            let second = NANOS_PER_SECOND as f64;
            (
                cadence.frame_rate(NANOS_PER_SECOND).map(|rate| rate / tick),
                frame.map(|frame| second / frame),
            )
        };
        let pictures = self.video.video();
        let colour = pictures.and_then(matroska_demuxer::Video::colour);
        let stated_depth = colour.and_then(matroska_demuxer::Colour::bits_per_channel);
        let side = |pixels: Option<u64>| u32::try_from(pixels.unwrap_or(0)).unwrap_or(u32::MAX);
        let private = self.video.codec_private();
        let header = Header::read(&codec, private);
        VideoTrack {
            width: side(pictures.map(|video| video.pixel_width().get())),
            height: side(pictures.map(|video| video.pixel_height().get())),
            // Matroska stores no rotation that players apply.
            rotation: 0,
            // A stated duration is exact where blocks are rounded to milliseconds, but it is only a default.
            frame_rate: match variable {
                Some(true) => measured.or(stated),
                _ => stated.or(measured),
            },
            variable_frame_rate: variable,
            bit_depth: stated_depth
                .and_then(|bits| u8::try_from(bits).ok())
                .filter(|&bits| bits > 0)
                .or_else(|| match codec {
                    VideoCodec::Vp9 => private.and_then(vp9_bit_depth),
                    _ => header.bit_depth,
                }),
            hdr: colour
                .and_then(matroska_demuxer::Colour::transfer_characteristics)
                .and_then(|transfer| match transfer {
                    TransferCharacteristics::Bt2100 => Some(Hdr::Pq),
                    TransferCharacteristics::Hlg => Some(Hdr::Hlg),
                    _ => None,
                })
                .or_else(|| Hdr::from_transfer(header.transfer?.into())),
            codec,
        }
    }
}

/// VP9's private data is a list of features: id, length, value. Feature 3 is the bit depth
/// (webmproject.org, "VP9 Codec Feature Metadata").
fn vp9_bit_depth(private: &[u8]) -> Option<u8> {
    private.chunks_exact(3).find_map(|feature| match feature {
        [3, 1, bits] => Some(*bits),
        _ => None,
    })
}

fn audio_track(entry: &TrackEntry) -> AudioTrack {
    let sound = entry.audio();
    AudioTrack {
        codec: AudioCodec::from_matroska(entry.codec_id()),
        channels: sound.and_then(|sound| u32::try_from(sound.channels().get()).ok()),
        sample_rate: sound
            .map(|sound| {
                sound
                    .output_sampling_frequency()
                    .unwrap_or(sound.sampling_frequency())
            })
            .and_then(whole_hertz),
    }
}

fn created(nanos_since_2001: i64) -> Option<SystemTime> {
    let epoch = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(EPOCH_2001))?;
    let distance = Duration::from_nanos(nanos_since_2001.unsigned_abs());
    if nanos_since_2001 < 0 {
        epoch.checked_sub(distance)
    } else {
        epoch.checked_add(distance)
    }
}

/// A small Matroska file around one track, which the demuxer reads instead of the real one.
fn document(info: &[u8], entry: &[u8]) -> Vec<u8> {
    const DOC_TYPE_VERSION: u32 = 0x4287;
    const DOC_TYPE_READ_VERSION: u32 = 0x4285;

    let mut header = Vec::new();
    ebml::write(&mut header, id::DOC_TYPE, b"matroska");
    ebml::write(&mut header, DOC_TYPE_VERSION, &[2]);
    ebml::write(&mut header, DOC_TYPE_READ_VERSION, &[2]);
    let mut tracks = Vec::new();
    ebml::write(&mut tracks, id::TRACK_ENTRY, entry);
    let mut segment = Vec::new();
    ebml::write(&mut segment, id::INFO, info);
    ebml::write(&mut segment, id::TRACKS, &tracks);
    ebml::write(&mut segment, id::CLUSTER, &[]);
    let mut document = Vec::new();
    ebml::write(&mut document, id::EBML, &header);
    ebml::write(&mut document, id::SEGMENT, &segment);
    document
}
