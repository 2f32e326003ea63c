//! Recognises videos that Slipway does not read by their first bytes: those with another extension, or with none.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::reasons::SkipReason;

/// How many bytes are read: three packets of an MPEG transport stream.
const HEAD: usize = 3 * 192;

/// Returns why a file is skipped if it is a video, and `None` if it is not. Blocks.
pub(super) fn recognise(path: &Path) -> io::Result<Option<SkipReason>> {
    let mut head = Vec::with_capacity(HEAD);
    File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
    let ending = path.extension().map(|ending| {
        let ending = ending.to_string_lossy();
        ending.to_lowercase()
    });
    Ok(is_video(&head).then_some(SkipReason::OtherFormat { ending }))
}

fn is_video(head: &[u8]) -> bool {
    let at = |offset: usize, bytes: &[u8]| {
        head.get(offset..)
            .is_some_and(|rest| rest.starts_with(bytes))
    };
    // Transport streams have packets of 188 bytes, or of 192 with a time in front.
    let packets = |first: usize, size: usize| {
        (0..3).all(|packet| head.get(first + packet * size) == Some(&0x47))
    };
    let is_iso = at(4, b"ftyp")
        && ![
            b"heic", b"heix", b"mif1", b"msf1", b"avif", b"M4A ", b"M4B ",
        ]
        .iter()
        .any(|brand| at(8, *brand));
    is_iso
        || at(0, &[0x1A, 0x45, 0xDF, 0xA3])
        || at(0, b"RIFF") && at(8, b"AVI ")
        || at(0, &[0, 0, 1, 0xBA])
        || at(0, &[0, 0, 1, 0xB3])
        || at(0, b"FLV\x01")
        || at(0, &[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11])
        || at(0, b".RMF")
        || at(0, &[0x06, 0x0E, 0x2B, 0x34])
        || at(0, b"OggS") && head.windows(6).any(|window| window == b"theora")
        || packets(0, 188)
        || packets(4, 192)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_pictures_and_sound_are_no_videos() {
        assert!(is_video(b"\0\0\0\x18ftyp3gp4"));
        assert!(is_video(b"RIFF\0\0\0\0AVI LIST"));
        let mut stream = vec![0; HEAD];
        for packet in 0..3 {
            stream[packet * 188] = 0x47;
        }
        assert!(is_video(&stream));
        for other in [
            b"import { t } from 'x'".as_slice(),
            b"RIFF\0\0\0\0WAVE",
            b"\0\0\0\x18ftypheic",
            b"\0\0\0\x18ftypM4A ",
            b"",
        ] {
            assert!(!is_video(other));
        }
    }
}
