//! Responses that close the connection instead of being sent.

use std::fmt;

use axum::response::{IntoResponse, Response};

/// Marks a response that is not sent; the server closes the connection instead.
#[derive(Clone, Copy, Debug)]
struct HangUp;

/// Creates a response that makes the server close the connection without sending anything.
pub(crate) fn hang_up() -> Response {
    let mut response = ().into_response();
    response.extensions_mut().insert(HangUp);
    response
}

/// Returns whether the server must close the connection instead of sending this response.
pub(crate) fn is_hang_up(response: &Response) -> bool {
    response.extensions().get::<HangUp>().is_some()
}

/// The error with which the server closes a connection on purpose.
#[derive(Debug)]
pub(crate) struct ConnectionDropped;

impl fmt::Display for ConnectionDropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was dropped on purpose")
    }
}

impl std::error::Error for ConnectionDropped {}
