//! Responses that close the connection instead of being sent.

use std::fmt;

use axum::response::{IntoResponse, Response};

/// Marks a response that must never be sent: the connection ends instead.
#[derive(Clone, Copy, Debug)]
struct HangUp;

/// A response that ends the connection without an answer.
pub(crate) fn hang_up() -> Response {
    let mut response = ().into_response();
    response.extensions_mut().insert(HangUp);
    response
}

/// Whether the connection ends instead of sending this.
pub(crate) fn is_hang_up(response: &Response) -> bool {
    response.extensions().get::<HangUp>().is_some()
}

#[derive(Debug)]
pub(crate) struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was dropped on purpose")
    }
}

impl std::error::Error for HungUp {}
