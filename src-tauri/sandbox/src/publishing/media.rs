//! A first look at an uploaded file: which container it is and how long it plays. Never reads the pictures.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Media {
    pub(crate) media_type: &'static str,
    pub(crate) duration: Option<Duration>,
}

/// No file of the kinds that TikTok takes has more parts than this before its index.
const MOST_PARTS: usize = 10_000;

/// Looks at a file; `None` if it is no MP4, MOV or WebM.
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
        // Whatever ends in the middle of its own structure is broken.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        found => found,
    }
}

/// A box of the ISO base media format.
struct Part {
    kind: [u8; 4],
    /// First byte after the box.
    end: u64,
    body: u64,
}

fn next_box(file: &mut (impl Read + Seek), limit: u64) -> io::Result<Option<Part>> {
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
        Some(end) if size >= header && end <= limit => Ok(Some(Part {
            kind,
            end,
            body: start + header,
        })),
        _ => Ok(None),
    }
}

/// Finds a box among its siblings and leaves the file at its body.
fn find(file: &mut (impl Read + Seek), limit: u64, wanted: [u8; 4]) -> io::Result<Option<Part>> {
    for _ in 0..MOST_PARTS {
        let Some(part) = next_box(file, limit)? else {
            return Ok(None);
        };
        if part.kind == wanted {
            file.seek(SeekFrom::Start(part.body))?;
            return Ok(Some(part));
        }
        file.seek(SeekFrom::Start(part.end))?;
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
        // QuickTime files from before brands.
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
    // Fragmented files say 0 here, or all ones: not known.
    let known = scale > 0 && units > 0 && units != u64::MAX && units != u64::from(u32::MAX);
    let duration = known.then(|| {
        let scale = u64::from(scale);
        // The remainder is below the scale, so that this stays below one second.
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
    for _ in 0..MOST_PARTS {
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

/// The next EBML element: its id and where it ends; an unknown size ends with its parent.
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

/// A number whose leading zeros say how long it is. Ids keep the marker bit; a size of all ones is unknown.
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
mod tests {
    use proptest::prelude::*;
    use std::io::Write;

    use super::*;

    fn look(content: &[u8]) -> Option<Media> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        inspect(file.path()).unwrap()
    }

    fn boxed(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len() + 8).unwrap();
        [&size.to_be_bytes(), &kind[..], body].concat()
    }

    fn mvhd(version: u8) -> Vec<u8> {
        let mut body = vec![version, 0, 0, 0];
        body.extend(if version == 1 {
            vec![0; 16]
        } else {
            vec![0; 8]
        });
        body.extend(600_u32.to_be_bytes());
        body.extend(if version == 1 {
            750_u64.to_be_bytes().to_vec()
        } else {
            750_u32.to_be_bytes().to_vec()
        });
        boxed(*b"mvhd", &body)
    }

    #[test]
    fn knows_mp4_and_mov_with_the_index_at_either_end() {
        let (mdat, moov) = (boxed(*b"mdat", &[7; 5000]), boxed(*b"moov", &mvhd(0)));
        let duration = Some(Duration::from_millis(1250));
        for (brand, media_type) in [
            (b"isom\0\0\0\0", "video/mp4"),
            (b"qt  \0\0\0\0", "video/quicktime"),
        ] {
            let ftyp = boxed(*b"ftyp", brand);
            let expected = Some(Media {
                media_type,
                duration,
            });
            assert_eq!(look(&[&ftyp[..], &mdat, &moov].concat()), expected);
            assert_eq!(look(&[&ftyp[..], &moov, &mdat].concat()), expected);
            assert_eq!(
                look(&[&ftyp[..], &boxed(*b"moov", &mvhd(1)), &mdat].concat()),
                expected
            );
        }
        assert_eq!(
            look(&[&mdat[..], &moov].concat()).unwrap().media_type,
            "video/quicktime"
        );
    }

    #[test]
    fn knows_webm_and_not_its_relatives() {
        let file = |doc_type: &[u8]| {
            let mut header = vec![0x42, 0x82, 0x80 | u8::try_from(doc_type.len()).unwrap()];
            header.extend(doc_type);
            let mut info = vec![0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x40, 0x44, 0x89, 0x84];
            info.extend(1500_f32.to_be_bytes());
            let mut all = vec![
                0x1A,
                0x45,
                0xDF,
                0xA3,
                0x80 | u8::try_from(header.len()).unwrap(),
            ];
            all.extend(header);
            all.extend([
                0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            ]);
            all.extend([
                0x15,
                0x49,
                0xA9,
                0x66,
                0x80 | u8::try_from(info.len()).unwrap(),
            ]);
            all.extend(info);
            all
        };
        let expected = Media {
            media_type: "video/webm",
            duration: Some(Duration::from_millis(1500)),
        };
        assert_eq!(look(&file(b"webm")), Some(expected));
        assert_eq!(look(&file(b"matroska")), None);
    }

    #[test]
    fn anything_else_is_no_video() {
        let ftyp = boxed(*b"ftyp", b"isom\0\0\0\0");
        let whole = [
            &ftyp[..],
            &boxed(*b"mdat", &[7; 100]),
            &boxed(*b"moov", &mvhd(0)),
        ]
        .concat();
        for content in [
            &b""[..],
            b"hello, this is a text file and not a video",
            &[0; 4096],
            &[0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13],
            &ftyp,
            &whole[..whole.len() - 20],
            &[&ftyp[..], &boxed(*b"moov", &[])].concat(),
        ] {
            assert_eq!(look(content), None);
        }
    }

    proptest! {
        #[test]
        fn never_fails_on_any_bytes(head in 0..5_usize, tail in proptest::collection::vec(any::<u8>(), 0..200)) {
            let heads: [&[u8]; 5] = [
                b"",
                b"\0\0\0\x10ftypisom\0\0\0\0",
                b"\0\0\0\x10ftypqt  \0\0\0\0\0\0\0\0moov\0\0\0\0mvhd",
                b"\x1A\x45\xDF\xA3",
                b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67",
            ];
            look(&[heads[head], &tail].concat());
        }
    }
}
