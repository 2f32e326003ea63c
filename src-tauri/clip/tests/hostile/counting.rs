//! A reader that counts, and endless files that need no disk.

use std::io::{self, Read, Seek, SeekFrom};

/// A reader that counts the bytes that it returns.
pub struct Counting<R> {
    inner: R,
    read: u64,
}

impl<R> Counting<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, read: 0 }
    }

    pub fn read(&self) -> u64 {
        self.read
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// A beginning, followed by a repeated pattern.
pub struct Repeated {
    beginning: Vec<u8>,
    pattern: Vec<u8>,
    length: u64,
    at: u64,
}

impl Repeated {
    pub fn new(beginning: &[u8], pattern: &[u8], length: u64) -> Self {
        Self {
            beginning: beginning.to_vec(),
            pattern: pattern.to_vec(),
            length,
            at: 0,
        }
    }
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (self.length.saturating_sub(self.at)).min(buffer.len() as u64);
        for slot in buffer.iter_mut().take(usize::try_from(count).unwrap()) {
            let at = usize::try_from(self.at).unwrap();
            let behind = at.wrapping_sub(self.beginning.len());
            *slot = match self.beginning.get(at) {
                Some(byte) => *byte,
                None => self.pattern[behind % self.pattern.len()],
            };
            self.at += 1;
        }
        Ok(usize::try_from(count).unwrap())
    }
}

impl Seek for Repeated {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(offset) => self.length.saturating_add_signed(offset),
            SeekFrom::Current(offset) => self.at.saturating_add_signed(offset),
        };
        Ok(self.at)
    }
}
