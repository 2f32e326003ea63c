//! A writer for logs and the terminal that redacts complete lines.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;
use zeroize::Zeroizing;

use super::{REGISTRY, remove_secrets};

/// Makes redacting writers. Replaces the writer in `fmt::layer().with_writer(Redacted(writer))`.
#[derive(Debug, Clone)]
pub struct Redacted<W>(pub W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Redacted<W> {
    type Writer = RedactedWriter<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactedWriter::new(self.0.make_writer())
    }

    fn make_writer_for(&'a self, meta: &tracing::Metadata<'_>) -> Self::Writer {
        RedactedWriter::new(self.0.make_writer_for(meta))
    }
}

/// Buffers all text until it is dropped, whatever is flushed, so that a secret in two writes is found as well. Errors
/// of the inner writer are ignored: there is no caller left.
#[derive(Debug)]
pub struct RedactedWriter<W: Write> {
    below: W,
    held: Zeroizing<Vec<u8>>,
}

impl<W: Write> RedactedWriter<W> {
    fn new(below: W) -> Self {
        Self {
            below,
            held: Zeroizing::default(),
        }
    }
}

impl<W: Write> Write for RedactedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.held.len() + bytes.len();
        if length > self.held.capacity() {
            // Grown manually, so that the old buffer is wiped.
            let mut roomy = Zeroizing::new(Vec::with_capacity(length.next_power_of_two()));
            roomy.extend_from_slice(&self.held);
            self.held = roomy;
        }
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Drop for RedactedWriter<W> {
    fn drop(&mut self) {
        let clean = remove_secrets(&REGISTRY, &self.held);
        let _ = self.below.write_all(&clean);
        let _ = self.below.flush();
    }
}
