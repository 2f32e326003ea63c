//! Bounded reads of a file at given positions.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use crate::error::ProbeError;

/// Largest cost of a probe: the bytes read, plus [`READ_COST`] for each read.
/// Honest files stay far below it. A hostile file ends the probe here.
const BUDGET: u64 = 32 << 20;
/// The cost of a read besides its bytes, so that many tiny reads reach the limit as well.
const READ_COST: u64 = 16;

/// A file to probe.
pub(crate) struct Source<R> {
    reader: R,
    len: u64,
    budget: u64,
}

impl<R: Read + Seek> Source<R> {
    pub(crate) fn new(mut reader: R) -> Result<Self, ProbeError> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Self {
            reader,
            len,
            budget: BUDGET,
        })
    }

    /// The file's size in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Fills `buffer` with the bytes at `at`.
    pub(crate) fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> Result<(), ProbeError> {
        let wanted = buffer.len() as u64;
        if at.checked_add(wanted).is_none_or(|end| end > self.len) {
            return Err(ProbeError::Truncated);
        }
        self.budget = self
            .budget
            .checked_sub(wanted + READ_COST)
            .ok_or(ProbeError::TooComplex)?;
        self.reader.seek(SeekFrom::Start(at))?;
        self.reader
            .read_exact(buffer)
            .map_err(|error| match error.kind() {
                // The file became shorter during the probe.
                ErrorKind::UnexpectedEof => ProbeError::Truncated,
                _ => ProbeError::Io(error),
            })
    }

    /// Reads up to `buffer.len()` bytes at `at`, fewer only at the file's end. Returns their number.
    pub(crate) fn read_some_at(&mut self, at: u64, buffer: &mut [u8]) -> Result<usize, ProbeError> {
        let available = self.len.saturating_sub(at);
        let count = usize::try_from(available)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        self.read_at(at, &mut buffer[..count])?;
        Ok(count)
    }

    /// Returns the `size` bytes at `at`, if they are at most `cap`.
    pub(crate) fn bytes(&mut self, at: u64, size: u64, cap: usize) -> Result<Vec<u8>, ProbeError> {
        let size = usize::try_from(size)
            .ok()
            .filter(|&size| size <= cap)
            .ok_or(ProbeError::TooComplex)?;
        // The check comes before the allocation.
        if at.checked_add(size as u64).is_none_or(|end| end > self.len) {
            return Err(ProbeError::Truncated);
        }
        let mut bytes = vec![0; size];
        self.read_at(at, &mut bytes)?;
        Ok(bytes)
    }
}
