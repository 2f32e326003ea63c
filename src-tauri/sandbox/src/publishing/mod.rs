//! The Content Posting API: may the creator post, init, bytes, status, cancel.

pub(crate) mod allowance;
pub(crate) mod cancel;
pub(crate) mod chunks;
pub(crate) mod creator_info;
pub(crate) mod init;
pub(crate) mod media;
pub(crate) mod own;
pub(crate) mod status;
pub(crate) mod upload;
