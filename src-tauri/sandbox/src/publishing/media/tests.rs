//! Tests of the container and duration check.

use std::io::Write;

use proptest::prelude::*;

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
