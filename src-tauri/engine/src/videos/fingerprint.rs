//! What tells whether a file is still the one that was added, beyond its size and time.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// How much is read at a time, in bytes.
const PIECE: u64 = 64 * 1024;
/// How many pieces of a big file are read, evenly spread, the first and the last among them.
const PIECES: u64 = 64;
/// The size, in bytes, up to which every byte of a file counts.
pub(crate) const WHOLE_MAX: u64 = PIECE * PIECES;

/// The BLAKE3 hash, in hex, of a file's size and content. Of a file over 4 MiB only 64 evenly spread pieces are read,
/// so that it takes no time whatever the size: it tells edits and exports apart, and is no proof against forgery.
/// Blocks: it reads from disk.
pub(crate) fn fingerprint(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&size.to_le_bytes());
    if size <= WHOLE_MAX {
        hasher.update_reader(&mut file)?;
    } else {
        let mut piece = Vec::with_capacity(64 * 1024);
        for index in 0..PIECES {
            piece.clear();
            // Whole pieces from 0 to size - PIECE; u128 keeps the product exact.
            let at = u128::from(size - PIECE) * u128::from(index) / u128::from(PIECES - 1);
            file.seek(SeekFrom::Start(u64::try_from(at).unwrap_or(size)))?;
            file.by_ref().take(PIECE).read_to_end(&mut piece)?;
            hasher.update(&piece);
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn of(bytes: &[u8]) -> String {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        fingerprint(file.path()).unwrap()
    }

    #[test]
    fn every_byte_of_a_small_file_counts() {
        let bytes = vec![7; 100_000];
        let one = of(&bytes);
        assert_eq!(one, of(&bytes));
        for at in [0, 50_000, 99_999] {
            let mut other = bytes.clone();
            other[at] = 8;
            assert_ne!(one, of(&other), "byte {at}");
        }
        assert_ne!(one, of(&bytes[1..]));
    }

    #[test]
    fn a_big_file_is_told_by_its_ends_its_size_and_a_new_export() {
        let bytes = vec![7; 9_000_001];
        let one = of(&bytes);
        for at in [0, 9_000_001 - 64 * 1024, 9_000_000] {
            let mut other = bytes.clone();
            other[at] = 8;
            assert_ne!(one, of(&other), "byte {at}");
        }
        assert_ne!(one, of(&bytes[1..]));
        let export: Vec<u8> = bytes
            .iter()
            .enumerate()
            .map(|(at, _)| u8::try_from(at % 251).unwrap())
            .collect();
        assert_ne!(one, of(&export));
    }
}
