//! Why a file could not be understood.

/// Why a file could not be probed. The variant says what the creator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The file has no bytes: export it again.
    #[error("the file is empty")]
    Empty,
    /// The content is none of MP4, QuickTime, WebM and Matroska, whatever the name says.
    #[error("the file is not an MP4, MOV, WebM or MKV video")]
    NotAVideo,
    /// A container without moving pictures: sound only, or a still picture.
    #[error("there is no video track in the file")]
    NoVideoTrack,
    /// The headers contradict themselves: export it again.
    #[error("the file is damaged: {detail}")]
    Damaged {
        /// What is wrong, for the log.
        detail: String,
    },
    /// The file ends before its headers or media do: it is still being written, or was cut off.
    #[error("the file is incomplete: it is still being written or was cut off")]
    Truncated,
    /// Reading the headers would cost more than any honest file asks for.
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
