//! A writer for logs and the terminal that lets whole lines through, without the secrets in them.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;
use zeroize::Zeroizing;

use super::{REGISTRY, without_secrets};

/// Makes writers whose text is free of secrets, whatever formats it. It takes the place of the writer in
/// `fmt::layer().with_writer(Redacted(writer))`.
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

/// Holds back what is written until it is dropped, however often it is flushed, so that a secret in two pieces is found
/// as well. What the writer below says to that is not heard: there is nobody left to tell.
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
            // Grown by hand, so that what is left behind is wiped.
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
        let clean = without_secrets(&REGISTRY, &self.held);
        let _ = self.below.write_all(&clean);
        let _ = self.below.flush();
    }
}
