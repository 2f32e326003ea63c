//! The errors of a probe.

/// The reason why a file could not be probed. Each variant tells the creator something to do.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The file is empty: export it again.
    #[error("the file is empty")]
    Empty,
    /// The content is not MP4, QuickTime, WebM or Matroska, whatever the name says.
    #[error("the file is not an MP4, MOV, WebM or MKV video")]
    NotAVideo,
    /// The container has no moving picture: sound only, or a still picture.
    #[error("there is no video track in the file")]
    NoVideoTrack,
    /// The headers contradict each other: export the file again.
    #[error("the file is damaged: {detail}")]
    Damaged {
        /// The fault, for the log.
        detail: String,
    },
    /// The file ends before its headers or media do: it is still being written, or was cut off.
    #[error("the file is incomplete: it is still being written or was cut off")]
    Truncated,
    /// Reading the headers would cost more than any honest file needs.
    #[error("the headers are too complex to read")]
    TooComplex,
    /// The file could not be read.
    #[error("reading the file failed")]
    Io(#[from] std::io::Error),
}

impl ProbeError {
    pub(crate) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged {
            detail: detail.into(),
        }
    }
}
