//! The Content Posting API: creator info, init, upload, status and cancel.

pub(crate) mod cancel;
pub(crate) mod chunk_plan;
pub(crate) mod creator_info;
pub(crate) mod init;
pub(crate) mod media;
pub(crate) mod posting_limits;
pub(crate) mod publish_lookup;
pub(crate) mod status;
pub(crate) mod upload;
