//! Sign-in at TikTok: one attempt per visit to the consent page, answered on a loopback port or by a link from the
//! creator's own page.

mod answer_page;
mod attempt;
mod conclusion;
mod connector;
mod error;
mod grant;
pub mod link;
mod listener;
mod notices;
mod receiver;
mod tiktok_notices;

pub use connector::Connector;
pub use error::ConnectError;
pub(crate) use notices::text::TEXTS;
pub use notices::{AnswerBody, AnswerText};
pub use receiver::{HostedPage, HostedPageError};
pub(crate) use tiktok_notices::text::TEXTS as TIKTOK_TEXTS;
pub use tiktok_notices::{
    CallPurpose, UPLOAD, busy, circuit_open, failed as call_failed, rate_limited, reconnect,
    refused,
};
