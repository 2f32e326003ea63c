//! TikTok's v2 API: login, user, creator, publishing, upload, status and webhooks, with documented limits and errors.
//!
//! Start with [`TikTok`], the client for every call with a token, and [`Uploader`], which sends bytes without a token.
//! A rule that TikTok dictates names its source page, as a path under `developers.tiktok.com`.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod answer;
mod avatar;
mod client;
mod creator;
mod endpoints;
mod error;
#[cfg(debug_assertions)]
#[doc(hidden)]
pub mod fuzzing;
mod http;
pub mod limits;
mod lookalike;
mod oauth;
mod publish;
mod scope;
mod transfer;
mod user;
mod webhook;
mod wire;

pub use avatar::Avatar;
pub use client::TikTok;
pub use creator::{CreatorInfo, PrivacyLevel};
pub use endpoints::{EndpointError, Endpoints};
pub use error::{
    AvatarError, Change, ClientError, Effect, Error, ErrorCode, FailReason, FailureKind, Meaning,
    NON_SANDBOX_TARGET, NetworkKind, OAuthErrorCode, Operation, Retry, ServiceState,
    UploadUrlError,
};
pub use lookalike::{TOKEN_BEGINNINGS, without_lookalikes};
pub use oauth::{
    AppCredentials, AuthorizeRequest, Callback, CallbackError, Pkce, PkceError, TokenGrant,
};
pub use publish::{PostInfo, PostStatus, PublishId, PublishState, UploadTicket};
pub use scope::{Scope, join_scopes, parse_scopes};
pub use transfer::{Chunk, ChunkAnswer, ChunkPlan, PlanError, UploadUrl, Uploader, VideoType};
pub use user::UserInfo;
pub use webhook::{Delivery, RemovalReason, SIGNATURE_HEADER, WebhookError, WebhookEvent};
