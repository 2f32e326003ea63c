//! Causes that a failed call carries, when the failure is found on this side of the wire.

/// A request that could not be built.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The HTTP client could not be built, for instance because the system has no root certificates.
    #[error("the HTTP client could not be built")]
    Build(#[source] reqwest::Error),
    /// The token contains characters that an HTTP header cannot carry.
    #[error("the access token contains characters that a header cannot carry")]
    Token,
    /// The chunk does not belong to the plan that it is sent with.
    #[error("the chunk does not belong to the plan")]
    Chunk,
    /// The request could not be serialised as JSON.
    #[error("the request could not be serialised")]
    Request(#[source] serde_json::Error),
}

/// The reason why an upload address must not be used. The texts never repeat the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadUrlError {
    /// The address does not parse.
    #[error("it is not a valid address")]
    Invalid,
    /// The address is neither https nor on an allowed loopback.
    #[error("it is not encrypted")]
    Insecure,
    /// The host does not belong to TikTok.
    #[error("its host does not belong to TikTok")]
    ForeignHost,
    /// The address has a user name or password, a common way to disguise a host.
    #[error("it has a user name")]
    Credentials,
    /// An HTTP client would normalise the address and send another one.
    #[error("it cannot be sent byte for byte")]
    Rewritten,
}

/// The reason why an avatar was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AvatarError {
    /// The address is neither https nor on the loopback beside a loopback API.
    #[error("its address must not be fetched")]
    Address,
    /// The server did not answer with 200.
    #[error("the server answered HTTP {0}")]
    Status(u16),
    /// The content is not a picture, or it is one that can carry scripts.
    #[error("it is not a picture")]
    NotAnImage,
    /// The picture is larger than 2 MB.
    #[error("it is too large")]
    TooLarge,
}
