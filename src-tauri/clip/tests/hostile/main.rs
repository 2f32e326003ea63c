//! Damaged, cut and malicious files: a probe returns a typed error soon, with little memory, and never panics.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod allocation;
mod boxes;
mod counting;
mod seeds;

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use allocation::allocated_by;
use clip::{Clip, ProbeError, probe};
use counting::{Counting, Repeated};
use proptest::prelude::*;

/// Largest memory of a probe.
const MEMORY: usize = 16 << 20;
/// Largest number of bytes that a probe reads, however hostile the file.
const READ: u64 = 32 << 20;

/// Probes, and checks the guarantees for every input.
fn tame(bytes: &[u8]) -> Result<Clip, ProbeError> {
    let mut reader = Counting::new(Cursor::new(bytes));
    let start = Instant::now();
    let (answer, memory) = allocated_by(|| probe(&mut reader));
    // The limit leaves room for an unoptimised build beside other tests. Only a probe that does not end exceeds it.
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "took {:?}",
        start.elapsed()
    );
    assert!(memory < MEMORY, "held {memory} bytes");
    assert!(reader.read() <= READ, "read {} bytes", reader.read());
    if let Ok(clip) = &answer {
        assert!(clip.video.width > 0 && clip.video.height > 0);
        assert!(
            clip.video
                .frame_rate
                .is_none_or(|rate| rate.is_finite() && rate > 0.0)
        );
        assert!([0, 90, 180, 270].contains(&clip.video.rotation));
    }
    answer
}

proptest! {
    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        let _ = tame(&bytes);
    }

    #[test]
    fn random_bytes_after_a_valid_start(
        beginning in proptest::sample::select(vec![
            &b"\0\0\0\x10ftypisom\0\0\0\0"[..],
            b"\0\0\x10\0moov",
            b"\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
            b"\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x16\x54\xAE\x6B",
        ]),
        bytes in proptest::collection::vec(any::<u8>(), 0..4096),
    ) {
        let _ = tame(&[beginning, &bytes].concat());
    }

    /// Nested boxes and elements of random kinds and sizes, so that most of the iteration is reached.
    #[test]
    fn random_structures(bytes in boxes::structure()) {
        let _ = tame(&bytes);
    }

    #[test]
    fn flipped_bytes(
        seed in any::<proptest::sample::Index>(),
        flips in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let seed = seed.get(seeds::all());
        let mut bytes = seed.bytes.clone();
        for (place, value) in flips {
            // Most of a file is media, which no one reads: aim at the headers.
            let place = seed.headers[place.index(seed.headers.len())];
            bytes[place] = value;
        }
        let _ = tame(&bytes);
    }

    #[test]
    fn removed_ranges(
        seed in any::<proptest::sample::Index>(),
        place in any::<proptest::sample::Index>(),
        length in 1_usize..64,
    ) {
        let seed = seed.get(seeds::all());
        let mut bytes = seed.bytes.clone();
        let from = seed.headers[place.index(seed.headers.len())];
        bytes.drain(from..bytes.len().min(from + length));
        let _ = tame(&bytes);
    }
}

#[test]
fn intact_files_are_accepted() {
    for seed in seeds::all() {
        let answer = tame(&seed.bytes);
        assert!(answer.is_ok(), "{}: {answer:?}", seed.name);
    }
}

/// A file that is still being copied must never look complete.
#[test]
fn every_cut_is_detected() {
    for seed in seeds::all().iter().filter(|seed| seed.ends_visibly) {
        let whole = seed.bytes.len();
        // Every cut through headers, and some through media.
        let cuts = seed
            .headers
            .iter()
            .copied()
            .chain((0..whole).step_by(97))
            .chain(whole - 16..whole);
        for cut in cuts {
            let answer = tame(&seed.bytes[..cut]);
            let noticed = match &answer {
                Err(ProbeError::Truncated) => true,
                Err(ProbeError::Empty) => cut == 0,
                // Only an index is missing, and the zeros at the start of its size look like padding.
                Ok(_) => (seed.complete_at..seed.complete_at + 4).contains(&cut),
                // The rest is too short to be a box.
                Err(ProbeError::NotAVideo) => cut < 12,
                _ => false,
            };
            assert!(noticed, "{} cut at {cut} of {whole}: {answer:?}", seed.name);
        }
    }
}

/// Programs that reserve a file's space first leave zeros for the missing part.
#[test]
fn reserved_space_is_detected() {
    for seed in seeds::all()
        .iter()
        .filter(|seed| seed.ends_visibly && !seed.headers_first)
    {
        for part in [3, 2] {
            let mut bytes = seed.bytes.clone();
            let from = bytes.len() - bytes.len() / part;
            bytes[from..].fill(0);
            let answer = tame(&bytes);
            assert!(answer.is_err(), "{}: {answer:?}", seed.name);
        }
    }
}

#[test]
fn padding_after_an_intact_file_is_ignored() {
    for seed in seeds::all().iter().filter(|seed| !seed.is_matroska) {
        for padding in [1, 7, 8, 4096] {
            let mut bytes = seed.bytes.clone();
            bytes.resize(bytes.len() + padding, 0);
            assert!(tame(&bytes).is_ok(), "{} with {padding} zeros", seed.name);
        }
    }
}

#[test]
fn camera_data_after_an_intact_file_is_ignored() {
    for seed in seeds::all().iter().filter(|seed| !seed.is_matroska) {
        for trailer in [
            &b"\xFF\xFF\xFF\xF0camera data"[..],
            b"\0\0\0\x03camera data",
        ] {
            let bytes = [&seed.bytes[..], trailer].concat();
            assert!(tame(&bytes).is_ok(), "{}", seed.name);
        }
        // A further fragment without its end is an error.
        let bytes = [&seed.bytes[..], b"\0\0\x10\0mdat and no more"].concat();
        assert!(
            matches!(tame(&bytes), Err(ProbeError::Truncated)),
            "{}",
            seed.name
        );
    }
}

#[test]
fn invalid_sizes() {
    for size in [2_u32, 7] {
        let bytes = [&size.to_be_bytes()[..], b"free", &[0; 64]].concat();
        assert!(
            matches!(tame(&bytes), Err(ProbeError::Damaged { .. })),
            "{size}"
        );
    }
    let overflow = [
        &1_u32.to_be_bytes()[..],
        b"free",
        &u64::MAX.to_be_bytes(),
        &[0; 64],
    ]
    .concat();
    assert!(matches!(
        tame(&overflow),
        Err(ProbeError::Truncated | ProbeError::Damaged { .. })
    ));
    let behind_another = [&16_u32.to_be_bytes()[..], b"free", &[0; 8], &overflow].concat();
    assert!(matches!(
        tame(&behind_another),
        Err(ProbeError::Damaged { .. })
    ));
}

/// Four billion bytes of tiny boxes, which would take hours to iterate.
#[test]
fn endless_small_boxes_end() {
    let patterns: [(&[u8], &[u8]); 4] = [
        (b"", b"\0\0\0\x08free"),
        (b"", b"\0\0\0\x08moof"),
        (b"\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF", b"\xEC\x80"),
        (b"\x1A\x45\xDF\xA3\x80\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x1F\x43\xB6\x75\xFF", b"\xA0\x80"),
    ];
    for (beginning, pattern) in patterns {
        let mut reader = Counting::new(Repeated::new(beginning, pattern, 4_000_000_000));
        let (answer, memory) = allocated_by(|| probe(&mut reader));
        assert!(
            matches!(answer, Err(ProbeError::TooComplex)),
            "{pattern:?}: {answer:?}"
        );
        assert!(memory < MEMORY, "{pattern:?} held {memory} bytes");
        assert!(reader.read() <= READ);
    }
}

/// The demuxer itself would read a checksum at the segment's start for ever.
#[test]
fn leading_checksum_is_skipped() {
    let seed = seeds::all()
        .iter()
        .find(|seed| seed.name == "live.webm")
        .unwrap();
    let marker = [0x18, 0x53, 0x80, 0x67];
    let segment = seed
        .bytes
        .windows(4)
        .position(|window| window == marker)
        .unwrap();
    // The segment's size is unknown and takes eight bytes, so nothing else needs to change.
    let body = segment + 12;
    let mut bytes = seed.bytes.clone();
    bytes.splice(body..body, [0xBF, 0x84, 1, 2, 3, 4]);
    assert!(tame(&bytes).is_ok());
}
