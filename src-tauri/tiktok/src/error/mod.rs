//! The errors of this crate and TikTok's failure codes, with one table that says what each of them means.

mod call;
mod causes;
mod codes;
mod meaning;

pub use call::{Error, NetworkKind, Operation};
pub use causes::{AvatarError, ClientError, UploadUrlError};
pub use codes::{ErrorCode, FailReason, NON_SANDBOX_TARGET, OAuthErrorCode};
pub use meaning::{Change, Effect, FailureKind, Meaning, Retry, ServiceState};
