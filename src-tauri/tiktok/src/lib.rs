//! TikTok's v2 protocol: login, user, creator, publishing, transfer, status and webhooks, with its documented limits and errors.
//!
//! Start with [`TikTok`], the client for everything that takes a token, and [`Uploader`], which carries bytes and
//! never sees one. Rules that TikTok dictates name the page they come from, as a path under `developers.tiktok.com`.
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

pub use avatar::{Avatar, AvatarError};
pub use client::TikTok;
pub use creator::{CreatorInfo, PrivacyLevel};
pub use endpoints::{EndpointError, Endpoints};
pub use error::{Advice, ClientError, Error, ErrorCode, NetworkKind, Operation};
pub use lookalike::{TOKEN_BEGINNINGS, without_lookalikes};
pub use oauth::{
    AppCredentials, AuthorizeRequest, Callback, CallbackError, OAuthErrorCode, Pkce, PkceError,
    TokenGrant,
};
pub use publish::{FailReason, PostInfo, PostStatus, PublishId, PublishState, UploadTicket};
pub use scope::{Scope, join_scopes, parse_scopes};
pub use transfer::{
    Chunk, ChunkAnswer, ChunkPlan, PlanError, UploadUrl, UploadUrlError, Uploader, VideoType,
};
pub use user::UserInfo;
pub use webhook::{Delivery, RemovalReason, SIGNATURE_HEADER, WebhookError, WebhookEvent};
