//! The upload of a video's bytes (`/doc/content-posting-api-media-transfer-guide`).

mod plan;
mod upload_url;
mod uploader;

pub use plan::{Chunk, ChunkPlan, PlanError};
pub use upload_url::UploadUrl;
#[cfg(debug_assertions)]
pub(crate) use uploader::uploaded;
pub use uploader::{ChunkAnswer, Uploader, VideoType};
