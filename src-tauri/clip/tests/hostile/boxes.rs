//! Hostile files built box by box.

use proptest::prelude::*;

/// A box around `content`.
pub fn atom(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap();
    [&size.to_be_bytes()[..], &kind, content].concat()
}

/// An element around `content`, with the longest form of its size.
pub fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    [id, &(content.len() as u64 | 1 << 56).to_be_bytes(), content].concat()
}

const KINDS: [&[u8; 4]; 38] = [
    b"ftyp", b"moov", b"mvhd", b"mvex", b"mehd", b"trex", b"trak", b"tkhd", b"tref", b"chap",
    b"edts", b"elst", b"mdia", b"mdhd", b"hdlr", b"minf", b"stbl", b"stsd", b"stts", b"stsz",
    b"avc1", b"mp4a", b"hvc1", b"avcC", b"hvcC", b"vpcC", b"av1C", b"colr", b"esds", b"wave",
    b"dac3", b"dec3", b"moof", b"traf", b"tfhd", b"tfdt", b"trun", b"sidx",
];

const ELEMENTS: [&[u8]; 22] = [
    &[0x42, 0x82],
    &[0x11, 0x4D, 0x9B, 0x74],
    &[0x15, 0x49, 0xA9, 0x66],
    &[0x2A, 0xD7, 0xB1],
    &[0x44, 0x89],
    &[0x4D, 0x80],
    &[0x57, 0x41],
    &[0x16, 0x54, 0xAE, 0x6B],
    &[0xAE],
    &[0xD7],
    &[0x73, 0xC5],
    &[0x83],
    &[0x86],
    &[0x63, 0xA2],
    &[0xE0],
    &[0xB0],
    &[0xBA],
    &[0x55, 0xB0],
    &[0x1F, 0x43, 0xB6, 0x75],
    &[0xE7],
    &[0xA0],
    &[0xA3],
];

/// Nested boxes or elements with random content.
pub fn structure() -> impl Strategy<Value = Vec<u8>> {
    let content = || proptest::collection::vec(any::<u8>(), 0..120);
    let boxes = (proptest::sample::select(&KINDS[..]), content())
        .prop_map(|(kind, content)| atom(*kind, &content))
        .prop_recursive(7, 64, 6, |inner| {
            (
                proptest::sample::select(&KINDS[..]),
                proptest::collection::vec(inner, 0..6),
            )
                .prop_map(|(kind, children)| atom(*kind, &children.concat()))
        });
    let elements = (proptest::sample::select(&ELEMENTS[..]), content())
        .prop_map(|(id, content)| element(id, &content))
        .prop_recursive(5, 48, 6, |inner| {
            (
                proptest::sample::select(&ELEMENTS[..]),
                proptest::collection::vec(inner, 0..6),
            )
                .prop_map(|(id, children)| element(id, &children.concat()))
        });
    prop_oneof![
        proptest::collection::vec(boxes, 1..4).prop_map(|boxes| [
            atom(*b"ftyp", b"isom\0\0\0\0"),
            boxes.concat(),
            atom(*b"mdat", &[0; 8])
        ]
        .concat()),
        proptest::collection::vec(elements, 1..5).prop_map(|elements| {
            let header = element(&[0x1A, 0x45, 0xDF, 0xA3], &element(&[0x42, 0x82], b"webm"));
            [
                header,
                element(&[0x18, 0x53, 0x80, 0x67], &elements.concat()),
            ]
            .concat()
        }),
    ]
}
