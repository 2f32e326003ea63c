//! The `moov` box: its tracks, and the choice of the video track.

use std::{
    io::{Read, Seek},
    time::{Duration, SystemTime},
};

use mp4_atom::{Mehd, Mvhd, Trex};

use super::{
    boxes::{self, BoxHeader, FIXED_CAP},
    fragments,
    sample_entry::Media,
    track::Track,
};
use crate::{
    error::ProbeError,
    media::{Clip, Container, VideoTrack},
    source::Source,
    timing::ticks,
};

/// Largest number of tracks.
const MAX_TRACKS: usize = 128;
/// Seconds from 1904, the epoch of these files, to 1970.
const EPOCH_1904: u64 = 2_082_844_800;

/// A movie's headers.
pub(super) struct Movie {
    header: Mvhd,
    /// The chosen video track.
    video: Track,
    /// The chosen sound track.
    audio: Option<Track>,
    fragmented: bool,
    /// Length of all fragments according to `mehd`, in the movie's ticks.
    fragment_ticks: u64,
}

impl Movie {
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        moov: &BoxHeader,
    ) -> Result<Self, ProbeError> {
        let children = boxes::children(source, moov.body, moov.end)?;
        if boxes::find(&children, *b"cmov").is_some() {
            return Err(ProbeError::damaged("the movie header is compressed"));
        }
        let header = boxes::find(&children, *b"mvhd")
            .ok_or_else(|| ProbeError::damaged("no movie header"))?;
        let header: Mvhd = boxes::decode(source, &header, FIXED_CAP)?;

        let extends = boxes::find(&children, *b"mvex");
        let mut fragment_ticks = 0;
        let mut defaults = Vec::new();
        if let Some(extends) = extends {
            for child in boxes::children(source, extends.body, extends.end)? {
                match &child.kind {
                    b"mehd" => {
                        fragment_ticks =
                            boxes::decode::<Mehd, _>(source, &child, FIXED_CAP)?.fragment_duration;
                    }
                    b"trex" => defaults.push(boxes::decode::<Trex, _>(source, &child, FIXED_CAP)?),
                    _ => {}
                }
            }
        }

        let entries: Vec<_> = children
            .iter()
            .filter(|child| child.kind == *b"trak")
            .collect();
        if entries.len() > MAX_TRACKS {
            return Err(ProbeError::TooComplex);
        }
        let mut tracks = Vec::with_capacity(entries.len());
        let mut failure = None;
        for entry in entries {
            match Track::read(source, entry) {
                Ok(track) => tracks.extend(track),
                // A broken caption track does not fail the video, but the limits of a probe do.
                Err(error @ ProbeError::Damaged { .. }) => failure = Some(error),
                Err(error) => return Err(error),
            }
        }
        for track in &mut tracks {
            track.default_duration = defaults
                .iter()
                .find(|trex| trex.track_id == track.id)
                .map(|trex| trex.default_sample_duration);
        }
        let chosen = choose_video(&tracks).map(|index| tracks.swap_remove(index));
        let mut video = match (chosen, failure) {
            (Some(track), _) => track,
            (None, Some(error)) => return Err(error),
            (None, None) => return Err(ProbeError::NoVideoTrack),
        };
        let audio = tracks
            .iter()
            .enumerate()
            .filter(|(_, track)| matches!(track.media, Media::Sound(_)))
            // The first enabled track. The swap of the video track above may have changed the order.
            .min_by_key(|(_, track)| (!track.enabled, track.position))
            .map(|(index, _)| index);
        let mut audio = audio.map(|index| tracks.swap_remove(index));
        video.read_cadence(source)?;
        if let Some(audio) = &mut audio {
            audio.count_described();
        }
        Ok(Self {
            header,
            video,
            audio,
            fragmented: extends.is_some(),
            fragment_ticks,
        })
    }

    /// Adds the contents of the fragments.
    pub(super) fn add_fragments<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        moofs: &[BoxHeader],
    ) -> Result<(), ProbeError> {
        let mut tracks: Vec<&mut Track> = std::iter::once(&mut self.video)
            .chain(&mut self.audio)
            .collect();
        fragments::add(source, moofs, &mut tracks)
    }

    /// Whether the headers have any frame of the video.
    pub(super) fn has_frames(&self) -> bool {
        self.video.cadence.frames() > 0
    }

    pub(super) fn into_clip(self, container: Container) -> Result<Clip, ProbeError> {
        let duration = self.duration();
        let matrix = &self.header.matrix;
        let rotation = quarter_turns(self.video.matrix, [matrix.a, matrix.b, matrix.c, matrix.d]);
        let cadence = self.video.cadence;
        let frame_rate = cadence.frame_rate(u64::from(self.video.timescale));
        let Media::Pictures(pictures) = self.video.media else {
            return Err(ProbeError::NoVideoTrack);
        };
        let (width, height) = match (pictures.width, pictures.height) {
            (0, _) | (_, 0) => (
                u32::from(self.video.shown_width),
                u32::from(self.video.shown_height),
            ),
            size => size,
        };
        if width == 0 || height == 0 {
            return Err(ProbeError::damaged("the picture has no size"));
        }
        let (width, height) = if rotation.is_multiple_of(180) {
            (width, height)
        } else {
            (height, width)
        };
        let audio = self.audio.and_then(|track| match track.media {
            Media::Sound(sound) => Some(sound),
            Media::Pictures(_) => None,
        });
        Ok(Clip {
            container,
            video: VideoTrack {
                codec: pictures.codec,
                width,
                height,
                rotation,
                frame_rate,
                variable_frame_rate: cadence.is_variable(),
                bit_depth: pictures.bit_depth,
                hdr: pictures.hdr,
            },
            audio,
            duration,
            created: created(self.header.creation_time),
        })
    }

    /// The longer duration of picture and sound, or the movie's own duration if the tracks have none.
    fn duration(&self) -> Duration {
        let timescale = self.header.timescale;
        let tracks = std::iter::once(&self.video)
            .chain(&self.audio)
            .map(|track| track.duration(timescale))
            .max()
            .unwrap_or_default();
        if !tracks.is_zero() {
            return tracks;
        }
        ticks(
            if self.fragmented {
                self.fragment_ticks
            } else {
                self.header.duration
            },
            timescale,
        )
    }
}

/// The first enabled track of moving pictures, or else the first disabled one.
fn choose_video(tracks: &[Track]) -> Option<usize> {
    let moving = |enabled: bool| {
        tracks.iter().position(|track| {
            track.enabled == enabled
                && matches!(track.media, Media::Pictures(_))
                && !is_still(track)
                // Chapters have pictures of their own.
                && !tracks.iter().any(|other| other.chapters.contains(&track.id))
        })
    };
    moving(true).or_else(|| moving(false))
}

/// Whether the track is a cover or thumbnail: one picture in a picture codec.
fn is_still(track: &Track) -> bool {
    match &track.media {
        Media::Pictures(pictures) => {
            track.sample_count == 1
                && matches!(
                    pictures.codec.to_string().as_str(),
                    "jpeg" | "mjpa" | "mjpb" | "mjp2" | "png" | "gif"
                )
        }
        Media::Sound(_) => false,
    }
}

fn created(since_1904: u64) -> Option<SystemTime> {
    // Zero means "not set". Some tools count from 1970 by mistake, which yields an earlier date.
    let seconds = since_1904
        .checked_sub(EPOCH_1904)
        .filter(|&seconds| seconds > 0)?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// The clockwise rotation of the track's and the movie's matrices together.
fn quarter_turns(track: [i32; 4], movie: [i32; 4]) -> u16 {
    let (track, movie) = (track.map(f64::from), movie.map(f64::from));
    // Rows times columns: cell (row, column) of the product.
    let cell = |row: usize, column: usize| {
        track[2 * row] * movie[column] + track[2 * row + 1] * movie[2 + column]
    };
    let (right, down) = (cell(0, 0), cell(0, 1));
    // A mirrored picture is rotated as if it were not mirrored.
    let mirrored = right * cell(1, 1) - down * cell(1, 0) < 0.0;
    let (right, down) = if mirrored {
        (-right, -down)
    } else {
        (right, down)
    };
    match down.atan2(right).to_degrees() {
        degrees if (45.0..135.0).contains(&degrees) => 90,
        degrees if (-135.0..-45.0).contains(&degrees) => 270,
        degrees if (-45.0..45.0).contains(&degrees) => 0,
        _ => 180,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i32 = 1 << 16;
    const FLAT: [i32; 4] = [ONE, 0, 0, ONE];

    /// ISO/IEC 14496-12, 8.3.2: x' = ax + cy, y' = bx + dy, y pointing down.
    #[test]
    fn matrices_give_rotations() {
        // The matrix that an upright phone writes.
        let quarter = [0, ONE, -ONE, 0];
        let half = [-ONE, 0, 0, -ONE];
        let three_quarters = [0, -ONE, ONE, 0];
        assert_eq!(quarter_turns(FLAT, FLAT), 0);
        assert_eq!(quarter_turns(quarter, FLAT), 90);
        assert_eq!(quarter_turns(half, FLAT), 180);
        assert_eq!(quarter_turns(three_quarters, FLAT), 270);
        assert_eq!(quarter_turns(quarter, quarter), 180);
        assert_eq!(quarter_turns(FLAT, three_quarters), 270);
    }

    #[test]
    fn mirrors_and_invalid_matrices_do_not_rotate() {
        assert_eq!(quarter_turns([-ONE, 0, 0, ONE], FLAT), 0);
        assert_eq!(quarter_turns([0; 4], FLAT), 0);
    }

    #[test]
    fn dates_before_1970_are_ignored() {
        assert_eq!(created(0), None);
        assert_eq!(created(EPOCH_1904), None);
        let hour = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
        assert_eq!(created(EPOCH_1904 + 3600), Some(hour));
    }
}
