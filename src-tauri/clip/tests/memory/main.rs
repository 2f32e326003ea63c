//! The worst cases for memory: tables, lists and records as large as the limits allow.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "../hostile/allocation.rs"]
mod allocation;

use std::io::Cursor;

use allocation::allocated_by;
use clip::{VideoCodec, probe};

/// Largest memory of a probe.
const MEMORY: usize = 16 << 20;

/// A box around `content`.
fn atom(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes()[..], &kind, content].concat()
}

/// An element around `content`, with the longest form of its size.
fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    [id, &(content.len() as u64 | 1 << 56).to_be_bytes(), content].concat()
}

fn full(kind: [u8; 4], version_and_flags: u32, content: &[u8]) -> Vec<u8> {
    atom(kind, &[&version_and_flags.to_be_bytes(), content].concat())
}

/// A movie of one H.264 track with these boxes in its track and in its sample entry.
fn movie(in_track: &[u8], in_entry: &[u8], tracks: usize) -> Vec<u8> {
    let mut fields = [0; 78];
    fields[24..28].copy_from_slice(&[2, 0, 2, 0]);
    let entry = atom(*b"hvc1", &[&fields[..], in_entry].concat());
    let stsd = full(*b"stsd", 0, &[&1_u32.to_be_bytes()[..], &entry].concat());
    let stts = full(*b"stts", 0, &[0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 0, 40]);
    let sizes = full(*b"stsz", 0, &[0, 0, 0, 1, 0, 0, 0, 10]);
    let minf = atom(*b"minf", &atom(*b"stbl", &[stsd, stts, sizes].concat()));
    let mdhd = full(
        *b"mdhd",
        0,
        &[&[0; 8][..], &[0, 0, 3, 232], &[0, 0, 1, 144], &[0; 4]].concat(),
    );
    let hdlr = full(*b"hdlr", 0, &[&[0; 4][..], b"vide", &[0; 13]].concat());
    let mdia = atom(*b"mdia", &[mdhd, hdlr, minf].concat());
    let tkhd = full(
        *b"tkhd",
        3,
        &[&[0; 8][..], &1_u32.to_be_bytes(), &[0; 68]].concat(),
    );
    let trak = atom(*b"trak", &[&tkhd[..], &mdia, in_track].concat());
    let movie_header = full(
        *b"mvhd",
        0,
        &[&[0; 8][..], &[0, 0, 3, 232], &[0; 84]].concat(),
    );
    let moov = atom(*b"moov", &[movie_header, trak.repeat(tracks)].concat());
    [
        atom(*b"ftyp", b"isom\0\0\0\0"),
        moov,
        atom(*b"mdat", &[0; 8]),
    ]
    .concat()
}

/// A single test, because the measurement includes anything that runs beside it.
#[test]
fn largest_headers_stay_within_the_memory_limit() {
    // A measurement that shows nothing would pass everything.
    let (_, memory) = allocated_by(|| vec![1_u8; 3 << 20].len());
    assert!((3 << 20..4 << 20).contains(&memory), "{memory}");
    let (_, memory) = allocated_by(|| vec![1_u8; 1 << 20].len());
    assert!(
        (1 << 20..2 << 20).contains(&memory),
        "after a higher one: {memory}"
    );

    // The worst cases reach their boxes only inside an intact movie.
    let clip = probe(Cursor::new(movie(b"", b"", 1))).unwrap();
    assert_eq!(clip.video.codec, VideoCodec::H265);
    assert_eq!((clip.video.width, clip.video.height), (512, 512));
    assert_eq!(clip.video.frame_rate, Some(25.0));

    for (name, bytes) in worst_cases() {
        let (answer, memory) = allocated_by(|| probe(Cursor::new(&bytes)));
        let answer = answer.map_or_else(|error| error.to_string(), |_| "taken".into());
        println!("{name}: {memory} bytes held, {answer}");
        assert!(memory < MEMORY, "{name} held {memory} bytes");
    }
}

/// Files that need as much memory as the limits allow.
fn worst_cases() -> Vec<(&'static str, Vec<u8>)> {
    let edits = |count: u32| {
        let entry = [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0].repeat(count as usize);
        atom(
            *b"edts",
            &full(*b"elst", 0, &[&count.to_be_bytes()[..], &entry].concat()),
        )
    };
    // Empty NAL units: two bytes each in the file, and a vector in memory.
    let mut record = vec![1; 22];
    record.push(1);
    record.push(0x20);
    record.extend_from_slice(&30_000_u16.to_be_bytes());
    record.resize(record.len() + 60_000, 0);
    let run = |flags: u32, count: u32, entry: usize| {
        let content = [&count.to_be_bytes()[..], &vec![1; entry * count as usize]].concat();
        let trun = full(*b"trun", flags, &content);
        let tfhd = full(*b"tfhd", 0, &1_u32.to_be_bytes());
        atom(*b"moof", &atom(*b"traf", &[tfhd, trun].concat()))
    };
    let behind = |more: Vec<u8>| [movie(b"", b"", 1), more].concat();
    let huge_table = {
        let count = 2_000_000_u32;
        let mut bytes = movie(b"", b"", 1);
        let at = bytes
            .windows(4)
            .position(|window| window == b"stts")
            .unwrap()
            + 8;
        bytes[at..at + 4].copy_from_slice(&count.to_be_bytes());
        bytes
    };
    let index = {
        let content = [&[0; 16][..], &[0, 0, 255, 255], &vec![0; 12 * 65_535]].concat();
        full(*b"sidx", 0, &content)
    };
    let track = {
        // Flags without content: two bytes each in the file, and a value in memory.
        let flags = [0x88, 0x80].repeat(30_000);
        let video = element(
            &[0xE0],
            &[&element(&[0xB0], &[64])[..], &element(&[0xBA], &[64])].concat(),
        );
        element(
            &[0xAE],
            &[
                element(&[0xD7], &[1]),
                element(&[0x73, 0xC5], &[1]),
                element(&[0x83], &[1]),
                element(&[0x86], b"V_VP8"),
                video,
                flags,
            ]
            .concat(),
        )
    };
    let info = element(
        &[0x15, 0x49, 0xA9, 0x66],
        &[
            element(&[0x4D, 0x80], b"x"),
            element(&[0x57, 0x41], &vec![b'x'; 60_000]),
        ]
        .concat(),
    );
    let tracks = element(&[0x16, 0x54, 0xAE, 0x6B], &track.repeat(64));
    let header = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"webm"));
    let cluster = element(&[0x1F, 0x43, 0xB6, 0x75], &element(&[0xE7], &[0]));
    vec![
        ("edit lists", movie(&edits(5_000), b"", 100)),
        ("codec records", movie(b"", &atom(*b"hvcC", &record), 100)),
        ("tracks", movie(b"", b"", 129)),
        ("a run of durations", behind(run(0x100, 60_000, 4))),
        (
            "runs of durations",
            behind(run(0x100, 60_000, 4).repeat(20)),
        ),
        ("fragments", behind(run(0, 1, 0).repeat(100_000))),
        ("a table without its rows", huge_table),
        ("a segment index", behind(index)),
        (
            "track entries",
            [
                header,
                element(&[0x18, 0x53, 0x80, 0x67], &[info, tracks, cluster].concat()),
            ]
            .concat(),
        ),
    ]
}
