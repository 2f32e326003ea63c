//! The fingerprint of a file: a fast hash that detects whether its content changed.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

/// The size of a sample, in bytes.
const PIECE: u64 = 64 * 1024;
/// The number of samples of a large file, evenly spread from its first to its last byte.
const PIECES: u64 = 64;
/// The largest size, in bytes, at which the fingerprint covers every byte.
pub(crate) const WHOLE_MAX: u64 = PIECE * PIECES;

/// Returns the BLAKE3 hash, in hex, of a file's size and content. Of a file over 4 MiB, only 64 samples are hashed, so
/// that the time does not depend on the size. Detects edits and new exports, but not deliberate forgery. Blocks.
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
            // Samples from offset 0 to size - PIECE. u128 prevents an overflow of the product.
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
    fn covers_every_byte_of_a_small_file() {
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
    fn detects_changed_ends_size_and_exports_of_a_large_file() {
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
