//! Box headers: kind, position and size, and the iteration over boxes.

use std::io::{Read, Seek};

use mp4_atom::Atom;

use crate::{error::ProbeError, source::Source};

/// Largest box of fixed fields, in bytes.
pub(super) const FIXED_CAP: usize = 4096;
/// Largest number of boxes in one parent.
const MAX_CHILDREN: usize = 1024;

/// The position of a box in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BoxHeader {
    /// The four-character code.
    pub(crate) kind: [u8; 4],
    /// Start of the content.
    pub(crate) body: u64,
    /// End of the box.
    pub(crate) end: u64,
}

impl BoxHeader {
    /// Size of the content.
    pub(crate) fn size(&self) -> u64 {
        self.end.saturating_sub(self.body)
    }

    /// The four-character code as text for an error.
    pub(crate) fn name(&self) -> String {
        self.kind.escape_ascii().to_string()
    }
}

/// Reads the outermost box at `at`; `None` at the file's end. The box may end behind the file's end.
pub(crate) fn outermost<R: Read + Seek>(
    source: &mut Source<R>,
    at: u64,
) -> Result<Option<BoxHeader>, ProbeError> {
    let len = source.len();
    if at >= len {
        return Ok(None);
    }
    if len - at < 8 {
        // The rest is too short for a box: a truncated header, or a few bytes of padding.
        let mut rest = [0; 8];
        let count = source.read_some_at(at, &mut rest)?;
        return if rest[..count].iter().all(|&byte| byte == 0) {
            Ok(None)
        } else {
            Err(ProbeError::Truncated)
        };
    }
    header_at(source, at, len).map(Some)
}

fn header_at<R: Read + Seek>(
    source: &mut Source<R>,
    at: u64,
    parent_end: u64,
) -> Result<BoxHeader, ProbeError> {
    let mut bytes = [0; 16];
    let count = source.read_some_at(at, &mut bytes)?;
    let [s0, s1, s2, s3, k0, k1, k2, k3, large @ ..] = bytes;
    let kind = [k0, k1, k2, k3];
    let (head, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
        0 => (8, parent_end - at),
        1 if count < bytes.len() => return Err(ProbeError::Truncated),
        1 => (16, u64::from_be_bytes(large)),
        size => (8, u64::from(size)),
    };
    let end = at.checked_add(size).filter(|_| size >= head);
    let end = end.ok_or_else(|| ProbeError::damaged(format!("box at {at} has size {size}")))?;
    Ok(BoxHeader {
        kind,
        body: at + head,
        end,
    })
}

/// The boxes in `from..to`, which must lie inside the file.
pub(crate) fn children<R: Read + Seek>(
    source: &mut Source<R>,
    from: u64,
    to: u64,
) -> Result<Vec<BoxHeader>, ProbeError> {
    let mut children = Vec::new();
    let mut at = from;
    // Fewer than eight bytes are padding, which QuickTime writes.
    while to.saturating_sub(at) >= 8 {
        let header = header_at(source, at, to)?;
        if header.kind == [0; 4] {
            break;
        }
        if header.end > to {
            return Err(ProbeError::damaged(format!(
                "box {} at {at} is larger than its parent",
                header.name()
            )));
        }
        if children.len() == MAX_CHILDREN {
            return Err(ProbeError::TooComplex);
        }
        at = header.end;
        children.push(header);
    }
    Ok(children)
}

/// The first box of this kind.
pub(crate) fn find(boxes: &[BoxHeader], kind: [u8; 4]) -> Option<BoxHeader> {
    boxes.iter().copied().find(|header| header.kind == kind)
}

/// Decodes a whole small box.
pub(crate) fn decode<T: Atom, R: Read + Seek>(
    source: &mut Source<R>,
    header: &BoxHeader,
    cap: usize,
) -> Result<T, ProbeError> {
    let bytes = source.bytes(header.body, header.size(), cap)?;
    T::decode_body(&mut bytes.as_slice())
        .map_err(|error| ProbeError::damaged(format!("box {}: {error}", header.name())))
}
