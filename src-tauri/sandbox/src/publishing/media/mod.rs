//! Detection of the container format and the duration of an uploaded file. The video frames are not decoded.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

/// The detected format and duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Media {
    pub(crate) media_type: &'static str,
    pub(crate) duration: Option<Duration>,
}

/// Maximum number of boxes or elements to skip before the index. Valid videos have fewer.
const MAX_BOXES: usize = 10_000;

/// Inspects a file. Returns `None` if it is not an MP4, MOV or WebM file.
pub(crate) fn inspect(path: &Path) -> io::Result<Option<Media>> {
    let mut file = BufReader::new(File::open(path)?);
    let found = match isobmff(&mut file) {
        Ok(None) => {
            file.rewind()?;
            webm(&mut file)
        }
        found => found,
    };
    match found {
        // A file that ends inside one of its own structures is damaged.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        found => found,
    }
}

/// A box of the ISO base media format.
struct IsoBox {
    kind: [u8; 4],
    /// Offset of the first byte after the box.
    end: u64,
    body: u64,
}

fn next_box(file: &mut (impl Read + Seek), limit: u64) -> io::Result<Option<IsoBox>> {
    let start = file.stream_position()?;
    if start + 8 > limit {
        return Ok(None);
    }
    let size = u64::from(u32::from_be_bytes(bytes(file)?));
    let kind: [u8; 4] = bytes(file)?;
    let (size, header) = match size {
        0 => (limit - start, 8),
        1 => (u64::from_be_bytes(bytes(file)?), 16),
        size => (size, 8),
    };
    match start.checked_add(size) {
        Some(end) if size >= header && end <= limit => Ok(Some(IsoBox {
            kind,
            end,
            body: start + header,
        })),
        _ => Ok(None),
    }
}

/// Finds a box among its siblings and seeks to its body.
fn find(file: &mut (impl Read + Seek), limit: u64, wanted: [u8; 4]) -> io::Result<Option<IsoBox>> {
    for _ in 0..MAX_BOXES {
        let Some(iso_box) = next_box(file, limit)? else {
            return Ok(None);
        };
        if iso_box.kind == wanted {
            file.seek(SeekFrom::Start(iso_box.body))?;
            return Ok(Some(iso_box));
        }
        file.seek(SeekFrom::Start(iso_box.end))?;
    }
    Ok(None)
}

fn isobmff(file: &mut (impl Read + Seek)) -> io::Result<Option<Media>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let Some(first) = next_box(file, length)? else {
        return Ok(None);
    };
    let media_type = match &first.kind {
        b"ftyp" if first.end - first.body >= 4 => {
            file.seek(SeekFrom::Start(first.body))?;
            if bytes(file)? == *b"qt  " {
                "video/quicktime"
            } else {
                "video/mp4"
            }
        }
        // QuickTime files from before the introduction of brands.
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" => "video/quicktime",
        _ => return Ok(None),
    };
    file.rewind()?;
    let Some(moov) = find(file, length, *b"moov")? else {
        return Ok(None);
    };
    if find(file, moov.end, *b"mvhd")?.is_none() {
        return Ok(None);
    }
    let version_and_flags: [u8; 4] = bytes(file)?;
    let (scale, units) = if version_and_flags[0] == 1 {
        let _created_and_modified: [u8; 16] = bytes(file)?;
        (
            u32::from_be_bytes(bytes(file)?),
            u64::from_be_bytes(bytes(file)?),
        )
    } else {
        let _created_and_modified: [u8; 8] = bytes(file)?;
        let scale = u32::from_be_bytes(bytes(file)?);
        (scale, u64::from(u32::from_be_bytes(bytes(file)?)))
    };
    // Fragmented files contain 0 or all ones here: the duration is unknown.
    let known = scale > 0 && units > 0 && units != u64::MAX && units != u64::from(u32::MAX);
    let duration = known.then(|| {
        let scale = u64::from(scale);
        // The remainder is smaller than the scale, so the result is below one second.
        let nanos = u128::from(units % scale) * 1_000_000_000 / u128::from(scale);
        Duration::new(units / scale, u32::try_from(nanos).unwrap_or_default())
    });
    Ok(Some(Media {
        media_type,
        duration,
    }))
}

const EBML: u64 = 0x1A45_DFA3;
const DOC_TYPE: u64 = 0x4282;
const SEGMENT: u64 = 0x1853_8067;
const INFO: u64 = 0x1549_A966;
const CLUSTER: u64 = 0x1F43_B675;
const TIMESTAMP_SCALE: u64 = 0x002A_D7B1;
const DURATION: u64 = 0x4489;

fn webm(file: &mut (impl Read + Seek)) -> io::Result<Option<Media>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let Some((EBML, header_end)) = element(file, length)? else {
        return Ok(None);
    };
    let mut is_webm = false;
    while let Some((id, end)) = element(file, header_end)? {
        if id == DOC_TYPE {
            let mut name = Vec::new();
            let from = file.stream_position()?;
            file.by_ref()
                .take((end - from).min(16))
                .read_to_end(&mut name)?;
            is_webm = name.split(|byte| *byte == 0).next() == Some(b"webm");
        }
        file.seek(SeekFrom::Start(end))?;
    }
    if !is_webm {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(header_end))?;
    let Some((SEGMENT, segment_end)) = element(file, length)? else {
        return Ok(None);
    };
    for _ in 0..MAX_BOXES {
        match element(file, segment_end)? {
            Some((INFO, end)) => {
                return Ok(Some(Media {
                    media_type: "video/webm",
                    duration: webm_duration(file, end)?,
                }));
            }
            None | Some((CLUSTER, _)) => break,
            Some((_, end)) => {
                file.seek(SeekFrom::Start(end))?;
            }
        }
    }
    Ok(None)
}

fn webm_duration(file: &mut (impl Read + Seek), limit: u64) -> io::Result<Option<Duration>> {
    let (mut scale, mut units) = (1_000_000.0, None);
    while let Some((id, end)) = element(file, limit)? {
        let from = file.stream_position()?;
        match (id, end - from) {
            (TIMESTAMP_SCALE, length @ 1..=4) => {
                let mut value = 0_u32;
                for _ in 0..length {
                    value = value << 8 | u32::from(bytes::<1>(file)?[0]);
                }
                scale = f64::from(value);
            }
            (DURATION, 4) => units = Some(f64::from(f32::from_be_bytes(bytes(file)?))),
            (DURATION, 8) => units = Some(f64::from_be_bytes(bytes(file)?)),
            _ => {}
        }
        file.seek(SeekFrom::Start(end))?;
    }
    Ok(units.and_then(|units| Duration::try_from_secs_f64(units * scale / 1e9).ok()))
}

/// Reads the next EBML element and returns its id and end. An element of unknown size ends with its parent.
fn element(file: &mut (impl Read + Seek), limit: u64) -> io::Result<Option<(u64, u64)>> {
    if file.stream_position()? + 2 > limit {
        return Ok(None);
    }
    let Some((id, _)) = variable(file, 4, true)? else {
        return Ok(None);
    };
    let Some((size, unknown)) = variable(file, 8, false)? else {
        return Ok(None);
    };
    let body = file.stream_position()?;
    let end = if unknown {
        limit
    } else {
        body.saturating_add(size).min(limit)
    };
    Ok((end >= body).then_some((id, end)))
}

/// Reads a number whose leading zeros encode its length. Ids keep the marker bit; a size of all ones is unknown.
fn variable(
    file: &mut impl Read,
    longest: u32,
    keep_marker: bool,
) -> io::Result<Option<(u64, bool)>> {
    let [first] = bytes(file)?;
    let length = first.leading_zeros() + 1;
    if length > longest {
        return Ok(None);
    }
    let marker = 0x80_u8 >> (length - 1);
    let mut value = u64::from(if keep_marker { first } else { first & !marker });
    for _ in 1..length {
        value = value << 8 | u64::from(bytes::<1>(file)?[0]);
    }
    Ok(Some((value, value == (1 << (7 * length)) - 1)))
}

fn bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut buffer = [0; N];
    file.read_exact(&mut buffer)?;
    Ok(buffer)
}

#[cfg(test)]
mod tests;
