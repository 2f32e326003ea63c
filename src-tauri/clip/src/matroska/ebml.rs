//! EBML elements: identifiers, sizes and small values.

use std::io::{Read, Seek};

use crate::{error::ProbeError, source::Source};

/// The first bytes of every EBML file.
pub(crate) const MAGIC: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];
/// Largest element that is read whole, in bytes.
pub(super) const CONTENT_CAP: usize = 64 << 10;

/// Identifiers (RFC 9559).
pub(super) mod id {
    pub(crate) const EBML: u32 = 0x1A45_DFA3;
    pub(crate) const DOC_TYPE: u32 = 0x4282;
    pub(crate) const SEGMENT: u32 = 0x1853_8067;
    pub(crate) const SEEK_HEAD: u32 = 0x114D_9B74;
    pub(crate) const INFO: u32 = 0x1549_A966;
    pub(crate) const TRACKS: u32 = 0x1654_AE6B;
    pub(crate) const TRACK_ENTRY: u32 = 0xAE;
    pub(crate) const CLUSTER: u32 = 0x1F43_B675;
    pub(crate) const TIMESTAMP: u32 = 0xE7;
    pub(crate) const BLOCK_GROUP: u32 = 0xA0;
    pub(crate) const BLOCK: u32 = 0xA1;
    pub(crate) const SIMPLE_BLOCK: u32 = 0xA3;
    pub(crate) const CUES: u32 = 0x1C53_BB6B;
    pub(crate) const CHAPTERS: u32 = 0x1043_A770;
    pub(crate) const TAGS: u32 = 0x1254_C367;
    pub(crate) const ATTACHMENTS: u32 = 0x1941_A469;
}

/// The position of an element in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element {
    pub(super) id: u32,
    /// Start of the content.
    pub(super) body: u64,
    /// End of the element; `None` if its writer did not know it.
    pub(super) end: Option<u64>,
}

/// Reads the element at `at`; `None` at the file's end.
pub(super) fn element<R: Read + Seek>(
    source: &mut Source<R>,
    at: u64,
) -> Result<Option<Element>, ProbeError> {
    let mut head = [0; 12];
    let count = source.read_some_at(at, &mut head)?;
    parse(&head[..count], at)
}

/// The element at `at` whose first bytes are `head`.
pub(super) fn parse(head: &[u8], at: u64) -> Result<Option<Element>, ProbeError> {
    let Some(&first) = head.first() else {
        return Ok(None);
    };
    let id_len = first.leading_zeros() as usize + 1;
    if first == 0 {
        // A hole that was not written yet.
        return Err(ProbeError::Truncated);
    }
    if id_len > 4 {
        return Err(ProbeError::damaged(format!("no element at {at}")));
    }
    let id = head.get(..id_len).ok_or(ProbeError::Truncated)?;
    let id = id.iter().fold(0, |id, &byte| id << 8 | u32::from(byte));
    let size = &head[id_len..];
    let &first = size.first().ok_or(ProbeError::Truncated)?;
    let size_len = first.leading_zeros() as usize + 1;
    if size_len > 8 {
        return Err(ProbeError::damaged(format!(
            "the element at {at} has no size"
        )));
    }
    let bytes = size.get(..size_len).ok_or(ProbeError::Truncated)?;
    let value = bytes
        .iter()
        .fold(0, |value, &byte| value << 8 | u64::from(byte));
    let mask = (1 << (7 * size_len)) - 1;
    let body = at + (id_len + size_len) as u64;
    // All bits set: unknown.
    let end = (value & mask != mask).then(|| body.saturating_add(value & mask));
    Ok(Some(Element { id, body, end }))
}

/// The whole content of a small element.
pub(super) fn content<R: Read + Seek>(
    source: &mut Source<R>,
    element: &Element,
) -> Result<Vec<u8>, ProbeError> {
    let end = element
        .end
        .ok_or_else(|| ProbeError::damaged("an element of unknown size"))?;
    source.bytes(element.body, end - element.body, CONTENT_CAP)
}

/// Appends an element to a document in memory.
pub(super) fn write(document: &mut Vec<u8>, id: u32, content: &[u8]) {
    let id = id.to_be_bytes();
    let zeros = id.iter().take_while(|&&byte| byte == 0).count();
    document.extend_from_slice(&id[zeros..]);
    // Sizes have their longest form, 0x01 and seven bytes, which fits every length.
    document.extend_from_slice(&(content.len() as u64 | 1 << 56).to_be_bytes());
    document.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn unknown_sizes_differ_from_large_ones() {
        let live = parse(
            &[
                0x1F, 0x43, 0xB6, 0x75, 0x01, 255, 255, 255, 255, 255, 255, 255,
            ],
            7,
        )
        .unwrap()
        .unwrap();
        assert_eq!((live.id, live.body, live.end), (id::CLUSTER, 19, None));
        let short = parse(&[0xA3, 0xFF], 0).unwrap().unwrap();
        assert_eq!(short.end, None);
        let large = parse(&[0xA3, 0x01, 255, 255, 255, 255, 255, 255, 254], 0)
            .unwrap()
            .unwrap();
        assert_eq!(large.end, Some(9 + (1 << 56) - 2));
    }

    proptest! {
        #[test]
        fn written_elements_round_trip(content in proptest::collection::vec(any::<u8>(), 0..300)) {
            for id in [id::SEGMENT, id::DOC_TYPE, id::TRACK_ENTRY] {
                let mut document = Vec::new();
                write(&mut document, id, &content);
                let element = parse(&document, 0).unwrap().unwrap();
                prop_assert_eq!(element.id, id);
                prop_assert_eq!(element.end, Some(document.len() as u64));
                prop_assert_eq!(&document[usize::try_from(element.body).unwrap()..], &content[..]);
            }
        }
    }
}
