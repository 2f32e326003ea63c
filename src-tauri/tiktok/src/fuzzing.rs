//! The way in for fuzzing: what [`TikTok`](crate::TikTok) and [`Uploader`](crate::Uploader) make of an answer, without the network.

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

/// What an answer was read as.
#[derive(Debug)]
pub enum Said {
    /// Of [`Operation::ExchangeCode`] and [`Operation::RefreshToken`].
    Tokens(TokenGrant),
    /// Of [`Operation::RevokeToken`] and [`Operation::Cancel`], which have nothing to say.
    Done,
    /// Of [`Operation::UserInfo`].
    User(UserInfo),
    /// Of [`Operation::CreatorInfo`].
    Creator(CreatorInfo),
    /// Of [`Operation::InitDirectPost`] and [`Operation::InitInbox`].
    Ticket(UploadTicket),
    /// Of [`Operation::FetchStatus`].
    Status(PostStatus),
}

/// Reads the answer to `operation`; none for operations that are not answered in JSON.
pub fn read_answer(
    operation: Operation,
    http: u16,
    retry_after: Option<Duration>,
    body: &[u8],
    secrets: &[&SecretString],
    endpoints: &Endpoints,
) -> Option<Result<Said, Error>> {
    let answer = Answer {
        operation,
        http,
        retry_after,
        body: body.to_vec().into(),
    };
    Some(match operation {
        Operation::ExchangeCode | Operation::RefreshToken => answer
            .flat::<TokenAnswer>(secrets)
            .map(|grant| Said::Tokens(grant.into())),
        Operation::RevokeToken => answer.flat_acknowledged(secrets).map(|()| Said::Done),
        Operation::Cancel => answer.acknowledged(secrets).map(|()| Said::Done),
        Operation::UserInfo => answer
            .data::<UserAnswer>(secrets)
            .map(|answer| Said::User(answer.user)),
        Operation::CreatorInfo => answer
            .data::<CreatorAnswer>(secrets)
            .map(|info| Said::Creator(info.into())),
        Operation::InitDirectPost | Operation::InitInbox => answer
            .data::<TicketAnswer>(secrets)
            .and_then(|ticket| ticket.check(operation, endpoints))
            .map(Said::Ticket),
        Operation::FetchStatus => answer
            .data::<StatusAnswer>(secrets)
            .map(|status| Said::Status(status.into())),
        Operation::BuildClient | Operation::FetchAvatar | Operation::PutChunk => return None,
    })
}

/// The waiting time in a `Retry-After` of these bytes, if a header can have them.
pub fn retry_after(value: &[u8]) -> Option<Duration> {
    let value = HeaderValue::from_bytes(value).ok()?;
    http::retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value)]))
}

/// The progress in a `Content-Range` of these bytes, if a header can have them.
pub fn progress(value: &[u8], plan: &ChunkPlan) -> Option<u64> {
    let value = HeaderValue::from_bytes(value).ok()?;
    uploaded(&HeaderMap::from_iter([(CONTENT_RANGE, value)]), plan)
}
