//! Entry points for fuzzing: [`TikTok`](crate::TikTok)'s and [`Uploader`](crate::Uploader)'s parsers without the
//! network.

use std::time::Duration;

use reqwest::header::{CONTENT_RANGE, HeaderMap, HeaderValue, RETRY_AFTER};
use secrecy::SecretString;

use crate::{
    answer::Answer,
    creator::{CreatorAnswer, CreatorInfo},
    endpoints::Endpoints,
    error::{Error, Operation},
    http,
    oauth::{TokenAnswer, TokenGrant},
    publish::{PostStatus, StatusAnswer, TicketAnswer, UploadTicket},
    transfer::{ChunkPlan, uploaded},
    user::{UserAnswer, UserInfo},
};

/// A parsed answer.
#[derive(Debug)]
pub enum Parsed {
    /// The answer of [`Operation::ExchangeCode`] and [`Operation::RefreshToken`].
    Tokens(TokenGrant),
    /// The answer of [`Operation::RevokeToken`] and [`Operation::Cancel`], which have no result.
    Done,
    /// The answer of [`Operation::UserInfo`].
    User(UserInfo),
    /// The answer of [`Operation::CreatorInfo`].
    Creator(CreatorInfo),
    /// The answer of [`Operation::InitDirectPost`] and [`Operation::InitInbox`].
    Ticket(UploadTicket),
    /// The answer of [`Operation::FetchStatus`].
    Status(PostStatus),
}

/// Parses the answer of `operation`; `None` for operations whose answers are not JSON.
pub fn read_answer(
    operation: Operation,
    http: u16,
    retry_after: Option<Duration>,
    body: &[u8],
    secrets: &[&SecretString],
    endpoints: &Endpoints,
) -> Option<Result<Parsed, Error>> {
    let answer = Answer {
        operation,
        http,
        retry_after,
        body: body.to_vec().into(),
    };
    Some(match operation {
        Operation::ExchangeCode | Operation::RefreshToken => answer
            .flat::<TokenAnswer>(secrets)
            .map(|grant| Parsed::Tokens(grant.into())),
        Operation::RevokeToken => answer.flat_acknowledged(secrets).map(|()| Parsed::Done),
        Operation::Cancel => answer.acknowledged(secrets).map(|()| Parsed::Done),
        Operation::UserInfo => answer
            .data::<UserAnswer>(secrets)
            .map(|answer| Parsed::User(answer.user)),
        Operation::CreatorInfo => answer
            .data::<CreatorAnswer>(secrets)
            .map(|info| Parsed::Creator(info.into())),
        Operation::InitDirectPost | Operation::InitInbox => answer
            .data::<TicketAnswer>(secrets)
            .and_then(|ticket| ticket.check(operation, endpoints))
            .map(Parsed::Ticket),
        Operation::FetchStatus => answer
            .data::<StatusAnswer>(secrets)
            .map(|status| Parsed::Status(status.into())),
        Operation::BuildClient | Operation::FetchAvatar | Operation::PutChunk => return None,
    })
}

/// Parses a `Retry-After` header of these bytes, if they are a valid header value.
pub fn retry_after(value: &[u8]) -> Option<Duration> {
    let value = HeaderValue::from_bytes(value).ok()?;
    http::retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
}

/// Parses a `Content-Range` header of these bytes, if they are a valid header value.
pub fn progress(value: &[u8], plan: &ChunkPlan) -> Option<u64> {
    let value = HeaderValue::from_bytes(value).ok()?;
    uploaded(&HeaderMap::from_iter([(CONTENT_RANGE, value)]), plan)
}
